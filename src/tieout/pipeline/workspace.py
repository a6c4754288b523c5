"""The `.tieout` folder beside tieout.yaml: the store, and what each stage wrote for the next."""

import json
import os
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from tieout.domain.assessment import Assessment
from tieout.domain.base import Model
from tieout.domain.collection import Collection
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.errors import StorageError, UsageError
from tieout.store.store import Store

Stage = TypeVar("Stage", bound=Model)
FOLDER = ".tieout"


class Workspace:
    """Stage files and store of one configuration.

    Each stage reads only what the stage before wrote, so each can be run again alone.
    """

    def __init__(self, config: Path) -> None:
        self.root = config.parent / FOLDER

    def store(self) -> Store:
        """The evidence store, made on first use."""
        self._make()
        return Store.open(self.root / "store")

    def write_collection(self, collection: Collection) -> None:
        """Keep what was collected."""
        self._write("collection.json", canonical_bytes(collection.as_json()))

    def write_configuration(self, text: bytes) -> None:
        """Keep the (redacted) configuration that was used."""
        self._write("configuration.yaml", text)

    def write_assessment(self, assessment: Assessment) -> None:
        """Keep the assessment."""
        self._write("assessment.json", canonical_bytes(assessment.as_json()))

    def collection(self) -> Collection:
        """What was collected last.

        Raises:
            UsageError: Nothing was collected yet.
        """
        return self._read("collection.json", Collection, "tieout collect")

    def configuration(self) -> bytes:
        """The configuration that the collection used."""
        return self._bytes("configuration.yaml", "tieout collect")

    def assessment(self) -> Assessment:
        """What was assessed last.

        Raises:
            UsageError: Nothing was assessed yet.
        """
        return self._read("assessment.json", Assessment, "tieout assess")

    def _bytes(self, name: str, command: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            message = f"{FOLDER}/{name} is not there yet"
            raise UsageError(message, hint=f"run `{command}` first") from None
        except OSError as error:
            message = f"cannot be read: {(error.strerror or 'no reason given').lower()}"
            raise StorageError(message, where=f"{FOLDER}/{name}") from error

    def _read(self, name: str, model: type[Stage], command: str) -> Stage:
        try:
            data: Any = json.loads(self._bytes(name, command))
            return model.model_validate(data)
        except (ValueError, ValidationError):
            message = "was written by another version or was changed"
            raise UsageError(message, hint=f"run `{command}` again", where=f"{FOLDER}/{name}") from None

    def _make(self) -> None:
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for own in (self.root, self.root / "store"):
                # A repository can carry `.tieout` as a link: what is written there would land elsewhere.
                if own.is_symlink():
                    message = "is a symbolic link, and tieout writes only to a folder of its own"
                    raise UsageError(message, hint="remove the link", where=own.name)
            ignore = self.root / ".gitignore"
            if not ignore.is_symlink() and not ignore.exists():
                _write_new(ignore, b"*\n")
        except OSError as error:
            message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
            hint = "run tieout where it may write, or give it a copy of the configuration"
            raise UsageError(message, hint=hint, where=FOLDER) from error

    def _write(self, name: str, data: bytes) -> None:
        self._make()
        part = self.root / f"{name}.part"
        try:
            part.unlink(missing_ok=True)
            _write_new(part, data)
            part.replace(self.root / name)
        except OSError as error:
            message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
            raise StorageError(message, hint="free disk space or permissions", where=f"{FOLDER}/{name}") from error


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet; a link in its place is an error, never followed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
