"""XML of test tools as a stream of elements, read by Expat with everything refused that documents can do harm with.

A document type, an entity of its own or a processing instruction ends the reading: no result of a tool has one, and
entities can expand without bound or name files (OWASP XML External Entity Prevention). Elements, attributes and depth
are capped; text between tags is passed over, since it holds what programs printed.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final, NoReturn
from xml.parsers import expat

from tieout.kernel.errors import UnreadableError

MAX_XML_BYTES: Final = 64 * 1024 * 1024
MAX_ELEMENTS: Final = 2_000_000
MAX_XML_DEPTH: Final = 64
MAX_TOKEN: Final = 4 * 1024 * 1024
"""Bytes of one tag or comment: Expat looks at an unfinished one again with every piece that comes."""

_CHUNK = 1 << 16
_MAX_ATTRIBUTES = 100
_ROOT = re.compile(rb"<([A-Za-z_][A-Za-z0-9_.:-]{0,80})[\s/>]")


@dataclass(frozen=True, slots=True)
class Tag:
    """The start or the end of an element.

    Attributes:
        name: Without its namespace.
        attributes: Of a start.
        line: 1-based.
        depth: 1 for the outermost element.
        opens: False for an end.
    """

    name: str
    attributes: dict[str, str]
    line: int
    depth: int
    opens: bool


class _RefusedError(Exception):
    pass


def tags(stream: BinaryIO, *, where: str) -> Iterator[Tag]:
    """The tags of a document in order.

    Args:
        stream: The file.
        where: How errors name it.

    Raises:
        UnreadableError: It is not well-formed, holds what is refused, or breaks a cap; `where` has the line.
    """
    reader = _Reader()
    size = 0
    while True:
        piece = stream.read(_CHUNK)
        size += len(piece)
        try:
            if size > MAX_XML_BYTES:
                reader.refuse(f"has more than {MAX_XML_BYTES >> 20} MiB")
            reader.feed(piece)
            if size - reader.at > MAX_TOKEN:
                reader.refuse(f"has a single tag of more than {MAX_TOKEN >> 20} MiB")
        except _RefusedError as refusal:
            raise UnreadableError(str(refusal), where=f"{where}:{reader.line}") from None
        except (expat.ExpatError, ValueError, LookupError) as error:
            code = getattr(error, "code", None)
            what = expat.ErrorString(code) if isinstance(code, int) else "its encoding is not known"
            message = f"is not well-formed XML: {what}"
            raise UnreadableError(message, where=f"{where}:{getattr(error, 'lineno', reader.line)}") from None
        yield from reader.taken()
        if not piece:
            return


def root_of(head: bytes) -> str | None:
    """The name of the outermost element, from the first bytes of a file; None where they show none."""
    reader = _Reader()
    # The rest of the file is missing, or will be refused when it is read.
    with suppress(expat.ExpatError, _RefusedError, ValueError, LookupError):
        reader.feed(head)
    first = next(iter(reader.taken()), None)
    if first is not None or reader.doctype is not None:
        return first.name if first else reader.doctype
    # What will be refused is named all the same, so that it is told and not passed over.
    written = _ROOT.search(head)
    return written[1].rpartition(b":")[2].decode("ascii") if written else None


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.ProcessingInstructionHandler = self._instruction
        self._depth = self._elements = 0
        self._taken: list[Tag] = []
        self.doctype: str | None = None

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    @property
    def at(self) -> int:
        """Bytes that are understood."""
        return max(self._parser.CurrentByteIndex, 0)

    def feed(self, piece: bytes) -> None:
        self._parser.Parse(piece, not piece)

    def taken(self) -> list[Tag]:
        found, self._taken = self._taken, []
        return found

    def refuse(self, reason: str) -> NoReturn:
        raise _RefusedError(reason)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_XML_DEPTH:
            self.refuse(f"is nested deeper than {MAX_XML_DEPTH} elements")
        if self._elements > MAX_ELEMENTS:
            self.refuse(f"has more than {MAX_ELEMENTS:,} elements")
        if len(attributes) > _MAX_ATTRIBUTES:
            self.refuse(f"has an element with more than {_MAX_ATTRIBUTES} attributes")
        self._taken.append(Tag(_local(name), dict(attributes), self.line, self._depth, opens=True))

    def _end(self, name: str) -> None:
        self._taken.append(Tag(_local(name), {}, self.line, self._depth, opens=False))
        self._depth -= 1

    def _doctype(self, name: str, *_declared: object) -> None:
        self.doctype = name
        self.refuse("declares a document type, which is refused: it can define entities")

    def _entity(self, *_declared: object) -> None:
        self.refuse("declares an entity, which is refused")

    def _instruction(self, *_said: object) -> None:
        self.refuse("holds a processing instruction, which is refused")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
