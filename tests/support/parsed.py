"""Documents as tests parse them: the value, or the refusal."""

from typing import Any

import pytest

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Kind, parse


def value(text: str, kind: Kind = "yaml") -> Any:
    return parse(text.encode(), kind, where="f").data


def refusal(text: str | bytes, kind: Kind = "yaml") -> tuple[str, str]:
    """(where, message) of the error that a document ends in."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(UnreadableError) as caught:
        parse(data, kind, where="f")
    assert "stopped" not in caught.value.message, "refused by a rule, not by the clock or the memory limit"
    return caught.value.where, caught.value.message


def short(parameter: object) -> str:
    """A test id that stays readable where the document is megabytes long."""
    return str(parameter)[:30]
