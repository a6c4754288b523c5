"""`tieout verify`: is a packet complete and unchanged, and what its evidence gives?"""

from collections.abc import Iterator, Sequence
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
        bool,
        typer.Option("--reperform", help="Also derive facts from their copies, and make OSCAL, page and report again."),
    ] = False,
    digests_only: Annotated[
        bool, typer.Option("--digests-only", help="Do nothing again, only compare digests.")
    ] = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Check that a packet is complete and unchanged.

    Every digest is computed again, and its evidence is assessed again; what differs, is missing or added is named.
    Exits with 5 if anything is wrong, or if what was asked for could not be done again or took too long.
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

    bad, open_ = Text("✕ ", style="red"), Text("○ ", style="dim")
    good = Text("● ", style="green") if found.verified else open_
    for problem in found.problems:
        say(bad, problem)
    print_notes(found.notes)
    if not found.problems:
        say(good, _basis(found))
    for told in _done(found):
        say(good, told)
    for told in _failed(found):
        say(bad, told)
    for told in _left(found):
        say(open_, told)
    if found.verified:
        signature = "a signature is there; this version does not check it, so count it as none"
        ending = "Nothing above shows who made it: compare this digest with one you got by another way:"
        say(f"Signature: {signature if found.signed else 'UNSIGNED'}. {ending}")


def _basis(found: "Verification") -> str:
    """What the answer rests on."""
    done = [part.name for part in found.parts if part.state != "not-done"]
    again = f"only its {done[0]} was done again" if done else "nothing was done again"
    ending = "" if len(done) > 1 else f"; {again}"
    return (
        f"By the manifests: each of {found.files} listed files is whole, no other is there, and its indexes agree"
        f"{ending}. Who writes the manifests anew can exchange any file."
    )


def _done(found: "Verification") -> Iterator[str]:
    """What was done again with no difference; of a part that is made of items, how many."""
    same = [part for part in found.parts if part.state == "same"]
    if same:
        names = [f"{part.name} of {part.items} of {part.of} items" if part.of else part.name for part in same]
        yield f"Done again from its inputs, with no difference: {_listed(names)}."


def _failed(found: "Verification") -> Iterator[str]:
    """What was asked for and not done, or is not the same."""
    for why in dict.fromkeys(part.why for part in found.unmet if part.state == "not-done"):
        names = [part.name for part in found.unmet if (part.state, part.why) == ("not-done", why)]
        yield f"Not done again: {_listed(names)}: {why}."
    for part in found.unmet:
        if part.state == "differs" and not found.problems:
            yield f"Done again, and not the same: {part.name}: {part.why}."


def _left(found: "Verification") -> Iterator[str]:
    """What was not asked for, or cannot be done again by anybody from the packet alone."""
    for part in found.parts:
        if part.left and part.state != "not-done":
            kinds = "; ".join(f"{left.what} ({left.items})" for left in part.left)
            yield f"Of its {part.name} not done again, as the packet does not hold where they came from: {kinds}."
    if names := [part.name for part in found.parts if not part.asked]:
        yield f"Not asked to be done again, so only compared with the manifests: {_listed(names)}."


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
