"""What `gh … --json` and `glab … --output json` print: the same facts, and no more than they hold."""

import pytest

from support.collecting import problems
from support.forges import commit, facts, item, read, told, wrapped

REVIEWS, RUNS, RELEASES = "change_reviews", "ci_runs", "forge_releases"
MERGED, BEFORE, AFTER = "2026-10-10T12:00:00Z", "2026-10-10T11:00:00Z", "2026-10-10T13:00:00Z"


def review(who="ben", state="APPROVED", at=BEFORE, association="MEMBER", **more):
    """A review as `gh` prints it: without the commit, and without the kind of its author."""
    author = {"login": who}
    return {"author": author, "authorAssociation": association, "state": state, "submittedAt": at, "body": "", **more}


def pull(number=4, **changes):
    return {
        "number": number,
        "url": f"https://github.com/acme/triage/pull/{number}",
        "author": {"id": "MDQ6", "is_bot": False, "login": "ann", "name": "Ann"},
        "mergedAt": MERGED,
        "baseRefName": "main",
        "headRefOid": f"head{number}",
        "mergeCommit": {"oid": f"merge{number}"},
        "reviews": [review()],
        **changes,
    }


def run(number=9, **changes):
    return {
        "databaseId": number,
        "url": f"https://github.com/acme/triage/actions/runs/{number}",
        "workflowName": "CI",
        "headSha": "c0ffee",
        "headBranch": "main",
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "createdAt": MERGED,
        "startedAt": MERGED,
        **changes,
    }


def release(tag="v1.0", **changes):
    return {"tagName": tag, "isDraft": False, "isPrerelease": False, "publishedAt": MERGED, "name": tag, **changes}


def reviewed(tmp_path, *pulls, **more):
    return facts(read(tmp_path, {"prs.json": list(pulls)}, provides=(REVIEWS,), **more), REVIEWS)


def test_merged_pull_requests_and_their_reviews(tmp_path):
    gathered = read(tmp_path, {"prs.json": [pull(), pull(5, mergedAt=None)]}, provides=(REVIEWS,))
    found = facts(gathered, REVIEWS)
    assert (found["merged"], found["judged"], found["reviewed"]) == (1, 1, 1)
    assert (found["repository"], found["branches"], found["by_programs"]) == ("acme/triage", ["main"], 0)
    [change] = found["changes"]
    assert (change["commit"], "at_head" in change) == ("merge4", False)  # gh does not say what was looked at
    assert "listed_whole" not in found  # gh stops at its limit without a word
    place = item(gathered, REVIEWS).place("/changes/0")
    assert (place.path, place.line) == ("sources/prs.json", 2)
    assert not problems(gathered)


@pytest.mark.parametrize(
    ("reviews", "outcome", "reason"),
    [
        ([review()], "reviewed", None),
        ([review(at=AFTER)], "not reviewed", "what others said of it came after the merge"),
        ([review("ann")], "not reviewed", "only its author spoke for it"),
        ([review(state="COMMENTED")], "not reviewed", "nobody approved it"),
        ([review(state="DISMISSED")], "not reviewed", "the last word of each reviewer was not an approval"),
        ([], "not reviewed", "nobody approved it"),
        # An app may approve, and gh does not tell it from a person who is no member.
        ([review(association="NONE")], "unknown", "nothing tells whether by a person or by a program"),
        ([review(association=None)], "unknown", "nothing tells whether by a person or by a program"),
        ([review("app", association="NONE"), review()], "reviewed", None),
        ([review()] * 100, "unknown", "holds as many reviews as `gh` stops at (100)"),
        (None, "unknown", "its reviews are not among the answers"),
    ],
)
def test_what_counts_as_a_review_in_an_export(tmp_path, reviews, outcome, reason):
    [change] = reviewed(tmp_path, pull(reviews=reviews))["changes"]
    assert change["outcome"] == outcome
    assert reason is None or reason in change["reason"]


