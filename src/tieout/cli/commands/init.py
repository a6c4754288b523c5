"""`tieout init`: ask (or take flags) and write a commented tieout.yaml."""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    *,
    path: Annotated[Path, typer.Option("--config", "-c", help="Where to write it.")] = Path("tieout.yaml"),
    system_id: Annotated[str, typer.Option("--id", help="Short stable name, such as claims-triage.")] = "",
    name: Annotated[str, typer.Option("--name", help="Name of the system.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="What it is for, in a sentence.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="The person accountable for the system.")] = "",
    owns: Annotated[
        list[str] | None,
        typer.Option("--owns", metavar="AREA=PERSON/DEPUTY", help="Who answers for an area; once for each."),
    ] = None,
    phase: Annotated[str, typer.Option("--phase", help="pilot or production.")] = "",
    risk_tier: Annotated[str, typer.Option("--risk-tier", help="low, moderate or high.")] = "",
    repository: Annotated[str, typer.Option("--repository", help="Path of the git repository.")] = ".",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what is not given stays open.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented tieout.yaml to fill in and commit."""
    from tieout.cli.console import say
    from tieout.config.template import AREAS, Answers, render_config
    from tieout.kernel.errors import ConfigError, UsageError

    _refuse(path, force=force)
    ask = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    folder = path.absolute().parent.name
    owners = _owners(owns or [], AREAS)
    answers = Answers(
        system_id=system_id or _ask("Short name (a-z, 0-9, -)", _slug(folder), ask=ask, good=_is_slug),
        name=name or _ask("Name of the system", folder.replace("-", " ").capitalize(), ask=ask),
        purpose=purpose or _ask("What is it for, in a sentence", "", ask=ask),
        owner=owner or _ask("Person accountable for it", "", ask=ask),
        phase=phase or _ask("Phase", "pilot", ask=ask, of=("pilot", "production")),
        risk_tier=risk_tier or _ask("Risk tier", "moderate", ask=ask, of=("low", "moderate", "high")),
        repository=repository,
        owners={
            area: owners.get(area) or _pair(_ask(f"Owner/deputy of {area} ({what})", "", ask=ask))
            for area, what in AREAS.items()
        },
    )
    try:
        text = render_config(answers)
    except ConfigError as error:
        raise UsageError(error.message, hint="`tieout init --help` says what each option takes") from error
    _write(path, text)
    say(f"Wrote {path}. Next:")
    say("1. fill in what is marked TO FILL IN or null, above all owners and sources", indent=2)
    say("2. git add and commit it: tieout reads it at the assessed commit", indent=2)
    say("3. tieout run --dry-run   lists what would be read", indent=2)
    say("4. tieout run             makes the packet", indent=2)


def _refuse(path: Path, *, force: bool) -> None:
    from tieout.kernel.errors import UsageError

    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError("is there and is not a plain file", hint="name another place with --config", where=str(path))
    if path.exists() and not force:
        raise UsageError("is there already", hint="edit it, or pass --force to replace it", where=str(path))


def _write(path: Path, text: str) -> None:
    from tieout.kernel.errors import UsageError

    part = path.with_name(f".{path.name}.tieout-part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint="name another place with --config", where=str(path)) from error


def _owners(given: Iterable[str], areas: Iterable[str]) -> dict[str, tuple[str, str]]:
    from tieout.kernel.errors import UsageError

    owners = {}
    for text in given:
        area, equals, names = text.partition("=")
        if not equals or area not in areas:
            message = f"--owns '{text}' is not AREA=PERSON/DEPUTY"
            raise UsageError(message, hint=f"areas: {', '.join(areas)}")
        owners[area] = _pair(names)
    return owners


def _pair(names: str) -> tuple[str, str]:
    person, _, deputy = names.partition("/")
    return person.strip(), deputy.strip()


def _ask(
    question: str, default: str, *, ask: bool, of: tuple[str, ...] = (), good: Callable[[str], bool] = lambda _: True
) -> str:
    if not ask:
        return default
    choices = f" ({', '.join(of)})" if of else ""
    while True:
        answer: str = typer.prompt(f"{question}{choices}", default=default, err=True, show_default=bool(default))
        if good(answer) and (not of or answer in of):
            return answer
        typer.echo("That does not fit; once more, please.", err=True)


def _slug(text: str) -> str:
    kept = "".join(character if character.isascii() and character.isalnum() else "-" for character in text.lower())
    slug = "-".join(part for part in kept.split("-") if part)
    return slug if _is_slug(slug) else "my-system"


def _is_slug(text: str) -> bool:
    from tieout.config.model import SYSTEM_ID

    return re.fullmatch(SYSTEM_ID, text) is not None
