"""Whether the go decision that runs are bound to is shown to be of the assessed commit."""

import pytest

from cases.case_files import RULES, case_file, changed, collection_of
from tieout.assess.engine import run_rule
from tieout.domain.verdicts import Verdict

BOUND = ["mp-1.5-tolerance", "ms-2.1-test-records", "ms-2.3-criteria-met"]


def result(rule, **change):
    given = changed(case_file(rule).base, {key.replace("__", "/"): value for key, value in change.items()})
    return run_rule(RULES[rule], collection_of(given))


def told(found):
    return [(check.verdict, check.reason) for check in found.checks if check.predicate == "released"]


@pytest.mark.parametrize("rule", BOUND)
def test_an_annotated_tag_of_the_decided_version_adds_nothing(rule):
    assert told(result(rule)) == []


@pytest.mark.parametrize("rule", BOUND)
def test_a_lightweight_tag_counts_and_is_told_as_such(rule):
    [(verdict, reason)] = told(result(rule, subject__release_tag="lightweight"))
    assert verdict is Verdict.SATISFIED
    assert reason == "Release v4.2.0 is a lightweight tag: who set it, and when, is not recorded."


@pytest.mark.parametrize("rule", BOUND)
def test_a_commit_gains_nothing_by_not_being_named(rule):
    unnamed = result(rule, subject__release=None)
    [(verdict, _)] = told(unnamed)
    assert (unnamed.verdict, verdict) == (Verdict.GAP, Verdict.GAP)
    assert "`git fetch --tags`" in unnamed.closes_with
    # As a tagged release without a decision is.
    assert result(rule, subject__release="v4.3.0").verdict is Verdict.GAP
    assert result(rule, subject__release="stable").verdict is Verdict.GAP
    [(verdict, reason)] = told(result(rule, subject={}))
    assert (verdict, reason.partition(",")[0]) == (Verdict.GAP, "No repository is assessed")


def test_without_a_decision_its_own_check_tells_it():
    found = result("mp-1.5-tolerance", subject__release=None, items__release=None)
    assert (found.verdict, told(found)) == (Verdict.GAP, [])


def test_a_rule_that_binds_nothing_to_the_release_is_not_asked():
    assert told(result("mg-3.2-pinned-models", subject={})) == []
