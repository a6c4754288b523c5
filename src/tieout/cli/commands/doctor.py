"""`tieout doctor`: what this machine has, what is missing, and the line that installs it."""

import typer

from tieout.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", rich_help_panel="Help")(doctor)


def doctor(*, format_: FormatOption = Format.TEXT) -> None:
    """Check what tieout needs on this machine.

    Exits with 2 if something that tieout cannot do without is missing.
    """
    from rich.text import Text

    from tieout.cli import documents
    from tieout.cli.console import say
    from tieout.cli.diagnosis import diagnose
    from tieout.kernel.errors import ExitCode

    findings = diagnose()
    if format_.is_json:
        documents.print_json("doctor", {"checks": [finding.as_dict() for finding in findings]})
    else:
        for finding in findings:
            shape, colour = ("●", "green") if finding.good else (("✕", "red") if finding.needed else ("○", "yellow"))
            say(Text(shape, style=colour), f" {finding.name}: {finding.detail}")
            if not finding.good:
                say(finding.remedy, indent=4)
    if any(finding.needed and not finding.good for finding in findings):
        raise typer.Exit(ExitCode.USAGE)
