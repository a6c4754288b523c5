"""The command tree: its commands in the order people need them, and what its refusals mean."""

import typer

from tieout import __version__
from tieout.cli.commands import (
    assess,
    attest,
    collect,
    doctor,
    evidence,
    explain,
    init,
    inspect,
    packet,
    run,
    schema,
    snapshot,
    verify,
)
from tieout.cli.front import Front, Listed
from tieout.kernel.errors import ExitCode, InterruptedRunError, TieoutError, UsageError

app = typer.Typer(
    name="tieout",
    help="Evidence for the NIST AI RMF: every statement traced to what supports it.",
    cls=Front,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
for module in (
    init, inspect, run, explain, verify, snapshot, evidence, attest, collect, assess, packet, doctor, schema
):  # fmt: skip
    module.register(app)
for command in app.registered_commands:
    command.cls = Listed

# typer.BadParameter's parent covers unknown options and missing arguments; typer gives it no name of its own.
_Misuse = typer.BadParameter.__mro__[1]


@app.callback(invoke_without_command=True)
def top(
    context: typer.Context,
    *,
    show_version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Set up nothing: every command stands alone."""
    if show_version:
        typer.echo(f"tieout {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(ExitCode.USAGE)


def refusal(error: Exception) -> int | TieoutError | None:
    """What an exception of typer's means: an exit code, an error to tell, or None if it is none of typer's."""
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort):
        return InterruptedRunError("stopped at a question", hint="nothing was written")
    if isinstance(error, _Misuse):
        message = getattr(error, "format_message", lambda: str(error))()
        context = getattr(error, "ctx", None)
        asked = context.command_path if context is not None else "tieout"
        return UsageError(_sentence(message), hint=f"`{asked} --help` says what it takes")
    return None


def _sentence(text: str) -> str:
    plain = " ".join(text.split()).removesuffix(".")
    return plain[:1].lower() + plain[1:]
