"""Words: how a reason says values, conditions and lists, so that no reader meets a program's notation."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

#: How many values a reason names before it counts the rest.
NAMED = 5


def plain(value: Any) -> str:
    """A value as a reader would write it: `true`, `nothing`, `a or b`."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return " or ".join(plain(element) for element in value) or "nothing"
    return str(value)


def conditions(where: Mapping[str, Any]) -> str:
    """Field = value conditions in words: `kind kill-switch, status open or new`."""
    return ", ".join(f"{name.replace('_', ' ')} {plain(value)}" for name, value in sorted(where.items()))


def named(values: Iterable[object], *, most: int = NAMED) -> str:
    """`a, b, c and 4 more`: the values that a reason quotes."""
    texts = [plain(value) for value in values]
    rest = len(texts) - most
    shown = ", ".join(texts[:most])
    return f"{shown} and {rest} more" if rest > 0 else shown


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 run`, `3 runs`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Put `{name}` fields into a rule's reason; nothing but plain names is interpreted."""
    return re.sub(r"\{(\w+)\}", lambda match: plain(values.get(match.group(1))), template)


def label(value: Any) -> str:
    """How a reason names one element: its name or id, else itself."""
    if isinstance(value, Mapping):
        for key in ("name", "id", "role", "system_id", "path", "task", "scenario", "model", "title"):
            if value.get(key):
                return str(value[key])
        return "an unnamed entry"
    return plain(value)
