"""Whether a limit can judge what it names: complete, pointing the right way, of its area, in its figure's unit."""

from collections.abc import Collection
from typing import Final

from tieout.assess.selection import filled
from tieout.assess.wording import OPERATORS, number
from tieout.domain.artefacts import spoken
from tieout.domain.artefacts.records import Criterion

#: Areas of which more is better, and of which less is.
_HIGH_IS_GOOD: Final = frozenset({"accuracy"})
_LOW_IS_GOOD: Final = frozenset({"cost", "latency"})
#: Which figures of a log speak for an area; areas that are not here take any.
_FIGURES: Final = {
    "accuracy": frozenset[str](),
    "latency": frozenset({"latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "error_rate"}),
    "cost": frozenset({"cost_usd", "cost_usd_per_day"}),
}
#: Areas that an evaluation's metric can speak for: no result file here records what a run took or cost.
_EVALUATED: Final = frozenset({"accuracy", "security", "compliance", "ownership"})
_SHARES: Final = frozenset({"error_rate", "identity_share"})
_SHARE_WORDS: Final = ("fraction", "proportion", "rate", "ratio", "share")
_MILLISECONDS: Final = ("ms", "millisecond", "milliseconds", "msec")
_DOLLARS: Final = ("usd", "us$", "$", "us-dollar", "us-dollars")
_PERCENT: Final = ("%", "percent", "per cent", "percentage", "pct")


def is_judged(criterion: Criterion, areas: Collection[str]) -> bool:
    """Whether a check over some areas judges a criterion: it is of one of them, or says itself what measures it."""
    named_by = criterion.measured_by
    return criterion.area in areas or (named_by is not None and bool(named_by.evaluation or named_by.telemetry))


def fault(criterion: Criterion) -> str | None:
    """Why a criterion's limit judges nothing, whatever is measured; None where it can.

    A limit is ours to question only where no measured value could be right: it points the wrong way, is of
    another area or unit than the figure, or excludes no value that the figure can take. How strict it is, is
    the organisation's own decision.
    """
    if criterion.operator is None or criterion.limit is None or not filled(criterion.unit):
        return "no operator, limit or unit is set"
    return _wrong_way(criterion) or _other_area(criterion) or _other_unit(criterion) or _vacuous(criterion)


def _figure(criterion: Criterion) -> str:
    return (criterion.measured_by.telemetry if criterion.measured_by else None) or ""


def _wrong_way(criterion: Criterion) -> str | None:
    figure = _figure(criterion)
    what = spoken(figure) or criterion.area
    wrong = f"the limit points the wrong way, '{OPERATORS[criterion.operator or '==']}', where {what} is held"
    if criterion.area in _LOW_IS_GOOD or figure == "error_rate" or figure.startswith(("latency", "cost")):
        down = criterion.operator in {"<", "<="}
        return None if down else f"{wrong} down"
    if criterion.area in _HIGH_IS_GOOD or figure == "identity_share":
        up = criterion.operator in {">", ">="}
        return None if up else f"{wrong} up"
    return None


def _other_area(criterion: Criterion) -> str | None:
    named_by = criterion.measured_by
    if named_by is None:
        return None
    figure = named_by.telemetry
    if figure is not None and figure not in _FIGURES.get(criterion.area, {figure}):
        return f"{spoken(figure)} does not measure {criterion.area}"
    if named_by.evaluation is not None and criterion.area not in _EVALUATED:
        return f"an evaluation's metric does not measure {criterion.area}; name a figure of the log"
    if named_by.evaluation is not None and figure is not None:
        return "it names both an evaluation and a figure of the log, so that which one counts cannot be told"
    return None


def _other_unit(criterion: Criterion) -> str | None:
    unit, figure = (criterion.unit or "").strip().casefold().replace("/", " per "), _figure(criterion)
    first = unit.split()[0]
    wanted = ""
    if figure in _SHARES and first not in _SHARE_WORDS:
        wanted = "a share between 0 and 1"
    elif figure.startswith("latency") and first not in _MILLISECONDS:
        wanted = "ms"
    elif figure == "cost_usd_per_day" and not (first in _DOLLARS and _per(unit) == "day"):
        wanted = "USD per day"
    elif figure == "cost_usd" and not (first in _DOLLARS and _per(unit) in {"", "period"}):
        wanted = "USD, of the whole period"
    elif not figure and criterion.measured_by is not None and unit.startswith(_PERCENT):
        wanted = "a share between 0 and 1, as the tool writes it"
    return f"its unit is '{criterion.unit}', and the figure is {wanted}" if wanted else None


def _per(unit: str) -> str:
    """What a unit is counted per: `day` in `USD per day`, `USD/day` and `USD a day`; nothing where it is not."""
    words = unit.replace(" a ", " per ").split()
    return words[words.index("per") + 1] if "per" in words[:-1] else ""


def _vacuous(criterion: Criterion) -> str | None:
    limit, operator = criterion.limit or 0.0, criterion.operator
    if operator in {">", ">="} and (limit < 0 or (limit == 0 and operator == ">=")):
        return f"a limit of {OPERATORS[operator]} {number(limit)} lets everything pass"
    is_share = _figure(criterion) in _SHARES
    if is_share and operator in {"<", "<="} and (limit > 1 or (limit == 1 and operator == "<=")):
        return f"a limit of {OPERATORS[operator]} {number(limit)} lets every share pass"
    return None
