"""Blocks and objects of Terraform as they are written: their heads, and what they are given; nothing is evaluated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tieout.inspection.reading.source_code import SourceCode

_MODULE: Final = re.compile(rb'^[ \t]*module[ \t]+"([^"\n]{1,200})"[ \t]*\{', re.MULTILINE)
_GIVEN: Final = re.compile(rb"^[ \t]*\"?([A-Za-z_][\w-]{0,100})\"?[ \t]*[=:](?![=>])[ \t]*([^\n]{0,600})", re.MULTILINE)
_BRACES: Final = re.compile(rb"[{}]")
#: Blocks of one file that are read, and bytes of one block.
_MOST: Final = 200
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Block:
    """A block or an object with what it is given by name.

    Attributes:
        label: Of a module; "" of anything else.
        line: Of its head.
        given: (name, value as it is written, line), in order; those of objects within it too.
    """

    label: str
    line: int
    given: tuple[tuple[str, str, int], ...]

    def value(self, name: str) -> str | None:
        """What a name is given first, without quotation marks; None where it is given nothing."""
        return next((value.strip('"') for given, value, _ in self.given if given == name), None)


def modules(source: SourceCode) -> Iterator[Block]:
    """The modules that a file calls."""
    for match in islice(_MODULE.finditer(source.stated), _MOST):
        yield _block(source, match.start(1), match.end(), match[1].decode("utf-8", "replace"))


def objects(source: SourceCode, pattern: Any) -> Iterator[Block]:
    """Blocks and objects whose heads a pattern finds.

    Args:
        source: The file.
        pattern: Of `compile_bytes`; matches up to the opening brace, that one included, on one line.
    """
    for match in islice(pattern.finditer(source.code), _MOST):
        yield _block(source, match.end() - 1, match.end(), "")


def _block(source: SourceCode, head: int, start: int, label: str) -> Block:
    end = _end(source, start)
    given = tuple(
        (
            match[1].decode(),
            match[2].decode("utf-8", "replace").strip().rstrip(","),
            source.text.line_at(match.start(1)),
        )
        for match in _GIVEN.finditer(source.stated, start, end)
    )
    return Block(label, source.text.line_at(head), given)


def _end(source: SourceCode, start: int) -> int:
    """Offset of the brace that closes what an offset stands in."""
    depth = 1
    limit = min(len(source.code), start + _LONGEST)
    for match in _BRACES.finditer(source.code, start, limit):
        depth += 1 if match.group() == b"{" else -1
        if depth == 0:
            return match.start()
    return limit
