"""`tieout schema`: the published schemas."""

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", rich_help_panel="Help")(schema)


def schema(what: Annotated[str, typer.Argument(help="config")] = "config") -> None:
    """Print the JSON Schema of tieout.yaml."""
    from tieout import api
    from tieout.kernel.errors import UsageError

    if what != "config":
        message = f"there is no schema '{what}'"
        raise UsageError(message, hint="known: config")
    typer.echo(json.dumps(api.config_schema(), indent=2, ensure_ascii=False))
