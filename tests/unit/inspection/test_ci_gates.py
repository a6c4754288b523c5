"""CI gates: what counts as one, and what only looks like it."""

import json
from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

CI = ".github/workflows/ci.yml"
CODE = {"src/app.py": "x = 1\n"}


def _workflow(*runs: str, on: str = "  pull_request:\n  push: {branches: [main]}\n", job: str = "") -> str:
    steps = "".join(f"      - run: {run}\n" for run in runs)
    return f"on:\n{on}jobs:\n  check:\n{job}    runs-on: ubuntu-latest\n    steps:\n{steps}"


def _facts(folder: Path, files: dict[str, str]) -> dict[str, Fact]:
    found = inspected(folder, CODE | files, "ci-gates")
    return {key.removeprefix("ci-gates/"): fact for key, fact in found.items()}


def test_a_repository_without_anything(tmp_path: Path) -> None:
    facts = {key: fact.answer for key, fact in inspected(tmp_path, {"notes": ""}, "ci-gates").items()}

    assert facts == {
        "ci-gates/tests-on-pull-requests": Answer.NOT_APPLICABLE,
        "ci-gates/formatting-enforced": Answer.NOT_APPLICABLE,
        "ci-gates/linting-enforced": Answer.NOT_APPLICABLE,
        "ci-gates/types-enforced": Answer.NOT_APPLICABLE,
        "ci-gates/evaluations-in-ci": Answer.NO,
        "ci-gates/required-checks": Answer.UNKNOWN,
        "ci-gates/deployment-gated": Answer.UNKNOWN,
        "ci-gates/token-permissions": Answer.NOT_APPLICABLE,
    }


def test_code_without_continuous_integration(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {})["tests-on-pull-requests"]

    assert fact.answer is Answer.NO
    assert "No continuous integration" in fact.statement


def test_continuous_integration_of_another_kind_is_not_guessed(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {"Jenkinsfile": "stage('test') { sh 'pytest' }\n"})

    assert facts["tests-on-pull-requests"].answer is Answer.UNKNOWN
    assert "Jenkins" in facts["tests-on-pull-requests"].statement
    assert spots(facts["tests-on-pull-requests"]) == ["Jenkinsfile"]


def test_checks_that_hold_a_change_back(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {CI: _workflow("pytest", "ruff format --check .", "ruff check .", "mypy src")})

    lines = {"tests-on-pull-requests": 8, "formatting-enforced": 9, "linting-enforced": 10, "types-enforced": 11}
    for key, line in lines.items():
        assert facts[key].answer is Answer.YES, key
        assert facts[key].confidence is Confidence.HIGH
        assert spots(facts[key]) == [f"{CI}:{line}", f"{CI}:2", f"{CI}:3"]


@pytest.mark.parametrize(
    ("run", "key"),
    [
        ("ruff format", "formatting-enforced"),
        ("black .", "formatting-enforced"),
        ("prettier --write .", "formatting-enforced"),
        ("isort --diff .", "formatting-enforced"),
        ("cargo fmt", "formatting-enforced"),
        ("terraform fmt", "formatting-enforced"),
        ("ruff check --exit-zero", "linting-enforced"),
        ("flake8 || true", "linting-enforced"),
        ("pylint src | tee lint.log", "linting-enforced"),
        ("mypy src || echo later", "types-enforced"),
        ("'pytest || :'", "tests-on-pull-requests"),
    ],
)
def test_a_gate_that_cannot_fail_is_none(tmp_path: Path, run: str, key: str) -> None:
    fact = _facts(tmp_path, {CI: _workflow(run)})[key]

    assert fact.answer is Answer.NO
    assert "cannot fail" in fact.statement
    assert spots(fact)[0] == f"{CI}:8"


@pytest.mark.parametrize("job", ["    continue-on-error: true\n", "    if: false\n"])
def test_a_job_that_counts_for_nothing(tmp_path: Path, job: str) -> None:
    assert _facts(tmp_path, {CI: _workflow("pytest", job=job)})["tests-on-pull-requests"].answer is Answer.NO


def test_a_formatter_that_rewrites_is_a_gate_where_changes_fail_the_job(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {CI: _workflow("ruff format", "git diff --exit-code")})["formatting-enforced"]

    assert fact.answer is Answer.YES
    assert f"{CI}:9" in spots(fact)


