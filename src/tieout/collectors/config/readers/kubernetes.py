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
    told_once,
    why_not_in_force,
)
from tieout.collectors.config.kubernetes_parts.roles import access, binding_rows, is_binding, is_role, role_rows
from tieout.collectors.config.kubernetes_parts.secrets import container_secret_rows, is_of_secrets, secret_rows
from tieout.collectors.config.kubernetes_parts.shapes import odd_in
from tieout.collectors.config.kubernetes_parts.traffic import is_traffic, traffic_rows
from tieout.collectors.config.kubernetes_parts.workloads import container_rows, workload_rows
from tieout.collectors.config.odd_parts import tell
from tieout.collectors.config.rows import Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.kubernetes import Manifest, pods_of

_PRODUCT = "Kubernetes"
#: Objects that stand more than once and are told one by one.
_MOST_TOLD = 20
_NAME = re.compile(r"\.(?:ya?ml|json)$|(?:^|/)kustomization$", re.IGNORECASE)


def _suits(path: str) -> bool:
    return _NAME.search(path) is not None


def _recognises(file: ConfigFile) -> bool:
    return any(_is_read(one) for one in objects_of(file))


def _is_read(manifest: Manifest) -> bool:
    told = (is_role, is_binding, is_policy, is_product_policy, is_traffic, is_kustomize, is_of_secrets)
    if any(tells(manifest) for tells in told) or next(pods_of([manifest]), None) is not None:
        return True
    return next(odd_in(manifest), None) is not None


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
    manifests, repeated = told_once(manifests)
    for one, times in repeated[:_MOST_TOLD]:
        settings.rows.note(one.cursor("kind"), f"'{called(one)}' stands {times:,} times in the file and counts once")
    _tell_twins(file.path, manifests, cluster, settings, images)
    pods = list(pods_of(manifests))
    container_rows(images, pods)
    workload_rows(settings, pods)
    container_secret_rows(settings, pods)
    tell((settings.rows, images), (odd for one in manifests for odd in odd_in(one)))
    for one in manifests:
        _object_rows(settings, one)
        if is_kustomize(one):
            kustomize_rows(settings, images, one)
    selected_rows(settings, elsewhere, pods, file.path, cluster)
    yield from settings.found()
    yield from elsewhere.found()
    yield from images.found()
    yield from access(file.path, manifests, cluster)


def _tell_twins(
    path: str, manifests: Sequence[Manifest], cluster: Cluster, settings: SecurityRows, images: Rows
) -> None:
    """Tell of objects that the files of the source hold twice, with another content.

    Two of one folder and one namespace disagree, and nothing said of every object holds. Undecided it is where the
    namespace is left to whoever applies them or the folders may be of two clusters (they may be two objects), and where
    kustomize is used (one may change the other).
    """
    for one in manifests:
        twin = cluster.twin(one)
        if twin is None:
            continue
        told = f"'{called(one)}' stands here and once more with another content: which of them is in force is not told"
        for rows in (settings.rows, images) if next(pods_of([one]), None) is not None else (settings.rows,):
            together = path.rpartition("/")[0] == twin.path.rpartition("/")[0]
            decided = bool(one.namespace) and together and not cluster.whole
            (rows.drop if decided else rows.note)(one.cursor("kind"), told)


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
