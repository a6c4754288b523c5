"""The report is rendered in a process with limits: what runs away there is one line here, and the packet stays."""

import os
import tempfile
import threading
import time
from pathlib import Path

import pytest

from support.systems import assessed, configuration, system
from tieout import api
from tieout.cli import main as entry
from tieout.pipeline import report_process

# Stands in for WeasyPrint; what it does when it should render is the test's.
FAKE = """
import os, signal, socket, subprocess, sys, time
from pathlib import Path
class urls:
    class URLFetcher:
        def __init__(self, **_): pass
class HTML:
    def __init__(self, **_): pass
    def render(self, **_):
        {act}
CSS = HTML
"""
FONTS = "FontConfiguration = object\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system that was assessed, and is the current folder."""
    repository = system(tmp_path / "r", configuration())
    assessed(repository.folder)
    monkeypatch.chdir(repository.folder)
    return tmp_path


def acting(folder: Path, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package = folder / "fake" / "weasyprint"
    (package / "text").mkdir(parents=True)
    (package / "__init__.py").write_text(FAKE.format(act=act))
    (package / "text" / "__init__.py").write_text("")
    (package / "text" / "fonts.py").write_text(FONTS)
    monkeypatch.setenv("PYTHONPATH", str(folder / "fake"))


def temporary() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("tieout-report-*"))


def packet(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and the one line of `tieout packet`."""
    code = entry.run(["packet", "--out", "../packet"])
    (line,) = capsys.readouterr().err.splitlines()
    return code, line


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("while True: pass", "took longer than 3 seconds"),
        ("time.sleep(60)", "took longer than 3 seconds"),
        ("bytearray(5 << 30)", "more than 4 GiB of memory"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11"),
        ("os.abort()", "gave up"),
        ("os._exit(0)", "ended with status 0"),
        ("os.write(1, b'%PDF-forged'); os._exit(0)", "ended with status 0"),
        ("1 / 0", "ended with status 1"),
        ("socket.create_connection(('127.0.0.1', 9))", "may not have: socket."),
        ("subprocess.run(['true'])", "may not have: subprocess.Popen"),
        ("os.system('true')", "may not have: os.system"),
        ("Path('/var/tmp/tieout-escaped').write_text('')", "may not have: open"),
        ("Path(os.environ['TMPDIR'] + '/../tieout-escaped').write_text('')", "may not have: open"),
    ],
)
def test_what_runs_away_is_one_line_and_the_packet_goes_without_its_report(
    folder: Path, act: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    acting(folder, act, monkeypatch)
    monkeypatch.setattr(report_process, "SECONDS", 3)
    started = time.monotonic()
    code, line = packet(capsys)
    assert time.monotonic() - started < 30
    assert code == 1
    assert told in line
    assert line.startswith("tieout: the report ")
    data = folder / "packet" / "packet" / "data"
    assert not (data / "report.pdf").exists()
    assert (data / "index.html").is_file()
    assert api.verify_packet(folder / "packet").problems == ("data/report.pdf is missing: every packet has one",)
    assert not list(Path(tempfile.gettempdir()).glob("tieout-escaped"))


def test_a_full_temporary_folder_keeps_the_earlier_packet(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    act = "raise OSError(28, 'No space left on device')"
    acting(folder, act, monkeypatch)
    code, line = packet(capsys)
    assert (code, "no space left on device" in line, "TMPDIR" in line) == (1, True, True)
    assert not (folder / "packet").exists()


def test_an_interrupt_ends_the_child_and_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A folder of its own for what is temporary: other tests render at the same time.
    (tmp_path / "own-tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "own-tmp"))
    # The parent is interrupted by the child: the moment is the worst one, in mid-render.
    acting(folder, "os.kill(os.getppid(), signal.SIGINT); time.sleep(60)", monkeypatch)
    before = temporary()
    code, line = packet(capsys)
    assert code == 130
    assert "Ctrl-C" in line
    assert not (folder / "packet").exists()
    assert temporary() <= before
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split()
    assert not [child for child in children if b"report_worker" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_the_child_sees_little_of_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    act = "raise MemoryError if set(os.environ) <= {'PATH', 'PYTHONPATH', 'TMPDIR', 'LC_CTYPE'} else RuntimeError"
    acting(folder, act, monkeypatch)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    _, line = packet(capsys)
    assert "GiB of memory" in line, line
