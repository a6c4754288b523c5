"""Which events reach a job past its condition: a push may be of a branch or of a tag, a pull request is neither."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

WORKFLOW = ".github/workflows/main.yml"
TEXT = """\
on:
  pull_request: {branches: [main]}
  push: PUSH
jobs:
  release:
    runs-on: ubuntu-latest
    if: CONDITION
    steps:
      - run: twine upload -u __token__ -p '${{ secrets.TOKEN_OF_INDEX }}' dist/*
"""
BOTH, BRANCH, TAGS = "{branches: [main], tags: ['v*']}", "{branches: [main]}", "{tags: ['v*']}"


def publishing(folder: Path, push: str, condition: str) -> Fact:
    """What is told of publishing."""
    text = TEXT.replace("PUSH", push).replace("CONDITION", condition)
    return inspected(folder / "r", {WORKFLOW: text}, "supply-chain")["supply-chain/release-publishing"]


@pytest.mark.parametrize(
    ("push", "condition", "answer"),
    [
        (BOTH, "startsWith(github.ref, 'refs/tags/')", Answer.YES),
        (TAGS, "startsWith(github.ref, 'refs/tags/')", Answer.YES),
        (BOTH, "github.ref_type == 'tag'", Answer.YES),
        (BRANCH, "startsWith(github.ref, 'refs/tags/')", Answer.NO),
        (BRANCH, "github.ref_type == 'tag'", Answer.NO),
        (BOTH, "github.ref == 'refs/heads/main'", Answer.YES),
        (BRANCH, "github.ref == 'refs/heads/other'", Answer.NO),
    ],
)
def test_a_condition_on_the_ref(tmp_path: Path, push: str, condition: str, answer: Answer) -> None:
    fact = publishing(tmp_path, push, condition)
    assert fact.answer is answer
    assert "pull requests" not in fact.statement
    if answer is Answer.YES:
        assert f"{WORKFLOW}:9" in spots(fact)


def test_branches_and_tags_are_both_told(tmp_path: Path) -> None:
    fact = publishing(tmp_path, BOTH, "startsWith(github.ref, 'refs/tags/')")
    assert "pushes to main or of tags v*" in fact.statement
