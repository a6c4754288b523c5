"""The text of one file as topics search it: bytes, lines, and hits with their line numbers."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.wording import shortened
from tieout.kernel.reading.text import excerpt

_LONGEST_LINE: Final = 2_000
_SHOWN: Final = 160
#: Lines that are counted from the top before all of a text are looked for.
_COUNTED: Final = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """A match of a pattern.

    Attributes:
        line: 1-based line that the match begins on.
        text: That line, without blanks around it; bytes that are not UTF-8 are replaced, very long lines cut.
        groups: Named groups of the pattern that took part.
        start: Offset of the match in the file's bytes.
    """

    line: int
    text: str
    groups: dict[str, str]
    start: int


@dataclass(slots=True)
class Text:
    """A text file of the commit.

    Attributes:
        path: In the tree.
        path_class: What kind of place the file stands in.
        data: Its bytes; not necessarily UTF-8.
    """

    path: str
    path_class: PlaceClass
    data: bytes
    _starts: list[int] = field(default_factory=list)
    _asked: int = 0

    def hits(self, pattern: Any) -> Iterator[Hit]:
        """Every match of a pattern, in order.

        Args:
            pattern: Of `kernel.reading.patterns.compile_bytes`, so that no text can make it slow.
        """
        for match in pattern.finditer(self.data):
            start = match.start()
            groups = {_decoded(name): _decoded(value) for name, value in match.groupdict().items() if value is not None}
            yield Hit(self.line_at(start), self.line_around(start), groups, start)

    def first(self, pattern: Any) -> Hit | None:
        """The first match of a pattern, if there is one."""
        return next(self.hits(pattern), None)

    def lines(self) -> list[str]:
        """All lines without their ends; index 0 is line 1."""
        return _decoded(self.data).split("\n")

    def line(self, number: int) -> str:
        """One line without blanks around it."""
        starts = self._line_starts()
        end = starts[number] if number < len(starts) else len(self.data)
        return _decoded(self.data[starts[number - 1] : min(end, starts[number - 1] + _LONGEST_LINE)]).strip()

    def line_around(self, offset: int) -> str:
        """The line that an offset of the bytes stands on, without blanks around it."""
        start = self.data.rfind(b"\n", 0, offset) + 1
        end = self.data.find(b"\n", offset, start + _LONGEST_LINE)
        return _decoded(self.data[start : end if end >= 0 else start + _LONGEST_LINE]).strip()

    def line_at(self, offset: int) -> int:
        """The 1-based line that an offset of the bytes stands on."""
        if not self._starts and self._asked < _COUNTED:
            self._asked += 1  # a few lines are counted faster than all of them are found
            return self.data.count(b"\n", 0, offset) + 1
        return bisect_right(self._line_starts(), offset)

    def place(
        self, line: int | None, shows: str = "", *, counts: bool = True, commented: bool = False, quoted: bool = True
    ) -> InspectedPlace:
        """A place in this file.

        Args:
            line: 1-based; None for the whole file.
            shows: What stands there, in words.
            counts: Whether the answer is of it; False for what only looks like it.
            commented: The line is a comment, or stands in one.
            quoted: Whether the line itself is shown; not where it names people.
        """
        return InspectedPlace(
            path=self.path,
            line=line,
            path_class=PlaceClass.COMMENTED if commented else self.path_class,
            counts=counts and not commented,
            shows=shortened(shows),
            text=quotable(self.line(line)) if line and quoted else "",
        )

    def _line_starts(self) -> list[int]:
        if not self._starts:
            lengths = (len(line) + 1 for line in self.data.split(b"\n"))
            self._starts = [0, *accumulate(lengths)][:-1]
        return self._starts


def quotable(line: str) -> str:
    """As much of a line as a place shows."""
    return excerpt(line[:_LONGEST_LINE].strip(), _SHOWN)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")
