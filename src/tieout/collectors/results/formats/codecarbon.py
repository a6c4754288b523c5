"""The table of CodeCarbon (emissions.csv) as `energy_report`: estimates, one row a run."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import instant, number, text
from tieout.domain.artefacts.measurements import EnergyReport, EnergyRun
from tieout.domain.evidence import Effective

_COLUMNS: Final = frozenset({"timestamp", "project_name", "duration", "emissions", "energy_consumed"})
_MOST: Final = 1000
_MOST_TOLD = 20
_LONGEST_RUN = 366 * 86_400.0
_LARGEST = 1e12


def read(file: Input) -> Iterator[Found]:
    """All runs of the table."""
    rows: list[dict[str, str]] = file.document.data
    told: list[Told] = []
    runs: list[tuple[int, EnergyRun, datetime | None]] = []
    zoned = True
    for at, row in enumerate(rows):
        energy, seconds = _amount(row["energy_consumed"]), _amount(row["duration"])
        if energy is None or not energy:
            reason = "the run has no energy, and is left out" if energy == 0 else "the energy of the run is no amount"
            told.append(Told(reason, file.line(f"/{at}")))
            continue
        ended, has_zone = instant(row["timestamp"])
        zoned = zoned and has_zone
        begun = ended - timedelta(seconds=seconds) if ended and seconds and seconds <= _LONGEST_RUN else ended
        runs.append((at, _run(row, energy, seconds, ended), begun))
    versions = sorted({version for row in rows if (version := text(row.get("codecarbon_version")))})
    ends = [one.ended_at for _, one, _ in runs if one.ended_at is not None]
    starts = [begun for _, _, begun in runs if begun is not None]
    newest = sorted(runs, key=lambda run: (run[1].ended_at is None, _descending(run[1].ended_at), run[0]))[:_MOST]
    emissions = [one.emissions_kg for _, one, _ in runs]
    durations = [one.seconds for _, one, _ in runs]
    facts = EnergyReport(
        tool="codecarbon",
        tool_version=", ".join(versions)[:200] or None,
        status="success" if runs else "empty",
        started_at=min(starts, default=None),
        completed_at=max(ends, default=None),
        zone_recorded=zoned,
        runs=tuple(one for _, one, _ in newest),
        n=len(runs),
        energy_kwh=math.fsum(one.energy_kwh for _, one, _ in runs),
        emissions_kg=_sum(emissions),
        seconds=_sum(durations),
    )
    if len(told) > _MOST_TOLD:
        told = [*told[:_MOST_TOLD], Told(f"{len(told):,} rows of {len(rows):,} in all have no usable energy")]
    zone = "" if zoned else ", written without a zone and taken as UTC"
    effective = (
        Effective(start=facts.started_at, end=facts.completed_at, basis=f"times of the runs{zone}")
        if facts.completed_at
        else None
    )
    lines = file.lines({f"/runs/{index}": f"/{at}" for index, (at, _, _) in enumerate(newest)})
    yield Found("energy_report", facts, effective, lines, told)


def _run(row: Mapping[str, str], energy: float, seconds: float | None, ended: datetime | None) -> EnergyRun:
    return EnergyRun(
        project=text(row.get("project_name")),
        ended_at=ended,
        seconds=seconds,
        energy_kwh=energy,
        emissions_kg=_amount(row.get("emissions")),
        country=text(row.get("country_iso_code")) or text(row.get("country_name")),
        region=text(row.get("cloud_region")) or text(row.get("region")),
        method=text(row.get("tracking_mode")),
        processor=text(row.get("cpu_model")),
        accelerator=text(row.get("gpu_model")),
    )


def _amount(value: Any) -> float | None:
    read_ = number(value)
    return read_ if read_ is not None and 0 <= read_ <= _LARGEST else None


def _sum(values: list[float | None]) -> float | None:
    """The sum, where every run has its part of it."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if values and len(known) == len(values) else None


def _descending(time: datetime | None) -> float:
    return -time.timestamp() if time is not None else 0.0


def _is_table(columns: Any) -> bool:
    return bool(columns >= _COLUMNS)


FORMATS = (Format("codecarbon", "a table of CodeCarbon", "csv", ("energy_report",), _is_table, read),)
