"""The client against a server on loopback: paging, limits, retries, moves, floods, drips; where the token goes."""

import json
import socket
import threading
import time
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from support.collecting import problems
from support.forges import (
    DATE,
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
from tieout.collectors.asking.limits import Limits
from tieout.collectors.asking.reach import Reach
from tieout.kernel.errors import ConfigError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

REPOSITORY = {"full_name": "acme/triage", "default_branch": "main", "owner": {"login": "acme"}}
ROOT = "/repos/acme/triage"
RELEASES = ("forge_releases",)


def release(number: int) -> dict[str, object]:
    return {"tag_name": f"v{number}", "draft": False, "assets": [], "published_at": "2026-10-01T00:00:00Z"}


class Pauses:
    """Notes how long was waited, without waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def reach(pauses: Pauses | None = None, **limits: object) -> Reach:
    return Reach(pause=pauses or Pauses(), limits=replace(Limits(), **limits))


def always(*answers: Answered):
    """Gives the answers in turn, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


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


def paged(pages: int, *, header: str = "link"):
    def play(asked: Asked) -> Answered:
        page = int(asked.path.rpartition("&page=")[2]) if "&page=" in asked.path else 1
        following = {}
        if page < pages and header == "link":
            address = f"http://{asked.headers['host']}{ROOT}/releases?per_page=100&page={page + 1}"
            following = {"Link": f'<{address}>; rel="next", <{address}>; rel="last"'}
        elif page < pages:
            following = {"X-Next-Page": str(page + 1)}
        return Answered([release(page)], headers=following)

    return play


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


# --- limits and retries


def test_a_rate_limit_is_waited_for_as_long_as_the_forge_says(tmp_path):
    reset = int(parsedate_to_datetime(DATE).timestamp()) + 40
    limited = Answered(
        {"message": "API rate limit exceeded"},
        403,
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)},
    )
    pauses = Pauses()
    with serving(always(limited, Answered([release(1)]))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(pauses))
    assert facts(gathered, "forge_releases")["total"] == 1
    assert pauses.seconds == [41]


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        (Answered({"message": "x"}, 429, {"Retry-After": "7"}), 7),
        (Answered({"message": "x"}, 403, {"Retry-After": "9"}), 9),
        (Answered({"message": "x"}, 429, {"Retry-After": "Sun, 22 Nov 2026 11:00:21 GMT"}), 21),
        (Answered({"message": "You have exceeded a secondary rate limit."}, 403), 60),
        (Answered({"message": "x"}, 502), 1),
        (Answered(b"<html>", 503), 1),
    ],
)
def test_what_may_be_answered_later_is_asked_again(tmp_path, refusal, seconds):
    pauses = Pauses()
    with serving(always(refusal, Answered([release(1)]))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(pauses))
    assert facts(gathered, "forge_releases")["total"] == 1
    assert pauses.seconds == [seconds]


def test_waits_grow_to_a_cap_and_are_the_same_each_time(tmp_path):
    runs = []
    for turn in range(2):
        pauses = Pauses()
        with serving(always(Answered({"message": "x"}, 500))) as server:
            gathered = fetched(tmp_path / str(turn), server.base, provides=RELEASES, reach=reach(pauses, attempts=8))
            assert len(server.asked) == 8
        runs.append(pauses.seconds)
        [reason] = told(gathered, "forge_releases")
        assert reason == "the forge failed (status 500) ('x'); run again later"
    assert runs[0] == runs[1] == [1, 2, 4, 8, 16, 30, 30]


def test_a_limit_that_lasts_too_long_ends_the_source_at_once(tmp_path):
    pauses = Pauses()
    limited = Answered({"message": "slow down"}, 429, {"Retry-After": "86400"})
    with serving(always(limited)) as server:
        gathered = fetched(tmp_path, server.base, provides=("forge_releases", "security_alerts"), reach=reach(pauses))
        assert len(server.asked) == 1
    assert pauses.seconds == []
    assert not gathered.result.items
    assert told(gathered, "forge_releases") == [
        "the forge took no more requests ('slow down'); run again later, or narrow the period"
    ]
    assert all("was not asked: the server takes no more" in reason for reason in told(gathered, "security_alerts"))


def test_a_connection_that_breaks_is_tried_again(tmp_path):
    pauses = Pauses()
    with serving(always(Answered([release(1)], cut=True), Answered([release(1)]))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(pauses))
    assert facts(gathered, "forge_releases")["total"] == 1
    assert pauses.seconds == [1]


def test_a_server_that_is_not_there_is_one_sentence(tmp_path):
    with serving(always(Answered([]))) as server:
        gone = server.base
    gathered = fetched(tmp_path, gone, provides=("forge_releases", "rbac_export"), reach=reach(attempts=2))
    assert told(gathered, "forge_releases") == [
        "the server could not be reached or broke off (no connection) (run again later, or read saved answers)"
    ]
    assert all("was not asked" in reason for reason in told(gathered, "rbac_export"))


