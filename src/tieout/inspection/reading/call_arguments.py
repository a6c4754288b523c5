"""Arguments of a call as source code writes them, by their names; nothing is run or parsed as a program."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tieout.inspection.reading.source_code import SourceCode

#: Longer calls are not followed to their end.
_LONGEST: Final = 20_000
#: Calls of one file that are read.
_MOST: Final = 100
_NAMED = re.compile(rb"\s*([A-Za-z_][A-Za-z0-9_]{0,80})\s*=(?!=)")
_STRING = re.compile(r"""[rRuU]?("{3}|'{3}|"|')(.{0,2000}?)\1$""", re.DOTALL)
_OPEN, _CLOSE, _COMMA = b"([{", b")]}", ord(",")


@dataclass(frozen=True, slots=True)
class Argument:
    """What a call is given under a name.

    Attributes:
        name: Of the argument.
        written: Its value as it is written, without comments.
        line: That the name stands on.
        start: Offset in the file's bytes at which the value begins, blanks before it included.
        end: Offset at which it ends.
    """

    name: str
    written: str
    line: int
    start: int
    end: int

    @property
    def literal(self) -> str | None:
        """The text of a string that is written whole; None for anything else."""
        return string_of(self.written)


def calls(source: SourceCode, pattern: Any) -> list[dict[str, Argument]]:
    """The named arguments of every call that a pattern finds.

    Args:
        source: The file.
        pattern: Of `compile_bytes`; matches up to the opening parenthesis, that one included.
    """
    return [_arguments(source, match.end()) for match in islice(pattern.finditer(source.code), _MOST)]


def string_of(written: str) -> str | None:
    """The text of a string literal; None for anything else."""
    found = _STRING.match(written.strip())
    return found[2] if found is not None and found[1][0] not in found[2] else None


def _arguments(source: SourceCode, start: int) -> dict[str, Argument]:
    found: dict[str, Argument] = {}
    depth, begin = 1, start
    for at in range(start, min(len(source.code), start + _LONGEST)):
        byte = source.code[at]
        if byte in _OPEN:
            depth += 1
        elif byte in _CLOSE:
            depth -= 1
        if depth == 0 or (depth == 1 and byte == _COMMA):
            _take(source, begin, at, found)
            begin = at + 1
        if depth == 0:
            break
    return found


def _take(source: SourceCode, start: int, end: int, found: dict[str, Argument]) -> None:
    named = _NAMED.match(source.code, start, end)
    if named is None:
        return
    name = named[1].decode("ascii")
    written = source.stated[named.end() : end].decode("utf-8", "replace").strip()
    line = source.text.line_at(named.start(1))
    found.setdefault(name, Argument(name, written, line, named.end(), end))
