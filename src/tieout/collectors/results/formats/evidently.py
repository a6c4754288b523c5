"""JSON of Evidently as `drift_series`: reports of 0.7, and the form that versions up to 0.6 wrote.

A report of 0.7 holds neither its time nor the tool's version, and how much data there was only with `RowCount`.
Whether a limit was passed is said only for methods whose direction is known: small p-values and large distances drift.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.collectors.results.interface import ForeignError, Format, Found, Input, Told
from tieout.collectors.results.values import instant, member, number, objects, text, whole
from tieout.domain.artefacts.measurements import DriftPoint, DriftSeries
from tieout.domain.evidence import Effective

_DISTANCES: Final = (
    "distance", "psi", "jensen", "kl_div", "kullback", "hellinger", "energy", "mmd", "tvd", "total-variation",
    "wasserstein",
)  # fmt: skip
_ARGUMENT = re.compile(r"(?:^|[(,])\s*(\w{1,40})=([^,()]{1,200})")
_MOST_POINTS: Final = 2000


def is_report(data: Any) -> bool:
    """Whether a JSON document is a report of either form."""
    rows = [one for _, one in objects(data, "metrics")]
    return bool(rows) and all(
        (("metric_name" in one or "metric_id" in one) and "value" in one) or ("metric" in one and "result" in one)
        for one in rows
    )


def read(file: Input) -> Iterator[Found]:
    """The report; ForeignError where nothing in it is about drift."""
    data: dict[str, Any] = file.document.data
    points: list[tuple[str, DriftPoint]] = []
    rows: int | None = None
    for at, one in objects(data, "metrics"):
        pointer = f"/metrics/{at}"
        if "result" in one:
            points += ((pointer, point) for point in _of_result(one))
        else:
            name, told = _name(one)
            rows = whole(one.get("value")) if name == "RowCount" else rows
            point = _of_value(name, told, one)
            points += [(pointer, point)] if point is not None else []
    if not points:
        message = "is an Evidently report without any drift, which gives no drift report"
        raise ForeignError(message)
    points = points[:_MOST_POINTS]
    time, zoned = instant(data.get("timestamp"))
    facts = DriftSeries(
        tool="evidently",
        tool_version=text(data.get("version")),
        status="success" if rows else "incomplete" if rows is None else "empty",
        completed_at=time,
        zone_recorded=zoned,
        n=rows,
        points=tuple(point for _, point in points),
    )
    told_ = [] if rows else [Told("does not record on how many rows it was measured")]
    zone = "" if zoned else ", written without a zone and taken as UTC"
    effective = Effective(end=time, basis=f"timestamp of the report{zone}") if time else None
    lines = file.lines({f"/points/{index}": pointer for index, (pointer, _) in enumerate(points)})
    yield Found("drift_series", facts, effective, lines, told_)


def _name(one: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """`ValueDrift(column=tokens,method=…)`: its name, and what stands in brackets."""
    whole_name = text(one.get("metric_name")) or text(one.get("metric_id")) or ""
    name, _, inside = whole_name.partition("(")
    return name, {match[1]: match[2].strip() for match in _ARGUMENT.finditer(f"({inside}")}


def _of_value(name: str, told: Mapping[str, str], one: Mapping[str, Any]) -> DriftPoint | None:
    settings = member(one, "config")
    if name == "ValueDrift":
        value, limit = number(one.get("value")), number(settings.get("threshold", told.get("threshold")))
        method = text(settings.get("method")) or told.get("method")
        column = text(settings.get("column")) or told.get("column")
        drifted = _passed(value, limit, method)
        return _point(name, column, method, value, limit, drifted=drifted)
    if name == "DriftedColumnsCount":
        value = number(member(one, "value").get("share"))
        limit = number(settings.get("drift_share", told.get("drift_share")))
        drifted = value >= limit if value is not None and limit is not None else None
        return _point(name, None, "share of columns", value, limit, drifted=drifted)
    return None


def _of_result(one: Mapping[str, Any]) -> Iterator[DriftPoint]:
    """The figures of the older form, which says itself what drifted."""
    result, name = member(one, "result"), text(one.get("metric")) or "metric"
    share = number(result.get("share_of_drifted_columns"))
    if share is not None:
        verdict = result.get("dataset_drift")
        limit, drifted = number(result.get("drift_share")), verdict if isinstance(verdict, bool) else None
        point = _point(name, None, "share of columns", share, limit, drifted=drifted)
        if point is not None:
            yield point
    columns = member(result, "drift_by_columns") or ({"": result} if "drift_score" in result else {})
    for column in sorted(columns):
        row = member(columns, column)
        verdict = row.get("drift_detected")
        point = _point(
            name,
            text(row.get("column_name")) or text(column),
            text(row.get("stattest_name")),
            number(row.get("drift_score")),
            number(row.get("stattest_threshold")),
            drifted=verdict if isinstance(verdict, bool) else None,
        )
        if point is not None:
            yield point


def _point(
    metric: str,
    column: str | None,
    method: str | None,
    value: float | None,
    limit: float | None,
    *,
    drifted: bool | None,
) -> DriftPoint | None:
    if value is None:
        return None
    return DriftPoint(metric=metric, column=column, method=method, value=value, limit=limit, drifted=drifted)


def _passed(value: float | None, limit: float | None, method: str | None) -> bool | None:
    word = (method or "").casefold()
    if value is None or limit is None:
        return None
    if "p_value" in word or "p-value" in word:
        return value < limit
    return value >= limit if any(sign in word for sign in _DISTANCES) else None


FORMATS = (Format("evidently", "an Evidently report", "json", ("drift_series",), is_report, read),)
