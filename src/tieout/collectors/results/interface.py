"""What a reader of one tool's results is: how its files are recognised, and what reading one gives."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

from tieout.domain.base import Model
from tieout.domain.evidence import Effective
from tieout.kernel.reading.documents import Document

Shape = Literal["json", "lines", "csv", "xml", "sqlite"]


class ForeignError(Exception):
    """A file that looked like one of this format is none; the argument says what it is instead."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read.

    Attributes:
        path: Safe to print.
        data: The bytes; empty for lines and databases, which are read in pieces.
        document: Parsed, for JSON and CSV.
        size: Bytes of the file.
        open: Opens the file for reading in pieces.
        beside: The rows of a CSV file of that name in the same folder; None where there is none.
    """

    path: str
    data: bytes
    document: Document
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    beside: Callable[[str], Document | None]

    def line(self, pointer: str) -> int | None:
        """The line of a JSON pointer, where it is known."""
        return self.document.lines.get(pointer)

    def lines(self, places: dict[str, str]) -> dict[str, int]:
        """Pointer into the facts -> line, from pointer into the facts -> pointer into the file."""
        known = self.document.lines
        return {fact: known[source] for fact, source in places.items() if source in known}


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a reader of the packet must know of a file, with its line.

    Attributes:
        reason: A sentence that begins with its verb.
        line: Where.
        status: `unreadable` for figures that the file itself contradicts; they are left out.
        if_kept: Only where the artefact is kept: one that speaks of a later time than the assessed one is not.
    """

    reason: str
    line: int | None = None
    status: Literal["not-counted", "unreadable"] = "not-counted"
    if_kept: bool = False


@dataclass(slots=True)
class Found:
    """One artefact that was read.

    Attributes:
        type_: Its name.
        artefact: The facts; None where the file only gives rise to what is told.
        effective: The time that it speaks of; None where the file does not say.
        lines: JSON pointer into the facts -> line.
        told: What must be said beside it.
        part: Tells several of one type and file apart.
        title: For people.
    """

    type_: str
    artefact: Model | None
    effective: Effective | None = None
    lines: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    part: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One format; a module of `formats` lists its own in `FORMATS`.

    Attributes:
        name: As `format` of a source says it.
        title: With its article: `a promptfoo result`.
        shape: What kind of file it is.
        provides: Artefacts that it can give.
        recognises: Whether a file is one: of JSON by the parsed data, of lines by the names in the first one, of CSV
            by the names of its columns, of XML by its outermost element; of a database it is not asked.
        read: What is in a file; raises UnreadableError, or ForeignError where it is none after all. None where files
            of the format are only named.
    """

    name: str
    title: str
    shape: Shape
    provides: tuple[str, ...]
    recognises: Callable[[Any], bool]
    read: Callable[[Input], Iterable[Found]] | None
