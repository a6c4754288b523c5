"""What an assessment says: verdicts with reasons, for checks, rules and all 72 controls."""

from collections import Counter
from datetime import datetime
from typing import Any

from pydantic import Field

from tieout.domain.base import Many, Model
from tieout.domain.collection import Period, Problem, Subject
from tieout.domain.evidence import Place
from tieout.domain.verdicts import VERDICT_ORDER, Severity, Verdict


class CheckResult(Model):
    """One predicate's answer, with the values that it saw."""

    predicate: str
    verdict: Verdict
    reason: str
    evidence: Many[str] = Field(default=(), description="ids of the evidence items it stands on")
    places: Many[Place] = ()
    seen: dict[str, Any] = Field(default_factory=dict)
    closes_with: str | None = Field(default=None, description="what closes it, where that hangs on what was seen")


class RuleResult(Model):
    """One rule's answer for this system."""

    rule: str
    title: str
    controls: Many[str]
    severity: Severity
    verdict: Verdict
    reason: str
    closes_with: str
    checks: Many[CheckResult]
    evidence: Many[str] = ()


class ControlResult(Model):
    """One subcategory's verdict; all 72 are always present."""

    control: str = Field(description="label of the standard, such as GOVERN 2.1")
    control_id: str = Field(description="id in OSCAL, such as ai-rmf-gv-2.1")
    verdict: Verdict
    reason: str
    closes_with: str
    severity: Severity | None = None
    rules: Many[str] = ()
    evidence: Many[str] = ()


class Assessment(Model):
    """The whole result: a pure function of collection, controls and as-of time."""

    subject: Subject
    as_of: datetime
    period: Period
    controls_sha256: str
    collection_sha256: str
    configuration_sha256: str
    tool_version: str
    controls: Many[ControlResult]
    rules: Many[RuleResult]
    problems: Many[Problem] = ()

    def counts(self) -> dict[Verdict, int]:
        """How many controls have each verdict, every verdict present, in reading order."""
        tally = Counter(control.verdict for control in self.controls)
        return {verdict: tally[verdict] for verdict in VERDICT_ORDER}

    def control(self, label: str) -> ControlResult:
        """The result of one control by its label.

        Raises:
            KeyError: No control has that label.
        """
        for control in self.controls:
            if control.control == label:
                return control
        raise KeyError(label)

    def rule(self, rule_id: str) -> RuleResult:
        """The result of one rule by its id.

        Raises:
            KeyError: No rule has that id.
        """
        for rule in self.rules:
            if rule.rule == rule_id:
                return rule
        raise KeyError(rule_id)
