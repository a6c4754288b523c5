"""What several documents of a packet say, settled once: ids, lookups, and who the system's own papers name."""

from typing import Final, TypeVar

from pydantic import ValidationError

from tieout.domain.artefacts.records import Roster, SystemProfile
from tieout.domain.base import Model
from tieout.domain.evidence import EvidenceItem, PathClass
from tieout.domain.packet import Contents
from tieout.domain.rules import Rule
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError
from tieout.kernel.ids import stable_uuid

NOT_RECORDED: Final = "not recorded here"

Artefact = TypeVar("Artefact", bound=Model)


class PacketFacts:
    """The contents of a packet, looked up.

    Attributes:
        contents: All that may be said.
        as_of: The as-of instant as OSCAL writes it; every document was last modified then.
        rules: The rules by id.
        items: The evidence items by id.
        profiles: What the evidence says the system is, newest statement first.
        rosters: Who the evidence says is accountable.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.assessment = contents.assessment
        self.subject = contents.assessment.subject
        self.as_of = rfc3339(contents.assessment.as_of)
        self.rules = {rule.id: rule for rule in contents.rules}
        self.items = {item.id: item for item in contents.collection.items}
        self.profiles = self._stated("system_profile", SystemProfile)
        self.rosters = self._stated("roster", Roster)
        # With the packet's id (which stands for collection and controls) this is all that documents say.
        retention = sha256_hex(canonical_bytes(contents.retention.as_json()))
        self._edition = (contents.packet_id, contents.prepared_by, contents.prepared_for, retention)

    def document_uuid(self, kind: str) -> str:
        """UUID of a document, which OSCAL wants changed whenever its content is."""
        return stable_uuid("oscal", kind, *self._edition)

    def uuid(self, *names: str) -> str:
        """UUID of an object of this system: the same in every packet, so that packets can be compared."""
        return stable_uuid("oscal", "object", self.subject.system_id, *names)

    def item(self, item_id: str) -> EvidenceItem:
        """An evidence item that a result names.

        Raises:
            TieoutError: The collection has no such item.
        """
        if item_id not in self.items:
            message = f"the assessment names the evidence item {item_id}, which is not in the collection"
            raise TieoutError(message, hint="run `tieout collect` and `tieout assess` again")
        return self.items[item_id]

    def rule(self, rule_id: str) -> Rule:
        """A rule that a result names.

        Raises:
            TieoutError: This version of the rules has no such rule.
        """
        if rule_id not in self.rules:
            message = f"the assessment names the rule {rule_id}, which is not among the rules"
            raise TieoutError(message, hint="the rules changed since: run `tieout assess` again")
        return self.rules[rule_id]

    def rule_controls(self, rule_id: str) -> list[str]:
        """OSCAL ids of a rule's controls, in the standard's order."""
        catalog = self.contents.catalog
        labels = sorted(self.rule(rule_id).controls, key=catalog.position)
        return [catalog.control(label).id for label in labels]

    def _stated(self, type_: str, model: type[Artefact]) -> list[tuple[EvidenceItem, Artefact]]:
        found = []
        for item in self.items.values():
            if item.type != type_ or item.provenance.path_class is not PathClass.LIVE:
                continue
            try:
                found.append((item, model.model_validate(item.facts)))
            except ValidationError:
                continue  # a collection of another version; what cannot be read here is not stated here
        return sorted(found, key=lambda pair: (pair[0].provenance.source != "configuration", pair[0].id))
