"""Commands, steps and jobs that a pipeline names and certainly never runs; each beside its like that is run."""

from pathlib import Path

import pytest

from support.pipelines import job, read, said, told, workflow
from tieout.syntax.pipelines.expressions import holds, never_holds
from tieout.syntax.pipelines.shell import ShellText, commands_of


def run_by(text: str) -> list[tuple[str, bool]]:
    """Programs that a step's text runs, and whether a failure is ignored."""
    found = commands_of(ShellText("step.sh", text.split("\n"), 1, alone=True))
    return [(one.words[0], bool(one.softs)) for one in found if one.words[0] in {"pytest", "ruff"}]


@pytest.mark.parametrize(
    "text",
    [
        "exit 0\npytest",
        "true && exit 0\npytest",
        "{ exit 0; }\npytest",
        "if true; then exit 0; fi\npytest",
        "if check; then exit 0; else exit 1; fi\npytest",
        "exec tail log\npytest",
        "set -n\npytest",
        "if false; then pytest; fi",
        "if ! true; then pytest; fi",
        "false && pytest",
        "true || pytest",
        "t() { pytest; }",
        "function t { pytest; }",
        "t () {\n  pytest\n}\nother",
        "t() { return 0; pytest; }\nt",
        "t() { exit 0; }\nt\npytest",
        "for x in a b; do\n  continue\n  pytest\ndone",
        "pytest() { echo fine; }; pytest",
        "shopt -s expand_aliases\nalias pytest=true\npytest",
        "while false; do pytest; done",
        "until true; do pytest; done",
        "for i in; do pytest; done",
        "if [ 1 = 2 ]; then pytest; fi",
        'test -n "" && pytest',
        "[[ 1 -eq 2 ]] && pytest",
    ],
)
def test_what_is_certainly_never_run_is_no_command(text: str) -> None:
    assert run_by(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "if check; then exit 0; fi\npytest",
        "check && exit 0\npytest",
        "(exit 0)\npytest",
        "exit 0 &\npytest",
        "case $x in\n  a) exit 0 ;;\n  *) pytest ;;\nesac",
        "while check; do exit 1; done\npytest",
        "while check; do break; done\npytest",
        "exec > >(tee log) 2>&1\npytest",
        "for i in a; do pytest; done",
        "for i; do pytest; done",
        "while true; do pytest; done",
        'if [ "$x" = 2 ]; then pytest; fi',
        "if [[ 1 < 2 ]]; then pytest; fi",
        "if [ a.py = *.py ]; then pytest; fi",
        "! pytest && exit 1",
        "if ! pytest; then exit 1; fi",
        "! ! pytest",
        "set -eu -- -n\npytest",
        "if true; then pytest; fi",
        "if false; then x; else pytest; fi",
        "false || pytest",
        "true && pytest",
        "t() { pytest; }\nt",
        "t() { pytest; }\nexport -f t\nls | xargs -I{} bash -c 't {}'",
        't() { pytest; }\n"$1"',
        "t() { u; }\nu() { pytest; }\nt",
        't() { "$@"; }\nt pytest -q',
        't() { for x in 1 2; do if "$@"; then return 0; fi; done; return 1; }\nt pytest',
        "alias pytest='pytest -q'\npytest",
        "trap 'rm -f log; exit' EXIT\npytest",
        "trap 'exit 0' EXIT\ntrap - EXIT\npytest",
        "try {\n  x\n} catch {\n  exit 1\n}\npytest",
        "foreach ($x in $y) {\n  exit 1\n}\npytest",
    ],
)
def test_what_may_be_run_stays_a_command_whose_failure_counts(text: str) -> None:
    assert run_by(text) == [("pytest", False)]


