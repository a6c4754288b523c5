"""The files of a commit as a view."""

import os

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git import tree as tree_module
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.tree import GitTree, is_lfs_pointer, lfs_object

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


@pytest.fixture
def opened(repository):
    """Opens the repository's HEAD as a tree, once its commits are made."""
    quarantines = []

    def open_tree() -> GitTree:
        quarantine = Quarantine.open(repository.folder, uri="repository")
        quarantines.append(quarantine)
        return quarantine.tree(quarantine.resolve(""))

    yield open_tree
    for quarantine in quarantines:
        quarantine.close()


def test_a_tree_is_a_view_with_size_kind_and_digest(repository, opened):
    commit = repository.commit("one", {"b/c.txt": "four", "a.txt": "", "b-d": "x"})
    tree = opened()
    assert tree.uri == "repository"
    assert tree.commit == commit
    assert [(entry.path, entry.size, entry.kind) for entry in tree.entries()] == [
        ("a.txt", 0, "file"),
        ("b-d", 1, "file"),
        ("b/c.txt", 4, "file"),
    ]
    assert [entry.digest for entry in tree.entries()] == [
        "gitblob:" + repository.git("rev-parse", f"HEAD:{name}") for name in ("a.txt", "b-d", "b/c.txt")
    ]
    assert tree.read("b/c.txt") == b"four"
    assert tree.read("a.txt") == b""


def test_one_process_serves_all_reads(repository, opened):
    repository.commit("one", {f"{number:03}": f"content {number}\n" for number in range(450)})
    tree = opened()
    first = tree.read("000")
    process = tree._objects._process
    assert first == b"content 0\n"
    assert [tree.read(f"{number:03}") for number in range(450)] == [
        f"content {number}\n".encode() for number in range(450)
    ]
    assert tree._objects._process is process


def test_links_and_submodules_are_listed_and_not_read(repository, opened):
    commit = repository.commit("one", {"a.txt": "a"})
    (repository.folder / "link").symlink_to("/etc/passwd")
    repository.git("add", "-A")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},module")
    repository.git("commit", "-q", "-m", "two")
    tree = opened()
    assert [(entry.path, entry.kind, entry.size) for entry in tree.entries()] == [
        ("a.txt", "file", 1),
        ("link", "symlink", 11),
        ("module", "submodule", 0),
    ]
    assert tree.entries()[2].digest == f"gitcommit:{commit}"
    assert tree.link_target("link") == "/etc/passwd"
    for path, reason in {
        "link": "is a symbolic link",
        "module": "is a submodule",
        "nonesuch": "is not in the tree",
        "../a.txt": "is not in the tree",
    }.items():
        with pytest.raises(UnreadableError, match=reason) as caught:
            tree.read(path)
        assert caught.value.where == path


def test_paths_that_are_no_utf8_and_hold_newlines(repository, opened):
    names = [b"caf\xe9.md", b"new\nline.md", "ünï.md".encode(), b"tab\there", b'"quoted"', b" space "]
    for name in names:
        with open(os.fsencode(repository.folder) + b"/" + name, "wb") as file:  # noqa: PTH123 - bytes
            file.write(b"<" + name + b">")
    commit = repository.commit("odd names")
    tree = opened()
    paths = [entry.path for entry in tree.entries()]
    assert sorted(path.encode("utf-8", "surrogateescape") for path in paths) == sorted(names)
    assert paths == sorted(paths)
    for path in paths:
        assert tree.read(path) == b"<" + path.encode("utf-8", "surrogateescape") + b">"
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert set(quarantine.history(commit).last_changes(commit, paths)) == set(paths)


def test_a_file_over_the_limit_is_refused_before_it_is_read(repository, opened):
    repository.commit("one", {"large": b"x" * 1000})
    tree = opened()
    with pytest.raises(UnreadableError, match="has 1,000 bytes; at most 999 are read"):
        tree.read("large", max_bytes=999)
    assert tree._objects._process is None or tree.read("large", max_bytes=1000) == b"x" * 1000


@pytest.mark.parametrize("small", [True, False], ids=["from memory", "from a process"])
def test_streams_give_the_content_in_pieces(repository, opened, monkeypatch, small):
    content = os.urandom(3_000_000)
    repository.commit("one", {"large": content})
    tree = opened()
    if not small:
        monkeypatch.setattr(tree_module, "MAX_BYTES", 1000)
    with tree.open_stream("large") as stream:
        assert stream.read(10) == content[:10]
        assert stream.readline(5) == content[10:].split(b"\n")[0][:5] + (b"\n" if b"\n" in content[10:14] else b"")
    with tree.open_stream("large") as stream:
        assert b"".join(iter(lambda: stream.read(700_001), b"")) == content
    with pytest.raises(UnreadableError, match="not in the tree"), tree.open_stream("nonesuch"):
        pass


