"""A repository that is small on disk and huge unpacked is refused before any of it is copied."""

import random
import zlib
from hashlib import sha1
from pathlib import Path

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git import quarantine as quarantine_module
from tieout.kernel.git import sizes
from tieout.kernel.git.program import CLONE_SECONDS, FEW_CLONE_SECONDS, Git
from tieout.kernel.git.quarantine import Quarantine

MB = 1 << 20
ZEROS = bytes(4 * MB)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit in megabytes, so that tests need no gigabytes."""
    monkeypatch.setattr(sizes, "ALWAYS_BYTES", MB)
    monkeypatch.setattr(sizes, "MOST_TIMES", 100)  # git packs loose objects quickly, not well


def copied(repository: Repository) -> list[str]:
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        return [entry.path for entry in quarantine.tree(quarantine.resolve("")).entries()]


def never(*_: object, **__: object) -> Path:
    raise AssertionError("it was copied")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("packed", [False, True])
def test_what_unpacks_to_much_more_than_it_takes_on_disk_is_not_copied(
    repository: Repository, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("zeros", {f"f{n}": ZEROS + bytes([n]) for n in range(2)})
    if packed:
        repository.git("repack", "-adq")
    monkeypatch.setattr(quarantine_module, "_clone", never)
    with pytest.raises(UnreadableError, match=r"take [0-9.]+ KiB on disk and 8\.0 MiB unpacked.* not copied") as caught:
        copied(repository)
    assert caught.value.hint
    assert caught.value.where == "r"


@pytest.mark.usefixtures("few")
def test_a_delta_says_how_large_it_unpacks_and_that_is_what_counts(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One piece of 64 KiB, told sixty-four times by two hundred bytes: its size stands in the delta itself."""
    piece = random.Random(1).randbytes(65_536)  # noqa: S311 - bytes that do not compress, not a secret
    base = sha1(b"blob 65536\0" + piece, usedforsecurity=False).digest()
    delta = b"\x80\x80\x04" + b"\x80\x80\x80\x02" + b"\x80" * 64  # from 65,536 bytes, to 4 MiB, copy all of it
    pack = (
        b"PACK\0\0\0\2\0\0\0\2"
        + (b"\xb0\x80\x20" + zlib.compress(piece))  # a blob of 65,536 bytes
        + (bytes([0xF0 | len(delta) & 15, len(delta) >> 4]) + base + zlib.compress(delta))  # a delta that names it
    )
    repository.commit("one", {"a.txt": "1"})
    repository.git("index-pack", "--stdin", stdin=pack + sha1(pack, usedforsecurity=False).digest())
    monkeypatch.setattr(sizes, "MOST_TIMES", 20)
    monkeypatch.setattr(quarantine_module, "_clone", never)
    with pytest.raises(UnreadableError, match=r"4\.1 MiB unpacked"):
        copied(repository)


@pytest.mark.usefixtures("few")
def test_what_is_large_on_disk_too_is_copied(repository: Repository) -> None:
    repository.commit("noise", {"f": random.Random(1).randbytes(2 * MB)})  # noqa: S311 - bytes that do not compress
    assert copied(repository) == ["f"]


def test_a_few_gigabytes_are_copied_whatever_they_take_on_disk(repository: Repository) -> None:
    repository.commit("zeros", {"f": ZEROS})
    assert copied(repository) == ["f"]
    assert sizes.ALWAYS_BYTES >= 4 << 30


def test_there_is_an_end_whatever_it_takes_on_disk(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit("noise", {"f": random.Random(1).randbytes(2 * MB)})  # noqa: S311 - bytes that do not compress
    monkeypatch.setattr(sizes, "ALWAYS_BYTES", 1000)
    monkeypatch.setattr(sizes, "MOST_BYTES", MB)
    with pytest.raises(UnreadableError, match=r"more than 2\.0 MiB unpacked"):
        copied(repository)


@pytest.mark.usefixtures("few")
def test_a_damaged_object_beside_a_bomb_hides_nothing(repository: Repository) -> None:
    repository.commit("zeros", {"f": ZEROS, "g": "x"})
    blob = repository.git("rev-parse", "HEAD:g")
    loose = repository.git_dir / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"no object")
    with pytest.raises(UnreadableError, match="unpacked, so it was not copied"):
        copied(repository)


def test_the_time_for_a_copy_grows_with_what_is_on_disk(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    whole = Git.run

    def run(git: Git, *arguments: str | bytes, **options: object) -> bytes:
        if arguments[0] == "clone":
            given.append(float(str(options["seconds"])))
        return whole(git, *arguments, **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Git, "run", run)
    repository.commit("one", {"a.txt": "1"})
    copied(repository)
    bundle = tmp_path / "all.bundle"
    repository.git("bundle", "create", "-q", str(bundle), "--all")
    with Quarantine.open(bundle, uri="b"):
        pass
    assert all(FEW_CLONE_SECONDS <= seconds < FEW_CLONE_SECONDS + 1 for seconds in given)
    assert len(given) == 2
    with (repository.git_dir / "objects" / "pack" / "pack-large.tmp").open("wb") as sparse:
        sparse.truncate(100_000 * MB)
    copied(repository)
    assert given[-1] == CLONE_SECONDS
