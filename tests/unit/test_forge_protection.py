"""Protection of branches: what holds, what is switched off or only tried out, and what the token was not shown."""

import pytest

from support.forges import REPO, facts, item, protection, read, ruleset, told, wrapped

TYPE = "branch_protection"
CLASSIC = "/repos/acme/triage/branches/main/protection"
LIST = "/repos/acme/triage/rulesets"


def rules(tmp_path, **files):
    gathered = read(tmp_path, {f"{name}.json": body for name, body in files.items()}, provides=(TYPE,))
    return facts(gathered, TYPE)["rules"]


def test_classic_protection(tmp_path):
    assert rules(tmp_path, a=wrapped(CLASSIC, protection())) == [
        {
            "origin": "branch protection",
            "name": "main",
            "branches": ["main"],
            "excluded": [],
            "enforced": True,
            "change_request": True,
            "required_reviews": 2,
            "code_owners": True,
            "stale_dismissed": True,
            "author_may_approve": False,
            "required_checks": ["evals"],
            "required_workflows": [],
            "checks_on_latest": True,
            "admins_bound": True,
            "force_push": False,
            "deletion": False,
            "bypass": [],
        }
    ]


def test_without_reviews_and_checks_nothing_of_them_is_claimed(tmp_path):
    bare = protection(required_pull_request_reviews=None, required_status_checks=None)
    [rule] = rules(tmp_path, a=wrapped(CLASSIC, bare))
    assert (rule["change_request"], rule["required_reviews"], rule["required_checks"]) == (False, 0, [])
    del bare["required_pull_request_reviews"]  # as the forge itself leaves it out
    [rule] = rules(tmp_path / "2", a=wrapped(CLASSIC, bare))
    assert (rule["change_request"], rule["required_reviews"]) == (False, 0)


def test_a_count_that_is_not_told_is_not_made_up(tmp_path):
    [rule] = rules(tmp_path, a=wrapped(CLASSIC, protection(required_pull_request_reviews={})))
    assert rule["change_request"]
    assert "required_reviews" not in rule


def test_administrators_who_are_not_bound_bypass_it(tmp_path):
    [rule] = rules(tmp_path, a=wrapped(CLASSIC, protection(enforce_admins={"enabled": False})))
    assert not rule["admins_bound"]
    assert rule["bypass"] == [{"who": "administrators", "kind": "role", "mode": "always"}]


def test_a_ruleset(tmp_path):
    gathered = read(tmp_path, {"a.json": wrapped(f"{LIST}/7", ruleset())}, provides=(TYPE,))
    [rule] = facts(gathered, TYPE)["rules"]
    assert rule == {
        "origin": "ruleset",
        "name": "main stays green",
        "branches": ["~DEFAULT_BRANCH"],
        "excluded": [],
        "enforced": True,
        "change_request": True,
        "required_reviews": 1,
        "author_may_approve": False,
        "required_checks": ["evals"],
        "required_workflows": [],
        "checks_on_latest": True,
        "force_push": True,
        "deletion": False,
        "bypass": [{"who": "RepositoryRole 5", "kind": "role", "mode": "always"}],
    }
    assert facts(gathered, TYPE)["unseen"] == ["branch protection"]


@pytest.mark.parametrize(
    ("enforcement", "words"),
    [
        ("disabled", "is switched off"),
        ("evaluate", "is only tried out"),
        ("enabled", "has the unknown enforcement 'enabled'"),
    ],
)
def test_a_ruleset_that_is_not_active_protects_nothing(tmp_path, enforcement, words):
    body = wrapped(f"{LIST}/7", ruleset(enforcement=enforcement))
    gathered = read(tmp_path, {"a.json": body}, provides=(TYPE,))
    [rule] = facts(gathered, TYPE)["rules"]
    assert rule["enforced"] is False
    [reason] = told(gathered, TYPE, "not-counted")
    assert words in reason
    assert "protects nothing" in reason


@pytest.mark.parametrize("target", ["tag", "push"])
def test_rulesets_of_tags_and_pushes_are_no_rules_of_branches(tmp_path, target):
    gathered = read(tmp_path, {"a.json": wrapped(f"{LIST}/7", ruleset(target=target))}, provides=(TYPE,))
    assert not gathered.result.items
    assert told(gathered, TYPE, "not-counted") == [
        f"the ruleset 'main stays green' has the target '{target}', so it is no rule of branches"
    ]


def test_who_may_bypass_is_unknown_where_the_token_is_not_shown_it(tmp_path):
    hidden = ruleset()
    del hidden["bypass_actors"]
    [rule] = rules(tmp_path, a=wrapped(f"{LIST}/7", hidden))
    assert "bypass" not in rule
    [rule] = rules(tmp_path / "2", a=wrapped(f"{LIST}/7", ruleset(bypass_actors=[])))
    assert rule["bypass"] == []


def test_a_list_of_rulesets_says_nothing_of_their_rules(tmp_path):
    listed = [{"id": 7, "name": "main", "target": "branch", "source_type": "Repository", "enforcement": "active"}]
    gathered = read(tmp_path, {"a.json": wrapped(LIST, listed)}, provides=(TYPE,))
    assert not gathered.result.items
    assert "save /rulesets/7 too" in told(gathered, TYPE, "not-counted")[0]
    gathered = read(
        tmp_path / "2", {"a.json": wrapped(LIST, listed), "b.json": wrapped(f"{LIST}/7", ruleset())}, provides=(TYPE,)
    )
    assert facts(gathered, TYPE)["unseen"] == ["branch protection"]
    assert not told(gathered, TYPE)


