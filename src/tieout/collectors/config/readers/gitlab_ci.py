"""Reads pipelines of GitLab CI: what starts them, their jobs, what these run, and which of them wait for a person.

Source: GitLab's "CI/CD YAML syntax reference". What is included from elsewhere is named and not read.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from tieout.collectors.config.ci_parts.facts import ARTEFACT, Facts, Said, only_told, step_row, truth
from tieout.collectors.config.ci_parts.gitlab_events import Events, Reached, allowed, is_manual, manual_at
from tieout.collectors.config.ci_parts.source import SourceFiles
from tieout.collectors.config.ci_parts.words import address, image_of, is_commit
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.pipelines.gitlab import Pipeline, included, local_paths, merged, plain
from tieout.syntax.pipelines.gitlab_rules import EVENTS
from tieout.syntax.pipelines.matrix import gitlab_names
from tieout.syntax.pipelines.model import Job, Spot
from tieout.syntax.pipelines.nodes import Node

_PRODUCT: Final = "GitLab CI"
_ROOT: Final = ".gitlab-ci.yml"
_YAML = re.compile(r"\.ya?ml\Z", re.IGNORECASE)
_NAMED = re.compile(r"(?:\A|/)\.gitlab(?:-ci)?/|gitlab-ci")
#: Keys of jobs that few other languages have.
_OF_JOBS: Final = frozenset({
    "after_script", "artifacts", "before_script", "cache", "extends", "needs", "only", "rules", "script", "stage",
    "trigger",
})  # fmt: skip
_STAGES: Final = ("build", "test", "deploy")
#: What a job does with an environment that is no deployment to it.
_NO_DEPLOYMENT: Final = frozenset({"access", "prepare", "stop", "verify"})
_MOST_JOBS: Final = 1_000
_MOST_NEEDS: Final = 50_000
_PLACES: Final = ("template", "component", "remote", "project")


def _suits(path: str) -> bool:
    return _YAML.search(path) is not None


def _in_use(path: str) -> bool:
    """What a pipeline includes is in use whatever its name says; whether it does is asked when it is read."""
    return path == _ROOT or path.startswith((".gitlab/", ".gitlab-ci/"))


def _recognises(file: ConfigFile) -> bool:
    data = file.documents[-1].data if file.documents else None
    if not isinstance(data, dict) or "apiVersion" in data or isinstance(data.get("services"), dict):
        return False
    return _NAMED.search(file.path) is not None or _holds_jobs(data)


def _holds_jobs(data: Any) -> bool:
    return isinstance(data, dict) and any(_is_job(key, value) for key, value in data.items())


def _is_job(key: str, value: Any) -> bool:
    """Whether a member is a job or a part of jobs of GitLab, and of nothing else that is written in YAML."""
    if not isinstance(value, dict):
        return False
    if key.startswith("."):
        return not _OF_JOBS.isdisjoint(value)
    return "script" in value and not {"jobs", "services", "steps"} & value.keys()


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterator[Found]:
    if file.path != _ROOT:
        if _holds_jobs(file.documents[-1].data) and file.path not in _closure({one.path: one for one in beside}):
            yield only_told("is taken in by no pipeline that is read here, so nothing runs it")
        return
    if not file.committed:
        yield only_told("stands in no commit of a repository that is read, so whether a forge runs it is not known")
        return
    pipeline = merged(SourceFiles(beside), file.path)
    if pipeline is None:
        raise UnreadableError("is no pipeline of GitLab: its top level is no mapping", where=file.path)
    yield _Reading(file.path, pipeline, [one.path for one in beside]).found()


def _closure(files: Mapping[str, ConfigFile]) -> set[str]:
    """Paths of the pipeline and of all that it includes of the same source."""
    found: set[str] = set()
    wanted = [_ROOT]
    while wanted:
        path = wanted.pop()
        if path in found or path not in files or not files[path].documents:
            continue
        found.add(path)
        for item in included(Node(path, files[path].documents[-1])):
            wanted.extend(local_paths(item, files) or ())
    return found


class _Reading:
    def __init__(self, path: str, pipeline: Pipeline, paths: Collection[str]) -> None:
        self._path = path
        self._pipeline = pipeline
        self._paths = paths
        self._events = Events(pipeline)
        self._facts = Facts(path, _PRODUCT, Said(None))

    def found(self) -> Found:
        """The pipeline as facts."""
        self._tell_hidden()
        named = list(self._pipeline.nodes())
        if len(named) > _MOST_JOBS:
            raise UnreadableError(f"has more than {_MOST_JOBS:,} jobs, which nobody wrote", where=self._path)
        kept: list[tuple[str, Node, list[Reached]]] = []
        for name, node in named:
            reached = self._events.of(node)
            if not (self._pipeline.value(node, "script") or self._pipeline.value(node, "trigger")):
                what = "has no script here: what it runs, and whether it does, stands elsewhere"
                self._facts.drop(node.spot, f"'{excerpt(name)}' {what}")
            elif reached:
                kept.append((name, node, reached))
            else:
                self._facts.note(node.spot, f"'{excerpt(name)}' is never run: no rule lets it")
        events = {one.event for _, _, reached in kept for one in reached}
        at = self._pipeline.common("workflow")
        spot = at.spot if at else Spot(self._path, 1)
        self._facts.add_all("triggers", [(spot, {"event": Said(event)}) for event in EVENTS if event in events])
        self._facts.add_all("includes", list(self._includes()))
        stages = self._stages(kept)
        names = {name for name, _, _ in kept}
        left = _MOST_NEEDS
        for name, node, reached in kept:
            needs = self._needs(node, stages, names, name)
            left -= len(needs)
            if left < 0:
                raise UnreadableError("has jobs that wait for more others than anybody wrote", where=self._path)
            self._job(name, node, reached, needs)
        if not kept and not self._facts.found.notes:
            self._facts.note(Spot(self._path, 1), "names no job")
        return self._facts.finished()

    def _tell_hidden(self) -> None:
        members = [member for root in self._pipeline.roots for member in root.members()]
        taken = {name for _, node in members for name in node.get("extends").texts()}
        for key, node in members:
            if key.startswith(".") and node.get("script") and key not in taken:
                sentence = f"'{excerpt(key)}' is hidden, so it runs only where a job takes it in"
                self._facts.note(node.spot, sentence)

    def _includes(self) -> Iterator[tuple[Spot, dict[str, Said]]]:
        """What is included from elsewhere; and told, like files that are not there."""
        for root in self._pipeline.roots:
            for item in included(root):
                local = local_paths(item, self._paths)
                if local == []:
                    name = excerpt(item.get("local").text() or item.text(), 200)
                    self._facts.drop(item.spot, f"takes in '{name}', which is not among the files of this source")
                if local is not None:
                    continue
                given = next((item.get(key) for key in _PLACES if item.get(key).text()), item)
                if not given.text():
                    self._facts.drop(item.spot, "takes in what is not told")
                    continue
                name, _, version = given.text().partition("@") if item.get("component") else (given.text(), "", "")
                self._facts.drop(given.spot, f"takes in '{address(name)}' from elsewhere, which is not read")
                yield given.spot, {"name": Said(address(name), given.spot), "pinned": Said(_pinned(item, version))}

    def _stages(self, kept: Sequence[tuple[str, Node, list[Reached]]]) -> list[list[str]]:
        """Names of the jobs of each stage, in the order of the stages."""
        order = [".pre", *(self._pipeline.common("stages").texts() or _STAGES), ".post"]
        stages: dict[str, list[str]] = {stage: [] for stage in order}
        for name, node, _ in kept:
            stages.setdefault(self._pipeline.value(node, "stage").text() or "test", []).append(name)
        return list(stages.values())

    def _needs(self, node: Node, stages: list[list[str]], names: Collection[str], name: str) -> tuple[str, ...]:
        given = self._pipeline.value(node, "needs")
        if isinstance(given.data, list):
            asked = [item.get("job").text() or item.text() for item in given.items() if not item.get("project")]
            return tuple(dict.fromkeys(excerpt(one, 100) for one in asked if one in names))
        before: list[str] = []
        for stage in stages:
            if name in stage:
                break
            before += (excerpt(one, 100) for one in stage)
        return tuple(before)

    def _job(self, name: str, node: Node, reached: list[Reached], needs: tuple[str, ...]) -> None:
        pipeline = self._pipeline
        job = pipeline.job(name, node)
        rules = pipeline.rules(node)
        conditions, conditions_at = self._conditions(node, rules)
        parallel = pipeline.value(node, "parallel")
        checks = gitlab_names(name, parallel)
        manual = is_manual(reached)
        fails, fails_at = allowed(pipeline, node, reached)
        image, image_pinned = image_of(job.image) if job.image else (None, None)
        environment, environment_at = self._environment(node)
        reports = pipeline.value(node, "artifacts").get("reports")
        uses, pinned = self._started(name, node)
        lacking = next(pipeline.lacking(node), None)
        if lacking is not None:
            what = f"takes '{excerpt(lacking.text())}' from what is not read: it may run otherwise than told here"
            self._facts.drop(lacking.spot, f"'{excerpt(name)}' {what}")
        row = {
            "id": Said(excerpt(name, 100), node.spot),
            "check": Said(excerpt(checks[0], 300) if checks and not parallel else None),
            "matrix_checks": Said(tuple(excerpt(one, 300) for one in checks or ()) if parallel else ()),
            "events": Said(tuple(dict.fromkeys(one.event for one in reached))),
            "conditional": truth(lacking is not None or not all(one.certain for one in reached), conditions_at),
            "condition": Said(excerpt(" ".join(conditions.split()), 300), conditions_at),
            "may_fail": truth(fails, fails_at),
            "needs": Said(needs),
            "environment": Said(environment, environment_at),
            "manual": truth(manual, manual_at(reached)),
            "image": Said(image),
            "image_pinned": Said(image_pinned),
            "uses": Said(uses),
            "pinned": Said(pinned),
            "reports": Said(tuple(excerpt(key, 60) for key, value in reports.members() if value), reports.spot),
        }
        self._facts.add_job(node.spot, row, self._steps(job))

    def _conditions(self, node: Node, rules: Sequence[Node]) -> tuple[str, Spot | None]:
        """What lets a job run, as written, and where."""
        if rules:
            found = dict.fromkeys(text for rule in rules if (text := rule.get("if").text()))
            return " or ".join(found), rules[0].spot
        given = [(key, self._pipeline.value(node, key)) for key in ("only", "except")]
        told = [(key, value.get("refs").texts() or value.texts(), value.spot) for key, value in given if value]
        words = "; ".join(f"{key} {', '.join(texts)}" for key, texts, _ in told if texts)
        return words, told[0][2] if told else None

    def _steps(self, job: Job) -> Iterator[tuple[Spot, dict[str, Said]]]:
        for step in job.steps:
            if step.run:
                yield step.spot, step_row(step, conditional=False)

    def _environment(self, node: Node) -> tuple[str | None, Spot | None]:
        given = self._pipeline.value(node, "environment")
        named = given.get("name") if given.get("name").text() else given
        if not named.text() or given.get("action").text() in _NO_DEPLOYMENT:
            return None, None
        return excerpt(named.text(), 200), named.spot

    def _started(self, name: str, node: Node) -> tuple[str | None, bool | None]:
        """The pipeline that a job starts; its jobs are not read, which is told."""
        given = self._pipeline.value(node, "trigger")
        if not given:
            return None, None
        project = given.get("project").text() or given.text()
        inner = given.get("include")
        written = project or inner.text() or next(iter(inner.texts()), "")
        if not written:
            first = next(inner.items(), inner)
            written = next((value for key in ("local", *_PLACES, "artifact") if (value := first.get(key).text())), "?")
        self._facts.drop(given.spot, f"'{excerpt(name)}' starts the pipeline '{address(written)}', which is not read")
        return address(written), False if project else None


def _pinned(item: Node, version: str) -> bool | None:
    """Whether what is included is named by a commit or a hash; None for a template, which comes with the forge."""
    if item.get("template").text():
        return None
    if item.get("project").text():
        return is_commit(item.get("ref").text())
    return is_commit(version) or bool(item.get("integrity").text())


READERS: Final = (
    Reader(
        name="gitlab-ci",
        title=_PRODUCT,
        artefacts=(ARTEFACT,),
        suits=_suits,
        recognises=_recognises,
        read=_read,
        in_use=_in_use,
        plain=plain,
    ),
)
