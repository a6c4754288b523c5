"""CI gates: what runs on every proposed change, and whether it can fail."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.ci import ci
from tieout.inspection.reading.ci.by_name import Named, measure_of, named_evaluations, named_tests
from tieout.inspection.reading.ci.deployments import deployments
from tieout.inspection.reading.ci.gates import Gate, gate
from tieout.inspection.reading.ci.hooks import hosted
from tieout.inspection.reading.ci.idle import idle_evaluations, idle_settings, idle_targets
from tieout.inspection.reading.ci.languages import CHECKED_APART, languages, main_languages
from tieout.inspection.reading.ci.local_tools import own_names
from tieout.inspection.reading.ci.required import required_checks
from tieout.inspection.reading.ci.telling import (
    distinct,
    joined,
    local_hooks,
    run_places,
    started_by,
    starting_place,
    told_triggers,
    tools_in,
    use_places,
    without_ci,
)
from tieout.inspection.reading.ci.tool_tables import EVALUATION, FORMATTING, LINTING, TESTS, TYPES
from tieout.inspection.reading.ci.tools import named_hook_rules, uses
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.syntax.pipelines.model import Ci, Permissions, Spot

_MOST_SKIPPED: Final = 20
_NOT_SETTINGS: Final = "Whether the forge demands a check before a merge is a setting of the forge."

TOPIC = Topic(
    key="ci-gates",
    title="CI gates",
    questions=(
        Question(
            "tests-on-pull-requests", "Do tests run automatically on pull requests, and can they fail?", _NOT_SETTINGS
        ),
        Question("formatting-enforced", "Is code formatting enforced in CI?", _NOT_SETTINGS),
        Question("linting-enforced", "Is linting enforced in CI?", _NOT_SETTINGS),
        Question("types-enforced", "Are types checked in CI?", _NOT_SETTINGS),
        Question(
            "evaluations-in-ci",
            "Does CI run evaluations of the model or its answers?",
            "What an evaluation found stands in the forge's runs, not here.",
        ),
        Question(
            "required-checks",
            "Which checks must pass before a merge?",
            "Branch protection and rulesets are settings of the forge; few repositories keep a copy.",
        ),
        Question(
            "deployment-gated",
            "Is production deployment gated?",
            "Reviewers of an environment are a setting of the forge.",
        ),
        Question(
            "token-permissions",
            "Do workflows say what their token may do, and no more than they need?",
            "What a token may do where a workflow says nothing is a setting of the forge.",
        ),
    ),
)

_GATES: Final = (
    ("tests-on-pull-requests", TESTS, "tests"),
    ("formatting-enforced", FORMATTING, "check of formatting"),
    ("linting-enforced", LINTING, "linter"),
    ("types-enforced", TYPES, "type checker"),
)
_QUALITY: Final = (TESTS, FORMATTING, LINTING, TYPES)
_GATHERING = re.compile(r"required|all[-_]?(?:tests?|checks?|green|pass)|ci[-_]?(?:ok|done)")
_MOST_OTHERS: Final = 3
_MOST_WORKFLOWS: Final = 10
_MOST_STARTED: Final = 4


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    found = ci(repository)
    for key, kind, what in _GATES:
        yield _gate_fact(repository, found, key, kind, what)
    yield _evaluations(repository, found)
    yield _required(repository, found)
    yield _deployment(repository, found)
    yield _permissions(repository, found)


def _gate_fact(repository: Repository, found: Ci, key: str, kind: str, what: str) -> Fact:
    spoken = languages(repository)
    if not spoken:
        return TOPIC.fact(key, Answer.NOT_APPLICABLE, "The repository holds no program code.")
    judged = gate(found, kind)
    if kind == TYPES and not judged.uses and not main_languages(repository) & CHECKED_APART:
        told = joined(sorted(main_languages(repository)))
        return TOPIC.fact(key, Answer.NOT_APPLICABLE, f"The code is {told}; its compiler checks types.")
    if kind == TESTS and judged.answer is Answer.NO and judged.cause in {"absent", "not by itself"}:
        by_name = _named_tests(repository, found)
        if by_name is not None:
            return by_name
    by_service = _by_service(repository, key, kind) if judged.answer is Answer.NO else None
    if by_service is not None:
        return by_service
    if not judged.uses:
        return _no_gate(repository, found, key, kind, what)
    answer = judged.answer
    if key == "tests-on-pull-requests" and judged.cause == "after the merge":
        answer = Answer.NO
    values: dict[str, Value] = {
        "tools": tools_in(judged.uses),
        "started_by": started_by(use.run for use in judged.uses),
    }
    return TOPIC.fact(
        key,
        answer,
        _statement(judged, found, what),
        places=(*_gate_places(repository, judged), *(_others(repository, found, kind) if answer is Answer.NO else ())),
        values=values,
        confidence=judged.confidence,
    )


def _statement(judged: Gate, found: Ci, what: str) -> str:
    text = judged.reason
    if any(use.shown is not None for use in judged.uses):
        return f"{text} A later command fails where files have changed."
    elsewhere = {use.run.workflow.kind for use in judged.uses}
    if elsewhere == {"gitlab"} and any(workflow.kind == "github" for workflow in found.workflows):
        return f"{text} This is the pipeline of GitLab; the workflows of GitHub run no {what} on proposals."
    return text


def _gate_places(repository: Repository, judged: Gate) -> Iterator[InspectedPlace]:
    """All uses, after the first of each workflow with what starts it: many workflows would not all be listed else."""
    first = {use.run.workflow.path: use for use in reversed(judged.uses)}
    if len(first) > 1:
        for nth, use in enumerate(first[path] for path in sorted(first)[:_MOST_WORKFLOWS]):
            places = list(use_places(repository, use))
            starting = [starting_place(repository, trigger) for trigger in told_triggers(use.run)]
            others = [place for place in places if place not in starting]
            yield from (*others[:2], *starting[: 1 if nth < _MOST_STARTED else 0])
    for use in judged.uses:
        yield from use_places(repository, use)
    for run in dict.fromkeys(use.shown.spot for use in judged.uses if use.shown is not None):
        yield repository.place(run.path, run.line, "fails where files have changed")


def _others(repository: Repository, found: Ci, kind: str) -> Iterator[InspectedPlace]:
    """What proposals do run, where they do not run what was asked for."""
    others = [use for use in distinct(uses(found.runs, _QUALITY)) if use.kind != kind and use.run.on_proposals]
    for use in others[:_MOST_OTHERS]:
        yield from (
            repository.place(spot.path, spot.line, f"runs {use.tool} on pull requests", counts=False)
            for spot in (use.run.spot, *use.run.via[:1])
        )


def _no_gate(repository: Repository, found: Ci, key: str, kind: str, what: str) -> Fact:
    reason = without_ci(found)
    if reason:
        places = [repository.place(path, shows=f"configures {product}") for path, product in found.others]
        return TOPIC.unknown(key, reason, places=places)
    hooks = [place for _, _, place in local_hooks(repository, (kind,))]
    told = "No continuous integration is configured here." if found.is_absent else f"No workflow runs a {what}."
    if kind == TESTS and not found.is_absent:
        told = "No workflow runs tests."
    if hooks:
        told += " A hook of pre-commit does it on the machines of those who have installed it."
    places = [place.model_copy(update={"counts": False}) for place in hooks]
    idle = () if hooks else idle_settings(repository, kind)
    places += _left_out(repository, found, kind)
    seen = (*idle, *idle_targets(repository, kind), *_others(repository, found, kind))
    return TOPIC.fact(key, Answer.NO, told, places=(*places, *seen))


def _left_out(repository: Repository, found: Ci, kind: str) -> Iterator[InspectedPlace]:
    """Lines by which a workflow tells pre-commit to leave out hooks of a kind, whether there are such hooks or not."""
    for step in (step for workflow in found.workflows for job in workflow.jobs for step in job.steps):
        for name in step.env.get("SKIP", "").split(",")[:_MOST_SKIPPED]:
            if any(rule.kind == kind for rule in named_hook_rules(name.strip())):
                line = step.env_lines.get("SKIP")
                yield repository.place(step.spot.path, line, f"leaves the hook {name.strip()} out", counts=False)


def _by_service(repository: Repository, key: str, kind: str) -> Fact | None:
    """The answer where no workflow does it, and hooks stand beside settings for a service that runs them."""
    service = hosted(repository)
    found = list(local_hooks(repository, (kind,), by=service)) if service is not None and kind != TESTS else []
    if service is None or not found:
        return None
    tools = list(dict.fromkeys(tool for tool, _, _ in found))
    text = (
        f"No workflow enforces it. {joined(tools)} {'is a hook' if len(tools) == 1 else 'are hooks'} that a hosted "
        "service (pre-commit.ci) may run on pull requests; whether it does, and is required, is not recorded here."
    )
    places = [place for _, _, place in found]
    places.append(repository.place(service.spot.path, service.spot.line, "settings for the hosted service"))
    if service.repairs is not None:
        shows = "the service commits what hooks change to the pull request"
        places.append(repository.place(service.repairs.path, service.repairs.line, shows))
        text += " It commits to the pull request what hooks change."
    values = {"tools": tuple(tools), "started_by": ()}
    return TOPIC.fact(key, Answer.PARTIAL, text, places=places, values=values, confidence=Confidence.MODERATE)


def _named_tests(repository: Repository, found: Ci) -> Fact | None:
    """The answer where proposals start what is called a test and no runner of tests is known by its name."""
    named = [one for one in named_tests(repository, found) if one.run.on_proposals]
    counting = [one for one in named if not one.run.ignored]
    if not counting:
        return None
    how = joined(list(dict.fromkeys(one.how for one in counting)))
    text = (
        f"What is called a test ({how}) runs on {started_by(one.run for one in counting)}. It is no known runner of "
        "tests, and asserts what its exit code asserts."
    )
    places = [place for one in counting for place in _named_places(repository, one, "is called a test")]
    values = {"started_by": started_by(one.run for one in counting)}
    key = "tests-on-pull-requests"
    return TOPIC.fact(key, Answer.PARTIAL, text, places=places, values=values, confidence=Confidence.MODERATE)


def _named_places(repository: Repository, named: Named, shows: str) -> Iterator[InspectedPlace]:
    yield from run_places(repository, named.run, shows)
    if named.spot is not None:
        yield repository.place(named.spot.path, named.spot.line, f"has the name: {named.how}")


def _evaluations(repository: Repository, found: Ci) -> Fact:
    key = "evaluations-in-ci"
    own = own_names(repository)
    known = [use for use in distinct(uses(found.runs, (EVALUATION,))) if use.run.reaches]
    started = [use for use in known if not {use.tool.lower(), use.run.words[0].lower()} & own]
    if started:
        by_itself = [use for use in started if use.run.by_itself]
        told = by_itself or started
        text = f"{joined(tools_in(told))} runs on {started_by(use.run for use in told)}."
        places = [place for use in told for place in use_places(repository, use)]
        answer = Answer.YES if by_itself else Answer.PARTIAL
        return TOPIC.fact(key, answer, text, places=places, values={"tools": tools_in(told)})
    named = named_evaluations(repository, found)
    measured = [(one, spot) for one in named if (spot := measure_of(repository, one)) is not None]
    if measured:
        return _measured(repository, measured)
    if named:
        text = (
            f"A command that is called an evaluation runs on {started_by(one.run for one in named)}; what it measures "
            "cannot be told from here."
        )
        places = [place for one in named for place in _named_places(repository, one, "is called an evaluation")]
        return TOPIC.unknown(key, text, places=[*places, *idle_evaluations(repository)])
    reason = without_ci(found)
    if reason:
        return TOPIC.unknown(key, reason)
    text = "Nothing that continuous integration runs is an evaluation."
    if known:
        text = (
            f"Continuous integration runs {joined(tools_in(known))}, which is this project itself, and no evaluation."
        )
    tried = [place for use in known for place in run_places(repository, use.run, "runs itself", counts=False)]
    return TOPIC.fact(key, Answer.NO, text, places=[*tried, *idle_evaluations(repository)])


def _measured(repository: Repository, measured: Sequence[tuple[Named, Spot]]) -> Fact:
    """The answer where a program of the tree that is run works out a measure."""
    by_itself = [pair for pair in measured if pair[0].run.by_itself]
    told = by_itself or measured
    files = joined(list(dict.fromkeys(spot.path for _, spot in told)))
    text = f"A program that works out a measure ({files}) runs on {started_by(one.run for one, _ in told)}."
    places = [
        place
        for one, spot in told
        for place in (
            *run_places(repository, one.run, "runs an evaluation of the project's own"),
            repository.place(spot.path, spot.line, "works out a measure"),
        )
    ]
    answer = Answer.YES if by_itself else Answer.PARTIAL
    return TOPIC.fact("evaluations-in-ci", answer, text, places=places, confidence=Confidence.MODERATE)


def _required(repository: Repository, found: Ci) -> Fact:
    key = "required-checks"
    demanded = required_checks(repository)
    if demanded:
        names = list(dict.fromkeys(check.name for check in demanded))
        places = [repository.place(check.spot.path, check.spot.line, f"demands {check.name}") for check in demanded]
        text = (
            f"Committed settings demand {len(names)}: {joined(names)}. That the forge has them in force is not shown."
        )
        values = {"checks": tuple(names)}
        return TOPIC.fact(key, Answer.VALUE, text, places=places, values=values, confidence=Confidence.MODERATE)
    shows = "a job that waits for others; nothing here demands it"
    gathering = [
        repository.place(job.spot.path, job.spot.line, shows, counts=False)
        for workflow in found.workflows
        for job in workflow.jobs
        if len(job.needs) > 1 and _GATHERING.search(job.id)
    ]
    return TOPIC.unknown(key, "No settings of branches are kept in the repository.", places=gathering)


def _deployment(repository: Repository, found: Ci) -> Fact:
    key = "deployment-gated"
    judged = deployments(repository, found)
    if judged is None:
        reason = without_ci(found) or (
            "No workflow deploys; where and how production is deployed is not recorded here."
        )
        return TOPIC.unknown(key, reason)
    return TOPIC.fact(
        key,
        judged.answer,
        judged.statement,
        places=judged.places,
        values=judged.values,
        confidence=judged.confidence,
    )


def _permissions(repository: Repository, found: Ci) -> Fact:
    key = "token-permissions"
    workflows = [workflow for workflow in found.workflows if workflow.kind == "github"]
    if not workflows:
        return TOPIC.fact(key, Answer.NOT_APPLICABLE, "There are no workflows of GitHub Actions.")
    places: list[InspectedPlace] = []
    worst: list[InspectedPlace] = []
    granted: list[InspectedPlace] = []
    limited = silent = broad = wide = 0
    for workflow in workflows:
        given = [job.permissions for job in workflow.jobs if job.permissions is not None]
        stated = [workflow.permissions] if workflow.permissions is not None else []
        everything = [item for item in (*stated, *given) if item.everything == "write-all"]
        granted.extend(place for item in (*stated, *given) for place in _granted(repository, item))
        granted.extend(repository.place(item.spot.path, item.spot.line, "limits the token of a job") for item in given)
        if everything:
            broad += 1
            worst.extend(
                repository.place(item.spot.path, item.spot.line, "may write everything") for item in everything
            )
        elif stated or (given and len(given) == len(workflow.jobs)):
            limited += 1
            if stated and stated[0].writes and len(workflow.jobs) > 1:
                wide += 1
                shows = f"every job may write {joined(stated[0].writes)}"
                places.append(repository.place(stated[0].spot.path, stated[0].spot.line, shows))
            elif stated:
                places.append(repository.place(stated[0].spot.path, stated[0].spot.line, "limits the token"))
        else:
            silent += 1
            places.append(repository.place(workflow.path, None, "says nothing of the token, or not for every job"))
    total = len(workflows)
    text = f"{limited} of {total} workflows say what their token may do for every job"
    parts = [f"{broad} let it write everything"] * bool(broad) + [f"{silent} leave it to the forge"] * bool(silent)
    parts += [f"{wide} let every job write"] * bool(wide)
    text += f"; {', '.join(parts)}." if parts else "."
    answer = Answer.YES if limited == total and not wide else Answer.NO if not limited else Answer.PARTIAL
    values = {
        "workflows": total,
        "limited": limited,
        "write_everything": broad,
        "unstated": silent,
        "write_for_every_job": wide,
    }
    return TOPIC.fact(key, answer, text, places=(*worst, *places, *granted), values=values)


def _granted(repository: Repository, given: Permissions) -> Iterator[InspectedPlace]:
    """The lines that let the token write something."""
    for scope in given.writes:
        yield repository.place(given.spot.path, given.lines.get(scope), f"may write {scope}")
