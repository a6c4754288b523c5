"""The append-only journal: one RFC 8785 line a leaf, in segments named by their first leaf's number."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tieout.kernel.errors import StorageError
from tieout.store.disk import Disk
from tieout.store.layout import SEGMENT, Layout
from tieout.store.leaves import read_line
from tieout.store.merkle import leaf_hash

# Lines a segment; readers take a segment's first number from its name, so this may change at any time.
SEGMENT_LINES = 4096


@dataclass(frozen=True, slots=True)
class Segment:
    """One journal file: the number of its first leaf and its whole lines in bytes."""

    first: int
    size: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `place` is `segment:line` for people, `expected` the number it must have."""

    place: str
    expected: int
    data: bytes


class Journal:
    """The journal as last seen under the store's lock; every method is called with the lock held.

    Attributes:
        count: Whole lines on disk; all of them survive a power loss.
        prev: Leaf hash of the last line, hexadecimal; None in an empty journal.
        damage: Why nothing may be appended, in a sentence; empty if all is well.
        repairs: Sentences on torn lines that were cut.
    """

    def __init__(self, disk: Disk, layout: Layout) -> None:
        self._disk = disk
        self._layout = layout
        self._tail: Segment | None = None
        self._in_doubt = False
        self.count = 0
        self.prev: str | None = None
        self.damage = ""
        self.repairs: list[str] = []

    def catch_up(self, sealed: int) -> None:
        """Take in what other writers appended; cut a torn last line and sync what a killed writer left.

        Args:
            sealed: Leaves that the checkpoint counts. A torn line below that was acknowledged once, so it
                is damage and stays for an examiner.
        """
        if self._in_doubt:
            message = "an earlier write to the journal failed and could not be undone"
            raise StorageError(message, hint="open the store again", where=str(self._layout.entries))
        firsts = self.segments()
        first = firsts[-1] if firsts else 0
        there = self._disk.entry(self._layout.segment(first))
        if there is None or self._tail != Segment(first, there.size) or self.damage:
            self.count, self.prev, self.damage, self._tail = 0, None, "", None
            if there is not None:
                self._read_tail(firsts, sealed)
        if self.count < sealed and not self.damage:
            self.damage = f"the journal holds {_leaves(self.count)}, and its checkpoint counts {sealed}"

    def _read_tail(self, firsts: list[int], sealed: int) -> None:
        first = firsts[-1]
        path = self._layout.segment(first)
        data = self._disk.read(path)
        whole = data.rfind(b"\n") + 1
        self.count = first + data.count(b"\n")
        if whole < len(data):
            after = f"after leaf {self.count - 1}" if self.count else "at the journal's start"
            if self.count < sealed:
                self.damage = f"the line {after} is torn, and the checkpoint says that it was whole"
                return
            self._disk.cut(path, whole)
            self.repairs.append(f"a torn line of {len(data) - whole} bytes {after} was cut off")
        self._disk.sync_files([path])
        self._tail = Segment(first, whole)
        self._take_last(data[:whole], firsts[:-1])

    def _take_last(self, data: bytes, before: list[int]) -> None:
        while not data and before:  # the segment was begun and its first line never finished
            data = self._disk.read(self._layout.segment(before.pop()))
        if not data:
            self.damage = f"the journal's first {_leaves(self.count)} are missing" if self.count else ""
            return
        last = data.removesuffix(b"\n").rpartition(b"\n")[2]
        self.prev = leaf_hash(last).hex()
        try:
            seq = read_line(last).seq
        except ValueError as error:
            self.damage = f"the journal's last line cannot be read: {error}"
            return
        if seq != self.count - 1:
            self.damage = f"the journal's last line says leaf {seq} where leaf {self.count - 1} belongs"

    def append(self, lines: Sequence[bytes]) -> None:
        """Append lines and return once all of them survive a power loss.

        On a failure those of the segment at hand are cut off again: after a failed fsync the kernel may count
        its pages as written, and the next line's fsync would vouch for bytes that never reached the disk.
        """
        done = 0
        while done < len(lines):
            room = SEGMENT_LINES - (self.count - self._tail.first) if self._tail else SEGMENT_LINES
            if room <= 0:
                self._tail, room = None, SEGMENT_LINES
            self._append(lines[done : done + room])
            done += room

    def _append(self, lines: Sequence[bytes]) -> None:
        tail = self._tail or Segment(self.count, 0)
        path = self._layout.segment(tail.first)
        data = b"".join(line + b"\n" for line in lines)
        try:
            self._disk.append(path, data)
            if tail.size == 0:
                self._disk.sync_folder(path.parent)
        except StorageError:
            self._in_doubt = True
            with contextlib.suppress(StorageError):  # the first error is the news
                there = self._disk.entry(path)
                if there is not None and there.size != tail.size:
                    self._disk.cut(path, tail.size)
                self._in_doubt = False
            raise
        self._tail = Segment(tail.first, tail.size + len(data))
        self.count += len(lines)
        self.prev = leaf_hash(lines[-1]).hex()

    def segments(self) -> list[int]:
        """First numbers of the segments, in order; files with other names are left to fsck."""
        found = (SEGMENT.fullmatch(name) for name in self._disk.names(self._layout.entries))
        # A second spelling of one number (an extra zero) is no segment.
        return sorted(int(m[1]) for m in found if m and self._layout.segment(int(m[1])).name == m[0])

    def segment_lines(self, first: int) -> tuple[list[bytes], bytes]:
        """The whole lines of one segment as they are on disk now, and what is torn after them."""
        *lines, torn = self._disk.read(self._layout.segment(first)).split(b"\n")
        return lines, torn

    def lines(self, count: int) -> Iterator[Line]:
        """The first `count` lines in order; fewer if they are not there."""
        expected = 0
        for first in self.segments():
            for number, data in enumerate(self.segment_lines(first)[0], start=1):
                if expected >= count:
                    return
                yield Line(f"{self._layout.segment(first).name}:{number}", expected, data)
                expected += 1


def _leaves(count: int) -> str:
    return "1 leaf" if count == 1 else f"{count} leaves"
