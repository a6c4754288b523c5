"""Packets that are made to keep a reader busy: holes, pipes, devices, links, and work that has no end."""

import json
import os
import re
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.packets import sha256
from support.program import fails, tieout
from tieout import api
from tieout.kernel.reading import files
from tieout.pipeline import again_process, verifying
from tieout.pipeline.again_process import run_again
from tieout.pipeline.parts import PARTS

#: What the process does when it should assess; it is put in place before the process starts its work.
ACTING = """
import sys
if "tieout.pipeline.again_worker" in sys.orig_argv:
    import os, signal, socket, subprocess, time
    from pathlib import Path
    from tieout.pipeline import reperforming
    def act(*_):
        {act}
    reperforming.run_rules = act
"""


def a_copy(packet: Path) -> Path:
    return min((packet / "packet" / "data" / "evidence").glob("*/source.yaml"))


# --- what is no file, or larger than any


def test_a_hole_is_refused_before_it_is_read(packet: Path) -> None:
    os.truncate(a_copy(packet), 60 << 30)
    started = time.monotonic()
    told = fails(tieout("verify", packet, cwd=packet.parent), 5, "1 problem", "source.yaml has more than 1 GiB")
    assert time.monotonic() - started < 10, told


def test_a_hole_that_bag_info_counts_is_refused_as_well(packet: Path) -> None:
    os.truncate(a_copy(packet), 60 << 30)
    info = packet / "packet" / "bag-info.txt"
    payload = [path for path in (packet / "packet" / "data").rglob("*") if path.is_file()]
    stated = f"Payload-Oxum: {sum(path.stat().st_size for path in payload)}.{len(payload)}"
    info.write_text(re.sub(r"Payload-Oxum: .*", stated, info.read_text()))
    assert len(api.verify_packet(packet).problems) == 1


def test_many_holes_are_refused_together(packet: Path) -> None:
    for number in range(20):
        path = packet / "packet" / "data" / "evidence" / f"hole-{number}"
        path.touch()
        os.truncate(path, 1 << 30)
    started = time.monotonic()
    assert api.verify_packet(packet).problems == ("the bag has more than 16 GiB, and no packet is as large",)
    assert time.monotonic() - started < 10


def test_more_files_than_a_packet_has_are_refused(packet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ENTRIES", 10)
    assert api.verify_packet(packet).problems == ("the bag holds more than 10 files",)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    if os.geteuid():
        pytest.skip("NOT CHECKED: only root makes devices")
    os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero, which has no end


def link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_the_same(path: Path) -> None:
    """The bytes are right, and may change without anybody coming here."""
    path.symlink_to(path.with_name("elsewhere"))


def folder(path: Path) -> None:
    path.mkdir()
    (path / "file").write_text("x")


def unix_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # such a name has at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (pipe, "is a named pipe, not a file"),
        (device, "is a device, not a file"),
        (link, "is a symbolic link, which is never followed"),
        (link_to_the_same, "is a symbolic link, which is never followed"),
        (unix_socket, "is a socket, not a file"),
    ],
)
@pytest.mark.parametrize("name", ["copy", "report.pdf", "oscal/catalog.json"])
def test_what_is_no_file_is_told_in_one_line(packet: Path, make: Callable[[Path], None], told: str, name: str) -> None:
    path = a_copy(packet) if name == "copy" else packet / "packet" / "data" / name
    path.rename(packet.parent / "elsewhere")
    make(path)
    started = time.monotonic()
    assert api.verify_packet(packet).problems == (f"{path.relative_to(packet / 'packet').as_posix()} {told}",)
    assert time.monotonic() - started < 10


def test_a_pipe_that_is_not_listed_is_told_in_one_line(packet: Path) -> None:
    os.mkfifo(packet / "packet" / "data" / "evidence" / "more")
    assert api.verify_packet(packet).problems == ("data/evidence/more is a named pipe, not a file",)


