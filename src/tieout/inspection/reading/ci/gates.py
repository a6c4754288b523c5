"""Whether a kind of check keeps a change from being merged, as far as the repository's own files tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tieout.domain.inspection import Answer, Confidence
from tieout.inspection.reading.ci.telling import distinct, started_by, tools_in
from tieout.inspection.reading.ci.telling import joined as in_words
from tieout.inspection.reading.ci.tools import Use, shown_as_changed, uses
from tieout.syntax.pipelines.model import Ci, Reach, Run, Trigger

_MAIN: Final = frozenset({"main", "master", "default", "trunk", "production", "release"})
#: Events whose run begins with the code of the branch that a change is to go to.
_BASE_CODE: Final = frozenset({"pull_request_target", "issue_comment", "workflow_run"})


@dataclass(frozen=True, slots=True)
class Gate:
    """What is known of a kind of check.

    Attributes:
        answer: Yes where it runs on every proposed change and can fail.
        reason: In words, for the statement.
        uses: What the answer rests on.
        confidence: How sure it is.
        cause: "runs on proposals", "cannot fail", "after the merge", "on branches", "not by itself" or "absent".
    """

    answer: Answer
    reason: str
    uses: tuple[Use, ...]
    confidence: Confidence
    cause: str


def gate(found: Ci, kind: str) -> Gate:
    """Judge one kind of check over everything that continuous integration runs."""
    known = []
    for use in uses(found.runs, (kind,)):
        shown = shown_as_changed(use, found.runs)
        known.append(use if shown is None else replace(use, fails=True, why_not=None, shown=shown))
    for judge in (_on_proposals, _cannot_fail, _on_pushes, _otherwise):
        judged = judge(known)
        if judged is not None:
            return judged
    return Gate(Answer.NO, "", (), Confidence.HIGH, "absent")


def tries_the_change(run: Run, trigger: Trigger) -> bool:
    """Whether a run on an event works on the code of the change, not on that of the branch it is to go to."""
    if trigger.event not in _BASE_CODE:
        return True
    refs = [step.inputs.get("ref", "") for step in run.job.steps if step.uses.startswith("actions/checkout@")]
    return any(word in ref for ref in refs for word in ("head", "pull_request", "merge", "inputs"))


def _proposed(use: Use) -> list[Reach]:
    return [reach for reach in use.run.reaches if reach.trigger.proposed and tries_the_change(use.run, reach.trigger)]


def _on_proposals(known: Sequence[Use]) -> Gate | None:
    good = distinct(use for use in known if use.gates and _proposed(use))
    if not good:
        return None
    good.sort(key=lambda use: (len(use.run.via), use.run.spot.path, use.run.spot.line or 0))
    sure = [use for use in good if use.fails and any(_is_plain(reach) for reach in _proposed(use))]
    confidence = Confidence.HIGH if sure else Confidence.MODERATE
    reason = f"{in_words(tools_in(good))} {_run_verb(good)} on {started_by(use.run for use in good)}"
    reason += "; a finding fails the job." if any(use.fails for use in good) else "; whether it can fail is not told."
    if not sure:
        reason += f" {_doubt(good)}"
    return Gate(Answer.YES, reason, tuple(sure or good), confidence, "runs on proposals")


def _doubt(good: Sequence[Use]) -> str:
    if all(use.run.what == "workflow" for use in good):
        return "What it does stands in another repository and was not read."
    if all(_is_narrow(reach) for use in good for reach in _proposed(use)):
        return "It runs only where certain paths change."
    if not any(reach.certain for use in good for reach in _proposed(use)):
        return "A condition decides each time whether it runs."
    return "The file does not tell what it does with a finding."


def _is_plain(reach: Reach) -> bool:
    return reach.certain and not _is_narrow(reach)


def _is_narrow(reach: Reach) -> bool:
    """Whether only changes of certain paths start it; leaving some out is not narrow."""
    return any(not path.startswith("!") for path in reach.trigger.paths)


def _cannot_fail(known: Sequence[Use]) -> Gate | None:
    soft = distinct(use for use in known if _proposed(use))
    if not soft:
        return None
    why = next((use.why_not.reason for use in soft if use.why_not is not None), "its failure is ignored")
    reason = f"{in_words(tools_in(soft))} {_run_verb(soft)} on {started_by(use.run for use in soft)}, "
    return Gate(Answer.NO, f"{reason}but cannot fail: {why}.", tuple(soft), Confidence.HIGH, "cannot fail")


def _on_pushes(known: Sequence[Use]) -> Gate | None:
    pushed = distinct(use for use in known if use.gates and any(_is_push(reach) for reach in use.run.reaches))
    if not pushed:
        return None
    wide = [use for use in pushed if any(_is_push(reach) and not _is_main(reach.trigger) for reach in use.run.reaches)]
    told = wide or pushed
    cause = "on branches" if wide else "after the merge"
    reason = f"{in_words(tools_in(told))} {_run_verb(told)} on {started_by(use.run for use in told)} and can fail, but "
    reason += (
        "no workflow tries pull requests as such: one from a fork or another branch is not tried."
        if wide
        else "not on proposed changes: a failure shows only after the merge."
    )
    return Gate(Answer.PARTIAL, reason, tuple(told), Confidence.HIGH, cause)


def _is_push(reach: Reach) -> bool:
    return reach.trigger.event == "push" and (not reach.trigger.tags or bool(reach.trigger.branches))


def _is_main(trigger: Trigger) -> bool:
    names = [name for name in trigger.branches if not name.startswith("!")]
    return bool(names) and all(name in _MAIN or name.startswith(("release/", "releases/", "v")) for name in names)


def _otherwise(known: Sequence[Use]) -> Gate | None:
    rest = distinct(known)
    if not rest:
        return None
    parts = [f"{in_words(tools_in(rest))} {_run_verb(rest)} only on {started_by(use.run for use in rest)}"]
    if any(not tries_the_change(use.run, reach.trigger) for use in rest for reach in use.run.reaches):
        parts.append("checks out the branch that the change is to go to")
    if all(use.why_not is not None for use in rest):
        why = next(use.why_not.reason for use in rest if use.why_not is not None)
        parts.append(f"cannot fail: {why}")
    return Gate(Answer.NO, f"{', and '.join(parts)}.", tuple(rest), Confidence.HIGH, "not by itself")


def _run_verb(known: Sequence[Use]) -> str:
    return "runs" if len({use.tool for use in known}) == 1 else "run"
