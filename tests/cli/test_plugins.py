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
    package = tomllib.loads(block("toml"))
    project, (module,) = package["project"], package["tool"]["setuptools"]["py-modules"]
    folder = tmp_path / "installed"
    about = folder / f"{module}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    (folder / f"{module}.py").write_text(block("python"))
    said = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(said)
    points = project["entry-points"]["tieout.collectors"]
    lines = [f"{name} = {module}\n" for name, module in points.items()]
    (about / "entry_points.txt").write_text("".join(["[tieout.collectors]\n", *lines]))
    return str(folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (declared,) = yaml.safe_load(block("yaml"))
    return system(tmp_path / "r", configuration(declared), {"export.json": block("json")})


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
    assert "export: newest updated_on" in json.dumps(index)
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


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("import sys; sys.exit(0)", "failed: SystemExit at registry_for_tieout.py:"),
        ("raise RuntimeError('token=ghp_' + 'a' * 36)", "failed: RuntimeError at registry_for_tieout.py:"),
        ("raise BaseException", "failed: BaseException at registry_for_tieout.py:"),
        ("return None", "failed: it gave NoneType instead of what Gathering.finish() gives"),
        ("return gathering.finish().result", "failed: it gave SourceResult instead of"),
    ],
)
def test_a_plugin_that_fails_is_told_of_its_source_alone(
    repository: Repository, plugin: str, body: str, told: str
) -> None:
    """A run that ended with it would end with the plugin's own exit code: with 0 there were no packet and no word."""
    module = Path(plugin) / "registry_for_tieout.py"
    module.write_text(module.read_text().replace("    return gathering.finish()\n", f"    {body}\n"))
    answer = tieout("collect", "--format", "json", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    assert answer.code == 0, answer.err
    by_name = {source["name"]: source for source in json.loads(answer.out)["sources"]}
    (problem,) = by_name["registry"]["problems"]
    assert (problem["status"], problem["types"], by_name["registry"].get("items", [])) == (
        "unreadable",
        ["inventory"],
        [],
    )
    assert problem["reason"].startswith(f"the plugin 'registry' (registry_for_tieout) {told}")
    assert "ghp_" not in answer.out + answer.err
    assert by_name["application"]["items"]
    strict = tieout("collect", "--strict", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    assert strict.code == 4


def test_a_plugin_that_leaves_while_it_is_loaded_is_named(repository: Repository, plugin: str) -> None:
    (Path(plugin) / "registry_for_tieout.py").write_text("import sys\nsys.exit(0)\n")
    answer = tieout("collect", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    fails(answer, 2, "the plugin 'registry' (registry_for_tieout) does not load")


@pytest.mark.parametrize(("name", "code"), [("ConfigError", 2), ("UsageError", 2), ("StorageError", 1)])
def test_an_error_of_ours_that_a_plugin_raises_names_it(
    repository: Repository, plugin: str, name: str, code: int
) -> None:
    """A plugin may refuse its options; the run ends with it, and nobody has to guess whose word that was."""
    module = Path(plugin) / "registry_for_tieout.py"
    refusal = (
        f"    from tieout.kernel.errors import {name}\n    raise {name}('options.any: is 1', hint='H', where='here')\n"
    )
    module.write_text(module.read_text().replace("    return gathering.finish()\n", refusal))
    answer = tieout("collect", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    whose = "the plugin 'registry' (registry_for_tieout), source 'registry': options.any: is 1"
    fails(answer, code, f"here: {whose}", "H")


def test_an_example_is_no_evidence_of_a_plugged_in_collector(repository: Repository, plugin: str) -> None:
    """The page's collector sets nothing aside itself: what it is shown is live."""
    undated = json.dumps({"systems": [{"system_id": "small-system", "status": "pilot"}]})
    apart = ("archive/export.json", "examples/export.json", "tests/fixtures/export.json", "staging/export.json")
    config = yaml.safe_load((repository.folder / "tieout.yaml").read_text())
    config["sources"][1]["path"] = "exports"
    files = {"exports/all.json": undated, **{f"exports/{path}": undated for path in apart}}
    repository.commit("a folder", {"tieout.yaml": yaml.safe_dump(config), **files})
    answer = tieout("collect", "--format", "json", cwd=repository.folder, variables={"PYTHONPATH": plugin})
    assert answer.code == 0, answer.err
    (source,) = [source for source in json.loads(answer.out)["sources"] if source["name"] == "registry"]
    (item,) = source["items"]
    assert item["provenance"]["path"] == "exports/all.json"
    assert item["effective"]["basis"] == "last commit that changed the file"
    told = {(problem["status"], problem["place"]["path"]) for problem in source["problems"]}
    assert told == {("not-counted", f"exports/{path}") for path in apart}
