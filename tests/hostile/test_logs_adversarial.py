"""One bad line, or one bad file shape, around a hundred good records: what is counted, and where."""

import gzip
import hashlib
import io
import os
import zlib
from contextlib import contextmanager

import pytest

from tieout.analytics import lines, partial
from tieout.analytics.fields import load_map
from tieout.analytics.lines import LineReader
from tieout.analytics.partial import Shard, Window
from tieout.kernel.errors import UnreadableError

EVER = Window(0, 4_102_444_800_000_000)
GOOD = [b'{"id":"r%d","ts":%d.5,"n":%d,"s":"x y"}' % (i, 1_761_955_200 + i, i) for i in range(100)]
BEFORE = sum(len(line) + 1 for line in GOOD[:50])


def record(text: bytes) -> bytes:
    return b'{"id":"B","ts":1.5,"n":1,"s":"' + text + b'"}'


RECORDS = {
    "escaped NUL": record(b"a\\u0000b"),
    "huge integer": b'{"id":"B","ts":1.5,"n":123456789012345678901234567890,"s":"x"}',
    "name twice": b'{"id":"B","ts":1.5,"n":1,"s":"x","n":2}',
    "line separator": record("a\u2028b".encode()),
    "carriage return between members": b'{"id":"B","ts":1.5,\r"n":1,"s":"x"}',
    "member of a later version": b'{"id":"B","ts":1.5,"n":1,"s":"x","new":{"a":[1]}}',
    "number beyond a double, not asked for": b'{"ts":1.5,"n":1e999}',
    "deep, but not too deep": b'{"ts":1.5,"n":' + b"[" * 400 + b"]" * 400 + b"}",
    "brackets in a text": record(b"[" * 5000),
    "surrogate pair": record(b"\\ud83d\\ude00"),
}
TOO_DEEP = "nested deeper than 500 levels"
BLANK = {"empty": b"", "spaces": b"   ", "carriage return": b"\r"}
REJECTED = {
    "truncated": (b'{"id":"B","ts":17619', "unreadable", "not JSON"),
    "garbage": (b"Traceback (most recent", "unreadable", "not JSON"),
    "two records": (GOOD[7] + GOOD[8], "unreadable", "not JSON"),
    "trailing comma": (b'{"id":"B","ts":1.5,"n":1,}', "unreadable", "not JSON"),
    "NaN": (b'{"id":"B","ts":NaN,"n":1,"s":"x"}', "unreadable", "not JSON"),
    "lone surrogate": (record(b"\\ud800"), "unreadable", "not JSON"),
    "control character": (record(b"a\x01b"), "unreadable", "not JSON"),
    "bad UTF-8": (record(b"\xff\xfe\xc3("), "unreadable", "not UTF-8 text"),
    "bad UTF-8 in a name": (b'{"ts":1.5,"\xff":1}', "unreadable", "not UTF-8 text"),
    "bad UTF-8 beside a wrong shape": (b'{"ts":1.5,"user":[],"s":"\xff"}', "unreadable", "not UTF-8 text"),
    "NUL": (record(b"a\x00b"), "unreadable", "not JSON: a NUL byte stands in it"),
    "too long": (record(b"z" * 17_000_000), "unreadable", "longer than 16 MiB"),
    "too deep": (b'{"ts":1.5,"s":' + b"[" * 20_000 + b"]" * 20_000 + b"}", "unreadable", TOO_DEEP),
    "too deep, broken": (b'{"ts":1.5,"s":' + b"[" * 20_000, "unreadable", TOO_DEEP),
    "broken behind a wrong shape": (b'{"usage":[1], garbage', "unreadable", "not JSON"),
    "null": (b"null", "invalid", "not an object"),
    "number": (b"123", "invalid", "not an object"),
    "list": (b"[]", "invalid", "not an object"),
    "text": (b'"x"', "invalid", "not an object"),
    "number beyond a double": (b'{"ts":1e999}', "invalid", "a number is out of range"),
    "time of the wrong type": (b'{"id":"B","ts":"n/a","n":1,"s":"x"}', "invalid", "no usable time"),
    "time missing": (b'{"id":"B"}', "invalid", "no usable time"),
    "time true": (b'{"ts":true}', "invalid", "no usable time"),
    "time without a zone": (b'{"ts":"2026-11-01T00:00:00"}', "invalid", "no usable time"),
    "time in the far future": (b'{"ts":99999999999}', "invalid", "no usable time"),
    "time with 400 digits": (b'{"ts":' + b"9" * 300 + b"}", "invalid", "no usable time"),
}  # fmt: skip


