"""Acceptance criteria as a new configuration begins with them: each area's usual figure, and a line that says one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tieout.domain.artefacts.records import Criterion, MeasuredBy, Operator
from tieout.kernel.errors import ConfigError

#: How a limit is said in a line; what is in brackets may be left out.
LIMIT_FORM: Final = "[WHAT OPERATOR] LIMIT [UNIT] [/LEAST N] [by OWNER]"


@dataclass(frozen=True, slots=True)
class LimitArea:
    """One of the six areas, and what a limit of it takes for granted.

    Attributes:
        asks: What is limited, in words.
        example: A line that fits.
        operator: What `=`, or no operator, means.
        unit: Unit where none is said and no figure of the log has its own.
        figure: Figure of the log where nothing is named; empty: it must be named.
        owner: Area of ownership whose person is proposed.
        is_evaluated: Whether a name that is no figure of the log is the task of an evaluation.
        only_figures: Whether a figure of the log must measure it.
    """

    asks: str
    example: str
    operator: Operator
    unit: str
    owner: str
    figure: str = ""
    is_evaluated: bool = False
    only_figures: bool = False


LIMIT_AREAS: Final[Mapping[str, LimitArea]] = {
    "accuracy": LimitArea(
        "task of an evaluation and its least share of right answers",
        "triage >= 0.90 share /400",
        ">=",
        "share",
        "model_changes",
        is_evaluated=True,
    ),
    "latency": LimitArea(
        "most milliseconds of 19 in 20 answers",
        "4000 ms /1000",
        "<=",
        "ms",
        "operations",
        figure="latency_p95_ms",
        only_figures=True,
    ),
    "cost": LimitArea(
        "most US dollars a day",
        "50 USD per day /1000",
        "<=",
        "USD per day",
        "budget",
        figure="cost_usd_per_day",
        only_figures=True,
    ),
    "security": LimitArea(
        "least share of requests that name who made them",
        "0.99 share /1000",
        ">=",
        "share",
        "operations",
        figure="identity_share",
    ),
    "compliance": LimitArea(
        "what people count, and how much of it is accepted",
        "open audit findings == 0 findings",
        "==",
        "count",
        "governance",
    ),
    "ownership": LimitArea(
        "what people count, and how much of it is accepted",
        "owners' posts vacant for ten days == 0 posts",
        "==",
        "count",
        "governance",
    ),
}

#: A figure of the log -> its unit, and the limit as a sentence.
_FIGURES: Final[Mapping[str, tuple[str, str]]] = {
    "latency_p50_ms": ("ms", "Half of the answers come in time."),
    "latency_p95_ms": ("ms", "Nineteen of twenty answers come in time."),
    "latency_p99_ms": ("ms", "Ninety-nine of a hundred answers come in time."),
    "error_rate": ("share of requests", "Requests to a model rarely fail."),
    "cost_usd": ("USD per period", "The models cost no more than this in the assessed period."),
    "cost_usd_per_day": ("USD per day", "The models cost no more than this in a day."),
    "identity_share": ("share of requests", "A request names the person or service that made it."),
}
_SHORT: Final = {f"p{share}": f"latency_p{share}_ms" for share in (50, 95, 99)}
_SIGNS: Final = {"≥": ">=", "≤": "<="}
_EVALUATION: Final = "eval:"
_MOST: Final = 2**53 - 1
_LINE: Final = re.compile(
    r"(?:(?P<what>(?:.*[^<>=≥≤])?)(?P<operator>>=|<=|==|[<>=≥≤])\s*)?(?P<limit>\d+(?:\.\d+)?)(?P<rest>(?![\d.,_]).*)?",
    re.DOTALL,
)
_REST: Final = re.compile(r"\s*(?P<unit>.*?)\s*(?:/\s*(?P<least>\d+))?\s*(?:\bby\s+(?P<owner>\S.*?))?\s*", re.DOTALL)


def parse_limit(area: str, line: str) -> Criterion:
    """The criterion that a line says, such as `triage >= 0.90 share /400 by Ann Ode`.

    WHAT is a figure of the log (`latency_p99_ms`, or `p99`), the task of an evaluation (`triage`, `eval:triage` or
    `triage:f1`), or what people count, in their words.

    Args:
        area: One of LIMIT_AREAS.
        line: See LIMIT_FORM.

    Raises:
        ConfigError: It is none; the message says what is missing.
    """
    usual = LIMIT_AREAS[area]
    matched = _LINE.fullmatch(line.strip())
    if matched is None:
        message = f"'{line}' is not a limit; a number with a point, such as 0.90, must stand in it"
        raise ConfigError(message, hint=f"such as: {usual.example}")
    rest = _REST.fullmatch(matched["rest"] or "")
    assert rest is not None, "every part of the rest may be empty"  # noqa: S101 - for the type checker; it always fits
    least = int(rest["least"]) if rest["least"] else None
    if least is not None and not 1 <= least <= _MOST:
        raise ConfigError(f"'{line}': the least number of samples begins at 1", hint=f"such as: {usual.example}")
    measured_by, statement = _measured(area, (matched["what"] or "").strip())
    figure = measured_by.telemetry if measured_by else None
    sign = matched["operator"] or "="
    number = f"AC-{list(LIMIT_AREAS).index(area) + 1:02}"
    return Criterion.model_validate(
        {
            "id": number,
            "area": area,
            "statement": statement,
            "measured_by": measured_by,
            "operator": usual.operator if sign == "=" else _SIGNS.get(sign, sign),
            "limit": float(matched["limit"]),
            "unit": rest["unit"] or (_FIGURES[figure][0] if figure else usual.unit),
            "min_n": least,
            "owner": rest["owner"] or None,
        }
    )


def _measured(area: str, what: str) -> tuple[MeasuredBy | None, str]:
    """What measures a limit, and the limit as a sentence."""
    usual = LIMIT_AREAS[area]
    short = what.casefold().replace(" ", "_")
    figure = usual.figure if not what or short == area else _SHORT.get(short, short)
    if figure in _FIGURES:
        return MeasuredBy.model_validate({"telemetry": figure}), _FIGURES[figure][1]
    if usual.only_figures:
        known = ", ".join(_FIGURES)
        raise ConfigError(f"'{what}' is not a figure of the log", hint=f"figures: {known}")
    if not what:
        raise ConfigError("the limit does not say of what", hint=f"such as: {usual.example}")
    if what.startswith(_EVALUATION) or usual.is_evaluated:
        task, _, metric = (part.strip() for part in what.removeprefix(_EVALUATION).partition(":"))
        if not task:
            raise ConfigError("the limit does not name the evaluation", hint=f"such as: {usual.example}")
        metric = metric or "accuracy"
        statement = f"Answers are right in the evaluation {task}."
        if metric != "accuracy":
            statement = f"The metric {metric} of the evaluation {task} is within the limit."
        return MeasuredBy(evaluation=task, metric=metric), statement
    return None, f"{what[:1].upper()}{what[1:].rstrip('.')}."
