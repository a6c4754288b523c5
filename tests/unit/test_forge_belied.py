"""What an answer, its command or its form takes back of what is said of it: counts, scopes, accounts, rulesets."""

import pytest

from support.forges import facts, pull, read, review, ruleset, told, user, wrapped
from tieout.collectors.forge.commands import repository_of

ROOT, PROJECT = "/repos/acme/triage", "/projects/acme%2Ftriage"
AT, BEFORE, MERGED = "2026-10-02T08:00:00Z", "2026-10-10T11:00:00Z", "2026-10-10T12:00:00Z"
RUNS, REVIEWS, ENVIRONMENTS, RULES = "ci_runs", "change_reviews", "deployment_environments", "branch_protection"


def runs(count, *numbers):
    """A list of runs, and how many the forge says there are."""
    rows = [
        {"id": one, "head_sha": "c0ffee", "name": "CI", "conclusion": "success", "created_at": AT} for one in numbers
    ]
    return {"total_count": count, "workflow_runs": rows}


def checks(count, *numbers):
    """The checks of one commit."""
    rows = [{"id": one, "head_sha": "c0ffee", "name": f"c{one}", "started_at": AT} for one in numbers]
    return {"total_count": count, "check_runs": rows}


def seen(tmp_path, type_, *answers):
    """Whether a list is said to be whole, and why it does not count."""
    gathered = read(tmp_path, {f"{index}.json": one for index, one in enumerate(answers)}, provides=(type_,))
    return facts(gathered, type_).get("listed_whole"), told(gathered, type_, "not-counted")


# --- the forge's own count


@pytest.mark.parametrize("more", [{"whole": True}, {}])
def test_a_list_with_fewer_rows_than_the_forge_counts_is_not_whole_whatever_is_said(tmp_path, more):
    assert seen(tmp_path, RUNS, wrapped(f"{ROOT}/actions/runs", runs(9, 1), **more)) == (
        False,
        ["holds 1 of the 9 rows that the forge counts; so it is not known to hold all of the list"],
    )
    environments = {"total_count": 3, "environments": [{"id": 1, "name": "staging"}]}
    saved = wrapped(f"{ROOT}/environments?per_page=1", environments, **more)
    assert seen(tmp_path / "e", ENVIRONMENTS, saved)[0] is False


def test_a_list_with_more_rows_than_the_forge_counts_contradicts_itself(tmp_path):
    assert seen(tmp_path, RUNS, wrapped(f"{ROOT}/actions/runs", runs(1, 1, 2, 3), whole=True)) == (
        False,
        ["holds 3 rows, more than the 1 that the forge counts; so it is not known to hold all of the list"],
    )
    pages = [wrapped(f"{ROOT}/actions/runs?page={one}", runs(1, one)) for one in (1, 2)]
    assert seen(tmp_path / "pages", RUNS, *pages)[0] is False
    apart = [checks(1, 1), checks(1, 2)]  # bare, of two commits: each is all that was counted
    assert not any("more than" in reason for reason in seen(tmp_path / "bare", RUNS, *apart)[1])


def test_a_list_that_holds_what_the_forge_counts_is_whole(tmp_path):
    assert seen(tmp_path, RUNS, wrapped(f"{ROOT}/actions/runs", runs(2, 1, 2))) == (True, [])
    pages = [wrapped(f"{ROOT}/actions/runs?page={one}", runs(2, one), whole=True) for one in (1, 2)]
    assert seen(tmp_path / "pages", RUNS, *pages) == (True, [])


def test_a_row_that_stands_in_two_pages_is_counted_once(tmp_path):
    pages = [wrapped(f"{ROOT}/actions/runs?page={one}", runs(3, 7, one), whole=True) for one in (1, 2)]
    assert seen(tmp_path, RUNS, *pages) == (True, [])
    again = [wrapped(f"{ROOT}/actions/runs?page={one}", runs(3, 7, 1), whole=True) for one in (1, 2)]
    assert seen(tmp_path / "again", RUNS, *again)[0] is False


def test_the_jobs_of_a_run_that_are_cut_are_told(tmp_path):
    jobs = {"total_count": 2, "jobs": [{"id": 5, "run_id": 1, "name": "a", "head_sha": "c0ffee", "started_at": AT}]}
    answers = [wrapped(f"{ROOT}/actions/runs", runs(1, 1)), wrapped(f"{ROOT}/actions/runs/1/jobs", jobs, whole=True)]
    whole, [reason] = seen(tmp_path, RUNS, *answers)
    assert whole is False
    assert reason.startswith("holds 1 of the 2 rows")


# --- lists of one commit, one workflow, one pipeline


