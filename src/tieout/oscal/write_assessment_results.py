"""Writes the assessment results: an observation a check, a finding for every subcategory, a risk an open rule."""

from typing import Final

from tieout.domain.assessment import ControlResult
from tieout.domain.verdicts import VERDICT_ORDER, Verdict
from tieout.kernel.clock import rfc3339
from tieout.oscal.components import origin
from tieout.oscal.evidence_resources import back_matter
from tieout.oscal.metadata import metadata
from tieout.oscal.models.assessment_common import (
    AssociatedRisk,
    Finding,
    FindingTarget,
    ObjectiveStatus,
    RelatedObservation,
)
from tieout.oscal.models.assessment_results import AssessmentResults, Document, ImportAp, Result
from tieout.oscal.models.metadata import Property
from tieout.oscal.observations import UNTROUBLED, RuleRecord, rule_records
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.review import reviewed_controls
from tieout.oscal.text import line, prose
from tieout.oscal.vocabulary import TARGET_REASONS, known, own, yes_no
from tieout.oscal.write_catalog import statement_id

_REMARKS: Final = (
    "OSCAL's target status knows two states. Only the verdict 'satisfied' is 'satisfied'; every other verdict is "
    "'not-satisfied', and the property 'verdict' says which: 'not-assessed' is no failure, and no success."
)


def assessment_results(facts: PacketFacts, plan_file: str) -> Document:
    """The results of one run."""
    records = rule_records(facts)
    return Document(
        assessment_results=AssessmentResults(
            uuid=facts.document_uuid("assessment-results"),
            metadata=metadata(facts, "Assessment results", remarks=[_REMARKS]),
            import_ap=ImportAp(href=plan_file),
            results=[_result(facts, records)],
            back_matter=back_matter(facts, facts.items),
        )
    )


def _result(facts: PacketFacts, records: dict[str, RuleRecord]) -> Result:
    counts = facts.assessment.counts()
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in VERDICT_ORDER if counts[verdict])
    observations = [found for record in records.values() for found in record.observations()]
    risks = [record.risk() for record in records.values() if record.open]
    return Result(
        uuid=facts.uuid("result", facts.contents.packet_id),
        title=line(f"As of {facts.as_of}"),
        description=prose(f"Of {len(facts.assessment.controls)} subcategories: {told}."),
        start=facts.as_of,
        end=facts.as_of,
        props=_run(facts),
        reviewed_controls=reviewed_controls(facts),
        observations=observations or None,
        risks=risks or None,
        findings=[_finding(facts, result, records) for result in facts.assessment.controls],
        remarks="Start and end are the instant that the results speak of; when the program ran is not part of them.",
    )


def _run(facts: PacketFacts) -> list[Property]:
    assessment = facts.assessment
    return [
        own("period-start", rfc3339(assessment.period.start)),
        own("period-end", rfc3339(assessment.period.end)),
        *known(repository=facts.subject.repository, commit=facts.subject.commit, release=facts.subject.release),
        own("configuration-committed", yes_no(facts.subject.configuration_committed)),
        own("controls-sha256", assessment.controls_sha256),
        own("collection-sha256", assessment.collection_sha256),
        own("configuration-sha256", assessment.configuration_sha256),
    ]


def _finding(facts: PacketFacts, result: ControlResult, records: dict[str, RuleRecord]) -> Finding:
    control = facts.contents.catalog.control(result.control)
    own_records = [records[rule_id] for rule_id in result.rules]
    observed = dict.fromkeys(uuid for record in own_records for uuid, _ in record.checks)
    verdict = result.verdict
    severity = result.severity.value if result.severity and verdict not in UNTROUBLED else None
    return Finding(
        uuid=facts.uuid("finding", result.control_id),
        title=line(f"{result.control}: {control.title}"),
        description=prose(result.reason),
        props=[own("verdict", verdict.value), *known(severity=severity)],
        origins=[origin(facts)],
        target=FindingTarget(
            type="statement-id",
            target_id=statement_id(result.control_id),
            title=line(control.title),
            status=ObjectiveStatus(
                state="satisfied" if verdict is Verdict.SATISFIED else "not-satisfied",
                reason=TARGET_REASONS[verdict],
                remarks=f"The verdict is {verdict.value}.",
            ),
        ),
        related_observations=[RelatedObservation(observation_uuid=uuid) for uuid in observed] or None,
        related_risks=[AssociatedRisk(risk_uuid=record.risk_uuid) for record in own_records if record.open] or None,
        remarks=prose(f"What closes it: {result.closes_with}" if result.closes_with else "") or None,
    )
