"""`tieout verify`: is a packet complete and unchanged, and what its evidence gives?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.options import Format, FormatOption

if TYPE_CHECKING:
    from tieout.api import Verification


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    packet: Annotated[Path, typer.Argument(help="Folder of the packet.")],
    *,
    reperform: Annotated[
        bool, typer.Option("--reperform", help="Also make OSCAL, page and report again, and compare them.")
    ] = False,
    digests_only: Annotated[
        bool, typer.Option("--digests-only", help="Do nothing again, only compare digests.")
    ] = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Check that a packet is complete and unchanged.

    Every digest is computed again, and its evidence is assessed again; what differs, is missing or added is named.
    Exits with 5 if anything is wrong, or if what was asked for could not be done again.
    """
    from tieout import api
    from tieout.cli import documents

    found = api.verify_packet(packet, reperform=reperform, digests_only=digests_only)
    if format_.is_json:
        documents.print_json("verification", documents.verification(found))
    else:
        _print(found)
    where = str(packet)
    if found.problems:
        count = "1 problem" if len(found.problems) == 1 else f"{len(found.problems)} problems"
        message = f"the packet does not verify: {count}, the first: {found.problems[0]}"
        raise api.VerificationError(message, hint="get it again from its maker", where=where)
    if found.unmet:
        part = found.unmet[0]
        message = f"the packet is not verified: its {part.name} was not confirmed: {part.why}"
        hint = "verify it with the version and libraries that made it; `--digests-only` asks for its digests alone"
        raise api.VerificationError(message, hint=hint, where=where)
    if not format_.is_json:
        from rich.text import Text

        from tieout.cli.console import output

        output().print(Text(found.digest))


def _print(found: "Verification") -> None:
    """What was found: a green mark only where all that was asked for was done and nothing differs."""
    from rich.text import Text

    from tieout.cli.console import say
    from tieout.cli.results import print_notes

    for problem in found.problems:
        say(Text("✕ ", style="red"), problem)
    print_notes(found.notes)
    good, open_ = Text("● ", style="green"), Text("○ ", style="dim")
    if found.verified:
        say(good, f"{found.files} files are complete and unchanged.")
    elif not found.problems:
        say(open_, f"{found.files} files are as the manifests say; who writes those anew can exchange any file.")
    if found.reperformed:
        told = f"Done again from its inputs, with no difference: {_listed(found.reperformed)}."
        say(good if found.verified else open_, told)
    for why in dict.fromkeys(part.why for part in found.unmet if part.state == "not-done"):
        names = [part.name for part in found.unmet if (part.state, part.why) == ("not-done", why)]
        say(Text("✕ ", style="red"), f"Not done again: {_listed(names)}: {why}.")
    for part in found.unmet:
        if part.state == "differs" and not found.problems:
            say(Text("✕ ", style="red"), f"Done again, and not the same: {part.name}: {part.why}.")
    if names := [part.name for part in found.parts if not part.asked]:
        say(open_, f"Not asked to be done again, so only compared with the manifests: {_listed(names)}.")
    if found.verified:
        signature = "a signature is there; this version does not check it, so count it as none"
        ending = "Compare this digest with one you got by another way:"
        say(f"Signature: {signature if found.signed else 'UNSIGNED'}. {ending}")


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
