"""Steps through a text of HCL: where it stands, space and comments, brackets and how deep they are."""

import re
from bisect import bisect_right
from typing import Final, NoReturn

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.refusal import MAX_DEPTH
from tieout.kernel.reading.text import display_path

MAX_PARTS: Final = 100_000
"""Most values and blocks of one text; what a reader does with each has a bound, so its work has one too."""

_SPACE = re.compile(r"(?:[ \t\r\ufeff]+|#[^\n]*|//[^\n]*|/\*(?s:.*?)\*/)+")
_SPACE_AND_LINES = re.compile(r"(?:[ \t\r\n\ufeff]+|#[^\n]*|//[^\n]*|/\*(?s:.*?)\*/)+")


class Scanner:
    """A place in a text.

    Args:
        text: Decoded.
        where: How errors name the file.
        first_line: The line that the text starts at in its file.
    """

    def __init__(self, text: str, where: str, first_line: int = 1) -> None:
        self.text = text
        self.where = where
        self.at = 0
        self.depth = 0
        self.parts = 0
        self.loose = False  # whether newlines are mere space: within parentheses and brackets
        self.first_line = first_line
        self._outer: list[bool] = []
        self.newlines = [found.start() for found in re.finditer("\n", text)]

    def refuse(self, what: str, at: int | None = None) -> NoReturn:
        """Raise that the text is no HCL, at a place or where it stands."""
        line = self.line(self.at if at is None else at)
        raise UnreadableError(f"is not valid HCL: {what}", where=f"{display_path(self.where)}:{line}")

    def line(self, at: int | None = None) -> int:
        """The line of a place, or of where it stands."""
        return self.first_line + bisect_right(self.newlines, (self.at if at is None else at) - 1)

    def skip(self, *, lines: bool = False) -> None:
        """Pass over space and comments; over newlines too where they are asked for."""
        found = (_SPACE_AND_LINES if lines else _SPACE).match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def next(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def peek(self) -> str:
        """The next character behind space."""
        self.skip(lines=self.loose)
        return self.next()

    def expect(self, character: str) -> None:
        """Pass over a character that must stand here."""
        if self.next() != character:
            self.refuse(f"'{character}' is missing")
        self.at += 1

    def open(self, *, loose: bool = False) -> None:
        """Pass over an opening bracket; within a loose one newlines are space."""
        self.deeper()
        self._outer.append(self.loose)
        self.loose = loose
        self.at += 1

    def close(self, character: str) -> None:
        """Pass over the bracket that closes what was opened last."""
        self.expect(character)
        self.loose = self._outer.pop()
        self.depth -= 1

    def spend(self) -> None:
        """One value or block more; refused beyond the cap, so that the time of a file has a bound."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            message = f"has more than {MAX_PARTS:,} values and blocks, which nobody wrote"
            raise UnreadableError(message, where=f"{display_path(self.where)}:{self.line()}")

    def deeper(self) -> None:
        """One level more; refused beyond the cap."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            line = self.line()
            raise UnreadableError(
                f"is nested deeper than {MAX_DEPTH} levels", where=f"{display_path(self.where)}:{line}"
            )
