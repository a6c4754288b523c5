"""`tieout snapshot`: the packet of a release, bound to its tag."""

from dataclasses import replace
from typing import Annotated

import typer

from tieout.cli.console import progress
from tieout.cli.options import (
    DEFAULT_OUT,
    AsOfOption,
    ConfigOption,
    Format,
    FormatOption,
    NetworkOption,
    OutOption,
    OutsideOption,
    PeriodOption,
    ZipOption,
    run_options,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("snapshot")(snapshot)


def snapshot(
    *,
    release: Annotated[str, typer.Option("--release", metavar="TAG", help="The tag of the release.")],
    config: ConfigOption = None,
    as_of: AsOfOption = "",
    period: PeriodOption = "",
    allow_outside: OutsideOption = None,
    allow_network: NetworkOption = False,
    out: OutOption = DEFAULT_OUT,
    archive: ZipOption = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Make the packet of a release, bound to its tag.

    Refused where the commit that is checked out, or its files, are not the tag's.
    """
    from tieout import api
    from tieout.cli.answers import answer_with_job
    from tieout.cli.results import print_waiting

    with progress("opening the repository") as told:
        asked = run_options(
            config, as_of=as_of, period=period, allow_outside=allow_outside, allow_network=allow_network
        )
        options = replace(asked, progress=told)
        workspace = api.Workspace(options.config, waiting=print_waiting)
        assessment, packed = api.snapshot(options, release, out, archive=archive, workspace=workspace)
    answer_with_job(assessment, packed, format_, config)
