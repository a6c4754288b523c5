"""The store as its callers see it: what they get back, what stands on disk, what is said when it is wrong."""

import base64
import hashlib
import os
import stat
import threading
from datetime import UTC, datetime

import pytest

from tieout.kernel.errors import StorageError, UsageError, VerificationError
from tieout.store import Leaf, Store, commitment, journal, parse_checkpoint
from tieout.store.merkle import leaf_hash, tree_root

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "deep" / "store") as opened:
        yield opened


def _collect(store, item, data):
    digest = store.put(data)
    promise = commitment(store, item, digest)
    return store.append(Leaf(type="collected", item=item, commitment=promise, size=len(data)), now=NOW), digest


def _journal_lines(store):
    return [line for path in sorted(store.layout.entries.iterdir()) for line in path.read_bytes().splitlines()]


def test_content_comes_back_by_its_digest(store):
    digest = store.put(b"facts")
    assert digest == hashlib.sha256(b"facts").hexdigest()
    assert store.get(digest) == b"facts"
    assert store.has(digest)
    assert store.put(b"facts") == digest
    assert store.repairs == []
    assert store.get(store.put(b"")) == b""


def test_absent_content_is_named(store):
    digest = "ab" * 32
    assert not store.has(digest)
    with pytest.raises(StorageError, match=f"object {digest} is not in the store"):
        store.get(digest)


def test_corrupt_content_is_named_refused_and_replaced_when_put_again(store):
    _, digest = _collect(store, "EV-1", b"facts")
    path = store.layout.object(digest)
    path.chmod(0o600)
    path.write_bytes(b"fakes")
    path.chmod(0o400)
    assert store.has(digest)
    with pytest.raises(VerificationError, match=f"object {digest} is corrupt") as caught:
        store.get(digest)
    assert caught.value.exit_code == 5
    assert f"object {digest} is corrupt: its content has another digest" in store.fsck()
    store.put(b"facts")
    assert store.get(digest) == b"facts"
    replaced = f"object {digest} was corrupt and was replaced by the content put again"
    assert store.repairs == [replaced]
    assert store.fsck() == [replaced]
    with Store.open(store.layout.root) as again:
        assert again.fsck() == []


