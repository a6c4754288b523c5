"""Silence, zeros, blanks and garbage never make anything satisfied; less evidence never makes a verdict greener."""

import random
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.case_files import FRAMEWORK, RULES, case_files, changed, collection_of
from tieout.assess.engine import assess
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.assessment import Assessment
from tieout.domain.base import Model
from tieout.domain.collection import Collection, Problem
from tieout.domain.evidence import Place
from tieout.domain.verdicts import Verdict
from tieout.frameworks.catalog import load_catalog
from tieout.kernel.canonical import canonical_bytes

CATALOG = load_catalog(FRAMEWORK)
FILES = case_files()
TESTED = {label for rule in RULES.values() for label in rule.controls}
#: Greenest first; the order of tests/unit/test_verdicts.py.
GREENNESS = ("satisfied", "not-applicable", "waived", "partial", "not-assessed", "unreadable", "conflict", "gap")
#: Rules whose base evidence makes up the fixture; the rest find theirs among it.
GREEN_RULES = [rule for rule in RULES if rule not in {"mg-3.2-pinned-models", "mp-1.5-tolerance"}]
GOOD = {Verdict.SATISFIED, Verdict.NOT_APPLICABLE, Verdict.WAIVED}


def run(collection: Collection) -> Assessment:
    return assess(collection, CATALOG, tuple(RULES.values()))


def verdicts(collection: Collection) -> dict[str, Verdict]:
    return {control.control: control.verdict for control in run(collection).controls}


@cache
def all_green() -> Collection:
    """One system of which every rule says the best that it can: the bases of the cases, brought to one story."""
    items: dict[str, Any] = {}
    sources: dict[str, set[str]] = {}
    for rule in GREEN_RULES:
        base = FILES[rule].base
        for source, provides in base["sources"].items():
            sources.setdefault(source, set()).update(provides)
        for key, item in base["items"].items():
            items[f"{key}-{rule}" if item["type"] == "drill_record" else key] = item
    people = [one for rule in ("gv-2.1-roles", "gv-1.4-policy", "mp-1.1-context") for one in people_of(rule)]
    log = {}
    for rule in ("gv-1.6-inventory", "gv-6.2-supplier-failure", "ms-2.3-criteria-met", "ms-2.4-production-watch"):
        log.update(FILES[rule].base["items"]["log"]["facts"])
    models = ["gpt-4o-2024-11-20", "gpt-4o-mini-2024-07-18"]
    first = {"name": "triage", "model": models[0], "provider": "openai", "fallbacks": ["summary"]}
    second = {"name": "summary", "model": models[1], "provider": "azure", "fallbacks": ["triage"]}
    first |= {"pinned": True, "other_providers": ["azure"]}
    second |= {"pinned": True, "other_providers": ["openai"]}
    times = {"first": "2026-11-12T08:00:00Z", "last": "2026-11-12T08:00:00Z"}
    log["failed"] = [{"model": models[0], "route": "triage", "records": 14, **times}]
    log["fell_back"] = [{"model": models[1], "route": "summary", "records": 12, **times}]
    run_facts = {**items["run"]["facts"], **FILES["ms-2.1-test-records"].base["items"]["run"]["facts"]}
    base = {
        "as_of": "2026-11-22T00:00:00Z",
        "subject": FILES["ms-2.3-criteria-met"].base["subject"],
        "sources": {name: sorted(provides) for name, provides in sources.items()},
        "items": items,
    }
    changes = {
        "items/roster/facts/people": list({one["role"]: one for one in reversed(people)}.values()),
        "items/gateway/facts/routes": [first, second],
        "items/card": {
            **items["card"],
            "facts": {"name": "t", "path": "evals/triage.jsonl", "split_sha256": "aaaa1111bbbb2222"},
        },
        "items/system-card": {
            **FILES["mp-1.1-context"].base["items"]["card"],
            "facts": {**FILES["mp-1.1-context"].base["items"]["card"]["facts"], "models": models},
        },
        "items/log/facts": log,
        "items/run/facts": {
            **run_facts,
            "metrics": [{"scorer": "m", "name": "accuracy", "value": 0.95, "n": 240, "successes": 228}],
        },
    }
    return collection_of(changed(base, changes))


def people_of(rule: str) -> list[dict[str, Any]]:
    return list(FILES[rule].base["items"]["roster"]["facts"]["people"])


