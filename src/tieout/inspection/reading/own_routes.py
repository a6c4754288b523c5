"""Routes over models that a program reads from a file of its own: the model that is asked first, and the next ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.names_read import pattern_of_names, reads
from tieout.inspection.reading.source_code import is_settings, searched, settings
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.patterns import compile_bytes

#: Keys as they are written in any style, without what joins their words.
_NEXT: Final = frozenset({"fallbackmodels", "fallbackmodel", "backupmodels", "backupmodel"})
_FIRST: Final = frozenset({"primarymodel", "model", "defaultmodel", "modelname", "mainmodel"})
_SIGNS: Final = compile_bytes(r"\b(?:fallback|backup)[_-]?models?\b", folded=True)
#: A variable that is named for it: with a value, or left empty.
_VARIABLE: Final = compile_bytes(
    r"(?m)^[ \t-]*(?:export )?[\"']?"
    r"(?P<key>(?:[A-Z0-9]+_)*(?:FALLBACK|BACKUP)_(?:[A-Z0-9]+_)?(?:MODEL|LLM)(?:_NAME|_ID)?)"
    r"[\"']?[ \t]*(?:=|:[ \t])[ \t]*(?:[\"']?(?P<value>[A-Za-z][\w./:@-]*)|(?P<empty>[\"']{2}|#|\n|\r|\z))"
)
_LARGEST: Final = 200_000
_DEEPEST: Final = 8
_MOST: Final = 6
_MOST_NAMES: Final = 4
_NEVER: Final = ("package.json", "tsconfig.json", "package-lock.json")


@dataclass(frozen=True, slots=True)
class OwnRoutes:
    """What stands in files of the program's own format.

    Attributes:
        first: Lines that name the model that is asked first.
        following: Lines that name those that are asked where it fails.
        chosen: Lines of settings in use that name such a file, or give a variable its value.
        empty: Lines that leave a variable for it empty.
    """

    first: tuple[InspectedPlace, ...]
    following: tuple[InspectedPlace, ...]
    chosen: tuple[InspectedPlace, ...]
    empty: tuple[InspectedPlace, ...]


@once
def own_routes(repository: Repository) -> OwnRoutes:
    """Routes in files of a format that a program in use reads by its keys, and variables that are named for it.

    What no program reads routes nothing: a key counts where its spelling stands in a program's code.
    """
    files = [file for file in settings(repository) if _may_hold(file)]
    found = []
    for text in repository.texts(files):
        if _SIGNS.search(text.data):
            for document in repository.documents(text.path):
                found += [(text.path, document, *route) for route in _routes(document.data, "", 0)]
    read = {name for name, _, _ in reads(repository, {key for *_, key in found})} if found else set()
    found = [one for one in found if one[-1] in read]
    first = [_place(repository, one[0], one[1], one[2], "the model that is asked first") for one in found]
    following = [_place(repository, one[0], one[1], one[3], "asked where the first one fails") for one in found]
    given, empty = _variables(repository)
    chosen = [*_naming(repository, sorted({one[0] for one in found})), *given]
    return OwnRoutes(tuple(first[:_MOST]), tuple(following[:_MOST]), tuple(chosen[:_MOST]), tuple(empty[:_MOST]))


def _may_hold(file: File) -> bool:
    return kind_of(file.path) in {"json", "yaml"} and file.size <= _LARGEST and file.name not in _NEVER


def _routes(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """(pointer of the first model, of the following ones, key of these) of every object that names both."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        keys = {_plain(key): key for key in value if isinstance(key, str)}
        following = next((keys[name] for name in sorted(_NEXT & keys.keys()) if _names(value[keys[name]])), None)
        first = next((keys[name] for name in sorted(_FIRST & keys.keys()) if isinstance(value[keys[name]], str)), None)
        if following is not None and first is not None:
            yield f"{pointer}/{part_of(first)}", f"{pointer}/{part_of(following)}", following
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _routes(inner, f"{pointer}/{part_of(str(key))}", depth + 1)


def _plain(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())


def _names(value: Any) -> bool:
    """Whether a value names one model or more."""
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(isinstance(name, str) and name.strip() for name in listed)


def _place(repository: Repository, path: str, document: Document, pointer: str, shows: str) -> InspectedPlace:
    return repository.place(path, document.lines.get(pointer), shows)


def _naming(repository: Repository, paths: list[str]) -> Iterator[InspectedPlace]:
    """Lines of other settings in use that name one of the files."""
    names = sorted({path.rpartition("/")[2] for path in paths})[:_MOST_NAMES]
    if not names:
        return
    pattern = pattern_of_names(names, r"[/\"' \t=:]")
    for source in searched(repository, [file for file in settings(repository) if file.path not in paths], pattern):
        hit = next(source.hits(pattern), None)
        if hit is not None:
            yield source.text.place(hit.line, "names the file of routes")


def _variables(repository: Repository) -> tuple[list[InspectedPlace], list[InspectedPlace]]:
    """Lines of settings in use that give a variable for another model its value, and those that leave it empty."""
    found: dict[str, list[tuple[bool, InspectedPlace]]] = {}
    for source in searched(repository, [file for file in settings(repository) if is_settings(file)], _VARIABLE):
        for hit in islice(source.hits(_VARIABLE), _MOST):
            is_set = "value" in hit.groups
            shows = "the model that takes over" if is_set else "left empty: no other model is named"
            place = source.text.place(source.text.line_at(hit.start), shows, counts=is_set)
            found.setdefault(hit.groups["key"], []).append((is_set, place))
    read = {name for name, _, _ in reads(repository, found)} if found else set()
    told = [one for key, ones in found.items() if key in read for one in ones]
    return [place for is_set, place in told if is_set], [place for is_set, place in told if not is_set]
