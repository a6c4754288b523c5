"""A record that its file, folder or sheet calls a draft or archived is not in force, where one of its kind is."""

from pathlib import Path

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from support.workbooks import rows, sheet, workbook
from tieout.collectors.named_state import denied_by_name
from tieout.collectors.records import collect

REGISTER = "artefact: risk_register\ntolerance: 8\nrisks: []\n"
DRILL = "artefact: drill_record\nscenario: the switch\ndate: 2026-04-28\n"


@pytest.mark.parametrize(
    "name", ["draft-risks.yaml", "archive/risks.yaml", "drafts/risks.yaml", "risks_superseded.yaml", "risks.bak.yaml"]
)
def test_a_register_that_its_path_denies_does_not_count(tmp_path: Path, name: str):
    section = source("records", provides=("risk_register",))
    gathered = in_folder(collect, write(tmp_path, {f"sources/{name}": REGISTER}), section)
    assert not gathered.result.items
    (problem,) = problems(gathered, "not-counted")
    assert "says by its path" in problem.reason


@pytest.mark.parametrize("name", ["drafting-risks.yaml", "draft-desk/risks.yaml", "archiving.yaml", "risks.yaml"])
def test_other_names_are_names(tmp_path: Path, name: str):
    section = source("records", provides=("risk_register",))
    assert only_item(in_folder(collect, write(tmp_path, {f"sources/{name}": REGISTER}), section))


def test_an_archive_holds_past_events_rightly(tmp_path: Path):
    section = source("records", provides=("drill_record",))
    assert only_item(in_folder(collect, write(tmp_path, {"sources/archive/drill.yaml": DRILL}), section))


@pytest.mark.parametrize(("name", "counts"), [("DRAFT", False), ("Risks (draft)", False), ("Drafting desk", True)])
def test_a_sheet_may_say_that_it_is_a_draft(tmp_path: Path, name: str, counts: bool):
    data = workbook({name: sheet(rows([["System ID", "Status"], ["triage", "production"]]))})
    section = source("records", provides=("inventory",))
    gathered = in_folder(collect, write(tmp_path, {"sources/inventory.xlsx": data}), section)
    assert bool(gathered.result.items) is counts


@pytest.mark.parametrize(
    ("title", "denied"), [("Policy on draft replies", False), ("Draft replies policy", True), ("AI policy", True)]
)
def test_a_word_within_the_title_is_what_a_document_is_about(title: str, denied: bool):
    assert bool(denied_by_name("approved_record", "policies/draft-replies.md", title=title)) is denied
