"""The charts and the short words of a workpaper: each says what the evidence says, and nothing more."""

from datetime import UTC, datetime, timedelta

import pytest

from packet import sample
from tieout.assess.predicates import PREDICATES
from tieout.assess.procedures import Procedure, method_of, population_of, procedure_of
from tieout.domain.assessment import CheckResult
from tieout.domain.rules import Check
from tieout.domain.verdicts import Verdict
from tieout.render.conclusions import _advice, _asked, brief, conclusion_of
from tieout.render.freshness import freshness
from tieout.render.measures import measure_rows
from tieout.render.model import CheckRow, HumanRow, PacketView, Section
from tieout.render.view import build_view


def _section(view: PacketView, label: str) -> Section:
    return next(section for section in view.sections if section.label == label)


def _rows(view: PacketView, label: str) -> dict:
    return {row.kind: row for row in _section(view, label).freshness.rows}


def test_the_strip_has_a_cell_for_each_control_and_no_two_share_a_place(view: PacketView):
    labels = [cell.label for row in view.functions for cell in row.cells]
    for strip in (view.strip, view.tall_strip):
        assert [spot.label for spot in strip.spots] == labels
        assert len({(spot.x, spot.y) for spot in strip.spots}) == 72
        assert all(spot.x + strip.cell <= strip.width for spot in strip.spots)
        assert all(spot.y + strip.cell <= strip.height for spot in strip.spots)
        assert sum(path.d.count("z") for path in strip.paths if path.stroke == "#999") == 72


def test_the_strip_in_words_places_the_control_and_counts_every_verdict(view: PacketView):
    words = _section(view, "MEASURE 2.3").position
    assert words.startswith("MEASURE 2.3 is number 6 of the 22 of MEASURE; 72 in all. GOVERN: ")
    for row in view.functions:
        for verdict in {cell.verdict for cell in row.cells}:
            assert f"{sum(cell.verdict is verdict for cell in row.cells)} {verdict.value}" in words


def test_evidence_past_its_limit_stops_counting_where_the_limit_ends(view: PacketView):
    row = _rows(view, "GOVERN 1.6")["AI inventory"]
    counts = next(bar for bar in row.bars if bar.kind == "counts")
    lapsed = next(bar for bar in row.bars if bar.kind == "lapsed")
    chart = _section(view, "GOVERN 1.6").freshness
    assert row.dots == (counts.x,)
    assert counts.x + counts.width == pytest.approx(lapsed.x, abs=0.02)
    assert lapsed.x + lapsed.width == pytest.approx(chart.as_of, abs=0.02)
    assert row.words == "2026-05-04, counted until 2026-08-02"


def test_evidence_that_counts_runs_past_the_as_of_day_and_one_without_a_limit_stops_there(view: PacketView):
    section = _section(view, "GOVERN 2.1")
    rows = _rows(view, "GOVERN 2.1")
    (counts,) = rows["drill record"].bars
    (unlimited,) = rows["code owners file"].bars
    assert counts.kind == "counts"
    assert counts.x + counts.width > section.freshness.as_of
    assert unlimited.kind == "unlimited"
    assert unlimited.x + unlimited.width == pytest.approx(section.freshness.as_of, abs=0.02)


def test_a_log_is_open_where_a_day_and_more_has_no_record(view: PacketView):
    row = _rows(view, "MEASURE 2.4")["gateway or telemetry log"]
    (records,) = [bar for bar in row.bars if bar.kind == "records"]
    (gap,) = row.gaps
    assert records.x < gap.x < gap.x + gap.width < records.x + records.width
    assert "no record from 2026-11-07 01:00 to 2026-11-08 08:00 UTC" in row.words


def test_evidence_older_than_the_chart_keeps_an_arrow_and_no_dot():
    contents = sample.contents()
    item = next(item for item in contents.collection.items if item.type == "drill_record")
    old = item.model_copy(
        update={"effective": item.effective.model_copy(update={"end": datetime(2024, 1, 1, tzinfo=UTC)})}
    )
    chart = freshness([old], {old.id: "X/01"}, contents.rules, sample.AS_OF)
    (row,) = chart.rows
    assert (row.earlier, row.dots) == (True, ())
    assert [bar.kind for bar in row.bars] == ["lapsed"]
    assert row.bars[0].x == 0


def test_without_a_date_there_is_no_chart(view: PacketView):
    contents = sample.contents()
    undated = [item.model_copy(update={"effective": None}) for item in contents.collection.items]
    assert freshness(undated, {}, contents.rules, sample.AS_OF) is None
    assert _section(view, "MANAGE 4.3").freshness is None
    assert "freshness" not in _section(view, "MANAGE 4.3").parts