def test_the_checks_of_one_commit_are_never_the_runs_of_a_period(tmp_path):
    one = wrapped(f"{ROOT}/commits/c0ffee/check-runs", checks(1, 1), whole=True)
    whole, [reason] = seen(tmp_path, RUNS, one)
    assert whole is None
    assert "not known what else ran" in reason
    assert seen(tmp_path / "beside", RUNS, one, wrapped(f"{ROOT}/actions/runs", runs(1, 9))) == (True, [])
    cut = wrapped(f"{ROOT}/commits/ab/check-runs", checks(5, 2), whole=True)
    whole, reasons = seen(tmp_path / "cut", RUNS, one, cut)
    assert whole is not True
    assert any("holds 1 of the 5 rows" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("command", "whole"),
    [
        ("gh api repos/acme/triage/actions/runs --paginate", True),
        ("gh api /repos/{owner}/{repo}/actions/runs", True),
        ("gh api repos/acme/triage/actions/workflows/7/runs --paginate", False),
        ("gh api repos/acme/triage/commits/c0ffee/check-runs", False),
    ],
)
def test_a_command_for_a_part_of_the_runs_does_not_give_all(tmp_path, command, whole):
    came, reasons = seen(tmp_path, RUNS, wrapped(command, runs(1, 1), whole=True))
    assert came is whole
    assert any("not where the whole list is" in reason for reason in reasons) is not whole


def test_protected_environments_alone_are_not_all_environments(tmp_path):
    protected = wrapped(f"{PROJECT}/protected_environments", [], whole=True)
    whole, [reason] = seen(tmp_path, ENVIRONMENTS, protected)
    assert whole is None
    assert "not known which others there are" in reason
    plain = wrapped(f"{PROJECT}/environments", [], whole=True)
    assert seen(tmp_path / "both", ENVIRONMENTS, protected, plain) == (True, [])


# --- who approved


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        ({}, "reviewed", None),
        ({"author_association": "OWNER"}, "reviewed", None),
        ({"author_association": "COLLABORATOR"}, "reviewed", None),
        ({"author_association": "NONE"}, "unknown", "member, collaborator or owner"),
        ({"author_association": "CONTRIBUTOR"}, "unknown", "member, collaborator or owner"),
        ({"author_association": None}, "unknown", "member, collaborator or owner"),
        ({"author_association": ["MEMBER"]}, "unknown", "member, collaborator or owner"),
        ({"user": None}, "unknown", "is gone"),
        ({"user": user("ben", type_="Mannequin")}, "unknown", "by a person or by a program"),
        ({"user": user("ben", type_="Bot")}, "not reviewed", "nobody approved it"),
        ({"user": None, "state": "DISMISSED"}, "not reviewed", "not an approval"),
    ],
)
def test_whose_approval_counts(tmp_path, changes, outcome, words):
    one = {**review(4, "ben", "APPROVED", BEFORE), **changes}
    files = {
        "p.json": wrapped(f"{ROOT}/pulls?state=closed", [pull(4, MERGED)], whole=True),
        "r.json": wrapped(f"{ROOT}/pulls/4/reviews", [one]),
    }
    [change] = facts(read(tmp_path, files, provides=(REVIEWS,)), REVIEWS)["changes"]
    assert change["outcome"] == outcome
    assert (words or "") in change.get("reason", "")


def test_a_stranger_beside_a_member_takes_nothing_away(tmp_path):
    said = [review(4, "ben", "APPROVED", BEFORE), review(4, "cy", "APPROVED", BEFORE, author_association="NONE")]
    files = {
        "p.json": wrapped(f"{ROOT}/pulls?state=closed", [pull(4, MERGED)], whole=True),
        "r.json": wrapped(f"{ROOT}/pulls/4/reviews", said),
    }
    assert facts(read(tmp_path, files, provides=(REVIEWS,)), REVIEWS)["reviewed"] == 1


def test_an_approval_of_an_account_of_gitlab_that_is_gone_is_not_nobody(tmp_path):
    merged = {"iid": 1, "target_branch": "main", "source_branch": "w", "merged_at": MERGED}
    files = {
        "m.json": wrapped(f"{PROJECT}/merge_requests?state=merged", [{**merged, "author": {"username": "ann"}}]),
        "a.json": wrapped(
            f"{PROJECT}/merge_requests/1/approvals", {"iid": 1, "approved_by": [{"user": None, "approved_at": BEFORE}]}
        ),
    }
    [change] = facts(read(tmp_path, files, provides=(REVIEWS,)), REVIEWS)["changes"]
    assert (change["outcome"], "is gone" in change["reason"]) == ("unknown", True)


# --- what the command says


