"""What roles of Kubernetes may do, by their verbs and resources, and who is bound to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.interface import Found
from tieout.collectors.config.kubernetes_parts.objects import BINDINGS, RBAC, ROLES, Cluster, Placed, called
from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import Manifest

_ANY: Final = "*"
_CHANGING: Final = frozenset({"create", "update", "patch", "delete", "deletecollection", _ANY})
_READING: Final = frozenset({"get", "list", "watch", _ANY})
#: Verbs by which somebody gets rights that the role itself does not name (RBAC Good Practices, privilege escalation).
_RISING: Final = ("bind", "escalate", "impersonate")
#: To create one of these asks a question, and changes nothing.
_QUESTIONS: Final = frozenset({
    "localsubjectaccessreviews", "selfsubjectaccessreviews", "selfsubjectreviews", "selfsubjectrulesreviews",
    "subjectaccessreviews", "tokenreviews",
})  # fmt: skip
_OF_ROLES: Final = frozenset({"clusterrolebindings", "clusterroles", "rolebindings", "roles"})
_WORKLOADS: Final = ("cronjobs", "daemonsets", "deployments", "jobs", "pods", "replicasets", "statefulsets")
_PUTTING: Final = frozenset({"create", "update", "patch", _ANY})
#: What is no right to give rights, and leads to them (RBAC Good Practices, "privilege escalation risks").
_LEADING: Final[tuple[tuple[str, frozenset[str], tuple[str, ...], frozenset[str]], ...]] = (
    ("write secrets", frozenset({""}), ("secrets",), _PUTTING),
    ("ask for tokens of service accounts", frozenset({""}), ("serviceaccounts/token",), frozenset({"create", _ANY})),
    ("run commands in pods", frozenset({""}), ("pods/attach", "pods/exec"), frozenset({"create", "get", _ANY})),
    ("run pods as any service account", frozenset({"", "apps", "batch"}), _WORKLOADS, frozenset({"create", _ANY})),
    ("reach what nodes run", frozenset({""}), ("nodes/proxy",), _PUTTING | _READING),
    (
        "approve certificates",
        frozenset({"certificates.k8s.io"}),
        ("certificatesigningrequests/approval",),
        _PUTTING,
    ),
    (
        "change what is asked of every object",
        frozenset({"admissionregistration.k8s.io"}),
        ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
        _PUTTING,
    ),
)
#: What the documentation of Kubernetes says of the roles that every cluster has: (writes, admin).
_BUILT_IN: Final = {
    "cluster-admin": (True, True),
    "admin": (True, True),
    "edit": (True, None),  # "can be used to gain the API access levels of any ServiceAccount in the namespace"
    "view": (False, False),
    "system:auth-delegator": (False, False),
    "system:basic-user": (False, False),
    "system:discovery": (False, False),
    "system:public-info-viewer": (False, False),
}
_LEADS: Final = "whether it comes to every right is not told: it may {}, which is a way there"
_EVERYBODY: Final = {
    "system:authenticated": "everybody who has proved who they are",
    "system:unauthenticated": "everybody",
    "system:anonymous": "everybody",
    "system:serviceaccounts": "every program of the cluster",
}
_PROGRAMS: Final = ("system:serviceaccount", "system:node", "system:kube-")


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a role may do, and where that stands."""

    writes: bool | None = None
    admin: bool | None = None
    reason: str | None = None
    at: Cursor | None = None
    path: str = ""


def is_role(manifest: Manifest) -> bool:
    """Whether an object is a role."""
    return manifest.kind in ROLES and manifest.group == RBAC


def is_binding(manifest: Manifest) -> bool:
    """Whether an object binds somebody to a role."""
    return manifest.kind in BINDINGS and manifest.group == RBAC


def role_rows(rows: SecurityRows, manifest: Manifest) -> None:
    """Settings of a role: whether it says what it allows, and what of it is far-reaching."""
    subject = called(manifest)
    rules = list(manifest.cursor("rules").rows())
    wide = [place for rule in rules for field in ("verbs", "resources") for place in _wildcards(rule, field)]
    if not _is_filled_in(manifest):
        at = wide[0][1] if wide else manifest.cursor("rules")
        told = ", ".join(sorted({field for field, _ in wide})) or None
        rows.add(subject, "privilege", "names its verbs and resources", at, holds=not wide, value=told)
    for rule in rules:
        verbs = set(rule.down("verbs").texts)
        if _is_of(rule, "", "secrets") and verbs & _READING:
            names = rule.down("resourceNames").texts
            words = "reads secrets that it names" if names else "reads any secret"
            rows.add(subject, "privilege", words, rule.down("resources"), holds=bool(names))
        for verb in _RISING:
            if verb in verbs:
                rows.add(subject, "privilege", f"may {verb}: a way to other rights", rule.down("verbs"), holds=False)


