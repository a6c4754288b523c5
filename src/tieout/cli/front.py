"""The help pages, of tieout and of each command: written here, because typer's load a Markdown and a syntax library."""

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

_FIRST = "The job"
_OPTIONS = "Options"
_TYPE = re.compile(r" <(str|path|list\[str\])>")
_WORDS = {"str": " TEXT", "path": " PATH", "list[str]": ""}


class Front(TyperGroup):
    """The group of all commands, and its own help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what tieout is, and each command in one line, in the order they were added."""
        from rich.markup import escape

        from tieout.cli.console import output, rows, say

        page = output()
        with page.capture() as written:
            page.print(f"[bold]Usage:[/] {escape(ctx.command_path)} COMMAND \\[OPTIONS]\n")
            say(self.help or "")
            for panel, commands in self._panels(ctx).items():
                page.print(f"\n[bold]{escape(panel)}[/]")
                for name, line in commands:
                    page.print(f"  [cyan]{name:9}[/] {escape(line)}")
            page.print("\n[bold]Options[/]")
            records = [parameter.get_help_record(ctx) for parameter in self.get_params(ctx)]
            rows([(f"  {names.strip()}", text) for names, text in filter(None, records)])
            page.print("\n`tieout COMMAND --help` says what a command takes.")
        formatter.write(written.get())

    def _panels(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is None or command.hidden:
                continue
            panel = getattr(command, "rich_help_panel", None)
            title = panel if isinstance(panel, str) else _FIRST
            first = (command.help or "").strip().split("\n", 1)[0].removesuffix(".")
            panels.setdefault(title, []).append((name, first))
        return panels


class Listed(TyperCommand):
    """A command whose help is a list: typer's own table cuts long options on a terminal of 80 columns."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what the command does, and its options with what each takes, by panel."""
        from rich.markup import escape

        from tieout.cli.console import output, rows, say

        page = output()
        with page.capture() as written:
            page.print(f"[bold]Usage:[/] {escape(' '.join([ctx.command_path, *self.collect_usage_pieces(ctx)]))}\n")
            for paragraph in (self.help or "").split("\n\n"):
                say(" ".join(paragraph.split()))
                page.print()
            panels: dict[str, list[tuple[str, str]]] = {}
            for parameter in self.get_params(ctx):
                if record := parameter.get_help_record(ctx):
                    names, text = record
                    panel = getattr(parameter, "rich_help_panel", None) or _OPTIONS
                    panels.setdefault(panel, []).append((f"  {names.strip()}", text))
            width = max(len(names) for records in panels.values() for names, _ in records)
            for number, (panel, records) in enumerate(panels.items()):
                page.print(f"{'' if number == 0 else chr(10)}[bold]{escape(panel)}[/]")
                rows([(names.ljust(width), text) for names, text in records])
        formatter.write(written.get())


def _as_word(named: re.Match[str]) -> str:
    return _WORDS[named[1]]
