"""`tieout evidence add`: take a document in as it is, with a sidecar that says what it is."""

from pathlib import Path
from typing import Annotated

import typer

from tieout.cli.front import Front, Listed
from tieout.cli.options import ConfigOption, Format, FormatOption, run_options


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(cls=Front, no_args_is_help=True, help="Take in documents as they are: PDF, Word, pictures.")
    group.command("add", cls=Listed)(add)
    app.add_typer(group, name="evidence")


def add(
    file: Annotated[Path, typer.Argument(help="The document.")],
    *,
    as_: Annotated[
        str, typer.Option("--as", metavar="TYPE", help="What it is, such as ai_policy, drill_record or inventory.")
    ],
    effective: Annotated[
        str, typer.Option("--effective", metavar="DAY|START/END", help="The day or the time that it speaks of.")
    ],
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Who hands it in; a person of the roster.")],
    title: Annotated[str, typer.Option("--title", help="Title of the document; default: its file name.")] = "",
    note: Annotated[str, typer.Option("--note", help="What else there is to say.")] = "",
    into: Annotated[
        Path | None, typer.Option("--into", metavar="FOLDER", help="Copy the document there first.")
    ] = None,
    config: ConfigOption = None,
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="DAY", help="Day of the entry; default: SOURCE_DATE_EPOCH, or today."),
    ] = "",
    format_: FormatOption = Format.TEXT,
) -> None:
    """Write a sidecar with the document's digest beside it.

    The document is hashed, and looked through for credentials alone: it shows that somebody handed something in, and
    answers no question of a rule. Commit both files; a records source that provides `document` then lists them in the
    packet.
    """
    from tieout import api
    from tieout.cli import documents
    from tieout.cli.console import rows
    from tieout.cli.results import print_notes

    wanted = api.Adding(
        file=file,
        type=as_,
        days=api.parse_days(effective),
        owner=owner,
        title=title,
        into=into,
        note=note,
    )
    added = api.add_evidence(run_options(config, as_of=as_of), wanted)
    print_notes(added.notes)
    said = added.sidecar
    if format_.is_json:
        told = {"document": added.document.as_posix(), "sidecar": added.path.as_posix(), **said.as_json()}
        documents.print_json("evidence-added", {**told, "notes": list(added.notes)})
        return
    rows(
        [
            ("Document", added.document.as_posix()),
            ("Sidecar", added.path.as_posix()),
            ("As", f"{said.type}, {said.media_type}, {said.size:,} bytes"),
            ("SHA-256", said.sha256),
            ("In a packet", "as it is; nothing in it is masked" if added.is_shown else "its digest only"),
        ]
    )
