"""The git collector: tree, history and cards, as they stand at the assessed commit."""

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.collecting import AS_OF, git_request, in_git, line_text, only_item, problems, source
from support.git_repositories import Repository
from tieout.collectors.git import collect
from tieout.kernel.errors import UsageError

BEN = "person-" + hashlib.sha256(b"claims-triage\nben@example.org").hexdigest()[:10]
CARD = """\
---
version: "1.4"
models: [openai/gpt-4o-2024-08-06]
tasks: [triage]
intended_use: Sorting of incoming claims
limits:
  - Not for medical claims
metrics: [accuracy]
residual_risks: [R-1]
owner: Ada Ferri
approver: Ben Okoro
approved_on: 2026-01-01
license: apache-2.0
---
# Triage
"""
DATASET = """\
---
artefact: dataset_card
name: triage-golden
source: internal claims
licence: internal
path: evals/golden.jsonl
split_sha256: %s
records: 2
---
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def gather(repository: Repository, *provides: str, as_of: datetime = AS_OF, **options):
    section = source("git", ".", provides=provides or None, options=options)
    return in_git(collect, repository, section, as_of=as_of)


def item_of(gathered, type_: str):
    (item,) = [item for item in gathered.result.items if item.type == type_]
    return item


def test_by_default_it_gives_tree_history_and_owners(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "* @org/team\n", "src/a.py": "x"})
    gathered = gather(repository)
    assert [item.type for item in sorted(gathered.result.items, key=lambda item: item.type)] == [
        "codeowners",
        "git_history",
        "repository_tree",
    ]
    assert not problems(gathered)


def test_an_empty_tree_gives_no_owners_and_counts_nothing(repository: Repository):
    repository.commit("nothing")
    gathered = gather(repository)
    assert item_of(gathered, "repository_tree").facts["files"] == 0
    (problem,) = problems(gathered)
    assert (problem.status, problem.types, problem.place.path) == ("absent", ("codeowners",), "CODEOWNERS")


def test_without_a_commit_it_is_a_usage_error(repository: Repository):
    repository.commit("one")
    with git_request(repository, source("git")) as request:
        object.__setattr__(request, "commit", None)
        with pytest.raises(UsageError):
            collect(request)


# Tree


def test_the_tree_is_counted_by_class_and_lists_what_evidence_points_at(repository: Repository):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 123456789\n"
    golden = b'{"id": 1}\n{"id": 2}\n'
    repository.commit(
        "one",
        {
            "src/app.py": "x",
            "evals/golden.jsonl": golden,
            "models/weights.safetensors": pointer,
            "prompts/triage.md": "p",
            "tests/data/x.csv": "a",
            "examples/prompts/x.md": "a",
            "docs/guide.md": "a",
        },
    )
    (repository.folder / "link").symlink_to("/etc/passwd")
    repository.write({b"caf\xe9.md".decode("utf-8", "surrogateescape"): "x"})
    repository.commit("two")
    facts = item_of(gather(repository), "repository_tree").facts
    assert facts["files"] == 8
    assert facts["by_class"] == {
        "live": 5,
        "example": 1,
        "template": 0,
        "test": 1,
        "documentation": 1,
        "archive": 0,
        "non-production": 0,
    }
    assert (facts["symlinks"], facts["lfs_pointers"], facts["undecodable_paths"]) == (1, 1, 1)
    listed = {file["path"]: file for file in facts["listed"]}
    assert sorted(listed) == ["evals/golden.jsonl", "models/weights.safetensors", "prompts/triage.md"]
    assert listed["evals/golden.jsonl"]["sha256"] == hashlib.sha256(golden).hexdigest()
    pointed = listed["models/weights.safetensors"]
    assert "sha256" not in pointed
    assert (pointed["pointer"], pointed["size"]) == (True, len(pointer))
    assert (pointed["claimed_sha256"], pointed["claimed_size"]) == ("ab" * 32, 123456789)
    assert "pointer" not in listed["evals/golden.jsonl"]
    assert listed["prompts/triage.md"]["digest"] == "gitblob:" + repository.git("rev-parse", "HEAD:prompts/triage.md")


def test_a_file_above_the_cap_is_listed_without_sha256(repository: Repository, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tieout.collectors.git.tree.MAX_HASHED_BYTES", 4)
    repository.commit("one", {"data/a.csv": "12345", "data/b.csv": "1234"})
    listed = item_of(gather(repository), "repository_tree").facts["listed"]
    assert ["sha256" in file for file in listed] == [False, True]


# History


def test_the_window_ends_at_the_assessed_commit_and_people_are_pseudonyms(repository: Repository):
    old = {"GIT_AUTHOR_DATE": "2024-12-31T00:00:00Z", "GIT_COMMITTER_DATE": "2024-12-31T00:00:00Z"}
    future = {"GIT_COMMITTER_DATE": "2099-01-01T00:00:00Z"}
    repository.commit("old", {"a": "1"}, GIT_AUTHOR_EMAIL="early@example.org", **old)
    repository.commit("future", {"a": "2"}, **future)
    repository.commit("in", {"a": "3"}, GIT_AUTHOR_EMAIL="ADA@example.org ")
    repository.commit("last", {"a": "4"}, GIT_AUTHOR_EMAIL="ben@example.org")
    gathered = gather(repository)
    item = item_of(gathered, "git_history")
    assert item.facts["commits"] == 4
    assert item.facts["window_commits"] == 2
    assert item.facts["window_authors"] == 2
    assert item.facts["window_start"] == "2025-01-04T00:00:00Z"
    expected = "person-" + hashlib.sha256(b"claims-triage\nada@example.org").hexdigest()[:10]
    assert expected in item.facts["authors"]
    text = gathered.result.model_dump_json()
    assert "example.org" not in text
    assert "Ada" not in text
    assert item.effective.start == datetime(2025, 1, 4, tzinfo=UTC)


def test_dates_that_run_backwards_are_told_once(repository: Repository):
    section = source("git", ".", provides=("git_history",))
    repository.commit("first")
    assert not problems(in_git(collect, repository, section), "not-counted")
    repository.commit("late", GIT_COMMITTER_DATE="2026-06-01T00:00:00Z")
    repository.commit("early", GIT_COMMITTER_DATE="2026-05-01T00:00:00Z")
    repository.commit("earlier", GIT_COMMITTER_DATE="2026-04-01T00:00:00Z")
    [problem] = problems(in_git(collect, repository, section), "not-counted")
    assert problem.types == ("git_history",)
    assert problem.reason.startswith("2 commits are dated more than a day before an earlier commit: the newest, ")
    assert "says 2026-04-01T00:00:00Z after" in problem.reason
    assert "of 2026-06-01T00:00:00Z; the later date is taken" in problem.reason


def test_a_card_that_was_changed_after_the_as_of_time_is_listed_and_not_counted(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"SYSTEM_CARD.md": CARD})
    repository.commit("two", {"SYSTEM_CARD.md": CARD + "More.\n"}, GIT_COMMITTER_DATE="2026-11-22T12:00:01Z")
    gathered = in_git(collect, repository, source("git", ".", provides=("system_card",)))
    assert gathered.result.items == ()
    [problem] = problems(gathered, "after-as-of")
    assert problem.reason == "was last changed on 2026-11-22T12:00:01Z, which is after the as-of time"


def test_tags_count_where_they_reach_the_history_and_signatures_are_only_present(
    repository: Repository, tmp_path: Path
):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "k")], check=True)
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={tmp_path / 'k.pub'}"]
    repository.commit("one", {"a": "1"})
    repository.git(*signing, "tag", "-s", "v1", "-m", "v1")
    repository.git("tag", "-a", "v2", "-m", "v2")
    repository.git("tag", "v3")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("side", {"b": "1"})
    repository.git("tag", "v4")
    repository.git("checkout", "-q", "main")
    when = {"GIT_AUTHOR_DATE": "2026-02-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-02-01T00:00:00Z"}
    repository.git(*signing, "commit", "-q", "-S", "--allow-empty", "-m", "signed", **when)
    facts = item_of(gather(repository), "git_history").facts
    assert [(tag["name"], tag["annotated"], tag["signature"]) for tag in facts["tags"]] == [
        ("v1", True, "ssh"),
        ("v2", True, "none"),
        ("v3", False, "none"),
    ]
    assert facts["signed_commits"] == 1
    told = "repository history: 1 of 2 commits carry a signature, none verified here"
    assert item_of(gather(repository), "git_history").title == told


def test_a_shallow_clone_says_that_its_counts_are_lower_bounds(repository: Repository, tmp_path: Path):
    repository.commit("one", {"a": "1"})
    repository.commit("two", {"a": "2"})
    assert item_of(gather(repository), "git_history").facts["complete"] is True
    shallow = Repository(tmp_path / "shallow")
    shallow.git("fetch", "-q", "--depth", "1", repository.folder.as_uri(), "main")
    shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
    facts = item_of(gather(shallow), "git_history").facts
    assert (facts["complete"], facts["commits"]) == (False, 1)


def test_what_was_committed_after_the_as_of_time_is_listed_and_not_counted(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "* @a\n"})
    gathered = gather(repository, as_of=datetime(2025, 6, 1, tzinfo=UTC))
    assert not gathered.result.items
    assert {problem.status for problem in problems(gathered)} == {"after-as-of"}


# Cards


def test_a_card_says_what_its_front_matter_claims(repository: Repository):
    repository.commit("one", {"MODEL_CARD.md": CARD})
    gathered = gather(repository, "system_card")
    item = only_item(gathered)
    assert item.facts == {
        "version": "1.4",
        "models": ["openai/gpt-4o-2024-08-06"],
        "tasks": ["triage"],
        "intended_use": "Sorting of incoming claims",
        "limits": ["Not for medical claims"],
        "metrics": ["accuracy"],
        "residual_risks": ["R-1"],
        "approval": {
            "owner": "Ada Ferri",
            "approver": "Ben Okoro",
            "approved_on": "2026-01-01",
            "changed_at": "2026-01-01T00:00:00Z",
        },
    }
    assert line_text(gathered, item, "/limits/0").strip() == "- Not for medical claims"
    assert line_text(gathered, item, "/approval/approver") == "approver: Ben Okoro"
    assert "/license" not in item.lines


def test_cards_are_not_read_unless_declared(repository: Repository):
    repository.commit("one", {"MODEL_CARD.md": CARD, "CODEOWNERS": "* @a\n"})
    assert {item.type for item in gather(repository).result.items} == {"codeowners", "git_history", "repository_tree"}


def test_two_cards_are_two_items_and_copies_that_are_not_live_are_none(repository: Repository):
    files = {
        "docs/model-card.md": CARD,
        "System_Card.MD": CARD,
        "templates/MODEL_CARD.md": CARD,
        "tests/fixtures/model-card.md": CARD,
        "examples/x/MODEL_CARD.md": CARD,
    }
    repository.commit("one", files)
    gathered = gather(repository, "system_card")
    assert sorted(item.provenance.path for item in gathered.result.items) == ["System_Card.MD", "docs/model-card.md"]
    assert len(problems(gathered, "not-counted")) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# Model card\n\nIntended use: everything. Limits: none.\n", "has no front matter"),
        ("---\n{{ card_data }}\n---\n# {{ model_id }}\n", "is an unfilled template"),
    ],
)
def test_a_text_without_front_matter_is_no_card_and_says_why(repository: Repository, text: str, why: str):
    repository.commit("one", {"MODEL_CARD.md": text})
    gathered = gather(repository, "system_card")
    assert gathered.result.items == ()
    assert any(
        problem.reason.startswith(why) and problem.place.path == "MODEL_CARD.md" for problem in problems(gathered)
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\nversion: TODO\nintended_use: <describe the use>\nlimits: [TBD]\nowner: none\n---\n",
        "---\n---\nWe have no limits.\n",
    ],
)
def test_a_card_that_claims_nothing_is_empty_and_nothing_is_invented(repository: Repository, text: str):
    repository.commit("one", {"MODEL_CARD.md": text})
    facts = only_item(gather(repository, "system_card")).facts
    assert facts == {
        "models": [],
        "tasks": [],
        "limits": [],
        "metrics": [],
        "residual_risks": [],
        "approval": {"changed_at": "2026-01-01T00:00:00Z"},
    }


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_card_is_no_card(repository: Repository, text: str):
    repository.commit("one", {"MODEL_CARD.md": text})
    gathered = gather(repository, "system_card")
    assert not gathered.result.items
    assert [problem.reason for problem in problems(gathered, "absent")] == ["is empty"]


def test_a_broken_card_is_unreadable_at_its_line(repository: Repository):
    repository.commit("one", {"MODEL_CARD.md": "---\nversion: [\n---\n", "model-card.md": "---\nversion: 1.4\n---\n"})
    gathered = gather(repository, "system_card")
    assert [(problem.status, problem.types) for problem in problems(gathered)] == [("unreadable", ("system_card",))] * 2
    assert "write it in quotes" in problems(gathered)[1].reason
    assert problems(gathered)[1].place.line == 2


def test_dataset_cards_stand_by_name_or_say_so_in_a_readme_under_data(repository: Repository):
    digest = hashlib.sha256(b"x").hexdigest()
    repository.commit(
        "one",
        {
            "evals/DATASET_CARD.md": DATASET % digest,
            "data/golden/README.md": DATASET % digest,
            "data/README.md": "# Data\n",
            "README.md": DATASET % digest,
            "data/dataset-card.md": "---\nsource: us\n---\n",
        },
    )
    gathered = gather(repository, "dataset_card")
    assert sorted(item.provenance.path for item in gathered.result.items) == [
        "data/golden/README.md",
        "evals/DATASET_CARD.md",
    ]
    assert gathered.result.items[0].facts["split_sha256"] == digest
    assert "does not name its data set" in [problem.reason for problem in problems(gathered)]


def test_what_a_repository_does_not_hold_is_absent(repository: Repository):
    repository.commit("one", {"a": "x"})
    gathered = gather(repository, "gateway_config", "system_card")
    assert {(problem.types, problem.place.path, problem.reason) for problem in problems(gathered, "absent")} == {
        (("gateway_config",), "the-source", "no gateway configuration is recorded here"),
        (("system_card",), "SYSTEM_CARD.md", "no system card is recorded here"),
    }


def test_the_same_commit_gives_the_same_bytes(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "* @a\n", "prompts/a.md": "x", "MODEL_CARD.md": CARD})
    first = gather(repository, "codeowners", "git_history", "repository_tree", "system_card")
    second = gather(repository, "system_card", "repository_tree", "git_history", "codeowners")
    assert [item.model_dump_json() for item in first.result.items] == [
        item.model_dump_json() for item in second.result.items
    ]


def test_a_card_approved_in_the_future_is_kept_as_of_its_last_change(repository: Repository):
    repository.commit("one", {"MODEL_CARD.md": CARD.replace("approved_on: 2026-01-01", "approved_on: 2027-01-01")})
    item = item_of(gather(repository, "system_card"), "system_card")
    assert item.facts["approval"]["approved_on"] == "2027-01-01"
    assert item.effective is not None
    assert item.effective.end < AS_OF
    assert item.effective.basis == "last commit that changed the file, its approved_on is in the future"
