"""One pass over one file of a log: every line judged, placed and counted, in bounded memory."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import Any, BinaryIO

from tieout.analytics.aggregate import (
    MAX_MODEL_NAMES,
    MAX_USES,
    Aggregate,
    FileFacts,
    Kind,
    ModelKey,
    Span,
    Stop,
    UseKey,
    add_span,
    keep_first_models,
    keep_first_uses,
    keep_known_places,
)
from tieout.analytics.fields import FieldMap
from tieout.analytics.lines import MAX_LINE_BYTES, WHITE, Batch, LineReader, StoppedError
from tieout.analytics.records import InvalidRecordError, RecordReader, UnreadableLineError
from tieout.analytics.rejects import Rejects
from tieout.analytics.repeats import keys_of
from tieout.analytics.values import usable
from tieout.domain.artefacts.logs import Meaning
from tieout.kernel.errors import UnreadableError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
"""Microseconds of an hour."""

LOOKBACK = 14 * 24 * HOUR
"""Before the period, records are counted by the hour for so long: a silence may lie across its start."""

_Columns = dict[tuple[str, ...], Sequence[Any]]
_Values = dict[Meaning, list[Any]]
#: What two records of one id must share to be one record told twice, beside their time.
_SAME: tuple[Meaning, ...] = ("model", "status", "latency", "output_tokens")

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
    pass_.finish()
    total, rejects = pass_.total, pass_.rejects
    if reader is not None and (reader.count or not reason):
        total.files[shard.path] = FileFacts(
            reader.sha256,
            reader.size,
            reader.count,
            rejected=tuple(_by_count(total.rejected)),
            first_rejected=total.rejects[0].line if total.rejects else 0,
            first_time=rejects.first_time,
            last_time=rejects.last_time,
            tail=rejects.tail[0],
            tail_rejected=rejects.tail[1],
        )
    if reason:
        total.stops[shard.path] = Stop(reader.count if reader is not None else 0, reason)
    return total


def find(shard: Shard, field_map: FieldMap, window: Window, key: int, most: int) -> list[int]:
    """Lines of the first records of a file that have a key; read only where a record was told again."""
    pass_ = _Search(shard.path, RecordReader(field_map), window, key)
    try:
        with shard.open() as stream:
            for batch in LineReader(stream).batches():
                pass_.take(batch)
                if len(pass_.found) >= most:
                    break
    except (StoppedError, UnreadableError):
        pass  # counting it said so
    return pass_.found[:most]


class _Pass:
    """The state of a pass over one file."""

    def __init__(self, path: str, reader: RecordReader, window: Window) -> None:
        self.total = Aggregate()
        self.rejects = Rejects(path, self.total, window.start, window.end)
        self._path = path
        self._reader = reader
        self._window = window
        names = [candidate.name for candidate in reader.field_map.fields["time"]]
        self._no_time = f"no usable time in '{names[0]}'" if len(names) == 1 else "no usable time"

    def take(self, batch: Batch) -> None:
        """Count a batch of lines."""
        if batch.too_long:
            self.rejects.add(batch.line, batch.offset, "unreadable", _TOO_LONG)
            self.rejects.place((), ())
            return
        if batch.blank:
            self.total.blank += batch.blank
            return
        read = self._reader.read
        records, lines, offsets = [], [], []
        number, offset = batch.line - 1, batch.offset
        for line in batch.lines:
            number += 1
            if line.strip(WHITE):
                try:
                    records.append(read(line))
                    lines.append(number)
                    offsets.append(offset)
                except UnreadableLineError as error:
                    cut = not batch.ended and str(error) == "not JSON"
                    self.rejects.add(number, offset, "unreadable", _CUT if cut else str(error))
                except InvalidRecordError as error:
                    self.rejects.add(number, offset, "invalid", str(error))
            else:
                self.total.blank += 1
            offset += len(line) + 1
        self._count(records, lines, offsets)

    def finish(self) -> None:
        """The file has ended."""
        self.rejects.finish()
        keep_first_models(self.total.models)
        keep_first_uses(self.total.failed)
        keep_first_uses(self.total.fell_back)
        keep_known_places(self.total)
        self.total.keys.settle()

    def _count(self, records: Sequence[Any], lines: list[int], offsets: Sequence[int]) -> None:
        """Sort a batch's records into before, in and after the period, and measure those within."""
        columns = self._reader.columns(records)
        times = usable(columns, self._reader.field_map, "time", len(records))
        if None in times:
            for line, offset, time in zip(lines, offsets, times, strict=True):
                if time is None:
                    self.rejects.add(line, offset, "invalid", self._no_time)
            lines, columns, times = _rows([time is not None for time in times], lines, columns, times)
        self.rejects.place(lines, times)
        if not times:
            return
        start, end = self._window.start, self._window.end
        if min(times) < start or max(times) > end:
            for time in times:
                if time < start:
                    self._count_before(time)
                elif time > end:
                    self.total.after = _with(self.total.after, time)
            lines, columns, times = _rows([start <= time <= end for time in times], lines, columns, times)
        self._measure(columns, times, lines)

    def _count_before(self, time: int) -> None:
        self.total.before = _with(self.total.before, time)
        if time >= self._window.start - LOOKBACK:
            add_span(self.total.hours_before, time // HOUR, Span(1, time, time))

    def _measure(self, columns: _Columns, times: list[int], lines: list[int]) -> None:
        total = self.total
        field_map = self._reader.field_map
        values: _Values = {
            meaning: usable(columns, field_map, meaning, len(times))
            for meaning in field_map.fields
            if meaning != "time"
        }
        for meaning, found in values.items():
            missing = found.count(None)
            total.present[meaning] += len(found) - missing
            if missing:
                self._place_first(("without", meaning), found, lines, value=None)
        self._count_served(values, times, lines)
        latency = Counter(values.get("latency", ()))
        del latency[None]
        total.latency.update(latency)
        self._count_uses(values, times, lines)
        total.cache_hits += values.get("cache_hit", []).count(True)
        total.input_tokens += sum(filter(None, values.get("input_tokens", ())))
        total.output_tokens += sum(filter(None, values.get("output_tokens", ())))
        total.nanodollars += sum(filter(None, values.get("cost", ())))
        if "request_id" in values:
            nobody: list[Any] = [None] * len(times)
            total.keys.add(keys_of(values["request_id"], times, *(values.get(name, nobody) for name in _SAME)))

    def _count_served(self, values: _Values, times: list[int], lines: list[int]) -> None:
        """Count the records by hour and by model."""
        total = self.total
        nobody: list[Any] = [None] * len(times)
        names = values.get("model", nobody)
        keys = [
            None if model is None else (model, provider or "")
            for model, provider in zip(names, values.get("provider", nobody), strict=True)
        ]
        hours: dict[int, list[int]] = {}
        models: dict[ModelKey, list[int]] = {}
        for key, time in zip(keys, times, strict=True):
            hours.setdefault(time // HOUR, []).append(time)
            if key is not None:
                models.setdefault(key, []).append(time)
        for hour, of_hour in hours.items():
            add_span(total.hours, hour, Span(len(of_hour), min(of_hour), max(of_hour)))
        if new := models.keys() - total.models.keys():
            first = dict(zip(reversed(keys), reversed(lines), strict=True))
            for key in new:
                total.places.setdefault(("model", *key), (self._path, first[key]))
        for key, of_model in models.items():
            add_span(total.models, key, Span(len(of_model), min(of_model), max(of_model)))
        if len(total.models) > 2 * MAX_MODEL_NAMES:
            keep_first_models(total.models)
            keep_known_places(total)

    def _count_uses(self, values: _Values, times: list[int], lines: list[int]) -> None:
        """Count what failed, and which fallbacks did not: neither the cache's answers nor those of no token count."""
        total = self.total
        failed, fallback = values.get("status", []), values.get("fallback", [])
        if failures := failed.count(True):
            total.failures += failures
            self._place_first(("failures",), failed, lines, value=True)
            self._add_uses(total.failed, "failed", failed, values, times, lines)
        if fallbacks := fallback.count(True):
            total.fallbacks += fallbacks
            self._place_first(("fallbacks",), fallback, lines, value=True)
            nothing: list[Any] = [None] * len(fallback)
            cached, tokens = values.get("cache_hit") or nothing, values.get("output_tokens") or nothing
            answered = [
                fell and fail is False and not hit and count != 0
                for fell, fail, hit, count in zip(fallback, failed or nothing, cached, tokens, strict=True)
            ]
            self._add_uses(total.fell_back, "fell back", answered, values, times, lines)

    def _add_uses(  # noqa: PLR0917 - the columns of one batch, beside where they are counted
        self,
        uses: dict[UseKey, Span],
        what: str,
        true: list[Any],
        values: _Values,
        times: list[int],
        lines: list[int],
    ) -> None:
        nobody: list[Any] = [None] * len(true)
        model, provider, route = (values.get(name, nobody) for name in ("model", "provider", "route"))
        for index, is_one in enumerate(true):
            if is_one:
                key = (model[index] or "", provider[index] or "", route[index] or "")
                if key not in uses:
                    self.total.places.setdefault((what, *key), (self._path, lines[index]))
                add_span(uses, key, Span(1, times[index], times[index]))
        if len(uses) > 2 * MAX_USES:
            keep_first_uses(uses)
            keep_known_places(self.total)

    def _place_first(self, what: tuple[str, ...], found: list[Any], lines: list[int], *, value: bool | None) -> None:
        if what not in self.total.places:
            self.total.places[what] = (self._path, lines[found.index(value)])


class _Search(_Pass):
    """A pass that looks for the records of one key and counts nothing."""

    def __init__(self, path: str, reader: RecordReader, window: Window, key: int) -> None:
        super().__init__(path, reader, window)
        self.found: list[int] = []
        self._key = key

    def _measure(self, columns: _Columns, times: list[int], lines: list[int]) -> None:
        field_map = self._reader.field_map
        ids, *same = (usable(columns, field_map, name, len(times)) for name in ("request_id", *_SAME))
        lines = [line for line, one in zip(lines, ids, strict=True) if one is not None]
        keys = keys_of(ids, times, *same)
        self.found.extend(line for line, key in zip(lines, keys, strict=True) if key == self._key)


def _rows(
    wanted: Sequence[bool], lines: list[int], columns: _Columns, times: list[Any]
) -> tuple[list[int], _Columns, list[int]]:
    kept: _Columns = {path: list(compress(values, wanted)) for path, values in columns.items()}
    return list(compress(lines, wanted)), kept, list(compress(times, wanted))


def _by_count(rejected: Counter[tuple[Kind, str]]) -> list[tuple[str, int]]:
    """Reasons with their lines, most first, equal ones by their words."""
    return sorted(((reason, count) for (_, reason), count in rejected.items()), key=lambda one: (-one[1], one[0]))


def _with(span: Span | None, time: int) -> Span:
    if span is None:
        return Span(1, time, time)
    span.add(Span(1, time, time))
    return span
