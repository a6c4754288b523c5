"""Exports of AWS IAM: what users may do, who may take on roles, and which credentials are alive."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from support.access_exports import export, gathered, rows, who
from support.collecting import only_item, problems

HEAD = (
    "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,"
    "access_key_1_last_used_date,access_key_2_active,access_key_2_last_used_date,cert_1_active,cert_2_active"
)
ARN = "arn:aws:iam::111122223333"
REPORT = f"""\
{HEAD}
<root_account>,{ARN}:root,2020-01-01T00:00:00+00:00,not_supported,2026-01-02T03:04:05+00:00,true,false,N/A,false,N/A,false,false
ann,{ARN}:user/ann,2020-01-01T00:00:00+00:00,TRUE,2026-05-01T10:00:00+02:00,TRUE,true,2026-06-01T00:00:00+00:00,false,N/A,false,false
deploy,{ARN}:user/deploy,2020-01-01T00:00:00+00:00,false,N/A,false,false,N/A,true,no_information,false,false
gone,{ARN}:user/gone,2020-01-01T00:00:00+00:00,false,no_information,false,false,N/A,false,N/A,false,false
"""


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def details(**lists: Any) -> dict[str, Any]:
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **lists}


def user(name: str = "ann", *policies: dict[str, Any], **more: Any) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{index}", "PolicyDocument": one} for index, one in enumerate(policies)]
    return {"UserName": name, "Arn": f"{ARN}:user/{name}", "UserPolicyList": inline, **more}


def test_a_credential_report_says_who_is_alive_and_when_they_were_last_there(tmp_path: Path):
    result = gathered(tmp_path, REPORT, "report.csv")
    facts = export(result)
    assert (facts["product"], facts["scope"], facts["total"]) == ("AWS IAM", "account 111122223333", 4)
    assert facts["listed_whole"] is True
    root, ann, deploy, gone = facts["rows"]
    assert (root["role"], root["admin"], root["mfa"]) == ("root", True, True)
    assert "active" not in root  # its password is not told
    assert ann == {
        "principal": who("aws:111122223333:ann"),
        "kind": "person",
        "role": "user",
        "reason": "what a user may do is not in this report",
        "active": True,
        "mfa": True,
        "last_used": "2026-06-01T00:00:00Z",
    }
    assert (deploy["kind"], deploy["active"], deploy["mfa"]) == ("unknown", True, False)
    assert "last_used" not in deploy
    assert gone["active"] is False
    item = only_item(result)
    assert item.lines["/rows/1/mfa"] == 3
    assert item.copy_sha256 is None  # the file names people
    assert item.effective is None  # nothing tells when it was made


def test_the_answer_of_the_api_carries_the_report_and_its_time(tmp_path: Path):
    answer = {"ReportFormat": "text/csv", "GeneratedTime": "2026-11-01T00:00:00Z"}
    for index, content in enumerate((base64.b64encode(REPORT.encode()).decode(), REPORT)):
        item = only_item(gathered(tmp_path / str(index), answer | {"Content": content}))
        assert item.facts["total"] == 4
        assert item.effective is not None
        assert item.effective.end.isoformat() == "2026-11-01T00:00:00+00:00"
    (told,) = problems(gathered(tmp_path / "bad", answer | {"Content": "@@"}), "unreadable")
    assert "no Base64" in told.reason
    later = answer | {"Content": REPORT, "GeneratedTime": "2027-01-01T00:00:00Z"}
    assert problems(gathered(tmp_path / "later", later), "after-as-of")


@pytest.mark.parametrize(
    ("document", "writes", "admin"),
    [
        (policy(allow("*")), True, True),
        (policy(allow(["s3:GetObject", "iam:*"])), True, True),
        (policy(allow("*", "arn:aws:s3:::one/*")), True, False),
        (policy(allow("iam:AttachUserPolicy")), True, True),
        (
            policy(allow(["s3:GetObject", "logs:DescribeLogGroups", "logs:FilterLogEvents", "dynamodb:Query"])),
            True,
            False,
        ),
        (policy(allow(["s3:GetObject", "logs:DescribeLogGroups", "iam:ListUsers"])), False, False),
        (policy(allow("s3:*")), True, False),
        (policy({"Effect": "Deny", "Action": "*", "Resource": "*"}), False, False),
        (policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), True, None),
        (policy(allow("*"), {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}), None, None),
        (quote('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'), True, True),
        ("no policy", None, None),
        ({"Statement": "x"}, None, None),
        (None, None, None),
    ],
)
def test_what_a_policy_lets_somebody_do(tmp_path: Path, document: Any, writes: bool | None, admin: bool | None):
    (row,) = rows(gathered(tmp_path, details(UserDetailList=[user("ann", document)])))
    assert (row.get("writes"), row.get("admin")) == (writes, admin)
    assert ("reason" in row) == (writes is None or admin is None)


def test_rights_come_by_groups_too_and_a_denial_anywhere_takes_them(tmp_path: Path):
    managed = {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    own = {"PolicyName": "own", "PolicyArn": f"{ARN}:policy/own"}
    lost = {"PolicyName": "lost", "PolicyArn": f"{ARN}:policy/lost"}
    versions = [
        {"IsDefaultVersion": False, "Document": policy(allow("*"))},
        {"IsDefaultVersion": True, "Document": policy(allow("s3:GetObject"))},
    ]
    deny = policy({"Effect": "Deny", "Action": "*", "Resource": "*"})
    content = details(
        UserDetailList=[
            user("ann", GroupList=["admins", "elsewhere"]),
            user("bob", deny, AttachedManagedPolicies=[managed]),
            user("cid", AttachedManagedPolicies=[own, lost]),
            user("dan", policy(allow("*")), PermissionsBoundary={"PermissionsBoundaryArn": "x"}),
            user("eve"),
        ],
        GroupDetailList=[{"GroupName": "admins", "AttachedManagedPolicies": [managed]}],
        Policies=[{"Arn": own["PolicyArn"], "PolicyVersionList": versions}],
        IsTruncated=True,
    )
    result = gathered(tmp_path, content)
    told = [
        (row["principal"], row["role"], row.get("through"), row.get("writes"), row.get("admin")) for row in rows(result)
    ]
    ann, bob, cid, dan, eve = (who(f"aws:111122223333:{name}") for name in ("ann", "bob", "cid", "dan", "eve"))
    assert told == [
        (ann, "member", None, False, False),
        (ann, "AdministratorAccess", "admins", True, True),
        (ann, "member", None, False, False),
        (bob, "AdministratorAccess", None, None, None),
        (bob, "p0", None, False, False),
        (cid, "own", None, False, False),
        (cid, "lost", None, None, None),
        (dan, "p0", None, None, None),
        (eve, "no policy", None, False, False),
        ("admins", "AdministratorAccess", None, True, True),
    ]
    assert export(result)["listed_whole"] is False
    reasons = " ".join(one.reason for one in problems(result, "not-counted"))
    assert "further rows" in reasons
    assert "'elsewhere', which is not in this file" in reasons


def test_a_role_is_held_by_whom_it_trusts(tmp_path: Path):
    trust = policy(
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": f"{ARN}:root"}, "Action": "sts:AssumeRole", "Condition": {"Bool": {}}},
        {
            "Effect": "Allow",
            "Principal": {"AWS": [f"{ARN}:user/ann"]},
            "Action": "sts:AssumeRole",
            "Condition": {"B": {"c": "d"}},
        },
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
    )
    role = {
        "RoleName": "reader",
        "Arn": f"{ARN}:role/reader",
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": policy(allow("logs:GetLogEvents"))}],
        "RoleLastUsed": {"LastUsedDate": "2026-10-01T00:00:00+00:00"},
    }
    found = rows(gathered(tmp_path, details(RoleDetailList=[role])))
    assert [(row["principal"], row["kind"], row["role"]) for row in found] == [
        ("everybody", "everyone", "role reader"),
        ("ec2.amazonaws.com", "program", "role reader"),
        ("account 111122223333", "team", "role reader"),
        (who("aws:111122223333:ann"), "unknown", "role reader"),
    ]
    assert {(row["writes"], row["admin"], row["last_used"]) for row in found} == {
        (False, False, "2026-10-01T00:00:00Z")
    }
    assert "reason" not in found[0]
    assert found[3]["reason"] == "only on conditions, which are not judged"
