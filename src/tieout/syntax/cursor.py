"""A value of a parsed document that knows where it stands: its document, its keys and its line."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document


@dataclass(frozen=True, slots=True)
class Cursor:
    """A value and its place; whatever is not there, or is not what is asked for, is None or empty.

    Attributes:
        document: That it stands in.
        value: As parsed; None where nothing stands there.
        pointer: JSON pointer (RFC 6901) from the top of the document.
        key: Its own key or index, as text.
    """

    document: Document
    value: Any
    pointer: str = ""
    key: str = ""

    @classmethod
    def top(cls, document: Document) -> "Cursor":
        """The whole of a document."""
        return cls(document, document.data)

    def down(self, *keys: str) -> "Cursor":
        """The value below by its keys; one of None where the way does not exist."""
        value, pointer = self.value, self.pointer
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
            pointer = f"{pointer}/{part_of(key)}"
        return Cursor(self.document, value, pointer, keys[-1] if keys else self.key)

    def first(self, *keys: str) -> "Cursor":
        """The first of several members that is there; products write one thing in several ways."""
        found = [self.down(key) for key in keys]
        return next((one for one in found if one.value is not None), found[-1])

    def members(self) -> Iterator["Cursor"]:
        """The values of a mapping, each under its key; nothing of anything else."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield Cursor(self.document, value, f"{self.pointer}/{part_of(key)}", str(key))

    def elements(self) -> Iterator["Cursor"]:
        """The values of a list; nothing of anything else."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Cursor(self.document, value, f"{self.pointer}/{index}", str(index))

    def rows(self) -> Iterator["Cursor"]:
        """The mappings of a list."""
        return (one for one in self.elements() if isinstance(one.value, dict))

    @property
    def line(self) -> int | None:
        """Its line, else that of the nearest value above it."""
        pointer = self.pointer
        while pointer and pointer not in self.document.lines:
            pointer = pointer.rpartition("/")[0]
        return self.document.lines.get(pointer)

    @property
    def text(self) -> str | None:
        """Text that is not blank, without outer blanks."""
        return (self.value.strip() or None) if isinstance(self.value, str) else None

    @property
    def truth(self) -> bool | None:
        """True or false, written as such: the text "false" is neither."""
        return self.value if isinstance(self.value, bool) else None

    @property
    def number(self) -> float | None:
        """A finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        try:
            number = float(self.value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of a list that are not blank; a single text is a list of one."""
        one = self.text
        return (one,) if one else tuple(text for each in self.elements() if (text := each.text))
