"""No reason, no closing advice and no question of a check holds a program's notation; numbers agree with verbs."""

import pytest

from cases.case_files import RULES, Case, case_files, collection_of
from cases.plain_language import faults, identifiers
from tieout.assess.asking import ADDED, asked
from tieout.assess.engine import run_rule
from tieout.assess.predicates import PREDICATES
from tieout.domain.rules import Check

CASES = [case for file in case_files().values() for case in file.cases]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_rule_says_is_plain(case: Case):
    collection = collection_of(case.given)
    own = identifiers(collection)
    result = run_rule(RULES[case.rule], collection)
    for text in (*(check.reason for check in result.checks), result.reason, result.closes_with):
        assert faults(text, own) == [], text


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_a_rule_asks_is_plain(rule: str):
    questions = [asked(check.predicate, check) for check in RULES[rule].checks]
    assert len(set(questions)) == len(questions)
    for text in questions:
        assert text.endswith(".")
        assert text[0].isupper()
        assert faults(text) == [], text


@pytest.mark.parametrize("name", sorted({*PREDICATES, *ADDED}))
def test_every_test_has_a_question(name: str):
    for text in (asked(name), asked(name, Check(predicate=name, arguments={"no": "such"}))):
        assert text.endswith(".")
        assert faults(text) == [], text


@pytest.mark.parametrize(
    ("predicate", "arguments", "question"),
    [
        (
            "every",
            {"in": "inventory.systems", "has": ["owner", "updated_on"]},
            "Each system of the AI inventory has owner and date of update; a list of none is a gap.",
        ),
        (
            "recent",
            {"of": "drill_record", "where": {"scenario": "kill_switch"}, "within": "P180D"},
            "The newest drill record (scenario kill switch) is no older than 180 days.",
        ),
        (
            "period_cover",
            {},
            (
                "Records stand on at least 95 % of the days of the assessed period, and no silence is longer than "
                "48 hours."
            ),
        ),
        (
            "fields_present",
            {"fields": ["model", "cost"], "at_least": 0.999},
            "At least 99.9 % of the log's records in the period have model and cost.",
        ),
        (
            "sla",
            {"in": "incident_log.incidents", "start": "detected", "end": "contained", "within": "PT72H"},
            (
                "Each incident of the incident log took at most 72 hours from detection to containment; one that is "
                "open for longer counts as a failure."
            ),
        ),
        (
            "recomputes",
            {"in": "risk_register.risks", "factors": ["likelihood", "severity"], "equals": "score"},
            "The score of each risk of the risk register is likelihood x severity, each at least 1.",
        ),
    ],
)
def test_a_question_has_its_limits(predicate: str, arguments: dict, question: str):
    assert asked(predicate, Check(predicate=predicate, arguments=arguments)) == question


def test_a_test_that_nobody_knows_is_named_by_its_words():
    assert asked("crystal_ball", Check(predicate="crystal_ball", arguments={})) == "Crystal ball."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("The limit is P180D.", "duration"),
        ("It is within PT72H.", "duration"),
        ("Drill (scenario kill_switch) is old.", "underscores"),
        ("It has None.", "Python"),
        ("Pinned is True.", "Python"),
        ("All 1 runs record it.", "plural of one"),
        ("1 runs were late.", "plural of one"),
        ("Incomplete are 1 of 1 run.", "plural of one"),
        ("2 of them names it, 2 of 3 runs names it.", "singular of many"),
        ("Both runs has a tool.", "singular of many"),
        ("measured 25401 records", "commas"),
        ("95% wanted", "percentage"),
        ("wants >= 0.9", "signs"),
        ("The log names  none.", "empty place"),
        ("It has .", "empty place"),
    ],
)
def test_the_net_catches_notation(text: str, fault: str):
    assert any(fault in found for found in faults(text)), text


@pytest.mark.parametrize(
    "text",
    [
        "None of the 3 recorded risks is open.",
        "a source with `provides: [drill_record]` would answer.",
        "field 'measured_seconds' is missing.",
        "1 of the 2 runs names its data by place only.",
        "Both finished runs record tool and model.",
        "1 line of x could not be used (first gateway-2026-11-06.jsonl:753).",
        "records/x.json:12345 @ f98ef79f9c41 says 25,401 and 0.91254.",
    ],
)
def test_the_net_lets_sentences_pass(text: str):
    assert faults(text) == []
