"""Would the cases notice a weaker rule? Each check, each argument and each limit is taken away or loosened in turn."""

from collections.abc import Iterator
from typing import Any

import pytest

from cases.case_files import RULES, case_file, collection_of
from cases.test_rule_cases import failures
from tieout.assess.engine import run_rule
from tieout.assess.predicates import PREDICATES
from tieout.domain.rules import Check, Rule
from tieout.kernel.clock import is_duration

#: Arguments that only word a sentence, or that are names of fields and not limits.
_WORDING = {"meaning", "reason"}
#: Numbers of which a larger one asks for less.
_LOOSE_NUMBERS = {"people": 1, "count": 1, "at_least": 1e-9, "days_share": 1e-9}
_FOR_EVER = "P500Y"


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every weaker rule that one change makes, with what was changed."""
    for index, check in enumerate(rule.checks):
        rest = (*rule.checks[:index], *rule.checks[index + 1 :])
        if rest:
            yield f"without check {index + 1} {check.predicate}", rule.model_copy(update={"checks": rest})
        for what, arguments in _weaker(check):
            changed = Check(predicate=check.predicate, arguments=arguments)
            checks = (*rule.checks[:index], changed, *rule.checks[index + 1 :])
            yield f"check {index + 1} {check.predicate}: {what}", rule.model_copy(update={"checks": checks})
    for name, need in rule.needs.items():
        for field, value in (("freshness", _FOR_EVER), ("bound", None), ("stretch", None), ("records", None)):
            if getattr(need, field) is not None and getattr(need, field) != value:
                needs = {**rule.needs, name: need.model_copy(update={field: value})}
                yield f"need {name}: {field} {value}", rule.model_copy(update={"needs": needs})
    for half in ("human", "untested"):
        if getattr(rule, half):
            yield f"without {half}", rule.model_copy(update={half: None if half == "human" else ()})


def _weaker(check: Check) -> Iterator[tuple[str, dict[str, Any]]]:
    # Defaults count too: a limit that no rule spells out must be held by a case all the same.
    model = PREDICATES[check.predicate].arguments
    whole = model.model_validate(check.arguments).model_dump(by_alias=True)
    for name, value in whole.items():
        for what, weaker in _loosened(name, value):
            arguments = {**whole, name: weaker}
            try:
                model.model_validate(arguments)
            except ValueError:
                continue  # no rule could be written so
            yield f"{name} {what}", arguments


def _loosened(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, bool) and value:
        yield "off", False
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if value != _LOOSE_NUMBERS[name]:
            yield f"{value} -> {_LOOSE_NUMBERS[name]}", _LOOSE_NUMBERS[name]
    elif isinstance(value, str) and name not in _WORDING and value.startswith("P") and is_duration(value):
        yield f"{value} -> {_FOR_EVER}", _FOR_EVER
    elif isinstance(value, tuple):
        yield from ((f"without {value[at]}", (*value[:at], *value[at + 1 :])) for at in range(len(value)))
    elif isinstance(value, dict):
        yield from ((f"without {key}", {k: v for k, v in value.items() if k != key}) for key in value)


MUTANTS = [(rule.id, what, mutant) for rule in RULES.values() for what, mutant in mutants(rule)]


@pytest.mark.parametrize(("rule", "mutant"), [pytest.param(r, m, id=f"{r} {w}") for r, w, m in MUTANTS])
def test_a_weaker_rule_fails_a_case(rule: str, mutant: Rule):
    cases = case_file(rule).cases
    assert any(failures(case, run_rule(mutant, collection_of(case.given))) for case in cases)


def test_every_rule_and_check_is_mutated():
    assert {rule for rule, _, _ in MUTANTS} == set(RULES)
    removed = sum(1 for _, what, _ in MUTANTS if what.startswith("without check"))
    assert removed == sum(len(rule.checks) for rule in RULES.values() if len(rule.checks) > 1)
