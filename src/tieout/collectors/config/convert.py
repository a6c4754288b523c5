"""Converters: how one value of a configuration file becomes one value of an artefact; never a guess."""

import ipaddress
import math
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tieout.collectors.config.promql import metric_names
from tieout.domain.model_names import is_pinned

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
    address = text(value, row) or ""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    if not host:
        raise NotConvertibleError("is not an address such as https://host/path")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        inside = "." not in host or host.endswith((".internal", ".local", ".localhost", ".svc", ".lan"))
        return not inside


def metrics(value: Any, row: Any) -> list[str]:
    """Names of the metrics that a PromQL expression reads."""
    return metric_names(text(value, row) or "")


def flag_kind(value: Any, row: Any) -> str:
    """The declared kind of a flag; any other word is `other`."""
    kind = text(value, row)
    return kind if kind in _FLAG_KINDS else "other"


def variant(value: Any, row: Any) -> bool | None:
    """The default variant's value, where it is true or false."""
    variants = row.get("variants") if isinstance(row, dict) else None
    chosen = variants.get(value) if isinstance(variants, dict) and isinstance(value, str) else None
    return chosen if isinstance(chosen, bool) else None


CONVERTERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "external": external,
    "flag_kind": flag_kind,
    "metrics": metrics,
    "names": names,
    "number": number,
    "pinned": pinned,
    "provider": provider,
    "text": text,
    "truth": truth,
    "variant": variant,
    "whole": whole,
}
