"""`tieout explain`: one control: rule, evidence, verdict, why, and what closes it."""

from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.options import ConfigOption, Format, FormatOption, find_config

if TYPE_CHECKING:
    from rich.text import Text

    from tieout.api import Collection, ControlResult, RuleResult


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    control: Annotated[list[str], typer.Argument(help="Such as GOVERN 2.1, GV-2.1 or ai-rmf-gv-2.1.")],
    *,
    config: ConfigOption = None,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Say of one subcategory: verdict, why, what closes it."""
    from rich.text import Text

    from tieout import api
    from tieout.cli import documents
    from tieout.cli.console import mark, say

    catalog, _ = api.load_controls()
    wanted = catalog.control(" ".join(control))
    assessment, collection = api.last_assessment(api.Workspace(find_config(config)))
    result = assessment.control(wanted.label)
    rules = [assessment.rule(name) for name in result.rules]
    if format_.is_json:
        documents.print_json("explanation", documents.explanation(wanted, result, rules))
        return
    say(Text(wanted.label, style="bold"), f"  {wanted.title}")
    say(wanted.sentence)
    _heading("Verdict", mark(result.verdict))
    say(result.reason, indent=2)
    for rule in rules:
        _print_rule(rule)
    _print_evidence(result, collection)
    if result.closes_with:
        _heading("What closes it")
        say(result.closes_with, indent=2)


def _heading(name: str, *rest: "str | Text") -> None:
    from rich.text import Text

    from tieout.cli.console import output, say

    output().print()
    say(Text(name, style="bold"), *("  " if rest else ""), *rest)


def _print_rule(rule: "RuleResult") -> None:
    from rich.text import Text

    from tieout.cli.console import MARK_WIDTH, mark, rows, say

    _heading("Rule", f"{rule.rule} (severity {rule.severity})")
    say(rule.title, indent=2)
    for check in rule.checks:
        verdict = Text("  ") + mark(check.verdict)
        verdict.pad_right(MARK_WIDTH + 2 - verdict.cell_len)
        rows([(verdict, check.reason)])
        for place in check.places:
            say(str(place), indent=6, style="dim")


def _print_evidence(result: "ControlResult", collection: "Collection") -> None:
    from tieout.cli.console import rows

    items = {item.id: item for item in collection.items}
    if not result.evidence:
        return
    _heading("Evidence")
    rows(
        [
            (
                f"  {name}",
                f"{item.effective.end:%Y-%m-%d}" if item.effective else "undated",
                item.title if item.provenance.path in item.title else f"{item.title} ({item.place()})",
            )
            for name in result.evidence
            if (item := items.get(name)) is not None
        ]
    )