def test_the_green_fixture_is_as_green_as_can_be():
    found = run(all_green())
    expected = {
        rule.id: Verdict.SATISFIED if Verdict.SATISFIED in FILES[rule.id].verdicts else Verdict.PARTIAL
        for rule in RULES.values()
    }
    assert {result.rule: result.verdict for result in found.rules} == expected, [r.reason for r in found.rules]


@pytest.mark.parametrize("decided", [True, False])
def test_a_commit_that_loses_its_tag_becomes_no_greener(decided: bool):
    whole = all_green()
    release = whole.subject.release if decided else "v9.9.9"
    tagged = verdicts(whole.model_copy(update={"subject": whole.subject.model_copy(update={"release": release})}))
    for label in (None, "stable"):
        subject = whole.subject.model_copy(update={"release": label})
        untagged = verdicts(whole.model_copy(update={"subject": subject}))
        assert all(GREENNESS.index(untagged[one]) >= GREENNESS.index(tagged[one]) for one in tagged)


def test_an_empty_collection_satisfies_nothing():
    found = run(collection_of({"as_of": "2026-11-22", "sources": {}, "items": {}}))
    assert len(found.controls) == 72
    assert found.counts() == {verdict: 72 if verdict is Verdict.NOT_ASSESSED else 0 for verdict in Verdict}
    assert all(control.reason for control in found.controls)


def test_promises_alone_are_gaps():
    sources = {"everything": sorted(ARTEFACTS)}
    found = verdicts(collection_of({"as_of": "2026-11-22", "sources": sources, "items": {}}))
    assert {label for label, verdict in found.items() if verdict is Verdict.GAP} == TESTED
    assert {verdict for label, verdict in found.items() if label not in TESTED} == {Verdict.NOT_ASSESSED}


def test_sources_that_cannot_be_read_are_unreadable():
    problems = {
        name: {"source": "everything", "status": "unreadable", "types": [name], "path": name, "reason": "is broken"}
        for name in ARTEFACTS
    }
    given = {"as_of": "2026-11-22", "sources": {"everything": sorted(ARTEFACTS)}, "items": {}, "problems": problems}
    found = verdicts(collection_of(given))
    assert {label for label, verdict in found.items() if verdict is Verdict.UNREADABLE} == TESTED


def hollow(model: type[Model], text: str, rows: int) -> dict[str, Any]:
    """Facts that fit an artefact and say nothing: zeros, false, blanks, and lists of the same."""
    return {
        field.alias or name: _hollow(field.annotation, text, rows)
        for name, field in model.model_fields.items()
        if field.is_required() or rows
    }


def _hollow(annotation: Any, text: str, rows: int) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    known = {str: text, int: 0, float: 0.0, bool: False, date: "2026-11-20", datetime: "2026-11-20T00:00:00Z"}
    if type(None) in arguments:
        return _hollow(next(one for one in arguments if one is not type(None)), text, rows)
    if origin is Annotated:  # ratings on a scale, which begins with 1
        return 1 if arguments[0] is int else _hollow(arguments[0], text, rows)
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return [_hollow(arguments[0], text, rows) for _ in range(rows)]
    if origin is None and issubclass(annotation, Model):
        return hollow(annotation, text, rows)
    return {} if origin is dict else known[annotation]


@pytest.mark.parametrize("text", ["", " ", "TBD", "<name>", "{{ value }}", "none", "we do not test for bias"])
@pytest.mark.parametrize("rows", [0, 1, 2])
@pytest.mark.parametrize("scenario", [None, "kill_switch", "contact_chain", "provider_failover", "alert_test"])
def test_blank_evidence_satisfies_nothing(text: str, rows: int, scenario: str | None):
    items = {}
    for name, model in ARTEFACTS.items():
        facts = hollow(model, text, rows)
        if name == "acceptance_criteria" and rows:
            facts["criteria"] = [{**row, "min_n": 1, "level": 0.95} for row in facts["criteria"]]
        if name == "approved_record":
            facts["record_type"] = "ai_policy"
        if name == "drill_record" and scenario:
            facts["scenario"] = scenario
        items[name] = {"source": "all", "type": name, "path": f"{name}.yaml", "effective": "2026-11-20", "facts": facts}
    sources = {"all": sorted(ARTEFACTS)}
    found = verdicts(collection_of({"as_of": "2026-11-22", "sources": sources, "items": items}))
    assert [label for label, verdict in found.items() if verdict in GOOD or verdict is Verdict.PARTIAL] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**6) | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_garbage_in_place_of_facts_satisfies_nothing_and_breaks_nothing(data: st.DataObject):
    # A field of each item becomes anything at all, as in a packet that somebody edited.
    def spoil(facts: Mapping[str, Any]) -> dict[str, Any]:
        field = data.draw(st.sampled_from(sorted(facts)))
        return {**facts, field: data.draw(json_values)}

    before = verdicts(all_green())
    sources = tuple(
        source.model_copy(
            update={
                "items": tuple(
                    item.model_copy(update={"facts": spoil(item.facts)}) if data.draw(st.booleans()) else item
                    for item in source.items
                )
            }
        )
        for source in all_green().sources
    )
    # NaN has no canonical form, so a stored collection never has it; rules are asked without the digest.
    after = by_control(all_green().model_copy(update={"sources": sources}))
    for label, verdict in after.items():
        assert verdict is not Verdict.SATISFIED or before[label] is Verdict.SATISFIED