def test_hooks_that_continuous_integration_runs_are_gates_and_others_are_not(tmp_path: Path) -> None:
    hooks = "repos:\n- repo: https://github.com/psf/black\n  rev: v1\n  hooks:\n  - id: black\n"
    run = _facts(tmp_path / "a", {CI: _workflow("pre-commit run -a"), ".pre-commit-config.yaml": hooks})
    local = _facts(tmp_path / "b", {CI: _workflow("pytest"), ".pre-commit-config.yaml": hooks})

    assert run["formatting-enforced"].answer is Answer.YES
    assert spots(run["formatting-enforced"])[:3] == [
        ".pre-commit-config.yaml:2",
        ".pre-commit-config.yaml:5",
        f"{CI}:8",
    ]
    assert local["formatting-enforced"].answer is Answer.NO
    assert ".pre-commit-config.yaml:2" in spots(local["formatting-enforced"], counting=False)


def test_tests_that_a_comment_starts_do_not_try_the_change(tmp_path: Path) -> None:
    text = (
        "name: Tests\non:\n  issue_comment:\njobs:\n  t:\n    environment: production\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - continue-on-error: true\n        run: npm test\n"
    )
    files = {CI: text, "package.json": json.dumps({"scripts": {"test": "jest"}}), "src/a.ts": ""}
    facts = _facts(tmp_path, files)
    fact = facts["tests-on-pull-requests"]

    assert fact.answer is Answer.NO
    assert spots(fact) == ["package.json:1", f"{CI}:10", f"{CI}:3", f"{CI}:9"]
    assert "a comment" in fact.statement
    assert facts["deployment-gated"].answer is Answer.UNKNOWN, "an environment's name alone deploys nothing"


@pytest.mark.parametrize(
    ("on", "tests", "formatting"),
    [
        ("  push: {branches: [main]}\n", Answer.NO, Answer.PARTIAL),
        ("  push: {branches: [main, 'feature/**']}\n", Answer.PARTIAL, Answer.PARTIAL),
        ("  push:\n", Answer.PARTIAL, Answer.PARTIAL),
        ("  schedule: [{cron: '0 0 * * *'}]\n", Answer.NO, Answer.NO),
        ("  workflow_dispatch:\n", Answer.NO, Answer.NO),
        ("  pull_request: {types: [labeled]}\n", Answer.NO, Answer.NO),
        ("  pull_request_target:\n", Answer.NO, Answer.NO),
        ("  merge_group:\n", Answer.YES, Answer.YES),
    ],
)
def test_the_event_decides(tmp_path: Path, on: str, tests: Answer, formatting: Answer) -> None:
    facts = _facts(tmp_path, {CI: _workflow("pytest", "black --check .", on=on)})

    assert facts["tests-on-pull-requests"].answer is tests
    assert facts["formatting-enforced"].answer is formatting


def test_a_condition_that_only_runs_for_some_changes_makes_it_less_sure(tmp_path: Path) -> None:
    on = "  pull_request: {paths: ['src/**']}\n"
    fact = _facts(tmp_path, {CI: _workflow("pytest", on=on)})["tests-on-pull-requests"]

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.MODERATE)
    assert "certain paths" in fact.statement


@pytest.mark.parametrize(
    ("run", "answer"),
    [
        ("bundle exec rake", Answer.YES),
        ("bundle exec rake db:setup", Answer.NO),
        ("mvn -B verify", Answer.YES),
        ("mvn -B package -DskipTests", Answer.NO),
        ("./gradlew clean check", Answer.YES),
        ("cargo +nightly test --all", Answer.YES),
        ("go build ./...", Answer.NO),
        ("pytest --collect-only", Answer.NO),
        ("npm ci", Answer.NO),
        ("nx affected -t test", Answer.NO),
        ("docker compose run --rm web pytest", Answer.YES),
    ],
)
def test_what_tests_are(tmp_path: Path, run: str, answer: Answer) -> None:
    assert _facts(tmp_path, {CI: _workflow(run)})["tests-on-pull-requests"].answer is answer


def test_documents_that_are_left_out_do_not_make_a_check_narrow(tmp_path: Path) -> None:
    on = "  pull_request: {paths-ignore: ['**.md']}\n"
    fact = _facts(tmp_path, {CI: _workflow("pytest", on=on)})["tests-on-pull-requests"]

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.HIGH)


