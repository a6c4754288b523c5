"""A file of separated values as a document: a list of its lines, each a mapping from heading to cell."""

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tieout.collectors.gathering import MAX_ROWS, Gathering
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.tables import Row, read_table
from tieout.kernel.reading.text import display_path, excerpt

#: PowerShell's line above the headings, which names the type of what was exported.
_TYPE_LINE: Final = b"#TYPE "
#: What the first cell of a line that is commented out begins with; `#12` is a number.
_COMMENT: Final = re.compile(r"\s*#(?!\d+\s*$)")


def table_document(data: bytes, path: str, gathering: Gathering | None = None) -> Document:
    """The lines of a table; every cell is text, an empty one too, and columns without a heading are left out.

    Lines below the headings that are commented out are left out as well.

    Args:
        data: The file; the heading line tells whether commas, semicolons or tabs part its cells.
        path: How errors name it.
        gathering: Is told of the lines that are commented out.

    Raises:
        UnreadableError: It is no such table: a heading stands twice, or a line has more or fewer cells than it.
    """
    header = 2 if data.removeprefix(codecs.BOM_UTF8).startswith(_TYPE_LINE) else None
    rows = [row for row in read_table(data, "separated", where=path, header=header).rows if row.cells]
    if header is not None:
        rows = rows[1:]
    if not rows:
        return Document(None)
    head = rows[0]
    headings = {at: name for at, cell in head.cells.items() if (name := cell.value.strip())}
    twice = [name for name, count in Counter(headings.values()).items() if count > 1]
    if twice:
        message = f"the column '{excerpt(twice[0])}' stands twice in the header"
        raise UnreadableError(message, where=_place(path, head))
    lines: dict[str, int] = {"": head.number}
    found: list[dict[str, Any]] = []
    commented: list[int] = []
    for row in rows[1:]:
        if (first := row.cells.get(1)) is not None and _COMMENT.match(first.value):
            commented.append(row.number)
            continue
        if row.width != head.width:
            message = f"the row has {row.width} cells, the header has {head.width}"
            raise UnreadableError(message, where=_place(path, row))
        lines[f"/{len(found)}"] = row.number
        cells = {name: row.cells.get(at) for at, name in headings.items()}
        found.append({name: cell.value if cell else "" for name, cell in cells.items()})
    if gathering is not None:
        _tell(gathering, path, commented)
    return Document(found, lines)


def _tell(gathering: Gathering, path: str, commented: Sequence[int]) -> None:
    """Tell of the lines that are commented out: the first ones one by one."""
    types = gathering.request.source.declared
    for line in commented[:MAX_ROWS]:
        reason = "is commented out ('#' stands before it), so it does not count"
        gathering.problem("not-counted", path, reason, line=line, types=types)
    if more := len(commented[MAX_ROWS:]):
        reason = f"has {more:,} more lines that are commented out, which do not count"
        gathering.problem("not-counted", path, reason, types=types)


def _place(path: str, row: Row) -> str:
    return f"{display_path(path)}:{row.number}"
