"""Records of meetings, feedback, reviews, trainings, impacts, suppliers and endings, as people keep them."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, line_text, only_item, problems, source, write
from support.kept_records import WHOLE, as_front_matter, as_json, as_yaml, effective, nothing_kept, whole, without
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES
from tieout.domain.artefacts.records import Record
from tieout.domain.pseudonyms import pseudonym


def gathered(folder: Path, record: dict[str, Any], text: str = "", ending: str = "yaml") -> Gathered:
    section = source("records", provides=(record["artefact"],))
    return in_folder(collect, write(folder, {f"sources/record.{ending}": text or as_yaml(record)}), section)


def test_a_record_is_what_is_a_record_by_its_model() -> None:
    assert set(WHOLE) < RECORD_TYPES
    for name, model in ARTEFACTS.items():
        assert (name in RECORD_TYPES) is issubclass(model, Record), name
    assert RECORD_TYPES.isdisjoint({"telemetry", "git_history", "rbac_export", "attestation", "document"})


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_record_gives_all_it_says_with_its_approval_and_lines(tmp_path: Path, name: str) -> None:
    found = gathered(tmp_path, whole(name))
    assert problems(found) == []
    item = only_item(found)
    assert item.type == name
    facts = {key: value for key, value in item.facts.items() if key != "by_day"}
    approval = facts.pop("approval")
    assert approval == {
        "owner": "Ada Ferri", "approver": "Ben Okoro", "approved_on": "2026-10-20", "review_due": "2027-04-20"
    }  # fmt: skip
    assert _said(facts) == _hidden(_said(WHOLE[name]), PERSONAL.get(name, ()))
    first = next(key for key, value in WHOLE[name].items() if isinstance(value, str))
    if name in PERSONAL:
        assert item.place(f"/{first}").line is not None
        assert not found.copies
    else:
        assert line_text(found, item, f"/{first}").startswith(f"{first}:")


#: Fields of people whom the roster of these tests does not name; an approver is named on purpose.
PERSONAL = {"override_log": ("reviewer",), "training_export": ("person", "account")}


def _hidden(value: Any, fields: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {
            key: pseudonym("claims-triage", member) if key in fields else _hidden(member, fields)
            for key, member in value.items()
        }
    return [_hidden(member, fields) for member in value] if isinstance(value, list) else value


def _said(value: Any) -> Any:
    """A value without what is empty, so that nothing but the given is left."""
    if isinstance(value, dict):
        return {key: said for key, member in value.items() if (said := _said(member)) not in (None, False, [], {})}
    return [_said(member) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", WHOLE)
def test_the_same_record_in_json_and_front_matter_gives_the_same_facts(tmp_path: Path, name: str) -> None:
    expected = only_item(gathered(tmp_path / "a", whole(name))).facts
    for ending, text in (("json", as_json(whole(name))), ("md", as_front_matter(whole(name), "Minutes of the day.\n"))):
        assert only_item(gathered(tmp_path / ending, whole(name), text, ending)).facts == expected


REQUIRED: list[tuple[str, tuple[str | int, ...]]] = [
    ("decommission_record", ("system_id",)),
    ("decommission_record", ("retired_on",)),
    ("decommission_record", ("data_disposition", 0, "data")),
    ("feedback_log", ("feedback",)),
    ("feedback_log", ("feedback", 0, "id")),
    ("feedback_log", ("feedback", 0, "source_class")),
    ("feedback_log", ("feedback", 0, "received")),
    ("impact_assessment", ("date",)),
    ("impact_assessment", ("impacts",)),
    ("impact_assessment", ("impacts", 0, "impact")),
    ("meeting_record", ("meeting",)),
    ("meeting_record", ("date",)),
    ("meeting_record", ("participants",)),
    ("meeting_record", ("decisions",)),
    ("meeting_record", ("decisions", 0, "decision")),
    ("override_log", ("reviews",)),
    ("override_log", ("reviews", 0, "request_id")),
    ("override_log", ("reviews", 0, "decided")),
    ("training_export", ("trainings",)),
    ("training_export", ("trainings", 0, "course")),
    ("vendor_file", ("supplier",)),
]


@pytest.mark.parametrize(("name", "at"), REQUIRED)
def test_without_what_makes_it_a_record_it_is_unreadable_and_says_what_is_missing(
    tmp_path: Path, name: str, at: tuple[str | int, ...]
) -> None:
    found = gathered(tmp_path, without(whole(name), *at))
    (problem,) = problems(found)
    assert (problem.status, problem.types, problem.place.path) == ("unreadable", (name,), "sources/record.yaml")
    assert f"'{'.'.join(map(str, at))}' is missing or unfilled" in problem.reason
    assert found.result.items == ()


OPTIONAL: list[tuple[str, tuple[str | int, ...]]] = [
    ("decommission_record", ("data_disposition",)),
    ("decommission_record", ("data_disposition", 0, "done_on")),
    ("decommission_record", ("access_revoked_on",)),
    ("decommission_record", ("dependants_told_on",)),
    ("decommission_record", ("retention_rule",)),
    ("feedback_log", ("feedback", 0, "triage")),
    ("feedback_log", ("feedback", 0, "disposition")),
    ("feedback_log", ("feedback", 0, "links")),
    ("impact_assessment", ("impacts", 0, "groups")),
    ("impact_assessment", ("impacts", 0, "likelihood")),
    ("impact_assessment", ("impacts", 0, "severity")),
    ("impact_assessment", ("impacts", 0, "source")),
    ("impact_assessment", ("impacts", 0, "source_date")),
    ("meeting_record", ("participants", 0, "role")),
    ("meeting_record", ("participants", 0, "discipline")),
    ("meeting_record", ("accountable_role",)),
    ("override_log", ("reviews", 0, "reviewer")),
    ("override_log", ("reviews", 0, "decision")),
    ("override_log", ("reviews", 0, "seconds")),
    ("override_log", ("reviews", 0, "reason")),
    ("training_export", ("trainings", 0, "person")),
    ("training_export", ("trainings", 0, "version")),
    ("training_export", ("trainings", 0, "completed")),
    ("training_export", ("trainings", 0, "score")),
    ("vendor_file", ("terms_version",)),
    ("vendor_file", ("ip_terms",)),
    ("vendor_file", ("data_terms",)),
    ("vendor_file", ("reviewed_on",)),
    ("vendor_file", ("exit_plan",)),
    ("vendor_file", ("decision",)),
]


@pytest.mark.parametrize(("name", "at"), OPTIONAL)
def test_what_a_record_does_not_say_is_left_out_and_not_guessed(
    tmp_path: Path, name: str, at: tuple[str | int, ...]
) -> None:
    item = only_item(gathered(tmp_path, without(whole(name), *at)))
    holder: Any = item.facts
    for step in at[:-1]:
        holder = holder[step]
    assert not holder.get(at[-1])


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("meeting_record", "participants", "gender"),
        ("meeting_record", "participants", "date_of_birth"),
        ("meeting_record", "participants", "ethnicity"),
        ("feedback_log", "feedback", "complainant"),
        ("feedback_log", "feedback", "text"),
        ("override_log", "reviews", "customer"),
        ("training_export", "trainings", "answers"),
    ],
)
def test_what_nobody_needs_to_know_of_a_person_is_refused_and_not_kept(
    tmp_path: Path, name: str, row: str, field: str
) -> None:
    record = whole(name)
    record[row][0][field] = "Quillfeather"
    found = gathered(tmp_path, record)
    (problem,) = problems(found)
    assert (problem.status, problem.types) == ("unreadable", (name,))
    assert f"'{row}.0.{field}' is not known here" in problem.reason
    assert nothing_kept(found, "Quillfeather")


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("meeting_record", {}, (None, "2026-10-07", "record: date")),
        ("meeting_record", {"approved_on": "2026-11-20"}, (None, "2026-10-07", "record: date")),
        ("impact_assessment", {}, (None, "2026-10-01", "record: date")),
        ("vendor_file", {}, (None, "2026-09-18", "record: reviewed_on")),
        ("vendor_file", {"reviewed_on": None}, (None, "2026-10-20", "record: approved_on")),
        ("decommission_record", {}, (None, "2026-06-30", "record: retired_on")),
        # a log speaks until the end of its period, whenever it was approved
        ("feedback_log", {}, ("2026-07-01", "2026-09-30", "record: period_end, later than the newest time of an item")),
        (
            "feedback_log",
            {"period_end": "2026-08-31"},
            ("2026-07-01", "2026-09-02", "record: newest time of an item"),
        ),
        (
            "feedback_log",
            {"period_start": None, "period_end": None},
            ("2026-08-03", "2026-10-20", "record: approved_on, later than the newest time of an item"),
        ),
        (
            "feedback_log",
            {"period_end": None, "approved_on": None},
            ("2026-07-01", "2026-09-02", "record: newest time of an item"),
        ),
        # who approved before the period ended vouches for no more than that
        (
            "feedback_log",
            {"approved_on": "2026-09-15"},
            (
                "2026-07-01",
                "2026-09-15",
                "record: approved_on, before its period_end, later than the newest time of an item",
            ),
        ),
        (
            "override_log",
            {"reviews": [], "approved_on": "2026-09-15"},
            ("2026-09-15", "2026-09-15", "record: approved_on, before its period_end"),
        ),
        # a period that has not ended says nothing about what is still to come
        (
            "feedback_log",
            {"period_end": "2026-12-31", "approved_on": None},
            ("2026-07-01", "2026-09-02", "record: newest time of an item"),
        ),
        ("feedback_log", {"feedback": []}, ("2026-07-01", "2026-09-30", "record: period_end")),
        ("feedback_log", {"feedback": [], "period_end": None}, (None, "2026-10-20", "record: approved_on")),
        (
            "override_log",
            {},
            ("2026-10-01", "2026-10-15", "record: period_end, later than the newest time of a decision"),
        ),
        ("training_export", {}, ("2026-09-08", "2026-11-02", "record: exported_on, later than the newest completion")),
        (
            "training_export",
            {"exported_on": None, "approved_on": "2026-09-01"},
            ("2026-09-08", "2026-09-08", "record: newest completion"),
        ),
        ("training_export", {"trainings": []}, (None, "2026-11-02", "record: exported_on")),
    ],
)
def test_a_record_is_as_old_as_what_it_tells_of(
    tmp_path: Path, name: str, changes: dict[str, Any], expected: tuple[str | None, str, str]
) -> None:
    assert effective(only_item(gathered(tmp_path, whole(name, **changes)))) == expected


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("meeting_record", ("date",)),
        ("impact_assessment", ("date",)),
        ("vendor_file", ("reviewed_on",)),
        ("decommission_record", ("retired_on",)),
        ("training_export", ("exported_on",)),
        ("training_export", ("trainings", 0, "completed")),
        ("feedback_log", ("feedback", 0, "closed")),
        ("override_log", ("reviews", 0, "decided")),
    ],
)
def test_what_has_not_happened_yet_is_listed_and_not_counted(
    tmp_path: Path, name: str, at: tuple[str | int, ...]
) -> None:
    record = whole(name)
    holder: Any = record
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = "2026-12-01T00:00:00Z" if str(holder[at[-1]]).endswith("Z") else "2026-12-01"
    found = gathered(tmp_path, record)
    (problem,) = problems(found)
    assert (problem.status, problem.types) == ("after-as-of", (name,))
    assert "2026-12-01" in problem.reason
    assert found.result.items == ()


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("meeting_record", ("participants", 0, "person")),
        ("meeting_record", ("actions", 0, "owner")),
        ("override_log", ("reviews", 0, "reviewer")),
        ("override_log", ("reviews", 0, "requested_by")),
        ("training_export", ("trainings", 0, "person")),
        ("impact_assessment", ("assessors", 0)),
        ("vendor_file", ("notices", 0, "owner")),
        ("decommission_record", ("approver",)),
    ],
)
@pytest.mark.parametrize("nobody", ["TBD", "vacant", "<name>", "n/a"])
def test_who_is_nobody_is_no_person_and_that_is_told(
    tmp_path: Path, name: str, at: tuple[str | int, ...], nobody: str
) -> None:
    record = whole(name)
    holder: Any = record
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = nobody
    found = gathered(tmp_path, record)
    (problem,) = problems(found)
    assert (problem.status, problem.types) == ("not-counted", (name,))
    field = at[-1] if isinstance(at[-1], str) else at[-2]
    assert problem.reason == f"field '{field}' is not filled in"
    assert problem.place.line is not None
    assert nobody not in str(only_item(found).facts)
