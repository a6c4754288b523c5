"""The jobs that a workflow of GitHub Actions runs, followed into workflows and composite actions of the same source."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tieout.collectors.config.ci_parts.facts import MOST_JOBS, MOST_STEPS, Facts, Said, may_fail, step_row, truth
from tieout.collectors.config.ci_parts.source import SourceFiles
from tieout.collectors.config.ci_parts.words import image_of, used
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.pipelines.expressions import asks_for_status, holds, known_of, never_holds
from tieout.syntax.pipelines.github import local_action, workflow_of
from tieout.syntax.pipelines.model import Condition, Job, Permissions, Soft, Spot, Step, Trigger, Workflow
from tieout.syntax.pipelines.nodes import Node

CALL: Final = "workflow_call"
#: Workflows below one another that GitHub allows are ten; actions below one another as many.
_DEEPEST: Final = 10
#: Who is asked for a token of its own may write nothing by that.
_NO_WRITING: Final = frozenset({"id-token"})
_BY_HAND: Final = frozenset({"workflow_dispatch"})

_Row = tuple[Spot, dict[str, Said]]


@dataclass(frozen=True, slots=True)
class _Above:
    """What holds for the jobs of a workflow by whom it is called.

    Attributes:
        prefix: Of ids: `CALLER / `.
        checks: Names that stand before those of its jobs; None where they are not told.
        matrix: A caller is one of a matrix.
        events: Trigger -> whether it certainly gets here.
        conditions: Of the callers.
        softs: Why a failure of a caller is ignored.
        permissions: What the callers leave their tokens.
        needs: Jobs that come before the callers.
        inputs: Plain values that the caller gives.
        calls: Paths of the workflows on the way.
    """

    events: Mapping[Trigger, bool]
    prefix: str = ""
    checks: tuple[str, ...] | None = ("",)
    matrix: bool = False
    conditions: tuple[Condition, ...] = ()
    softs: tuple[Soft, ...] = ()
    permissions: Permissions | None = None
    needs: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[str, ...] = ()


class Walk:
    """Walks through a workflow and what it calls.

    Args:
        files: Of the source.
        facts: Take what is found.
    """

    def __init__(self, files: SourceFiles, facts: Facts) -> None:
        self._files = files
        self._facts = facts
        self._actions: dict[str, Workflow | None] = {}
        self._workflows: dict[str, Workflow] = {}
        self._steps_left = MOST_STEPS
        self._calls_left = MOST_JOBS

    def start(self, workflow: Workflow) -> None:
        """Take every job that an event of the workflow may start."""
        events = {trigger: True for trigger in workflow.triggers if trigger.event != CALL}
        self._workflow(workflow, _Above(events, calls=(workflow.path,)))

    def _workflow(self, workflow: Workflow, above: _Above) -> None:
        if len(workflow.jobs) > MOST_JOBS:
            raise UnreadableError(f"has more than {MOST_JOBS:,} jobs, which nobody wrote", where=workflow.path)
        events = _past_needs(workflow.jobs, {job.id: _events(job, above) for job in workflow.jobs})
        made: dict[str, tuple[str, ...]] = {}
        for job in _in_order(workflow.jobs):
            reached = events[job.id]
            if not (job.steps or job.uses):
                self._facts.drop(job.spot, f"'{excerpt(job.id)}' has no steps, so what it runs is not told")
            elif job.no_cell is not None:
                self._facts.note(
                    job.no_cell,
                    f"'{excerpt(above.prefix + job.id)}' is never run: its matrix comes to no job",
                )
            elif not reached:
                self._facts.note(
                    job.condition.spot if job.condition else job.spot,
                    f"'{excerpt(above.prefix + job.id)}' is never run: no event that starts the workflow gets there",
                )
            else:
                needs = tuple(one for name in job.needs for one in made.get(name, ())) or above.needs
                before = len(self._facts.jobs)
                self._job(workflow, job, replace(above, events=reached, needs=needs))
                made[job.id] = tuple(one["id"] for one in self._facts.jobs[before:])

    def _job(self, workflow: Workflow, job: Job, above: _Above) -> None:
        allowed = _allowed(job.permissions or workflow.permissions, above.permissions)
        checks = None
        if above.checks is not None and job.checks is not None:
            checks = tuple(f"{one}{name}" for one in above.checks for name in job.checks)[: MOST_JOBS + 1]
            checks = checks if len(checks) <= MOST_JOBS else None
        below = replace(
            above,
            checks=checks,
            matrix=above.matrix or job.matrix,
            conditions=(*above.conditions, *((job.condition,) if job.condition else ())),
            softs=(*above.softs, *((job.soft,) if job.soft else ())),
            permissions=allowed,
        )
        if job.uses and not self._called(job, below):
            self._add(job, replace(below, checks=None))
        elif not job.uses:
            self._add(job, below)

    def _called(self, job: Job, above: _Above) -> bool:
        """Walk through a workflow of the same source; False, and told, where it is another's or not among its files."""
        path = job.uses.removeprefix("./")
        document = self._files.document(path) if job.uses.startswith("./") else None
        if document is None or not isinstance(document.data, dict):
            where = "is not among the files of this source" if job.uses.startswith("./") else "is of another repository"
            what = f"'{excerpt(job.id)}' calls '{used(job.uses)[0]}', which {where}: its jobs are not read"
            self._facts.drop(job.uses_spot, what)
            return False
        self._calls_left -= 1
        if path in above.calls or len(above.calls) > _DEEPEST or self._calls_left < 0:
            self._facts.drop(job.uses_spot, f"'{excerpt(job.id)}' calls workflows in a circle, or too many to follow")
            return False
        if path not in self._workflows:
            self._workflows[path] = workflow_of(self._files, Node(path, document))
        inputs = {f"inputs.{name}": value for name, value in job.inputs.items() if "${{" not in value}
        checks = None if above.checks is None else tuple(f"{one} / " for one in above.checks)
        prefix = f"{above.prefix}{excerpt(job.id, 100)} / "
        on = replace(above, prefix=prefix, checks=checks, inputs=inputs, calls=(*above.calls, path))
        self._workflow(self._workflows[path], on)
        return True

    def _add(self, job: Job, above: _Above) -> None:
        fails, fails_at = may_fail(above.softs)
        last = above.conditions[-1] if above.conditions else None
        events = tuple(dict.fromkeys(trigger.event for trigger in above.events))
        sure = all(above.events.values())
        writes, scopes = _writes(above.permissions)
        told_at = above.permissions.spot if above.permissions else None
        image, image_pinned = image_of(job.image) if job.image else (None, None)
        uses, pinned = used(job.uses) if job.uses else (None, None)
        several = above.matrix and above.checks is not None
        row = {
            "id": Said(above.prefix + excerpt(job.id, 100), job.spot),
            "name": Said(excerpt(job.name, 200) if job.name != job.id else None, job.spot),
            "check": Said(excerpt(above.checks[0], 300) if above.checks and not above.matrix else None),
            "matrix_checks": Said(tuple(excerpt(one, 300) for one in above.checks or ()) if several else ()),
            "events": Said(events),
            "conditional": truth(not sure, last.spot if last else None),
            "condition": Said(excerpt(" ".join(last.text.split()), 300) if last else None, last.spot if last else None),
            "may_fail": truth(fails, fails_at),
            "needs": Said(tuple(dict.fromkeys(above.needs))),
            "environment": Said(
                excerpt(job.environment.name, 200) if job.environment else None,
                job.environment.spot if job.environment else None,
            ),
            "manual": truth(set(events) <= _BY_HAND),
            "writes": Said(writes, told_at),
            "write_scopes": Said(scopes, told_at),
            "image": Said(image),
            "image_pinned": Said(image_pinned),
            "uses": Said(uses, job.uses_spot),
            "pinned": Said(pinned, job.uses_spot),
        }
        self._facts.add_job(job.spot, row, list(self._steps(job.steps, above, ())))

    def _steps(self, steps: Sequence[Step], above: _Above, inside: tuple[Step, ...]) -> Iterator[_Row]:
        for step in steps:
            if not (step.uses or step.run):
                continue
            self._steps_left -= 1
            if self._steps_left < 0:
                raise UnreadableError(
                    f"comes to more than {MOST_STEPS:,} steps, which nobody wrote", where=step.spot.path
                )
            met = _met(step.condition, above)
            if met is False:
                self._facts.note(step.spot, f"step '{excerpt(step.name or step.uses or 'run')}' is never run")
                continue
            conditional = met is None or any(_met(one.condition, above) is None for one in inside)
            yield step.spot, step_row(step, conditional=conditional, above=[one.soft for one in inside])
            if step.uses.startswith("./"):
                yield from self._inside(step, above, inside)

    def _inside(self, step: Step, above: _Above, inside: tuple[Step, ...]) -> Iterator[_Row]:
        """The steps of an action that stands in the same source."""
        folder = posixpath.normpath(step.uses[2:]).strip("/")
        if folder not in self._actions:
            self._actions[folder] = local_action(self._files, folder)
        action = self._actions[folder]
        if action is None:
            what = (
                f"uses '{excerpt(step.uses, 200)}', which is not among the files of this source: its steps are not read"
            )
            self._facts.drop(step.uses_spot, what)
        elif len(inside) >= _DEEPEST:
            self._facts.drop(step.uses_spot, f"uses '{excerpt(step.uses, 200)}' too deep to follow")
        else:
            yield from self._steps(action.jobs[0].steps, above, (*inside, step))


