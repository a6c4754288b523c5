"""`tieout inspect` as people and programs use it: one repository or many, JSON by its schema, odd repositories."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from tieout.inspection.engine import topics

FILES = {
    "README.md": "# A service\n\nText.\n",
    "LICENSE": "MIT License\n\nCopyright (c) 2026 the authors\n",
    "Dockerfile": "FROM python:3.12-slim\nUSER app\n",
    ".github/CODEOWNERS": "* @org/team\n",
}


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    """A small repository."""
    repository = Repository(tmp_path / "service")
    repository.commit("one", FILES)
    return repository


def document(answer: Any) -> dict[str, Any]:
    """What it printed, held against its schema."""
    assert answer.code == 0, answer.err
    found = dict(answer.json())
    assert next(iter(found)) == "schema"
    return found


@pytest.mark.usefixtures("made")
def test_json_follows_the_published_schema(tmp_path: Path) -> None:
    schema = tieout("schema", "inspection", cwd=tmp_path).json()
    jsonschema_rs.meta.validate(schema)
    found = document(tieout("inspect", "service", "--format", "json", cwd=tmp_path))
    jsonschema_rs.Draft202012Validator(schema).validate(found)
    assert found["schema"] == schema["$id"]
    assert [topic["key"] for topic in found["topics"]] == [topic.key for topic in topics()]
    wrong = {**found, "commit": 5}
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.Draft202012Validator(schema).validate(wrong)


@pytest.mark.usefixtures("made")
def test_every_place_is_a_line_of_the_commit(tmp_path: Path) -> None:
    found = document(tieout("inspect", "service", "--format", "json", cwd=tmp_path))
    places = [place for topic in found["topics"] for fact in topic["facts"] for place in fact["places"]]
    assert places
    for place in places:
        lines = FILES[place["path"]].splitlines()
        assert 1 <= place.get("line", 1) <= len(lines), place
        if place.get("text"):
            assert place["text"] == lines[place["line"] - 1].strip()


def test_work_tree_bare_bundle_and_a_folder_within_say_the_same(made: Repository, tmp_path: Path) -> None:
    (made.folder / "docs").mkdir()
    (made.folder / "SECURITY.md").write_text("uncommitted\n")
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    made.git("bundle", "create", "-q", str(tmp_path / "all.bundle"), "--all")
    told = [
        document(tieout("inspect", path, "--format", "json", cwd=tmp_path))
        for path in ("service", "service/docs", "bare.git", "all.bundle")
    ]
    for one in told:
        one.pop("repository")
    assert all(one == told[0] for one in told)


def test_another_commit_and_one_topic(made: Repository, tmp_path: Path) -> None:
    made.git("tag", "v1")
    made.commit("two", {"Dockerfile": "FROM python:3.12-slim\n"})
    options = ("service", "--topic", "containers", "--format", "json")
    now = document(tieout("inspect", *options, cwd=tmp_path))
    then = document(tieout("inspect", *options, "--at", "v1", cwd=tmp_path))
    assert now["commit"] != then["commit"]
    answers = [{fact["id"]: fact["answer"] for fact in one["topics"][0]["facts"]} for one in (now, then)]
    assert [one["containers/non-root"] for one in answers] == ["no", "yes"]
    fails(tieout("inspect", *options, "--at", "v9", cwd=tmp_path), 2, "v9")
    fails(tieout("inspect", "service", "--topic", "weather", cwd=tmp_path), 2, "weather", "containers")


def test_many_repositories_one_document_a_line(made: Repository, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path / "second")
    (tmp_path / "none").mkdir()
    answer = tieout("inspect", "service", "none", "second", "--format", "json", cwd=tmp_path)
    assert answer.code == 0
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert [line["repository"] for line in lines] == ["service", "second"]
    assert "none" in answer.err
    assert "not a git repository" in answer.err
    assert tieout("inspect", "service", "none", "--strict", cwd=tmp_path).code == 4
    fails_all = tieout("inspect", "none", "absent", cwd=tmp_path)
    assert fails_all.code == 3
    alone = document(tieout("inspect", "second", "--format", "json", cwd=tmp_path))
    assert alone == lines[1]


def test_what_cannot_be_read_is_told_and_strict_exits_with_4(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    made.commit("one", {**FILES, ".github/workflows/ci.yml": "on: [push\njobs: {"})
    answer = tieout("inspect", "r", cwd=tmp_path)
    assert answer.code == 0
    assert ".github/workflows/ci.yml" in answer.out.partition("Not read")[2]
    fails(tieout("inspect", "r", "--strict", cwd=tmp_path), 4, "read")


def test_an_empty_repository_and_a_folder_that_is_none_are_refused(tmp_path: Path) -> None:
    Repository(tmp_path / "empty")
    (tmp_path / "plain").mkdir()
    fails(tieout("inspect", "empty", cwd=tmp_path), 2, "no commit")
    fails(tieout("inspect", "plain", cwd=tmp_path), 2, "not a git repository")
    fails(tieout("inspect", "absent", cwd=tmp_path), 2, "no such folder")


@pytest.mark.usefixtures("made")
def test_nothing_is_written_and_the_same_bytes_come_again(tmp_path: Path) -> None:
    before = sorted(path.as_posix() for path in tmp_path.rglob("*"))
    first = tieout("inspect", "service", "--format", "json", cwd=tmp_path)
    again = tieout("inspect", "service", "--format", "json", cwd=tmp_path, variables={"PYTHONHASHSEED": "77"})
    assert first.out == again.out
    assert sorted(path.as_posix() for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("form", ["sha256", "shallow", "missing-object", "worktree", "submodule", "latin-1-path"])
def test_odd_repositories_give_a_result(tmp_path: Path, form: str) -> None:
    made = Repository(tmp_path / "r", object_format="sha256" if form == "sha256" else "sha1")
    made.commit("one", FILES)
    made.commit("two", {"a.py": "x = 1\n"})
    folder = made.folder
    if form == "shallow":
        folder = tmp_path / "shallow"
        subprocess.run(["git", "clone", "-q", "--depth", "1", made.folder.as_uri(), folder], check=True)
    if form == "missing-object":
        blob = made.git("rev-parse", "HEAD:README.md")
        (made.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    if form == "worktree":
        folder = tmp_path / "linked"
        made.git("worktree", "add", "-q", "--detach", str(folder))
    if form == "submodule":
        made.git("update-index", "--add", "--cacheinfo", f"160000,{made.git('rev-parse', 'HEAD')},vendor/x")
        made.git("commit", "-q", "-m", "three")
    if form == "latin-1-path":
        blob = made.git("rev-parse", "HEAD:a.py").encode()
        made.git("update-index", "--add", "--cacheinfo", b"100644," + blob + b",caf\xe9.py")
        made.git("commit", "-q", "-m", "three")
    found = document(tieout("inspect", folder, "--format", "json", cwd=tmp_path))
    facts = {fact["id"]: fact for topic in found["topics"] for fact in topic["facts"]}
    assert found["shallow"] is (form == "shallow")
    assert found["partial"] is (form == "missing-object")
    assert facts["containers/non-root"]["answer"] == "yes"
    if form == "missing-object":
        assert facts["repository/readable"]["answer"] == "no"
        assert "README.md" in {place["path"] for place in facts["repository/readable"]["places"]}
    if form == "shallow":
        assert facts["repository/complete-history"]["answer"] == "no"
        assert facts["change-control/pull-request-share"]["answer"] == "unknown"
    if form == "sha256":
        assert found["object_format"] == "sha256"
        assert len(found["commit"]) == 64
