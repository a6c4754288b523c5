"""A collector that another package brings, through its entry point: from tieout.yaml to the packet."""

import json
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, source, system

COLLECTOR = '''
"""Reads a model registry's export."""
from tieout.collectors.gathering import Gathering
from tieout.domain.artefacts.records import Inventory
from tieout.domain.evidence import Effective

KIND = "model-registry"
VERSION = "7"

def collect(request):
    gathering = Gathering(request, (KIND, VERSION))
    for entry in gathering.entries():
        file = gathering.read(entry)
        gathering.add(
            "inventory",
            Inventory.model_validate_json(file.data),
            path=file.path,
            digest=file.digest,
            effective=Effective(end=request.as_of, basis="as exported"),
            file=file,
        )
    return gathering.finish()
'''


@pytest.fixture
def plugin(tmp_path: Path) -> str:
    """A folder with an installed package in it, as `pip install --target` leaves it."""
    folder = tmp_path / "installed"
    about = folder / "registry_for_tieout-7.dist-info"
    about.mkdir(parents=True)
    (folder / "registry_for_tieout.py").write_text(COLLECTOR)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: registry-for-tieout\nVersion: 7\n")
    (about / "entry_points.txt").write_text("[tieout.collectors]\nregistry = registry_for_tieout\n")
    return str(folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    config = configuration(
        source("registry", "model-registry", "export.json", "inventory", inside="application", options={"any": 1})
    )
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
