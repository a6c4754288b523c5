"""What reading a pipeline asks of the files that it stands among."""

from collections.abc import Collection, Sequence
from typing import Protocol

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, Kind


class Lined(Protocol):
    """A text by its lines."""

    def lines(self) -> Sequence[str]:
        """All lines without their ends; index 0 is line 1."""


class Files(Protocol):
    """A set of files that are read by their paths, such as a commit of a repository."""

    @property
    def paths(self) -> Collection[str]:
        """Paths of all files."""

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None where it cannot be read, which is told."""

    def text(self, path: str) -> Lined | None:
        """The text of a file; None where it has none."""

    def document(self, path: str, kind: Kind | None = None) -> Document | None:
        """A file parsed; None where it cannot be, which is told."""

    def unreadable(self, error: UnreadableError, path: str) -> None:
        """Tell an error of reading."""
