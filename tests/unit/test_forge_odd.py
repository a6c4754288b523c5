"""Odd things that forges answer: moves, archived repositories, programs among people, settings told twice, traps."""

from contextlib import nullcontext

import pytest

from support.collecting import problems
from support.forge_client import RELEASES, REPOSITORY, ROOT, always, reach, release
from support.forges import (
    TOKEN,
    Answered,
    Asked,
    facts,
    fetched,
    protection,
    pull,
    read,
    ruleset,
    serving,
    told,
    user,
    wrapped,
)
from tieout.collectors.asking.reach import Reach
from tieout.kernel.errors import ConfigError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PROJECT = "/projects/acme%2Ftriage"
MERGED = "2026-10-10T12:00:00Z"


# --- what a repository is


def test_a_repository_that_was_renamed_is_read_and_said_to_be(tmp_path):
    def play(asked: Asked) -> Answered:
        if asked.path.startswith(ROOT):
            return Answered(
                {"message": "Moved Permanently"}, 301, {"Location": asked.path.replace(ROOT, "/repositories/5")}
            )
        if asked.path.startswith("/repositories/5/"):
            return Answered([])
        return Answered({**REPOSITORY, "full_name": "acme/sorting"})

    with serving(play) as server:
        gathered = fetched(tmp_path, server.base, provides=("change_reviews",))
    assert facts(gathered, "change_reviews")["merged"] == 0
    [problem] = problems(gathered)
    assert problem.status == "not-counted"
    assert problem.reason.startswith("answers under the name acme/sorting: it was moved or renamed")


@pytest.mark.parametrize(
    ("endpoint", "body", "type_"),
    [
        (f"{ROOT}/pulls?state=closed", [pull(4, MERGED)], "change_reviews"),
        (f"{ROOT}/rulesets/7", ruleset(), "branch_protection"),
        (f"{ROOT}/branches/main/protection", protection(), "branch_protection"),
    ],
)
def test_what_was_asked_of_one_repository_and_speaks_of_another_is_unreadable(tmp_path, endpoint, body, type_):
    gathered = read(tmp_path, {"a.json": wrapped(endpoint.replace("triage", "website"), body)}, provides=(type_,))
    assert not gathered.result.items
    [reason] = told(gathered, type_, "unreadable")
    assert "of another repository than it speaks of, acme/triage" in reason
    assert facts(read(tmp_path / "2", {"a.json": wrapped(endpoint, body)}, provides=(type_,)), type_)


@pytest.mark.parametrize("archived", [True, False, None])
def test_an_archived_repository_is_said_to_be_one(tmp_path, archived):
    answers = {ROOT: {**REPOSITORY, "archived": archived}, f"{ROOT}/branches/main/protection": protection()}
    with serving(lambda asked: Answered(answers.get(asked.path.partition("?")[0], []))) as server:
        gathered = fetched(tmp_path, server.base, provides=("branch_protection",))
    assert facts(gathered, "branch_protection")["rules"]
    assert any("is archived" in problem.reason for problem in problems(gathered)) is (archived is True)


# --- who is a program


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ann", "person"), ("deps[bot]", "program"), ("app/deps", "program"), ("robot", "person"), ("bot-ann", "person")],
)
def test_a_collaborator_an_approver_and_who_bypasses_is_a_program_by_its_name(tmp_path, name, kind):
    reviewer = {"type": "User", "reviewer": user(name)}
    environment = {"name": "p", "protection_rules": [{"type": "required_reviewers", "reviewers": [reviewer]}]}
    allowed = {"required_approving_review_count": 1, "bypass_pull_request_allowances": {"users": [user(name)]}}
    files = {
        "people.json": wrapped(f"{ROOT}/collaborators", [{"login": name, "permissions": {"push": True}}]),
        "environments.json": wrapped(f"{ROOT}/environments", {"total_count": 1, "environments": [environment]}),
        "protection.json": protection(required_pull_request_reviews=allowed),
    }
    gathered = read(tmp_path, files)
    [row] = facts(gathered, "rbac_export")["rows"]
    [approver] = facts(gathered, "deployment_environments")["environments"][0]["approvers"]
    [bypass] = facts(gathered, "branch_protection")["rules"][0]["bypass"]
    assert [row["kind"], approver["kind"], bypass["kind"]] == [kind] * 3
    assert (row["principal"] == approver["who"] == bypass["who"] == name) is (kind == "program")