def binding_rows(rows: SecurityRows, manifest: Manifest) -> None:
    """Settings of a binding: every right there is, or a role for everybody."""
    subject, role = called(manifest), manifest.cursor("roleRef", "name")
    subjects = list(manifest.cursor("subjects").rows())
    if subjects and role.text == "cluster-admin" and manifest.cursor("roleRef", "kind").text == "ClusterRole":
        where = "the cluster" if manifest.kind == "ClusterRoleBinding" else "its namespace"
        rows.add(subject, "privilege", f"gives every right of {where}", role, holds=False, value="cluster-admin")
    for one in subjects:
        name = one.down("name").text
        if name in _EVERYBODY and one.down("kind").text in {"Group", "User"}:
            words = f"gives a role to {_EVERYBODY[name]}"
            rows.add(subject, "privilege", words, one.down("name"), holds=False, value=role.text)


def access(path: str, manifests: list[Manifest], cluster: Cluster) -> Iterator[Found]:
    """Who is bound to which role: one export for the cluster, and one for each namespace.

    Args:
        path: Of the file.
        manifests: Its objects.
        cluster: Roles of all files.
    """
    own = [Placed(path, one) for one in manifests if is_role(one)]
    by_scope: dict[str, list[Manifest]] = {}
    for one in manifests:
        if is_binding(one):
            scope = "cluster" if one.kind == "ClusterRoleBinding" else f"namespace {one.namespace}".strip()
            by_scope.setdefault(scope, []).append(one)
    for scope, bindings in sorted(by_scope.items()):
        rows = Rows("rbac_export", "rows", "Kubernetes", part=scope)
        people: list[str] = []
        for binding in bindings:
            _bound(rows, people, binding, _reach(path, binding, own, cluster))
        for found in rows.found():
            if found.facts:
                found.facts["total"] = len(rows)
                found.facts |= {} if scope == "namespace" else {"scope": excerpt(scope, 100)}
            found.people.extend(people)
            yield found


def _bound(rows: Rows, people: list[str], binding: Manifest, reach: _Reach) -> None:
    role = binding.cursor("roleRef", "name")
    kind = binding.cursor("roleRef", "kind").text
    subjects = binding.cursor("subjects")
    if role.text is None or kind not in ROLES:
        rows.drop(binding.cursor("roleRef"), f"'{called(binding)}' cannot be judged: it names no role")
        return
    if not subjects.value:
        rows.note(subjects, f"'{called(binding)}' binds nobody")
    elif not isinstance(subjects.value, list):
        rows.drop(subjects, f"'{called(binding)}' cannot be judged: its subjects are no list")
    for one in subjects.elements():
        principal = _principal(one, binding.namespace)
        if principal is None:
            rows.drop(one, f"an entry of the subjects of '{called(binding)}' names nobody")
            continue
        name, sort = principal
        if sort == "person":
            people.append(f"/rows/{len(rows)}/principal")
        rows.add(
            one,
            {
                "principal": Fact(excerpt(name, 200), one.down("name")),
                "kind": Fact(sort, one.down("kind")),
                "role": Fact(excerpt(f"{kind}/{role.text}", 200), role),
                "writes": Fact(reach.writes, reach.at, reach.path),
                "admin": Fact(reach.admin, reach.at, reach.path),
                "reason": Fact(reach.reason, reach.at, reach.path),
            },
        )


def _principal(one: Cursor, namespace: str) -> tuple[str, str] | None:
    """Name and sort of a subject."""
    kind, name = one.down("kind").text, one.down("name").text
    if name is None:
        return None
    if kind == "ServiceAccount":
        where = one.down("namespace").text or namespace
        return (f"ServiceAccount {where}/{name}" if where else f"ServiceAccount {name}"), "program"
    if kind not in {"Group", "User"}:
        return None
    if name in _EVERYBODY and name != "system:serviceaccounts":
        return name, "everyone"
    if name.startswith(_PROGRAMS):
        return name, "program"
    return name, "person" if kind == "User" and not name.startswith("system:") else "team"


