"""Roles of Kubernetes and who is bound to them: an export of roles, and what of it is far-reaching."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import problems
from support.settings import gathered, items, line_of_setting, of, rows, told
from tieout.domain.pseudonyms import pseudonym

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: operator, namespace: prod}
rules:
  - {apiGroups: [""], resources: [configmaps], verbs: [get, list]}
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operators, namespace: prod}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: operator}
subjects:
  - {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}
  - {kind: Group, name: ai-operations, apiGroup: rbac.authorization.k8s.io}
  - {kind: ServiceAccount, name: api, namespace: prod}
"""


def bound(result: Any) -> list[dict[str, Any]]:
    return rows(result, "rbac_export")


def cluster_binding(role: str, *subjects: str, kind: str = "ClusterRole") -> str:
    listed = "".join(f"  - {one}\n" for one in subjects)
    return (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n"
        f"roleRef: {{kind: {kind}, name: '{role}'}}\nsubjects:\n{listed}"
    )


def test_who_is_bound_to_which_role_stands_with_what_the_role_may_do(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"rbac.yaml": f"{ROLE}---\n{BINDING}"})
    (item,) = items(result, "rbac_export")
    jane = pseudonym("claims-triage", "jane")
    assert item.facts == {
        "product": "Kubernetes",
        "scope": "namespace prod",
        "rows": [
            {"principal": jane, "kind": "person", "role": "Role/operator", "writes": False, "admin": False},
            {"principal": "ai-operations", "kind": "team", "role": "Role/operator", "writes": False, "admin": False},
            {
                "principal": "ServiceAccount prod/api",
                "kind": "program",
                "role": "Role/operator",
                "writes": False,
                "admin": False,
            },
        ],
        "total": 3,
    }
    assert item.lines["/rows/0/principal"] == 12
    assert item.lines["/rows/2/writes"] == 4
    assert item.files is None or item.files == {}


def test_no_copy_is_kept_of_a_file_that_names_people(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"rbac.yaml": f"{ROLE}---\n{BINDING}", "role.yaml": ROLE})
    assert {item.provenance.path for item in result.result.items if item.copy_sha256} == {"role.yaml"}
    assert "jane" not in result.result.model_dump_json()


def test_a_role_that_stands_in_another_file_is_found_and_the_file_named(tmp_path: Path) -> None:
    changing = ROLE.replace("[get, list]", "[get, patch]")
    result = gathered(tmp_path, {"binding.yaml": BINDING, "role.yaml": changing})
    (item,) = items(result, "rbac_export")
    assert [row["writes"] for row in item.facts["rows"]] == [True] * 3
    assert item.files["/rows/0/writes"] == "role.yaml"
    assert item.lines["/rows/0/writes"] == 4


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("", "the role itself is not recorded here"),
        (ROLE.replace("namespace: prod", "namespace: elsewhere"), "the role itself is not recorded here"),
        (ROLE.replace("kind: Role", "kind: ClusterRole"), "the role itself is not recorded here"),
        (
            ROLE.replace("rules:", "aggregationRule: {clusterRoleSelectors: []}\nrules:"),
            "put together from other roles",
        ),
        (ROLE.partition("rules:")[0] + "rules: everything\n", "its rules cannot be read"),
    ],
)
def test_what_a_role_may_do_is_left_open_with_the_reason(tmp_path: Path, role: str, reason: str) -> None:
    result = gathered(tmp_path, {"rbac.yaml": f"{role}---\n{BINDING}"})
    for row in bound(result):
        assert "writes" not in row
        assert "admin" not in row
        assert reason in row["reason"]


def test_two_roles_of_one_name_that_differ_settle_nothing(tmp_path: Path) -> None:
    other = ROLE.replace("[get, list]", "['*']")
    result = gathered(tmp_path, {"binding.yaml": BINDING, "one.yaml": ROLE, "two.yaml": other})
    assert {row.get("reason") for row in bound(result)} == {"several roles of that name allow different things"}


@pytest.mark.parametrize(
    ("rules", "writes", "admin"),
    [
        ('{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}', False, False),
        ('{apiGroups: [""], resources: [pods], verbs: [get, delete]}', True, False),
        ('{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}', True, True),
        ('{apiGroups: [""], resources: [secrets], verbs: [update], resourceNames: [a]}', True, False),
        ("{apiGroups: [apps], resources: [deployments], verbs: [patch]}", True, False),
        ("{apiGroups: [acme.example.com], resources: [pods/exec, secrets], verbs: [create]}", True, False),
        ("{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}", True, True),
        ("{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get]}", False, False),
        ("{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}", False, True),
        ('{apiGroups: [""], resources: [users], verbs: [impersonate]}', False, True),
        ("{apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}", False, False),
        ("{nonResourceURLs: ['*'], verbs: ['*']}", False, False),
    ],
)
def test_what_makes_a_role_one_that_writes_or_rules(tmp_path: Path, rules: str, *, writes: bool, admin: bool) -> None:
    role = ROLE.partition("  - {")[0] + f"  - {rules}\n"
    result = gathered(tmp_path, {"rbac.yaml": f"{role}---\n{BINDING}"})
    assert {(row["writes"], row["admin"]) for row in bound(result)} == {(writes, admin)}


