"""Exports of Azure, Entra ID, Google Cloud and Keycloak: people, groups, programs, and what is not told of them."""

from pathlib import Path
from typing import Any

import pytest

from support.access_exports import export, gathered, rows, several, who
from support.collecting import problems

SCOPE = "/subscriptions/1/resourceGroups/ai"


def assignment(name: str = "ann@example.com", sort: str = "User", role: str = "Owner", **more: Any) -> dict[str, Any]:
    told = {"principalId": "7", "principalName": name, "principalType": sort, "roleDefinitionName": role}
    return {**told, "scope": SCOPE, "condition": None, **more}


def test_role_assignments_of_azure(tmp_path: Path):
    listed = [
        assignment(),
        assignment("ann@example.com", "User", "Storage Blob Data Contributor"),
        assignment("bob_partner.com#EXT#@example.onmicrosoft.com", role="Reader"),
        assignment("ml-team", "Group", "Contributor", condition="@Resource[x] stringEquals 'y'"),
        assignment("", "ServicePrincipal", "Monitoring Reader"),
        assignment(""),
        assignment(),
    ]
    result = gathered(tmp_path, listed)
    found = rows(result)
    assert found[0] == {
        "principal": who("ann@example.com"),
        "kind": "person",
        "role": "Owner",
        "scope": SCOPE,
        "writes": True,
        "admin": True,
        "guest": False,
    }
    assert "writes" not in found[1]
    assert (found[2]["principal"], found[2]["guest"], found[2]["writes"]) == (who("bob@partner.com"), True, False)
    assert (found[3]["principal"], found[3]["kind"]) == ("ml-team", "team")
    assert found[3]["reason"] == "holds on a condition, which is not judged"
    assert (found[4]["principal"], found[4]["kind"], found[4]["writes"]) == ("7", "program", False)
    assert found[5]["principal"] == who("azure:7")  # deleted, or not shown: told by its id
    assert export(result)["total"] == len(found) == 6
    assert "listed_whole" not in export(result)
    (twice,) = problems(result, "not-counted")
    assert twice.reason == "says again what an entry on line 2 says, so it counts once"
    assert all("mfa" not in row for row in found)


def test_what_the_portal_downloads_is_read_alike(tmp_path: Path):
    table = (
        "#TYPE Microsoft.Azure.Role\n"
        '"RoleAssignmentId";"Scope";"DisplayName";"SignInName";"RoleDefinitionName";"ObjectId";"ObjectType"\n'
        '"1";"/";"Ann Example";"ann@example.com";"Owner";"7";"User"\n"2";"/";"ML Team";"";"Reader";"8";"Group"\n'
    )
    person, team = rows(gathered(tmp_path, table, "roles.csv"))
    assert (person["principal"], person["admin"]) == (who("ann@example.com"), True)
    assert (team["principal"], team["kind"], team["admin"]) == ("ML Team", "team", False)


def graph(*value: Any, **more: Any) -> dict[str, Any]:
    return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#x", "value": list(value), **more}


def test_users_of_entra_id_are_alive_or_not_and_a_cut_list_says_so(tmp_path: Path):
    ann = {"id": "a", "userPrincipalName": "ann@example.com", "accountEnabled": True, "userType": "Member"}
    used = {
        "lastSignInDateTime": "2026-11-01T10:00:00.1234567Z",
        "lastNonInteractiveSignInDateTime": "0001-01-01T00:00:00Z",
    }
    gone = {"id": "b", "userPrincipalName": "gone@example.com", "accountEnabled": False, "userType": "Guest"}
    answer = graph({**ann, "signInActivity": used}, gone, **{"@odata.nextLink": "https://graph.microsoft.com/next"})
    result = gathered(tmp_path, answer)
    first, second = rows(result)
    assert (first["active"], first["guest"], first["last_used"]) == (True, False, "2026-11-01T10:00:00.123456Z")
    assert (second["active"], second["guest"], "last_used" in second) == (False, True, False)
    assert export(result)["listed_whole"] is False
    assert "further rows" in problems(result)[0].reason
    factor = gathered(
        tmp_path / "2", graph({"userPrincipalName": "ann@example.com", "isMfaRegistered": False, "isAdmin": True})
    )
    (row,) = rows(factor)
    assert (row["principal"], row["mfa"], row["admin"]) == (first["principal"], False, True)
    assert "listed_whole" not in export(factor)  # the last page of several has no link either


