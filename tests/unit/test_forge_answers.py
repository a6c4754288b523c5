"""Saved answers of a forge: which are recognised, whose they are, which of several counts, and what is refused."""

import json
import random

import pytest

from support.collecting import git_request, problems, source
from support.forges import ALL, REPO, facts, item, protection, pull, read, review, ruleset, told, wrapped
from support.git_repositories import Repository
from tieout.collectors import forge
from tieout.collectors.forge.collector import PARTS
from tieout.collectors.forge.forms import ARTEFACT_FORMS, FORMS, by_endpoint
from tieout.config.kinds import KINDS

PULLS = "/repos/acme/triage/pulls?state=closed"


def test_the_parts_and_forms_are_those_of_the_kind() -> None:
    assert sorted(PARTS) == sorted(KINDS["forge"].provides) == sorted(ARTEFACT_FORMS)
    assert sorted(name for names in ARTEFACT_FORMS.values() for name in names) == sorted(form.name for form in FORMS)


@pytest.mark.parametrize(
    ("endpoint", "form", "slots"),
    [
        ("/repos/o/r/branches/release/1.x/protection", "github-protection", {"branch": "release/1.x"}),
        ("repos/o/r/pulls?state=closed&page=2", "github-pulls", {"owner": "o", "repo": "r"}),
        ("https://ghe.example/api/v3/repos/o/r/rulesets/5", "github-ruleset", {"id": "5"}),
        ("https://gitlab.example/api/v4/projects/g%2Fp/members/all", "gitlab-members", {"project": "g%2Fp"}),
        ("/api/v4/projects/12/merge_requests/3/approvals", "gitlab-approvals", {"number": "3"}),
        ("/orgs/o/members", None, {}),
        ("/repos/o/r/pulls/3/reviews/4/events", None, {}),
    ],
)
def test_an_endpoint_tells_the_form(endpoint: str, form: str | None, slots: dict[str, str]) -> None:
    found = by_endpoint(endpoint)
    if form is None:
        assert found is None
    else:
        assert found is not None
        assert found[0].name == form
        assert found[1].items() >= slots.items()


def test_a_bare_answer_has_places_and_no_age(tmp_path):
    gathered = read(tmp_path, {"protection.json": protection()}, provides=("branch_protection",))
    found = item(gathered, "branch_protection")
    assert found.facts["repository"] == "acme/triage"
    assert found.effective is None
    [reason] = told(gathered, "branch_protection")
    assert "does not say when it was fetched" in reason
    assert found.lines["/rules/0"] == 1
    assert found.copy_sha256 is None  # an answer names people


def test_a_wrapped_answer_is_as_old_as_its_fetching(tmp_path):
    body = wrapped("/repos/acme/triage/branches/main/protection", protection())
    gathered = read(tmp_path, {"a.json": body}, provides=("branch_protection",))
    found = item(gathered, "branch_protection")
    assert found.effective.end.isoformat() == "2026-11-22T11:00:00+00:00"
    text = json.dumps(body, indent=1).splitlines()
    assert '"body"' in text[found.lines["/rules/0"] - 1]
    assert not problems(gathered)


def test_settings_that_were_asked_for_minutes_after_as_of_count_and_say_so(tmp_path):
    for at, counts in [("2026-11-22T18:00:00Z", True), ("2026-11-24T18:00:00Z", False)]:
        body = wrapped("/repos/acme/triage/branches/main/protection", protection(), fetched_at=at)
        gathered = read(tmp_path, {"a.json": body}, provides=("branch_protection",))
        if counts:
            found = item(gathered, "branch_protection")
            assert found.effective.end == found.effective.end.replace(hour=12, minute=0)
            assert at in found.effective.basis
        else:
            [problem] = problems(gathered)
            assert problem.status == "after-as-of"


def test_in_a_repository_the_last_commit_dates_a_bare_answer(tmp_path):

    repository = Repository(tmp_path / "r")
    repository.commit("one", {"forge/p.json": json.dumps(protection())})
    with git_request(repository, source("forge", "forge", provides=("branch_protection",)), prefix="forge") as asked:
        gathered = forge.collect(asked)
        committed = asked.commit.committed_at
    found = item(gathered, "branch_protection")
    assert found.effective.end == committed
    assert found.effective.basis == "last commit that changed the file"


