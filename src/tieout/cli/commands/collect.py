"""`tieout collect`: read the sources and keep the evidence."""

from dataclasses import replace

import typer

from tieout.cli.console import progress
from tieout.cli.gates import strict_gate
from tieout.cli.options import (
    AsOfOption,
    AtOption,
    ConfigOption,
    DryRunOption,
    Format,
    FormatOption,
    NetworkOption,
    OutsideOption,
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
    allow_outside: OutsideOption = None,
    allow_network: NetworkOption = False,
    allow_uncommitted_config: UncommittedOption = False,
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Read the configured sources and keep the evidence in .tieout."""
    from tieout import api
    from tieout.cli import documents, results
    from tieout.cli.answers import answer_with_plan

    options = run_options(
        config,
        at=at,
        as_of=as_of,
        period=period,
        allow_outside=allow_outside,
        allow_network=allow_network,
        allow_uncommitted_config=allow_uncommitted_config,
    )
    if dry_run:
        answer_with_plan(options, format_)
        return
    with progress("opening the repository") as told:
        workspace = api.Workspace(options.config, waiting=results.print_waiting)
        collection, notes = api.collect(replace(options, progress=told), workspace)
    results.print_notes(notes)
    if format_.is_json:
        documents.print_json("collection", documents.collection(collection))
    else:
        results.print_collection(collection)
    strict_gate(collection, strict=strict)
