"""The view: every text made safe, every control told, every claim tied to its evidence."""
# ruff: noqa: RUF001 - the view shows hidden characters in single guillemets

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from packet import sample
from packet.sample import BIDI, UNBROKEN, WIDE, ZERO_WIDTH
from tieout.domain.collection import Period
from tieout.domain.retention_rules import RetentionDay
from tieout.domain.verdicts import OPEN_VERDICTS, VERDICT_ORDER, Verdict
from tieout.render.extent import EXAMINED, INDEXED, PROBLEMS, head_of
from tieout.render.fonts import covered
from tieout.render.model import Digest, PacketView
from tieout.render.text import CODE_LENGTH, PASSAGE_LENGTH, RUN_LENGTH, joints, runs, shown
from tieout.render.view import build_view
from tieout.render.words import footing, keeping, period_in_words


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
    texts = list(_texts(view.model_dump(mode="json", exclude={"strip", "tall_strip"})))  # drawn, not read
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
    assert view.coverage.startswith("58 of 72 subcategories were not assessed")
    assert "Nothing in this packet says that they are met" in view.coverage


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


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (_utc(2026, 10, 23), _utc(2026, 11, 22), "2026-10-23 to 2026-11-21 (30 days, both included)"),
        (_utc(2026, 11, 21), _utc(2026, 11, 22), "2026-11-21 (1 day)"),
        (_utc(2026, 10, 23), _utc(2026, 11, 21, 18), "2026-10-23T00:00:00Z to 2026-11-21T18:00:00Z"),
        (_utc(2026, 11, 22), _utc(2026, 11, 22), "2026-11-22T00:00:00Z to 2026-11-22T00:00:00Z"),
    ],
)
def test_a_period_is_told_by_its_last_day_and_not_by_the_day_after_it(start, end, words):
    assert period_in_words(Period(start=start, end=end)) == words


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        (None, "no rule sets how long to keep it"),
        (RetentionDay(permanent=True), "keep permanently"),
        (RetentionDay(on=date(2036, 7, 1)), "keep at least to 2036-07-01"),
        (
            RetentionDay(waits_for=("final payment",), known=date(2036, 7, 1)),
            "keep at least to 2036-07-01, longer pending final payment",
        ),
        (RetentionDay(waits_for=("a", "b")), "keep, pending 2 triggers"),
    ],
)
def test_how_long_to_keep_it_is_one_short_phrase(floor, words):
    assert keeping(floor) == words


def test_the_footer_stays_one_line_whatever_the_record_is_called():
    assert len(footing("R" * 300, "keep, pending " + "w" * 300)) == 112
    assert footing("R-1", "keep permanently") == "Record R-1 · keep permanently"


def test_a_long_name_comes_apart_at_its_joints_only():
    name = "2026-11-19T14-21-47_triage-urgent_mvgVPvYyR7SVjgdt8556wV.json"
    pieces = joints(f"in {name} it")
    assert "".join(pieces) == f"in {name} it"
    assert ".json it" in pieces
    assert joints("e.g. read/write-only words") == ["e.g. read/write-only words"]


def test_every_limit_is_told_met_or_not_and_so_is_what_was_not_measured(view: PacketView):
    section = next(section for section in view.sections if section.label == "MEASURE 2.3")
    (check,) = [check for check in section.checks if check.measures]
    assert [(row.criterion, row.verdict) for row in check.measures] == [
        ("A-1", Verdict.GAP),
        ("L-1", Verdict.SATISFIED),
        ("C-1", Verdict.GAP),
    ]
    assert check.measures[2].measured == "not measured"


def test_a_threshold_test_that_names_no_limit_as_open_vouches_for_none():
    contents = sample.contents()

    def blurred(check):
        silent = {"reason": "Something is wrong."} if check.predicate == "threshold" else {}
        return check.model_copy(update=silent)

    rules = tuple(
        rule.model_copy(update={"checks": tuple(blurred(check) for check in rule.checks)})
        for rule in contents.assessment.rules
    )
    assessment = contents.assessment.model_copy(update={"rules": rules})
    view = build_view(contents.model_copy(update={"assessment": assessment}))
    rows = [row for section in view.sections for check in section.checks for row in check.measures]
    assert rows
    assert all(row.verdict is Verdict.GAP for row in rows)


