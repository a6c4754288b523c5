"""Writes the system security plan: the system as its own papers describe it, and no word of how it does anything.

The plan is there because results must lead to one. It claims no implementation: what people say about that is
evidence, and stands in the assessment results.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

from tieout.domain.artefacts.records import RosterEntry, SystemProfile
from tieout.oscal.components import source_components, system_component, system_uuid
from tieout.oscal.evidence_resources import evidence_resource, resource_href
from tieout.oscal.metadata import metadata, person
from tieout.oscal.models.implementation_common import SystemId, SystemUser
from tieout.oscal.models.metadata import BackMatter, Link, Party, Property, ResponsibleParty, Role
from tieout.oscal.models.system_security_plan import (
    AuthorizationBoundary,
    ByComponent,
    ControlImplementation,
    Document,
    ImplementedRequirement,
    ImportProfile,
    InformationType,
    Status,
    SystemCharacteristics,
    SystemImplementation,
    SystemInformation,
    SystemSecurityPlan,
)
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import line, paragraphs, prose, token, value
from tieout.oscal.vocabulary import OWN_NAMESPACE, known, own, yes_no

_OWNER: Final = "system-owner"  # OSCAL's own role id
_NO_PROFILE: Final = "Nothing in the evidence says what the system is for."
_REMARKS: Final = (
    "Minimal: taken from the system profile and the roster that the evidence holds. It is not an authorisation, and "
    "it says nothing of how controls are implemented."
)
_NO_CLAIM: Final = (
    "tieout states no implementation of this subcategory. What the evidence shows of it stands in the assessment "
    "results."
)


def system_security_plan(facts: PacketFacts, catalog_file: str) -> Document:
    """The plan; it takes the whole catalog as its baseline, for nobody has tailored it (OSCAL allows either)."""
    roles, parties, responsible = _people(facts)
    papers = [item for item, _ in [*facts.profiles[:1], *facts.rosters]]
    return Document(
        system_security_plan=SystemSecurityPlan(
            uuid=facts.document_uuid("system-security-plan"),
            metadata=metadata(
                facts,
                "System description",
                roles=roles,
                parties=parties,
                remarks=[_REMARKS],
            ),
            import_profile=ImportProfile(
                href=catalog_file,
                remarks="The whole catalog: no profile tailors it.",
            ),
            system_characteristics=_characteristics(facts, responsible),
            system_implementation=_implementation(facts),
            control_implementation=_controls(facts),
            back_matter=BackMatter(resources=[evidence_resource(facts, item) for item in papers]) if papers else None,
        )
    )


def _people(facts: PacketFacts) -> tuple[list[Role], list[Party], list[ResponsibleParty]]:
    roles = {_OWNER: Role(id=_OWNER, title="System owner")}
    holders: dict[str, dict[str, Party]] = {}
    for role, title, name in _named(facts):
        roles.setdefault(role, Role(id=role, title=line(title)))
        party = person(facts, name)
        holders.setdefault(role, {})[facts.uuid("party", name)] = party
    parties = {uuid: party for people in holders.values() for uuid, party in people.items()}
    responsible = [ResponsibleParty(role_id=role, party_uuids=list(people)) for role, people in holders.items()]
    return list(roles.values()), list(parties.values()), responsible


def _named(facts: PacketFacts) -> Iterator[tuple[str, str, str]]:
    """Role id, title of the role and person, for everyone who holds a role at the as-of time."""
    for _, profile in facts.profiles[:1]:
        yield _OWNER, "System owner", profile.owner
    for _, roster in facts.rosters:
        for entry in roster.people:
            if not _active(entry, facts.assessment.as_of.date()):
                continue
            role = token(entry.role)
            if entry.person:
                yield role, entry.role, entry.person
            if entry.deputy:
                yield f"{role}-deputy", f"{entry.role} (deputy)", entry.deputy


def _active(entry: RosterEntry, day: date) -> bool:
    return (entry.since is None or entry.since <= day) and (entry.until is None or entry.until >= day)


def _characteristics(facts: PacketFacts, responsible: list[ResponsibleParty]) -> SystemCharacteristics:
    subject = facts.subject
    profile = facts.profiles[0][1] if facts.profiles else None
    state, remarks = _state(profile)
    return SystemCharacteristics(
        system_ids=[SystemId(identifier_type=f"{OWN_NAMESPACE}/system-id", id=value(subject.system_id))],
        system_name=value(subject.name),
        description=paragraphs(profile.purpose if profile else _NO_PROFILE),
        props=_stated(profile) or None,
        links=[Link(href=resource_href(facts, item), rel="reference") for item, _ in facts.profiles[:1]] or None,
        system_information=SystemInformation(
            information_types=[
                InformationType(
                    uuid=facts.uuid("information-type"),
                    title="Not stated",
                    description="The system's papers that tieout reads do not say what kinds of information it holds.",
                )
            ]
        ),
        status=Status(state=state, remarks=remarks),
        authorization_boundary=AuthorizationBoundary(
            description=paragraphs(
                "No authorisation boundary is stated. What was assessed: "
                + (f"commit {subject.commit} of {subject.repository}." if subject.commit else "no commit.")
            )
        ),
        responsible_parties=responsible or None,
        remarks=_remarks(facts, profile) or None,
    )


def _state(profile: SystemProfile | None) -> tuple[Literal["operational", "other"], str]:
    if profile is None:
        return "other", "The lifecycle phase is not recorded here."
    if profile.phase == "production":
        return "operational", "Its owners say that it is in production."
    return "other", "Its owners say that it is a pilot."


def _stated(profile: SystemProfile | None) -> list[Property]:
    if profile is None:
        return []
    return [
        own("lifecycle-phase", profile.phase),
        own("risk-tier", profile.tier),
        own("generative", yes_no(profile.generative)),
        own("third-party", yes_no(profile.third_party)),
        own("human-subjects", yes_no(profile.human_subjects)),
    ]


def _remarks(facts: PacketFacts, profile: SystemProfile | None) -> str:
    if profile is None:
        return ""
    others = len(facts.profiles) - 1
    return paragraphs(
        f"Settings: {'; '.join(profile.settings)}." if profile.settings else "",
        f"Not to be used for: {'; '.join(profile.prohibited_uses)}." if profile.prohibited_uses else "",
        f"Jurisdictions: {'; '.join(profile.jurisdictions)}." if profile.jurisdictions else "",
        f"{others} further descriptions of the system are in the evidence. This one is followed because it is the "
        "configuration's own; where they disagree, the results say so."
        if others
        else "",
    )


def _implementation(facts: PacketFacts) -> SystemImplementation:
    profile = facts.profiles[0][1] if facts.profiles else None
    state, remarks = _state(profile)
    kinds = dict.fromkeys(profile.users if profile else ())
    owner = SystemUser(uuid=facts.uuid("user", "role", _OWNER), title="System owner", role_ids=[_OWNER])
    return SystemImplementation(
        props=known(repository=facts.subject.repository, commit=facts.subject.commit) or None,
        users=[owner, *(SystemUser(uuid=facts.uuid("user", "kind", kind), title=line(kind)) for kind in kinds)],
        components=[system_component(facts, state, remarks), *source_components(facts)],
    )


def _controls(facts: PacketFacts) -> ControlImplementation:
    return ControlImplementation(
        description=prose("No implementation is stated here, and none is to be read into this document."),
        implemented_requirements=[
            ImplementedRequirement(
                uuid=facts.uuid("requirement", control.id),
                control_id=control.id,
                by_components=[
                    ByComponent(
                        component_uuid=system_uuid(facts),
                        uuid=facts.uuid("by-component", control.id),
                        description=_NO_CLAIM,
                    )
                ],
            )
            for control in facts.contents.catalog.controls
        ],
    )
