"""A repository that tries to run its owner's commands: no reading of ours ever starts one."""

import os
import shutil
import subprocess
import sys

import pytest

from support.git_repositories import Repository, git_environment
from tieout.kernel.errors import TieoutError, UnreadableError
from tieout.kernel.git import quarantine as quarantine_module
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.worktree import find_repository, worktree_differences

HOOKS = (
    *("applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-applypatch", "post-checkout", "post-commit"),
    *("post-index-change", "post-merge", "post-receive", "post-rewrite", "post-update", "pre-applypatch"),
    *("pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-push", "pre-rebase", "pre-receive"),
    *("prepare-commit-msg", "proc-receive", "push-to-checkout", "reference-transaction", "sendemail-validate"),
    *("update",),
)
SIGNED = (
    "tree {tree}\nparent {parent}\nauthor A <a@x> 1767225600 +0000\ncommitter A <a@x> 1767225600 +0000\n"
    "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\nsigned\n"
)


class Hostile:
    """A repository with every vector armed; each leaves a file of its name in `marks` when it runs."""

    def __init__(self, place):
        self.marks = place / "marks"
        self.marks.mkdir()
        self.script = place / "run.sh"
        self.script.write_text(f'#!/bin/sh\n: > "{self.marks}/$1"\ncase "$1" in clean|smudge) cat;; *) exit 1;; esac\n')
        self.script.chmod(0o755)
        self.repository = Repository(place / "repository")
        repository = self.repository
        repository.commit("one", {"a.txt": "1\n", "b.txt": "b\n", ".gitattributes": "* filter=evil diff=evil\n"})
        embedded = Repository(place / "embedded.git", bare=True)
        repository.git("push", "-q", str(embedded.folder), "main")
        shutil.copytree(embedded.folder, repository.folder / "docs/embedded.git")
        parent = repository.commit("two", {"a.txt": "2\n", ".gitmodules": self.modules()})
        repository.raw_commit(SIGNED.format(tree=repository.git("rev-parse", "HEAD^{tree}"), parent=parent).encode())
        repository.git("tag", "-a", "-m", "v1", "v1")
        self.lost = repository.git("rev-parse", "HEAD:b.txt")
        self.arm(repository.git_dir)
        self.arm(repository.folder / "docs/embedded.git")

    def modules(self) -> str:
        return f'[submodule "m"]\n\tpath = m\n\turl = ext::{self.script} submodule\n\tupdate = !{self.script} update\n'

    def arm(self, git_dir) -> None:
        """Write hostile configuration, attributes and hooks; the last part through an included file."""
        run = self.script
        with (git_dir / "config").open("a") as config:
            config.write(
                f"[core]\n\tfsmonitor = {run} fsmonitor\n\tsshCommand = {run} ssh\n\tpager = {run} pager\n"
                f"\teditor = {run} editor\n\taskPass = {run}\n\talternateRefsCommand = {run} alternate\n"
                f"\tgitProxy = {run}\n[protocol]\n\tallow = always\n"
                f'[filter "evil"]\n\tclean = {run} clean\n\tsmudge = {run} smudge\n\trequired = true\n'
                f'[diff "evil"]\n\ttextconv = {run} textconv\n'
                f"[diff]\n\texternal = {run} external\n[credential]\n\thelper = !{run} credential\n"
                f"[uploadpack]\n\tpackObjectsHook = {run} packobjects\n"
                f"[interactive]\n\tdiffFilter = {run} difffilter\n[maintenance]\n\tauto = true\n[gc]\n\tauto = 1\n"
                f"[include]\n\tpath = included\n"
            )
        (git_dir / "included").write_text(
            f"[gpg]\n\tprogram = {run}\n[log]\n\tshowSignature = true\n"
            f'[gpg "ssh"]\n\tprogram = {run}\n[alias]\n\tlog = !{run} alias\n'
        )
        (git_dir / "info").mkdir(exist_ok=True)
        (git_dir / "info/attributes").write_text("* filter=evil diff=evil\n")
        (git_dir / "hooks").mkdir(exist_ok=True)
        for hook in HOOKS:
            file = git_dir / "hooks" / hook
            file.write_text(f"#!/bin/sh\n: > '{self.marks}/hook-{hook}'\n")
            file.chmod(0o755)

    def lose_a_blob(self, url: str) -> None:
        """Remove one blob and name a remote that promises it."""
        (self.repository.git_dir / "objects" / self.lost[:2] / self.lost[2:]).unlink()
        with (self.repository.git_dir / "config").open("a") as config:
            config.write(
                f'[remote "origin"]\n\turl = {url}\n\tpromisor = true\n\tuploadpack = {self.script} uploadpack\n'
                "[extensions]\n\tpartialClone = origin\n"
            )
        self.repository.git("config", "core.repositoryFormatVersion", "1")

    def naive(self, *arguments: str, **environment: str) -> None:
        """A call as a careless reader makes it; it may fail."""
        subprocess.run(
            ["git", *arguments],
            cwd=self.repository.folder,
            env=git_environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )

    def marked(self) -> set[str]:
        """The vectors that ran since the last look."""
        names = {file.name for file in self.marks.iterdir()}
        for name in names:
            (self.marks / name).unlink()
        return names


