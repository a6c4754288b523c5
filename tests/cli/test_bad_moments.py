"""Bad moments: no room, a reader who left, a stop, a fault of our own; nothing earlier is lost."""

import errno
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Run
from support.git_repositories import Repository
from support.program import AS_OF, PROGRAM, environment, fails, tieout
from tieout import api
from tieout.cli import main as entry
from tieout.store import Store


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stages(folder: Path) -> dict[str, bytes]:
    """What each stage wrote for the next."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".json", ".yaml"}}


# --- where the packet goes


@pytest.fixture
def judged(small: Repository) -> Repository:
    """A system whose packet can be made at once."""
    assert tieout("collect", cwd=small.folder).code == 0
    assert tieout("assess", cwd=small.folder).code == 0
    return small


def test_a_folder_that_cannot_hold_the_packet(judged: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("mine")
    before = files(tmp_path / "foreign")
    for out, word in (
        (tmp_path / "file", "is a file"),
        (tmp_path / "file" / "below", "cannot be written"),
        (Path("/proc/packet"), "cannot be written"),
        (tmp_path / "foreign", "not a packet"),
        (Path(), "folder of its own"),
        (Path("/"), "folder of its own"),
        (judged.folder / "records", "not a packet"),
    ):
        fails(tieout("packet", "--out", out, cwd=judged.folder), 2, word)
    assert files(tmp_path / "foreign") == before
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_looks_at_the_folder_first(small: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    fails(tieout("run", "--out", tmp_path / "file", cwd=small.folder), 2, "is a file")
    assert not (small.folder / ".tieout").exists()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB; where none may be mounted, the test says that it did not run."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("NOT CHECKED on a full disk: this user may not mount one (the file-size limit is checked)")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_keeps_the_earlier_packet(judged: Repository, tiny_disk: Path) -> None:
    earlier = tiny_disk / "out"
    (earlier / "packet").mkdir(parents=True)
    (earlier / "packet" / "bagit.txt").write_text("an earlier packet")
    (earlier / "VERIFY.txt").write_text("of it")
    before = files(earlier)
    fails(tieout("packet", "--out", earlier, cwd=judged.folder), 1, "no space left", "free disk space")
    assert files(earlier) == before
    assert [path.name for path in tiny_disk.iterdir()] == ["out"]


def limited() -> None:
    """In the child: no file may be larger than 400 kB; the report is, the fonts it is set in are not."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


def test_a_write_that_fails_keeps_the_earlier_packet(judged: Repository, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert tieout("packet", "--out", out, "--prepared-for", "first", cwd=judged.folder).code == 0
    before = files(out)
    answer = tieout("packet", "--out", out, "--prepared-for", "second", cwd=judged.folder, preexec_fn=limited)
    fails(answer, 1, "could not be written", "file too large")
    assert files(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_full_standard_output_is_told(small: Repository) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [PROGRAM, "schema", "config"],
            cwd=small.folder,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.decode().splitlines()
    assert line.startswith("tieout: the output: could not be written: no space left on device")


def test_a_reader_that_leaves_is_no_error(example_packet: Run) -> None:
    for command in ("schema config", "explain GOVERN 2.1", "assess --format json"):
        piped = subprocess.run(
            ["bash", "-c", f"set -o pipefail; '{PROGRAM}' {command} | head -c 1 >/dev/null"],
            cwd=example_packet.example.repository,
            env=environment(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (piped.returncode, piped.stderr) == (0, b""), command


# --- being stopped


@pytest.fixture
def reading(example_packet: Run, tmp_path: Path) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a collection in a copy of the example with a log that takes long, and waits until it is read."""
    copy = example_packet.example.copy(tmp_path / "copy")
    first = next((copy.root / "logs").iterdir())
    for number in range(300):
        os.link(first, copy.root / "logs" / f"gateway-2026-11-{number:03}.jsonl")
    (tmp_path / "t").mkdir()

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [PROGRAM, "collect", "--as-of", AS_OF],
            cwd=copy.repository,
            env=environment(TMPDIR=str(tmp_path / "t")),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # a terminal's group, which Ctrl-C reaches as a whole
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                opened = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
            except OSError as error:
                if error.errno not in {errno.ENOENT, errno.ESRCH}:
                    raise
                continue
            if any(str(copy.root / "logs") in path for path in opened):
                return process
            time.sleep(0.005)
        pytest.fail(f"the log was never read: {process.communicate()}")

    return start


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        (signal.SIGINT, 130, "tieout: stopped by Ctrl-C"),
        (signal.SIGTERM, 143, "tieout: stopped by SIGTERM"),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_stopped_in_mid_collect(
    reading: Callable[[], subprocess.Popen[bytes]], tmp_path: Path, number: int, code: int, told: str
) -> None:
    copy = tmp_path / "copy"
    before = files(copy / "packet"), stages(copy / "claims-triage/.tieout")
    process = reading()
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert out == b""
    assert len(err.decode().splitlines()) == (1 if told else 0)
    assert err.decode().startswith(told)
    after = files(copy / "packet"), stages(copy / "claims-triage/.tieout")
    assert after == before
    if number != signal.SIGKILL:
        assert list((tmp_path / "t").iterdir()) == []  # no quarantine is left behind
    # The same again, to its end, with the log as it was.
    for path in (copy / "logs").glob("gateway-2026-11-???.jsonl"):
        path.unlink()
    again = tieout("collect", "--as-of", AS_OF, cwd=copy / "claims-triage")
    assert again.code == 0, again.err
    assert (copy / "claims-triage/.tieout/collection.json").read_bytes() == before[1]["collection.json"]
    with Store.open(copy / "claims-triage/.tieout/store", create=False) as store:
        assert store.fsck() == []


def test_without_a_terminal_nothing_is_asked_and_nothing_asserted(tmp_path: Path) -> None:
    """The four facts that have no open mark must be given; the questions themselves are in test_init.py."""
    for flags in ((), ("--yes",)):
        told = fails(tieout("init", *flags, cwd=tmp_path, stdin=b""), 2, "--phase", "--risk-tier", "--[no-]generative")
        assert "--[no-]third-party" in told
    assert list(tmp_path.iterdir()) == []


# --- faults of our own


def test_an_unforeseen_fault_is_one_line_too(
    small: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        message = "a surprise\nin two lines\x1b[2J"
        raise RuntimeError(message)

    monkeypatch.chdir(small.folder)
    monkeypatch.setattr(api, "collect", broken)
    monkeypatch.delenv("TIEOUT_DEBUG", raising=False)
    assert entry.run(["collect"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tieout: internal error: RuntimeError in cli/commands/collect.py:")
    assert "TIEOUT_DEBUG=1" in line
    assert "\x1b" not in line
    monkeypatch.setenv("TIEOUT_DEBUG", "1")
    assert entry.run(["collect"]) == 1
    assert "Traceback" in capsys.readouterr().err