def test_the_paths_that_limit_a_check_are_shown(tmp_path: Path) -> None:
    on = "  pull_request:\n    paths:\n      - 'src/**'\n      - '!docs/**'\n"
    fact = _facts(tmp_path, {CI: _workflow("pytest", on=on)})["tests-on-pull-requests"]

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.MODERATE)
    assert "only where certain paths change" in fact.statement
    assert spots(fact) == [f"{CI}:10", f"{CI}:2", f"{CI}:3", f"{CI}:4", f"{CI}:5"]


CARGO = ".cargo/config.toml"
ALIAS = '[build]\njobs = 2\n[alias]\n# lint = "fmt"\nlint = ["clippy", "--all", "--", "-D", "warnings"]\nfmt = "test"\n'


def test_an_alias_of_cargo_is_followed(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {CI: _workflow("cargo +stable lint"), CARGO: ALIAS, "main.rs": "fn main() {}\n"})

    fact = facts["linting-enforced"]
    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.HIGH)
    assert spots(fact)[:2] == [f"{CARGO}:5", f"{CI}:8"]
    assert facts["tests-on-pull-requests"].answer is Answer.NO


@pytest.mark.parametrize(
    ("run", "linting", "confidence"),
    [
        ("cargo clippy -- -D warnings", Answer.YES, Confidence.HIGH),
        ("cargo clippy --all-targets", Answer.YES, Confidence.MODERATE),
        ("cargo clippy --version", Answer.NO, Confidence.HIGH),
        ("cargo fmt --check", Answer.NO, Confidence.HIGH),  # no alias stands for a command of Cargo's own
        ("cargo unknown", Answer.NO, Confidence.HIGH),
    ],
)
def test_clippy_fails_on_warnings_where_it_is_told_to(
    tmp_path: Path, run: str, linting: Answer, confidence: Confidence
) -> None:
    files = {CI: _workflow(run), CARGO: '[alias]\nfmt = "clippy -- -D warnings"\n', "main.rs": "fn main() {}\n"}
    fact = _facts(tmp_path, files)["linting-enforced"]

    assert (fact.answer, fact.confidence) == (linting, confidence)


def test_tasks_of_cargo_make_are_followed(tmp_path: Path) -> None:
    made = "[tasks.ci]\ndependencies = ['unit']\n[tasks.unit]\ncommand = 'cargo'\nargs = ['test', '--all']\n"
    made += "[tasks.lint]\nscript = 'cargo clippy -- -D warnings'\n"
    facts = _facts(tmp_path, {CI: _workflow("cargo make ci"), "Makefile.toml": made, "main.rs": "fn main() {}\n"})

    assert facts["tests-on-pull-requests"].answer is Answer.YES
    assert spots(facts["tests-on-pull-requests"])[0] == "Makefile.toml:4"
    assert facts["linting-enforced"].answer is Answer.NO


MAKEFILE = (
    "all: build\n\nsmoke-test: build\n\tpython3 -m app in.txt\n\tpython3 -m app --list\nbuild:\n\tpip install .\n"
)
APP = {"app/__main__.py": "print(1)\n"}


def test_a_target_that_is_called_a_test_is_a_part(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {CI: _workflow("make smoke-test"), "Makefile": MAKEFILE} | APP)["tests-on-pull-requests"]

    assert (fact.answer, fact.confidence) == (Answer.PARTIAL, Confidence.MODERATE)
    assert "smoke-test" in fact.statement
    assert "exit code" in fact.statement
    assert spots(fact) == ["Makefile:4", f"{CI}:8", f"{CI}:2", f"{CI}:3", "Makefile:3", "Makefile:5"]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("name: Run separation test\n        run: python -m app in.txt", Answer.PARTIAL),
        ("run: ./scripts/test.sh", Answer.PARTIAL),
        ("run: cargo xtask test", Answer.PARTIAL),
        ("run: python -m app in.txt", Answer.NO),
        ("name: Install test dependencies\n        run: python -m app in.txt", Answer.NO),
        ("name: Test\n        run: pip install .", Answer.NO),
        ("name: Test\n        run: ruff check .", Answer.NO),
        ("name: Test\n        run: python -m app in.txt || true", Answer.NO),
        ("name: Look at the latest\n        run: python -m app in.txt", Answer.NO),
        ("name: Test\n        run: docker build .", Answer.NO),
    ],
)
def test_a_name_alone_makes_no_test_of_what_prepares_or_checks_something_else(
    tmp_path: Path, step: str, answer: Answer
) -> None:
    text = f"on:\n  pull_request:\njobs:\n  check:\n    steps:\n      - {step}\n"
    files = {CI: text, "scripts/test.sh": "#!/bin/sh\n./app --all\n"} | APP
    assert _facts(tmp_path, files)["tests-on-pull-requests"].answer is answer


