"""XML in the parser's process: what is refused, how much it may hold, and what happens when it is killed."""

import io
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

import pytest

from support.tool_documents import JUNIT
from support.tool_results import gather, items, told
from tieout.collectors.results.xml_events import Tag, root_of, tags
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading import conversation
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.parser_process import ParserProcess, shared

CASE = '<testcase name="{n}"><failure/></testcase>\n'


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    shared().close()
    yield
    shared().close()


def read(content: bytes | str, *, names: str = "a b testcase failure") -> list[Tag]:
    data = content.encode() if isinstance(content, str) else content
    return list(stream_of(io.BytesIO(data), names))


def outcome(content: bytes) -> str:
    """The sentence that says why it is not read; empty where it is."""
    try:
        read(content)
    except UnreadableError as error:
        return error.message
    return ""


def stream_of(stream: BinaryIO, names: str = "testcase", where: str = "r/x.xml") -> Iterator[Tag]:
    return tags(stream, names=names.split(), attributes=["name"], where=where)


def child_id() -> int:
    process = shared()._process
    assert process is not None
    return process.pid


class Repeated(io.RawIOBase):
    """A document that is made while it is read; `at_half` is called once on the way."""

    def __init__(self, number: int, at_half: object = None) -> None:
        self._number, self._next, self._at_half, self.most = number, 0, at_half, 0

    def read(self, size: int = -1) -> bytes:  # type: ignore[override]  # never None here
        if self._next == 0:
            self._next = 1
            return b"<testsuite>"
        if self._next > self._number:
            end, self._number = b"</testsuite>" if self._number else b"", 0
            return end
        if self._next > self._number // 2 and callable(self._at_half):
            self._at_half()
            self._at_half = None
        count = max(size // 60, 1)
        first, self._next = self._next, self._next + count
        return "".join(CASE.format(n=n) for n in range(first, min(self._next, self._number + 1))).encode()


def test_tags_are_those_asked_for_with_their_lines_and_depths() -> None:
    text = '<x xmlns:q="urn:u">\n<q:a name="1" q:name="2" other="3"><c/>\n<b/></q:a></x>'
    assert read(text) == [
        Tag("a", {"name": "1"}, 2, 2, opens=True),
        Tag("b", {}, 3, 3, opens=True),
        Tag("b", {}, 3, 3, opens=False),
        Tag("a", {}, 3, 2, opens=False),
    ]


def test_a_document_in_many_pieces_gives_the_tags_of_one() -> None:
    text = "<testsuite>" + "".join(CASE.format(n=f"é {n}") for n in range(30_000)) + "</testsuite>"
    found = [tag.attributes["name"] for tag in read(text, names="testcase") if tag.opens]
    assert found == [element.attrib["name"] for element in ET.fromstring(text)]  # noqa: S314 - written here


BODY = '<a name="é"/>'


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "iso-8859-15", "ISO8859-2", "windows-1252", "cp1250", "cp850"],
)
def test_encodings_of_real_files_are_read_in_the_confined_process(encoding: str) -> None:
    said = encoding.removesuffix("-sig")
    assert read(f'<?xml version="1.0" encoding="{said}"?>{BODY}'.encode(encoding))[0].attributes == {"name": "é"}


