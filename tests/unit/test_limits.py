"""Whether a limit can judge its figure: way, area, unit, and that it excludes something."""

from typing import Any

import pytest

from tieout.assess.limits import fault
from tieout.domain.artefacts.records import Criterion

RIGHT: dict[str, dict[str, Any]] = {
    "accuracy": {"measured_by": {"evaluation": "triage", "metric": "accuracy"}, "operator": ">=", "unit": "share"},
    "latency": {"measured_by": {"telemetry": "latency_p95_ms"}, "operator": "<=", "unit": "ms"},
    "cost": {"measured_by": {"telemetry": "cost_usd_per_day"}, "operator": "<=", "unit": "USD per day"},
    "security": {"measured_by": {"telemetry": "identity_share"}, "operator": ">=", "unit": "share of requests"},
    "compliance": {"operator": "==", "unit": "complaints per quarter"},
}


def told(area: str, **change: Any) -> str | None:
    return fault(
        Criterion.model_validate({"id": "C", "area": area, "statement": "x", "limit": 0.5, **RIGHT[area], **change})
    )


@pytest.mark.parametrize("area", RIGHT)
def test_a_sound_limit_has_no_fault(area: str):
    assert told(area) is None


@pytest.mark.parametrize("missing", ["operator", "limit", "unit"])
def test_a_limit_is_complete(missing: str):
    assert told("accuracy", **{missing: None}) == "no operator, limit or unit is set"


@pytest.mark.parametrize(
    ("area", "figure", "unit", "fault_part"),
    [
        ("cost", "error_rate", "share", "error rate does not measure cost"),
        ("cost", "latency_p95_ms", "ms", "latency p95 ms does not measure cost"),
        ("latency", "cost_usd", "USD", "cost usd does not measure latency"),
        ("accuracy", "identity_share", "share", "identity share does not measure accuracy"),
        ("compliance", "identity_share", "share", None),
        ("latency", "error_rate", "share of requests", None),
    ],
)
def test_a_figure_speaks_for_its_area(area: str, figure: str, unit: str, fault_part: str | None):
    way = ">=" if figure == "identity_share" else "<="
    assert told(area, measured_by={"telemetry": figure}, unit=unit, operator=way) == fault_part


@pytest.mark.parametrize(
    ("figure", "unit", "fits"),
    [
        ("cost_usd_per_day", "USD per day", True),
        ("cost_usd_per_day", "USD/day", True),
        ("cost_usd_per_day", "$ a day", True),
        ("cost_usd_per_day", "USD", False),
        ("cost_usd_per_day", "USD per month", False),
        ("cost_usd_per_day", "EUR per day", False),
        ("cost_usd", "USD", True),
        ("cost_usd", "usd per period", True),
        ("cost_usd", "USD per month", False),
        ("cost_usd", "USD per", True),
    ],
)
def test_a_cost_is_in_dollars_of_its_stretch(figure: str, unit: str, fits: bool):
    assert (told("cost", measured_by={"telemetry": figure}, unit=unit) is None) is fits


@pytest.mark.parametrize(
    ("unit", "fits"),
    [
        ("ms", True),
        ("milliseconds", True),
        ("MS", True),
        ("s", False),
        ("us", False),
        ("seconds", False),
        ("msx", False),
    ],
)
def test_a_latency_is_in_milliseconds(unit: str, fits: bool):
    assert (told("latency", unit=unit) is None) is fits


@pytest.mark.parametrize("unit", ["percent", "%", "% of requests", "Percentage", "per cent of claims"])
def test_a_share_is_no_percentage(unit: str):
    assert "and the figure is a share between 0 and 1" in (told("accuracy", unit=unit) or "")
    assert "and the figure is a share between 0 and 1" in (told("security", unit=unit) or "")


@pytest.mark.parametrize(
    ("area", "operator", "limit", "passes_all"),
    [
        ("accuracy", ">=", 0, True),
        ("accuracy", ">", 0, False),
        ("accuracy", ">", -0.1, True),
        ("security", ">=", -1, True),
        ("security", ">=", 0.01, False),
    ],
)
def test_a_limit_excludes_something(area: str, operator: str, limit: float, passes_all: bool):
    assert ("everything pass" in (told(area, operator=operator, limit=limit) or "")) is passes_all


@pytest.mark.parametrize(
    ("operator", "limit", "passes_all"), [("<=", 1, True), ("<", 1, False), ("<", 1.1, True), ("<=", 0.99, False)]
)
def test_a_share_held_down_excludes_something(operator: str, limit: float, passes_all: bool):
    found = told("latency", measured_by={"telemetry": "error_rate"}, unit="share", operator=operator, limit=limit)
    assert ("every share pass" in (found or "")) is passes_all


def test_one_measure_is_named():
    both = {"evaluation": "triage", "metric": "accuracy", "telemetry": "identity_share"}
    assert "both an evaluation and a figure" in (told("security", measured_by=both) or "")
