"""General causes found by reading libraries and serving programs by hand, each with its trap."""

from pathlib import Path
from typing import Any

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer

CI = ".github/workflows/ci.yml"
CHOOSER = ".github/ISSUE_TEMPLATE/config.yml"
LINK = "contact_links:\n  - name: Security reports\n    url: {}\n    about: {}\n"
REPORTING = "security-policy/reporting-address"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("Use GitHub's private vulnerability reporting.", Answer.YES),
        ("1. Click **Report a vulnerability** in the Security tab.", Answer.YES),
        ("GitHub private vulnerability reporting (when enabled on this repository)", Answer.YES),
        ("Private vulnerability reporting is not enabled here.", Answer.NO),
        ("We do not use private vulnerability reporting.", Answer.NO),
        ("You may report a vulnerability to us.", Answer.NO),
    ],
)
def test_reports_at_the_forge_are_a_channel(tmp_path: Path, line: str, answer: Answer) -> None:
    fact = inspected(tmp_path, {"SECURITY.md": f"# Security\n\n{line}\n"}, "security-policy")[REPORTING]

    assert fact.answer is answer
    assert spots(fact) == (["SECURITY.md:3"] if answer is Answer.YES else [])


@pytest.mark.parametrize(
    ("line", "found"),
    [("We answer as soon as possible.", ["SECURITY.md:5"]), ("We like reports.", [])],
)
def test_a_hope_for_an_answer_is_no_time(tmp_path: Path, line: str, found: list[str]) -> None:
    policy = f"# Security\n\nWrite to security@part.dev.\n\n{line}\n"
    fact = inspected(tmp_path, {"SECURITY.md": policy}, "security-policy")["security-policy/response-times"]

    assert (fact.answer, spots(fact), spots(fact, counting=False)) == (Answer.NO, [], found)


@pytest.mark.parametrize(
    ("url", "about", "answer"),
    [
        ("mailto:security@part.dev", "Tell us", Answer.PARTIAL),
        ("https://part.dev/report", "Vulnerabilities", Answer.PARTIAL),
        ("https://github.com/part/part/security/policy", "The policy", Answer.NO),
        ("mailto:security@example.com", "Tell us", Answer.NO),
        ("'[1, 2]'", "Tell us", Answer.NO),
    ],
)
def test_the_issue_chooser_sends_reports_elsewhere(tmp_path: Path, url: str, about: str, answer: Answer) -> None:
    fact = inspected(tmp_path, {CHOOSER: LINK.format(url, about)}, "security-policy")[REPORTING]

    assert fact.answer is answer
    assert spots(fact) == ([f"{CHOOSER}:3"] if answer is Answer.PARTIAL else [])


@pytest.mark.parametrize(
    "text",
    [
        "contact_links: 3\n",
        "contact_links: [1, null, [], {url: [x]}]\n",
        "- a\n",
        "contact_links:\n  - {name: [security], about: {a: b}, url: 'https://part.dev'}\n",
        "contact_links:\n  - {name: Chat, about: Questions, url: 'https://part.dev'}\n",
        "contact_links: [\n",
    ],
)
def test_a_chooser_without_reports(tmp_path: Path, text: str) -> None:
    assert inspected(tmp_path, {CHOOSER: text}, "security-policy")[REPORTING].answer is Answer.NO


def test_owners_in_prose_are_maintainers_and_no_rules(tmp_path: Path) -> None:
    prose = "Global owners\n-------------\n\n- Ada Byron (@ada)\n- Ben Stone (@ben)\n"
    facts = inspected(tmp_path, {"CODE_OWNERS.rst": prose}, "ownership")

    assert facts["ownership/code-owners"].answer is Answer.NO
    assert spots(facts["ownership/code-owners"], counting=False) == ["CODE_OWNERS.rst"]
    assert facts["ownership/maintainers"].values["people"] == 2


ENTRY = '{{"m": {{"a": {{"hf_url": ["https://part.dev/a.pt"]{}}}}}}}'


