"""Reads manifests of Kubernetes: who may do what, who may talk to whom, how containers run, where secrets come from.

Sources: the Kubernetes API reference (SecurityContext, PodSecurityContext, NetworkPolicySpec, RBAC), its documentation
of user-facing roles and of the Pod Security Standards, and those of Istio, the Gateway API, Cilium and Calico.
"""

import re
from collections.abc import Iterator, Sequence

from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.kubernetes_parts.kustomize import is_kustomize, kustomize_rows
from tieout.collectors.config.kubernetes_parts.network import is_policy, policy_rows, selected_rows
from tieout.collectors.config.kubernetes_parts.network_products import is_product_policy, product_policy_rows
from tieout.collectors.config.kubernetes_parts.objects import (
    Cluster,
    called,
    cluster_of,
    is_kustomization,
    objects_of,
    why_not_in_force,
)
from tieout.collectors.config.kubernetes_parts.roles import access, binding_rows, is_binding, is_role, role_rows
from tieout.collectors.config.kubernetes_parts.secrets import container_secret_rows, is_of_secrets, secret_rows
from tieout.collectors.config.kubernetes_parts.traffic import is_traffic, traffic_rows
from tieout.collectors.config.kubernetes_parts.workloads import container_rows, workload_rows
from tieout.collectors.config.rows import Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.kubernetes import Manifest, pods_of

_PRODUCT = "Kubernetes"
_NAME = re.compile(r"\.(?:ya?ml|json)$|(?:^|/)kustomization$", re.IGNORECASE)


def _suits(path: str) -> bool:
    return _NAME.search(path) is not None


def _recognises(file: ConfigFile) -> bool:
    return any(_is_read(one) for one in objects_of(file))


def _is_read(manifest: Manifest) -> bool:
    told = (is_role, is_binding, is_policy, is_product_policy, is_traffic, is_kustomize, is_of_secrets)
    return any(tells(manifest) for tells in told) or next(pods_of([manifest]), None) is not None


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterator[Found]:
    cluster = cluster_of(beside)
    component = cluster.component(file.path)
    if component is None:
        yield from _parts(file, cluster)
        return
    folder, named = component
    if named is None:
        if is_kustomization(file.path):
            told = Rows("security_config", "settings", _PRODUCT)
            told.note(None, f"no kustomization here names the component '{excerpt(folder)}': nothing in it counts")
            yield from told.found()
        return
    for found in _parts(file, cluster):
        path, line = named  # that it is in force at all, the other file says
        found.files["/product"] = path
        found.lines |= {"/product": line} if line is not None else {}
        yield found


def _parts(file: ConfigFile, cluster: Cluster) -> Iterator[Found]:
    settings = SecurityRows(_PRODUCT)
    images = Rows("container_config", "images", _PRODUCT)
    elsewhere = SecurityRows(_PRODUCT, part="by other files")
    manifests = []
    for one in (each for each in objects_of(file) if _is_read(each)):
        # What is not in force was left out before; a file that kustomize starts from is judged here alone.
        reason = why_not_in_force(one) if is_kustomization(file.path) else None
        if reason is None:
            manifests.append(one)
        else:
            settings.rows.note(one.cursor("kind"), f"'{called(one)}' {reason}")
    pods = list(pods_of(manifests))
    container_rows(images, pods)
    workload_rows(settings, pods)
    container_secret_rows(settings, pods)
    for one in manifests:
        _object_rows(settings, one)
        if is_kustomize(one):
            kustomize_rows(settings, images, one)
    selected_rows(settings, elsewhere, pods, file.path, cluster)
    yield from settings.found()
    yield from elsewhere.found()
    yield from images.found()
    yield from access(file.path, manifests, cluster)


def _object_rows(settings: SecurityRows, one: Manifest) -> None:
    if is_role(one):
        role_rows(settings, one)
    elif is_binding(one):
        binding_rows(settings, one)
    elif is_policy(one):
        policy_rows(settings, one)
    elif is_product_policy(one):
        product_policy_rows(settings, one)
    elif is_traffic(one):
        traffic_rows(settings, one)
    elif is_of_secrets(one):
        secret_rows(settings, one)


READERS = (
    Reader(
        name="kubernetes",
        title="Kubernetes manifests",
        artefacts=("container_config", "rbac_export", "security_config"),
        suits=_suits,
        recognises=_recognises,
        read=_read,
    ),
)
