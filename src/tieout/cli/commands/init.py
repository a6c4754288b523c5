"""`tieout init`: ask (or take flags) and write a commented tieout.yaml."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.questions import ask, choose, confirm, is_number

if TYPE_CHECKING:
    from tieout.api import Answers, Limit, Proposals

_PHASES = ("pilot", "production")
_TIERS = ("low", "moderate", "high")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


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
        typer.Option("--owns", metavar="AREA=PERSON/DEPUTY", help="Who answers for an area; once for each."),
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
            help="Where one is: gateway, alerts, flags, settings, log, results, records.",
        ),
    ] = None,
    accuracy: Annotated[
        str, typer.Option("--accuracy", metavar="TASK=LIMIT/N", help="Least accuracy, in at least N samples.")
    ] = "",
    latency: Annotated[
        str, typer.Option("--latency", metavar="MS", help="Most milliseconds of 19 in 20 answers.")
    ] = "",
    retain: Annotated[
        list[str] | None, typer.Option("--retain", metavar="ID", help="A retention rule; once for each.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what is not given stays open.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented tieout.yaml to fill in and commit.

    On a terminal it asks for what no option gives. Places are proposed where files of a usual name are found.
    """
    from tieout import api
    from tieout.cli.console import say

    _refuse(path, force=force)
    asking = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    facts = {"--phase": phase, "--risk-tier": risk_tier, "--[no-]generative": generative}
    facts["--[no-]third-party"] = third_party
    missing = [flag for flag, value in facts.items() if value in {None, ""}]
    if missing and not asking:
        message = f"nobody is asked, and only you know: {', '.join(missing)}"
        raise api.UsageError(message, hint="give these options, or run it on a terminal without --yes")
    folder = path.absolute().parent.name
    found = _found(path, repository)
    areas = _owners(owns or [], api.AREAS)
    places = _pairs("--source", found_at or [], api.PARTS)

    def said(given: str, question: str, proposal: str = "", *, empty: bool = True) -> str:
        return given or (ask(question, proposal, empty=empty) if asking else proposal)

    system_id = system_id or _slug(folder) if not asking or system_id else _asked_id(folder)
    name = said(name, "Name of the system", folder.replace("-", " ").capitalize())
    purpose = said(purpose, "What is it for, in a sentence")
    system_owner = _pair(said(owner, "Person accountable for it, and a deputy (Name/Name)"))
    phase = phase or choose("Phase", _PHASES)
    risk_tier = risk_tier or choose("Risk tier", _TIERS)
    generative = confirm("Does it produce text, pictures or code") if generative is None else generative
    third_party = confirm("Does it use models, data or services of others") if third_party is None else third_party
    owners = {
        area: areas.get(area) or _pair(said("", f"Owner/deputy of {area} ({what})")) for area, what in api.AREAS.items()
    }
    if asking:
        for part, what in api.PARTS.items():
            places[part] = places.get(part) or ask(f"Where is it: {what}; empty: none", found.places.get(part, ""))
    answers = api.Answers(
        system_id=system_id,
        name=name,
        purpose=purpose,
        owner=system_owner,
        phase=phase,
        risk_tier=risk_tier,
        generative=generative,
        third_party=third_party,
        repository=repository,
        owners=owners,
        places={part: place for part, place in places.items() if place},
        found=found.places,
        cards=_cards(found) if asking else (),
        found_cards=found.cards,
        accuracy=_accuracy(accuracy, owners["model_changes"][0], asking=asking),
        latency=_latency(latency, owners["operations"][0], asking=asking),
        retention=tuple(retain or (_retention() if asking else ())),
    )
    _write(path, _rendered(answers))
    say(f"Wrote {path}. Next:")
    say("1. fill in what is marked TO FILL IN or null, and look through the sources", indent=2)
    say("2. write the records: tieout schema --list; tieout schema drill_record --example", indent=2)
    say("3. git add and commit it: tieout reads it at the assessed commit", indent=2)
    say("4. tieout run --dry-run   lists what would be read", indent=2)
    say("5. tieout run             makes the packet", indent=2)


