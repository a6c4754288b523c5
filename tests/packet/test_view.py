"""The view: every text made safe, every control told, every claim tied to its evidence."""
# ruff: noqa: RUF001 - the view shows hidden characters in single guillemets

import pytest
from pydantic import ValidationError

from packet import sample
from packet.sample import BIDI, UNBROKEN, WIDE, ZERO_WIDTH
from tieout.domain.verdicts import OPEN_VERDICTS, VERDICT_ORDER, Verdict
from tieout.render.fonts import covered
from tieout.render.model import Digest, PacketView
from tieout.render.text import CODE_LENGTH, PASSAGE_LENGTH, RUN_LENGTH, runs, shown
from tieout.render.view import build_view


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, element in value.items():
            yield from _texts(key)
            yield from _texts(element)
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _texts(element)


def test_every_text_of_the_view_can_be_drawn_and_is_bounded(view: PacketView):
    drawable = covered("sans") | covered("mono")
    longest = PASSAGE_LENGTH + len("… [cut; 1,000,000 characters in all]")
    texts = list(_texts(view.model_dump(mode="json")))
    assert len(texts) > 2000
    for text in texts:
        assert set(text) <= drawable
        assert len(text) <= longest


@pytest.mark.parametrize(
    ("hostile", "shows"),
    [
        (BIDI, "approved‹U+202E›yllaer toN‹U+2066›"),
        (ZERO_WIDTH, "pass‹U+200B›word‹U+00AD›‹U+0007›"),
        (WIDE, "‹U+8CA0›‹U+8377›‹U+8A66›‹U+9A13› ‹U+1F680› ‹U+03B1›"),
        ("a\r\nb\tc", "a b c"),
        ("\ud800", "‹U+D800›"),
    ],
)
def test_what_deceives_or_cannot_be_drawn_is_shown_by_its_code(hostile, shows):
    assert shown(hostile, face="mono", length=CODE_LENGTH) == shows


def test_a_character_that_only_the_text_face_has_stays_there():
    assert shown("α", face="sans", length=9) == "α"


def test_a_cut_says_so_and_never_splits_a_code():
    assert shown("y" * 700, face="sans", length=600) == "y" * 600 + "… [cut; 700 characters in all]"
    cut = shown("\u8ca0" * 600, face="sans", length=600)
    assert cut.endswith("›… [cut; 600 characters in all]")
    assert cut.count("‹U+") == cut.count("›")


def test_long_runs_may_break_and_joined_they_are_the_text_again():
    text = f"a {UNBROKEN} b {'z' * 100} c"
    pieces = runs(text)
    assert "".join(pieces) == text
    assert max(len(word) for piece in pieces for word in piece.split()) == RUN_LENGTH
    assert runs("short words only") == ["short words only"]


def test_all_72_controls_stand_in_the_overview_in_the_standards_order(view: PacketView):
    catalog = sample.contents().catalog
    assert [cell.label for row in view.functions for cell in row.cells] == list(catalog.labels)
    assert sum(count.count for count in view.counts) == view.total == 72
    assert [count.verdict for count in view.counts] == list(VERDICT_ORDER)


def test_a_control_has_a_workpaper_or_says_what_would_answer_it(view: PacketView):
    with_section = {section.label for section in view.sections}
    unasked = {row.label for group in view.unasked for row in group.rows}
    assert len(with_section) == 14
    assert with_section | unasked == set(sample.contents().catalog.labels)
    assert not with_section & unasked
    assert all(row.verdict is Verdict.NOT_ASSESSED and row.answer for group in view.unasked for row in group.rows)


def test_what_is_not_assessed_is_counted_aloud(view: PacketView):
    assert view.scope.startswith("58 of 72 subcategories were not assessed")
    assert "Nothing in this packet says that they are met" in view.scope


def test_the_gap_register_holds_exactly_the_open_verdicts_worst_first(view: PacketView):
    opened = {r.control for r in sample.contents().assessment.controls if r.verdict in OPEN_VERDICTS}
    assert {row.label for row in view.gaps} == opened
    severities = [row.point.severity for row in view.gaps]
    assert severities == sorted(severities, key=["critical", "high", "moderate", "low"].index)
    assert [row.number for row in view.gaps] == [f"G-{turn:02d}" for turn in range(1, len(view.gaps) + 1)]
    numbered = {s.label: s.open_point.number for s in view.sections if s.open_point and s.open_point.number}
    assert numbered == {row.label: row.number for row in view.gaps}


def test_a_satisfied_control_has_no_open_point_and_every_other_one_has(view: PacketView):
    for section in view.sections:
        assert (section.open_point is None) == (section.verdict is Verdict.SATISFIED)


def test_checks_name_the_references_of_the_sections_own_evidence(view: PacketView):
    for section in view.sections:
        refs = [row.ref for row in section.evidence]
        assert refs == [f"{section.index}/{turn:02d}" for turn in range(1, len(refs) + 1)]
        assert {ref for check in section.checks for ref in check.refs} == set(refs)


def test_evidence_is_placed_by_line_and_commit_and_judged_by_the_rules_limits(view: PacketView):
    by_label = {section.label: section for section in view.sections}
    inventory = by_label["GOVERN 1.6"].evidence[0]
    assert inventory.place == "governance/inventory.yaml:2 @ 4f2a91c07d3e"
    assert (inventory.state_mark, inventory.state) == ("stale", "stale by 112 d")
    drill = next(row for row in by_label["MANAGE 2.4"].evidence if row.kind == "drill record")
    assert drill.state_mark == "stale"
    dataset = next(row for row in by_label["MEASURE 2.1"].evidence if row.kind == "dataset card")
    assert dataset.state == "not dated"


def test_an_attestation_stands_in_the_human_half_and_not_among_the_tests(view: PacketView):
    policy = next(section for section in view.sections if section.label == "GOVERN 1.4")
    assert policy.humans[0].state == "No signed attestation by the governance owner is recorded here."
    assert policy.humans[0].validity == "1 year"
    assert all("attest" not in check.test for check in policy.checks)


def test_only_files_that_the_packet_holds_are_linked():
    bare = build_view(sample.contents())
    assert not bare.files
    assert all(digest.href is None for row in bare.evidence for digest in row.digests)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://a.example/", "//a.example", "/etc/passwd", "../x", "a//b", ""]
)
def test_a_link_never_leaves_the_packet(href):
    with pytest.raises(ValidationError):
        Digest(name="x", value="y", href=href)
