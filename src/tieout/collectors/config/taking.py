"""Takes values of a file that are of the kind that is asked for, and notes those that are not, with their line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tieout.collectors.config.convert import NotConvertibleError, number, text, truth, whole
from tieout.collectors.config.interface import Note
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_T = TypeVar("_T")
#: What is filled in when a file is used: by a shell, a chart, decK, a vault or hand.
_VARIABLE = re.compile(r"\$\{|\{\{|\{vault://|^\$\w+$|^os\.environ/|^<[^<>]*>$")


def is_variable(value: str) -> bool:
    """Whether a text names what is filled in elsewhere instead of saying it."""
    return _VARIABLE.search(value) is not None


@dataclass(slots=True)
class Taking:
    """What was told of one artefact of a file while its values were taken.

    Attributes:
        notes: (line, sentence) of what does not count.
        dropped: (line, sentence) of what is missing.
    """

    notes: list[Note] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)

    def note(self, at: Cursor, told: str) -> None:
        """Note what does not count."""
        self.notes.append((at.line, told))

    def drop(self, at: Cursor, told: str) -> None:
        """Tell of a row that cannot be judged: nothing said of every row holds."""
        self.dropped.append((at.line, told))

    def text(self, at: Cursor) -> str | None:
        """Text that is not blank."""
        return self.by(text, at)

    def number(self, at: Cursor) -> float | None:
        """A number of zero or more."""
        return self.by(number, at)

    def whole(self, at: Cursor) -> int | None:
        """A whole number of zero or more."""
        return self.by(whole, at)

    def truth(self, at: Cursor) -> bool | None:
        """True or false."""
        return self.by(truth, at)

    def by(self, converter: Callable[[Any, Any], _T], at: Cursor) -> _T | None:
        """A value by a converter of convert.py; None, and a note, where it is none."""
        if at.value is None:
            return None
        try:
            return converter(at.value, None)
        except NotConvertibleError as error:
            self.note(at, f"'{excerpt(at.key)}' {error}")
            return None

    def rows(self, at: Cursor) -> Iterator[Cursor]:
        """The mappings of a list; anything else in it, or in its place, is noted."""
        if at.value is not None and not isinstance(at.value, list):
            self.note(at, f"'{excerpt(at.key)}' is not a list, so it does not count")
        for one in at.elements():
            if isinstance(one.value, dict):
                yield one
            else:
                self.note(one, f"an entry of '{excerpt(at.key)}' is not a mapping, so it does not count")
