"""Reports of garak: attacks that were counted again, passes that show nothing, and reports that are not whole."""

from pathlib import Path

import pytest

from support.tool_documents import GARAK
from support.tool_results import changed, gather, is_told, item, items, lines_of, told

NAME = "run.report.jsonl"


def test_a_report_is_read_line_by_line(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {NAME: lines_of(GARAK)})
    found = item(gathered, "redteam_report")
    assert {key: found.facts[key] for key in ("status", "model", "simulated", "attempts", "failures")} == {
        "status": "success",
        "model": "openai/gpt-4o",
        "simulated": False,
        "attempts": 3,
        "failures": 1,
    }
    assert found.facts["probes"][0]["unjudged"] == 1
    assert found.lines["/probes/0"] == 11
    assert found.effective is not None
    assert "taken as UTC" in found.effective.basis
    assert "SECRET" not in gathered.result.model_dump_json()


def test_a_detector_that_always_passes_is_in_no_total(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {NAME: lines_of([*GARAK[:2], *GARAK[-2:]])})
    found = item(gathered, "redteam_report").facts
    assert (found["status"], found["attempts"]) == ("empty", 0)
    assert found["probes"][0]["shows_nothing"] is True
    assert is_told(gathered, "shows nothing by test.Test with always.Pass")
    assert is_told(gathered, "counts no answer to an attack")


def test_sums_that_the_attempts_refute_are_left_out(tmp_path: Path) -> None:
    made = changed(GARAK, 10, "passed", to=3)
    gathered = gather(tmp_path, {NAME: lines_of(made)})
    assert item(gathered, "redteam_report").facts["attempts"] == 0
    assert any("its attempts are 1 of 3" in reason for reason in told(gathered, "unreadable"))


def test_a_report_that_does_not_record_its_end_is_incomplete(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {NAME: lines_of(GARAK[:-1])})
    assert item(gathered, "redteam_report").facts["status"] == "incomplete"
    assert is_told(gathered, "does not record that the run came to its end")


def test_a_stand_in_of_the_tool_is_no_model(tmp_path: Path) -> None:
    made = changed(GARAK, 0, "plugins.target_type", to="test.Repeat")
    gathered = gather(tmp_path, {NAME: lines_of(made)})
    assert item(gathered, "redteam_report").facts["simulated"] is True
    assert is_told(gathered, "so that no model was tested")


def test_reports_of_older_versions(tmp_path: Path) -> None:
    setup = {"entry_type": "start_run setup", "plugins.model_type": "huggingface", "plugins.model_name": "a/b"}
    row = {"entry_type": "eval", "probe": "probes.dan.Dan", "detector": "detector.x.Y", "passed": 7, "total": 10}
    gathered = gather(tmp_path, {NAME: lines_of([setup, GARAK[1], row, GARAK[-1]])})
    found = item(gathered, "redteam_report").facts
    assert (found["model"], found["attempts"], found["failures"]) == ("huggingface/a/b", 10, 3)
    assert found["probes"][0]["detector"] == "x.Y"


@pytest.mark.parametrize(
    "change",
    [{"passed": 9}, {"passed": -1}, {"passed": "2"}, {"passed": None}, {"total_evaluated": 1e300}, {"probe": None},
     {"detector": 7}, {"passed": True}, {"total_evaluated": 10**18, "passed": 10**18}],
)  # fmt: skip
def test_sums_that_make_no_sense_are_told_with_their_line(tmp_path, change) -> None:
    made = [*GARAK[:2], GARAK[10] | change, GARAK[-1]]
    gathered = gather(tmp_path, {NAME: lines_of(made)})
    assert item(gathered, "redteam_report").facts["probes"] == []
    [problem] = [one for one in gathered.result.problems if one.status == "unreadable"]
    assert problem.place.line == 3


@pytest.mark.parametrize(
    ("tail", "line"),
    [('{"entry_type": "eval", "pro', 14), ("[1, 2]\n", 14), ("\x00\x01\n", 14), ("[" * 100_000 + "\n", 14),
     ('{"entry_type": ' + '{"a":' * 50_000 + "1\n", 14)],
)  # fmt: skip
def test_a_broken_line_makes_the_report_unreadable(tmp_path, tail, line) -> None:
    gathered = gather(tmp_path, {NAME: lines_of(GARAK) + tail})
    assert items(gathered, "redteam_report") == []
    [problem] = [one for one in gathered.result.problems if one.status == "unreadable"]
    assert problem.place.line == line
    assert "no JSON object" in problem.reason


def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    attempt = lines_of([GARAK[6]]) * 100_000
    row = GARAK[10] | {"passed": 100_000, "fails": 0, "nones": 0, "total_evaluated": 100_000}
    gathered = gather(tmp_path, {NAME: lines_of(GARAK[:2]) + attempt + lines_of([row, GARAK[-1]])})
    assert item(gathered, "redteam_report").facts["attempts"] == 100_000
    assert gathered.result.files_read == 1


def test_the_real_sample(shared: Path) -> None:
    gathered = gather(shared / "samples" / "garak")
    found = item(gathered, "redteam_report").facts
    assert (found["status"], found["attempts"], found["simulated"], found["tool_version"]) == (
        "empty",
        0,
        True,
        "0.17.1",
    )
    assert found["probes"] == [
        {"probe": "test.Test", "detector": "always.Pass", "attempts": 8, "failures": 0, "unjudged": 0,
         "shows_nothing": True}
    ]  # fmt: skip
