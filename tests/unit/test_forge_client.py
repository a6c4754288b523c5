"""The client against a server on loopback: what is asked, what comes of it, and lists in pages."""

import pytest

from support.collecting import problems
from support.forge_client import RELEASES, REPOSITORY, ROOT, always, paged, reach, release
from support.forges import (
    TOKEN,
    Answered,
    Asked,
    commit,
    facts,
    fetched,
    item,
    protection,
    pull,
    review,
    ruleset,
    serving,
    told,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


# --- what is asked, and what comes of it


def test_a_whole_repository_is_read(tmp_path):
    answers = {
        ROOT: REPOSITORY,
        f"{ROOT}/branches/main/protection": protection(),
        f"{ROOT}/rulesets": [{"id": 7, "name": "x", "target": "branch", "source_type": "R", "enforcement": "active"}],
        f"{ROOT}/rulesets/7": ruleset(),
        f"{ROOT}/commits": [
            commit("merge5", "2026-10-11T12:00:00Z", "pushed"),
            commit("pushed", "2026-10-11T10:00:00Z", "merge4", "x"),
            commit("merge4", "2026-10-10T12:00:00Z", "old", "head4"),
        ],
        f"{ROOT}/commits/pushed/pulls": [],
        f"{ROOT}/pulls": [pull(4, "2026-10-10T12:00:00Z"), pull(5, "2026-10-11T12:00:00Z")],
        f"{ROOT}/pulls/4/reviews": [review(4, "ben", "APPROVED", "2026-10-10T11:00:00Z")],
        f"{ROOT}/pulls/5/reviews": [],
        f"{ROOT}/actions/runs": {
            "total_count": 1,
            "workflow_runs": [{"id": 3, "name": "CI", "head_sha": "c", "run_started_at": "2026-10-10T00:00:00Z"}],
        },
        f"{ROOT}/actions/runs/3/jobs": {
            "total_count": 1,
            "jobs": [
                {
                    "id": 9,
                    "run_id": 3,
                    "name": "evals",
                    "head_sha": "c",
                    "head_branch": "main",
                    "started_at": "2026-10-10T00:01:00Z",
                    "conclusion": "success",
                }
            ],
        },
        f"{ROOT}/environments": {"total_count": 0, "environments": []},
        f"{ROOT}/releases": [release(1)],
        f"{ROOT}/collaborators": [{"login": "ann", "permissions": {"push": True, "admin": True}}],
        f"{ROOT}/teams": [],
        f"{ROOT}/dependabot/alerts": [],
        f"{ROOT}/code-scanning/alerts": [],
        f"{ROOT}/secret-scanning/alerts": [],
    }
    with serving(lambda asked: Answered(answers[asked.path.partition("?")[0]])) as server:
        gathered = fetched(tmp_path, server.base)
    assert not problems(gathered)
    assert {one.type for one in gathered.result.items} == set(gathered.result.provides)
    reviews = facts(gathered, "change_reviews")
    assert (reviews["merged"], reviews["judged"], reviews["reviewed"], reviews["listed_whole"]) == (2, 2, 1, True)
    assert (reviews["commits"], reviews["without_pull"], reviews["pull_unknown"]) == (3, 1, 0)
    assert facts(gathered, "ci_runs")["runs"][0]["job"] == "evals"
    assert facts(gathered, "branch_protection")["unseen"] == []
    assert [feed["open"] for feed in facts(gathered, "security_alerts")["feeds"]] == [{}, {}, {}]
    found = item(gathered, "forge_releases")
    assert found.provenance.uri == server.base
    assert found.provenance.path == "repos/acme/triage/releases"
    assert found.effective.end.isoformat() == "2026-11-22T11:00:00+00:00"  # the server's Date, no clock of ours
    assert {asked.path.partition("?")[0] for asked in server.asked} == set(answers)
    secrets = next(asked.path for asked in server.asked if "secret-scanning" in asked.path)
    assert "hide_secret=true" in secrets
    assert all(asked.headers["authorization"] == f"Bearer {TOKEN}" for asked in server.asked)
    assert all(asked.headers["accept-encoding"] == "identity" for asked in server.asked)


def test_a_whole_project_of_gitlab_is_read(tmp_path):
    root = "/projects/acme%2Ftriage"
    answers = {
        root: {"id": 12, "path_with_namespace": "acme/triage", "default_branch": "main"},
        f"{root}/protected_branches": [{"name": "main", "push_access_levels": [], "merge_access_levels": []}],
        f"{root}/approval_rules": [],
        f"{root}/approvals": {"merge_requests_author_approval": False, "reset_approvals_on_push": True},
        f"{root}/repository/commits": [],
        f"{root}/merge_requests": [
            {
                "iid": 3,
                "state": "merged",
                "merged_at": "2026-10-10T12:00:00Z",
                "author": {"username": "ann"},
                "target_branch": "main",
                "source_branch": "w",
            }
        ],
        f"{root}/merge_requests/3/approvals": {
            "approved_by": [{"user": {"username": "ben"}, "approved_at": "2026-10-10T11:00:00Z"}],
            "approvals_required": 1,
        },
        f"{root}/jobs": [],
        f"{root}/protected_environments": [],
        f"{root}/environments": [],
        f"{root}/members/all": [{"username": "ann", "access_level": 40}],
        f"{root}/releases": [],
        f"{root}/vulnerabilities": [],
    }
    with serving(lambda asked: Answered(answers[asked.path.partition("?")[0]])) as server:
        gathered = fetched(tmp_path, server.base, format="gitlab")
    assert not problems(gathered)
    assert {one.type for one in gathered.result.items} == set(gathered.result.provides)
    assert facts(gathered, "change_reviews")["reviewed"] == 1
    assert all(asked.headers["private-token"] == TOKEN for asked in server.asked)


def test_only_what_is_declared_is_asked_for(tmp_path):
    with serving(always(Answered([]))) as server:
        fetched(tmp_path, server.base, provides=RELEASES)
    assert [asked.path for asked in server.asked] == [f"{ROOT}/releases?per_page=100"]


# --- paging


@pytest.mark.parametrize("header", ["link", "x-next-page"])
def test_all_pages_are_read(tmp_path, header):
    with serving(paged(3, header=header)) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES)
    found = facts(gathered, "forge_releases")
    assert (found["total"], found["listed_whole"], len(server.asked)) == (3, True, 3)
    assert item(gathered, "forge_releases").provenance.path == "the-source"  # it stands on several answers