@pytest.mark.parametrize(
    ("path", "more", "answer"),
    [
        (".models.json", ', "license": "MIT"', Answer.YES),
        ("app/model_zoo.json", ', "license": "apache 2.0"', Answer.YES),
        (".models.json", "", Answer.NO),
        (".models.json", ', "license": " "', Answer.NO),
        (".models.json", ', "license": ["MIT"]', Answer.NO),
        ("tests/models.json", ', "license": "MIT"', Answer.NO),
        ("app/settings.json", ', "license": "MIT"', Answer.NO),
    ],
)
def test_licences_of_a_catalogue_of_models(tmp_path: Path, path: str, more: str, answer: Answer) -> None:
    files = {path: ENTRY.format(more), "app/load.py": 'import torch\n\nMODEL = torch.load("a.pt")\n'}
    fact = inspected(tmp_path, files, "licences")["licences/weights-licence"]

    assert fact.answer is answer
    assert spots(fact) == ([f"{path}:1"] if answer is Answer.YES else [])


def test_a_catalogue_in_which_some_models_have_no_licence(tmp_path: Path) -> None:
    catalogue = (
        '{"a": {"url": "https://part.dev/a", "license": "MIT"},\n "b": {"url": "https://part.dev/b"},\n'
        ' "c": {"license": "of a list without links"}}\n'
    )
    fact = inspected(tmp_path, {"models.json": catalogue}, "licences")["licences/weights-licence"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["models.json:1", "models.json:2"]
    assert fact.values["spdx"] == ("MIT",)


@pytest.mark.parametrize("text", ["[]", "3", '{"a": [[[]]]}', '{"a": {"url": 3, "license": "MIT"}}', "{"])
def test_odd_catalogues(tmp_path: Path, text: str) -> None:
    fact = inspected(tmp_path, {"models.json": text}, "licences")["licences/weights-licence"]

    assert fact.answer is Answer.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("link", "found"),
    [("[MIT](LICENSE)", ["README.md:3"]), ("[MIT](https://part.dev/LICENSE)", []), ("MIT", [])],
)
def test_a_link_to_a_licence_file_that_is_not_there(tmp_path: Path, link: str, found: list[str]) -> None:
    fact = inspected(tmp_path, {"README.md": f"# Part\n\n{link}\n"}, "licences")["licences/code-licence"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == found


@pytest.mark.parametrize(
    ("step", "answer"),
    [("RUN useradd -m app", Answer.NO), ("RUN useradd -m app\nUSER app", Answer.YES), ("RUN echo user", Answer.NO)],
)
def test_a_user_that_nothing_runs_as(tmp_path: Path, step: str, answer: Answer) -> None:
    files = {"Dockerfile": f"FROM alpine:3.20\n{step}\n", "app.service": "[Service]\nUser=ubuntu\n"}
    fact = inspected(tmp_path, files, "containers")["containers/non-root"]

    assert fact.answer is answer
    made = ["Dockerfile:2"] if "useradd" in step and answer is Answer.NO else []
    assert spots(fact, counting=False) == [*made, "app.service:2"]


@pytest.mark.parametrize(
    ("base", "found"), [("${BASE}", ["Dockerfile:2", "Dockerfile:1"]), ("alpine:3", ["Dockerfile:2"])]
)
def test_the_argument_that_names_a_base(tmp_path: Path, base: str, found: list[str]) -> None:
    files = {"Dockerfile": f"ARG BASE=alpine:3.20\nFROM {base}\n"}
    fact = inspected(tmp_path, files, "containers")["containers/base-pinned"]

    assert (fact.answer, spots(fact)) == (Answer.NO, found)


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("MYSQL_PASSWORD: 'kept-4-years'    # set it yourself", 1),
        ("MYSQL_PASSWORD: ${FROM_OUTSIDE}    # set it yourself", 0),
        ("# MYSQL_PASSWORD: 'kept-4-years'    # set it yourself", 0),
    ],
)
def test_a_fixed_password_with_a_remark_behind_it(tmp_path: Path, line: str, fixed: int) -> None:
    compose = f"services:\n  db:\n    image: mysql:8\n    environment:\n      TZ: UTC\n      {line}\n"
    fact = inspected(tmp_path, {"docker-compose.yml": compose}, "secrets")["secrets/committed"]

    assert fact.values["fixed_passwords"] == fixed


