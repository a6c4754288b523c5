"""Runtime settings: names of dotenv and INI files, with lines and without values; which of them may divert."""

from pathlib import Path

import pytest

from support.collecting import in_folder, in_git, line_text, only_item, problems, source, write
from support.git_repositories import Repository
from tieout.collectors.config import collect, settings
from tieout.collectors.config.settings import may_divert
from tieout.kernel.canonical import canonical_bytes

DOTENV = """\
# OPENAI_BASE_URL=https://elsewhere.example/v1
export LITELLM_LOG=INFO
OPENAI_API_KEY="sk-live-3f9a
still the value"
ANTHROPIC_BASE_URL=https://models.elsewhere.example
"""
INI = """\
[openai]
model = gpt-4o-2024-11-20
base_url = https://user:Tr0ub4dor@models.elsewhere.example
[logging]
level: INFO
"""


def settings_at(path: str, *provides: str, **fields):
    return source("config", path, provides=provides or ("runtime_settings",), **fields)


def gather(root: Path, path: str, content: str):
    return in_folder(collect, write(root, {path: content}), settings_at(path))


def test_dotenv_gives_names_with_lines_and_no_value_anywhere(tmp_path: Path):
    gathered = gather(tmp_path, "gateway.env", DOTENV)
    item = only_item(gathered)
    assert [(one["name"], one["may_divert"]) for one in item.facts["settings"]] == [
        ("LITELLM_LOG", False),
        ("OPENAI_API_KEY", False),
        ("ANTHROPIC_BASE_URL", True),
    ]
    assert line_text(gathered, item, "/settings/2").startswith("ANTHROPIC_BASE_URL=")
    kept = canonical_bytes(item.as_json()) + b"".join(gathered.copies.values())
    assert b"sk-live" not in kept
    assert b"still the value" not in kept
    assert b"elsewhere" not in kept


def test_ini_gives_names_by_section_and_its_copy_shows_no_password(tmp_path: Path):
    gathered = gather(tmp_path, "gateway.ini", INI)
    item = only_item(gathered)
    assert [(one["section"], one["name"], one["may_divert"]) for one in item.facts["settings"]] == [
        ("openai", "model", False),
        ("openai", "base_url", True),
        ("logging", "level", False),
    ]
    assert line_text(gathered, item, "/settings/1").startswith("base_url = ")
    assert b"gpt-4o" not in canonical_bytes(item.facts)
    assert all(b"Tr0ub4dor" not in copy for copy in gathered.copies.values())


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (".env.example", "an example"),
        ("deploy/template/gateway.env", "a template"),
        ("tests/gateway.env", "a test or its fixture"),
        ("gateway.staging.env", "of another environment than production by its path ('staging'"),
    ],
)
def test_what_is_not_live_sets_nothing(tmp_path: Path, path: str, why: str):
    gathered = in_folder(collect, write(tmp_path, {path: DOTENV}), settings_at("."), prefix="")
    assert gathered.result.items == ()
    assert any(why in one.reason for one in problems(gathered, "not-counted"))


def test_settings_of_build_tools_are_none_of_the_program(tmp_path: Path):
    files = {"tox.ini": "[tox]\nopenai_base_url = x\n", "setup.cfg": "[metadata]\nname = x\n", "app.ini": INI}
    gathered = in_folder(collect, write(tmp_path, files), settings_at("."), prefix="")
    assert [item.provenance.path for item in gathered.result.items] == ["app.ini"]


def test_a_source_of_something_else_takes_no_settings(tmp_path: Path):
    files = {"gateway.env": DOTENV}
    gathered = in_folder(collect, write(tmp_path, files), settings_at("gateway.env", "gateway_config"))
    assert gathered.result.items == ()
    [told] = problems(gathered, "unreadable")
    assert "none of those that are recognised (" in told.reason


@pytest.mark.parametrize(
    ("path", "content", "line", "why"),
    [
        ("gateway.env", "A=1\nnot an assignment\n", 2, "the line is not 'NAME=value'"),
        ("gateway.ini", "key = 1\n", 1, "text stands before the first section"),
        ("gateway.ini", "[a]\nk = 1\nk = 2\n", 3, "the option 'k' stands twice"),
    ],
)
def test_malformed_settings_are_unreadable_with_their_line(tmp_path: Path, path, content, line, why):
    gathered = gather(tmp_path, path, content)
    assert gathered.result.items == ()
    [told] = problems(gathered, "unreadable")
    assert (told.place.line, why in told.reason) == (line, True)


def test_a_file_of_comments_sets_nothing(tmp_path: Path):
    gathered = gather(tmp_path, "gateway.env", "# OPENAI_BASE_URL=x\n")
    assert gathered.result.items == ()
    [told] = problems(gathered, "absent")
    assert "is empty or holds only comments" in told.reason


def test_more_names_than_any_program_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "MAX_SETTINGS", 3)
    assert len(only_item(gather(tmp_path, "a.env", "A=1\nB=2\nC=3\n")).facts["settings"]) == 3
    gathered = gather(tmp_path, "b.env", "A=1\nB=2\nC=3\nD=4\n")
    [told] = problems(gathered, "unreadable")
    assert "more than 3 settings" in told.reason


def test_at_a_commit_the_settings_are_those_in_force(tmp_path: Path):
    repository = Repository(tmp_path / "repository")
    repository.commit("one", {"gateway.env": DOTENV})
    item = only_item(in_git(collect, repository, settings_at("repository"), prefix="gateway.env"))
    assert item.effective is not None
    assert item.effective.basis == "in force at the assessed commit"


@pytest.mark.parametrize(
    ("name", "section", "diverts"),
    [
        ("OPENAI_BASE_URL", None, True),
        ("OPENAI_API_BASE", None, True),
        ("AZURE_OPENAI_ENDPOINT", None, True),
        ("ANTHROPIC-BASE-URL", None, True),
        ("mistralApiBase", None, True),
        ("LLM_HOST", None, True),
        ("MODEL_ALIASES", None, True),
        ("https_proxy", None, True),
        ("STORE_MODEL_IN_DB", None, True),
        ("url", "anthropic", True),
        ("url", "logging", False),
        ("DATABASE_URL", None, False),
        ("REDIS_HOST", None, False),
        ("LANGFUSE_HOST", None, False),
        ("PROXY_BASE_URL", None, False),
        ("OPENAI_API_KEY", None, False),
        ("MODEL_TIMEOUT", None, False),
        ("NO_PROXY", None, False),
        ("RURAL_AI_MAIL", None, False),  # words, not letters in a row
    ],
)
def test_which_names_may_divert(name: str, section: str | None, diverts: bool):
    assert may_divert(name, section) is diverts
