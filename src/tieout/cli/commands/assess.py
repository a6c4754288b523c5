"""`tieout assess`: judge what was collected."""

import typer

from tieout.cli.console import progress
from tieout.cli.options import ConfigOption, Format, FormatOption, find_config


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("assess", rich_help_panel="Stages")(assess)


def assess(*, config: ConfigOption = None, format_: FormatOption = Format.TEXT) -> None:
    """Judge the collected evidence; all 72 subcategories get a verdict."""
    from tieout import api
    from tieout.cli import documents, results

    with progress("assessing"):
        assessment = api.assess(api.Workspace(find_config(config), waiting=results.print_waiting))
    if format_.is_json:
        documents.print_json("assessment", documents.assessment(assessment))
    else:
        results.print_assessment(assessment, config=config)