def test_a_verdict_without_reviews_is_no_review(tmp_path):
    bare = pull(reviewDecision="APPROVED", latestReviews=[review()])
    del bare["reviews"]
    [change] = reviewed(tmp_path, bare)["changes"]
    assert change["outcome"] == "unknown"


def test_whether_authors_are_programs_is_told_or_left_out(tmp_path):
    bot = {"is_bot": True, "login": "app/deps"}
    assert reviewed(tmp_path / "1", pull(), pull(5, author=bot))["by_programs"] == 1
    assert "by_programs" not in reviewed(tmp_path / "2", pull(), pull(5, author={"login": "cy"}))
    [change] = reviewed(tmp_path / "3", pull(author={"login": ""}))["changes"]
    assert "author is not told" in change["reason"]


@pytest.mark.parametrize("field", ["mergedAt", "baseRefName"])
def test_an_export_without_a_field_that_decides_says_how_to_make_one(tmp_path, field):
    row = pull()
    del row[field]
    gathered = read(tmp_path, {"prs.json": [row]}, provides=(REVIEWS,))
    assert not gathered.result.items
    [reason] = told(gathered, REVIEWS, "unreadable")
    assert f"was exported without {field}" in reason
    assert "gh pr list" in reason


def test_commits_beside_an_export_without_merge_commits_stay_unknown(tmp_path):
    commits = [commit("merge4", MERGED, "old", "head4"), commit("old", "2026-08-01T00:00:00Z")]
    for name, row, expected in [("1", pull(), (1, 0, 0)), ("2", pull(mergeCommit=None), (1, 0, 1))]:
        files = {
            "prs.json": wrapped("gh pr list --state merged", [row], whole=True),
            "commits.json": wrapped("/repos/acme/triage/commits", commits),
        }
        found = facts(read(tmp_path / name, files, provides=(REVIEWS,)), REVIEWS)
        assert (found["commits"], found["without_pull"], found["pull_unknown"]) == expected


def test_runs(tmp_path):
    rows = [run(), run(10, conclusion="", status="in_progress"), run(11, startedAt="0001-01-01T00:00:00Z")]
    found = facts(read(tmp_path, {"runs.json": rows}, provides=(RUNS,)), RUNS)
    assert found["by_conclusion"] == {"not over": 1, "success": 2}
    assert {one["started"] for one in found["runs"]} == {MERGED}
    first = next(one for one in found["runs"] if one["run"] == 9)
    assert (first["workflow"], first["branch"], first["event"], first["commit"]) == ("CI", "main", "push", "c0ffee")
    assert "job" not in first


def test_jobs_of_one_run(tmp_path):
    job = {"databaseId": 1, "name": "evals", "status": "completed", "conclusion": "failure", "startedAt": MERGED}
    found = facts(read(tmp_path, {"run.json": run(jobs=[job])}, provides=(RUNS,)), RUNS)
    assert [(one["job"], one["conclusion"], one["workflow"]) for one in found["runs"]] == [("evals", "failure", "CI")]


def test_releases_without_their_files(tmp_path):
    rows = [
        release(),
        release("v2.0", isDraft=True, publishedAt=None),
        release("v3.0", publishedAt="2027-01-01T00:00:00Z"),
    ]
    gathered = read(tmp_path, {"releases.json": rows}, provides=(RELEASES,))
    found = facts(gathered, RELEASES)
    assert [(one["tag"], one["draft"]) for one in found["releases"]] == [("v1.0", False), ("v2.0", True)]
    assert not {"assets", "assets_with_digest", "immutable"} & found["releases"][0].keys()
    assert "repository" not in found  # gh release list names none
    assert any("published after the as-of time" in reason for reason in told(gathered, RELEASES))


def test_one_release_with_its_files(tmp_path):
    one = release(assets=[{"name": "a", "digest": "sha256:1"}, {"name": "b"}], isImmutable=True)
    [found] = facts(read(tmp_path, {"r.json": one}, provides=(RELEASES,)), RELEASES)["releases"]
    assert (found["assets"], found["assets_with_digest"], found["immutable"]) == (2, 1, True)


