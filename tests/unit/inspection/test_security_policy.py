"""Security policies: an address, times of an answer, supported versions, and what only looks like them."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, Fact

_POLICY = """# Security

## Supported versions

| Version | Supported |
| ------- | --------- |
| 2.x     | yes       |

## Reporting

Write to security@acme.org about a vulnerability.
We answer within **3 business days**.
"""
_FORM = """# Security Policy

## Supported Versions

| Version | Supported          |
| ------- | ------------------ |
| 5.1.x   | :white_check_mark: |
| 5.0.x   | :x:                |
| 4.0.x   | :white_check_mark: |
| < 4.0   | :x:                |

## Reporting a Vulnerability

Use this section to tell people how to report a vulnerability to you.
"""


def _facts(folder: Path, files: dict[str, str]) -> dict[str, Fact]:
    return {key.rpartition("/")[2]: fact for key, fact in inspected(folder, files, "security-policy").items()}


def test_no_policy(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {"README.md": "# X\n\nIt is secure.\n"})

    assert {fact.answer for fact in facts.values()} == {Answer.NO}


@pytest.mark.parametrize("path", ["SECURITY.md", ".github/SECURITY.md", "docs/security.md", ".gitlab/SECURITY.md"])
def test_a_policy_with_everything(tmp_path: Path, path: str) -> None:
    facts = _facts(tmp_path, {path: _POLICY})

    assert {fact.answer for fact in facts.values()} == {Answer.YES}
    assert spots(facts["reporting-address"]) == [f"{path}:11"]
    assert spots(facts["response-times"]) == [f"{path}:12"]
    assert spots(facts["supported-versions"]) == [f"{path}:7"]
    assert "acme.org" not in facts["reporting-address"].model_dump_json()


def test_the_form_of_a_forge_is_no_policy(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {"SECURITY.md": _FORM})

    assert {fact.answer for fact in facts.values()} == {Answer.NO}
    assert spots(facts["reporting-address"], counting=False) == ["SECURITY.md:14"]
    assert "not filled in" in facts["reporting-address"].statement


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Security\n\nhttps://github.com/acme/x/security/advisories/new\n", 3),
        ("# Security\n\nPrivately: [form](https://acme.example/report-a-vulnerability)\n", 3),
        ("# Security\n\nE-mail: <psirt@acme.org>\n", 3),
        ("# Security\n\nWrite to security [at] acme.org\n", 3),
    ],
)
def test_other_ways_to_report(tmp_path: Path, text: str, line: int) -> None:
    fact = _facts(tmp_path, {"SECURITY.md": text})["reporting-address"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"SECURITY.md:{line}"]


@pytest.mark.parametrize(
    "text",
    [
        "# Standards\n\nUse OAuth 2.0 and multi-factor authentication.\n",
        "# Security\n\n<!-- security@acme.org -->\nSoon.\n",
        "# Security\n\nWrite to security@example.com\n",
        "# Security\n\nPlease contact [INSERT CONTACT METHOD].\n",
        "# Security\n\n```\ngit clone git@github.com:acme/x\n```\n",
    ],
)
def test_a_policy_without_an_address(tmp_path: Path, text: str) -> None:
    fact = _facts(tmp_path, {"SECURITY.md": text})["reporting-address"]

    assert fact.answer is Answer.NO
    assert [path.partition(":")[0] for path in spots(fact, counting=False)] == ["SECURITY.md"]


def test_the_address_of_another_project_does_not_count(tmp_path: Path) -> None:
    text = "# Security\n\nMail a@acme.org.\n\nFor upstream rather than this:\n\n- mail b@upstream.org\n"
    assert spots(_facts(tmp_path, {"SECURITY.md": text})["reporting-address"]) == ["SECURITY.md:3"]


def test_security_txt(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {"public/.well-known/security.txt": "Contact: mailto:security@acme.org\n"})
    assert spots(fact["reporting-address"]) == ["public/.well-known/security.txt:1"]


def test_a_section_of_the_readme_is_less_than_a_policy(tmp_path: Path) -> None:
    text = "# X\n\n## Security\n\nReport vulnerabilities to security@acme.org.\n"
    fact = _facts(tmp_path, {"README.md": text})["reporting-address"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["README.md:5"]


@pytest.mark.parametrize("path", ["security/notes/SECURITY-old.md", "docs/guides/security.md"])
def test_a_document_elsewhere_is_no_policy(tmp_path: Path, path: str) -> None:
    fact = _facts(tmp_path, {path: _POLICY})["reporting-address"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == [path]


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("We acknowledge reports within 48 hours.", Answer.YES),
        ("Expect a reply in a few days.", Answer.YES),
        ("We will respond as soon as possible.", Answer.NO),
        ("Each version is supported for 12 months.", Answer.NO),
        ("The company was founded 10 days ago.", Answer.NO),
    ],
)
def test_response_times(tmp_path: Path, sentence: str, answer: Answer) -> None:
    text = f"# Security\n\nMail a@acme.org.\n\n{sentence}\n"
    assert _facts(tmp_path, {"SECURITY.md": text})["response-times"].answer is answer


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("Security updates are made for the latest minor release.", Answer.YES),
        ("Only the latest version is supported; we recommend it.", Answer.YES),
        ("We recommend using the latest version to receive all updates.", Answer.PARTIAL),
        ("We take security seriously.", Answer.NO),
    ],
)
def test_supported_versions(tmp_path: Path, sentence: str, answer: Answer) -> None:
    text = f"# Security\n\nMail a@acme.org.\n\n{sentence}\n"
    assert _facts(tmp_path, {"SECURITY.md": text})["supported-versions"].answer is answer


def test_a_policy_that_cannot_be_read_is_not_absent(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    (tmp_path / "SECURITY.md").symlink_to("docs/policy.md")
    made.commit("one", {"a.txt": "1\n"})

    facts = facts_of(made.folder, "security-policy")

    assert {fact.answer for fact in facts.values()} == {Answer.UNKNOWN}
    assert spots(facts["security-policy/reporting-address"], counting=False) == ["SECURITY.md"]


def test_addresses_for_bugs_and_complaints_are_shown_and_do_not_count(tmp_path: Path) -> None:
    files = {
        "README.md": "# App\n\n- **[Report bugs](https://forge.example/issues)**: the issues\n",
        "CONTRIBUTING.md": "# Help\n\nWe use GitHub issues to track public bugs.\n",
        "CODE_OF_CONDUCT.md": "# Conduct\n\nReport abuse to conduct@acme.org.\n",
    }
    fact = inspected(tmp_path, files, "security-policy")["security-policy/reporting-address"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["CODE_OF_CONDUCT.md:3", "CONTRIBUTING.md:3", "README.md:3"]
    assert "conduct@" not in fact.model_dump_json()