def test_a_job_that_is_called_a_test_counts_only_with_a_program_of_the_tree(tmp_path: Path) -> None:
    text = "on:\n  pull_request:\njobs:\n  test:\n    steps:\n      - run: {}\n"
    own = _facts(tmp_path / "own", {CI: text.format("python app/__main__.py")} | APP)["tests-on-pull-requests"]
    other = _facts(tmp_path / "other", {CI: text.format("some-program")} | APP)["tests-on-pull-requests"]

    assert (own.answer, other.answer) == (Answer.PARTIAL, Answer.NO)
    assert f"{CI}:4" in spots(own)


def test_tests_by_name_that_only_run_after_the_merge_are_none(tmp_path: Path) -> None:
    text = _workflow("make smoke-test", on="  push: {branches: [main]}\n")
    assert _facts(tmp_path, {CI: text, "Makefile": MAKEFILE} | APP)["tests-on-pull-requests"].answer is Answer.NO


def test_settings_that_no_workflow_uses_are_shown_and_do_not_count(tmp_path: Path) -> None:
    files = {
        "setup.cfg": "[flake8]\nmax-line-length = 100\n\n[yapf]\ncolumn_limit = 100\n",
        "mypy.ini": "[mypy]\n",
        "CONTRIBUTING.md": "# Help\n\nFormat with black and run pytest.\n",
        "tests/test_app.py": "def test(): pass\n",
        CI: _workflow("ls"),
    }
    facts = _facts(tmp_path, files)

    for key, places in (
        ("formatting-enforced", ["setup.cfg:4", "CONTRIBUTING.md:3"]),
        ("linting-enforced", ["setup.cfg:1"]),
        ("types-enforced", ["mypy.ini"]),
        ("tests-on-pull-requests", ["tests/test_app.py", "CONTRIBUTING.md:3"]),
    ):
        assert facts[key].answer is Answer.NO, key
        assert spots(facts[key], counting=False) == places, key
        assert spots(facts[key]) == [], key


def test_a_compiler_checks_types_where_the_code_is_compiled(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"main.go": "package main\n", CI: _workflow("go test ./...")}, "ci-gates")

    assert facts["ci-gates/types-enforced"].answer is Answer.NOT_APPLICABLE
    assert facts["ci-gates/tests-on-pull-requests"].answer is Answer.YES


@pytest.mark.parametrize(
    ("run", "on", "answer"),
    [
        ("npx promptfoo eval", "  pull_request:\n", Answer.YES),
        ("inspect eval task.py", "  schedule: [{cron: '0 0 * * *'}]\n", Answer.YES),
        ("deepeval test run tests", "  workflow_dispatch:\n", Answer.PARTIAL),
        ("python evals/run.py", "  pull_request:\n", Answer.UNKNOWN),
        ('eval "$(ssh-agent)"', "  pull_request:\n", Answer.NO),
        ("yq eval '.leads[]' src/app.py", "  pull_request:\n", Answer.NO),
        ("pip install evaluate", "  pull_request:\n", Answer.NO),
        ("pytest tests/test_retrieval.py", "  pull_request:\n", Answer.NO),
    ],
)
def test_evaluations(tmp_path: Path, run: str, on: str, answer: Answer) -> None:
    fact = _facts(tmp_path, {CI: _workflow(run, on=on)})["evaluations-in-ci"]

    assert fact.answer is answer
    assert (f"{CI}:7" in spots(fact)) is (answer is not Answer.NO)


MEASURING = "from sklearn.metrics import f1_score\nprint(f1_score([1], [1]))\n"


@pytest.mark.parametrize(
    ("program", "on", "answer"),
    [
        (MEASURING, "  pull_request:\n", Answer.YES),
        (MEASURING, "  workflow_dispatch:\n", Answer.PARTIAL),
        ("def run():\n    accuracy = right / total\n", "  schedule: [{cron: '0 0 * * *'}]\n", Answer.YES),
        ("# accuracy = right / total\nprint('accuracy = 1')\n", "  pull_request:\n", Answer.UNKNOWN),
        ("print('done')\n", "  pull_request:\n", Answer.UNKNOWN),
    ],
)
def test_an_evaluation_of_its_own_counts_where_it_is_seen_to_measure(
    tmp_path: Path, program: str, on: str, answer: Answer
) -> None:
    files = {CI: _workflow("python scripts/evaluate.py", on=on), "scripts/evaluate.py": program}
    fact = _facts(tmp_path, files)["evaluations-in-ci"]

    assert fact.answer is answer
    assert any(spot.startswith("scripts/evaluate.py:") for spot in spots(fact)) is (answer is not Answer.UNKNOWN)


