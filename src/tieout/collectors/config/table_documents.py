"""A file of separated values as a document: a list of its lines, each a mapping from heading to cell."""

import codecs
from collections import Counter
from typing import Any, Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.tables import Row, read_table
from tieout.kernel.reading.text import display_path, excerpt

#: PowerShell's line above the headings, which names the type of what was exported.
_TYPE_LINE: Final = b"#TYPE "


def table_document(data: bytes, path: str) -> Document:
    """The lines of a table; every cell is text, an empty one too, and columns without a heading are left out.

    Args:
        data: The file; the heading line tells whether commas, semicolons or tabs part its cells.
        path: How errors name it.

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
    for row in rows[1:]:
        if row.width != head.width:
            message = f"the row has {row.width} cells, the header has {head.width}"
            raise UnreadableError(message, where=_place(path, row))
        lines[f"/{len(found)}"] = row.number
        cells = {name: row.cells.get(at) for at, name in headings.items()}
        found.append({name: cell.value if cell else "" for name, cell in cells.items()})
    return Document(found, lines)


def _place(path: str, row: Row) -> str:
    return f"{display_path(path)}:{row.number}"
