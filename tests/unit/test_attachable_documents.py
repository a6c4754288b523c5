"""What may act on a reader, or is not what its name says, is kept by its digest and never attached."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from tieout.collectors.records import collect
from tieout.domain.sidecars import Sidecar, Span
from tieout.kernel.reading.attachable import why_not_attached

PDF = b"%PDF-1.7\n\x00\xff minutes\n"
WORD = b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml"
STORAGE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20
SCRIPT = b"<script>alert(1)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

REFUSED = [
    ("t.html", b"<html>" + SCRIPT, "by its name (.html)"),
    ("t.HTM", b"plain words", "by its name (.htm)"),
    ("t.html.", b"plain words", "by its name (.html)"),
    ("s.svg", DRAWING, "by its name (.svg)"),
    ("s.svgz", b"\x1f\x8b\x08", "by its name (.svgz)"),
    ("a.xml", b"<?xml version='1.0'?><a/>", "by its name (.xml)"),
    ("a.mjs", b"alert(1)", "by its name (.mjs)"),
    ("notes.txt", b"<!DOCTYPE html>" + SCRIPT, "HTML, SVG or XML by its first bytes"),
    ("notes", b"\xef\xbb\xbf \n" + SCRIPT, "HTML, SVG or XML by its first bytes"),
    ("notes.txt", DRAWING, "HTML, SVG or XML by its first bytes"),
    ("notes.txt", DRAWING.decode().encode("utf-16"), "HTML, SVG or XML by its first bytes"),
    ("notes.txt", DRAWING.decode().encode("utf-16-le"), "HTML, SVG or XML by its first bytes"),
    ("notes.txt", DRAWING.decode().encode("utf-16-be"), "HTML, SVG or XML by its first bytes"),
    ("scan.pdf", b"<?xml version='1.0'?><a/>", "HTML, SVG or XML by its first bytes"),
    ("exe.pdf", b"MZ\x90\x00", "a program by its first bytes"),
    ("run.txt", b"#!/usr/bin/env node\n", "a program by its first bytes"),
    ("setup.exe", b"MZ\x90\x00", "a program by its name"),
    ("x.docx", b"PK\x03\x04junk", "its name ends in .docx, and its first bytes are not those of such a file"),
    ("x.pdf", b"words", "its name ends in .pdf"),
    ("x.png", PDF, "its name ends in .png"),
    ("x.pdf", WORD, "its name ends in .pdf"),
    ("x.dat", PDF, "another kind of file (application/pdf) than its name says (.dat)"),
]


@pytest.mark.parametrize(("name", "start", "words"), REFUSED)
def test_what_may_act_or_is_another_kind_is_refused_with_its_reason(name: str, start: bytes, words: str):
    assert words in (why_not_attached(f"records/{name}", start) or "")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("m.pdf", PDF),
        ("M.PDF", PDF),
        ("minutes", PDF),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.docx", WORD),
        ("locked.docx", STORAGE),
        ("old.doc", STORAGE),
        ("mail.msg", STORAGE),
        ("notes.txt", b"a < b, and 3 <4"),
        ("notes.txt", "\ufeffa note".encode("utf-16-le")),
        ("notes.txt", b"<3 of all"),
        ("drawing.vsdx", b"PK\x03\x04\x00"),
        ("signed.p7m", b"\x30\x82\x01"),
        ("notes.txt", b"MZ 12: hall of the town"),
        ("No. 12. Minutes", PDF),
        ("policy v1.2", PDF),
    ],
)
def test_documents_of_an_office_are_attached(name: str, start: bytes):
    assert why_not_attached(name, start) is None


def test_the_reasons_hold_at_collection_whatever_a_sidecar_says(tmp_path: Path):
    content = b"<html>" + SCRIPT
    said = Sidecar(
        type="approved_record/ai_policy",
        title="Policy",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="application/pdf",
        effective=Span(start=date(2026, 11, 1), end=date(2026, 11, 1)),
        owner="Ada Ferri",
        added_on=date(2026, 11, 5),
    )
    files: dict[str, str | bytes] = {"sources/t.html": content, "sources/t.html.evidence.yaml": said.as_yaml()}
    found = in_folder(collect, write(tmp_path, files), source("records", provides=("document",)))
    item = only_item(found)
    assert item.facts["sha256"] == said.sha256
    assert item.copy_sha256 is None
    assert found.copies == {}
    (problem,) = problems(found)
    assert (problem.status, problem.place.path) == ("not-counted", "sources/t.html")
    assert "is kept by its digest only and does not stand in the packet: it is HTML" in problem.reason
