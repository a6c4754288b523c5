"""Supply chain: pinned actions, bills of materials, signatures, provenance, and how a release comes about."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.ci import ci
from tieout.inspection.reading.ci.references import Reference, references
from tieout.inspection.reading.ci.releases import Release, releases
from tieout.inspection.reading.ci.telling import (
    distinct,
    event_words,
    joined,
    started_by,
    told_triggers,
    tools_in,
    trigger_places,
    use_places,
    without_ci,
)
from tieout.inspection.reading.ci.tool_tables import PROVENANCE, SBOM, SIGNING
from tieout.inspection.reading.ci.tools import Use, uses
from tieout.inspection.reading.mentions import mentions
from tieout.inspection.repository import File, Repository, line_of, member
from tieout.inspection.topic import Question, Topic
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.pipelines.model import Ci, Run

TOPIC = Topic(
    key="supply-chain",
    title="Supply chain",
    questions=(
        Question("actions-pinned", "Are the actions that workflows use pinned by commit?"),
        Question(
            "sbom",
            "Is a bill of materials (SBOM) made or kept?",
            "A forge can export one of its own making; a registry may hold one beside an image.",
        ),
        Question("signing", "Are released artefacts signed?", "Signatures stand with the releases, not here."),
        Question(
            "provenance", "Is provenance of builds attested?", "Attestations stand with the forge or the registry."
        ),
        Question(
            "release-publishing",
            "Does CI publish releases, and how is that started and guarded?",
            "Who may start a run, approve an environment or push a tag is a setting of the forge.",
        ),
    ),
)

_SBOM_FILE = re.compile(
    r"(?:\A|/)(?:[^/]*\.)?(?:s?bom|cyclonedx)(?:[.\-_][^/]*)?\.(?:json|xml|spdx)\Z|\.(?:cdx|spdx)\.(?:json|xml)\Z"
    r"|\.spdx\Z",
    re.IGNORECASE,
)
_GORELEASER = re.compile(r"\A\.?goreleaser\.ya?ml\Z|\A\.github/\.?goreleaser\.ya?ml\Z")
_PROSE = re.compile(r"\.(?:md|rst|txt|adoc)\Z", re.IGNORECASE)
_SBOM_WORD = compile_bytes(r"\bsbom\b|software bill of materials", folded=True)
_SIGNED_WORD = compile_bytes(r"\bcosign\b|\bsigstore\b|signed releases?|\bslsa\b", folded=True)
_BY_HAND = compile_bytes(
    r"\b(?:twine upload|(?:poetry|uv|flit|hatch|npm|pnpm|yarn|cargo|maturin) publish|gem push|gh release create"
    r"|docker push|goreleaser release|git push (?:origin )?--tags)\b"
)
_ASKING: Final = ("sbom", "provenance")
_MOST_MENTIONS: Final = 4
#: References that are not pinned are told first, then some that are, that both stand among the places.
_FIRST_LOOSE: Final = 15
_MOST_HELD: Final = 5
_MOST_CALLERS: Final = 2
_VERSION_COMMENT = re.compile(r"#\s*v?(\d+)(?:\.(\d+))?")
_VERSION = re.compile(r"\Av?(\d+)(?:\.(\d+))?")
#: The first version whose releases to PyPI carry attestations by themselves, where it publishes without a password.
_ATTESTING: Final = (1, 11)
_PYPI: Final = "pypa/gh-action-pypi-publish@"


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    found = ci(repository)
    published = releases(found)
    yield _pinned(repository, found)
    yield _sbom(repository, found)
    yield _made(repository, found, published, "signing", SIGNING)
    yield _made(repository, found, published, "provenance", PROVENANCE)
    yield _publishing(repository, found, published)


def _pinned(repository: Repository, found: Ci) -> Fact:
    key = "actions-pinned"
    known = references(found)
    if not any(workflow.kind == "github" for workflow in found.workflows):
        return TOPIC.fact(key, Answer.NOT_APPLICABLE, "There are no workflows of GitHub Actions.")
    if not known:
        return TOPIC.fact(key, Answer.NOT_APPLICABLE, "The workflows use nothing of other repositories.")
    loose = [reference for reference in known if reference.pin != "commit"]
    moving = [reference for reference in known if reference.pin == "moving"]
    exposed = [reference for reference in loose if reference.secrets]
    total, pinned = len(known), len(known) - len(loose)
    foreign = [reference for reference in known if not reference.of_the_forge]
    values = {
        "total": total,
        "pinned": pinned,
        "by_version": len(loose) - len(moving),
        "by_branch_or_latest": len(moving),
        "unpinned_with_secrets": len(exposed),
        "of_others": len(foreign),
        "of_others_pinned": sum(reference.pin == "commit" for reference in foreign),
    }
    text = f"{pinned} of {total} uses of actions and called workflows are pinned by commit"
    if moving:
        text += f"; {len(moving)} follow a branch or the latest release"
    if exposed:
        text += f"; {len(exposed)} that are not pinned are given secrets"
    answer = Answer.YES if not loose else Answer.NO if not pinned else Answer.PARTIAL
    held = [reference for reference in known if reference.pin == "commit"]
    shown = [*loose[:_FIRST_LOOSE], *held[:_MOST_HELD], *loose[_FIRST_LOOSE:]]
    places = [repository.place(item.spot.path, item.spot.line, _shown(item)) for item in shown]
    return TOPIC.fact(key, answer, f"{text}.", places=places, values=values)


def _shown(reference: Reference) -> str:
    told = {
        "commit": "pinned by commit",
        "version": "by a version that its makers can move",
        "moving": f"follows {reference.version or 'whatever is there'}",
    }[reference.pin]
    if reference.secrets and reference.pin != "commit":
        told += ", with a secret at hand"
    return told


def _sbom(repository: Repository, found: Ci) -> Fact:
    key = "sbom"
    told = distinct(use for use in uses(found.runs, (SBOM,)) if use.run.reaches)
    configured = list(_goreleaser(repository, "sboms"))
    if told or configured:
        return _told(repository, key, told, configured, "A bill of materials is made")
    kept = [file for file in repository.matching(_SBOM_FILE) if file.is_own and _is_sbom(repository, file)]
    if kept:
        text = f"{len(kept)} {'file' if len(kept) == 1 else 'files'} kept here; nothing makes a new one by itself."
        places = [repository.place(file.path, None, "a bill of materials") for file in kept]
        return TOPIC.fact(key, Answer.PARTIAL, text, places=places)
    reason = without_ci(found)
    if reason:
        return TOPIC.unknown(key, reason)
    text = "No workflow makes a bill of materials, and none is kept here."
    return TOPIC.fact(key, Answer.NO, text, places=_mentioned(repository, _SBOM_WORD, "mentions a bill of materials"))


def _is_sbom(repository: Repository, file: File) -> bool:
    text = repository.text(file.path)
    head = text.data[:20_000].lower() if text is not None else b""
    return any(word in head for word in (b"cyclonedx", b"spdxversion", b"spdx.org", b"spdx-"))


def _told(
    repository: Repository, key: str, told: Sequence[Use], configured: Sequence[InspectedPlace], what: str
) -> Fact:
    names = joined([*tools_in(told), *(["GoReleaser"] if configured else [])])
    by_itself = any(use.run.by_itself for use in told) or bool(configured)
    when = f" on {started_by(use.run for use in told)}" if told else " with each of its releases"
    asked = (place for use in told for place in _asked_for(repository, use))
    places = (*asked, *(place for use in told for place in use_places(repository, use)), *configured)
    answer = Answer.YES if by_itself else Answer.PARTIAL
    values = {"tools": tools_in(told)}
    return TOPIC.fact(key, answer, f"{what} by {names}{when}.", places=places, values=values)


def _asked_for(repository: Repository, use: Use) -> Iterator[InspectedPlace]:
    """The inputs of an action that ask for it: `sbom: true`, `provenance: mode=max`."""
    step = use.run.step
    for name in _ASKING if step is not None else ():
        value = step.inputs.get(name, "") if step is not None else ""
        line = step.input_lines.get(name) if step is not None else None
        if line is not None and name.startswith(use.kind.lower()[:4]) and value.strip().lower() != "false":
            yield repository.place(use.run.spot.path, line, f"asks for it: {name}")


def _goreleaser(repository: Repository, *keys: str) -> Iterator[InspectedPlace]:
    for file in repository.matching(_GORELEASER):
        document = repository.document(file.path, "yaml")
        for key in keys:
            if document is not None and member(document.data, key):
                yield repository.place(file.path, line_of(document, key), f"configures {key}")


def _made(repository: Repository, found: Ci, published: Sequence[Release], key: str, kind: str) -> Fact:
    told = distinct(use for use in uses(found.runs, (kind,)) if use.run.reaches)
    configured = list(_goreleaser(repository, "signs", "docker_signs")) if kind == SIGNING else []
    what = "Artefacts are signed" if kind == SIGNING else "Provenance is attested"
    if told or configured:
        return _told(repository, key, told, configured, what)
    attesting = [release for release in published if _attests(repository, release)]
    if attesting:
        text = f"{what} by the attestations that the action publishing to PyPI makes without being told."
        places = [place for release in attesting for place in use_places(repository, release.use)]
        return TOPIC.fact(key, Answer.YES, text, places=places, confidence=Confidence.MODERATE)
    reason = without_ci(found)
    if reason:
        return TOPIC.unknown(key, reason)
    if not published and not found.is_absent:
        text = "No workflow publishes anything, and none signs or attests."
    else:
        text = "No workflow signs what it publishes." if kind == SIGNING else "No workflow attests provenance."
    sums = [
        place.model_copy(update={"counts": False, "shows": "checksums, which anybody who changes a file can change"})
        for place in (_goreleaser(repository, "checksum") if kind == SIGNING else ())
    ]
    mentioned = _mentioned(repository, _SIGNED_WORD, "mentions it and does not do it")
    return TOPIC.fact(key, Answer.NO, text, places=[*sums, *mentioned])


def _attests(repository: Repository, release: Release) -> bool:
    """Whether a release to PyPI carries attestations by the action's own default."""
    run = release.use.run
    if not run.words[0].startswith(_PYPI) or release.federated is None:
        return False
    if run.inputs.get("password") or run.inputs.get("attestations") == "false":
        return False
    version = run.words[0].partition("@")[2]
    text = repository.text(run.spot.path)
    line = text.line(run.spot.line) if text is not None and run.spot.line else ""
    found = _VERSION.match(version) if len(version) < 40 else _VERSION_COMMENT.search(line)  # noqa: PLR2004 - a commit
    if version.startswith("release/v1"):
        return True
    return found is not None and (int(found[1]), int(found[2] or 99)) >= _ATTESTING


