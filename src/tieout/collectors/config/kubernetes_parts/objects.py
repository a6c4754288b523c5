"""Objects of the files of a source: how they are called, which are in force, and which another file's object means."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tieout.collectors.config.interface import ConfigFile
from tieout.domain.paths import elsewhere_by
from tieout.kernel.reading.text import excerpt
from tieout.syntax.kubernetes import Manifest, objects
from tieout.syntax.nodes import member

_LONGEST: Final = 100
_KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "kustomization")
#: Kinds that Kubernetes itself makes pods from; the API reference says what holds where they leave a setting out.
WORKLOADS: Final = frozenset({
    "CronJob", "DaemonSet", "Deployment", "Job", "Pod", "PodTemplate", "ReplicaSet", "ReplicationController",
    "StatefulSet",
})  # fmt: skip
ROLES: Final = frozenset({"ClusterRole", "Role"})
BINDINGS: Final = frozenset({"ClusterRoleBinding", "RoleBinding"})
#: What tools start from: two of one name are of two folders.
_OF_TOOLS: Final = frozenset({"Component", "Kustomization"})
RBAC: Final = "rbac.authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Placed:
    """An object and the file that it stands in."""

    path: str
    manifest: Manifest


@dataclass(slots=True)
class Cluster:
    """Objects in force of all files of a source, as far as those of another file mean them.

    Attributes:
        roles: (kind, name) -> roles of that name, in whatever namespace.
        policies: Network policies.
        components: Folders of kustomize that are in force only where a kustomization names them -> where one does.
        whole: Whether any kustomization is there that is no such component, so that it could name them.
        twins: Objects of one kind, namespace and name -> the first of them, and the first with another content.
    """

    roles: dict[tuple[str, str], list[Placed]] = field(default_factory=dict)
    policies: list[Placed] = field(default_factory=list)
    components: dict[str, tuple[str, int | None] | None] = field(default_factory=dict)
    whole: bool = False
    twins: dict[tuple[str, ...], list[Placed]] = field(default_factory=dict)

    def twin(self, manifest: Manifest) -> Placed | None:
        """An object of the same kind, namespace and name with another content; None without."""
        found = self.twins.get(_identity(manifest), ())
        return next((one for one in found if one.manifest.data != manifest.data), None) if len(found) > 1 else None

    def component(self, path: str) -> tuple[str, tuple[str, int | None] | None] | None:
        """The component that a file is part of, and where it is named; None for a file of none."""
        above = [folder for folder in self.components if path.startswith(f"{folder}/")]
        nearest = max(above, key=len, default=None)
        return (nearest, self.components[nearest]) if nearest is not None and self.whole else None


def told_once(manifests: Sequence[Manifest]) -> tuple[list[Manifest], list[tuple[Manifest, int]]]:
    """The objects of one file without the repetitions of one and the same, and how often each of those stands."""
    kept: list[Manifest] = []
    first: dict[tuple[str, ...], Manifest] = {}
    times: dict[tuple[str, ...], int] = {}
    for one in manifests:
        key = _identity(one)
        known = first.setdefault(key, one) if one.name and one.kind not in _OF_TOOLS else one
        if known is not one and known.data == one.data:
            times[key] = times.get(key, 1) + 1
        else:
            kept.append(one)
    return kept, [(first[key], count) for key, count in times.items()]


class _Files:
    """Files of a source, the same where each file is: one and the same list is asked about for every file."""

    def __init__(self, files: Sequence[ConfigFile]) -> None:
        self.files = tuple(files)

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.files)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Files) or len(self.files) != len(other.files):
            return False
        return all(one is another for one, another in zip(self.files, other.files, strict=True))


def cluster_of(files: Sequence[ConfigFile]) -> Cluster:
    """What objects of other files may mean, of all files of a source."""
    return _cluster(_Files(files))


@lru_cache(maxsize=1)
def _cluster(asked: _Files) -> Cluster:
    found = Cluster()
    for file in asked.files:
        for one in objects_of(file):
            placed = Placed(file.path, one)
            if one.name and one.kind not in _OF_TOOLS:
                same = found.twins.setdefault(_identity(one), [placed])
                if len(same) == 1 and same[0].manifest.data != one.data:
                    same.append(placed)
            if one.kind in ROLES and one.group == RBAC:
                found.roles.setdefault((one.kind, one.name), []).append(placed)
            elif one.kind == "NetworkPolicy" and one.group in {"networking.k8s.io", "extensions"}:
                found.policies.append(placed)
    _take_components(found, asked.files)
    found.policies = [one for one in found.policies if _is_in_force(found, one)]
    found.roles = {key: [one for one in placed if _is_in_force(found, one)] for key, placed in found.roles.items()}
    return found


def _identity(manifest: Manifest) -> tuple[str, ...]:
    return manifest.group, manifest.kind, manifest.namespace, manifest.name


def _is_in_force(cluster: Cluster, placed: Placed) -> bool:
    component = cluster.component(placed.path)
    return component is None or component[1] is not None


def _take_components(found: Cluster, files: Sequence[ConfigFile]) -> None:
    """Components of kustomize, and the kustomizations that name them."""
    named: dict[str, tuple[str, int | None]] = {}
    for file in files:
        folder = file.path.rpartition("/")[0]
        for one in objects_of(file) if is_kustomization(file.path) else ():
            if one.kind == "Component":
                found.components[folder] = None
            else:
                found.whole = True
            for entry in one.cursor("components").elements():
                if entry.text is not None:
                    named.setdefault(posixpath.normpath(posixpath.join(folder, entry.text)), (file.path, entry.line))
    for folder in found.components:
        found.components[folder] = named.get(folder)


def objects_of(file: ConfigFile) -> Iterator[Manifest]:
    """Every object of a file; a kustomization may leave out that it is one, for its name says so."""
    for document in file.documents:
        if is_kustomization(file.path) and isinstance(document.data, dict) and "kind" not in document.data:
            yield Manifest("Kustomization", "", document.data, document)
        else:
            yield from objects(document)


def is_kustomization(path: str) -> bool:
    """Whether a path is one that kustomize starts from."""
    return path.rpartition("/")[2].lower() in _KUSTOMIZATIONS


def called(manifest: Manifest) -> str:
    """Namespace, kind and name of an object, as far as it tells them."""
    name = manifest.name or member(manifest.data, "metadata", "generateName")
    parts = (manifest.namespace, manifest.kind, name if isinstance(name, str) else "")
    return "/".join(excerpt(part, _LONGEST) for part in parts if part)


def why_not_in_force(manifest: Manifest) -> str | None:
    """Why an object is not in force in production, as the end of a sentence; None where it is."""
    annotations = manifest.mapping("annotations")
    namespace = manifest.name if manifest.kind == "Namespace" else manifest.namespace
    if annotations.get("config.kubernetes.io/local-config") in {"true", True}:
        return "is for tools alone and is never applied"
    if "test" in str(annotations.get("helm.sh/hook", "")).split(","):
        return "is a test, which Helm runs when somebody asks for it"
    if manifest.kind == "Template" and manifest.group == "template.openshift.io":
        return "is a template that is filled in elsewhere"
    if manifest.data.get("$patch") == "delete":
        return "is a patch that takes the object out"
    if namespace and elsewhere_by(namespace):
        return f"stands in the namespace '{excerpt(namespace)}', which is of another environment than production"
    return _why_off(manifest) if manifest.kind in WORKLOADS else None


def _why_off(manifest: Manifest) -> str | None:
    replicas = member(manifest.data, "spec", "replicas")
    if replicas == 0 and not isinstance(replicas, bool):
        return "is switched off: it asks for no replicas"
    return "is switched off: it is suspended" if member(manifest.data, "spec", "suspend") is True else None