def test_groups_are_listed_as_they_are_and_not_opened(tmp_path: Path):
    ann = {
        "@odata.type": "#microsoft.graph.user",
        "id": "a",
        "userPrincipalName": "ann@example.com",
        "accountEnabled": True,
    }
    inner = {"@odata.type": "#microsoft.graph.group", "id": "g", "displayName": "inner"}
    board = {"id": "1", "displayName": "oversight", "members": [ann, inner]}
    large = {
        "id": "2",
        "displayName": "all",
        "members": [{"id": f"u{at}", "userPrincipalName": f"u{at}@e.org"} for at in range(20)],
    }
    result = gathered(tmp_path, graph(board, large, {"id": "3", "displayName": "empty", "members": []}))
    first, second, *others = rows(result)
    assert (first["principal"], first["role"], first["scope"]) == (who("ann@example.com"), "member", "group oversight")
    assert (second["principal"], second["kind"]) == ("inner", "team")
    assert len(others) == 20
    assert export(result)["listed_whole"] is False
    told = [one.reason for one in problems(result)]
    assert any("a group within a group" in one for one in told)
    assert any("lists 20 members" in one for one in told)
    assert any("'empty' has no member" in one for one in told)


def test_roles_of_an_app_name_people_by_the_list_of_users_beside_them(tmp_path: Path):
    given = [
        {
            "principalId": "a",
            "principalType": "User",
            "principalDisplayName": "Ann",
            "appRoleId": "r",
            "resourceDisplayName": "Bot",
        },
        {
            "principalId": "x",
            "principalType": "User",
            "principalDisplayName": "Ann",
            "appRoleId": "r",
            "resourceDisplayName": "Bot",
        },
        {
            "principalId": "g",
            "principalType": "Group",
            "principalDisplayName": "ops",
            "appRoleId": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
        },
    ]
    files = {"roles.json": graph(*given), "users.json": graph({"id": "a", "userPrincipalName": "ann@example.com"})}
    result = several(tmp_path, files)
    (item,) = (one for one in result.result.items if len(one.facts["rows"]) == 3)
    ann, unknown, ops = item.facts["rows"]
    assert (ann["principal"], ann["scope"]) == (who("ann@example.com"), "Bot")
    assert unknown["principal"] == who("entra:x")
    assert (ops["principal"], ops["role"]) == ("ops", "default access")
    assert item.files == {"/rows/0/principal": "access/users.json"}


def test_a_policy_of_google_cloud(tmp_path: Path):
    until = {"title": "t", "expression": 'request.time < timestamp("2027-01-01T00:00:00Z")'}
    never = {"title": "t", "expression": 'resource.name == "x" && request.time < timestamp("2027-01-01T00:00:00Z")'}
    bindings = [
        {"role": "roles/owner", "members": ["user:ann@example.com", "serviceAccount:bot@p.iam.gserviceaccount.com"]},
        {"role": "roles/logging.viewer", "members": ["allUsers", "group:logs@example.com", "domain:example.com"]},
        {"role": "roles/editor", "members": ["user:bob@example.com"], "condition": until},
        {"role": "roles/editor", "members": ["user:bob@example.com"], "condition": never},
        {"role": "projects/p/roles/own", "members": ["deleted:user:cid@example.com?uid=1", "robot:x", 7]},
        {"role": "roles/storage.objectAdmin", "members": ["user:ann@example.com"]},
    ]
    result = gathered(tmp_path, {"bindings": bindings, "etag": "BwY=", "version": 1})
    ann, bot, everyone, group, domain, ends, limited, deleted, admin = rows(result)
    assert (ann["principal"], ann["admin"]) == (who("ann@example.com"), True)
    assert (bot["principal"], bot["kind"]) == ("bot of p.iam.gserviceaccount.com", "program")
    assert (everyone["principal"], everyone["kind"], everyone["writes"]) == ("allUsers", "everyone", False)
    assert [group["principal"], domain["principal"]] == ["group logs of example.com", "domain example.com"]
    assert (ends["expires_on"], ends["writes"]) == ("2027-01-01", True)
    assert "expires_on" not in limited
    assert "writes" not in limited
    assert (deleted["principal"], deleted["active"]) == (who("cid@example.com"), False)
    assert (admin["writes"], "admin" in admin) == (True, False)
    assert export(result)["listed_whole"] is True
    assert export(result)["total"] == 11
    assert len(problems(result, "unreadable")) == 2
    assert "listed_whole" not in export(gathered(tmp_path / "2", {"bindings": bindings}))