@pytest.mark.parametrize(
    ("path", "line", "answer"),
    [
        ("azure-pipelines.yml", "  - task: AzureKeyVault@2", Answer.YES),
        ("azure-pipelines.yml", "  # - task: AzureKeyVault@2", Answer.NO),
        (CI, "      - uses: hashicorp/vault-action@v3", Answer.YES),
        (CI, "      # - uses: hashicorp/vault-action@v3", Answer.NO),
    ],
)
def test_steps_that_take_secrets_from_a_store(tmp_path: Path, path: str, line: str, answer: Answer) -> None:
    head = "on: push\njobs:\n  a:\n    steps:\n" if path == CI else "steps:\n"
    fact = inspected(tmp_path, {path: f"{head}{line}\n"}, "secrets")["secrets/from-outside"]

    assert fact.answer is answer
    assert spots(fact) == ([f"{path}:{head.count(chr(10)) + 1}"] if answer is Answer.YES else [])


PRE_COMMIT = """\
repos:
  - repo: https://github.com/pypa/pip-audit
    rev: v2.9.0
    hooks:
      - id: pip-audit
        args:
          {}
          - "--ignore-vuln"
          - "GHSA-5239-wwwm-4pmq"
"""


@pytest.mark.parametrize(
    ("above", "answer"),
    [("# waits for a release of the maker", Answer.PARTIAL), ("- --strict", Answer.NO)],
)
def test_exceptions_in_the_arguments_of_a_hook(tmp_path: Path, above: str, answer: Answer) -> None:
    facts = inspected(tmp_path, {".pre-commit-config.yaml": PRE_COMMIT.format(above)}, "dependencies")
    fact = facts["dependencies/vulnerability-policy"]

    assert (fact.answer, spots(fact)) == (answer, [".pre-commit-config.yaml:9"])


def test_a_hook_without_exceptions(tmp_path: Path) -> None:
    text = PRE_COMMIT.format("- --strict").replace('- "GHSA', '# - "GHSA')
    facts = inspected(tmp_path, {".pre-commit-config.yaml": text}, "dependencies")

    assert facts["dependencies/vulnerability-policy"].answer is Answer.NOT_APPLICABLE


def test_lock_files_left_out_beside_their_list_and_lists_without_hashes(tmp_path: Path) -> None:
    files = {
        "web/package.json": '{"name": "web",\n "dependencies": {"a": "1"}}\n',
        "web/.gitignore": "node_modules\npackage-lock.json\n",
        "other/.gitignore": "package-lock.json\n",
        "requirements.txt": "#\n#    pip-compile requirements.in\n#\nrequests==2.32.0\n",
    }
    fact = inspected(tmp_path, files, "dependencies")["dependencies/locked-with-hashes"]

    assert spots(fact, counting=False) == ["web/.gitignore:2"]
    assert {"requirements.txt:2", "requirements.txt:4"} <= set(spots(fact))


RUN = "on: {{pull_request: }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n"


def test_targets_and_scripts_that_no_workflow_runs(tmp_path: Path) -> None:
    files = {
        "a.py": "x = 1\n",
        "Makefile": "lint:\n\tpylint src\nother:\n\techo pylint\n",
        "package.json": '{\n "scripts": {\n  "lint": "eslint ."\n }\n}\n',
        CI: RUN.format("echo done"),
    }
    fact = inspected(tmp_path, files, "ci-gates")["ci-gates/linting-enforced"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False)[:2] == ["Makefile:2", "package.json:3"]


def test_each_of_many_workflows_is_among_the_places(tmp_path: Path) -> None:
    files: dict[str, Any] = {"a.py": "x = 1\n"}
    for number in range(9):
        files[f".github/workflows/w{number}.yml"] = RUN.format("|") + "          pytest a\n          pytest b\n"
    fact = inspected(tmp_path, files, "ci-gates")["ci-gates/tests-on-pull-requests"]

    assert {spot.partition(":")[0] for spot in spots(fact)} == {f".github/workflows/w{n}.yml" for n in range(9)}


