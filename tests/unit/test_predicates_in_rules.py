"""How checks become a rule's words and a control's: who speaks, how severe, what closes it, what is declared."""

from typing import Any

import pytest

from cases.case_files import FRAMEWORK, collection_of, run_check
from tieout.assess.engine import assess, run_rule
from tieout.domain.rules import Check, HumanHalf, Need, Rule
from tieout.domain.verdicts import Severity, Verdict
from tieout.frameworks.catalog import load_catalog
from tieout.kernel.errors import ConfigError

CATALOG = load_catalog(FRAMEWORK)
_SIGNED = "tieout attest makes one; it is collected, verified and shown, but no verdict rests on one yet"
CARD = Check(predicate="every", arguments={"in": "system_card", "has": ["version"]})
OWNERS = Check(predicate="accountable", arguments={"roles": ["operations"]})


def rule(id_: str, check: Check, severity: Severity, **more: Any) -> Rule:
    need = "system_card" if check is CARD else "roster"
    return Rule(
        id=id_,
        title=id_,
        controls=("GOVERN 2.1",),
        severity=severity,
        why="x",
        needs={need: Need()},
        checks=(check,),
        closes_with=f"Close {id_}.",
        **more,
    )


def collection(*, card: str | None = "1", deputy: str | None = "Bo Lin", sources: dict[str, Any] | None = None) -> Any:
    items = {
        "card": {"type": "system_card", "facts": {"version": card}},
        "roster": {
            "type": "roster",
            "facts": {"people": [{"role": "operations", "person": "Ann Ode", "deputy": deputy}]},
        },
    }
    whole = {key: {"source": "s", "path": key, "effective": "2026-11-01", **item} for key, item in items.items()}
    given = sources if sources is not None else {"s": ["system_card", "roster"]}
    return collection_of(
        {"as_of": "2026-11-22", "sources": given, "items": {k: i for k, i in whole.items() if i["source"] in given}}
    )


RULES = [rule("a", CARD, Severity.LOW), rule("b", OWNERS, Severity.CRITICAL)]


def control(rules: list[Rule], given: Any) -> Any:
    return assess(given, CATALOG, rules).control("GOVERN 2.1")


def test_of_two_rules_the_one_that_fails_speaks():
    found = control(RULES, collection(card=None))
    assert found.verdict is Verdict.GAP
    assert "has no version" in found.reason
    assert "accountable" not in found.reason
    assert found.severity is Severity.LOW
    assert found.closes_with == "Close a."
    assert found.rules == ("a", "b")
    assert found.evidence == ("card", "roster")


def test_of_two_rules_that_fail_both_speak_and_the_graver_one_counts():
    found = control(RULES, collection(card=None, deputy=None))
    assert "has no version" in found.reason
    assert "no deputy" in found.reason
    assert found.severity is Severity.CRITICAL
    assert found.closes_with == "Close a. Close b."


def test_satisfied_rules_close_nothing():
    found = control(RULES, collection())
    assert found.verdict is Verdict.SATISFIED
    assert found.closes_with == ""


def test_a_control_is_partial_where_one_rule_had_no_source():
    rules = [RULES[0], RULES[1].model_copy(update={"needs": {"roster": Need()}})]
    found = control(rules, collection(sources={"s": ["system_card"]}))
    assert found.verdict is Verdict.PARTIAL
    assert "No configured source provides the roster of owners" in found.reason
    assert "has no version" not in found.reason


def test_what_only_a_person_can_say_and_what_was_left_out_are_told():
    human = HumanHalf(role="owner", attests="It is so.")
    found = run_rule(rule("a", CARD, Severity.LOW, human=human, untested=("one thing", "another")), collection())
    assert found.verdict is Verdict.PARTIAL
    assert found.reason == (
        "No signed attestation by the owner is recorded here: “It is so”. Not tested by this rule: one thing; another."
    )
    assert found.closes_with == f"A signed attestation by the owner ({_SIGNED})."


def signed(**said: Any) -> dict[str, Any]:
    facts = {
        "kind": "attestation",
        "standing": "valid",
        "system": "claims-triage",
        "control": "GOVERN 2.1",
        "text": "It is so.",
        "person": "Ann Ode",
        "role": "owner",
        "signed_at": "2026-11-20T09:00:00Z",
        "fingerprint": "SHA256:x",
        "statement_sha256": "a" * 64,
        "signature_sha256": "b" * 64,
        **said,
    }
    return {"source": "s", "path": "a.json", "effective": "2026-11-20", "type": "attestation", "facts": facts}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "1 signed attestation that may be meant for this is listed in the evidence: "),
        ({"control": None}, "1 signed attestation that may be meant for this is listed in the evidence: "),
        ({"control": "MAP 1.5"}, "No signed attestation by the owner is recorded here: “It is so”."),
        ({"kind": "revocation"}, "No signed attestation by the owner is recorded here: “It is so”."),
    ],
)
def test_an_attestation_that_is_there_is_not_denied_and_counts_for_nothing(said, told):
    human = HumanHalf(role="owner", attests="It is so.")
    without = collection()
    given = collection_of(
        {
            "as_of": "2026-11-22",
            "sources": {"s": ["system_card", "roster", "attestation"]},
            "items": {"a": signed(**said)},
        }
    )
    items = (*without.sources[0].items, *given.sources[0].items)
    source = given.sources[0].model_copy(update={"items": items})
    found = run_rule(rule("a", CARD, Severity.LOW, human=human), given.model_copy(update={"sources": (source,)}))
    assert found.verdict is Verdict.PARTIAL
    assert told in found.reason
    denied = "No signed attestation" in found.reason
    assert denied is told.startswith("No signed")
    if not denied:
        assert f"{given.sources[0].items[0].id} (valid)" in found.reason
        assert "do not look at signed attestations" in found.reason