@pytest.fixture
def reftable(hostile, monkeypatch):
    """Makes the quarantine believe that only git can read the refs, and that this git can."""
    (hostile.repository.git_dir / "reftable").mkdir()
    monkeypatch.setattr(quarantine_module, "_REFTABLE_GIT", (2, 0))


@pytest.fixture
def hostile(tmp_path):
    made = Hostile(tmp_path)
    made.marked()
    return made


def read_everything(folder) -> int:
    """Every call of the package; gives how many files were read."""
    read = 0
    assert find_repository(folder) is not None
    with Quarantine.open(folder, uri="hostile") as quarantine:
        assert quarantine.object_format == "sha1"
        commit = quarantine.resolve("main")
        quarantine.resolve("")
        tree = quarantine.tree(commit)
        for entry in tree.entries():
            try:
                with tree.open_stream(entry.path) as stream:
                    assert tree.read(entry.path) == stream.read()
                read += 1
            except TieoutError as error:
                assert entry.size == -1, error  # noqa: PT017 - the only reason there may be
        history = quarantine.history(commit)
        assert history.last_changes(commit, [entry.path for entry in tree.entries()])
        quarantine.tags()
        worktree_differences(folder, tree)
    return read


@pytest.mark.parametrize(
    ("calls", "vectors"),
    [
        ([["status"]], {"fsmonitor"}),
        ([["add", "--renormalize", "."]], {"clean"}),
        ([["checkout", "-f", "HEAD~1"]], {"smudge"}),
        ([["show", "HEAD~1"]], {"textconv"}),
        ([["diff", "HEAD~2", "HEAD"]], {"external"}),
        ([["update-ref", "refs/heads/x", "HEAD"]], {"hook-reference-transaction"}),
        ([["checkout", "-q", "-b", "y"]], {"hook-post-checkout"}),
        ([["log"]], {"--keyid-format=long"}),  # gpg.program, by the included file
    ],
    ids=lambda value: None if isinstance(value, set) else " ".join(value[0][:2]),
)
def test_the_vectors_are_live(hostile, calls, vectors):
    """Else the tests below could not fail."""
    for call in calls:
        hostile.naive(*call)
    assert vectors <= hostile.marked()


def test_the_promised_blob_is_live(hostile):
    hostile.lose_a_blob("ssh://example.invalid/x")
    hostile.naive("cat-file", "-p", hostile.lost)
    assert "ssh" in hostile.marked()


def test_the_pack_hook_is_live_from_protected_configuration(hostile, tmp_path):
    (tmp_path / "global").write_text(f"[uploadpack]\n\tpackObjectsHook = {hostile.script} packobjects\n")
    call = ("clone", "--no-local", "--bare", hostile.repository.folder.as_uri(), str(tmp_path / "copy"))
    hostile.naive(*call, GIT_CONFIG_GLOBAL=str(tmp_path / "global"))
    assert "packobjects" in hostile.marked()


def test_reading_a_hostile_repository_runs_nothing(hostile):
    assert read_everything(hostile.repository.folder) > 10
    assert hostile.marked() == set()


def test_reading_its_git_folder_as_a_bare_repository_runs_nothing(hostile):
    assert read_everything(hostile.repository.git_dir) > 10
    assert hostile.marked() == set()


def test_reading_a_linked_work_tree_of_it_runs_nothing(hostile, tmp_path):
    hostile.naive("-c", "core.hooksPath=/dev/null", "worktree", "add", "--no-checkout", str(tmp_path / "linked"))
    hostile.marked()
    assert read_everything(tmp_path / "linked") > 10
    assert hostile.marked() == set()


def test_reading_an_embedded_bare_repository_runs_nothing(hostile):
    folder = hostile.repository.folder / "docs/embedded.git"
    assert find_repository(folder / "refs") == folder
    assert read_everything(folder) == 3
    assert hostile.marked() == set()


