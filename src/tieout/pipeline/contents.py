"""What a packet holds, from what was collected and assessed: pure, so that a packet can be made again to compare."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from tieout import __version__
from tieout.config.load import read_config
from tieout.domain.assessment import Assessment
from tieout.domain.catalog import Catalog
from tieout.domain.collection import Collection
from tieout.domain.packet import Contents, Paper, copy_name
from tieout.domain.rules import Rule
from tieout.domain.signed_files import ALLOWED_SIGNERS, attestation_of, signed_files
from tieout.kernel.canonical import canonical_bytes, pretty_bytes
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.ids import stable_uuid
from tieout.oscal.packet_set import oscal_set
from tieout.pipeline.bag import IDENTIFIER
from tieout.pipeline.layout import oscal_digest
from tieout.pipeline.retention import retention_block
from tieout.pipeline.signatures import allowed_signers
from tieout.render.html import render_page
from tieout.render.model import PacketView
from tieout.render.pdf import Attachment
from tieout.render.view import build_view

NOT_RECORDED = "not recorded here"
SOFTWARE = f"tieout {__version__}"


def packet_contents(
    assessment: Assessment,
    collection: Collection,
    configuration: bytes,
    controls: tuple[Catalog, tuple[Rule, ...]],
    names: tuple[str, str],
    *,
    paper: Paper,
) -> Contents:
    """All that the renderings of a packet may say.

    Args:
        assessment: The verdicts.
        collection: What they stand on.
        configuration: Redacted bytes of the configuration that was used.
        controls: Catalog and rules.
        names: By whom the packet was prepared, and for whom.
        paper: Page size of the report.

    Raises:
        ConfigError: The configuration cannot be read.
    """
    config, _ = read_config(configuration, where="tieout.yaml", plugged=None)
    # What stands in the packet, to the order of its fields: the renderings show it as whoever reads it again does.
    assessment = Assessment.model_validate_json(canonical_bytes(assessment.as_json()))
    collection = Collection.model_validate_json(canonical_bytes(collection.as_json()))
    subject = assessment.subject
    identity = (
        subject.system_id,
        subject.commit or "",
        rfc3339(assessment.as_of),
        assessment.collection_sha256,
        assessment.controls_sha256,
    )
    packet_id = stable_uuid("packet", *identity)
    return Contents(
        packet_id=packet_id,
        assessment=assessment,
        collection=collection,
        catalog=controls[0],
        rules=controls[1],
        retention=retention_block(config, subject, f"tieout-{subject.system_id}-{packet_id[:8]}"),
        prepared_by=names[0],
        prepared_for=names[1],
        paper=paper,
        evidence_index_sha256=sha256_hex(evidence_index(collection)),
    )


def evidence_index(collection: Collection) -> bytes:
    """data/evidence/index.json."""
    entries = []
    for item in sorted(collection.items, key=lambda item: item.id):
        entry = item.as_json()
        del entry["facts"], entry["lines"]
        entry["artefact"] = f"evidence/{item.id}/artefact.json"
        if item.copy_sha256 is not None:
            entry["copy"] = f"evidence/{item.id}/{copy_name(item.provenance.path)}"
        entry |= {file.part: file.path for file in signed_files(item)}
        entries.append(entry)
    return pretty_bytes({"items": entries, "schema": "https://tieout.dev/schema/evidence-index-1.json"})


def input_files(contents: Contents, configuration: bytes) -> dict[str, bytes]:
    """What a re-performance needs, by path under data/."""
    assessment = contents.assessment
    run = {
        "schema": "https://tieout.dev/schema/run-1.json",
        "as_of": rfc3339(assessment.as_of),
        "period": [rfc3339(assessment.period.start), rfc3339(assessment.period.end)],
        "commit": assessment.subject.commit,
        "configuration_sha256": assessment.configuration_sha256,
        "configuration_copy_sha256": contents.collection.configuration_copy_sha256,
        "collection_sha256": assessment.collection_sha256,
        "controls_sha256": assessment.controls_sha256,
        "prepared_by": contents.prepared_by,
        "prepared_for": contents.prepared_for,
        "paper": contents.paper,
        "tool": {"name": "tieout", "version": __version__},
    }
    redactions = [
        {"item": item.id, "path": item.provenance.path, "line": note.line, "rule": note.rule}
        for item in sorted(contents.collection.items, key=lambda item: item.id)
        for note in item.redactions
    ]
    controls = {
        "catalog": contents.catalog.as_json(),
        "rules": [rule.as_json() for rule in contents.rules],
    }
    signers = allowed_signers(filter(None, map(attestation_of, contents.collection.items)))
    return {
        **({ALLOWED_SIGNERS: signers} if signers else {}),
        "inputs/collection.json": canonical_bytes(contents.collection.as_json()),
        "inputs/assessment.json": canonical_bytes(assessment.as_json()),
        "inputs/configuration.yaml": configuration,
        "inputs/controls.json": canonical_bytes(controls),
        "inputs/retention.json": canonical_bytes(contents.retention.as_json()),
        "inputs/run.json": pretty_bytes(run),
        "redactions.json": pretty_bytes({"redactions": redactions, "withheld": []}),
    }


def renderings(contents: Contents, others: Sequence[str]) -> tuple[Contents, dict[str, bytes], PacketView]:
    """The OSCAL documents and the page, by path under data/.

    Args:
        contents: What they may say.
        others: Paths of evidence and inputs, which the page links to.

    Returns:
        The contents with the digest of the OSCAL set, the files, and the view that the report shows, too.
    """
    documents = oscal_set(contents)
    contents = contents.model_copy(
        update={"oscal_sha256": oscal_digest({name: sha256_hex(data) for name, data in documents.items()})}
    )
    files = {f"oscal/{name}": data for name, data in documents.items()}
    view = build_view(contents, tuple(sorted((*others, *files))))
    return contents, files | {"index.html": render_page(view)}, view


def attached(payload: Mapping[str, bytes]) -> list[Attachment]:
    """The files that the report carries: the OSCAL documents and the evidence index.

    Args:
        payload: Path under data/ -> content; others in it are left out.
    """
    documents = [
        Attachment(path, data, "Source", f"OSCAL: {PurePosixPath(path).stem}", "application/json")
        for path, data in sorted(payload.items())
        if path.startswith("oscal/")
    ]
    index = payload["evidence/index.json"]
    return [*documents, Attachment("evidence/index.json", index, "Data", "Evidence index", "application/json")]


def bag_info(contents: Contents) -> list[tuple[str, str]]:
    """The lines of bag-info.txt but the last, which counts the payload."""
    assessment, retention = contents.assessment, contents.retention
    release = f", release {assessment.subject.release}" if assessment.subject.release else ""
    return [
        ("Bagging-Date", assessment.as_of.date().isoformat()),
        ("Bag-Software-Agent", SOFTWARE),
        (IDENTIFIER, contents.packet_id),
        ("External-Description", f"NIST AI RMF 1.0 evidence packet of {assessment.subject.name}{release}"),
        ("Internal-Sender-Identifier", assessment.subject.commit or "no commit"),
        ("As-Of", rfc3339(assessment.as_of)),
        ("Period", f"{rfc3339(assessment.period.start)}/{rfc3339(assessment.period.end)}"),
        *((f"Retention-{name.replace(' ', '-')}", value) for name, value in retention.lines()),
        *([("Marking", retention.marking)] if retention.marking else []),
    ]
