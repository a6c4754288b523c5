"""Pull requests, reviews, ways past a reviewer and rules for branches, as history and files show them."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, Fact


def _facts(made: Repository) -> dict[str, Fact]:
    return {key.rpartition("/")[2]: fact for key, fact in facts_of(made.folder, "change-control").items()}


def _history(folder: Path, *subjects: str, **environment: str) -> dict[str, Fact]:
    made = Repository(folder)
    for subject in subjects:
        made.commit(subject, **environment)
    return _facts(made)


@pytest.mark.parametrize(
    ("subject", "naming"),
    [
        ("Add a thing (#12)", 1),
        ("Merge pull request #12 from a/b", 1),
        ("Merge branch 'fix' into 'main'", 1),
        ("Merged in fix (pull request #7)", 1),
        ("Merged PR 88: fix", 1),
        ("Auto merge of #9 - a:b, r=c", 1),
        ("Add a thing\n\nReviewed-on: https://review.example/1", 1),
        ("Merge branch 'fix' into main", 0),
        ("Fix #12", 0),
        ('Revert "Add a thing (#12)"', 0),
        ("Add (#12) and more", 0),
    ],
)
def test_forms_that_name_a_pull_request(tmp_path: Path, subject: str, naming: int) -> None:
    fact = _history(tmp_path, "Start (#1)", subject)["pull-request-share"]

    assert fact.answer is Answer.VALUE
    assert (fact.values["naming"], fact.values["first_parent_commits"]) == (1 + naming, 2)


def test_no_number_at_all_is_unknown_and_not_none(tmp_path: Path) -> None:
    fact = _history(tmp_path, "one", "two")["pull-request-share"]

    assert fact.answer is Answer.UNKNOWN
    assert "None of 2 first-parent commits" in fact.statement


def test_the_share_is_told_by_first_parent_and_over_all(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("start (#1)")
    made.git("checkout", "-q", "-b", "side")
    made.commit("work")
    made.commit("more work")
    made.git("checkout", "-q", "main")
    dates = {"GIT_AUTHOR_DATE": "1767571200 +0000", "GIT_COMMITTER_DATE": "1767571200 +0000"}
    made.git("merge", "-q", "--no-ff", "-m", "Merge pull request #2 from x/side", "side", **dates)

    values = _facts(made)["pull-request-share"].values

    assert (values["naming"], values["first_parent_commits"], values["percent"]) == (2, 2, 100)
    assert (values["naming_of_reached"], values["reached_commits"], values["percent_of_reached"]) == (2, 4, 50)


def test_a_hundred_percent_means_all(tmp_path: Path) -> None:
    fact = _history(tmp_path, "direct", *(f"Change (#{number})" for number in range(1, 301)))["pull-request-share"]

    assert (fact.values["naming"], fact.values["percent"]) == (300, 99)


def test_commits_before_the_twelve_months_do_not_count(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("old", GIT_COMMITTER_DATE="1700000000 +0000")
    made.commit("new (#1)", GIT_COMMITTER_DATE="1767225600 +0000")

    values = _facts(made)["pull-request-share"].values

    assert (values["naming"], values["first_parent_commits"]) == (1, 1)


@pytest.mark.parametrize(
    ("trailer", "answer", "reviewed"),
    [
        ("Reviewed-by: Ada <a@x.org>", Answer.PARTIAL, 1),
        ("Acked-by: Ada <a@x.org>", Answer.PARTIAL, 1),
        ("Signed-off-by: Ada <a@x.org>", Answer.NO, 0),
        ("Co-authored-by: Ada <a@x.org>", Answer.NO, 0),
    ],
)
def test_trailers_of_a_review(tmp_path: Path, trailer: str, answer: Answer, reviewed: int) -> None:
    fact = _history(tmp_path, "one (#1)", f"two (#2)\n\n{trailer}")["review-trailers"]

    assert fact.answer is answer
    assert fact.values["reviewed"] == reviewed
    assert "Ada" not in fact.model_dump_json()


def test_sign_offs_of_machines_are_told_apart(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("one\n\nSigned-off-by: A <a@x.org>")
    machine = {"GIT_AUTHOR_NAME": "dependabot[bot]", "GIT_AUTHOR_EMAIL": "d@users.noreply.github.com"}
    made.commit("two\n\nSigned-off-by: dependabot[bot] <s@github.com>", **machine)

    values = _facts(made)["review-trailers"].values

    assert (values["signed_off"], values["signed_off_by_automated"]) == (2, 1)


_MERGES = """name: Auto
on: {on}
jobs:
  merge:
    runs-on: x
    steps:
      - name: merge
        if: steps.m.outputs.type != 'major'
        run: {command}
