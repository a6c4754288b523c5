"""`tieout init`: ask (or take flags) and write a commented tieout.yaml."""

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
    phase: Annotated[str, typer.Option("--phase", help="pilot or production.")] = "",
    risk_tier: Annotated[str, typer.Option("--risk-tier", help="low, moderate or high.")] = "",
    repository: Annotated[str, typer.Option("--repository", help="Path of the git repository.")] = ".",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what is not given stays open.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented tieout.yaml to fill in and commit."""
    from tieout.cli.console import errors, output
    from tieout.config.template import Answers, render_config
    from tieout.kernel.errors import UsageError

    if path.exists() and not force:
        raise UsageError("is there already", hint="edit it, or pass --force to replace it", where=str(path))
    ask = not yes and errors().is_terminal
    folder = path.absolute().parent.name
    answers = Answers(
        system_id=system_id or _ask("Short name (a-z, 0-9, -)", _slug(folder), ask=ask),
        name=name or _ask("Name of the system", folder.replace("-", " ").capitalize(), ask=ask),
        purpose=purpose or _ask("What is it for, in a sentence", "", ask=ask),
        owner=owner or _ask("Person accountable for it", "", ask=ask),
        phase=phase or _ask("Phase (pilot, production)", "pilot", ask=ask),
        risk_tier=risk_tier or _ask("Risk tier (low, moderate, high)", "moderate", ask=ask),
        repository=repository,
    )
    text = render_config(answers)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint="name another place with --config", where=str(path)) from error
    output().print(f"Wrote {path}. Next:", markup=False)
    output().print("  1. fill in what is marked TO FILL IN, above all owners and sources", markup=False)
    output().print("  2. git add and commit it: tieout reads it at the assessed commit", markup=False)
    output().print("  3. tieout run --dry-run   lists what would be read", markup=False)
    output().print("  4. tieout run             makes the packet", markup=False)


def _ask(question: str, default: str, *, ask: bool) -> str:
    if not ask:
        return default
    answer: str = typer.prompt(question, default=default, err=True)
    return answer


def _slug(text: str) -> str:
    kept = "".join(character if character.isascii() and character.isalnum() else "-" for character in text.lower())
    slug = "-".join(part for part in kept.split("-") if part)
    return slug if slug and slug[0].isalpha() and len(slug) > 1 else "my-system"
