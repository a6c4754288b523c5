"""Containers that hosting platforms run: their image, the size that is set, and whether their health is asked for.

Read are Fly (fly.toml), Render (render.yaml), App Platform (.do/app.yaml) and task definitions of Amazon ECS in JSON;
Cloud Run's own YAML has the form of Kubernetes and is read as such. What infrastructure code deploys stands in
`infrastructure_code`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.manifests.infrastructure_code import blocks
from tieout.inspection.reading.toml_lines import key_line
from tieout.inspection.repository import File, Repository, line_of, member
from tieout.inspection.text import Text
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.nodes import scalar

_FLY: Final = re.compile(r"(?:^|/)fly(?:\.[\w-]+)?\.toml$", re.IGNORECASE)
_RENDER: Final = re.compile(r"(?:^|/)render\.ya?ml$", re.IGNORECASE)
_APP_PLATFORM: Final = re.compile(r"(?:^|/)\.do/(?:deploy\.template|app)\.ya?ml$", re.IGNORECASE)
_TASKS: Final = re.compile(r"(?:task|ecs|fargate|container)[^/]*(?:/[^/]+)*\.json$", re.IGNORECASE)
_TASK = compile_bytes(r"\"containerDefinitions\"")
_FLY_TABLES: Final = ("http_service", "services")
_FLY_CHECKS: Final = ("checks", "http_checks", "tcp_checks")
#: What of a machine each setting of Fly limits; a size has both.
_FLY_SIZES: Final = (
    ("memory", "memory"),
    ("memory_mb", "memory"),
    ("cpus", "cpu"),
    ("size", "memory"),
    ("size", "cpu"),
)


@dataclass(frozen=True, slots=True)
class Hosted:
    """A container that a platform runs.

    Attributes:
        platform: Whose.
        path: Of the file that says so.
        line: Of the container in it.
        image: The image that is fetched; "" where it is built from this repository.
        image_line: Of that, or of the setting that says what it is built from.
        limits: Lines of what is limited: "memory", "cpu", or "plan" where only a name of a size is given.
        check: Line of the setting that asks for its health; None without.
    """

    platform: str
    path: str
    line: int | None
    image: str
    image_line: int | None
    limits: Mapping[str, int | None] = field(default_factory=dict)
    check: int | None = None

    def place(self, repository: Repository, line: int | None, shows: str, *, counts: bool = True) -> InspectedPlace:
        """A place in the file, that of the container itself where no line is known."""
        return repository.place(self.path, line or self.line, shows, counts=counts)


def hosted(repository: Repository) -> Iterator[Hosted]:
    """Every container that settings in use of a hosting platform describe, by platform and path."""
    for text in repository.texts(_own(repository, _FLY)):
        yield from _of_fly(repository, text)
    for pattern, read in ((_RENDER, _of_render), (_APP_PLATFORM, _of_app_platform)):
        for file in _own(repository, pattern):
            document = repository.document(file.path)
            if document is not None:
                yield from read(file.path, document)
    for text in repository.texts(_own(repository, _TASKS)):
        document = repository.document(text.path) if _TASK.search(text.data) else None
        if document is not None:
            yield from _of_task(text.path, document)
    for block in blocks(repository):
        for image, line in block.images:
            yield Hosted(block.platform, block.path, line, image, line, block.limits, block.check)


def _own(repository: Repository, pattern: "re.Pattern[str]") -> list[File]:
    return [file for file in repository.matching(pattern) if file.is_own]


def _of_fly(repository: Repository, text: Text) -> Iterator[Hosted]:
    document = repository.document(text.path)
    data = document.data if document is not None else None
    if not isinstance(data, dict) or not isinstance(data.get("app") or data.get("build"), str | dict):
        return
    machines = data.get("vm")
    limits: dict[str, int | None] = {}
    for machine in machines if isinstance(machines, list) else [machines]:
        for key, limit in _FLY_SIZES:
            if member(machine, key):
                limits.setdefault(limit, key_line(text, "vm", key))
    image = member(data, "build", "image")
    built = next((key for key in ("dockerfile", "builder") if member(data, "build", key)), "")
    check = next((line for at in dict.fromkeys(_fly_checks(data)) if (line := _head(text, at))), None)
    yield Hosted(
        platform="Fly",
        path=text.path,
        line=key_line(text, "", "app") or 1,
        image=image if isinstance(image, str) else "",
        image_line=key_line(text, "build", "image" if image else built) if image or built else None,
        limits=limits,
        check=check,
    )


def _fly_checks(data: Mapping[str, Any]) -> Iterator[str]:
    """Dotted names of the tables that ask for health."""
    if data.get("checks"):
        yield "checks"
    for table in _FLY_TABLES:
        rows = data.get(table)
        for row in rows if isinstance(rows, list) else [rows]:
            yield from (f"{table}.{key}" for key in _FLY_CHECKS if member(row, key))


def _head(text: Text, table: str) -> int | None:
    """The line on which a table begins, or one below it."""
    head = re.compile(rf"\s*\[{{1,2}}\s*{re.escape(table)}[.\s\]]")
    return next((number for number, line in enumerate(text.lines(), start=1) if head.match(line)), None)


def _of_render(path: str, document: Document) -> Iterator[Hosted]:
    for index, service in enumerate(_listed(member(document.data, "services"))):
        at: tuple[str | int, ...] = ("services", index)
        image = member(service, "image", "url")
        kind = member(service, "runtime") or member(service, "env")
        # Compared with a tuple: what was parsed may be a list, which no set can be asked for.
        if not isinstance(image, str) and kind not in ("docker", "image"):
            continue  # no container: the platform runs the program itself
        is_named = isinstance(image, str)
        source = ("image", "url") if is_named else ("dockerfilePath",) if member(service, "dockerfilePath") else ()
        yield Hosted(
            platform="Render",
            path=path,
            line=line_of(document, *at, "name") or line_of(document, *at),
            image=image if is_named else "",
            image_line=line_of(document, *at, *source) if source else None,
            limits={"plan": line_of(document, *at, "plan")} if member(service, "plan") else {},
            check=line_of(document, *at, "healthCheckPath") if member(service, "healthCheckPath") else None,
        )


def _of_app_platform(path: str, document: Document) -> Iterator[Hosted]:
    top = "spec" if member(document.data, "spec") else ""
    for kind in ("services", "workers", "jobs"):
        above: tuple[str | int, ...] = (top, kind) if top else (kind,)
        for index, one in enumerate(_listed(member(document.data, *above))):
            at = (*above, index)
            image = member(one, "image")
            name = scalar(member(image, "repository"))
            if not name and not member(one, "dockerfile_path"):
                continue
            tag, digest = scalar(member(image, "tag")), scalar(member(image, "digest"))
            size = "instance_size_slug"
            yield Hosted(
                platform="App Platform",
                path=path,
                line=line_of(document, *at, "name") or line_of(document, *at),
                image=f"{name}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}" if name else "",
                image_line=line_of(document, *at, *(("image", "repository") if name else ("dockerfile_path",))),
                limits={"plan": line_of(document, *at, size)} if member(one, size) else {},
                check=line_of(document, *at, "health_check") if member(one, "health_check") else None,
            )


def _of_task(path: str, document: Document) -> Iterator[Hosted]:
    """Containers of a task definition; what the whole task is given limits each of them."""
    above = ("taskDefinition",) if member(document.data, "taskDefinition") else ()
    task = member(document.data, *above)
    whole = {key: line_of(document, *above, key) for key in ("memory", "cpu") if member(task, key)}
    for index, one in enumerate(_listed(member(task, "containerDefinitions"))):
        at = (*above, "containerDefinitions", index)
        image = member(one, "image")
        if not isinstance(image, str):
            continue
        own = {key: line_of(document, *at, key) for key in ("memory", "cpu") if member(one, key)}
        yield Hosted(
            platform="Amazon ECS",
            path=path,
            line=line_of(document, *at, "name") or line_of(document, *at),
            image=image,
            image_line=line_of(document, *at, "image"),
            limits={**whole, **own},
            check=line_of(document, *at, "healthCheck") if member(one, "healthCheck") else None,
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
