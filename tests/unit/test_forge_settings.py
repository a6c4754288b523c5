"""Runs, environments, alerts, releases and roles as a forge tells them."""

import pytest

from support.forges import facts, read, told, user, wrapped

ROOT = "/repos/acme/triage"
SHA = "a" * 40


def one(tmp_path, type_, **bodies):
    """Facts of a type from answers by endpoint, `__` for a slash."""
    files = {
        f"{index}.json": wrapped(f"{ROOT}/{name.replace('__', '/').replace('_', '-')}", body, **more)
        for index, (name, (body, more)) in enumerate(
            (name, value if isinstance(value, tuple) else (value, {})) for name, value in bodies.items()
        )
    }
    return read(tmp_path, files, provides=(type_,))


# --- runs


def run(number, **changes):
    return {
        "id": number,
        "name": "CI",
        "head_sha": SHA,
        "head_branch": "main",
        "event": "push",
        "run_started_at": f"2026-10-0{number}T08:00:00Z",
        "conclusion": "success",
        **changes,
    }


def job(number, of, **changes):
    return {
        "id": number,
        "run_id": of,
        "name": "evals",
        "head_sha": SHA,
        "started_at": f"2026-10-0{of}T08:01:00Z",
        "conclusion": "failure",
        "workflow_name": "CI",
        **changes,
    }


def test_runs_and_their_jobs(tmp_path):
    runs = {"total_count": 2, "workflow_runs": [run(2), run(1, conclusion=None, status="in_progress")]}
    jobs = {"total_count": 1, "jobs": [job(9, 2)]}
    found = facts(one(tmp_path, "ci_runs", actions__runs=runs, actions__runs__2__jobs=jobs), "ci_runs")
    assert found["runs"] == [
        {
            "workflow": "CI",
            "run": 1,
            "commit": SHA,
            "branch": "main",
            "event": "push",
            "started": "2026-10-01T08:00:00Z",
        },
        {
            "workflow": "CI",
            "run": 2,
            "job": "evals",
            "commit": SHA,
            "branch": "main",
            "event": "push",
            "conclusion": "failure",
            "started": "2026-10-02T08:01:00Z",
        },
    ]
    assert found["by_conclusion"] == {"failure": 1, "not over": 1}
    assert found["listed_whole"] is True  # the forge said how many there are, and they are here


def test_a_list_that_is_cut_is_not_called_whole(tmp_path):
    runs = {"total_count": 31, "workflow_runs": [run(2)]}
    assert facts(one(tmp_path, "ci_runs", actions__runs=runs), "ci_runs")["listed_whole"] is False


def test_a_check_run_of_a_job_that_is_known_counts_once(tmp_path):
    jobs = {"total_count": 1, "jobs": [job(9, 2)]}
    checks = {
        "total_count": 2,
        "check_runs": [
            {"id": 9, "name": "evals", "head_sha": SHA, "started_at": "2026-10-02T08:01:00Z", "conclusion": "failure"},
            {
                "id": 10,
                "name": "scan",
                "head_sha": SHA,
                "started_at": "2026-10-02T08:01:00Z",
                "app": {"slug": "scanner"},
            },
        ],
    }
    found = facts(
        one(tmp_path, "ci_runs", actions__runs__2__jobs=jobs, **{f"commits__{SHA}__check_runs": checks}), "ci_runs"
    )
    assert [(row["workflow"], row["job"]) for row in found["runs"]] == [("CI", "evals"), ("scanner", "scan")]


def test_no_runs_is_a_fact_of_the_list_and_silence_is_none(tmp_path):
    empty = {"total_count": 0, "workflow_runs": []}
    assert facts(one(tmp_path, "ci_runs", actions__runs=empty), "ci_runs")["total"] == 0
    gathered = one(tmp_path / "2", "ci_runs", actions__runs=({"message": "Not Found"}, {"status": 404}))
    assert not gathered.result.items
    assert "'Actions: read'" in told(gathered, "ci_runs", "unreadable")[0]


def test_jobs_of_gitlab_say_whether_they_may_fail(tmp_path):
    job_ = {
        "id": 5,
        "name": "scan",
        "stage": "test",
        "status": "failed",
        "allow_failure": True,
        "started_at": "2026-10-02T08:01:00Z",
        "ref": "main",
        "pipeline": {"id": 3, "sha": SHA},
    }
    waiting = {**job_, "id": 6, "name": "deploy", "status": "manual", "allow_failure": False}
    body = wrapped("/projects/acme%2Ftriage/jobs", [job_, waiting])
    found = facts(read(tmp_path, {"j.json": body}, provides=("ci_runs",)), "ci_runs")
    by_name = {row["job"]: row for row in found["runs"]}
    assert (by_name["scan"]["conclusion"], by_name["scan"]["may_fail"]) == ("failed", True)
    assert "conclusion" not in by_name["deploy"]


