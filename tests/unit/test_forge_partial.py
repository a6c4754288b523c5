"""A list that was asked for in part is not the whole; answers that differ count by their age, or not at all."""

import pytest

from support.forges import facts, protection, pull, read, review, told, wrapped

ROOT, PROJECT = "/repos/acme/triage", "/projects/acme%2Ftriage"
MERGED, BEFORE = "2026-10-10T12:00:00Z", "2026-10-10T11:00:00Z"
OLD, NEW = "2026-11-12T00:00:00Z", "2026-11-18T00:00:00Z"
REVIEWS, RUNS, ALERTS = "change_reviews", "ci_runs", "security_alerts"
MAIN = {"branch": "main"}


def alert(number=1, state="open", **more):
    return {
        "number": number,
        "state": state,
        "security_advisory": {"severity": "critical"},
        "dependency": {},
        "created_at": "2026-10-01T00:00:00Z",
        **more,
    }


def gh_pull(reviews, **more):
    return {
        "number": 4,
        "url": "https://github.com/acme/triage/pull/4",
        "author": {"login": "ann", "is_bot": False},
        "mergedAt": MERGED,
        "baseRefName": "main",
        "reviews": reviews,
        **more,
    }


def gh_review(login="ben", state="APPROVED", **author):
    said = {"author": {"login": login, **author}, "authorAssociation": "MEMBER", "state": state}
    return {**said, "submittedAt": BEFORE}


def gh_run(conclusion="success", **more):
    return {
        "databaseId": 9,
        "url": "https://github.com/acme/triage/actions/runs/9",
        "workflowName": "CI",
        "headSha": "c0ffee",
        "headBranch": "main",
        "event": "push",
        "conclusion": conclusion,
        "createdAt": MERGED,
        "startedAt": MERGED,
        **more,
    }


def feed(tmp_path, *lists):
    """The only feed of alerts, and what is told of it."""
    files = {f"{index}.json": one for index, one in enumerate(lists)}
    gathered = read(tmp_path, files, provides=(ALERTS,))
    return facts(gathered, ALERTS)["feeds"][0], told(gathered, ALERTS, "not-counted")


# --- lists that were asked for in part


@pytest.mark.parametrize(
    ("endpoint", "named"),
    [
        (f"{ROOT}/dependabot/alerts?state=fixed", "'state'"),
        (f"{ROOT}/dependabot/alerts?severity=low&state=open", "'severity'"),
        (f"{ROOT}/dependabot/alerts?ecosystem=", "'ecosystem'"),
        (f"{ROOT}/dependabot/alerts?page=9", "page 1"),
        (f"{ROOT}/dependabot/alerts?after=abc", "page 1"),
        (f"{ROOT}/dependabot/alerts?page=x", "page 1"),
        (f"{ROOT}/code-scanning/alerts?tool_name=lint&ref=refs/heads/x", "'tool_name'"),
        (f"{PROJECT}/vulnerabilities?state=resolved", "'state'"),
        (f"gh api {ROOT}/dependabot/alerts -X GET -f state=fixed", "'state'"),
    ],
)
def test_alerts_that_were_asked_for_in_part_have_no_count_of_open_ones(tmp_path, endpoint, named):
    if endpoint.startswith("gh "):
        found, reasons = feed(tmp_path, wrapped(endpoint, [alert(state="fixed")], whole=True))
    else:
        found, reasons = feed(tmp_path, wrapped(endpoint, [], whole=True))
    assert ("open" in found, found["listed_whole"]) == (False, False)
    assert len(reasons) == 1
    assert named in reasons[0]


@pytest.mark.parametrize(
    "query", ["", "?state=open&per_page=100&sort=updated&direction=asc", "?page=1", "?state=open,fixed"]
)
def test_alerts_that_were_asked_for_whole_count(tmp_path, query):
    found, reasons = feed(tmp_path, wrapped(f"{ROOT}/dependabot/alerts{query}", [alert()], whole=True))
    assert (found["open"], found["listed_whole"], reasons) == ({"critical": 1}, True, [])
    assert ("closed" in found) == (query != "?state=open&per_page=100&sort=updated&direction=asc")


def test_a_part_beside_the_whole_list_takes_nothing_away(tmp_path):
    lists = [wrapped(f"{ROOT}/dependabot/alerts{query}", [alert()], whole=True) for query in ("", "?severity=critical")]
    found, reasons = feed(tmp_path, *lists)
    assert (found["open"], found["listed_whole"], reasons) == ({"critical": 1}, True, [])


@pytest.mark.parametrize(("numbers", "is_whole"), [((1, 2), True), ((1, 3), False), ((2, 3), False)])
def test_pages_count_together(tmp_path, numbers, is_whole):
    lists = [wrapped(f"{ROOT}/dependabot/alerts?page={one}", [alert(one)], whole=True) for one in numbers]
    assert feed(tmp_path, *lists)[0]["listed_whole"] is is_whole


