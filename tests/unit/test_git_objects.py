"""Bulk reading of objects, and what a damaged one does to the others."""

import os
import signal

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git import objects as objects_module
from tieout.kernel.git.objects import GitObject
from tieout.kernel.git.quarantine import Quarantine


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "repository")
    made.commit("one", {f"{number}": os.urandom(50_000) for number in range(6)})
    return made


def blobs(repository: Repository) -> list[str]:
    return [repository.git("rev-parse", f"HEAD:{number}") for number in range(6)]


def cut_short(repository: Repository, blob: str) -> None:
    """Its header can be read, its content not: git gives up in the middle of an answer."""
    place = repository.git_dir / "objects" / blob[:2] / blob[2:]
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:20_000])


def test_a_damaged_object_costs_none_of_the_others(repository):
    ids = blobs(repository)
    for damaged in (ids[2], ids[3], ids[5]):
        cut_short(repository, damaged)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.partial
        found = dict(quarantine._objects.find_many([*ids, "0" * 40]))
        assert [found[blob] is None for blob in ids] == [False, False, True, True, False, True]
        assert found["0" * 40] is None
        tree = quarantine.tree(quarantine.resolve(""))
        with pytest.raises(UnreadableError, match="missing or damaged") as caught:
            tree.read("2")
        assert caught.value.where == "2"
        assert len(tree.read("4")) == 50_000


def test_an_object_over_the_limit_is_refused_and_the_next_is_read(repository):
    ids = blobs(repository)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        with pytest.raises(UnreadableError, match="has 50000 bytes, more than the 49999"):
            quarantine._objects.read(ids[0], max_bytes=49_999)
        found = quarantine._objects.read(ids[1])
        assert (found.kind, len(found.data)) == ("blob", 50_000)


def test_answers_that_nobody_took_do_not_meet_the_next_question(repository):
    ids = blobs(repository)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        reading = quarantine._objects.find_many(ids)
        first = next(reading)[1]
        reading.close()
        again = list(quarantine._objects.find_many([ids[5], ids[0]]))
    assert [object_id for object_id, _ in again] == [ids[5], ids[0]]
    assert again[1][1] == first
    assert isinstance(again[0][1], GitObject)
    assert again[0][1] != first


def test_a_reader_survives_the_end_of_its_process(repository):
    ids = blobs(repository)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        reader = quarantine._objects
        assert reader.read(ids[0])
        reader._process.kill()
        reader._process.wait()
        assert [found is None for _, found in reader.find_many(ids)] == [False] * 6


def test_git_that_does_not_answer_is_stopped(repository, monkeypatch):
    first, second, *_ = blobs(repository)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine._objects.read(first)
        quarantine._objects._process.send_signal(signal.SIGSTOP)
        monkeypatch.setattr(objects_module, "CALL_SECONDS", -1.0)
        with pytest.raises(UnreadableError, match="did not answer in time"):
            quarantine._objects.read(second)
        assert quarantine._objects._process is None
