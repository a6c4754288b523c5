"""How a packet folder is written: whole or not at all, never over what is not a packet."""

import errno
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tieout.kernel.errors import StorageError, UsageError
from tieout.pipeline.bag import archive_path, demand_place, tag_manifest_digest, write_bag, write_zip

PAYLOAD = {"report.pdf": b"%PDF", "evidence/index.json": b"{}", "oscal/catalog.json": b"{}"}
INFO = [("Bagging-Date", "2026-11-22"), ("Marking", "two\nlines \x85 and\u2028 more")]
BESIDE = {"VERIFY.txt": b"how to"}


def write(folder: Path, payload: dict[str, bytes] | None = None) -> None:
    write_bag(folder, payload or PAYLOAD, INFO, BESIDE)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_bag_is_written_and_replaced(tmp_path: Path) -> None:
    write(tmp_path / "new" / "deep" / "out")
    write(tmp_path / "new" / "deep" / "out", {"report.pdf": b"other", "evidence/index.json": b"{}"})
    assert contents(tmp_path / "new" / "deep" / "out").keys() == {
        "VERIFY.txt",
        "packet/bag-info.txt",
        "packet/bagit.txt",
        "packet/data/evidence/index.json",
        "packet/data/report.pdf",
        "packet/manifest-sha256.txt",
        "packet/tagmanifest-sha256.txt",
    }
    assert [path.name for path in (tmp_path / "new" / "deep").iterdir()] == ["out"]


def test_each_line_of_bag_info_is_one_line(tmp_path: Path) -> None:
    write(tmp_path / "out")
    lines = (tmp_path / "out" / "packet" / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    assert lines == ["Bagging-Date: 2026-11-22", "Marking: two lines and more", "Payload-Oxum: 8.3"]


def test_the_digest_is_that_of_the_tag_manifest(tmp_path: Path) -> None:
    import hashlib

    write(tmp_path / "out")
    data = (tmp_path / "out" / "packet" / "tagmanifest-sha256.txt").read_bytes()
    assert tag_manifest_digest(PAYLOAD, INFO) == hashlib.sha256(data).hexdigest()


def file_there(place: Path) -> None:
    place.write_text("mine")


def foreign_folder(place: Path) -> None:
    place.mkdir()
    (place / "thesis.txt").write_text("mine")


def folder_named_packet(place: Path) -> None:
    """The names of a packet, without its bag."""
    (place / "packet").mkdir(parents=True)
    (place / "packet" / "thesis.txt").write_text("mine")
    (place / "VERIFY.txt").write_text("mine")


def bag_without_notice(place: Path) -> None:
    """Somebody else's bag."""
    (place / "packet").mkdir(parents=True)
    (place / "packet" / "bagit.txt").write_text("mine")


@pytest.mark.parametrize("there", [file_there, foreign_folder, folder_named_packet, bag_without_notice])
def test_what_is_no_packet_is_never_replaced(tmp_path: Path, there: Callable[[Path], None]) -> None:
    there(tmp_path / "out")
    before = contents(tmp_path)
    with pytest.raises(UsageError):
        write(tmp_path / "out")
    assert contents(tmp_path) == before


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert (tmp_path / "out" / "packet" / "bagit.txt").is_file()


@pytest.mark.parametrize("out", [".", "..", "/", "a/.."])
def test_the_current_folder_is_no_place_for_a_packet(tmp_path: Path, out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="folder of its own"):
        demand_place(Path(out))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for _ in range(2):
        write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in (tmp_path / "real").iterdir()) == ["VERIFY.txt", "packet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def failing(at: int, error: BaseException) -> Callable[[int], None]:
    """An fsync that fails the n-th time."""
    done = 0

    def fsync(descriptor: int) -> None:
        nonlocal done
        done += 1
        if done == at:
            raise error
        os.fstat(descriptor)

    return fsync


@pytest.mark.parametrize("at", range(1, 10))
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_ends_early_keeps_the_earlier_packet(
    tmp_path: Path, at: int, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out")
    before = contents(tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(at, error))
        # Nine calls: eight files, and the folder once all is in its place.
        with pytest.raises((StorageError, KeyboardInterrupt)):
            write(tmp_path / "out", {**PAYLOAD, "report.pdf": b"newer"})
    found = contents(tmp_path / "out")
    assert found == before or (at == 9 and found["packet/data/report.pdf"] == b"newer")
    write(tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_put_right(tmp_path: Path) -> None:
    """Killed between the two renames: the earlier packet stands aside, the new one is half made."""
    write(tmp_path / "out")
    before = contents(tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / ".out.tieout-old")
    (tmp_path / ".out.tieout-part" / "packet").mkdir(parents=True)
    write(tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_that_only_look_alike_are_left_alone(tmp_path: Path) -> None:
    for name in ("out.part", "out.old", ".out.tmp"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine").write_text("mine")
    write(tmp_path / "out")
    assert all((tmp_path / name / "mine").is_file() for name in ("out.part", "out.old", ".out.tmp"))


def test_an_archive_is_deterministic_and_dated_within_what_the_format_holds(tmp_path: Path) -> None:
    write(tmp_path / "out")
    target = archive_path(tmp_path / "out")
    assert target == tmp_path / "out.zip"
    written = []
    for year in (2026, 2026, 1601, 9999):
        write_zip(tmp_path / "out", target, datetime(year, 2, 3, 4, 5, 6, tzinfo=UTC))
        written.append(target.read_bytes())
        with zipfile.ZipFile(target) as archive:
            assert {entry.date_time[0] for entry in archive.infolist()} == {min(max(year, 1980), 2107)}
            assert archive.read("out/packet/data/report.pdf") == b"%PDF"
    assert written[0] == written[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.zip"]
