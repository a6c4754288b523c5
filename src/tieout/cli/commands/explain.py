"""`tieout explain`: one control: rule, evidence, verdict, why, and what closes it."""

from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.options import ConfigOption, Format, FormatOption, find_config

if TYPE_CHECKING:
    from rich.text import Text

    from tieout.api import EvidenceItem, RuleResult
    from tieout.cli.explaining import Explained


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    control: Annotated[list[str], typer.Argument(help="Such as GOVERN 2.1, govern2.1, GV-2.1 or ai-rmf-gv-2.1.")],
    *,
    config: ConfigOption = None,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Say of one subcategory: verdict, why, what closes it."""
    from rich.text import Text

    from tieout.cli import documents
    from tieout.cli.console import mark, say
    from tieout.cli.explaining import explained
    from tieout.cli.results import print_notes

    told = explained(" ".join(control), find_config(config))
    if format_.is_json:
        documents.print_json("explanation", documents.explanation(told))
        return
    print_notes(told.notes)
    say(Text(told.control.label, style="bold"), f"  {told.control.title}")
    say(told.control.sentence)
    say(_header(told), style="dim")
    _heading("Verdict", mark(told.result.verdict))
    say(told.result.reason, indent=2)
    for rule in told.rules:
        _print_rule(rule, told)
    _print_evidence(told)
    if told.result.closes_with:
        _heading("What closes it")
        say(told.result.closes_with, indent=2)


def _header(told: "Explained") -> str:
    """System, commit, instant and period: what all of it speaks of."""
    assessment = told.assessment
    subject, period = assessment.subject, assessment.period
    parts = [subject.name]
    if subject.release:
        parts.append(f"release {subject.release}")
    if subject.commit:
        parts.append(f"commit {subject.commit[:12]}")
    parts.append(f"as of {assessment.as_of:%Y-%m-%d %H:%M} UTC")
    parts.append(f"period {period.start:%Y-%m-%d %H:%M} to {period.end:%Y-%m-%d %H:%M} UTC")
    return " · ".join(parts)


def _heading(name: str, *rest: "str | Text") -> None:
    from rich.text import Text

    from tieout.cli.console import output, say

    output().print()
    say(Text(name, style="bold"), *("  " if rest else ""), *rest)


def _print_rule(rule: "RuleResult", told: "Explained") -> None:
    """Each check: its verdict, what it asks with its limits, what was found, and where."""
    from rich.text import Text

    from tieout.cli.console import MARK_WIDTH, mark, rows, say
    from tieout.cli.explaining import spots

    _heading("Rule", f"{rule.rule} (severity {rule.severity})")
    say(rule.title, indent=2)
    for asks, check in zip(told.asks(rule), rule.checks, strict=True):
        verdict = Text("  ") + mark(check.verdict)
        verdict.pad_right(MARK_WIDTH + 2 - verdict.cell_len)
        rows([(verdict, asks)])
        say(f"→ {check.reason}", indent=6)
        if found := spots(check.places, told.collection):
            say(f"at {'; '.join(found)}", indent=6, style="dim")


def _print_evidence(told: "Explained") -> None:
    from tieout.cli.console import rows
    from tieout.cli.explaining import looked_up

    items = {item.id: item for item in told.collection.items}
    if not told.result.evidence:
        return
    _heading("Evidence")
    rows(
        [
            (
                f"  {name}",
                f"{item.effective.end:%Y-%m-%d}" if item.effective else "undated",
                _titled(item, looked_up(item.place(), told.collection)),
            )
            for name in told.result.evidence
            if (item := items.get(name)) is not None
        ]
    )


def _titled(item: "EvidenceItem", path: str) -> str:
    """An item's title with the path at which a reader finds it."""
    title, inside = item.title, item.provenance.path
    if path != inside and title.endswith(f" {inside}"):
        return f"{title.removesuffix(inside)}{path}"
    return title if inside in title else f"{title} ({path})"
