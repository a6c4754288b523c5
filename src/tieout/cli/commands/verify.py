"""`tieout verify`: is a packet complete and unchanged?"""

from pathlib import Path
from typing import Annotated

import typer

from tieout.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def _listed(parts: tuple[str, ...]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def verify(
    packet: Annotated[Path, typer.Argument(help="Folder of the packet.")],
    *,
    reperform: Annotated[
        bool, typer.Option("--reperform", help="Also write OSCAL and page again, and compare them.")
    ] = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Check that a packet is complete and unchanged.

    Every digest is computed again, and its evidence is assessed again; what differs, is missing or added is named.
    Exits with 5 if anything is wrong.
    """
    from rich.text import Text

    from tieout import api
    from tieout.cli import documents
    from tieout.cli.console import output, say
    from tieout.cli.results import print_notes
    from tieout.kernel.errors import VerificationError

    found = api.verify_packet(packet, reperform=reperform)
    if format_.is_json:
        documents.print_json("verification", documents.verification(found))
    for problem in () if format_.is_json else found.problems:
        say(Text("✕ ", style="red"), problem)
    if not format_.is_json:
        print_notes(found.notes)
    if found.problems:
        count = "1 problem" if len(found.problems) == 1 else f"{len(found.problems)} problems"
        message = f"the packet does not verify: {count}, the first: {found.problems[0]}"
        raise VerificationError(message, hint="get it again from its maker", where=str(packet))
    if reperform and not found.reperformed:
        message = f"the packet was not done again: {found.not_reperformed}"
        raise VerificationError(message, hint="use the version that made it", where=str(packet))
    if not format_.is_json:
        signature = "a signature is there; this version does not check it" if found.signed else "UNSIGNED"
        say(Text("● ", style="green"), f"{found.files} files are complete and unchanged.")
        if found.reperformed:
            parts = _listed(found.reperformed)
            say(Text("● ", style="green"), f"Done again from its inputs, with no difference: {parts}.")
        say(f"Signature: {signature}. Compare this digest with one you got by another way:")
        output().print(Text(found.digest))
