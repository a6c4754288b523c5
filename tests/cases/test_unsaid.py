"""One field of good evidence is replaced by what says nothing: the check that wants it is no longer satisfied."""

from collections.abc import Iterator
from typing import Any

import pytest

from cases.case_files import RULES, case_files, changed, collection_of
from tieout.assess.engine import run_rule
from tieout.config.template import OPEN
from tieout.domain.verdicts import Verdict

UNSAID = [
    OPEN,
    "TBC",
    "to be decided",
    "[More Information Needed]",
    "<owner>",
    "noch offen",
    "à compléter",
    "n/a",
    "?",
    " ",
]
#: Whole sentences that deny a field; a cause has a predicate of its own that reads them.
DENIED = ["not known", "We do not know.", "no information so far"]
NOBODY = [*UNSAID, "Name", "vacant", "pending", "John Doe", "nobody yet", "on leave until further notice", "Legal"]
FILES = case_files()


def wanted_fields() -> Iterator[tuple[str, int, str]]:
    """Every field of text that an `every` check wants filled, in the rule's good evidence: rule, check, path."""
    for rule_id, rule in sorted(RULES.items()):
        for index, check in enumerate(rule.checks):
            if check.predicate != "every":
                continue
            has = check.arguments.get("has", ())
            artefact, _, inner = check.arguments["in"].partition(".")
            for key, item in FILES[rule_id].base["items"].items():
                if item["type"] != artefact:
                    continue
                for field in (has,) if isinstance(has, str) else has:
                    holder = item["facts"][inner][0] if inner else item["facts"]
                    steps = f"items/{key}/facts/{inner}/0/{field}" if inner else f"items/{key}/facts/{field}"
                    if isinstance(holder, dict) and isinstance(holder.get(field), (str, list)):
                        yield rule_id, index, steps


def verdict_of(rule_id: str, index: int, change: dict[str, Any]) -> Verdict:
    base = FILES[rule_id].base
    return run_rule(RULES[rule_id], collection_of(changed(base, change))).checks[index].verdict


def changed_to(rule_id: str, path: str, text: str) -> dict[str, Any]:
    value: Any = FILES[rule_id].base
    for step in path.split("/"):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return {path: [text] if isinstance(value, list) else text}


FIELDS = sorted(set(wanted_fields()))


def test_there_are_fields_to_try():
    assert len({rule for rule, _, _ in FIELDS}) >= 6


@pytest.mark.parametrize(("rule_id", "index", "path"), FIELDS)
def test_a_field_that_says_nothing_is_not_filled(rule_id: str, index: int, path: str):
    assert verdict_of(rule_id, index, {}) is Verdict.SATISFIED
    for text in [*UNSAID, *([] if path.endswith("/cause") else DENIED)]:
        if path.endswith(("operator", "decision")):
            continue
        assert verdict_of(rule_id, index, changed_to(rule_id, path, text)) is not Verdict.SATISFIED, text


@pytest.mark.parametrize(
    ("rule_id", "predicate", "path"),
    [
        ("gv-1.4-policy", "approved_doc", "items/policy/facts/approval/owner"),
        ("gv-1.4-policy", "approved_doc", "items/policy/facts/approval/approver"),
        ("gv-2.1-roles", "accountable", "items/roster/facts/people/0/person"),
        ("gv-2.1-roles", "accountable", "items/roster/facts/people/0/deputy"),
        ("mp-1.1-context", "approved_doc", "items/profile/facts/approval/approver"),
        ("mp-1.5-tolerance", "every", "items/criteria/facts/criteria/0/owner"),
        ("mg-1.2-treatment-order", "treated", "items/register/facts/risks/0/owner"),
        ("mg-1.2-treatment-order", "treated", "items/register/facts/risks/0/resource"),
        ("mg-1.2-treatment-order", "treated", "items/register/facts/risks/0/response"),
    ],
)
def test_nobody_is_no_person(rule_id: str, predicate: str, path: str):
    index = next(turn for turn, check in enumerate(RULES[rule_id].checks) if check.predicate == predicate)
    assert verdict_of(rule_id, index, {}) is Verdict.SATISFIED
    for text in NOBODY if path.endswith(("owner", "approver", "person", "deputy")) else UNSAID:
        assert verdict_of(rule_id, index, changed_to(rule_id, path, text)) is not Verdict.SATISFIED, text