@pytest.mark.parametrize(
    ("endpoint", "options", "is_whole"),
    [
        ("gh pr list --state merged --limit 500 --json number,url -R acme/triage", {}, True),
        ("gh pr list -s all -B main", MAIN, True),
        ("gh pr list --state merged --search review:approved", {}, False),
        ("gh pr list --state merged --author bo", {}, False),
        ("gh pr list --state merged --base other", MAIN, False),
        ("gh pr list --state merged --limit 1", {}, False),
        ("gh pr list --state merged --jq '.[0:1]'", {}, False),
        ("gh pr list --state 'merged", {}, False),
        ("gh pr list --state open", {}, False),
        ("gh search prs --merged", {}, False),
    ],
)
def test_what_a_command_for_pull_requests_leaves_out(tmp_path, endpoint, options, is_whole):
    saved = wrapped(endpoint, [gh_pull([gh_review()])], whole=True)
    gathered = read(tmp_path, {"a.json": saved}, provides=(REVIEWS,), options=options)
    assert facts(gathered, REVIEWS)["listed_whole"] is is_whole
    assert bool(told(gathered, REVIEWS, "not-counted")) is not is_whole


@pytest.mark.parametrize(
    ("query", "is_whole"),
    [("?state=closed&base=main&sort=updated", True), ("?state=closed&head=acme:work", False), ("?state=open", False)],
)
def test_what_a_list_of_pull_requests_leaves_out(tmp_path, query, is_whole):
    saved = wrapped(f"{ROOT}/pulls{query}", [pull(4, MERGED)], whole=True)
    assert facts(read(tmp_path, {"a.json": saved}, provides=(REVIEWS,)), REVIEWS)["listed_whole"] is is_whole


def test_an_empty_list_of_pull_requests_without_a_state_shows_no_merged_ones(tmp_path):
    saved = wrapped(f"{ROOT}/pulls", [], whole=True)
    assert facts(read(tmp_path, {"a.json": saved}, provides=(REVIEWS,)), REVIEWS)["listed_whole"] is False


@pytest.mark.parametrize("query", ["approved_by_usernames[]=bo", "state=closed", "updated_after=2026-11-01T00:00:00Z"])
def test_what_a_list_of_merge_requests_leaves_out(tmp_path, query):
    saved = wrapped(f"{PROJECT}/merge_requests?state=merged&{query}", [], whole=True)
    assert facts(read(tmp_path, {"a.json": saved}, provides=(REVIEWS,)), REVIEWS)["listed_whole"] is False


@pytest.mark.parametrize(
    ("query", "options", "is_whole"),
    [
        ("created=>=2026-08-24", {}, True),
        ("created=2026-08-01..2026-11-22", {}, True),
        ("created=2026-11-01..2026-11-22", {}, False),
        ("created=2026-08-01..2026-10-01", {}, False),
        ("created=*", {}, False),
        ("branch=main", MAIN, True),
        ("branch=main", {}, False),
        ("status=success", {}, False),
    ],
)
def test_a_count_of_runs_is_of_the_list_as_it_was_asked_for(tmp_path, query, options, is_whole):
    body = {"total_count": 0, "workflow_runs": []}
    gathered = read(
        tmp_path, {"a.json": wrapped(f"{ROOT}/actions/runs?{query}", body)}, provides=(RUNS,), options=options
    )
    assert facts(gathered, RUNS)["listed_whole"] is is_whole


@pytest.mark.parametrize(("flags", "is_whole"), [("-L 50", True), ("--status success", False), ("-w CI", False)])
def test_what_a_command_for_runs_leaves_out(tmp_path, flags, is_whole):
    saved = wrapped(f"gh run list {flags}", [gh_run()], whole=True)
    assert facts(read(tmp_path, {"a.json": saved}, provides=(RUNS,)), RUNS)["listed_whole"] is is_whole


# --- answers that differ


@pytest.mark.parametrize("names", [("a.json", "b.json"), ("b.json", "a.json")])
def test_the_newest_answer_on_a_run_counts_whatever_its_file_is_called(tmp_path, names):
    runs = [gh_run(), gh_run("failure")]
    cases = {
        "fetched": [wrapped("gh run list", [one], fetched_at=at) for one, at in zip(runs, (OLD, NEW), strict=True)],
        "attempt": [[gh_run(attempt=1)], [gh_run("failure", attempt=2)]],
        "updated": [[gh_run(updatedAt=MERGED)], [gh_run("failure", updatedAt=OLD)]],
    }
    for case, bodies in cases.items():
        gathered = read(tmp_path / case, dict(zip(names, bodies, strict=True)), provides=(RUNS,))
        assert facts(gathered, RUNS)["by_conclusion"] == {"failure": 1}, case
        assert not told(gathered, RUNS, "unreadable")


def test_runs_that_end_differently_without_a_time_are_unreadable(tmp_path):
    gathered = read(tmp_path, {"a.json": [gh_run("failure")], "b.json": [gh_run()]}, provides=(RUNS,))
    assert facts(gathered, RUNS)["total"] == 0
    assert len(told(gathered, RUNS, "unreadable")) == 2


