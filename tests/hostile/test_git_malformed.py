"""Repositories that are odd, damaged or forged: read right, or one clear sentence, and never a hang."""

import os
import subprocess
import time
import zlib
from pathlib import Path

import pytest

from support.git_repositories import Repository, git_environment
from tieout.kernel.errors import TieoutError, UnreadableError, UsageError
from tieout.kernel.git.quarantine import Quarantine

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "repository")
    made.commit("one", {"a.txt": "1\n"})
    return made


@pytest.mark.parametrize(
    "part",
    ["HEAD", "packed-refs", "refs/heads/x", "objects/pack/x.pack", "objects/ab/" + "c" * 38, "shallow"],
)
def test_a_pipe_in_the_git_folder_is_refused_at_once(repository, part):
    place = repository.git_dir / part
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    before = time.monotonic()
    with pytest.raises(TieoutError) as caught:
        Quarantine.open(repository.folder, uri="r")
    assert time.monotonic() - before < 5
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("part", ["config", "index", "info/attributes", "included", "logs/HEAD", "hooks/update"])
def test_a_pipe_where_git_alone_would_look_is_not_even_opened(repository, part):
    commit = repository.git("rev-parse", "HEAD")
    with (repository.git_dir / "config").open("a") as config:
        config.write("[include]\n\tpath = included\n")
    place = repository.git_dir / part
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.resolve("") == commit


def test_an_endless_device_among_the_objects_is_refused(repository):
    (repository.git_dir / "objects/info").mkdir(exist_ok=True)
    (repository.git_dir / "objects/info/alternates").symlink_to("/dev/zero")
    with pytest.raises(UnreadableError, match="no regular file"):
        Quarantine.open(repository.folder, uri="r")


@pytest.mark.parametrize(
    "entry",
    [
        "{far}",
        "# a comment\n\n{far}",
        "{far}\r\n/nonexistent\n{far}/",
        '"{far}"',
        '"/nonexistent"x{far}',  # git goes on behind the quote, on the same line
        '"/nonexist\nent"\n{far}',
        '"\\057tmp{far}"',
        "{near}/way/../objects",  # git takes the dots out of the text: this is near/objects
        "{near}/objects/../../far",
        "../../../far",
        "{near}/way",
        "/nonexistent\n{far}",
    ],
)
def test_objects_of_another_repository_are_never_borrowed(repository, tmp_path, entry):
    private = Repository(tmp_path / "private")
    stolen = private.commit("private", {"secret.txt": "SECRET"})
    far, near = tmp_path / "far", tmp_path / "near"
    far.symlink_to(private.git_dir / "objects")
    near.mkdir()
    (near / "objects").symlink_to(far)
    (near / "way").symlink_to(private.git_dir / "objects")
    (repository.git_dir / "objects/info").mkdir(exist_ok=True)
    alternates = repository.git_dir / "objects/info/alternates"
    alternates.write_text(entry.format(far=far, near=near) + "\n")
    (repository.git_dir / "refs/heads/main").write_text(f"{stolen}\n")
    with pytest.raises(UnreadableError, match=r"borrows objects .* \(objects/info/alternates:\d\)") as caught:
        Quarantine.open(repository.folder, uri="r")
    assert "git repack -a -d" in caught.value.hint
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("kind", ["http-alternates", "comment", "itself"])
def test_what_git_does_not_borrow_by_is_no_reason_to_refuse(repository, tmp_path, kind):
    private = Repository(tmp_path / "private")
    stolen = private.commit("private", {"secret.txt": "SECRET"})
    info = repository.git_dir / "objects/info"
    info.mkdir(exist_ok=True)
    name = "http-alternates" if kind == "http-alternates" else "alternates"
    place = repository.git_dir / "objects" if kind == "itself" else private.git_dir / "objects"
    (info / name).write_text(f"{'# ' if kind == 'comment' else ''}{place}\n")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.tree(quarantine.resolve("")).read("a.txt") == b"1\n"
        with pytest.raises(UsageError):
            quarantine.resolve(stolen)


def test_a_shared_clone_is_read_once_it_is_made_whole_as_the_hint_says(repository, tmp_path):
    shared = tmp_path / "shared"
    subprocess.run(["git", "clone", "-q", "--shared", repository.folder, shared], env=git_environment(), check=True)
    with pytest.raises(UnreadableError, match="borrows"):
        Quarantine.open(shared, uri="r")
    subprocess.run(["git", "repack", "-q", "-a", "-d"], cwd=shared, env=git_environment(), check=True)
    (shared / ".git/objects/info/alternates").unlink()
    with Quarantine.open(shared, uri="r") as quarantine:
        assert not quarantine.partial
        assert quarantine.tree(quarantine.resolve("")).read("a.txt") == b"1\n"


