"""The commands of a shell text: lines, folders, and whether a failure counts."""

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.syntax.pipelines.expressions import holds
from tieout.syntax.pipelines.programs import program_of, shell_argument
from tieout.syntax.pipelines.shell import ShellText, commands_of, joined


def commands(text: str, **options):
    return commands_of(ShellText("step.sh", text.split("\n"), 1, **options))


def told(text: str, **options):
    """Line, program and whether a failure is ignored, of each command."""
    return [(found.spot.line, found.words[0], bool(found.softs)) for found in commands(text, **options)]


def test_each_command_has_its_own_line():
    assert told("pip install x\n\n# pytest\npytest \\\n  -q && ruff check\n") == [
        (1, "pip", False),
        (4, "pytest", False),
        (5, "ruff", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "pytest || true",
        "pytest || :",
        "pytest || exit 0",
        "pytest || echo failed",
        "pytest | tee log",
        "pytest &",
        "set +e\npytest\necho done",
        "set +o errexit\npytest\necho done",
        "if pytest; then echo fine; fi",
        "while ! pytest; do sleep 1; done",
        "(cd sub && pytest) || echo failed",
        "{ pytest; } || true",
        'out=$(pytest) || echo "failed"',
    ],
)
def test_a_failure_that_the_shell_ignores_is_told(text):
    assert ("pytest", True) in [(name, soft) for _, name, soft in told(text)]


@pytest.mark.parametrize(
    "text",
    [
        "pytest",
        "pytest || exit 1",
        "pytest || { echo failed; exit 1; }",
        "pytest || false",
        "pytest && echo fine",
        "set -o pipefail\npytest | tee log",
        "set -euo pipefail\npytest | tee log",
        "if ! pytest; then echo failed; exit 1; fi",
        "set +e\npytest\ncode=$?\nexit $code",
        "set +e\nflaky\nset -e\npytest",
        "for part in a b; do pytest $part; done",
        'case "$x" in\n a) pytest a ;;\n b|c) pytest b ;;\nesac',
        "out=$(pytest)",
        "test() { pytest; }",
    ],
)
def test_a_failure_that_counts_is_not_called_ignored(text):
    found = [soft for _, name, soft in told(text) if name == "pytest"]
    assert found
    assert not any(found)


def test_without_errexit_only_the_last_command_counts():
    assert told("flake8\nblack --check .\n", errexit=False) == [(1, "flake8", True), (2, "black", False)]


def test_documents_and_comments_in_a_text_are_no_commands():
    assert [name for _, name, _ in told("cat <<EOF > x\npytest\nEOF\n# ruff check\necho 'pytest'\n")] == ["cat", "echo"]


def test_a_change_of_folder_lasts_to_the_end_of_its_shell():
    found = commands("(cd a && make x)\ncd web\nnpm test\ncd ../..\nls", folder="apps/one")
    assert [(command.text, command.folder) for command in found if command.words[0] != "cd"] == [
        ("make x", "apps/one/a"),
        ("npm test", "apps/one/web"),
        ("ls", "apps"),
    ]


@pytest.mark.parametrize(("part", "expected"), [("..", None), ("$HOME", None), ("/usr", None), ("b/../c", "a/c")])
def test_a_folder_outside_of_the_tree_is_not_known(part, expected):
    assert joined("a" if expected else "", part) == expected


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("poetry run pytest --cov", "pytest --cov"),
        ("uv run --group dev pytest -q", "pytest -q"),
        ("python3 -Im coverage run -m pytest", "pytest"),
        ("sudo -u ci ./env/bin/python -m mypy .", "mypy ."),
        ("npx -y eslint@9 .", "eslint ."),
        ("npx @cyclonedx/cyclonedx-npm@2 --help", "@cyclonedx/cyclonedx-npm --help"),
        ("docker run --rm -v a:b aquasec/trivy:0.50 image x", "trivy image x"),
        ("go tool -modfile=tools/go.mod golangci-lint run", "golangci-lint run"),
        ("timeout 30 env A=b bundle exec rspec", "rspec"),
        ("xargs -0 prettier --check", "prettier --check"),
        ("python setup.py test", "python setup.py test"),
        ("./scripts/lint.sh", "./scripts/lint.sh"),
        ("uv sync --locked", "uv sync --locked"),
    ],
)
def test_the_program_behind_its_starters(text, program):
    assert " ".join(program_of(shlex.split(text))) == program


def test_the_text_that_a_shell_is_given():
    assert shell_argument(["bash", "-ec", "pytest -q"]) == "pytest -q"
    assert shell_argument(["bash", "script.sh"]) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.event_name == 'push'", False),
        ("github.event_name != 'push'", True),
        ("${{ !cancelled() && (github.event_name != 'push' || needs.x.outputs.y != 'true') }}", True),
        ("false", False),
        ("${{ false }}", False),
        ("failure()", False),
        ("failure() || always()", True),
        ("failure() && github.actor == 'x'", False),
        ("github.actor == 'dependabot[bot]'", None),
        ("contains(fromJSON('[]'), github.event_name)", None),
        ("startsWith(github.event_name, 'pull')", True),
        ("github.event_name == 'push' == ", None),
        ("'it''s'", True),
        ("(", None),
    ],
)
def test_a_condition_is_judged_only_where_the_file_decides_it(condition, expected):
    assert holds(condition, {"github.event_name": "pull_request"}) is expected


@given(st.text(alphabet="a|&;()<>{}$`'\"\\ \n#!=[]-e", max_size=120))
@settings(max_examples=150, deadline=None)
def test_no_text_stops_the_reader(text):
    for command in commands(text):
        assert command.words
        assert 1 <= (command.spot.line or 0) <= text.count("\n") + 1
    assert holds(text, {}) in {True, False, None}


def test_deep_nesting_is_no_recursion_without_end():
    assert commands("(" * 5_000 + "pytest" + ")" * 5_000) is not None
    assert commands("if " * 3_000 + "pytest") is not None
    assert commands("x=$(" * 3_000 + "pytest") is not None
