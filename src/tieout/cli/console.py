"""Consoles, progress and the look of verdicts: data on stdout, progress and notes on stderr."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from tieout.cli.streams import silence
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
MARK_WIDTH = max(len(shape) + 1 + len(word) for word, (shape, _) in MARKS.items())
_NARROWEST = 40
_SHORTEST = 20
#: Columns of a line that is cut in a pipe: what the log of a CI job shows without a scroll bar.
_PIPE = 100


class _Quiet(Console):
    """A console whose reader may leave: `tieout verify … | head` goes on in silence, to the exit code it would give."""

    def on_broken_pipe(self) -> None:
        """Write what is left to nobody."""
        self.quiet = True
        silence(self.file)


def write(text: str) -> None:
    """One document for programs on stdout, with a line end; a reader who left is no error."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)


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
    for piece in _pieces(line, indent):
        output().print(Text(" " * indent) + piece)


def rows(table: Sequence[tuple["str | Text", ...]], *, header: Sequence[str] = (), cut: bool = False) -> None:
    """Print rows in columns; the last column is wrapped under itself on a terminal and never in a pipe.

    Args:
        table: Cells; those of the last column are of any length.
        header: Names of the columns.
        cut: Each row is one line, on a terminal and in a pipe: what does not fit ends at a word with `…`.
    """
    lines = [tuple(_cell(cell) for cell in row) for row in table]
    if header:
        lines.insert(0, tuple(Text(name, style="bold") for name in header))
    widths = [max(cell.cell_len for cell in column) for column in list(zip(*lines, strict=True))[:-1]]
    indent = sum(widths) + 2 * len(widths)
    for *fixed, last in lines:
        prefix = Text()
        for cell, width in zip(fixed, widths, strict=True):
            prefix += cell + Text(" " * (width - cell.cell_len + 2))
        pieces = [_cut(last, max(_columns() - indent, _SHORTEST))] if cut else _pieces(last, indent)
        for number, piece in enumerate(pieces):
            output().print((Text(" " * indent) if number else prefix) + piece)


def _cell(cell: "str | Text") -> Text:
    return cell if isinstance(cell, Text) else Text(display_path(cell))


def _cut(text: Text, width: int) -> Text:
    """A text in so many cells: whole, or up to the last word that fits and `…`; one long word is cut within."""
    if text.cell_len <= width:
        return text
    kept = text.copy()
    kept.truncate(width - 1)
    whole, _, rest = kept.plain.rpartition(" ")
    if whole and text.plain[len(kept.plain)] != " ":
        kept.right_crop(len(rest) + 1)
    kept.rstrip()
    return kept.append("…")


def _columns() -> int:
    return output().width if _on_terminal() else _PIPE


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()  # FORCE_COLOR makes colours of a pipe, and not a terminal


def _pieces(text: Text, indent: int) -> list[Text]:
    """A text as the lines that it takes on the terminal; in a pipe it is one."""
    console = output()
    if not _on_terminal():
        return [text]
    pieces = list(text.wrap(console, max(console.width - indent, _NARROWEST))) or [Text()]
    for piece in pieces:
        piece.rstrip()
    return pieces


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

    from tieout.kernel.reading.redaction import redact

    return escape(display_path(redact(text).text))