def test_a_criterion_that_no_rule_measures_says_so(view: PacketView):
    told = {row.id: (row.unmeasured, [cell.label for cell in row.measured_in]) for row in view.criteria}
    assert told["S-1"] == ("no rule measures it", [])
    assert told["A-1"] == ("", ["MEASURE 2.3"])


def test_an_owner_is_proposed_from_the_roster_and_only_one_who_holds_the_role(view: PacketView):
    owners = {section.label: section.open_point.owner for section in view.sections if section.open_point}
    assert owners["GOVERN 1.4"] == "Miriam Osei (governance owner, proposed from the roster)"
    assert owners["MAP 1.1"] == "Rosa Lind (system owner, proposed from the system profile)"
    assert owners["MANAGE 4.3"].startswith("Ada approved‹U+202E›")
    assert owners["MANAGE 2.4"] == owners["MANAGE 4.3"]
    assert owners["MEASURE 2.3"] == "model changes owner (nobody is named for it)"


def test_a_source_is_placed_by_the_folder_that_its_items_share(view: PacketView):
    paths = {row.name: row.path for row in view.scope.sources}
    assert paths["gateway"] == "deploy/"
    assert paths["gateway logs"] == "../logs"
    assert paths["repository"] == "(whole repository)"
    assert all(row.path.strip(" .") for row in view.scope.sources)


def test_a_reason_of_four_thousand_characters_is_not_cut():
    assert len(shown("y" * 4000, face="sans", length=PASSAGE_LENGTH)) == 4000


def test_facts_that_fit_no_model_leave_the_scope_unrecorded_and_nothing_broken():
    contents = sample.contents()
    sources = tuple(
        source.model_copy(
            update={"items": tuple(item.model_copy(update={"facts": {"odd": 1}}) for item in source.items)}
        )
        for source in contents.collection.sources
    )
    collection = contents.collection.model_copy(update={"sources": sources})
    scope = build_view(contents.model_copy(update={"collection": collection})).scope
    assert {fact.value for fact in scope.system} == {"not recorded here"}
    assert (scope.owners, scope.models, scope.logs) == ((), (), ())


def test_a_long_table_says_how_much_of_it_is_elsewhere():
    assert head_of(range(3), 3, "data/x.json") == ((0, 1, 2), "")
    assert head_of(range(1003), 3, "data/x.json") == ((0, 1, 2), "And 1,000 more: data/x.json has all 1,003.")


def test_many_items_and_problems_are_listed_up_to_a_number_and_every_reference_leads_somewhere():
    contents = sample.contents()
    collection = contents.collection
    source = next(source for source in collection.sources if source.problems and source.items)
    items = tuple(source.items[0].model_copy(update={"id": f"EV-{turn:08x}"}) for turn in range(INDEXED + 50))
    problems = tuple(source.problems[0] for _ in range(PROBLEMS + 7))
    many = source.model_copy(update={"items": (*items, *source.items), "problems": (*problems, *source.problems)})
    sources = tuple(many if one.name == source.name else one for one in collection.sources)
    used = next(result for result in contents.assessment.rules if result.checks and result.checks[0].evidence)
    refs = tuple(item.id for item in items)
    checks = (used.checks[0].model_copy(update={"evidence": refs}), *used.checks[1:])
    rules = tuple(
        one.model_copy(update={"checks": checks, "evidence": refs}) if one.rule == used.rule else one
        for one in contents.assessment.rules
    )
    big = contents.model_copy(
        update={
            "collection": collection.model_copy(update={"sources": sources}),
            "assessment": contents.assessment.model_copy(update={"rules": rules}),
        }
    )
    view = build_view(big)
    section = next(section for section in view.sections if section.label == used.controls[0])
    assert len(section.evidence) == EXAMINED
    assert section.more_evidence.endswith("data/inputs/assessment.json has all " + section.more_evidence.split()[-1])
    assert len(view.evidence) == INDEXED
    assert "more: data/evidence/index.json has all" in view.more_evidence
    assert len(view.problems) == PROBLEMS
    assert "more: data/inputs/collection.json has all" in view.more_problems
    anchors = {row.anchor for row in view.evidence}
    assert {row.anchor for one in view.sections for row in one.evidence} <= anchors
