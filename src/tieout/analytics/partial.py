"""One pass over one file of a log: every line judged, placed and counted, in bounded memory."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from tieout.analytics.aggregate import (
    MAX_MODEL_NAMES,
    MAX_REJECTS,
    Aggregate,
    FileFacts,
    Kind,
    Rejected,
    Span,
    Stop,
    add_span,
    keep_first_models,
    keep_first_rejects,
)
from tieout.analytics.fields import FieldMap
from tieout.analytics.lines import MAX_LINE_BYTES, Batch, LineReader, StoppedError
from tieout.analytics.records import InvalidRecordError, RecordReader, UnreadableLineError
from tieout.analytics.values import usable
from tieout.kernel.errors import UnreadableError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
"""Microseconds of an hour."""

_WHITE = b" \t\r"
_TOO_LONG = f"longer than {MAX_LINE_BYTES >> 20} MiB"
_CUT = "not JSON: the last line has no line end, so it was cut short or is still being written"


@dataclass(frozen=True, slots=True)
class Window:
    """The assessed period, both ends included, microseconds since 1970; nothing counts after `end`."""

    start: int
    end: int

    @classmethod
    def of(cls, start: datetime, end: datetime, as_of: datetime) -> "Window":
        """The window of a period as known at a time."""
        return cls(microseconds(start), microseconds(min(end, as_of)))


@dataclass(frozen=True, slots=True)
class Shard:
    """One file, and how to open it where the work is done."""

    path: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(since_1970: int) -> datetime:
    """The UTC time of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=since_1970)


def partial(shard: Shard, field_map: FieldMap, window: Window) -> Aggregate:
    """Count one file.

    A file that cannot be opened, or not be read to its end, is no error here: what was read counts,
    and `stops` of the result says why and where, so that it crosses process borders as data.

    Args:
        shard: The file.
        field_map: What its records mean.
        window: Records outside are counted apart, and nothing else of them is used.
    """
    pass_ = _Pass(shard.path, RecordReader(field_map), window)
    reader: LineReader | None = None
    reason = ""
    try:
        with shard.open() as stream:
            reader = LineReader(stream)
            for batch in reader.batches():
                pass_.take(batch)
    except StoppedError as error:
        reason = str(error)
    except UnreadableError as error:
        reason = error.message
    total = pass_.total
    keep_first_rejects(total.rejects)
    keep_first_models(total.models)
    if reader is not None and (reader.count or not reason):
        total.files[shard.path] = FileFacts(
            reader.sha256,
            reader.size,
            reader.count,
            rejected=tuple(_by_count(total.rejected)),
            first_rejected=total.rejects[0].line if total.rejects else 0,
        )
    if reason:
        total.stops[shard.path] = Stop(reader.count if reader is not None else 0, reason)
    return total


class _Pass:
    """The state of a pass over one file."""

    def __init__(self, path: str, reader: RecordReader, window: Window) -> None:
        self.total = Aggregate()
        self._path = path
        self._reader = reader
        self._window = window
        names = [candidate.name for candidate in reader.field_map.fields["time"]]
        self._no_time = f"no usable time in '{names[0]}'" if len(names) == 1 else "no usable time"

    def take(self, batch: Batch) -> None:
        """Count a batch of lines."""
        if batch.too_long:
            self._reject(batch.line, batch.offset, "unreadable", _TOO_LONG)
            return
        read = self._reader.read
        records, places = [], []
        number, offset = batch.line - 1, batch.offset
        for line in batch.lines:
            number += 1
            if line.strip(_WHITE):
                try:
                    records.append(read(line))
                    places.append((number, offset))
                except UnreadableLineError as error:
                    cut = not batch.ended and str(error) == "not JSON"
                    self._reject(number, offset, "unreadable", _CUT if cut else str(error))
                except InvalidRecordError as error:
                    self._reject(number, offset, "invalid", str(error))
            else:
                self.total.blank += 1
            offset += len(line) + 1
        self._count(records, places)

    def _reject(self, line: int, offset: int, kind: Kind, reason: str) -> None:
        self.total.rejected[kind, reason] += 1
        self.total.rejects.append(Rejected(self._path, line, offset, kind, reason))
        if len(self.total.rejects) > 2 * MAX_REJECTS:
            keep_first_rejects(self.total.rejects)

    def _count(self, records: Sequence[Any], places: Sequence[tuple[int, int]]) -> None:
        """Sort a batch's records into before, in and after the period, and measure those within."""
        columns = self._reader.columns(records)
        times = usable(columns, self._reader.field_map, "time", len(records))
        start, end = self._window.start, self._window.end
        inside = []
        for index, time in enumerate(times):
            if time is None:
                self._reject(*places[index], "invalid", self._no_time)
            elif time < start:
                self.total.before = _with(self.total.before, time)
            elif time > end:
                self.total.after = _with(self.total.after, time)
            else:
                inside.append(index)
        if len(inside) < len(times):
            times = [times[index] for index in inside]
            columns = {path: [values[index] for index in inside] for path, values in columns.items()}
        self._measure(columns, times)

    def _measure(self, columns: dict[tuple[str, ...], Sequence[Any]], times: list[int]) -> None:
        total = self.total
        field_map = self._reader.field_map
        values = {
            meaning: usable(columns, field_map, meaning, len(times))
            for meaning in field_map.fields
            if meaning != "time"
        }
        for meaning, found in values.items():
            total.present[meaning] += len(found) - found.count(None)
        nobody: list[Any] = [None] * len(times)
        hours: dict[int, list[int]] = {}
        models: dict[tuple[str, str], list[int]] = {}
        served = zip(values.get("model", nobody), values.get("provider", nobody), times, strict=True)
        for model, provider, time in served:
            hours.setdefault(time // HOUR, []).append(time)
            if model is not None:
                models.setdefault((model, provider or ""), []).append(time)
        for hour, of_hour in hours.items():
            add_span(total.hours, hour, Span(len(of_hour), min(of_hour), max(of_hour)))
        for key, of_model in models.items():
            add_span(total.models, key, Span(len(of_model), min(of_model), max(of_model)))
        if len(total.models) > 2 * MAX_MODEL_NAMES:
            keep_first_models(total.models)
        latency = Counter(values.get("latency", ()))
        del latency[None]
        total.latency.update(latency)
        total.failures += values.get("status", []).count(True)
        total.fallbacks += values.get("fallback", []).count(True)
        total.cache_hits += values.get("cache_hit", []).count(True)
        total.input_tokens += sum(filter(None, values.get("input_tokens", ())))
        total.output_tokens += sum(filter(None, values.get("output_tokens", ())))
        total.nanodollars += sum(filter(None, values.get("cost", ())))


def _by_count(rejected: Counter[tuple[Kind, str]]) -> list[tuple[str, int]]:
    """Reasons with their lines, most first, equal ones by their words."""
    return sorted(((reason, count) for (_, reason), count in rejected.items()), key=lambda one: (-one[1], one[0]))


def _with(span: Span | None, time: int) -> Span:
    if span is None:
        return Span(1, time, time)
    span.add(Span(1, time, time))
    return span
