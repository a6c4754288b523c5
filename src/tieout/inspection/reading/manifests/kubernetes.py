"""Objects of Kubernetes in plain YAML, the pods that they describe, and settings of those with their lines.

Templates of charts are no YAML before they are filled in, so they are not read here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.remembered import once
from tieout.inspection.repository import MAX_TEXT_BYTES, Repository
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.kubernetes import Container as PlainContainer
from tieout.syntax.kubernetes import Manifest as PlainManifest
from tieout.syntax.kubernetes import Pod as PlainPod
from tieout.syntax.kubernetes import objects, pods_of

#: Files with objects that are parsed; a repository with more is told as far as that.
MAX_FILES: Final = 600
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(PlainManifest):
    """One object, and the file of the repository that it stands in.

    Attributes:
        path: Of its file.
        path_class: What kind of place the file stands in.
    """

    path: str
    path_class: PlaceClass

    def place(self, repository: Repository, *parts: str | int, shows: str, counts: bool = True) -> InspectedPlace:
        """The place of a value in the object."""
        return repository.place(self.path, self.line(*parts), shows, counts=counts)


Pod = PlainPod[Manifest]
Container = PlainContainer[Manifest]


@once
def manifests(repository: Repository) -> tuple[Manifest, ...]:
    """Objects of the project's own files, in use or for another environment, by path and place."""
    return tuple(_manifests(repository))


def pods(repository: Repository) -> Iterator[Pod]:
    """Everything that describes a pod, of whatever kind."""
    return pods_of(manifests(repository))


def chart_folders(repository: Repository) -> tuple[str, ...]:
    """Folders of charts, by path."""
    return tuple(file.folder for file in repository.files if file.name in {"chart.yaml", "chart.yml"})


def _past_releases(folders: Iterable[str]) -> frozenset[str]:
    """Folders that hold what an earlier release was made of: of several beside each other the latest counts."""
    beside: dict[str, dict[tuple[int, ...], str]] = {}
    for folder in sorted(folders):
        parent, _, name = folder.rpartition("/")
        if release := _RELEASE.match(name):
            candidate = int((release[4] or "0")[:9]) if release[4] is not None else _FINAL
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
            for one in objects(document):
                yield Manifest(
                    one.kind, one.name, one.data, document, one.above, path=text.path, path_class=text.path_class
                )
