"""How a release is started and guarded: trigger, conditions, credentials, environment, tests before it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.ci.telling import distinct
from tieout.inspection.reading.ci.tool_tables import PUBLISHING, TESTS
from tieout.inspection.reading.ci.tools import Use, uses
from tieout.syntax.pipelines.model import PROPOSED, Ci, Condition, Run, Spot, Step

_SECRET = re.compile(r"secrets\.(\w+)")
_OWN: Final = frozenset({"GITHUB_TOKEN", "github_token"})
_CREDENTIAL = re.compile(
    r"token|password|passwd|secret|key|passphrase|credential|auth|(?:_|\b)pat(?:_|\b)", re.IGNORECASE
)
_NAME_ONLY = re.compile(r"user(?:name)?\Z|email\Z|organi[sz]ation\Z|repository\Z|registry\Z|region\Z", re.IGNORECASE)
_STEP = re.compile(r"steps\.([\w\-]+)\.")
_TAG_ONLY = re.compile(r"release-drafter|release-please", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credential:
    """A stored secret that a release uses."""

    name: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Release:
    """One thing that is published.

    Attributes:
        use: What publishes it.
        credentials: Stored secrets of its job, the publishing step's own first.
        federated: The job may ask for an identity instead.
        tests: Tests that have to pass before it, in the same job or one that it needs.
        inputs: Lines of plain text given to steps that its conditions ask.
    """

    use: Use
    credentials: tuple[Credential, ...]
    federated: Spot | None
    tests: tuple[Use, ...]
    inputs: tuple[tuple[str, Spot], ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Conditions on the way to it."""
        return self.use.run.conditions


def releases(found: Ci) -> list[Release]:
    """Everything that workflows publish, but for what they publish of proposed changes."""
    known = [use for use in uses(found.runs, (PUBLISHING,)) if use.run.reaches and not use.run.events <= PROPOSED]
    tested = uses(found.runs, (TESTS,))
    by_start: dict[tuple[str, ...], list[Use]] = {}
    for use in known:
        if not _TAG_ONLY.search(use.run.text):
            by_start.setdefault(_starts(use), []).append(use)
    return [_release(use, tested) for same in by_start.values() for use in distinct(same)]


def _starts(use: Use) -> tuple[str, ...]:
    """The workflows that start it: what stands before one of them may not stand before another."""
    return tuple(sorted({reach.trigger.spot.path for reach in use.run.reaches}))


def _release(use: Use, tested: Sequence[Use]) -> Release:
    job, workflow = use.run.job, use.run.workflow
    steps = sorted(job.steps, key=lambda step: step is not use.run.step)
    permissions = job.permissions or workflow.permissions
    federated = None
    if permissions is not None and "id-token" in permissions.writes:
        federated = Spot(permissions.spot.path, permissions.lines.get("id-token") or permissions.spot.line)
    own = [found for step in steps for found in _credentials(step)]
    if use.run.what == "workflow":
        given = [secret for value in job.secrets.values() for secret in _SECRET.findall(value)]
        own.extend(Credential(secret, job.uses_spot) for secret in given if _CREDENTIAL.search(secret))
    return Release(
        use=use,
        credentials=tuple(dict.fromkeys(own)),
        federated=federated,
        tests=tuple(distinct(test for test in tested if comes_before(test, use.run))),
        inputs=tuple(_asked(use.run)),
    )


def _credentials(step: Step) -> Iterator[Credential]:
    for values, lines in ((step.env, step.env_lines), (step.inputs, step.input_lines)):
        for name, value in values.items():
            for secret in _SECRET.findall(value):
                is_one = _CREDENTIAL.search(name) or _CREDENTIAL.search(secret)
                if secret not in _OWN and is_one and not _NAME_ONLY.search(name):
                    yield Credential(secret, Spot(step.spot.path, lines.get(name)))
    for command in step.commands:
        for secret in _SECRET.findall(command.text):
            if secret not in _OWN and _CREDENTIAL.search(secret):
                yield Credential(secret, command.spot)


def comes_before(test: Use, run: Run) -> bool:
    """Whether a test that can fail has to pass before something runs."""
    if not test.gates or (test.run.workflow is not run.workflow and test.run.workflow.path not in _callers(run)):
        return False
    if test.run.job is run.job:
        return _place(test.run) < _place(run)
    return test.run.job.id in _needed(run) or any(spot in _needed_calls(run) for spot in test.run.via)


def _callers(run: Run) -> frozenset[str]:
    return frozenset(spot.path for spot in run.via)


def _place(run: Run) -> int:
    return next((at for at, step in enumerate(run.job.steps) if step is run.step), 0)


def _needed(run: Run) -> frozenset[str]:
    jobs = {job.id: job for job in run.workflow.jobs}
    found: set[str] = set()
    wanted = list(run.job.needs)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted.extend(jobs[name].needs if name in jobs else ())
    return frozenset(found)


def _needed_calls(run: Run) -> frozenset[Spot]:
    needed = _needed(run)
    return frozenset(job.uses_spot for job in run.workflow.jobs if job.id in needed and job.uses)


def _asked(run: Run) -> Iterator[tuple[str, Spot]]:
    """Plain inputs of the steps whose outputs a condition asks for."""
    names = {name for condition in run.conditions for name in _STEP.findall(condition.text)}
    for step in run.job.steps:
        if step.id not in names:
            continue
        for name, value in step.inputs.items():
            if "${{" not in value and value:
                yield value, Spot(step.spot.path, step.input_lines.get(name))
