"""Tables as rows of cells: what a file says of each cell is kept, and nothing is made of it."""

import pytest

from support.workbooks import CLOCK, DAY, ELAPSED, NUMBERED, PERCENT, TIME, cell, row, rows, sheet, workbook
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.tables import Cell, Table, form_of, read_table
from tieout.kernel.reading.workbook_parts import shown_as


def separated(text: str | bytes, **asked) -> Table:
    data = text.encode() if isinstance(text, str) else text
    return read_table(data, "separated", where="t.csv", **asked)


def in_workbook(data: str, **parts) -> Table:
    return read_table(workbook({"Risks": sheet(data)}, **parts), "workbook", where="t.xlsx")


def texts(table: Table) -> list[list[str]]:
    return [[cell.value for _, cell in sorted(row.cells.items())] for row in table.rows]


def one_cell(xml: str, **parts) -> Cell:
    (found,) = in_workbook(row(1, xml), **parts).rows
    return found.cells[1]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_the_header_tells_what_parts_the_cells(mark: str, end: str, start: str):
    text = start + mark.join(["id", '"title, long; and so on"']) + end + mark.join(["R-1", '"a\r\nb ""c"""']) + end
    table = separated(text)
    assert texts(table) == [["id", "title, long; and so on"], ["R-1", 'a\r\nb "c"']]
    assert [row.number for row in table.rows] == [1, 2]
    assert [row.width for row in table.rows] == [2, 2]


def test_a_row_has_the_line_that_it_starts_at():
    table = separated('id,title\n\nR-1,"two\nlines"\nR-2,x\n')
    assert [row.number for row in table.rows] == [1, 3, 5]


def test_a_header_that_does_not_tell_is_refused_and_can_be_told():
    text = "a,b;c\n1,2;3\n"
    with pytest.raises(UnreadableError, match="as many commas and semicolons"):
        separated(text)
    assert texts(separated(text, delimiter=";")) == [["a,b", "c"], ["1,2", "3"]]


def test_lines_above_the_header_do_not_tell_it():
    table = separated("Risks, of the system, 2026\nid;title\nR-1;x\n", header=2)
    assert texts(table)[1:] == [["id", "title"], ["R-1", "x"]]


@pytest.mark.parametrize(
    ("data", "told", "line"),
    [
        ("id,Größe\n".encode("cp1252"), "UTF-8", "t.csv:1"),
        ("id,title\n".encode("utf-16"), "UTF-8", "t.csv:1"),
        (b"PK\x03\x04\x00", "workbook", "t.csv"),
        (b"id\x00,title\n", "zero bytes", "t.csv"),
        (b'id,title\n"R-1,x\n', "valid CSV", "t.csv:2"),
        (b"id,title\rR-1,x\r", "carriage return", "t.csv:1"),
        (b"id,title\nR-1," + b"x" * 40_000, "32,767", "t.csv:2"),
    ],
)
def test_what_is_no_csv_says_where_and_what_to_do(data: bytes, told: str, line: str):
    with pytest.raises(UnreadableError) as caught:
        separated(data)
    assert told in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.where == line


def test_the_csv_reader_of_documents_reads_as_before():
    document = parse(b"a,b\n1,2\n\n3,4\n", "csv", where="x.csv")
    assert document.data == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert document.lines == {"": 1, "/0": 2, "/1": 4}
    with pytest.raises(UnreadableError, match="1 cells, the header has 2"):
        parse(b"a,b\n1\n", "csv", where="x.csv")


@pytest.mark.parametrize(
    ("xml", "kind", "value"),
    [
        (cell("A1", "R-1"), "text", "R-1"),
        (cell("A1", 12), "number", "12"),
        (cell("A1", "12.0", type_="n"), "number", "12"),
        (cell("A1", 0.5), "number", "0.5"),
        (cell("A1", 1, type_="b"), "flag", "true"),
        (cell("A1", 46348, style=DAY), "day", "2026-11-22"),
        (cell("A1", 46348.75, style=DAY), "day", "2026-11-22"),
        (cell("A1", 46348.75, style=TIME), "time", "2026-11-22T18:00:00"),
        (cell("A1", 0.75, style=CLOCK), "clock", "18:00:00"),
        (cell("A1", "2026-11-22", type_="d"), "day", "2026-11-22"),
        (cell("A1", "2026-11-22T10:00:00Z", type_="d"), "time", "2026-11-22T10:00:00"),
        (cell("A1", "#REF!", type_="e"), "error", "#REF!"),
        ('<c t="inlineStr"><is><r><t>a</t></r><rPh sb="0"><t>no</t></rPh><r><t>b</t></r></is></c>', "text", "ab"),
        (cell("A1", "a_x000D_\nb_x0041_"), "text", "a\nbA"),
        ("<c><v>7</v></c>", "number", "7"),
    ],
)  # fmt: skip
def test_a_cell_is_what_the_sheet_shows(xml: str, kind: str, value: str):
    found = one_cell(xml)
    assert (found.kind, found.value, found.computed) == (kind, value, False)


