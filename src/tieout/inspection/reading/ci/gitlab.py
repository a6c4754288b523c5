"""The pipeline of GitLab CI, as its keyword reference describes it, with local includes, `extends` and `default`."""

import fnmatch
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tieout.inspection.reading.ci.blocks import shell_text
from tieout.inspection.reading.ci.model import Command, Environment, Job, Soft, Spot, Step, Trigger, Workflow
from tieout.inspection.reading.ci.nodes import Node
from tieout.inspection.reading.ci.shell import commands_of
from tieout.inspection.repository import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, parse_all

PATHS: Final = (".gitlab-ci.yml", ".gitlab-ci.yaml")
_GLOBAL: Final = frozenset({
    "after_script", "artifacts", "before_script", "cache", "default", "image", "include", "interruptible", "pages",
    "retry", "services", "spec", "stages", "tags", "timeout", "types", "variables", "workflow",
})  # fmt: skip
#: A tag that only GitLab knows: the list after it names a key of another job.
_REFERENCE: Final = b"!reference"
_DEEPEST: Final = 6
_MOST_INCLUDED: Final = 40
_MOST_LINES: Final = 500
_SOURCES: Final = {
    "merge_request_event": "merge_request", "push": "push", "schedule": "schedule", "web": "workflow_dispatch",
    "merge_requests": "merge_request", "schedules": "schedule", "branches": "push", "tags": "tag", "pushes": "push",
    "api": "workflow_dispatch", "external_pull_request_event": "merge_request",
    "external_pull_requests": "merge_request",
}  # fmt: skip
_SOURCE = re.compile(r"\$\{?CI_PIPELINE_SOURCE\}?\s*(==|!=)\s*[\"']?(\w+)")


def pipeline(repository: Repository) -> Workflow | None:
    """The pipeline of the root; None where there is none, or where it cannot be parsed (which is told)."""
    path = next((path for path in PATHS if path in repository.paths), None)
    if path is None:
        return None
    files = list(_files(repository, path))
    if not files:
        return None
    reader = _Pipeline(repository, files)
    return Workflow(
        kind="gitlab",
        path=path,
        name="GitLab CI",
        triggers=tuple(reader.triggers()),
        jobs=tuple(reader.jobs()),
        templates=tuple(_templates(files)),
    )


def _files(repository: Repository, path: str) -> Iterator[Node]:
    wanted = [path]
    seen: set[str] = set()
    while wanted and len(seen) < _MOST_INCLUDED:
        path = wanted.pop(0)
        if path in seen or path not in repository.paths:
            continue
        seen.add(path)
        document = _parsed(repository, path)
        if document is None or not isinstance(document.data, dict):
            continue
        root = Node(path, document)
        yield root
        for item in _included(root):
            local = item.get("local").text() or item.text()
            if local.endswith((".yml", ".yaml")) and "://" not in local:
                wanted.extend(sorted(fnmatch.filter(repository.paths, local.lstrip("/"))))


def _parsed(repository: Repository, path: str) -> Document | None:
    data = repository.data(path)
    if data is None:
        return None
    try:
        found = parse_all(data.replace(_REFERENCE, b" " * len(_REFERENCE)), where=path)
    except UnreadableError as error:
        repository.unreadable(error, path)
        return None
    # A header of inputs may stand before the pipeline, as a document of its own.
    return found[-1] if found else None


def _included(root: Node) -> Iterator[Node]:
    include = root.get("include")
    if isinstance(include.data, dict):
        yield include
    yield from include.items()


def _templates(files: Sequence[Node]) -> Iterator[tuple[str, Spot]]:
    for root in files:
        for item in _included(root):
            for key in ("template", "component", "remote", "project"):
                node = item.get(key)
                if node.text():
                    yield node.text(), node.spot


