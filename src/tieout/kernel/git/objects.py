"""Bulk reading of git objects by one long-lived `cat-file` process, each verified against its id."""

import hashlib
import os
import select
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.program import CALL_SECONDS, Git, end

MAX_OBJECT_BYTES = 256 * 1024 * 1024
"""No object larger than this is taken into memory."""
_BATCH = 400  # ids in one write: below the 64 KiB that a pipe holds, so that writing never waits
_CHUNK = 1 << 16  # what a pipe holds; asking for more costs a large allocation each time


@dataclass(frozen=True, slots=True)
class GitObject:
    """One object: its kind (blob, tree, commit, tag) and its bytes."""

    kind: str
    data: bytes


class _EndedError(Exception):
    """The process ended in the middle of an answer: git gives up at a damaged object."""


class ObjectReader:
    """Reads objects by id; not for several threads at once.

    Attributes:
        object_format: "sha1" or "sha256".
    """

    def __init__(self, git: Git, object_format: str) -> None:
        self._git = git
        self.object_format = object_format
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()

    def read(self, object_id: str, *, max_bytes: int = MAX_OBJECT_BYTES) -> GitObject:
        """One object.

        Raises:
            UnreadableError: It is missing, damaged, too large or not what its id says.
        """
        found = self.find(object_id, max_bytes=max_bytes)
        if found is None:
            message = f"the object {object_id} is missing or damaged in this repository"
            raise UnreadableError(message, hint="fetch the whole repository", where=self._git.where)
        return found

    def find(self, object_id: str, *, max_bytes: int = MAX_OBJECT_BYTES) -> GitObject | None:
        """One object, or None where it is missing or damaged.

        Raises:
            UnreadableError: It is too large, or not what its id says.
        """
        ((_, found),) = self.find_many([object_id], max_bytes=max_bytes)
        return found

    def find_many(
        self, object_ids: Iterable[str], *, max_bytes: int = MAX_OBJECT_BYTES
    ) -> Iterator[tuple[str, GitObject | None]]:
        """Many objects in the order asked for; None where one is missing or damaged.

        Raises:
            UnreadableError: One is too large, or not what its id says.
        """
        remaining = iter(object_ids)
        while batch := list(islice(remaining, _BATCH)):
            yield from self._find_batch(batch, max_bytes)

    def close(self) -> None:
        """End the process; the next call starts a new one."""
        if self._process is not None:
            end(self._process)
        self._process = None
        self._buffer.clear()

    def _find_batch(self, batch: list[str], max_bytes: int) -> Iterator[tuple[str, GitObject | None]]:
        complete = False
        together = _BATCH
        try:
            while batch:
                asked = batch[:together]
                answered = 0
                try:
                    self._ask(asked)
                    for object_id in asked:
                        found = self._answer(object_id, max_bytes)
                        answered += 1
                        yield object_id, found
                    together = _BATCH
                except _EndedError:
                    self.close()
                    if len(asked) == 1:  # alone it made git give up: this one is damaged
                        answered = 1
                        yield asked[0], None
                    together = 1 if len(asked) > 1 else _BATCH
                batch = batch[answered:]
            complete = True
        finally:
            if not complete:  # answers that nobody took must not meet the next question
                self.close()

    def _ask(self, batch: list[str]) -> None:
        if self._process is None:
            self._process = self._git.start(
                "cat-file",
                "--batch-command",
                "--buffer",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        question = "".join(f"contents {object_id}\n" for object_id in batch) + "flush\n"
        if self._process.stdin is None:
            raise _EndedError
        try:
            self._process.stdin.write(question.encode("ascii"))
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise _EndedError from error

    def _answer(self, object_id: str, max_bytes: int) -> GitObject | None:
        deadline = time.monotonic() + CALL_SECONDS
        header = self._line(deadline).split()
        if len(header) != 3:  # noqa: PLR2004 - id, kind, size; else "<id> missing"
            return None
        kind, size = header[1].decode("ascii"), int(header[2])
        if size > max_bytes:
            message = f"the {kind} {object_id} has {size} bytes, more than the {max_bytes} that are read"
            raise UnreadableError(message, where=self._git.where)
        data = self._exactly(size + 1, deadline)[:-1]
        digest = ObjectDigest(self.object_format, kind, size)
        digest.update(data)
        if digest.hexdigest() != object_id:
            message = f"the content stored as {object_id} does not match this id: it is damaged or forged"
            raise UnreadableError(message, where=self._git.where)
        return GitObject(kind, data)

    def _line(self, deadline: float) -> bytes:
        while (stop := self._buffer.find(b"\n")) < 0:
            self._fill(deadline)
        line = bytes(self._buffer[:stop])
        del self._buffer[: stop + 1]
        return line

    def _exactly(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            self._fill(deadline)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _fill(self, deadline: float) -> None:
        if self._process is None or self._process.stdout is None:
            raise _EndedError
        pipe = self._process.stdout.fileno()
        waiting = select.poll()
        waiting.register(pipe, select.POLLIN)
        if not waiting.poll(max(0, deadline - time.monotonic()) * 1000):
            raise UnreadableError("git did not answer in time and was stopped", where=self._git.where)
        data = os.read(pipe, _CHUNK)
        if not data:
            raise _EndedError
        self._buffer += data


class ObjectDigest:
    """The git id of an object, computed piece by piece: the hash over `<kind> <size>NUL<content>`.

    Args:
        object_format: "sha1" or "sha256".
        kind: blob, tree, commit or tag.
        size: Bytes of the content that `update` will be given.
    """

    def __init__(self, object_format: str, kind: str, size: int) -> None:
        # SHA-1 is git's own naming of objects here, not a protection of ours.
        self._hash = hashlib.sha256() if object_format == "sha256" else hashlib.sha1(usedforsecurity=False)
        self._hash.update(f"{kind} {size}\0".encode("ascii"))

    def update(self, data: bytes) -> None:
        """Add the next bytes of the content."""
        self._hash.update(data)

    def hexdigest(self) -> str:
        """The id, once all bytes were added."""
        return self._hash.hexdigest()
