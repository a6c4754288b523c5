"""Git folders that are those of other repositories: refused, unless their repository records them."""

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.quarantine import Quarantine

# ---- git folders that are those of others


def victim(tmp_path) -> Repository:
    made = Repository(tmp_path / "victim")
    made.commit("private", {"secret.txt": "board minutes\n"})
    return made


@pytest.mark.parametrize("form", ["pointer", "link", "common", "parts", "ref", "worktree-of", "bare-parts"])
def test_a_git_folder_that_leads_to_another_repository_is_refused(tmp_path, form):
    other = victim(tmp_path)
    folder = tmp_path / "attack"
    folder.mkdir()
    own = folder / ".git"
    if form == "pointer":
        own.write_text(f"gitdir: {other.git_dir}\n")
    elif form == "link":
        own.symlink_to(other.git_dir)
    elif form == "worktree-of":
        other.git("worktree", "add", "-q", str(tmp_path / "true"))
        own.write_text(f"gitdir: {other.git_dir}/worktrees/true\n")
    else:
        own = folder if form == "bare-parts" else own
        own.mkdir(exist_ok=True)
        (own / "HEAD").write_text("ref: refs/heads/main\n")
        if form == "common":
            (own / "commondir").write_text(f"{other.git_dir}\n")
        elif form == "ref":
            (own / "refs/heads").mkdir(parents=True)
            (own / "objects").mkdir()
            (own / "refs/heads/main").symlink_to(other.git_dir / "refs/heads/main")
        else:
            for part in ("objects", "refs"):
                (own / part).symlink_to(other.git_dir / part)
    with pytest.raises(UnreadableError, match=r"lead|takes refs") as caught:
        Quarantine.open(folder, uri="attack")
    assert str(other.folder) not in str(caught.value)


def test_work_trees_and_submodules_that_their_repository_records_are_read(tmp_path):
    main = victim(tmp_path)
    part = Repository(tmp_path / "part")
    part.commit("part", {"p.txt": "p"})
    main.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(part.folder), "vendor/part")
    main.commit("with a submodule")
    main.git("worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "way").symlink_to(tmp_path / "linked")
    for place, file in (("victim/vendor/part", "p.txt"), ("linked", "secret.txt"), ("way", "secret.txt")):
        with Quarantine.open(tmp_path / place, uri=place) as quarantine:
            assert quarantine.tree(quarantine.resolve("")).read(file)
