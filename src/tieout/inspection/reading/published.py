"""What continuous integration publishes, and by what it can be told apart later: a commit, a version, a moving name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tieout.inspection.reading.ci import ci
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.model import Run, Spot


class By(StrEnum):
    """What a published thing is named by."""

    COMMIT = "commit"
    VERSION = "version"
    MOVING = "moving name"
    OTHER = "name"


@dataclass(frozen=True, slots=True)
class Published:
    """One name under which something is published.

    Attributes:
        what: "image" or "package".
        by: What the name is made of.
        spot: Where it stands.
    """

    what: str
    by: By
    spot: Spot


_COMMIT = re.compile(
    r"\bsha\b|_sha\b|rev-parse|git_commit|commit_(?:id|hash)|type=sha|git-?sha|short_?sha", re.IGNORECASE
)
_TAGGED = re.compile(
    r"ref_name|commit_tag|tag_name|type=(?:semver|pep440)|event=tag|\b(?:image_|git_|release_)?tag\b|version|github\.ref\b",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"(?:^|[:=,])(?:latest|main|master|edge|nightly|dev|develop|stable|staging|prod|production)$|event=branch"
    r"|(?:^|[:=,])(?:latest|nightly)-|commit_ref_(?:name|slug)|branch",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"v?\d+(?:\.\d+)+")
_OUTPUT = re.compile(r"\$\{\{\s*steps\.(?P<step>[\w-]{1,80})\.outputs\.[\w-]{1,80}\s*\}\}")
_ASSIGNED = re.compile(r"^\s*(?:export )?\w{0,40}tags?\w{0,40}\+?=[\"']?(?P<value>[^\"']+)[\"']?\s*$", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{\{ ?env\.)?\{?(?P<name>[A-Za-z_]\w{0,60})(?: ?\}\}|\})?")
_SETS = re.compile(
    r"^\s*(?:export )?(?P<name>[A-Za-z_]\w{0,60})(?:=|:[ ])[ ]?[\"']?(?P<value>[^\"'\s][^\"']{0,300}?)[\"']?\s*$"
)
_MOST_LINES: Final = 3_000
_METADATA: Final = "docker/metadata-action"
_ACTIONS: Final = ("docker/build-push-action", _METADATA, "redhat-actions/push-to-registry")
_PACKAGE_ACTIONS: Final = (
    "pypa/gh-action-pypi-publish", "js-devtools/npm-publish", "changesets/action", "goreleaser/goreleaser-action",
    "cycjimmy/semantic-release-action", "helm/chart-releaser-action", "rubygems/release-gem",
    "googleapis/release-please-action", "softprops/action-gh-release", "ncipollo/release-action",
)  # fmt: skip
_PACKAGE_COMMANDS: Final = (
    ("twine", "upload"), ("npm", "publish"), ("pnpm", "publish"), ("yarn", "publish"), ("cargo", "publish"),
    ("uv", "publish"), ("poetry", "publish"), ("flit", "publish"), ("hatch", "publish"), ("pdm", "publish"),
    ("gem", "push"), ("goreleaser", "release"), ("semantic-release",), ("lerna", "publish"), ("helm", "push"),
    ("gh", "release", "create"),
)  # fmt: skip
_LONGEST: Final = 500
_ENGINES: Final = frozenset({"docker", "podman", "buildah", "nerdctl", "crane", "skopeo", "kaniko", "executor"})
_NAMED_BY: Final = frozenset({"-t", "--tag", "--destination"})
_PUSHING: Final = frozenset({"push", "tag", "copy"})


def published(repository: Repository) -> list[Published]:
    """Every name under which continuous integration publishes an image or a package, sorted by place."""
    found = [one for run in ci(repository).runs if run.reaches for one in _of(repository, run)]
    telling = [one for one in found if one.by is not By.OTHER]  # what a step before made is told where it is made
    return sorted(
        dict.fromkeys(telling or found),
        key=lambda one: (list(By).index(one.by), one.spot.path, one.spot.line or 0, one.what),
    )


def _of(repository: Repository, run: Run) -> Iterator[Published]:
    if run.what == "action":
        name = run.words[0].partition("@")[0].lower() if run.words else ""
        if name == _METADATA and not run.inputs.get("tags", "").strip():
            yield from (Published("image", by, run.spot) for by in _by_default(run))
        elif name in _ACTIONS and run.inputs.get("push", "true").strip().lower() != "false":
            yield from _tagged(repository, run)
        elif name in _PACKAGE_ACTIONS:
            yield Published("package", By.VERSION, run.spot)
    elif run.what == "command":
        if any(run.words[: len(words)] == words for words in _PACKAGE_COMMANDS) and "--dry-run" not in run.words:
            yield Published("package", By.VERSION, run.spot)
        elif run.words and run.words[0].rpartition("/")[2] in _ENGINES:
            for reference in _references(run.words):
                held = list(_held(repository, run, reference))
                yield from held or [Published("image", _by(reference), run.spot)]


def _by_default(run: Run) -> Iterator[By]:
    """What the action that makes names of images makes without being told: the branch's name, or the tag's."""
    triggers = [reach.trigger for reach in run.reaches]
    if any(one.event == "push" and (one.branches or not one.tags) for one in triggers):
        yield By.MOVING
    if any(one.event in {"release", "tag"} or one.tags for one in triggers):
        yield By.VERSION


def _tagged(repository: Repository, run: Run) -> Iterator[Published]:
    """The lines of the input `tags`, each at its own place."""
    text = repository.text(run.spot.path)
    start = run.step.input_lines.get("tags") if run.step is not None else None
    at = start or run.spot.line
    for reference in _split(run.inputs.get("tags", "")):
        tag = reference.strip()
        if not tag or tag.startswith("#"):
            continue
        if text is not None and at is not None:
            lines = text.lines()
            at = next((number for number in range(at, len(lines) + 1) if tag in lines[number - 1]), at)
        yield Published("image", _by(tag), Spot(run.spot.path, at))
        yield from _put_together(repository, run, tag)


def _put_together(repository: Repository, run: Run, tag: str) -> Iterator[Published]:
    """Names that a shell text of the same job puts into the output that is used: `tags="name:${VERSION},name:…"`."""
    output = _OUTPUT.fullmatch(tag)
    text = repository.text(run.spot.path)
    steps = run.job.steps
    at = next((index for index, step in enumerate(steps) if output is not None and step.id == output["step"]), None)
    if output is None or text is None or at is None or not steps[at].run or not steps[at].spot.line:
        return
    after = steps[at + 1].spot.line if at + 1 < len(steps) else None
    lines = text.lines()
    begin = steps[at].spot.line or 1
    for number in range(begin, min(after or len(lines) + 1, begin + _LONGEST)):
        found = _ASSIGNED.match(lines[number - 1]) if len(lines[number - 1]) < _LONGEST else None
        for name in found["value"].split(",") if found is not None else ():
            if ":" in name:
                yield Published("image", _by(name.strip().strip("\"'")), Spot(run.spot.path, number))


def _held(repository: Repository, run: Run, reference: str) -> Iterator[Published]:
    """Names that the workflow puts into the variable by which a command names the image: `TAG: name:latest`."""
    variable = _VARIABLE.fullmatch(reference)
    text = repository.text(run.spot.path)
    if variable is None or text is None:
        return
    job = run.job.spot.line or 1
    later = [one.spot.line for one in run.workflow.jobs if one.spot.line and one.spot.line > job]
    for number, line in enumerate(text.lines()[: min(later, default=_MOST_LINES)], start=1):
        found = _SETS.match(line) if len(line) < _LONGEST else None
        is_near = number > job or number < min((one.spot.line or 1 for one in run.workflow.jobs), default=1)
        if found is None or not is_near or found["name"] != variable["name"] or ":" not in found["value"]:
            continue
        yield Published("image", _by(found["value"].strip()), Spot(run.spot.path, number))


def _split(tags: str) -> list[str]:
    """Tags are put on lines, or behind commas; what describes how to make one holds commas itself."""
    return [part for line in tags.split("\n") for part in ([line] if "type=" in line else line.split(","))]


def _references(words: Sequence[str]) -> Iterator[str]:
    """Names that a command of a container engine gives to an image that leaves the runner."""
    if "push" in words or "--push" in words or _PUSHING & set(words[1:3]) or words[0].rpartition("/")[2] == "executor":
        for before, word in pairwise(words):
            flag, _, value = word.partition("=")
            if before in _NAMED_BY:
                yield word
            elif flag in _NAMED_BY and value:
                yield value
        if _PUSHING & set(words[1:3]):
            last = words[-1]
            if not last.startswith("-") and last not in _PUSHING:
                yield last


def _by(reference: str) -> By:
    """What an image is named by: what stands behind the last colon that is no part of an expression."""
    if len(reference) > _LONGEST:
        return By.OTHER
    tag = reference if reference.startswith("type=") else re.sub(r"^.*:(?![^{]*\}\})(?=[^/]*$)", "", reference)
    if _COMMIT.search(tag):
        return By.COMMIT
    if _MOVING.search(tag) or (tag == reference and not tag.startswith(("type=", "$")) and "$" not in tag):
        return By.MOVING
    return By.VERSION if _TAGGED.search(tag) or _NUMBER.search(tag) else By.OTHER
