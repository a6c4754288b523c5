"""The pipeline of GitLab CI, as its keyword reference describes it, with local includes, `extends` and `default`."""

import fnmatch
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, parse_all
from tieout.syntax.pipelines.blocks import shell_text
from tieout.syntax.pipelines.files import Files
from tieout.syntax.pipelines.model import Command, Environment, Job, Soft, Spot, Step, Trigger, Workflow
from tieout.syntax.pipelines.nodes import Node
from tieout.syntax.pipelines.shell import commands_of, is_left

PATHS: Final = (".gitlab-ci.yml", ".gitlab-ci.yaml")
_GLOBAL: Final = frozenset({
    "after_script", "artifacts", "before_script", "cache", "default", "image", "include", "interruptible",
    "retry", "services", "spec", "stages", "tags", "timeout", "types", "variables", "workflow",
})  # fmt: skip
#: Keys that only a job itself has, or what it extends.
_OF_JOBS: Final = frozenset({
    "allow_failure", "environment", "except", "needs", "only", "parallel", "rules", "stage", "trigger", "variables",
    "when",
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


def pipeline(files: Files) -> Workflow | None:
    """The pipeline of the root; None where there is none, or where it cannot be parsed (which is told)."""
    path = next((path for path in PATHS if path in files.paths), None)
    reader = merged(files, path) if path else None
    if path is None or reader is None:
        return None
    return Workflow(
        kind="gitlab",
        path=path,
        name="GitLab CI",
        triggers=tuple(reader.triggers()),
        jobs=tuple(reader.job(name, node) for name, node in reader.nodes()),
        templates=tuple((node.text(), node.spot) for node in reader.foreign()),
    )


def merged(files: Files, path: str) -> "Pipeline | None":
    """The pipeline of a file with the local files that it includes; None where it cannot be parsed, which is told."""
    roots = list(_roots(files, path))
    return Pipeline(files, roots) if roots else None


def _roots(files: Files, path: str) -> Iterator[Node]:
    wanted = [path]
    seen: set[str] = set()
    while wanted and len(seen) < _MOST_INCLUDED:
        path = wanted.pop(0)
        if path in seen or path not in files.paths:
            continue
        seen.add(path)
        document = _parsed(files, path)
        if document is None or not isinstance(document.data, dict):
            continue
        root = Node(path, document)
        yield root
        for item in included(root):
            wanted.extend(local_paths(item, files.paths) or ())


def _parsed(files: Files, path: str) -> Document | None:
    data = files.data(path)
    if data is None:
        return None
    try:
        found = parse_all(plain(data), where=path)
    except UnreadableError as error:
        files.unreadable(error, path)
        return None
    # A header of inputs may stand before the pipeline, as a document of its own.
    return found[-1] if found else None


def plain(data: bytes) -> bytes:
    """The bytes of a file without the tag that only GitLab knows; every line stays where it is."""
    return data.replace(_REFERENCE, b" " * len(_REFERENCE))


def local_paths(item: Node, paths: Collection[str]) -> list[str] | None:
    """Files of the same repository that an entry of `include` names; None where it names another place."""
    local = item.get("local").text() or item.text()
    if not local.endswith((".yml", ".yaml")) or "://" in local:
        return None
    return sorted(fnmatch.filter(paths, local.lstrip("/")))


def included(root: Node) -> Iterator[Node]:
    """The entries of `include`."""
    include = root.get("include")
    if isinstance(include.data, dict):
        yield include
    yield from include.items()


class Pipeline:
    """A pipeline as its files make it together.

    Args:
        files: That they stand among.
        roots: The tops of the files, the pipeline's own first.

    Attributes:
        roots: As given.
    """

    def __init__(self, files: Files, roots: Sequence[Node]) -> None:
        self._files = files
        self.roots = roots
        self._by_name: dict[str, Node] = {}
        for root in reversed(roots):  # what stands in the pipeline itself wins over what it includes
            for key, node in root.members():
                if key not in _GLOBAL and isinstance(node.data, dict):
                    self._by_name[key] = node

    def triggers(self) -> Iterator[Trigger]:
        """Of the whole pipeline, unless a job says something else."""
        rules = self.common("workflow").get("rules")
        found = list(self._ruled(rules)) if rules else []
        yield from found or [Trigger("push", Spot(self.roots[0].path, 1))]

    def foreign(self) -> Iterator[Node]:
        """Names of templates, components, projects and addresses that it includes."""
        for root in self.roots:
            for item in included(root):
                found = (item.get(key) for key in ("template", "component", "remote", "project"))
                yield from (node for node in found if node.text())

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Name and node of every job that is no template, in the order of the files."""
        for root in self.roots:
            for key, node in root.members():
                is_job = key not in _GLOBAL and not key.startswith(".") and isinstance(node.data, dict)
                if is_job and self._by_name[key].path == node.path:
                    yield key, node

    def lacking(self, node: Node) -> Iterator[Node]:
        """The names that a job extends, directly or further up, and that stand in no file that is read."""
        wanted, seen = [node], set[str]()
        while wanted:
            for name in wanted.pop().get("extends").items():
                if name.text() not in self._by_name:
                    yield name
                elif name.text() not in seen:
                    seen.add(name.text())
                    wanted.append(self._by_name[name.text()])

    def rules(self, node: Node) -> list[Node]:
        """The rules of a job, or of `workflow`, those that it refers to or lists in lists included."""
        return list(self._each_rule(self.value(node, "rules"), 0))

    def _each_rule(self, given: Node, depth: int) -> Iterator[Node]:
        target = self._referred(given) if depth < _DEEPEST else None
        if target is not None:
            yield from self._each_rule(target, depth + 1)
        elif isinstance(given.data, list):
            for item in given.items():
                if isinstance(item.data, list) and depth < _DEEPEST:
                    yield from self._each_rule(item, depth + 1)
                elif isinstance(item.data, dict):
                    yield item

    def _referred(self, given: Node) -> Node | None:
        """What a list of keys leads to; None where it is no such list."""
        names = given.data if isinstance(given.data, list) else ()
        if len(names) < 2 or not all(isinstance(name, str) for name in names):  # noqa: PLR2004 - a job and its key
            return None
        found = self._by_name.get(names[0])
        for name in names[1:]:
            found = found.get(name) if found is not None else None
        return found or None

    def job(self, name: str, node: Node) -> Job:
        """A job with what it takes from others."""
        parts = ("before_script", "script", "after_script")
        steps = tuple(self._step(node, part) for part in parts if self.value(node, part))
        environment = self.value(node, "environment")
        allowed = self.value(node, "allow_failure")
        named = environment.get("name").text() or environment.text()
        return Job(
            id=name,
            name=name,
            spot=node.spot,
            needs=tuple(item.get("job").text() or item.text() for item in self.value(node, "needs").items()),
            environment=Environment(named, environment.spot) if named else None,
            soft=Soft("`allow_failure` is set", allowed.spot) if allowed and allowed.data is not False else None,
            steps=steps,
            env=self.value(node, "variables").values(),
            image=self.value(node, "image").get("name").text() or self.value(node, "image").text(),
            triggers=self._job_triggers(node),
            manual=self._manual(node),
        )

    def _manual(self, node: Node) -> Spot | None:
        when = self.value(node, "when")
        if when.text() == "manual":
            return when.spot
        manual = [rule.get("when") for rule in self.value(node, "rules").items()]
        return next((given.spot for given in manual if given.text() == "manual"), None)

    def _step(self, node: Node, part: str) -> Step:
        given = self.value(node, part)
        commands: list[Command] = []
        texts: list[str] = []
        for item in islice(self._lines(given, 0), _MOST_LINES):
            texts.append(item.text())
            text = shell_text(self._files, item, pipefail=True, folder="")
            commands.extend(commands_of(text))
            if is_left(text):
                break
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
                elif not names or not str(names[0]).startswith("."):  # else a job that stands elsewhere
                    yield from self._lines(item, depth + 1)

    def value(self, node: Node, key: str) -> Node:
        """A key of a job, of what it extends, or of the defaults."""
        wanted, seen = [node], set[str]()
        while wanted:
            found = wanted.pop(0)
            if found.has(key):
                return found.get(key)
            names = [name for name in reversed(found.get("extends").texts()) if name not in seen]
            seen.update(names)
            wanted[:0] = [self._by_name[name] for name in names if name in self._by_name]
        if key in _OF_JOBS:
            return node.get(key)
        return self.common("default").get(key) or self.common(key)

    def common(self, key: str) -> Node:
        """A key of the pipeline itself."""
        return next((root.get(key) for root in self.roots if root.has(key)), self.roots[0].get(key))

    def _job_triggers(self, node: Node) -> tuple[Trigger, ...] | None:
        rules = self.value(node, "rules")
        only = self.value(node, "only")
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
