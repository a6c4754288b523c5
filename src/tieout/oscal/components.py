"""The components that documents point at: the assessed system, the places evidence was read from, and tieout."""

from typing import Final, Literal

from tieout.assess.asking import asked
from tieout.domain.artefacts import title_of
from tieout.domain.collection import SourceResult
from tieout.oscal.models.assessment_common import Origin, OriginActor, SelectSubjectById
from tieout.oscal.models.implementation_common import Status, SystemComponent
from tieout.oscal.models.metadata import Property
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import line, paragraphs
from tieout.oscal.vocabulary import own, trestle

# OSCAL lets a component have any type; none of its own says "read, and not part of what is claimed".
SOURCE_TYPE: Final = "evidence-source"


def system_uuid(facts: PacketFacts) -> str:
    """UUID of the assessed system as a component."""
    return facts.uuid("component", "this-system")


def source_uuid(facts: PacketFacts, name: str) -> str:
    """UUID of a configured source as a component."""
    return facts.uuid("component", "source", name)


def tool_uuid(facts: PacketFacts) -> str:
    """UUID of tieout as a component."""
    return facts.uuid("component", "tool")


def origin(facts: PacketFacts) -> Origin:
    """Every result comes from the tool, never from a person."""
    return Origin(actors=[OriginActor(type="tool", actor_uuid=tool_uuid(facts))])


def subjects(facts: PacketFacts) -> list[SelectSubjectById]:
    """What is assessed: the system, and each source it was looked at through."""
    uuids = [system_uuid(facts), *(source_uuid(facts, source.name) for source in _sources(facts))]
    return [SelectSubjectById(subject_uuid=uuid, type="component") for uuid in uuids]


def system_component(facts: PacketFacts, state: Literal["operational", "other"], remarks: str) -> SystemComponent:
    """The system itself, as far as its owners describe it."""
    return SystemComponent(
        uuid=system_uuid(facts),
        type="this-system",
        title=line(facts.subject.name),
        description="The whole system; tieout was told of no smaller parts.",
        status=Status(state=state, remarks=remarks),
    )


def source_components(facts: PacketFacts) -> list[SystemComponent]:
    """One component for each configured source, in the order of their names."""
    return [_source_component(facts, source) for source in _sources(facts)]


def tool_component(facts: PacketFacts, *, with_rules: bool) -> SystemComponent:
    """tieout; with its rules and checks as compliance-trestle's rule sets, one set a check."""
    return SystemComponent(
        uuid=tool_uuid(facts),
        type="validation",
        title="tieout",
        description=paragraphs(
            "Reads evidence of the system, compares it with rules, and says for each subcategory what the evidence "
            "shows. It does not run, call or change the system."
        ),
        props=[own("tool-version", facts.assessment.tool_version), *(_rule_sets(facts) if with_rules else [])],
        status=Status(state="operational"),
    )


def _sources(facts: PacketFacts) -> list[SourceResult]:
    return sorted(facts.contents.collection.sources, key=lambda source: source.name)


def _source_component(facts: PacketFacts, source: SourceResult) -> SystemComponent:
    provides = [title_of(name) for name in source.provides]
    return SystemComponent(
        uuid=source_uuid(facts, source.name),
        type=SOURCE_TYPE,
        title=line(source.name),
        description=paragraphs(
            "A place that evidence was read from. "
            f"Evidence items: {len(source.items)}; entries that are not evidence: {len(source.problems)}.",
            f"Declared to provide: {', '.join(provides) or 'nothing'}.",
        ),
        props=[own("source", source.name), own("source-kind", source.kind), own("source-uri", source.uri)],
        status=Status(state="other", remarks="tieout read it; whether it is in operation is not stated."),
    )


def _rule_sets(facts: PacketFacts) -> list[Property]:
    props = []
    for rule in facts.rules.values():
        for number, check in enumerate(rule.checks, start=1):
            name = f"{rule.id}.{number}"
            props += [
                trestle("Rule_Id", rule.id, group=name),
                trestle("Rule_Description", rule.title, group=name),
                trestle("Check_Id", name, group=name),
                trestle("Check_Description", asked(check.predicate, check), group=name),
            ]
    return props