def test_a_command_in_the_wrapper_dates_an_export_and_names_an_empty_one(tmp_path):
    files = {
        "r.json": wrapped("gh release list --json tagName", [release()]),
        "p.json": wrapped("gh pr list --state merged", [], whole=True),
    }
    gathered = read(tmp_path, files, provides=(RELEASES, REVIEWS))
    assert item(gathered, RELEASES).effective.end.isoformat() == "2026-11-22T11:00:00+00:00"
    found = facts(gathered, REVIEWS)
    assert (found["merged"], found["listed_whole"], found["by_programs"]) == (0, True, 0)
    bare = read(tmp_path / "bare", {"p.json": []}, provides=(REVIEWS,))
    assert "is an empty list, and nothing says of what" in told(bare, REVIEWS)[0]


def test_issues_and_other_lists_of_gh_are_no_answers(tmp_path):
    files = {
        "issues.json": [{"number": 4, "title": "x", "state": "CLOSED", "closedAt": MERGED, "author": {"login": "ann"}}],
        "workflows.json": [{"id": 1, "name": "CI", "state": "active"}],
        "repos.json": [{"nameWithOwner": "acme/triage", "isPrivate": True}],
    }
    gathered = read(tmp_path, files, provides=(REVIEWS, RUNS, RELEASES))
    assert not gathered.result.items
    assert all("is no answer of GitHub or GitLab" in problem.reason for problem in problems(gathered, "not-counted"))


def test_pull_requests_of_several_repositories_are_told_apart(tmp_path):
    other = pull(5, url="https://github.com/acme/other/pull/5")
    gathered = read(tmp_path, {"a.json": [pull()], "b.json": [other]}, provides=(REVIEWS,))
    assert "answers about several repositories" in told(gathered, REVIEWS)[0]


def test_glab_prints_the_names_of_the_rest_api(tmp_path):
    merge_request = {
        "id": 84,
        "iid": 14,
        "state": "merged",
        "merged_at": MERGED,
        "author": {"id": 1, "username": "ann", "name": "Ann"},
        "target_branch": "main",
        "source_branch": "w",
        "sha": "a",
        "web_url": "https://gitlab.example.com/acme/triage/-/merge_requests/14",
    }
    approvals = {
        "iid": 14,
        "approvals_required": 1,
        "approved_by": [{"user": {"username": "ben"}, "approved_at": BEFORE}],
    }
    pipeline = {
        "id": 3,
        "sha": "c",
        "ref": "main",
        "status": "success",
        "source": "push",
        "created_at": MERGED,
        "web_url": "https://gitlab.example.com/acme/triage/-/pipelines/3",
    }
    files = {
        "mrs.json": wrapped("glab mr list --merged --output json", [merge_request]),
        "of-14.json": wrapped("/projects/acme%2Ftriage/merge_requests/14/approvals", approvals),
        "ci.json": [pipeline],
    }
    gathered = read(tmp_path, files, provides=(REVIEWS, RUNS))
    assert (facts(gathered, REVIEWS)["reviewed"], facts(gathered, RUNS)["total"]) == (1, 1)


# --- hostile

ODD = [None, True, -7, 1.5, "", "text", [], [[]], [None], [1], {}, {"a": 1}, {"nodes": 3}, {"login": []}, "9" * 5000]
ROWS = {"pull": (pull, REVIEWS), "run": (run, RUNS), "release": (release, RELEASES)}


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("name", ROWS)
def test_odd_values_at_each_member_are_a_result_and_no_crash(tmp_path, name, odd):
    make, type_ = ROWS[name]
    for member in [*make(), "assets", "releaseAssets", "jobs"]:
        gathered = read(tmp_path / member, {"x.json": [make(), make(**{member: odd})]}, provides=(type_,))
        assert gathered.result.items or gathered.result.problems


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("member", ["author", "authorAssociation", "state", "submittedAt", "commit"])
def test_odd_values_in_reviews_are_no_crash(tmp_path, member, odd):
    found = reviewed(tmp_path, pull(reviews=[{**review(), member: odd}]))
    assert found["merged"] == 1
