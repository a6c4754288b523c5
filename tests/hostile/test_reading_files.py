"""Hostile files: whatever stands in a source, reading it neither hangs nor leaves the source."""

import os
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading import files
from tieout.kernel.reading.files import Entry, FolderView, View


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("not yours")
    return folder


@pytest.fixture(autouse=True)
def no_descriptor_is_left_open() -> Iterator[None]:
    before = len(list(Path("/proc/self/fd").iterdir()))
    yield
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.fixture(autouse=True)
def a_hang_is_a_failure() -> Iterator[None]:
    def too_late(*_: object) -> None:
        raise AssertionError("reading hangs")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, 30)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def refusal(root: Path, path: str, **options: int) -> str:
    view = FolderView(root, "source")
    started = time.monotonic()
    with pytest.raises(UnreadableError) as caught:
        view.read(path, **options)
    with pytest.raises(UnreadableError), view.open_stream(path):
        pass
    assert time.monotonic() - started < 1
    assert caught.value.where == files.display_path(path)
    return caught.value.message


def test_a_folder_view_is_a_view(root: Path) -> None:
    view: View = FolderView(root, "source")
    assert (view.uri, view.commit) == ("source", None)


def test_a_named_pipe_is_refused(root: Path) -> None:
    os.mkfifo(root / "pipe.yaml")
    assert "named pipe" in refusal(root, "pipe.yaml")


