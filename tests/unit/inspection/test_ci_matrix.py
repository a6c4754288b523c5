"""Commands that a workflow's matrix holds: as plain words, and as whole shell texts of their own."""

from pathlib import Path

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

WORKFLOW = ".github/workflows/main.yml"
TEXTS = """\
on: {pull_request: {branches: [main]}}
jobs:
  checks:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        task:
          - name: Test
            run: |
              pytest -v tests/
        include:
          - task:
              name: Style
              run: |
                isort --check .
                black --check .
          - task: {name: Types, run: mypy . || true}
    steps:
      - name: ${{ matrix.task.name }}
        run: |
          . .venv/bin/activate
          ${{ matrix.task.run }}
"""
WORDS = """\
on: [pull_request]
jobs:
  checks:
    strategy: {matrix: {tool: [flake8, unknown-thing]}}
    steps:
      - run: ${{ matrix.tool }} src
"""


def test_shell_texts_of_a_matrix_are_read_where_they_stand(tmp_path: Path) -> None:
    facts = inspected(tmp_path / "r", {WORKFLOW: TEXTS, "tests/test_a.py": "def test_a(): pass\n"}, "ci-gates")
    tests = facts["ci-gates/tests-on-pull-requests"]
    assert (tests.answer, spots(tests)[0]) == (Answer.YES, f"{WORKFLOW}:10")
    style = facts["ci-gates/formatting-enforced"]
    assert style.answer is Answer.YES
    assert {f"{WORKFLOW}:15", f"{WORKFLOW}:16"} <= set(spots(style))
    assert facts["ci-gates/types-enforced"].answer is Answer.NO


def test_a_value_of_the_matrix_as_a_word(tmp_path: Path) -> None:
    facts = inspected(tmp_path / "r", {WORKFLOW: WORDS, "src/a.py": "x = 1\n"}, "ci-gates")
    assert facts["ci-gates/linting-enforced"].answer is Answer.YES
    assert spots(facts["ci-gates/linting-enforced"])[0] == f"{WORKFLOW}:6"