"""
_PATH = ".github/workflows/auto.yml"


@pytest.mark.parametrize("command", ["gh pr merge --auto --merge $PR", "gh pr merge --admin --squash 1"])
def test_a_workflow_that_merges(tmp_path: Path, command: str) -> None:
    files = {_PATH: _MERGES.format(on="pull_request", command=command)}
    fact = inspected(tmp_path, files, "change-control")["change-control/merge-without-review"]

    assert fact.answer is Answer.YES
    assert spots(fact)[:2] == [f"{_PATH}:9", f"{_PATH}:8"]
    assert fact.statement.startswith("They may")
    assert "major" in fact.statement


def test_a_reusable_workflow_counts_where_something_calls_it(tmp_path: Path) -> None:
    caller = f"on: pull_request\njobs:\n  go:\n    uses: ./{_PATH}\n"
    files = {_PATH: _MERGES.format(on="workflow_call", command="gh pr merge 1")}
    uncalled = inspected(tmp_path / "a", files, "change-control")["change-control/merge-without-review"]
    called = inspected(tmp_path / "b", {**files, ".github/workflows/ci.yml": caller}, "change-control")

    assert uncalled.answer is Answer.UNKNOWN
    assert f"{_PATH}:9" in spots(uncalled, counting=False)
    fact = called["change-control/merge-without-review"]
    assert fact.answer is Answer.YES
    assert ".github/workflows/ci.yml:4" in spots(fact)


@pytest.mark.parametrize(
    "command", ["gh pr merge --disable-auto 1", "gh pr view 1", "echo gh pr merge", "git push origin docs"]
)
def test_commands_that_merge_nothing(tmp_path: Path, command: str) -> None:
    files = {_PATH: _MERGES.format(on="pull_request", command=command)}
    fact = inspected(tmp_path, files, "change-control")["change-control/merge-without-review"]

    assert fact.answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("path", "text", "answer", "places"),
    [
        ("renovate.json", '{\n  "automerge": true\n}\n', Answer.YES, ["renovate.json:2"]),
        ("renovate.json", '{\n  "automerge": false\n}\n', Answer.UNKNOWN, []),
        ("examples/renovate.json", '{"automerge": true}\n', Answer.UNKNOWN, []),
        (".kodiak.toml", "version = 1\n[merge]\n", Answer.YES, [".kodiak.toml:2"]),
        (
            ".mergify.yml",
            "pull_request_rules:\n  - name: a\n    conditions: [base=main]\n    actions:\n      merge: {}\n",
            Answer.YES,
            [".mergify.yml:2"],
        ),
        (
            ".mergify.yml",
            "pull_request_rules:\n  - conditions: ['#approved-reviews-by>=1']\n    actions:\n      merge: {}\n",
            Answer.UNKNOWN,
            [],
        ),
    ],
)
def test_bots_that_merge(tmp_path: Path, path: str, text: str, answer: Answer, places: list[str]) -> None:
    fact = inspected(tmp_path, {path: text}, "change-control")["change-control/merge-without-review"]

    assert fact.answer is answer
    assert spots(fact) == places


def test_commits_that_name_no_pull_request_where_others_do(tmp_path: Path) -> None:
    fact = _history(tmp_path, "one (#1)", "two (#2)", "straight to main")["merge-without-review"]

    assert fact.answer is Answer.PARTIAL
    assert "1 of 3 first-parent commits name no pull request" in fact.statement


_SETTINGS = """branches:
  - name: main
    protection:
      required_pull_request_reviews:
        required_approving_review_count: 2
      required_status_checks:
        contexts: [test, lint]
"""
_RULESET = """{
  "target": "branch",
  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"]}},
  "rules": [
    {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
  ]
}
"""
_TERRAFORM = '# resource "github_branch_protection" "old" {}\nresource "github_branch_protection" "main" {\n}\n'


@pytest.mark.parametrize(
    ("text", "place", "approvals", "checks"),
    [
        (_SETTINGS, ".github/settings.yml:3", 2, ("test", "lint")),
        (_RULESET, ".github/rulesets/main.json:4", 1, ()),
        (_TERRAFORM, "infra/github.tf:2", 0, ()),
    ],
)
def test_rules_for_branches(tmp_path: Path, text: str, place: str, approvals: int, checks: tuple[str, ...]) -> None:
    facts = inspected(tmp_path, {place.partition(":")[0]: text}, "change-control")
    fact = facts["change-control/branch-rules"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [place]
    assert (fact.values["approvals"], fact.values["checks"]) == (approvals, checks)
    expected = Answer.NO if approvals else Answer.UNKNOWN
    assert facts["change-control/merge-without-review"].answer is expected


def test_no_rules_in_the_tree_are_unknown(tmp_path: Path) -> None:
    files = {"examples/.github/settings.yml": _SETTINGS, "a.txt": "1\n"}
    assert inspected(tmp_path, files, "change-control")["change-control/branch-rules"].answer is Answer.UNKNOWN
