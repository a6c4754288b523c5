"""The `.tieout` folder beside tieout.yaml: the store, and what each stage wrote for the next."""

import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import ValidationError

from tieout.domain.assessment import Assessment
from tieout.domain.base import Model
from tieout.domain.collection import Collection
from tieout.domain.packet import WORK_FOLDER
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, UnreadableError, UsageError
from tieout.kernel.git.index import is_tracked
from tieout.kernel.git.worktree import find_repository
from tieout.kernel.reading.files import FolderView
from tieout.kernel.writing import hint_for, sync_folder
from tieout.store.commitments import commitment
from tieout.store.store import Store

Stage = TypeVar("Stage", bound=Model)
_LARGEST = 1 << 29  # a stage file; that of 10,000 items has some 20 MB
_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def _say_nothing() -> None:
    """Wait without a word."""


class Workspace:
    """Stage files and store of one configuration.

    Each stage reads only what the stage before wrote, so each can be run again alone. Stages that write hold
    the folder's lock, a whole job from its first stage to its last: a second tieout waits, then does its own.

    Args:
        config: Path of tieout.yaml.
        waiting: Called once where another tieout holds the folder, before waiting for it.
    """

    def __init__(self, config: Path, *, waiting: Callable[[], None] = _say_nothing) -> None:
        self.root = config.parent / WORK_FOLDER
        self._config = config
        self._waiting = waiting
        self._jobs = 0
        self._lock: int | None = None
        self._is_own = False

    @contextmanager
    def job(self) -> Iterator[Self]:
        """What is held inside stays held to the end; jobs within a job are one."""
        self._jobs += 1
        try:
            yield self
        finally:
            self._jobs -= 1
            if self._jobs == 0 and self._lock is not None:
                os.close(self._lock)  # gives the lock back
                self._lock = None

    def hold(self, *, create: bool = True) -> None:
        """Take the folder's lock for the rest of the job; waits for another tieout to end.

        Args:
            create: Make the folder; without it a folder that is not there is left so, and there is nothing to hold.

        Raises:
            UsageError: The folder is not ours to use, or cannot be written.
        """
        if self._lock is not None or not (create or os.path.lexists(self.root)):
            return
        self._make()
        try:
            lock = os.open(self.root / "lock", _LOCK, 0o600)
        except OSError as error:
            if isinstance(error, PermissionError):
                raise _unwritable(error) from error
            raise _unlockable((error.strerror or "no reason given").lower()) from error
        try:
            self._wait_for(lock)
        except BaseException:  # Ctrl-C while waiting
            os.close(lock)
            raise
        self._lock = lock

    def _wait_for(self, lock: int) -> None:
        if not stat.S_ISREG(os.fstat(lock).st_mode):
            raise _unlockable("it is not a plain file")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)

    def store(self) -> Store:
        """The evidence store, made on first use."""
        self._make()
        return Store.open(self.root / "store")

    def write_collection(self, collection: bytes, configuration: bytes) -> None:
        """Keep what was collected together with the configuration that was used, in one step.

        The configuration is written first, under a name made of the collection's digest, so that the
        collection alone decides which of them counts: a kill leaves the earlier pair or the new one.

        Args:
            collection: Canonical bytes of the collection.
            configuration: Redacted bytes of the configuration.
        """
        name = _configuration_of(collection)
        self._write(name, configuration)
        self._write("collection.json", collection)
        for path in self.root.glob("configuration*.yaml"):
            if path.name != name:
                path.unlink(missing_ok=True)

    def write_assessment(self, assessment: Assessment) -> None:
        """Keep the assessment."""
        self._write("assessment.json", canonical_bytes(assessment.as_json()))

    def collection(self) -> Collection:
        """What was collected last, after checking that it is what a collection logged in the store.

        Raises:
            UsageError: Nothing was collected yet, or the file was changed since.
            VerificationError: The store's log is damaged.
        """
        command = "tieout collect"
        data = self._bytes("collection.json", command)
        collection = _model(data, "collection.json", Collection, command)
        if not self._is_logged(data, collection.subject.system_id):
            message = "is not what was collected: the store's log has no such collection"
            raise UsageError(message, hint=f"run `{command}` again", where=f"{WORK_FOLDER}/collection.json")
        return collection

    def configuration(self, collection: Collection) -> bytes:
        """The redacted configuration that a collection used, after checking that it is the one.

        Raises:
            UsageError: Nothing was collected yet, or one of the two was changed since.
        """
        command = "tieout collect"
        name = _configuration_of(self._bytes("collection.json", command))
        data = self._bytes(name, command)
        if sha256_hex(data) != collection.configuration_copy_sha256:
            message = "is not the configuration that was collected with"
            raise UsageError(message, hint=f"run `{command}` again", where=f"{WORK_FOLDER}/{name}")
        return data

    def assessment(self) -> Assessment:
        """What was assessed last.

        Raises:
            UsageError: Nothing was assessed yet.
        """
        command = "tieout assess"
        return _model(self._bytes("assessment.json", command), "assessment.json", Assessment, command)

    def _is_logged(self, data: bytes, system_id: str) -> bool:
        with Store.open(self.root / "store", create=False) as store:
            item = collection_item(system_id)
            if not store.layout.salt(item).is_file():  # without one nothing was logged, and asking would make one
                return False
            promise = commitment(store, item, sha256_hex(data))
            return any(leaf.type == "collection" and leaf.commitment == promise for leaf in store.entries())

    def _not_yet(self, name: str, command: str) -> UsageError:
        """What to do before the command that was called: the first thing that is missing."""
        if not self._config.exists():
            hint = "run `tieout init`, or name it with --config"
            return UsageError(f"there is no {self._config.name} here", hint=hint, where=str(self._config.parent))
        done = {"collection.json": "collected", "assessment.json": "assessed"}.get(name)
        if done is None:
            return UsageError(f"{WORK_FOLDER}/{name} is not there", hint=f"run `{command}` again")
        message = f"nothing was {done} here yet: there is no {WORK_FOLDER}/{name}"
        return UsageError(message, hint=f"run `{command}` first; `tieout run` does all stages")

    def _bytes(self, name: str, command: str) -> bytes:
        if not os.path.lexists(self.root / name):
            raise self._not_yet(name, command)
        self._demand_own()
        try:
            return FolderView(self.root, WORK_FOLDER).read(name, max_bytes=_LARGEST)
        except UnreadableError as error:
            raise UsageError(error.message, hint=f"run `{command}` again", where=f"{WORK_FOLDER}/{name}") from error

    def _demand_own(self) -> None:
        """Refuse a work folder that a repository brought along: as a link, or with somebody else's evidence."""
        if self._is_own:
            return
        for own in (self.root, self.root / "store"):
            # What is written there would land elsewhere.
            if own.is_symlink():
                message = "is a symbolic link, and tieout writes only to a folder of its own"
                raise UsageError(message, hint="remove the link", where=own.name)
        top = find_repository(self.root.parent)
        if top is not None:
            path = os.path.relpath(os.path.realpath(self.root.parent), os.path.realpath(top))
            if is_tracked(top, WORK_FOLDER if path == "." else f"{path}/{WORK_FOLDER}"):
                message = "is tracked by git, so what it holds may be anybody's"
                raise UsageError(message, hint="git rm -r --cached it, delete it, and collect again", where=WORK_FOLDER)
        self._is_own = True

    def _make(self) -> None:
        self._demand_own()
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            ignore = self.root / ".gitignore"
            if not ignore.is_symlink() and not ignore.exists():
                _write_new(ignore, b"*\n")
        except OSError as error:
            raise _unwritable(error) from error

    def _write(self, name: str, data: bytes) -> None:
        self._make()
        part = self.root / f"{name}.part"
        try:
            part.unlink(missing_ok=True)
            _write_new(part, data)
            part.replace(self.root / name)
            sync_folder(self.root)
        except OSError as error:
            message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
            hint = hint_for(error, "free disk space or permissions")
            raise StorageError(message, hint=hint, where=f"{WORK_FOLDER}/{name}") from error


def collection_item(system_id: str) -> str:
    """Under which id the store's log knows the collections of a system."""
    return f"collection-{system_id}"


def _unwritable(error: OSError) -> UsageError:
    message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
    hint = "run tieout where it may write, or give it a copy of the configuration"
    return UsageError(message, hint=hint, where=WORK_FOLDER)


def _unlockable(why: str) -> UsageError:
    return UsageError(f"cannot be locked: {why}", hint="remove it; tieout makes it anew", where=f"{WORK_FOLDER}/lock")


def _model(data: bytes, name: str, model: type[Stage], command: str) -> Stage:
    try:
        tree: Any = json.loads(data)
        return model.model_validate(tree)
    except (ValueError, ValidationError, RecursionError):
        message = "was written by another version or was changed"
        raise UsageError(message, hint=f"run `{command}` again", where=f"{WORK_FOLDER}/{name}") from None


def _configuration_of(collection: bytes) -> str:
    return f"configuration-{sha256_hex(collection)[:16]}.yaml"


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet; a link in its place is an error, never followed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