@pytest.mark.parametrize(
    ("rules", "writes", "words"),
    [
        ('{apiGroups: [""], resources: [secrets], verbs: [create]}', True, "write secrets"),
        ('{apiGroups: [""], resources: [secrets], verbs: ["*"]}', True, "write secrets"),
        ('{apiGroups: [""], resources: ["*"], verbs: [patch]}', True, "write secrets"),
        ('{apiGroups: ["*"], resources: ["*"], verbs: [get]}', False, "run commands in pods"),
        ('{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}', True, "ask for tokens"),
        ('{apiGroups: [""], resources: [serviceaccounts/*], verbs: [create]}', True, "ask for tokens"),
        ('{apiGroups: [""], resources: [pods/exec], verbs: [create]}', True, "run commands in pods"),
        ('{apiGroups: [""], resources: ["*/exec"], verbs: [get]}', False, "run commands in pods"),
        ('{apiGroups: [""], resources: [pods], verbs: [create]}', True, "run pods as any service account"),
        ("{apiGroups: [apps], resources: [deployments], verbs: [create]}", True, "run pods as any service account"),
        ('{apiGroups: [""], resources: [nodes/proxy], verbs: [get]}', False, "reach what nodes run"),
        (
            "{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}",
            True,
            "approve certificates",
        ),
        (
            "{apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [patch]}",
            True,
            "change what is asked of every object",
        ),
    ],
)
def test_a_role_that_leads_to_other_rights_is_not_told_to_be_none_that_rules(
    tmp_path: Path, rules: str, *, writes: bool, words: str
) -> None:
    role = ROLE.partition("  - {")[0] + f"  - {rules}\n"
    for row in bound(gathered(tmp_path, {"rbac.yaml": f"{role}---\n{BINDING}"})):
        assert (row["writes"], "admin" in row) == (writes, False)
        assert words in row["reason"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("cluster-admin", (True, True)), ("edit", (True, None)), ("view", (False, False)), ("my-own", (None, None))],
)
def test_roles_that_every_cluster_has_are_known_by_name(
    tmp_path: Path, name: str, expected: tuple[bool | None, bool | None]
) -> None:
    result = gathered(tmp_path, {"b.yaml": cluster_binding(name, "{kind: Group, name: g}")})
    assert [(row.get("writes"), row.get("admin")) for row in bound(result)] == [expected]
    (item,) = items(result, "rbac_export")
    assert item.facts["scope"] == "cluster"


def test_everybody_and_every_right_are_told(tmp_path: Path) -> None:
    subjects = ("{kind: Group, name: 'system:authenticated'}", "{kind: User, name: 'system:anonymous'}")
    result = gathered(tmp_path, {"b.yaml": cluster_binding("cluster-admin", *subjects)})
    assert of(result, "ClusterRoleBinding/b") == {
        "gives every right of the cluster": False,
        "gives a role to everybody who has proved who they are": False,
        "gives a role to everybody": False,
    }
    assert [(row["principal"], row["kind"]) for row in bound(result)] == [
        ("system:authenticated", "everyone"),
        ("system:anonymous", "everyone"),
    ]


def test_what_of_a_role_is_far_reaching(tmp_path: Path) -> None:
    role = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules:
  - {apiGroups: [apps], resources: [deployments], verbs: ["*"]}
  - {apiGroups: [""], resources: [secrets], verbs: [list]}
  - {apiGroups: [""], resources: [users], verbs: [impersonate, escalate]}
"""
    narrow = ROLE.replace("resources: [configmaps]", "resources: [secrets], resourceNames: [db]")
    result = gathered(tmp_path, {"rbac.yaml": f"{role}---\n{narrow}"})
    assert of(result, "ClusterRole/wide") == {
        "names its verbs and resources": False,
        "reads any secret": False,
        "may escalate: a way to other rights": False,
        "may impersonate: a way to other rights": False,
    }
    assert line_of_setting(result, "ClusterRole/wide", "names its verbs and resources") == 5
    assert of(result, "prod/Role/operator") == {
        "names its verbs and resources": True,
        "reads secrets that it names": True,
    }
    assert items(result, "rbac_export") == [], "a role that nobody is bound to gives no row"


@pytest.mark.parametrize("subjects", ["subjects: []\n", "subjects:\n", ""])
def test_a_binding_of_nobody_gives_no_row(tmp_path: Path, subjects: str) -> None:
    result = gathered(tmp_path, {"b.yaml": f"{ROLE}---\n{BINDING.partition('subjects:')[0]}{subjects}"})
    assert bound(result) == []
    assert "'prod/RoleBinding/operators' binds nobody" in told(result, "not-counted")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("name: jane", "nam: jane"), "an entry of the subjects of 'prod/RoleBinding/operators' names nobody"),
        (("kind: User", "kind: Robot"), "an entry of the subjects of 'prod/RoleBinding/operators' names nobody"),
        (("name: operator}", "name: 7}"), "'prod/RoleBinding/operators' cannot be judged: it names no role"),
        (("kind: Role,", "kind: Roll,"), "'prod/RoleBinding/operators' cannot be judged: it names no role"),
    ],
)
def test_a_row_that_cannot_be_judged_is_an_unread_part(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    result = gathered(tmp_path, {"b.yaml": f"{ROLE}---\n{BINDING.replace(*change)}"})
    (problem,) = problems(result, "unreadable")
    assert (problem.reason, problem.types) == (reason, ("rbac_export",))
    assert problem.place.line in {10, 12}
