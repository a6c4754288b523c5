"""A disk in memory that loses what was not synced, breaks on demand, and can be tampered with.

The model is as unkind as POSIX allows: after a power loss a file holds its last synced bytes, or any part
of the writes since, torn inside a write, or the new length filled with zeros; a folder holds its last
synced entries and any subset of the changes since. Nothing but fsync of the very file or folder helps.
"""

import errno
import itertools
import os
import random
import sys
from pathlib import Path

import tieout.store
from tieout.store.storage import Entry

STORE_SOURCE = str(Path(tieout.store.__file__).parent)


class PowerLossError(BaseException):
    """The machine went dark, or the process was killed; no handler of the program may catch it."""


class Node:
    """A file or a folder: what programs see (`live`) and what the platter has (`durable`)."""

    def __init__(self, *, folder: bool, mode: int):
        self.folder = folder
        self.mode = mode
        self.live = {} if folder else b""
        self.durable = {} if folder else b""
        self.since = []  # folder: (name, node or None); file: contents after each call

    def sync(self):
        self.durable = dict(self.live) if self.folder else self.live
        self.since = []


class SimulatedDisk:
    """A `Storage` in memory.

    Attributes:
        steps: Calls made so far.
        stop_at: The call that never returns (PowerLossError).
        fail_at: Call number -> errno it fails with.
        fail_after: Every call from this one on fails with `fail_with`.
        ignored: Call stacks (`site`) whose fsync does nothing.
        sites: Call stacks of the fsyncs seen; recorded only if `record` is set.
        chunk: Most bytes that one write takes; None is all.
    """

    def __init__(self, seed=0):
        self.random = random.Random(seed)  # noqa: S311 - a seeded simulation
        self.top = Node(folder=True, mode=0o755)
        self.handles = {}
        self.locks = {}
        self.numbers = itertools.count(3)
        self.steps = 0
        self.stop_at = None
        self.dead = False
        self.fail_at = {}
        self.fail_after = None
        self.fail_with = errno.EIO
        self.ignored = frozenset()
        self.record = False
        self.sites = set()
        self.chunk = None
        self.calls = []

    def clone(self):
        """An independent copy; handles, locks and faults are left behind, as when a process is killed."""
        twin = SimulatedDisk()
        memo = {}

        def copy(node):
            if id(node) not in memo:
                memo[id(node)] = fresh = Node(folder=node.folder, mode=node.mode)
                if node.folder:
                    fresh.live = {name: copy(child) for name, child in node.live.items()}
                    fresh.durable = {name: copy(child) for name, child in node.durable.items()}
                    fresh.since = [(name, child and copy(child)) for name, child in node.since]
                else:
                    fresh.live, fresh.durable, fresh.since = node.live, node.durable, list(node.since)
            return memo[id(node)]

        twin.top = copy(self.top)
        return self._watch(twin)

    def revive(self):
        """A process died and another one goes on with this very disk: the dead one's handles are gone."""
        self.dead, self.stop_at = False, None
        self.handles.clear()
        self.locks.clear()

    def after_power_loss(self, seed):
        """What a reboot finds. Seed 0 loses everything unsynced, 1 nothing; others a part."""
        rng = random.Random(seed)  # noqa: S311 - a seeded simulation
        survivor = SimulatedDisk(seed)
        memo = {}

        def settle(node):
            if id(node) in memo:
                return memo[id(node)]
            memo[id(node)] = fresh = Node(folder=node.folder, mode=node.mode)
            if node.folder:
                entries = dict(node.durable)
                for name, child in node.since:
                    if seed == 1 or (seed > 1 and rng.random() < 0.5):
                        entries.pop(name, None)
                        if child is not None:
                            entries[name] = child
                fresh.live = {name: settle(child) for name, child in entries.items()}
            else:
                fresh.live = _settled_bytes(node, seed, rng)
            fresh.sync()
            return fresh

        survivor.top = settle(self.top)
        return self._watch(survivor)

    def node(self, path):
        """What stands at a path; OSError if nothing does."""
        found = self.top
        for part in path.parts[1:]:
            if not found.folder or part not in found.live:
                raise OSError(errno.ENOENT if found.folder else errno.ENOTDIR, "", str(path))
            found = found.live[part]
        return found

    def files(self, under):
        """All file paths under a folder, sorted."""
        found = []
        for name, child in sorted(self.node(under).live.items()):
            found += self.files(under / name) if child.folder else [under / name]
        return found

    def set_bytes(self, path, data, mode=0o600):
        """Another program writes a file, synced."""
        folder = self.node(path.parent)
        node = folder.live.get(path.name) or Node(folder=False, mode=mode)
        node.live = data
        node.sync()
        folder.live[path.name] = node
        folder.sync()

    def delete(self, path):
        """Another program deletes a file, synced."""
        del self.node(path.parent).live[path.name]
        self.node(path.parent).sync()

    def forget_sync(self, path):
        """Make a file as if it had been copied here a moment ago: visible, and nothing of it synced."""
        folder = self.node(path.parent)
        node = folder.live[path.name]
        node.durable, node.since = b"", [node.live]
        folder.durable.pop(path.name, None)
        folder.since.append((path.name, node))

    # ---- the Storage protocol

    def mkdir(self, path):
        self._step("mkdir")
        folder = self._free(path)
        self._link(folder, path.name, Node(folder=True, mode=0o700))

    def create(self, path, mode):
        self._step("create")
        folder = self._free(path)
        self._link(folder, path.name, Node(folder=False, mode=mode))
        return self._handle(folder.live[path.name])

    def open_append(self, path):
        self._step("open_append")
        folder = self.node(path.parent)
        if path.name not in folder.live:
            self._link(folder, path.name, Node(folder=False, mode=0o600))
        return self._handle(folder.live[path.name])

    def open_existing(self, path):
        self._step("open_existing")
        return self._handle(self._file(path))

    def write(self, handle, data):
        node = self.handles[handle]
        try:
            self._step("write")
        except BaseException:
            # A write that fails may have written something.
            node.live += data[: self.random.randrange(len(data))]
            node.since.append(node.live)
            raise
        node.live += data[: self.chunk]
        node.since.append(node.live)
        return len(data[: self.chunk])

    def truncate(self, handle, size):
        self._step("truncate")
        node = self.handles[handle]
        node.live = node.live[:size]
        node.since.append(node.live)

    def fsync(self, handle):
        self._step("fsync")
        if not self._ignores():
            self.handles[handle].sync()

    def fsync_dir(self, path):
        self._step("fsync_dir")
        if not self._ignores():
            self.node(path).sync()

    def open_whole(self, folder):
        self._step("open_whole")
        return self._handle(self.top) if self.node(folder).folder else None

    def fsync_whole(self, handle):
        self._step("fsync_whole")
        if not self._ignores():
            self._sync_below(self.handles[handle])

    def flock(self, handle):
        self._step("flock")
        node = self.handles[handle]
        assert node not in self.locks.values(), "the lock is taken twice: this program would hang"
        self.locks[handle] = node

    def close(self, handle):
        self.locks.pop(handle, None)
        self.handles.pop(handle)
        self._step("close")

    def read(self, path):
        self._step("read")
        return self._file(path).live

    def entry(self, path):
        self._step("entry")
        try:
            node = self.node(path)
        except FileNotFoundError:
            return None
        return Entry("folder" if node.folder else "file", len(node.live), node.mode)

    def listdir(self, path):
        self._step("listdir")
        names = list(self.node(path).live)
        return self.random.sample(names, len(names))

    def rename(self, source, target):
        self._step("rename")
        old, new = self.node(source.parent), self.node(target.parent)
        node = old.live[source.name]
        if target.name in new.live and new.live[target.name].folder:
            raise OSError(errno.EISDIR, "", str(target))
        self._link(old, source.name, None)
        self._link(new, target.name, node)

    def unlink(self, path):
        self._step("unlink")
        self._file(path)
        self._link(self.node(path.parent), path.name, None)

    def each(self, work, things):
        for thing in things:
            work(thing)

    def _sync_below(self, node):
        if node.folder:
            for child in node.live.values():
                self._sync_below(child)
        node.sync()

    def _step(self, name):
        if self.dead:
            raise PowerLossError
        self.steps += 1
        self.calls.append(name)
        if self.steps == self.stop_at:
            self.dead = True
            raise PowerLossError
        if self.fail_after is not None and self.steps >= self.fail_after:
            raise OSError(self.fail_with, os.strerror(self.fail_with))
        if code := self.fail_at.get(self.steps):
            raise OSError(code, os.strerror(code))

    def _watch(self, other):
        other.ignored, other.record, other.sites = self.ignored, self.record, self.sites
        return other

    def _handle(self, node):
        handle = next(self.numbers)
        self.handles[handle] = node
        return handle

    def _free(self, path):
        folder = self.node(path.parent)
        if path.name in folder.live:
            raise OSError(errno.EEXIST, "", str(path))
        return folder

    def _file(self, path):
        node = self.node(path)
        if node.folder:
            raise OSError(errno.EISDIR, "", str(path))
        return node

    def _link(self, folder, name, node):
        folder.live.pop(name, None)
        if node is not None:
            folder.live[name] = node
        folder.since.append((name, node))

    def _ignores(self):
        where = site() if self.ignored or self.record else ()
        if self.record:
            self.sites.add(where)
        return where in self.ignored


def _settled_bytes(node, seed, rng):
    if not node.since or seed in (0, 1):
        return node.live if seed == 1 else node.durable
    reached = rng.choice([node.durable, *node.since])
    if len(reached) <= len(node.durable):
        return reached
    cut = rng.randrange(len(node.durable), len(reached) + 1)
    zeros = rng.choice([0, len(reached) - cut])  # the length may get out without the data
    return reached[:cut] + b"\0" * zeros


def site():
    """The call stack inside the store that leads to this fsync: file, function and line of each frame."""
    frames = []
    frame = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(STORE_SOURCE):
            frames.append((Path(code.co_filename).name, code.co_name, frame.f_lineno))
        frame = frame.f_back
    return tuple(frames)
