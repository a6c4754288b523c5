"""The appendix for those who re-perform: each rule as data, what its checks saw, and who read the evidence."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tieout.domain.assessment import Assessment, CheckResult
from tieout.domain.collection import Collection
from tieout.domain.rules import Check, Rule
from tieout.render.evidence import safe_anchor
from tieout.render.measures import THRESHOLD
from tieout.render.model import CheckRun, CollectorRow, RuleRun


def rule_anchor(rule_id: str) -> str:
    """Where a rule stands in the appendix."""
    return safe_anchor("rule", rule_id)


def rule_runs(rules: Sequence[Rule], assessment: Assessment) -> Iterator[RuleRun]:
    """Every rule that ran, in the order of its first control."""
    by_id = {rule.id: rule for rule in rules}
    order = {result.control: turn for turn, result in enumerate(assessment.controls)}
    for outcome in sorted(assessment.rules, key=lambda found: (order.get(found.controls[0], 0), found.rule)):
        rule = by_id.get(outcome.rule)
        if rule is not None:
            yield RuleRun(
                id=rule.id,
                anchor=rule_anchor(rule.id),
                controls=", ".join(rule.controls),
                severity=rule.severity,
                needs="; ".join(_need(rule, name) for name in rule.needs),
                human=f"{rule.human.role}, {rule.human.freshness}" if rule.human else "",
                source=rule.source,
                checks=tuple(_check_runs(rule, outcome.checks)),
            )


def collector_rows(collection: Collection) -> tuple[CollectorRow, ...]:
    """Which collectors read the evidence, in which version, and how many items."""
    read = Counter((item.provenance.collector, item.provenance.collector_version) for item in collection.items)
    return tuple(
        CollectorRow(name=name, version=version, items=count) for (name, version), count in sorted(read.items())
    )


def _need(rule: Rule, name: str) -> str:
    need = rule.needs[name]
    limits = [need.freshness and f"no older than {need.freshness}", need.bound and f"of the assessed {need.bound}"]
    where = _data(need.where) if need.where else None
    told = ", ".join(part for part in (*limits, where) if part)
    return f"{name} ({told})" if told else name


def _check_runs(rule: Rule, results: Sequence[CheckResult]) -> Iterator[CheckRun]:
    for turn, result in enumerate(results, start=1):
        check = rule.checks[turn - 1] if turn <= len(rule.checks) else None
        if check is not None:
            seen = "as in the workpaper, limit by limit" if check.predicate == THRESHOLD else _seen(result.seen)
            yield CheckRun(number=f"{turn}", data=_call(check), seen=seen)


def _call(check: Check) -> str:
    return f"{check.predicate}: {_data(check.arguments)}"


def _seen(seen: Mapping[str, Any]) -> str:
    return _data(seen) if seen else "none"


def _data(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=False)
