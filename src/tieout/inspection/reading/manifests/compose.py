"""Services of Compose files, with the lines of their settings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.repository import Repository, line_of, member
from tieout.kernel.reading.documents import Document

_NAME = re.compile(r"(?:^|/)(?:docker-|podman-)?compose(?:[._-][^/]*)?\.ya?ml$", re.IGNORECASE)
#: What people run beside their editor, or in tests.
_FOR_WORK = re.compile(
    r"(?:^|/)(?:\.devcontainer|\.cursor|\.gitpod|\.vscode|\.github|ci)/"
    r"|compose[._-](?:[^/]+[._-])?(?:override|local|tests?|testing|ci|e2e|debug|build)[^/]*\.ya?ml$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Service:
    """A service.

    Attributes:
        path: Of its file.
        path_class: What kind of place the file stands in.
        is_live: It is for use, as far as path and name say.
        name: Of the service.
        data: Its settings, merged keys included.
        document: The file.
    """

    path: str
    path_class: PlaceClass
    is_live: bool
    name: str
    data: Mapping[str, Any]
    document: Document

    @property
    def image(self) -> str:
        """The image that it names; "" without."""
        image = self.data.get("image")
        return image if isinstance(image, str) else ""

    @property
    def is_built(self) -> bool:
        """Whether its image is built from this repository and not fetched."""
        return bool(self.data.get("build"))

    @property
    def dockerfile(self) -> str | None:
        """Path of the Dockerfile that it is built from; None where it is not built from one of this repository."""
        build = self.data.get("build")
        context = build if isinstance(build, str) else member(build, "context") or "."
        name = member(build, "dockerfile") or "Dockerfile"
        if not build or not isinstance(context, str) or not isinstance(name, str) or "$" in context + name:
            return None
        return _joined(self.path.rpartition("/")[0], context, name)

    @property
    def target(self) -> str:
        """The stage that is built; "" for the last."""
        target = member(self.data.get("build"), "target")
        return target if isinstance(target, str) else ""

    def setting(self, *parts: str | int) -> tuple[Any, int | None]:
        """A value and its line; None where it has none."""
        value = member(self.data, *parts)
        return value, self.line(*parts) if value is not None else None

    def line(self, *parts: str | int) -> int | None:
        """The line of a value, or of the service itself."""
        return line_of(self.document, "services", self.name, *parts)

    def place(self, repository: Repository, *parts: str | int, shows: str, counts: bool = True) -> InspectedPlace:
        """The place of a value."""
        return repository.place(self.path, self.line(*parts) or self.line(), shows, counts=counts)


def services(repository: Repository) -> Iterator[Service]:
    """Every service of every Compose file of the project, by path."""
    for file in repository.matching(_NAME):
        if file.path_class in {PlaceClass.VENDORED, PlaceClass.DOCUMENTATION}:
            continue
        document = repository.document(file.path)
        found = member(document.data, "services") if document is not None else None
        if document is None or not isinstance(found, dict):
            continue
        is_live = file.path_class is PlaceClass.LIVE and not _FOR_WORK.search(file.path)
        for name, data in found.items():
            if isinstance(data, dict):
                yield Service(file.path, file.path_class, is_live, name, data, document)


def forbids_new_privileges(option: str) -> bool:
    """Whether an entry of `security_opt` keeps programs from gaining privileges."""
    name, _, value = option.replace("=", ":").partition(":")
    return name.strip() == "no-new-privileges" and value.strip().lower() != "false"


def _joined(folder: str, *parts: str) -> str | None:
    """A path of the tree after relative parts; None where it leaves the tree."""
    at = folder.split("/") if folder else []
    for part in "/".join(parts).split("/"):
        if part == "..":
            if not at:
                return None
            at.pop()
        elif part not in {"", "."}:
            at.append(part)
    return "/".join(at)