@pytest.mark.parametrize("name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_tag_file_that_is_a_pipe_is_told_by_name(packet: Path, name: str) -> None:
    (packet / "packet" / name).unlink()
    os.mkfifo(packet / "packet" / name)
    assert f"{name} is a named pipe, not a file" in api.verify_packet(packet).problems


def test_a_hard_link_is_noted(packet: Path) -> None:
    """The bytes are right; backups are kept so. Whoever may write to the other name may change them later."""
    os.link(a_copy(packet), packet.parent / "elsewhere")
    answer = tieout("verify", packet, cwd=packet.parent)
    assert answer.code == 0
    assert answer.err.startswith("note: 1 file has another name outside or inside the packet (hard link)")
    (packet.parent / "elsewhere").write_text("other")
    fails(tieout("verify", packet, cwd=packet.parent), 5, "was changed")


def test_a_folder_in_place_of_a_file_is_told(packet: Path) -> None:
    path = a_copy(packet)
    path.unlink()
    folder(path)
    name = path.relative_to(packet / "packet").as_posix()
    found = api.verify_packet(packet).problems
    assert f"{name} is listed in manifest-sha256.txt and is missing" in found
    assert f"{name}/file is there and is not listed in manifest-sha256.txt" in found


# --- work without an end


def acting(folder: Path, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "acting").mkdir()
    (folder / "acting" / "sitecustomize.py").write_text(ACTING.format(act=act))
    monkeypatch.setenv("PYTHONPATH", str(folder / "acting"))


def left_behind() -> list[str]:
    """Processes of our verifications that still run; others on this machine verify, too."""
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split()
    return [child for child in children if b"again_worker" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.fixture
def own_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for what is temporary."""
    (tmp_path / "own-tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "own-tmp"))
    return tmp_path / "own-tmp"


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("while True: pass", "stopped after 4 s"),
        ("time.sleep(60)", "stopped after 4 s"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", "stopped after 4 s"),
        ("bytearray(5 << 30)", "stopped: it needs more than 4 GiB of memory"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "stopped: it ended by signal 11"),
        ("os.abort()", "stopped: a library gave up"),
        ("os._exit(0)", "stopped: it ended with status 0"),
        ("1 / 0", "stopped: it ended with status 1"),
    ],
)
def test_work_that_has_no_end_is_stopped_and_never_a_pass(
    packet: Path, own_temporary: Path, act: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(packet.parent, act, monkeypatch)
    monkeypatch.setattr(again_process, "SECONDS", 4)
    started = time.monotonic()
    found = api.verify_packet(packet, reperform=True)
    assert time.monotonic() - started < 40
    assert (found.problems, found.verified, found.reperformed) == ((), False, ())
    assert [part.name for part in found.unmet] == list(PARTS)
    assert all(part.state == "not-done" and part.why.startswith(why) for part in found.unmet), found.unmet
    assert (left_behind(), list(own_temporary.iterdir())) == ([], [])


@pytest.mark.parametrize(
    ("act", "event"),
    [
        ("socket.create_connection(('127.0.0.1', 9))", "socket."),
        ("subprocess.run(['true'])", "subprocess.Popen"),
        ("subprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
        ("os.system('true')", "os.system"),
        ("Path('/tieout-escaped').write_text('')", "open"),
        ("Path(os.environ['TMPDIR'] + '/../tieout-escaped').write_text('')", "open"),
    ],
)
def test_the_process_can_reach_nothing_but_the_packet(
    packet: Path, own_temporary: Path, act: str, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(packet.parent, act, monkeypatch)
    found = api.verify_packet(packet)
    assert len(found.problems) == 1
    assert f"the verification asked for what it may not have: {event}" in found.problems[0]
    assert not found.verified
    assert list(own_temporary.iterdir()) == []
    assert not Path("/tieout-escaped").exists()


def test_what_was_stopped_ends_with_5(packet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acting(packet.parent, "os._exit(0)", monkeypatch)
    variables = {"PYTHONPATH": str(packet.parent / "acting")}
    answer = tieout("verify", packet, cwd=packet.parent, variables=variables)
    fails(answer, 5, "its assessment was not confirmed: stopped: it ended with status 0")
    assert "; nothing was done again." in answer.out
    assert "✕ Not done again: assessment: stopped: it ended with status 0." in answer.out
    assert "●" not in answer.out


def test_an_interrupt_ends_the_process_and_leaves_nothing(
    packet: Path, own_temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(packet.parent, "os.kill(os.getppid(), signal.SIGINT); time.sleep(60)", monkeypatch)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        api.verify_packet(packet)
    assert (left_behind(), list(own_temporary.iterdir())) == ([], [])


def test_a_packet_that_is_exchanged_meanwhile_is_not_done_again(packet: Path) -> None:
    bag = packet / "packet"
    digest = sha256((bag / "tagmanifest-sha256.txt").read_bytes())
    for path in ("data/inputs/collection.json", "tagmanifest-sha256.txt"):
        kept = (bag / path).read_bytes()
        (bag / path).write_bytes(kept + b"\n")
        parts, problems = run_again(bag, digest, PARTS[:1])
        assert [part.state for part in parts] == ["not-done"]
        assert "was changed while" in f"{parts[0].why} {' '.join(problems)}"
        (bag / path).write_bytes(kept)
    assert run_again(bag, digest, PARTS[:1])[0][0].state == "same"


def told(**other: object) -> bytes:
    """An answer of the process, in one thing wrong."""
    part = {"name": "assessment", "state": "same", "why": "", "items": 0, "of": 0, "left": []}
    return json.dumps({"part": part | other, "problems": []}).encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"x",
        b"{}",
        b"[]",
        told(name="report"),
        told(state="fine"),
        told(why=1),
        told(left=[{"what": None, "items": 1}]),
        b"[" * 100_000,
    ],
)
def test_an_answer_without_sense_is_none(packet: Path, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    acting(packet.parent, f"os.write(1, {answer!r} + b'\\n'); os._exit(0)", monkeypatch)
    text = (packet.parent / "acting" / "sitecustomize.py").read_text()
    # Before it starts its work, the process writes to the very pipe.
    early = text.replace("    reperforming.run_rules = act", "    act()")
    (packet.parent / "acting" / "sitecustomize.py").write_text(early)
    parts, problems = run_again(packet / "packet", "", PARTS[:1])
    assert ([(part.state, part.why) for part in parts], problems) == (
        [("not-done", "stopped: its answer made no sense")],
        [],
    )


def test_the_limits_are_those_that_are_told() -> None:
    assert verifying.LARGEST_FILE == 1 << 30
    assert again_process.SECONDS <= 600
