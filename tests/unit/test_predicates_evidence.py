"""Why a check has no evidence, told apart: undeclared, absent, stale, later, unreadable, aside, of another release."""

from typing import Any

import pytest

from cases.case_files import collection_of, run_check
from tieout.assess.engine import run_rule
from tieout.domain.assessment import RuleResult
from tieout.domain.rules import Check, Need, Rule
from tieout.domain.verdicts import Verdict

DRILL = {"scenario": "kill_switch", "date": "2026-10-01"}
RECENT = {"of": "drill_record", "where": {"scenario": "kill_switch"}, "within": "P180D"}


def recent(items: dict[str, Any], **given: Any) -> Any:
    return run_check("recent", RECENT, items, **given)


def drill(**facts: Any) -> dict[str, Any]:
    return {"type": "drill_record", "facts": {**DRILL, **facts}, "effective": facts.get("date", DRILL["date"])}


def problem(status: str, *, source: str = "source", types: tuple[str, ...] = ("drill_record",)) -> dict[str, Any]:
    return {"p": {"source": source, "status": status, "types": types, "path": "drills/x.yaml", "reason": "is broken"}}


def test_undeclared_is_not_assessed_and_says_what_would_answer():
    result = recent({}, sources={"other": ["roster"]})
    assert result.verdict is Verdict.NOT_ASSESSED
    assert result.reason == (
        "No configured source provides the drill record (scenario kill switch); "
        "a source with `provides: [drill_record]` would answer."
    )


def test_declared_and_absent_is_a_gap_and_names_the_source():
    result = recent({}, sources={"records": ["drill_record"]})
    assert result.verdict is Verdict.GAP
    assert result.reason == (
        "No drill record (scenario kill switch) is recorded here: "
        "source 'records' was declared to provide it and does not."
    )


def test_several_sources_that_all_lack_it_are_all_named():
    result = recent({}, sources={"a": ["drill_record"], "b": ["drill_record"]})
    assert "source 'a' and 'b' were declared and give none" in result.reason


def test_absent_says_where_it_was_looked_for():
    result = recent({}, sources={"source": ["drill_record"]}, problems=problem("not-counted"))
    assert result.verdict is Verdict.GAP
    assert "Looked at drills/x.yaml (is broken)." in result.reason
    assert [place.path for place in result.places] == ["drills/x.yaml"]


def test_stale_is_a_gap_that_names_its_day_and_the_limit():
    result = recent({"old": drill(date="2026-01-01"), "older": drill(date="2025-01-01")})
    assert result.verdict is Verdict.GAP
    assert result.reason == (
        "The newest drill record (scenario kill switch) is of 2026-01-01, 325 days before the as-of date; "
        "the limit is 180 days."
    )
    assert result.evidence == ("old",)


def test_of_another_kind_says_which():
    result = recent({"other": drill(scenario="alert_test")})
    assert result.verdict is Verdict.GAP
    assert "source 'source' gives 1 of another kind (scenario alert test)" in result.reason
    assert result.evidence == ("other",)


def test_unreadable_where_nothing_else_answers():
    result = recent({}, sources={"source": ["drill_record"]}, problems=problem("unreadable"))
    assert result.verdict is Verdict.UNREADABLE
    assert "drills/x.yaml: is broken" in result.reason


def test_what_an_unreadable_file_of_another_type_hides_is_another_question():
    result = recent(
        {}, sources={"source": ["drill_record", "roster"]}, problems=problem("unreadable", types=("roster",))
    )
    assert result.verdict is Verdict.GAP


def test_an_unreadable_file_of_unknown_type_may_be_the_one():
    result = recent({}, sources={"source": ["drill_record"]}, problems=problem("unreadable", types=()))
    assert result.verdict is Verdict.UNREADABLE


def test_an_item_that_its_source_did_not_declare_does_not_count():
    result = recent({"drill": drill()}, sources={"source": ["roster"]})
    assert result.verdict is Verdict.NOT_ASSESSED


@pytest.mark.parametrize("path_class", ["example", "template", "test"])
def test_an_example_does_not_count(path_class: str):
    result = recent({"drill": {**drill(), "path_class": path_class}})
    assert result.verdict is Verdict.GAP
    assert "not a live file" in result.reason


def test_documentation_counts_where_a_collector_took_it():
    assert recent({"drill": {**drill(), "path_class": "documentation"}}).verdict is Verdict.SATISFIED


def test_where_on_a_key_that_is_not_there_matches_nothing():
    result = run_check("recent", {**RECENT, "where": {"flavour": "sweet"}}, {"drill": drill()})
    assert result.verdict is Verdict.GAP


RULE = Rule(
    id="x",
    title="x",
    controls=("GOVERN 1.1",),
    severity="low",
    why="x",
    needs={"drill_record": Need()},
    checks=(Check(predicate="recent", arguments=RECENT),),
    closes_with="Do it.",
)


