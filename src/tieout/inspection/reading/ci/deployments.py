"""What deploys to production, what starts it, and what stands before it, as far as workflows tell."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.domain.inspection import Answer, Confidence, InspectedPlace, Value
from tieout.inspection.reading.ci.releases import comes_before
from tieout.inspection.reading.ci.telling import distinct, event_words, joined, told_triggers, trigger_places
from tieout.inspection.reading.ci.tool_tables import DEPLOYING, TESTS
from tieout.inspection.reading.ci.tools import Use, uses
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.model import PROPOSED, Ci, Environment, Job, Run, Spot, Trigger, Workflow

_PRODUCTION = re.compile(r"(?<![a-z])(?<!pre[-_ ])(?<!non[-_ ])(?:prod|production|prd)(?![a-z])", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:dev|develop|development|stag(?:e|ing)|stg|test|testing|qa|uat|integration|pre[-_]?prod(?:uction)?|preview"
    r"|sandbox|nonprod|ephemeral|pages|github-pages|docs?)(?![a-z])",
    re.IGNORECASE,
)
_NAMED = re.compile(r"deploy|promot|rollout|release|deliver|\bcd\b", re.IGNORECASE)
_TARGET = re.compile(r"env|stage|target|workspace|cluster|account", re.IGNORECASE)
_BRANCH = re.compile(r"branch|ref(?:_name)?\b|refs/heads", re.IGNORECASE)
_COMPARED = re.compile(r"==|!=|=~|\s-(?:eq|ne)\s|\scase\s")
_OTHERS_BY_THEMSELVES = re.compile(r"(?:auto|default)\w*\s*[:=]", re.IGNORECASE)
_CLUSTER_OF_A_TEST = re.compile(r"\b(?:kind|minikube|k3d|k3s|microk8s|envtest)\b")
_TESTING = re.compile(r"test|e2e|lint|verify|validat|check|preview", re.IGNORECASE)
_HANDS: Final = frozenset({"workflow_dispatch", "repository_dispatch"})
_RELEASES: Final = frozenset({"release", "tag"})
_MOST_LINES: Final = 4_000
_LONGEST_LINE: Final = 500


@dataclass(frozen=True, slots=True)
class Deployment:
    """The answer on deployments: what is said, and where it stands."""

    answer: Answer
    statement: str
    places: tuple[InspectedPlace, ...]
    values: dict[str, Value]
    confidence: Confidence


@dataclass(slots=True)
class _Signs:
    """What the workflows show of deployments to production."""

    ways: list[tuple[Trigger, str]] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    guards: list[Spot] = field(default_factory=list)
    named: list[tuple[Spot, str]] = field(default_factory=list)
    others: list[tuple[Spot, str]] = field(default_factory=list)
    manual: list[Spot] = field(default_factory=list)
    tools: list[Use] = field(default_factory=list)
    tests: list[Use] = field(default_factory=list)


def deployments(repository: Repository, found: Ci) -> Deployment | None:
    """What stands before a deployment to production; None where nothing deploys."""
    deploying = [use for use in uses(found.runs, (DEPLOYING,)) if _is_real(use.run, found.runs)]
    signs = _Signs(tools=deploying)
    for workflow in found.workflows:
        own = [use for use in deploying if use.run.workflow is workflow]
        if own or _is_named(workflow):
            _read(repository, workflow, own, signs)
    _called_with(found, signs)
    if not signs.named and not deploying:
        return None
    if not signs.ways:
        signs.ways = [(trigger, "") for use in deploying for trigger in told_triggers(use.run)]
    if not signs.ways and not signs.manual:
        return None
    tested = uses(found.runs, (TESTS,))
    signs.tests = distinct(test for test in tested if any(comes_before(test, use.run) for use in signs.tools))
    return _judged(repository, signs)


def _is_real(run: Run, runs: Sequence[Run]) -> bool:
    """Whether it deploys for good, and not into a cluster that a test makes, or for documentation."""
    if not run.reaches or run.events <= PROPOSED:
        return False
    if run.job.environment is None and _TESTING.search(f"{run.job.id} {run.job.name}"):
        return False
    texts = (other.text for other in runs if other.job is run.job)
    return not any(_CLUSTER_OF_A_TEST.search(text) for text in texts)


def _is_named(workflow: Workflow) -> bool:
    return bool(_NAMED.search(f"{workflow.name} {workflow.path.rpartition('/')[2]}"))


def _read(repository: Repository, workflow: Workflow, own: Sequence[Use], signs: _Signs) -> None:
    before = len(signs.named)
    for name, options in workflow.inputs.items():
        if _TARGET.search(name) and any(_PRODUCTION.search(option) for option in options):
            signs.named.extend(_option_lines(repository, workflow, name))
            hands = [trigger for trigger in workflow.triggers if trigger.event in _HANDS]
            signs.ways.extend((trigger, "an input names it") for trigger in hands)
    for job in workflow.jobs:
        _read_job(job, own, signs)
    if own or len(signs.named) > before:
        _read_lines(repository, workflow, signs)


def _option_lines(repository: Repository, workflow: Workflow, name: str) -> Iterator[tuple[Spot, str]]:
    spot = workflow.input_spots.get(name)
    text = repository.text(workflow.path)
    if spot is None or spot.line is None or text is None:
        return
    lines = text.lines()
    for number in range(spot.line, min(spot.line + 40, len(lines))):
        if lines[number].lstrip().startswith("- ") and _PRODUCTION.search(lines[number]):
            yield Spot(workflow.path, number + 1), "production may be chosen"
            return


def _read_job(job: Job, own: Sequence[Use], signs: _Signs) -> None:
    deploys = [use for use in own if use.run.job is job]
    environment = job.environment
    if environment is not None and deploys and not _ELSEWHERE.search(environment.name):
        signs.environments.append(environment)
        signs.named.append((environment.spot, "the job names an environment"))
        if job.manual is not None:
            signs.manual.append(job.manual)
        signs.ways.extend((trigger, "") for use in deploys for trigger in told_triggers(use.run))
    if deploys and environment is None:
        texts = " ".join(use.run.text for use in deploys)
        if _PRODUCTION.search(texts):
            signs.named.extend((use.run.spot, "deploys to production") for use in deploys)
            signs.ways.extend((trigger, "") for use in deploys for trigger in told_triggers(use.run))
    if deploys and job.condition is not None and "github.ref" in job.condition.text:
        signs.guards.append(job.condition.spot)


def _read_lines(repository: Repository, workflow: Workflow, signs: _Signs) -> None:
    """Comparisons of a branch beside the name of production, and what other environments get by themselves."""
    text = repository.text(workflow.path)
    for number, line in enumerate(text.lines()[:_MOST_LINES] if text is not None else (), start=1):
        plain = line.strip()
        if plain.startswith(("#", "echo ")) or len(plain) > _LONGEST_LINE:
            continue
        spot = Spot(workflow.path, number)
        if _PRODUCTION.search(plain) and _BRANCH.search(plain) and _COMPARED.search(plain):
            signs.guards.append(spot)
        elif _OTHERS_BY_THEMSELVES.search(plain) and _ELSEWHERE.search(plain) and not _PRODUCTION.search(plain):
            signs.others.append((spot, "deployed without anybody's asking"))


def _called_with(found: Ci, signs: _Signs) -> None:
    """Jobs that call a workflow which deploys, with the name of an environment."""
    for job in (job for workflow in found.workflows for job in workflow.jobs if job.uses):
        targets = [value for name, value in job.inputs.items() if _TARGET.search(name) and "${{" not in value]
        deploying = [use.run for use in signs.tools if job.uses_spot in (use.run.spot, *use.run.via)]
        triggers = list(dict.fromkeys(trigger for run in deploying for trigger in told_triggers(run)))
        if any(_PRODUCTION.search(value) for value in targets) and triggers:
            signs.named.append((job.uses_spot, "called for production"))
            if job.condition is not None:
                signs.named.append((job.condition.spot, "when it is called"))
            signs.ways.extend((trigger, "") for trigger in triggers)
        elif any(_ELSEWHERE.search(value) for value in targets) and any(trigger.by_itself for trigger in triggers):
            signs.others.append((job.uses_spot, "deployed without anybody's asking"))


def _judged(repository: Repository, signs: _Signs) -> Deployment:
    triggers = list(dict.fromkeys(trigger for trigger, _ in signs.ways))
    by_hand = bool(triggers) and all(trigger.event in _HANDS for trigger in triggers)
    by_release = bool(triggers) and all(
        trigger.event in _HANDS | _RELEASES or (trigger.event == "push" and trigger.tags and not trigger.branches)
        for trigger in triggers
    )
    by_hand = by_hand or bool(signs.manual)
    gated = by_hand or by_release or bool(signs.environments) or bool(signs.guards) or bool(signs.tests)
    events = list(dict.fromkeys(event_words(trigger) for trigger in triggers))
    parts = [f"Production is deployed on {joined(events) or 'a manual step'}"]
    if signs.guards:
        parts.append("a comparison of the branch stands before it")
    if signs.tests:
        parts.append("tests have to pass before it")
    if signs.environments:
        names = joined(sorted({environment.name for environment in signs.environments}))
        parts.append(f"the job names the environment {names}, whose reviewers are not kept here")
    else:
        parts.append("no environment with reviewers is named")
    if signs.others:
        parts.append("other environments are deployed without anybody's asking")
    answer = Answer.PARTIAL if gated else Answer.NO
    values: dict[str, Value] = {
        "started_by": tuple(sorted({trigger.event for trigger in triggers})),
        "manual": by_hand,
        "environment_named": bool(signs.environments),
        "branch_compared": bool(signs.guards),
        "tests_before": bool(signs.tests),
    }
    certain = Confidence.HIGH if signs.named else Confidence.MODERATE
    return Deployment(answer, f"{'; '.join(parts)}.", tuple(_places(repository, signs, triggers)), values, certain)


def _places(repository: Repository, signs: _Signs, triggers: Iterable[Trigger]) -> Iterator[InspectedPlace]:
    for spot in dict.fromkeys(signs.guards):
        yield repository.place(spot.path, spot.line, "compares the branch")
    for environment in signs.environments:
        yield repository.place(environment.spot.path, environment.spot.line, "names the environment")
    for spot in signs.manual:
        yield repository.place(spot.path, spot.line, "somebody has to start it")
    for spot, shows in dict.fromkeys(signs.named):
        yield repository.place(spot.path, spot.line, shows)
    for trigger in triggers:
        yield from trigger_places(repository, trigger)
    for spot, shows in dict.fromkeys(signs.others):
        yield repository.place(spot.path, spot.line, shows)
    for test in signs.tests:
        yield repository.place(test.run.spot.path, test.run.spot.line, f"runs before it: {test.tool}")
    for use in signs.tools:
        yield repository.place(use.run.spot.path, use.run.spot.line, f"deploys: {use.tool}")