@pytest.mark.parametrize(
    "encoding", ["made-up", "utf-7", "shift_jis", "cp037", "zlib", "idna", "../x", "unicode_escape"]
)
def test_other_encodings_are_refused_and_the_process_lives(encoding: str) -> None:
    with pytest.raises(UnreadableError, match="is not well-formed XML"):
        read(f'<?xml version="1.0" encoding="{encoding}"?><a/>')
    process_id = child_id()
    assert read("<a/>")
    assert child_id() == process_id


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a name="&l19;">&l19;</a>', "document type"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a name="n">&x;</a>', "document type"),
        ('<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><a/>', "document type"),
        ('<!DOCTYPE a [<!ATTLIST a name CDATA "given">]><a/>', "document type"),
        ('<a><xi:include xmlns:xi="urn:x" href="file:///etc/hostname"/>&undefined;</a>', "not well-formed"),
        ("<a>" * 65, "nested deeper than 64"),
        ("<a>" * 1_000_000, "nested deeper than 64"),
        ("<a>" + "<c/>" * 2_000_000 + "</a>", "more than 2,000,000 elements"),
        ("<a " + " ".join(f'n{n}="1"' for n in range(101)) + "/>", "more than 100 attributes"),
        (f"<!--{'x' * (6 << 20)}--><a/>", "single tag of more than 4 MiB"),
        (f'<a name="{"x" * (6 << 20)}"/>', "single tag of more than 4 MiB"),
        ("<a><b></a></b>", "not well-formed"),
        ("<a/><b/>", "not well-formed"),
        ('<a name="1" name="2"/>', "not well-formed"),
        ("", "not well-formed"),
        (b"\x00" * 1000, "not well-formed"),
        (b'<a name="\xff"/>', "not well-formed"),
        (b'<a name="\xed\xa0\x80"/>', "not well-formed"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>".encode("utf-16"), "document type"),
    ],
    ids=[
        "laughs", "outside", "parameter", "defaults", "include", "deep", "deeper", "elements", "attributes", "comment",
        "value", "crossed", "two roots", "twice", "empty", "zeros", "bytes", "surrogate", "wide",
    ],
)  # fmt: skip
def test_hostile_documents_are_refused_by_the_rule_and_not_by_a_death(text: bytes | str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        read(text)
    assert str(caught.value.where).startswith("r/x.xml:")
    assert shared()._process is not None
    assert shared()._process.poll() is None


def test_a_document_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieout.collectors.results.xml_events._PIECE", 1 << 22)
    with pytest.raises(UnreadableError, match="has more than 64 MiB"):
        read(b"<a>" + b" " * (64 << 20))


def test_names_that_expand_are_stopped_by_the_limits_of_the_process() -> None:
    space = f'<p:a xmlns:p="{"u" * (3 << 20)}" ' + " ".join(f'p:n{n}=""' for n in range(90)) + "/>"
    with pytest.raises(UnreadableError) as caught:
        read(f"<b>{space * 12}</b>")
    assert "parser was stopped" in caught.value.message or "single tag" in caught.value.message
    assert read("<a/>")


def test_cut_and_changed_documents_are_read_or_refused() -> None:
    whole = JUNIT.encode()
    rng = random.Random(7)  # noqa: S311 - the same changes in every run
    changed = [whole[:cut] for cut in range(0, len(whole), 23)]
    for _ in range(150):
        copy = bytearray(whole)
        copy[rng.randrange(len(copy))] = rng.randrange(256)
        changed.append(bytes(copy))
    refused = 0
    for content in changed:
        end = outcome(content)
        assert "made no sense" not in end
        assert "stopped" not in end
        refused += bool(end)
        root_of(content, where="x")
    assert refused > len(changed) // 4


def test_neither_side_holds_a_large_document() -> None:
    count = sum(tag.opens for tag in stream_of(Repeated(250_000)))
    assert count == 250_000
    status = Path(f"/proc/{child_id()}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak < 60 * 1024, f"{peak} KiB for a document of 11 MB"


def kill_child() -> None:
    os.kill(child_id(), signal.SIGKILL)


def test_a_process_that_is_killed_in_mid_document_is_a_result_and_the_next_is_read() -> None:
    with pytest.raises(UnreadableError) as caught:
        list(stream_of(Repeated(100_000, kill_child), where="r/killed.xml"))
    assert str(caught.value.where).startswith("r/killed.xml")
    assert "was stopped" in caught.value.message
    assert sum(tag.opens for tag in stream_of(Repeated(100_000))) == 100_000


def test_the_collector_names_a_file_whose_parser_was_killed_and_reads_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ParserProcess.run
    killed: list[str] = []

    def killing(self: ParserProcess, request: bytes, *, seconds: float, where: str) -> bytes:
        if where == "b.xml" and b'"first": false' in request:
            killed.append(where)
            kill_child()
        return run(self, request, seconds=seconds, where=where)

    monkeypatch.setattr(ParserProcess, "run", killing)
    gathered = gather(tmp_path, {"a.xml": JUNIT, "b.xml": JUNIT, "c.xml": JUNIT})
    assert killed == ["b.xml"]
    [reason] = told(gathered, "unreadable")
    assert "was stopped" in reason
    assert sorted(one.provenance.path for one in items(gathered, "test_report")) == ["a.xml", "c.xml"]


def test_a_document_whose_process_was_replaced_is_refused() -> None:
    def other() -> None:
        shared().close()
        assert parse(b"a: 1", "yaml", where="f").data == {"a": 1}

    with pytest.raises(UnreadableError, match="its parser was stopped meanwhile"):
        list(stream_of(Repeated(100_000, other)))


def test_documents_that_are_read_in_turns_do_not_mix() -> None:
    def names(number: int) -> list[str]:
        return [str(n) for n in range(1, number + 1)]

    first, second = stream_of(Repeated(20_000)), stream_of(Repeated(20_000))
    pairs = list(zip(first, second, strict=True))
    assert all(one == other for one, other in pairs)
    assert [one.attributes["name"] for one, _ in pairs if one.opens] == names(20_000)


def test_documents_that_were_given_up_do_not_pile_up() -> None:
    begun = [stream_of(Repeated(20_000)) for _ in range(5)]
    for one in begun:
        next(one)
    with pytest.raises(UnreadableError, match="was not read to its end"):
        list(begun[0])
    assert sum(tag.opens for tag in begun[4]) == 19_999


def test_all_pieces_share_one_span_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 100_000, 5))
    monkeypatch.setattr(conversation.time, "monotonic", lambda: float(next(clock)))
    with pytest.raises(UnreadableError, match="took longer than 60 seconds"):
        list(stream_of(Repeated(600_000)))


