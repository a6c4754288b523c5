"""What a quarantine opens, resolves and tells."""

import re
from pathlib import Path

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git import quarantine as quarantine_module
from tieout.kernel.git.quarantine import Quarantine


def test_the_folder_is_removed_at_exit_and_the_source_is_untouched(repository, temporary):
    before = sorted(path for path in repository.folder.rglob("*"))
    with Quarantine.open(repository.folder, uri="repository") as quarantine:
        quarantine.tree(quarantine.resolve("")).read("a.txt")
        assert len(list(temporary.iterdir())) == 1
    assert list(temporary.iterdir()) == []
    assert sorted(path for path in repository.folder.rglob("*")) == before


@pytest.mark.parametrize("revision", ["", "HEAD", "main", "refs/heads/main", "v1", "side~1"])
def test_branches_tags_and_head_resolve(repository, revision):
    repository.git("tag", "v1")
    repository.git("branch", "side")
    repository.git("checkout", "-q", "side")
    repository.commit("three", {"b.txt": "3"})
    repository.git("checkout", "-q", "main")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.resolve(revision) == repository.git("rev-parse", "main")
        assert quarantine.object_format == "sha1"
        assert (quarantine.empty, quarantine.shallow, quarantine.partial) == (False, False, False)


def test_ids_resolve_in_full_and_abbreviated(repository):
    commit = repository.git("rev-parse", "HEAD~1")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.resolve(commit) == commit
        assert quarantine.resolve(commit[:10]) == commit


@pytest.mark.parametrize(
    "revision",
    [
        *("nonesuch", "f" * 40, "HEAD~99", "HEAD:a.txt", "--all", "-h", "a b", "main..side", "HEAD@{1}"),
        *("HEAD^{/x}", "main\nside", "\0", ":/one", "--output=x", "main\ud800"),
    ],
)
def test_what_names_no_commit_is_a_usage_error_with_a_hint(repository, revision):
    with Quarantine.open(repository.folder, uri="r") as quarantine, pytest.raises(UsageError) as caught:
        quarantine.resolve(revision)
    assert caught.value.hint
    assert re.match(r"unknown commit '|'.*' is not the name of a commit", caught.value.message)
    assert "\n" not in str(caught.value)
    str(caught.value).encode("utf-8")


def test_a_blob_is_no_commit(repository):
    blob = repository.git("rev-parse", "HEAD:a.txt")
    with (
        Quarantine.open(repository.folder, uri="r") as quarantine,
        pytest.raises(UsageError, match="unknown commit"),
    ):
        quarantine.resolve(blob)


@pytest.mark.parametrize("partial", [False, True])
def test_a_commit_that_only_the_reflog_reaches_is_unknown(repository, partial):
    lost = repository.git("rev-parse", "HEAD")
    kept = repository.git("rev-parse", "HEAD~1")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    if partial:
        _lose_object(repository, repository.git("rev-parse", "HEAD:a.txt"))
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.partial is partial
        assert quarantine.resolve("") == kept
        with pytest.raises(UsageError, match="unknown commit"):
            quarantine.resolve(lost)


def test_a_detached_head_that_no_branch_reaches_is_read(repository):
    repository.git("checkout", "-q", "--detach")
    commit = repository.commit("detached", {"c.txt": "c"})
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.resolve("") == commit
        assert quarantine.resolve("main") != commit
        assert quarantine.tree(commit).read("c.txt") == b"c"


def test_remote_branches_are_cloned_too(repository, tmp_path):
    repository.git("clone", "-q", str(repository.folder), str(tmp_path / "checkout"))
    repository.git("-C", str(tmp_path / "checkout"), "checkout", "-q", "--detach")
    repository.git("-C", str(tmp_path / "checkout"), "branch", "-q", "-D", "main")
    with Quarantine.open(tmp_path / "checkout", uri="r") as quarantine:
        assert quarantine.resolve("origin/main") == repository.git("rev-parse", "main")


def test_an_empty_repository_says_so(tmp_path):
    empty = Repository(tmp_path / "empty")
    with Quarantine.open(empty.folder, uri="r") as quarantine:
        assert quarantine.empty
        assert quarantine.tags() == []
        with pytest.raises(UsageError, match="the repository has no commit yet"):
            quarantine.resolve("")


