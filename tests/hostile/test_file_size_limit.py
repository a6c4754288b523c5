"""A limit on the size of files (`ulimit -f`) is told as that, never as a full disk; what was there before stays."""

import errno
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.systems import assessed, configuration, system
from tieout.cli import main as entry
from tieout.kernel.errors import StorageError
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.writing import FILE_SIZE_HINT, hint_for
from tieout.store.disk import storage_error

NOISE = random.Random(1).randbytes(2_000_000)  # noqa: S311 - bytes that do not compress, not a secret


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let this process and what it starts write no larger file; Python ignores the signal and gets an error."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_only_this_error_speaks_of_the_limit() -> None:
    assert hint_for(OSError(errno.EFBIG, "File too large"), "free disk space") == FILE_SIZE_HINT
    assert hint_for(OSError(errno.ENOSPC, "No space left on device"), "free disk space") == "free disk space"
    told = storage_error(OSError(errno.EFBIG, "File too large"), Path("log"))
    assert (told.message, told.hint) == ("a file would grow larger than files may here", FILE_SIZE_HINT)


def test_a_repository_that_may_not_be_copied(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"noise": NOISE})
    with largest_file(200_000), pytest.raises(StorageError, match="larger than files may here") as caught:
        Quarantine.open(repository.folder, uri="r")
    assert caught.value.hint == FILE_SIZE_HINT


@pytest.mark.parametrize(("command", "size"), [("collect", 2_000), ("packet", 20_000)])
def test_each_stage_says_so_in_one_line_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, size: int
) -> None:
    repository = system(tmp_path / "r", configuration())
    assessed(repository.folder)
    monkeypatch.chdir(repository.folder)
    kept = {path: path.read_bytes() for path in (repository.folder / ".tieout").glob("*.json")}
    with largest_file(size):
        code = entry.run([command, *(["--out", "../packet"] if command == "packet" else [])])
    (line,) = capsys.readouterr().err.splitlines()
    assert code == 1
    assert "ulimit -f" in line, line
    assert "free" not in line
    assert {path: path.read_bytes() for path in kept} == kept
    assert not (tmp_path / "packet").exists()
    assert not [path for path in tmp_path.iterdir() if "tieout-part" in path.name]