def _mentioned(repository: Repository, pattern: object, shows: str) -> list[InspectedPlace]:
    """Where documents mention something that is not done: a few lines, one a file."""
    return mentions(repository, repository.matching(_PROSE), pattern, shows, most=_MOST_MENTIONS)


def _publishing(repository: Repository, found: Ci, published: Sequence[Release]) -> Fact:
    key = "release-publishing"
    if not published:
        reason = without_ci(found)
        if reason:
            return TOPIC.unknown(key, reason)
        by_hand = _mentioned(repository, _BY_HAND, "tells how to publish by hand; no workflow does it")
        text = "No workflow publishes anything; how releases come about is not written here."
        if by_hand:
            text = "No workflow publishes anything; a document tells how it is done by hand."
        return TOPIC.fact(key, Answer.NO, text, places=by_hand)
    named = list(dict.fromkeys(release.use.tool for release in published))
    text = f"Workflows publish: {joined(named)}. Started by {started_by(release.use.run for release in published)}"
    text = f"{text}{_when(published)}; {_with(published)}; {_guards(published)}."
    values: dict[str, Value] = {
        "publishes": tuple(named),
        "started_by": tuple(sorted({event for release in published for event in release.use.run.events})),
        "stored_credentials": tuple(sorted({item.name for release in published for item in release.credentials})),
        "federated_identity": any(release.federated is not None for release in published),
        "environment": tuple(sorted(_environments(published))),
        "tests_before": any(release.tests for release in published),
    }
    return TOPIC.fact(key, Answer.YES, text, places=_release_places(repository, published), values=values)


