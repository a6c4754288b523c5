"""Values of an export as facts: times that name their zone, words for yes and no; what is not sure is left out."""

from datetime import UTC, datetime
from typing import Final

from tieout.collectors.config.rows import Fact
from tieout.kernel.clock import parse_stated, rfc3339
from tieout.kernel.errors import UsageError
from tieout.syntax.cursor import Cursor

_YES: Final = frozenset({"true", "yes"})
_NO: Final = frozenset({"false", "no"})
#: Graph's word for "never".
_NEVER: Final = datetime(1970, 1, 2, tzinfo=UTC)


def instant(at: Cursor) -> Fact:
    """A time with its zone, as RFC 3339 in UTC; no fact of anything else."""
    text = (at.text or "").replace(" ", "T", 1)
    try:
        found = parse_stated(_whole_digits(text))
    except UsageError:
        return Fact(None)
    return Fact(rfc3339(found) if found >= _NEVER and "T" in text else None, at)


def latest(*facts: Fact) -> Fact:
    """The latest of several times."""
    told = [fact for fact in facts if fact.value is not None]
    return max(told, key=lambda fact: parse_stated(fact.value), default=Fact(None))


def flag(at: Cursor) -> Fact:
    """True or false, also as a word."""
    if at.truth is not None:
        return Fact(at.truth, at)
    word = (at.text or "").casefold()
    return Fact(True if word in _YES else False if word in _NO else None, at)


def _whole_digits(text: str) -> str:
    """A time with no more than six digits of a second: some write seven or nine, which say no more here."""
    before, point, after = text.partition(".")
    if not point:
        return text
    digits = len(after) - len(after.lstrip("0123456789"))
    return f"{before}.{after[: min(digits, 6)]}{after[digits:]}"
