"""Words: how a reason says values, conditions and lists, so that no reader meets a program's notation."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tieout.domain.artefacts import spoken
from tieout.domain.evidence import Place

#: How many values a reason names before it counts the rest.
NAMED = 5
#: Fields whose value says by itself what it is.
_TELLING = frozenset({"record_type"})
#: Conditions that one word says.
_WORDS = {("spare", "nothing"): "asked first", ("status", "success"): "finished"}
#: Comparisons of a limit in words.
OPERATORS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "exactly"}
#: Decimals of a figure in a sentence or a table.
_DECIMALS = 4
#: Longest path, and longest reason of somebody else's, that a reason quotes whole.
_PATH = 90
_BRIEF = 140
_HUNDRED = 100
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")


def plain(value: Any) -> str:
    """A value as a reader would write it: `true`, `nothing`, `a or b`, `25,401`."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, (list, tuple)):
        return " or ".join(plain(element) for element in value) or "nothing"
    return str(value)


def number(value: float) -> str:
    """A figure: `25,401`, `0.9125`, `1`; four decimals, more only where none of them would be left to see."""
    text = f"{value or 0:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return f"{Decimal(f'{value:.1g}'):f}" if value and text in {"0", "-0"} else text


def share(value: float) -> str:
    """A share of one as a percentage: `95 %`, `99.9 %`."""
    return f"{number(_HUNDRED * value)} %"


def conditions(where: Mapping[str, Any]) -> str:
    """Field = value conditions in words: `kind kill-switch, status open or new`, `AI policy`."""
    return ", ".join(
        _condition(name, [_spoken_value(one) for one in (value if isinstance(value, list) else [value])])
        for name, value in sorted(where.items())
    )


def spot(place: Place) -> str:
    """`config/gateway.yaml:6`: a place in a sentence; the places beside it have the commit, and what is cut here."""
    path = place.path if len(place.path) <= _PATH else f"{place.path[: _PATH // 2]}…{place.path[-_PATH // 2 :]}"
    return path if place.line is None else f"{path}:{place.line}"


def brief(reason: str) -> str:
    """A reason that a collector gave, without its full stop; of a long one the first clauses."""
    text = " ".join(reason.split()).rstrip(".")
    if len(text) <= _BRIEF:
        return text
    head = text[:_BRIEF]
    end = max(head.rfind(mark) for mark in (";", ",", ": ", " ("))
    return f"{head[:end] if end > 0 else head.rpartition(' ')[0] or head}…"


def listed(values: Iterable[object], last: str = "and") -> str:
    """`a, b and c`."""
    texts = [plain(value) for value in values]
    return f" {last} ".join(part for part in (", ".join(texts[:-1]), *texts[-1:]) if part)


def named(values: Iterable[object], *, most: int = NAMED) -> str:
    """`a, b, c and 4 more`: the values that a reason quotes."""
    texts = [plain(value) for value in values]
    rest = len(texts) - most
    return f"{', '.join(texts[:most])} and {number(rest)} more" if rest > 0 else listed(texts)


def clauses(texts: Iterable[str], *, most: int = NAMED) -> str:
    """`a has x; b has y; and 4 more`: what a reason tells of several things, in words that may hold commas."""
    whole = list(texts)
    rest = len(whole) - most
    return "; ".join([*whole[:most], *([f"and {number(rest)} more"] if rest > 0 else [])])


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 run`, `3 runs`, `25,401 runs`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def whole(count: int, one: str, many: str | None = None) -> str:
    """All of so many: `The one run`, `Both runs`, `All 3 runs`."""
    few = {1: f"The one {one}", 2: f"Both {many or one + 's'}"}
    return few.get(count) or f"All {counted(count, one, many)}"


def part(count: int, out_of: int, one: str, many: str | None = None) -> str:
    """Some of so many: `1 of the 4 runs`, `Both runs`."""
    many = many or one + "s"
    return whole(out_of, one, many) if count == out_of else f"{number(count)} of the {counted(out_of, one, many)}"


def verb(count: int, one: str, many: str) -> str:
    """The form of a verb: `is` for one, `are` for several and for none."""
    return one if count == 1 else many


def capitalised(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def sentences(text: str) -> list[str]:
    """The sentences of a text of ours."""
    return _SENTENCE.split(text.strip()) if text.strip() else []


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Put `{name}` fields into a rule's reason; nothing but plain names is interpreted.

    A value that begins with the word before it (`route {name}`, of a name `route 'chat'`) does not say it twice.
    """

    def put(match: re.Match[str]) -> str:
        word, told = match.group(1) or "", plain(values.get(match.group(2)))
        return told if word and told.startswith(word) else word + told

    return re.sub(r"(\b[a-z]+ )?\{(\w+)\}", put, template)


def label(value: Any) -> str:
    """How a reason names one element: its name or id, else itself."""
    if isinstance(value, Mapping):
        for key in ("name", "id", "role", "system_id", "path", "task", "scenario", "model", "title"):
            if value.get(key):
                return str(value[key])
        return "an unnamed entry"
    return plain(value)


def _condition(name: str, values: list[str]) -> str:
    told = listed(values, "or")
    if (name, told) in _WORDS:
        return _WORDS[name, told]
    return told if name in _TELLING else f"{spoken(name)} {told}"


def _spoken_value(value: Any) -> str:
    # A condition's value is a word of ours (`provider_failover`), whoever wrote it down.
    return spoken(value) if isinstance(value, str) and "_" in value else plain(value)
