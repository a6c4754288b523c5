"""The front page, `tieout --help`: written here, because typer's own loads a Markdown and a syntax library first."""

from typing import Any

from typer.core import TyperGroup

_FIRST = "The job"


class Front(TyperGroup):
    """The group of all commands; only its own help page is ours, each command's is typer's."""

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
