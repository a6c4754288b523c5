"""A number that a sheet shows with other digits than its own, or not at all, is not read as that number."""

from pathlib import Path

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from support.workbooks import cell, row, sheet, workbook
from tieout.collectors.records import collect
from tieout.kernel.reading.workbook_parts import hidden_by

ALL = {"positive", "negative", "zero"}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ('"5"', ALL), (r"\5", ALL), (";;;", ALL), (";;", ALL), (" ; ; ", ALL), ('""', ALL), ('"high"', ALL),
        ("[Red]", ALL), ('0"5"', ALL), ('"2"0', ALL), (r"0\1", ALL), ("5", ALL), ("50", ALL),
        ('"2025-01-01";d', {"positive", "zero"}),
        ("0;;", {"negative", "zero"}), ("0;-0;;@", {"zero"}), ('0;"5";0', {"negative"}), ('0;0;"7"', {"zero"}),
        ('[>3]"9";0', ALL), ('[<1]"";0', ALL), ("_-;_-;_-", ALL), ("0 5/8", ALL),
        ("General", set()), ("0", set()), ("@", set()), ("", set()), ("#,##0.00", set()), ('"No. "0000', set()),
        ("0%", set()), ("0.00E+00", set()), ("# ?/?", set()), ("# ??/16", set()), ("[Red]0", set()),
        ("[>3]0;0.0", set()),
        ("yyyy-mm-dd", set()), ("dd/mm/yyyy;@", set()), ("0;@", set()), ("[h]:mm", set()), ("mm:ss", set()),
        ("h:mm AM/PM", set()), ('0;-0;"-"', set()), ('0" m2"', set()), ("#,##0 [$€-407]", set()),
        ('_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', set()), ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', set()),
        ('yyyy"年"m"月"d"日"', set()), ("ddd", set()),
    ],
)  # fmt: skip
def test_a_format_without_a_place_for_the_digits_hides_the_number(code: str, hidden: set[str]):
    assert hidden_by(code) == hidden


def styles(*codes: str) -> str:
    listed = "".join(f"<numFmt numFmtId='{200 + at}' formatCode='{code}'/>" for at, code in enumerate(codes))
    used = "".join(f"<xf numFmtId='{200 + at}'/>" for at in range(len(codes)))
    return f"<styleSheet xmlns='{_MAIN}'><numFmts>{listed}</numFmts><cellXfs>{used}</cellXfs></styleSheet>"


def scored(tmp_path: Path, format_: str, *, note: str = "General"):
    """A register of which the score has a format, and a column that is not read another."""
    heads = ["id", "title", "likelihood", "severity", "score", "owner", "status", "helper"]
    values = ["R-1", "A wrong price is given", 2, 2, 4, "Ada Ferri", "open", 3]
    style = {"score": 1, "helper": 2}
    data = row(1, *(cell(f"{chr(65 + at)}1", head) for at, head in enumerate(heads)))
    data += row(2, *(cell(f"{chr(65 + at)}2", values[at], style=style.get(head, 0)) for at, head in enumerate(heads)))
    book = workbook({"Risks": sheet(data)}, more={"xl/styles.xml": styles("General", format_, note)})
    folder = write(tmp_path, {"sources/risk_register.xlsx": book})
    return in_folder(collect, folder, source("records", provides=("risk_register",)))


def test_a_number_that_counts_is_the_one_that_is_shown(tmp_path: Path):
    found = scored(tmp_path, "0")
    assert only_item(found).facts["risks"][0]["score"] == 4


@pytest.mark.parametrize("format_", ["&quot;25&quot;", ";;;", "0&quot;5&quot;"])
def test_a_table_with_another_number_shown_is_unreadable_with_the_cell(format_: str, tmp_path: Path):
    found = scored(tmp_path, format_)
    assert found.result.items == ()
    (problem,) = [one for one in problems(found) if one.status == "unreadable"]
    assert "E2" in problem.reason
    assert "holds a number, and its number format shows other digits or nothing" in problem.reason


def test_a_column_that_is_not_read_may_hide_its_numbers(tmp_path: Path):
    assert only_item(scored(tmp_path, "0", note=";;;")).facts["risks"][0]["score"] == 4