# --- environments


def test_environments_and_whose_agreement_they_need(tmp_path):
    reviewers = [
        {"type": "User", "reviewer": user("octo-ann")},
        {"type": "Team", "reviewer": {"name": "Release board", "slug": "release-board"}},
    ]
    body = {
        "total_count": 2,
        "environments": [
            {
                "name": "production",
                "can_admins_bypass": True,
                "protection_rules": [
                    {"type": "required_reviewers", "prevent_self_review": True, "reviewers": reviewers},
                    {"type": "wait_timer", "wait_timer": 30},
                ],
                "deployment_branch_policy": {"protected_branches": True, "custom_branch_policies": False},
            },
            {"name": "dev", "protection_rules": [], "deployment_branch_policy": None},
        ],
    }
    found = facts(one(tmp_path, "deployment_environments", environments=body), "deployment_environments")
    dev, production = found["environments"]
    assert (dev["approvals"], dev["approvers"], dev["branches"]) == (0, [], "all")
    assert (production["approvals"], production["self_review"], production["branches"]) == (1, False, "protected")
    assert (production["admins_bypass"], production["wait_minutes"]) == (True, 30)
    assert production["approvers"][1] == {"who": "release-board", "kind": "team"}
    assert production["approvers"][0]["who"].startswith("person-")


def test_environments_of_gitlab_have_rules_only_where_they_are_protected(tmp_path):
    root = "/projects/acme%2Ftriage"
    plain = wrapped(f"{root}/environments", [{"name": n, "slug": n, "external_url": None} for n in ("dev", "prod")])
    protected = wrapped(
        f"{root}/protected_environments",
        [
            {
                "name": "prod",
                "deploy_access_levels": [{"access_level": 40, "access_level_description": "Maintainers"}],
                "approval_rules": [{"group_id": 7, "required_approvals": 2}],
            }
        ],
    )
    type_ = "deployment_environments"
    alone = facts(read(tmp_path, {"a.json": plain}, provides=(type_,)), type_)["environments"]
    assert "approvals" not in alone[0]
    both = facts(read(tmp_path / "2", {"a.json": plain, "b.json": protected}, provides=(type_,)), type_)["environments"]
    assert [(row["name"], row["approvals"]) for row in both] == [("dev", 0), ("prod", 2)]
    assert both[1]["approvers"] == [{"who": "group 7", "kind": "team"}]


# --- alerts


def dependabot(number, severity, state="open"):
    return {
        "number": number,
        "state": state,
        "created_at": f"2026-10-0{number}T00:00:00Z",
        "dependency": {"package": {"name": "x"}},
        "security_advisory": {"severity": severity},
        "security_vulnerability": {"severity": severity},
    }


def test_alerts_are_counted_by_severity_and_no_secret_is_kept(tmp_path):
    secret = "glpat-" + "Zx9Yw8Vu7T" * 2
    gathered = one(
        tmp_path,
        "security_alerts",
        dependabot__alerts=[dependabot(1, "high"), dependabot(2, "high"), dependabot(3, "low", "fixed")],
        code_scanning__alerts=[
            {"state": "open", "rule": {"severity": "warning", "security_severity_level": "critical"}, "tool": {}},
            {"state": "dismissed", "rule": {"severity": "note"}, "tool": {}},
        ],
        secret_scanning__alerts=[{"state": "open", "secret_type": "x", "secret": secret}],
    )
    dependencies, code, secrets = facts(gathered, "security_alerts")["feeds"]
    assert (dependencies["open"], dependencies["closed"]) == ({"high": 2}, {"fixed": 1})
    assert dependencies["oldest_open"] == "2026-10-01T00:00:00Z"
    assert (code["open"], code["closed"]) == ({"critical": 1}, {"dismissed": 1})
    assert secrets["open"] == {"not rated": 1}
    assert secret not in gathered.result.model_dump_json()


@pytest.mark.parametrize(
    ("endpoint", "message", "status"),
    [
        ("dependabot__alerts", "Dependabot alerts are disabled for this repository.", 403),
        ("secret_scanning__alerts", "Secret scanning is disabled on this repository.", 404),
        ("code_scanning__alerts", "Advanced Security must be enabled for this repository to use code scanning.", 403),
    ],
)
def test_what_is_switched_off_is_not_zero(tmp_path, endpoint, message, status):
    gathered = one(tmp_path, "security_alerts", **{endpoint: ({"message": message}, {"status": status})})
    [feed] = facts(gathered, "security_alerts")["feeds"]
    assert feed["enabled"] is False
    assert "open" not in feed


