"""Rows of tables that are text: separated values and JSON lines; runs in the parser's process."""

from typing import Any, Final

from tieout.kernel.reading.formats import csv_rows
from tieout.kernel.reading.json_reader import parse_json
from tieout.kernel.reading.refusal import MAX_CELL, MAX_TABLE_CELLS, MAX_TABLE_TEXT, RefusedError

_SEPARATORS: Final = (",", ";", "\t")
_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}


def parse_separated(text: str, delimiter: str | None, header: int | None) -> dict[str, Any]:
    """Rows of separated values (RFC 4180, also with semicolons or tabs).

    Args:
        text: The file.
        delimiter: Between cells; None: the one that the header has most of.
        header: Line of the header; None: the first that is not blank.

    Returns:
        rows of `[line, hidden, cells, width]`, cells as workbook_sheet.py has them.

    Raises:
        RefusedError: Bad quoting, a header that does not tell its separator, or a cap is broken.
    """
    rows: list[list[Any]] = []
    count = total = 0
    for line, row in csv_rows(text, delimiter or _told_by_header(text, header)):
        cells = [[at, "text", cell, False, True] for at, cell in enumerate(row, start=1) if cell]
        count += len(cells)
        total += sum(map(len, row))
        if any(len(cell) > MAX_CELL for cell in row):
            raise RefusedError(f"has a cell of more than {MAX_CELL:,} characters", line)
        if count > MAX_TABLE_CELLS or len(rows) >= MAX_TABLE_CELLS:
            raise RefusedError(f"has more than {MAX_TABLE_CELLS:,} filled cells", line)
        if total > MAX_TABLE_TEXT:
            raise RefusedError(f"has more than {MAX_TABLE_TEXT:,} characters", line)
        rows.append([line, False, cells, len(row)])
    return {"rows": rows}


def parse_json_lines(text: str) -> dict[str, Any]:
    """The objects of a file of JSON lines, each with its line; blank lines are skipped.

    Raises:
        RefusedError: A line is no JSON object, or there are more than a table has cells.
    """
    objects: list[list[Any]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value, _ = parse_json(line, lined=False)
        except RefusedError as refusal:
            raise RefusedError(refusal.reason, number) from None
        if not isinstance(value, dict):
            raise RefusedError("the line is JSON, but no object", number)
        if len(objects) >= MAX_TABLE_CELLS:
            raise RefusedError(f"has more than {MAX_TABLE_CELLS:,} lines", number)
        objects.append([number, value])
    return {"objects": objects}


def _told_by_header(text: str, header: int | None) -> str:
    """The separator that the header has most of outside its quotes; a comma where it has none."""
    lines = text.split("\n")
    at = header - 1 if header is not None else next((at for at, line in enumerate(lines) if line.strip(" ,;\t\r")), 0)
    outside = "".join(lines[at].split('"')[::2]) if at < len(lines) else ""
    counts = {separator: outside.count(separator) for separator in _SEPARATORS}
    most = [separator for separator in _SEPARATORS if counts[separator] == max(counts.values())]
    if counts[most[0]] and len(most) > 1:
        which = " and ".join(_NAMES[separator] for separator in most)
        raise RefusedError(f"the header has as many {which}, so that it does not tell what parts its cells", at + 1)
    return most[0]
