"""`tieout run`: collect, assess and packet in one go."""

import typer

from tieout.cli.console import progress
from tieout.cli.gates import severity_gate, strict_gate
from tieout.cli.options import (
    DEFAULT_OUT,
    AsOfOption,
    AtOption,
    ConfigOption,
    Format,
    FormatOption,
    OutOption,
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
    allow_uncommitted_config: UncommittedOption = False,
    out: OutOption = DEFAULT_OUT,
    prepared_by: PreparedByOption = "",
    prepared_for: PreparedForOption = "",
    paper: PaperOption = "Letter",
    archive: ZipOption = False,
    dry_run: bool = typer.Option(False, "--dry-run", help="List what would be read, and stop."),
    strict: StrictOption = False,
    no_exit_codes: bool = typer.Option(False, "--no-exit-codes", help="Exit with 0 though gaps are open."),
    format_: FormatOption = Format.TEXT,
) -> None:
    """Collect, assess and make the packet, in one go.

    Exits with 11 to 14 for the worst open severity, low to critical.
    """
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
        else:
            api.demand_place(out)
            collection, notes = api.collect(options)
            workspace = api.Workspace(options.config)
            told.step("assessing")
            assessment = api.assess(workspace)
            told.step("making the packet")
            packed = api.pack(
                workspace,
                out,
                prepared_by=prepared_by or None,
                prepared_for=prepared_for or None,
                paper=paper,
                archive=archive,
            )
    if dry_run:
        results.print_notes(target.notes)
        if format_.is_json:
            documents.print_json("plan", documents.plan(planned))
        else:
            results.print_plan(planned)
        return
    results.print_notes(notes)
    if format_.is_json:
        documents.print_json(
            "run", {"assessment": documents.assessment(assessment), "packet": documents.packet(packed)}
        )
    else:
        results.print_assessment(assessment)
        results.print_packet(packed)
    strict_gate(collection, strict=strict)
    severity_gate(assessment, enabled=not no_exit_codes)
