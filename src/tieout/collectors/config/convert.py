"""Converters: how one value of a configuration file becomes one value of an artefact; never a guess."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tieout.collectors.config.logql import is_log_query
from tieout.collectors.config.promql_reading import Reading, other_environment, read, seconds
from tieout.collectors.config.suppliers import host_of, is_inside
from tieout.collectors.table_cells import UNFILLED, MisfitError, value_of
from tieout.domain.artefacts.rows import Taken
from tieout.domain.model_names import is_pinned
from tieout.kernel.clock import parse_instant, rfc3339
from tieout.kernel.errors import UsageError
from tieout.kernel.reading.tables import Cell

_OFF = frozenset({"off", "disabled", "false", "no", "none", "stopped"})
_EPOCH = "1970-01-02"
_FLAG_KINDS = frozenset({"kill-switch", "release", "experiment", "permission"})


class NotConvertibleError(Exception):
    """The value is not what this field takes; the text ends a sentence and never quotes the value."""


def text(value: Any, _row: Any) -> str | None:
    """Text that is not blank."""
    if isinstance(value, str):
        return value.strip() or None
    raise NotConvertibleError("is not text, so it does not count")


def number(value: Any, _row: Any) -> float:
    """A finite number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise NotConvertibleError("is not a number of zero or more, so it does not count")
    return float(value)


def whole(value: Any, _row: Any) -> int:
    """A whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NotConvertibleError("is not a whole number of zero or more, so it does not count")
    return value


def truth(value: Any, _row: Any) -> bool:
    """True or false, written as such; the text "false" is not false."""
    if not isinstance(value, bool):
        raise NotConvertibleError("is not true or false, so it does not count")
    return value


def names(value: Any, _row: Any) -> list[str]:
    """A list of names, or names in one text with commas between them."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise NotConvertibleError("is not a list of names, so it does not count")
    return [name.strip() for name in value if name.strip()]


def provider(value: Any, row: Any) -> str | None:
    """The provider that stands before the first slash of a model's id; without one none is guessed."""
    model = text(value, row) or ""
    before, slash, _ = model.partition("/")
    return before if slash and before != "*" else None


def pinned(value: Any, row: Any) -> bool:
    """Whether a model id names one frozen version; the meaning is the domain's."""
    return is_pinned(text(value, row) or "")


def external(value: Any, row: Any) -> bool | None:
    """Whether an address is outside: not this machine, a private network or a name without a domain."""
    host = host_of(text(value, row) or "")
    if not host:
        raise NotConvertibleError("is not an address such as https://host/path")
    return not is_inside(host)


def metrics(value: Any, row: Any) -> list[str]:
    """Names of the metrics that can make a PromQL expression fire."""
    return list(_expression(value, row).metrics)


def can_fire(value: Any, row: Any) -> bool | None:
    """Whether any constant keeps a PromQL expression from ever firing; None where that is not known."""
    return _expression(value, row).can_fire


def _expression(value: Any, row: Any) -> Reading:
    expression = text(value, row) or ""
    if is_log_query(expression):
        raise NotConvertibleError("is a query of logs (LogQL): what it watches, and whether it can fire, is not judged")
    return _reading(expression)


@lru_cache(maxsize=16)
def _reading(expression: str) -> Reading:
    """What several fields of one row ask is worked out once."""
    return read(expression)


def other_place(value: Any, row: Any) -> str | None:
    """An environment other than production that a PromQL expression is limited to."""
    return other_environment(text(value, row) or "")


def wait(value: Any, row: Any) -> float:
    """Seconds of a Prometheus duration."""
    found = seconds(text(value, row) or "")
    if found is None:
        raise NotConvertibleError("is not a duration such as 5m, so it does not count")
    return found


def flag_kind(value: Any, row: Any) -> str:
    """The declared kind of a flag; any other word is `other`."""
    kind = text(value, row)
    return kind if kind in _FLAG_KINDS else "other"


