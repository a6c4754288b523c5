"""Writes the plan of action: one item an open rule, with its risk; an owner or a date only where somebody named one."""

from collections.abc import Mapping
from typing import Final

from tieout.assess.register import register_numbers
from tieout.oscal.components import tool_component, tool_uuid
from tieout.oscal.evidence_resources import back_matter
from tieout.oscal.metadata import metadata
from tieout.oscal.models.assessment_common import AssociatedRisk, ImportSsp, OriginActor
from tieout.oscal.models.poam import Document, LocalDefinitions, Origin, PlanOfActionAndMilestones, PoamItem
from tieout.oscal.observations import RuleRecord, rule_records
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import paragraphs
from tieout.oscal.vocabulary import known, own, trestle

_REMARKS: Final = (
    "Open rules only: gaps, conflicts, what could not be read, and what is waived. Subcategories that were not "
    "assessed are in the assessment results."
)


def plan_of_action(facts: PacketFacts, system_file: str) -> Document | None:
    """The plan; None where no rule is open, since OSCAL has no plan without an item.

    It holds its own copy of what its items cite, the same as in the results, because it is read without them.
    """
    records = [record for record in rule_records(facts).values() if record.open]
    if not records:
        return None
    numbers = register_numbers(facts.assessment)
    cited = {uuid for record in records for uuid in _cited(record)}
    evidence = {ref for record in records for uuid, check in record.checks if uuid in cited for ref in check.evidence}
    return Document(
        plan_of_action_and_milestones=PlanOfActionAndMilestones(
            uuid=facts.document_uuid("plan-of-action-and-milestones"),
            metadata=metadata(
                facts,
                "Plan of action and milestones",
                remarks=[_REMARKS],
            ),
            import_ssp=ImportSsp(href=system_file),
            local_definitions=LocalDefinitions(components=[tool_component(facts, with_rules=False)]),
            observations=[found for record in records for found in record.observations() if found.uuid in cited],
            risks=[record.risk() for record in records],
            poam_items=[_item(facts, record, numbers) for record in records],
            back_matter=back_matter(facts, evidence),
        )
    )


def _cited(record: RuleRecord) -> list[str]:
    return [related.observation_uuid for related in record.troubles()]


def _item(facts: PacketFacts, record: RuleRecord, numbers: Mapping[str, str]) -> PoamItem:
    result, rule = record.result, record.rule
    return PoamItem(
        uuid=facts.uuid("poam-item", result.rule),
        title=record.condition(),
        description=paragraphs(result.reason, f"What closes it: {result.closes_with}" if result.closes_with else ""),
        props=[
            own("verdict", result.verdict.value),
            own("severity", result.severity.value),
            *known(register_number=", ".join(sorted(numbers[label] for label in result.controls if label in numbers))),
            trestle("assessment-rule-id", result.rule),
            *known(owner_role=rule.owner_role),
            own("due", "not set", remarks="Nobody has set a date, and tieout invents none."),
        ],
        origins=[Origin(actors=[OriginActor(type="tool", actor_uuid=tool_uuid(facts))])],
        related_observations=record.troubles() or None,
        related_risks=[AssociatedRisk(risk_uuid=record.risk_uuid)],
        remarks="Accepted as a risk by waiver; it counts again when the waiver expires." if record.waived else None,
    )