def test_alternates_that_are_too_long_to_look_through_are_refused(repository):
    (repository.git_dir / "objects/info/alternates").write_text("/nonexistent\n" * 100_000)
    with pytest.raises(UnreadableError, match="alternates is larger"):
        Quarantine.open(repository.folder, uri="r")


@pytest.mark.parametrize("part", ["fan-out", "pack", "file"])
def test_a_link_out_of_the_objects_is_refused_at_once(repository, tmp_path, part):
    blob = repository.git("rev-parse", "HEAD:a.txt")
    fan_out = repository.git_dir / "objects" / blob[:2]
    elsewhere = tmp_path / "elsewhere"
    if part == "fan-out":
        fan_out.rename(elsewhere)
        (elsewhere / blob[2:]).unlink()
        os.mkfifo(elsewhere / blob[2:])
        fan_out.symlink_to(elsewhere)
    elif part == "pack":
        (repository.git_dir / "objects/pack").rmdir()
        elsewhere.mkdir()
        (repository.git_dir / "objects/pack").symlink_to(elsewhere)
    else:
        (fan_out / blob[2:]).rename(elsewhere)
        (fan_out / blob[2:]).symlink_to(elsewhere)
    before = time.monotonic()
    with pytest.raises(UnreadableError, match="a link that leads out of it"):
        Quarantine.open(repository.folder, uri="r")
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("target", [b"", b"HEAD", b"a b c", b"\xff\xfe", b"refs/heads/main", b"0" * 40, b"1" * 39])
def test_a_tag_that_names_no_object_names_no_commit(repository, target):
    text = b"object " + target + b"\ntype commit\ntag t\ntagger A <a@x> 1767225600 +0000\n\nm\n"
    stored = repository.git("hash-object", "-t", "tag", "-w", "--stdin", "--literally", stdin=text)
    (repository.git_dir / "refs/tags/t").write_text(f"{stored}\n")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        [tag] = quarantine.tags()
        assert (tag.name, tag.target_commit, tag.annotated) == ("t", None, True)
        assert quarantine.tree(quarantine.resolve("")).read("a.txt") == b"1\n"


def test_dangerous_ref_names_and_values_are_left_out(repository):
    commit = repository.git("rev-parse", "HEAD")
    (repository.git_dir / "packed-refs").write_text(
        f"{commit} refs/../../evil\n{commit} refs/heads/a..b\n{commit} HEAD\n{commit} refs/heads/a b\n"
        f"not-an-id refs/heads/x\n{commit} refs/heads/good\n{commit}\n\n^{commit}\n{commit} refs/heads/x.lock\n"
        f"{commit} refs/heads/-o=x\n{commit} refs/heads/@{{1}}\n{'f' * 64} refs/heads/other-format\n"
    )
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert not quarantine.partial
        listed = quarantine._git.run("for-each-ref", "--format=%(refname)").decode().split()
        assert listed == ["refs/heads/-o=x", "refs/heads/good", "refs/heads/main"]
        assert quarantine.resolve("refs/heads/-o=x") == commit


@pytest.mark.parametrize("head", ["", "ref: ../../etc/passwd", "ref: refs/heads/../../x", "x" * 9000, "ref: refs/a b"])
def test_a_malformed_head_is_a_sentence(repository, head):
    (repository.git_dir / "HEAD").write_text(head)
    with pytest.raises(UnreadableError, match="HEAD"):
        Quarantine.open(repository.folder, uri="r")


def test_symbolic_refs_that_go_round_are_left_out(repository):
    (repository.git_dir / "refs/heads/x").write_text("ref: refs/heads/y\n")
    (repository.git_dir / "refs/heads/y").write_text("ref: refs/heads/x\n")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.resolve("main")
        with pytest.raises(UsageError, match="unknown commit"):
            quarantine.resolve("x")


def test_content_that_is_not_its_id_is_told_as_forged(repository):
    blob = repository.git("rev-parse", "HEAD:a.txt")
    place = repository.git_dir / "objects" / blob[:2] / blob[2:]
    place.chmod(0o644)
    place.write_bytes(zlib.compress(b"blob 2\x00X\n"))
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.partial
        tree = quarantine.tree(quarantine.resolve(""))
        with pytest.raises(UnreadableError, match=r"does not match this id|missing or damaged"):
            tree.read("a.txt")