GRAPH = 'query($o:String!){repository(owner:$o,name:"%s"){pullRequests(first:9){totalCount nodes{number}}}}'
TRIAGE = GRAPH % "triage"


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("gh pr list -R acme/triage", "acme/triage"),
        ("gh pr list --repo=git.example.com/acme/triage --state merged", "acme/triage"),
        ("gh api repos/acme/triage/pulls?state=closed", "acme/triage"),
        (f"gh api graphql -f o=acme -f query='{TRIAGE}'", "acme/triage"),
        (f"gh api graphql -f query='{TRIAGE}'", ""),
        (f"gh api graphql -F o='{{owner}}' -f query='{TRIAGE}'", ""),
        ("gh api repos/{owner}/{repo}/pulls", ""),
        ("gh pr list", ""),
        ("gh pr list -R", ""),
        ("gh pr list -R 'acme", ""),
        ("gh", ""),
        ("glab mr list -R acme/triage", ""),
        ("", ""),
    ],
)
def test_the_repository_of_a_command(command, named):
    assert "/".join(repository_of(command).values()) == named


@pytest.mark.parametrize("name", ["triage", "other"])
@pytest.mark.parametrize(
    "command", ["gh pr list -R acme/%s --state merged", f"gh api graphql -f o=acme -f query='{GRAPH}'"]
)
def test_an_answer_about_another_repository_than_its_command_is_unreadable(tmp_path, command, name):
    row = {"number": 4, "url": "https://github.com/acme/triage/pull/4", "mergedAt": MERGED, "baseRefName": "main"}
    is_graph = "graphql" in command
    body = {"data": {"repository": {"pullRequests": {"totalCount": 1, "nodes": [row]}}}} if is_graph else [row]
    gathered = read(tmp_path, {"a.json": wrapped(command % name, body)}, provides=(REVIEWS,))
    assert bool(gathered.result.items) is (name == "triage")
    assert any("of another repository" in one for one in told(gathered, REVIEWS, "unreadable")) is (name == "other")


@pytest.mark.parametrize(("hidden", "whole"), [([], True), ([None], False)])
def test_a_row_that_the_forge_does_not_show_is_missing(tmp_path, hidden, whole):
    row = {"number": 4, "url": "https://github.com/acme/triage/pull/4", "mergedAt": MERGED, "baseRefName": "main"}
    ends = {"hasPreviousPage": False, "hasNextPage": False}
    body = {"data": {"repository": {"pullRequests": {"pageInfo": ends, "nodes": [row, *hidden]}}}}
    command = f"gh api graphql -f o=acme -f query='{TRIAGE}'"
    came, reasons = seen(tmp_path, REVIEWS, wrapped(command, body))
    assert came is whole
    assert any("did not show" in reason for reason in reasons) is not whole


def test_a_filter_on_reviews_is_said_of_the_reviews_alone(tmp_path):
    row = {"number": 4, "url": "https://github.com/acme/triage/pull/4", "mergedAt": MERGED, "baseRefName": "main"}
    row |= {"author": {"login": "ann", "__typename": "User"}, "reviews": {"totalCount": 0, "nodes": []}}
    query = TRIAGE.replace("number", "number reviews(first:5,states:APPROVED){totalCount}")
    body = {"data": {"repository": {"pullRequests": {"totalCount": 1, "nodes": [row]}}}}
    came, [reason] = seen(tmp_path, REVIEWS, wrapped(f"gh api graphql -f o=acme -f query='{query}'", body))
    assert came is True
    assert reason.startswith("a list of reviews was asked for with 'states'")


# --- rulesets of no branch


@pytest.mark.parametrize(
    ("names", "enforced"),
    [
        ({"include": ["~DEFAULT_BRANCH"], "exclude": []}, True),
        ({"include": ["~ALL"], "exclude": ["refs/heads/old"]}, True),
        ({"include": [], "exclude": []}, False),
        ({"include": [], "exclude": ["refs/heads/main"]}, False),
        ({"include": ["refs/heads/main"], "exclude": ["refs/heads/main"]}, False),
        ({"include": ["~ALL"], "exclude": ["~ALL"]}, False),
        ({"include": {}}, True),  # says nothing of branches
        ({}, True),
    ],
)
def test_a_ruleset_of_no_branch_protects_nothing_and_is_told(tmp_path, names, enforced):
    saved = wrapped(f"{ROOT}/rulesets/7", ruleset(conditions={"ref_name": names}))
    gathered = read(tmp_path, {"r.json": saved}, provides=(RULES,))
    [rule] = facts(gathered, RULES)["rules"]
    assert rule["enforced"] is enforced
    assert any("is of no branch" in one for one in told(gathered, RULES, "not-counted")) is not enforced
