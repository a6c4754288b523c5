"""Parts of pods that are of another kind than the API reference of Kubernetes has them."""

from collections.abc import Iterator, Mapping
from typing import Final

from tieout.collectors.config.kubernetes_parts.objects import WORKLOADS, called
from tieout.collectors.config.odd_parts import Shape, misfits
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import CONTAINER_LISTS, Manifest

_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_OF_POD: Final[Mapping[tuple[str, ...], Shape]] = {
    **{(name,): "mappings" for name in CONTAINER_LISTS},
    ("volumes",): "mappings",
    ("securityContext",): "mapping",
    ("securityContext", "runAsUser"): "number",
    ("securityContext", "runAsNonRoot"): "truth",
    ("securityContext", "seccompProfile"): "mapping",
    ("hostNetwork",): "truth",
    ("hostPID",): "truth",
    ("hostIPC",): "truth",
    ("automountServiceAccountToken",): "truth",
}
_OF_CONTAINER: Final[Mapping[tuple[str, ...], Shape]] = {
    **{(name,): "mapping" for name in _PROBES},
    ("image",): "text",
    ("env",): "mappings",
    ("envFrom",): "mappings",
    ("ports",): "mappings",
    ("resources",): "mapping",
    ("resources", "limits"): "mapping",
    ("securityContext",): "mapping",
    ("securityContext", "allowPrivilegeEscalation"): "truth",
    ("securityContext", "capabilities"): "mapping",
    ("securityContext", "capabilities", "add"): "texts",
    ("securityContext", "capabilities", "drop"): "texts",
    ("securityContext", "privileged"): "truth",
    ("securityContext", "readOnlyRootFilesystem"): "truth",
    ("securityContext", "runAsNonRoot"): "truth",
    ("securityContext", "runAsUser"): "number",
    ("securityContext", "seccompProfile"): "mapping",
}


def odd_in(manifest: Manifest) -> Iterator[tuple[str, Cursor, str]]:
    """What each odd part of an object's pod is a part of, its place, and what is wrong with it."""
    if manifest.kind not in WORKLOADS:
        return
    at, subject = manifest.cursor(), called(manifest)
    for key in _way(manifest.kind):
        at = at.down(key)
        found = next(misfits(at, "mapping"), None)
        if found is not None:
            yield subject, *found
            return
    yield from _odd(subject, at, _OF_POD)
    for name in CONTAINER_LISTS:
        for one in at.down(name).rows():
            yield from _odd(f"{subject}/{one.down('name').text or one.key}", one, _OF_CONTAINER)


def _way(kind: str) -> tuple[str, ...]:
    """Keys that lead from an object to its pod's description."""
    if kind == "Pod":
        return ("spec",)
    if kind == "PodTemplate":
        return ("template", "spec")
    return ("spec", "jobTemplate", "spec", "template", "spec") if kind == "CronJob" else ("spec", "template", "spec")


def _odd(subject: str, at: Cursor, shapes: Mapping[tuple[str, ...], Shape]) -> Iterator[tuple[str, Cursor, str]]:
    for keys, shape in shapes.items():
        if not isinstance(at.value, dict) or keys[0] not in at.value:
            continue
        for place, wrong in misfits(at.down(*keys), shape):
            yield subject, place, wrong
