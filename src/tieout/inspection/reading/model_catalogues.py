"""Catalogues of models: files that list models with the links by which they are fetched, and a licence for each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.repository import Repository, line_of
from tieout.kernel.reading.documents import Document

_CATALOGUE = re.compile(
    r"(?:^|/)\.?(?:[\w-]{0,60}[_-])?(?:models?|model_?zoo|zoo|checkpoints?|weights|voices)(?:[_-][\w-]{0,60})?"
    r"\.(?:json|ya?ml)$",
    re.IGNORECASE,
)
_LICENCE: Final = ("license", "licence")
_LINK: Final = re.compile(r"https?://\S+|hf://\S+")
_MOST_FILES: Final = 20
_MOST_ENTRIES: Final = 5_000
_DEEPEST: Final = 12
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A model of a catalogue.

    Attributes:
        path: Of the catalogue.
        licence: As written; "" where none is.
        line: Of the licence, else of the entry; None where it is not known.
    """

    path: str
    licence: str
    line: int | None


def listed(repository: Repository) -> list[Listed]:
    """Models of the project's own catalogues in which at least one says its licence, in the order of the files."""
    found = []
    files = [file for file in repository.matching(_CATALOGUE) if file.path_class is PlaceClass.LIVE]
    for file in files[:_MOST_FILES]:
        document = repository.document(file.path)
        entries = islice(_entries(document, document.data, ()), _MOST_ENTRIES) if document is not None else ()
        told = [Listed(file.path, licence, line) for licence, line in entries]
        if any(one.licence for one in told):
            found += told
    return found


def _entries(document: Document, data: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str, int | None]]:
    if len(at) > _DEEPEST:
        return
    if isinstance(data, dict):
        if any(_is_link(value) for value in data.values()):
            key = next((key for key in _LICENCE if isinstance(data.get(key), str) and data[key].strip()), "")
            line = line_of(document, *at, key) if key else line_of(document, *at)
            yield data[key].strip()[:_LONGEST] if key else "", line
            return
        for key, value in data.items():
            if isinstance(key, str | int):
                yield from _entries(document, value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _entries(document, value, (*at, index))


def _is_link(value: Any) -> bool:
    """Whether a value is a link, or a list of some."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and _LINK.match(first) is not None
