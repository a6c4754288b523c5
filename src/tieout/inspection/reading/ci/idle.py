"""What looks like a check or an evaluation and is run by no workflow: settings of tools, test files, words."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.ci.tool_tables import FORMATTING, LINTING, TESTS, TYPES
from tieout.inspection.reading.eval_harness import harness_of
from tieout.inspection.reading.mentions import guides, mentions
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Files of settings of one kind of tool, by their paths.
_FILES: Final = {
    FORMATTING: re.compile(
        r"(?:\A|/)(?:\.prettierrc(?:\.[a-z]+)?|prettier\.config\.[cm]?[jt]s|\.clang-format|\.?rustfmt\.toml|\.style\.yapf"
        r"|\.isort\.cfg|dprint\.json|\.scalafmt\.conf)\Z"
    ),
    LINTING: re.compile(
        r"(?:\A|/)(?:\.flake8|\.?pylintrc|\.eslintrc(?:\.[a-z]+)?|eslint\.config\.[cm]?[jt]s|\.?ruff\.toml"
        r"|\.golangci\.ya?ml|\.?clippy\.toml|\.rubocop\.ya?ml|\.stylelintrc(?:\.[a-z]+)?|tslint\.json)\Z"
    ),
    TYPES: re.compile(r"(?:\A|/)(?:\.?mypy\.ini|pyrightconfig\.json|\.pyre_configuration)\Z"),
    TESTS: re.compile(
        r"(?:\A|/)(?:pytest\.ini|conftest\.py|test_[^/]+\.py|[^/]+_test\.(?:py|go)|[^/]+[._](?:test|spec)\.[cm]?[jt]sx?"
        r"|[^/]+_spec\.rb|[^/]+Tests?\.(?:java|kt|cs))\Z"
    ),
}
_SHARED = re.compile(r"(?:\A|/)(?:setup\.cfg|tox\.ini|pyproject\.toml)\Z")
_SECTIONS: Final[dict[str, Any]] = {
    FORMATTING: compile_bytes(r"(?m)^\[(?:tool[.:])?(?:yapf|black|isort|ruff\.format|autopep8|docformatter)\b[^\n]*\]"),
    LINTING: compile_bytes(r"(?m)^\[(?:tool[.:])?(?:flake8|pylint|pycodestyle|pep8|pydocstyle|ruff)\b[^\n]*\]"),
    TYPES: compile_bytes(r"(?m)^\[(?:tool[.:])?(?:mypy|pyright|basedpyright|pyre|pytype|ty)\b[^\n]*\]"),
    TESTS: compile_bytes(r"(?m)^\[(?:tool[.:])?(?:pytest|tox|nose|nosetests)\b[^\n]*\]"),
}
_WORDS: Final[dict[str, Any]] = {
    FORMATTING: compile_bytes(
        r"\b(?:black|prettier|isort|yapf|gofmt|rustfmt|clang-format|ruff format|cargo fmt|code style"
        r"|formatt(?:er|ing))\b",
        folded=True,
    ),
    LINTING: compile_bytes(
        r"\b(?:flake8|pylint|ruff|eslint|golangci-lint|clippy|rubocop|lint(?:er|ers|ing)?)\b", folded=True
    ),
    TYPES: compile_bytes(r"\b(?:mypy|pyright|type[- ]?check(?:s|er|ing|ed)?|tsc)\b", folded=True),
    TESTS: compile_bytes(
        r"\b(?:pytest|unittest|run (?:the |all )?tests|npm (?:run )?test|make tests?|cargo test|go test)\b", folded=True
    ),
}
_MAKEFILE = re.compile(r"(?:\A|/)(?:GNUm|[mM])akefile\Z")
_PACKAGE = re.compile(r"(?:\A|/)package\.json\Z")
_TOOLS: Final = {
    FORMATTING: "black|isort|yapf|ruff format|prettier|gofmt|gofumpt|goimports|cargo fmt|clang-format",
    LINTING: "pylint|flake8|ruff check|ruff|eslint|golangci-lint|cargo clippy|rubocop|shellcheck|go vet",
    TYPES: "mypy|pyright|tsc",
    TESTS: "pytest|nose2|unittest|go test|cargo test|npm test|jest|vitest|tox",
}
_RECIPES: Final[dict[str, Any]] = {
    kind: compile_bytes(rf"(?m)^\t[@-]*[ \t]*(?:(?:uv|poetry|pdm|npx|python3?) (?:run |-m )?)?(?:{tools})\b")
    for kind, tools in _TOOLS.items()
}
_SCRIPTS: Final[dict[str, Any]] = {
    kind: compile_bytes(rf"(?m)^[ \t]*\"[\w:.-]{{1,60}}\"[ \t]*:[ \t]*\"(?:npx )?(?:{tools})\b(?:[^\"\n]* [^\"\n]*)?\"")
    for kind, tools in _TOOLS.items()
}
_SHOWS: Final = {
    FORMATTING: "settings of a formatter that no workflow runs",
    LINTING: "settings of a linter that no workflow runs",
    TYPES: "settings of a type checker that no workflow runs",
    TESTS: "tests that no workflow runs",
}
_MOST: Final = 3
_MOST_OF_A_KIND: Final = 2
_MOST_SETTINGS: Final = 50
_OWN: Final = (PlaceClass.LIVE, PlaceClass.TEST)


def idle_settings(repository: Repository, kind: str) -> list[InspectedPlace]:
    """Up to three places that look like a check of one kind, where nothing runs one."""
    found = list(islice(_settings(repository, kind), _MOST_OF_A_KIND))
    words = mentions(repository, guides(repository), _WORDS[kind], "a guide speaks of it; no workflow runs it")
    return [*found, *words][:_MOST]


def idle_targets(repository: Repository, kind: str) -> list[InspectedPlace]:
    """Targets of make and scripts of a package that do it on people's machines; up to two."""
    found = []
    for files, pattern, what in (
        (_MAKEFILE, _RECIPES[kind], "a make target that no workflow runs"),
        (_PACKAGE, _SCRIPTS[kind], "a script of the package that no workflow runs"),
    ):
        own = sorted((file for file in repository.matching(files) if file.is_own), key=lambda file: file.path)
        own.sort(key=lambda file: file.path.count("/"))
        found += mentions(repository, own[:_MOST_OF_A_KIND], pattern, what)
    return found[:_MOST_OF_A_KIND]


def _settings(repository: Repository, kind: str) -> Iterator[InspectedPlace]:
    shared = [file for file in repository.matching(_SHARED) if file.is_own][:_MOST_SETTINGS]
    yield from mentions(repository, shared, _SECTIONS[kind], _SHOWS[kind])
    for file in repository.matching(_FILES[kind]):
        if file.path_class in _OWN:
            yield repository.place(file.path, shows=_SHOWS[kind], counts=False)


def idle_evaluations(repository: Repository) -> list[InspectedPlace]:
    """Up to three places of what evaluates a model in the tree, where no workflow runs it."""
    found = harness_of(repository)
    shows = "evaluates, and no workflow runs it"
    return [place.model_copy(update={"counts": False, "shows": shows}) for place in (*found.places, *found.own)][:_MOST]
