"""Values of parsed documents by their keys and indices, and the lines that they stand on."""

from collections.abc import Sequence
from typing import Any

from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document


def line_of(document: Document, *parts: str | int) -> int | None:
    """The line of a value in a parsed document, by its keys and indices from the top; None where it is not known."""
    return document.lines.get("".join(f"/{part_of(str(part))}" for part in parts))


def scalar(value: Any) -> str:
    """A text or number as it reads, without blanks around it; "" for whatever else stands there."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def member(data: Any, *parts: str | int) -> Any:
    """A value below parsed data by its keys and indices; None where the way does not exist."""
    for part in parts:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, Sequence) and not isinstance(data, str) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data