def test_pages_in_one_list_are_read_as_one(tmp_path):
    pages = [[pull(1, "2026-10-01T00:00:00Z")], [pull(2, "2026-10-02T00:00:00Z")]]
    runs = {
        "id": 1,
        "head_sha": "c",
        "name": "CI",
        "created_at": "2026-10-01T00:00:00Z",
        "url": f"{REPO}/actions/runs/1",
    }
    slurped = [
        {"total_count": 2, "workflow_runs": [runs]},
        {"total_count": 2, "workflow_runs": [{**runs, "id": 2}]},
    ]
    gathered = read(tmp_path, {"pulls.json": pages, "runs.json": slurped})
    assert facts(gathered, "change_reviews")["merged"] == 2
    assert facts(gathered, "ci_runs")["total"] == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "is an empty list, and nothing says of what"),
        ({"message": "Not Found", "documentation_url": "https://docs.example", "status": "404"}, "is a refusal of the"),
        ({"message": "Branch not protected", "status": "404"}, "is a refusal of the forge ('Branch not protected')"),
        (wrapped(PULLS, [{"number": 1}]), "does not hold what /repos/{owner}/{repo}/pulls gives"),
        (wrapped(PULLS, {"x": 1}), "does not hold what /repos/{owner}/{repo}/pulls gives"),
        (wrapped("/repos/acme/triage/actions/runs", []), "does not hold what"),
        (wrapped(PULLS, [], fetched_at="yesterday"), "whose `fetched_at` is no time"),
        (wrapped(PULLS, [], fetched_at="2026-11-20T08:00:00"), "whose `fetched_at` is no time with its zone"),
        ('{"a": 1}{"a": 2}', "is not valid JSON"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('[{"number": NaN}]', "NaN"),
        ("[" * 1_000, "deeper than 64"),
        (b"\xff\xfe[]", "not UTF-8"),
    ],
)
def test_what_cannot_be_used_is_unreadable_with_its_place(tmp_path, content, words):
    gathered = read(tmp_path, {"a.json": content}, provides=("change_reviews",))
    assert not gathered.result.items
    [problem] = problems(gathered)
    assert (problem.status, problem.place.path, problem.types) == ("unreadable", "sources/a.json", ("change_reviews",))
    assert words in problem.reason


@pytest.mark.parametrize(
    "content",
    [
        {"required_status_checks": None, "enforce_admins": True, "restrictions": None},  # what one sends, not what came
        [{"scope": "https://api.github.com:443", "status": 200, "response": protection()}],  # a recorded test
        {"name": "x", "version": "1"},
        [protection(), {"other": 1}],
        wrapped("/orgs/acme/audit-log", []),
        "5",
    ],
)
def test_what_is_no_answer_is_set_aside_and_proves_nothing(tmp_path, content):
    gathered = read(tmp_path, {"a.json": content}, provides=("branch_protection",))
    assert not gathered.result.items
    assert {problem.status for problem in problems(gathered)} == {"not-counted", "absent"}


def test_examples_and_archives_do_not_count(tmp_path):
    files = {f"{folder}/p.json": protection() for folder in ("examples", "tests", "archive")}
    gathered = read(tmp_path, files, provides=("branch_protection",))
    assert not gathered.result.items
    assert [p.status for p in problems(gathered)] == ["absent", "not-counted", "not-counted", "not-counted"]


def test_answers_about_another_repository_never_count(tmp_path):
    other = json.loads(json.dumps(protection()).replace("acme/triage", "acme/website"))
    both = {"a.json": protection(), "b.json": other}
    gathered = read(tmp_path, both, provides=("branch_protection",))
    assert not gathered.result.items
    [problem] = problems(gathered)
    assert problem.status == "unreadable"
    assert "several repositories (acme/triage, acme/website)" in problem.reason
    gathered = read(tmp_path, both, provides=("branch_protection",), options={"repository": "ACME/website"})
    assert facts(gathered, "branch_protection")["repository"] == "ACME/website"
    assert item(gathered, "branch_protection").provenance.path == "sources/b.json"
    assert "speaks of acme/triage, not of ACME/website" in [problem.reason for problem in problems(gathered)]


