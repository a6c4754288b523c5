"""General causes of wrong answers that repositories of servers, harnesses and models showed, each with its trap."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer

CI = ".github/workflows/ci.yml"
CONFIG = ".pre-commit-config.yaml"
HOOKS = "repos:\n  - repo: https://x.test/ruff\n    hooks:\n      - id: ruff-format\n      - id: detect-private-key\n"
ACTION = (
    "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: pre-commit/action@v3\n"
    "        env: {{SKIP: '{}'}}\n        with:\n          extra_args: {}\n"
)
REFS = "--from-ref ${{ github.event.pull_request.base.sha || 'HEAD~1' }} --to-ref HEAD"


@pytest.mark.parametrize(
    ("skip", "words", "answer"),
    [
        ("", REFS, Answer.YES),
        ("", "--files a.py b.py", Answer.YES),
        ("", f"ruff-format {REFS}", Answer.YES),
        ("", f"--hook-stage manual detect-private-key {REFS}", Answer.NO),
        ("ruff-format", REFS, Answer.NO),
    ],
)
def test_values_of_options_name_no_hooks(tmp_path: Path, skip: str, words: str, answer: Answer) -> None:
    files = {CI: ACTION.format(skip, words), CONFIG: HOOKS, "a.py": "x = 1\n"}
    fact = inspected(tmp_path, files, "ci-gates")["ci-gates/formatting-enforced"]

    assert fact.answer is answer
    assert (f"{CI}:7" in spots(fact, counting=False)) is (skip == "ruff-format")


@pytest.mark.parametrize(
    ("version", "further", "answer"),
    [
        ("1.2.0.dev0", True, Answer.PARTIAL),
        ("1.2.0", True, Answer.UNKNOWN),
        ("1.1.0.dev0", True, Answer.NO),
        ("1.2.0.dev0", False, Answer.NO),
    ],
)
def test_a_version_on_the_way_to_the_next_release(tmp_path: Path, version: str, further: bool, answer: Answer) -> None:
    made = Repository(tmp_path / "r")
    made.commit("one", {"pyproject.toml": f'[project]\nname = "a"\nversion = "{version}"\n'})
    made.git("tag", "v1.1.1")
    if further:
        made.commit("two", {"x": "x"})
    fact = facts_of(made.folder, "releases")["releases/version-agreement"]

    assert fact.answer is answer
    assert "pyproject.toml:3" in spots(fact) + spots(fact, counting=False)


@pytest.mark.parametrize(("path", "answer"), [("VERSION", Answer.NO), ("vendor/lib/VERSION", Answer.UNKNOWN)])
def test_a_version_file_at_the_root_is_of_the_whole(tmp_path: Path, path: str, answer: Answer) -> None:
    made = Repository(tmp_path / "r")
    made.commit("one", {path: "0.1.0\n", "web/package.json": '{\n  "name": "a",\n  "version": "0.1.0"\n}\n'})
    made.git("tag", "v0.1.1")

    assert facts_of(made.folder, "releases")["releases/version-agreement"].answer is answer


META = (
    "on:\n  push:\n    {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - id: meta\n"
    "        uses: docker/metadata-action@v5\n        with:\n          images: x/y\n{}"
    "      - uses: docker/build-push-action@v6\n        with:\n          push: true\n"
    "          tags: ${{{{ steps.meta.outputs.tags }}}}\n"
)
PYPI = "on: release\njobs:\n  b:\n    runs-on: x\n    steps:\n      - uses: pypa/gh-action-pypi-publish@v1\n"


@pytest.mark.parametrize(
    ("start", "tags", "more", "answer"),
    [
        ("branches: [main]", "", {}, Answer.NO),
        ("branches: [main]", "", {".github/workflows/p.yml": PYPI}, Answer.PARTIAL),
        ("tags: ['v*']", "", {}, Answer.YES),
        ("branches: [main]", "          tags: type=sha\n", {}, Answer.YES),
    ],
)
def test_names_of_images_that_nobody_chose(
    tmp_path: Path, start: str, tags: str, more: dict[str, str], answer: Answer
) -> None:
    fact = inspected(tmp_path, {CI: META.format(start, tags), **more}, "releases")["releases/deployed-identity"]

    assert fact.answer is answer


GO = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: golangci/golangci-lint-action@v8\n"


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ("linters:\n  default: all\n", Answer.YES),
        ("linters:\n  enable:\n    - gosec\n", Answer.YES),
        ("linters:\n  enable-all: true\n  disable: [gosec]\n", Answer.NO),
        ("linters:\n  enable: [misspell]\n# - gosec\n", Answer.NO),
        ("linters: [gosec]\n", Answer.NO),
        ("linters:\n  enable: {gosec: 1}\n  default: [all]\n", Answer.NO),
    ],
)
def test_a_scanner_within_a_linter(tmp_path: Path, settings: str, answer: Answer) -> None:
    facts = inspected(tmp_path, {CI: GO, ".golangci.yml": settings, "a.go": "package a\n"}, "security-scanning")

    assert facts["security-scanning/in-ci"].answer is answer


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ('[tool.ruff.lint]\nselect = ["E", "S"]\n', ["pyproject.toml:2"]),
        ('[tool.ruff]\nextend-select = [\n  "E",\n  "S1",\n]\n', ["pyproject.toml:4"]),
        ('[tool.ruff.lint]\nselect = ["SIM"]\nignore = ["S"]\n', []),
        ("[tool.ruff]\nlint = 3\n", []),
    ],
)
def test_rules_of_a_linter_are_no_scanner(tmp_path: Path, settings: str, place: list[str]) -> None:
    text = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: ruff check .\n"
    facts = inspected(tmp_path, {CI: text, "pyproject.toml": settings, "a.py": "x = 1\n"}, "security-scanning")
    fact = facts["security-scanning/in-ci"]

    assert fact.answer is Answer.NO
    assert [spot for spot in spots(fact, counting=False) if spot.startswith("pyproject")] == place


def test_an_ignored_lock_and_the_first_packages_are_shown(tmp_path: Path) -> None:
    text = '[project]\nname = "a"\ndependencies = [\n    "numpy>=1",\n    "torch==2.1",\n]\n'
    files = {"pyproject.toml": text, ".gitignore": "out\n/uv.lock\n#poetry.lock\n"}
    fact = inspected(tmp_path, files, "dependencies")["dependencies/locked-with-hashes"]

    assert fact.answer is Answer.NO
    assert spots(fact) == ["pyproject.toml:3", "pyproject.toml:4", "pyproject.toml:5"]
    assert spots(fact, counting=False) == [".gitignore:2"]


def test_what_is_reserved_is_no_limit(tmp_path: Path) -> None:
    text = (
        "services:\n  a:\n    image: x:1\n    deploy:\n      resources:\n        reservations:\n          memory: 1G\n"
        "  b:\n    image: y:1\n"
    )
    fact = inspected(tmp_path, {"compose.yaml": text}, "containers")["containers/resource-limits"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["compose.yaml:5"]


def test_the_default_of_a_variable_is_a_fixed_password(tmp_path: Path) -> None:
    text = "services:\n  db:\n    image: x\n    environment:\n      A_PASSWORD: ${PW:-hunter_of_two}\n"
    text += "      B_TOKEN: ${B}\n"
    fact = inspected(tmp_path, {"compose.yaml": text}, "secrets")["secrets/committed"]

    assert fact.answer is Answer.NO
    assert fact.values["fixed_passwords"] == 1
    assert spots(fact, counting=False)[0] == "compose.yaml:5"


LOADS = "import torch\nm = torch.load('m.pt')\n"


@pytest.mark.parametrize(
    ("sentence", "spdx"),
    [
        ("The pre-trained models are licensed under the CC-BY-NC license.", ("CC-BY-NC",)),
        ("The model weights are released under CC BY-NC-SA 3.0.", ("CC-BY-NC-SA-3.0",)),
        ("The model weights are released under CC-BY-NC-4.0.", ("CC-BY-NC-4.0",)),
    ],
)
def test_creative_commons_of_any_version(tmp_path: Path, sentence: str, spdx: tuple[str, ...]) -> None:
    files = {"README.md": f"# X\n\n{sentence}\n", "m.py": LOADS}
    fact = inspected(tmp_path, files, "licences")["licences/weights-licence"]

    assert fact.values["spdx"] == spdx


@pytest.mark.parametrize(
    ("written", "spdx"),
    [
        ("AGPL-3.0-or-later", ("AGPL-3.0", "AGPL-3.0-or-later")),
        ("AGPL-3.0", ("AGPL-3.0",)),
        ("MIT", ("AGPL-3.0",)),
    ],
)
def test_the_edition_that_metadata_say(tmp_path: Path, written: str, spdx: tuple[str, ...]) -> None:
    text = "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007\n"
    files = {"LICENSE": text, "pyproject.toml": f'[project]\nname = "a"\nlicense = "{written}"\n'}

    assert inspected(tmp_path, files, "licences")["licences/code-licence"].values["spdx"] == spdx


def test_checksums_are_no_signature(tmp_path: Path) -> None:
    text = "on:\n  push:\n    tags: ['v*']\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    text += "      - uses: goreleaser/goreleaser-action@v6\n"
    files = {CI: text, ".goreleaser.yml": "version: 2\nchecksum:\n  name_template: sums.txt\n"}
    fact = inspected(tmp_path, files, "supply-chain")["supply-chain/signing"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False)[0] == ".goreleaser.yml:2"


def test_each_line_that_takes_a_secret_is_shown_and_counted_once(tmp_path: Path) -> None:
    step = "      - run: a\n        env: {A: '${{ secrets.HF_TOKEN }}'}\n"
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{step}{step}"
    fact = inspected(tmp_path, {CI: text}, "secrets")["secrets/from-outside"]

    assert fact.values["names"] == 1
    assert spots(fact) == [f"{CI}:7", f"{CI}:9"]


DEMO = {
    "demo/web/Dockerfile": "FROM node:22\nCOPY . .\nRUN yarn install --frozen-lockfile\n",
    "demo/web/package.json": '{\n  "name": "a",\n  "dependencies": {\n    "b": "1"\n  }\n}\n',
    "demo/web/yarn.lock": '# yarn lockfile v1\n\nb@1:\n  version "1.0.0"\n  integrity sha512-abc==\n',
}


@pytest.mark.parametrize(("path", "answer"), [("compose.yaml", Answer.YES), ("examples/compose.yaml", Answer.NO)])
def test_a_demonstration_that_compose_builds_is_in_use(tmp_path: Path, path: str, answer: Answer) -> None:
    context = "./demo/web" if path == "compose.yaml" else "../demo/web"
    files = {**DEMO, path: f"services:\n  web:\n    build: {context}\n"}
    locked = inspected(tmp_path, files, "dependencies")["dependencies/locked-with-hashes"]
    pinned = inspected(tmp_path, files, "containers")["containers/base-pinned"]

    assert (locked.answer is Answer.YES) is (answer is Answer.YES)
    assert (pinned.answer is Answer.NO) is (answer is Answer.YES)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("uses: omnilib/ufmt@action-v1", Answer.YES),
        ("run: ufmt check sam", Answer.YES),
        ("run: ufmt format sam", Answer.NO),
    ],
)
def test_ufmt_is_a_formatter(tmp_path: Path, step: str, answer: Answer) -> None:
    text = f"on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {step}\n"
    fact = inspected(tmp_path, {CI: text, "a.py": "x = 1\n"}, "ci-gates")["ci-gates/formatting-enforced"]

    assert fact.answer is answer


def test_the_argument_by_which_a_scan_cannot_fail_is_shown(tmp_path: Path) -> None:
    text = (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: securego/gosec@v2\n        with:\n"
        "          version: 2\n          args: '-no-fail ./...'\n"
    )
    fact = inspected(tmp_path, {CI: text}, "security-scanning")["security-scanning/in-ci"]

    assert fact.values["can_fail"] == ()
    assert f"{CI}:9" in spots(fact)