def _when(published: Sequence[Release]) -> str:
    plain = list(dict.fromkeys(value for release in published for value, _ in release.inputs))
    if plain:
        return f", where a condition holds that asks for {joined([f'`{value[:60]}`' for value in plain])}"
    if any(not reach.certain for release in published for reach in release.use.run.reaches):
        return ", where a condition holds"
    return ""


def _with(published: Sequence[Release]) -> str:
    names = list(dict.fromkeys(item.name for release in published for item in release.credentials))
    if names:
        return f"with {'a stored secret' if len(names) == 1 else 'stored secrets'} ({joined(names)})"
    if any(release.federated is not None for release in published):
        return "with an identity that the job asks for, and no stored secret"
    return "with the token of the run, or none that is named"


def _guards(published: Sequence[Release]) -> str:
    environments = sorted(_environments(published))
    parts = [
        f"the environment {joined(environments)} is named" if environments else "no environment is named",
        _tested(published),
    ]
    return " and ".join(parts)


def _tested(published: Sequence[Release]) -> str:
    tested = [bool(release.tests) for release in published]
    if all(tested):
        return "tests have to pass before it"
    return "tests have to pass before a part of it" if any(tested) else "no tests stand before it"


def _environments(published: Sequence[Release]) -> set[str]:
    return {release.use.run.job.environment.name for release in published if release.use.run.job.environment}