def test_the_folder_looks_as_agreed_and_is_closed_to_others(store):
    old = os.umask(0)
    try:
        _, digest = _collect(store, "EV-1", b"facts")
        store.checkpoint()
    finally:
        os.umask(old)
    root = store.layout.root
    modes = {path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert modes == {
        ".": 0o700,
        "format.json": 0o600,
        "lock": 0o600,
        "tmp": 0o700,
        "objects": 0o700,
        f"objects/{digest[:2]}": 0o700,
        f"objects/{digest[:2]}/{digest}": 0o400,
        "salts": 0o700,
        "salts/EV-1": 0o600,
        "log": 0o700,
        "log/entries": 0o700,
        "log/entries/00000000.jsonl": 0o600,
        "log/checkpoint": 0o600,
    }


def test_leaves_are_numbered_and_chained(store):
    numbers = [_collect(store, f"EV-{n}", b"facts %d" % n)[0] for n in range(3)]
    assert numbers == [0, 1, 2]
    assert store.size == 3
    leaves = list(store.entries())
    lines = _journal_lines(store)
    assert [leaf.line() for leaf in leaves] == lines
    assert [leaf.prev for leaf in leaves] == [None, leaf_hash(lines[0]).hex(), leaf_hash(lines[1]).hex()]
    assert {leaf.logged_at for leaf in leaves} == {NOW}
    assert store.root_hash() == tree_root([leaf_hash(line) for line in lines]).hex()


def test_an_empty_log_has_the_root_of_nothing(store):
    assert store.size == 0
    assert list(store.entries()) == []
    assert store.root_hash() == hashlib.sha256().hexdigest()
    assert store.checkpoint().size == 0
    assert store.fsck() == []


def test_a_checkpoint_is_written_as_text_and_grows_with_the_log(store):
    _collect(store, "EV-1", b"facts")
    first = store.checkpoint()
    _collect(store, "EV-2", b"more facts")
    second = store.checkpoint()
    text = store.layout.checkpoint.read_text()
    root = base64.b64encode(bytes.fromhex(store.root_hash())).decode()
    assert text == f"tieout.dev/evidence-log\n2\n{root}\n"
    assert parse_checkpoint(text.encode()) == second
    assert (first.size, second.size) == (1, 2)
    assert store.fsck(against=first) == []


def test_a_commitment_is_the_agreed_hash_and_the_same_each_time(store):
    digest = hashlib.sha256(b"facts").hexdigest()
    promise = commitment(store, "EV-1", digest)
    salt = (store.layout.root / "salts" / "EV-1").read_bytes()
    assert len(salt) == 32
    assert promise == hashlib.sha256(salt + hashlib.sha256(b"facts").digest()).hexdigest()
    assert commitment(store, "EV-1", digest) == promise
    assert commitment(store, "EV-2", digest) != promise


def test_a_commitment_is_to_a_digest_only(store):
    with pytest.raises(UsageError, match="is not a SHA-256 digest"):
        commitment(store, "EV-1", "facts")
    assert list(store.layout.salts.iterdir()) == []


def test_no_digest_of_content_stands_in_the_log(store):
    _, digest = _collect(store, "EV-1", b"secret")
    store.checkpoint()
    raw = bytes.fromhex(digest)
    for path in store.layout.log.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert digest.encode() not in data
            assert base64.b64encode(raw) not in data


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_damaged_salt_is_refused_and_found(store, length):
    _collect(store, "EV-1", b"facts")
    store.layout.salt("EV-1").write_bytes(b"s" * length)
    with pytest.raises(VerificationError, match=f"the salt of EV-1 is damaged: {length} bytes instead of 32"):
        store.salt("EV-1")
    assert any("the salt of EV-1 is damaged" in text for text in store.fsck())


def test_a_time_without_a_zone_is_refused_and_nothing_is_logged(store):
    with pytest.raises(ValueError, match="timezone"):
        store.append(Leaf(type="hold", item="H-1"), now=datetime(2026, 11, 22))  # noqa: DTZ001 - the point
    assert store.size == 0


def test_a_closed_store_does_nothing(store):
    digest = store.put(b"facts")
    store.close()
    for call in (
        lambda: store.put(b"x"),
        lambda: store.get(digest),
        lambda: store.has(digest),
        lambda: store.size,
        store.checkpoint,
        lambda: next(store.entries()),
    ):
        with pytest.raises(UsageError, match="the store is closed"):
            call()


def test_a_torn_tail_is_cut_on_opening_and_reported_once(store):
    _collect(store, "EV-1", b"facts")
    path = store.layout.segment(0)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    with Store.open(store.layout.root) as again:
        cut = "a torn line of 40 bytes after leaf 0 was cut off"
        assert again.repairs == [cut]
        assert again.fsck() == [cut]
        assert path.read_bytes() == whole
        assert _collect(again, "EV-2", b"more")[0] == 1
    with Store.open(store.layout.root) as third:
        assert third.fsck() == []
        assert third.size == 2


def test_a_first_line_that_was_torn_is_cut_too(store):
    store.layout.segment(0).write_bytes(b'{"torn')
    store.layout.segment(0).chmod(0o600)
    with Store.open(store.layout.root) as again:
        assert again.repairs == ["a torn line of 6 bytes at the journal's start was cut off"]
        assert _collect(again, "EV-1", b"facts")[0] == 0
        assert again.fsck() == again.repairs


def test_the_log_goes_on_over_segments(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    for n in range(5):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    names = sorted(path.name for path in store.layout.entries.iterdir())
    assert names == ["00000000.jsonl", "00000002.jsonl", "00000004.jsonl"]
    monkeypatch.setattr(journal, "SEGMENT_LINES", 100)  # another version may cut elsewhere
    with Store.open(store.layout.root) as again:
        assert _collect(again, "EV-5", b"facts 5")[0] == 5
        assert [leaf.seq for leaf in again.entries()] == list(range(6))
        again.checkpoint()
        assert again.fsck() == []


def test_a_segment_begun_and_torn_goes_on_with_the_right_number(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    for n in range(2):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    store.layout.segment(2).write_bytes(b'{"torn')
    store.layout.segment(2).chmod(0o600)
    with Store.open(store.layout.root) as again:
        assert _collect(again, "EV-2", b"facts 2")[0] == 2
        assert [leaf.seq for leaf in again.entries()] == [0, 1, 2]
        assert again.fsck() == ["a torn line of 6 bytes after leaf 1 was cut off"]


def test_two_open_stores_see_each_others_work(store):
    with Store.open(store.layout.root) as other:
        for n in range(6):
            number, digest = _collect((store, other)[n % 2], f"EV-{n}", b"facts %d" % n)
            assert number == n
            assert (other, store)[n % 2].get(digest) == b"facts %d" % n
            assert (other, store)[n % 2].size == n + 1
        assert other.checkpoint() == store.checkpoint()
        assert store.fsck() == []


def test_threads_may_share_a_store(store):
    numbers = []

    def work(name):
        numbers.extend(_collect(store, f"EV-{name}-{n}", f"{name} {n}".encode())[0] for n in range(15))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(60))
    assert store.fsck() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: [lines[0], b"{}", lines[2]], "00000000.jsonl:2: the line cannot be read: it is not a leaf"),
        (lambda lines: [lines[0], lines[2]], "00000000.jsonl:2: the line does not follow the one before it"),
        (lambda lines: [lines[1], lines[0], lines[2]], "00000000.jsonl:1: the line does not follow"),
    ],
)
def test_reading_stops_at_a_line_that_was_tampered_with(store, damage, said):
    for n in range(3):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    path = store.layout.segment(0)
    path.write_bytes(b"".join(line + b"\n" for line in damage(_journal_lines(store))))
    with Store.open(store.layout.root) as again, pytest.raises(VerificationError) as caught:
        list(again.entries())
    assert str(caught.value).startswith(said)