def by_control(collection: Collection) -> dict[str, Verdict]:
    from tieout.assess.engine import run_rule
    from tieout.domain.verdicts import combine

    results = [run_rule(rule, collection) for rule in RULES.values()]
    return {label: combine(r.verdict for r in results if label in r.controls) for label in TESTED}


@settings(max_examples=80, deadline=None)
@given(dropped=st.sets(st.sampled_from([item.id for item in all_green().items])), more=st.data())
def test_losing_evidence_never_satisfies(dropped: set[str], more: st.DataObject):
    fewer = without(all_green(), dropped)
    before = verdicts(fewer)
    rest = [item.id for item in fewer.items]
    if rest:
        after = verdicts(without(fewer, {more.draw(st.sampled_from(rest))}))
        gained = [label for label in after if after[label] in GOOD and before[label] not in GOOD]
        assert gained == []


def without(collection: Collection, ids: set[str]) -> Collection:
    sources = tuple(
        source.model_copy(update={"items": tuple(item for item in source.items if item.id not in ids)})
        for source in collection.sources
    )
    return collection.model_copy(update={"sources": sources})


@settings(max_examples=80, deadline=None)
@given(
    dropped=st.sets(st.sampled_from([item.id for item in all_green().items])),
    source=st.sampled_from([source.name for source in all_green().sources]),
    types=st.sets(st.sampled_from(sorted(ARTEFACTS)), max_size=3),
    status=st.sampled_from(["unreadable", "absent", "after-as-of"]),
)
def test_a_problem_never_improves_a_verdict(dropped: set[str], source: str, types: set[str], status: Any):
    before = without(all_green(), dropped)
    problem = Problem(
        status=status, types=tuple(sorted(types)), place=Place(source=source, path="x"), reason="is broken"
    )
    sources = tuple(
        one.model_copy(update={"problems": (*one.problems, problem)}) if one.name == source else one
        for one in before.sources
    )
    worse = verdicts(before.model_copy(update={"sources": sources}))
    for label, verdict in verdicts(before).items():
        # Absent evidence is a gap and unreadable evidence may yet be good: that step is no improvement of the system.
        told_better = (verdict, worse[label]) == (Verdict.GAP, Verdict.UNREADABLE)
        assert told_better or GREENNESS.index(worse[label]) >= GREENNESS.index(verdict), label


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_single_item_of_each_rule_is_missed(rule: str):
    """No check passes on less than what its base holds."""
    base = FILES[rule].base
    whole = verdicts(collection_of(changed(base, {})))
    for key in base["items"]:
        less = verdicts(collection_of(changed(base, {f"items/{key}": None})))
        for label in RULES[rule].controls:
            assert GREENNESS.index(less[label]) > GREENNESS.index(whole[label]), key


def test_the_same_input_gives_the_same_bytes():
    first = canonical_bytes(run(all_green()).as_json())
    assert canonical_bytes(run(all_green()).as_json()) == first
    rules = list(RULES.values())
    random.Random(7).shuffle(rules)  # noqa: S311 - no secret: an order that is not the sorted one
    assert canonical_bytes(assess(all_green(), CATALOG, rules).as_json()) == first
    again = Collection.model_validate(all_green().as_json())
    assert canonical_bytes(run(again).as_json()) == first


def test_the_input_is_not_changed():
    before = canonical_bytes(all_green().as_json())
    run(all_green())
    assert canonical_bytes(all_green().as_json()) == before