@pytest.mark.parametrize(
    ("serial", "from_1904", "day"),
    [
        (1, False, "1900-01-01"),
        (59, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (2_958_465, False, "9999-12-31"),
        (0, True, "1904-01-01"),
        (44_886, True, "2026-11-22"),
        (2_957_003, True, "9999-12-31"),
    ],
)
def test_both_ways_to_count_days_are_right(serial: int, day: str, *, from_1904: bool):
    assert one_cell(cell("A1", serial, style=DAY), from_1904=from_1904).value == day


@pytest.mark.parametrize(
    ("serial", "from_1904"), [(60, False), (0, False), (-1, False), (2_958_466, False), (-1, True), (2_957_004, True)]
)
def test_a_day_that_never_was_is_refused(serial: int, *, from_1904: bool):
    with pytest.raises(UnreadableError, match="cell A1 is shown as a date and is none") as caught:
        one_cell(cell("A1", serial, style=DAY), from_1904=from_1904)
    assert caught.value.where == "t.xlsx:1"


@pytest.mark.parametrize("style", [PERCENT, NUMBERED, ELAPSED])
def test_a_number_that_is_shown_in_another_way_says_so(style: int):
    found = one_cell(cell("A1", 7, style=style))
    assert (found.kind, found.value, found.plain) == ("number", "7", False)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", "plain"), ("0", "plain"), ("@", "plain"), ("0.00", "other"), ("#,##0 [$€-407]", "other"),
        ('0 "days"', "other"), (r"0\d", "other"), ("[Red]0", "other"), ("[$-409]d mmm yyyy", "day"), ("mmm-yy", "day"),
        ("dd/mm/yyyy;@", "day"), ("d/m/yy h:mm", "time"), ("h:mm AM/PM", "clock"), ("[hh]:mm", "other"),
        ("mm:ss", "clock"), ("mm", "day"),
        ('yyyy"年"m"月"d"日"', "day"), ("0.00E+00", "other"), ("_-* #,##0_-", "other"), ("", "other"), ("[", "other"),
    ],
)  # fmt: skip
def test_formats_of_days_are_told_from_others(code: str, shown: str):
    assert shown_as(code) == shown


def test_a_formula_gives_its_stored_result_and_says_so():
    assert one_cell(cell("A1", 12, formula="B1*C1")) == Cell("number", "12", computed=True)
    assert one_cell(cell("A1", "yes", formula="IF(1,2)")) == Cell("text", "yes", computed=True)
    assert one_cell(cell("A1", formula="B1*C1")) == Cell("uncomputed", "", computed=True)


def test_shared_texts_are_joined_from_their_runs():
    strings = (
        "<si><t>one</t></si><si><r><t>two</t></r><rPh><t>x</t></rPh><r><t xml:space='preserve'> three</t></r></si>"
    )
    table = in_workbook(row(1, cell("A1", 1, type_="s"), cell("C1", 0, type_="s")), strings=strings)
    assert {at: found.value for at, found in table.rows[0].cells.items()} == {1: "two three", 3: "one"}


def test_what_a_sheet_does_not_show_is_told():
    xml = sheet(
        row(1, cell("A1", "id")) + row(2, cell("A2", "R-1"), attributes='hidden="1"'),
        columns='<col min="2" max="3" hidden="1"/><col min="4" max="4"/>',
        merged='<mergeCell ref="A2:B3"/>',
    )
    table = read_table(workbook({"Risks": xml}, states={"Risks": "veryHidden"}), "workbook", where="t.xlsx")
    assert [row.hidden for row in table.rows] == [False, True]
    assert table.hidden_columns == ((2, 3),)
    assert table.merged == ((2, 1, 3, 2),)
    assert table.sheet_hidden


def test_of_several_sheets_one_is_named():
    data = workbook({"Risks": sheet(rows([["id"]])), "Notes & more": sheet(rows([["x"]]))})
    assert texts(read_table(data, "workbook", where="t", sheet="notes & more")) == [["x"]]
    with pytest.raises(UnreadableError, match="2 sheets \\('Risks', 'Notes & more'\\) and nothing says which"):
        read_table(data, "workbook", where="t")
    with pytest.raises(UnreadableError, match="no sheet of that name; it has 'Risks'"):
        read_table(data, "workbook", where="t", sheet="Risk")


def test_a_stray_cell_far_away_is_one_cell():
    table = in_workbook(row(1, cell("A1", "id")) + row(1_048_576, cell("XFD1048576", 1)))
    assert [(row.number, list(row.cells)) for row in table.rows] == [(1, [1]), (1_048_576, [16_384])]


def test_json_lines_are_objects_with_their_lines():
    table = read_table(b'{"id": "F-1", "n": [1]}\n\n{"id": "F-2"}\n', "json-lines", where="t.jsonl")
    assert table.objects == ((1, {"id": "F-1", "n": [1]}), (3, {"id": "F-2"}))


@pytest.mark.parametrize(
    ("text", "told", "where"),
    [
        ('{"a": 1}\n[1', "not valid JSON", "t.jsonl:2"),
        ('{"a": 1},{"a": 2}\n', "not valid JSON", "t.jsonl:1"),
        ('{"a": 1}\n7\n', "no object", "t.jsonl:2"),
        ('{"a": 1, "a": 2}\n', "twice", "t.jsonl:1"),
    ],
)
def test_what_is_no_json_line_says_where(text: str, told: str, where: str):
    with pytest.raises(UnreadableError, match=told) as caught:
        read_table(text.encode(), "json-lines", where="t.jsonl")
    assert caught.value.where == where


@pytest.mark.parametrize("path", ["a.XLS", "a.ods", "a.xlsb", "a.numbers"])
def test_other_forms_are_named_and_not_read(path: str):
    assert form_of(path) == "not-read"
    with pytest.raises(UnreadableError, match="not read") as caught:
        read_table(b"x", "not-read", where=path)
    assert ".xlsx" in caught.value.hint


def test_endings_tell_the_form():
    told = {"a.CSV": "separated", "a.tsv": "separated", "a.xlsm": "workbook", "a.ndjson": "json-lines", "a.yaml": None}
    assert {path: form_of(path) for path in told} == told
