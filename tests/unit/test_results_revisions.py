"""Revisions that runs of Inspect name: looked up in the repositories, and what changed since."""

import hashlib
import json

import pytest

from support.git_repositories import Repository
from support.inspect_logs import AS_OF, facts_of, gather, log
from tieout.collectors.base import Commit
from tieout.collectors.deciding import deciding
from tieout.kernel.git.quarantine import Quarantine


@pytest.mark.parametrize(
    ("origin", "kept"),
    [
        ("https://me:secret@git.example/team/app.git?x=1", "git.example/team/app.git"),
        ("git@git.example:team/app.git", "git.example:team/app.git"),
        ("/home/me/work/app", "work/app"),
        ("", None),
        (None, None),
    ],
)
def test_the_origin_of_a_revision_names_nobody(tmp_path, origin, kept):
    facts = facts_of(tmp_path, log(eval__revision={"type": "git", "commit": "abc1234", "origin": origin}))
    assert facts.get("origin") == kept


def test_the_revision_is_looked_up_in_the_repositories(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one")
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit("two")
    repository.git("checkout", "-q", "main")
    last = repository.commit("three")
    found = {}
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF),)
        for revision in (first[:7], last.upper(), side[:9], "0000000", first[:6], "main", "--all", " "):
            folder = tmp_path / "results"
            folder.mkdir(exist_ok=True)
            (folder / "run.json").write_text(json.dumps(log(eval__revision__commit=revision)))
            [item] = gather(folder, repositories=commits).result.items
            found[revision] = [item.facts.get(name) for name in ("commit_found", "commit_id", "commit_at")]
    assert found == {
        first[:7]: ["reached", first, "2026-01-01T00:00:00Z"],
        last.upper(): ["reached", last, "2026-01-03T00:00:00Z"],
        side[:9]: ["elsewhere", None, None],
        "0000000": ["unknown", None, None],
        first[:6]: ["unshown", None, None],
        "main": ["unknown", None, None],  # a name that moves is no revision
        "--all": ["unknown", None, None],
        " ": [None, None, None],
    }


def test_prompts_and_gateways_that_were_changed_after_the_revision_are_named(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one", {"prompts/a.md": "old", "conf/routes.yaml": "a: 1", "src/app.py": "1"})
    second = repository.commit("two", {"prompts/a.md": "new", "src/app.py": "2"})
    third = repository.commit("three", {"conf/routes.yaml": "a: 2", "docs/prompts/a.md": "x", "prompts/b.md": "x"})
    last = repository.commit("four", {"README.md": "x"})
    found = {}
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF, gateways=("conf/*.yaml",)),)
        for revision in (first, second, third, last, "0000000"):
            folder = tmp_path / "results"
            folder.mkdir(exist_ok=True)
            (folder / "run.json").write_text(json.dumps(log(eval__revision__commit=revision)))
            [item] = gather(folder, repositories=commits).result.items
            found[revision] = item.facts.get("changed_since")
    assert found == {
        first: ["conf/routes.yaml", "prompts/a.md", "prompts/b.md"],
        second: ["conf/routes.yaml", "prompts/b.md"],
        third: [],
        last: [],
        "0000000": None,
    }


@pytest.mark.parametrize(
    ("path", "decides"),
    [
        ("prompts/triage.md", True),
        ("app/Prompts/triage_template.txt", True),
        ("deploy/litellm-config.yaml", True),
        ("ops/gateway.yaml", True),
        ("guardrails.json", True),
        ("conf/routes.yaml", True),
        ("conf.d/routes.yaml", False),
        ("tests/prompts/a.md", False),
        ("docs/prompts/a.md", False),
        ("src/promptly/a.md", False),
        ("src/gateway.py", False),
    ],
)
def test_which_files_decide_answers(path, decides):
    assert deciding([path], ["conf"]) == ([path] if decides else [])


def test_the_data_file_of_the_revision_is_the_one_compared(tmp_path):
    repository = Repository(tmp_path / "r")
    none = repository.commit("no data")
    old = repository.commit("data", {"evals/triage.jsonl": '{"a": 1}\n\n{"a": 2}\n'})
    last = repository.commit("other data", {"evals/triage.jsonl": "x\n"})
    found = {}
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF),)
        relative, absolute = "evals/triage.jsonl", "/a/evals/triage.jsonl"
        for revision, place in ((none, relative), (old, absolute), (last, relative)):
            folder = tmp_path / "results"
            folder.mkdir(exist_ok=True)
            told = log(eval__revision__commit=revision, eval__dataset__location=place)
            (folder / "run.json").write_text(json.dumps(told))
            [item] = gather(folder, repositories=commits).result.items
            names = ("dataset_then", "dataset_then_sha256", "dataset_then_records")
            found[revision] = [item.facts.get(name) for name in names]
        (folder / "run.json").write_text(json.dumps(log(eval__revision__commit=old, eval__dataset__location="hf/else")))
        [elsewhere] = gather(folder, repositories=commits).result.items
    assert found == {
        none: ["absent", None, None],
        old: ["held", hashlib.sha256(b'{"a": 1}\n\n{"a": 2}\n').hexdigest(), 2],
        last: ["held", hashlib.sha256(b"x\n").hexdigest(), 1],
    }
    assert "dataset_then" not in elsewhere.facts


def test_a_pointer_at_the_revision_does_not_show_what_the_data_was(tmp_path):
    repository = Repository(tmp_path / "r")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 42\n"
    last = repository.commit("pointer", {"evals/triage.jsonl": pointer})
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "run.json").write_text(json.dumps(log(eval__revision__commit=last)))
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF),)
        [item] = gather(tmp_path / "results", repositories=commits).result.items
    assert item.facts["dataset_then"] == "unshown"
    assert "dataset_then_sha256" not in item.facts


def test_a_history_that_is_cut_shows_no_revision_to_be_none_of_it(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one")
    repository.commit("two")
    shallow = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth=1", repository.folder.as_uri(), str(shallow))
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "run.json").write_text(json.dumps(log(eval__revision__commit=first)))
    with Quarantine.open(shallow, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=quarantine.resolve(""), committed_at=AS_OF),)
        [item] = gather(tmp_path / "results", repositories=commits).result.items
    assert (item.facts["commit_found"], "commit_at" in item.facts) == ("unshown", False)