def _rendered(answers: "Answers") -> str:
    from tieout import api

    try:
        api.retention_schedule().select(answers.retention)
        return api.render_config(answers)
    except api.ConfigError as error:
        raise api.UsageError(error.message, hint="`tieout init --help` says what each option takes") from error


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


def _found(path: Path, repository: str) -> "Proposals":
    """What the repository holds, each place as it is written in the file."""
    from tieout import api

    found = api.propose(path.absolute().parent / repository)
    step = "" if repository == "." else f"{repository.rstrip('/')}/"
    return api.Proposals({part: f"{step}{place}" for part, place in found.places.items()}, found.cards)


def _cards(found: "Proposals") -> tuple[str, ...]:
    return tuple(card for card in found.cards if confirm(f"A {card.replace('_', ' ')} was found; does it count"))


def _owners(given: Iterable[str], areas: Iterable[str]) -> dict[str, tuple[str, str]]:
    return {area: _pair(names) for area, names in _pairs("--owns", given, areas).items()}


def _pairs(option: str, given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    from tieout.kernel.errors import UsageError

    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not value or name not in known:
            message = f"{option} '{text}' is not NAME=VALUE of a known name"
            raise UsageError(message, hint=f"names: {', '.join(known)}")
        pairs[name] = value
    return pairs


def _pair(names: str) -> tuple[str, str]:
    person, _, deputy = names.partition("/")
    return person.strip(), deputy.strip()


def _accuracy(given: str, owner: str, *, asking: bool) -> "Limit | None":
    """A least accuracy; its owner is asked for, with the owner of model changes as proposal."""
    from tieout import api

    if given:
        task, _, rest = given.rpartition("=")
        limit, _, samples = rest.partition("/")
        if not task or not is_number(limit) or not (samples.isdecimal() or not samples):
            message = f"--accuracy '{given}' is not TASK=LIMIT/N"
            raise api.UsageError(message, hint="such as triage=0.90/400")
        return api.Limit(float(limit), task, int(samples) if samples else None)
    task = ask("Accuracy: task of the evaluation; empty: set later") if asking else ""
    if not task:
        return None
    limit = ask("  least share of right answers, such as 0.90", good=is_number, empty=False)
    samples = ask("  least number of samples", good=str.isdecimal)
    return api.Limit(float(limit), task, int(samples) if samples else None, ask("  who answers for it", owner))


def _latency(given: str, owner: str, *, asking: bool) -> "Limit | None":
    """A latency limit; its owner is asked for, with the owner of operations as proposal."""
    from tieout import api

    if given and not is_number(given):
        raise api.UsageError(f"--latency '{given}' is not a number of milliseconds", hint="such as 4000")
    if given:
        return api.Limit(float(given))
    limit = ask("Latency: most milliseconds of 19 in 20 answers; empty: set later", good=is_number) if asking else ""
    return api.Limit(float(limit), owner=ask("  who answers for it", owner)) if limit else None


def _retention() -> list[str]:
    """Ids of the schedule; `?` lists it."""
    from tieout import api

    schedule = {rule.id: rule for rule in api.retention_schedule().rules}
    while True:
        answer = ask("Retention rules by id, with blanks between; ? lists them, empty: set later")
        wanted = answer.replace(",", " ").split()
        if wanted == ["?"]:
            for rule in schedule.values():
                typer.echo(f"  {rule.id}: {rule.applies}; {rule.what}; {rule.period or 'no fixed period'}", err=True)
        elif unknown := [one for one in wanted if one not in schedule]:
            typer.echo(f"Not in the schedule: {', '.join(unknown)}", err=True)
        else:
            return wanted


def _asked_id(folder: str) -> str:
    return ask("Short name (a-z, 0-9, -)", _slug(folder), good=_is_slug)


def _slug(text: str) -> str:
    kept = "".join(character if character.isascii() and character.isalnum() else "-" for character in text.lower())
    slug = "-".join(part for part in kept.split("-") if part)
    return slug if _is_slug(slug) else "my-system"


def _is_slug(text: str) -> bool:
    from tieout import api

    return re.fullmatch(api.SYSTEM_ID, text) is not None
