"""`tieout attest`: sign a statement over committed files with one's own SSH key, or take one back."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.options import AtOption, ConfigOption, Format, FormatOption, OutsideOption, run_options

if TYPE_CHECKING:
    from tieout.api import Attested


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("attest")(attest)


def attest(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Committed files or folders; without any, the control's evidence."),
    ] = None,
    *,
    text: Annotated[str, typer.Option("--text", help="What you attest, in your own words; or why you take it back.")],
    person: Annotated[str, typer.Option("--person", metavar="NAME", help="Who signs, as the roster has the name.")],
    role: Annotated[str, typer.Option("--role", help="In which role of the roster.")],
    key: Annotated[Path, typer.Option("--key", help="Your SSH key, or the .pub file of one that ssh-agent holds.")],
    expires: Annotated[str, typer.Option("--expires", metavar="DAY", help="Last day on which it counts.")] = "",
    control: Annotated[str, typer.Option("--control", help="The control that it is for, such as MAP 1.5.")] = "",
    release: Annotated[str, typer.Option("--release", metavar="TAG", help="The release that it is for.")] = "",
    period: Annotated[str, typer.Option("--period", metavar="START/END", help="Or the period, by its days.")] = "",
    revoke: Annotated[
        Path | None, typer.Option("--revoke", metavar="FILE", help="Take this attestation back instead.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the two files.")] = None,
    name: Annotated[str, typer.Option("--name", help="Their name; default: control, person and day.")] = "",
    config: ConfigOption = None,
    at: AtOption = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="TIME", help="Time of the signature; default: SOURCE_DATE_EPOCH, or now.")
    ] = "",
    allow_outside: OutsideOption = None,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Sign that you stand for something, with your own SSH key.

    Writes NAME.attestation.json and its signature, which `ssh-keygen -Y verify` alone can check. ssh-keygen asks for
    the passphrase; tieout never reads the key. Commit both files; they count once your key is in the roster.
    """
    from tieout import api

    if revoke is not None and (files or control or release or period or expires):
        raise api.UsageError(
            "--revoke takes nothing but text, person, role and key", hint="what is taken back says the rest"
        )
    if revoke is None and not expires:
        raise api.UsageError("an attestation needs its last day", hint="give one with --expires")
    wanted = api.Attesting(
        text=text,
        person=person,
        role=role,
        key=key,
        files=tuple(files or ()),
        control=control,
        release=release,
        period=api.parse_days(period) if period else None,
        expires=_day(expires) if expires else None,
        revokes=revoke,
        out=out,
        name=name,
    )
    options = run_options(config, at=at, as_of=as_of, allow_outside=allow_outside)
    attested = api.attest(options, wanted)
    _print(attested, as_json=format_.is_json)


def _day(text: str) -> date:
    from tieout import api

    start, end = api.parse_days(text)
    if start != end:
        raise api.UsageError(f"'{text}' is not a day", hint="write 2026-11-22")
    return start


def _print(attested: "Attested", *, as_json: bool) -> None:
    import json

    from tieout.cli import documents
    from tieout.cli.console import rows, say
    from tieout.cli.results import print_notes

    print_notes(attested.notes)
    content = json.loads(attested.statement.signed_bytes())
    if as_json:
        told = {
            "statement": content,
            "file": attested.path.as_posix(),
            "signature": attested.signature.as_posix(),
            "fingerprint": attested.fingerprint,
            "allowed_signer": attested.allowed_signer,
            "command": attested.command,
            "notes": list(attested.notes),
        }
        documents.print_json("attested", told)
        return
    said = content["predicate"]
    rows(
        [
            ("Signed", attested.path.as_posix()),
            ("Signature", attested.signature.as_posix()),
            ("By", f"{said['person']} ({said['role']}), {said['signed_at']}, key {attested.fingerprint}"),
            (
                "About",
                f"{len(content['subject']):,} files" if len(content["subject"]) > 1 else content["subject"][0]["name"],
            ),
        ]
    )
    say("")
    if not attested.allowed_signer:
        say("The roster has other keys of this person: nobody can verify it by them until this one stands there, too.")
        return
    say("To verify it without tieout, put this line into a file named allowed_signers:")
    say(attested.allowed_signer, indent=2)
    say("and run beside the two files:")
    say(attested.command, indent=2)
