"""Which programming languages a repository is written in, by the endings of its own files."""

import re
from collections import Counter
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.repository import Repository

_ENDINGS: Final = {
    "Python": ("py", "pyi", "ipynb"), "JavaScript": ("js", "jsx", "mjs", "cjs"), "TypeScript": ("ts", "tsx", "mts"),
    "Go": ("go",), "Rust": ("rs",), "Java": ("java",), "Kotlin": ("kt", "kts"), "Scala": ("scala",), "Ruby": ("rb",),
    "PHP": ("php",), "C#": ("cs",), "C": ("c", "h"), "C++": ("cc", "cpp", "cxx", "hpp"), "Swift": ("swift",),
    "Dart": ("dart",), "Elixir": ("ex", "exs"), "R": ("r", "rmd"), "Julia": ("jl",), "Shell": ("sh", "bash"),
    "Vue": ("vue",), "Svelte": ("svelte",),
}  # fmt: skip
_BY_ENDING: Final = {ending: language for language, endings in _ENDINGS.items() for ending in endings}
#: Languages whose types something beside the compiler checks.
CHECKED_APART: Final = frozenset({"Python", "JavaScript", "TypeScript", "Ruby", "PHP", "Vue", "Svelte"})
_ENDING = re.compile(r"\.([a-z]+)\Z")
#: A main language has at least one of so many files.
_MAIN_SHARE: Final = 10
_FOREIGN: Final = frozenset({PlaceClass.VENDORED, PlaceClass.DOCUMENTATION, PlaceClass.EXAMPLE})


def languages(repository: Repository) -> frozenset[str]:
    """Languages of the files that are not foreign code or documentation; empty where there is no program."""
    return frozenset(_counted(repository))


def main_languages(repository: Repository) -> frozenset[str]:
    """Languages in which at least a tenth of the files of program code are written."""
    counted = _counted(repository)
    total = sum(counted.values())
    return frozenset(language for language, count in counted.items() if count * _MAIN_SHARE >= total)


def _counted(repository: Repository) -> Counter[str]:
    found: Counter[str] = Counter()
    for file in repository.files:
        ending = _ENDING.search(file.name) if file.path_class not in _FOREIGN else None
        if ending and ending[1] in _BY_ENDING:
            found[_BY_ENDING[ending[1]]] += 1
    return found