def of_rule(items: dict[str, Any], sources: dict[str, Any], *, rule: Rule = RULE, **given: Any) -> RuleResult:
    whole = {key: {"source": "a", "path": f"{key}.yaml", **item} for key, item in items.items()}
    return run_rule(rule, collection_of({"as_of": "2026-11-22", "sources": sources, "items": whole, **given}))


def test_one_source_has_it_and_another_lacks_it():
    result = of_rule({"drill": drill()}, {"a": ["drill_record"], "b": ["drill_record"]})
    assert result.verdict is Verdict.GAP
    assert result.reason == (
        "Not every declared source gives what it promises: 'b' was declared to provide the drill record and does not."
    )


def test_a_source_that_says_absent_is_silent_though_it_gives_other_items_of_the_type():
    absent = {
        "p": {"source": "a", "status": "absent", "types": ["telemetry"], "path": "logs", "reason": "none in the period"}
    }
    items = {key: {"source": key, "type": "telemetry", "facts": LOG, "effective": "2026-11-21"} for key in ("a", "b")}
    rule = RULE.model_copy(
        update={
            "needs": {"telemetry": Need()},
            "checks": (Check(predicate="fields_present", arguments={"fields": ["model"]}),),
        }
    )
    given = {"sources": {"a": ["telemetry"], "b": ["telemetry"]}, "rule": rule}
    assert of_rule(items, **given).verdict is Verdict.SATISFIED
    assert of_rule(items, **given, problems=absent).verdict is Verdict.GAP


def test_the_places_of_what_is_owed_are_its_own():
    """A source that lacks several things is cited for the one that the rule asks for."""
    absent = {
        "own": {"source": "b", "status": "absent", "types": ["drill_record"], "path": "drills", "reason": "none"},
        "other": {"source": "b", "status": "absent", "types": ["system_card"], "path": "CARD.md", "reason": "none"},
    }
    sources = {"a": ["drill_record"], "b": ["drill_record", "system_card"]}
    result = of_rule({"drill": drill()}, sources, problems=absent)
    (owed,) = [check for check in result.checks if check.predicate == "supplied"]
    assert [place.path for place in owed.places] == ["drills"]


def test_a_folder_of_other_documents_owes_no_policy():
    rule = RULE.model_copy(
        update={
            "needs": {"approved_record": Need(where={"record_type": "ai_policy"})},
            "checks": (Check(predicate="every", arguments={"in": "approved_record", "has": ["title"]}),),
        }
    )
    items = {
        "policy": {"type": "approved_record", "facts": {"record_type": "ai_policy", "title": "x", "words": 9}},
        "case": {"source": "b", "type": "approved_record", "facts": {"record_type": "case", "title": "x", "words": 9}},
    }
    sources = {"a": ["approved_record/ai_policy"], "b": ["approved_record"]}
    assert of_rule(items, sources, rule=rule).verdict is Verdict.SATISFIED


def test_an_unreadable_file_beside_a_readable_one():
    broken = problem("unreadable", source="a")
    result = of_rule({"drill": drill()}, {"a": ["drill_record"]}, problems=broken)
    assert result.verdict is Verdict.UNREADABLE
    assert result.reason == "Part of the evidence could not be read: drills/x.yaml: is broken."


def test_an_unreadable_file_is_told_once():
    broken = problem("unreadable", source="a")
    result = of_rule({}, {"a": ["drill_record"]}, problems=broken)
    assert [check.predicate for check in result.checks] == ["recent"]
    assert result.reason.count("drills/x.yaml") == 1


def test_an_absent_source_outweighs_an_unreadable_one():
    broken = problem("unreadable", source="a")
    result = of_rule({}, {"a": ["drill_record"], "b": ["drill_record"]}, problems=broken)
    assert result.verdict is Verdict.GAP


def test_facts_that_do_not_fit_their_artefact_are_unreadable():
    collection = collection_of(
        {
            "as_of": "2026-11-22",
            "sources": {"a": ["drill_record"]},
            "items": {"drill": {"source": "a", "path": "drill.yaml", **drill()}},
        }
    )
    (source,) = collection.sources
    forged = source.items[0].model_copy(update={"facts": {"scenario": "kill_switch", "date": {"$ne": 1}}})
    edited = collection.model_copy(update={"sources": (source.model_copy(update={"items": (forged,)}),)})
    result = run_rule(RULE, edited)
    assert result.verdict is Verdict.UNREADABLE
    assert "drill.yaml" in result.reason
    assert "does not fit its artefact: date" in result.reason


