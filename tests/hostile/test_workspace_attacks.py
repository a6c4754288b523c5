"""Attacks on the work folder: two jobs at once, forged stages, a `.tieout` from a repository, links and pipes in it."""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, system
from tieout import api
from tieout.kernel.canonical import canonical_bytes
from tieout.pipeline import packing

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is not what is attacked here, and takes seconds."""
    monkeypatch.setattr(packing, "render_confined", lambda *_, **__: b"%PDF-")


@pytest.fixture
def two(tmp_path: Path) -> Repository:
    """A repository with two releases."""
    repository = system(tmp_path / "r", configuration())
    repository.git("tag", "v1")
    repository.commit("more", {"src/app.py": "pass\n"})
    repository.git("tag", "v2")
    return repository


def whole_job(folder: Path, at: str, out: Path, waited: list[str]) -> None:
    """What `tieout run` does."""
    options = api.RunOptions(config=folder / "tieout.yaml", now=NOW, at=at)
    workspace = api.Workspace(options.config, waiting=lambda: waited.append(at))
    with workspace.job():
        collection, _ = api.collect(options, workspace)
        assessment = api.assess(workspace, collection)
        api.pack(workspace, out, assessed=(assessment, collection))


def commit_in(packet: Path) -> str:
    return str(json.loads((packet / "packet/data/inputs/run.json").read_bytes())["commit"])


# --- two at once


def test_two_jobs_in_one_work_folder_each_make_their_own_packet(two: Repository, tmp_path: Path) -> None:
    waited: list[str] = []
    jobs = [
        threading.Thread(target=whole_job, args=(two.folder, at, tmp_path / f"{at}-{number}", waited))
        for number in range(3)
        for at in ("v1", "v2")
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(timeout=60)
    commits = {at: two.git("rev-parse", f"{at}^{{commit}}") for at in ("v1", "v2")}
    for number in range(3):
        for at in ("v1", "v2"):
            assert commit_in(tmp_path / f"{at}-{number}") == commits[at]
            assert api.verify_packet(tmp_path / f"{at}-{number}").problems == ()
    assert waited
    # What is left is one pair: the packet of it can be made.
    api.pack(api.Workspace(two.folder / "tieout.yaml"), tmp_path / "last")


def test_a_job_holds_the_folder_from_collecting_to_the_packet(two: Repository, tmp_path: Path) -> None:
    """A second one comes as soon as the first has collected, and is through only after its packet is there."""
    options = api.RunOptions(config=two.folder / "tieout.yaml", now=NOW, at="v1")
    first, waited = api.Workspace(options.config), threading.Event()
    order: list[str] = []

    def come_between() -> None:
        other = api.Workspace(options.config, waiting=waited.set)
        api.collect(api.RunOptions(config=options.config, now=NOW, at="v2"), other)
        order.append("second")

    with first.job():
        collection, _ = api.collect(options, first)
        second = threading.Thread(target=come_between)
        second.start()
        assert waited.wait(timeout=30)
        assessment = api.assess(first, collection)
        api.pack(first, tmp_path / "out", assessed=(assessment, collection))
        order.append("first")
    second.join(timeout=30)
    assert order == ["first", "second"]
    assert commit_in(tmp_path / "out") == two.git("rev-parse", "v1^{commit}")
    with pytest.raises(api.UsageError, match="collected again after the assessment"):
        api.pack(first, tmp_path / "out2")


def test_waiting_is_told_in_one_line(two: Repository) -> None:
    (two.folder / ".tieout").mkdir()
    lock = os.open(two.folder / ".tieout" / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    release = threading.Timer(3, os.close, (lock,))
    release.start()
    answer = tieout("collect", cwd=two.folder)
    release.join()
    assert answer.code == 0
    told = [line for line in answer.err.splitlines() if "lightweight tag" not in line]
    assert told == ["note: another tieout works in this .tieout; waiting until it ends"]


# --- forged stages


@pytest.fixture
def assessed(two: Repository) -> Repository:
    """A repository that was collected and assessed."""
    options = api.RunOptions(config=two.folder / "tieout.yaml", now=NOW)
    api.collect(options)
    api.assess(api.Workspace(options.config))
    return two


def rewrite(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    tree = json.loads(path.read_bytes())
    change(tree)
    path.write_bytes(canonical_bytes(tree))


def all_satisfied(tree: dict[str, object]) -> None:
    for entry in (*tree["controls"], *tree["rules"]):  # type: ignore[misc]  # the tree of an assessment
        entry["verdict"] = "satisfied"


def test_a_forged_assessment_is_not_packed_and_not_explained(assessed: Repository, tmp_path: Path) -> None:
    rewrite(assessed.folder / ".tieout" / "assessment.json", all_satisfied)
    for command in (("packet", "--out", "../p"), ("explain", "GOVERN 2.1")):
        fails(tieout(*command, cwd=assessed.folder), 2, "assessment.json", "what the rules give", "tieout assess")
    assert not (tmp_path / "p").exists()
    assert tieout("assess", cwd=assessed.folder).code == 0
    assert tieout("explain", "GOVERN 2.1", cwd=assessed.folder).code == 0


def test_an_edited_collection_is_told(assessed: Repository) -> None:
    """Even where its assessment is made to match."""

    def other_name(tree: dict[str, object]) -> None:
        tree["subject"]["name"] = "Other system"  # type: ignore[index]  # the tree of a collection

    rewrite(assessed.folder / ".tieout" / "collection.json", other_name)
    for command in ("assess", "packet"):
        fails(tieout(command, cwd=assessed.folder), 2, "collection.json", "not what was collected", "tieout collect")
    assert tieout("collect", cwd=assessed.folder).code == 0
    assert tieout("assess", cwd=assessed.folder).code == 0


def test_a_configuration_edited_before_the_packet_is_told(assessed: Repository, tmp_path: Path) -> None:
    """It says who keeps the record and for how long: nothing else of the packet would contradict it."""
    (kept,) = (assessed.folder / ".tieout").glob("configuration-*.yaml")
    kept.write_bytes(kept.read_bytes() + b"# milder\n")
    fails(tieout("packet", "--out", "../p", cwd=assessed.folder), 2, kept.name, "collected with", "tieout collect")
    assert not (tmp_path / "p").exists()


def test_an_edited_collection_of_another_system_is_told(assessed: Repository) -> None:
    """Of a system that the log never heard of; asking must not make the store know it."""

    def other_system(tree: dict[str, object]) -> None:
        tree["subject"]["system_id"] = "other"  # type: ignore[index]  # the tree of a collection

    salts = assessed.folder / ".tieout" / "store" / "salts"
    before = sorted(salts.iterdir())
    rewrite(assessed.folder / ".tieout" / "collection.json", other_system)
    fails(tieout("assess", cwd=assessed.folder), 2, "collection.json", "not what was collected")
    assert sorted(salts.iterdir()) == before


@pytest.mark.parametrize("where", [".", "below"])
def test_a_work_folder_that_git_tracks_is_refused(tmp_path: Path, where: str) -> None:
    """A clone brings it along, journal and all, so nothing in it can be believed."""
    config = configuration()
    config["sources"][0]["path"] = "." if where == "." else ".."
    repository = Repository(tmp_path / "r")
    folder = repository.folder / where
    repository.commit("all", {f"{where}/tieout.yaml": json.dumps(config)})
    assert tieout("collect", cwd=folder).code == 0
    assert tieout("assess", cwd=folder).code == 0
    (folder / ".tieout" / ".gitignore").unlink()
    repository.git("add", "-A")
    repository.git("commit", "-qm", "evidence of mine")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", str(repository.folder), str(clone))
    for command in (("collect",), ("assess",), ("packet", "--out", "../p"), ("explain", "GOVERN 2.1")):
        fails(tieout(*command, cwd=clone / where), 2, ".tieout", "tracked by git")
    assert not (tmp_path / "p").exists()


# --- links and pipes


STAGES = [("collection.json", "assess"), ("assessment.json", "packet")]


@pytest.mark.parametrize(("name", "command"), STAGES)
@pytest.mark.parametrize("kind", ["link", "device", "pipe", "huge"])
def test_a_stage_file_is_a_plain_file_of_sane_size(assessed: Repository, name: str, command: str, kind: str) -> None:
    path = assessed.folder / ".tieout" / name
    kept = path.with_name("kept")
    path.rename(kept)
    if kind == "link":
        path.symlink_to(kept)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        with path.open("wb") as stream:
            stream.truncate(50 << 30)
    answer = tieout(command, cwd=assessed.folder)
    fails(answer, 2, f".tieout/{name}")
    assert answer.cpu < 5


@pytest.mark.parametrize("room", ["objects", "salts", "log", "log/entries", "tmp"])
def test_a_linked_room_of_the_store_is_refused(two: Repository, tmp_path: Path, room: str) -> None:
    place = two.folder / ".tieout" / "store" / room
    place.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere")
    answer = tieout("collect", cwd=two.folder)
    assert answer.code in {1, 2}
    fails(answer, answer.code, room)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_linked_shard_of_the_store_is_refused(assessed: Repository, tmp_path: Path) -> None:
    objects = assessed.folder / ".tieout" / "store" / "objects"
    for shard in list(objects.iterdir()):
        shutil.rmtree(shard)
        (tmp_path / shard.name).mkdir()
        shard.symlink_to(tmp_path / shard.name)
    assert tieout("collect", cwd=assessed.folder).code in {1, 2}
    assert [path for path in tmp_path.glob("??/*") if path.is_file()] == []


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_the_lock_is_a_plain_file(two: Repository, tmp_path: Path, kind: str) -> None:
    lock = two.folder / ".tieout" / "lock"
    lock.parent.mkdir()
    if kind == "link":
        lock.symlink_to(tmp_path / "victim")
    elif kind == "pipe":
        os.mkfifo(lock)
    else:
        lock.mkdir()
    fails(tieout("collect", cwd=two.folder), 2, ".tieout/lock", "cannot be locked")
    assert not (tmp_path / "victim").exists()