def test_a_target_named_evaluation_is_not_taken_for_one(tmp_path: Path) -> None:
    files = {CI: _workflow("make test_eval"), "Makefile": "test_eval:\n\tpython -m app in.txt\n"} | APP
    fact = _facts(tmp_path, files)["evaluations-in-ci"]

    assert fact.answer is Answer.UNKNOWN
    assert "cannot be told" in fact.statement
    assert {"Makefile:1", "Makefile:2", f"{CI}:8"} <= set(spots(fact))


@pytest.mark.parametrize(
    ("name", "run", "answer"),
    [
        ("app", "garak --model_type openai", Answer.YES),
        ("garak", "garak --model_type test", Answer.NO),  # a tool that tries itself measures no model
        ("app", "garak --list_probes", Answer.NO),
    ],
)
def test_a_tool_that_tries_itself_is_no_evaluation(tmp_path: Path, name: str, run: str, answer: Answer) -> None:
    files = {CI: _workflow(run), "pyproject.toml": f'[project]\nname = "{name}"\n'}
    fact = _facts(tmp_path, files)["evaluations-in-ci"]

    assert fact.answer is answer
    assert (f"{CI}:8" in spots(fact)) is (answer is Answer.YES)


def test_an_evaluation_that_no_workflow_runs_is_shown_and_does_not_count(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {CI: _workflow("ls"), "tools/measure.py": MEASURING})["evaluations-in-ci"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["tools/measure.py:1"]
    assert spots(fact) == []


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
    fact = _facts(tmp_path, files)["required-checks"]

    assert fact.answer is Answer.VALUE
    assert set(fact.values["checks"]) == {"build", "unit", "lint"}
    assert ".github/settings.yml:6" in spots(fact)


def test_an_example_of_settings_and_a_gathering_job_demand_nothing(tmp_path: Path) -> None:
    text = _workflow("pytest") + "  ci-required:\n    needs: [check, other]\n    steps: []\n"
    settings = "branches:\n  - name: main\n    protection: {required_status_checks: {contexts: [build]}}\n"
    fact = _facts(tmp_path, {CI: text, "docs/settings.yml": settings})["required-checks"]

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
    fact = _facts(tmp_path, {".github/workflows/deploy.yml": DEPLOY})["deployment-gated"]

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
    text = _workflow(run, on=on, job=job).replace("  check:", "  ship:")

    assert _facts(tmp_path, {CI: text})["deployment-gated"].answer is answer


def test_a_workflow_called_for_production_on_a_release(tmp_path: Path) -> None:
    caller = (
        "on:\n  push: {branches: [main]}\n  release:\njobs:\n"
        "  staging:\n    if: github.event_name == 'push'\n    uses: org/infra/.github/workflows/deploy.yml@main\n"
        "    with: {environment: staging}\n"
        "  prod:\n    if: github.event_name == 'release'\n    uses: org/infra/.github/workflows/deploy.yml@main\n"
        "    with: {environment: prod}\n"
    )
    fact = _facts(tmp_path, {CI: caller})["deployment-gated"]

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
    fact = _facts(tmp_path, {CI: head + _workflow("pytest")})["token-permissions"]

    assert fact.answer is answer
    assert spots(fact) == places


def test_each_right_to_write_of_a_job_is_shown(tmp_path: Path) -> None:
    job = "    permissions:\n      contents: read\n      packages: write\n      id-token: write\n"
    fact = _facts(tmp_path, {CI: _workflow("pytest", job=job)})["token-permissions"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"{CI}:9", f"{CI}:8"]


def test_a_right_to_write_that_every_job_has(tmp_path: Path) -> None:
    text = "permissions:\n  contents: write\n" + _workflow("pytest") + "  other:\n    steps: []\n"
    fact = _facts(tmp_path, {CI: text})["token-permissions"]

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


def test_a_hosted_service_may_run_hooks_and_is_no_workflow(tmp_path: Path) -> None:
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
