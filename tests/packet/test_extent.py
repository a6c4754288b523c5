"""How much a report lists: whatever was declared, its tables end, the count is exact, and the worst is told."""

from typing import Any

from packet import sample
from tieout.domain.artefacts.records import AcceptanceCriteria, Criterion, Roster, RosterEntry
from tieout.domain.assessment import CheckResult, RuleResult
from tieout.domain.packet import Contents
from tieout.domain.verdicts import VERDICT_ORDER, Verdict
from tieout.render.extent import EXAMINED, LIMITS, LISTED, SHEETS, TEST_SIGNS, TESTS, head_of, worst_first
from tieout.render.html import render_page
from tieout.render.model import PacketView
from tieout.render.text import PASSAGE_LENGTH
from tieout.render.view import build_view
from tieout.render.words import NOT_RECORDED

COLLECTION, ASSESSMENT = "data/inputs/collection.json", "data/inputs/assessment.json"
MANY = 1_234


def _with_facts(type_: str, facts: dict[str, Any], copies: int = 1) -> Contents:
    """The sample with other facts in the first item of a type, and more such items."""
    contents = sample.contents()
    sources = []
    for source in contents.collection.sources:
        items = list(source.items)
        turn = next((turn for turn, item in enumerate(items) if item.type == type_), None)
        if turn is not None:
            own = items[turn].model_copy(update={"facts": facts or items[turn].facts})
            items[turn : turn + 1] = [own, *(own.model_copy(update={"id": f"EV-{i:08x}"}) for i in range(1, copies))]
        sources.append(source.model_copy(update={"items": tuple(items)}))
    return contents.model_copy(
        update={"collection": contents.collection.model_copy(update={"sources": tuple(sources)})}
    )


def _with_result(contents: Contents, predicate: str, checks: list[CheckResult]) -> tuple[Contents, RuleResult]:
    """The sample with the checks of the first rule that calls a predicate exchanged."""
    assessment = contents.assessment
    old = next(rule for rule in assessment.rules if any(check.predicate == predicate for check in rule.checks))
    new = old.model_copy(update={"checks": tuple(checks)})
    rules = tuple(new if rule is old else rule for rule in assessment.rules)
    return contents.model_copy(update={"assessment": assessment.model_copy(update={"rules": rules})}), new


def _more(shown: int, whole: int, file: str) -> str:
    return f"And {whole - shown:,} more, none of them worse: {file} has all {whole:,}."


def _page(view: PacketView) -> str:
    return render_page(view).decode().replace("<wbr>", "")


def test_of_a_cut_table_the_worst_rows_stay():
    verdicts = [*[Verdict.SATISFIED] * 5, Verdict.PARTIAL, *[Verdict.SATISFIED] * 5, Verdict.GAP]
    rows, more = head_of(verdicts, 3, ASSESSMENT, worst=worst_first)
    assert rows == (Verdict.GAP, Verdict.PARTIAL, Verdict.SATISFIED)
    assert more == _more(3, 12, ASSESSMENT)
    # A table that fits keeps its own order and says nothing.
    assert head_of(verdicts, 12, ASSESSMENT, worst=worst_first) == (tuple(verdicts), "")


def test_ten_thousand_criteria_end_where_the_report_says_and_the_unmeasured_stand_first():
    criteria = [Criterion(id=f"C-{i}", area="latency", statement="s") for i in range(MANY)]
    criteria[-1] = Criterion(id="LAST", area="compliance", statement="nothing measures it")
    view = build_view(_with_facts("acceptance_criteria", AcceptanceCriteria(criteria=tuple(criteria)).as_json()))
    assert len(view.criteria) == LISTED
    assert view.criteria[0].id == "LAST"
    assert not view.criteria[0].measured_in
    assert view.criteria[1].measured_in
    assert view.more_criteria == _more(LISTED, MANY, COLLECTION)
    assert view.more_criteria in _page(view)


def test_people_and_logs_end_too_and_a_role_without_a_person_is_told():
    people = [RosterEntry(role=f"r{i}", person=f"P{i}") for i in range(MANY)]
    people[-1] = RosterEntry(role="vacant")
    view = build_view(_with_facts("roster", Roster(people=tuple(people)).as_json()))
    assert (len(view.scope.owners), view.scope.owners[0].area) == (LISTED, "vacant")
    assert view.scope.owners[0].person == NOT_RECORDED
    assert view.scope.more_owners == _more(LISTED, MANY, COLLECTION)
    assert view.scope.more_owners in _page(view)
    view = build_view(_with_facts("telemetry", {}, copies=50))
    assert len(view.scope.logs) == SHEETS
    assert view.scope.more_logs == _more(SHEETS, 50, COLLECTION)
    assert view.scope.more_logs in _page(view)


