"""How statements count and name things."""

import re
from collections.abc import Iterable
from typing import Final

#: Names that a statement lists; the rest is counted.
_NAMED = 3
_LONGEST_WORD: Final = 160
_LONGEST: Final = 2_000
_TOO_LONG: Final = re.compile(rf"\S{{{_LONGEST_WORD},}}")


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


def shortened(text: str) -> str:
    """A text with what is too long for any name cut, and cut itself where it is too long for a sentence."""
    text = _TOO_LONG.sub(lambda word: f"{word[0][: _LONGEST_WORD - 1]}…", text) if len(text) >= _LONGEST_WORD else text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