def test_of_several_answers_to_one_question_the_newest_in_force_counts(tmp_path):
    endpoint = "/repos/acme/triage/branches/main/protection"
    loose = protection(required_pull_request_reviews=None)
    files = {
        "1.json": wrapped(endpoint, protection(), fetched_at="2026-09-01T00:00:00Z"),
        "2.json": wrapped(endpoint, loose, fetched_at="2026-11-01T00:00:00Z"),
        "3.json": wrapped(endpoint, protection(), fetched_at="2027-01-01T00:00:00Z"),
    }
    gathered = read(tmp_path, files, provides=("branch_protection",))
    assert item(gathered, "branch_protection").provenance.path == "sources/2.json"
    assert facts(gathered, "branch_protection")["rules"][0]["required_reviews"] == 0
    aside = {problem.place.path: problem.reason for problem in problems(gathered)}
    assert aside == {
        "sources/1.json": "is an older answer to what was asked at 2026-11-01T00:00:00Z too",
        "sources/3.json": "is a later answer to what was asked at 2026-11-01T00:00:00Z too",
    }


def test_answers_that_differ_and_have_no_time_cancel_each_other(tmp_path):
    files = {"a.json": protection(), "b.json": protection(required_pull_request_reviews=None)}
    gathered = read(tmp_path, files, provides=("branch_protection",))
    assert not gathered.result.items
    assert {(p.status, p.place.path) for p in problems(gathered)} == {
        ("unreadable", "sources/a.json"),
        ("unreadable", "sources/b.json"),
    }


def test_the_same_bytes_twice_are_one_answer(tmp_path):
    gathered = read(tmp_path, {"a.json": protection(), "b.json": protection()}, provides=("branch_protection",))
    assert len(facts(gathered, "branch_protection")["rules"]) == 1


def test_an_older_page_of_a_list_does_not_mix_with_a_newer_list(tmp_path):
    people = "/repos/acme/triage/collaborators"
    gone = {"login": "gone", "permissions": {"push": True, "admin": True}, "role_name": "admin"}
    stays = {"login": "stays", "permissions": {"push": True, "admin": False}, "role_name": "write"}
    files = {
        "old.json": wrapped(f"{people}?page=2", [gone], fetched_at="2026-10-01T00:00:00Z"),
        "new.json": wrapped(people, [stays], fetched_at="2026-11-20T00:00:00Z"),
        "new2.json": wrapped(f"{people}?page=2&per_page=100", [], fetched_at="2026-11-20T00:00:03Z"),
    }
    rows = facts(read(tmp_path, files, provides=("rbac_export",)), "rbac_export")["rows"]
    assert [row["role"] for row in rows] == ["write"]


def test_nobody_is_named_in_what_is_kept(tmp_path):
    allowances = {"users": [{"login": "octo-ann"}], "teams": [{"slug": "core"}], "apps": []}
    reviews = {"required_approving_review_count": 1, "bypass_pull_request_allowances": allowances}
    files = {
        "p.json": wrapped(
            "/repos/acme/triage/branches/main/protection", protection(required_pull_request_reviews=reviews)
        ),
        "pulls.json": wrapped(PULLS, [pull(3, "2026-10-01T00:00:00Z", author="octo-ann")]),
        "reviews.json": wrapped(
            "/repos/acme/triage/pulls/3/reviews", [review(3, "octo-ben", "APPROVED", "2026-09-30T00:00:00Z")]
        ),
        "people.json": wrapped(
            "/repos/acme/triage/collaborators", [{"login": "octo-ann", "permissions": {"push": True}}]
        ),
    }
    gathered = read(tmp_path, files)
    assert len(gathered.result.items) == 3
    assert "octo-" not in gathered.result.model_dump_json()
    assert not gathered.copies
    who = facts(gathered, "branch_protection")["rules"][0]["bypass"]
    assert who[0]["who"] == facts(gathered, "rbac_export")["rows"][0]["principal"]  # one person stays one


