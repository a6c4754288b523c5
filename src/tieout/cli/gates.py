"""Exit codes that report verdicts: the worst open severity, and unreadable inputs under --strict."""

from typing import TYPE_CHECKING

import typer

from tieout.kernel.errors import ExitCode

if TYPE_CHECKING:
    from tieout.api import Assessment, Collection


def strict_gate(collection: "Collection", *, strict: bool) -> None:
    """Exit with 4 where something was unreadable and the caller asked to know."""
    if strict and any(problem.status == "unreadable" for problem in collection.problems):
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
