"""Security scanning: which scanners run, on which trigger, whether they can fail, and which are only configured."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.ci import ci
from tieout.inspection.reading.ci.linter_rules import gosec_within_golangci, security_rules_of_ruff
from tieout.inspection.reading.ci.local_tools import local_tools
from tieout.inspection.reading.ci.telling import distinct, joined, started_by, tools_in, use_places, without_ci
from tieout.inspection.reading.ci.tool_tables import (
    CODE,
    CONTAINER,
    DEPENDENCIES,
    FORMATTING,
    LINTING,
    POSTURE,
    SECRETS,
    SECURITY,
    TYPES,
)
from tieout.inspection.reading.ci.tools import Use, uses
from tieout.inspection.reading.mentions import guides, mentions
from tieout.inspection.reading.toml_lines import key_line
from tieout.inspection.repository import File, Repository
from tieout.inspection.topic import Question, Topic
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.pipelines.model import Ci

_OUTSIDE: Final = "Scans that the forge or a service runs by its own settings leave no file."

TOPIC = Topic(
    key="security-scanning",
    title="Security scanning",
    questions=(
        Question("in-ci", "Does CI run a security scan?", _OUTSIDE),
        Question(
            "codeql",
            "Does the repository configure CodeQL?",
            "GitHub's default setup of CodeQL leaves no file; the forge's settings would show it.",
        ),
        Question("secret-scanning", "Does CI look for committed secrets?", _OUTSIDE),
        Question(
            "dependency-scanning",
            "Does CI look for dependencies with known vulnerabilities?",
            "Alerts of Dependabot and their state are kept by the forge.",
        ),
        Question("container-scanning", "Does CI scan container images?", "A registry may scan images by itself."),
        Question("only-local", "Are scanners configured only as local hooks or development dependencies?"),
    ),
)

#: A tool that stands there for local use: its name, its kind, its place.
_Local = tuple[str, str, InspectedPlace]

_IMAGE_FILE = re.compile(
    r"(?:\A|/)(?:Dockerfile|Containerfile)(?:[.\-_][^/]*)?\Z|\.(?:dockerfile|containerfile)\Z", re.IGNORECASE
)
_KINDS: Final = {"secret-scanning": SECRETS, "dependency-scanning": DEPENDENCIES, "container-scanning": CONTAINER}
_WHAT: Final = {
    "in-ci": "security scan",
    "secret-scanning": "search for secrets",
    "dependency-scanning": "scan of dependencies",
    "container-scanning": "scan of images",
}
_NEAR: Final = (LINTING, FORMATTING, TYPES)
_PROJECT: Final = "pyproject.toml"
_MOST_NEAR: Final = 4
_MOST_MENTIONS: Final = 8
_SETTINGS = re.compile(r"\A(?:\.github/)?[^/]+\.(?:toml|cfg|ini|ya?ml)\Z")
_SCAN_WORDS = compile_bytes(
    r"\b(?:security|vulnerabilit(?:y|ies)|cve|sast|bandit|semgrep|gitleaks|trivy|snyk|codeql|dependabot|(?:pip|npm|cargo)"
    r"[- ]audit)\b",
    folded=True,
)
_CODEQL = compile_bytes(r"codeql", folded=True)
_TEXTUAL = re.compile(
    r"\.(?:md|rst|txt|adoc|ya?ml|json|toml|cfg|ini|py|js|jsx|ts|tsx|mjs|go|rs|rb|java|kt|scala|php|cs|c|cc|cpp|h|hpp|sh"
    r"|swift|template)\Z",
    re.IGNORECASE,
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    found = ci(repository)
    scans = [*uses(found.runs, SECURITY), *_within_linters(repository, found)]
    local = local_tools(repository, SECURITY)
    yield _in_ci(repository, found, scans, local)
    yield _codeql(repository, found, scans)
    yield _of_kind(repository, found, "secret-scanning", scans, local)
    yield _of_kind(repository, found, "dependency-scanning", scans, local)
    yield _containers(repository, found, scans, local)
    yield _only_local(found, scans, local)


def _within_linters(repository: Repository, found: Ci) -> list[Use]:
    """Scanners that a linter of continuous integration runs within itself."""
    spot = gosec_within_golangci(repository)
    if spot is None:
        return []
    linting = [use for use in uses(found.runs, (LINTING,)) if use.tool == "golangci-lint"]
    return [replace(use, tool="gosec", kind=CODE, run=replace(use.run, via=(*use.run.via, spot))) for use in linting]


def _in_ci(repository: Repository, found: Ci, scans: Sequence[Use], local: Sequence[_Local]) -> Fact:
    key = "in-ci"
    told = _by_itself(scans)
    if told and any(use.kind != POSTURE for use in told):
        return _scanned(repository, key, Answer.PARTIAL if _elsewhere(found, told) else Answer.YES, told)
    if told:
        return _scanned(repository, key, Answer.PARTIAL, told)
    asked = distinct(use for use in scans if use.run.reaches)
    if asked:
        return _scanned(repository, key, Answer.PARTIAL, asked)
    return _none(repository, found, key, scans, local)


def _elsewhere(found: Ci, told: Sequence[Use]) -> bool:
    """Whether the scans stand in the pipeline of one forge only, while the tree is for two."""
    kinds = {workflow.kind for workflow in found.workflows}
    return len(kinds) > 1 and {use.run.workflow.kind for use in told} == {"gitlab"}


def _by_itself(scans: Iterable[Use]) -> list[Use]:
    return distinct(use for use in scans if use.run.by_itself)


def _scanned(repository: Repository, key: str, answer: Answer, told: Sequence[Use]) -> Fact:
    ordered = sorted(told, key=lambda use: (not use.run.on_proposals, not use.gates, use.fails is None))
    places = [place for use in ordered for place in use_places(repository, use)]
    places.extend(_left_out(repository, ordered))
    if key == "in-ci":
        places.extend(_rules(repository))
    tools = tools_in(ordered)
    text = f"{joined(tools)} {'runs' if len(tools) == 1 else 'run'} on {started_by(use.run for use in ordered)}"
    failing = tools_in(use for use in ordered if use.gates and use.fails)
    silent = [use for use in ordered if not use.gates]
    if failing:
        text += "; findings fail the job" if not silent else f"; findings of {joined(failing)} fail the job"
    if silent:
        reasons = {use.why_not.reason for use in silent if use.why_not is not None}
        text += f"; {joined(tools_in(silent))} cannot fail it{f': {min(reasons)}' if len(reasons) == 1 else ''}"
    text += "."
    confidence = Confidence.HIGH
    if all(use.run.what == "workflow" for use in ordered):
        confidence = Confidence.MODERATE
        text += (
            " They stand in another repository and were not read."
            if len(tools) > 1
            else (" It stands in another repository and was not read.")
        )
    if answer is Answer.PARTIAL:
        text += _partly(ordered)
    values = {
        "tools": tools,
        "kinds": tuple(sorted({use.kind for use in ordered})),
        "started_by": tuple(sorted({event for use in ordered for event in use.run.events})),
        "can_fail": tuple(failing),
    }
    return TOPIC.fact(key, answer, text, places=places, values=values, confidence=confidence)


def _left_out(repository: Repository, told: Sequence[Use]) -> Iterator[InspectedPlace]:
    """Folders that the settings of Bandit leave out, whatever its command names."""
    text = repository.text(_PROJECT) if any(use.tool == "Bandit" for use in told) else None
    line = key_line(text, "tool.bandit", "exclude_dirs") if text is not None else None
    if text is not None and line is not None:
        yield text.place(line, "Bandit leaves these folders out")


def _partly(told: Sequence[Use]) -> str:
    if all(use.kind == POSTURE for use in told):
        return " It judges the project's practices; it does not scan the code."
    if any(use.run.by_itself for use in told):
        return " That is the pipeline of GitLab; the workflows of GitHub run none, and which forge is used is not told."
    return " Nothing starts it without somebody's asking."


def _none(repository: Repository, found: Ci, key: str, scans: Sequence[Use], local: Sequence[_Local]) -> Fact:
    reason = without_ci(found)
    if reason:
        places = [repository.place(path, shows=f"configures {product}") for path, product in found.others]
        return TOPIC.unknown(key, reason, places=places)
    if found.is_absent:
        text = "No continuous integration is configured here."
    else:
        total = len(found.workflows)
        what = _WHAT[key]
        text = f"None of the {total} workflows runs a {what}." if total > 1 else f"The one workflow runs no {what}."
    places = [place.model_copy(update={"counts": False}) for _, _, place in local]
    if local:
        names = joined(sorted({tool for tool, _, _ in local}, key=str.lower))
        text += f" {names} {'is' if len({tool for tool, _, _ in local}) == 1 else 'are'} configured for local use only."
    unreached = distinct(use for use in scans if not use.run.reaches)
    if unreached:
        text += f" {joined(tools_in(unreached))} stands in a workflow that nothing starts."
        places.extend(place for use in unreached for place in use_places(repository, use, counts=False))
    if key == "in-ci":
        places.extend(_near(repository, found))
        places.extend(_rules(repository))
        spoken = [*_beside(repository), *guides(repository)] if not local else []
        places.extend(mentions(repository, spoken, _SCAN_WORDS, "speaks of security or a scan and runs none"))
    return TOPIC.fact(key, Answer.NO, text, places=places)


def _near(repository: Repository, found: Ci) -> Iterator[InspectedPlace]:
    """Checks that run and are no scans: linters, formatters, type checkers."""
    for use in distinct(use for use in uses(found.runs, _NEAR) if use.run.by_itself)[:_MOST_NEAR]:
        for spot in (use.run.spot, *use.run.via[:1]):
            yield repository.place(spot.path, spot.line, f"runs {use.tool}, no scanner", counts=False)


def _rules(repository: Repository) -> Iterator[InspectedPlace]:
    """Rules on security that a linter has turned on; it reads one file at a time, and counts as no scanner."""
    for spot in security_rules_of_ruff(repository):
        yield repository.place(spot.path, spot.line, "rules on security of a linter, no scanner", counts=False)


def _beside(repository: Repository) -> list[File]:
    """Settings of the root and of the forge, workflows left out: what they run is known."""
    return [file for file in repository.matching(_SETTINGS) if file.is_own]


def _codeql(repository: Repository, found: Ci, scans: Sequence[Use]) -> Fact:
    key = "codeql"
    told = distinct(use for use in scans if use.tool == "CodeQL" and use.run.reaches)
    if told:
        by_itself = [use for use in told if use.run.by_itself]
        return _scanned(repository, key, Answer.YES if by_itself else Answer.PARTIAL, by_itself or told)
    reason = without_ci(found)
    if reason:
        return TOPIC.unknown(key, reason)
    mentioned = _mentioned(repository)
    text = "No workflow runs CodeQL; GitHub's default setup of it would leave no file."
    if mentioned:
        text += " It is only mentioned."
    return TOPIC.fact(key, Answer.NO, text, places=mentioned)


def _mentioned(repository: Repository) -> list[InspectedPlace]:
    """Where CodeQL is named and not run: one line a file, the project's own files first."""
    files = [file for file in repository.matching(_TEXTUAL) if file.path_class is not PlaceClass.VENDORED]
    files.sort(key=lambda file: (not file.is_own, file.path))
    return mentions(repository, files, _CODEQL, "mentions CodeQL and does not run it", most=_MOST_MENTIONS)


