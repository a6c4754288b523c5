"""What must not count twice, or at all: copies of statements and examples, failed samples, impossible times."""

import json
from datetime import UTC, datetime

import pytest

from packet import sample
from support.collecting import problems as told_of
from support.inspect_logs import gather, log, problems
from support.signing import gathered, of_risks, signed_files, standing
from tieout.assess.contradictions import _systems
from tieout.assess.measurement import began
from tieout.collectors.copied import is_example
from tieout.domain.artefacts.results import EvalResults

TRAININGS = [
    {"person": "Mira Lund", "account": "mlund", "engaged_as": "staff", "role": "operations",
     "course": "Running the parcel assistant", "version": "3.1", "version_date": "2026-08-10",
     "completed": "2026-09-08", "valid_until": "2027-09-07", "score": "18", "pass_mark": "15"},
    {"person": "Sindre Aas", "account": "ext-saas", "engaged_as": "contractor", "role": "operations",
     "course": "Running the parcel assistant", "version": "3.1", "version_date": "2026-08-10", "completed": "",
     "valid_until": "", "score": "", "pass_mark": "15"},
]  # fmt: skip


def test_rows_of_an_example_are_a_copy_though_a_field_is_missing():
    assert is_example("training_export", {"trainings": TRAININGS}, "")
    assert is_example("training_export", {"trainings": TRAININGS[:1]}, "")
    own = {**TRAININGS[0], "account": "bhart", "course": "Triage of claims"}
    assert not is_example("training_export", {"trainings": [*TRAININGS, own]}, "")
    assert not is_example("training_export", {"trainings": [{"role": "operations", "version": "3.1"}]}, "")


def test_a_copied_statement_is_counted_once_and_told(tmp_path, keys, roster):
    files = {**signed_files(of_risks(), keys["ada"]), **signed_files(of_risks(), keys["ada"], name="b")}
    found = gathered(tmp_path / "r", files, roster)
    (item,) = found.result.items
    assert (item.provenance.path, standing(item)) == ("sources/a.attestation.json", [])
    told = [one.place.path for one in told_of(found) if one.reason.startswith("is a copy of sources/a.attest")]
    assert told == ["sources/b.attestation.json"]


def test_of_copies_the_one_with_a_right_signature_stands(tmp_path, keys, roster):
    files = {**signed_files(of_risks(), keys["eve"]), **signed_files(of_risks(), keys["ada"], name="b")}
    (item,) = gathered(tmp_path / "r", files, roster).result.items
    assert (item.provenance.path, standing(item)) == ("sources/b.attestation.json", [])


def test_samples_that_ended_in_an_error_are_not_counted(tmp_path):
    data = log()
    for one in data["samples"]:
        one["error"] = {"message": "timed out"}
    (tmp_path / "run.json").write_text(json.dumps(data))
    found = gather(tmp_path)
    (item,) = found.result.items
    assert item.facts["samples_completed"] == 0
    assert item.facts.get("metrics", []) == []
    assert "4 with a score ended in an error" in problems(found, "unreadable")["run.json"]


def test_a_total_that_is_not_that_of_the_samples_is_told(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log(results__total_samples=1000, results__completed_samples=1000)))
    found = gather(tmp_path)
    assert problems(found, "unreadable")["run.json"] == "counts 1,000 samples, and 4 are in the log"
    assert found.result.items[0].facts["samples_completed"] == 4


def test_a_stand_in_and_times_that_cannot_be_are_told(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log()))
    assert problems(gather(tmp_path), "not-counted") == {}
    (tmp_path / "run.json").write_text(json.dumps(log(eval__model="mockllm/model")))
    told = problems(gather(tmp_path), "not-counted")["run.json"]
    assert told == "was run on a stand-in of the tool itself (mockllm/model), so that no model was tested"
    (tmp_path / "run.json").write_text(json.dumps(log(stats__started_at="2026-11-20T12:00:00+00:00")))
    assert problems(gather(tmp_path), "not-counted")["run.json"] == "ends before it starts by its own times"


def test_a_zone_is_no_impossible_order():
    fields = {"tool": "x", "task": "t", "status": "success", "samples_total": 1, "samples_completed": 1}
    bare, zoned = datetime(2026, 11, 1, 10), datetime(2026, 11, 1, 10, tzinfo=UTC)  # noqa: DTZ001 - as some tools write
    assert not EvalResults(**fields, started_at=bare, completed_at=zoned).ends_before_it_starts
    assert EvalResults(**fields, started_at=zoned.replace(hour=11), completed_at=bare).ends_before_it_starts


IN_USE = {"system_id": "desk", "status": "production", "tier": "moderate", "updated_on": "2026-11-09"}


@pytest.mark.parametrize(
    ("other", "conflicts"),
    [
        ({"status": "retired", "tier": "low"}, True),
        ({"system_id": "Desk ", "tier": "low"}, True),
        ({"status": "retired", "updated_on": None}, True),
        ({"status": "retired", "tier": "low", "updated_on": "2026-05-01"}, False),
        ({}, False),
        ({"system_id": "other", "tier": "low"}, False),
    ],
)
def test_two_rows_of_one_system_in_one_inventory(other: dict, conflicts: bool):
    rows = [IN_USE, {**IN_USE, **other}]
    for systems in (rows, rows[::-1]):
        item = sample.contents().collection.items[0].model_copy(update={"facts": {"systems": systems}})
        assert bool(list(_systems("inventory", [item]))) is conflicts


def test_limits_do_not_come_before_a_run_whose_times_cannot_be():
    facts = {"tool": "inspect", "task": "triage", "status": "success", "model": "n", "samples_total": 1,
             "samples_completed": 1, "completed_at": "2026-11-01T09:00:00Z"}  # fmt: skip
    assert began(EvalResults(**facts, started_at="2026-11-01T12:00:00Z")) is None
    assert began(EvalResults(**facts, started_at="2026-11-01T08:00:00Z")) == datetime(2026, 11, 1, 8, tzinfo=UTC)
