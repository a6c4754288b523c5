"""The packet stage: report, page, OSCAL, evidence and inputs of an assessment, as a bag."""

from dataclasses import dataclass
from pathlib import Path

from tieout import __version__
from tieout.assess.engine import controls_digest
from tieout.config.load import read_config
from tieout.domain.collection import Collection
from tieout.domain.packet import Contents, copy_name
from tieout.kernel.canonical import canonical_bytes, pretty_bytes
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UsageError
from tieout.kernel.ids import stable_uuid
from tieout.oscal.packet_set import oscal_set
from tieout.pipeline.assessing import last_assessment, load_controls
from tieout.pipeline.bag import BAG, NOTICE, archive_path, demand_place, tag_manifest_digest, write_bag, write_zip
from tieout.pipeline.retention import retention_block
from tieout.pipeline.verify_text import verify_text
from tieout.pipeline.workspace import Workspace
from tieout.render.html import render_page
from tieout.render.model import PacketView
from tieout.render.pdf import Attachment, PangoMissingError, Paper, render_pdf
from tieout.render.view import build_view


@dataclass(frozen=True, slots=True)
class Packed:
    """Where a packet is.

    Attributes:
        folder: The packet folder.
        report: The PDF.
        page: The HTML page.
        oscal: The folder of OSCAL documents.
        digest: SHA-256 of tagmanifest-sha256.txt, which names the whole bag.
        archive: The zip, where one was asked for.
    """

    folder: Path
    report: Path
    page: Path
    oscal: Path
    digest: str
    archive: Path | None = None


def pack(
    workspace: Workspace,
    out: Path,
    *,
    prepared_by: str | None = None,
    prepared_for: str | None = None,
    paper: Paper = "Letter",
    archive: bool = False,
) -> Packed:
    """Make the packet of the last assessment.

    Raises:
        UsageError: Nothing was assessed, the evidence changed since, or `out` cannot be written.
        PangoMissingError: The packet was written without its PDF.
        StorageError: The disk failed.
    """
    demand_place(out)
    contents = _contents(workspace, prepared_by, prepared_for)
    payload = _evidence(workspace, contents.collection)
    payload |= _inputs(workspace, contents)
    documents = oscal_set(contents)
    payload |= {f"oscal/{name}": data for name, data in documents.items()}
    oscal_digest = sha256_hex(
        "".join(f"{sha256_hex(data)}  {name}\n" for name, data in sorted(documents.items())).encode()
    )
    contents = contents.model_copy(update={"oscal_sha256": oscal_digest})
    view = build_view(contents, tuple(sorted(payload)))
    payload["index.html"] = render_page(view)
    missing = _add_report(payload, view, contents, documents, paper)
    info = _bag_info(contents)
    digest = tag_manifest_digest(payload, info)
    write_bag(out, payload, info, {NOTICE: verify_text(contents, digest)})
    target = archive_path(out) if archive else None
    if target is not None:
        write_zip(out, target, contents.assessment.as_of)
    if missing is not None:
        raise missing
    bag = out / BAG / "data"
    return Packed(out, bag / "report.pdf", bag / "index.html", bag / "oscal", digest, target)


def _add_report(
    payload: dict[str, bytes], view: PacketView, contents: Contents, documents: dict[str, bytes], paper: Paper
) -> PangoMissingError | None:
    """Put the PDF into the payload; without Pango the packet is made without it, and the error told at the end."""
    index = payload["evidence/index.json"]
    attachments = [
        *(
            Attachment(f"oscal/{name}", data, "Source", f"OSCAL: {name.removesuffix('.json')}", "application/json")
            for name, data in sorted(documents.items())
        ),
        Attachment("evidence/index.json", index, "Data", "Evidence index", "application/json"),
    ]
    try:
        payload["report.pdf"] = render_pdf(view, contents.retention, attachments, paper=paper)
    except PangoMissingError as error:
        return error
    return None


def _contents(workspace: Workspace, prepared_by: str | None, prepared_for: str | None) -> Contents:
    assessment, collection = last_assessment(workspace)
    config, _ = read_config(workspace.configuration(), where="tieout.yaml")
    catalog, rules = load_controls()
    if controls_digest(catalog, rules) != assessment.controls_sha256:
        raise UsageError("the rules changed after the assessment", hint="run `tieout assess` again")
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
        catalog=catalog,
        rules=rules,
        retention=retention_block(config, subject, f"tieout-{subject.system_id}-{packet_id[:8]}"),
        prepared_by=prepared_by or "not recorded here",
        prepared_for=prepared_for or "not recorded here",
        evidence_index_sha256=sha256_hex(_index(collection)),
    )


def _evidence(workspace: Workspace, collection: Collection) -> dict[str, bytes]:
    payload: dict[str, bytes] = {"evidence/index.json": _index(collection)}
    with workspace.store() as store:
        for item in collection.items:
            payload[f"evidence/{item.id}/artefact.json"] = store.get(item.stored_sha256)
            if item.copy_sha256 is not None:
                payload[f"evidence/{item.id}/{copy_name(item.provenance.path)}"] = store.get(item.copy_sha256)
    return payload


def _index(collection: Collection) -> bytes:
    entries = []
    for item in sorted(collection.items, key=lambda item: item.id):
        entry = item.as_json()
        del entry["facts"], entry["lines"]
        entry["artefact"] = f"evidence/{item.id}/artefact.json"
        if item.copy_sha256 is not None:
            entry["copy"] = f"evidence/{item.id}/{copy_name(item.provenance.path)}"
        entries.append(entry)
    return pretty_bytes({"items": entries, "schema": "https://tieout.dev/schema/evidence-index-1.json"})


def _inputs(workspace: Workspace, contents: Contents) -> dict[str, bytes]:
    assessment = contents.assessment
    run = {
        "schema": "https://tieout.dev/schema/run-1.json",
        "as_of": rfc3339(assessment.as_of),
        "period": [rfc3339(assessment.period.start), rfc3339(assessment.period.end)],
        "commit": assessment.subject.commit,
        "configuration_sha256": assessment.configuration_sha256,
        "collection_sha256": assessment.collection_sha256,
        "controls_sha256": assessment.controls_sha256,
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
    return {
        "inputs/collection.json": canonical_bytes(contents.collection.as_json()),
        "inputs/assessment.json": canonical_bytes(assessment.as_json()),
        "inputs/configuration.yaml": workspace.configuration(),
        "inputs/controls.json": canonical_bytes(controls),
        "inputs/retention.json": canonical_bytes(contents.retention.as_json()),
        "inputs/run.json": pretty_bytes(run),
        "redactions.json": pretty_bytes({"redactions": redactions, "withheld": []}),
    }


def _bag_info(contents: Contents) -> list[tuple[str, str]]:
    assessment, retention = contents.assessment, contents.retention
    release = f", release {assessment.subject.release}" if assessment.subject.release else ""
    return [
        ("Bagging-Date", assessment.as_of.date().isoformat()),
        ("Bag-Software-Agent", f"tieout {__version__}"),
        ("External-Identifier", contents.packet_id),
        ("External-Description", f"NIST AI RMF 1.0 evidence packet of {assessment.subject.name}{release}"),
        ("Internal-Sender-Identifier", assessment.subject.commit or "no commit"),
        ("As-Of", rfc3339(assessment.as_of)),
        ("Period", f"{rfc3339(assessment.period.start)}/{rfc3339(assessment.period.end)}"),
        *((f"Retention-{name.replace(' ', '-')}", value) for name, value in retention.lines()),
        *([("Marking", retention.marking)] if retention.marking else []),
    ]
