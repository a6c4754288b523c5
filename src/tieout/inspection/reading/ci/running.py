"""All that workflows run, followed through reusable workflows and actions, with the events that start it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from tieout.inspection.reading.ci.follow import Follower, Found
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.expressions import asks_for_status, holds, known_of
from tieout.syntax.pipelines.github import local_action
from tieout.syntax.pipelines.model import Command, Condition, Job, Reach, Run, Soft, Spot, Step, Workflow

#: Steps on from one workflow or action to the next.
_DEEPEST: Final = 8
_MOST: Final = 30_000
_LONGEST_CHAIN: Final = 30
_MOST_CALLS: Final = 10_000
_CALL: Final = "workflow_call"
#: What the forge puts in, blanks and all, is one word to what is called.
_EXPRESSION = re.compile(r"\$\{\{[^}]{0,400}\}\}")
_CALLED = re.compile(r"\A([\w.\-]+/[\w.\-]+)/(\.github/workflows/[^@]+)@")
#: Files of a root that name where the project lives.
_NAMING = re.compile(
    r"\A(?:readme[^/]*|pyproject\.toml|package\.json|setup\.(?:py|cfg)|go\.mod|cargo\.toml|mkdocs\.ya?ml|citation\.cff"
    r"|contributing[^/]*|\.github/[^/]+\.md)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Way:
    """How something is reached: calls, events, conditions and softenings down to it, and inputs given on the way."""

    via: tuple[Spot, ...]
    reaches: tuple[Reach, ...]
    conditions: tuple[Condition, ...]
    softs: tuple[Soft, ...]
    inputs: Mapping[str, str]
    calls: tuple[str, ...]

    def under(self, condition: Condition | None) -> "_Way":
        """The way on past a condition."""
        if condition is None:
            return self
        return replace(self, reaches=self._past(condition), conditions=(*self.conditions, condition))

    def _past(self, condition: Condition) -> tuple[Reach, ...]:
        kept = []
        for reach in self.reaches:
            truths = [holds(condition.text, {**known, **self.inputs}) for known in known_of(reach.trigger)]
            if any(truth is not False for truth in truths):
                kept.append(Reach(reach.trigger, reach.certain and all(truth is True for truth in truths)))
        return tuple(kept)

    def softened(self, soft: Soft | None) -> "_Way":
        """The way on with one more reason why a failure is ignored."""
        return self if soft is None else replace(self, softs=(*self.softs, soft))


@dataclass(frozen=True, slots=True)
class _Owner:
    """What something stands in."""

    workflow: Workflow
    job: Job
    step: Step | None = None


class Running:
    """Walks from every event to everything that it runs."""

    def __init__(self, repository: Repository, workflows: tuple[Workflow, ...]) -> None:
        self._repository = repository
        self._workflows = workflows
        self._by_path = {workflow.path: workflow for workflow in workflows}
        self._follower = Follower(repository)
        self._actions: dict[str, Workflow | None] = {}
        self._own: dict[str, bool] = {}
        self._called: set[str] = set()
        self._calls_left = _MOST_CALLS
        self._followed: dict[tuple[Spot, str], list[Found]] = {}

    def all(self) -> tuple[Run, ...]:
        """Everything, by workflow; what no event reaches, because nobody calls it, at the end."""
        found = tuple(islice(self._everything(), _MOST))
        if len(found) == _MOST or self._calls_left <= 0:
            path = found[-1].workflow.path if found else self._workflows[0].path
            self._repository.problem(path, "the workflows run more than is followed")
        return found

    def _everything(self) -> Iterator[Run]:
        for workflow in self._workflows:
            started = tuple(Reach(trigger, certain=True) for trigger in workflow.triggers if trigger.event != _CALL)
            if started or workflow.kind == "gitlab":
                yield from self._workflow(workflow, _Way((), started, (), (), {}, (workflow.path,)))
        for workflow in self._workflows:
            uncalled = all(trigger.event == _CALL for trigger in workflow.triggers)
            if uncalled and workflow.kind == "github" and workflow.path not in self._called:
                yield from self._workflow(workflow, _Way((), (), (), (), {}, (workflow.path,)))

    def _workflow(self, workflow: Workflow, way: _Way) -> Iterator[Run]:
        ways = {job.id: self._to_job(job, way) for job in workflow.jobs}
        reached = _needed({job.id: job for job in workflow.jobs}, {key: to.reaches for key, to in ways.items()})
        for job in workflow.jobs:
            yield from self._job(workflow, job, replace(ways[job.id], reaches=reached[job.id]))
        for name, spot in workflow.templates:
            yield _run("template", name, spot, _Owner(workflow, _NOBODY), way)

    def _to_job(self, job: Job, way: _Way) -> _Way:
        if job.triggers is not None:
            way = replace(way, reaches=tuple(Reach(trigger, certain=True) for trigger in job.triggers))
        if job.no_cell is not None:
            way = replace(way, reaches=())
        return way.under(job.condition).softened(job.soft)

    def _job(self, workflow: Workflow, job: Job, way: _Way) -> Iterator[Run]:
        if job.image:
            yield _run("image", job.image, job.spot, _Owner(workflow, job), way)
        if job.uses:
            yield from self._call(_Owner(workflow, job), way)
        yield from self._steps(_Owner(workflow, job), job.steps, way)

    def _call(self, owner: _Owner, way: _Way) -> Iterator[Run]:
        job = owner.job
        callee = self._callee(job.uses)
        if callee is None:
            yield _run("workflow", job.uses, job.uses_spot, owner, way, inputs=job.inputs)
            return
        self._called.add(callee.path)
        if self._may_call(callee.path, way):
            inputs = {f"inputs.{name}": value for name, value in job.inputs.items() if "${{" not in value}
            on = replace(way, via=(job.uses_spot, *way.via), inputs=inputs, calls=(*way.calls, callee.path))
            yield from self._workflow(callee, on)

    def _may_call(self, path: str, way: _Way) -> bool:
        """Whether a call is followed: not into what it comes from, not too deep, and not without end."""
        self._calls_left -= 1
        return path not in way.calls and len(way.calls) <= _DEEPEST and self._calls_left > 0

    def _callee(self, uses: str) -> Workflow | None:
        if uses.startswith("./"):
            return self._by_path.get(uses[2:])
        found = _CALLED.match(uses)
        callee = self._by_path.get(found[2]) if found else None
        if found is None or callee is None or not any(trigger.event == _CALL for trigger in callee.triggers):
            return None
        return callee if self._is_own(found[1]) else None

    def _is_own(self, name: str) -> bool:
        """Whether the project says of itself that it lives under a name, such as `owner/project`."""
        if name not in self._own:
            wanted = name.lower().encode()
            texts = self._repository.texts(self._repository.matching(_NAMING))
            self._own[name] = any(b"github.com/" + wanted in text.data.lower() for text in texts)
        return self._own[name]

    def _steps(self, above: _Owner, steps: tuple[Step, ...], way: _Way) -> Iterator[Run]:
        for step in steps:
            owner = replace(above, step=step)
            at = way.under(step.condition).softened(step.soft)
            if step.uses:
                yield _run("action", step.uses, step.uses_spot, owner, at, inputs=step.inputs)
                yield from self._inside(owner, step, at)
            for command in step.commands:
                yield from (_of(found, owner, at) for found in self._followed_from(command, owner.job, step))

    def _followed_from(self, command: Command, job: Job, step: Step) -> list[Found]:
        key = (command.spot, command.text)
        if key not in self._followed:
            skip = {"SKIP": step.env.get("SKIP", job.env.get("SKIP", "")), **command.env}
            self._followed[key] = self._follower.follow(replace(command, env=skip))
        return self._followed[key]

    def _inside(self, owner: _Owner, step: Step, way: _Way) -> Iterator[Run]:
        """What an action runs, where that stands in the repository."""
        if step.uses.startswith("pre-commit/action@"):
            words = _EXPRESSION.sub("EXPRESSION", step.inputs.get("extra_args", "")).split()
            skipped = step.env.get("SKIP", owner.job.env.get("SKIP", ""))
            found = self._follower.hook_runs(step.uses_spot, words, skipped)
            yield from (_of(hook, owner, way) for hook in found)
        if not step.uses.startswith("./"):
            return
        folder = step.uses[2:].strip("/")
        if folder not in self._actions:
            self._actions[folder] = local_action(self._repository, folder)
        action = self._actions[folder]
        if action is not None and self._may_call(action.path, way):
            on = replace(way, via=(step.uses_spot, *way.via), calls=(*way.calls, action.path))
            yield from self._steps(owner, action.jobs[0].steps, on)


def _needed(jobs: Mapping[str, Job], own: Mapping[str, tuple[Reach, ...]]) -> dict[str, tuple[Reach, ...]]:
    """The events that get to each job past the jobs that it needs, unless its condition asks for their status."""
    reached = dict(own)
    for _ in range(_LONGEST_CHAIN):
        before = dict(reached)
        for key, job in jobs.items():
            if job.condition is None or not asks_for_status(job.condition.text):
                for name in dict.fromkeys(job.needs):
                    if name in reached and name != key:
                        reached[key] = _both(reached[key], reached[name])
        if reached == before:
            break
    return reached


def _both(own: tuple[Reach, ...], needed: tuple[Reach, ...]) -> tuple[Reach, ...]:
    certain = {reach.trigger: reach.certain for reach in needed}
    return tuple(
        Reach(reach.trigger, reach.certain and certain[reach.trigger]) for reach in own if reach.trigger in certain
    )


_NOBODY: Final = Job(id="", name="", spot=Spot("", None))


def _run(
    what: str, reference: str, spot: Spot, owner: _Owner, way: _Way, *, inputs: Mapping[str, str] | None = None
) -> Run:
    """What stands in a workflow itself: an action, a called workflow, a template, an image."""
    found = Found(what, (reference,), reference, spot, (), (), inputs or {}, followed=False)
    return _of(found, owner, way)


def _of(found: Found, owner: _Owner, way: _Way) -> Run:
    return Run(
        what=found.what,
        words=found.words,
        text=found.text,
        spot=found.spot,
        via=(*found.via, *way.via),
        workflow=owner.workflow,
        job=owner.job,
        step=owner.step,
        inputs=found.inputs,
        reaches=way.reaches,
        softs=(*found.softs, *way.softs),
        conditions=way.conditions,
        followed=found.followed,
    )