def test_a_list_without_end_is_cut_and_said_to_be(tmp_path):
    with serving(paged(10**6)) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(pages=4))
        assert len(server.asked) == 4
    found = facts(gathered, "forge_releases")
    assert (found["total"], found["listed_whole"]) == (4, False)
    assert told(gathered, "forge_releases") == ["goes on after 4 pages; what comes later was not read"]


def test_a_list_that_ends_before_its_own_count_is_not_whole(tmp_path):
    row = {"id": 3, "name": "CI", "head_sha": "c", "created_at": "2026-10-10T00:00:00Z"}

    def play(asked: Asked) -> Answered:
        jobs = {"total_count": 0, "jobs": []}
        return Answered(jobs if "jobs" in asked.path else {"total_count": 1_200, "workflow_runs": [row]})

    with serving(play) as server:
        gathered = fetched(tmp_path, server.base, provides=("ci_runs",), branch="main")
    assert facts(gathered, "ci_runs")["listed_whole"] is False


def test_a_list_that_goes_in_circles_ends(tmp_path):
    def play(asked: Asked) -> Answered:
        address = f"http://{asked.headers['host']}{ROOT}/releases?per_page=100"
        return Answered([release(1)], headers={"Link": f'<{address}>; rel="next"'})

    with serving(play) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES)
        assert len(server.asked) == 1
    assert facts(gathered, "forge_releases")["listed_whole"] is False


def test_pages_that_are_older_than_the_period_are_not_asked_for(tmp_path):
    def play(asked: Asked) -> Answered:
        if asked.path.endswith("/reviews?per_page=100") or "/commits?" in asked.path:
            return Answered([])
        address = f"http://{asked.headers['host']}{ROOT}/pulls?next=1"
        old = pull(1, "2026-01-01T00:00:00Z")
        return Answered([pull(4, "2026-10-10T12:00:00Z"), old], headers={"Link": f'<{address}>; rel="next"'})

    with serving(play) as server:
        gathered = fetched(tmp_path, server.base, provides=("change_reviews",), branch="main")
    paths = [asked.path.partition("?")[0] for asked in server.asked]
    assert paths == [f"{ROOT}/commits", f"{ROOT}/pulls", f"{ROOT}/pulls/4/reviews"]
    assert facts(gathered, "change_reviews")["listed_whole"] is True


@pytest.mark.parametrize(
    "elsewhere", ["http://localhost:{port}/x", "https://127.0.0.1:{port}/x", "http://127.0.0.1:1/x"]
)
def test_a_next_page_on_another_server_is_not_asked(tmp_path, elsewhere):
    def play(asked: Asked) -> Answered:
        port = asked.headers["host"].rpartition(":")[2]
        return Answered([release(1)], headers={"Link": f'<{elsewhere.format(port=port)}>; rel="next"'})

    with serving(play) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES)
        assert len(server.asked) == 1
    assert told(gathered, "forge_releases", "unreadable") == ["goes on on another server, which is not asked"]
    assert (facts(gathered, "forge_releases")["total"], facts(gathered, "forge_releases")["listed_whole"]) == (1, False)
