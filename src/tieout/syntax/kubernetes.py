"""Objects of Kubernetes in parsed YAML or JSON, the pods that they describe, and settings of those with their lines.

What Kubernetes itself decides is decided here as its API reference says: the parts of a List are objects of their own,
a container's own security context goes before its pod's. Definitions of kinds (CustomResourceDefinition) describe and
deploy nothing, so they are none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document
from tieout.syntax.cursor import Cursor
from tieout.syntax.nodes import line_of, member

_DEEPEST: Final = 40
#: Members of a pod's description that list containers: those that stay, those that prepare, and those put in later.
CONTAINER_LISTS: Final = ("containers", "initContainers", "ephemeralContainers")


@lru_cache(maxsize=1_024)
def _pointer(parts: tuple[str | int, ...]) -> str:
    """The pointer that keys make; objects of one kind are asked for the same ones, thousands of times."""
    return "".join(f"/{part_of(part)}" for part in parts)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object.

    Attributes:
        kind: As written.
        name: From its metadata; "" without.
        data: The object.
        document: The file's document that holds it.
        above: Keys from the top of the document to the object.
    """

    kind: str
    name: str
    data: Mapping[str, Any]
    document: Document
    above: tuple[str | int, ...] = ()

    def line(self, *parts: str | int) -> int | None:
        """The line of a value in the object."""
        return line_of(self.document, *self.above, *parts)

    def cursor(self, *parts: str | int) -> Cursor:
        """A value in the object, with its place."""
        pointer = _pointer(self.above) + _pointer(parts)
        return Cursor(self.document, member(self.data, *parts), pointer, str(parts[-1]) if parts else "")

    @property
    def group(self) -> str:
        """The group of its API, without the version; "" for the core."""
        version = self.data.get("apiVersion")
        return version.rpartition("/")[0] if isinstance(version, str) else ""

    @property
    def namespace(self) -> str:
        """From its metadata; "" without."""
        namespace = member(self.data, "metadata", "namespace")
        return namespace if isinstance(namespace, str) else ""

    def mapping(self, *parts: str) -> Mapping[str, Any]:
        """A mapping of texts in its metadata, such as its labels; empty where it is none."""
        found = member(self.data, "metadata", *parts)
        return found if isinstance(found, dict) else {}


_M = TypeVar("_M", bound=Manifest)


@dataclass(frozen=True, slots=True)
class Pod(Generic[_M]):
    """What one object says of the pods that it makes.

    Attributes:
        manifest: The object.
        at: Keys from the object to the pod's description.
        spec: That description.
    """

    manifest: _M
    at: tuple[str | int, ...]
    spec: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Kind and name, as a person would say it."""
        return f"{self.manifest.kind} {self.manifest.name}".strip()

    def containers(self, *lists: str) -> Iterator["Container[_M]"]:
        """Its containers: of the lists that are named, else those that stay."""
        for where in lists or CONTAINER_LISTS[:1]:
            listed = self.spec.get(where)
            for index, one in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(one, dict):
                    yield Container(self, index, one, where)

    def cursor(self, *parts: str | int) -> Cursor:
        """A value of the pod's description, with its place."""
        return self.manifest.cursor(*self.at, *parts)


@dataclass(frozen=True, slots=True)
class Container(Generic[_M]):
    """A container of a pod, and the list that it stands in."""

    pod: Pod[_M]
    index: int
    data: Mapping[str, Any]
    where: str = "containers"

    @property
    def at(self) -> tuple[str | int, ...]:
        """Keys from the object to the container."""
        return (*self.pod.at, self.where, self.index)

    @property
    def name(self) -> str:
        """As written; "" without."""
        name = self.data.get("name")
        return name if isinstance(name, str) else ""

    @property
    def image(self) -> str:
        """The image that it names; "" in a patch that names none."""
        image = self.data.get("image")
        return image if isinstance(image, str) else ""

    @property
    def line(self) -> int | None:
        """The line of its image, else of itself."""
        return self.pod.manifest.line(*self.at, "image") or self.pod.manifest.line(*self.at)

    def setting(self, *parts: str) -> tuple[Any, int | None]:
        """A value of the container and its line; None where it has none."""
        value = member(self.data, *parts)
        return value, self.pod.manifest.line(*self.at, *parts) if value is not None else None

    def cursor(self, *parts: str | int) -> Cursor:
        """A value of the container, with its place."""
        return self.pod.manifest.cursor(*self.at, *parts)

    def security(self, key: str) -> tuple[Any, int | None]:
        """A setting of the security context and its line; None where neither the container nor the pod has it."""
        found = self.security_at(key)
        return found.value, found.line if found.value is not None else None

    def security_at(self, key: str) -> Cursor:
        """A setting of the security context: the container's own, else the pod's, with its place.

        So the API reference has it (SecurityContext, PodSecurityContext): the container's counts where both set it.
        """
        own = self.cursor("securityContext", key)
        shared = self.pod.cursor("securityContext", key)
        return shared if own.value is None and shared.value is not None else own


def objects(document: Document, data: Any = None, above: tuple[str | int, ...] = ()) -> Iterator[Manifest]:
    """Objects of a document: itself, or those of a list in it; none where it is no object of Kubernetes.

    Args:
        document: As parsed.
        data: A value within it, with the keys that lead there; left out, the whole document.
        above: Those keys.
    """
    data = document.data if data is None and not above else data
    if not isinstance(data, dict) or len(above) > _DEEPEST:
        return
    kind, items = data.get("kind"), data.get("items")
    if not isinstance(kind, str) or not data.get("apiVersion") or kind == "CustomResourceDefinition":
        return
    if kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            yield from objects(document, item, (*above, "items", index))
        return
    name = member(data, "metadata", "name")
    yield Manifest(kind, name if isinstance(name, str) else "", data, document, above)


def pods_of(manifests: Iterable[_M]) -> Iterator[Pod[_M]]:
    """Everything that describes a pod, of whatever kind of object."""
    for manifest in manifests:
        yield from _pods(manifest, (), manifest.data)


def _pods(manifest: _M, at: tuple[str | int, ...], data: Any) -> Iterator[Pod[_M]]:
    if len(at) > _DEEPEST:
        return
    if isinstance(data, dict):
        containers = data.get("containers")
        if isinstance(containers, list) and any(isinstance(one, dict) and one.get("name") for one in containers):
            yield Pod(manifest, at, data)
            return
        for key, value in data.items():
            yield from _pods(manifest, (*at, key), value)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _pods(manifest, (*at, index), value)
