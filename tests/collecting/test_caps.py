"""Every format: a file over its cap, and one that takes too long, is told with its place and never read on."""

import os
import re
import tracemalloc
from pathlib import Path

import pytest

from collecting.case_files import Case, case_files, content_of, request_of
from support.collecting import checked
from tieout.collectors.discovery import collector_for
from tieout.collectors.results import databases
from tieout.domain.collection import Problem
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.parser_process import ParserProcess
from tieout.kernel.reading.refusal import MAX_BYTES, MAX_PARSED_BYTES, MAX_XML_BYTES

GOOD = {of: next(case for case in cases if case.part == "good") for of, cases in case_files().items()}
#: What is counted line by line or from what git lists: it has no file that could be too large, but lines that could.
LINE_BY_LINE = {"log/generic", "log/litellm", "log/own-fields", "git/git_history", "git/repository_tree"}
#: What is read without the parser of documents: text by a reader of its own, whose every step is bounded.
OWN_READERS = {"config/dockerfile", "config/terraform", "git/codeowners", "results/garak"} | LINE_BY_LINE
#: What is read in pieces: cap and format, lowered here so that no test writes gigabytes.
SMALL_CAP = 1_000_000
MEMORY = 160 << 20
"""Bytes that looking at such a file may take: the file once as bytes and once as text, and something beside."""


def cap_of(path: str) -> int:
    """Bytes up to which a file of that name is read."""
    kind = kind_of(path)
    if path.endswith(".xml"):
        return MAX_XML_BYTES
    return SMALL_CAP if path.endswith((".jsonl", ".db")) else MAX_PARSED_BYTES.get(kind or "", MAX_BYTES)


def told_of(case: Case, folder: Path, files: dict[str, bytes], path: str, size: int | None) -> list[Problem]:
    """What is told as unreadable of one file, made as large as wanted by a hole at its end; nothing is given of it."""
    with request_of(case, folder, files) as request:
        if size is not None and case.committed is None:
            os.truncate(folder / "sources" / path, size)
        found = checked(collector_for(case.kind)(request))
    assert not [item for item in found.result.items if item.provenance.path.endswith(path)]
    return [one for one in found.result.problems if one.status == "unreadable" and one.place.path.endswith(path)]


@pytest.mark.parametrize("of", sorted(set(GOOD) - LINE_BY_LINE))
def test_a_file_over_its_cap_is_told_and_not_read(tmp_path: Path, of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieout.collectors.results._MAX_STREAMED", SMALL_CAP)
    monkeypatch.setattr(databases, "MAX_DATABASE_BYTES", SMALL_CAP)
    case = GOOD[of]
    path = next(iter(case.written))
    size = cap_of(path) + 1
    files = case.files
    if case.committed is not None:
        files[path] = files[path].ljust(size, b"\n")
    tracemalloc.start()
    told = told_of(case, tmp_path, files, path, size)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told, "a file that is too large is told as unreadable"
    assert any(re.search(r"[0-9](?: [KMG]iB| bytes)|at most|are read up to", one.reason) for one in told), told
    assert most < MEMORY


@pytest.mark.parametrize("of", sorted(set(GOOD)))
def test_a_file_that_takes_too_long_is_told_with_its_place(
    tmp_path: Path, of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def too_long(_: ParserProcess, where: str) -> None:
        asked.append(where)
        raise TimeoutError

    monkeypatch.setattr(ParserProcess, "_started", too_long)
    case = GOOD[of]
    with request_of(case, tmp_path, case.files) as request:
        found = checked(collector_for(case.kind)(request))
    if of in OWN_READERS:
        assert asked == []
        return
    assert asked
    assert not found.result.items
    told = [one for one in found.result.problems if one.status == "unreadable"]
    assert told
    assert all("the file took longer than" in one.reason for one in told)
    assert {one.place.path for one in told} <= {f"sources/{name}" for name in case.written} | set(case.written)


def test_content_of_a_case_is_made_as_it_is_written() -> None:
    assert content_of({"before": "a", "repeat": "b", "times": 3, "after": "c"}) == b"abbbc"
    assert content_of({"base64": "/w=="}) == b"\xff"
