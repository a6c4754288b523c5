"""What several commands answer with, for people or for programs: a plan, or a whole job."""

from pathlib import Path
from typing import TYPE_CHECKING

from tieout.cli import documents, results
from tieout.cli.console import progress
from tieout.cli.options import Format

if TYPE_CHECKING:
    from tieout.api import Assessment, Packed, RunOptions


def answer_with_plan(options: "RunOptions", format_: Format) -> None:
    """Print what a collection would read (a dry run)."""
    from tieout import api

    with progress("opening the repository"):
        target, planned = api.plan(options)
        notes = (*target.notes, *api.undeclared(target))
    results.print_notes(notes)
    if format_.is_json:
        documents.print_json("plan", documents.plan(planned))
    else:
        results.print_plan(planned)


def answer_with_job(assessment: "Assessment", packed: "Packed", format_: Format, config: Path | None) -> None:
    """Print an assessment and where its packet is."""
    results.print_notes(packed.notes)
    if format_.is_json:
        content = {"assessment": documents.assessment(assessment), "packet": documents.packet(packed)}
        documents.print_json("run", content)
    else:
        results.print_assessment(assessment, config=config)
        results.print_packet(packed)