def test_a_forged_folder_is_told_where_the_clone_cannot_check(repository):
    commit = repository.commit("two", {"d/x": "x", "d/y": "y", "lost": "lost"})
    lost = repository.git("rev-parse", "HEAD:lost")
    folder = repository.git("rev-parse", "HEAD:d")
    (repository.git_dir / "objects" / lost[:2] / lost[2:]).unlink()
    place = repository.git_dir / "objects" / folder[:2] / folder[2:]
    place.chmod(0o644)
    entry = b"100644 x\x00" + bytes.fromhex(repository.git("hash-object", "a.txt"))
    place.write_bytes(zlib.compress(b"tree %d\x00%s" % (len(entry), entry)))
    with (
        Quarantine.open(repository.folder, uri="r") as quarantine,
        pytest.raises(UnreadableError, match=r"does not match this id|missing or damaged"),
    ):
        quarantine.tree(commit).entries()


def test_a_cut_off_pack_is_a_sentence(repository):
    repository.git("repack", "-q", "-a", "-d")
    pack = next((repository.git_dir / "objects/pack").glob("*.pack"))
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:40])
    with pytest.raises(TieoutError) as caught, Quarantine.open(repository.folder, uri="r") as quarantine:
        quarantine.history(quarantine.resolve(""))
    assert "\n" not in str(caught.value)
    assert "tieout-git" not in str(caught.value)


def test_alternates_that_lead_nowhere_leave_the_rest_readable(repository):
    (repository.git_dir / "objects/info").mkdir(exist_ok=True)
    (repository.git_dir / "objects/info/alternates").write_text("/nonexistent/objects\n../objects\n")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.tree(quarantine.resolve("")).read("a.txt") == b"1\n"


@pytest.mark.parametrize(
    "data", [b"# v2 git bundle\n", b"# v3 git bundle\n@object-format=md5\n\nPACK", b"# v2 git bundle\n\n"]
)
def test_a_broken_bundle_is_a_sentence(tmp_path, data):
    (tmp_path / "x.bundle").write_bytes(data)
    with pytest.raises(TieoutError) as caught, Quarantine.open(tmp_path / "x.bundle", uri="r") as quarantine:
        quarantine.resolve("")
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_deep_folders_are_listed(repository):
    path = "/".join("d" for _ in range(1500)) + "/f"
    stream = f"commit refs/heads/main\ncommitter A <a@x> 1 +0000\ndata 1\nx\nM 100644 inline {path}\ndata 1\nx\n"
    repository.git("fast-import", "--quiet", "--force", stdin=stream.encode())
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commit = quarantine.resolve("")
        assert quarantine.tree(commit).read(path) == b"x"
        assert quarantine.history(commit).last_changes(commit, [path])[path].id == commit


def test_the_odd_repositories_are_read_right(tmp_path):
    script = SHARED / "samples/odd_repos.sh"
    if not script.is_file():
        pytest.skip(f"{script.name} is not here: the shared samples are not beside this repository")
    environment = {**git_environment(), "HOME": str(tmp_path)}
    subprocess.run(["bash", str(script), str(tmp_path)], env=environment, check=True, capture_output=True, timeout=60)

    def opened(name: str) -> Quarantine:
        return Quarantine.open(tmp_path / name, uri=name)

    with opened("r_empty") as quarantine:
        assert quarantine.empty
    with opened("r_paths") as quarantine:
        tree = quarantine.tree(quarantine.resolve(""))
        kinds = {entry.path: entry.kind for entry in tree.entries()}
        assert set(kinds) == {
            *("SECURITY.md", "caf\udce9.md", "loop", "new\nline.md", "out", "tests/fixtures/CODEOWNERS", "ünï.md"),
        }
        assert tree.read("SECURITY.md") == b"\xff\xfe\x00S"
        assert (kinds["out"], tree.link_target("out")) == ("symlink", "/etc/passwd")
    with opened("r_time") as quarantine:
        commits = quarantine.history(quarantine.resolve("")).commits
        assert [(record.subject, record.committed_at.year) for record in commits[1:]] == [
            ("c 2026-01-01T00:00:00+1400", 2025),
            ("c 1970-01-01T00:00:00Z", 1970),
            ("c 2099-01-01T00:00:00Z", 2099),
        ]
        assert (commits[0].author_name, commits[0].subject) == ("Jörg", "umlaut ä")
    with opened("r_sig") as quarantine:
        assert quarantine.history(quarantine.resolve("")).commits[0].signature == "ssh"
        assert [(tag.name, tag.annotated, tag.signature) for tag in quarantine.tags()] == [
            ("v1", True, "ssh"),
            ("v2", True, "none"),
            ("v3", False, "none"),
        ]
    with opened("r_shallow") as quarantine:
        assert quarantine.shallow
        assert not quarantine.history(quarantine.resolve("")).complete
