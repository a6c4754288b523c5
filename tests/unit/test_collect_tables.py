"""Registers in CSV and Excel: a table gives the facts that a record in YAML gives, and is no greener than it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collecting import in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from support.workbooks import DAY, cell, row, rows, sheet, workbook
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.config.records import record_example, record_table

HEADER = "id,title,likelihood,severity,score,owner,response,controls,resource,due,residual,status,next_review\n"
RISK = "R-1,A wrong refund,3,4,12,Ada Ferri,Mitigate: by a rule,a.yaml; b.yaml,10 days,2026-12-11,4,open,2026-12-14\n"
FACTS = {
    "id": "R-1",
    "title": "A wrong refund",
    "likelihood": 3,
    "severity": 4,
    "score": 12,
    "owner": "Ada Ferri",
    "response": "Mitigate: by a rule",
    "controls": ["a.yaml", "b.yaml"],
    "resource": "10 days",
    "due": "2026-12-11",
    "residual": 4,
    "status": "open",
    "next_review": "2026-12-14",
}
APPROVAL = {
    "owner": "Ada Ferri",
    "approver": "Ben Okoro",
    "approved_on": "2026-11-03",
    "review_due": "2027-02-03",
}
INVENTORY = "system_id,status,updated_on\ntriage,production,2026-11-01\n"


def declared(*tables: dict[str, Any], provides: tuple[str, ...] = ("risk_register",)):
    return source("records", provides=provides, options={"tables": list(tables)})


def risks(path: str = "r.csv", **more: Any) -> dict[str, Any]:
    return {"path": path, "artefact": "risk_register", **more}


def collected(tmp_path: Path, content: str | bytes, table: dict[str, Any] | None = None, **more: Any) -> Gathered:
    table = table if table is not None else risks(**more)
    return in_folder(collect, write(tmp_path, {f"sources/{table['path']}": content}), declared(table))


def refusal(gathered: Gathered) -> tuple[str, int | None]:
    """The one reason for which nothing was read, and its line."""
    assert not gathered.result.items
    (problem,) = problems(gathered, "unreadable")
    assert problem.types == ("risk_register",)
    assert not problems(gathered, "absent")
    return problem.reason, problem.place.line


def notes(gathered: Gathered) -> list[tuple[str, int | None]]:
    return [(problem.reason, problem.place.line) for problem in problems(gathered, "not-counted")]


def test_a_declared_table_gives_its_rows_its_approval_and_their_lines(tmp_path: Path):
    gathered = collected(tmp_path, HEADER + "\n" + RISK, risks(fields={"tolerance": 8}, **APPROVAL))
    item = only_item(gathered)
    assert item.facts == {"risks": [FACTS], "tolerance": 8, "approval": APPROVAL}
    assert item.place("/risks/0/due").line == 3
    assert item.place("/risks/0/due").path == "sources/r.csv"
    assert item.effective is not None
    assert (item.effective.end, item.effective.basis) == (datetime(2026, 11, 3, tzinfo=UTC), "table: approved_on")
    assert not problems(gathered)


@pytest.mark.parametrize("name", ["risk_register.csv", "Risk-Register.CSV", "risk register.csv"])
def test_a_table_that_is_called_like_a_record_is_one_without_approval(tmp_path: Path, name: str):
    section = source("records", provides=("risk_register",))
    item = only_item(in_folder(collect, write(tmp_path, {f"sources/lists/{name}": HEADER + RISK}), section))
    assert item.facts == {"risks": [FACTS], "approval": {}}


@pytest.mark.parametrize("name", ["risks.csv", "register.xlsx", "risk_register_old.csv", "inventory.csv"])
def test_any_other_table_is_set_aside_and_says_what_would_make_it_one(tmp_path: Path, name: str):
    section = source("records", provides=("risk_register",))
    gathered = in_folder(collect, write(tmp_path, {f"sources/{name}": HEADER + RISK}), section)
    assert not gathered.result.items
    told = [problem for problem in problems(gathered, "not-counted") if "nor its name says which" in problem.reason]
    assert [problem.place.path for problem in told] == [f"sources/{name}"]
    assert problems(gathered, "absent")


def test_headings_match_fields_whatever_their_case_and_blanks(tmp_path: Path):
    header = HEADER.replace("next_review", "Next  Review").replace("residual", "RESIDUAL").replace("id,", "I-D,", 1)
    assert only_item(collected(tmp_path, header + RISK)).facts["risks"] == [FACTS]


def test_a_mapping_names_columns_that_are_called_otherwise(tmp_path: Path):
    header = HEADER.replace("id,title", "Risk No.,What can happen").replace("owner", "Risk owner")
    columns = {"id": "risk no.", "title": "What can happen", "owner": "Risk owner"}
    assert only_item(collected(tmp_path, header + RISK, risks(columns=columns))).facts["risks"] == [FACTS]


def test_a_needed_column_that_is_missing_is_told_at_the_header(tmp_path: Path):
    reason, line = refusal(collected(tmp_path, "\n" + HEADER.replace("severity", "impact") + RISK))
    assert "has no column for 'severity' of the risk register" in reason
    assert "'impact'" in reason
    assert line == 2


def test_a_column_like_a_field_is_a_slip_and_one_like_none_is_told(tmp_path: Path):
    reason, line = refusal(collected(tmp_path, HEADER.replace("residual", "residuals") + RISK))
    assert "'residuals' is not known here; is 'residual' meant?" in reason
    assert line == 1
    again = tmp_path / "again"
    gathered = collected(again, HEADER.strip() + ",Link,Remarks\n" + RISK.strip() + ",x,y\n")
    assert notes(gathered) == [("no field of a risk register, and not read: the columns 'Link', 'Remarks'", 1)]
    assert only_item(gathered).facts["risks"] == [FACTS]


def test_a_column_like_a_field_can_be_left_out_by_name(tmp_path: Path):
    gathered = collected(tmp_path, HEADER.replace("residual", "residuals") + RISK, risks(ignore=["Residuals"]))
    assert "residual" not in only_item(gathered).facts["risks"][0]
    assert not notes(gathered)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"id": "Risk No."}, "takes 'id' from 'Risk No.', which the header lacks"),
        ({"owner": "title", "title": "title"}, "takes 'title' from 'title', which is 'owner' already"),
    ],
)
def test_a_mapping_that_does_not_fit_the_header_is_told(tmp_path: Path, columns: dict[str, str], told: str):
    reason, line = refusal(collected(tmp_path, HEADER + RISK, risks(columns=columns)))
    assert told in reason
    assert line == 1


@pytest.mark.parametrize(
    ("content", "told", "line"),
    [
        (HEADER.replace("owner", "Title") + RISK, "the column 'Title' stands twice in the header", 1),
        (HEADER + "R-1,only three,cells\n", "the row has 3 cells, the header has 13", 2),
        (HEADER + RISK + RISK.replace("12,", "12,5,", 1), "the row has 14 cells, the header has 13", 3),
        (HEADER + RISK.replace(",3,4,", ",three,4,"), "column 'likelihood' is not a whole number", 2),
        (HEADER + RISK.replace(",3,4,", ",2.5,4,"), "column 'likelihood' is not a whole number", 2),
        (HEADER + RISK.replace(",3,4,", ",,4,"), "field 'risks.0.likelihood' is missing", 2),
        (HEADER + RISK.replace("2026-12-11", "03/04/2026"), "column 'due' is not a day written 2026-11-22", 2),
        (HEADER + RISK.replace("2026-12-11", "2026-02-30"), "field 'risks.0.due'", 2),
        ("\n\n", "has no header row", 1),
        ("id,Größe\n".encode("cp1252"), "CSV UTF-8", 1),
    ],
)
def test_what_does_not_fit_is_unreadable_with_its_line(tmp_path: Path, content: str | bytes, told: str, line: int):
    reason, at = refusal(collected(tmp_path, content))
    assert told in reason
    assert at == line


def test_the_value_of_a_cell_that_does_not_fit_is_never_quoted(tmp_path: Path):
    reason, _ = refusal(collected(tmp_path, HEADER + RISK.replace(",3,4,", ",hunter2secret,4,")))
    assert "hunter2" not in reason


def test_a_mapping_says_how_days_are_written(tmp_path: Path):
    content = HEADER + RISK.replace("2026-12-11", "3/4/2027").replace("2026-12-14", "2027-04-05")
    item = only_item(collected(tmp_path, content, risks(date_format="DD/MM/YYYY")))
    assert (item.facts["risks"][0]["due"], item.facts["risks"][0]["next_review"]) == ("2027-04-03", "2027-04-05")
    item = only_item(collected(tmp_path, content, risks(date_format="MM/DD/YYYY")))
    assert item.facts["risks"][0]["due"] == "2027-03-04"


def test_cells_that_say_nothing_are_empty_ones(tmp_path: Path):
    content = HEADER + RISK.replace("Ada Ferri", "TBD").replace("2026-12-11", "n/a").replace("10 days", "")
    gathered = collected(tmp_path, content)
    facts = only_item(gathered).facts["risks"][0]
    assert not {"owner", "due", "resource"} & set(facts)
    assert {reason for reason, _ in notes(gathered)} == {
        "field 'owner' is not filled in",
        "field 'due' is not filled in",
    }


def test_the_row_of_a_template_is_no_row(tmp_path: Path):
    template = record_table("risk_register")
    assert template is not None
    gathered = collected(tmp_path / "a", template, risks(**APPROVAL))
    assert not gathered.result.items
    assert [line for reason, line in notes(gathered) if "row of a template" in reason] == [2]
    filled = collected(tmp_path / "b", template.replace("\r\n", "\n") + RISK.replace("\n", ",\n"), risks(**APPROVAL))
    assert only_item(filled).facts["risks"] == [FACTS]
    assert only_item(filled).place("/risks/0/id").line == 3


def test_a_table_of_no_rows_is_an_empty_list(tmp_path: Path):
    assert only_item(collected(tmp_path, HEADER, risks(**APPROVAL))).facts["risks"] == []


def test_the_shipped_example_as_a_table_is_nobodys_register(tmp_path: Path):
    example = yaml.safe_load(record_example("risk_register"))
    names = list(example["risks"][0])
    lines = [[str(one.get(name, "")) if name != "controls" else "" for name in names] for one in example["risks"]]
    data = workbook({"Risks": sheet(rows([names, *lines]))})
    gathered = collected(tmp_path, data, risks("r.xlsx"))
    assert not gathered.result.items
    assert any("example that comes with tieout" in reason for reason, _ in notes(gathered))


@pytest.mark.parametrize(
    "above", ["Risk register - DRAFT", "This register has not been approved.", "Status: superseded"]
)
def test_what_stands_above_the_header_may_take_the_register_back(tmp_path: Path, above: str):
    content = f"{above}\n\n" + HEADER + RISK
    gathered = collected(tmp_path, content, risks(header=3, **APPROVAL))
    assert not gathered.result.items
    ((reason, line),) = notes(gathered)
    assert "not in force" in reason
    assert line in {1, None}  # of a label that states a status, no line is told in any record


def test_a_title_above_the_header_is_only_a_title(tmp_path: Path):
    content = "1. Risks of the system\n\n" + HEADER + RISK
    item = only_item(collected(tmp_path, content, risks(header=3)))
    assert item.place("/risks/0/id").line == 4


def test_a_table_that_is_named_and_not_there_is_absent(tmp_path: Path):
    section = declared(risks("registers/r.xlsx"), provides=("risk_register", "inventory"))
    gathered = in_folder(collect, write(tmp_path, {"sources/inventory.csv": INVENTORY}), section)
    (problem,) = problems(gathered, "absent")
    assert (problem.place.path, problem.types) == ("registers/r.xlsx", ("risk_register",))
    assert "which `tables` of this source names" in problem.reason


def test_a_table_that_the_source_does_not_provide_does_not_count(tmp_path: Path):
    section = declared(risks(), provides=("inventory",))
    gathered = in_folder(collect, write(tmp_path, {"sources/r.csv": HEADER + RISK}), section)
    assert not gathered.result.items
    assert any("not declared to provide" in reason for reason, _ in notes(gathered))


@pytest.mark.parametrize("path", ["examples/r.csv", "templates/r.csv", "tests/r.csv"])
def test_naming_an_example_makes_no_record_of_it(tmp_path: Path, path: str):
    gathered = collected(tmp_path, HEADER + RISK, risks(path))
    assert not gathered.result.items
    assert "not a record" in notes(gathered)[0][0]


def test_naming_a_table_among_documentation_says_that_it_is_meant(tmp_path: Path):
    assert only_item(collected(tmp_path, HEADER + RISK, risks("docs/r.csv"))).facts["risks"] == [FACTS]


def test_a_source_that_is_one_file_names_it_by_its_name(tmp_path: Path):
    section = source("records", "lists/r.csv", provides=("risk_register",), options={"tables": [risks()]})
    assert only_item(in_folder(collect, write(tmp_path, {"lists/r.csv": HEADER + RISK}), section))


def test_a_link_is_never_followed(tmp_path: Path):
    root = write(tmp_path, {"sources/x.txt": "", "outside.csv": HEADER + RISK})
    (root / "sources" / "r.csv").symlink_to(root / "outside.csv")
    reason, _ = refusal(in_folder(collect, root, declared(risks())))
    assert "symbolic link" in reason


def test_every_change_of_the_file_is_later_than_an_older_approval(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    for day, text in (("2026-11-01", HEADER), ("2026-11-10", HEADER + RISK)):
        at = f"{day}T10:00:00+00:00"
        repository.commit("a register", {"sources/r.csv": text}, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at)
    gathered = in_git(collect, repository, declared(risks(**APPROVAL)), prefix="sources")
    approval = only_item(gathered).facts["approval"]
    assert approval["changed_at"] == "2026-11-10T10:00:00Z"
    assert "recorded_at" not in approval


def test_two_sheets_are_two_records_that_name_their_sheet(tmp_path: Path):
    data = workbook(
        {
            "Risks": sheet(rows([HEADER.strip().split(","), ["R-1", "x", 3, 4, 12, *[None] * 6, "open"]])),
            "Systems": sheet(
                row(1, cell("A1", "System ID"), cell("B1", "Status"), cell("C1", "updated on"))
                + row(2, cell("A2", "triage"), cell("B2", "production"), cell("C2", 46327, style=DAY))
            ),
        }
    )
    tables = [risks("r.xlsx", sheet="Risks"), {"path": "r.xlsx", "sheet": "Systems", "artefact": "inventory"}]
    section = declared(*tables, provides=("risk_register", "inventory"))
    gathered = in_folder(collect, write(tmp_path, {"sources/r.xlsx": data}), section)
    items = {item.type: item for item in gathered.result.items}
    assert items["inventory"].facts["systems"][0]["updated_on"] == "2026-11-01"
    assert str(items["risk_register"].place("/risks/0/score")) == "sources/r.xlsx[Risks]:2"
    assert items["risk_register"].title == "risk register: sources/r.xlsx[Risks]"
    assert items["risk_register"].provenance.path == "sources/r.xlsx"
    assert not problems(gathered)


@pytest.mark.parametrize("ignored", [(), ("complaint",)])
def test_of_a_table_with_columns_that_nobody_reads_no_copy_is_kept(tmp_path: Path, ignored: tuple[str, ...]):
    whole = only_item(collected(tmp_path / "whole", HEADER + RISK))
    assert whole.copy_sha256 is not None
    more = HEADER[:-1] + ",complaint\n" + RISK[:-1] + ",I live alone and was refused\n"
    gathered = collected(tmp_path / "more", more, risks(ignore=list(ignored)))
    item = only_item(gathered)
    assert item.facts["risks"] == [FACTS]
    assert item.copy_sha256 is None
    assert b"refused" not in b"".join(gathered.copies.values())