def test_requests_and_time_of_a_source_are_bounded(tmp_path):
    with serving(paged(10**6)) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(requests=3))
        assert len(server.asked) == 3
    assert told(gathered, "forge_releases") == ["was not asked: the 3 requests of this source are made"]
    ticks = iter(range(0, 10**6, 10))
    late = Reach(pause=lambda _: None, clock=lambda: float(next(ticks)), limits=Limits(seconds=100))
    with serving(paged(10**6)) as server:
        gathered = fetched(tmp_path / "2", server.base, provides=RELEASES, reach=late)
        assert len(server.asked) < 10
    assert "the 100 seconds of this source are over" in told(gathered, "forge_releases")[0]


# --- what a server may do to a reader


def test_a_flood_is_cut_at_the_cap(tmp_path):
    with serving(always(Answered(b"[" + b" " * 3_000_000 + b"]"))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(bytes=1_000_000))
    assert told(gathered, "forge_releases") == ["is answered with more than 1,000,000 bytes"]


def test_a_packed_answer_is_not_unpacked(tmp_path):
    with serving(always(Answered(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES)
    assert told(gathered, "forge_releases") == ["is answered in a packed form that was not asked for"]


def test_a_drip_ends_with_its_request_time(tmp_path):
    started = time.monotonic()
    with serving(always(Answered([release(1)] * 50, drip=0.05))) as server:
        slow = reach(request_seconds=0.4, attempts=2)
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=slow)
        assert time.monotonic() - started < 5
    assert "could not be reached or broke off" in told(gathered, "forge_releases")[0]


def test_silence_ends_with_its_limit(tmp_path):
    def play(_: Asked) -> Answered:
        time.sleep(1)
        return Answered([])

    started = time.monotonic()
    with serving(play) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=reach(idle_seconds=0.2, attempts=1))
        assert time.monotonic() - started < 3
    assert "no answer in time" in told(gathered, "forge_releases")[0]


def test_headers_that_drip_end_with_their_request_time(tmp_path):
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            while not stop.is_set():
                try:
                    connection.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    started = time.monotonic()
    try:
        slow = reach(request_seconds=0.5, attempts=1)
        gathered = fetched(tmp_path, f"http://127.0.0.1:{server.getsockname()[1]}", provides=RELEASES, reach=slow)
    finally:
        stop.set()
        server.close()
        thread.join(5)
    assert time.monotonic() - started < 4
    assert "could not be reached or broke off" in told(gathered, "forge_releases")[0]


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b'{"a":1', b"[" * 10_000, b"null", b'[{"tag_name": 5}]'])
def test_what_is_no_answer_is_unreadable(tmp_path, body):
    with serving(always(Answered(body))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES)
    assert not gathered.result.items
    [problem] = problems(gathered)
    assert (problem.status, problem.place.path) == ("unreadable", "repos/acme/triage/releases")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "the forge does not accept the token, or wants one ('Bad credentials'); it needs 'Contents: read'"),
        (403, "the forge refuses to show it to this token ('Bad credentials'); it needs 'Contents: read'"),
        (404, "the forge says that it is not there, or hides it from this token ('Bad credentials'); to see it needs"),
        (451, "the forge refused the request (status 451)"),
    ],
)
def test_a_refusal_is_a_plain_sentence_and_never_none(tmp_path, status, words):
    with serving(always(Answered({"message": "Bad credentials"}, status))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES)
        assert len(server.asked) == 1
    assert not gathered.result.items
    assert told(gathered, "forge_releases", "unreadable")[0].startswith(words)


def test_where_the_repository_itself_is_hidden_nothing_more_is_asked(tmp_path):
    provides = ("branch_protection", "change_reviews")
    with serving(always(Answered({"message": "Not Found"}, 404))) as server:
        gathered = fetched(tmp_path, server.base, provides=provides)
        assert len(server.asked) == 1
    assert told(gathered, "change_reviews", "unreadable")
    assert told(gathered, "branch_protection", "unreadable")


# --- where it may go


def test_a_move_on_the_same_server_is_followed_and_one_to_another_is_not(tmp_path):
    with serving(always(Answered([]))) as other:

        def play(asked: Asked) -> Answered:
            if asked.path.startswith("/repositories/"):
                return Answered([release(1)])
            target = f"{other.base}/x" if "teams" in asked.path else "/repositories/5/releases?per_page=100"
            return Answered({"message": "Moved"}, 301, {"Location": target})

        with serving(play) as server:
            gathered = fetched(tmp_path, server.base, provides=("forge_releases",))
            assert facts(gathered, "forge_releases")["total"] == 1
        with serving(lambda _: Answered(None, 302, {"Location": f"{other.base}/steal"})) as server:
            gathered = fetched(tmp_path / "2", server.base, provides=RELEASES)
        assert "is moved to another server" in told(gathered, "forge_releases", "unreadable")[0]
        with serving(lambda _: Answered(None, 302, {"Location": "/again"})) as server:
            gathered = fetched(tmp_path / "3", server.base, provides=RELEASES)
            assert len(server.asked) == 4
        assert "is moved more than 3 times" in told(gathered, "forge_releases", "unreadable")[0]
        assert other.asked == []


