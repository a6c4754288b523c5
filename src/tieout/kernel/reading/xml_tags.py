"""XML as tags, read by Expat with everything refused that documents can do harm with; runs in the parser's process.

A document type, an entity of its own or a processing instruction ends the reading: no result of a tool has one, and
entities can expand without bound or name files (OWASP XML External Entity Prevention). Elements, attributes and depth
are capped; text between tags is passed over, since it holds what programs printed. A document comes in pieces, and
each is answered with its tags, so that neither side holds the whole.
"""

import codecs
import re
from contextlib import suppress
from typing import Any, Final
from xml.parsers import expat

from tieout.kernel.reading.refusal import (
    MAX_XML_BYTES,
    MAX_XML_DEPTH,
    MAX_XML_ELEMENTS,
    MAX_XML_TOKEN,
    RefusedError,
)

#: Encodings that Expat asks Python for. No codec can be loaded once the process is confined: these stay, and one that
#: is not here is unknown. Expat takes those of one byte a character alone.
_ENCODINGS: Final = (
    *(f"cp{number}" for number in (437, 850, 852, 866, *range(1250, 1259))),
    *(f"iso8859-{number}" for number in (*range(2, 12), *range(13, 17))),
    "koi8-r", "koi8-u", "mac-roman",
)  # fmt: skip
_MAX_ATTRIBUTES: Final = 100
_MAX_OPEN: Final = 4
_ROOT = re.compile(rb"<([A-Za-z_][A-Za-z0-9_.:-]{0,80})[\s/>]")

#: A tag in an answer: name, attributes (None: the end of an element), line, depth.
Written = tuple[str, dict[str, str] | None, int, int]

for _encoding in _ENCODINGS:
    codecs.lookup(_encoding)


class XmlDocuments:
    """The documents that are being read, by the numbers that the parent gave them."""

    def __init__(self) -> None:
        self._open: dict[int, _Reader] = {}

    def tags(self, piece: bytes, request: dict[str, Any]) -> dict[str, Any]:
        """The tags that end in a piece of a document; an empty piece ends it.

        Raises:
            RefusedError: It is not well-formed, holds what is refused, or breaks a cap.
        """
        number: int = request["number"]
        if request["first"]:
            while len(self._open) >= _MAX_OPEN:  # nobody says so when a document is given up
                del self._open[next(iter(self._open))]
            self._open[number] = _Reader(frozenset(request["names"]), frozenset(request["attributes"]))
        reader = self._open.pop(number, None)
        if reader is None:
            raise RefusedError("was not read to its end: its parser was stopped meanwhile")
        tags = reader.feed(piece)
        if piece:
            self._open[number] = reader
        return {"tags": tags}


def root_of(head: bytes) -> str | None:
    """The name of the outermost element, from the first bytes of a file; None where they show none."""
    reader = _Reader(None, frozenset())
    # The rest of the file is missing, or will be refused when it is read.
    with suppress(RefusedError):
        reader.feed(head)
    if reader.root is not None:
        return reader.root
    # What will be refused is named all the same, so that it is told and not passed over.
    written = _ROOT.search(head)
    return written[1].rpartition(b":")[2].decode("ascii") if written else None


class _Reader:
    """One document.

    Args:
        names: Of the elements whose tags are asked for; None for no tags.
        attributes: Names of the attributes that are asked for.
    """

    def __init__(self, names: frozenset[str] | None, attributes: frozenset[str]) -> None:
        self._names, self._attributes = names or frozenset(), attributes
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.ProcessingInstructionHandler = self._instruction
        self._depth = self._elements = self._size = 0
        self._tags: list[Written] = []
        self.root: str | None = None

    def feed(self, piece: bytes) -> list[Written]:
        """The tags that end in a piece.

        Raises:
            RefusedError: As `XmlDocuments.tags`.
        """
        self._size += len(piece)
        if self._size > MAX_XML_BYTES:
            raise self._refusal(f"has more than {MAX_XML_BYTES >> 20} MiB")
        self._tags = []
        try:
            self._parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            raise RefusedError(f"is not well-formed XML: {expat.ErrorString(error.code)}", error.lineno) from None
        except (ValueError, LookupError, OSError):  # a codec that is not loaded cannot be opened any more
            raise self._refusal("is not well-formed XML: its encoding is not known") from None
        if self._size - max(self._parser.CurrentByteIndex, 0) > MAX_XML_TOKEN:
            raise self._refusal(f"has a single tag of more than {MAX_XML_TOKEN >> 20} MiB")
        return self._tags

    def _refusal(self, reason: str) -> RefusedError:
        return RefusedError(reason, self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_XML_DEPTH:
            raise self._refusal(f"is nested deeper than {MAX_XML_DEPTH} elements")
        if self._elements > MAX_XML_ELEMENTS:
            raise self._refusal(f"has more than {MAX_XML_ELEMENTS:,} elements")
        if len(attributes) > _MAX_ATTRIBUTES:
            raise self._refusal(f"has an element with more than {_MAX_ATTRIBUTES} attributes")
        local = _local(name)
        self.root = self.root or local
        if local in self._names:
            asked = {key: value for key, value in attributes.items() if key in self._attributes}
            self._tags.append((local, asked, self._parser.CurrentLineNumber, self._depth))

    def _end(self, name: str) -> None:
        local = _local(name)
        if local in self._names:
            self._tags.append((local, None, self._parser.CurrentLineNumber, self._depth))
        self._depth -= 1

    def _doctype(self, name: str, *_declared: object) -> None:
        self.root = self.root or name
        raise self._refusal("declares a document type, which is refused: it can define entities")

    def _entity(self, *_declared: object) -> None:
        raise self._refusal("declares an entity, which is refused")

    def _instruction(self, *_said: object) -> None:
        raise self._refusal("holds a processing instruction, which is refused")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
