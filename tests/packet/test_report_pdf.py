"""The PDF: what it says, how it is built, what it carries."""
# ruff: noqa: RUF001 - the view shows hidden characters in single guillemets

import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from packet import sample
from tieout.kernel.errors import TieoutError
from tieout.render import pdf as module
from tieout.render.model import PacketView
from tieout.render.pdf import render_pdf
from tieout.render.xmp import NAMESPACE, PROPERTIES


def _text(report: Path, *options: str) -> str:
    return subprocess.run(
        ["pdftotext", *options, str(report), "-"], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout


@pytest.fixture(scope="module")
def pages(report: Path) -> list[str]:
    return _text(report, "-layout").split("\f")[:-1]


@pytest.fixture(scope="module")
def opened(report: Path):
    with pikepdf.open(report) as document:
        yield document


def test_the_head_of_each_workpaper_stands_with_its_verdict_and_its_first_tests(pages: list[str], view: PacketView):
    for section in view.sections:
        if len(section.conclusion) > 2000:
            continue  # a conclusion that fills a page leaves its tests to the next
        page = next(page for page in pages if f"{section.number} {section.title}\n" in page and section.code in page)
        head = page[page.index(f"{section.number} {section.title}\n") :]
        assert re.search(rf"{section.index}\s", head)
        assert re.search(rf"Conclusion:\s+{section.verdict.value}\.", head)
        assert section.parts["checks"] in head
        assert re.search(rf"No\.\s+Test\s+Result\s+Found\n+\s+{section.checks[0].number}\s", head)


def test_no_page_but_the_last_of_a_part_is_nearly_empty(pages: list[str]):
    for page in pages[:-1]:
        assert sum(bool(line.strip()) for line in page.splitlines()) >= 12


def test_the_footer_is_one_line(pages: list[str], view: PacketView):
    assert view.footing == "Record AIR-2026-0042 · keep at least to 2036-11-20, longer pending system retired"
    for page in pages:
        last = [line for line in page.splitlines() if line.strip()][-1]
        assert view.footing in last
        assert "Page " in last


def test_every_limit_of_a_threshold_test_stands_in_its_workpaper(pages: list[str]):
    told = re.sub(r"\s+", " ", "\n".join(pages))
    assert re.search(r"A-1 >= 0\.9 share 0\.914 220 0\.869 to 0\.948 no MS-2\.3/\d\d", told)
    assert re.search(r"L-1 <= 2,500 ms 2,310 18,204 2,270 to 2,360 yes", told)
    assert re.search(r"C-1 <= 12 USD per day not measured no", told)


def test_the_scope_page_says_who_what_and_from_where(pages: list[str]):
    scope = next(page for page in pages if "Scope and responsibility\n" in page and "Contents\n" not in page)
    for words in (r"Risk tier\s+high", r"Jurisdictions\s+not recorded here", r"governance\s+Miriam Osei\s+Jon Park"):
        assert re.search(words, scope)
    assert re.search(r"acme/triage-small-v3\s+triage\s+18,204\s+2026-10-22 to 2026-11-21", scope)
    told = "\n".join(pages)
    assert re.search(r"18,293 records, 4 blank, 1 unreadable, 2 invalid", told)
    assert re.search(r"18,204; 89 before it and 0 after it", told)


def test_no_name_of_the_machines_stands_in_a_workpaper(pages: list[str]):
    start = next(turn for turn, page in enumerate(pages) if "Appendix: rules as run\n" in page and turn > 2)
    for words in ("fields_present:", "all_linked:"):
        assert words in "\n".join(pages[start:])
        assert words not in "\n".join(pages[:start])


def test_the_overview_is_one_page_with_all_72_and_their_verdicts(pages: list[str], view: PacketView):
    found = [page for page in pages if page.count("not-assessed") > 50]
    assert len(found) == 1
    for cell in (cell for row in view.functions for cell in row.cells):
        assert re.search(rf"{re.escape(cell.index)}\s+{re.escape(cell.title)}\s+{cell.verdict.value}", found[0])


def test_the_cover_says_what_it_is_and_that_it_is_unsigned(pages: list[str], view: PacketView):
    cover = pages[0]
    assert "UNSIGNED unless packet.dsse.json beside this packet verifies" in cover
    for fact in (*view.identity, *view.retention, *view.digests):
        assert fact.name in cover
        assert fact.value[:40] in cover
    for count in view.counts:
        assert re.search(rf"{count.verdict.value}\s+{count.count}\b", cover)


def test_every_page_carries_marking_record_and_page_number(pages: list[str], view: PacketView):
    for number, page in enumerate(pages, start=1):
        assert view.marking in page
        assert view.record_id in page
        assert f"Page {number} of {len(pages)}" in page


def test_what_was_not_tested_is_said_and_listed(pages: list[str], view: PacketView):
    told = "\n".join(pages)
    assert "What was not tested" in told
    for group in view.unasked:
        assert f"{len(group.rows)} of {group.total} without a rule" in told


def test_the_evidence_index_has_whole_digests(report: Path):
    told = _text(report)
    for item in sample.contents().collection.items:
        assert item.id in told
        assert item.stored_sha256 in told
        assert item.provenance.source_digest.partition(":")[2] in told


def test_hostile_text_is_visible_and_inert(report: Path, opened: pikepdf.Pdf):
    told = re.sub(r"\s+", "", _text(report))
    assert "<script>alert(1)</script><imgsrc=" in told
    assert "approved‹U+202E›yllaer" in told
    assert "‹U+8CA0›" in told
    raw = report.read_bytes()
    assert b"/URI" not in raw
    assert b"/JavaScript" not in raw
    for page in opened.pages:
        for annotation in page.get("/Annots", []):
            assert annotation.Subtype == "/Link"
            assert "/Dest" in annotation


def test_every_link_and_bookmark_has_a_target(opened: pikepdf.Pdf, view: PacketView):
    names = opened.Root.Names.Dests.Names
    targets = {str(names[turn]) for turn in range(0, len(names), 2)}
    links = {str(a.Dest) for page in opened.pages for a in page.get("/Annots", [])}
    assert links <= targets
    assert {cell.anchor for row in view.functions for cell in row.cells} <= links
    with opened.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert [f"{section.label} {section.title}" for section in view.sections] == titles[8:-4]
    assert titles[0] == "Cover"
    assert titles[-2] == "Appendix: rules as run"
    assert titles[-1] == "Sign-off"


def test_it_is_tagged_titled_and_in_a_language(opened: pikepdf.Pdf, view: PacketView):
    root = opened.Root
    assert str(root.Lang) == "en"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(opened.docinfo.Title) == view.title
    assert root.StructTreeRoot.K[0].S == "/Document"
    tags = {
        str(obj.S)
        for obj in opened.objects
        if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/StructElem"
    }
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link", "/Sect", "/L"} <= tags


def test_only_the_bundled_fonts_are_in_it_and_they_are_embedded(report: Path):
    listed = subprocess.run(["pdffonts", str(report)], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(listed) > 2
    for line in listed[2:]:
        assert "+IBM-Plex-" in line
        assert line.split()[-5] == "yes"


def test_attachments_are_listed_once_with_relationship_type_and_date(opened: pikepdf.Pdf):
    listed = {str(entry.UF): entry for entry in opened.Root.AF}
    assert len(opened.Root.AF) == 2
    assert sorted(opened.attachments) == ["assessment-results.json", "evidence-index.json"]
    assert listed["assessment-results.json"].AFRelationship == "/Source"
    assert listed["evidence-index.json"].AFRelationship == "/Data"
    for name, data in (("assessment-results.json", b'{"results": 1}'), ("evidence-index.json", b'{"index": 2}')):
        stream = listed[name].EF.F
        assert stream.read_bytes() == data
        assert stream.Subtype == "/application/json"
        assert str(stream.Params.CreationDate) == "D:20261122180000Z"


def test_retention_and_identity_are_read_back_from_the_metadata(opened: pikepdf.Pdf, view: PacketView):
    with opened.open_metadata() as metadata:
        values = {name: metadata[f"{{{NAMESPACE}}}{name}"] for name in PROPERTIES}
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2026-11-22T18:00:00Z"
        assert metadata["dc:title"] == view.title
        assert metadata["dc:creator"] == ["Dana Whitfield, release engineering"]
    assert values["recordId"] == "AIR-2026-0042"
    assert values["retentionPeriod"] == "grs-3.1-020: P3Y; eu-ai-act-18: P10Y"
    assert values["dispositionAuthority"] == (
        "grs-3.1-020: NARA GRS 3.1 item 020; eu-ai-act-18: Regulation (EU) 2024/1689, Article 18"
    )
    assert values["retentionSchedule"] == "grs-3.1-020, eu-ai-act-18"
    assert values["dispositionAction"] == "destroy (permitted, not required)"
    assert values["recordsOfficer"] == "Miriam Osei"
    assert values["retainUntil"] == "pending: waits for system retired (by what is known: 2036-11-20)"
    assert values["legalHold"].startswith("H-2026-03, in force since 2026-06-01")
    assert values["classification"] == "CUI // Controlled by: Office of the CAIO"
    assert values["sourceCommit"] == sample.COMMIT
    assert values["evidenceIndexSha256"] == sample.contents().evidence_index_sha256


def test_qpdf_finds_nothing_wrong(report: Path):
    done = subprocess.run(["qpdf", "--check", str(report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No syntax or stream encoding errors found" in done.stdout


def test_its_length_is_that_of_a_document_people_read(pages: list[str]):
    assert 25 <= len(pages) <= 40


def test_letter_by_default_and_a4_on_request(opened: pikepdf.Pdf, bare_report: Path):
    with pikepdf.open(bare_report) as document:
        assert _box(document) == (595, 842)
    assert _box(opened) == (612, 792)


def test_a_packet_of_which_nothing_is_known_says_so(bare_report: Path):
    told = re.sub(r"\s+", " ", _text(bare_report))
    assert "72 of 72 subcategories were not assessed" in told
    assert "no release" in told
    assert "No rule found a gap, a conflict or an unreadable input, and nothing is waived." in told
    assert "satisfied 0" in told


def test_a_missing_pango_names_the_line_that_installs_it(view: PacketView, monkeypatch: pytest.MonkeyPatch):
    class Broken:
        def find_spec(self, name, *_):
            if name == "weasyprint":
                message = "cannot load library 'libpango-1.0-0'"
                raise OSError(message)

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(TieoutError) as caught:
        render_pdf(view, sample.contents().retention)
    assert module.PANGO_LINE in caught.value.hint
    assert "OSCAL files and the HTML page are still written" in caught.value.hint


def test_an_address_in_our_own_template_would_end_the_rendering():
    weasyprint = module._weasyprint()
    fetcher = module._fetcher(weasyprint)
    for address in ("https://evil.example/p.png", "file:///etc/passwd", "tieout-font:../../etc/passwd"):
        with pytest.raises(weasyprint.urls.FatalURLFetchingError):
            fetcher.fetch(address)


def _box(document: pikepdf.Pdf) -> tuple[int, int]:
    _, _, width, height = (round(float(number)) for number in document.pages[0].MediaBox)
    return width, height
