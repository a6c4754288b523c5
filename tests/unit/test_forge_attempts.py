"""Jobs that were run again: the latest attempt decides, and that it went red first is told."""

import pytest

from support.forges import facts, read, told, wrapped

TYPE, SHA, ROOT = "ci_runs", "a" * 40, "/repos/acme/triage"


def job(number, attempt, conclusion="success", *, name="evals", of=2, **more):
    """A job of GitHub; each attempt starts an hour later and takes ten minutes."""
    at = f"2026-10-02T{8 + (attempt or 1):02}"
    told = {} if attempt is None else {"run_attempt": attempt}
    return {
        "id": number,
        "run_id": of,
        "name": name,
        "head_sha": SHA,
        "head_branch": "main",
        "workflow_name": "CI",
        "conclusion": conclusion,
        "started_at": f"{at}:00:00Z",
        "completed_at": f"{at}:10:00Z",
        **told,
        **more,
    }


def check(number, conclusion, hour, *, suite=77, name="evals", app="github-actions", **more):
    """A check run."""
    told = {} if suite is None else {"check_suite": {"id": suite}}
    return {
        "id": number,
        "name": name,
        "head_sha": SHA,
        "app": {"slug": app},
        "conclusion": conclusion,
        "started_at": f"2026-10-02T{hour:02}:00:00Z",
        "completed_at": f"2026-10-02T{hour:02}:10:00Z",
        **told,
        **more,
    }


def shown(tmp_path, *, jobs=(), checks=(), runs=(), **fields):
    """The facts of these answers, and (job, conclusion, attempt, red before) of each row."""
    files = {
        "jobs.json": wrapped(f"{ROOT}/actions/runs/2/jobs?filter=all", {"total_count": len(jobs), "jobs": list(jobs)}),
        "checks.json": wrapped(
            f"{ROOT}/commits/{SHA}/check-runs?filter=all", {"total_count": len(checks), "check_runs": list(checks)}
        ),
        "runs.json": wrapped(f"{ROOT}/actions/runs", {"total_count": len(runs), "workflow_runs": list(runs)}),
    }
    found = facts(read(tmp_path, files, provides=(TYPE,), **fields), TYPE)
    rows = [
        (row.get("job"), row.get("conclusion"), row.get("attempt"), row.get("failed_before")) for row in found["runs"]
    ]
    return found, rows


def test_the_latest_attempt_decides_and_a_rerun_that_went_green_is_told(tmp_path):
    found, rows = shown(tmp_path, jobs=[job(1, 1, "failure"), job(2, 2)])
    assert rows == [("evals", "success", 2, True)]
    assert (found["total"], found["by_conclusion"], found["passed_on_rerun"]) == (1, {"success": 1}, 1)


def test_of_thousands_of_attempts_of_one_job_the_latest_decides(tmp_path):
    jobs = [job(number, 1, "failure") | {"run_attempt": number} for number in range(1, 4_001)]
    _, rows = shown(tmp_path, jobs=[*jobs, job(9_000, 1) | {"run_attempt": 4_001}])
    assert rows == [("evals", "success", 4_001, True)]
    same = [job(number, 1, "failure") for number in range(1, 4_001)]  # of one attempt all count
    assert len(shown(tmp_path / "same", jobs=same)[1]) == 4_000