def test_no_alerts_are_zero_and_what_is_hidden_is_neither(tmp_path):
    gathered = one(
        tmp_path,
        "security_alerts",
        dependabot__alerts=[],
        secret_scanning__alerts=({"message": "Not Found"}, {"status": 404}),
        code_scanning__alerts=({"message": "no analysis found"}, {"status": 404}),
    )
    [feed] = facts(gathered, "security_alerts")["feeds"]
    assert (feed["feed"], feed["enabled"], feed["open"]) == ("dependencies", True, {})
    assert "hides it from this token" in told(gathered, "security_alerts", "unreadable")[0]
    assert told(gathered, "security_alerts", "absent") == ["code scanning has analysed nothing yet"]


def test_vulnerabilities_of_gitlab(tmp_path):
    rows = [
        {"severity": "critical", "state": "detected", "report_type": "sast"},
        {"severity": "high", "state": "confirmed", "report_type": "sast"},
        {"severity": "high", "state": "resolved", "report_type": "sast"},
    ]
    body = wrapped("/projects/acme%2Ftriage/vulnerabilities", rows)
    [feed] = facts(read(tmp_path, {"v.json": body}, provides=("security_alerts",)), "security_alerts")["feeds"]
    assert (feed["open"], feed["closed"]) == ({"critical": 1, "high": 1}, {"resolved": 1})


# --- releases


def test_releases_up_to_the_as_of_time(tmp_path):
    def release(tag, at, **changes):
        return {"tag_name": tag, "draft": False, "prerelease": False, "published_at": at, "assets": [], **changes}

    body = [
        release("v9", "2026-12-01T00:00:00Z"),
        release("draft", None, draft=True),
        release("v1", "2026-09-01T00:00:00Z", assets=[{"name": "a", "digest": "sha256:0"}, {"name": "b"}]),
        release("v2", "2026-10-01T00:00:00Z", prerelease=True, immutable=True),
    ]
    gathered = one(tmp_path, "forge_releases", releases=body)
    found = facts(gathered, "forge_releases")
    assert [row["tag"] for row in found["releases"]] == ["v2", "v1", "draft"]
    assert (found["releases"][1]["assets"], found["releases"][1]["assets_with_digest"]) == (2, 1)
    assert found["releases"][0]["immutable"] is True
    assert told(gathered, "forge_releases") == ["the release 'v9' was published after the as-of time"]


# --- roles


def test_roles_of_people_teams_and_programs(tmp_path):
    people = [
        {**user("ann"), "permissions": {"admin": True, "push": True}, "role_name": "admin"},
        {**user("ben"), "permissions": {"admin": False, "push": True, "pull": True}},
        {**user("deployer", type_="Bot"), "permissions": {"push": True}, "role_name": "write"},
    ]
    teams = [{"slug": "core", "permission": "push"}, {"slug": "board", "permission": "own-role"}]
    gathered = one(tmp_path, "rbac_export", collaborators=people, teams=teams)
    found = facts(gathered, "rbac_export")
    rows = [(row["kind"], row["role"], row.get("writes"), row.get("admin")) for row in found["rows"]]
    assert sorted(rows, key=str) == sorted(
        [
            ("person", "admin", True, True),
            ("person", "write", True, False),
            ("program", "write", True, None),
            ("team", "write", True, False),
            ("team", "own-role", None, False),
        ],
        key=str,
    )
    assert not any("mfa" in row or "last_used" in row for row in found["rows"])  # GitHub does not tell them here


def test_members_of_gitlab(tmp_path):
    rows = [
        {"username": "ann", "access_level": 50, "state": "active", "expires_at": "2027-01-01"},
        {"username": "ben", "access_level": 20, "state": "blocked", "two_factor_enabled": False},
        {"username": "cy", "access_level": 35},
    ]
    body = wrapped("/projects/acme%2Ftriage/members/all", rows)
    found = facts(read(tmp_path, {"m.json": body}, provides=("rbac_export",)), "rbac_export")
    by_role = {row["role"]: row for row in found["rows"]}
    assert (by_role["Owner"]["admin"], by_role["Owner"]["expires_on"]) == (True, "2027-01-01")
    assert (by_role["Reporter"]["writes"], by_role["Reporter"]["active"], by_role["Reporter"]["mfa"]) == (
        False,
        False,
        False,
    )
    assert by_role["access level 35"]["writes"] is True
