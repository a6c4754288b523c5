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
    from tieout.domain.verdicts import Severity, Verdict

    open_ = [
        list(Severity).index(rule.severity)
        for rule in assessment.rules
        if rule.verdict in {Verdict.GAP, Verdict.CONFLICT, Verdict.UNREADABLE}
    ]
    if enabled and open_:
        raise typer.Exit(ExitCode.LOW + max(open_))
