"""Workflows of GitHub Actions: what starts them, their jobs, what these run, and what their tokens may do."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, line_text, only_item, source, write
from support.pipelines import ABSENT, job, jobs, read, said, told, workflow
from tieout.collectors.config import collect

PLANTED = "qT7vXz91LkPw83mRb2Yd"
SHA = "1f" * 20
GATES = f"""\
name: Gates
on:
  pull_request:
    branches: [main]
    paths: ["src/**"]
  push: {{tags: ["v*"]}}
  schedule: [{{cron: "0 4 * * 1"}}]
permissions:
  contents: read
jobs:
  evaluate:
    name: Evaluation
    runs-on: ubuntu-latest
    container: python:3.12
    steps:
      - uses: actions/checkout@{SHA}
      - uses: actions/setup-python@v5
      # - uses: some/scanner@v1
      - name: run it
        run: |
          pip install -r requirements.txt
          python -m pytest evals --key={PLANTED}
          pip-audit || true
  deploy:
    needs: evaluate
    if: startsWith(github.ref, 'refs/tags/')
    environment: {{name: production}}
    permissions: {{contents: write, id-token: write}}
    steps:
      - run: ./deploy.sh
        continue-on-error: true
"""
RUN = "{steps: [{run: make test}]}"


def test_a_workflow_is_read_with_its_lines(tmp_path: Path) -> None:
    result = read(tmp_path, {".github/workflows/ci.yml": GATES})
    item = only_item(result)
    assert (item.facts["product"], item.facts["name"]) == ("GitHub Actions", "Gates")
    assert [{key: value for key, value in one.items() if value} for one in item.facts["triggers"]] == [
        {"event": "pull_request", "branches": ["main"], "paths": ["src/**"]},
        {"event": "push", "tags": ["v*"]},
        {"event": "schedule", "schedules": ["0 4 * * 1"]},
    ]
    evaluate, deploy = item.facts["jobs"]
    assert (evaluate["check"], evaluate["name"], evaluate["conditional"]) == ("Evaluation", "Evaluation", False)
    assert (evaluate["writes"], evaluate["write_scopes"], evaluate["image"]) == (False, [], "python")
    assert evaluate["image_pinned"] is False
    assert [(step.get("uses"), step.get("pinned")) for step in evaluate["steps"]] == [
        ("actions/checkout", True),
        ("actions/setup-python", False),
        (None, None),
    ]
    run = evaluate["steps"][2]
    assert (run["commands"], run["ignored"]) == (["pip install", "pytest evals", "pip-audit"], ["pip-audit"])
    assert run["may_fail"] is False
    assert (deploy["needs"], deploy["environment"], deploy["writes"]) == (["evaluate"], "production", True)
    assert deploy["write_scopes"] == ["contents", "id-token"]
    # Proposals and schedules have no tag: whether the condition holds for them is decided when they run.
    assert deploy["conditional"] is True
    assert deploy["steps"][0]["may_fail"] is True
    for pointer, words in {
        "/jobs/0": "evaluate:",
        "/jobs/0/writes": "permissions:",
        "/jobs/0/steps/1/uses": "setup-python",
        "/jobs/1/environment": "name: production",
        "/jobs/1/condition": "startsWith",
        "/jobs/1/steps/0/may_fail": "continue-on-error",
        "/triggers/2": "schedule:",
    }.items():
        assert words in line_text(result, item, pointer), pointer
    assert not told(result, "unreadable")
    everything = result.result.model_dump_json().encode()
    assert PLANTED.encode() not in everything
    assert b"some/scanner" not in everything


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("deploy/workflows/ci.yml", "elsewhere than in .github/workflows"),
        ("app/.github/workflows/ci.yml", "elsewhere than in .github/workflows"),
        (".github/workflows/more/ci.yml", "elsewhere than in .github/workflows"),
    ],
)
def test_a_workflow_elsewhere_is_told_as_not_in_force(tmp_path: Path, path: str, reason: str) -> None:
    result = read(tmp_path, {path: GATES})
    assert not result.result.items
    assert reason in said(result, "not-counted")


def test_without_a_commit_nobody_knows_whether_a_forge_runs_it(tmp_path: Path) -> None:
    section = source("config", ".", provides=("ci_config",))
    result = in_folder(collect, write(tmp_path, {".github/workflows/ci.yml": GATES}), section, prefix="")
    assert not result.result.items
    assert "whether a forge runs it is not known" in said(result, "not-counted")


@pytest.mark.parametrize("name", ["deploy-staging.yml", "release-demo.yaml", "old-tests.yml"])
def test_a_workflow_in_its_place_counts_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    result = read(tmp_path, {f".github/workflows/{name}": GATES, "staging/gateway.yaml": "model_list: []\n"})
    assert {item.provenance.path for item in result.result.items} == {f".github/workflows/{name}"}
    assert "of another environment" in said(result, "not-counted")


@pytest.mark.parametrize(
    ("condition", "on", "expected"),
    [
        ("false", "[push]", None),
        ("${{ false }}", "[push]", None),
        ("github.event_name == 'schedule'", "[push]", None),
        ("github.event_name == 'push'", "[push, pull_request]", (["push"], False)),
        ("github.ref == 'refs/heads/main'", "{push: {branches: [main]}}", (["push"], False)),
        ("github.ref == 'refs/heads/main'", "[push]", (["push"], True)),
        ("github.repository == 'a/b'", "[push]", (["push"], True)),
        ("failure()", "[push]", (["push"], True)),
        ("always()", "[push]", (["push"], False)),
        ("[odd]", "[push]", (["push"], True)),
    ],
)
def test_what_a_condition_lets_through(tmp_path: Path, condition: str, on: str, expected: Any) -> None:
    result = read(tmp_path, workflow(f'a: {{if: "{condition}", steps: [{{run: make}}]}}\nb: {RUN}', on))
    if expected is None:
        assert set(jobs(result)) == {"b"}
        assert "'a' is never run" in said(result, "not-counted")
    else:
        assert job(result, "a", "events", "conditional") == expected


def test_a_job_that_waits_for_one_that_is_never_run_is_not_run_either(tmp_path: Path) -> None:
    body = f"a: {{if: false, steps: [{{run: x}}]}}\nb: {{needs: a, steps: [{{run: make}}]}}\nc: {RUN}\n"
    body += "d: {needs: [a], if: always(), steps: [{run: make}]}"
    result = read(tmp_path, workflow(body))
    assert set(jobs(result)) == {"c", "d"}


@pytest.mark.parametrize(
    ("job_text", "check", "several"),
    [
        ("a: {steps: [{run: x}]}", "a", []),
        ("a: {name: Eval gate, steps: [{run: x}]}", "Eval gate", []),
        ("a: {name: 'Eval ${{ github.ref }}', steps: [{run: x}]}", ABSENT, []),
        ("a: {strategy: {matrix: {v: [3.11, 3.12]}}, steps: [{run: x}]}", ABSENT, ["a (3.11)", "a (3.12)"]),
        (
            "a: {name: E, strategy: {matrix: {os: [l, w], v: [1, 2], exclude: [{os: w, v: 2}]}}, steps: [{run: x}]}",
            ABSENT,
            ["E (l, 1)", "E (l, 2)", "E (w, 1)"],
        ),
        (
            "a: {name: 'on ${{ matrix.os }}', strategy: {matrix: {include: [{os: l}, {os: w}]}}, steps: [{run: x}]}",
            ABSENT,
            ["on l", "on w"],
        ),
        ("a: {strategy: {matrix: '${{ fromJSON(x) }}'}, steps: [{run: x}]}", ABSENT, []),
        ("a: {strategy: {matrix: {v: [{a: 1}]}}, steps: [{run: x}]}", ABSENT, []),
        ("a: {strategy: {matrix: {v: [1], include: [{v: 1, x: y}]}}, steps: [{run: x}]}", ABSENT, []),
    ],
)
def test_the_name_under_which_the_forge_reports_a_job(
    tmp_path: Path, job_text: str, check: Any, several: list[str]
) -> None:
    result = read(tmp_path, workflow(job_text))
    assert job(result, "a", "check", "matrix_checks") == (check, several)


@pytest.mark.parametrize(
    ("above", "own", "expected"),
    [
        ("", "", (ABSENT, [])),
        ("permissions: read-all", "", (False, [])),
        ("permissions: write-all", "", (True, ["write-all"])),
        ("permissions: {}", "", (False, [])),
        ("permissions: {contents: write}", "permissions: {contents: read},", (False, [])),
        ("permissions: {id-token: write}", "", (False, ["id-token"])),
        ("permissions: {packages: write}", "", (True, ["packages"])),
        ("permissions: everything", "", (ABSENT, [])),
        ("permissions: [contents]", "", (ABSENT, [])),
        ("permissions:", "", (ABSENT, [])),
    ],
)
def test_what_the_token_of_a_job_may_do(tmp_path: Path, above: str, own: str, expected: Any) -> None:
    text = f"on: push\n{above}\njobs:\n  a: {{{own} steps: [{{run: make}}]}}\n"
    result = read(tmp_path, {".github/workflows/ci.yml": text})
    assert job(result, "a", "writes", "write_scopes") == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", False),
        ("continue-on-error: true,", True),
        ("continue-on-error: false,", False),
        ("continue-on-error: '${{ matrix.next }}',", ABSENT),
    ],
)
def test_whether_a_pipeline_passes_without_a_job(tmp_path: Path, given: str, expected: Any) -> None:
    assert job(read(tmp_path, workflow(f"a: {{{given} steps: [{{run: make}}]}}")), "a", "may_fail") is expected


@pytest.mark.parametrize(
    ("run", "commands", "ignored"),
    [
        ("npm run test:eval -- --all", ["npm run test:eval"], []),
        ("cd x && python evals/run.py --n 3", ["python evals/run.py"], []),
        ("trivy image a:1 || true", ["trivy image"], ["trivy image"]),
        ("pytest | tee out.log", ["pytest", "tee"], ["pytest"]),
        ("set -o pipefail; pytest | tee out.log", ["pytest", "tee"], []),
        ("set +e\npytest\npip-audit", ["pytest", "pip-audit"], ["pytest"]),
        ("# pytest\necho pytest", [], []),
        (f"mysql -p{PLANTED} x; login {PLANTED}; TOKEN={PLANTED} make release", ["mysql", "login", "make release"], []),
        ("$TOOL x; -n y; .Path", [], []),
    ],
)
def test_the_first_words_of_commands(tmp_path: Path, run: str, commands: list[str], ignored: list[str]) -> None:
    text = "a:\n  steps:\n    - run: |\n" + "".join(f"        {line}\n" for line in run.splitlines())
    result = read(tmp_path, workflow(text))
    (step,) = jobs(result)["a"]["steps"]
    assert (step["commands"], step["ignored"]) == (commands, ignored)
    assert step["may_fail"] is (bool(commands) and commands == ignored)
    assert PLANTED not in result.result.model_dump_json()


CALLED = """\
on: {workflow_call: {inputs: {deep: {type: string}}}}
permissions: {contents: write}
jobs:
  suite:
    name: Suite
    if: inputs.deep == 'yes'
    steps: [{uses: ./.github/actions/setup}, {run: make eval}]
  quick:
    if: inputs.deep != 'yes'
    steps: [{run: make quick}]
