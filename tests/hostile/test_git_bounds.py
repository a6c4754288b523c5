"""How much a repository may ask: trees, changes, commits and refs without measure."""

import resource
import time

import pytest

from support.git_repositories import FIRST_SECOND, Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.quarantine import Quarantine


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "repository")
    made.commit("one", {"a.txt": "1\n"})
    return made


def test_three_thousand_commits_in_four_seconds(tmp_path):
    repository = Repository(tmp_path / "large", bare=True)
    stream = []
    for mark in range(1, 3001):
        stream.append(f"commit refs/heads/main\nmark :{mark}\ncommitter A <a@x> {FIRST_SECOND + mark} +0000\ndata 1\nx")
        if mark > 20 and mark % 10 == 0:
            stream.append(f"from :{mark - 1}\nmerge :{mark - 7}")
        for number in range(3):
            content = f"{mark} {number} " + "x" * (mark % 900)
            stream.append(f"M 100644 inline d{mark % 40}/f{(mark * 7 + number) % 800}\ndata {len(content)}\n{content}")
    repository.git("fast-import", "--quiet", stdin="\n".join([*stream, ""]).encode())
    before = time.monotonic()
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commit = quarantine.resolve("")
        tree = quarantine.tree(commit)
        paths = [entry.path for entry in tree.entries()]
        assert sum(len(tree.read(path)) for path in paths) > 100_000
        history = quarantine.history(commit)
        assert len(history.commits) == 3000
        assert set(history.last_changes(commit, paths)) == set(paths)
    assert time.monotonic() - before < 4


# ---- small objects that list as gigabytes


def bomb(repository: Repository, name: str) -> str:
    """Ten folders within ten folders, ten deep, under a name; the commit."""
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"x\n")
    tree = repository.git("mktree", stdin="".join(f"100644 blob {blob}\tf{n}\n" for n in range(10)).encode())
    for _ in range(9):
        tree = repository.git("mktree", stdin="".join(f"040000 tree {tree}\td{n}\n" for n in range(10)).encode())
    listed = repository.git("ls-tree", "HEAD") + f"\n040000 tree {tree}\t{name}\n"
    commit = repository.git(
        "commit-tree", "-p", "HEAD", "-m", "bomb", repository.git("mktree", stdin=listed.encode()),
        GIT_AUTHOR_DATE=f"{FIRST_SECOND} +0000", GIT_COMMITTER_DATE=f"{FIRST_SECOND} +0000",
    )  # fmt: skip
    repository.git("update-ref", "refs/heads/main", commit)
    return commit


def test_a_tree_of_many_thousand_million_files_is_one_sentence_with_its_place(repository, monkeypatch):
    monkeypatch.setattr("tieout.kernel.git.tree.MAX_ENTRIES", 20_000)
    commit = bomb(repository, "data")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        before = time.monotonic()
        tree = quarantine.tree(commit)
        for _ in range(3):  # each source in it asks again
            with pytest.raises(UnreadableError, match="more than 20,000 files and folders") as caught:
                tree.entries()
            assert caught.value.where == "data"
        assert time.monotonic() - before < 10
        assert quarantine.read_at(commit, "a.txt") == b"1\n"


def test_what_git_prints_and_takes_is_bounded(repository, monkeypatch):
    monkeypatch.setattr("tieout.kernel.git.program.MAX_OUTPUT_BYTES", 1_000_000)
    commit = bomb(repository, "data")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        with pytest.raises(UnreadableError, match="more than 0 MiB to say"):
            quarantine._git.run("ls-tree", "-r", "--end-of-options", commit)
        taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        monkeypatch.setattr("tieout.kernel.git.program.MEMORY_BYTES", 200 << 20)
        with pytest.raises(UnreadableError, match="of memory"):  # here git holds all before it prints
            quarantine._git.run("diff-tree", "-r", "--root", "--end-of-options", commit)
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(taken, 400 << 10)


def test_changes_are_traced_past_a_folder_too_large_to_be_told(repository, monkeypatch):
    monkeypatch.setattr("tieout.kernel.git.program.MEMORY_BYTES", 200 << 20)
    bomb(repository, "data")
    gone = repository.git("commit-tree", "-p", "HEAD", "-m", "gone", "HEAD~1^{tree}")
    repository.git("reset", "-q", "--hard", gone)
    names = {f"many/{n}.txt": "x" for n in range(250)}
    commit = repository.commit("many", names)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        history = quarantine.history(commit)
        assert [record.subject for record in history.commits] == ["many", "gone", "bomb", "one"]
        pairs = [pair for record in history.commits for pair in history._compared_pairs(record)]
        with pytest.raises(UnreadableError, match="of memory"):
            history._compared(pairs, set(names), [])
        found = history.last_changes(commit, [*names, "a.txt"])
    assert {path for path, record in found.items() if record.id == commit} == set(names)
    assert found["a.txt"].subject == "one"


def test_too_many_commits_refs_or_too_large_a_commit_are_a_sentence(repository, monkeypatch):
    for n in range(4):
        commit = repository.commit(f"{n}")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        monkeypatch.setattr("tieout.kernel.git.history.MAX_COMMITS", 4)
        with pytest.raises(UnreadableError, match="holds more than 4 commits"):
            quarantine.history(commit)
        monkeypatch.undo()
        monkeypatch.setattr("tieout.kernel.git.history.MAX_COMMIT_BYTES", 100)
        with pytest.raises(UnreadableError, match="more than the 100 that are read"):
            quarantine.history(commit)
    monkeypatch.setattr("tieout.kernel.git.source.MAX_REFS", 3)
    (repository.git_dir / "packed-refs").write_text("".join(f"{commit} refs/tags/t{n}\n" for n in range(4)))
    with pytest.raises(UnreadableError, match="more than 3 of them"):
        Quarantine.open(repository.folder, uri="r")
