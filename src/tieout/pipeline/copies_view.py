"""A source as a packet holds it: its copies, for the collectors that read the source itself at first."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import MAX_BYTES, Entry
from tieout.pipeline.layout import Reading


@dataclass(frozen=True, slots=True)
class Copy:
    """One file of a source, as the packet holds it.

    Attributes:
        path: Of its copy in the bag.
        digest: The source's, as recorded.
    """

    path: str
    digest: str


class CopiesView:
    """A source that has no other files than the copies in a packet (a `View`).

    Args:
        uri: As recorded.
        commit: As recorded.
        copies: Path in the source -> copy.
        read: Reads the bag.
    """

    def __init__(self, uri: str, commit: str | None, copies: Mapping[str, Copy], read: Reading) -> None:
        self.uri = uri
        self.commit = commit
        self._copies = copies
        self._read = read

    def entries(self) -> Sequence[Entry]:
        """All of them, sorted by path; how large they are is not asked for."""
        found = sorted(self._copies.items())
        return [Entry(path=path, size=0, kind="file", digest=copy.digest) for path, copy in found]

    def expect(self, paths: Sequence[str]) -> None:
        """Do nothing: they are opened one by one."""

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """The bytes of one; raises UnreadableError where there is none, or it is too large."""
        copy = self._copies.get(path)
        data = self._read.bytes(copy.path) if copy is not None else None
        if data is None:
            raise UnreadableError("is not in the packet", where=path)
        if len(data) > max_bytes:
            raise UnreadableError("is too large", where=path)
        return data

    @contextmanager
    def open_stream(self, path: str) -> Iterator[BinaryIO]:
        """The same as a stream."""
        yield io.BytesIO(self.read(path))


@dataclass(frozen=True, slots=True)
class NoHistory:
    """A history of which nothing is known."""

    complete: bool = False


class NoRepository:
    """Stands where a collector would ask the repository itself: that is not in the packet."""

    def history(self, commit: str) -> NoHistory:  # noqa: ARG002 - of no commit is any known
        """Nothing."""
        return NoHistory()

    def __getattr__(self, name: str) -> Any:
        """Refuse whatever is asked."""
        message = "the repository is not in the packet"
        raise UnreadableError(message)
