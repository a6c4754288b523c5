"""How pods and their containers are held down, decided as the API reference of Kubernetes decides it.

What protects only where it is set is asked of each container of a workload; what lays open only where it is set is told
where it is. Of other kinds, and of patches, only what is written counts: who fills in the rest is not told.
"""

from collections.abc import Iterator
from typing import Any, Final

from tieout.collectors.config import container_words as words
from tieout.collectors.config.kubernetes_parts.objects import WORKLOADS, called
from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.domain.artefacts.safeguards import SecurityTopic
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import CONTAINER_LISTS, Container, Manifest, Pod

_HOST_SETTINGS: Final[tuple[tuple[str, SecurityTopic, str], ...]] = (
    ("hostNetwork", "network", words.HOST_NETWORK),
    ("hostPID", "workload", words.HOST_PROCESSES),
    ("hostIPC", "workload", words.HOST_MEMORY),
)
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_RUN_ONCE: Final = frozenset({"CronJob", "Job"})


def subject_of(container: Container[Manifest]) -> str:
    """How rows call a container: its object's name and its own."""
    return f"{called(container.pod.manifest)}/{excerpt(container.name, 100) or container.index}"


def container_rows(rows: Rows, pods: list[Pod[Manifest]]) -> None:
    """One row for each container that names an image."""
    for pod in pods:
        for one in pod.containers(*CONTAINER_LISTS):
            if one.image:
                _image(rows, one)


def workload_rows(rows: SecurityRows, pods: list[Pod[Manifest]]) -> None:
    """Settings of pods and of each of their containers."""
    for pod in pods:
        _of_pod(rows, pod)
        for one in pod.containers(*CONTAINER_LISTS):
            _of_container(rows, one, whole=pod.manifest.kind in WORKLOADS and bool(one.image))


def _image(rows: Rows, one: Container[Manifest]) -> None:
    is_workload = one.pod.manifest.kind in WORKLOADS
    user, root = _user(one)
    privileged = one.cursor("securityContext", "privileged")
    read_only = one.cursor("securityContext", "readOnlyRootFilesystem")
    rows.add(
        one.cursor(),
        {
            "name": Fact(subject_of(one), one.cursor("name")),
            "image": Fact(excerpt(one.image, 300), one.cursor("image")),
            "pinned": Fact(words.pinned(one.image), one.cursor("image")),
            "user": Fact(excerpt(str(user.value), 100) if _is_number(user.value) else None, user),
            "root": Fact(root.value, root),
            # SecurityContext: "Defaults to false", of both.
            "privileged": Fact(_or_default(privileged.value, default=False if is_workload else None), privileged),
            "read_only": Fact(_or_default(read_only.value, default=False if is_workload else None), read_only),
            "limited": _limited(one, is_workload=is_workload),
            "checked": _checked(one, is_workload=is_workload),
        },
    )


def _user(one: Container[Manifest]) -> tuple[Cursor, Cursor]:
    """The user that is set; and whether it is root, with the place that decides."""
    user, refused = one.security_at("runAsUser"), one.security_at("runAsNonRoot")
    if _is_number(user.value):
        # The kubelet does not start a container that must not be root and is told to be.
        contradicts = user.value == 0 and refused.value is True
        return user, _judged(user, None if contradicts else user.value == 0)
    unclear = user.value is not None
    return user, _judged(refused, False if refused.value is True and not unclear else None)


def _judged(at: Cursor, value: bool | None) -> Cursor:
    return Cursor(at.document, value, at.pointer, at.key)


def _limited(one: Container[Manifest], *, is_workload: bool) -> Fact:
    """Limits of the container, or of the whole pod; without any it has no bound, unless its namespace sets one."""
    places = (one.cursor("resources", "limits"), one.pod.cursor("resources", "limits"))
    for limits in places:
        if isinstance(limits.value, dict) and any(limits.value.get(key) for key in ("memory", "cpu")):
            return Fact(value=True, at=limits)
    return Fact(False if is_workload else None, one.cursor("resources"))


def _checked(one: Container[Manifest], *, is_workload: bool) -> Fact:
    """Probes; what only prepares, or runs to its end, is not asked for its health."""
    probe = next((at for key in _PROBES if isinstance((at := one.cursor(key)).value, dict) and at.value), None)
    if probe is not None:
        return Fact(value=True, at=probe)
    runs_on = one.where == CONTAINER_LISTS[0] and is_workload and one.pod.manifest.kind not in _RUN_ONCE
    return Fact(False if runs_on else None, one.cursor())


