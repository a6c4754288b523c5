"""Services of a Compose file, with the lines of their settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document
from tieout.syntax.cursor import Cursor
from tieout.syntax.nodes import line_of, member


@dataclass(frozen=True, slots=True)
class Service:
    """A service.

    Attributes:
        path: Of its file.
        name: Of the service.
        data: Its settings, merged keys included.
        document: The file.
    """

    path: str
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

    def cursor(self, *parts: str | int) -> Cursor:
        """A value, with its place."""
        pointer = "".join(f"/{part_of(part)}" for part in ("services", self.name, *parts))
        return Cursor(self.document, member(self.data, *parts), pointer, str(parts[-1]) if parts else self.name)

    def line(self, *parts: str | int) -> int | None:
        """The line of a value, or of the service itself."""
        return line_of(self.document, "services", self.name, *parts)


def services_of(path: str, document: Document) -> Iterator[Service]:
    """Every service of a file that is a mapping, as it stands; none where the document is no Compose file."""
    found = member(document.data, "services")
    for name, data in found.items() if isinstance(found, dict) else ():
        if isinstance(data, dict):
            yield Service(path, name, data, document)


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