def test_a_rule_without_checks_says_nothing_good():
    bare = rule("a", CARD, Severity.LOW).model_copy(update={"checks": ()})
    assert run_rule(bare, collection()).verdict is Verdict.NOT_ASSESSED


@pytest.mark.parametrize(
    "check",
    [Check(predicate="looks_fine", arguments={}), Check(predicate="every", arguments={"in": "system_card"})],
)
def test_a_rule_that_cannot_run_is_an_error_and_not_a_verdict(check: Check):
    with pytest.raises(ConfigError, match="rule a"):
        run_rule(rule("a", CARD, Severity.LOW).model_copy(update={"checks": (check,)}), collection())


def test_every_control_is_answered_in_the_order_of_the_standard():
    found = assess(collection(), CATALOG, RULES)
    assert [one.control for one in found.controls] == [one.label for one in CATALOG.controls]
    assert found.control("GOVERN 1.1").reason.startswith("No rule tests this subcategory yet. Evidence that would")


POLICY = {"type": "approved_record", "facts": {"record_type": "ai_policy", "title": "x", "words": 9}}
HAS_TITLE = {"in": "approved_record", "has": ["title"]}


@pytest.mark.parametrize(
    ("provides", "record_type", "verdict"),
    [
        ("approved_record/ai_policy", "ai_policy", Verdict.SATISFIED),
        ("approved_record", "ai_policy", Verdict.SATISFIED),
        ("approved_record/ai_policy", None, Verdict.SATISFIED),
        ("approved_record/business_case", "ai_policy", Verdict.NOT_ASSESSED),
        ("roster", "ai_policy", Verdict.NOT_ASSESSED),
    ],
)
def test_a_record_type_is_declared_by_its_own_name_or_by_the_general_one(
    provides: str, record_type: str | None, verdict: Verdict
):
    needs = {"approved_record": {"where": {"record_type": record_type} if record_type else {}}}
    result = run_check("every", HAS_TITLE, {"policy": POLICY}, needs=needs, sources={"source": [provides]})
    assert result.verdict is verdict


def test_an_incident_of_this_very_moment_is_not_late():
    incident = {"id": "I", "severity": 1, "detected": "2026-11-22T00:00:00Z"}
    arguments = {"in": "incident_log.incidents", "start": "detected", "end": "contained", "within": "PT1H"}
    items = {"log": {"type": "incident_log", "facts": {"incidents": [incident]}}}
    assert run_check("sla", arguments, items).verdict is Verdict.SATISFIED


def test_what_closes_a_rule_speaks_of_the_checks_that_are_open():
    both = Rule(
        id="c",
        title="c",
        controls=("GOVERN 2.1",),
        severity=Severity.LOW,
        why="x",
        needs={"system_card": Need(), "roster": Need()},
        checks=(
            CARD.model_copy(update={"closes_with": "Write the card."}),
            OWNERS.model_copy(update={"closes_with": "Name a deputy."}),
            Check(predicate="every", arguments={"in": "system_card", "has": ["limits"]}),
        ),
        closes_with="All of it.",
        human=HumanHalf(role="system owner", attests="It is so."),
        untested=("anything else",),
    )
    signed = f"A signed attestation by the system owner ({_SIGNED})."
    assert run_rule(both, collection(card=None)).closes_with == f"Write the card. All of it. {signed}"
    assert run_rule(both, collection(deputy=None)).closes_with == f"Name a deputy. All of it. {signed}"
    one = both.model_copy(update={"checks": both.checks[:2]})
    assert run_rule(one, collection()).closes_with == signed
    assert run_rule(one.model_copy(update={"human": None}), collection()).closes_with == ""


@pytest.mark.parametrize(("settings", "verdict"), [([], Verdict.SATISFIED), (["days: 1"], Verdict.PARTIAL)])
def test_a_setting_that_bends_what_is_counted_is_told(settings: list[str], verdict: Verdict):
    log = {
        "format": "litellm",
        "files": [],
        "period_start": "2026-08-24T00:00:00Z",
        "period_end": "2026-11-22T00:00:00Z",
        **dict.fromkeys(("lines", "records", "in_period", "fallbacks"), 10),
        **dict.fromkeys(("blank", "unreadable", "invalid", "before_period", "after_period"), 0),
        "days_in_period": 90,
        "days_covered": 90,
        "fields": [{"name": "model", "present": 10}],
        "settings": settings,
    }
    item = {"source": "s", "type": "telemetry", "path": "logs", "effective": "2026-11-21", "facts": log}
    given = collection_of({"as_of": "2026-11-22", "sources": {"s": ["telemetry"]}, "items": {"log": item}})
    one = rule("d", Check(predicate="fields_present", arguments={"fields": ["model"]}), Severity.LOW)
    result = run_rule(one.model_copy(update={"needs": {"telemetry": Need()}}), given)
    assert result.verdict is verdict
    assert ("days: 1" in result.reason) is bool(settings)