@pytest.mark.parametrize(
    "text",
    [
        "trap 'exit 0' EXIT; pytest",
        "trap 'rm -f log; exit 0' ERR\npytest",
        "t() { rm -f log; exit 0; }\ntrap t EXIT\npytest",
        "t() { pytest; }\nt || true",
        't() { if "$@"; then return 0; fi; }\nt pytest',
    ],
)
def test_a_trap_or_a_call_that_hides_a_failure_makes_it_ignored(text: str) -> None:
    assert run_by(text) == [("pytest", True)]


def test_functions_that_call_each_other_many_times_come_to_an_end() -> None:
    text = "\n".join(f"f{at}() {{ f{at + 1} a$1; f{at + 1} b$1; f{at} $@; }}" for at in range(60))
    assert run_by(f"{text}\nf60() {{ pytest; }}\nf0 x") == [("pytest", False)]


def commands(tmp_path: Path, step: str, files: dict[str, str] | None = None) -> list[str]:
    found = read(tmp_path, workflow(f"a: {{steps: [{step}, {{run: make build}}]}}", **files or {}))
    return [word for one in job(found, "a", "steps") for word in one.get("commands", [])]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ('{run: "exit 0\\npytest"}', []),
        ("{run: pytest, shell: 'bash -n {0}'}", []),
        ("{run: pytest, shell: 'bash -o noexec {0}'}", []),
        ("{run: pytest, shell: 'bash --norc -eo pipefail {0}'}", ["pytest"]),
        ("{run: pytest, shell: 'pwsh -command {0}'}", ["pytest"]),
        ("{run: pytest --collect-only -q}", []),
        ("{run: python -m pytest --version}", []),
        ("{run: make -n test}", []),
        ("{run: pytest -q tests}", ["pytest"]),
    ],
)
def test_a_step_names_only_the_programs_that_it_runs(tmp_path: Path, step: str, expected: list[str]) -> None:
    assert commands(tmp_path, step) == [*expected, "make build"]


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ("!always()", True),
        ("success() && failure()", True),
        ("failure()", False),
        ("!cancelled()", False),
        ("x", False),
    ],
)
def test_a_condition_may_rule_out_every_ending(condition: str, never: bool) -> None:
    assert never_holds(condition, {}) is never


def test_a_condition_of_status_is_judged_by_the_status() -> None:
    assert holds("failure()", {}) is False
    assert holds("failure()", {}, {"failure": True}) is True


def test_jobs_that_no_run_gets_to_are_told(tmp_path: Path) -> None:
    body = (
        'a: {if: "!always()", steps: [{run: pytest}]}\n'
        "b: {strategy: {matrix: {x: []}}, steps: [{run: pytest}]}\n"
        "c: {needs: b, steps: [{run: pytest}]}\n"
        "d: {strategy: {matrix: {x: [1]}}, steps: [{run: pytest}]}\n"
        'e: {if: "always()", steps: [{run: pytest}]}\n'
        "f: {strategy: {matrix: {x: \"${{ fromJSON('[]') }}\"}}, steps: [{run: pytest}]}\n"
        "g: {strategy: {matrix: {x: \"${{ fromJSON('[1]') }}\"}}, steps: [{run: pytest}]}\n"
    )
    found = read(tmp_path, workflow(body))
    assert [one["id"] for item in found.result.items for one in item.facts["jobs"]] == ["d", "e", "g"]
    notes = {line: reason for line, reason in [*told(found, "not-counted")] if "never run" in reason}
    assert [sorted(notes)[:3], len(notes)] == [[3, 4, 5], 4]


