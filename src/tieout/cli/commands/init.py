"""`tieout init`: ask (or take flags) and write a commented tieout.yaml."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tieout.api import Answers, Proposals

_LIMITS = "Limits, each in a line (see above)"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def _limit(says: str) -> Any:
    return typer.Option(metavar="LIMIT", rich_help_panel=_LIMITS, help=says)


def init(
    *,
    path: Annotated[Path, typer.Option("--config", "-c", help="Where to write it.")] = Path("tieout.yaml"),
    system_id: Annotated[str, typer.Option("--id", help="Short stable name, such as claims-triage.")] = "",
    name: Annotated[str, typer.Option("--name", help="Name of the system.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="What it is for, in a sentence.")] = "",
    owner: Annotated[
        str, typer.Option("--owner", metavar="PERSON/DEPUTY", help="Who is accountable for the system.")
    ] = "",
    owns: Annotated[
        list[str] | None,
        typer.Option(
            "--owns",
            metavar="AREA=PERSON/DEPUTY",
            help="Who answers for an area, once for each: operations, model_changes, data_quality, governance, budget.",
        ),
    ] = None,
    phase: Annotated[str, typer.Option("--phase", help="pilot or production.")] = "",
    risk_tier: Annotated[str, typer.Option("--risk-tier", help="low, moderate or high.")] = "",
    generative: Annotated[
        bool | None, typer.Option("--generative/--no-generative", help="Does it produce text, pictures or code?")
    ] = None,
    third_party: Annotated[
        bool | None,
        typer.Option("--third-party/--no-third-party", help="Does it use models, data or services of others?"),
    ] = None,
    repository: Annotated[str, typer.Option("--repository", help="Path of the git repository.")] = ".",
    found_at: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="PART=PATH",
            help="Where one is: gateway, alerts, pipelines, log, records … (docs/cli.md names all).",
        ),
    ] = None,
    accuracy: Annotated[str, _limit("Least share of right answers: TASK >= 0.90 share /400.")] = "",
    latency: Annotated[str, _limit("Most milliseconds of 19 in 20 answers: 4000 ms /1000.")] = "",
    cost: Annotated[str, _limit("Most US dollars a day: 50 USD per day /1000.")] = "",
    security: Annotated[str, _limit("Least share of requests that name who made them: 0.99 /1000.")] = "",
    compliance: Annotated[str, _limit("What people count, and how much is accepted: findings == 0 findings.")] = "",
    ownership: Annotated[str, _limit("The same, of ownership: vacant posts == 0 posts.")] = "",
    retain: Annotated[
        list[str] | None, typer.Option("--retain", metavar="ID", help="A retention rule; once for each.")
    ] = None,
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", metavar="FOLDER", help="Write a file to fill in for each kind of record there, and stop."
        ),
    ] = None,
    csv: Annotated[
        bool, typer.Option("--csv", help="With --records: the lists alone, as CSV tables for Excel and the like.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what is not given stays open.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented tieout.yaml to fill in and commit.

    On a terminal it asks for what no option gives. Places are proposed by what files hold,
    and by the usual names of logs and settings.
    A limit is said in a line: [WHAT OPERATOR] LIMIT [UNIT] [/LEAST N] [by OWNER], in quotes.
    """
    from tieout import api
    from tieout.cli.console import say
    from tieout.cli.interview import PHASES, TIERS, interviewed, pair
    from tieout.cli.record_templates import write_record_templates
    from tieout.cli.results import print_notes

    if records is not None:
        write_record_templates(records, tables=csv)
        return
    if csv:
        raise api.UsageError("--csv goes with --records", hint="tieout init --records FOLDER --csv")
    _refuse(path, force=force)
    asking = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    facts = {"--phase": phase, "--risk-tier": risk_tier, "--generative": generative, "--third-party": third_party}
    missing = [flag for flag, value in facts.items() if value in {None, ""}]
    if missing and not asking:
        flags = ", ".join(flag.replace("--", "--[no-]") if facts[flag] is None else flag for flag in missing)
        message = f"nobody is asked, and only you know: {flags}"
        raise api.UsageError(message, hint="give these options, or run it on a terminal without --yes")
    folder = path.absolute().parent
    found = _found(folder, repository)
    areas = _pairs("--owns", owns or [], api.AREAS)
    places = _pairs("--source", found_at or [], api.PARTS)
    limits = {
        "accuracy": accuracy,
        "latency": latency,
        "cost": cost,
        "security": security,
        "compliance": compliance,
        "ownership": ownership,
    }
    answers = api.Answers(
        system_id=system_id or _slug(folder.name),
        name=name or folder.name.replace("-", " ").capitalize() or "My system",
        purpose=purpose,
        owner=pair(owner, "--owner"),
        phase=phase or PHASES[0],
        risk_tier=risk_tier or TIERS[0],
        generative=bool(generative),
        third_party=bool(third_party),
        repository=repository,
        owners={area: pair(names, f"--owns {area}") for area, names in areas.items()},
        places=places,
        found=found.found,
        unread=found.unread,
        found_cards=found.cards,
        retention=tuple(retain or ()),
    )
    answers = _unread(_limited(answers, limits), folder)
    text = _rendered(answers)  # what the options say is checked before anybody is asked
    if asking:
        said = {"--id": system_id, "--name": name, "--purpose": purpose, "--owner": owner, "--retain": retain or ""}
        said |= {f"--{area}": line for area, line in limits.items()}
        given = {flag for flag, value in {**said, **facts}.items() if value is not None and value != ""}
        given |= {f"--owns {area}" for area in areas} | {f"--source {part}" for part in places}
        answers = _unread(interviewed(answers, given=given, folder=folder), folder)
        text = _rendered(answers)
    _write(path, text)
    print_notes([*api.unread_told(answers.unread), *_left_out(found)])
    say(f"Wrote {path}. {_counted(answers)}Next:")
    say("1. fill in what is TO FILL IN, null or []; take the # from the sources that you have", indent=2)
    say("2. write records into a folder that a source names; `tieout init --records FOLDER` puts a file", indent=2)
    say("   for each kind there, to be written over", indent=2)
    say("3. git add and commit all of it: tieout reads what is committed", indent=2)
    say("4. tieout run --dry-run   lists what would be read", indent=2)
    say("5. tieout run             makes the packet", indent=2)


