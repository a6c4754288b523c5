"""What continuous integration runs: followed calls, events, conditions, and what keeps a failure from counting."""

from pathlib import Path

import pytest

from support.git_repositories import Repository as Made
from tieout.inspection.reading.ci import ci
from tieout.inspection.repository import Repository
from tieout.kernel.git.quarantine import Quarantine
from tieout.syntax.pipelines.model import Run


def runs_of(folder: Path, files: dict[str, str]) -> tuple[Run, ...]:
    made = Made(folder)
    made.commit("one", files)
    with Quarantine.open(made.folder, uri="made") as quarantine:
        return ci(Repository(quarantine, quarantine.resolve(""))).runs


def one(runs: tuple[Run, ...], program: str) -> Run:
    found = [run for run in runs if run.words[0] == program or (run.what == "hook" and run.words[1] == program)]
    assert len(found) == 1, [run.words for run in runs]
    return found[0]


def way(run: Run) -> list[str]:
    return [f"{spot.path}:{spot.line}" for spot in (run.spot, *run.via)]


WORKFLOW = """\
on:
  pull_request:
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: {run}
"""


def workflow(run: str) -> dict[str, str]:
    return {".github/workflows/ci.yml": WORKFLOW.format(run=run)}


TOX = "[testenv]\ncommands =\n    pytest {posargs}\n[testenv:docs]\ncommands = mkdocs\n"
NOX = 'def lint(session):\n    session.run("ruff")\ndef unit(session):\n    session.run("pytest")\n'
FOLLOWED = [
    ("make test", {"Makefile": "PYTEST := uv run pytest\n\ntest: deps\n\t$(PYTEST) -q\ndeps:\n\tls\n"}, "Makefile:4"),
    ("make -C sub test", {"sub/Makefile": "test:\n\t@pytest\n"}, "sub/Makefile:2"),
    ("make check-all", {"Makefile": "include mk/*.mk\n", "mk/check.mk": "check-%:\n\tpytest $*\n"}, "mk/check.mk:2"),
    ("npm test", {"package.json": '{\n  "scripts": {\n    "test": "pytest"\n  }\n}\n'}, "package.json:3"),
    ("yarn check", {"package.json": '{"scripts": {\n "check": "yarn inner",\n "inner": "pytest"}}'}, "package.json:3"),
    (
        "pnpm --filter @x/web run test",
        {"web/package.json": '{"name": "@x/web",\n"scripts": {"test": "pytest"}}'},
        "web/package.json:2",
    ),
    ("cd web && npm run test:unit", {"web/package.json": '{"scripts": {"test:unit": "pytest"}}'}, "web/package.json:1"),
    ("tox -e py", {"tox.ini": TOX}, "tox.ini:3"),
    ("nox -s unit", {"noxfile.py": NOX}, "noxfile.py:4"),
    ("just test", {"justfile": "test: build\n    pytest\n\nbuild:\n    ls\n"}, "justfile:2"),
    ("task test", {"Taskfile.yml": "tasks:\n  test:\n    cmds:\n      - pytest\n"}, "Taskfile.yml:4"),
    ("poe test", {"pyproject.toml": '[tool.poe.tasks]\ntest = "pytest -q"\n'}, "pyproject.toml:2"),
    ("./scripts/test.sh", {"scripts/test.sh": "#!/bin/sh\nset -e\npytest\n"}, "scripts/test.sh:3"),
    ("bash -c 'pytest'", {}, ".github/workflows/ci.yml:8"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "files", "place"), FOLLOWED)
def test_a_command_is_followed_to_what_it_really_runs(tmp_path, run, files, place):
    found = one(runs_of(tmp_path, workflow(run) | files), "pytest")
    assert way(found)[0] == place
    assert way(found)[-1] == ".github/workflows/ci.yml:8"
    assert found.on_proposals
    assert not found.ignored


def test_a_target_that_calls_itself_comes_to_an_end(tmp_path):
    files = workflow("make a") | {"Makefile": "a: b\n\tmake a\nb: a\n\tpytest\n"}
    runs = runs_of(tmp_path, files)
    assert {run.spot.line for run in runs if run.words[0] == "pytest"} == {4}
    assert len(runs) < 10


def test_a_recipe_that_make_ignores(tmp_path):
    files = workflow("make test") | {"Makefile": "test:\n\t-pytest\n\tflake8 || true\n\tmypy\n"}
    runs = runs_of(tmp_path, files)
    assert one(runs, "pytest").ignored
    assert one(runs, "flake8").ignored
    assert not one(runs, "mypy").ignored


