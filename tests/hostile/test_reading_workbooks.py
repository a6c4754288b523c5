"""Workbooks that are made to harm: each ends in a sentence, soon, and in little memory."""

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.workbooks import cell, packed, row, rows, sheet, workbook
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.refusal import MAX_PACKAGE_PARTS, MAX_TABLE_CELLS
from tieout.kernel.reading.tables import read_table

GOOD = workbook({"Risks": sheet(rows([["id", "title"], ["R-1", "x"]]))})
PART = "xl/worksheets/sheet1.xml"
SECONDS = 25.0


def refused(data: bytes, **asked) -> UnreadableError:
    began = time.monotonic()
    with pytest.raises(UnreadableError) as caught:
        read_table(data, "workbook", where="t.xlsx", **asked)
    assert time.monotonic() - began < SECONDS
    return caught.value


def of(data: str, **parts) -> bytes:
    return workbook({"Risks": sheet(data)}, **parts)


def with_part(xml: str | bytes) -> bytes:
    return workbook({"Risks": sheet("")}, more={PART: xml})


def still_reads() -> None:
    """The next document is read, whatever became of the process that read the last."""
    assert len(read_table(GOOD, "workbook", where="good.xlsx").rows) == 2


def _stored(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def test_the_good_one_is_read():
    still_reads()


def test_a_bomb_is_refused_by_what_it_claims():
    bomb = with_part(sheet(row(1, cell("A1", "a" * 70_000_000))))
    assert len(bomb) < 200_000
    assert "more than 64 MiB" in refused(bomb).message


def test_a_bomb_that_claims_little_is_cut_where_its_claim_ends():
    """The claim in the directory is made small; what comes out is held to it, and is no sheet."""
    bomb = bytearray(with_part(sheet(row(1, cell("A1", "a" * 70_000_000)))))
    at = bomb.rindex(PART.encode()) - 46
    struct.pack_into("<I", bomb, at + 24, 1_000)
    assert "damaged" in refused(bytes(bomb)).message


def test_parts_that_nobody_reads_may_not_claim_the_world():
    data = workbook({"Risks": sheet("")}, more={f"xl/media/{number}.bin": b"\0" * 60_000_000 for number in range(10)})
    assert "512 MiB" in refused(data).message


def test_too_many_parts_are_refused():
    data = workbook({"Risks": sheet("")}, more={f"x/{number}": b"" for number in range(MAX_PACKAGE_PARTS + 1)})
    assert "parts" in refused(data).message


def test_parts_that_overlap_are_refused():
    """All members of the directory lead to one and the same compressed text (a bomb without nesting)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 5_000_000)
        (first,) = archive.infolist()
        for number in range(50):
            member = zipfile.ZipInfo(f"b{number}")
            member.header_offset, member.CRC = first.header_offset, first.CRC
            member.compress_size, member.file_size = first.compress_size, first.file_size
            member.compress_type = first.compress_type
            archive.filelist.append(member)
    assert "overlap" in refused(stream.getvalue()).message


def test_a_part_that_stands_twice_is_refused():
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", sheet(""))
    assert "twice" in refused(stream.getvalue()).message


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]>',
    ],
)
@pytest.mark.parametrize(
    "part", [PART, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"]
)
def test_document_types_are_refused_in_every_part(part: str, declared: str):
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = declared.encode() + parts[part]
    assert "document type" in refused(packed(parts)).message


@pytest.mark.parametrize(
    "xml",
    [
        "<worksheet",
        "",
        "\0\0\0",
        "<a>" * 100_000,
        "<worksheet " + " ".join(f"a{number}=' '" for number in range(5_000)) + "/>",
        f"<worksheet a='{'x' * 6_000_000}'/>",
        "".join(f"<a{number}/>" for number in range(10)),
        "<?xml version='1.0' encoding='utf-7'?><worksheet/>",
        "<?xml version='1.0' encoding='cp037'?><worksheet/>",
        "<html/>",
        f"<worksheet>{''.join(f'<a{number}/>' for number in range(20_000))}</worksheet>",
    ],
    ids=range(11),
)
def test_xml_that_is_none_of_a_sheet(xml: str):
    assert "workbook" in refused(with_part(xml)).message or "tag" in refused(with_part(xml)).message
    still_reads()


@pytest.mark.parametrize(
    "data",
    [
        row(2, cell("A2", 1)) + row(1, cell("A1", 1)),
        row(1, cell("A1", 1)) + row(1, cell("A1", 1)),
        row(1, cell("B1", 1), cell("A1", 1)),
        row(1, cell("A1", 1), cell("A1", 2)),
        row(1, cell("A2", 1)),
        row(1, cell("AAAA1", 1)),
        row(1, cell("XFE1", 1)),
        '<row r="0"/>',
        '<row r="-1"/>',
        '<row r="1048577"/>',
        f'<row r="{"9" * 5_000}"/>',
        '<row r="1"><row r="2"/></row>',
        row(1, cell("A1", "x", type_="zz")),
        row(1, cell("A1", "x", type_="n")),
        row(1, cell("A1", "nan", type_="n")),
        row(1, cell("A1", "1e999", type_="n")),
        row(1, cell("A1", "9" * 5_000, type_="n")),
        row(1, cell("A1", "1_000", type_="n")),
        row(1, cell("A1", "²", type_="n")),
        row(1, cell("A1", 0, type_="s")),
        row(1, cell("A1", -1, type_="s")),
        row(1, cell("A1", "²", type_="s")),
        row(1, cell("A1", "2026-13", type_="d")),
        row(1, cell("A1", 7, type_="b")),
        row(1, cell("A1", "x" * 40_000)),
        row(1, cell("A1", "_xD800_")),
    ],
)
def test_cells_that_make_no_sense_are_refused(data: str):
    refused(of(data))
    still_reads()


def test_odd_styles_and_ranges_do_no_harm():
    for style in ("x", "²", "-1", "9" * 4_000):
        xml = f'<row r="1"><c r="A1" s="{style}"><v>46348</v></c></row>'
        assert read_table(of(xml), "workbook", where="t").rows[0].cells[1].kind == "number"
    for merged in ("", "A", "A1:", "A1:ZZZZZ9", "²1"):
        xml = sheet(row(1, cell("A1", 1)), merged=f'<mergeCell ref="{merged}"/>')
        if merged != "A1:":
            refused(workbook({"Risks": xml}))


def test_a_long_text_that_is_named_often_fills_no_memory():
    long = f"<si><t>{'x' * 30_000}</t></si>"
    data = "".join(row(number, cell(f"A{number}", 0, type_="s")) for number in range(1, 3_000))
    assert "20,000,000 characters" in refused(of(data, strings=long)).message


def test_more_shared_texts_than_cells_are_refused():
    assert "different texts" in refused(of("", strings="<si/>" * (MAX_TABLE_CELLS + 1))).message


def test_a_million_rows_are_refused_with_the_row():
    data = "".join(f'<row r="{number}"><c><v>1</v></c></row>' for number in range(1, 1_000_001))
    error = refused(of(data))
    assert f"{MAX_TABLE_CELLS:,} filled cells" in error.message
    assert error.where == f"t.xlsx:{MAX_TABLE_CELLS + 1}"


def test_a_million_rows_that_are_only_claimed_cost_nothing():
    xml = sheet(row(1, cell("A1", "id"))).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    began = time.monotonic()
    assert len(read_table(workbook({"Risks": xml}), "workbook", where="t").rows) == 1
    assert time.monotonic() - began < 2


def test_many_lines_of_text_are_refused_with_the_line():
    with pytest.raises(UnreadableError, match="500,000 filled cells") as caught:
        read_table(b"a\n" * 600_000, "separated", where="t.csv")
    assert caught.value.where == "t.csv:500001"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not an Excel workbook"),
        (b"id;title\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "until 2003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (GOOD[:-10], "damaged"),
        (_stored("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (packed({"word/document.xml": "<w/>"}), "names no main part"),
        (packed({"_rels/.rels": "<a/>"}), "names no main part"),
    ],
)
def test_what_is_no_workbook_says_what_it_is(data: bytes, told: str):
    assert told in refused(data).message


def test_an_encrypted_part_is_told():
    data = bytearray(GOOD)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flag] |= 1
    assert "encrypted" in refused(bytes(data)).message


@pytest.mark.parametrize(
    ("target", "mode"),
    [
        ("../../../../etc/passwd", ""),
        ("http://127.0.0.1/sheet1.xml", "TargetMode='External'"),
        ("file:///etc/passwd", ""),
    ],
)
def test_a_sheet_elsewhere_is_never_looked_for(target: str, mode: str):
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    rels = f"<Relationships><Relationship Id='s1' Type='{kind}' Target='{target}' {mode}/></Relationships>"
    rels = rels.replace(
        "<Relationships>", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    )
    refused(workbook({"Risks": sheet("")}, more={"xl/_rels/workbook.xml.rels": rels}))


def test_macros_and_links_to_other_workbooks_are_left_alone():
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    data = workbook(
        {"Risks": sheet(row(1, cell("A1", "kept", formula="[1]Other!A1")))},
        relations=f"<Relationship Id='m' Type='{kind}' Target='vbaProject.bin'/>",
        more={"xl/vbaProject.bin": b"\0", "xl/externalLinks/externalLink1.xml": "<!DOCTYPE x><not xml"},
    )
    table = read_table(data, "workbook", where="t.xlsm")
    assert table.macros
    assert table.rows[0].cells[1].value == "kept"


def _truncated() -> Iterator[bytes]:
    for at in range(1, len(GOOD), 97):
        yield GOOD[:at]
        yield GOOD[:at] + bytes([GOOD[at] ^ 0xFF]) + GOOD[at + 1 :]


def test_no_cut_and_no_flipped_byte_ends_in_anything_but_an_answer():
    told = [_told(data) for data in _truncated()]
    assert all(told)
    assert not any("made no sense" in one for one in told)
    assert told.count("read") < 40  # what still reads differs where nobody looks


def _told(data: bytes) -> str:
    try:
        read_table(data, "workbook", where="t.xlsx")
    except UnreadableError as error:
        return error.message
    return "read"


def test_the_reading_process_opens_nothing_and_needs_little(tmp_path: Path):
    """All of its modules are there before it gives up opening files."""
    program = (
        "import sys; from tieout.kernel.reading.tables import read_table; "
        "print(len(read_table(open(sys.argv[1], 'rb').read(), 'workbook', where='t').rows))"
    )
    file = tmp_path / "t.xlsx"
    file.write_bytes(GOOD)
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
