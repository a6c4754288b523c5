"""Lines of a file that are no usable records: counted, placed, and told apart by whether they belong to the period."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from tieout.analytics.aggregate import MAX_REJECTS, Aggregate, Kind, Rejected, keep_first_rejects

_Line = tuple[int, int, Kind, str]


class Rejects:
    """The rejected lines of one file, while it is read.

    A line that cannot be read has no time. Where the records before and after it in the file all lie before the
    period, or all after it, it does not belong to the period either.

    Args:
        path: The file.
        total: Where they are counted.
        start: Of the period, microseconds since 1970.
        end: Of the period.

    Attributes:
        first_time: Of the first record that has one.
        last_time: Of the last.
        tail: The first of the lines that no record follows, and their number.
    """

    def __init__(self, path: str, total: Aggregate, start: int, end: int) -> None:
        self.first_time: int | None = None
        self.last_time: int | None = None
        self.tail = (0, 0)
        self._path, self._total = path, total
        self._start, self._end = start, end
        self._fresh: list[_Line] = []  # of the batch that is being read
        self._waiting: list[_Line] = []  # for the next record: the first MAX_REJECTS of them

    def add(self, line: int, offset: int, kind: Kind, reason: str) -> None:
        """Count a line."""
        self._total.rejected[kind, reason] += 1
        self._fresh.append((line, offset, kind, reason))

    def place(self, lines: Sequence[int], times: Sequence[int]) -> None:
        """Say which records were read beside the lines that were added since the last call.

        Args:
            lines: Of the records that have a time, in order.
            times: Theirs.
        """
        fresh, self._fresh = sorted(self._fresh), []
        if not times:
            self._wait(fresh)
            return
        if fresh or self.tail[1]:
            self._wait(one for one in fresh if one[0] < lines[0])
            self._release(outside=self._is_outside(self.last_time, times[0]))
            for one in fresh:
                if lines[0] < one[0] < lines[-1]:
                    after = bisect_right(lines, one[0])
                    self._keep([one], 1, outside=self._is_outside(times[after - 1], times[after]))
            self._wait(one for one in fresh if one[0] > lines[-1])
        self.first_time = times[0] if self.first_time is None else self.first_time
        self.last_time = times[-1]

    def finish(self) -> None:
        """The file has ended: what no record follows may be of any time after the last one."""
        tail = self.tail
        self._release(outside=self.last_time is not None and self.last_time > self._end)
        self.tail = tail
        keep_first_rejects(self._total.rejects)

    def _is_outside(self, before: int | None, after: int) -> bool:
        if after < self._start:
            return before is None or before < self._start
        return before is not None and before > self._end and after > self._end

    def _wait(self, lines: Iterable[_Line]) -> None:
        first, count = self.tail
        for one in lines:
            first, count = first or one[0], count + 1
            if len(self._waiting) < MAX_REJECTS:
                self._waiting.append(one)
        self.tail = (first, count)

    def _release(self, *, outside: bool) -> None:
        self._keep(self._waiting, self.tail[1], outside=outside)
        self._waiting, self.tail = [], (0, 0)

    def _keep(self, lines: Sequence[_Line], count: int, *, outside: bool) -> None:
        if outside:
            self._total.rejected_outside += count
        rejects = self._total.rejects
        rejects.extend(Rejected(self._path, *one, outside) for one in lines)
        if len(rejects) > 2 * MAX_REJECTS:
            keep_first_rejects(rejects)
