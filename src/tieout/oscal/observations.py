"""Observations (one a check) and risks (one an open rule), as the results and the plan of action both cite them."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tieout.assess.asking import asked
from tieout.assess.procedures import method_of
from tieout.domain.assessment import CheckResult, RuleResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.rules import Check, Rule
from tieout.domain.verdicts import OPEN_VERDICTS, Verdict
from tieout.kernel.clock import rfc3339
from tieout.oscal.components import origin, source_uuid, system_uuid
from tieout.oscal.evidence_resources import resource_href
from tieout.oscal.models.assessment_common import (
    Characterization,
    Facet,
    Observation,
    RelatedObservation,
    RelevantEvidence,
    Response,
    Risk,
    SubjectReference,
)
from tieout.oscal.models.metadata import Property
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import line, paragraphs, prose
from tieout.oscal.vocabulary import CORE_NAMESPACE, TRESTLE_RESULTS, own, trestle

#: Verdicts that leave nothing to do.
UNTROUBLED: Final = frozenset({Verdict.SATISFIED, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True)
class RuleRecord:
    """One rule's result as OSCAL records it.

    Attributes:
        facts: The packet.
        result: What the assessment says of the rule.
    """

    facts: PacketFacts
    result: RuleResult

    @property
    def open(self) -> bool:
        """Whether it opens a risk and a plan-of-action item."""
        return self.result.verdict in OPEN_VERDICTS

    @property
    def waived(self) -> bool:
        """Whether a named person accepted it as a risk."""
        return self.result.verdict is Verdict.WAIVED

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return self.facts.rule(self.result.rule)

    @property
    def risk_uuid(self) -> str:
        """UUID of the risk, where the rule is open."""
        return self.facts.uuid("risk", self.result.rule)

    @cached_property
    def checks(self) -> tuple[tuple[str, CheckResult], ...]:
        """Each check with the UUID of its observation: by predicate and turn, as the engine adds some between."""
        turns: Counter[str] = Counter()
        found = []
        for check in self.result.checks:
            turns[check.predicate] += 1
            names = (self.result.rule, check.predicate, str(turns[check.predicate]))
            found.append((self.facts.uuid("observation", *names), check))
        return tuple(found)

    def observations(self) -> list[Observation]:
        """One observation a check."""
        return [self._observation(number, uuid, check) for number, (uuid, check) in enumerate(self.checks, start=1)]

    def troubles(self) -> list[RelatedObservation]:
        """Links to the observations that stand in the way, or to all where none does by itself."""
        uuids = [uuid for uuid, check in self.checks if check.verdict not in UNTROUBLED]
        return [RelatedObservation(observation_uuid=uuid) for uuid in uuids or [uuid for uuid, _ in self.checks]]

    def risk(self) -> Risk:
        """What it means that the rule is open, and what closes it; no date, since nobody set one."""
        result, facts = self.result, self.facts
        return Risk(
            uuid=self.risk_uuid,
            title=self.condition(),
            description=prose(result.reason),
            statement=paragraphs(
                f"What the rule is for: {self.rule.why}",
                "It is waived: accepted by a named person, with a reason and an expiry, and not met."
                if self.waived
                else "",
            ),
            props=[
                own("verdict", result.verdict.value),
                own("severity", result.severity.value),
                trestle("assessment-rule-id", result.rule),
            ],
            status="deviation-approved" if self.waived else "open",
            origins=[origin(facts)],
            characterizations=[
                Characterization(
                    origin=origin(facts),
                    facets=[Facet(name="severity", system=CORE_NAMESPACE, value=result.severity.value)],
                )
            ],
            remediations=[
                Response(
                    uuid=facts.uuid("response", result.rule),
                    lifecycle="recommendation",
                    title="What closes it",
                    description=prose(result.closes_with or "The rule does not say."),
                    origins=[origin(facts)],
                )
            ],
            related_observations=self.troubles() or None,
        )

    def condition(self) -> str:
        """What was found, as a title: the rule's own title says what should be, and would read as an assertion."""
        causes = (check.reason for check in self.result.checks if check.verdict is self.result.verdict)
        told = next(causes, self.result.reason)
        return line(f"{self.result.verdict.value.capitalize()}, {', '.join(self.result.controls)}: {told}")

    def _observation(self, number: int, uuid: str, check: CheckResult) -> Observation:
        rule_check = self._rule_check(number)
        items = [self.facts.item(item_id) for item_id in check.evidence]
        return Observation(
            uuid=uuid,
            title=line(f"{self.result.rule}, check {number}: {asked(check.predicate, rule_check)}"),
            description=prose(check.reason),
            props=[
                own("verdict", check.verdict.value),
                trestle("assessment-rule-id", self.result.rule),
                *([own("check-id", f"{self.result.rule}.{number}")] if rule_check else []),
                *(own("place", f"{place.source}: {place}") for place in _distinct(check.places)),
            ],
            methods=[method_of(check.predicate)],
            types=["control-objective"],
            origins=[origin(self.facts)],
            subjects=list(self._subjects(check, items)),
            relevant_evidence=[self._evidence(item, check) for item in items] or None,
            collected=self.facts.as_of,
            remarks=_seen(check) or None,
        )

    def _rule_check(self, number: int) -> Check | None:
        return self.rule.checks[number - 1] if number <= len(self.rule.checks) else None

    def _subjects(self, check: CheckResult, items: list[EvidenceItem]) -> Iterator[SubjectReference]:
        yield SubjectReference(
            subject_uuid=system_uuid(self.facts),
            type="component",
            title=line(self.facts.subject.name),
            props=[
                trestle("resource-id", self.facts.subject.system_id),
                trestle("result", TRESTLE_RESULTS[check.verdict]),
                trestle("evaluated-on", self.facts.as_of),
                trestle("reason", check.reason),
            ],
        )
        configured = {source.name for source in self.facts.contents.collection.sources}
        named = {item.provenance.source for item in items} | {place.source for place in check.places}
        for name in sorted(named & configured):
            yield SubjectReference(
                subject_uuid=source_uuid(self.facts, name), type="component", title=line(name), remarks="Read for it."
            )

    def _evidence(self, item: EvidenceItem, check: CheckResult) -> RelevantEvidence:
        own_places = [
            str(place)
            for place in _distinct(check.places)
            if (place.source, place.path) == (item.provenance.source, item.provenance.path)
        ]
        return RelevantEvidence(
            href=resource_href(self.facts, item),
            description=prose(f"{item.title} ({'; '.join(own_places) or item.place()})"),
            props=_effective(item),
        )


def rule_records(facts: PacketFacts) -> dict[str, RuleRecord]:
    """Every rule's result, by rule id."""
    return {result.rule: RuleRecord(facts, result) for result in facts.assessment.rules}


def _effective(item: EvidenceItem) -> list[Property] | None:
    return [own("effective-end", rfc3339(item.effective.end))] if item.effective else None


def _seen(check: CheckResult) -> str:
    if not check.seen:
        return ""
    return prose(f"Seen: {json.dumps(check.seen, ensure_ascii=False, sort_keys=True, default=str)}")


def _distinct(places: tuple[Place, ...]) -> list[Place]:
    return list({str(place): place for place in places}.values())
