"""What fsck says about each kind of damage, in whole sentences, and what it does not complain of."""

import hashlib
from datetime import UTC, datetime

import pytest

from tieout.store import Leaf, Store, commitment, journal

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store") as opened:
        yield opened


def _collect(store, item, data):
    digest = store.put(data)
    promise = commitment(store, item, digest)
    leaf = Leaf(type="collected", item=item, commitment=promise, size=len(data))
    return store.append(leaf, now=NOW), digest


def test_fsck_names_each_kind_of_finding(store):
    _, digest = _collect(store, "EV-1", b"facts")
    _collect(store, "EV-2", b"other facts")
    stray = store.put(b"stray")
    store.salt("EV-3")
    store.layout.salt("EV-2").unlink()
    store.layout.object(digest).unlink()
    store.layout.lock.chmod(0o644)
    store.layout.objects.chmod(0o755)
    (store.layout.salts / ".x").write_text("")
    (store.layout.root / "notes").write_text("")
    kept = hashlib.sha256(b"other facts").hexdigest()
    assert sorted(store.fsck()) == sorted(
        [
            "'lock' has mode 0644 and should have 0600",
            "'objects' has mode 0755 and should have 0700",
            "'salts/.x' is not part of the store",
            "'notes' is not part of the store",
            "the object of leaf 0 (EV-1) is missing or not what was logged",
            "the salt of EV-2 is missing, so leaf 1 cannot be checked",
            f"object {stray} is a stray: no leaf commits to it",
            f"object {kept} is a stray: no leaf commits to it",
            "the salt of EV-3 is a stray: no leaf names that item",
        ]
    )


def test_an_unsealed_log_betrays_an_edit_by_its_chain(store):
    """No checkpoint yet: each line still binds the one before it."""
    for n in range(3):
        store.append(Leaf(type="hold", item=f"H-{n}"), now=NOW)
    path = store.layout.segment(0)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"H-1", b"H-9"))
    assert store.fsck() == ["journal line 00000000.jsonl:3 (leaf 2) does not follow the line that stands before it"]
    path.write_bytes(whole.replace(b'"seq":1', b'"seq":5'))
    assert store.fsck() == [
        "journal line 00000000.jsonl:2 says leaf 5 where leaf 1 belongs",
        "journal line 00000000.jsonl:3 (leaf 2) does not follow the line that stands before it",
    ]
    path.write_bytes(whole)
    assert store.fsck() == []


def test_a_journal_file_that_cannot_be_read_is_a_finding(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 1)
    for n in range(2):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    store.layout.segment(0).unlink()
    store.layout.segment(0).mkdir()
    found = "\n".join(store.fsck())
    assert "journal file 00000000.jsonl cannot be read" in found
    assert "'log/entries/00000000.jsonl' is not a file" in found


def test_a_segment_in_the_middle_that_lost_its_last_newline_is_found(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 1)
    for n in range(2):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    path = store.layout.segment(0)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert "journal file 00000000.jsonl ends in a torn line" in store.fsck()


def test_several_contents_of_one_item_are_all_accounted_for(store):
    """An item is its facts and the redacted copy of their source; it may be collected again and again."""
    for data in (b"facts", b"copy of the source", b"facts of next week"):
        _collect(store, "EV-1", data)
    digest = store.put(b"of unknown size")
    leaf = Leaf(type="collected", item="EV-1", commitment=commitment(store, "EV-1", digest))
    store.append(leaf, now=NOW)
    assert store.fsck() == []


def test_what_was_disposed_of_is_not_missed(store):
    """Object and salt go, the leaves stay: the log says that the item was there, and that it went."""
    _, digest = _collect(store, "EV-1", b"facts")
    store.layout.object(digest).unlink()
    store.layout.salt("EV-1").unlink()
    assert store.fsck() == ["the salt of EV-1 is missing, so leaf 0 cannot be checked"]
    store.append(Leaf(type="disposed", item="EV-1", extra={"authority": "GRS 3.1 item 020"}), now=NOW)
    assert store.fsck() == []
    _collect(store, "EV-1", b"collected again")
    assert store.fsck() == []


def test_leaves_without_content_in_the_store_need_none(store):
    store.append(Leaf(type="packet", item="PK-1", commitment=commitment(store, "PK-1", "ab" * 32)), now=NOW)
    store.append(Leaf(type="key-rotation", item="K-1", commitment="cd" * 32), now=NOW)
    assert store.fsck() == []
    store.append(Leaf(type="attestation", item="AT-1", commitment="cd" * 32), now=NOW)
    assert store.fsck() == ["the salt of AT-1 is missing, so leaf 2 cannot be checked"]
