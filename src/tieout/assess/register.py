"""The gap register's numbers: one for each control that is open, the same in the report and in the plan of action."""

from typing import Final

from tieout.domain.assessment import Assessment
from tieout.domain.verdicts import OPEN_VERDICTS, Severity

_WORST_FIRST: Final = (*reversed(Severity), None)


def register_numbers(assessment: Assessment) -> dict[str, str]:
    """Number by label of every control that stands in the register, worst severity first, then as in the standard.

    What stands in it: gaps, conflicts, what could not be read, and waivers. A number holds for one assessment.
    """
    open_ = [control for control in assessment.controls if control.verdict in OPEN_VERDICTS]
    open_.sort(key=lambda control: _WORST_FIRST.index(control.severity))
    return {control.control: f"G-{turn:02d}" for turn, control in enumerate(open_, start=1)}