class _Pipeline:
    def __init__(self, repository: Repository, files: Sequence[Node]) -> None:
        self._repository = repository
        self._files = files
        self._by_name: dict[str, Node] = {}
        for root in reversed(files):  # what stands in the pipeline itself wins over what it includes
            for key, node in root.members():
                if key not in _GLOBAL and isinstance(node.data, dict):
                    self._by_name[key] = node

    def triggers(self) -> Iterator[Trigger]:
        """Of the whole pipeline, unless a job says something else."""
        rules = self._global("workflow").get("rules")
        found = list(self._ruled(rules)) if rules else []
        yield from found or [Trigger("push", Spot(self._files[0].path, 1))]

    def jobs(self) -> Iterator[Job]:
        """Every job that is no template, in the order of the files."""
        for root in self._files:
            for key, node in root.members():
                is_job = key not in _GLOBAL and not key.startswith(".") and isinstance(node.data, dict)
                if is_job and self._by_name[key].path == node.path:
                    yield self._job(key, node)

    def _job(self, name: str, node: Node) -> Job:
        parts = ("before_script", "script", "after_script")
        steps = tuple(self._step(node, part) for part in parts if self._value(node, part))
        environment = self._value(node, "environment")
        allowed = self._value(node, "allow_failure")
        named = environment.get("name").text() or environment.text()
        return Job(
            id=name,
            name=name,
            spot=node.spot,
            needs=tuple(item.get("job").text() or item.text() for item in self._value(node, "needs").items()),
            environment=Environment(named, environment.spot) if named else None,
            soft=Soft("`allow_failure` is set", allowed.spot) if allowed and allowed.data is not False else None,
            steps=steps,
            env=self._value(node, "variables").values(),
            image=self._value(node, "image").get("name").text() or self._value(node, "image").text(),
            triggers=self._job_triggers(node),
            manual=self._manual(node),
        )

    def _manual(self, node: Node) -> Spot | None:
        when = self._value(node, "when")
        if when.text() == "manual":
            return when.spot
        manual = [rule.get("when") for rule in self._value(node, "rules").items()]
        return next((given.spot for given in manual if given.text() == "manual"), None)

    def _step(self, node: Node, part: str) -> Step:
        given = self._value(node, part)
        commands: list[Command] = []
        texts: list[str] = []
        for item in islice(self._lines(given, 0), _MOST_LINES):
            texts.append(item.text())
            commands.extend(commands_of(shell_text(self._repository, item, pipefail=True, folder="")))
        # What runs after the job's end does not change its result.
        soft = Soft("it stands in `after_script`", given.spot) if part == "after_script" else None
        return Step(
            spot=given.spot,
            id="",
            name=part,
            uses="",
            uses_spot=given.spot,
            inputs={},
            input_lines={},
            env={},
            env_lines={},
            condition=None,
            soft=soft,
            run="\n".join(texts),
            commands=tuple(commands),
        )

    def _lines(self, given: Node, depth: int) -> Iterator[Node]:
        """The lines of a script, those of lists in it and of keys that it refers to included."""
        for item in given.items():
            names = item.data if isinstance(item.data, list) else None
            if names is None:
                yield item
            elif depth < _DEEPEST:
                target = self._by_name.get(str(names[0])) if names else None
                if target is not None and len(names) > 1:
                    yield from self._lines(target.get(str(names[1])), depth + 1)
                else:
                    yield from self._lines(item, depth + 1)

    def _value(self, node: Node, key: str) -> Node:
        """A key of a job, of what it extends, or of the defaults."""
        wanted, seen = [node], set[str]()
        while wanted:
            found = wanted.pop(0)
            if found.has(key):
                return found.get(key)
            names = [name for name in reversed(found.get("extends").texts()) if name not in seen]
            seen.update(names)
            wanted[:0] = [self._by_name[name] for name in names if name in self._by_name]
        if key in {"rules", "when", "environment", "needs", "allow_failure", "variables"}:
            return node.get(key)
        return self._global("default").get(key) or self._global(key)

    def _global(self, key: str) -> Node:
        return next((root.get(key) for root in self._files if root.has(key)), self._files[0].get(key))

    def _job_triggers(self, node: Node) -> tuple[Trigger, ...] | None:
        rules = self._value(node, "rules")
        only = self._value(node, "only")
        if rules:
            return tuple(self._ruled(rules))
        if only:
            refs = only.get("refs") if isinstance(only.data, dict) else only
            return tuple(_reference(item) for item in refs.items()) or None
        return None

    def _ruled(self, rules: Node) -> Iterator[Trigger]:
        for rule in rules.items():
            if rule.get("when").text() == "never":
                continue
            condition = rule.get("if")
            found = _SOURCE.findall(condition.text())
            sources = [_SOURCES.get(source, "other") for operator, source in found if operator == "=="]
            if not condition or ("CI_COMMIT_BRANCH" in condition.text() and not sources):
                branches = ("default",) if "CI_DEFAULT_BRANCH" in condition.text() else ()
                yield Trigger("push", (condition or rule).spot, branches=branches)
            elif "CI_COMMIT_TAG" in condition.text() and not sources:
                yield Trigger("tag", condition.spot)
            elif "CI_MERGE_REQUEST" in condition.text() and not sources:
                yield Trigger("merge_request", condition.spot)
            for source in sources:
                yield Trigger(source, condition.spot)


def _reference(item: Node) -> Trigger:
    text = item.text()
    if text in _SOURCES:
        return Trigger(_SOURCES[text], item.spot)
    return Trigger("push", item.spot, branches=(text,))
