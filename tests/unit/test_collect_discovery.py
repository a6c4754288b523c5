"""Discovery of collectors: by folder, by entry point, and with an error that names what does not load."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType, SimpleNamespace

import pytest

from tieout.collectors import discovery
from tieout.config.kinds import KINDS
from tieout.kernel.errors import ConfigError


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


def test_an_installed_plugin_is_found(monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("plugin_of_the_test")
    module.__dict__.update(vars(plugin()))
    monkeypatch.setitem(sys.modules, "plugin_of_the_test", module)
    point = EntryPoint(name="mlflow", value="plugin_of_the_test", group=discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda **_: [point])
    discovery.known_collectors.cache_clear()
    try:
        assert discovery.collector_for("mlflow") is module.collect
    finally:
        discovery.known_collectors.cache_clear()
