"""Files that are tracked although a .gitignore of the same commit lists them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.collectors.git.path_patterns import MAX_EFFORT, PathPattern, PathPatterns, path_pattern
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.text import display_path

_NAME: Final = ".gitignore"


@dataclass(frozen=True, slots=True)
class Ignored:
    """One tracked file that a pattern lists.

    Attributes:
        path: Of the file.
        pattern: As written.
        by: The .gitignore that it stands in.
        line: Its line there.
    """

    path: str
    pattern: str
    by: str
    line: int


@dataclass(frozen=True, slots=True)
class _Rule:
    matcher: PathPattern
    line: int
    again: bool


@once
def ignored_but_tracked(repository: Repository) -> tuple[Ignored, ...]:
    """Tracked files that a .gitignore lists, sorted by path; of several patterns the last that matches decides.

    A pattern counts below its own folder, and `!` takes a file out again (gitignore(5)).
    """
    found: dict[str, Ignored | None] = {}
    files = [file for file in repository.files if file.name == _NAME and file.kind == "file"]
    for text in repository.texts(sorted(files, key=lambda file: file.path.count("/"))):  # the deeper one decides
        found.update(_matched(repository, text))
    told = (found[path] for path in sorted(found))
    return tuple(one for one in told if one is not None)


def _matched(repository: Repository, text: Text) -> Iterator[tuple[str, Ignored | None]]:
    folder = text.path[: -len(_NAME)]
    rules = list(_rules(text))
    # Paths are sorted, so those of a folder stand together; "0" follows "/".
    files = repository.files
    first = bisect_left(files, folder, key=_path) if folder else 0
    last = bisect_left(files, f"{folder[:-1]}0", key=_path) if folder else len(files)
    below = [file for file in files[first:last] if file.kind == "file"]
    patterns = PathPatterns([rule.matcher for rule in rules])
    shown = [display_path(file.path[len(folder) :]) for file in below]
    if patterns.effort(shown) > MAX_EFFORT:
        repository.problem(text.path, "has too many patterns to compare with the files of this tree")
        return
    for file, relative in zip(below, shown, strict=True):
        numbers = patterns.matching(relative)
        if numbers:
            rule = rules[numbers[-1]]
            yield file.path, None if rule.again else _ignored(file, text, rule)


def _path(file: File) -> str:
    return file.path


def _ignored(file: File, text: Text, rule: _Rule) -> Ignored:
    return Ignored(path=file.path, pattern=text.line(rule.line), by=text.path, line=rule.line)


def _rules(text: Text) -> Iterator[_Rule]:
    for number, raw in enumerate(text.lines(), start=1):
        line = raw.rstrip("\r")
        line = line if line.endswith("\\ ") else line.rstrip()
        if not line or line.startswith("#"):
            continue
        again = line.startswith("!")
        written = line[1:] if again else line
        # In a list of owners `docs/*` means the files of that folder alone, here also what lies deeper.
        matcher = path_pattern(f"{written[:-1]}**" if written.endswith("/*") else written)
        if matcher is not None:
            yield _Rule(matcher, number, again)