def test_sources_and_models_end_too_and_what_has_problems_is_told():
    contents = sample.contents()
    gateway = next(source for source in contents.collection.sources if source.problems)
    quiet = [gateway.model_copy(update={"name": f"s{i}", "problems": (), "items": ()}) for i in range(MANY)]
    collection = contents.collection.model_copy(update={"sources": (*quiet, gateway)})
    view = build_view(contents.model_copy(update={"collection": collection}))
    assert (len(view.scope.sources), view.scope.sources[0].name) == (LISTED, gateway.name)
    assert view.scope.more_sources == _more(LISTED, MANY + 1, COLLECTION)
    routes = [{"name": f"r{i}", "model": f"acme/m-{i}", "pinned": True} for i in range(MANY)]
    view = build_view(_with_facts("gateway_config", {"product": "litellm", "routes": routes}))
    served = [row for row in view.scope.models if row.routes == "not configured"]
    assert served
    assert view.scope.models[: len(served)] == tuple(served)
    assert view.scope.more_models == _more(LISTED, MANY + len(served), COLLECTION)
    assert view.scope.more_models in _page(view)


def test_many_tests_of_one_control_end_and_its_conclusion_is_of_all_of_them():
    contents = sample.contents()
    held = CheckResult(predicate="one_truth", verdict=Verdict.PARTIAL, reason="It holds in part.")
    worst = held.model_copy(update={"verdict": Verdict.CONFLICT, "reason": "Two records differ."})
    own = next(rule for rule in contents.assessment.rules if len(rule.checks) > 2)
    checks = [*own.checks, *[held] * MANY, worst]
    big, rule = _with_result(contents, own.checks[0].predicate, checks)
    whole = next(section for section in build_view(contents).sections if section.label == rule.controls[0])
    view = build_view(big)
    section = next(section for section in view.sections if section.label == rule.controls[0])
    total = len(whole.checks) + MANY + 1
    assert len(section.checks) == TESTS
    assert section.more_checks == _more(TESTS, total, ASSESSMENT)
    assert section.more_checks in _page(view)
    order = [VERDICT_ORDER.index(row.verdict) for row in section.checks]
    assert order == sorted(order)
    assert "Two records differ." in [row.reason for row in section.checks]
    held_in_part = MANY + sum(row.verdict is Verdict.PARTIAL for row in whole.checks)
    assert f"{held_in_part} hold in part" in section.conclusion


def test_long_reasons_end_earlier_but_one_is_always_told():
    contents = sample.contents()
    own = next(rule for rule in contents.assessment.rules if len(rule.checks) > 2)
    long = CheckResult(predicate="one_truth", verdict=Verdict.CONFLICT, reason="word " * PASSAGE_LENGTH)
    big, rule = _with_result(contents, own.checks[0].predicate, [own.checks[0], *[long] * (TESTS - 1)])
    section = next(section for section in build_view(big).sections if section.label == rule.controls[0])
    assert 1 < len(section.checks) < TESTS
    assert sum(len(row.reason) for row in section.checks) <= TEST_SIGNS
    assert section.more_checks == _more(len(section.checks), TESTS, ASSESSMENT)


def test_many_limits_of_one_test_end_and_those_that_are_not_met_stand_first():
    contents = sample.contents()
    seen = {
        f"C-{i} (a.json)": {"id": f"C-{i}", "value": 1, "n": 9, "limit": 2, "operator": "<=", "unit": "ms"}
        for i in range(MANY)
    }
    broken = "C-999"
    threshold = CheckResult(predicate="threshold", verdict=Verdict.GAP, reason=f"{broken} is above it.", seen=seen)
    rule = next(rule for rule in contents.assessment.rules if any(c.predicate == "threshold" for c in rule.checks))
    checks = [threshold if check.predicate == "threshold" else check for check in rule.checks]
    big, rule = _with_result(_with_facts("acceptance_criteria", {"criteria": []}), "threshold", checks)
    view = build_view(big)
    section = next(section for section in view.sections if section.label == rule.controls[0])
    row = next(row for row in section.checks if row.measures)
    assert (len(row.measures), row.measures[0].criterion, row.measures[0].verdict) == (LIMITS, broken, Verdict.GAP)
    assert {measure.verdict for measure in row.measures[1:]} == {Verdict.SATISFIED}
    assert row.more_measures == _more(LIMITS, MANY, ASSESSMENT)
    assert row.more_measures in _page(view)


def test_of_many_items_a_workpaper_lists_those_that_the_worst_test_stands_on():
    contents = _with_facts("roster", {}, copies=EXAMINED + 9)
    items = [item.id for item in contents.collection.items if item.type == "roster"]
    rule = next(rule for rule in contents.assessment.rules if len(rule.checks) > 1)
    held = rule.checks[0].model_copy(update={"verdict": Verdict.SATISFIED, "evidence": tuple(items[:-1])})
    gap = rule.checks[1].model_copy(update={"verdict": Verdict.GAP, "evidence": (items[-1],)})
    big, rule = _with_result(contents, rule.checks[0].predicate, [held, gap])
    view = build_view(big)
    section = next(section for section in view.sections if section.label == rule.controls[0])
    assert len(section.evidence) == EXAMINED
    assert section.evidence[0].id == items[-1]
    assert section.more_evidence.startswith("And ")