@pytest.mark.parametrize(
    ("name", "bot", "kind"),
    [
        ("ann", None, "person"),
        ("ann", False, "person"),
        ("ci", True, "program"),
        ("project_7_bot_ab12", None, "program"),
        ("group_7_bot", False, "program"),
        ("project_lead", None, "person"),
    ],
)
def test_a_member_of_gitlab_is_a_program_by_its_name(tmp_path, name, bot, kind):
    member = {"username": name, "access_level": 30, **({} if bot is None else {"bot": bot})}
    gathered = read(tmp_path, {"m.json": wrapped(f"{PROJECT}/members/all", [member])}, provides=("rbac_export",))
    assert facts(gathered, "rbac_export")["rows"][0]["kind"] == kind


# --- settings that ask for nothing, or are told twice


@pytest.mark.parametrize(("told_", "needed"), [(0, 0), (2, 2), (None, None), (True, None), ("2", None)])
def test_a_count_of_reviews_is_as_it_is_told(tmp_path, told_, needed):
    rule = {"type": "pull_request", "parameters": {"required_approving_review_count": told_}}
    reviews = {"required_approving_review_count": told_}
    files = {"r.json": ruleset(rules=[rule]), "p.json": protection(required_pull_request_reviews=reviews)}
    rules = facts(read(tmp_path, files, provides=("branch_protection",)), "branch_protection")["rules"]
    assert [one.get("required_reviews") for one in rules] == [needed, needed]
    assert all(one["change_request"] is True for one in rules)


def test_who_starts_a_deployment_may_approve_it_unless_the_forge_says_otherwise(tmp_path):
    def rule(**more):
        reviewers = [{"type": "User", "reviewer": user("ann")}]
        return {"protection_rules": [{"type": "required_reviewers", "reviewers": reviewers, **more}]}

    listed = [
        {"name": "a", **rule(prevent_self_review=True)},
        {"name": "b", **rule(prevent_self_review=False)},
        {"name": "c", **rule()},
        {
            "name": "d",
            "protection_rules": [{"type": "required_reviewers", "prevent_self_review": True, "reviewers": []}],
        },
    ]
    body = wrapped(f"{ROOT}/environments", {"total_count": 4, "environments": listed})
    found = facts(read(tmp_path, {"e.json": body}, provides=("deployment_environments",)), "deployment_environments")
    shown = [(one.get("self_review"), one["approvals"]) for one in found["environments"]]
    assert shown == [(False, 1), (True, 1), (None, 1), (False, 0)]


@pytest.mark.parametrize("dated", [True, False])
def test_an_environment_that_is_told_twice_counts_as_the_newest_has_it_or_not_at_all(tmp_path, dated):
    guarded = [{"type": "required_reviewers", "reviewers": [{"type": "User", "reviewer": user("ann")}]}]
    bodies = [{"total_count": 1, "environments": [{"name": "p", "protection_rules": rules}]} for rules in (guarded, [])]
    if dated:  # two questions, so that neither answer replaces the other as a whole
        files = {
            "a.json": wrapped(f"{ROOT}/environments", bodies[0], fetched_at="2026-11-20T00:00:00Z"),
            "b.json": wrapped(f"{ROOT}/environments?x=1", bodies[1], fetched_at="2026-11-21T00:00:00Z"),
        }
    else:
        files = {"a.json": bodies[0], "b.json": bodies[1]}
    gathered = read(tmp_path, files, provides=("deployment_environments",))
    shown = [one["approvals"] for one in facts(gathered, "deployment_environments")["environments"]]
    assert shown == ([0] if dated else [])
    assert len(told(gathered, "deployment_environments", "unreadable")) == (0 if dated else 2)