def count(data, window=EVER, format_="generic"):
    @contextmanager
    def opened():
        yield io.BytesIO(data)

    found = partial.partial(Shard("f.jsonl", opened), load_map(format_), window)
    found.reconcile()
    return found


def around(line, end=b"\n"):
    return end.join([*GOOD[:50], line, *GOOD[50:]]) + end


@pytest.mark.parametrize("name", RECORDS)
def test_what_is_json_is_a_record(name):
    found = count(around(RECORDS[name]))
    assert (found.lines, found.records, found.rejects) == (101, 101, [])


@pytest.mark.parametrize("name", BLANK)
def test_blank_lines_are_counted_as_such(name):
    found = count(around(BLANK[name]))
    assert (found.lines, found.blank, found.records, found.rejects) == (101, 1, 100, [])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("name", REJECTED)
def test_what_is_no_record_is_placed_exactly(name, end):
    line, kind, reason = REJECTED[name]
    data = around(line, end)
    found = count(data)
    [reject] = found.rejects
    assert (found.lines, found.records, found.blank) == (101, 100, 0)
    assert (reject.line, reject.kind, reject.reason) == (51, kind, reason)
    assert reject.offset == data.index(line, BEFORE)
    assert data[reject.offset :].startswith(line)


def test_file_shapes():
    crlf = count(b"\r\n".join(GOOD) + b"\r\n")
    bom = count(b"\xef\xbb\xbf" + b"\n".join(GOOD) + b"\n")
    no_end = count(b"\n".join(GOOD))
    for found in (crlf, bom, no_end):
        assert (found.lines, found.records) == (100, 100)
    assert (count(b"").lines, count(b"").records) == (0, 0)
    assert (count(b"\n\n").lines, count(b"\n\n").blank) == (2, 2)


def test_bom_is_no_part_of_a_rejected_first_line():
    [reject] = count(b"\xef\xbb\xbfnonsense\n").rejects
    assert (reject.line, reject.offset) == (1, 3)


def test_a_cut_last_line_says_that_it_may_still_be_written():
    data = b"\n".join(GOOD) + b'\n{"id":"r100","ts":17619'
    [reject] = count(data).rejects
    assert (reject.line, data[reject.offset :]) == (101, b'{"id":"r100","ts":17619')
    assert "still being written" in reject.reason


def test_a_gigabyte_line_is_passed_over_without_being_held(monkeypatch):
    """The same path with smaller figures: never more than the limit and a block is held."""
    monkeypatch.setattr(lines, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 10_000)
    data = GOOD[0] + b"\n" + b"x" * 1_000_000 + b"\n" + GOOD[1] + b"\n"
    reader = LineReader(io.BytesIO(data))
    held = []
    batches = reader.batches()
    for batch in batches:
        held.append(sum(map(len, batch.lines)))
        assert sum(map(len, reader._kept)) <= 11_000
    assert max(held) <= 11_000
    assert reader.count == 3
    found = count(data)
    assert [(one.line, one.offset) for one in found.rejects] == [(2, len(GOOD[0]) + 1)]
    assert found.records == 2


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64, 4096])
def test_places_do_not_depend_on_blocks(monkeypatch, block):
    data = b"\xef\xbb\xbf" + around(b"oops") + b"\r\n\r\n[]\nend"
    whole = count(data).to_bytes()
    packed = gzip.compress(data, mtime=0)
    monkeypatch.setattr(lines, "BLOCK_BYTES", block)
    assert count(data).to_bytes() == whole
    plain, unpacked = count(data), count(packed)
    assert (unpacked.rejects, unpacked.lines, unpacked.records) == (plain.rejects, plain.lines, plain.records)


def test_gzip_members_and_padding():
    half = len(GOOD) // 2
    data = gzip.compress(b"\n".join(GOOD[:half]) + b"\n") + gzip.compress(b"\n".join(GOOD[half:]) + b"\n") + b"\0" * 900
    found = count(data)
    assert (found.records, found.stops) == (100, {})
    assert found.files["f.jsonl"].size == len(data)


def test_a_gzip_cut_short_counts_up_to_the_cut_and_says_so():
    texts = [hashlib.shake_128(b"%d" % i).hexdigest(200).encode() for i in range(200)]
    text = b"\n".join(b'{"ts":1761955200,"s":"%s"}' % one for one in texts)
    found = count(gzip.compress(text)[:-2000])
    stop = found.stops["f.jsonl"]
    assert "ends too early" in stop.reason
    assert 150 < found.records < 200
    assert stop.line == found.lines
    assert found.records == found.lines - 1  # the last line is cut, too
    assert "last line" in found.rejects[0].reason