def _release_places(repository: Repository, published: Sequence[Release]) -> Iterator[InspectedPlace]:
    """What is published first, of each kind once; then all of it with what starts and guards it."""
    first = {release.use.tool: release.use.run.spot for release in reversed(published)}
    yield from (repository.place(spot.path, spot.line, f"publishes: {tool}") for tool, spot in first.items())
    told = [release for release in published if release.use.run.spot == first[release.use.tool]]
    for release in [*told, *(release for release in published if release not in told)]:
        run = release.use.run
        for value, spot in release.inputs:
            yield repository.place(spot.path, spot.line, f"what its condition asks for: {value[:40]}")
        for credential in release.credentials[:3]:
            yield repository.place(credential.spot.path, credential.spot.line, f"a stored secret: {credential.name}")
        yield repository.place(run.spot.path, run.spot.line, f"publishes: {release.use.tool}")
        for spot in run.via[:_MOST_CALLERS]:
            yield repository.place(spot.path, spot.line, "calls it")
        yield from _starting(repository, run)
        for condition in run.conditions:
            yield repository.place(condition.spot.path, condition.spot.line, "on a condition")
        if run.job.environment is not None:
            spot = run.job.environment.spot
            yield repository.place(spot.path, spot.line, "names an environment")
        if release.federated is not None:
            yield repository.place(release.federated.path, release.federated.line, "may ask for an identity")
        for test in release.tests:
            yield repository.place(test.run.spot.path, test.run.spot.line, f"runs before it: {test.tool}")


def _starting(repository: Repository, run: Run) -> Iterator[InspectedPlace]:
    """What starts a release, with the branch that is pushed to."""
    for trigger in told_triggers(run):
        yield from trigger_places(repository, trigger)
        for spot in trigger.branch_spots[:1] if trigger.event == "push" else ():
            yield repository.place(spot.path, spot.line, f"starts it: {event_words(trigger)}")