def test_a_release_on_two_pages_counts_once(tmp_path):
    files = {
        "1.json": wrapped(f"{ROOT}/releases", [release(2), release(1)]),
        "2.json": wrapped(f"{ROOT}/releases?page=2", [release(1)], fetched_at="2026-11-22T11:00:05Z"),
    }
    assert facts(read(tmp_path, files, provides=RELEASES), "forge_releases")["total"] == 2


# --- what a server may answer to mislead its reader


@pytest.mark.parametrize("address", ["http://[x", "//[::1", "http://h:99999999/", "http://127.0.0.1:0x1/"])
def test_an_address_that_is_none_ends_the_list_with_a_sentence(tmp_path, address):
    for number, answer in enumerate(
        (Answered([release(1)], headers={"Link": f'<{address}>; rel="next"'}), Answered({}, 302, {"Location": address}))
    ):
        with serving(always(answer)) as server:
            gathered = fetched(tmp_path / str(number), server.base, provides=RELEASES)
        [reason] = told(gathered, "forge_releases", "unreadable")
        assert reason.startswith(("goes on at an address that", "is moved to", "goes on on", "the server could"))


def test_that_nothing_changed_is_no_answer_where_nothing_was_kept(tmp_path):
    with serving(always(Answered(b"", 304))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, reach=Reach(pause=lambda _: None))
    assert not gathered.result.items
    assert told(gathered, "forge_releases", "unreadable")


def test_a_list_whose_first_page_did_not_change_goes_on_to_its_second(tmp_path):
    def play(asked: Asked) -> Answered:
        if "page=2" in asked.path:
            return Answered([release(2)])
        if asked.headers.get("if-none-match") == '"one"':
            return Answered(b"", 304, {"ETag": '"one"'})
        link = f'<http://{asked.headers["host"]}{ROOT}/releases?page=2>; rel="next"'
        return Answered([release(1)], headers={"ETag": '"one"', "Link": link})

    keeping = Reach(pause=lambda _: None, keep=tmp_path / "kept")
    with serving(play) as server:
        runs = [fetched(tmp_path / str(n), server.base, provides=RELEASES, reach=keeping) for n in range(2)]
        assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, None, '"one"', None]
    assert [facts(run, "forge_releases")["total"] for run in runs] == [2, 2]


@pytest.mark.parametrize("token", ["gh\u00fc", "a\nb", "a\r\nX-Evil: 1", "a\x00b", "\u202e"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_quoted(tmp_path, token):
    environment = {"GITHUB_API_URL": "http://127.0.0.1:9", "GITHUB_TOKEN": token}
    with pytest.raises(ConfigError) as caught:
        fetched(tmp_path, "http://127.0.0.1:9", provides=RELEASES, environment=environment)
    assert "GITHUB_TOKEN holds signs that no token has" in str(caught.value)
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    ("api", "vouching", "is_known"),
    [
        ("https://ghe.example/api/v3", "https://ghe.example/api/v3", True),
        ("https://ghe.example/api/v3", "ghe.example", True),
        ("https://ghe.example:8443/api/v3", "https://ghe.example:8443/api/v3", True),
        ("https://ghe.example:8443/api/v3", "ghe.example:8443", True),
        ("https://ghe.example:8443/api/v3", "https://ghe.example/api/v3", False),
        ("https://ghe.example/api/v3", "https://ghe.example:8443/api/v3", False),
        ("https://api.github.com:8443", "", False),
        ("https://evil.example/ghe.example/api/v3", "ghe.example", False),
        ("https://ghe.example.evil.example/api/v3", "ghe.example", False),
    ],
)
def test_another_port_of_a_known_host_is_another_server(tmp_path, api, vouching, is_known):
    environment = {"GITHUB_API_URL": vouching, "GITHUB_TOKEN": TOKEN}
    unasked = reach(requests=0)
    with nullcontext() if is_known else pytest.raises(ConfigError, match="vouches for"):
        fetched(tmp_path, api, provides=RELEASES, environment=environment, reach=unasked)