@pytest.mark.parametrize(
    ("event", "starts"),
    [
        ("push: {branches-ignore: ['**']}", False),
        ("push: {branches-ignore: ['*', '**/*']}", False),
        ("push: {branches-ignore: ['*']}", True),
        ("push: {branches: ['**', '!*', '!**/*']}", False),
        ("push: {branches: ['!main']}", False),
        ("push: {branches: [main, '!**']}", False),
        ("push: {paths: ['!src/**']}", False),
        ("pull_request: {branches: ['!main']}", False),
        ("schedule: []", False),
        ("push: {branches: ['!**', main]}", True),
        ("push: {branches-ignore: ['**'], tags: ['v*']}", True),
        ("push: {branches: ['**', '!main']}", True),
        ("push: {branches-ignore: [main]}", True),
        ("push: {paths-ignore: ['docs/**']}", True),
        ("schedule: [{cron: '0 4 * * 1'}]", True),
    ],
)
def test_an_event_that_its_own_filters_rule_out_starts_nothing(tmp_path: Path, event: str, starts: bool) -> None:
    name = event.partition(":")[0]
    found = read(tmp_path, workflow("a: {steps: [{run: pytest}]}", on=f"{{workflow_dispatch: , {event}}}"))
    assert (name in job(found, "a", "events")) is starts
    assert (name in [one["event"] for one in found.result.items[0].facts["triggers"]]) is starts
    assert (f"'{name}' starts nothing" in said(found, "not-counted")) is not starts


def test_a_workflow_whose_events_start_nothing_gives_no_jobs(tmp_path: Path) -> None:
    found = read(tmp_path, workflow("a: {steps: [{run: pytest}]}", on="{push: {branches: ['!main']}}"))
    assert not found.result.items
    assert "is never started" in said(found, "not-counted")


@pytest.mark.parametrize("text", ["! pytest", "! pytest || exit 1", "! { pytest; }", "cd x && ! pytest -q"])
def test_a_result_turned_round_lets_a_failure_pass(text: str) -> None:
    assert run_by(text) == [("pytest", True)]


@pytest.mark.parametrize(
    ("shell", "runs"), [("true {0}", False), ("cat {0}", False), ("nix develop -c bash {0}", True)]
)
def test_a_shell_that_is_none_runs_nothing(tmp_path: Path, shell: str, runs: bool) -> None:
    found = read(tmp_path, workflow(f'a: {{steps: [{{run: pytest, shell: "{shell}"}}, {{run: other}}]}}'))
    assert ("pytest" in [one for step in job(found, "a", "steps") for one in step.get("commands", ())]) is runs


@pytest.mark.parametrize(
    ("command", "listed", "ignored"),
    [
        ("PYTEST_ADDOPTS=--collect-only pytest", [], []),
        ("PYTEST_ADDOPTS=-q pytest", ["pytest"], []),
        ("go test -run XXX ./...", [], []),
        ("go test -run TestA ./...", ["go test"], []),
        ("mvn -DskipTests verify", [], []),
        ("mvn -DskipTests deploy", ["mvn"], []),
        ("gradle check -x test", [], []),
        ("gradle check -x lint", ["gradle check"], []),
        ("ruff check --exit-zero .", ["ruff check"], ["ruff check"]),
        ("ruff check .", ["ruff check"], []),
        ("bandit -r . --exit-zero", ["bandit"], ["bandit"]),
        ("trivy fs --exit-code 0 .", ["trivy fs"], ["trivy fs"]),
        ("trivy fs --exit-code=1 .", ["trivy fs"], []),
    ],
)
def test_arguments_that_keep_a_tool_from_testing_or_failing(
    tmp_path: Path, command: str, listed: list[str], ignored: list[str]
) -> None:
    step = job(read(tmp_path, workflow(f"a: {{steps: [{{run: '{command}'}}]}}")), "a", "steps")[0]
    assert (step.get("commands", []), step.get("ignored", [])) == (listed, ignored)


def test_the_lines_of_a_gitlab_job_are_one_shell(tmp_path: Path) -> None:
    text = (
        "a:\n  script:\n    - make build\n    - exit 0\n    - pytest\nb:\n  script:\n    - make build\n    - pytest\n"
    )
    found = read(tmp_path, {".gitlab-ci.yml": text})
    assert job(found, "a", "steps")[0]["commands"] == ["make build"]
    assert job(found, "b", "steps")[0]["commands"] == ["make build", "pytest"]