def test_damaged_gzip_says_after_how_much():
    packed = bytearray(gzip.compress(b"\n".join(GOOD)))
    packed[-6] ^= 0xFF  # the checksum
    assert "damaged" in count(bytes(packed)).stops["f.jsonl"].reason
    trailing = gzip.compress(b"\n".join(GOOD)) + b"not gzip at all"
    found = count(trailing)
    assert "damaged" in found.stops["f.jsonl"].reason
    assert found.records == 100


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(lines, "_FREE_BYTES", 1_000_000)
    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = squeezed.compress((b" " * 999_999 + b"\n") * 40) + squeezed.flush()
    found = count(bomb)
    assert "times its size" in found.stops["f.jsonl"].reason
    assert found.lines < 20
    assert found.files["f.jsonl"].size == len(bomb)


@pytest.mark.parametrize("line", [b"\n", b" \r\n", b"x\n", b"0\n", b"\n\n\nx\n"])
def test_a_flood_of_lines_from_a_small_gzip_file_is_not_read_on(monkeypatch, line):
    block = lines.BLOCK_BYTES // len(line) * line.count(b"\n")
    monkeypatch.setattr(lines, "_FREE_LINES", block + 10)
    packed = gzip.compress(line * 4 * block, mtime=0)
    found = count(packed)
    assert found.stops["f.jsonl"].reason == "unpacks to more than 5 lines a byte and is not read on"
    assert abs(found.lines - block) <= 10
    assert found.files["f.jsonl"].size == len(packed)


def test_short_records_that_compress_as_well_as_logs_do_are_all_read(monkeypatch):
    monkeypatch.setattr(lines, "_FREE_LINES", 1_000)
    found = count(gzip.compress(b"".join(b'{"ts":%d}\n' % (1_761_955_200 + at) for at in range(50_000))))
    assert (found.records, found.stops) == (50_000, {})


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b" \t\n"])
def test_places_after_a_long_run_of_blank_lines_are_exact(end):
    run = 3 * lines.BLOCK_BYTES
    data = GOOD[0] + b"\n" + end * run + b"oops\n" + end * run + GOOD[1]
    found = count(data)
    assert (found.lines, found.blank, found.records) == (2 * run + 3, 2 * run, 2)
    [reject] = found.rejects
    assert (reject.line, reject.offset) == (run + 2, len(GOOD[0]) + 1 + run * len(end))


@pytest.mark.parametrize(
    ("head", "word"),
    [(b"\x28\xb5\x2f\xfd", "Zstandard"), (b"\xfd7zXZ\x00", "xz"), (b"BZh9", "bzip2"), (b"PK\x03\x04", "zip"),
     (b"PAR1", "Parquet"), (b"\xff\xfe{\x00", "UTF-16"), (b"version https://git-lfs.github.com/spec/v1\n", "LFS")],
)  # fmt: skip
def test_other_forms_are_named_and_not_counted_as_lines(head, word):
    found = count(head + os.urandom(3000))
    assert word in found.stops["f.jsonl"].reason
    assert (found.lines, found.files) == (0, {})


def test_a_file_that_vanishes_or_changes_is_told():
    @contextmanager
    def vanished():
        raise UnreadableError("does not exist (any more)", where="f.jsonl")
        yield

    @contextmanager
    def changing():
        yield io.BytesIO(b"\n".join(GOOD))
        raise UnreadableError("changed while it was read", where="f.jsonl")

    gone = partial.partial(Shard("f.jsonl", vanished), load_map("generic"), EVER)
    assert (gone.stops["f.jsonl"].line, gone.files) == (0, {})
    changed = partial.partial(Shard("f.jsonl", changing), load_map("generic"), EVER)
    changed.reconcile()
    assert (changed.records, changed.stops["f.jsonl"].reason) == (100, "changed while it was read")


def test_a_flood_of_models_is_bounded_and_exact():
    data = b"".join(
        b'{"ts":1761955200,"model":"m%06d"}\n{"ts":1761955201,"model":"m%06d"}\n' % (i, 24_999 - i)
        for i in range(25_000)
    )
    found = count(data)
    assert len(found.models) == 10_000
    assert max(found.models) == ("m009999", "")
    assert {span.count for span in found.models.values()} == {2}
    assert found.present["model"] == 50_000


def test_many_rejects_keep_the_first_hundred_with_exact_counts():
    data = b"".join(b"oops\n[]\n{}\n" for _ in range(5000))
    found = count(data)
    assert sum(found.rejected.values()) == 15_000
    assert [reject.line for reject in found.rejects] == list(range(1, 101))
    assert [reject.offset for reject in found.rejects[:4]] == [0, 5, 8, 11]
