"""Documents beside their sidecars: the content that was handed in, or the reason, and never an answer."""

import hashlib
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from support.systems import assessed, configuration, system
from support.systems import source as entry
from tieout.collectors.attached_documents import TOO_LARGE, why_not_held
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.config.records import record_example
from tieout.domain.sidecars import Sidecar, Span
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.media_types import SNIFFED_BYTES, UNKNOWN, media_type_of

PDF = b"%PDF-1.7\n\x00\xff minutes\n"


def sidecar(content: bytes = PDF, **said: Any) -> str:
    fields = {
        "type": "approved_record/ai_policy",
        "title": 'Minutes: "final", # signed\n- x',
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "media_type": "application/pdf",
        "effective": Span(start=date(2026, 11, 1), end=date(2026, 11, 3)),
        "owner": "Ada Ferri",
        "added_on": date(2026, 11, 5),
        **said,
    }
    return Sidecar(**fields).as_yaml()


def gathered(folder: Path, files: dict[str, str | bytes], *provides: str) -> Gathered:
    section = source("records", provides=provides or ("document",))
    return in_folder(collect, write(folder, files), section)


def both(content: bytes = PDF, **said: Any) -> dict[str, str | bytes]:
    return {"sources/m.pdf": content, "sources/m.pdf.evidence.yaml": sidecar(**said)}


def test_a_document_is_an_item_of_its_own_with_the_time_of_its_sidecar(tmp_path):
    found = gathered(tmp_path, both(note="Scanned."))
    assert problems(found) == []
    item = only_item(found)
    assert item.type == "document"
    assert item.provenance.path == "sources/m.pdf"
    assert item.provenance.source_digest == f"sha256:{hashlib.sha256(PDF).hexdigest()}"
    assert item.facts == {
        "document_type": "approved_record/ai_policy",
        "title": 'Minutes: "final", # signed\n- x',
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "size": len(PDF),
        "media_type": "application/pdf",
        "owner": "Ada Ferri",
        "added_on": "2026-11-05",
        "note": "Scanned.",
    }
    assert item.effective is not None
    assert (item.effective.start, item.effective.end) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 3, tzinfo=UTC),
    )
    place = item.place("/owner")
    assert place.path == "sources/m.pdf.evidence.yaml"
    lines = str(both(note="Scanned.")["sources/m.pdf.evidence.yaml"]).split("\n")
    assert lines[(place.line or 0) - 1] == 'owner: "Ada Ferri"'
    assert found.copies[item.copy_sha256] == PDF


def test_another_content_than_was_handed_in_is_unreadable_with_both_digests(tmp_path):
    found = gathered(tmp_path, both(PDF + b"changed"))
    assert found.result.items == ()
    (problem,) = problems(found)
    assert problem.status == "unreadable"
    assert problem.place.path == "sources/m.pdf"
    assert hashlib.sha256(PDF).hexdigest() in problem.reason
    assert hashlib.sha256(PDF + b"changed").hexdigest() in problem.reason


def test_a_document_that_is_gone_is_unreadable(tmp_path):
    files = both()
    del files["sources/m.pdf"]
    (problem,) = problems(gathered(tmp_path, files))
    assert (problem.status, problem.place.path) == ("unreadable", "sources/m.pdf")
    assert "is not there, and its sidecar sources/m.pdf.evidence.yaml is" in problem.reason


def test_a_link_to_a_document_is_not_followed(tmp_path):
    write(tmp_path, {"outside.pdf": PDF, "sources/m.pdf.evidence.yaml": sidecar()})
    (tmp_path / "sources/m.pdf").symlink_to(tmp_path / "outside.pdf")
    (problem,) = problems(gathered(tmp_path, {}))
    assert "is a symbolic link, which is never followed" in problem.reason


@pytest.mark.parametrize("more", ["file: ../outside.pdf", "path: /etc/passwd", 'sha256: "00"', "effective: soon"])
def test_a_sidecar_leads_nowhere_else(more, tmp_path):
    text = sidecar() if more.startswith(("file", "path")) else sidecar().replace("artefact: document", "")
    found = gathered(
        tmp_path, {"outside.pdf": PDF, "sources/m.pdf": PDF, "sources/m.pdf.evidence.yaml": text + more + "\n"}
    )
    assert found.result.items == ()
    assert [problem.place.path for problem in problems(found)] == ["sources/m.pdf.evidence.yaml"]
    assert problems(found)[0].status == "unreadable"


@pytest.mark.parametrize("text", ["", "- a list\n", "artefact: drill_record\n", "sha256: [\n", "x" * 70_000])
def test_what_is_no_sidecar_is_unreadable(text, tmp_path):
    found = gathered(tmp_path, {"sources/m.pdf": PDF, "sources/m.pdf.evidence.yaml": text})
    assert [problem.status for problem in problems(found)] == ["unreadable"]


def test_the_media_type_is_that_of_the_bytes_and_not_of_the_sidecar(tmp_path):
    item = only_item(gathered(tmp_path, both(media_type="image/png")))
    assert item.facts["media_type"] == "application/pdf"


