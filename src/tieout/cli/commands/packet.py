"""`tieout packet`: make the packet of the last assessment."""

import typer

from tieout.cli.console import progress
from tieout.cli.options import (
    DEFAULT_OUT,
    ConfigOption,
    Format,
    FormatOption,
    OutOption,
    PaperOption,
    PreparedByOption,
    PreparedForOption,
    ZipOption,
    find_config,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("packet", rich_help_panel="Stages")(packet)


def packet(
    *,
    config: ConfigOption = None,
    out: OutOption = DEFAULT_OUT,
    prepared_by: PreparedByOption = "",
    prepared_for: PreparedForOption = "",
    paper: PaperOption = "Letter",
    archive: ZipOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Make the packet: report, page, OSCAL, evidence, inputs."""
    from tieout import api
    from tieout.cli import documents, results

    with progress("making the packet"):
        packed = api.pack(
            api.Workspace(find_config(config), waiting=results.print_waiting),
            out,
            prepared_by=prepared_by or None,
            prepared_for=prepared_for or None,
            paper=paper,
            archive=archive,
        )
    results.print_notes(packed.notes)
    if format_.is_json:
        documents.print_json("packet", documents.packet(packed))
    else:
        results.print_packet(packed)
