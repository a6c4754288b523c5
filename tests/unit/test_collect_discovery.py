"""Discovery of collectors: by folder, by entry point, and with an error that names what does not load."""

import sys
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tieout.collectors import discovery
from tieout.collectors.base import Request
from tieout.config.kinds import KINDS
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.kernel.errors import ConfigError
from tieout.kernel.reading.files import FolderView


def plugin(kind: str = "mlflow") -> SimpleNamespace:
    return SimpleNamespace(KIND=kind, VERSION="1", collect=lambda request: request)


def test_every_kind_of_the_configuration_has_its_collector():
    assert set(discovery.known_collectors()) == set(KINDS)


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(ConfigError, match="'fax'") as caught:
        discovery.collector_for("fax")
    assert "records" in caught.value.hint


def test_two_collectors_of_a_kind_are_an_error_that_names_both():
    with pytest.raises(ConfigError, match=r"'mlflow': one and two"):
        discovery.assemble([("one", plugin()), ("two", plugin())])


@pytest.mark.parametrize("broken", [{"KIND": 3}, {"KIND": ""}, {"VERSION": None}, {"collect": "no"}])
def test_a_plugin_without_the_parts_of_a_collector_is_named(broken: dict[str, object]):
    with pytest.raises(ConfigError, match="the-plugin is not a collector"):
        discovery.assemble([("the-plugin", SimpleNamespace(**{**vars(plugin()), **broken}))])


@pytest.mark.parametrize("value", ["no_such_module_anywhere", "tieout.collectors.base:nothing_there"])
def test_a_plugin_that_does_not_load_is_named(value: str):
    with pytest.raises(ConfigError, match=r"'broken'.*does not load"):
        discovery._plugins([EntryPoint(name="broken", value=value, group=discovery.GROUP)])


def test_an_installed_plugin_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    module = ModuleType("plugin_of_the_test")
    module.__dict__.update(vars(plugin()))
    monkeypatch.setitem(sys.modules, "plugin_of_the_test", module)
    point = EntryPoint(name="mlflow", value="plugin_of_the_test", group=discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda **_: [point])
    discovery.known_collectors.cache_clear()
    try:
        request = Request(
            system_id="s",
            source=SourceSection(name="runs", kind="mlflow", path="runs", provides=("inventory",)),
            view=FolderView(tmp_path, "runs"),
            prefix="",
            period=Period(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC)),
            as_of=datetime(2026, 2, 1, tzinfo=UTC),
        )
        (problem,) = discovery.collector_for("mlflow")(request).result.problems  # it gives back what it is asked
        told = "it gave Request instead of what Gathering.finish() gives"
        assert problem.reason == f"the plugin 'mlflow' (plugin_of_the_test) failed: {told}"
    finally:
        discovery.known_collectors.cache_clear()
