"""Options that several commands share, and how they become a run's options."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tieout.api import RunOptions

CONFIG_NAMES = ("tieout.yaml", "tieout.yml", ".github/tieout.yaml")


class Format(StrEnum):
    """How a command prints its result; `json` is today's name of `json-v1`."""

    TEXT = "text"
    JSON = "json"
    JSON_V1 = "json-v1"

    @property
    def is_json(self) -> bool:
        """Whether data for programs is wanted."""
        return self is not Format.TEXT


ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="TIEOUT_CONFIG", help="The configuration; default: tieout.yaml here."),
]
AtOption = Annotated[str, typer.Option("--at", metavar="COMMIT", help="Commit, tag or branch to assess.")]
AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="TIME", help="The instant to speak of; default: the commit's date.")
]
PeriodOption = Annotated[str, typer.Option("--period", metavar="START/END", help="The assessed period.")]
UncommittedOption = Annotated[
    bool, typer.Option("--allow-uncommitted-config", help="Use tieout.yaml as it lies there, though not committed.")
]
OutsideOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow-outside",
        metavar="PATH",
        help="Also read sources here, outside the folder that holds the repository; may be repeated.",
    ),
]
NetworkOption = Annotated[
    bool,
    typer.Option("--allow-network", help="Let sources that name a server ask it, with the token of the environment."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="text, or json for programs.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit with 4 if any input was unreadable.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="List what would be read, and stop.")]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="Folder for the packet.")]
PaperOption = Annotated[Literal["Letter", "A4"], typer.Option("--paper", case_sensitive=False, help="Page size.")]
ZipOption = Annotated[bool, typer.Option("--zip", help="Also write a deterministic archive of the packet.")]
PreparedByOption = Annotated[str, typer.Option("--prepared-by", help="Person or role that stands on the cover.")]
PreparedForOption = Annotated[str, typer.Option("--prepared-for", help="Reader that stands on the cover.")]

DEFAULT_OUT = Path("tieout-packet")


def find_config(given: Path | None) -> Path:
    """The configuration named, or the first of the usual names here."""
    if given is not None:
        return given
    for name in CONFIG_NAMES:
        if Path(name).is_file():
            return Path(name)
    return Path(CONFIG_NAMES[0])


def run_options(
    config: Path | None,
    *,
    at: str = "",
    as_of: str = "",
    period: str = "",
    allow_outside: Sequence[Path] | None = None,
    allow_network: bool = False,
    allow_uncommitted_config: bool = False,
) -> "RunOptions":
    """The options of a run; this is the one place that reads the clock.

    Raises:
        UsageError: A time or a period is not one.
    """
    from tieout.api import RunOptions, parse_period
    from tieout.kernel.errors import UsageError

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not epoch.isdecimal():
        message = f"SOURCE_DATE_EPOCH is '{epoch}', not a number of seconds"
        raise UsageError(message, hint="unset it, or set it to seconds since 1970")
    return RunOptions(
        config=find_config(config),
        now=datetime.now(UTC),
        at=at,
        as_of=_instant(as_of) if as_of else None,
        source_date_epoch=int(epoch) if epoch else None,
        period=parse_period(period) if period else None,
        allow_outside=tuple(allow_outside or ()),
        allow_network=allow_network,
        allow_uncommitted_config=allow_uncommitted_config,
    )


def _instant(text: str) -> datetime:
    from tieout.kernel.clock import parse_stated
    from tieout.kernel.errors import UsageError

    try:
        return parse_stated(text)
    except OverflowError as error:  # the first or last hours of the calendar, in another zone
        raise UsageError(f"'{text}' leaves the calendar (years 1 to 9999)", hint="write 2026-11-22") from error
