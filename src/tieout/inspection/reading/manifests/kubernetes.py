"""Objects of Kubernetes in plain YAML, the pods that they describe, and settings of those with their lines.

Templates of charts are no YAML before they are filled in, so they are not read here. Definitions of kinds
(CustomResourceDefinition) describe and deploy nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.remembered import once
from tieout.inspection.repository import MAX_TEXT_BYTES, Repository, line_of, member
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes

#: Files with objects that are parsed; a repository with more is told as far as that.
MAX_FILES: Final = 600
_DEEPEST: Final = 40
_FINAL: Final = 1_000_000_000  # a release comes after its candidates

_YAML = re.compile(r"\.ya?ml$", re.IGNORECASE)
_DEFINITIONS = re.compile(r"(?:^|/)crds?(?:[/._-]|$)|[._-]crds?(?:[._-][^/]*)?\.ya?ml$", re.IGNORECASE)
#: An object begins in the first column, in a list of objects deeper.
_OBJECT = compile_bytes(r"(?m)^[ \t-]{0,8}apiVersion:[ \t]*\S")
_KIND = compile_bytes(r"(?m)^[ \t-]{0,8}kind:[ \t]*[\"']?(?P<kind>[A-Za-z0-9]+)")
#: Objects that name containers, give permissions, or rule the network.
_TOLD = compile_bytes(
    r"(?m)^[ \t-]*containers:|^[ \t-]{0,8}kind:[ \t]*[\"']?"
    r"(?:Role|ClusterRole|RoleBinding|ClusterRoleBinding|NetworkPolicy|CiliumNetworkPolicy|CiliumClusterwideNetworkPolicy"
    r"|GlobalNetworkPolicy|AuthorizationPolicy|RequestAuthentication|PeerAuthentication|SecurityPolicy|KongPlugin"
    r"|KongClusterPlugin|LimitRange|ResourceQuota|Kustomization)\b"
)
_TEMPLATED = compile_bytes(r"(?m)^[ \t]*\{\{")
_FILLED_IN = compile_bytes(r"\{\{")
#: A folder of one release among others: `install/v0.10.0/`.
_RELEASE = re.compile(r"^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[.-]?(?:rc|alpha|beta)[.-]?(\d*))?$")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object.

    Attributes:
        path: Of its file.
        path_class: What kind of place the file stands in.
        kind: As written.
        name: From its metadata; "" without.
        data: The object.
        document: The file's document that holds it.
        above: Keys from the top of the document to the object.
    """

    path: str
    path_class: PlaceClass
    kind: str
    name: str
    data: Mapping[str, Any]
    document: Document
    above: tuple[str | int, ...] = ()

    def line(self, *parts: str | int) -> int | None:
        """The line of a value in the object."""
        return line_of(self.document, *self.above, *parts)

    def place(self, repository: Repository, *parts: str | int, shows: str, counts: bool = True) -> InspectedPlace:
        """The place of a value in the object."""
        return repository.place(self.path, self.line(*parts), shows, counts=counts)


@dataclass(frozen=True, slots=True)
class Pod:
    """What one object says of the pods that it makes.

    Attributes:
        manifest: The object.
        at: Keys from the object to the pod's description.
        spec: That description.
    """

    manifest: Manifest
    at: tuple[str | int, ...]
    spec: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Kind and name, as a person would say it."""
        return f"{self.manifest.kind} {self.manifest.name}".strip()

    def containers(self) -> Iterator["Container"]:
        """Its containers that stay, not those that prepare."""
        for index, one in enumerate(self.spec["containers"]):
            if isinstance(one, dict):
                yield Container(self, index, one)


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod."""

    pod: Pod
    index: int
    data: Mapping[str, Any]

    @property
    def at(self) -> tuple[str | int, ...]:
        """Keys from the object to the container."""
        return (*self.pod.at, "containers", self.index)

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

    def security(self, key: str) -> tuple[Any, int | None]:
        """A setting of the security context: the container's own, else the pod's, with its line."""
        value, line = self.setting("securityContext", key)
        if value is None:
            value = member(self.pod.spec, "securityContext", key)
            line = self.pod.manifest.line(*self.pod.at, "securityContext", key) if value is not None else None
        return value, line


@once
def manifests(repository: Repository) -> tuple[Manifest, ...]:
    """Objects of the project's own files, in use or for another environment, by path and place."""
    return tuple(_manifests(repository))


def pods(repository: Repository) -> Iterator[Pod]:
    """Everything that describes a pod, of whatever kind."""
    for manifest in manifests(repository):
        yield from _pods(manifest, (), manifest.data)


def chart_folders(repository: Repository) -> tuple[str, ...]:
    """Folders of charts, by path."""
    return tuple(file.folder for file in repository.files if file.name in {"chart.yaml", "chart.yml"})


def _past_releases(folders: Iterable[str]) -> frozenset[str]:
    """Folders that hold what an earlier release was made of: of several beside each other the latest counts."""
    beside: dict[str, dict[tuple[int, ...], str]] = {}
    for folder in sorted(folders):
        parent, _, name = folder.rpartition("/")
        if release := _RELEASE.match(name):
            candidate = int(release[4] or 0) if release[4] is not None else _FINAL
            version = (*(int((part or "0")[:9]) for part in release.groups()[:3]), candidate)
            beside.setdefault(parent, {})[version] = folder
    return frozenset(folder for found in beside.values() for version, folder in found.items() if version != max(found))


def _manifests(repository: Repository) -> Iterator[Manifest]:
    charts = tuple(f"{folder}/" if folder else "" for folder in chart_folders(repository))
    past = tuple(f"{folder}/" for folder in _past_releases(repository.folders))
    files = [
        file
        for file in repository.matching(_YAML)
        if file.path_class in {PlaceClass.LIVE, PlaceClass.NON_PRODUCTION}
        and 0 < file.size <= MAX_TEXT_BYTES
        and not _DEFINITIONS.search(file.path)
        and not any(file.path.startswith(f"{chart}templates/") for chart in charts)
        and not file.path.startswith(past)
    ]
    read = 0
    for text in repository.texts(files):
        if not (_TOLD.search(text.data) and _OBJECT.search(text.data)) or _TEMPLATED.search(text.data):
            continue
        if text.path.startswith(charts) and _FILLED_IN.search(text.data):
            continue  # a chart fills in other files too
        read += 1
        if read > MAX_FILES:
            repository.problem(text.path, f"is one of more than {MAX_FILES} files with objects of Kubernetes")
            return
        for document in repository.documents(text.path, "yaml"):
            yield from _objects(text.path, text.path_class, document, document.data, ())


def _objects(
    path: str, path_class: PlaceClass, document: Document, data: Any, above: tuple[str | int, ...]
) -> Iterator[Manifest]:
    if not isinstance(data, dict):
        return
    kind, items = data.get("kind"), data.get("items")
    if not isinstance(kind, str) or not data.get("apiVersion") or kind == "CustomResourceDefinition":
        return
    if kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            yield from _objects(path, path_class, document, item, (*above, "items", index))
        return
    name = member(data, "metadata", "name")
    yield Manifest(path, path_class, kind, name if isinstance(name, str) else "", data, document, above)


def _pods(manifest: Manifest, at: tuple[str | int, ...], data: Any) -> Iterator[Pod]:
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
