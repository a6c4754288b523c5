"""Every case of every rule: the verdict, the reason, the places; traps included."""

import re

import pytest

from cases.case_files import RULES, Case, case_file, case_files, collection_of
from tieout.assess.engine import run_rule
from tieout.domain.assessment import CheckResult, RuleResult
from tieout.domain.verdicts import Verdict

FILES = case_files()
CASES = [case for file in FILES.values() for case in file.cases]
# Notation of the program that must never stand in a sentence for people.
_NOISE = re.compile(
    r"\{|\}|\bNone\b(?! of )|\bTrue\b|\bFalse\b|\bdict\b|\bnan\b|\binf\b|datetime|\(\)|\[|\]|\?\?|\s{2}|\.\.(?!\.)"
)
_CODE = re.compile(r"`[^`]+`")  # what a person may copy into a configuration
_SENTENCE = re.compile(r"[A-Z0-9'].*[a-z0-9A-Z)”'%\]…][.”]$", re.DOTALL)


def result_of(case: Case) -> RuleResult:
    return run_rule(RULES[case.rule], collection_of(case.given))


def failures(case: Case, result: RuleResult) -> list[str]:
    """How a result differs from what the case expects; empty: it holds."""
    found = []
    if result.verdict is not case.verdict:
        found.append(f"verdict {result.verdict}, expected {case.verdict}: {result.reason}")
    found.extend(
        f"the reason lacks “{text}”: {result.reason}" for text in case.reason_contains if text not in result.reason
    )
    found.extend(f"the reason has “{text}”: {result.reason}" for text in case.reason_lacks if text in result.reason)
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case):
    assert failures(case, result_of(case)) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_reasons_are_sentences_for_people(case: Case):
    result = result_of(case)
    for check in result.checks:
        assert _SENTENCE.fullmatch(check.reason), check.reason
        assert not _NOISE.search(_CODE.sub("x", check.reason)), check.reason
    # A satisfied rule needs no reason to act; any other says why, in the words of its checks.
    told = result.reason if result.verdict is not Verdict.SATISFIED else result.checks[0].reason
    assert told
    # What a rule leaves out by design is no task for anybody; everything else that is open says what closes it.
    open_ = [c for c in result.checks if c.verdict is not Verdict.SATISFIED and c.predicate != "untested"]
    assert (result.closes_with == "") == (open_ == [])
    assert result.closes_with == "" or _SENTENCE.fullmatch(result.closes_with), result.closes_with


@pytest.mark.parametrize("case", CASES, ids=str)
def test_checks_say_what_they_stand_on(case: Case):
    ids = {item.id for item in collection_of(case.given).items}
    result = result_of(case)
    for check in result.checks:
        assert set(check.evidence) <= ids
        if _judged_evidence(check):
            assert check.evidence, check
            assert check.places, check
        if check.verdict is Verdict.UNREADABLE:
            assert check.places, check
    assert set(result.evidence) == {ref for check in result.checks for ref in check.evidence}


def _judged_evidence(check: CheckResult) -> bool:
    """Whether the check is one that had evidence: not a lack, not the half that waits for a person."""
    silent = check.verdict in {Verdict.NOT_ASSESSED, Verdict.UNREADABLE} or check.predicate == "supplied"
    return not silent and " recorded here" not in check.reason


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_has_a_case_for_every_verdict_it_can_give(rule: str):
    file = case_file(rule)
    assert {case.verdict for case in file.cases} == file.verdicts
    assert Verdict.GAP in file.verdicts
    assert (Verdict.SATISFIED in file.verdicts) == (RULES[rule].human is None and not RULES[rule].untested)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_has_traps_and_none_of_them_satisfies(rule: str):
    traps = [case for case in case_file(rule).cases if case.trap]
    assert traps
    greenest = Verdict.SATISFIED if Verdict.SATISFIED in case_file(rule).verdicts else Verdict.PARTIAL
    assert all(case.verdict is not greenest for case in traps)


def test_names_of_cases_are_unique():
    assert len({str(case) for case in CASES}) == len(CASES)
