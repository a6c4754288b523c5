"""What one pass over a shard of a log leaves behind: integers that add up, in any order, on any machine."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from tieout.analytics.repeats import Keys
from tieout.kernel.errors import TieoutError

MAX_REJECTS = 100
"""Rejects kept with their place; all are counted."""

MAX_MODELS = 1000
"""Models listed: the first of them in alphabetical order, because that choice adds up exactly."""

MAX_MODEL_NAMES = 10_000
"""Models told apart, so that it is known how many are not listed; chosen likewise."""

MAX_USES = 1000
"""Failing and falling-back routes listed, chosen likewise."""

_SUMS = (
    "blank", "rejected_outside", "failures", "input_tokens", "output_tokens", "nanodollars", "fallbacks", "cache_hits"
)  # fmt: skip

Kind = Literal["unreadable", "invalid"]
ModelKey = tuple[str, str]
"""Model and provider; an empty provider is one that the record does not name."""
UseKey = tuple[str, str, str]
"""Model, provider and route; empty where the record does not name it."""
Spot = tuple[str, int]
"""Path and line of a record."""


class ReconciliationError(TieoutError):
    """The counts of a pass do not add up, so none of them may be used."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file as it was read: SHA-256 and bytes as stored, lines as unpacked.

    Attributes:
        sha256: Of the bytes as stored.
        size: Bytes as stored.
        lines: Lines as unpacked.
        rejected: (reason, lines) of those that are no usable records, most of them first.
        first_rejected: The first of these lines; 0: there is none.
        first_time: Of the first record that has one, microseconds since 1970; None: no record has.
        last_time: Of the last.
        tail: The first of the rejected lines that no record follows; 0: there is none.
        tail_rejected: Their number.
    """

    sha256: str
    size: int
    lines: int
    rejected: tuple[tuple[str, int], ...] = ()
    first_rejected: int = 0
    first_time: int | None = None
    last_time: int | None = None
    tail: int = 0
    tail_rejected: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a file was not read to its end, and the line up to which it was (0: not at all)."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Rejected:
    """A line that is not a usable record, and its place.

    Attributes:
        path: File.
        line: 1-based.
        offset: Bytes from the start of the uncompressed file.
        kind: What is wrong with it.
        reason: In a few fixed words.
        outside: Records before and after it in its file show that it does not belong to the period.
    """

    path: str
    line: int
    offset: int
    kind: Kind
    reason: str
    outside: bool = False


@dataclass(slots=True)
class Span:
    """How many records, and the first and last of them, microseconds since 1970."""

    count: int
    first: int
    last: int

    def add(self, other: "Span") -> None:
        """Take another span in."""
        self.count += other.count
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)


@dataclass(slots=True)
class Aggregate:
    """Counts of a shard; two aggregates of different files merge into that of both.

    Attributes:
        files: Path -> the file as read.
        stops: Path -> why it was not read to its end.
        blank: Lines without text.
        rejected: (kind, reason) -> lines.
        rejects: The first hundred of them, by file and line.
        rejected_outside: Those whose neighbours in the file show that they do not belong to the period.
        before: Records before the period; None: none.
        after: Records after the period or after the as-of time; None: none.
        hours: Hours since 1970 -> records of the period in that hour.
        hours_before: The same for the days just before the period.
        present: Meaning -> records of the period in which it is usable.
        models: Served models.
        latency: Milliseconds -> records.
        failures: Records whose status means failure.
        failed: The same by model, provider and route.
        input_tokens: Sum.
        output_tokens: Sum.
        nanodollars: Sum of costs.
        fallbacks: Records of a fallback, whether it succeeded or not.
        fell_back: Fallbacks that succeeded, by model, provider and route.
        cache_hits: Records that a cache served.
        keys: Of the records of the period that have an id.
        places: What -> the first record of the period of which it is true.
    """

    files: dict[str, FileFacts] = field(default_factory=dict)
    stops: dict[str, Stop] = field(default_factory=dict)
    blank: int = 0
    rejected: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    rejects: list[Rejected] = field(default_factory=list)
    rejected_outside: int = 0
    before: Span | None = None
    after: Span | None = None
    hours: dict[int, Span] = field(default_factory=dict)
    hours_before: dict[int, Span] = field(default_factory=dict)
    present: Counter[str] = field(default_factory=Counter)
    models: dict[ModelKey, Span] = field(default_factory=dict)
    latency: Counter[int] = field(default_factory=Counter)
    failures: int = 0
    failed: dict[UseKey, Span] = field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    nanodollars: int = 0
    fallbacks: int = 0
    fell_back: dict[UseKey, Span] = field(default_factory=dict)
    cache_hits: int = 0
    keys: Keys = field(default_factory=Keys)
    places: dict[tuple[str, ...], Spot] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """Lines of all files, counted by their ends."""
        return sum(facts.lines for facts in self.files.values())

    @property
    def in_period(self) -> int:
        """Records of the period."""
        return sum(span.count for span in self.hours.values())

    @property
    def records(self) -> int:
        """Usable records of any time."""
        return self.in_period + sum(span.count for span in (self.before, self.after) if span)

    def count_of(self, kind: Kind) -> int:
        """Rejected lines of a kind."""
        return sum(count for (found, _), count in self.rejected.items() if found == kind)

    def reconcile(self) -> None:
        """Check that every line was counted once.

        Raises:
            ReconciliationError: lines = blank + unreadable + invalid + records does not hold.
        """
        counted = self.blank + sum(self.rejected.values()) + self.records
        if counted != self.lines:
            message = f"{self.lines:,} lines were read, but {counted:,} were counted"
            raise ReconciliationError(message, hint="report this with the log's shape; no figure of it is used")

    def to_bytes(self) -> bytes:
        """The same bytes for the same counts, whatever the order in which shards were merged."""
        plain = {
            name: sorted(value.items())
            if isinstance(value, dict)
            else (value.plain() if isinstance(value, Keys) else value)
            for name, value in ((name, getattr(self, name)) for name in self.__slots__)
        }
        return json.dumps(msgspec.to_builtins(plain), sort_keys=True, separators=(",", ":")).encode()


def merge(one: Aggregate, other: Aggregate) -> Aggregate:
    """The aggregate of the files of both; commutative and associative, and neither is changed.

    Raises:
        ReconciliationError: A file is in both, so that it would be counted twice.
    """
    return merge_all((one, other))


def merge_all(parts: Iterable[Aggregate]) -> Aggregate:
    """The aggregate of many shards; as `merge`, without its copies in between."""
    total = Aggregate()
    for part in parts:
        _take(total, part)
    return total


def add_span(spans: dict[Any, Span], key: Any, span: Span) -> None:
    """Add to a table of spans."""
    known = spans.get(key)
    if known is None:
        spans[key] = Span(span.count, span.first, span.last)
    else:
        known.add(span)


def keep_first_models(models: dict[ModelKey, Span]) -> None:
    """Drop all but the first MAX_MODEL_NAMES keys; a key dropped once can never come back among them."""
    for key in sorted(models)[MAX_MODEL_NAMES:]:
        del models[key]


def keep_first_uses(uses: dict[UseKey, Span]) -> None:
    """Drop all but the first MAX_USES keys."""
    for key in sorted(uses)[MAX_USES:]:
        del uses[key]


def add_place(places: dict[tuple[str, ...], Spot], what: tuple[str, ...], spot: Spot) -> None:
    """Keep the first place of each kind."""
    known = places.get(what)
    if known is None or spot < known:
        places[what] = spot


def keep_known_places(total: "Aggregate") -> None:
    """Drop the places of models and routes that were dropped themselves."""
    tables: dict[str, Any] = {"model": total.models, "failed": total.failed, "fell back": total.fell_back}
    for what in [what for what in total.places if what[0] in tables and what[1:] not in tables[what[0]]]:
        del total.places[what]


def keep_first_rejects(rejects: list[Rejected]) -> None:
    """Drop all but the first MAX_REJECTS."""
    rejects.sort()
    del rejects[MAX_REJECTS:]


def _take(total: Aggregate, part: Aggregate) -> None:
    twice = (total.files.keys() | total.stops.keys()) & (part.files.keys() | part.stops.keys())
    if twice:
        raise ReconciliationError(f"{min(twice)} would be counted twice")
    total.files |= part.files
    total.stops |= part.stops
    total.rejected.update(part.rejected)
    total.rejects.extend(part.rejects)
    keep_first_rejects(total.rejects)
    total.before = _joined(total.before, part.before)
    total.after = _joined(total.after, part.after)
    for hour, span in part.hours.items():
        add_span(total.hours, hour, span)
    for hour, span in part.hours_before.items():
        add_span(total.hours_before, hour, span)
    total.present.update(part.present)
    for key, span in part.models.items():
        add_span(total.models, key, span)
    keep_first_models(total.models)
    for uses, more in ((total.failed, part.failed), (total.fell_back, part.fell_back)):
        for use, span in more.items():
            add_span(uses, use, span)
        keep_first_uses(uses)
    for what, spot in part.places.items():
        add_place(total.places, what, spot)
    keep_known_places(total)
    total.keys.join(part.keys)
    total.latency.update(part.latency)
    for name in _SUMS:
        setattr(total, name, getattr(total, name) + getattr(part, name))


def _joined(one: Span | None, other: Span | None) -> Span | None:
    if one is None or other is None:
        found = one or other
        return Span(found.count, found.first, found.last) if found else None
    return Span(one.count + other.count, min(one.first, other.first), max(one.last, other.last))