def test_a_script_without_errexit_counts_only_with_its_last_command(tmp_path):
    files = workflow("./lint.sh") | {"lint.sh": "#!/bin/bash\nflake8\nblack --check .\n"}
    runs = runs_of(tmp_path, files)
    assert one(runs, "flake8").ignored
    assert not one(runs, "black").ignored


HOOKS = """\
repos:
  - repo: https://github.com/psf/black
    rev: 25.1.0
    hooks:
      - id: black
      - id: manual-one
        stages: [manual]
  - repo: local
    hooks:
      - id: unit
        entry: pytest
"""


def test_hooks_that_pre_commit_runs(tmp_path):
    files = workflow("SKIP=unit pre-commit run --all-files") | {".pre-commit-config.yaml": HOOKS}
    hooks = [run for run in runs_of(tmp_path, files) if run.what == "hook"]
    assert [(run.words[1], *way(run)) for run in hooks] == [
        ("black", ".pre-commit-config.yaml:5", ".github/workflows/ci.yml:8")
    ]


CALLEE = """\
on:
  workflow_call:
    inputs:
      target: {type: string}
jobs:
  inner:
    runs-on: ubuntu-latest
    steps:
      - uses: ./.github/actions/scan
      - if: inputs.target == 'prod'
        run: only-prod
"""
ACTION = """\
name: scan
runs:
  using: composite
  steps:
    - run: bandit -r src
      shell: bash
"""
CALLER = """\
on:
  pull_request:
  push:
    branches: [main]
jobs:
  outer:
    if: github.event_name == 'push'
    uses: ./.github/workflows/callee.yml
    with:
      target: dev
  after:
    needs: outer
    runs-on: ubuntu-latest
    steps:
      - run: pytest
  always:
    needs: outer
    if: ${{ always() }}
    runs-on: ubuntu-latest
    steps:
      - run: mypy
"""


def test_a_called_workflow_has_the_events_of_its_caller(tmp_path):
    files = {
        ".github/workflows/callee.yml": CALLEE,
        ".github/workflows/caller.yml": CALLER,
        ".github/actions/scan/action.yml": ACTION,
    }
    runs = runs_of(tmp_path, files)
    found = one(runs, "bandit")
    assert way(found) == [
        ".github/actions/scan/action.yml:5",
        ".github/workflows/callee.yml:9",
        ".github/workflows/caller.yml:8",
    ]
    assert found.events == {"push"}
    assert one(runs, "only-prod").events == set(), "the caller gives another target"
    assert one(runs, "pytest").events == {"push"}, "a job that it needs does not run on pull requests"
    assert one(runs, "mypy").events == {"push", "pull_request"}


def test_a_workflow_that_nobody_calls_is_reached_by_nothing(tmp_path):
    files = {".github/workflows/callee.yml": CALLEE, ".github/actions/scan/action.yml": ACTION}
    assert one(runs_of(tmp_path, files), "bandit").reaches == ()


def test_a_call_by_the_project_s_own_name_is_followed_and_another_s_is_not(tmp_path):
    caller = "on: push\njobs:\n  a:\n    uses: acme/app/.github/workflows/callee.yml@main\n"
    foreign = caller.replace("acme/app", "other/app")
    files = {".github/workflows/callee.yml": CALLEE, "README.md": "https://github.com/acme/app\n"}
    own = runs_of(tmp_path / "own", files | {".github/workflows/a.yml": caller})
    other = runs_of(tmp_path / "other", files | {".github/workflows/a.yml": foreign})
    assert [run.what for run in own if run.via][:1] == ["action"]
    assert [run.words[0] for run in other if run.what == "workflow"] == ["other/app/.github/workflows/callee.yml@main"]


SOFT = """\
on: [push, pull_request]
defaults:
  run:
    shell: bash
jobs:
  a:
    runs-on: ubuntu-latest
    continue-on-error: ${{ matrix.new }}
    steps:
      - continue-on-error: true
        run: flake8
      - run: |
          pytest | tee log
          mypy
      - if: failure()
        run: notify
      - run: >
          ruff check
          src
        working-directory: app
"""


