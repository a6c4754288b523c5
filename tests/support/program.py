"""Runs the `tieout` program as a user does: a process of its own, a clean environment, its cost measured."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).parent / "tieout"
AS_OF = "2026-11-22"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run of the program gave.

    Attributes:
        code: Its exit code; minus the signal's number where a signal ended it.
        out: What it printed as data.
        err: What it told.
        cpu: Processor seconds, children included.
    """

    code: int
    out: str
    err: str
    cpu: float

    def json(self) -> Any:
        """The data as JSON."""
        return json.loads(self.out)


def environment(**more: str | None) -> dict[str, str]:
    """A clean environment; None takes a variable away."""
    clean: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        **more,
    }
    return {name: value for name, value in clean.items() if value is not None}


def tieout(
    *arguments: str | Path,
    cwd: Path,
    program: Path | Sequence[str] = PROGRAM,
    stdin: bytes = b"",
    variables: Mapping[str, str | None] | None = None,
    **options: Any,
) -> Answer:
    """Run the program to its end; further options go to `subprocess.run`."""
    start = [program] if isinstance(program, Path) else list(program)
    before = _spent()
    ended = subprocess.run(
        [*start, *arguments],
        cwd=cwd,
        env=environment(**(variables or {})),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
        **options,
    )
    cpu = _spent() - before
    return Answer(ended.returncode, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8"), cpu)


def fails(answer: Answer, code: int, *words: str) -> str:
    """The one line that an error is, after checking that it is one and says what it should."""
    lines = answer.err.splitlines()
    told = [line for line in lines if not line.startswith("note: ")]
    assert answer.code == code, f"exit {answer.code}, not {code}: {answer.err}{answer.out}"
    assert len(told) == 1, f"an error is one line: {answer.err!r}"
    assert told[0].startswith("tieout: ")
    assert "Traceback" not in answer.err
    assert "internal error" not in answer.err
    for word in words:
        assert word in told[0], f"{word!r} is not in {told[0]!r}"
    return told[0]


def _spent() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