@pytest.mark.parametrize("url", ["ssh://example.invalid/x", "file:///", "ext::sh -c 'exit 1'"])
def test_a_promised_blob_is_never_fetched(hostile, url):
    hostile.lose_a_blob(url)
    total = read_everything(hostile.repository.folder)
    assert total > 10
    with Quarantine.open(hostile.repository.folder, uri="r") as quarantine:
        assert quarantine.partial
        sizes = {entry.path: entry.size for entry in quarantine.tree(quarantine.resolve("")).entries()}
    assert sizes["b.txt"] == -1
    assert hostile.marked() == set()


@pytest.mark.usefixtures("reftable")
def test_where_git_itself_reads_the_source_nothing_runs_either(hostile):
    """The road of reftable repositories: upload-pack runs in the source and reads its configuration."""
    assert read_everything(hostile.repository.folder) > 10
    assert hostile.marked() == set()


@pytest.mark.usefixtures("reftable")
@pytest.mark.parametrize("url", ["ssh://example.invalid/x", "file:///", "ext::sh -c 'exit 1'"])
def test_where_git_itself_reads_a_source_with_a_promised_blob_it_only_fails(hostile, url):
    hostile.lose_a_blob(url)
    with pytest.raises(TieoutError) as caught:
        Quarantine.open(hostile.repository.folder, uri="r")
    assert str(hostile.repository.folder) not in str(caught.value)
    assert hostile.marked() == set()


def test_alternates_to_a_foreign_repository_run_nothing_there(hostile, tmp_path):
    outer = Repository(tmp_path / "outer")
    (outer.git_dir / "objects/info").mkdir(exist_ok=True)
    (outer.git_dir / "objects/info/alternates").write_text(f"{hostile.repository.git_dir}/objects\n")
    outer.git("update-ref", "refs/heads/main", hostile.repository.git("rev-parse", "HEAD"))
    hostile.marked()
    with pytest.raises(UnreadableError, match="borrows objects"):
        read_everything(outer.folder)
    assert hostile.marked() == set()


def test_the_callers_git_variables_are_not_passed_on(hostile, tmp_path, monkeypatch):
    run = str(hostile.script)
    for name, value in {
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": run,
        "GIT_CONFIG_PARAMETERS": f"'uploadpack.packobjectshook'='{run} packobjects'",
        "GIT_CONFIG_GLOBAL": str(tmp_path / "global"),
        "GIT_CONFIG_SYSTEM": str(tmp_path / "global"),
        "GIT_SSH_COMMAND": run,
        "GIT_EXTERNAL_DIFF": run,
        "GIT_PAGER": run,
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_TEMPLATE_DIR": str(hostile.repository.git_dir),
        "GIT_TRACE": str(hostile.marks / "trace"),
        "GIT_TRACE2_EVENT": str(hostile.marks / "trace2"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path),
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "home"),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "home/git").mkdir(parents=True)
    settings = f"[uploadpack]\n\tpackObjectsHook = {run} packobjects\n[core]\n\tfsmonitor = {run} fsmonitor\n"
    for file in ("global", "home/.gitconfig", "home/git/config"):
        (tmp_path / file).write_text(settings)
    program = tmp_path / "git-upload-pack"
    program.write_text(f"#!/bin/sh\n{run} execpath\n")
    program.chmod(0o755)
    assert read_everything(hostile.repository.folder) > 10
    assert hostile.marked() == set()


def test_nothing_is_written_into_the_hostile_repository(hostile):
    def state():
        return sorted((str(path), path.lstat().st_mtime_ns) for path in hostile.repository.folder.rglob("*"))

    before = state()
    read_everything(hostile.repository.folder)
    assert state() == before


def test_an_interrupt_removes_the_quarantine(hostile, tmp_path):
    """Ctrl-C while a quarantine is open, in a process of its own."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    program = (
        "import os, pathlib, signal, sys\n"
        "from tieout.kernel.git.quarantine import Quarantine\n"
        "with Quarantine.open(pathlib.Path(sys.argv[1]), uri='r') as quarantine:\n"
        "    quarantine.tree(quarantine.resolve('')).read('a.txt')\n"
        "    assert len(os.listdir(sys.argv[2])) == 1\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    signal.pause()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(hostile.repository.folder), str(temporary)],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"KeyboardInterrupt" in ended.stderr
    assert list(temporary.iterdir()) == []
    assert hostile.marked() == set()
