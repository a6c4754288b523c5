"""Bots that propose new versions, and what scans of dependencies are told to pass over."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

_PYPROJECT = '[project]\nname = "x"\ndependencies = [\n  "numpy",\n]\n'


_PACKAGE = '{\n  "name": "x",\n  "dependencies": {\n    "a": "^1"\n  }\n}\n'


def _fact(folder: Path, files: dict[str, str], key: str) -> Fact:
    return inspected(folder, files, "dependencies")[f"dependencies/{key}"]


_DEPENDABOT = """\
version: 2
updates:
  - package-ecosystem: "github-actions"
    directory: "/"
    schedule:
      interval: weekly
  - package-ecosystem: pip
    directories:
      - "/"
      - "/gone/"
    schedule:
      interval: daily
"""


def test_kinds_of_package_that_a_bot_looks_after(tmp_path: Path) -> None:
    files = {".github/dependabot.yml": _DEPENDABOT, "pyproject.toml": _PYPROJECT, "Dockerfile": "FROM x:1\n"}
    fact = _fact(tmp_path, files, "update-automation")

    assert fact.answer is Answer.YES
    assert spots(fact) == [".github/dependabot.yml:3", ".github/dependabot.yml:7"]
    assert fact.values["covered"] == ("GitHub Actions", "Python")
    assert fact.values["not_covered"] == ("Docker",)


def test_a_kind_of_package_that_it_does_not_look_after_is_a_part(tmp_path: Path) -> None:
    actions_only = _DEPENDABOT.partition("  - package-ecosystem: pip")[0]
    fact = _fact(tmp_path, {".github/dependabot.yml": actions_only, "requirements.txt": "a\n"}, "update-automation")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == [".github/dependabot.yml:3", "requirements.txt:1"]


@pytest.mark.parametrize(
    ("setting", "line"),
    [("open-pull-requests-limit: 0", 5), ('ignore:\n      - dependency-name: "*"', 6)],
)
def test_a_bot_that_may_propose_nothing_looks_after_nothing(tmp_path: Path, setting: str, line: int) -> None:
    config = f'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: "/"\n    {setting}\n'
    fact = _fact(tmp_path, {".github/dependabot.yml": config, "package.json": _PACKAGE}, "update-automation")

    assert fact.answer is Answer.NO
    assert spots(fact)[:2] == [f".github/dependabot.yml:{line}", ".github/dependabot.yml:3"]


def test_a_bot_that_ignores_large_steps_still_proposes(tmp_path: Path) -> None:
    config = (
        'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: "/"\n    ignore:\n'
        '      - dependency-name: "*"\n        update-types: ["version-update:semver-major"]\n'
    )

    files = {".github/dependabot.yml": config, "package.json": _PACKAGE}
    assert _fact(tmp_path, files, "update-automation").answer is Answer.YES


@pytest.mark.parametrize("path", ["dependabot.yml", ".github/workflows/dependabot.yml", "web/renovate.json"])
def test_a_configuration_that_no_bot_reads_does_not_count(tmp_path: Path, path: str) -> None:
    fact = _fact(tmp_path, {path: "{}\n"}, "update-automation")

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == [path]


def test_a_folder_that_is_there_and_holds_nothing_of_the_kind(tmp_path: Path) -> None:
    config = (
        'version: 2\nupdates:\n  - package-ecosystem: npm\n    directories: ["/site", "/app", "/gone"]\n'
        '  - package-ecosystem: unheard-of\n    directory: "/app"\n'
    )
    files = {".github/dependabot.yml": config, "site/package.json": _PACKAGE, "app/main.py": "x\n"}
    fact = _fact(tmp_path, files, "update-paths-exist")

    assert fact.answer is Answer.PARTIAL
    assert "Not there: /gone." in fact.statement
    assert "Without anything to update: /app." in fact.statement


@pytest.mark.parametrize("folder", [".", "./", "/", ".devcontainer", "/.devcontainer/"])
def test_ways_to_write_a_folder(tmp_path: Path, folder: str) -> None:
    config = f'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: "{folder}"\n'
    files = {".github/dependabot.yml": config, ".devcontainer/a.json": "{}\n"}
    fact = _fact(tmp_path, files, "update-paths-exist")

    assert fact.answer is Answer.YES
    assert spots(fact) == [".github/dependabot.yml:4"]


def test_a_configuration_that_is_broken_is_unknown(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {".github/dependabot.yml": "updates: [\n"}, "update-automation")

    assert fact.answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{\n  "extends": ["config:recommended"]\n}\n', Answer.YES),
        ('{\n  "enabled": false\n}\n', Answer.NO),
        ('{\n  "lockFileMaintenance": {\n    "enabled": false\n  }\n}\n', Answer.YES),
        ('{\n  // a comment\n  "enabledManagers": ["github-actions"],\n}\n', Answer.PARTIAL),
        ('{\n  "enabledManagers": ["npm"]\n}\n', Answer.YES),
    ],
)
def test_renovate(tmp_path: Path, text: str, answer: Answer) -> None:
    assert _fact(tmp_path, {"renovate.json": text, "package.json": _PACKAGE}, "update-automation").answer is answer


def test_folders_that_are_gone_and_folders_that_nobody_named(tmp_path: Path) -> None:
    files = {
        ".github/dependabot.yml": _DEPENDABOT,
        "pyproject.toml": _PYPROJECT,
        "app/requirements.txt": "a\n",
        "examples/b/requirements.txt": "a\n",
    }
    fact = _fact(tmp_path, files, "update-paths-exist")

    assert fact.answer is Answer.PARTIAL
    assert fact.values["not_there"] == ("/gone",)
    assert fact.values["named_by_no_entry"] == ("/app",)
    assert spots(fact)[:2] == [".github/dependabot.yml:10", "app/requirements.txt:1"]


@pytest.mark.parametrize(
    ("pattern", "answer"), [("/packages/*", Answer.YES), ("/apps/*", Answer.NO), ("**/*", Answer.YES)]
)
def test_folders_that_are_named_by_a_pattern(tmp_path: Path, pattern: str, answer: Answer) -> None:
    config = f'version: 2\nupdates:\n  - package-ecosystem: pip\n    directories: ["{pattern}"]\n'
    files = {".github/dependabot.yml": config, "packages/a/requirements.txt": "x\n"}

    assert _fact(tmp_path, files, "update-paths-exist").answer is answer


def test_exceptions_to_scans(tmp_path: Path) -> None:
    files = {
        ".trivyignore": (
            "# We do not parse images, so this cannot be reached\nCVE-2024-1111 exp:2027-01-01\n\nCVE-2024-2222\n"
        ),
        "osv-scanner.toml": '[[IgnoredVulns]]\nid = "GHSA-aaaa-bbbb-cccc"\nreason = "no fix, see CVE-2024-3333"\n',
    }
    fact = _fact(tmp_path, files, "vulnerability-policy")

    assert fact.answer is Answer.PARTIAL
    assert (fact.values["exceptions"], fact.values["with_reason"], fact.values["with_end"]) == (3, 2, 1)
    assert spots(fact) == [".trivyignore:4", "osv-scanner.toml:2", ".trivyignore:2"]


_TRIVY = "vulnerabilities:\n  - id: CVE-2024-1111\n    statement: not used\n    expired_at: 2027-01-01\n"


_SNYK = """\
ignore:
  SNYK-JS-LODASH-1018905:
    - '*':
        reason: no fix
        expires: 2027-01-01T00:00:00.000Z
