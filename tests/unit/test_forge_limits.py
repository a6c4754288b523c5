"""The client against a server on loopback: rate limits, retries, floods, drips and answers that are none."""

import socket
import threading
import time
from email.utils import parsedate_to_datetime

import pytest

from support.collecting import problems
from support.forge_client import RELEASES, Pauses, always, paged, reach, release
from support.forges import DATE, Answered, Asked, facts, fetched, serving, told
from tieout.collectors.asking.limits import Limits
from tieout.collectors.asking.reach import Reach

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


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
