"""Required checks, deployments behind gates, what a job's token may do, and hooks that a hosted service runs."""

import json
from pathlib import Path

import pytest

from support.ci_gates import CI, gates, workflow
from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence


def test_required_checks_are_known_only_from_committed_settings(tmp_path: Path) -> None:
    settings = (
        "branches:\n  - name: main\n    protection:\n"
        "      required_status_checks:\n        contexts:\n          - build\n"
    )
    ruleset = {
        "rules": [
            {
                "type": "required_status_checks",
                "parameters": {"required_status_checks": [{"context": "unit"}, {"context": "lint"}]},
            }
        ]
    }
    files = {".github/settings.yml": settings, ".github/rulesets/main.json": json.dumps(ruleset, indent=1)}
    fact = gates(tmp_path, files)["required-checks"]

    assert fact.answer is Answer.VALUE
    assert set(fact.values["checks"]) == {"build", "unit", "lint"}
    assert ".github/settings.yml:6" in spots(fact)


def test_an_example_of_settings_and_a_gathering_job_demand_nothing(tmp_path: Path) -> None:
    text = workflow("pytest") + "  ci-required:\n    needs: [check, other]\n    steps: []\n"
    settings = "branches:\n  - name: main\n    protection: {required_status_checks: {contexts: [build]}}\n"
    fact = gates(tmp_path, {CI: text, "docs/settings.yml": settings})["required-checks"]

    assert fact.answer is Answer.UNKNOWN
    assert spots(fact) == []
    assert spots(fact, counting=False) == [f"{CI}:9"]


DEPLOY = """\
on:
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        options:
          - staging
          - production
  push:
    branches: [main]
env:
  auto_deploy: staging
jobs:
  guard:
    steps:
      - run: |
          if [[ "$TARGET" == production && "$BRANCH" != main ]]; then exit 1; fi
  deploy:
    needs: guard
    steps:
      - run: helm upgrade app chart
"""


def test_a_manual_start_and_a_comparison_of_the_branch_are_a_part_of_a_gate(tmp_path: Path) -> None:
    fact = gates(tmp_path, {".github/workflows/deploy.yml": DEPLOY})["deployment-gated"]

    assert fact.answer is Answer.PARTIAL
    path = ".github/workflows/deploy.yml"
    assert spots(fact)[:3] == [f"{path}:17", f"{path}:8", f"{path}:2"]
    assert f"{path}:12" in spots(fact)
    assert fact.values["environment_named"] is False


@pytest.mark.parametrize(
    ("on", "job", "run", "answer"),
    [
        ("  push: {branches: [main]}\n", "", "kubectl apply -f prod.yaml", Answer.NO),
        ("  push: {branches: [main]}\n", "    environment: production\n", "kubectl apply -f x", Answer.PARTIAL),
        ("  release:\n", "", "helm upgrade app chart -f production.yaml", Answer.PARTIAL),
        ("  pull_request:\n", "", "kubectl apply -f x", Answer.UNKNOWN),
        ("  push: {branches: [main]}\n", "", "kind create cluster && kubectl apply -f x", Answer.UNKNOWN),
        ("  push: {branches: [main]}\n", "    environment: production\n", "pytest", Answer.UNKNOWN),
    ],
)
def test_deployments(tmp_path: Path, on: str, job: str, run: str, answer: Answer) -> None:
    text = workflow(run, on=on, job=job).replace("  check:", "  ship:")

    assert gates(tmp_path, {CI: text})["deployment-gated"].answer is answer