def test_a_stream_whose_content_is_not_its_id_ends_in_an_error(repository, opened, monkeypatch):
    repository.commit("one", {"large": b"x" * 5000})
    tree = opened()
    assert tree.entries()
    monkeypatch.setattr(tree_module, "MAX_BYTES", 1000)
    monkeypatch.setattr(tree_module.ObjectDigest, "hexdigest", lambda _: "0" * 40)
    with pytest.raises(UnreadableError, match="does not match its id"), tree.open_stream("large") as stream:
        stream.read()


@pytest.mark.parametrize(
    "entries",
    [
        b"100644 ..\0%b",
        b"100644 a\0%b100644 a\0%b",
        b"100644 .\0%b",
    ],
)
def test_a_tree_that_no_git_would_write_is_unreadable(repository, opened, entries):
    repository.commit("one", {"a": "a"})
    blob = bytes.fromhex(repository.git("rev-parse", "HEAD:a"))
    raw = entries.replace(b"%b", blob)
    tree = repository.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
    repository.raw_commit(f"tree {tree}\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\nx\n".encode())
    with pytest.raises(UnreadableError, match="malformed"):
        opened().entries()


def test_lfs_pointers_are_told_from_files_that_speak_of_them():
    assert is_lfs_pointer(POINTER)
    assert lfs_object(POINTER) == ("4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393", 12345)
    assert not is_lfs_pointer(b"see\n" + POINTER)
    assert not is_lfs_pointer(POINTER.splitlines(keepends=True)[0])
    assert not is_lfs_pointer(POINTER + b"x" * 1024)
    assert lfs_object(b"") is None


def test_what_is_expected_is_fetched_together_and_reads_the_same(repository, opened, monkeypatch):
    files = {f"{number:03}.yaml": f"n: {number}\n" for number in range(60)}
    repository.commit("one", {**files, "large.bin": "x" * 70_000})
    monkeypatch.setattr(tree_module, "_AHEAD", 16)
    tree = opened()
    asked = []
    real = tree._objects.find_many
    monkeypatch.setattr(tree._objects, "find_many", lambda ids, **more: (asked.append(1), real(ids, **more))[1])
    tree.entries()
    asked.clear()
    tree.expect([*files, "large.bin", "no-such-file"])
    for path, text in files.items():
        assert tree.read(path) == text.encode()
    assert len(asked) == 4  # 60 files, 16 at a time
    assert len(tree.read("large.bin")) == 70_000  # too large to be fetched ahead
    assert tree.read("005.yaml") == b"n: 5\n"  # out of turn
    with pytest.raises(UnreadableError, match="not in the tree"):
        tree.read("no-such-file")


def test_a_damaged_file_among_the_expected_is_told_where_it_is_read_and_spoils_no_other(repository, opened):
    repository.commit("one", {f"{number}.txt": f"content {number}\n" for number in range(9)})
    damaged = repository.git("rev-parse", "HEAD:4.txt")
    path = repository.folder / ".git" / "objects" / damaged[:2] / damaged[2:]
    path.chmod(0o600)
    path.unlink()
    tree = opened()
    paths = [f"{number}.txt" for number in range(9)]
    tree.expect(paths)
    read, failed = [], []
    for path in paths:
        try:
            read.append(tree.read(path))
        except UnreadableError as error:
            failed.append(error.where)
    assert failed == ["4.txt"]
    assert len(read) == 8


def test_one_file_at_another_commit_is_read_without_listing_its_tree(repository):
    first = repository.commit("one", {"a/b.txt": "old", ":(top)x": "odd", "other": "x"})
    repository.commit("two", {"a/b.txt": "new"})
    with Quarantine.open(repository.folder, uri="repository") as quarantine:
        assert quarantine.read_at(first, "a/b.txt") == b"old"
        assert quarantine.read_at("HEAD", "a/b.txt") == b"new"
        assert quarantine.read_at(first, ":(top)x") == b"odd"
        for path in ("a", "none", "a/b.txt/c"):
            with pytest.raises(UnreadableError, match="not in the tree"):
                quarantine.read_at(first, path)


def test_a_tree_is_listed_once_however_often_it_is_asked_for(repository):
    repository.commit("one", {"a": "x"})
    with Quarantine.open(repository.folder, uri="repository") as quarantine:
        commit = quarantine.resolve("")
        assert quarantine.tree(commit) is quarantine.tree(commit)
        assert quarantine.history(commit) is quarantine.history(commit)
