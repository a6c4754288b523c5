"""Which column of a table is which field: by its heading, or as the configuration says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from tieout.config.tables import TableSection
from tieout.domain.artefacts import title_of
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.tables import Row, Table
from tieout.kernel.reading.text import column_letters, excerpt

_BETWEEN = re.compile(r"[\s_-]+")
_ALIKE: Final = 0.8
_TOLD: Final = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table.

    Attributes:
        line: Of the header.
        fields: Column -> the field that is read from it.
        headings: Column -> its heading, for people.
        unread: Headings of columns that are no field.
    """

    line: int
    fields: Mapping[int, str]
    headings: Mapping[int, str]
    unread: tuple[str, ...]


def header_of(table: Table, section: TableSection, path: str) -> Row:
    """The row of the headings.

    Raises:
        UnreadableError: There is none.
    """
    wanted = section.header
    found = next((row for row in table.rows if wanted is None or row.number == wanted), None)
    if found is None or not any(cell.value.strip() for cell in found.cells.values()):
        message = f"row {wanted}, which should be its header, is blank" if wanted else "has no header row"
        raise UnreadableError(message, hint="`header` says which row it is", where=f"{path}:{wanted or 1}")
    if not table.sheet and _is_for_excel(found):
        message = "the line `sep=` is one for Excel and no header"
        hint = f"take the first line out, or declare `header: {found.number + 1}`"
        raise UnreadableError(message, hint=hint, where=f"{path}:{found.number}")
    return found


def _is_for_excel(row: Row) -> bool:
    """Whether a line only tells Excel what parts the cells: `sep=,`."""
    texts = [cell.value.strip() for cell in row.cells.values()]
    return len(texts) == 1 and re.fullmatch(r"sep=\W?", texts[0], re.IGNORECASE) is not None


def columns_of(header: Row, section: TableSection, path: str) -> Columns:
    """Tell the columns of a table.

    Raises:
        UnreadableError: A heading stands twice, a needed column is missing, or a heading looks like a field and is
            none; `where` is the line of the header.
    """
    where = f"{path}:{header.number}"
    headings = {at: " ".join(cell.value.split()) for at, cell in header.cells.items() if cell.value.strip()}
    ignored = {_folded(name) for name in section.ignore}
    by_name: dict[str, int] = {}
    for at, heading in headings.items():
        name = _folded(heading)
        if name in by_name and name not in ignored:
            message = f"the column '{excerpt(heading)}' stands twice in the header"
            raise UnreadableError(message, hint="rename one, or name it under `ignore`", where=where)
        by_name.setdefault(name, at)
    fields = _mapped(section, by_name, headings, where)
    known = {_folded(field): field for field in section.rows.columns if field not in fields.values()}
    for name, at in by_name.items():
        if name in known and at not in fields and name not in ignored:
            fields[at] = known[name]
    others = {name: at for name, at in by_name.items() if at not in fields and name not in ignored}
    _refuse_slips(others, headings, section, set(fields.values()), where)
    _demand_needed(section, set(fields.values()), headings, where)
    unread = tuple(excerpt(headings[at]) for at in sorted(others.values()))
    return Columns(header.number, dict(sorted(fields.items())), headings, unread)


def cell_name(at: int, row: Row, columns: Columns, *, in_sheet: bool) -> str:
    """How a message calls a cell; its row is the place of the message."""
    heading = excerpt(columns.headings.get(at, ""))
    return f"cell {column_letters(at)}{row.number} ('{heading}')" if in_sheet else f"column '{heading}'"


def _mapped(
    section: TableSection, by_name: Mapping[str, int], headings: Mapping[int, str], where: str
) -> dict[int, str]:
    fields: dict[int, str] = {}
    for field, heading in section.columns.items():
        at = by_name.get(_folded(heading))
        if at is None or at in fields:
            why = "which the header lacks" if at is None else f"which is '{fields[at]}' already"
            message = f"`columns` takes '{field}' from '{excerpt(heading)}', {why}"
            near = get_close_matches(_folded(heading), by_name, n=1) if at is None else []
            meant = f"is '{excerpt(headings[by_name[near[0]]])}' meant?" if near else _header_has(headings)
            raise UnreadableError(message, hint=meant, where=where)
        fields[at] = field
    return fields


def _refuse_slips(
    others: Mapping[str, int], headings: Mapping[int, str], section: TableSection, filled: set[str], where: str
) -> None:
    """A column that is called nearly like a field is that field, or is named as one that is not read."""
    open_ = {_folded(field): field for field in section.rows.columns if field not in filled}
    for name, at in others.items():
        near = get_close_matches(name, open_, n=1, cutoff=_ALIKE)
        if near:
            field = open_[near[0]]
            message = f"the column '{excerpt(headings[at])}' is not known here; is '{field}' meant?"
            hint = "rename it, or name it under `columns` or `ignore` of the table"
            raise UnreadableError(message, hint=hint, where=where)


def _demand_needed(section: TableSection, filled: set[str], headings: Mapping[int, str], where: str) -> None:
    needed = [key for key, field in section.rows.model.model_fields.items() if field.is_required()]
    missing = [f"'{field}'" for field in needed if field not in filled]
    if missing:
        message = f"has no column for {', '.join(missing)} of the {title_of(section.artefact)}"
        hint = f"`columns` of the table says what they are called; {_header_has(headings)}"
        raise UnreadableError(message, hint=hint, where=where)


def _header_has(headings: Mapping[int, str]) -> str:
    told = [f"'{excerpt(heading)}'" for _, heading in sorted(headings.items())]
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return f"the header has {', '.join(told[:_TOLD])}{more}"


def _folded(heading: str) -> str:
    """A heading without case, blanks, hyphens and underscores, for comparison."""
    return _BETWEEN.sub("", heading.casefold())