"""
ACTION = """\
name: Setup
runs:
  using: composite
  steps:
    - uses: actions/cache@v4
    - run: pip install x
      shell: bash
"""


def test_workflows_and_actions_of_the_same_source_are_followed(tmp_path: Path) -> None:
    body = "gate: {name: Gate, uses: ./.github/workflows/eval.yml, with: {deep: 'yes'}}\n"
    body += "ship: {needs: gate, environment: production, steps: [{run: make ship}]}"
    files = workflow(body, "[pull_request]")
    files |= {".github/workflows/eval.yml": CALLED, ".github/actions/setup/action.yml": ACTION}
    result = read(tmp_path, files)
    item = only_item(result)
    assert set(jobs(result)) == {"gate / suite", "ship"}
    assert job(result, "gate / suite", "check", "events", "conditional", "writes") == (
        "Gate / Suite", ["pull_request"], False, True,
    )  # fmt: skip
    assert job(result, "ship", "needs") == ["gate / suite"]
    steps = jobs(result)["gate / suite"]["steps"]
    assert [step.get("uses") or step["commands"] for step in steps] == [
        "./.github/actions/setup", "actions/cache", ["pip install"], ["make eval"],
    ]  # fmt: skip
    assert item.files is not None
    assert item.files["/jobs/0"] == ".github/workflows/eval.yml"
    assert item.files["/jobs/0/steps/1"] == ".github/actions/setup/action.yml"
    assert not any(pointer.startswith("/jobs/1") for pointer in item.files)
    assert "'gate / quick' is never run" in said(result, "not-counted")
    assert "only where another workflow calls it" in said(result, "not-counted")


@pytest.mark.parametrize(
    ("uses", "where"),
    [
        (f"other/repo/.github/workflows/eval.yml@{SHA}", "is of another repository"),
        ("./.github/workflows/gone.yml", "is not among the files of this source"),
    ],
)
def test_workflows_of_others_are_told_as_not_read(tmp_path: Path, uses: str, where: str) -> None:
    result = read(tmp_path, workflow(f"a: {{uses: {uses}}}\nb: {{steps: [{{uses: ./gone}}]}}"))
    assert job(result, "a", "check", "steps") == (ABSENT, [])
    assert job(result, "a", "uses", "pinned") == (uses.partition("@")[0], True if "@" in uses else ABSENT)
    assert where in said(result, "unreadable")
    assert "uses './gone'" in said(result, "unreadable")


def test_workflows_that_call_one_another_in_a_circle_end(tmp_path: Path) -> None:
    again = "on: {workflow_call: {}}\njobs:\n" + "".join(
        f"  j{n}: {{uses: ./.github/workflows/{name}.yml}}\n" for n, name in enumerate(["x", "y", "x", "y"])
    )
    files = workflow("a: {uses: ./.github/workflows/x.yml}\nb: {steps: [{uses: ./act}]}")
    files |= {".github/workflows/x.yml": again, ".github/workflows/y.yml": again}
    files["act/action.yml"] = "runs: {using: composite, steps: [{uses: ./act}, {uses: ./act}]}\n"
    result = read(tmp_path, files)
    assert "circle" in said(result, "unreadable")
    assert "too deep" in said(result, "unreadable")


def test_a_matrix_and_needs_without_end_are_refused_or_left_open(tmp_path: Path) -> None:
    wide = ", ".join(str(n) for n in range(300))
    result = read(tmp_path, workflow(f"a: {{strategy: {{matrix: {{x: [{wide}], y: [{wide}]}}}}, steps: [{{run: x}}]}}"))
    assert job(result, "a", "check", "matrix_checks") == (ABSENT, [])
    many = "\n".join(f"j{n}: {{needs: j{n + 1}, steps: [{{run: x}}]}}" for n in range(1_200))
    assert "more than 1,000 jobs" in said(read(tmp_path / "2", workflow(many)), "unreadable")


ODD = ["null", "7", "true", "[]", "{}", "[[1]]", "{a: {b: [c]}}", "[null, 3]", "'x'", "'${{ x }}'", "1.5e300"]
_RUN = "steps: [{run: x}]"
_OF_WORKFLOWS = [
    "on: ODD\njobs: {a: {RUN}}",
    "on: {push: ODD}\njobs: {a: {RUN}}",
    "on: {push: {branches: ODD, paths: ODD}, schedule: ODD, workflow_call: ODD}\njobs: {a: {RUN}}",
    "on: push\nname: ODD\npermissions: ODD\ndefaults: ODD\nenv: ODD\njobs: {a: {RUN}}",
    "on: push\njobs: ODD",
    "on: push\njobs: {a: ODD}",
]
_OF_JOBS = [
    "steps: ODD",
    "steps: [ODD]",
    "uses: ODD, with: ODD, secrets: ODD",
    "name: ODD, if: ODD, needs: ODD, environment: ODD, container: ODD, RUN",
    "strategy: ODD, continue-on-error: ODD, permissions: ODD, RUN",
    "strategy: {matrix: ODD}, RUN",
    "strategy: {matrix: {v: ODD, include: ODD, exclude: ODD}}, RUN",
    "steps: [{uses: ODD, with: ODD, id: ODD, if: ODD}]",
    "steps: [{run: ODD, shell: ODD, working-directory: ODD, name: ODD}]",
]
PLACES = [*_OF_WORKFLOWS, *(f"on: push\njobs: {{a: {{{one}}}}}" for one in _OF_JOBS)]


@pytest.mark.parametrize("place", range(len(PLACES)))
def test_odd_values_give_a_result_and_no_traceback(tmp_path: Path, place: int) -> None:
    files: dict[str, str | bytes] = {
        f".github/workflows/odd-{index}.yml": PLACES[place].replace("RUN", _RUN).replace("ODD", odd)
        for index, odd in enumerate(ODD)
    }
    files[".github/workflows/good.yml"] = "on: push\njobs: {good: {steps: [{run: make}]}}\n"
    result = read(tmp_path, files)
    assert any(one["id"] == "good" for item in result.result.items for one in item.facts["jobs"])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00on", b"on: push\njobs: {a: [", b"on: &a [*a]\njobs: {}\n", b""])
def test_what_is_no_yaml_is_told(tmp_path: Path, content: bytes) -> None:
    result = read(tmp_path, {".github/workflows/ci.yml": content}, path=".github/workflows/ci.yml")
    assert not result.result.items
    assert result.result.problems