"""


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        (".trivyignore.yaml", _TRIVY, Answer.YES),
        (".snyk", _SNYK, Answer.YES),
        (".trivyignore", "CVE-2024-1111\n", Answer.NO),
        (".trivyignore", "# CVE-2024-1111\nCVE-2024-1111\n", Answer.NO),
        (".trivyignore", "# CVE-2024-1111\n", Answer.NOT_APPLICABLE),
        ("tests/.trivyignore", "CVE-2024-1111\n", Answer.NOT_APPLICABLE),
        ("README.md", "We let CVE-2024-1111 pass.\n", Answer.NOT_APPLICABLE),
    ],
)
def test_reasons_and_ends_of_exceptions(tmp_path: Path, path: str, text: str, answer: Answer) -> None:
    assert _fact(tmp_path, {path: text}, "vulnerability-policy").answer is answer


def test_exceptions_in_commands_of_continuous_integration(tmp_path: Path) -> None:
    workflow = (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          pip install pip-audit\n"
        "          pip-audit --ignore-vuln PYSEC-2024-12\n"
    )
    fact = _fact(tmp_path, {".github/workflows/ci.yml": workflow}, "vulnerability-policy")

    assert fact.answer is Answer.NO
    assert spots(fact) == [".github/workflows/ci.yml:8"]
