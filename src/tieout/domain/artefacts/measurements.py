"""Artefacts of tools that measure: load, energy, drift and fairness."""

from datetime import datetime

from pydantic import Field

from tieout.domain.artefacts.reports import ToolReport
from tieout.domain.base import Model


class LoadTest(ToolReport):
    """A load test over all its requests, times in milliseconds."""

    target: str | None = Field(default=None, description="what was asked, as recorded")
    requests: int
    failures: int | None = None
    checks: int | None = Field(default=None, description="answers that the test itself judged, each check counted")
    checks_failed: int | None = Field(default=None, description="checks of answers that failed")
    rate_per_second: float | None = Field(default=None, description="requests a second, on average")
    error_rate: float | None = Field(default=None, description="failed share of the requests, from 0 to 1")
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    max_ms: float | None = None
    most_users: int | None = Field(default=None, description="most users at once")
    seconds: float | None = Field(default=None, description="how long it took")
    limits_broken: tuple[str, ...] = Field(default=(), description="limits of the test itself that were not met")


class EnergyRun(Model):
    """Energy of one run of a program, as estimated."""

    project: str | None = None
    ended_at: datetime | None = None
    seconds: float | None = None
    energy_kwh: float
    emissions_kg: float | None = Field(default=None, description="kilograms of CO2 equivalent")
    country: str | None = None
    region: str | None = None
    method: str | None = Field(default=None, description="what is counted: the whole machine or the process alone")
    processor: str | None = None
    accelerator: str | None = None


class EnergyReport(ToolReport):
    """Energy of programs; an estimate of the tool's, whose uncertainty it does not record."""

    runs: tuple[EnergyRun, ...] = Field(default=(), description="the newest 1,000")
    n: int = Field(description="runs that were counted")
    energy_kwh: float
    emissions_kg: float | None = None
    seconds: float | None = None


class DriftPoint(Model):
    """One measured distance between current data and a reference."""

    metric: str
    column: str | None = None
    method: str | None = None
    value: float
    limit: float | None = Field(default=None, description="the report's own limit")
    drifted: bool | None = Field(
        default=None, description="whether the limit was passed; left out where the method's direction is not known"
    )


class DriftSeries(ToolReport):
    """Distances between current data and a reference at one time."""

    n: int | None = Field(default=None, description="rows of current data")
    reference_n: int | None = Field(default=None, description="rows of the reference")
    points: tuple[DriftPoint, ...] = ()


class GroupMetric(Model):
    """A metric of one group, or of all (group left out)."""

    metric: str
    group: str | None = None
    value: float
    n: int | None = None


class Disparity(Model):
    """A distance or a ratio between groups."""

    name: str
    value: float


class FairnessReport(ToolReport):
    """Metrics split by group."""

    model: str | None = None
    groups: tuple[str, ...] = ()
    smallest_n: int | None = Field(default=None, description="rows of the smallest group; left out if any is unknown")
    metrics: tuple[GroupMetric, ...] = ()
    disparities: tuple[Disparity, ...] = ()
