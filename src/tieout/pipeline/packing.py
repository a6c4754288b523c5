"""The packet stage: report, page, OSCAL, evidence and inputs of an assessment, as a bag."""

from dataclasses import dataclass
from pathlib import Path

from tieout.domain.assessment import Assessment
from tieout.domain.collection import Collection
from tieout.domain.packet import BAG, Contents, Paper, copy_name
from tieout.domain.signed_files import signed_files
from tieout.kernel.errors import TieoutError
from tieout.pipeline.archive import demand_archive_place
from tieout.pipeline.assessing import last_assessment, load_controls
from tieout.pipeline.bag import tag_manifest_digest, write_packet
from tieout.pipeline.contents import (
    NOT_RECORDED,
    attached,
    bag_info,
    evidence_index,
    input_files,
    packet_contents,
    renderings,
)
from tieout.pipeline.place import demand_place
from tieout.pipeline.report_process import ReportStoppedError, render_confined
from tieout.pipeline.verify_text import Notice, verify_text
from tieout.pipeline.workspace import Workspace
from tieout.render.model import PacketView
from tieout.render.pdf import PangoMissingError


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
        notes: What the person who made it should know.
    """

    folder: Path
    report: Path
    page: Path
    oscal: Path
    digest: str
    archive: Path | None = None
    notes: tuple[str, ...] = ()


def pack(
    workspace: Workspace,
    out: Path,
    *,
    prepared_by: str | None = None,
    prepared_for: str | None = None,
    paper: Paper = "Letter",
    archive: bool = False,
    assessed: tuple[Assessment, Collection] | None = None,
) -> Packed:
    """Make the packet of an assessment.

    Args:
        workspace: Where collection, assessment and evidence are kept.
        out: The packet folder.
        prepared_by: Person or role on the cover.
        prepared_for: Reader on the cover.
        paper: Page size of the report.
        archive: Also write a zip.
        assessed: What this job assessed, and what it collected; without it, what was assessed last.

    Raises:
        UsageError: Nothing was assessed, the evidence changed since, or `out` cannot be written.
        PangoMissingError, ReportStoppedError: The packet was written without its PDF.
        StorageError: The disk failed.
    """
    demand_place(out, work=workspace.root.parent)
    if archive:
        demand_archive_place(out)
    with workspace.job():
        workspace.hold(create=False)
        assessment, collection = assessed or last_assessment(workspace)
        configuration = workspace.configuration(collection)
        names = (prepared_by or NOT_RECORDED, prepared_for or NOT_RECORDED)
        contents = packet_contents(assessment, collection, configuration, load_controls(), names, paper=paper)
        others = _evidence(workspace, collection) | input_files(contents, configuration)
        return _pack(out, contents, others, archive=archive)


def _pack(out: Path, contents: Contents, others: dict[str, bytes], *, archive: bool) -> Packed:
    contents, made, view = renderings(contents, tuple(others))
    payload = others | made
    missing = _add_report(payload, view, contents)
    info = bag_info(contents)
    digest = tag_manifest_digest(payload, info)
    notice = Notice(
        subject=contents.assessment.subject,
        as_of=contents.assessment.as_of,
        packet_id=contents.packet_id,
        evidence_index_sha256=contents.evidence_index_sha256,
        digest=digest,
    )
    dated = contents.assessment.as_of if archive else None
    target, notes = write_packet(out, payload, info, verify_text(notice), archive=dated)
    if missing is not None:
        raise missing
    bag = out / BAG / "data"
    return Packed(out, bag / "report.pdf", bag / "index.html", bag / "oscal", digest, target, notes)


def _add_report(payload: dict[str, bytes], view: PacketView, contents: Contents) -> TieoutError | None:
    """Put the PDF into the payload; where it cannot be made the packet goes without, and the error is told last."""
    try:
        payload["report.pdf"] = render_confined(view, contents.retention, attached(payload), paper=contents.paper)
    except (PangoMissingError, ReportStoppedError) as error:
        return error
    return None


def _evidence(workspace: Workspace, collection: Collection) -> dict[str, bytes]:
    payload: dict[str, bytes] = {"evidence/index.json": evidence_index(collection)}
    with workspace.store() as store:
        for item in collection.items:
            payload[f"evidence/{item.id}/artefact.json"] = store.get(item.stored_sha256)
            if item.copy_sha256 is not None:
                payload[f"evidence/{item.id}/{copy_name(item.provenance.path)}"] = store.get(item.copy_sha256)
            payload |= {file.path: store.get(file.sha256) for file in signed_files(item)}
    return payload
