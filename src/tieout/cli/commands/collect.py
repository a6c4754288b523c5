"""`tieout collect`: read the sources and keep the evidence."""

import typer

from tieout.cli.console import progress
from tieout.cli.gates import strict_gate
from tieout.cli.options import (
    AsOfOption,
    AtOption,
    ConfigOption,
    Format,
    FormatOption,
    PeriodOption,
    StrictOption,
    UncommittedOption,
    run_options,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("collect", rich_help_panel="Stages")(collect)


def collect(
    *,
    config: ConfigOption = None,
    at: AtOption = "",
    as_of: AsOfOption = "",
    period: PeriodOption = "",
    allow_uncommitted_config: UncommittedOption = False,
    dry_run: bool = typer.Option(False, "--dry-run", help="List what would be read, and stop."),
    strict: StrictOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Read the configured sources and keep the evidence in .tieout."""
    from tieout import api
    from tieout.cli import documents, results

    with progress("opening the repository") as told:
        options = run_options(
            config,
            progress=told,
            at=at,
            as_of=as_of,
            period=period,
            allow_uncommitted_config=allow_uncommitted_config,
        )
        if dry_run:
            target, planned = api.plan(options)
            notes = target.notes
        else:
            collection, notes = api.collect(options)
    results.print_notes(notes)
    if dry_run:
        if format_.is_json:
            documents.print_json("plan", documents.plan(planned))
        else:
            results.print_plan(planned)
        return
    if format_.is_json:
        documents.print_json("collection", documents.collection(collection))
    else:
        results.print_collection(collection)
    strict_gate(collection, strict=strict)
