"""`tieout run`: collect, assess and packet in one go."""

from dataclasses import replace

import typer

from tieout.cli.console import progress
from tieout.cli.gates import severity_gate, strict_gate
from tieout.cli.options import (
    DEFAULT_OUT,
    AsOfOption,
    AtOption,
    ConfigOption,
    DryRunOption,
    Format,
    FormatOption,
    NetworkOption,
    OutOption,
    OutsideOption,
    PaperOption,
    PeriodOption,
    PreparedByOption,
    PreparedForOption,
    StrictOption,
    UncommittedOption,
    ZipOption,
    run_options,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    *,
    config: ConfigOption = None,
    at: AtOption = "",
    as_of: AsOfOption = "",
    period: PeriodOption = "",
    allow_outside: OutsideOption = None,
    allow_network: NetworkOption = False,
    allow_uncommitted_config: UncommittedOption = False,
    out: OutOption = DEFAULT_OUT,
    prepared_by: PreparedByOption = "",
    prepared_for: PreparedForOption = "",
    paper: PaperOption = "Letter",
    archive: ZipOption = False,
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
    no_exit_codes: bool = typer.Option(False, "--no-exit-codes", help="Exit with 0 though gaps are open."),
    format_: FormatOption = Format.TEXT,
) -> None:
    """Collect, assess and make the packet, in one go.

    Exits with 11 to 14 for the worst open severity, low to critical.
    """
    from tieout import api
    from tieout.cli import results
    from tieout.cli.answers import answer_with_job, answer_with_plan

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
    workspace = api.Workspace(options.config, waiting=results.print_waiting)
    with progress("opening the repository") as told, workspace.job():
        api.demand_place(out, work=options.config.parent)
        if archive:
            api.demand_archive_place(out)
        collection, notes = api.collect(replace(options, progress=told), workspace)
        told.step("assessing")
        assessment = api.assess(workspace, collection)
        told.step("making the packet")
        packed = api.pack(
            workspace,
            out,
            prepared_by=prepared_by or None,
            prepared_for=prepared_for or None,
            paper=paper,
            archive=archive,
            assessed=(assessment, collection),
        )
    results.print_notes(notes)
    answer_with_job(assessment, packed, format_, config)
    strict_gate(collection, strict=strict)
    severity_gate(assessment, enabled=not no_exit_codes)
