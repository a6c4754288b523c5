"""The parser's process: it is confined, it is cheap, and whatever kills it leaves the run alive."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading import parser_process
from tieout.kernel.reading.documents import Document, parse
from tieout.kernel.reading.parser_process import ParserProcess, shared

DOCUMENT = b"owner: Ada\nlimits: [1, 2]\n"


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    shared().close()
    yield
    shared().close()


def child_id() -> int:
    process = shared()._process
    assert process is not None
    return process.pid


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def gone(process_id: int, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while is_alive(process_id) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(process_id)


def test_one_process_serves_many_documents() -> None:
    parse(DOCUMENT, "yaml", where="f")
    first = child_id()
    for _ in range(20):
        parse(DOCUMENT, "yaml", where="f")
    assert child_id() == first


def test_a_process_that_died_between_documents_is_replaced() -> None:
    parse(DOCUMENT, "yaml", where="f")
    process_id = child_id()
    os.kill(process_id, signal.SIGKILL)
    assert gone(process_id)
    assert parse(DOCUMENT, "yaml", where="f").data["owner"] == "Ada"
    assert child_id() != process_id


def test_a_process_that_dies_at_work_names_the_file() -> None:
    parse(DOCUMENT, "yaml", where="f")
    process_id = child_id()
    os.kill(process_id, signal.SIGSTOP)
    timer = threading.Timer(0.2, os.kill, (process_id, signal.SIGKILL))
    timer.start()
    with pytest.raises(UnreadableError) as caught:
        parse(DOCUMENT, "yaml", where="conf/a.yaml")
    timer.join()
    assert caught.value.where == "conf/a.yaml"
    assert caught.value.message == "the parser was stopped: it ended by signal 9"
    assert gone(process_id)
    assert parse(DOCUMENT, "yaml", where="f").data["owner"] == "Ada"


def test_a_document_that_takes_too_long_is_stopped() -> None:
    parse(DOCUMENT, "yaml", where="f")
    process_id = child_id()
    os.kill(process_id, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(UnreadableError) as caught:
        parse(DOCUMENT, "yaml", where="f", seconds=0.3)
    assert time.monotonic() - started < 2
    assert caught.value.message == "the parser was stopped: the file took longer than 0.3 seconds"
    assert gone(process_id)
    assert parse(DOCUMENT, "yaml", where="f").data["owner"] == "Ada"


def test_a_request_that_is_never_read_is_stopped_too() -> None:
    parse(DOCUMENT, "yaml", where="f")
    os.kill(child_id(), signal.SIGSTOP)
    with pytest.raises(UnreadableError, match="took longer"):
        parse(b"a: " + b"x" * 4_000_000, "yaml", where="f", seconds=0.3)


def test_a_document_that_needs_too_much_memory_is_stopped() -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(b"[" + b"[]," * 10_000_000 + b"[]]", "json", where="f", seconds=30)
    assert caught.value.message == "the parser was stopped: the file needs more than 512 MiB of memory"
    assert parse(DOCUMENT, "yaml", where="f").data["owner"] == "Ada"


def test_an_answer_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (
        b"", b"[]", b"{}", b'{"documents": 1}', b'{"documents": [{"data": NaN, "lines": []}]}', b'"reason"',
        b'{"documents": [{"data": [1], "lines": [1]}]}', b'{"documents": [{"data": {}}]}', b"\xff", b"[" * 9999,
        b'{"documents": [{"columns": ["a"], "data": [["1", "2"]], "lines": [1]}]}',
    ):  # fmt: skip
        monkeypatch.setattr(ParserProcess, "run", lambda *_, answer=answer, **__: answer)
        with pytest.raises(UnreadableError, match="made no sense"):
            parse(DOCUMENT, "yaml", where="f")


def test_an_answer_too_large_to_be_honest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_process, "_MAX_ANSWER", 1000)
    with pytest.raises(UnreadableError, match="the parser was stopped"):
        parse(b"a: " + b"x" * 2000, "yaml", where="f")


def test_a_parser_that_cannot_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/nonexistent/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", program)
        with pytest.raises(UnreadableError, match="the parser could not be started"):
            parse(DOCUMENT, "yaml", where="f")


def test_an_interrupt_leaves_no_orphan_and_no_half_answer() -> None:
    parse(DOCUMENT, "yaml", where="f")
    process_id = child_id()
    os.kill(process_id, signal.SIGSTOP)
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        parse(DOCUMENT, "yaml", where="f")
    timer.join()
    assert gone(process_id)
    assert parse(b"b: 2", "yaml", where="f").data == {"b": 2}


PARENT = """
    import os, signal, sys, time
    from tieout.kernel.reading.documents import parse
    from tieout.kernel.reading.parser_process import shared
    parse(b"a: 1", "yaml", where="f")
    print(shared()._process.pid, flush=True)
    {end}
