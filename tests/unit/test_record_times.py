"""Times of records: what they speak of, when they were changed, and what lies after the as-of time."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.collecting import AS_OF, in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from support.written_records import DRILL, drills
from tieout.collectors.records import collect


def test_times_are_in_utc_and_a_time_without_zone_is_refused(tmp_path: Path):
    section = source("records", provides=("incident_log",))
    text = "artefact: incident_log\nincidents:\n  - {id: I-1, severity: 2, detected: %s, closed: 2026-09-03}\n"
    good = in_folder(collect, write(tmp_path / "a", {"sources/i.yaml": text % "2026-09-01T10:00:00+02:00"}), section)
    assert only_item(good).facts["incidents"][0]["detected"] == "2026-09-01T08:00:00Z"
    assert only_item(good).facts["incidents"][0]["closed"] == "2026-09-03T00:00:00Z"
    assert only_item(good).effective.end == datetime(2026, 9, 3, tzinfo=UTC)
    for bad in ("2026-09-01T10:00:00", '"1700000000"', "soon"):
        (problem,) = problems(
            in_folder(collect, write(tmp_path / "b", {"sources/i.yaml": text % bad}), section), "unreadable"
        )
        assert "detected" in problem.reason
        assert problem.place.line == 3


def test_what_speaks_of_a_time_after_the_as_of_time_is_listed_and_not_counted(tmp_path: Path):
    text = re.sub(r"(?m)^date: .*$", "date: 2026-11-23", DRILL)
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": text}), drills())
    (problem,) = problems(gathered)
    assert (problem.status, problem.types) == ("after-as-of", ("drill_record",))
    assert "2026-11-23" in problem.reason
    assert not gathered.result.items


FUTURE = "approved_on: 2027-01-01\n"


@pytest.mark.parametrize(
    ("artefact", "own", "end", "basis"),
    [
        ("drill_record", "scenario: x\ndate: 2026-04-28\n", datetime(2026, 4, 28, tzinfo=UTC), "record: date"),
        (
            "incident_log",
            "incidents:\n  - {id: I, severity: 1, detected: 2026-04-27}\n",
            datetime(2026, 4, 27, tzinfo=UTC),
            "record: newest time of an incident",
        ),
        (
            "inventory",
            "systems:\n  - {system_id: a, status: live, updated_on: 2026-03-01}\n",
            datetime(2026, 3, 1, tzinfo=UTC),
            "record: newest updated_on",
        ),
    ],
)
def test_an_approval_in_the_future_makes_no_record_vanish(tmp_path: Path, artefact, own, end, basis):
    write(tmp_path, {"sources/r.yaml": f"artefact: {artefact}\n{FUTURE}{own}"})
    gathered = in_folder(collect, tmp_path, source("records", provides=(artefact,)))
    assert gathered.result.problems == ()
    item = only_item(gathered)
    assert item.effective is not None
    assert (item.effective.end, item.effective.basis) == (end, basis)


def test_a_document_approved_in_the_future_is_kept_as_of_its_last_change(tmp_path: Path):
    text = f"artefact: risk_register\n{FUTURE}risks: []\n"
    section = source("records", provides=("risk_register",))
    item = only_item(in_folder(collect, write(tmp_path / "folder", {"sources/r.yaml": text}), section))
    assert item.facts["approval"]["approved_on"] == "2027-01-01"
    assert item.effective is not None
    assert (item.effective.end, item.effective.basis) == (
        AS_OF,
        "as read; not under version control, its approved_on is in the future",
    )
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"sources/r.yaml": text})
    item = only_item(in_git(collect, repository, section, prefix="sources"))
    assert item.effective is not None
    assert item.effective.end < AS_OF
    assert item.effective.basis == "last commit that changed the file, its approved_on is in the future"


@pytest.mark.parametrize(
    ("artefact", "own", "end", "basis"),
    [
        ("drill_record", "scenario: x\ndate: 2026-04-28\n", datetime(2026, 4, 28, tzinfo=UTC), "date"),
        (
            "release_record",
            'version: "1"\ndecision: go\ndate: 2026-04-28\nmodels: [m]\n',
            datetime(2026, 4, 28, tzinfo=UTC),
            "date",
        ),
        (
            "incident_log",
            "incidents:\n  - {id: I, severity: 1, detected: 2026-04-27, closed: 2026-04-28}\n",
            datetime(2026, 4, 30, tzinfo=UTC),  # a quiet log: somebody has vouched for it since
            "approved_on, later than the newest time of an incident",
        ),
        (
            "incident_log",
            "incidents:\n  - {id: I, severity: 1, detected: 2026-04-27, closed: 2026-05-02}\n",
            datetime(2026, 5, 2, tzinfo=UTC),
            "newest time of an incident",
        ),
        ("incident_log", "incidents: []\n", datetime(2026, 4, 30, tzinfo=UTC), "approved_on"),
        (
            "inventory",
            "systems:\n  - {system_id: a, status: live, updated_on: 2026-03-01}\n",
            datetime(2026, 4, 30, tzinfo=UTC),
            "approved_on",
        ),
    ],
)
def test_a_record_is_as_old_as_what_it_tells_of_and_not_as_its_signature(tmp_path: Path, artefact, own, end, basis):
    repository = Repository(tmp_path / "r")
    at = "2026-05-02T12:00:00Z"
    text = f"artefact: {artefact}\napproved_on: 2026-04-30\n{own}"
    repository.commit("one", {"sources/r.yaml": text}, GIT_COMMITTER_DATE=at)
    section = source("records", provides=(artefact,))
    item = only_item(in_git(collect, repository, section, prefix="sources"))
    assert item.effective is not None
    assert (item.effective.end, item.effective.basis) == (end, f"record: {basis}")


def test_an_inventory_is_as_new_as_its_newest_row(tmp_path: Path):
    text = (
        "artefact: inventory\nsystems:\n  - {system_id: a, status: live, updated_on: 2026-03-01}\n"
        "  - {system_id: b, status: live, updated_on: 2026-09-30}\n"
    )
    section = source("records", provides=("inventory",))
    item = only_item(in_folder(collect, write(tmp_path, {"sources/inventory.yaml": text}), section))
    assert item.effective.end == datetime(2026, 9, 30, tzinfo=UTC)


def test_in_git_a_record_carries_the_date_of_its_last_change_and_no_other(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    dateless = "artefact: risk_register\nrisks: []\n"
    days = [{"GIT_COMMITTER_DATE": f"2026-10-0{day}T00:00:00Z"} for day in (3, 4, 5)]
    repository.commit("one", {"sources/drill.yaml": DRILL, "sources/risks.yaml": dateless}, **days[0])
    repository.commit("two", {"sources/drill.yaml": DRILL + "actions: [call]\n"}, **days[1])
    repository.commit("three", {"README.md": "x"}, **days[2])
    section = source("records", provides=("drill_record", "risk_register"))
    gathered = in_git(collect, repository, section, prefix="sources")
    drill, risks = sorted(gathered.result.items, key=lambda item: item.type)
    assert drill.facts["approval"]["changed_at"] == "2026-10-04T00:00:00Z"
    assert risks.facts["approval"]["changed_at"] == "2026-10-03T00:00:00Z"
    assert risks.effective.end == datetime(2026, 10, 3, tzinfo=UTC)
    assert risks.effective.basis == "last commit that changed the file"
    assert drill.provenance.source_digest.startswith("gitblob:")


def test_a_record_that_was_changed_after_the_as_of_time_is_listed_and_not_counted(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"sources/drill.yaml": DRILL}, GIT_COMMITTER_DATE="2026-10-03T00:00:00Z")
    repository.commit(
        "two", {"sources/drill.yaml": DRILL + "actions: [call]\n"}, GIT_COMMITTER_DATE="2026-11-20T20:00:00Z"
    )
    section = source("records", provides=("drill_record",))
    before = in_git(collect, repository, section, prefix="sources", as_of=datetime(2026, 11, 20, 19, tzinfo=UTC))
    assert before.result.items == ()
    [problem] = problems(before, "after-as-of")
    assert problem.types == ("drill_record",)
    assert problem.reason == "was last changed on 2026-11-20T20:00:00Z, which is after the as-of time"
    after = in_git(collect, repository, section, prefix="sources", as_of=datetime(2026, 11, 20, 20, tzinfo=UTC))
    assert only_item(after).facts["date"] == only_item(after).effective.end.date().isoformat()


def test_a_change_that_is_dated_before_its_parent_is_no_older_than_that(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"sources/drill.yaml": DRILL}, GIT_COMMITTER_DATE="2026-11-10T00:00:00Z")
    repository.commit(
        "two", {"sources/drill.yaml": DRILL + "actions: [call]\n"}, GIT_COMMITTER_DATE="2026-09-22T00:00:00Z"
    )
    gathered = in_git(collect, repository, source("records", provides=("drill_record",)), prefix="sources")
    approval = only_item(gathered).facts["approval"]
    assert approval["changed_at"] == "2026-11-10T00:00:00Z"
    assert approval["backdated_to"] == "2026-09-22T00:00:00Z"
    [problem] = problems(gathered, "not-counted")
    assert "dated 2026-09-22T00:00:00Z" in problem.reason


def test_a_text_that_a_merge_brought_in_names_the_merge(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"other.txt": "1"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("two", {"sources/drill.yaml": DRILL}, GIT_COMMITTER_DATE="2026-10-03T00:00:00Z")
    repository.git("checkout", "-q", "main")
    merged = {"GIT_COMMITTER_DATE": "2026-10-07T00:00:00Z"}
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side", **merged)
    merge = repository.git("rev-parse", "HEAD").strip()
    section = source("records", provides=("drill_record",))
    approval = only_item(in_git(collect, repository, section, prefix="sources")).facts["approval"]
    assert (approval["changed_at"], approval["merged_in"]) == ("2026-10-07T00:00:00Z", merge)
    # A later merge that leaves the file as it is, is no change of it.
    repository.git("checkout", "-q", "-b", "next")
    repository.commit("three", {"other.txt": "2"}, GIT_COMMITTER_DATE="2026-10-08T00:00:00Z")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "again", "next", GIT_COMMITTER_DATE="2026-10-20T00:00:00Z")
    assert only_item(in_git(collect, repository, section, prefix="sources")).facts["approval"] == approval


def test_times_that_are_given_as_a_day_are_told_apart(tmp_path: Path):
    text = (
        "artefact: incident_log\nincidents:\n"
        "  - {id: I-1, severity: 2, detected: 2026-09-01T00:00:00Z, acknowledged: 2026-09-01, closed: 2026-09-03}\n"
        "  - {id: I-2, severity: 2, detected: 2026-09-02, note: The log was written up a day later.}\n"
    )
    section = source("records", provides=("incident_log",))
    facts = only_item(in_folder(collect, write(tmp_path, {"sources/i.yaml": text}), section)).facts
    assert facts["by_day"] == ["/incidents/0/acknowledged", "/incidents/0/closed", "/incidents/1/detected"]
    claimed = text.replace("incidents:", "by_day: [/incidents/0/detected]\nincidents:", 1)
    (problem,) = problems(in_folder(collect, write(tmp_path, {"sources/i.yaml": claimed}), section), "unreadable")
    assert "field 'by_day' cannot be set in a file" in problem.reason


def test_a_record_dated_on_the_day_counts(tmp_path: Path):
    day = AS_OF.date().isoformat()
    text = DRILL.replace("2026-10-03", day).replace("2026-10-02", day)
    assert only_item(in_folder(collect, write(tmp_path, {"sources/drill.yaml": text}), drills()))


PLAN = re.sub(r"(?m)^(outcome|measured_seconds): .*\n", "", DRILL)


@pytest.mark.parametrize(
    ("versions", "counts"),
    [
        pytest.param([("2026-10-02T00:00:00Z", DRILL)], True, id="on its day"),
        pytest.param([("2026-10-01T11:00:00Z", DRILL)], True, id="when it is morning in the east"),
        pytest.param([("2026-10-01T09:00:00Z", DRILL)], False, id="before its day"),
        pytest.param([("2026-09-01T00:00:00Z", PLAN), ("2026-10-03T00:00:00Z", DRILL)], True, id="a plan, then held"),
        pytest.param(
            [("2026-09-01T00:00:00Z", DRILL), ("2026-10-03T00:00:00Z", DRILL + "actions: [call]\n")],
            False,
            id="retouched after its day",
        ),
    ],
)
def test_a_drill_whose_outcome_was_written_before_its_day_tells_of_none(tmp_path: Path, versions, counts):
    repository = Repository(tmp_path / "r")
    for time, text in versions:
        repository.commit("x", {"sources/drill.yaml": text}, GIT_COMMITTER_DATE=time)
    gathered = in_git(collect, repository, drills(), prefix="sources")
    assert bool(gathered.result.items) is counts
    if not counts:
        [problem] = problems(gathered, "not-counted")
        assert problem.types == ("drill_record",)
        assert problem.place.line == DRILL.splitlines().index("date: 2026-10-02") + 1
        assert "is dated 2026-10-02, and stood in the file with its outcome already on 2026-" in problem.reason