@pytest.mark.parametrize(
    ("jobs", "rows", "again"),
    [
        ([job(1, 1)], [("evals", "success", 1, None)], 0),
        ([job(1, None)], [("evals", "success", None, None)], 0),
        ([job(1, 1), job(2, 2, "failure")], [("evals", "failure", 2, False)], 0),
        ([job(1, 1, "cancelled"), job(2, 2), job(3, 3)], [("evals", "success", 3, True)], 1),
        ([job(1, 1, "timed_out"), job(2, 2, None)], [("evals", None, 2, True)], 0),
        ([job(1, 1, "failure"), job(2, 2, "skipped")], [("evals", "skipped", 2, True)], 0),
        ([job(1, 1, "skipped"), job(2, 2)], [("evals", "success", 2, False)], 0),
        # Only what failed is run again: the rest stays as it was.
        ([job(1, 1, "failure"), job(2, 1, name="lint"), job(3, 2)],
         [("lint", "success", 1, None), ("evals", "success", 2, True)], 1),
        # Two jobs of one name in one attempt are two jobs.
        ([job(1, 1, "failure"), job(2, 1)], [("evals", "failure", 1, None), ("evals", "success", 1, None)], 0),
        # Without the attempt nothing tells which is the later one, but that it began after the other ended.
        ([job(1, None, "failure"), job(2, 2)], [("evals", "success", 2, True)], 1),
        ([job(1, None, "failure", completed_at="2026-10-02T23:00:00Z"), job(2, 2)],
         [("evals", "failure", None, None), ("evals", "success", 2, None)], None),
        ([job(1, None, "failure", completed_at=None), job(2, 2)],
         [("evals", "failure", None, None), ("evals", "success", 2, None)], None),
        # The same name in another run is another job.
        ([job(1, 1, "failure", of=3), job(2, 2)], [("evals", "failure", 1, None), ("evals", "success", 2, None)], None),
        # How an attempt ended that is not among the answers is not known; one that failed is enough to know.
        ([job(3, 3)], [("evals", "success", 3, None)], None),
        ([job(2, 2), job(3, 3)], [("evals", "success", 3, None)], None),
        ([job(1, 1), job(2, 2), job(3, 3)], [("evals", "success", 3, False)], 0),
        ([job(2, 2, "failure"), job(3, 3)], [("evals", "success", 3, True)], 1),
        ([job(3, 3, "failure")], [("evals", "failure", 3, None)], 0),
    ],
)  # fmt: skip
def test_attempts(tmp_path, jobs, rows, again):
    for number, order in enumerate((jobs, list(reversed(jobs)))):
        found, came = shown(tmp_path / str(number), jobs=order)
        assert sorted(came, key=str) == sorted(rows, key=str)
        assert found.get("passed_on_rerun") == again


def test_an_attempt_after_the_assessed_time_decides_nothing(tmp_path):
    later = job(2, 2, started_at="2026-11-23T08:00:00Z", completed_at="2026-11-23T08:10:00Z")
    assert shown(tmp_path, jobs=[job(1, 1, "failure"), later])[1] == [("evals", "failure", 1, None)]


def test_an_attempt_before_the_period_is_no_row_and_is_known(tmp_path):
    early = job(1, 1, "failure", started_at="2026-08-01T08:00:00Z", completed_at="2026-08-01T08:10:00Z")
    assert shown(tmp_path, jobs=[early, job(2, 2)])[1] == [("evals", "success", 2, True)]


@pytest.mark.parametrize(
    ("checks", "rows"),
    [
        ([check(1, "failure", 9), check(2, "success", 10)], [("evals", "success", None, True)]),
        ([check(1, "success", 9), check(2, "failure", 10)], [("evals", "failure", None, False)]),
        # Two suites of one commit, as of a push and of a pull request, are two checks.
        ([check(1, "failure", 9), check(2, "success", 10, suite=78)],
         [("evals", "failure", None, None), ("evals", "success", None, None)]),
        ([check(1, "failure", 9, app="a"), check(2, "success", 10, app="b")],
         [("evals", "failure", None, None), ("evals", "success", None, None)]),
        ([check(1, "failure", 9, name="a"), check(2, "success", 10, name="b")],
         [("a", "failure", None, None), ("b", "success", None, None)]),
        # Without a suite nothing tells that they are one.
        ([check(1, "failure", 9, suite=None), check(2, "success", 10, suite=None)],
         [("evals", "failure", None, None), ("evals", "success", None, None)]),
        # Side by side: none is an attempt of the other.
        ([check(1, "failure", 9, completed_at="2026-10-02T12:00:00Z"), check(2, "success", 10)],
         [("evals", "failure", None, None), ("evals", "success", None, None)]),
    ],
)  # fmt: skip
def test_check_runs_of_one_name(tmp_path, checks, rows):
    assert shown(tmp_path, checks=checks)[1] == rows


