"""Power losses at every step of the store's work, and proof that no fsync of it can be spared."""

import ast
import contextlib
import functools
import itertools
import random
from pathlib import Path

import pytest

from support.power_loss import STORE_SOURCE, PowerLossError
from support.store_machines import ROOT, Acknowledged, audit, machine, record, record_together, seal, work
from tieout.kernel.errors import TieoutError
from tieout.store import Store, journal
from tieout.store import disk as disk_operations

LOSE_ALL = 0
#: Batches that are synced file by file, and as a whole.
FEW = {"EV-0": b"facts"}
SEVERAL = {"EV-0": b"facts", "EV-1": b"more facts"}


@pytest.fixture(autouse=True)
def _small_numbers(monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    monkeypatch.setattr(disk_operations, "MANY", 4)


def _until_dark(disk, acks, stop_at):
    disk.stop_at = stop_at
    with contextlib.suppress(PowerLossError):
        work(disk, acks)
    return disk.clone()


@functools.cache
def _total_steps():
    disk = machine()
    work(disk, Acknowledged())
    return disk.steps


def _lights_out(*, power_at, seed, kill_at=None, again_at=None, ignored=frozenset()):
    """One trial: perhaps a killed run, then a run that ends in a power loss, perhaps another one; audit."""
    disk, acks = machine(seed), Acknowledged()
    disk.ignored = ignored
    if kill_at is not None:
        disk = _until_dark(disk, acks, kill_at)
    disk = _until_dark(disk, acks, power_at).after_power_loss(seed)
    if again_at is not None:
        disk = _until_dark(disk, acks, again_at).after_power_loss(seed + 1)
    audit(disk, acks)


def test_nothing_acknowledged_is_lost_when_the_power_goes_at_any_step():
    total = _total_steps()
    trials = 0
    for step in range(1, total + 2):
        for seed in range(6):
            _lights_out(power_at=step, seed=seed)
            trials += 1
    assert trials >= 1000


def test_nothing_is_lost_when_a_killed_run_is_followed_by_a_power_loss():
    total = _total_steps()
    rng = random.Random(20261122)  # noqa: S311 - a seeded simulation
    for step in range(1, total + 1):
        for seed in (LOSE_ALL, rng.randrange(2, 10**6)):
            _lights_out(kill_at=step, power_at=rng.randrange(1, total), seed=seed)
            _lights_out(kill_at=step, power_at=None, seed=seed)


def test_nothing_is_lost_when_the_power_goes_again_during_recovery():
    total = _total_steps()
    rng = random.Random(611)  # noqa: S311 - a seeded simulation
    for _ in range(400):
        _lights_out(power_at=rng.randrange(1, total), again_at=rng.randrange(1, total), seed=rng.randrange(2, 10**6))


def _restored_from_a_copy(ignored=frozenset(), *, together=None, sites=None):
    """Objects and salts were copied back a moment ago, unsynced; putting them again must make them last."""
    disk, acks = machine(), Acknowledged()
    disk.ignored, disk.record, disk.sites = ignored, sites is not None, sites
    with Store.open(ROOT, storage=disk) as store:
        for item, data in (together or {"EV-0": b"facts"}).items():
            record(store, acks, item, data)
        seal(store, acks)
        layout = store.layout
    for path in disk.files(layout.objects) + disk.files(layout.salts):
        disk.forget_sync(path)
    with Store.open(ROOT, storage=disk) as store:
        if together:
            record_together(store, acks, together)
        else:
            record(store, acks, "EV-0", b"facts")
    audit(disk.after_power_loss(LOSE_ALL), acks)


@pytest.mark.parametrize("together", [None, FEW, SEVERAL])
def test_an_object_copied_back_by_hand_is_synced_when_it_is_put_again(together):
    _restored_from_a_copy(together=together)


def _killed_beside_a_living_writer(step, seed, *, seal_first, ignored=frozenset(), sites=None):
    """One writer is killed at a step of its work; another, open all the time, goes on; then the power goes."""
    disk, acks = machine(), Acknowledged()
    disk.ignored, disk.record = ignored, sites is not None
    disk.sites = sites
    living = Store.open(ROOT, storage=disk)
    doomed = Store.open(ROOT, storage=disk)
    acks.opened = True
    record(living, acks, "EV-0", b"facts 0")
    disk.stop_at = disk.steps + step
    with contextlib.suppress(PowerLossError):
        record(doomed, acks, "EV-1", b"facts 1")
        record(doomed, acks, "EV-2", b"facts 2")
    survived = not disk.dead
    disk.revive()
    if seal_first:
        seal(living, acks)
    record(living, acks, "EV-1", b"facts 1")
    audit(disk.after_power_loss(seed), acks)
    return survived


@functools.cache
def _steps_beside():
    """How many steps the doomed writer takes, so that it is killed at each."""
    return next(step for step in itertools.count(1) if _killed_beside_a_living_writer(step, LOSE_ALL, seal_first=False))


@pytest.mark.parametrize("seal_first", [True, False])
def test_a_living_writer_vouches_for_nothing_that_a_killed_one_left_unsynced(seal_first):
    for step in range(1, _steps_beside()):
        for seed in (LOSE_ALL, 2, 3, 4):
            _killed_beside_a_living_writer(step, seed, seal_first=seal_first)


def _every_trial(ignored):
    """Trials in the order in which they are likely to show a missing fsync."""
    total = _total_steps()
    yield lambda: _restored_from_a_copy(ignored)
    yield lambda: _restored_from_a_copy(ignored, together=FEW)
    yield lambda: _restored_from_a_copy(ignored, together=SEVERAL)
    yield lambda: _lights_out(power_at=None, seed=LOSE_ALL, ignored=ignored)
    for step in range(1, _steps_beside()):
        yield lambda step=step: _killed_beside_a_living_writer(step, LOSE_ALL, seal_first=True, ignored=ignored)
        yield lambda step=step: _killed_beside_a_living_writer(step, LOSE_ALL, seal_first=False, ignored=ignored)
    for step in range(1, total + 2):
        yield lambda step=step: _lights_out(power_at=step, seed=LOSE_ALL, ignored=ignored)
        for power_at in (None, total // 4, total // 3):
            yield lambda step=step, power_at=power_at: _lights_out(
                kill_at=step, power_at=power_at, seed=LOSE_ALL, ignored=ignored
            )


def _stacks():
    """Every call stack through which the store syncs something in these trials."""
    stacks = set()
    for kill_at in range(1, _total_steps() + 2, 3):
        disk = machine()
        disk.record, disk.sites = True, stacks
        work(_until_dark(disk, Acknowledged(), kill_at), Acknowledged())
    for step in range(1, _steps_beside()):
        for seal_first in (True, False):
            _killed_beside_a_living_writer(step, LOSE_ALL, seal_first=seal_first, sites=stacks)
    for together in (FEW, SEVERAL):
        _restored_from_a_copy(together=together, sites=stacks)
    return sorted(stacks)


def _fsyncs_in_source():
    """Where the store's source calls fsync: (file, line) of each, from the syntax tree."""
    return {
        (path.name, node.lineno)
        for path in Path(STORE_SOURCE).glob("*.py")
        if path.name != "storage.py"  # those are the calls that the simulator stands for
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"fsync", "fsync_dir", "fsync_whole"}
    }


def _loses_something(ignored):
    for trial in _every_trial(ignored):
        try:
            trial()
        except (AssertionError, TieoutError):
            return True
    return False


def test_no_fsync_can_be_spared():
    """Each fsync of the source, on each way that leads to it, is left out alone; the trials must notice."""
    stacks = _stacks()
    assert {stack[0][::2] for stack in stacks} == _fsyncs_in_source()
    assert not _loses_something(frozenset())
    spared = [stack for stack in stacks if not _loses_something(frozenset({stack}))]
    assert spared == []
