"""A list of a forge of which a page fails, is missing or may follow: nothing of it passes for the whole."""

import pytest

from support.forge_client import ROOT, reach, release
from support.forges import (
    Answered,
    Asked,
    facts,
    fetched,
    protection,
    pull,
    read,
    review,
    ruleset,
    serving,
    told,
    wrapped,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PROJECT = "/projects/acme%2Ftriage"
MERGED, BEFORE = "2026-10-10T12:00:00Z", "2026-10-10T11:00:00Z"
LISTED = {"id": 7, "name": "x", "target": "branch", "source_type": "Repository", "enforcement": "active"}
ALERT = {"number": 1, "state": "open", "security_advisory": {"severity": "low"}, "dependency": {}}
RUN = {"id": 3, "name": "CI", "head_sha": "c", "run_started_at": "2026-10-10T00:00:00Z", "conclusion": "success"}
JOB = {"id": 9, "run_id": 3, "name": "evals", "head_sha": "c", "started_at": "2026-10-10T00:01:00Z"}


def failing_after_one(answers, failing, *, status=500):
    """A forge of which one list has a second page that does not come."""

    def play(asked: Asked) -> Answered:
        path = asked.path.partition("?")[0]
        if path != failing:
            return Answered(answers.get(path, []))
        if "page=2" in asked.path:
            return Answered({"message": "Server Error"}, status)
        address = f"http://{asked.headers['host']}{path}?per_page=100&page=2"
        return Answered(answers[path], headers={"Link": f'<{address}>; rel="next"'})

    return play


# --- a page that fails in the middle


@pytest.mark.parametrize(
    ("type_", "path", "body", "thin"),
    [
        ("forge_releases", f"{ROOT}/releases", [release(1)], lambda found: found["listed_whole"] is False),
        ("rbac_export", f"{ROOT}/teams", [{"slug": "core", "permission": "push"}],
         lambda found: found["listed_whole"] is False),
        ("deployment_environments", f"{ROOT}/environments", {"total_count": 1, "environments": [{"name": "p"}]},
         lambda found: found["listed_whole"] is False),
        ("ci_runs", f"{ROOT}/actions/runs", {"total_count": 1, "workflow_runs": [RUN]},
         lambda found: found["listed_whole"] is False),
        ("ci_runs", f"{ROOT}/actions/runs/3/jobs", {"total_count": 1, "jobs": [JOB]},
         lambda found: found["listed_whole"] is False),
        ("change_reviews", f"{ROOT}/pulls", [pull(4, MERGED)], lambda found: found["listed_whole"] is False),
        ("change_reviews", f"{ROOT}/commits", [], lambda found: "commits" not in found and "without_pull" not in found),
        # The page that is missing may hold that the approval was taken back.
        ("change_reviews", f"{ROOT}/pulls/4/reviews", [review(4, "ben", "APPROVED", BEFORE)],
         lambda found: (found["judged"], found["reviewed"]) == (0, 0)),
        ("branch_protection", f"{ROOT}/rulesets", [LISTED], lambda found: found["unseen"] == ["rulesets"]),
        ("security_alerts", f"{ROOT}/dependabot/alerts", [ALERT],
         lambda found: next("open" not in feed for feed in found["feeds"] if feed["feed"] == "dependencies")),
    ],
)  # fmt: skip
def test_a_page_that_fails_in_the_middle_leaves_nothing_that_passes_for_whole(tmp_path, type_, path, body, thin):
    answers = {
        f"{ROOT}/actions/runs": {"total_count": 1, "workflow_runs": [RUN]},
        f"{ROOT}/actions/runs/3/jobs": {"total_count": 1, "jobs": [JOB]},
        f"{ROOT}/environments": {"total_count": 0, "environments": []},
        f"{ROOT}/pulls": [pull(4, MERGED)],
        f"{ROOT}/branches/main/protection": protection(),
        f"{ROOT}/rulesets/7": ruleset(),
        path: body,
    }
    for status in (500, 403, 404):
        with serving(failing_after_one(answers, path, status=status)) as server:
            gathered = fetched(
                tmp_path / str(status), server.base, provides=(type_,), branch="main", reach=reach(attempts=2)
            )
        assert thin(facts(gathered, type_))
        assert told(gathered, type_)
    with serving(lambda asked: Answered(answers.get(asked.path.partition("?")[0], []))) as server:
        gathered = fetched(tmp_path / "whole", server.base, provides=(type_,), branch="main")
    assert not thin(facts(gathered, type_)) or path == f"{ROOT}/commits"


@pytest.mark.parametrize("path", ["protected_branches", "approval_rules"])
def test_a_rule_of_gitlab_on_a_page_that_fails_may_hold_too(tmp_path, path):
    branch = {"name": "main", "push_access_levels": [], "merge_access_levels": []}
    rule = {"name": "two", "rule_type": "regular", "approvals_required": 2}
    answers = {
        f"{PROJECT}/protected_branches": [branch],
        f"{PROJECT}/approval_rules": [rule],
        f"{PROJECT}/approvals": {"merge_requests_author_approval": False, "reset_approvals_on_push": True},
        PROJECT: {"id": 12, "path_with_namespace": "acme/triage", "default_branch": "main"},
    }
    with serving(failing_after_one(answers, f"{PROJECT}/{path}")) as server:
        gathered = fetched(tmp_path, server.base, provides=("branch_protection",), format="gitlab")
    assert facts(gathered, "branch_protection")["unseen"] == [path.replace("_", " ")]


@pytest.mark.parametrize(
    ("rows", "more", "query", "known"),
    [
        (29, {}, "", True),
        (30, {}, "", False),
        (30, {"whole": True}, "", True),
        (30, {}, "?per_page=100", True),
        (100, {}, "?per_page=100", False),
        (60, {}, "", False),
        (5, {}, "?page=2", False),
        (5, {"whole": False}, "", False),
    ],
)
def test_reviews_that_may_go_on_after_a_full_page_are_unknown(tmp_path, rows, more, query, known):
    said = [review(4, "ben", "APPROVED", BEFORE), *[review(4, "cy", "COMMENTED", BEFORE)] * (rows - 1)]
    files = {
        "p.json": wrapped(f"{ROOT}/pulls?state=closed", [pull(4, MERGED)], whole=True),
        "r.json": wrapped(f"{ROOT}/pulls/4/reviews{query}", said, **more),
    }
    gathered = read(tmp_path, files, provides=("change_reviews",))
    [change] = facts(gathered, "change_reviews")["changes"]
    assert change["outcome"] == ("reviewed" if known else "unknown")
    assert bool(told(gathered, "change_reviews", "not-counted")) is not known


def test_pages_of_reviews_that_are_all_here_are_known(tmp_path):
    full = [review(4, "cy", "COMMENTED", BEFORE)] * 30
    files = {
        "p.json": wrapped(f"{ROOT}/pulls?state=closed", [pull(4, MERGED)], whole=True),
        "1.json": wrapped(f"{ROOT}/pulls/4/reviews", full),
        "2.json": wrapped(f"{ROOT}/pulls/4/reviews?page=2", [review(4, "ben", "APPROVED", BEFORE)]),
    }
    outcomes = []
    for name, left_out in (("all", ""), ("first", "1.json"), ("second", "2.json")):
        here = {path: body for path, body in files.items() if path != left_out}
        gathered = read(tmp_path / name, here, provides=("change_reviews",))
        outcomes.append(facts(gathered, "change_reviews")["changes"][0]["outcome"])
    assert outcomes == ["reviewed", "unknown", "unknown"]
    slurped = wrapped(f"{ROOT}/pulls/4/reviews", [full, [review(4, "ben", "APPROVED", BEFORE)]])
    gathered = read(tmp_path / "slurp", {**files, "1.json": slurped, "2.json": {}}, provides=("change_reviews",))
    assert facts(gathered, "change_reviews")["changes"][0]["outcome"] == "reviewed"
