"""Documents within a document: configuration that a ConfigMap carries as text, with the lines of the file around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, kind_of, parse, parse_all
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import objects

#: How many lines below its key a text may begin: the mark of the block stands on the key's own line, or the next.
_FURTHEST: Final = 3


@dataclass(frozen=True, slots=True)
class Carried:
    """A document that stands in another one as text.

    Attributes:
        name: Its file name there.
        holder: Kind and name of the object that carries it.
        at: Where it stands.
        document: As parsed, with the lines of the file around it; None where it is none.
        fault: Why it is none.
    """

    name: str
    holder: str
    at: Cursor
    document: Document | None
    fault: UnreadableError | None = None


def carried(document: Document, data: bytes, where: str) -> Iterator[Carried]:
    """The YAML and JSON files that ConfigMaps of a document carry.

    Args:
        document: As parsed.
        data: The bytes of its file.
        where: How errors name the file.
    """
    for manifest in objects(document):
        if manifest.kind != "ConfigMap" or manifest.group:
            continue
        holder = f"ConfigMap {manifest.name}".strip()
        for text in manifest.cursor("data").members():
            kind = kind_of(text.key)
            if kind not in {"yaml", "json"} or not isinstance(text.value, str) or not text.value.strip():
                continue
            written, shift = text.value.encode("utf-8", "replace"), _shift(text, data)
            try:
                inner = parse_all(written, where=where) if kind == "yaml" else [parse(written, "json", where=where)]
            except UnreadableError as error:
                place = f"{where}:{text.line}" if text.line else where
                fault = UnreadableError(f"holds '{excerpt(text.key)}', which {error.message}", where=place)
                yield Carried(text.key, holder, text, None, fault)
                continue
            for one in inner:
                yield Carried(text.key, holder, text, _moved(one, shift, text.line))


def at_one_line(document: Document, line: int | None) -> Document:
    """A document of which every value stands on one line of the file around it."""
    if line is None:
        return Document(document.data)
    return Document(document.data, dict.fromkeys(document.lines, line))


def _moved(document: Document, shift: int | None, line: int | None) -> Document:
    if shift is None:
        return at_one_line(document, line)
    return Document(document.data, {pointer: at + shift for pointer, at in document.lines.items()})


def _shift(text: Cursor, data: bytes) -> int | None:
    """How far below the line of the same number a text's line stands; None where its lines are not the file's."""
    if text.line is None:
        return None
    inner = text.value.rstrip("\n").split("\n")
    outer = data.decode("utf-8", "replace").split("\n")
    for shift in range(text.line, text.line + _FURTHEST):
        here = outer[shift : shift + len(inner)]
        if len(here) == len(inner) and all(
            one.strip() == other.strip() for one, other in zip(here, inner, strict=True)
        ):
            return shift
    return None
