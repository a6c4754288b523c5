"""What is particular to one kind of record: minutes, logs with days for times, the end of a system, suppliers."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, in_git, line_text, only_item, problems, source, write
from support.git_repositories import Repository
from support.kept_records import WHOLE, as_front_matter, as_yaml, whole, without
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect


def gathered(folder: Path, name: str, text: str, ending: str = "yaml") -> Gathered:
    return in_folder(collect, write(folder, {f"sources/r.{ending}": text}), source("records", provides=(name,)))


# --- minutes


MINUTES = """\
# Minutes

## Agenda
- draft policy on suppliers
1. the old contract, superseded by the new one

The draft is not approved yet; Ada Ferri presents it again in December.

## Present
- Ada Ferri, who decided to stay on as chair
- a user

## Draft policy
The draft was withdrawn. Nobody agreed to the new text.
* Carl: whoever decides needs the figures
"""


def test_minutes_may_tell_of_drafts_and_hold_lists_of_what_was_spoken_of(tmp_path: Path) -> None:
    found = gathered(tmp_path, "meeting_record", as_front_matter(whole("meeting_record"), MINUTES), "md")
    assert problems(found) == []
    item = only_item(found)
    assert item.facts["decisions"] == [{"decision": "keep the limits", "tier": "high", "links": ["ACC-1"]}]
    assert [row.get("discipline") for row in item.facts["participants"]] == ["law", "claims handling"]
    assert [row["outside"] for row in item.facts["participants"]] == [False, True]
    assert "Minutes" not in str(item.facts)
    assert line_text(found, item, "/participants/1/discipline") == "  discipline: claims handling"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("## Decisions\n- the limits are lowered\n", 2),
        ("## Decisions\n### On limits\nThese were long spoken of and are hard to hold.\n- they are lowered\n", 4),
        ("## Notes\nIt was agreed:\n\n1. to lower the limits\n", 4),
        ("## Notes\n* Decision: the limits are lowered\n", 2),
        ("| Action | Who |\n|---|---|\n", 1),
        ("**Next steps**\n\n- [ ] call the supplier\n", 3),
        ("## Costs\n- Ada: they rise\n  - **ACTION**: Carl asks for an offer\n", 3),
    ],
)
def test_decisions_and_actions_below_are_not_passed_over(tmp_path: Path, body: str, line: int) -> None:
    text = as_front_matter(whole("meeting_record"), body)
    (problem,) = problems(gathered(tmp_path, "meeting_record", text, "md"))
    assert (problem.status, problem.types) == ("unreadable", ("meeting_record",))
    assert "where no row is read" in problem.reason
    assert problem.place.line == text[: text.index(body)].count("\n") + line


@pytest.mark.parametrize(
    "body", ["# Minutes (draft)\n", "Status: draft\n", "# Minutes\nWithdrawn.\n## Agenda\n- cost\n"]
)
def test_minutes_that_are_a_draft_do_not_count(tmp_path: Path, body: str) -> None:
    found = gathered(tmp_path, "meeting_record", as_front_matter(whole("meeting_record"), body), "md")
    (problem,) = problems(found, "not-counted")
    assert "not in force" in problem.reason
    assert found.result.items == ()


def test_a_table_of_impacts_below_an_assessment_is_refused_and_one_of_methods_is_not(tmp_path: Path) -> None:
    record = whole("impact_assessment")
    told = as_front_matter(record, "# Impact assessment\n## How it was done\n- interviews with four clerks\n")
    assert problems(gathered(tmp_path / "a", "impact_assessment", told, "md")) == []
    held = as_front_matter(record, "# Further impacts\n| a | b |\n|---|---|\n| late letters | 5 |\n")
    (problem,) = problems(gathered(tmp_path / "b", "impact_assessment", held, "md"))
    assert problem.status == "unreadable"


@pytest.mark.parametrize("name", ["feedback_log", "override_log", "training_export"])
def test_any_list_below_a_log_is_refused(tmp_path: Path, name: str) -> None:
    (problem,) = problems(gathered(tmp_path, name, as_front_matter(whole(name), "Also:\n- one more\n"), "md"))
    assert problem.status == "unreadable"
    assert "where no row is read" in problem.reason


def test_that_nothing_was_decided_is_said_and_not_guessed(tmp_path: Path) -> None:
    item = only_item(gathered(tmp_path, "meeting_record", as_yaml(whole("meeting_record", decisions=[]))))
    assert item.facts["decisions"] == []


# --- logs


def test_times_that_are_only_days_are_marked_as_such(tmp_path: Path) -> None:
    record = whole("feedback_log")
    record["feedback"][0] |= {"triaged": "2026-08-04", "closed": "2026-08-20T14:00:00+02:00"}
    facts = only_item(gathered(tmp_path / "a", "feedback_log", as_yaml(record))).facts
    assert facts["by_day"] == ["/feedback/0/triaged"]
    assert facts["feedback"][0]["triaged"] == "2026-08-04T00:00:00Z"
    assert facts["feedback"][0]["closed"] == "2026-08-20T12:00:00Z"
    record = whole("override_log")
    record["reviews"][0]["decided"] = "2026-10-05"
    facts = only_item(gathered(tmp_path / "b", "override_log", as_yaml(record))).facts
    assert facts["by_day"] == ["/reviews/0/decided"]


@pytest.mark.parametrize("name", ["feedback_log", "override_log"])
def test_a_period_that_ends_before_it_begins_is_unreadable(tmp_path: Path, name: str) -> None:
    text = as_yaml(whole(name, period_start="2026-10-01", period_end="2026-09-30"))
    (problem,) = problems(gathered(tmp_path, name, text))
    assert (problem.status, problem.types) == ("unreadable", (name,))
    assert "'period_end' is before 'period_start'" in problem.reason
    same_day = as_yaml(whole(name, period_start="2026-10-01", period_end="2026-10-01"))
    assert problems(gathered(tmp_path / "b", name, same_day)) == []


def test_many_rows_without_a_reviewer_are_told_in_one_row_and_all_counted(tmp_path: Path) -> None:
    row = WHOLE["override_log"]["reviews"][0]
    few = [{**row, "request_id": f"req-{number}", "reviewer": "TBD"} for number in range(3)]
    found = gathered(tmp_path / "few", "override_log", as_yaml(whole("override_log", reviews=few)))
    assert len(problems(found)) == 3
    many = [{**row, "request_id": f"req-{number}", "reviewer": "TBD"} for number in range(500)]
    found = gathered(tmp_path / "many", "override_log", as_yaml(whole("override_log", reviews=many)))
    (problem,) = problems(found)
    assert problem.reason == "field 'reviewer' is not filled in, here and in 499 more places"
    rows = only_item(found).facts["reviews"]
    assert len(rows) == 500
    assert not any("reviewer" in row for row in rows)


@pytest.mark.parametrize(
    ("name", "rows", "field", "value"),
    [
        ("override_log", "reviews", "seconds", -1),
        ("override_log", "reviews", "seconds", 86_401),
        ("override_log", "reviews", "seconds", "fast"),
        ("override_log", "reviews", "decision", "override"),
        ("feedback_log", "feedback", "source_class", "customer"),
        ("feedback_log", "feedback", "triage", "yes"),
        ("training_export", "trainings", "score", -0.5),
        ("training_export", "trainings", "score", "18/20"),
        ("training_export", "trainings", "completed", "yes"),
        ("training_export", "trainings", "version", 3.1),
        ("impact_assessment", "impacts", "likelihood", 0),
        ("impact_assessment", "impacts", "severity", 10**30),
        ("impact_assessment", "impacts", "severity", "high"),
        ("meeting_record", "participants", "outside", "maybe"),
        ("vendor_file", "notices", "due", "soon"),
        ("decommission_record", "data_disposition", "action", "gone"),
    ],
)
def test_a_value_of_another_kind_is_unreadable_at_its_line(
    tmp_path: Path, name: str, rows: str, field: str, value: Any
) -> None:
    record = whole(name)
    record[rows][0][field] = value
    text = as_yaml(record)
    (problem,) = problems(gathered(tmp_path, name, text))
    assert (problem.status, problem.types) == ("unreadable", (name,))
    assert f"'{rows}.0.{field}'" in problem.reason
    assert problem.place.line is not None
    assert f"{field}:" in text.split("\n")[problem.place.line - 1]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("feedback_log", "feedback"),
        ("impact_assessment", "impacts"),
        ("meeting_record", "participants"),
        ("override_log", "reviews"),
        ("training_export", "trainings"),
    ],
)
def test_rows_without_the_line_that_says_what_they_are_are_unread_and_not_absent(
    tmp_path: Path, name: str, rows: str
) -> None:
    assert rows in WHOLE[name]
    (problem,) = problems(gathered(tmp_path, name, as_yaml(without(whole(name), "artefact"))))
    assert (problem.status, problem.types) == ("unreadable", (name,))
    assert problem.reason == "does not say which artefact it is, and holds the rows of one"


# --- ends and suppliers


def test_the_end_of_a_system_is_not_the_end_of_its_record(tmp_path: Path) -> None:
    found = gathered(tmp_path / "a", "decommission_record", as_yaml(whole("decommission_record")))
    assert problems(found) == []
    assert only_item(found).facts["retired_on"] == "2026-06-30"
    for withdrawn in ({"withdrawn_on": "2026-08-01"}, {"status": "superseded"}, {"draft": True}):
        text = as_yaml(whole("decommission_record", **withdrawn))
        found = gathered(tmp_path / next(iter(withdrawn)), "decommission_record", text)
        (problem,) = problems(found, "not-counted")
        assert "not in force" in problem.reason
        assert found.result.items == ()


def test_a_drill_that_was_retired_is_still_none(tmp_path: Path) -> None:
    text = "artefact: drill_record\nscenario: kill_switch\ndate: 2026-10-02\nretired_on: 2026-10-03\n"
    (problem,) = problems(gathered(tmp_path, "drill_record", text), "not-counted")
    assert "was retired on 2026-10-03" in problem.reason


def test_the_file_of_a_denied_supplier_does_not_vanish(tmp_path: Path) -> None:
    found = gathered(tmp_path, "vendor_file", as_yaml(whole("vendor_file", decision="denied", terms_version=None)))
    assert problems(found) == []
    assert only_item(found).facts["decision"] == "denied"


def test_an_address_in_place_of_a_name_is_not_kept(tmp_path: Path) -> None:
    record = whole("training_export")
    record["trainings"][0] |= {"person": "carl.ito@claims.example", "account": "carl.ito@claims.example"}
    found = gathered(tmp_path, "training_export", as_yaml(record))
    row = only_item(found).facts["trainings"][0]
    assert row["person"] == row["account"]
    assert row["person"].startswith("person-")
    assert b"carl.ito@" not in b"".join(found.copies.values())


def test_a_change_after_the_approval_is_dated_by_version_control(tmp_path: Path) -> None:
    """What a rule compares with the approval: the file cannot say it, and a later approval alone changes no text."""
    repository = Repository(tmp_path / "r")
    text = as_yaml(whole("impact_assessment", approved_on="2026-01-01"))
    repository.commit("one", {"sources/i.yaml": text})
    section = source("records", provides=("impact_assessment",))
    first = only_item(in_git(collect, repository, section, prefix="sources")).facts["approval"]["changed_at"]
    repository.commit("two", {"sources/i.yaml": text.replace("severity: 4", "severity: 1")})
    item = only_item(in_git(collect, repository, section, prefix="sources"))
    assert item.facts["impacts"][0]["severity"] == 1
    assert item.facts["approval"]["changed_at"] > first
    repository.write({"sources/i.yaml": text + "changed_at: 2025-01-01T00:00:00Z\n"})
    repository.commit("three")
    (problem,) = problems(in_git(collect, repository, section, prefix="sources"))
    assert problem.reason.startswith("field 'changed_at' cannot be set in a file")
