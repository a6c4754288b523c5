"""A collector that another package brings, through its entry point: from tieout.yaml to the packet."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, system

#: The page that tells how it is done; what it shows is what is tried.
PAGE = (ROOT / "docs" / "how-to-add-a-collector.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one block of a language on the page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def plugin(tmp_path: Path) -> str:
    """A folder with an installed package in it, as `pip install --target` leaves it."""
    folder = tmp_path / "installed"
    about = folder / "registry_for_tieout-7.dist-info"
    about.mkdir(parents=True)
    (folder / "registry_for_tieout.py").write_text(block("python"))
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: registry-for-tieout\nVersion: 7\n")
    points = tomllib.loads(block("toml"))["project"]["entry-points"]["tieout.collectors"]
    lines = [f"{name} = {module}\n" for name, module in points.items()]
    (about / "entry_points.txt").write_text("".join(["[tieout.collectors]\n", *lines]))
    return str(folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (declared,) = yaml.safe_load(block("yaml"))
    config = configuration(declared)
    export = {"systems": [{"system_id": "small-system", "status": "pilot", "models": ["m-2026-01-01"]}]}
    return system(tmp_path / "r", config, {"export.json": json.dumps(export)})


def test_a_plugged_in_collector_reaches_the_packet(repository: Repository, plugin: str, tmp_path: Path) -> None:
    out = tmp_path / "packet"
    with_plugin = {"PYTHONPATH": plugin}
    dry = tieout("run", "--dry-run", cwd=repository.folder, variables=with_plugin)
    assert dry.code == 0, dry.err
    assert "registry  model-registry  export.json" in dry.out
    answer = tieout("run", "--no-exit-codes", "--out", out, cwd=repository.folder, variables=with_plugin)
    assert answer.code == 0, answer.err
    index = json.loads((out / "packet/data/evidence/index.json").read_bytes())
    assert '"model-registry"' in json.dumps(index)
    assert tieout("verify", out, cwd=repository.folder).code == 0


def test_without_the_plugin_the_kind_is_told_with_its_line(repository: Repository) -> None:
    told = fails(tieout("collect", cwd=repository.folder), 2, "sources.1.kind: is 'model-registry'; expected 'config'")
    assert told.startswith("tieout: tieout.yaml:")


def test_a_plugin_that_does_not_load_is_named(repository: Repository, plugin: str) -> None:
    (Path(plugin) / "registry_for_tieout.py").write_text("import nothing_of_this_name\n")
    answer = tieout("collect", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    fails(answer, 2, "the plugin 'registry' (registry_for_tieout) does not load")


def test_a_file_that_a_plugged_in_collector_cannot_read_is_told(repository: Repository, plugin: str) -> None:
    """The page's own collector does what the page asks of one."""
    repository.commit("cut off", {"export.json": '{"systems": ['})
    answer = tieout("collect", "--strict", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    assert answer.code == 4
    assert "export.json" in answer.out + answer.err
    assert "is not an export of the registry" in answer.out + answer.err
