"""CI gates: what counts as one, and what only looks like it."""

import json
from pathlib import Path

import pytest

from support.ci_gates import CI, gates, workflow
from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence


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
    fact = gates(tmp_path, {})["tests-on-pull-requests"]

    assert fact.answer is Answer.NO
    assert "No continuous integration" in fact.statement


def test_continuous_integration_of_another_kind_is_not_guessed(tmp_path: Path) -> None:
    facts = gates(tmp_path, {"Jenkinsfile": "stage('test') { sh 'pytest' }\n"})

    assert facts["tests-on-pull-requests"].answer is Answer.UNKNOWN
    assert "Jenkins" in facts["tests-on-pull-requests"].statement
    assert spots(facts["tests-on-pull-requests"]) == ["Jenkinsfile"]


def test_checks_that_hold_a_change_back(tmp_path: Path) -> None:
    facts = gates(tmp_path, {CI: workflow("pytest", "ruff format --check .", "ruff check .", "mypy src")})

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
    fact = gates(tmp_path, {CI: workflow(run)})[key]

    assert fact.answer is Answer.NO
    assert "cannot fail" in fact.statement
    assert spots(fact)[0] == f"{CI}:8"


@pytest.mark.parametrize("job", ["    continue-on-error: true\n", "    if: false\n"])
def test_a_job_that_counts_for_nothing(tmp_path: Path, job: str) -> None:
    assert gates(tmp_path, {CI: workflow("pytest", job=job)})["tests-on-pull-requests"].answer is Answer.NO


def test_a_formatter_that_rewrites_is_a_gate_where_changes_fail_the_job(tmp_path: Path) -> None:
    fact = gates(tmp_path, {CI: workflow("ruff format", "git diff --exit-code")})["formatting-enforced"]

    assert fact.answer is Answer.YES
    assert f"{CI}:9" in spots(fact)


def test_hooks_that_continuous_integration_runs_are_gates_and_others_are_not(tmp_path: Path) -> None:
    hooks = "repos:\n- repo: https://github.com/psf/black\n  rev: v1\n  hooks:\n  - id: black\n"
    run = gates(tmp_path / "a", {CI: workflow("pre-commit run -a"), ".pre-commit-config.yaml": hooks})
    local = gates(tmp_path / "b", {CI: workflow("pytest"), ".pre-commit-config.yaml": hooks})

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
    facts = gates(tmp_path, files)
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
    facts = gates(tmp_path, {CI: workflow("pytest", "black --check .", on=on)})

    assert facts["tests-on-pull-requests"].answer is tests
    assert facts["formatting-enforced"].answer is formatting


def test_a_condition_that_only_runs_for_some_changes_makes_it_less_sure(tmp_path: Path) -> None:
    on = "  pull_request: {paths: ['src/**']}\n"
    fact = gates(tmp_path, {CI: workflow("pytest", on=on)})["tests-on-pull-requests"]

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
    assert gates(tmp_path, {CI: workflow(run)})["tests-on-pull-requests"].answer is answer


def test_documents_that_are_left_out_do_not_make_a_check_narrow(tmp_path: Path) -> None:
    on = "  pull_request: {paths-ignore: ['**.md']}\n"
    fact = gates(tmp_path, {CI: workflow("pytest", on=on)})["tests-on-pull-requests"]

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.HIGH)


def test_the_paths_that_limit_a_check_are_shown(tmp_path: Path) -> None:
    on = "  pull_request:\n    paths:\n      - 'src/**'\n      - '!docs/**'\n"
    fact = gates(tmp_path, {CI: workflow("pytest", on=on)})["tests-on-pull-requests"]

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.MODERATE)
    assert "only where certain paths change" in fact.statement
    assert spots(fact) == [f"{CI}:10", f"{CI}:2", f"{CI}:3", f"{CI}:4", f"{CI}:5"]


CARGO = ".cargo/config.toml"
ALIAS = '[build]\njobs = 2\n[alias]\n# lint = "fmt"\nlint = ["clippy", "--all", "--", "-D", "warnings"]\nfmt = "test"\n'


def test_an_alias_of_cargo_is_followed(tmp_path: Path) -> None:
    facts = gates(tmp_path, {CI: workflow("cargo +stable lint"), CARGO: ALIAS, "main.rs": "fn main() {}\n"})

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
    files = {CI: workflow(run), CARGO: '[alias]\nfmt = "clippy -- -D warnings"\n', "main.rs": "fn main() {}\n"}
    fact = gates(tmp_path, files)["linting-enforced"]

    assert (fact.answer, fact.confidence) == (linting, confidence)


def test_tasks_of_cargo_make_are_followed(tmp_path: Path) -> None:
    made = "[tasks.ci]\ndependencies = ['unit']\n[tasks.unit]\ncommand = 'cargo'\nargs = ['test', '--all']\n"
    made += "[tasks.lint]\nscript = 'cargo clippy -- -D warnings'\n"
    facts = gates(tmp_path, {CI: workflow("cargo make ci"), "Makefile.toml": made, "main.rs": "fn main() {}\n"})

    assert facts["tests-on-pull-requests"].answer is Answer.YES
    assert spots(facts["tests-on-pull-requests"])[0] == "Makefile.toml:4"
    assert facts["linting-enforced"].answer is Answer.NO


MAKEFILE = (
    "all: build\n\nsmoke-test: build\n\tpython3 -m app in.txt\n\tpython3 -m app --list\nbuild:\n\tpip install .\n"
)
APP = {"app/__main__.py": "print(1)\n"}


def test_a_target_that_is_called_a_test_is_a_part(tmp_path: Path) -> None:
    fact = gates(tmp_path, {CI: workflow("make smoke-test"), "Makefile": MAKEFILE} | APP)["tests-on-pull-requests"]

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
    assert gates(tmp_path, files)["tests-on-pull-requests"].answer is answer


def test_a_job_that_is_called_a_test_counts_only_with_a_program_of_the_tree(tmp_path: Path) -> None:
    text = "on:\n  pull_request:\njobs:\n  test:\n    steps:\n      - run: {}\n"
    own = gates(tmp_path / "own", {CI: text.format("python app/__main__.py")} | APP)["tests-on-pull-requests"]
    other = gates(tmp_path / "other", {CI: text.format("some-program")} | APP)["tests-on-pull-requests"]

    assert (own.answer, other.answer) == (Answer.PARTIAL, Answer.NO)
    assert f"{CI}:4" in spots(own)


def test_tests_by_name_that_only_run_after_the_merge_are_none(tmp_path: Path) -> None:
    text = workflow("make smoke-test", on="  push: {branches: [main]}\n")
    assert gates(tmp_path, {CI: text, "Makefile": MAKEFILE} | APP)["tests-on-pull-requests"].answer is Answer.NO


def test_settings_that_no_workflow_uses_are_shown_and_do_not_count(tmp_path: Path) -> None:
    files = {
        "setup.cfg": "[flake8]\nmax-line-length = 100\n\n[yapf]\ncolumn_limit = 100\n",
        "mypy.ini": "[mypy]\n",
        "CONTRIBUTING.md": "# Help\n\nFormat with black and run pytest.\n",
        "tests/test_app.py": "def test(): pass\n",
        CI: workflow("ls"),
    }
    facts = gates(tmp_path, files)

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
    facts = inspected(tmp_path, {"main.go": "package main\n", CI: workflow("go test ./...")}, "ci-gates")

    assert facts["ci-gates/types-enforced"].answer is Answer.NOT_APPLICABLE
    assert facts["ci-gates/tests-on-pull-requests"].answer is Answer.YES
