"""Another project's folder in the tree: told by its own package metadata and its own licence, not by a name alone."""

from pathlib import Path

import pytest

from support.git_repositories import Repository as Made
from support.inspecting import facts_of, spots
from tieout.domain.inspection import PlaceClass
from tieout.inspection.foreign import foreign_folders
from tieout.inspection.repository import Repository
from tieout.kernel.git.quarantine import Quarantine


@pytest.mark.parametrize(
    ("paths", "folders"),
    [
        (["external/quant/LICENSE", "external/quant/setup.py"], ("external/quant/",)),
        (["run/dependencies/Q/LICENCE.md", "run/dependencies/Q/Cargo.toml"], ("run/dependencies/Q/",)),
        (["deps/a/COPYING", "deps/a/CMakeLists.txt", "deps/b/setup.py"], ("deps/a/",)),
        # Without a licence, or without metadata, a folder of the project's own may be called so.
        (["external/client/setup.py", "external/client/main.py"], ()),
        (["external/LICENSE", "external/package.json"], ()),
        (["packages/a/LICENSE", "packages/a/package.json"], ()),
    ],
)
def test_folders_of_other_projects(paths: list[str], folders: tuple[str, ...]) -> None:
    assert foreign_folders(paths) == folders


def test_what_lies_in_such_a_folder_is_foreign(tmp_path: Path) -> None:
    made = Made(tmp_path / "r")
    made.commit(
        "one",
        {
            "external/quant/LICENSE": "MIT License\n",
            "external/quant/setup.py": "setup()\n",
            "external/quant/docs/model_card.md": "# Model card\n\n## Limitations\n\nIt fails on long letters, often.\n",
            "external/own/setup.py": "setup()\n",
        },
    )
    with Quarantine.open(made.folder, uri="r") as quarantine:
        repository = Repository(quarantine, quarantine.resolve(""))
        classes = {file.path: file.path_class for file in repository.files}
        assert classes["external/quant/docs/model_card.md"] is PlaceClass.VENDORED
        assert classes["external/own/setup.py"] is PlaceClass.LIVE
        assert repository.place("external/quant/setup.py").path_class is PlaceClass.VENDORED
    assert spots(facts_of(made.folder, "cards")["cards/limitations"]) == []