def _in_order(jobs: Sequence[Job]) -> list[Job]:
    """Jobs in the order of the file, but each after those that it needs."""
    by_id = {job.id: job for job in jobs}
    done: dict[str, Job] = {}
    left = list(jobs)
    while left:
        ready = [job for job in left if all(name in done or name not in by_id for name in job.needs)] or left[:1]
        done |= {job.id: job for job in ready}
        left = [job for job in left if job.id not in done]
    return list(done.values())


def _events(job: Job, above: _Above) -> dict[Trigger, bool]:
    """The triggers that get to a job past its condition, and whether they certainly do."""
    if job.no_cell is not None:
        return {}
    if job.condition is None:
        return dict(above.events)
    found = {}
    for trigger, sure in above.events.items():
        contexts = [{**known, **above.inputs} for known in known_of(trigger)]
        if not all(never_holds(job.condition.text, known) for known in contexts) and (
            asks_for_status(job.condition.text)
            or any(holds(job.condition.text, known) is not False for known in contexts)
        ):
            truths = [holds(job.condition.text, known) for known in contexts]
            found[trigger] = sure and all(truth is True for truth in truths)
    return found


def _past_needs(jobs: Sequence[Job], own: dict[str, dict[Trigger, bool]]) -> dict[str, dict[Trigger, bool]]:
    """The same past the jobs that each needs: it is skipped with them, unless its condition asks for their status."""
    reached = dict(own)
    for job in _in_order(jobs):
        if job.condition is None or not asks_for_status(job.condition.text):
            for needed in (reached[name] for name in job.needs if name in reached and name != job.id):
                reached[job.id] = {
                    trigger: sure and needed[trigger] for trigger, sure in reached[job.id].items() if trigger in needed
                }
    return reached


def _met(condition: Condition | None, above: _Above) -> bool | None:
    """Whether a step runs for every event that gets to its job; False where it does for none."""
    if condition is None:
        return True
    contexts = [{**known, **above.inputs} for trigger in above.events for known in known_of(trigger)]
    truths = {holds(condition.text, known) for known in contexts}
    if truths == {False}:
        is_never = not asks_for_status(condition.text) or all(never_holds(condition.text, one) for one in contexts)
        return False if is_never else None
    return True if truths == {True} else None


def _allowed(own: Permissions | None, above: Permissions | None) -> Permissions | None:
    """What a token may do: what the job or its workflow says, as far as whoever calls it may do as much."""
    if own is None or above is None:
        return own or above
    return above if _writes(above)[0] is False else own


def _writes(permissions: Permissions | None) -> tuple[bool | None, tuple[str, ...]]:
    if permissions is None:
        return None, ()
    if permissions.everything:
        known = {"write-all": True, "read-all": False}.get(permissions.everything)
        return known, ("write-all",) if known else ()
    return any(scope not in _NO_WRITING for scope in permissions.writes), permissions.writes
