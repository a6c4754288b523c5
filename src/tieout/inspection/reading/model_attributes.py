"""What documents say of models in figures (parameters, context length), and where two of them disagree."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from tieout.inspection.reading.prose import Prose

#: Columns that describe a model itself, whoever measures it; the first name is the one that is told.
_ATTRIBUTES: Final = tuple(
    (name, re.compile(rf"(?:{pattern})(?: ?[(\[].{{0,20}}[)\]])?", re.IGNORECASE))
    for name, pattern in (
        ("parameters", r"(?:number of |no\. of |# ?(?:of )?|total |model )?param(?:eter)?s?(?: count)?"),
        ("context length", r"(?:max(?:imum)? )?(?:context|sequence)(?: (?:length|window|size))"),
        ("layers", r"(?:number of |# ?(?:of )?|num )?layers"),
        ("vocabulary", r"vocab(?:ulary)?(?: size)?"),
        ("embedding dimension", r"(?:embedding |hidden |model )(?:dim(?:ension)?s?|size|width)|dim(?:ension)?s?"),
        ("heads", r"(?:number of |# ?(?:of )?|attention )*heads"),
        ("file size", r"(?:file |download |checkpoint |disk |model )size"),
    )
)
_NUMBER = re.compile(
    r"~?\s*(\d{1,3}(?:[, ]\d{3})+|\d{1,12}(?:\.\d{1,6})?)\s*-?"
    r"(k|m|b|t|thousand|million|billion|trillion|kb|mb|gb|kib|mib|gib|tokens)?\b\.?",
    re.IGNORECASE,
)
_SCALE: Final = {
    "k": 3, "thousand": 3, "kb": 3, "kib": 3, "m": 6, "million": 6, "mb": 6, "mib": 6, "b": 9, "billion": 9, "gb": 9,
    "gib": 9, "t": 12, "trillion": 12,
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]*(?: [a-z0-9][a-z0-9._+-]*){0,4}")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One figure of one model.

    Attributes:
        model: Name in small letters.
        attribute: Of the model.
        value: In units.
        digits: Significant digits that were written.
        shown: As it stands there.
        path: Of the document.
        line: 1-based.
    """

    model: str
    attribute: str
    value: Decimal
    digits: int
    shown: str
    path: str
    line: int


def attributes_in(prose: Prose) -> Iterable[Attribute]:
    """Figures of models in the tables of a document: rows name the model, columns what is stated."""
    for table in prose.tables:
        columns = [(at, name) for at, head in enumerate(table.columns) if at and (name := _attribute(head))]
        for row in table.rows if columns else ():
            model = _NAME.fullmatch(row.cells[0].strip().lower())
            if model is None or model[0].isdigit():
                continue
            for at, name in columns:
                read = _number(row.cells[at]) if at < len(row.cells) else None
                if read is not None:
                    yield Attribute(model[0], name, *read, row.cells[at], prose.path, row.line)


def compared(
    stated: Iterable[Attribute],
) -> tuple[list[tuple[Attribute, Attribute]], list[tuple[Attribute, Attribute]]]:
    """Pairs of two documents that state the same thing of a model: those that agree, and those that do not."""
    groups: defaultdict[tuple[str, str], list[Attribute]] = defaultdict(list)
    for one in stated:
        groups[one.model, one.attribute].append(one)
    agreeing: list[tuple[Attribute, Attribute]] = []
    differing: list[tuple[Attribute, Attribute]] = []
    for group in groups.values():
        first = group[0]
        for other in group[1:]:
            if other.path != first.path:
                (agreeing if _same(first, other) else differing).append((first, other))
    return agreeing, differing


def _attribute(head: str) -> str | None:
    return next((name for name, pattern in _ATTRIBUTES if pattern.fullmatch(head.strip())), None)


def _number(cell: str) -> tuple[Decimal, int] | None:
    match = _NUMBER.fullmatch(cell.strip())
    if match is None:
        return None
    written = match[1].replace(",", "").replace(" ", "")
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None
    digits = len(written.replace(".", "").lstrip("0"))
    return value.scaleb(_SCALE.get((match[2] or "").lower(), 0)), max(digits, 1)


def _same(one: Attribute, other: Attribute) -> bool:
    """Whether two figures are the same, the more exact one rounded to the digits of the other."""
    if not one.value or not other.value:
        return one.value == other.value
    digits = min(one.digits, other.digits)
    return abs(one.value - other.value) <= Decimal(5).scaleb(max(one.value, other.value).adjusted() - digits)
