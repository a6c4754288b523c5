"""A value of a parsed file together with its place, so that nobody builds pointers by hand."""

from collections.abc import Iterator
from typing import Any, Final

from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document
from tieout.syntax.pipelines.model import Spot

_NOTHING: Final = object()


class Node:
    """A value in a document; one that is not there is empty.

    Attributes:
        path: The file.
        data: The value; None where there is none.
    """

    def __init__(self, path: str, document: Document, data: Any = _NOTHING, pointer: str = "") -> None:
        self.path = path
        self.data = document.data if data is _NOTHING else data
        self._document = document
        self._pointer = pointer

    @property
    def line(self) -> int | None:
        """The line that it stands on, a member's that of its key."""
        return self._document.lines.get(self._pointer)

    @property
    def spot(self) -> Spot:
        """The file and the line."""
        return Spot(self.path, self.line)

    def __bool__(self) -> bool:
        return self.data is not None

    def get(self, key: str) -> "Node":
        """A member of a mapping; empty where there is none."""
        value = self.data.get(key) if isinstance(self.data, dict) else None
        return Node(self.path, self._document, value, f"{self._pointer}/{part_of(key)}")

    def has(self, key: str) -> bool:
        """Whether a mapping names a member, were it empty."""
        return isinstance(self.data, dict) and key in self.data

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Keys and members of a mapping, in order."""
        if isinstance(self.data, dict):
            for key in self.data:
                yield key, self.get(key)

    def items(self) -> Iterator["Node"]:
        """Items of a list, in order; a value that is none is its only item."""
        if isinstance(self.data, list):
            for index, value in enumerate(self.data):
                yield Node(self.path, self._document, value, f"{self._pointer}/{index}")
        elif self.data is not None and not isinstance(self.data, dict):
            yield self

    def text(self) -> str:
        """The value as it reads; "" where there is none, or where it is a list or a mapping."""
        if self.data is None or isinstance(self.data, list | dict):
            return ""
        if isinstance(self.data, bool):
            return "true" if self.data else "false"
        return str(self.data)

    def texts(self) -> tuple[str, ...]:
        """Items as they read, those of lists in lists included."""
        found: list[str] = []
        for item in self.items():
            found.extend(item.texts() if isinstance(item.data, list) else [item.text()])
        return tuple(found)

    def values(self) -> dict[str, str]:
        """Members as they read, lists joined by blanks."""
        return {
            key: " ".join(node.texts()) if isinstance(node.data, list) else node.text() for key, node in self.members()
        }

    def lines(self) -> dict[str, int | None]:
        """Lines of the members."""
        return {key: node.line for key, node in self.members()}