@pytest.mark.parametrize(
    "answer",
    [
        b"{}", b"[]", b'{"tags": 1}', b'{"tags": [1]}', b'{"tags": [[]]}', b'{"tags": [["a", {}, "1", 1]]}',
        b'{"tags": [["a", null, 1, 1]]}', b'{"tags": [["a", {"name": 1}, 1, 1]]}', b'{"tags": [["a", [], 1, 1]]}',
        b'{"tags": [["a", {}, 1, 0]]}', b'{"tags": [["a", {}, 1, 65]]}', b'{"tags": [[{}, {}, 1, 1]]}',
        b'{"tags": [["a", {}, 1, 1], ["b", null, 1, 1]]}', b'{"tags": [["a", {}, 1, 1], ["a", null, 1, 2]]}',
        b'{"tags": [["a", {}, 1, 2], ["a", {}, 1, 2]]}', b'{"tags": [["a", {}, 1, 1, 1]]}', b'{"tags": NaN}',
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_refused(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ParserProcess, "run", lambda *_, **__: answer)
    with pytest.raises(UnreadableError, match="made no sense"):
        read("<a/>")


@pytest.mark.parametrize(
    ("head", "root"),
    [
        (b"<a><b>", "a"), (b'<?xml version="1.0"?><x:a xmlns:x="u"/>', "a"), (b"<!DOCTYPE q []><a/>", "q"),
        (b"<?php?><a/>", "a"), (b"", None), (b"no", None), (b"\xff\xfe<\x00a\x00/\x00>\x00", "a"),
        (b'<?xml version="1.0" encoding="none"?><a/>', "a"),
    ],
)  # fmt: skip
def test_the_outermost_element_is_told_from_the_first_bytes(head: bytes, root: str | None) -> None:
    assert root_of(head, where="x") == root
