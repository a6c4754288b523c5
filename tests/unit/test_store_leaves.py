"""What may stand in the log for ever, and how a line is spelt."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from tieout.kernel.canonical import canonical_bytes
from tieout.store import Leaf, LeafCollector, LeafRetention, LeafSource, LoggedLeaf
from tieout.store.leaves import read_line

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FULL = LoggedLeaf(
    type="collected",
    item="EV-1a2b3c4d",
    commitment="ab" * 32,
    size=120,
    media_type="application/json",
    source=LeafSource(kind="git", uri="https://example.org/app.git", commit="c0ffee", path="docs/a.md"),
    collector=LeafCollector(name="git", version="1"),
    collected_at=NOW,
    redaction_rules=("secret.aws",),
    controls=("GOVERN 2.1", "MEASURE 2.5"),
    retention=LeafRetention(authority="GRS 3.1 item 040", trigger="activity completed", until="pending"),
    extra={"note": None, "n": 3},
    seq=7,
    prev="cd" * 32,
    logged_at=NOW,
)


def test_a_line_is_canonical_json_with_the_agreed_fields():
    tree = json.loads(FULL.line())
    assert FULL.line() == canonical_bytes(tree)
    assert tree == {
        "type": "collected",
        "item": "EV-1a2b3c4d",
        "commitment": "ab" * 32,
        "size": 120,
        "media_type": "application/json",
        "source": {
            "kind": "git",
            "uri": "https://example.org/app.git",
            "commit": "c0ffee",
            "path": "docs/a.md",
        },
        "collector": {"name": "git", "version": "1"},
        "collected_at": "2026-11-22T10:00:00Z",
        "redaction_rules": ["secret.aws"],
        "controls": ["GOVERN 2.1", "MEASURE 2.5"],
        "retention": {"authority": "GRS 3.1 item 040", "trigger": "activity completed", "until": "pending"},
        "extra": {"note": None, "n": 3},
        "seq": 7,
        "prev": "cd" * 32,
        "logged_at": "2026-11-22T10:00:00Z",
    }
    assert read_line(FULL.line()) == FULL


def test_what_is_unknown_is_left_out():
    tree = json.loads(LoggedLeaf(type="hold", item="H-1", seq=0, logged_at=NOW).line())
    assert tree == {
        "type": "hold",
        "item": "H-1",
        "redaction_rules": [],
        "controls": [],
        "extra": {},
        "seq": 0,
        "logged_at": "2026-11-22T10:00:00Z",
    }


def test_times_are_logged_in_utc():
    berlin = datetime(2026, 11, 22, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    assert Leaf(type="hold", item="H-1", collected_at=berlin).collected_at.isoformat() == ("2026-11-22T10:00:00+00:00")


@pytest.mark.parametrize(
    "uri",
    [
        "https://jane:secret@example.org/app.git",
        "https://jane@example.org/app.git",
        "git@example.org:app.git",
        "https://example.org/app.git?token=1",
        "https://example.org/app.git#jane",
        "/home/jane/app",
        "file:///home/jane/app",
        "C:\\Users\\jane",
    ],
)
def test_a_source_uri_names_nobody(uri):
    with pytest.raises(ValidationError, match="the log is for ever"):
        LeafSource(kind="git", uri=uri)


@pytest.mark.parametrize("uri", ["app", "./app", "../app/logs", "https://example.org/a@b", "s3://bucket/logs", ""])
def test_a_relative_or_stripped_uri_is_fine(uri):
    assert LeafSource(kind="git", uri=uri).uri == uri


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "seen"},
        {"item": ""},
        {"item": "../x"},
        {"item": "a b"},
        {"item": "a\n"},
        {"commitment": "AB" * 32},
        {"commitment": "ab"},
        {"size": -1},
        {"collected_at": datetime(2026, 11, 22)},  # noqa: DTZ001 - the missing zone is the point
        {"email": "jane@example.org"},
        {"extra": {"x": float("nan")}},
        {"extra": {"x": 2**60}},
        {"extra": {"x": "\ud800"}},
        {"extra": {"x": object()}},
        {"commitment": None},
    ],
)
def test_a_leaf_that_cannot_be_logged_is_refused_at_once(wrong):
    with pytest.raises(ValidationError):
        Leaf.model_validate({"type": "collected", "item": "EV-1", "commitment": "ab" * 32} | wrong)


def _edited(**change):
    return canonical_bytes(json.loads(FULL.line()) | change)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"n":' + b"1" * 5000 + b"}", "it is not JSON"),
        (FULL.line() + b" ", "it is not in canonical form"),
        (FULL.line().replace(b'"seq":7', b'"seq":07'), "it is not JSON"),
        (FULL.line().replace(b'"seq":7', b'"seq":7.0'), "it is not in canonical form"),
        (FULL.line().replace(b'"seq":7', b'"seq":7,"seq":7'), "it is not in canonical form"),
        (b"[]", "it is not a leaf: the whole: "),
        (_edited(seq=-1), "it is not a leaf: seq: "),
        (_edited(type="seen"), "it is not a leaf: type: "),
        (_edited(who="jane"), "it is not a leaf: who: "),
    ],
)
def test_a_line_that_is_no_leaf_says_why(line, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        read_line(line)
    assert "\n" not in str(caught.value)


def test_numbers_that_the_canonical_form_spells_as_integers_read_back():
    leaf = FULL.model_copy(update={"extra": {"big": 1e20, "small": 2**53 - 1, "tiny": 1e-7}})
    assert read_line(leaf.line()).extra == {"big": 1e20, "small": 2**53 - 1, "tiny": 1e-7}
