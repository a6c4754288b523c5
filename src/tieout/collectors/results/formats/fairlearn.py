"""A Fairlearn MetricFrame written as JSON, as `fairness_report`.

Fairlearn has no file format of its own. Read is what `MetricFrame.overall` and `MetricFrame.by_group` give as
dictionaries, under those names, with differences and ratios beside them. How many rows each group has is known where
one of the metrics is `fairlearn.metrics.count`. What nobody writes by himself may stand beside: `fairlearn_version`,
`model` and `created_at`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import finite, instant, member, number, text, whole
from tieout.domain.artefacts.measurements import Disparity, FairnessReport, GroupMetric
from tieout.domain.artefacts.reports import Outcome
from tieout.domain.evidence import Effective
from tieout.kernel.pointers import part_of

_COUNTS: Final = frozenset({"count", "n", "samples"})
_TIMES: Final = ("created_at", "created", "timestamp", "date")
_MOST: Final = 2000


def is_frame(data: Any) -> bool:
    """Whether a JSON document holds metrics over all and by group."""
    if not isinstance(data, dict) or not isinstance(data.get("overall"), dict):
        return False
    groups = data.get("by_group")
    return isinstance(groups, dict) and bool(groups) and all(isinstance(one, dict) for one in groups.values())


def read(file: Input) -> Iterator[Found]:
    """The frame."""
    data: dict[str, Any] = file.document.data
    by_group = member(data, "by_group")
    counted: dict[str, Any] = next((by_group[name] for name in sorted(by_group) if name in _COUNTS), {})
    groups = sorted({str(group) for rows in by_group.values() for group in rows})
    sizes = [whole(counted.get(group)) for group in groups]
    rows = list(_metrics(data, counted))[:_MOST]
    time, zoned = next((instant(data[name]) for name in _TIMES if name in data), (None, True))
    disparities = [
        (name, float(value))
        for name, value in sorted(data.items())
        if finite(value) and name.endswith(("_difference", "_ratio"))
    ]
    known = [size for size in sizes if size is not None]
    facts = FairnessReport(
        tool="fairlearn",
        tool_version=text(data.get("fairlearn_version")),
        # How many rows there are is no figure of how the model treats them.
        status=_status(groups, sizes, has_metrics=any(one.metric not in _COUNTS for _, one in rows)),
        completed_at=time,
        zone_recorded=zoned,
        model=text(data.get("model")),
        groups=tuple(groups[:_MOST]),
        smallest_n=min(known) if known and len(known) == len(sizes) else None,
        metrics=tuple(metric for _, metric in rows),
        disparities=tuple(Disparity(name=name, value=value) for name, value in disparities),
    )
    told = []
    if facts.smallest_n is None:
        told.append(Told("does not record how many rows each group has", file.line("/by_group")))
    elif facts.smallest_n == 0:
        told.append(Told("has a group without any row", file.line("/by_group")))
    if len(groups) == 1:
        told.append(Told("has one group only, so that nothing is compared", file.line("/by_group")))
    places = {f"/metrics/{at}": pointer for at, (pointer, _) in enumerate(rows)}
    places |= {f"/disparities/{at}": f"/{part_of(name)}" for at, (name, _) in enumerate(disparities)}
    zone = "" if zoned else ", written without a zone and taken as UTC"
    effective = Effective(end=time, basis=f"time in the report{zone}") if time else None
    yield Found("fairness_report", facts, effective, file.lines(places), told)


def _status(groups: list[str], sizes: list[int | None], *, has_metrics: bool) -> Outcome:
    """It is written from a finished computation; how much data that had is another question."""
    if not has_metrics or len(groups) < 2 or 0 in sizes:  # noqa: PLR2004 - one group is compared with none
        return "empty"
    return "incomplete" if None in sizes else "success"


def _metrics(data: Mapping[str, Any], counted: Mapping[str, Any]) -> Iterator[tuple[str, GroupMetric]]:
    for name, value in member(data, "overall").items():
        if finite(value):
            yield f"/overall/{part_of(name)}", GroupMetric(metric=name[:200], value=float(value))
    for name, groups in member(data, "by_group").items():
        for group in groups:
            value = number(groups[group])
            if value is not None:
                n = whole(counted.get(group))
                metric = GroupMetric(metric=name[:200], group=str(group)[:200], value=value, n=n)
                yield f"/by_group/{part_of(name)}/{part_of(group)}", metric


FORMATS = (Format("fairlearn", "a Fairlearn frame", "json", ("fairness_report",), is_frame, read),)