def test_an_unborn_branch_beside_others_is_not_an_empty_repository(repository):
    repository.git("checkout", "-q", "--orphan", "fresh")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert not quarantine.empty
        assert quarantine.resolve("main")
        with pytest.raises(UsageError, match="the current branch has no commit yet"):
            quarantine.resolve("")


def test_a_ref_that_a_crash_emptied_is_damage_not_emptiness(repository):
    (repository.git_dir / "refs/heads/main").write_bytes(b"")
    with pytest.raises(UnreadableError, match="refs/heads/main is malformed"):
        Quarantine.open(repository.folder, uri="r")


def test_what_is_no_repository_is_one_plain_sentence(tmp_path, temporary):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/.git").write_text("gitdir: ../nowhere\n")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd/.git").write_text("nothing of the kind")
    for name, sentence in {
        "folder": "this folder is not a git repository",
        "file": "this file is not a git bundle",
        "missing": "there is no such folder",
        "x" * 300: "there is no such folder",
        "nul\0": "there is no such folder",
        "broken": "this folder is not a git repository",
        "odd": "the file .git does not point to a git folder",
    }.items():
        with pytest.raises(UsageError) as caught:
            Quarantine.open(tmp_path / name, uri="r")
        assert caught.value.message == sentence
        assert caught.value.hint
        assert caught.value.where == "r"
    assert list(temporary.iterdir()) == []


def test_a_linked_work_tree_is_read_at_its_own_head(repository, tmp_path):
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    repository.git("-C", str(tmp_path / "linked"), "commit", "-q", "--allow-empty", "-m", "in the linked one")
    with Quarantine.open(tmp_path / "linked", uri="r") as quarantine:
        assert quarantine.resolve("") == repository.git("rev-parse", "side")
        assert quarantine.resolve("main") == repository.git("rev-parse", "main")


def test_bare_repositories_packed_refs_and_folders_with_odd_names(repository, tmp_path):
    folder = tmp_path / 'b "a\\r" %41 é.git'
    repository.git("clone", "-q", "--bare", str(repository.folder), str(folder))
    repository.git("--git-dir", str(folder), "pack-refs", "--all")
    with Quarantine.open(folder, uri="r") as quarantine:
        assert quarantine.resolve("") == repository.git("rev-parse", "main")
        assert not quarantine.partial


def test_a_bundle_is_read(repository, tmp_path):
    repository.git("bundle", "create", "-q", str(tmp_path / "all.bundle"), "--all", "HEAD")
    with Quarantine.open(tmp_path / "all.bundle", uri="r") as quarantine:
        commit = quarantine.resolve("")
        assert commit == repository.git("rev-parse", "main")
        assert quarantine.tree(commit).read("a.txt") == b"2\n"


def test_a_bundle_without_its_base_says_what_is_missing(repository, tmp_path, temporary):
    repository.git("bundle", "create", "-q", str(tmp_path / "thin.bundle"), "HEAD~1..main")
    with pytest.raises(UnreadableError, match="builds on commits that it does not hold"):
        Quarantine.open(tmp_path / "thin.bundle", uri="r")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("form", ["folder", "bundle"])
def test_sha256_repositories_are_read(tmp_path, form):
    made = Repository(tmp_path / "sha256", object_format="sha256")
    made.commit("one", {"a.txt": "1"})
    commit = made.commit("two", {"a.txt": "2"})
    made.git("tag", "-a", "-m", "first", "v1")
    made.git("bundle", "create", "-q", str(tmp_path / "bundle"), "--all", "HEAD")
    with Quarantine.open(made.folder if form == "folder" else tmp_path / "bundle", uri="r") as quarantine:
        assert quarantine.object_format == "sha256"
        assert quarantine.resolve("v1") == commit
        assert quarantine.tree(commit).entries()[0].digest == "gitblob:" + made.git("rev-parse", "HEAD:a.txt")
        assert quarantine.tree(commit).read("a.txt") == b"2"
        history = quarantine.history(commit)
        assert [record.subject for record in history.commits] == ["two", "one"]
        assert history.last_changes(commit, ["a.txt"])["a.txt"].id == commit
        assert [tag.target_commit for tag in quarantine.tags()] == [commit]


def test_refs_that_this_git_cannot_read_are_told(repository, monkeypatch):
    (repository.git_dir / "reftable").mkdir()
    monkeypatch.setattr(quarantine_module, "_REFTABLE_GIT", (99, 0))
    with pytest.raises(UnreadableError, match="reftable format, which this git lacks"):
        Quarantine.open(repository.folder, uri="r")


