"""Artefacts computed from logs: populations, coverage and measures as integers, never raw records."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model


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
    first: datetime | None = None
    last: datetime | None = None
    days_in_period: int
    days_covered: int
    longest_hole_seconds: int | None = None
    holes: tuple[Hole, ...] = Field(default=(), description="of one hour and more, longest first, at most 50")
    fields: tuple[FieldCount, ...] = ()
    models: tuple[ModelUse, ...] = Field(default=(), description="the first 1,000 by name, most used first")
    models_dropped: int = Field(default=0, description="further names that are not listed; 9,000 stands for any more")
    latency_ms: tuple[Quantile, ...] = ()
    latency_n: int = 0
    failures: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nanodollars: int = 0
    fallbacks: int = 0
    cache_hits: int = 0
    settings: tuple[str, ...] = Field(
        default=(), description="options of the source that bend the measurement, each with its default"
    )