"""


@pytest.mark.parametrize(
    "end",
    [
        "pass",
        "sys.exit(3)",
        "raise KeyboardInterrupt",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os._exit(0)",
    ],
)
def test_however_the_run_ends_its_parser_ends_too(end: str) -> None:
    script = textwrap.dedent(PARENT).format(end=end)
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert gone(int(finished.stdout))


def test_a_parser_at_work_ends_after_its_parent_was_killed() -> None:
    # The document below keeps the child busy for many seconds; its own alarm ends it.
    end = (
        "import threading; threading.Timer(0.5, os._exit, (0,)).start();"
        "parse(b'[a]\\nx' + b' ' * 400_000 + b'x\\ny', 'ini', where='f', seconds=1)"
    )
    script = textwrap.dedent(PARENT).format(end=end)
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert gone(int(finished.stdout))


def test_after_a_fork_each_side_has_its_own_parser() -> None:
    parse(DOCUMENT, "yaml", where="f")
    mine = child_id()
    forked = os.fork()
    if forked == 0:
        ok = parse(b"b: 2", "yaml", where="f").data == {"b": 2} and child_id() != mine
        shared().close()
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    assert parse(DOCUMENT, "yaml", where="f").data["owner"] == "Ada"
    assert child_id() == mine


def test_threads_share_one_process() -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        for _ in range(50):
            found = parse(f"n: {number}\n".encode(), "yaml", where="f").data
            if found != {"n": number}:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_process_can_neither_open_files_nor_start_processes() -> None:
    parse(DOCUMENT, "yaml", where="f")
    limits = {
        line[:26].strip(): line[26:].split()[:2]
        for line in Path(f"/proc/{child_id()}/limits").read_text(encoding="ascii").splitlines()[1:]
    }
    assert limits["Max open files"] == ["3", "3"]
    assert limits["Max processes"] == ["0", "0"]
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(512 << 20)] * 2
    assert sorted(path.name for path in Path(f"/proc/{child_id()}/fd").iterdir()) == ["0", "1", "2"]
    assert Path(f"/proc/{child_id()}/environ").read_bytes() == b""


def test_the_process_loads_only_what_parses() -> None:
    script = "import tieout.kernel.reading.worker, sys; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    heavy = {"pydantic", "pydantic_core", "msgspec", "re2", "subprocess", "socket", "ssl", "asyncio", "rich", "typer"}
    assert not heavy & set(loaded.stdout.split())


def test_starting_costs_less_than_150_milliseconds_of_cpu() -> None:
    script = "import tieout.kernel.reading.worker, resource as r; u = r.getrusage(0); print(u.ru_utime + u.ru_stime)"
    times = [
        float(subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=True).stdout)
        for _ in range(5)
    ]
    assert min(times) < 0.15


def test_a_small_document_costs_less_than_a_millisecond() -> None:
    parse(DOCUMENT, "yaml", where="f")

    def hundred() -> float:
        started = time.perf_counter()
        for _ in range(100):
            parse(DOCUMENT, "yaml", where="f")
        return (time.perf_counter() - started) / 100

    assert min(hundred() for _ in range(10)) < 0.001


def chain(first: bytes, link: str, length: int) -> bytes:
    """Anchors a0, a1, … of which each uses the one before: `{n}` is its number, `{p}` the one before."""
    return first + b"".join(link.replace("{n}", str(n)).replace("{p}", str(n - 1)).encode() for n in range(1, length))


BOMBS = {
    "laughs": chain(b"a0: &a0 [x]\n", "a{n}: &a{n} [" + "*a{p}," * 9 + "]\n", 20),
    "merges": chain(b"a0: &a0 {k0: 1}\n", "a{n}: &a{n} {<<: [" + "*a{p}," * 9 + "], k{n}: 1}\n", 40),
    "alias depth": chain(b"a0: &a0 [x]\n", "a{n}: &a{n} [[[[[[*a{p}]]]]]]\n", 20),
    "long text": b"a: &a " + b"x" * 1_000_000 + b"\nb: [" + b"*a," * 90_000 + b"]",
    "long key": b"? &a " + b"x" * 900 + b"\n: 1\nb:\n" + b"- {*a : 1}\n" * 90_000,
    "overridden merges": b"a: &a {k: [" + b"1," * 40_000 + b"]}\nb:\n" + b"- {<<: *a, k: 1}\n" * 90_000,
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_yaml_bombs_are_defused_before_they_are_expanded(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableError) as caught:
        parse(BOMBS[name], "yaml", where=name)
    assert "aliases" in caught.value.message
    assert time.monotonic() - started < 5
    assert shared()._process is not None, "refused by the rule, not by the death of the process"


def test_few_aliases_are_fine() -> None:
    text = b"a: &a {x: 1}\n" + b"".join(b"k%d: *a\n" % number for number in range(1000))
    assert len(parse(text, "yaml", where="f").data) == 1001


@pytest.mark.parametrize("unit", [b"[", b"- ", b"{a: ", b"? ", b"- - ", b"[[{a: ["])
def test_yaml_30000_deep_is_refused_and_the_process_lives(unit: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(unit * 30_000, "yaml", where="f")
    assert is_alive(child_id())


def test_a_document_equals_itself_in_a_new_process() -> None:
    first = parse(DOCUMENT, "yaml", where="f")
    shared().close()
    assert (
        parse(DOCUMENT, "yaml", where="f")
        == first
        == Document(
            {"owner": "Ada", "limits": [1, 2]}, {"": 1, "/owner": 1, "/limits": 2, "/limits/0": 2, "/limits/1": 2}
        )
    )
