"""Exit codes that report verdicts: the worst open severity, and unreadable inputs under --strict."""

from typing import TYPE_CHECKING

import typer

from tieout.kernel.errors import ExitCode
from tieout.kernel.reading.text import display_path

if TYPE_CHECKING:
    from tieout.api import Assessment, Collection


def strict_gate(collection: "Collection", *, strict: bool) -> None:
    """Exit with 4 where something was unreadable and the caller asked to know; a line on stderr says what and where."""
    from tieout.cli.console import errors

    unreadable = [problem for problem in collection.problems if problem.status == "unreadable"]
    if strict and unreadable:
        first = unreadable[0]
        told = f"exit {int(ExitCode.UNREADABLE)} (--strict): {first.place.source}: {first.place}: {first.reason}"
        more = f" (and {len(unreadable) - 1} more)" if len(unreadable) > 1 else ""
        errors().print(display_path(f"{told}{more}"), markup=False)
        raise typer.Exit(ExitCode.UNREADABLE)


def severity_gate(assessment: "Assessment", *, enabled: bool) -> None:
    """Exit with 11-14 for the worst severity of an open rule (gap, conflict, unreadable)."""
    from tieout.api import Severity, Verdict
    from tieout.cli.console import errors

    order = list(Severity)
    open_ = [rule for rule in assessment.rules if rule.verdict in {Verdict.GAP, Verdict.CONFLICT, Verdict.UNREADABLE}]
    if enabled and open_:
        worst = max(open_, key=lambda rule: order.index(rule.severity))
        code = ExitCode.LOW + order.index(worst.severity)
        told = f"exit {code}: the worst open rule is {worst.severity.value} ({', '.join(worst.controls)})"
        errors().print(f"{told}; --no-exit-codes turns this off", markup=False)
        raise typer.Exit(code)
