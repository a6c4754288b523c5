"""How statements count and name things."""

from collections.abc import Iterable

#: Names that a statement lists; the rest is counted.
_NAMED = 3


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 file`, `1,203 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def named(values: Iterable[str], *, most: int = _NAMED) -> str:
    """`a, b, c and 4 more`, each once, in their order."""
    texts = list(dict.fromkeys(values))
    rest = len(texts) - most
    if rest > 0:
        return f"{', '.join(texts[:most])} and {rest:,} more"
    return " and ".join(part for part in (", ".join(texts[:-1]), *texts[-1:]) if part)