@pytest.mark.parametrize(
    ("checks", "again"),
    [
        ([check(1, "success", 9)], None),
        ([check(1, "success", 9), check(2, "failure", 9, name="lint")], None),
        ([check(1, "failure", 9)], 0),
        ([check(1, "failure", 9), check(2, "success", 10)], 1),
    ],
)
def test_check_runs_alone_do_not_tell_that_none_was_run_again(tmp_path, checks, again):
    body = {"total_count": len(checks), "check_runs": checks}
    gathered = read(tmp_path, {"c.json": wrapped(f"{ROOT}/commits/{SHA}/check-runs", body)}, provides=(TYPE,))
    assert facts(gathered, TYPE).get("passed_on_rerun") == again
    reasons = [reason for reason in told(gathered, TYPE, "not-counted") if "tells no attempts" in reason]
    assert len(reasons) == (again is None)


def test_the_check_run_of_an_earlier_attempt_is_the_job_of_the_later_one(tmp_path):
    checks = [check(1, "failure", 9), check(2, "success", 10)]
    found, rows = shown(tmp_path, jobs=[job(2, 2)], checks=checks)
    assert rows == [("evals", "success", 2, True)]
    assert (found["total"], found["passed_on_rerun"]) == (1, 1)


def test_a_run_whose_earlier_end_another_answer_tells(tmp_path):
    def run(attempt, conclusion):
        told = {"id": 2, "name": "CI", "head_sha": SHA, "run_attempt": attempt, "conclusion": conclusion}
        return {"total_count": 1, "workflow_runs": [{**told, "run_started_at": f"2026-10-0{attempt}T08:00:00Z"}]}

    files = {
        "a.json": wrapped(f"{ROOT}/actions/runs?branch=main", run(1, "failure"), fetched_at="2026-11-22T10:00:00Z"),
        "b.json": wrapped(f"{ROOT}/actions/runs", run(2, "success")),
    }
    found = facts(read(tmp_path, files, provides=(TYPE,)), TYPE)
    assert [(row["attempt"], row["failed_before"]) for row in found["runs"]] == [(2, True)]
    # As of when the older list was fetched, its attempt is the latest.
    files["a.json"]["fetched_at"] = "2026-10-01T12:00:00Z"
    found = facts(read(tmp_path / "1", files, provides=(TYPE,)), TYPE)
    assert [(row["attempt"], row["conclusion"]) for row in found["runs"]] == [(1, "failure")]
    assert shown(tmp_path / "2", runs=run(2, "success")["workflow_runs"])[1] == [(None, "success", 2, None)]


def test_a_job_of_gitlab_that_was_tried_again(tmp_path):
    def tried(number, status, hour):
        at = f"2026-10-02T{hour:02}"
        times = {"started_at": f"{at}:00:00Z", "finished_at": f"{at}:10:00Z"}
        told = {"id": number, "name": "evals", "stage": "test", "status": status, "ref": "main"}
        return {**told, **times, "pipeline": {"id": 3, "sha": SHA}}

    endpoint = "/projects/acme%2Ftriage/jobs"
    for number, rows in enumerate(([tried(5, "failed", 8), tried(6, "success", 9)], [tried(5, "failed", 8)])):
        found = facts(read(tmp_path / str(number), {"j.json": wrapped(endpoint, rows)}, provides=(TYPE,)), TYPE)
        assert [row["conclusion"] for row in found["runs"]] == [["success"], ["failed"]][number]
        assert found["passed_on_rerun"] == [1, 0][number]


@pytest.mark.parametrize("odd", [None, True, -7, 1.5, "", "2", [], {}, {"id": []}, {"id": True}, 10**30], ids=repr)
def test_odd_values_are_no_crash(tmp_path, odd):
    for member in ("run_attempt", "id", "name", "completed_at"):
        rows = [job(1, 1, "failure"), {**job(2, 2), member: odd}]
        gathered = read(
            tmp_path / member,
            {"j.json": wrapped(f"{ROOT}/actions/runs/2/jobs", {"total_count": 2, "jobs": rows})},
            provides=(TYPE,),
        )
        assert gathered.result.items or gathered.result.problems
    for member in ("check_suite", "app", "started_at"):
        checks = [check(1, "failure", 9), {**check(2, "success", 10), member: odd}]
        shown(tmp_path / member, checks=checks)