def test_a_pointer_to_large_storage_is_no_document(tmp_path):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 5\n"
    (problem,) = problems(gathered(tmp_path, {"sources/m.pdf": pointer, "sources/m.pdf.evidence.yaml": sidecar()}))
    assert "Git LFS pointer" in problem.reason


def test_a_document_larger_than_the_cap_is_not_hashed(tmp_path, monkeypatch):
    monkeypatch.setattr("tieout.collectors.attached_documents.MAX_DOCUMENT_BYTES", 5)
    (problem,) = problems(gathered(tmp_path, both()))
    assert f"has {len(PDF)} bytes; a document is hashed up to 5" in problem.reason


@pytest.mark.parametrize(
    ("name", "content", "is_held"),
    [
        ("minutes.pdf", PDF, True),
        ("minutes.html", b"<p>minutes</p>", False),
        ("minutes.txt", b"DB_PASSWORD=hunter2-Zq9!xR4\n", False),
    ],
)
def test_what_is_said_when_a_document_is_added_is_what_collecting_finds(tmp_path, name, content, is_held):
    refused = why_not_held(name, content, len(content))
    assert (refused is None) == is_held
    files = {f"sources/{name}": content, f"sources/{name}.evidence.yaml": sidecar(content)}
    told = [problem.reason for problem in problems(gathered(tmp_path, files))]
    says = f"is kept by its digest only and does not stand in the packet: {refused}"
    assert told == ([] if is_held else [says])


def test_a_large_document_is_not_held_and_collecting_says_no_more_than_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr("tieout.collectors.attached_documents.MAX_ATTACHED_BYTES", len(PDF) - 1)
    assert why_not_held("m.pdf", PDF, len(PDF)) == TOO_LARGE
    found = gathered(tmp_path, both())
    assert problems(found) == []
    assert only_item(found).facts["size"] == len(PDF)


def test_where_none_is_declared_none_is_taken(tmp_path):
    found = gathered(tmp_path, {**both(), "sources/r.yaml": "artefact: risk_register\nrisks: []\n"}, "risk_register")
    assert [item.type for item in found.result.items] == ["risk_register"]
    assert [problem.reason for problem in problems(found)] == [
        "is an attached document, which this source is not declared to provide"
    ]


def test_in_git_the_commit_is_read_and_a_later_one_does_not_count(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("document", both())
    repository.write({"sources/m.pdf": b"changed, not committed"})
    found = in_git(collect, repository, source("records", provides=("document",)), prefix="sources")
    item = only_item(found)
    assert item.provenance.source_digest == f"gitblob:{repository.git('rev-parse', 'HEAD:sources/m.pdf')}"
    early = in_git(
        collect,
        repository,
        source("records", provides=("document",)),
        prefix="sources",
        as_of=datetime(2025, 1, 1, tzinfo=UTC),
    )
    assert early.result.items == ()
    assert [problem.status for problem in problems(early)] == ["after-as-of"]


def test_a_document_answers_nothing(tmp_path):
    records = entry("records", "records", "records", "document", "approved_record/ai_policy", inside="application")
    files = {"records/m.pdf": PDF, "records/m.pdf.evidence.yaml": sidecar()}
    plain = system(tmp_path / "plain", configuration(records), {"records/x.md": "text\n"})
    with_document = system(tmp_path / "r", configuration(records), {"records/x.md": "text\n", **files})
    as_of = datetime(2026, 11, 22, tzinfo=UTC)
    before, after = (assessed(one.folder, as_of=as_of) for one in (plain, with_document))
    assert {control.control: control.verdict for control in before.assessment.controls} == {
        control.control: control.verdict for control in after.assessment.controls
    }
    assert after.verdict("GOVERN 1.4") == "gap"
    assert after.satisfied_by("document") == []


def test_what_is_written_reads_back_as_it_was():
    text = 'a: "b" \\ # c\n\N{SNOWMAN} \u0085\u2028 \t end \U000e0041'
    written = sidecar(title=text, note="- x: {y}")
    found = parse(written.encode(), "yaml", where="s").data
    assert found["title"] == text
    assert found["note"] == "- x: {y}"
    assert record_example("document").startswith("# Written by")


def packed(*names: str) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            package.writestr(name, "<x/>" * 500)
    return data.getvalue()


def with_mimetype(kind: str) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"\xff\xd8\xff\xe0\x00", "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "application/x-ole-storage"),
        (packed("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "wordprocessingml.document"),
        (packed("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"), "presentationml.presentation"),
        (packed("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), "spreadsheetml.sheet"),
        (packed("word/document.xml"), "application/zip"),
        (with_mimetype("application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (with_mimetype("application/x-other"), "application/zip"),
        ("Straße\n".encode(), "text/plain"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "text/html"),
        (("ä" * SNIFFED_BYTES).encode()[1 : SNIFFED_BYTES + 1], UNKNOWN),
        (("a" + "ä" * SNIFFED_BYTES).encode()[:SNIFFED_BYTES], "text/plain"),
        (b"MZ\x90\x00", UNKNOWN),
        (b"\xff\xfe\x00", UNKNOWN),
    ],
)
def test_the_first_bytes_say_what_a_file_is(data, expected):
    assert media_type_of(data[:SNIFFED_BYTES]).endswith(expected)
