"""The names that our OSCAL documents use beyond OSCAL's own: namespaces, properties, and how verdicts map.

Sources: core names are those of OSCAL 1.2 (the metaschemas' allowed values); the rule and check properties
and those on subjects are compliance-trestle's convention; everything else stands in our own namespace,
because OSCAL has no vocabulary for it. docs/oscal.md shows the same table to readers.
"""

from typing import Final

from tieout.domain.verdicts import Verdict
from tieout.oscal.models.metadata import Property
from tieout.oscal.text import prose, value

CORE_NAMESPACE: Final = "http://csrc.nist.gov/ns/oscal"
OWN_NAMESPACE: Final = "https://tieout.dev/ns/oscal"
TRESTLE_NAMESPACE: Final = "https://oscal-compass.github.io/compliance-trestle/schemas/oscal"

#: Properties in our namespace and what each says.
OWN_PROPS: Final[dict[str, str]] = {
    # What was found
    "verdict": "one of the eight verdicts; the target status knows only two",
    "severity": "how much an open rule matters: low, moderate, high, critical",
    "check-id": "the rule's id, a dot, and the number of the check",
    "place": "source, path, line or pointer, and commit of a fact that a check names",
    "register-number": "number of the point in the gap register of the same packet's report",
    "due": "due date of a plan-of-action item; 'not set' where nobody set one",
    "owner-role": "role that must act, where the rule names one",
    # The assessment
    "packet-id": "id of the packet that the document belongs to",
    "period-start": "start of the assessed period",
    "period-end": "end of the assessed period",
    "tool-version": "version of tieout",
    "commit": "the assessed commit",
    "release": "the assessed release",
    "repository": "the source whose commit was assessed",
    "configuration-committed": "whether the configuration was read at the assessed commit: yes or no",
    "controls-sha256": "SHA-256 over catalog and rules, so that it is plain what was asked",
    "collection-sha256": "SHA-256 of the collected facts",
    "configuration-sha256": "SHA-256 of the configuration",
    # The system, as its owners state it
    "lifecycle-phase": "pilot or production",
    "risk-tier": "low, moderate or high",
    "generative": "yes or no",
    "third-party": "uses models, data or services of another organisation: yes or no",
    "human-subjects": "studied with people as subjects: yes or no",
    # An evidence item
    "evidence-id": "id of the evidence item, the folder it lies in",
    "artefact-type": "the kind of fact sheet, such as gateway_config",
    "source": "name of the source in the configuration",
    "source-kind": "git, config, log, results or records",
    "source-uri": "where the source is, relative to the configuration, or remote without credentials",
    "source-path": "path in the source; characters that hide or deceive are shown by code point",
    "source-commit": "commit that the source was read at",
    "source-digest": "gitblob:<id> or sha256:<hex> of the bytes as they were read",
    "path-class": "live, example, template, test or documentation; only live counts",
    "collector": "what read it",
    "collector-version": "version of the collector",
    "effective-start": "start of the time that the evidence speaks of",
    "effective-end": "end of the time that the evidence speaks of; freshness is judged by it",
    "effective-basis": "what says so",
    "redactions": "in how many places something was masked or made visible in the copy",
    # How long the record is kept
    "record-id": "id of the record that the packet is",
    "record-series": "records series",
    "retention-state": "settled, pending, permanent, conflict or no-floor",
    "retention-floor": "the day through which the record is kept at least, or what it waits for, in words",
    "retain-until": "that day, as a date; left out until it is known",
    "destroy-after": "the day at whose end the record is or may be destroyed, or why there is none, in words",
    "destroy-due": "that day, as a date; left out until it is known",
    "disposition-action": "what the rules that count ask for at the end: keep, destroy, transfer",
    "retention-rule": "id of a rule of the schedule that was chosen; its class says counted or not-counted",
    "retention-authority": "the authority behind a rule that counts; its class is the rule's id",
    "retention-trigger": "the event that starts such a rule's period, with its date or pending",
    "retention-period": "such a rule's period: ISO 8601, or permanent",
    "legal-hold": "id of the hold that stops disposal, or that none is recorded or in force",
    "custodian": "who keeps the record",
    "records-officer": "who decides on its disposal",
}

#: Properties of compliance-trestle; those of a check share their remarks, which say what belongs together.
TRESTLE_PROPS: Final = (
    "Rule_Id",
    "Rule_Description",
    "Check_Id",
    "Check_Description",
    "assessment-rule-id",
    "resource-id",
    "result",
    "evaluated-on",
    "reason",
)

#: OSCAL's reason beside a target status; the verdict itself stands in a property.
TARGET_REASONS: Final[dict[Verdict, str]] = {
    Verdict.SATISFIED: "pass",
    Verdict.PARTIAL: "fail",
    Verdict.GAP: "fail",
    Verdict.CONFLICT: "fail",
    Verdict.WAIVED: "fail",
    Verdict.UNREADABLE: "other",
    Verdict.NOT_ASSESSED: "other",
    Verdict.NOT_APPLICABLE: "other",
}

#: The result words that trestle's readers know, which are XCCDF's (NIST IR 7275 r4, 6.6.4.2).
TRESTLE_RESULTS: Final[dict[Verdict, str]] = {
    Verdict.SATISFIED: "pass",
    Verdict.PARTIAL: "fail",
    Verdict.GAP: "fail",
    Verdict.CONFLICT: "fail",
    Verdict.WAIVED: "fail",
    Verdict.UNREADABLE: "error",
    Verdict.NOT_ASSESSED: "notchecked",
    Verdict.NOT_APPLICABLE: "notapplicable",
}


def own(name: str, content: str, *, remarks: str = "", kind: str | None = None) -> Property:
    """A property in our namespace; the content may be anything that was collected.

    Args:
        name: As in `OWN_PROPS`.
        content: Its value.
        remarks: Why it is so.
        kind: Its class, a token, where several of one name are told apart.

    Raises:
        KeyError: The name is not in the vocabulary.
    """
    OWN_PROPS[name]
    return Property(name=name, ns=OWN_NAMESPACE, value=value(content), class_=kind, remarks=prose(remarks) or None)


def trestle(name: str, content: str, *, group: str = "") -> Property:
    """A property of compliance-trestle's convention; `group` says which ones belong together.

    Raises:
        ValueError: It is not one of them.
    """
    TRESTLE_PROPS.index(name)
    return Property(name=name, ns=TRESTLE_NAMESPACE, value=value(content), remarks=group or None)


def known(**contents: str | None) -> list[Property]:
    """Properties in our namespace for what is known, `_` for `-` in the names; the rest is left out."""
    return [own(name.replace("_", "-"), content) for name, content in contents.items() if content]


def yes_no(flag: bool) -> str:
    """A flag as OSCAL's own properties write it."""
    return "yes" if flag else "no"