@pytest.mark.parametrize(
    ("api", "format_", "environment", "words"),
    [
        ("https://evil.example", "github", {"GITHUB_TOKEN": TOKEN}, "nothing outside the configuration vouches for"),
        ("http://127.0.0.1:9", "github", {"GITHUB_TOKEN": TOKEN}, "nothing outside the configuration vouches for"),
        ("https://api.github.com.evil.example", "github", {}, "vouches for"),
        ("https://gitlab.com/api/v4", "github", {}, "vouches for"),
        ("https://ghe.example/api", None, {"GH_HOST": "ghe.example"}, "does not tell whether GitHub or GitLab"),
        ("https://api.github.com", None, {"repository": None}, "options.repository is missing"),
        ("https://api.github.com", None, {"repository": "a/b/c"}, "is not OWNER/NAME"),
    ],
)
def test_a_configuration_alone_sends_a_token_nowhere(tmp_path, api, format_, environment, words):
    options = {"repository": environment.pop("repository")} if "repository" in environment else {}
    with pytest.raises(ConfigError) as caught:
        fetched(tmp_path, api, format=format_, environment=environment, **options)
    assert words in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_without_a_token_it_is_said_that_only_the_public_was_shown(tmp_path):
    with serving(always(Answered([release(1)]))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, environment={"GITHUB_API_URL": server.base})
        assert "authorization" not in server.asked[0].headers
    assert "was asked without a token" in problems(gathered, "not-counted")[0].reason


def test_the_token_stands_in_nothing_that_is_kept_or_told(tmp_path, caplog):
    caplog.set_level("DEBUG")
    echo = {"message": f"bad token {TOKEN}"}
    with serving(always(Answered(echo, 403))) as server:
        gathered = fetched(tmp_path, server.base, reach=Reach(pause=lambda _: None, keep=tmp_path / "kept"))
    assert TOKEN not in gathered.result.model_dump_json()
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(Reach(environment={"GITHUB_TOKEN": TOKEN}))
    assert not any(TOKEN.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


# --- what is kept


def versioned(asked: Asked) -> Answered:
    if asked.headers.get("if-none-match") == '"one"':
        return Answered(b"", 304, {"ETag": '"one"'})
    return Answered([release(1)], headers={"ETag": '"one"'})


def keeping(folder) -> Reach:
    return Reach(pause=lambda _: None, keep=folder)


def test_an_answer_that_did_not_change_is_not_sent_again(tmp_path):
    with serving(versioned) as server:
        first = fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        second = fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"one"']
    assert first == second
    [kept] = (tmp_path / "kept").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", ["bytes", "name", "link", "token"])
def test_a_planted_or_spoiled_answer_is_none_of_ours(tmp_path, spoil):
    with serving(versioned) as server:
        fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        [kept] = (tmp_path / "kept").iterdir()
        environment = {"GITHUB_API_URL": server.base, "GITHUB_TOKEN": TOKEN}
        if spoil == "bytes":
            kept.write_bytes(kept.read_bytes().replace(b'"v1"', b'"v7"'))
        elif spoil == "name":
            other = tmp_path / "kept" / ("0" * 40 + ".answer")
            other.write_bytes(kept.read_bytes())
            kept.write_bytes(b"x" * 40 + b"\n\n")
        elif spoil == "link":
            kept.rename(tmp_path / "elsewhere")
            kept.symlink_to(tmp_path / "elsewhere")
        else:
            environment["GITHUB_TOKEN"] = "another-token-of-the-next-job"
        gathered = fetched(
            tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"), environment=environment
        )
        assert server.asked[-1].headers.get("if-none-match") is None
    assert facts(gathered, "forge_releases")["releases"][0]["tag"] == "v1"


def test_what_was_kept_under_one_address_answers_no_other(tmp_path):
    with serving(versioned) as server:
        fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        fetched(tmp_path, server.base, provides=("rbac_export",), reach=keeping(tmp_path / "kept"))
        assert server.asked[-1].headers.get("if-none-match") is None


def test_two_runs_give_the_same_bytes(tmp_path):
    with serving(paged(3)) as server:
        runs = [fetched(tmp_path / str(turn), server.base, provides=RELEASES) for turn in range(2)]
    one, other = (json.dumps(run.result.as_json(), sort_keys=True) for run in runs)
    assert one == other
