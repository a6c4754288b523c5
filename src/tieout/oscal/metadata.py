"""The metadata block of every document: times, version, retention, and who made the packet for whom."""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.retention import NONE_CONFIGURED, RetentionBlock, period_of, trigger_of
from tieout.oscal.documents import DEFAULT_OSCAL_VERSION
from tieout.oscal.models.metadata import Metadata, Party, Property, ResponsibleParty, Role
from tieout.oscal.packet_facts import NOT_RECORDED, PacketFacts
from tieout.oscal.text import line, paragraphs, value
from tieout.oscal.vocabulary import known, own

# OSCAL's own role ids for these two (metaschema of metadata, responsible-party).
_MADE: Final = {"prepared-by": "Prepared by", "prepared-for": "Prepared for"}
_AS_NAMED: Final = "As it was named when the packet was made: a person, a role or an office. Nobody checked it."


def metadata(
    facts: PacketFacts,
    title: str,
    *,
    roles: Sequence[Role] = (),
    parties: Sequence[Party] = (),
    remarks: Sequence[str] = (),
) -> Metadata:
    """The metadata of one document.

    Args:
        facts: The packet.
        title: What the document is.
        roles: Roles beyond the two of the packet itself.
        parties: Parties beyond those of the packet itself; the same person is entered once.
        remarks: What a reader must know first, in paragraphs.
    """
    made = list(_made(facts))
    everyone = {party.uuid: party for party in [*(party for _, party in made), *parties]}
    subject = facts.subject
    return Metadata(
        title=line(f"{title}: {subject.name}"),
        published=facts.as_of,
        last_modified=facts.as_of,
        version=facts.as_of,
        oscal_version=DEFAULT_OSCAL_VERSION,
        props=[
            own("packet-id", facts.contents.packet_id),
            own("tool-version", facts.assessment.tool_version),
            *known(commit=subject.commit, release=subject.release),
            *record_props(facts.contents.retention, explained=True),
            *_marking(facts.contents.retention),
        ],
        roles=[*roles, *(Role(id=role, title=_MADE[role]) for role, _ in made)] or None,
        parties=list(everyone.values()) or None,
        responsible_parties=[
            ResponsibleParty(role_id=role, party_uuids=[party.uuid]) for role, party in made if party.uuid
        ]
        or None,
        remarks=paragraphs(*remarks) or None,
    )


def person(facts: PacketFacts, name: str, remarks: str = "") -> Party:
    """A person that a paper of the system names; contacts are left out, as nobody needs them here."""
    return Party(uuid=facts.uuid("party", name), type="person", name=value(name), remarks=remarks or None)


def record_props(retention: RetentionBlock, *, explained: bool = False) -> list[Property]:
    """How long the packet and all that is in it are kept, in the words of bag-info and cover.

    A day that is not known yet is said in words only; its own property, a date, is left out.

    Args:
        retention: The packet's retention block.
        explained: Whether each property says why, as it does once in a document and not on every item.
    """
    floor = retention.floor_until
    if retention.conflicts:
        state = "conflict"
    elif floor is None:
        state = "no-floor"
    elif floor.permanent:
        state = "permanent"
    else:
        state = "pending" if floor.pending else "settled"
    counted = [rule for rule in retention.rules if rule.counted]
    lines = dict(retention.lines())
    settled = floor.on if floor else None
    due = retention.destroy_due.on if retention.destroy_due and not retention.conflicts else None

    def why(text: str) -> str:
        return text if explained else ""

    return [
        own("record-id", retention.record_id),
        *known(record_series=retention.record_series),
        own("retention-state", state),
        own("retention-floor", lines["Keep at least until"]),
        *known(retain_until=settled.isoformat() if settled else None),
        own("destroy-after", lines["Destroy after"]),
        *known(destroy_due=due.isoformat() if due else None),
        own("disposition-action", lines["Disposition"]),
        *(
            own(
                "retention-rule",
                rule.rule,
                kind="counted" if rule.counted else "not-counted",
                remarks=why(f"{rule.outcome}. {rule.note}." if rule.note else rule.outcome),
            )
            for rule in retention.rules
        ),
        *(own("retention-authority", rule.authority, kind=rule.rule) for rule in counted),
        *(own("retention-trigger", trigger_of(rule), kind=rule.rule) for rule in counted),
        *(own("retention-period", period_of(rule), kind=rule.rule) for rule in counted),
        own("legal-hold", _held(retention), remarks=why(retention.hold.reason if retention.hold else "")),
        *known(custodian=retention.custodian, records_officer=retention.records_officer),
    ]


def _held(retention: RetentionBlock) -> str:
    if retention.hold is None:
        return NONE_CONFIGURED
    return retention.hold.id if retention.hold.active else f"none in force; {retention.hold.id} was released"


def _made(facts: PacketFacts) -> Iterator[tuple[str, Party]]:
    contents = facts.contents
    if contents.prepared_by != NOT_RECORDED:
        yield "prepared-by", person(facts, contents.prepared_by, _AS_NAMED)
    if contents.prepared_for != NOT_RECORDED:
        name = contents.prepared_for
        uuid = facts.uuid("party", "organization", name)
        yield "prepared-for", Party(uuid=uuid, type="organization", name=value(name), remarks=_AS_NAMED)


def _marking(retention: RetentionBlock) -> list[Property]:
    # `marking` is a core property of any object: how the document may be handed on.
    return [Property(name="marking", value=value(retention.marking))] if retention.marking else []