def test_a_shallow_clone_tells_that_its_history_is_cut(repository, tmp_path):
    repository.git("clone", "-q", "--depth=1", repository.folder.as_uri(), str(tmp_path / "shallow"))
    with Quarantine.open(tmp_path / "shallow", uri="r") as quarantine:
        assert quarantine.shallow
        commit = quarantine.resolve("")
        history = quarantine.history(commit)
        assert len(history.commits) == 1
        assert not history.complete
        assert history.last_changes(commit, ["a.txt"]) == {}  # it may have changed long before
        with pytest.raises(UsageError, match="unknown commit") as caught:
            quarantine.resolve("HEAD~1")
        assert "shallow" in caught.value.hint


def test_a_partial_clone_lists_what_it_lacks_and_fetches_nothing(repository, tmp_path):
    repository.git("config", "uploadpack.allowFilter", "true")
    place = tmp_path / "partial"
    url = repository.folder.as_uri()
    repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(place))
    with Quarantine.open(place, uri="r") as quarantine:
        assert quarantine.partial
        commit = quarantine.resolve("")
        tree = quarantine.tree(commit)
        assert [(entry.path, entry.size) for entry in tree.entries()] == [("a.txt", -1)]
        with pytest.raises(UnreadableError, match="its content is missing") as caught:
            tree.read("a.txt")
        assert caught.value.where == "a.txt"
        history = quarantine.history(commit)
        assert history.complete
        assert history.last_changes(commit, ["a.txt"])["a.txt"].subject == "two"


def test_what_differs_between_two_commits_is_told_by_path(repository, tmp_path):
    before = repository.git("rev-parse", "HEAD")
    repository.commit("in between", {"gone-again.txt": "x", "kept.txt": "x"})
    repository.git("rm", "-q", "gone-again.txt")
    after = repository.commit("later", {"ä ö\n.txt": "x"})
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.changed_between(before, after) == {"kept.txt", "ä ö\n.txt"}
        assert quarantine.changed_between(after, before) == {"kept.txt", "ä ö\n.txt"}
        assert quarantine.changed_between(after, after) == frozenset()
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git(
        "clone", "-q", "--bare", "--filter=blob:none", repository.folder.as_uri(), str(tmp_path / "partial.git")
    )
    with (
        Quarantine.open(tmp_path / "partial.git", uri="r") as quarantine,
        pytest.raises(UnreadableError, match="cannot be compared"),
    ):
        quarantine.changed_between(before, after)


def test_a_clone_without_trees_is_unreadable_not_empty(repository, tmp_path):
    repository.git("config", "uploadpack.allowFilter", "true")
    place = tmp_path / "treeless"
    repository.git("clone", "-q", "--no-checkout", "--filter=tree:0", repository.folder.as_uri(), str(place))
    with Quarantine.open(place, uri="r") as quarantine:
        commit = quarantine.resolve("")
        with pytest.raises(UnreadableError, match="missing or damaged"):
            quarantine.tree(commit).entries()
        history = quarantine.history(commit)
        assert len(history.commits) == 2
        with pytest.raises(UnreadableError, match="missing or damaged"):
            history.last_changes(commit, ["a.txt"])


def test_a_damaged_object_is_unreadable_and_the_rest_is_read(repository):
    commit = repository.commit("three", {"b.txt": "b", "c.txt": "c"})
    damaged = _object_file(repository, repository.git("rev-parse", "HEAD:b.txt"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"no zlib stream")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.partial
        tree = quarantine.tree(commit)
        with pytest.raises(UnreadableError) as caught:
            tree.read("b.txt")
        assert caught.value.where == "b.txt"
        assert tree.read("c.txt") == b"c"


def test_a_branch_that_points_nowhere_does_not_hide_the_others(repository):
    (repository.git_dir / "refs/heads/broken").write_text("1" * 40 + "\n")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.tree(quarantine.resolve("")).read("a.txt") == b"2\n"
        with pytest.raises(UsageError, match="unknown commit"):
            quarantine.resolve("broken")


def _object_file(repository: Repository, object_id: str) -> Path:
    return repository.git_dir / "objects" / object_id[:2] / object_id[2:]


def _lose_object(repository: Repository, object_id: str) -> None:
    _object_file(repository, object_id).unlink()
