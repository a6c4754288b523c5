"""Artefacts computed from logs: populations, coverage and measures as integers, never raw records."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model

#: What a member of a log's record may mean.
Meaning = Literal[
    "time",
    "request_id",
    "principal",
    "model",
    "provider",
    "route",
    "prompt_version",
    "latency",
    "status",
    "input_tokens",
    "output_tokens",
    "cost",
    "fallback",
    "cache_hit",
]
MOST_REPEATS = 1000
"""Of so many records one may be a repeat (a default of ours); more, and they are no sample."""


def repeats_matter(repeats: int | None, records: int) -> bool:
    """Whether so many repeats among the records make figures of them worthless."""
    return repeats is not None and repeats * MOST_REPEATS > records


class LogFile(Model):
    """One file of a log, as it was read."""

    path: str
    sha256: str
    size: int = Field(description="bytes")
    lines: int


class Reject(Model):
    """One line that is not a usable record; text is never quoted here."""

    path: str
    line: int = Field(description="1-based")
    offset: int = Field(description="bytes from the start of the (uncompressed) file")
    kind: Literal["unreadable", "invalid"]
    reason: str
    outside: bool = Field(default=False, description="its neighbours show that it does not belong to the period")


class LinePlace(Model):
    """A line of a file of the log."""

    path: str
    line: int = Field(description="1-based")

    def __str__(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


class Hole(Model):
    """A stretch without any record."""

    start: datetime
    end: datetime
    seconds: int


class Quantile(Model):
    """An exact order statistic with its two-sided interval, also from order statistics."""

    share: float
    value: int
    low: int
    high: int | None = Field(default=None, description="None: the sample is too small to bound it above")
    level: float = Field(default=0.95, description="two-sided confidence level of the interval")


class ModelUse(Model):
    """One served model as the log names it."""

    model: str
    provider: str | None = None
    records: int
    first: datetime
    last: datetime


class RouteUse(Model):
    """Records of one kind, by the model, provider and route that they name."""

    model: str | None = None
    provider: str | None = None
    route: str | None = Field(default=None, description="the gateway's own name for it; LiteLLM's model_group")
    records: int
    first: datetime | None = None
    last: datetime | None = None


class FieldCount(Model):
    """In how many records a field is present and usable; `shown` is False where the format cannot show it."""

    name: str
    present: int
    shown: bool = True


class Telemetry(Model):
    """One log source over the assessed period.

    Reconciled: lines = blank + unreadable + invalid + records, and
    records = in_period + before_period + after_period.
    All measures speak of the `in_period` records alone.
    """

    format: str
    files: tuple[LogFile, ...]
    period_start: datetime
    period_end: datetime
    lines: int
    blank: int
    unreadable: int
    invalid: int
    records: int
    in_period: int
    before_period: int
    after_period: int = Field(description="later than the period, or than the as-of time: listed, not counted")
    rejects: tuple[Reject, ...] = Field(default=(), description="the first 100, in order of file and line")
    rejected_outside: int = Field(
        default=0, description="unreadable and invalid lines between records that lie outside of the period"
    )
    first: datetime | None = None
    last: datetime | None = None
    days_in_period: int
    days_covered: int
    days_begun: tuple[date, ...] = Field(
        default=(), description="days at the ends, partly outside of the period and without a record: not counted"
    )
    longest_hole_seconds: int | None = None
    holes: tuple[Hole, ...] = Field(
        default=(), description="of one hour and more, longest first, at most 50; the first may begin before the period"
    )
    holes_before: tuple[Hole, ...] = Field(
        default=(), description="of one day and more, that end in the seven days before the period; at most 10"
    )
    repeats: int | None = Field(
        default=None,
        description="records that tell another one again: same id, time, model, status and measures; None: not counted",
    )
    repeat_places: tuple[LinePlace, ...] = Field(default=(), description="a record and its repeat, where they matter")
    fields: tuple[FieldCount, ...] = ()
    models: tuple[ModelUse, ...] = Field(default=(), description="the first 1,000 by name, most used first")
    models_dropped: int = Field(default=0, description="further names that are not listed; 9,000 stands for any more")
    latency_ms: tuple[Quantile, ...] = ()
    latency_n: int = 0
    failures: int = 0
    failed: tuple[RouteUse, ...] = Field(default=(), description="the same by route; the first 1,000 by name")
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nanodollars: int = 0
    fallbacks: int = Field(default=0, description="records of a fallback, whether it succeeded or not")
    fell_back: tuple[RouteUse, ...] = Field(
        default=(),
        description="fallbacks that answered, with a token and not from the cache, by route; the first 1,000 by name",
    )
    cache_hits: int = 0
    settings: tuple[str, ...] = Field(
        default=(), description="options of the source that bend the measurement, each with its default"
    )