def test_many_items_of_a_kind_share_a_row_and_only_the_newest_are_named():
    contents = sample.contents()
    item = next(item for item in contents.collection.items if item.type == "eval_results")
    many = [
        item.model_copy(
            update={
                "id": f"EV-{turn}",
                "effective": item.effective.model_copy(update={"end": item.effective.end - timedelta(days=turn)}),
            }
        )
        for turn in range(40)
    ]
    (row,) = freshness(many, {one.id: one.id for one in many}, (), sample.AS_OF).rows
    assert len(row.dots) == 40
    assert row.words.endswith("38 more, back to 2026-10-11")


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"simulated": True}, "a simulated model"), ({"status": "error"}, "not finished")],
)
def test_a_run_that_counts_for_nothing_has_no_bar_that_counts(facts: dict[str, object], words: str):
    contents = sample.contents()
    item = next(item for item in contents.collection.items if item.type == "eval_results")
    rules = [rule for rule in contents.rules if "eval_results" in rule.needs]
    void = item.model_copy(update={"id": "EV-0", "facts": {**item.facts, **facts}})
    rows = freshness([void, item], {"EV-0": "X/01", item.id: "X/02"}, rules, sample.AS_OF).rows
    nothing, counts = rows
    assert (nothing.refs, counts.refs) == (("X/01",), ("X/02",))
    assert {bar.kind for bar in nothing.bars} == {"lapsed"}
    assert nothing.words.endswith(f", {words}: counts for nothing")
    assert "counts" in {bar.kind for bar in counts.bars}


def _measured(**seen: object):
    result = CheckResult(
        predicate="threshold", verdict=Verdict.GAP, reason="C-1 is open", seen={"C-1 (log)": {"id": "C-1", **seen}}
    )
    (row,) = [row for row in measure_rows(None, result, sample.contents().collection, {}) if row.criterion == "C-1"]
    return row.chart


def test_an_interval_is_drawn_in_the_order_of_its_figures():
    chart = _measured(operator=">=", limit=0.9, low=0.869, high=0.948, value=0.914)
    assert chart.low < chart.limit < chart.point < chart.high
    assert chart.met_above
    assert chart.words == "measured 0.914, interval 0.869 to 0.948, limit >= 0.9"


def test_an_unbounded_end_stays_open_and_a_limit_alone_draws_nothing():
    chart = _measured(operator="<=", limit=12, low=3.25, high=None, value=3.25)
    assert chart.high is None
    assert not chart.met_above
    assert chart.words.endswith("interval 3.25 to unbounded, limit <= 12")
    small = _measured(operator="<=", limit=0.00002, low=0.0, high=0.0000004, value=0.0000001)
    assert small.words == "measured 0.0000001, interval 0 to 0.0000004, limit <= 0.00002"
    assert _measured(operator="<=", limit=12) is None
    assert _measured(operator="<=", limit=12, value=float("nan")) is None


def test_figures_that_are_all_the_same_are_drawn_in_the_middle():
    chart = _measured(operator="==", limit=0, low=0, high=0, value=0)
    assert chart.exact
    assert chart.limit == chart.low == chart.high == 50


def _row(verdict: Verdict, reason: str = "It is so.", **more: object) -> CheckRow:
    given = {"number": "1", "test": "t", "procedure": "p", "population": "", "asked": True, "left_out": False}
    return CheckRow.model_validate({**given, "verdict": verdict, "reason": reason, "places": (), "refs": (), **more})


def test_a_conclusion_counts_the_tests_and_gives_the_worst_reason_short():
    rows = [
        _row(Verdict.SATISFIED),
        _row(Verdict.PARTIAL, "Half of it."),
        _row(Verdict.GAP, f"Two of the limits are not met: {'x ' * 400}"),
        _row(Verdict.NOT_ASSESSED, asked=False, left_out=True),
    ]
    owner = HumanRow(
        role="system owner", attests="a", validity="1 year", verdict=Verdict.NOT_ASSESSED, state="s", procedure="p"
    )
    assert conclusion_of(rows, [owner]) == (
        "1 of 3 tests holds. 1 is a gap: Two of the limits are not met. 1 holds in part. "
        "A signed statement by the system owner is missing. The rule leaves parts untested."
    )
    assert conclusion_of([_row(Verdict.SATISFIED)], []) == "The one test holds."
    assert conclusion_of([_row(Verdict.SATISFIED)] * 4, []) == "All 4 tests hold."


def test_what_the_engine_found_beside_the_rules_own_tests_is_told_and_not_counted():
    beside = _row(Verdict.UNREADABLE, "notes.yaml cannot be read.", asked=False)
    told = conclusion_of([_row(Verdict.SATISFIED), beside], [])
    assert told == "The one test holds. 1 could not read its input: notes.yaml cannot be read."


@pytest.mark.parametrize(
    ("text", "length", "kept"),
    [
        ("Short. And more.", 50, "Short"),
        ("The head of it is long enough: then details of every kind follow.", 40, "The head of it is long enough"),
        ("Head: one thing, another thing, a third thing that is far away", 34, "Head: one thing, another thing …"),
        ("x" * 500, 20, "x" * 19 + "…"),
        ("At 10:30 it was 3.5 s, e.g. slow.", 80, "At 10:30 it was 3.5 s, e.g. slow"),
    ],
)
def test_a_reason_is_cut_where_it_may_be_cut(text: str, length: int, kept: str):
    assert brief(text, length) == kept


