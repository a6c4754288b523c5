"""`tieout inspect`: what can be shown from a repository alone, without any configuration."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.options import Format, FormatOption, StrictOption

if TYPE_CHECKING:
    from tieout.api import Inspection


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inspect")(inspect)


def inspect(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="A work tree, a bare repository or a bundle.")
    ] = None,
    *,
    at: Annotated[str, typer.Option("--at", metavar="COMMIT", help="Commit, tag or branch; default: HEAD.")] = "",
    topic: Annotated[
        list[str] | None, typer.Option("--topic", metavar="KEY", help="This topic alone; may be repeated.")
    ] = None,
    places: Annotated[
        bool, typer.Option("--places", help="List every place, also what looks like evidence and does not count.")
    ] = False,
    strict: StrictOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Say what a repository shows by itself, by topic.

    Each fact has its places; nothing is configured and nothing is written. Of several repositories, `--format json`
    prints one document on each line; one that cannot be read is told, and the others are read.
    """
    from tieout import api
    from tieout.cli.console import progress

    given = paths or [Path()]
    only = tuple(topic or ())
    if len(given) == 1:
        with progress("reading") as steps:
            found = api.inspect_path(given[0], at=at, progress=steps, only=only)
        _print(found, as_json=format_.is_json, all_places=places)
        unread = bool(found.unread)
    else:
        unread = _several(given, at=at, only=only, as_json=format_.is_json, all_places=places)
    if unread and strict:
        raise api.UnreadableError("not everything could be read", hint="what was not is listed at the end of its list")


def _several(paths: list[Path], *, at: str, only: tuple[str, ...], as_json: bool, all_places: bool) -> bool:
    """Print one after the other; whether anything was unread.

    Raises:
        NothingCollectedError: None could be read.
    """
    from tieout import api
    from tieout.cli.console import errors, progress, write
    from tieout.cli.documents import titled

    inspected = refused = unread = 0
    with progress("reading") as steps:
        for found in api.inspect_paths(paths, at=at, progress=steps, only=only):
            if isinstance(found, api.Refused):
                refused += 1
                errors().print(f"tieout: {found.told}", markup=False)
                continue
            inspected += 1
            unread += bool(found.unread)
            if as_json:
                write(json.dumps(titled("inspection", found.as_json())))
            else:
                _print(found, as_json=False, all_places=all_places)
    if not inspected:
        raise api.NothingCollectedError("none of the repositories could be read", hint="each is told above")
    return bool(refused or unread)


def _print(found: "Inspection", *, as_json: bool, all_places: bool) -> None:
    from tieout.cli import documents
    from tieout.cli.inspecting import print_inspection

    if as_json:
        documents.print_json("inspection", found.as_json())
    else:
        print_inspection(found, all_places=all_places)