def test_a_realm_of_keycloak(tmp_path: Path):
    otp = {"type": "otp", "secretData": "{}"}
    password = {"type": "password", "value": "Tr0ub4dor-and-3"}
    groups = [
        {
            "name": "ops",
            "path": "/ops",
            "realmRoles": ["operator"],
            "subGroups": [{"name": "night", "path": "/ops/night"}],
        }
    ]
    users = [
        {
            "username": "ann",
            "email": "Ann@example.com",
            "enabled": True,
            "credentials": [password, otp],
            "groups": ["/ops/night"],
        },
        {
            "username": "bob",
            "enabled": False,
            "credentials": [password],
            "requiredActions": ["CONFIGURE_TOTP"],
            "clientRoles": {"realm-management": ["manage-users", "view-events"], "app": ["view"]},
        },
        {"username": "cid", "enabled": True, "credentials": [], "federationLink": "ldap"},
        {"username": "service-account-bot", "serviceAccountClientId": "bot", "enabled": True, "realmRoles": ["reader"]},
        {"username": "${NAME}", "email": "${MAIL}"},
    ]
    roles = {"realm": [{"name": "operator", "composites": {"realm": ["reader"]}}]}
    result = gathered(tmp_path, {"realm": "ai", "users": users, "groups": groups, "roles": roles})
    facts = export(result)
    told = [(row["principal"], row["role"], row.get("scope"), row.get("through")) for row in facts["rows"]]
    ann, bob, cid = who("ann@example.com"), who("keycloak:ai:bob"), who("keycloak:ai:cid")
    assert told == [
        ("group /ops", "operator", None, None),
        ("group /ops/night", "operator", None, None),
        (ann, "member", "group /ops/night", None),
        (ann, "operator", None, "group /ops/night"),
        (bob, "manage-users", "client realm-management", None),
        (bob, "view-events", "client realm-management", None),
        (bob, "view", "client app", None),
        (cid, "no role", None, None),
        ("bot", "reader", None, None),
    ]
    assert (facts["rows"][2]["mfa"], facts["rows"][4]["mfa"], "mfa" in facts["rows"][7]) == (True, False, False)
    assert (facts["rows"][4]["active"], facts["rows"][4]["admin"], facts["rows"][5]["admin"]) == (False, True, False)
    assert "writes" not in facts["rows"][6]
    assert "mfa" not in facts["rows"][8]
    assert facts["scope"] == "realm ai"
    assert "'operator' takes in others" in " ".join(one.reason for one in problems(result, "not-counted"))
    assert len(problems(result, "unreadable")) == 1
    assert "Tr0ub4dor" not in result.result.model_dump_json()
    assert not result.copies


def test_a_realm_without_its_users_is_told(tmp_path: Path):
    result = gathered(tmp_path, {"realm": "ai", "clients": [{"clientId": "app", "secret": "x"}]})
    assert not result.result.items
    assert any("holds no users" in one.reason for one in problems(result, "not-counted"))


ODD: list[Any] = [None, True, 1e999, " ", "x" * 5_000, ["x"], [[]], {"x": {}}, [{"x": 1}], "\u202e"]
SOUND: dict[str, Any] = {
    "azure": [assignment()],
    "users": graph(
        {"id": "a", "userPrincipalName": "a@e.org", "accountEnabled": True, "userType": "Guest", "signInActivity": {}}
    ),
    "factors": graph({"userPrincipalName": "a@e.org", "isMfaRegistered": True, "isAdmin": False}),
    "groups": graph(
        {"displayName": "g", "members": [{"@odata.type": "#microsoft.graph.user", "id": "a", "displayName": "A"}]}
    ),
    "app": graph({"principalId": "a", "principalType": "User", "appRoleId": "r", "resourceDisplayName": "d"}),
    "google": {
        "etag": "e",
        "bindings": [{"role": "roles/owner", "members": ["user:a@e.org"], "condition": {"expression": "x"}}],
    },
    "keycloak": {
        "realm": "r",
        "groups": [{"name": "g", "realmRoles": ["x"], "subGroups": []}],
        "roles": {"realm": [{"name": "x"}]},
        "users": [
            {
                "username": "a",
                "enabled": True,
                "totp": False,
                "credentials": [{"type": "otp"}],
                "groups": ["/g"],
                "clientRoles": {"c": ["x"]},
                "realmRoles": ["y"],
            }
        ],
    },
    "aws": {
        "UserDetailList": [
            {
                "UserName": "a",
                "Arn": "b",
                "GroupList": ["g"],
                "PermissionsBoundary": {},
                "UserPolicyList": [
                    {"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*"}]}}
                ],
            }
        ],
        "GroupDetailList": [{"GroupName": "g", "AttachedManagedPolicies": [{"PolicyArn": "x", "PolicyName": "y"}]}],
        "RoleDetailList": [
            {
                "RoleName": "r",
                "RoleLastUsed": {"LastUsedDate": "x"},
                "AssumeRolePolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Condition": {}}]
                },
            }
        ],
        "Policies": [{"Arn": "x", "PolicyVersionList": [{"IsDefaultVersion": True, "Document": "%7B"}]}],
        "IsTruncated": False,
    },
    "report": {"ReportFormat": "text/csv", "Content": "dXNlcg==", "GeneratedTime": "2026-01-01T00:00:00Z"},
}


def spoilt(value: Any) -> list[Any]:
    """The value once for each place in it and each odd value, put there."""
    found = []
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            for other in (*ODD, *spoilt(member)):
                copy: Any = dict(value) if isinstance(value, dict) else list(value)
                copy[key] = other
                found.append(copy)
    return found


@pytest.mark.parametrize("name", SOUND)
def test_odd_values_at_any_place_give_a_result(tmp_path: Path, name: str):
    files = {f"{at}.json": one for at, one in enumerate(spoilt(SOUND[name]))}
    result = several(tmp_path, files)
    assert len(result.result.items) > len(files) / 20 or name == "report"
    assert all(row["principal"] for item in result.result.items for row in item.facts["rows"])
