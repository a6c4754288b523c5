"""Lines of a TOML file: parsed values come without them, so the one that a key stands at is looked for."""

import re
from typing import Final

from tieout.inspection.text import Text

_TABLE = re.compile(r"[ \t]*\[{1,2}[ \t]*([^\[\]]{1,200}?)[ \t]*\]{1,2}[ \t]*(?:#.*)?$")
_BLANKS_AND_QUOTES: Final = str.maketrans("", "", " \t\"'")


def key_line(text: Text, table: str, key: str) -> int | None:
    """The line that a key of a table stands at.

    Args:
        text: The file.
        table: Dotted name, as in `tool.poetry`; "" is the top of the file.
        key: Its name.
    """
    dotted = f"{table}.{key}" if table else key
    for number, at, line in _lines(text):
        name = line.partition("=")[0].translate(_BLANKS_AND_QUOTES)
        if not name or line.lstrip().startswith(("#", "[")):
            continue
        full = f"{at}.{name}" if at else name
        if full == dotted or full.startswith(f"{dotted}."):
            return number
    return None


def value_line(text: Text, table: str, value: str) -> int | None:
    """The line of a table that a value is written on, as in a list over several lines.

    Args:
        text: The file.
        table: Dotted name.
        value: A string; where it is written with escapes it is not found.
    """
    return next(
        (
            number
            for number, at, line in _lines(text)
            if (at == table or at.startswith(f"{table}.")) and value in line and not line.lstrip().startswith("#")
        ),
        None,
    )


def _lines(text: Text) -> list[tuple[int, str, str]]:
    """Number, table and text of each line; the head of a table stands in that table."""
    found, table = [], ""
    for number, line in enumerate(text.lines(), start=1):
        head = _TABLE.match(line.rstrip("\r"))
        if head is not None:
            table = head[1].translate(_BLANKS_AND_QUOTES)
        found.append((number, table, line))
    return found
