"""Marks that an unfilled template leaves behind: they are counted, and never taken for a fact."""

import re

# Names of HTML elements, so that a tag in Markdown is not taken for `<name>`.
_HTML = frozenset(
    "a abbr b big blockquote br center code dd del details dfn div dl dt em figure "  # noqa: SIM905 - one list
    "font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q s samp small source span strike strong style "
    "sub summary sup svg table tbody td tfoot th thead tr tt u ul var video".split()
)
# Every repetition is bounded: these run on text that nobody vouches for.
_MARK = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX)\b"
    r"|<(?P<angle>[A-Za-z][A-Za-z _/-]{0,60})>"
    r"|\[(?:insert|enter|fill in|describe|your|name of)\b[^\]\n]{0,120}\]"
    r"|\{\{[^}\n]{0,120}\}\}"
    r"|\blorem ipsum\b"
    r"|\byour [a-z ]{1,40} here\b",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    {"", "-", "--", "?", "??", "n/a", "na", "nil", "no one", "nobody", "none", "not assigned", "null", "unassigned",
     "unknown", "vacant"}
)  # fmt: skip


def marks(text: str) -> list[int]:
    """Offsets of the template marks in a text (TODO, TBD, FIXME, <name>, [insert …], {{…}}, lorem ipsum …)."""
    return [found.start() for found in _MARK.finditer(text) if _counts(found)]


def is_mark(text: str) -> bool:
    """Whether a value is nothing but a template mark, so that nothing was said."""
    stripped = text.strip().rstrip(".!:")
    found = _MARK.fullmatch(stripped)
    return found is not None and _counts(found)


def names_nobody(text: str) -> bool:
    """Whether a value that should name a person names none: empty, `none`, `n/a`, a template mark."""
    return text.strip().rstrip(".").lower() in _NOBODY or is_mark(text)


def _counts(found: "re.Match[str]") -> bool:
    angle = found["angle"]
    return angle is None or angle.strip(" /").lower() not in _HTML
