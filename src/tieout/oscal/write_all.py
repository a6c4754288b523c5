"""Makes the documents of a packet, each leading to the one before it; loads the models of all of them."""

from collections.abc import Iterator, Mapping

from tieout.domain.packet import Contents
from tieout.oscal.base import OscalModel
from tieout.oscal.documents import Kind
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.write_assessment_plan import assessment_plan
from tieout.oscal.write_assessment_results import assessment_results
from tieout.oscal.write_catalog import catalog
from tieout.oscal.write_poam import plan_of_action
from tieout.oscal.write_system_security_plan import system_security_plan


def documents(contents: Contents, files: Mapping[Kind, str]) -> Iterator[tuple[Kind, OscalModel]]:
    """The documents of a packet; `files` are the names that they call each other by."""
    facts = PacketFacts(contents)
    yield "catalog", catalog(facts)
    yield "system-security-plan", system_security_plan(facts, files["catalog"])
    yield "assessment-plan", assessment_plan(facts, files["system-security-plan"])
    yield "assessment-results", assessment_results(facts, files["assessment-plan"])
    plan = plan_of_action(facts, files["system-security-plan"])
    if plan is not None:
        yield "plan-of-action-and-milestones", plan
