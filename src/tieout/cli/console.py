"""Consoles, progress and the look of verdicts: data on stdout, progress and notes on stderr."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Never

from rich.console import Console
from rich.text import Text

from tieout.kernel.reading.text import display_path

if TYPE_CHECKING:
    from rich.status import Status

#: Shape and colour of each verdict: the word always stands beside it, so colour is never alone.
MARKS = {
    "satisfied": ("●", "green"),
    "partial": ("◐", "yellow"),
    "gap": ("✕", "red"),
    "conflict": ("≠", "magenta"),
    "unreadable": ("?", "magenta"),
    "not-assessed": ("○", "dim"),
    "not-applicable": ("-", "dim"),
    "waived": ("~", "cyan"),
}
_NARROWEST = 40


class _Quiet(Console):
    """A console whose reader may leave: `tieout explain … | head` is no error."""

    def on_broken_pipe(self) -> Never:
        """Say so to the program's entry, which ends quietly."""
        raise BrokenPipeError


@cache
def output() -> Console:
    """Where data goes; NO_COLOR and FORCE_COLOR are honoured by rich."""
    return _Quiet(highlight=False, soft_wrap=True)


@cache
def errors() -> Console:
    """Where notes and progress go."""
    return _Quiet(stderr=True, highlight=False, soft_wrap=True)


def mark(verdict: str) -> Text:
    """A verdict: shape, word, colour."""
    shape, colour = MARKS[verdict]
    return Text(f"{shape} {verdict}", style=colour)


def say(*parts: "str | Text", indent: int = 0, style: str = "") -> None:
    """Print one paragraph of data; on a terminal it is wrapped between words, with the indent on each line.

    In a pipe it is one line, so that `grep` and `cut` see it whole. What cannot be seen or would
    turn the direction of writing is shown by its code point: the words may come from evidence.
    """
    line = Text.assemble(*(part if isinstance(part, Text) else display_path(part) for part in parts), style=style)
    console = output()
    if not console.is_terminal:
        console.print(Text(" " * indent) + line)
        return
    for wrapped in line.wrap(console, max(console.width - indent, _NARROWEST)):
        wrapped.rstrip()
        console.print(Text(" " * indent) + wrapped)


def rows(table: Sequence[tuple["str | Text", ...]], *, header: Sequence[str] = ()) -> None:
    """Print rows in columns; the last column is wrapped under itself on a terminal and never in a pipe."""
    lines = [tuple(cell if isinstance(cell, Text) else Text(display_path(cell)) for cell in row) for row in table]
    if header:
        lines.insert(0, tuple(Text(name, style="bold") for name in header))
    widths = [max(cell.cell_len for cell in column) for column in list(zip(*lines, strict=True))[:-1]]
    console = output()
    indent = sum(widths) + 2 * len(widths)
    for line in lines:
        *fixed, last = line
        prefix = Text()
        for cell, width in zip(fixed, widths, strict=True):
            prefix += cell + Text(" " * (width - cell.cell_len + 2))
        pieces = [last]
        if console.is_terminal:
            pieces = list(last.wrap(console, max(console.width - indent, _NARROWEST))) or [Text()]
        for number, piece in enumerate(pieces):
            piece.rstrip()
            console.print((prefix if number == 0 else Text(" " * indent)) + piece)


class _Spoken:
    """Progress as a changing line on a terminal."""

    def __init__(self, status: "Status | None") -> None:
        self._status = status

    def step(self, text: str) -> None:
        """Show what is being done now."""
        if self._status is not None:
            self._status.update(_plain(text))


@contextmanager
def progress(first: str) -> Iterator[_Spoken]:
    """Progress on a terminal; silent in CI, in a pipe, and where TERM is dumb."""
    if os.environ.get("CI") or not sys.stderr.isatty() or errors().is_dumb_terminal:
        yield _Spoken(None)
        return
    with errors().status(_plain(first)) as status:
        yield _Spoken(status)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(display_path(text))
