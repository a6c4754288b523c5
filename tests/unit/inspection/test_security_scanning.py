"""Security scanning: what runs, from where, and what only looks like a scan."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

CI = ".github/workflows/ci.yml"
ON = "on:\n  pull_request:\n  push: {branches: [main]}\n"


def _workflow(*steps: str, on: str = ON) -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"{on}jobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n{lines}"


def _facts(folder: Path, files: dict[str, str]) -> dict[str, Fact]:
    found = inspected(folder, files, "security-scanning")
    return {key.removeprefix("security-scanning/"): fact for key, fact in found.items()}


def test_a_repository_without_anything(tmp_path: Path) -> None:
    assert {key: fact.answer for key, fact in _facts(tmp_path, {"a.py": ""}).items()} == {
        "in-ci": Answer.NO,
        "codeql": Answer.NO,
        "secret-scanning": Answer.NO,
        "dependency-scanning": Answer.NO,
        "container-scanning": Answer.NOT_APPLICABLE,
        "only-local": Answer.NO,
    }


def test_a_scan_in_a_called_workflow_has_the_trigger_of_its_caller(tmp_path: Path) -> None:
    callee = _workflow("run: poetry run bandit -c pyproject.toml -r src", on="on:\n  workflow_call:\n")
    caller = f"{ON}jobs:\n  call:\n    uses: ./.github/workflows/test.yml\n"
    facts = _facts(tmp_path, {".github/workflows/test.yml": callee, CI: caller})
    fact = facts["in-ci"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [".github/workflows/test.yml:7", f"{CI}:6", f"{CI}:2", f"{CI}:3"]
    assert fact.values == {
        "tools": ("Bandit",),
        "kinds": ("code",),
        "started_by": ("pull_request", "push"),
        "can_fail": ("Bandit",),
    }
    assert facts["dependency-scanning"].answer is Answer.NO
    assert facts["only-local"].answer is Answer.NO


def test_folders_that_bandit_leaves_out_are_shown(tmp_path: Path) -> None:
    project = '[tool.bandit]\nexclude_dirs = ["tests"]\n'
    fact = _facts(tmp_path, {CI: _workflow("run: bandit -r src tests"), "pyproject.toml": project})["in-ci"]

    assert spots(fact)[-1] == "pyproject.toml:2"


def test_a_called_workflow_that_nobody_calls_scans_nothing(tmp_path: Path) -> None:
    text = _workflow("run: bandit -r src", on="on:\n  workflow_call:\n")
    fact = _facts(tmp_path, {CI: text})["in-ci"]

    assert fact.answer is Answer.NO
    assert f"{CI}:7" in spots(fact, counting=False)
    assert "nothing starts" in fact.statement


def test_a_scan_that_somebody_has_to_start(tmp_path: Path) -> None:
    assert _facts(tmp_path, {CI: _workflow("run: pip-audit", on="on: workflow_dispatch\n")})["in-ci"].answer is (
        Answer.PARTIAL
    )


@pytest.mark.parametrize(
    ("step", "key", "tool", "fails"),
    [
        ("run: semgrep scan --config p/default --error", "in-ci", "Semgrep", True),
        ("run: semgrep scan --config p/default", "in-ci", "Semgrep", False),
        ("run: bandit -r src --exit-zero", "in-ci", "Bandit", False),
        ("run: gosec -no-fail ./...", "in-ci", "gosec", False),
        ("uses: ossf/scorecard-action@v2", "in-ci", "OpenSSF Scorecard", False),
        ("run: gitleaks detect", "secret-scanning", "Gitleaks", True),
        ("run: detect-secrets scan", "secret-scanning", "detect-secrets", False),
        ("uses: trufflesecurity/trufflehog@main", "secret-scanning", "TruffleHog", True),
        ("run: uv run pip-audit", "dependency-scanning", "pip-audit", True),
        ("run: npm audit || true", "dependency-scanning", "npm audit", False),
        ("run: govulncheck ./...", "dependency-scanning", "govulncheck", True),
        ("run: bundle exec bundle audit", "dependency-scanning", "bundler-audit", True),
        ("uses: actions/dependency-review-action@v4", "dependency-scanning", "dependency review", True),
        ("run: trivy fs .", "dependency-scanning", "Trivy", False),
        ("run: trivy image --exit-code 1 app", "container-scanning", "Trivy", True),
        ("run: grype app:latest --fail-on high", "container-scanning", "Grype", True),
        (
            "uses: aquasecurity/trivy-action@0.28.0\n        with: {image-ref: app}",
            "container-scanning",
            "Trivy",
            False,
        ),
        (
            "uses: aquasecurity/trivy-action@0.28.0\n        with: {image-ref: app, exit-code: '1'}",
            "container-scanning",
            "Trivy",
            True,
        ),
        (
            "run: snyk container test app\n        continue-on-error: true",
            "container-scanning",
            "Snyk Container",
            False,
        ),
        ("uses: github/codeql-action/analyze@v3", "codeql", "CodeQL", False),
    ],
)
def test_scanners_and_whether_their_findings_fail_the_job(
    tmp_path: Path, step: str, key: str, tool: str, fails: bool
) -> None:
    fact = _facts(tmp_path, {CI: _workflow(step)})[key]

    assert fact.answer is (Answer.PARTIAL if tool == "OpenSSF Scorecard" else Answer.YES)
    assert fact.values["tools"] == (tool,)
    assert fact.values["can_fail"] == ((tool,) if fails else ())
    assert spots(fact)[0] == f"{CI}:8"


@pytest.mark.parametrize(
    "step",
    [
        "run: ruff check",
        "run: pip check",
        "run: npm audit fix",
        "run: pip install bandit",
        "run: echo run bandit -r src",
        "run: trivy --version && echo",
        "uses: github/codeql-action/upload-sarif@v3",
        "uses: aquasecurity/setup-trivy@v0.2",
        "uses: snyk/actions/setup@v1",
        "uses: lycheeverse/lychee-action@v1",
        "name: bandit\n        run: ls",
    ],
)
def test_what_is_no_scan(tmp_path: Path, step: str) -> None:
    facts = _facts(tmp_path, {CI: _workflow(step)})

    assert {fact.answer for key, fact in facts.items() if key != "container-scanning"} == {Answer.NO}


def test_hooks_and_dependencies_that_nothing_runs(tmp_path: Path) -> None:
    hooks = (
        "repos:\n  - repo: https://github.com/Yelp/detect-secrets\n    rev: v1\n"
        "    hooks:\n      - id: detect-secrets\n"
        "  - repo: https://github.com/org/hooks\n    rev: v1\n    hooks:\n      - id: gitleaks\n"
        "  - repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v1\n"
        "    hooks:\n      - id: detect-private-key\n"
    )
    project = (
        '[project]\nname = "app"\ndependencies = [\n  "httpx",\n]\n[project.scripts]\nsemgrep = "app:main"\n'
        '[dependency-groups]\ndev = [\n  "bandit[toml]>=1.7",\n]\n[tool.bandit]\nexclude_dirs = ["tests"]\n'
    )
    makefile = "safe:\n\tpoetry run trivy fs .\n"
    files = {
        ".pre-commit-config.yaml": hooks,
        "pyproject.toml": project,
        "Makefile": makefile,
        CI: _workflow("run: ruff check ."),
    }
    facts = _facts(tmp_path, files)

    assert facts["in-ci"].answer is Answer.NO
    local = [
        ".pre-commit-config.yaml:2",
        ".pre-commit-config.yaml:9",
        ".pre-commit-config.yaml:13",
        "Makefile:2",
        "pyproject.toml:10",
    ]
    assert spots(facts["in-ci"], counting=False) == [*local, f"{CI}:8"]
    assert spots(facts["only-local"]) == local
    assert facts["only-local"].answer is Answer.YES
    assert facts["secret-scanning"].answer is Answer.NO


def test_a_hook_that_continuous_integration_runs_is_a_scan(tmp_path: Path) -> None:
    hooks = "repos:\n- repo: https://github.com/gitleaks/gitleaks\n  rev: v1\n  hooks:\n  - id: gitleaks\n"
    files = {".pre-commit-config.yaml": hooks, CI: _workflow("run: pre-commit run --all-files")}
    facts = _facts(tmp_path, files)

    assert facts["secret-scanning"].answer is Answer.YES
    assert spots(facts["secret-scanning"])[:3] == [
        ".pre-commit-config.yaml:2",
        ".pre-commit-config.yaml:5",
        f"{CI}:8",
    ]
    assert facts["only-local"].answer is Answer.NO


def test_a_mention_of_codeql_configures_nothing(tmp_path: Path) -> None:
    files = {
        "src/log.py": '"""\nKeeps CodeQL quiet.\n"""\n',
        ".github/codeql/config.yml": "name: codeql\n",
        CI: "# uses: github/codeql-action/analyze@v3\n" + _workflow("run: ls"),
    }
    fact = _facts(tmp_path, files)["codeql"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert set(spots(fact, counting=False)) == {"src/log.py:2", ".github/codeql/config.yml:1", f"{CI}:1"}
    assert "default setup" in fact.beyond


def test_a_workflow_of_another_repository_is_told_and_not_vouched_for(tmp_path: Path) -> None:
    text = f"{ON}jobs:\n  sast:\n    uses: org/infra/.github/workflows/codeql-analysis.yml@main\n"
    facts = _facts(tmp_path, {CI: text})

    assert (facts["codeql"].answer, facts["codeql"].confidence) == (Answer.YES, Confidence.MODERATE)
    assert facts["codeql"].values["can_fail"] == ()
    assert "was not read" in facts["codeql"].statement


def test_a_template_of_gitlab_beside_workflows_of_github_is_a_part(tmp_path: Path) -> None:
    gitlab = "include:\n  - template: Security/SAST.gitlab-ci.yml\ntest:\n  script: [pytest]\n"
    both = _facts(tmp_path / "both", {".gitlab-ci.yml": gitlab, CI: _workflow("run: pytest")})["in-ci"]
    alone = _facts(tmp_path / "alone", {".gitlab-ci.yml": gitlab})["in-ci"]

    assert both.answer is Answer.PARTIAL
    assert alone.answer is Answer.YES
    assert spots(alone)[0] == ".gitlab-ci.yml:2"


def test_continuous_integration_that_is_not_followed(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {".circleci/config.yml": "jobs: {}\n", "Dockerfile": "FROM x\n"})

    assert {facts[key].answer for key in facts if key != "only-local"} == {Answer.UNKNOWN}
    assert "CircleCI" in facts["in-ci"].statement
