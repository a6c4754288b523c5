"""Evidence items as back-matter resources: the files in the packet with their digests, and where they came from."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from tieout.domain.evidence import EvidenceItem
from tieout.domain.packet import copy_name
from tieout.domain.signed_files import signed_files
from tieout.kernel.clock import rfc3339
from tieout.oscal.metadata import record_props
from tieout.oscal.models.metadata import BackMatter, Hash, Property, Resource, ResourceLink
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import line, packet_href, prose
from tieout.oscal.vocabulary import known, own

# Copies are redacted text; an ending that is not here gets no media type rather than a guess.
_MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".yaml": "application/yaml",  # RFC 9512
    ".yml": "application/yaml",
}


def back_matter(facts: PacketFacts, item_ids: Iterable[str]) -> BackMatter | None:
    """The named evidence items, by id; None where there are none, since OSCAL wants no empty lists."""
    items = [facts.item(item_id) for item_id in sorted(set(item_ids))]
    return BackMatter(resources=[evidence_resource(facts, item) for item in items]) if items else None


def resource_href(facts: PacketFacts, item: EvidenceItem) -> str:
    """How the same document links to an item's resource."""
    return f"#{facts.uuid('resource', item.id)}"


def evidence_resource(facts: PacketFacts, item: EvidenceItem) -> Resource:
    """One item: its artefact, the copy of its source where one is kept, provenance and retention."""
    return Resource(
        uuid=facts.uuid("resource", item.id),
        title=line(item.title),
        description=prose(f"{item.type} from the source {item.provenance.source}: {item.provenance.path}"),
        props=[Property(name="type", value="evidence"), *_provenance(item), *record_props(facts.contents.retention)],
        rlinks=[*_files(item)],
    )


def _provenance(item: EvidenceItem) -> list[Property]:
    origin, effective = item.provenance, item.effective
    return [
        own("evidence-id", item.id),
        own("artefact-type", item.type),
        own("source", origin.source),
        own("source-kind", origin.kind),
        own("source-uri", origin.uri),
        own("source-path", origin.path),
        own("path-class", origin.path_class.value),
        *known(source_commit=origin.commit, source_digest=origin.source_digest),
        own("collector", origin.collector),
        own("collector-version", origin.collector_version),
        *known(
            effective_start=rfc3339(effective.start) if effective and effective.start else None,
            effective_end=rfc3339(effective.end) if effective else None,
            effective_basis=effective.basis if effective else None,
        ),
        own("redactions", str(len(item.redactions))),
    ]


def _files(item: EvidenceItem) -> list[ResourceLink]:
    files = [_file(packet_href("evidence", item.id, "artefact.json"), "application/json", item.stored_sha256)]
    if item.copy_sha256 is not None:
        name = copy_name(item.provenance.path)
        media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
        files.append(_file(packet_href("evidence", item.id, name), media_type, item.copy_sha256))
    signed = ((file, packet_href(*file.path.split("/"))) for file in signed_files(item))
    return [*files, *(_file(href, None, file.sha256) for file, href in signed)]


def _file(href: str, media_type: str | None, sha256: str) -> ResourceLink:
    return ResourceLink(href=href, media_type=media_type, hashes=[Hash(algorithm="SHA-256", value=sha256)])
