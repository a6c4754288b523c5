"""The `.tieout` folder: private, ignored by git, each stage file whole or as it was."""

import errno
import os
import stat
from pathlib import Path

import pytest

from support.systems import assessed, configuration, system
from tieout.domain.collection import Collection
from tieout.domain.packet import WORK_FOLDER
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, UsageError
from tieout.pipeline.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    repository = system(tmp_path / "r", configuration())
    assessed(repository.folder)
    return Workspace(repository.folder / "tieout.yaml")


def test_git_does_not_see_it_and_others_may_not_read_it(workspace: Workspace) -> None:
    assert (workspace.root / ".gitignore").read_text() == "*\n"
    assert stat.S_IMODE(workspace.root.stat().st_mode) == 0o700


def test_what_was_written_is_read(workspace: Workspace) -> None:
    assert workspace.assessment().collection_sha256
    assert workspace.collection().subject.system_id == "small-system"
    assert b"small-system" in workspace.configuration(workspace.collection())


@pytest.mark.parametrize("data", [b"", b"{}", b"[1", b"\xff", b"null"])
def test_a_damaged_stage_file_says_which_command_makes_it_again(workspace: Workspace, data: bytes) -> None:
    (workspace.root / "assessment.json").write_bytes(data)
    with pytest.raises(UsageError) as caught:
        workspace.assessment()
    assert "tieout assess" in caught.value.hint
    assert caught.value.where == f"{WORK_FOLDER}/assessment.json"


def test_a_write_that_fails_leaves_the_earlier_file(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (workspace.root / "assessment.json").read_bytes()
    assessment = workspace.assessment()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="no space left"):
        workspace.write_assessment(assessment)
    assert (workspace.root / "assessment.json").read_bytes() == before


def test_a_folder_that_may_not_be_made(tmp_path: Path) -> None:
    (tmp_path / WORK_FOLDER).write_text("a file of that name")
    with pytest.raises(UsageError, match="cannot be written"):
        Workspace(tmp_path / "tieout.yaml").store()


class KilledError(BaseException):
    """The process ends here; no handler of the program may catch it."""


def _pair(workspace: Workspace) -> tuple[bytes, bytes]:
    data = (workspace.root / "collection.json").read_bytes()
    return data, workspace.configuration(Collection.model_validate_json(data))


def test_a_kill_at_any_step_of_a_collection_leaves_the_earlier_pair_or_the_new_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _pair(workspace)
    configuration = old[1] + b"# changed\n"
    digests = [sha256_hex(data).encode() for data in (old[1], configuration)]
    new = old[0].replace(b"small-system", b"large-system").replace(*digests), configuration
    calls = ("open", "write", "fsync", "replace", "unlink", "rename")
    seen, step = set(), 0
    while True:
        step += 1
        left = [step]

        def counted(real: object, left: list[int] = left) -> object:
            def call(*arguments: object, **keywords: object) -> object:
                left[0] -= 1
                if left[0] == 0:
                    raise KilledError
                return real(*arguments, **keywords)

            return call

        with monkeypatch.context() as patch:
            for name in calls:
                patch.setattr(os, name, counted(getattr(os, name)))
            try:
                workspace.write_collection(*new)
                killed = False
            except KilledError:
                killed = True
        found = _pair(workspace)
        assert found in (old, new)
        seen.add(found)
        if not killed:
            break
        workspace.write_collection(*old)
    assert step > 6
    assert seen == {old, new}
    assert len(list(workspace.root.glob("configuration*"))) == 1


def test_a_folder_of_an_earlier_version_is_put_right_by_the_next_collection(workspace: Workspace) -> None:
    (named,) = workspace.root.glob("configuration-*.yaml")
    pair = _pair(workspace)
    named.rename(workspace.root / "configuration.yaml")
    with pytest.raises(UsageError, match="is not there") as caught:
        workspace.configuration(workspace.collection())
    assert "tieout collect" in caught.value.hint
    workspace.write_collection(*pair)
    assert [path.name for path in workspace.root.glob("configuration*")] == [named.name]


def test_a_collection_that_was_changed_has_no_configuration(workspace: Workspace) -> None:
    collection = workspace.collection()
    path = workspace.root / "collection.json"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UsageError, match="is not there") as caught:
        workspace.configuration(collection)
    assert "tieout collect" in caught.value.hint


def test_a_configuration_that_was_changed_is_not_the_one_of_the_collection(workspace: Workspace) -> None:
    collection, configuration = _pair(workspace)
    (named,) = workspace.root.glob("configuration-*.yaml")
    named.write_bytes(configuration.replace(b"small-system", b"other-system"))
    with pytest.raises(UsageError, match="is not the configuration that was collected with") as caught:
        workspace.configuration(Collection.model_validate_json(collection))
    assert (caught.value.where, "tieout collect" in caught.value.hint) == (f"{WORK_FOLDER}/{named.name}", True)