def test_a_workflow_called_for_production_on_a_release(tmp_path: Path) -> None:
    caller = (
        "on:\n  push: {branches: [main]}\n  release:\njobs:\n"
        "  staging:\n    if: github.event_name == 'push'\n    uses: org/infra/.github/workflows/deploy.yml@main\n"
        "    with: {environment: staging}\n"
        "  prod:\n    if: github.event_name == 'release'\n    uses: org/infra/.github/workflows/deploy.yml@main\n"
        "    with: {environment: prod}\n"
    )
    fact = gates(tmp_path, {CI: caller})["deployment-gated"]

    assert fact.answer is Answer.PARTIAL
    assert fact.values["started_by"] == ("release",)
    assert spots(fact)[:4] == [f"{CI}:11", f"{CI}:10", f"{CI}:3", f"{CI}:7"]


@pytest.mark.parametrize(
    ("head", "answer", "places"),
    [
        ("permissions: {}\n", Answer.YES, [f"{CI}:1"]),
        ("permissions: read-all\n", Answer.YES, [f"{CI}:1"]),
        ("permissions:\n  contents: write\n  issues: read\n", Answer.YES, [f"{CI}:1", f"{CI}:2"]),
        ("permissions: write-all\n", Answer.NO, [f"{CI}:1"]),
        ("", Answer.NO, [CI]),
    ],
)
def test_what_the_token_may_do(tmp_path: Path, head: str, answer: Answer, places: list[str]) -> None:
    fact = gates(tmp_path, {CI: head + workflow("pytest")})["token-permissions"]

    assert fact.answer is answer
    assert spots(fact) == places


def test_each_right_to_write_of_a_job_is_shown(tmp_path: Path) -> None:
    job = "    permissions:\n      contents: read\n      packages: write\n      id-token: write\n"
    fact = gates(tmp_path, {CI: workflow("pytest", job=job)})["token-permissions"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"{CI}:9", f"{CI}:8", f"{CI}:6"]


def test_a_right_to_write_that_every_job_has(tmp_path: Path) -> None:
    text = "permissions:\n  contents: write\n" + workflow("pytest") + "  other:\n    steps: []\n"
    fact = gates(tmp_path, {CI: text})["token-permissions"]

    assert fact.answer is Answer.PARTIAL
    assert fact.values["write_for_every_job"] == 1


_HOSTED = """ci:
  autofix_prs: true{skip}
repos:
- repo: https://github.com/astral-sh/ruff-pre-commit
  rev: v0.6.0
  hooks:
  - id: ruff
  - id: ruff-format
"""


def test_a_hosted_service_may_run_hooks_and_is_noworkflow(tmp_path: Path) -> None:
    files = {"a.py": "x = 1\n", ".pre-commit-config.yaml": _HOSTED.format(skip="")}
    facts = inspected(tmp_path, files, "ci-gates")
    path = ".pre-commit-config.yaml"

    for key, line in (("linting-enforced", 7), ("formatting-enforced", 8)):
        fact = facts[f"ci-gates/{key}"]
        assert fact.answer is Answer.PARTIAL
        assert fact.confidence is Confidence.MODERATE
        assert spots(fact) == [f"{path}:{line}", f"{path}:1", f"{path}:2"]
        assert "not recorded here" in fact.statement
    assert facts["ci-gates/types-enforced"].answer is Answer.NO


def test_a_hook_that_the_hosted_service_leaves_out_stays_local(tmp_path: Path) -> None:
    files = {"a.py": "x = 1\n", ".pre-commit-config.yaml": _HOSTED.format(skip="\n  skip: [ruff]")}
    facts = inspected(tmp_path, files, "ci-gates")

    assert facts["ci-gates/linting-enforced"].answer is Answer.NO
    assert facts["ci-gates/formatting-enforced"].answer is Answer.PARTIAL


def test_hooks_that_a_workflow_runs_do_not_need_the_service(tmp_path: Path) -> None:
    workflow = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: pre-commit run --all-files\n"
    files = {"a.py": "x = 1\n", ".pre-commit-config.yaml": _HOSTED.format(skip=""), ".github/workflows/a.yml": workflow}

    assert inspected(tmp_path, files, "ci-gates")["ci-gates/formatting-enforced"].answer is Answer.YES
