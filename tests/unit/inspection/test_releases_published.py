"""Under which names and versions images and packages are published."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

_BUILD = """on:
  push:
    branches: [main]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          push: {push}
          tags: |
            reg.example/app:{tag}
            reg.example/app:latest
"""


@pytest.mark.parametrize(
    ("push", "tag", "answer", "counting"),
    [
        ("true", "${{ github.sha }}", Answer.YES, [".github/workflows/b.yml:12"]),
        ("true", "${{ github.ref_name }}", Answer.YES, [".github/workflows/b.yml:12"]),
        ("true", "main", Answer.NO, [".github/workflows/b.yml:12", ".github/workflows/b.yml:13"]),
        ("false", "${{ github.sha }}", Answer.NOT_APPLICABLE, []),
    ],
)
def test_what_images_are_published_under(
    tmp_path: Path, push: str, tag: str, answer: Answer, counting: list[str]
) -> None:
    files = {".github/workflows/b.yml": _BUILD.format(push=push, tag=tag)}
    fact = inspected(tmp_path, files, "releases")["releases/deployed-identity"]

    assert fact.answer is answer
    assert spots(fact) == counting


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("twine upload dist/*", Answer.YES),
        ("docker push reg.example/app:$GITHUB_SHA", Answer.YES),
        ("docker push reg.example/app:latest", Answer.NO),
        ("docker build -t app:1.0 .", Answer.NOT_APPLICABLE),
        ("echo docker push", Answer.NOT_APPLICABLE),
    ],
)
def test_what_commands_publish(tmp_path: Path, command: str, answer: Answer) -> None:
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"
    fact = inspected(tmp_path, {".github/workflows/b.yml": text}, "releases")["releases/deployed-identity"]

    assert fact.answer is answer


def test_a_workflow_of_another_repository_may_publish(tmp_path: Path) -> None:
    text = "on: push\njobs:\n  a:\n    uses: acme/flows/.github/workflows/release.yml@v1\n"
    fact = inspected(tmp_path, {".github/workflows/b.yml": text}, "releases")["releases/deployed-identity"]

    assert fact.answer is Answer.UNKNOWN