def _of_kind(repository: Repository, found: Ci, key: str, scans: Sequence[Use], local: Sequence[_Local]) -> Fact:
    own = [use for use in scans if use.kind == _KINDS[key]]
    told = _by_itself(own)
    asked = distinct(use for use in own if use.run.reaches)
    if told or asked:
        whole = told and not _elsewhere(found, told) and not all(use.kind == POSTURE for use in told)
        return _scanned(repository, key, Answer.YES if whole else Answer.PARTIAL, told or asked)
    return _none(repository, found, key, own, [item for item in local if item[1] == _KINDS[key]])


def _containers(repository: Repository, found: Ci, scans: Sequence[Use], local: Sequence[_Local]) -> Fact:
    key = "container-scanning"
    images = [file for file in repository.matching(_IMAGE_FILE) if file.is_own]
    if not images and not any(use.kind == CONTAINER for use in scans):
        return TOPIC.fact(key, Answer.NOT_APPLICABLE, "The repository builds no container image.")
    return _of_kind(repository, found, key, scans, local)


def _only_local(found: Ci, scans: Sequence[Use], local: Sequence[_Local]) -> Fact:
    key = "only-local"
    running = {use.tool for use in scans if use.run.reaches}
    apart = [item for item in local if item[0] not in running]
    values = {"local": tuple(sorted({tool for tool, _, _ in apart})), "in_ci": tuple(sorted(running))}
    if not apart:
        told = (
            "Every scanner that is configured runs in continuous integration."
            if running
            else ("No scanner is configured, for local use either.")
        )
        return TOPIC.fact(key, Answer.NO, told, values=values)
    names = joined(sorted({tool for tool, _, _ in apart}, key=str.lower))
    verb = (
        "stands only in hooks, make targets or dependencies for local use"
        if len({item[0] for item in apart}) == 1
        else ("stand only in hooks, make targets or dependencies for local use")
    )
    places = [place for _, _, place in apart]
    scanning = {use.tool for use in scans if use.run.by_itself}
    if scanning:
        text = f"{names} {verb}; {joined(sorted(scanning))} run in CI."
        return TOPIC.fact(key, Answer.PARTIAL, text, places=places, values=values)
    reason = without_ci(found)
    if reason:
        return TOPIC.unknown(key, f"{names} {verb}. {reason}", places=places)
    return TOPIC.fact(key, Answer.YES, f"{names} {verb}; no workflow runs a scanner.", places=places, values=values)