def _reach(path: str, binding: Manifest, own: list[Placed], cluster: Cluster) -> _Reach:
    """What the role of a binding may do: one of this file, else of another, else one that every cluster has."""
    kind, name = binding.cursor("roleRef", "kind").text or "", binding.cursor("roleRef", "name").text or ""
    meant = [one for one in own if (one.manifest.kind, one.manifest.name) == (kind, name) and _is_near(one, binding)]
    if not meant:
        elsewhere = cluster.roles.get((kind, name), ())
        meant = [one for one in elsewhere if one.path != path and _is_near(one, binding)]
    found = [_of_role(one, path) for one in meant]
    if found and {(one.writes, one.admin) for one in found} != {(found[0].writes, found[0].admin)}:
        reason = "several roles of that name allow different things"
        return _Reach(reason=reason, at=found[0].at, path=found[0].path)
    if found:
        return found[0]
    if kind == "ClusterRole" and name in _BUILT_IN:
        writes, admin = _BUILT_IN[name]
        leads = _LEADS.format("run pods as any service account") if admin is None else None
        return _Reach(writes, admin, leads, at=binding.cursor("roleRef", "name"))
    return _Reach(reason="the role itself is not recorded here", at=binding.cursor("roleRef", "name"))


def _is_near(role: Placed, binding: Manifest) -> bool:
    """Whether a binding can mean a role: one of its own namespace, as far as both say theirs."""
    if role.manifest.kind == "ClusterRole":
        return True
    return role.manifest.namespace == binding.namespace or not (role.manifest.namespace and binding.namespace)


def _of_role(role: Placed, path: str) -> _Reach:
    elsewhere = role.path if role.path != path else ""
    at = role.manifest.cursor("rules")
    if _is_filled_in(role.manifest):
        at = role.manifest.cursor("aggregationRule")
        return _Reach(reason="its rules are put together from other roles", at=at, path=elsewhere)
    if at.value is not None and not (isinstance(at.value, list) and all(isinstance(one, dict) for one in at.value)):
        return _Reach(reason="its rules cannot be read", at=at, path=elsewhere)
    writes = any(_may_change(rule) for rule in at.rows())
    admin = any(_may_rise(rule) for rule in at.rows())
    leading = next((words for rule in at.rows() if (words := _leads(rule)) is not None), None)
    if not admin and leading is not None:
        return _Reach(writes, None, _LEADS.format(leading), at=at, path=elsewhere)
    return _Reach(writes, admin, at=at, path=elsewhere)


def _is_filled_in(role: Manifest) -> bool:
    return bool(role.data.get("aggregationRule"))


def _may_change(rule: Cursor) -> bool:
    """Whether a rule lets somebody change anything that the cluster keeps."""
    resources = set(rule.down("resources").texts)
    return bool(resources - _QUESTIONS) and not _CHANGING.isdisjoint(rule.down("verbs").texts)


def _may_rise(rule: Cursor) -> bool:
    """Whether a rule lets somebody give rights: by changing roles and bindings, or by a verb that is one of its own."""
    verbs = set(rule.down("verbs").texts)
    if not verbs.isdisjoint(_RISING):
        return True
    return bool(verbs & _CHANGING) and any(_is_of(rule, RBAC, one) for one in sorted(_OF_ROLES))


def _leads(rule: Cursor) -> str | None:
    """What a rule allows that leads to other rights; a rule on secrets that it names leads to those alone."""
    groups, resources = set(_plain(rule.down("apiGroups"))), set(rule.down("resources").texts)
    verbs = set(rule.down("verbs").texts)
    for words, theirs, names, doing in _LEADING:
        meant = {each for name in names for each in (name, *_wider(name))}
        named = "secrets" in names and rule.down("resourceNames").texts
        if not (named or groups.isdisjoint({*theirs, _ANY}) or resources.isdisjoint(meant) or verbs.isdisjoint(doing)):
            return words
    return None


def _wider(resource: str) -> Iterator[str]:
    """Names with `*` that take a resource in: a plain `*` takes every subresource, too."""
    whole, _, part = resource.partition("/")
    yield from (_ANY, "*/*", f"{whole}/*", f"*/{part}") if part else (_ANY, "*/*")


def _is_of(rule: Cursor, group: str, resource: str) -> bool:
    groups, resources = set(_plain(rule.down("apiGroups"))), set(rule.down("resources").texts)
    return not groups.isdisjoint({group, _ANY}) and not resources.isdisjoint({resource, _ANY, "*/*"})


def _plain(at: Cursor) -> Iterator[str]:
    """Texts of a list, the empty one too: it is the core's group."""
    return (one.value for one in at.elements() if isinstance(one.value, str))


def _wildcards(rule: Cursor, field: str) -> Iterator[tuple[str, Cursor]]:
    """Field and place of each `*` of a rule on resources."""
    if rule.down("resources").value:
        yield from ((field, one) for one in rule.down(field).elements() if one.value in (_ANY, "*/*"))