def test_rules_in_force_on_a_branch_count_once_and_hide_who_bypasses(tmp_path):
    in_force = [
        {"type": "pull_request", "ruleset_id": 7, "parameters": {"required_approving_review_count": 3}},
        {"type": "non_fast_forward", "ruleset_id": 9},
    ]
    answer = wrapped("/repos/acme/triage/rules/branches/main", in_force)
    [rule] = rules(tmp_path, a=answer)
    assert (rule["branches"], rule["required_reviews"], rule["force_push"]) == (["main"], 3, False)
    assert "bypass" not in rule
    own, other = sorted(rules(tmp_path / "2", a=answer, b=wrapped(f"{LIST}/7", ruleset())), key=lambda r: r["name"])
    assert (own["required_reviews"], other["required_reviews"]) == (0, 1)


def test_unprotected_is_a_fact_and_hidden_is_none(tmp_path):
    unprotected = wrapped(CLASSIC, {"message": "Branch not protected", "status": "404"}, status=404)
    nothing = wrapped(LIST, [])
    gathered = read(tmp_path, {"a.json": unprotected, "b.json": nothing}, provides=(TYPE,))
    assert facts(gathered, TYPE)["rules"] == []
    assert facts(gathered, TYPE)["unseen"] == []
    hidden = wrapped(CLASSIC, {"message": "Not Found", "status": "404"}, status=404)
    gathered = read(tmp_path / "2", {"a.json": hidden, "b.json": nothing}, provides=(TYPE,))
    assert facts(gathered, TYPE)["unseen"] == ["branch protection"]
    [reason] = told(gathered, TYPE, "unreadable")
    assert "hides it from this token ('Not Found')" in reason
    assert "'Administration: read'" in reason
    gathered = read(tmp_path / "3", {"a.json": hidden}, provides=(TYPE,))
    assert not gathered.result.items  # nothing at all was seen, so nothing is said


def test_one_item_is_as_old_as_its_oldest_part(tmp_path):
    gathered = read(
        tmp_path,
        {
            "a.json": wrapped(CLASSIC, protection(), fetched_at="2026-11-20T00:00:00Z"),
            "b.json": wrapped(f"{LIST}/7", ruleset(), fetched_at="2026-11-10T00:00:00Z"),
        },
        provides=(TYPE,),
    )
    found = item(gathered, TYPE)
    assert found.effective.end.day == 10
    assert sorted(found.files.values()) == ["sources/a.json", "sources/b.json"]
    assert found.place("/rules/1/required_checks").path == "sources/b.json"


# --- GitLab


BRANCH = {
    "id": 1,
    "name": "main",
    "push_access_levels": [{"access_level": 0, "access_level_description": "No one"}],
    "merge_access_levels": [{"access_level": 40, "access_level_description": "Maintainers"}],
    "allow_force_push": False,
    "code_owner_approval_required": True,
}
PROJECT = {
    "id": 12,
    "path_with_namespace": "acme/triage",
    "default_branch": "main",
    "only_allow_merge_if_pipeline_succeeds": True,
    "allow_merge_on_skipped_pipeline": True,
}


def gitlab(tmp_path, **bodies):
    root = "/projects/12"
    files = {f"{name}.json": wrapped(f"{root}/{name}", body) for name, body in bodies.items() if name != "project"}
    if "project" in bodies:
        files["project.json"] = wrapped(root, bodies["project"])
    return read(tmp_path, files, provides=(TYPE,))


def test_a_protected_branch_of_gitlab(tmp_path):
    gathered = gitlab(tmp_path, project=PROJECT, protected_branches=[BRANCH])
    found = facts(gathered, TYPE)
    assert found["repository"] == "acme/triage"
    assert found["unseen"] == ["approval rules", "approval settings"]
    branch, settings = found["rules"]
    assert (branch["change_request"], branch["bypass"], branch["code_owners"]) == (True, [], True)
    assert (settings["required_checks"], settings["skipped_pass"]) == (["pipeline"], True)


def test_who_may_push_to_a_protected_branch_needs_no_merge_request(tmp_path):
    pushers = [{"access_level": 30, "access_level_description": "Developers + Maintainers"}, {"user_id": 5}]
    gathered = gitlab(tmp_path, protected_branches=[{**BRANCH, "push_access_levels": pushers}])
    [rule] = facts(gathered, TYPE)["rules"]
    assert rule["change_request"] is False
    assert [one["kind"] for one in rule["bypass"]] == ["role", "person"]
    assert rule["bypass"][1]["who"].startswith("person-")


def test_approval_rules_and_who_may_approve(tmp_path):
    rule = {"id": 1, "name": "AI review", "rule_type": "regular", "approvals_required": 2}
    settings = {"merge_requests_author_approval": True, "reset_approvals_on_push": False}
    gathered = gitlab(tmp_path, protected_branches=[BRANCH], approval_rules=[rule], approvals=settings)
    _, asked, allowed = facts(gathered, TYPE)["rules"]
    assert (asked["required_reviews"], asked["branches"]) == (2, ["*"])
    assert (allowed["author_may_approve"], allowed["stale_dismissed"]) == (True, False)


def test_a_project_alone_shows_only_its_merge_settings(tmp_path):
    gathered = gitlab(tmp_path, project=PROJECT)
    found = facts(gathered, TYPE)
    assert [rule["origin"] for rule in found["rules"]] == ["merge settings"]
    assert found["unseen"] == ["approval rules", "approval settings", "protected branches"]


def test_urls_of_an_enterprise_server_name_the_repository(tmp_path):
    body = protection(
        url=REPO.replace("https://api.github.com", "https://ghe.example/api/v3") + "/branches/x/protection"
    )
    gathered = read(tmp_path, {"a.json": body}, provides=(TYPE,))
    assert facts(gathered, TYPE)["repository"] == "acme/triage"
    assert facts(gathered, TYPE)["rules"][0]["branches"] == ["x"]