PUT_TOGETHER = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - id: names
        run: |
          tags="part:latest,part:${{{{ github.sha }}}}"
          echo "tags=$tags" >> $GITHUB_OUTPUT
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{{{ steps.{}.outputs.tags }}}}
"""


@pytest.mark.parametrize(("step", "by_commit"), [("names", 1), ("others", 0)])
def test_names_of_images_that_a_step_before_puts_together(tmp_path: Path, step: str, by_commit: int) -> None:
    facts = inspected(tmp_path, {CI: PUT_TOGETHER.format(step)}, "releases")
    fact = facts["releases/deployed-identity"]

    assert fact.values["commit"] == by_commit
    assert (f"{CI}:8" in spots(fact)) is bool(by_commit)


HELD = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    env:
      TAG: "part/part:{}"
    steps:
      - run: docker push $TAG
  b:
    runs-on: ubuntu-latest
    env:
      TAG: "part/part:other"
    steps:
      - run: echo
"""


@pytest.mark.parametrize(("tag", "kind"), [("latest-cu12", "moving"), ("${{ github.sha }}", "commit")])
def test_what_a_variable_of_an_image_holds(tmp_path: Path, tag: str, kind: str) -> None:
    fact = inspected(tmp_path, {CI: HELD.format(tag)}, "releases")["releases/deployed-identity"]

    assert fact.values[kind] == 1
    assert spots(fact) == [f"{CI}:6"]


def _tagged(folder: Path, tag: str, files: dict[str, str]) -> Any:
    made = Repository(folder)
    made.commit("one", {"a.txt": "1\n"})
    made.git("tag", tag)
    made.commit("two", files)
    return facts_of(made.folder, "releases")["releases/version-agreement"]


@pytest.mark.parametrize(
    ("version", "answer"),
    [("0.20.0", Answer.PARTIAL), ("0.11.0", Answer.UNKNOWN), ("0.10.0", Answer.YES), ("0.9.0", Answer.NO)],
)
def test_a_tree_far_ahead_of_its_tags(tmp_path: Path, version: str, answer: Answer) -> None:
    files = {"package.json": f'{{"name": "part",\n "version": "{version}"}}\n'}

    assert _tagged(tmp_path, "v0.10.0", files).answer is answer


@pytest.mark.parametrize(
    ("pom", "answer"),
    [
        ("<project>\n  <version>1.3.0-SNAPSHOT</version>\n</project>\n", Answer.PARTIAL),
        ("<project>\n  <version>1.2.0</version>\n</project>\n", Answer.YES),
        ("<project>\n  <parent>\n    <version>1.2.0</version>\n  </parent>\n</project>\n", Answer.UNKNOWN),
        ("<project>\n  <!--\n  <version>1.2.0</version>\n  -->\n</project>\n", Answer.UNKNOWN),
        ("<project>\n  <build>\n  <version>1.2.0</version>\n  </build>\n</project>\n", Answer.UNKNOWN),
        ("<project>\n  <version>${revision}</version>\n</project>\n", Answer.UNKNOWN),
    ],
)
def test_the_version_of_a_project_of_maven(tmp_path: Path, pom: str, answer: Answer) -> None:
    assert _tagged(tmp_path, "v1.2.0", {"pom.xml": pom}).answer is answer


@pytest.mark.parametrize(
    ("default", "answer"), [("1.0.0", Answer.PARTIAL), ("0.1.0", Answer.NOT_APPLICABLE), ("", Answer.NOT_APPLICABLE)]
)
def test_a_version_by_default_of_the_environment(tmp_path: Path, default: str, answer: Answer) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "part"\nversion = "0.1.0"\n',
        "app/settings.py": f'import os\n\nVERSION_SHOWN = os.getenv("VERSION", "{default}")\n',
    }
    fact = inspected(tmp_path, files, "releases")["releases/version-agreement"]

    assert fact.answer is answer
    assert ("app/settings.py:3" in spots(fact, counting=False)) is bool(default)


def test_a_constant_that_a_build_replaces_is_no_version(tmp_path: Path) -> None:
    files = {"common/version.go": 'package common\n\nvar Version = "v0.0.0" // replaced\n'}
    fact = inspected(tmp_path, files, "releases")["releases/version-agreement"]

    assert fact.answer in {Answer.NOT_APPLICABLE, Answer.UNKNOWN}
    assert spots(fact, counting=False) == ["common/version.go:3"]