def _of_pod(rows: SecurityRows, pod: Pod[Manifest]) -> None:
    subject = called(pod.manifest)
    for key, topic, setting in _HOST_SETTINGS:
        at = pod.cursor(key)
        if at.truth is not None:
            rows.add(subject, topic, setting if at.truth else f"{setting}: no", at, holds=not at.truth)
    token = pod.cursor("automountServiceAccountToken")
    if token.truth is not None:
        rows.add(subject, "workload", "no token of the cluster's API in its containers", token, holds=not token.truth)
    for volume in pod.cursor("volumes").rows():
        path = volume.down("hostPath")
        if isinstance(path.value, dict):
            told = path.down("path").text or ""
            rows.add(subject, "workload", words.mount_words(told), path, holds=False, value=told)


def _of_container(rows: SecurityRows, one: Container[Manifest], *, whole: bool) -> None:
    subject = subject_of(one)
    for setting, holds, at, value in _held_down(one):
        if whole or at.value is not None:
            rows.add(subject, "workload", setting, at, holds=holds, value=value)
    added = one.cursor("securityContext", "capabilities", "add")
    beyond, holds = words.added(added.texts)
    if beyond:
        rows.add(subject, "workload", words.ADDED, added, holds=holds, value=", ".join(beyond))
    privileged = one.cursor("securityContext", "privileged")
    if privileged.truth is not None:
        setting = words.PRIVILEGED if privileged.truth else words.NOT_PRIVILEGED
        rows.add(subject, "workload", setting, privileged, holds=not privileged.truth)
    unmasked = one.cursor("securityContext", "procMount")
    if unmasked.text == "Unmasked":
        rows.add(subject, "workload", "sees the host's part of /proc", unmasked, holds=False)
    for port in one.cursor("ports").rows():
        at = port.down("hostPort")
        if _is_number(at.value) and at.value > 0:
            told = excerpt(str(at.value))
            rows.add(subject, "network", "listens on a port of the host", at, holds=False, value=told)


def _held_down(one: Container[Manifest]) -> Iterator[tuple[str, bool | None, Cursor, str | None]]:
    """Setting, whether it holds, its place, what is written."""
    user, root = _user(one)
    holds = None if root.value is None else not root.value
    yield words.NOT_ROOT, holds, root, f"user {excerpt(str(user.value))}" if _is_number(user.value) else None

    escalation = one.cursor("securityContext", "allowPrivilegeEscalation")
    privileged = one.cursor("securityContext", "privileged").truth
    added = words.capabilities(one.cursor("securityContext", "capabilities", "add").texts)
    # "Always true" in a privileged container and in one with CAP_SYS_ADMIN; else `false` alone keeps them from it.
    open_ = bool(privileged) or not added.isdisjoint({"SYS_ADMIN", "ALL"})
    unclear = escalation.value is not None and escalation.truth is None
    yield words.NO_ESCALATION, False if open_ else None if unclear else escalation.value is False, escalation, None

    read_only = one.cursor("securityContext", "readOnlyRootFilesystem")
    unclear = read_only.value is not None and read_only.truth is None
    yield words.READ_ONLY, None if unclear else read_only.value is True, read_only, None

    dropped = one.cursor("securityContext", "capabilities", "drop")
    names = sorted(words.capabilities(dropped.texts))
    # Without it a container has those that the runtime gives by default.
    kept = "ALL" in added or bool(privileged)
    told = ", ".join(names) if names and "ALL" not in names else None
    yield words.ALL_DROPPED, "ALL" in names and not kept, dropped, told

    profile = one.security_at("seccompProfile")
    type_ = profile.down("type")
    filtered = {"RuntimeDefault": True, "Localhost": True, "Unconfined": False}.get(type_.text or "")
    # Left out, the kubelet's own configuration decides.
    yield words.FILTERED, False if privileged else filtered, type_ if type_.value else profile, type_.text


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _or_default(value: Any, *, default: bool | None) -> bool | None:
    """A setting that is true or false; its default where it is left out, nothing where something else stands there."""
    return value if isinstance(value, bool) else default if value is None else None
