"""Evaluations as gates: what counts as one, and what only carries the name."""

from pathlib import Path

import pytest

from support.ci_gates import CI, gates, workflow
from support.inspecting import spots
from tieout.domain.inspection import Answer


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
    fact = gates(tmp_path, {CI: workflow(run, on=on)})["evaluations-in-ci"]

    assert fact.answer is answer
    assert (f"{CI}:7" in spots(fact)) is (answer is not Answer.NO)


APP = {"app/__main__.py": "print(1)\n"}
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
    files = {CI: workflow("python scripts/evaluate.py", on=on), "scripts/evaluate.py": program}
    fact = gates(tmp_path, files)["evaluations-in-ci"]

    assert fact.answer is answer
    assert any(spot.startswith("scripts/evaluate.py:") for spot in spots(fact)) is (answer is not Answer.UNKNOWN)


def test_a_target_named_evaluation_is_not_taken_for_one(tmp_path: Path) -> None:
    files = {CI: workflow("make test_eval"), "Makefile": "test_eval:\n\tpython -m app in.txt\n"} | APP
    fact = gates(tmp_path, files)["evaluations-in-ci"]

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
    files = {CI: workflow(run), "pyproject.toml": f'[project]\nname = "{name}"\n'}
    fact = gates(tmp_path, files)["evaluations-in-ci"]

    assert fact.answer is answer
    assert (f"{CI}:8" in spots(fact)) is (answer is Answer.YES)


def test_an_evaluation_that_no_workflow_runs_is_shown_and_does_not_count(tmp_path: Path) -> None:
    fact = gates(tmp_path, {CI: workflow("ls"), "tools/measure.py": MEASURING})["evaluations-in-ci"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["tools/measure.py:1"]
    assert spots(fact) == []