def test_the_order_of_files_changes_nothing(tmp_path):
    bodies = [
        wrapped("/repos/acme/triage/rulesets/7", ruleset()),
        wrapped("/repos/acme/triage/rulesets/8", ruleset(8, name="b")),
        wrapped("/repos/acme/triage/branches/main/protection", protection()),
        wrapped(PULLS, [pull(1, "2026-10-01T00:00:00Z"), pull(2, "2026-10-01T00:00:00Z")]),
    ]
    one = read(tmp_path / "1", {f"{i}.json": body for i, body in enumerate(bodies)})
    other = read(tmp_path / "2", {f"{i}.json": body for i, body in enumerate(reversed(bodies))})
    assert facts(one, "change_reviews") == facts(other, "change_reviews")
    by_name = lambda found: sorted(map(json.dumps, facts(found, "branch_protection")["rules"]))  # noqa: E731 - short
    assert by_name(one) == by_name(other)


def test_random_damage_never_raises(tmp_path):
    dice = random.Random(20261123)  # noqa: S311 - a test's noise
    good = [
        json.dumps(body).encode()
        for body in (
            protection(),
            ruleset(),
            [pull(1, "2026-10-01T00:00:00Z")],
            [review(1, "ben", "APPROVED", "2026-09-01T00:00:00Z")],
            wrapped("/repos/acme/triage/collaborators", [{"login": "x", "permissions": {"push": True}}]),
            {"total_count": 1, "workflow_runs": [{"id": 1, "head_sha": "c", "created_at": "2026-10-01T00:00:00Z"}]},
        )
    ]
    odd = [b"[", b"{", b"null", b"-1", b"1e400", b'"x"', b"[[]]", b"{}", b"true", b'"\\ud800"']
    files = {}
    for number in range(250):
        data = bytearray(dice.choice(good))
        for _ in range(dice.randint(1, 3)):
            colon = [at for at, byte in enumerate(data) if byte == ord(":")]
            at = dice.choice(colon) + 1
            end = next((i for i in range(at, len(data)) if data[i] in b",}"), len(data))
            data[at:end] = dice.choice(odd)
        files[f"{number:03}.json"] = bytes(data)
    for name, data in files.items():
        read(tmp_path / name, {name: data})  # `checked` inside judges what came


def test_a_hundred_thousand_rows_are_read_in_time(tmp_path):
    rows = [{"username": f"u{n}", "access_level": 30, "state": "active"} for n in range(100_000)]
    body = json.dumps(wrapped("/projects/acme%2Ftriage/members/all", rows))
    found = facts(read(tmp_path, {"m.json": body}, provides=("rbac_export",)), "rbac_export")
    assert (found["total"], len(found["rows"])) == (100_000, 5_000)


def test_real_samples_satisfy_nothing(shared, tmp_path):
    names = ("github-branch-protection.json", "github-ruleset-INVALID-JSON.json", "github-ruleset-tag.json")
    samples = {name: (shared / "samples" / "real" / name).read_bytes() for name in names}
    gathered = read(tmp_path, samples)
    assert not gathered.result.items
    by_path = {problem.place.path.removeprefix("sources/github-"): problem for problem in problems(gathered)}
    assert by_path["ruleset-INVALID-JSON.json"].status == "unreadable"
    assert by_path["ruleset-INVALID-JSON.json"].place.line is not None
    for name in ("branch-protection.json", "ruleset-tag.json"):
        assert by_path[name].status == "not-counted"
        assert by_path[name].reason == "is no answer of GitHub or GitLab that is recognised"


def test_a_ruleset_that_is_kept_to_be_put_in_does_not_show_that_it_is_in(tmp_path):
    kept = ruleset()
    del kept["created_at"], kept["updated_at"]
    gathered = read(tmp_path, {"a.json": kept}, provides=("branch_protection",))
    assert not gathered.result.items
    assert facts(read(tmp_path / "2", {"a.json": ruleset()}, provides=("branch_protection",)), "branch_protection")


def test_only_what_is_declared_is_made(tmp_path):
    gathered = read(tmp_path, {"p.json": protection()}, provides=("ci_runs",))
    assert not gathered.result.items
    assert [p.types for p in problems(gathered, "absent")] == [("ci_runs",)]


def test_every_artefact_can_be_read_from_a_folder_of_both_forges_only_for_the_named_one(tmp_path):
    files = {"p.json": protection(), "m.json": [{"username": "u", "access_level": 30}]}
    gathered = read(tmp_path, files, provides=ALL, format="gitlab")
    assert [one.type for one in gathered.result.items] == ["rbac_export"]
    assert "is an answer of another forge than gitlab" in [problem.reason for problem in problems(gathered)]