def test_no_conclusion_and_no_cell_of_the_register_is_long_whatever_the_reasons_are(view: PacketView):
    for section in view.sections:
        assert len(section.conclusion) <= 400
    for row in view.gaps:
        assert len(row.condition) <= 320
        assert len(row.criterion) <= 300
        assert row.effect.startswith("Not shown: “")
        assert row.criterion.startswith("Test ")


def test_a_cell_of_the_register_ends_in_a_sentence_and_says_how_much_more_there_is():
    asked = [f"test {turn}: {'w' * 60} {turn}" for turn in range(1, 8)]
    assert _asked(asked).endswith("w 3; and 4 more tests.")
    assert _asked(asked[:2]).endswith("w 2.")
    assert _advice("Do this. " + " ".join(f"Do {'x' * 150} {turn}." for turn in range(5))).endswith(
        " 1. And 3 more, in the workpaper."
    )
    assert _advice("Do this. Do that.") == "Do this. Do that."


def test_the_register_leaves_the_whole_reason_to_the_workpaper(view: PacketView):
    row = next(row for row in view.gaps if row.label == "MEASURE 2.3")
    whole = next(check.reason for check in _section(view, row.label).checks if check.verdict is Verdict.GAP)
    assert len(whole) > 4000
    assert row.condition.removesuffix(" …") in whole


@pytest.mark.parametrize("name", sorted(PREDICATES))
def test_every_predicate_has_a_procedure_that_agrees_with_its_method(name: str):
    assert procedure_of(name) not in {Procedure.NONE, Procedure.INQUIRY}
    assert method_of(name) == "EXAMINE"


def test_what_was_not_tested_has_no_method_and_a_statement_is_no_interview():
    assert (procedure_of("untested"), method_of("untested")) == (Procedure.NONE, "UNKNOWN")
    assert (procedure_of("attested"), method_of("attested")) == (Procedure.INQUIRY, "EXAMINE")


@pytest.mark.parametrize(
    ("target", "procedure"),
    [
        ("gateway_config.routes", Procedure.CONFIGURATION),
        ("risk_register.rows", Procedure.REGISTER),
        ("system_card", Procedure.DOCUMENT),
        ("telemetry.fallbacks", Procedure.ANALYTICAL),
    ],
)
def test_a_test_of_whatever_its_rule_names_is_told_by_what_that_is(target: str, procedure: Procedure):
    assert procedure_of("every", Check(predicate="every", arguments={"in": target})) is procedure


def _result(predicate: str, verdict: Verdict = Verdict.SATISFIED, **seen: object) -> CheckResult:
    return CheckResult(predicate=predicate, verdict=verdict, reason="r", seen=seen)


def test_a_population_is_told_with_how_many_were_tested_and_never_made_up():
    check = Check(predicate="every", arguments={"in": "gateway_config.routes"})
    assert population_of(check, _result("every", population=4)) == "Population 4 (routes), all tested"
    assert population_of(check, _result("every", population=0)) == "Population 0 (routes)"
    assert population_of(check, _result("every")) == ""
    assert population_of(check, _result("every", Verdict.UNREADABLE, population=4)).startswith("Not performed")
    assert population_of(None, _result("untested", Verdict.NOT_ASSESSED)) == ""
    assert population_of(None, _result("recent")) == ""


def test_document_control_claims_no_edition_that_it_cannot_know(view: PacketView):
    control = view.control
    assert [edition.packet for edition in control.editions] == [view.packet_id]
    assert control.supersedes.startswith("not recorded here.")
    assert "UNSIGNED" in control.editions[0].state
    assert view.controls_sha256 in {fact.value for fact in control.basis}
    assert {fact.name: fact.value for fact in control.people}["Review notes"] == "none are recorded here"


def test_a_register_row_of_a_waived_rule_says_that_it_is_accepted_and_not_met():
    contents = sample.contents()

    def waived(outcome):
        return outcome.model_copy(
            update={
                "verdict": Verdict.WAIVED,
                "checks": tuple(check.model_copy(update={"verdict": Verdict.WAIVED}) for check in outcome.checks),
            }
        )

    rules = tuple(waived(one) if one.rule == "mg-2.4-switch-off" else one for one in contents.assessment.rules)
    controls = tuple(
        one.model_copy(update={"verdict": Verdict.WAIVED}) if one.control == "MANAGE 2.4" else one
        for one in contents.assessment.controls
    )
    assessment = contents.assessment.model_copy(update={"rules": rules, "controls": controls})
    view = build_view(contents.model_copy(update={"assessment": assessment}))
    row = next(row for row in view.gaps if row.label == "MANAGE 2.4")
    assert row.effect.startswith("Accepted by a named person, and not met: ")