def test_what_keeps_a_failure_from_counting(tmp_path):
    runs = runs_of(tmp_path, {".github/workflows/a.yml": SOFT})
    assert one(runs, "flake8").ignored
    assert [(soft.spot.line, soft.certain) for soft in one(runs, "flake8").softs] == [(8, False), (10, True)]
    assert not one(runs, "pytest").ignored, "bash as the shell means pipefail"
    assert one(runs, "mypy").spot.line == 14
    assert one(runs, "notify").reaches == ()
    assert one(runs, "ruff").spot.line == 18
    assert one(runs, "ruff").words == ("ruff", "check", "src")


GITLAB = """\
include:
  - template: Security/SAST.gitlab-ci.yml
  - local: /ci/more.yml
default:
  before_script:
    - pip install .
.base:
  script:
    - pytest -q
    - !reference [.other, script]
.other:
  script: [mypy]
unit:
  extends: .base
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
deploy:
  script: kubectl apply -f x
  when: manual
  allow_failure: true
  environment: {name: production}
"""


def test_the_pipeline_of_gitlab(tmp_path):
    more = "lint:\n  script:\n    - ruff check\n  only: [merge_requests, main]\n"
    runs = runs_of(tmp_path, {".gitlab-ci.yml": GITLAB, "ci/more.yml": more})
    assert one(runs, "pytest").events == {"merge_request"}
    assert one(runs, "pytest").spot.line == 9
    assert one(runs, "mypy").spot.line == 12
    assert (one(runs, "ruff").spot.path, one(runs, "ruff").events) == ("ci/more.yml", {"merge_request", "push"})
    deploy = one(runs, "kubectl")
    assert deploy.ignored
    assert deploy.job.manual is not None
    assert deploy.job.manual.line == 19
    assert [run.words[0] for run in runs if run.what == "template"] == ["Security/SAST.gitlab-ci.yml"]


MATRIX = """\
on: pull_request
jobs:
  a:
    strategy:
      matrix:
        task: [lint, test]
        include:
          - {task: scan, extra: -q}
    steps:
      - run: make ${{ matrix.task }}
      - run: echo "${{ matrix.unknown }} a b"
"""


def test_values_of_a_matrix_are_tried_one_by_one(tmp_path):
    makefile = "lint:\n\truff check\ntest:\n\tpytest\nscan:\n\tbandit -r src\nnobody:\n\tmypy\n"
    runs = runs_of(tmp_path, {".github/workflows/a.yml": MATRIX, "Makefile": makefile})
    assert [run.words[0] for run in runs if run.via] == ["ruff", "pytest", "bandit"]
    assert one(runs, "echo").words == ("echo", "${{ matrix.unknown }} a b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a list",
        "on: 7\njobs: text\n",
        "on: {pull_request: [x]}\njobs: {a: [1, 2], b: null, c: {steps: text, needs: {x: 1}, permissions: 3}}\n",
        "on: push\njobs:\n  a:\n    needs: [a, b]\n    steps: [1, {run: [a]}, {uses: {x: 1}}, {run: 5}]\n",
        "on: push\njobs:\n  a: {uses: ./.github/workflows/ci.yml}\n",
    ],
)
def test_nonsense_is_no_crash(tmp_path, text):
    assert runs_of(tmp_path, {".github/workflows/ci.yml": text, ".gitlab-ci.yml": text}) is not None


def test_calls_without_end_come_to_one(tmp_path):
    job = "  j{0}: {{needs: [{1}], uses: ./.github/workflows/{2}.yml}}\n"
    files = {}
    for own, other in (("a", "b"), ("b", "a")):
        jobs = "".join(job.format(at, ", ".join(f"j{needed}" for needed in range(at)), other) for at in range(60))
        files[f".github/workflows/{own}.yml"] = f"on: [push, workflow_call]\njobs:\n{jobs}"
    assert runs_of(tmp_path, files) == ()


def test_references_of_gitlab_without_end_come_to_one(tmp_path):
    jobs = "".join(
        f".t{at}:\n  extends: [{', '.join(f'.t{other}' for other in range(30))}]\n"
        f"  script: [{', '.join(f'!reference [.t{other}, script]' for other in range(30))}, 'x{at}']\n"
        for at in range(30)
    )
    runs = runs_of(tmp_path, {".gitlab-ci.yml": f"{jobs}job:\n  extends: .t0\n"})
    assert len(runs) == 500


def test_a_long_blank_line_of_a_makefile_takes_no_time(tmp_path):
    files = workflow("make test") | {"Makefile": f"a{' ' * 1_000_000}b\ntest:\n\tpytest\n"}
    assert one(runs_of(tmp_path, files), "pytest").spot.line == 3
