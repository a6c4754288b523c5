"""`tieout schema`: the published schemas, and an example of each record that people write."""

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", rich_help_panel="Help")(schema)


def schema(
    what: Annotated[
        str, typer.Argument(help="config, inspection, or the artefact of a record, such as drill_record.")
    ] = "config",
    *,
    names: Annotated[bool, typer.Option("--list", help="Name what there is, and stop.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Print a record with comments to start from.")] = False,
) -> None:
    """Print the JSON Schema of tieout.yaml or of a record, or an example.

    `tieout schema --list` names what there is: also inspections, statements that were signed, and sidecars.
    """
    from tieout import api
    from tieout.cli.console import rows

    if names:
        rows(
            [
                ("config", "tieout.yaml"),
                ("inspection", "what `tieout inspect --format json` prints"),
                *((name, api.title_of(name)) for name in api.RECORDS),
                ("attestation", "the statement that `tieout attest` signs"),
                ("document", "the sidecar that `tieout evidence add` writes"),
            ]
        )
        return
    if example and what == "config":
        raise api.UsageError("tieout.yaml has no example", hint="`tieout init` writes one for your system")
    if example and what == "inspection":
        raise api.UsageError("an inspection has no example", hint="`tieout inspect --format json` prints one")
    if example:
        typer.echo(api.record_example(what), nl=False)
        return
    made = {"config": api.config_schema, "inspection": api.inspection_schema}
    content = made[what]() if what in made else api.record_schema(what)
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