def _counted(answers: "Answers") -> str:
    """What was found, in a sentence; nothing of it counts before somebody takes its `#` away."""
    from tieout import api

    found = {part: places for part, places in answers.found.items() if part not in answers.places}
    files = sum(place.files for places in found.values() for place in places)
    if not files:
        return ""
    what = ", ".join(api.part_name(part) for part in found)
    return f"In it, as comments: {what} ({files:,} {'file' if files == 1 else 'files'}). "


def _left_out(found: "Proposals") -> list[str]:
    """What was not looked at, so that nobody takes the proposals for all that there is."""
    told = []
    if files := found.left_out:
        them = "1 file of configuration was" if files == 1 else f"{files:,} files of configuration were"
        told.append(f"{them} not opened, being large or many; name what counts by hand")
    if not found.is_whole:
        told.append("there are very many files, and the deepest were not looked at; name what counts by hand")
    return told


def _rendered(answers: "Answers") -> str:
    from tieout import api

    try:
        api.retention_schedule().select(answers.retention)
        return api.render_config(answers)
    except api.ConfigError as error:
        raise api.UsageError(error.message, hint="`tieout init --help` says what each option takes") from error


def _limited(answers: "Answers", limits: Mapping[str, str]) -> "Answers":
    """The answers with the limits that options say."""
    from tieout import api
    from tieout.cli.interview import with_limit

    for area, line in limits.items():
        try:
            answers = with_limit(answers, area, line) if line else answers
        except api.UsageError as error:
            raise api.UsageError(f"--{area}: {error.message}", hint=error.hint) from error
    return answers


def _refuse(path: Path, *, force: bool) -> None:
    from tieout.kernel.errors import UsageError
    from tieout.kernel.writing import part_name, refuse_link

    refuse_link(part_name(path))
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError("is there and is not a plain file", hint="name another place with --config", where=str(path))
    if path.exists() and not force:
        raise UsageError("is there already", hint="edit it, or pass --force to replace it", where=str(path))


def _write(path: Path, text: str) -> None:
    from tieout.kernel.errors import UsageError
    from tieout.kernel.writing import made_whole

    try:
        with made_whole(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint="name another place with --config", where=str(path)) from error


def _found(folder: Path, repository: str) -> "Proposals":
    """What the repository holds, each place as it is written in the file."""
    from tieout import api

    found = api.propose(folder / repository)
    step = "" if repository == "." else f"{repository.rstrip('/')}/"
    return replace(
        found,
        found={
            part: tuple(replace(place, path=f"{step}{place.path}") for place in places)
            for part, places in found.found.items()
        },
        unread={f"{step}{place}": whose for place, whose in found.unread.items()},
    )


def _unread(answers: "Answers", folder: Path) -> "Answers":
    """The answers with whose configuration was named for the gateway, where this version does not read it."""
    from tieout import api

    named = answers.places.get("gateway", "")
    told = api.read_told(folder / named) if named and "://" not in named else None
    if told is None:
        return answers
    if told.format is not None:
        return replace(answers, formats={**answers.formats, named: told.format})
    return replace(answers, unread={**answers.unread, named: told.product})


def _pairs(option: str, given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    from tieout.kernel.errors import UsageError

    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not value or name not in known:
            if not equals:
                wrong = "this is not NAME=VALUE"
            else:
                wrong = "nothing stands behind =" if name in known else f"'{name}' is none of its names"
            message = f"{option} '{text}': {wrong}"
            raise UsageError(message, hint=f"names: {', '.join(known)}")
        pairs[name] = value
    return pairs


def _slug(text: str) -> str:
    kept = "".join(character if character.isascii() and character.isalnum() else "-" for character in text.lower())
    slug = "-".join(part for part in kept.split("-") if part)
    return slug if _is_slug(slug) else "my-system"


def _is_slug(text: str) -> bool:
    from tieout import api

    return re.fullmatch(api.SYSTEM_ID, text) is not None
