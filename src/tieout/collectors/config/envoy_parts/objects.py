"""Objects of Envoy AI Gateway and Envoy Gateway in the files of one source, found by kind and name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.interface import ConfigFile
from tieout.kernel.reading.documents import Document
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import Manifest, objects

#: Kind -> group of its API.
_GROUPS: Final = {
    "AIGatewayRoute": "aigateway.envoyproxy.io",
    "AIServiceBackend": "aigateway.envoyproxy.io",
    "BackendSecurityPolicy": "aigateway.envoyproxy.io",
    "QuotaPolicy": "aigateway.envoyproxy.io",
    "Backend": "gateway.envoyproxy.io",
    "BackendTrafficPolicy": "gateway.envoyproxy.io",
}


@dataclass(frozen=True, slots=True)
class Object:
    """One object.

    Attributes:
        path: Of its file.
        manifest: The object.
    """

    path: str
    manifest: Manifest

    @property
    def at(self) -> Cursor:
        """Where it stands."""
        return self.manifest.cursor()

    @property
    def name(self) -> str:
        """From its metadata."""
        return self.manifest.name

    @property
    def spec(self) -> Cursor:
        """What it asks for."""
        return self.manifest.cursor("spec")


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a file, and all of its source."""

    path: str
    all: tuple[Object, ...]

    @classmethod
    def of(cls, file: ConfigFile, beside: Sequence[ConfigFile]) -> "Objects":
        """Those of a file and the files beside it."""
        return cls(file.path, tuple(one for each in beside for one in _objects(each)))

    def own(self, kind: str) -> list[Object]:
        """The objects of one kind in the file itself."""
        return [one for one in self.all if one.path == self.path and one.manifest.kind == kind]

    def of_kind(self, kind: str) -> list[Object]:
        """The objects of one kind in any file."""
        return [one for one in self.all if one.manifest.kind == kind]

    def line(self, one: Object, at: Cursor) -> int | None:
        """The line of a value of an object where that stands in the file itself."""
        return at.line if one.path == self.path else None

    def named(self, kind: str, name: str | None, namespace: str) -> list[Object]:
        """The objects of a kind and name; where a namespace is left to whoever applies the file, it may be any."""
        return [
            one
            for one in self.of_kind(kind)
            if one.name and one.name == name and is_same_space(one.manifest.namespace, namespace)
        ]


def is_same_space(one: str, other: str) -> bool:
    """Whether two namespaces may be one."""
    return not one or not other or one == other


def is_ours(document: Document) -> bool:
    """Whether a document holds an object of these kinds."""
    return any(_GROUPS.get(manifest.kind) == manifest.group for manifest in objects(document))


def _objects(file: ConfigFile) -> Iterator[Object]:
    for document in file.documents:
        for manifest in objects(document):
            if _GROUPS.get(manifest.kind) == manifest.group:
                yield Object(file.path, manifest)