def test_reading_tells_of_a_missing_segment(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    for n in range(5):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    store.layout.segment(2).unlink()
    with pytest.raises(VerificationError, match="the line does not follow the one before it"):
        list(store.entries())


def test_reading_shows_the_log_as_it_was_when_reading_began(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    for n in range(3):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    reading = store.entries()
    seen = [next(reading).seq]
    _collect(store, "EV-3", b"facts 3")
    assert seen + [leaf.seq for leaf in reading] == [0, 1, 2]
    assert len(list(store.entries())) == 4


def test_reading_tells_of_leaves_that_went_meanwhile(store, monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    for n in range(5):
        _collect(store, f"EV-{n}", b"facts %d" % n)
    reading = store.entries()
    next(reading)
    store.layout.segment(4).write_bytes(b"")
    with pytest.raises(VerificationError, match="5 leaves were counted and 4 are there"):
        list(reading)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{}\n", "the journal's last line cannot be read: it is not a leaf"),
        (b"\n", "the journal's last line cannot be read: it is not JSON"),
    ],
)
def test_nothing_is_appended_behind_a_line_that_cannot_be_read(store, line, said):
    _collect(store, "EV-1", b"facts")
    with store.layout.segment(0).open("ab") as stream:
        stream.write(line)
    with pytest.raises(VerificationError) as caught:
        store.append(Leaf(type="hold", item="H-1"), now=NOW)
    assert said in caught.value.message
    assert store.layout.segment(0).read_bytes().endswith(line)


def test_a_journal_file_with_a_number_too_high_stops_the_log(store):
    _collect(store, "EV-1", b"facts")
    store.layout.segment(7).write_bytes(b"")
    with pytest.raises(VerificationError, match="says leaf 0 where leaf 6 belongs"):
        store.append(Leaf(type="hold", item="H-1"), now=NOW)
    store.layout.segment(0).unlink()
    with pytest.raises(VerificationError, match="the journal's first 7 leaves are missing"):
        store.append(Leaf(type="hold", item="H-1"), now=NOW)
    assert "journal file 00000007.jsonl begins with leaf 7 where leaf 0 belongs" in store.fsck()
