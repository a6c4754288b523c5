"""Objects of Kubernetes that are not in force in production: left out before anything of their file is taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tieout.collectors.config.field_map import FieldMap
from tieout.collectors.config.interface import ConfigFile, Reader
from tieout.collectors.config.kubernetes_parts.objects import called, is_kustomization, why_not_in_force
from tieout.collectors.config.mapping import recognises
from tieout.kernel.reading.documents import Document
from tieout.syntax.embedded import carried
from tieout.syntax.kubernetes import Manifest, objects


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An object that does not count.

    Attributes:
        manifest: The object.
        note: Why, as a sentence that begins with what it is called.
    """

    manifest: Manifest
    note: str

    @property
    def line(self) -> int | None:
        """Where it stands."""
        return self.manifest.cursor("kind").line


def in_force(documents: Sequence[Document], path: str) -> tuple[tuple[Document, ...], tuple[LeftOut, ...]]:
    """Documents without the objects that are not in force, each still in its place, and those objects.

    Files that kustomize starts from stay as they are: what names others is marked as never applied itself.

    Args:
        documents: Of one file.
        path: The file's.
    """
    if is_kustomization(path):
        return tuple(documents), ()
    kept, left_out = [], []
    for document in documents:
        every = list(objects(document))
        away = [(one, reason) for one in every if (reason := why_not_in_force(one))]
        data = document.data if len(away) < len(every) or not away else None
        for one, _ in away if data is not None else ():
            data = _without(data, one.above)
        kept.append(Document(data, document.lines) if away else document)
        left_out += [LeftOut(one, f"'{called(one)}' {reason}") for one, reason in away]
    return tuple(kept), tuple(left_out)


def artefacts_of(one: LeftOut, file: ConfigFile, readers: Iterable[Reader], maps: Iterable[FieldMap]) -> set[str]:
    """What an object that is left out would have given, were it in force."""
    alone = Document(one.manifest.data)
    within = carried(alone, file.data, file.path) if one.manifest.kind == "ConfigMap" else ()
    data = [alone.data, *(inner.document.data for inner in within if inner.document is not None)]
    as_file = replace(file, documents=(alone,))
    by_readers = {name for reader in readers if reader.recognises(as_file) for name in reader.artefacts}
    return by_readers | {each.artefact for each in maps if any(recognises(each, one_of) for one_of in data)}


def _without(data: Any, keys: tuple[str | int, ...]) -> Any:
    """The same data with nothing in the place that keys lead to."""
    if not keys:
        return None
    first, rest = keys[0], keys[1:]
    if isinstance(data, dict):
        return {**data, first: _without(data[first], rest)}
    return [_without(one, rest) if index == first else one for index, one in enumerate(data)]