@pytest.mark.parametrize("names", [("a.json", "b.json"), ("b.json", "a.json")])
@pytest.mark.parametrize("later", [[], [gh_review(state="DISMISSED")]])
def test_the_newest_answer_on_reviews_counts(tmp_path, names, later):
    command = "gh pr list --state merged"
    bodies = {
        "fetched": [
            wrapped(command, [gh_pull([gh_review()])], fetched_at=OLD),
            wrapped(command, [gh_pull(later)], fetched_at=NEW),
        ],
        "updated": [[gh_pull([gh_review()], updatedAt=OLD)], [gh_pull(later, updatedAt=NEW)]],
    }
    for case, pair in bodies.items():
        found = facts(read(tmp_path / case, dict(zip(names, pair, strict=True)), provides=(REVIEWS,)), REVIEWS)
        assert (found["merged"], found["judged"], found["reviewed"]) == (1, 1, 0), case


def test_reviews_that_differ_without_a_time_are_unreadable(tmp_path):
    files = {"a.json": [gh_pull([gh_review()])], "b.json": [gh_pull([])]}
    gathered = read(tmp_path, files, provides=(REVIEWS,))
    [change] = facts(gathered, REVIEWS)["changes"]
    assert change["outcome"] == "unknown"
    assert "answers differ in who reviewed it" in change["reason"]
    assert len(told(gathered, REVIEWS, "unreadable")) == 2


def test_a_change_that_is_told_differently_without_a_time_is_unreadable(tmp_path):
    files = {"a.json": [gh_pull([gh_review()])], "b.json": [gh_pull([gh_review()], author={"login": "ben"})]}
    gathered = read(tmp_path, files, provides=(REVIEWS,))
    assert facts(gathered, REVIEWS)["merged"] == 0
    assert any("change 4" in reason for reason in told(gathered, REVIEWS, "unreadable"))


def test_an_alert_in_several_answers_counts_once_as_its_newest_has_it(tmp_path):
    older = wrapped(f"{ROOT}/dependabot/alerts?state=open", [alert(), alert(2)], whole=True, fetched_at=OLD)
    newer = wrapped(f"{ROOT}/dependabot/alerts?state=fixed", [alert(state="fixed")], whole=True, fetched_at=NEW)
    found, _ = feed(tmp_path, newer, older)
    assert (found["open"], found["closed"]) == ({"critical": 1}, {"fixed": 1})
    found, _ = feed(tmp_path / "bare", [alert(state="fixed")], [alert()])
    assert (found["open"], found["closed"]) == ({"critical": 1}, {})  # nothing tells that it is dealt with


# --- who speaks, and of what


@pytest.mark.parametrize(
    "one", [gh_review("deps[bot]"), gh_review("app/deps"), gh_review("deps", is_bot=True)], ids=["name", "app", "told"]
)
def test_an_approval_of_a_program_that_belongs_to_the_repository_is_none_of_a_person(tmp_path, one):
    found = facts(read(tmp_path, {"a.json": [gh_pull([one])]}, provides=(REVIEWS,)), REVIEWS)
    assert (found["judged"], found["reviewed"]) == (1, 0)


@pytest.mark.parametrize(
    ("who", "reviewed"),
    [("project_7_bot_ab12", 0), ("group_12_bot", 0), ("project_7_bot2", 0), ("project_7_both", 1), ("ben", 1)],
)
def test_users_that_gitlab_makes_for_tokens_are_programs(tmp_path, who, reviewed):
    merged = {
        "iid": 1,
        "target_branch": "main",
        "source_branch": "w",
        "merged_at": MERGED,
        "author": {"username": "ann"},
    }
    approvals = {"iid": 1, "approved_by": [{"user": {"username": who}, "approved_at": BEFORE}]}
    files = {
        "m.json": wrapped(f"{PROJECT}/merge_requests?state=merged", [merged]),
        "a.json": wrapped(f"{PROJECT}/merge_requests/1/approvals", approvals),
    }
    assert facts(read(tmp_path, files, provides=(REVIEWS,)), REVIEWS)["reviewed"] == reviewed


def test_reviews_of_another_pull_request_are_unreadable(tmp_path):
    files = {
        "p.json": wrapped(f"{ROOT}/pulls?state=closed", [pull(4, MERGED)]),
        "r.json": wrapped(f"{ROOT}/pulls/4/reviews", [review(5, "ben", "APPROVED", BEFORE)]),
    }
    gathered = read(tmp_path, files, provides=(REVIEWS,))
    assert facts(gathered, REVIEWS)["changes"][0]["outcome"] == "unknown"
    assert any("speaks of change 5" in reason for reason in told(gathered, REVIEWS, "unreadable"))


@pytest.mark.parametrize(("branch", "rules"), [("main", 1), ("release%2F1", 0)])
def test_a_protection_of_another_branch_is_unreadable(tmp_path, branch, rules):
    saved = wrapped(f"{ROOT}/branches/{branch}/protection", protection())
    gathered = read(tmp_path, {"a.json": saved}, provides=("branch_protection",))
    found = [rule for one in gathered.result.items for rule in one.facts["rules"]]
    assert len(found) == rules
    assert any("is that of 'main'" in one for one in told(gathered, "branch_protection", "unreadable")) is not bool(
        rules
    )
