"""A full disk and a failing disk, at every call the store makes: one clear line, nothing acknowledged lost."""

import errno
import itertools

import pytest

from support.store_machines import NOW, ROOT, Acknowledged, audit, machine, record, seal, work
from tieout.kernel.errors import ExitCode, StorageError, UsageError
from tieout.store import Leaf, Store, journal
from tieout.store import disk as disk_operations

SENTENCES = {
    errno.ENOSPC: ("the disk is full or the quota is used up", "free some space and run again"),
    errno.EDQUOT: ("the disk is full or the quota is used up", "free some space and run again"),
    errno.EIO: ("the disk reported an input/output fault", "check the disk before going on"),
    errno.ENOENT: ("a file or folder of the store has vanished", "leave the store's folder alone"),
    errno.ESTALE: ("the disk answered: Stale file handle", "see what the disk or network share needs"),
}


@pytest.fixture(autouse=True)
def _small_numbers(monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    monkeypatch.setattr(disk_operations, "MANY", 4)


def _steps():
    disk = machine()
    work(disk, Acknowledged())
    return disk.steps


def _assert_plain(error, code):
    message, hint = SENTENCES[code]
    assert type(error) is StorageError
    assert error.exit_code == ExitCode.INTERNAL
    assert error.message == message
    assert error.hint.startswith(hint)
    assert error.where.startswith("/")
    assert "\n" not in str(error)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_one_failing_call_is_told_plainly_and_the_next_run_goes_on(code):
    for step in range(1, _steps() + 1):
        disk, acks = machine(seed=step), Acknowledged()
        disk.fail_at = {step: code}
        with pytest.raises(StorageError) as caught:
            work(disk, acks)
        _assert_plain(caught.value, code)
        audit(disk.clone(), acks)
        audit(disk.after_power_loss(seed=0), acks)
        audit(disk.after_power_loss(seed=step + 2), acks)
        work(disk, acks)
        audit(disk.after_power_loss(seed=0), acks)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_a_disk_that_fails_from_some_call_on_loses_nothing_acknowledged(code):
    for step in range(1, _steps() + 1):
        disk, acks = machine(seed=step), Acknowledged()
        disk.fail_after, disk.fail_with = step, code
        with pytest.raises(StorageError) as caught:
            work(disk, acks)
        _assert_plain(caught.value, code)
        audit(disk.clone(), acks)
        audit(disk.after_power_loss(seed=0), acks)


def test_faults_reach_every_kind_of_call():
    disk = machine()
    work(disk, Acknowledged())
    work(disk, Acknowledged())
    disk.node(disk.files(ROOT / "log" / "entries")[-1]).live += b"torn"
    disk.set_bytes(ROOT / "tmp" / "0", b"stale")
    work(disk, Acknowledged())
    assert set(disk.calls) == {
        "mkdir",
        "create",
        "open_append",
        "open_existing",
        "write",
        "truncate",
        "fsync",
        "fsync_dir",
        "open_whole",
        "fsync_whole",
        "flock",
        "close",
        "read",
        "entry",
        "listdir",
        "rename",
        "unlink",
    }


@pytest.mark.parametrize("code", list(SENTENCES), ids=errno.errorcode.get)
def test_the_same_open_store_can_be_used_again_after_a_fault(code):
    for step in itertools.count(1):
        disk, acks = machine(seed=step), Acknowledged()
        store = Store.open(ROOT, storage=disk)
        acks.opened = True
        record(store, acks, "EV-0", b"before")
        seal(store, acks)
        disk.fail_at = {disk.steps + step: code}
        try:
            record(store, acks, "EV-1", b"meanwhile")
        except StorageError as error:
            _assert_plain(error, code)
            record(store, acks, "EV-1", b"meanwhile")
            audit(disk.after_power_loss(seed=0), acks)
        else:
            break
    assert step > 20


def test_a_line_that_cannot_be_undone_closes_the_journal_until_it_is_opened_again():
    refusals = set()
    for step in itertools.count(1):
        disk, acks = machine(seed=step), Acknowledged()
        store = Store.open(ROOT, storage=disk)
        acks.opened = True
        record(store, acks, "EV-0", b"before")
        disk.fail_after = disk.steps + step
        try:
            record(store, acks, "EV-1", b"meanwhile")
        except StorageError:
            disk.fail_after = None
        else:
            break
        try:
            record(store, acks, "EV-1", b"meanwhile")
        except StorageError as error:
            refusals.add((error.message, error.hint))
        audit(disk.after_power_loss(seed=0), acks)
        audit(disk.clone(), acks)
    assert refusals == {("an earlier write to the journal failed and could not be undone", "open the store again")}


def test_a_line_whose_writing_failed_is_not_left_in_the_journal():
    failed = set()
    for step in itertools.count(1):
        disk, acks = machine(seed=step), Acknowledged()
        store = Store.open(ROOT, storage=disk)
        record(store, acks, "EV-0", b"before")
        path = store.layout.segment(0)
        before = disk.node(path).live
        number = disk.steps + step
        disk.fail_at = {number: errno.EIO}
        try:
            store.append(Leaf(type="hold", item="HOLD-1"), now=NOW)
        except StorageError:
            if disk.calls[number - 1] in {"write", "fsync"}:
                failed.add(disk.calls[number - 1])
                assert disk.node(path).live == before
        else:
            break
    assert failed == {"write", "fsync"}


@pytest.mark.parametrize("chunk", [1, 7])
def test_writes_that_take_a_few_bytes_at_a_time_are_carried_through(chunk):
    disk, acks = machine(), Acknowledged()
    disk.chunk = chunk
    work(disk, acks)
    audit(disk.after_power_loss(seed=0), acks)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS], ids=errno.errorcode.get)
def test_a_folder_that_may_not_be_written_is_the_callers_mistake(code):
    disk = machine()
    disk.fail_at = {disk.steps + 6: code}
    with pytest.raises(UsageError) as caught:
        Store.open(ROOT, storage=disk)
    assert caught.value.exit_code == ExitCode.USAGE
    assert caught.value.message == ("the store's folder cannot be used: there is no permission to write or read here")
    assert "check the owner and the mode of the folder" in caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS], ids=errno.errorcode.get)
def test_permission_lost_after_opening_is_the_storages_fault(code):
    disk = machine()
    store = Store.open(ROOT, storage=disk)
    disk.fail_after, disk.fail_with = disk.steps + 1, code
    with pytest.raises(StorageError, match="no permission to write or read here"):
        store.put(b"facts")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL], ids=errno.errorcode.get)
def test_an_ancestor_that_cannot_be_synced_was_not_made_by_us(code):
    def refuse(path, real=None):
        if str(path) == "/":
            raise OSError(code, "no")
        real(path)

    disk = machine()
    real = disk.fsync_dir
    disk.fsync_dir = lambda path: refuse(path, real)
    acks = Acknowledged()
    work(disk, acks)
    audit(disk.after_power_loss(seed=0), acks)