def test_a_socket_is_refused(root: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(root)  # socket paths are short
    try:
        server.bind("s.yaml")
    finally:
        os.chdir(here)
        server.close()
    assert "socket" in refusal(root, "s.yaml")


@pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd", "../outside.txt", "loop", "real.txt"])
def test_a_link_is_refused_wherever_it_leads(root: Path, target: str) -> None:
    (root / "real.txt").write_text("fine")
    (root / "loop").symlink_to(target)
    assert "symbolic link" in refusal(root, "loop")
    assert FolderView(root, "s").entries()[0] == Entry("loop", len(target), "symlink", None)


def test_a_device_is_refused(root: Path) -> None:
    try:
        os.mknod(root / "zero", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device needs root")
    assert "device" in refusal(root, "zero")


def test_a_linked_folder_is_not_entered(root: Path) -> None:
    (root / "up").symlink_to("..")
    assert [entry.path for entry in FolderView(root, "s").entries()] == ["up"]
    assert "links are never followed" in refusal(root, "up/outside.txt")


@pytest.mark.parametrize(
    "path", ["../outside.txt", "/etc/passwd", "a/../../outside.txt", "", ".", "a//b", "a/", "x\0y", "\ud800"]
)
def test_a_path_that_leaves_the_source_is_refused(root: Path, path: str) -> None:
    (root / "a").mkdir()
    refusal(root, path)


def test_a_folder_and_a_missing_file_are_refused(root: Path) -> None:
    (root / "a").mkdir()
    assert "is a folder" in refusal(root, "a")
    assert "does not exist" in refusal(root, "b")


def test_a_sparse_50_gigabyte_file_is_refused_at_once(root: Path) -> None:
    with (root / "huge.json").open("wb") as file:
        file.truncate(50 << 30)
    with pytest.raises(UnreadableError) as caught:
        FolderView(root, "s").read("huge.json")
    assert caught.value.message == "is 50.0 GiB; at most 32.0 MiB are read"


def test_the_size_cap_is_exact(root: Path) -> None:
    (root / "a").write_bytes(b"12345")
    view = FolderView(root, "s")
    assert view.read("a", max_bytes=5) == b"12345"
    with pytest.raises(UnreadableError):
        view.read("a", max_bytes=4)


def test_a_large_file_can_be_streamed(root: Path) -> None:
    with (root / "huge.log").open("wb") as file:
        file.write(b"first\n" * 200_000)
        file.truncate(500 << 20)  # in so few blocks a file system that compresses could keep a log
    with FolderView(root, "s").open_stream("huge.log") as stream:
        assert stream.readline(100) == b"first\n"


def rewrite_while_reading(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Run `change` right after the first block was read."""
    real_read = os.read
    pending = [change]

    def read(file: int, size: int) -> bytes:
        data = real_read(file, min(size, 4))
        if pending:
            pending.pop()()
        return data

    monkeypatch.setattr(files.os, "read", read)


@pytest.mark.parametrize("what", ["grows", "shrinks", "vanishes", "is rewritten", "is replaced"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = root / "moving.json"
    path.write_bytes(b"0123456789")
    os.utime(path, ns=(0, 0))
    (root / "other").write_bytes(b"9876543210")
    changes = {
        "grows": lambda: os.truncate(path, 14),
        "shrinks": lambda: os.truncate(path, 3),
        "vanishes": path.unlink,
        "is rewritten": lambda: path.write_bytes(b"9876543210"),
        "is replaced": lambda: (root / "other").rename(path),
    }
    with monkeypatch.context() as patch:
        rewrite_while_reading(patch, changes[what])
        with pytest.raises(UnreadableError) as caught:
            FolderView(root, "s").read("moving.json")
    assert caught.value.message == "changed while it was read"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_file_that_holds_more_than_its_size_says_is_refused() -> None:
    with pytest.raises(UnreadableError, match="changed while it was read"):
        FolderView(Path("/proc/self"), "s").read("status")


def test_a_quiet_file_is_read_in_pieces(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "still.json").write_bytes(b"0123456789")
    rewrite_while_reading(monkeypatch, lambda: None)
    assert FolderView(root, "s").read("still.json") == b"0123456789"


def test_a_stream_that_changes_is_refused_at_its_end(root: Path) -> None:
    path = root / "a.log"
    path.write_bytes(b"one\n")
    opened = FolderView(root, "s").open_stream("a.log")
    assert opened.__enter__().readline(10) == b"one\n"
    path.write_bytes(b"one\ntwo\n")
    with pytest.raises(UnreadableError, match="changed while it was read"):
        opened.__exit__(None, None, None)


def test_a_file_exchanged_for_a_pipe_between_look_and_open_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a").write_text("x")
    os.mkfifo(root / "pipe")
    real_open = os.open

    def swap_then_open(path: str, flags: int, *args: int, **options: int) -> int:
        if path == b"a":
            (root / "pipe").rename(root / "a")
        return real_open(path, flags, *args, **options)

    monkeypatch.setattr(files.os, "open", swap_then_open)
    started = time.monotonic()
    with pytest.raises(UnreadableError, match="named pipe"):
        FolderView(root, "s").read("a")
    assert time.monotonic() - started < 1


def test_undecodable_names_can_be_listed_read_and_printed(root: Path) -> None:
    name = b"r\xe9sum\xe9.md"
    (root / os.fsdecode(name)).write_bytes(b"text")
    view = FolderView(root, "s")
    entry = view.entries()[0]
    assert entry.path == "r\udce9sum\udce9.md"
    assert view.read(entry.path) == b"text"
    with pytest.raises(UnreadableError) as caught:
        view.read(entry.path, max_bytes=1)
    assert caught.value.where == r"r\xe9sum\xe9.md"


def test_entries_are_sorted_and_typed(root: Path) -> None:
    (root / "b").mkdir()
    (root / "b" / "z.txt").write_text("zz")
    (root / "b.txt").write_text("1")
    (root / "a").symlink_to("b.txt")
    os.mkfifo(root / "pipe")
    assert list(FolderView(root, "s").entries()) == [
        Entry("a", 5, "symlink", None),
        Entry("b.txt", 1, "file", None),
        Entry("b/z.txt", 2, "file", None),
        Entry("pipe", 0, "other", None),
    ]


@pytest.fixture
def roomy(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a hundred thousand files are slow on a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - made with a name of its own and removed
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


def test_a_hundred_thousand_files_are_listed(roomy: Path) -> None:
    for number in range(100):
        (roomy / f"{number:03}").mkdir()
        folder = os.open(roomy / f"{number:03}", os.O_RDONLY)
        for name in range(1000):
            os.mknod(f"{name:04}", stat.S_IFREG | 0o600, dir_fd=folder)
        os.close(folder)
    started = time.process_time()
    entries = FolderView(roomy, "s").entries()
    assert len(entries) == 100_000
    assert entries[-1].path == "099/0999"
    assert time.process_time() - started < 5


def test_a_very_deep_folder_is_a_problem_not_a_crash(root: Path) -> None:
    here = os.open(root, os.O_RDONLY)
    name = "d" * 20
    for _ in range(300):  # deeper than any path may be long
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    (root / "kept.txt").write_text("x")
    view = FolderView(root, "s")
    assert [entry.path for entry in view.entries()] == ["kept.txt"]
    assert view.problems == [("/".join([name] * 128), "is nested deeper than 128 folders")]


def test_a_folder_without_permission_is_a_problem_and_the_rest_is_listed(root: Path) -> None:
    (root / "closed").mkdir()
    (root / "closed" / "a").write_text("x")
    (root / "open.txt").write_text("x")
    (root / "closed").chmod(0)
    as_root = os.geteuid() == 0
    for parent in [root, *(up for up in root.parents if "pytest-" in str(up))] if as_root else []:
        parent.chmod(parent.stat().st_mode | 0o055)
    try:
        if as_root:
            os.seteuid(65534)
        view = FolderView(root, "s")
        entries = view.entries()
        with pytest.raises(UnreadableError) as caught:
            view.read("closed/a")
    finally:
        if as_root:
            os.seteuid(0)
        (root / "closed").chmod(0o700)
    assert [entry.path for entry in entries] == ["open.txt"]
    assert view.problems == [("closed", "may not be read by this user")]
    assert caught.value.message == "may not be read by this user"


def test_a_single_file_can_be_the_root(root: Path) -> None:
    (root / "one.json").write_text("{}")
    (root / "two.json").write_text("{}")
    view = FolderView(root / "one.json", "source/one.json")
    assert list(view.entries()) == [Entry("one.json", 2, "file", None)]
    assert view.read("one.json") == b"{}"
    with view.open_stream("one.json") as stream:
        assert stream.read(10) == b"{}"
    with pytest.raises(UnreadableError, match="not part of this source"):
        view.read("two.json")


def test_a_single_root_that_is_a_pipe_or_link_is_listed_and_not_read(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to("../outside.txt")
    assert FolderView(root / "pipe", "s").entries()[0].kind == "other"
    assert FolderView(root / "link", "s").entries()[0].kind == "symlink"
    with pytest.raises(UnreadableError):
        FolderView(root / "pipe", "s").read("pipe")
    with pytest.raises(UnreadableError):
        FolderView(root / "link", "s").read("link")


def test_a_file_of_holes_is_not_read_to_its_end(root: Path) -> None:
    for name, size in (("huge.jsonl", 50 * 10**9), ("small.jsonl", 10**6)):
        (root / name).touch()
        os.truncate(root / name, size)
    view = FolderView(root, "s")
    with pytest.raises(UnreadableError, match="a sparse file"), view.open_stream("huge.jsonl"):
        pass
    with view.open_stream("small.jsonl") as stream:
        assert len(stream.read(2_000_000)) == 10**6


def test_a_missing_root_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        FolderView(tmp_path / "none", "records")
    assert str(caught.value) == "records: does not exist (any more)"
