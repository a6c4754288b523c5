"""Batches: many things kept and logged at once, whole or not at all, and synced in whichever way is sound."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tieout.kernel.errors import StorageError
from tieout.store import OS_STORAGE, Leaf, Store, commitment, disk, journal, whole_sync

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store")


def fill(store: Store, items: range) -> list[int]:
    numbers = []
    with store.batch(now=NOW) as batch:
        for n in items:
            data = b"facts %d" % (n // 2)
            promise = commitment(batch, f"EV-{n}", batch.put(data))
            numbers.append(batch.append(Leaf(type="collected", item=f"EV-{n}", commitment=promise, size=len(data))))
    return numbers


def test_a_batch_is_what_its_parts_one_by_one_would_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_LINES", 7)
    store.append(Leaf(type="hold", item="HOLD-1"), now=NOW)
    assert fill(store, range(20)) == list(range(1, 21))
    assert fill(store, range(10, 25)) == list(range(21, 36))
    assert store.size == 36
    leaves = list(store.entries())
    assert [leaf.item for leaf in leaves[1:21]] == [f"EV-{n}" for n in range(20)]
    assert [path.name for path in sorted(store.layout.entries.iterdir())] == [
        f"{first:08}.jsonl" for first in range(0, 36, 7)
    ]
    assert store.checkpoint().size == 36
    assert store.fsck() == []
    with Store.open(store.layout.root, create=False) as again:
        assert again.fsck() == []
        assert again.append(Leaf(type="release", item="HOLD-1"), now=NOW) == 36


def test_a_batch_keeps_the_salts_that_are_there(store: Store) -> None:
    before = store.salt("EV-0")
    fill(store, range(3))
    assert store.salt("EV-0") == before
    assert len({store.salt(f"EV-{n}") for n in range(3)}) == 3


def test_a_block_that_ends_with_an_error_keeps_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.batch(now=NOW) as batch:
            batch.append(Leaf(type="collected", item="EV-1", commitment=commitment(batch, "EV-1", batch.put(b"facts"))))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (store.size, list(store.layout.objects.iterdir()), list(store.layout.salts.iterdir())) == (0, [], [])
    assert fill(store, range(2)) == [0, 1]  # the lock was given back


def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert fill(store, range(0)) == []
    assert store.size == 0


@pytest.mark.parametrize("whole", [True, False])
def test_many_files_are_synced_as_a_whole_only_where_that_is_sound(
    store: Store, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(disk, "MANY", 5)
    monkeypatch.setattr(
        OS_STORAGE, "open_whole", lambda folder: os.open(folder, os.O_RDONLY) if whole else None, raising=False
    )
    monkeypatch.setattr(OS_STORAGE, "fsync_whole", lambda _: calls.append("whole"), raising=False)
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append("file"), real(handle))[1])
    fill(store, range(10))
    assert calls.count("whole") == (2 if whole else 0)  # before the names show the files, and after
    assert (calls.count("file") > 15) is not whole
    assert store.fsck() == []


def test_one_thread_that_fails_ends_the_others() -> None:
    done = []

    def work(number: int) -> None:
        if number == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.append(number)

    with pytest.raises(OSError, match="No space"):
        OS_STORAGE.each(work, range(10_000))
    assert len(done) < 9_999


def test_a_full_disk_in_a_batch_is_one_error_and_nothing_is_acknowledged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int, __: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageError, match="the disk is full"):
            fill(store, range(20))
    assert store.size == 0
    assert list(store.layout.tmp.iterdir()) == []
    fill(store, range(20))
    assert store.fsck() == []


MOUNTS = "24 1 254:0 / / rw,relatime - {kind} /dev/vda rw\n30 24 0:25 / /proc rw - proc proc rw\n"


@pytest.mark.parametrize(
    ("release", "kind", "sound"),
    [
        ("6.1.0-44-amd64", "ext4", True),
        ("5.8.0", "xfs", True),
        ("5.7.19", "ext4", False),
        ("4.18.0-553.el8", "xfs", False),
        ("6.1.0", "fuse.sshfs", False),
        ("6.1.0", "overlay", False),
        ("unknown", "ext4", False),
    ],
)
def test_where_syncing_the_whole_is_as_good_as_each_file(
    tmp_path: Path, release: str, kind: str, sound: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS.format(kind=kind))
    monkeypatch.setattr(whole_sync, "_MOUNTS", mounts)
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release))
    monkeypatch.setattr(Path, "stat", lambda _: SimpleNamespace(st_dev=os.makedev(254, 0)))
    assert whole_sync.can_sync_whole(tmp_path) is sound


def test_a_machine_that_tells_nothing_of_its_mounts_gets_an_fsync_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_sync, "_MOUNTS", tmp_path / "none")
    assert not whole_sync.can_sync_whole(tmp_path)


def test_a_failing_sync_of_the_whole_is_an_error(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    whole_sync.sync_whole(handle)
    os.close(handle)
    with pytest.raises(OSError, match="Bad file descriptor"):
        whole_sync.sync_whole(handle)
