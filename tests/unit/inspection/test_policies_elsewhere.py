"""Where weaknesses are reported when the project as a whole has no security policy."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

PACKAGE = '[project]\nname = "part"\nversion = "1.0"\n'
POLICY = "# Security\n\nSend reports of vulnerabilities to security@part.dev.\n"
PROGRAMME = (
    "# Contributing\n\n## Issues\n\nWe have a [bounty program](https://part.dev/bounty) for reports of security\n"
    "bugs; use it and open no issue.\n"
)


def _fact(folder: Path, files: dict[str, str]) -> Fact:
    return inspected(folder, files, "security-policy")["security-policy/reporting-address"]


def test_a_policy_in_the_folder_of_a_package(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"part/pyproject.toml": PACKAGE, "part/SECURITY.md": POLICY})

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["part/SECURITY.md:3"]
    assert "of a part" in fact.statement


@pytest.mark.parametrize(
    "files",
    [
        {"part/SECURITY.md": POLICY},
        {"part/pyproject.toml": PACKAGE, "part/SECURITY.md": "# Security\n\nWe take it seriously.\n"},
        {"part/pyproject.toml": PACKAGE, "part/notes/SECURITY.md": POLICY},
        {"tests/part/pyproject.toml": PACKAGE, "tests/part/SECURITY.md": POLICY},
    ],
)
def test_no_policy_of_a_part(tmp_path: Path, files: dict[str, str]) -> None:
    assert _fact(tmp_path, files).answer is Answer.NO


def test_a_policy_of_the_whole_goes_before(tmp_path: Path) -> None:
    files = {"part/pyproject.toml": PACKAGE, "part/SECURITY.md": POLICY, "CONTRIBUTING.md": PROGRAMME}
    assert _fact(tmp_path / "a", files | {"SECURITY.md": POLICY}).answer is Answer.YES
    assert _fact(tmp_path / "b", files | {"SECURITY.md": "# Security\n\nSoon.\n"}).answer is Answer.NO


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (PROGRAMME, Answer.PARTIAL),
        (PROGRAMME.replace("(https://part.dev/bounty)", ""), Answer.NO),
        (PROGRAMME.replace("security\nbugs", "new\nfeatures"), Answer.NO),
    ],
)
def test_a_programme_that_a_guide_names(tmp_path: Path, text: str, answer: Answer) -> None:
    fact = _fact(tmp_path, {"CONTRIBUTING.md": text})

    assert fact.answer is answer
    assert spots(fact) == (["CONTRIBUTING.md:5"] if answer is Answer.PARTIAL else [])