PROFILE = {
    "system_id": "s",
    "name": "S",
    "owner": "Ann Ode",
    "purpose": "Sorts.",
    "users": ["clerks", "leads"],
    "phase": "pilot",
    "tier": "low",
    "generative": True,
    "third_party": True,
    "human_subjects": False,
}
PROFILE_RULE = RULE.model_copy(
    update={
        "needs": {"system_profile": Need(freshness="P1Y")},
        "checks": (Check(predicate="every", arguments={"in": "system_profile", "has": ["purpose"]}),),
    }
)


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ({}, Verdict.SATISFIED),
        ({"users": ["leads", "clerks"]}, Verdict.SATISFIED),  # the same people in another order
        ({"users": []}, Verdict.SATISFIED),  # says nothing, so contradicts nothing
        ({"approval": {"owner": "Bo Lin"}}, Verdict.SATISFIED),  # of the record, not of the system
        ({"purpose": "Decides."}, Verdict.CONFLICT),
        ({"generative": False}, Verdict.CONFLICT),
        ({"users": ["clerks"]}, Verdict.CONFLICT),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_two_sources_of_one_truth(other: dict, verdict: Verdict, swapped: bool):
    items = {
        "one": {
            "source": "b" if swapped else "a",
            "type": "system_profile",
            "facts": PROFILE,
            "effective": "2026-11-01",
        },
        "two": {
            "source": "a" if swapped else "b",
            "type": "system_profile",
            "facts": {**PROFILE, **other},
            "effective": "2026-10-01",
        },
    }
    result = of_rule(items, {"a": ["system_profile"], "b": ["system_profile"]}, rule=PROFILE_RULE)
    assert result.verdict is verdict
    if verdict is Verdict.CONFLICT:
        assert "one.yaml" in result.reason
        assert "two.yaml" in result.reason
        assert result.evidence == ("one", "two")


def test_an_outdated_version_contradicts_nothing():
    items = {
        "one": {"source": "a", "type": "system_profile", "facts": PROFILE, "effective": "2026-11-01"},
        "two": {
            "source": "b",
            "type": "system_profile",
            "facts": {**PROFILE, "purpose": "Decides."},
            "effective": "2025-10-01",
        },
    }
    result = of_rule(items, {"a": ["system_profile"], "b": ["system_profile"]}, rule=PROFILE_RULE)
    assert result.verdict is Verdict.SATISFIED


LOG: dict[str, Any] = {
    "format": "litellm",
    "files": [],
    "period_start": "2026-08-24T00:00:00Z",
    "period_end": "2026-11-22T00:00:00Z",
    "lines": 10,
    "blank": 0,
    "unreadable": 0,
    "invalid": 0,
    "records": 10,
    "in_period": 10,
    "before_period": 0,
    "after_period": 0,
    "days_in_period": 90,
    "days_covered": 90,
    "fields": [{"name": "model", "present": 10}],
}


def released(subject: str | None, *records: dict[str, Any], model: str = "openai/m-2026-01-01") -> Any:
    run = {"tool": "t", "task": "x", "status": "success", "model": model, "samples_total": 1, "samples_completed": 1}
    items = {"run": {"type": "eval_results", "facts": run}}
    for index, record in enumerate(records):
        facts = {"version": "1.2.0", "decision": "go", "date": "2026-11-01", "models": ["m-2026-01-01"], **record}
        items[f"release{index}"] = {"type": "release_record", "facts": facts, "effective": facts["date"]}
    return run_check(
        "recent",
        {"of": "eval_results", "within": "P1Y"},
        items,
        needs={"eval_results": {"bound": "release"}},
        sources={"source": ["eval_results", "release_record"]},
        subject={"release": subject} if subject else {},
    )


@pytest.mark.parametrize(
    ("subject", "records", "verdict"),
    [
        (None, [{}], Verdict.SATISFIED),
        ("v1.2.0", [{}], Verdict.SATISFIED),
        ("app/1.2.0", [{}], Verdict.SATISFIED),
        ("nightly", [{}], Verdict.SATISFIED),
        ("v11.2.0", [{}], Verdict.GAP),
        ("v1.3.0", [{}], Verdict.GAP),
        (None, [], Verdict.GAP),
        (None, [{"decision": "no-go"}], Verdict.GAP),
        (None, [{"models": []}], Verdict.GAP),
        (None, [{"models": [" "]}], Verdict.GAP),
        (None, [{"models": ["m-2025-01-01"]}], Verdict.GAP),
        (None, [{"date": "2026-12-01"}], Verdict.GAP),
        # A newer decision, though it was a no: what runs is what was let through last.
        (
            None,
            [{}, {"version": "1.3.0", "date": "2026-11-10", "decision": "no-go", "models": ["n-2026-02-02"]}],
            Verdict.SATISFIED,
        ),
        (None, [{}, {"version": "1.3.0", "date": "2026-11-10", "models": ["n-2026-02-02"]}], Verdict.GAP),
        ("v1.2.0", [{}, {"version": "1.3.0", "date": "2026-11-10", "models": ["n-2026-02-02"]}], Verdict.SATISFIED),
    ],
)
def test_a_run_is_bound_to_the_release_that_was_let_through(subject: str | None, records: list, verdict: Verdict):
    assert released(subject, *records).verdict is verdict


@pytest.mark.parametrize("model", ["", "openai/", "None"])
def test_a_run_that_names_no_model_is_of_no_release(model: str):
    assert released(None, {"models": ["", "openai/m-2026-01-01"]}, model=model).verdict is Verdict.GAP
