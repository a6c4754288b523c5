"""A workflow of GitHub as text, and what inspect answers about the gates of a repository that has it."""

from pathlib import Path

from support.inspecting import inspected
from tieout.domain.inspection import Fact

CI = ".github/workflows/ci.yml"
CODE = {"src/app.py": "x = 1\n"}


def workflow(*runs: str, on: str = "  pull_request:\n  push: {branches: [main]}\n", job: str = "") -> str:
    """One job with these commands as steps."""
    steps = "".join(f"      - run: {run}\n" for run in runs)
    return f"on:\n{on}jobs:\n  check:\n{job}    runs-on: ubuntu-latest\n    steps:\n{steps}"


def gates(folder: Path, files: dict[str, str]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(folder, CODE | files, "ci-gates")
    return {key.removeprefix("ci-gates/"): fact for key, fact in found.items()}
