"""Registers in workbooks and JSON lines: what a sheet hides, computes or breaks is told, and times need a zone."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from support.workbooks import DAY, NUMBERED, PERCENT, TIME, cell, row, rows, sheet, workbook
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect

NAMES = ["id", "title", "likelihood", "severity", "score", "status", "due"]
HEAD = rows([NAMES])


def collected(tmp_path: Path, xml: str, *, artefact: str = "risk_register", **table: Any) -> Gathered:
    options = {"tables": [{"path": "r.xlsx", "artefact": artefact, **table}]}
    section = source("records", provides=(artefact,), options=options)
    return in_folder(collect, write(tmp_path, {"sources/r.xlsx": workbook({"Risks": xml})}), section)


def risk(number: int, *more: str, score: str | None = None, title: str | None = None, attributes: str = "") -> str:
    cells = [
        cell(f"A{number}", f"R-{number}"),
        title or cell(f"B{number}", "A wrong refund"),
        cell(f"C{number}", 3),
        cell(f"D{number}", 4),
        score or cell(f"E{number}", 12),
        cell(f"F{number}", "open"),
    ]
    return row(number, *cells, *more, attributes=attributes)


def notes(gathered: Gathered) -> list[tuple[str, int | None]]:
    return [(problem.reason, problem.place.line) for problem in problems(gathered, "not-counted")]


def refusal(gathered: Gathered) -> tuple[str, int | None]:
    assert not gathered.result.items
    (problem,) = problems(gathered, "unreadable")
    return problem.reason, problem.place.line


def test_a_plain_sheet_is_read_without_a_note(tmp_path: Path):
    gathered = collected(tmp_path, sheet(HEAD + risk(2, cell("G2", 46348, style=DAY))))
    (found,) = only_item(gathered).facts["risks"]
    assert (found["score"], found["due"]) == (12, "2026-11-22")
    assert not problems(gathered)


def test_what_the_sheet_computed_counts_and_is_told(tmp_path: Path):
    data = HEAD + "".join(risk(number, score=cell(f"E{number}", 12, formula="C*D")) for number in (2, 3))
    gathered = collected(tmp_path, sheet(data))
    assert [one["score"] for one in only_item(gathered).facts["risks"]] == [12, 12]
    said = "sheet 'Risks': 'score' is what the sheet computed when it was last saved, in 2 rows from E2 on"
    assert notes(gathered) == [(said, 2)]


def test_a_formula_without_a_stored_result_is_unreadable(tmp_path: Path):
    reason, line = refusal(collected(tmp_path, sheet(HEAD + risk(2, score=cell("E2", formula="C2*D2")))))
    assert "cell E2 ('score') holds a formula, and no result of it is stored" in reason
    assert line == 2


def test_formulas_that_were_copied_down_make_no_rows_and_texts_of_formulas_do(tmp_path: Path):
    copied = row(3, cell("A3", 2, formula="ROW()"), cell("E3", 0, formula="C3*D3"), cell("H3", "low", formula="x"))
    broken = row(4, cell("E4", "#VALUE!", type_="e", formula="C4*D4"))
    gathered = collected(tmp_path / "a", sheet(HEAD + risk(2) + copied + broken))
    assert [one["id"] for one in only_item(gathered).facts["risks"]] == ["R-2"]
    assert ("sheet 'Risks': no row, since formulas alone stand there: row 3 and 1 more", 3) in notes(gathered)
    linked = row(3, cell("B3", "A risk of another sheet", formula="Other!B3"), cell("E3", 0, formula="C3*D3"))
    _, line = refusal_beside_notes(collected(tmp_path / "b", sheet(HEAD + risk(2) + linked)))
    assert line == 3


def test_an_error_is_no_value(tmp_path: Path):
    gathered = collected(tmp_path, sheet(HEAD + risk(2, cell("G2", "#REF!", type_="e"))))
    assert "due" not in only_item(gathered).facts["risks"][0]
    assert notes(gathered) == [("sheet 'Risks': cell G2 ('due') holds the error #REF!, which is no value", 2)]
    needed = collected(tmp_path / "b", sheet(HEAD + risk(2, score=cell("E2", "#N/A", type_="e"))))
    reason, line = refusal_beside_notes(needed)
    assert "'risks.0.score' is missing" in reason
    assert line == 2


def refusal_beside_notes(gathered: Gathered) -> tuple[str, int | None]:
    (problem,) = problems(gathered, "unreadable")
    return problem.reason, problem.place.line


def test_hidden_rows_columns_and_sheets_are_read_and_told(tmp_path: Path):
    xml = sheet(HEAD + risk(2) + risk(3, attributes='hidden="1"'), columns='<col min="3" max="4" hidden="1"/>')
    data = workbook({"Risks": xml}, states={"Risks": "hidden"})
    section = source("records", provides=("risk_register",))
    gathered = in_folder(collect, write(tmp_path, {"sources/risk_register.xlsx": data}), section)
    assert len(only_item(gathered).facts["risks"]) == 2
    assert notes(gathered) == [
        ("sheet 'Risks': the sheet is hidden in the workbook; it is read like any other", None),
        ("sheet 'Risks': hidden in the sheet, and read like the others: column C ('likelihood'), D ('severity')", 1),
        ("sheet 'Risks': row 3 is hidden in the sheet; it is read like the others", 3),
    ]


@pytest.mark.parametrize("merged", ["A2:A3", "A2:B2", "F3:G3", "A1:B1", "B1:B2"])
def test_merged_cells_among_the_rows_are_refused(tmp_path: Path, merged: str):
    reason, line = refusal(collected(tmp_path, sheet(HEAD + risk(2) + risk(3), merged=f'<mergeCell ref="{merged}"/>')))
    assert f"the cells {merged} are merged" in reason
    assert line == int(merged[1])


def test_merged_cells_in_a_title_or_beside_the_table_are_left_alone(tmp_path: Path):
    above = row(1, cell("A1", "Risks of the system"))
    header = row(2, *(cell(f"{chr(65 + at)}2", name) for at, name in enumerate(NAMES)))
    merged = '<mergeCell ref="A1:G1"/><mergeCell ref="J3:K9"/>'
    gathered = collected(tmp_path, sheet(above + header + risk(3), merged=merged), header=2)
    assert only_item(gathered).facts["risks"][0]["id"] == "R-3"


def test_choices_between_the_header_and_the_list_are_left_out_where_the_list_says_where_it_begins(tmp_path: Path):
    """Sheets keep the choices of a column below its heading, often in merged cells."""
    choices = row(2, cell("C2", 1), cell("F2", "open")) + row(3, cell("C3", 2), cell("F3", "closed"))
    xml = sheet(HEAD + choices + risk(4), merged='<mergeCell ref="A2:B3"/>')
    gathered = collected(tmp_path / "a", xml, first_row=4)
    assert [one["id"] for one in only_item(gathered).facts["risks"]] == ["R-4"]
    told = "sheet 'Risks': not read: 2 rows between the header and row 4, which the list begins with"
    assert notes(gathered) == [(told, 2)]
    reason, _ = refusal(collected(tmp_path / "b", xml))
    assert "merged" in reason


def test_a_column_without_heading_is_told(tmp_path: Path):
    gathered = collected(tmp_path, sheet(HEAD + risk(2, cell("I2", "a remark"))))
    assert notes(gathered) == [("sheet 'Risks': column I holds values and has no heading; it is not read", 2)]


@pytest.mark.parametrize(
    ("title", "told"),
    [
        (cell("B2", 0.5, style=PERCENT), "a number that is shown in another way where text is expected"),
        (cell("B2", 7, style=NUMBERED), "a number that is shown in another way where text is expected"),
        (cell("B2", 46348, style=DAY), "a date or time where text is expected"),
        (cell("B2", 1, type_="b"), "true or false where text is expected"),
    ],
)
def test_text_that_a_sheet_made_something_else_of_is_refused(tmp_path: Path, title: str, told: str):
    reason, line = refusal(collected(tmp_path, sheet(HEAD + risk(2, title=title))))
    assert told in reason
    assert "cell B2 ('title')" in reason
    assert line == 2


def test_a_number_that_is_shown_as_its_digits_is_a_text(tmp_path: Path):
    gathered = collected(tmp_path, sheet(HEAD + risk(2, title=cell("B2", 4711))))
    assert only_item(gathered).facts["risks"][0]["title"] == "4711"


@pytest.mark.parametrize("due", [46348, 46348.5])
def test_a_number_that_is_no_date_by_its_format_is_no_day(tmp_path: Path, due: float):
    reason, _ = refusal(collected(tmp_path, sheet(HEAD + risk(2, cell("G2", due)))))
    assert "cell G2 ('due') is not a date by its format" in reason


def test_a_time_is_no_day(tmp_path: Path):
    reason, _ = refusal(collected(tmp_path, sheet(HEAD + risk(2, cell("G2", 46348.5, style=TIME)))))
    assert "cell G2 ('due')" in reason


INCIDENTS = sheet(
    rows([["id", "severity", "detected", "closed"]])
    + row(2, cell("A2", "INC-1"), cell("B2", 2), cell("C2", 46327.5, style=TIME), cell("D2", 46330, style=DAY))
)


def test_a_time_needs_a_zone_and_the_table_may_name_it(tmp_path: Path):
    reason, line = refusal(collected(tmp_path / "a", INCIDENTS, artefact="incident_log"))
    assert "cell C2 ('detected') is a time without a zone" in reason
    assert "utc_offset" in reason
    assert line == 2
    gathered = collected(tmp_path / "b", INCIDENTS, artefact="incident_log", utc_offset="+02:00")
    item = only_item(gathered)
    assert item.facts["incidents"] == [
        {"id": "INC-1", "severity": 2, "detected": "2026-11-01T10:00:00Z", "closed": "2026-11-04T00:00:00Z"}
    ]
    assert item.facts["by_day"] == ["/incidents/0/closed"]
    assert item.effective is not None
    assert item.effective.basis == "table: newest time of an incident"


def test_json_lines_are_rows_with_their_lines(tmp_path: Path):
    content = (
        '{"ID": "F-1", "source class": "outside", "received": "2026-11-01 10:00", "links": ["R-1"], "who": "x"}\n'
        '\n{"ID": "F-2", "source class": "inside", "received": "2026-11-02T10:00:00Z"}\n'
    )
    table = {"path": "f.jsonl", "artefact": "feedback_log", "utc_offset": "Z"}
    section = source("records", provides=("feedback_log",), options={"tables": [table]})
    gathered = in_folder(collect, write(tmp_path, {"sources/f.jsonl": content}), section)
    item = only_item(gathered)
    assert [one["id"] for one in item.facts["feedback"]] == ["F-1", "F-2"]
    assert item.facts["feedback"][0]["links"] == ["R-1"]
    assert item.place("/feedback/1/id").line == 3
    assert notes(gathered) == [("no field of a feedback log, and not read: the columns 'who'", 1)]


@pytest.mark.parametrize("value", ["[1]", "{}", "7", "true", '["a", 1]', '{"a": {"b": []}}'])
@pytest.mark.parametrize("name", ["id", "source_class", "received", "links", "triage"])
def test_odd_values_at_each_place_of_a_json_line_are_refused_with_the_line(tmp_path: Path, name: str, value: str):
    good = '{"id": "F-1", "source_class": "inside", "received": "2026-11-02T10:00:00Z"}'
    bad = good[:-1].replace(f'"{name}":', '"who":') + f', "{name}": {value}}}'
    section = source("records", provides=("feedback_log",))
    gathered = in_folder(collect, write(tmp_path, {"sources/feedback_log.jsonl": f"{good}\n{bad}\n"}), section)
    reason, line = refusal_beside_notes(gathered)
    assert f"feedback.1.{name}" in reason
    assert line == 2


def test_json_lines_of_nothing_are_no_record(tmp_path: Path):
    section = source("records", provides=("feedback_log",))
    gathered = in_folder(collect, write(tmp_path, {"sources/feedback_log.jsonl": "\n"}), section)
    assert "holds no row" in refusal(gathered)[0]


def test_a_roster_in_a_table_has_no_keys(tmp_path: Path):
    content = "role,person,deputy,public keys\noperations,Ada Ferri,nobody,ssh-ed25519 AAAA\n"
    section = source("records", provides=("roster",))
    gathered = in_folder(collect, write(tmp_path, {"sources/roster.csv": content}), section)
    assert only_item(gathered).facts["people"] == [{"role": "operations", "person": "Ada Ferri"}]
    assert any("'public keys'" in reason for reason, _ in notes(gathered))


def test_secrets_and_addresses_in_cells_are_masked(tmp_path: Path):
    content = "system_id,status,owner\ntriage,password=Xk9vQ2mLp7Rt4w,ada@example.org\n"
    section = source("records", provides=("inventory",))
    gathered = in_folder(collect, write(tmp_path, {"sources/inventory.csv": content}), section)
    kept = only_item(gathered).model_dump_json() + "".join(copy.decode() for copy in gathered.copies.values())
    assert "Xk9vQ2mLp7Rt4w" not in kept
    assert "ada@example.org" not in kept
