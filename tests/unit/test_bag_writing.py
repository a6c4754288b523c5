"""How a packet folder is written: whole or not at all, never over what is not a packet."""

import errno
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tieout.kernel.errors import StorageError, UsageError
from tieout.pipeline import bag
from tieout.pipeline.archive import archive_path, write_zip
from tieout.pipeline.bag import tag_manifest_digest, write_bag, write_packet
from tieout.pipeline.place import demand_place
from tieout.store.storage import OS_STORAGE

PAYLOAD = {"report.pdf": b"%PDF", "evidence/index.json": b"{}", "oscal/catalog.json": b"{}"}
INFO = [("Bagging-Date", "2026-11-22"), ("Marking", "two\nlines \x85 and\u2028 more")]
BESIDE = {"VERIFY.txt": b"how to"}
LAST = 8 + 5 + 1  # syncs: of its files, of its folders, and of the folder above


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


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A repository can carry the default folder as a link to a packet that counts."""
    write(tmp_path / "signed")
    before = contents(tmp_path / "signed")
    (tmp_path / "out").symlink_to("signed")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("out", "dangling"):
        with pytest.raises(UsageError, match="symbolic link"):
            write(tmp_path / name, {"report.pdf": b"other"})
    assert contents(tmp_path / "signed") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling", "out", "signed"]


@pytest.mark.parametrize("out", ["link/out", "link/../out", "link/new/deep/out"])
def test_a_link_on_the_way_is_refused_where_a_repository_may_have_put_it(tmp_path: Path, out: str) -> None:
    work = tmp_path / "above" / "work"
    (tmp_path / "elsewhere").mkdir()
    work.mkdir(parents=True)
    (work / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="link on the way is a symbolic link"):
        demand_place(work / out, work=work)
    # A link above the configuration is the user's own: half of all machines have one in the way to /tmp.
    (tmp_path / "mine").symlink_to(tmp_path / "above")
    demand_place(tmp_path / "mine" / "work" / "out", work=tmp_path / "mine" / "work")


OWN_FILES = ["packet.dsse.json", "packet.tsr", "notes.txt", "packet/approval.pdf", "packet/data/evidence/note.txt"]


@pytest.mark.parametrize("name", OWN_FILES)
def test_a_file_that_tieout_did_not_write_is_never_replaced(tmp_path: Path, name: str) -> None:
    write(tmp_path / "out")
    (tmp_path / "out" / name).write_text("mine")
    before = contents(tmp_path / "out")
    with pytest.raises(UsageError) as caught:
        write(tmp_path / "out", {"report.pdf": b"other"})
    assert name in caught.value.message
    assert "--out" in caught.value.hint
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("name", [".out.tieout-part", ".out.tieout-old"])
def test_what_stands_under_a_name_of_ours_and_is_not_ours_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="did not make it"):
        write(tmp_path / "out")
    assert (tmp_path / name / "thesis.txt").read_text() == "mine"
    (tmp_path / name / "thesis.txt").unlink()
    (tmp_path / name).rmdir()
    (tmp_path / "victim").mkdir()
    (tmp_path / name).symlink_to("victim")
    with pytest.raises(UsageError, match="symbolic link"):
        write(tmp_path / "out")
    assert list((tmp_path / "victim").iterdir()) == []


@pytest.mark.parametrize("out", ["a" * 300, "/".join(["a" * 200] * 30)])
def test_a_name_that_no_disk_takes(tmp_path: Path, out: str) -> None:
    with pytest.raises(UsageError, match="too long") as caught:
        demand_place(tmp_path / out)
    assert len(str(caught.value)) < 300


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


@pytest.mark.parametrize("at", range(1, LAST + 1))
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_ends_early_keeps_the_earlier_packet(
    tmp_path: Path, at: int, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out")
    before = contents(tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(at, error))
        # The files, their folders, and the folder above once all is in its place.
        with pytest.raises((StorageError, KeyboardInterrupt)):
            write(tmp_path / "out", {**PAYLOAD, "report.pdf": b"newer"})
    found = contents(tmp_path / "out")
    assert found == before or (at == LAST and found["packet/data/report.pdf"] == b"newer")
    write(tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_a_sync_of_many_files_that_fails_keeps_the_earlier_packet(
    tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out")
    before = contents(tmp_path / "out")
    handles = []

    def fails(handle: int) -> None:
        handles.append(os.fstat(handle))
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(bag, "MANY", 1)
        patch.setattr(OS_STORAGE, "open_whole", lambda folder: os.open(folder, os.O_RDONLY))
        patch.setattr(OS_STORAGE, "fsync_whole", fails)
        with pytest.raises((StorageError, KeyboardInterrupt)):
            write(tmp_path / "out", {**PAYLOAD, "report.pdf": b"newer"})
        assert contents(tmp_path / "out") == before
        patch.setattr(OS_STORAGE, "fsync_whole", os.fstat)
        write(tmp_path / "out", {**PAYLOAD, "report.pdf": b"newer"})
    assert contents(tmp_path / "out")["packet/data/report.pdf"] == b"newer"
    assert len(handles) == 1


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


AS_OF = datetime(2026, 11, 22, tzinfo=UTC)


def put(folder: Path, archive: datetime | None, payload: dict[str, bytes] | None = None) -> tuple[str, ...]:
    return write_packet(folder, payload or PAYLOAD, INFO, b"how to", archive=archive)[1]


def test_an_archive_goes_with_the_packet_it_was_made_of(tmp_path: Path) -> None:
    put(tmp_path / "out", AS_OF)
    put(tmp_path / "out", AS_OF, {**PAYLOAD, "report.pdf": b"other"})
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.read("out/packet/data/report.pdf") == b"other"
    assert put(tmp_path / "out", None) == ()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def foreign_archive(target: Path) -> None:
    target.write_bytes(b"PK my own archive")


def archive_with_a_file_of_mine(target: Path) -> None:
    write_zip(target.with_suffix(""), target, AS_OF)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("out/notes.txt", "mine")


def linked_archive(target: Path) -> None:
    write_zip(target.with_suffix(""), target.with_name("elsewhere.zip"), AS_OF)
    target.symlink_to("elsewhere.zip")


@pytest.mark.parametrize("there", [foreign_archive, archive_with_a_file_of_mine, linked_archive])
def test_an_archive_that_tieout_did_not_write_stays(tmp_path: Path, there: Callable[[Path], None]) -> None:
    write(tmp_path / "out")
    there(tmp_path / "out.zip")
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="tieout did not write it"):
        put(tmp_path / "out", AS_OF, {**PAYLOAD, "report.pdf": b"other"})
    assert contents(tmp_path) == before
    (note,) = put(tmp_path / "out", None)
    assert "out.zip beside the packet is not its archive" in note
    assert (tmp_path / "out.zip").read_bytes() == before["out.zip"]


def test_an_archive_is_not_made_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / ".out.zip.tieout-part").symlink_to("victim")
    with pytest.raises(UsageError, match="symbolic link"):
        put(tmp_path / "out", AS_OF)
    assert (tmp_path / "victim").read_text() == "precious"


def test_two_writers_of_one_folder_leave_one_whole_packet(tmp_path: Path) -> None:
    """Each packet has 200 files with one content; a mixture of two would show."""
    contents_of = {name: {f"evidence/{number}": name for number in range(200)} for name in (b"one", b"two", b"three")}
    with ThreadPoolExecutor(6) as pool:
        ended = [pool.submit(put, tmp_path / "out", AS_OF, contents_of[name]) for _ in range(6) for name in contents_of]
        for one in ended:
            one.result()
    found = {content for path, content in contents(tmp_path / "out").items() if "/evidence/" in path}
    assert len(found) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.zip"]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {archive.read(name) for name in archive.namelist() if "/evidence/" in name} == found


def test_a_packet_that_another_user_may_not_take_away_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out"
    write(place)
    demand_place(place)
    access = os.access
    with monkeypatch.context() as patch:  # its folders are closed: half of it would stay under another name
        shut = place / "packet" / "data" / "oscal"
        patch.setattr(os, "access", lambda path, mode: Path(path) != shut and access(path, mode))
        with pytest.raises(UsageError, match="cannot be written: permission denied"):
            demand_place(place)
    tmp_path.chmod(0o1777)  # as /tmp is: only the owner may rename what stands in it
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 12_345)
    with pytest.raises(UsageError, match="cannot be written: permission denied"):
        demand_place(place)
    demand_place(tmp_path / "new")
