"""Excel workbooks, written part by part, so that a test has in them what it wants to have in them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
#: Number formats by the style that `styles` gives each: general first.
FORMATS = ("General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm", "0%", '"No. "0000', "[h]:mm")
DAY, TIME, CLOCK, PERCENT, NUMBERED, ELAPSED = range(1, 7)


def cell(at: str, value: Any = None, *, type_: str = "", style: int = 0, formula: str | None = None) -> str:
    """One cell; a text stands in it, unless another type is said."""
    computed = f"<f>{escape(formula)}</f>" if formula is not None else ""
    if isinstance(value, str) and not type_:
        if formula is not None:
            return f'<c r="{at}" t="str">{computed}<v>{escape(value)}</v></c>'
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    stored = "" if value is None else f"<v>{escape(str(value))}</v>"
    kind = f' t="{type_}"' if type_ else ""
    return f'<c r="{at}" s="{style}"{kind}>{computed}{stored}</c>'


def row(number: int, *cells: str, attributes: str = "") -> str:
    """One row of cells."""
    return f'<row r="{number}" {attributes}>{"".join(cells)}</row>'


def rows(table: Sequence[Sequence[Any]]) -> str:
    """Rows of values: texts as texts, numbers as numbers, None as nothing."""
    lines = [
        row(number, *(cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(line) if value is not None))
        for number, line in enumerate(table, start=1)
    ]
    return "".join(lines)


def sheet(data: str, *, columns: str = "", merged: str = "") -> str:
    """The XML of a sheet."""
    wide = f"<cols>{columns}</cols>" if columns else ""
    joined = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    return f'<worksheet xmlns="{_MAIN}">{wide}<sheetData>{data}</sheetData>{joined}</worksheet>'


def workbook(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    from_1904: bool = False,
    strings: str | None = None,
    more: Mapping[str, bytes | str] | None = None,
    relations: str = "",
) -> bytes:
    """A workbook of these sheets.

    Args:
        sheets: Name -> XML.
        states: Name -> hidden or veryHidden.
        from_1904: Days are counted from 1904.
        strings: XML of the shared strings' members.
        more: Further parts, or others in place of these.
        relations: Further relations of the workbook.
    """
    state = states or {}
    listed = "".join(
        f"<sheet name={quoteattr(name)} sheetId='{number}' r:id='s{number}' state='{state.get(name, 'visible')}'/>"
        for number, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f"<Relationship Id='s{number}' Type='{_OFFICE}/worksheet' Target='worksheets/sheet{number}.xml'/>"
        for number in range(1, len(sheets) + 1)
    )
    related += f"<Relationship Id='styles' Type='{_OFFICE}/styles' Target='styles.xml'/>{relations}"
    parts: dict[str, bytes | str] = {
        "_rels/.rels": f"<Relationships xmlns='{_PACKAGE}'><Relationship Id='r1' Type='{_OFFICE}/officeDocument' "
        "Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{_MAIN}' xmlns:r='{_OFFICE}'><workbookPr date1904='{int(from_1904)}'/>"
        f"<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": _styles(),
        **{f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(sheets.values(), start=1)},
    }
    if strings is not None:
        related += f"<Relationship Id='strings' Type='{_OFFICE}/sharedStrings' Target='sharedStrings.xml'/>"
        parts["xl/sharedStrings.xml"] = f"<sst xmlns='{_MAIN}'>{strings}</sst>"
    parts["xl/_rels/workbook.xml.rels"] = f"<Relationships xmlns='{_PACKAGE}'>{related}</Relationships>"
    return packed({**parts, **(more or {})})


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """An archive of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _styles() -> str:
    codes = "".join(
        f"<numFmt numFmtId='{164 + number}' formatCode={quoteattr(code)}/>" for number, code in enumerate(FORMATS)
    )
    styles = "".join(f"<xf numFmtId='{164 + number if number else 0}'/>" for number in range(len(FORMATS)))
    return (
        f"<styleSheet xmlns='{_MAIN}'><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
        f"<cellXfs>{styles}</cellXfs></styleSheet>"
    )