def switchable(value: Any, row: Any) -> bool:
    """Whether the variants differ, one of them is off, and the default is one of them: only then a flag is a switch.

    All are of one type: what a program that asks for true or false makes of a text or of nothing is not known.
    With targeting rules it is none that is shown: they may choose another variant than the default, whatever that is.
    """
    if not isinstance(value, dict):
        return False
    default = row.get("defaultVariant") if isinstance(row, dict) else None
    if isinstance(row, dict) and row.get("targeting"):
        return False
    types = {_type_of(variant) for variant in value.values()}
    if None in types or len(types) > 1:
        return False
    different = {_plainly(variant) for variant in value.values()}
    off = any(
        variant is False
        or (isinstance(variant, str) and variant.strip().casefold() in _OFF)
        or (isinstance(variant, int | float) and variant == 0)
        or (not isinstance(variant, bool) and str(name).strip().casefold() in _OFF)
        for name, variant in value.items()
    )
    return len(different) > 1 and off and (default is None or (isinstance(default, str) and default in value))


def _type_of(variant: Any) -> str | None:
    """The type of a variant, as the flag's format tells them apart; None where it is none of them."""
    if isinstance(variant, bool):
        return "boolean"
    kinds = {"text": str, "number": int | float, "object": dict}
    return next((name for name, kind in kinds.items() if isinstance(variant, kind)), None)


def _plainly(variant: Any) -> str:
    """A variant as what it means: `0` is `0.0`, and a text's capitals and outer spaces are no difference."""
    if isinstance(variant, str):
        return variant.strip().casefold()
    if isinstance(variant, float) and variant.is_integer():
        variant = int(variant)
    return json.dumps(variant, sort_keys=True, default=str)


def variant(value: Any, row: Any) -> bool | None:
    """The default variant's value, where it is true or false."""
    variants = row.get("variants") if isinstance(row, dict) else None
    chosen = variants.get(value) if isinstance(variants, dict) and isinstance(value, str) else None
    return chosen if isinstance(chosen, bool) else None


@dataclass(frozen=True, slots=True)
class Ways:
    """How a file writes its days and times, where that is not as ISO 8601 says.

    Attributes:
        date_format: `YYYY`, `MM` and `DD` once each, such as DD/MM/YYYY.
        utc_offset: Zone of times that name none.
        separator: Between the members of a list.
    """

    date_format: str | None = None
    utc_offset: str | None = None
    separator: str = ";"


ISO: Final = Ways()


def day(value: Any, row: Any, ways: Ways = ISO) -> Any:
    """A day written 2026-11-22, or as the map's `date_format` says; of a time with its zone the day in UTC."""
    told = _cell(value, row, "time", ways)
    return told if told is None else _in_utc(told)[:10]


def time(value: Any, row: Any, ways: Ways = ISO) -> Any:
    """A time with its zone, or in the map's `utc_offset`; a day is its first instant."""
    told = _cell(value, row, "time", ways)
    found = told if told is None else _in_utc(told)
    return found if found is None or found >= _EPOCH else None  # year 1 is how some write "never"


def yes_no(value: Any, row: Any) -> Any:
    """True or false, also as yes or no, in whatever case."""
    return value if isinstance(value, bool) else _cell(value, row, "flag", ISO)


def person(value: Any, row: Any) -> str | None:
    """Name or address of a person, who becomes a pseudonym; an address is the same person wherever it stands."""
    return text(value, row)


def _in_utc(told: str) -> str:
    try:
        return rfc3339(parse_instant(told))
    except UsageError:
        raise NotConvertibleError("is not a day or time of the calendar, so it does not count") from None


def _cell(value: Any, row: Any, taken: Taken, ways: Ways) -> Any:
    """What a text means, as in a register; None where it only holds the place of a value: `n/a`, `-`."""
    given = text(value, row)
    if given is None:
        return None
    try:
        told = value_of(Cell("text", given), taken, ways)
    except MisfitError as error:
        raise NotConvertibleError(f"{error.reason}, so it does not count") from None
    return None if told is UNFILLED else told


CONVERTERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "can_fire": can_fire,
    "day": day,
    "external": external,
    "flag_kind": flag_kind,
    "metrics": metrics,
    "names": names,
    "number": number,
    "other_place": other_place,
    "person": person,
    "pinned": pinned,
    "provider": provider,
    "switchable": switchable,
    "text": text,
    "time": time,
    "truth": truth,
    "variant": variant,
    "wait": wait,
    "whole": whole,
    "yes_no": yes_no,
}
#: Those that ask how the file writes its days.
DATED: Final[Mapping[str, Callable[[Any, Any, Ways], Any]]] = {"day": day, "time": time}
