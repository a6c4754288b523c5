"""What a source of each kind may say: the table is the collectors' truth, and the schema and the loader agree."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any, get_args

import jsonschema_rs
import pytest
import yaml

from conftest import ROOT
from support.systems import configuration, source
from tieout.analytics.fields import MEANINGS, known_formats
from tieout.collectors import logs, results
from tieout.collectors.config.field_map import field_maps
from tieout.collectors.config.readers import readers
from tieout.collectors.git import collector as git
from tieout.config.kinds import KINDS, MOST_REJECT_SHARE, LogOptions
from tieout.config.load import MOST_TOLD, read_config
from tieout.config.schema import config_schema
from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES
from tieout.domain.artefacts.logs import Meaning
from tieout.kernel.errors import ConfigError

GATEWAY = source("gateway", "config", "gateway.yaml", "gateway_config")
SCHEMA = jsonschema_rs.Draft202012Validator(config_schema())


def faults(config: dict[str, Any], *, plugged: tuple[str, ...] = ()) -> list[str]:
    """Everything that is told of a configuration."""
    try:
        read_config(yaml.safe_dump(config, sort_keys=False).encode(), where="tieout.yaml", plugged=plugged)
    except ConfigError as error:
        return [f"{error.where}: {error.message}", *getattr(error, "__notes__", ())]
    return []


def with_source(entry: dict[str, Any]) -> dict[str, Any]:
    return configuration(entry)


# --- the table against the collectors


def test_the_kinds_are_what_the_collectors_read() -> None:
    maps = field_maps()
    given = {one.artefact for one in maps.values()} | {name for reader in readers() for name in reader.artefacts}
    assert KINDS["config"].formats == tuple(sorted({*maps, *(reader.name for reader in readers())}))
    assert KINDS["config"].provides == tuple(sorted({"runtime_settings", *given}))
    assert KINDS["git"].provides == tuple(sorted(git._PARTS))
    assert KINDS["log"].formats == known_formats()
    assert KINDS["records"].provides == tuple(sorted((*RECORD_TYPES, "attestation", "document")))
    assert KINDS["results"].formats == results.FORMATS


def test_every_artefact_but_what_the_configuration_itself_says_has_a_kind() -> None:
    assert {name for kind in KINDS.values() for name in kind.provides} == set(ARTEFACTS)


def test_the_log_options_are_those_of_the_collector() -> None:
    assert LogOptions().max_reject_share == logs.MAX_REJECT_SHARE
    assert MOST_REJECT_SHARE == logs.MOST_REJECT_SHARE
    assert get_args(Meaning) == MEANINGS


# --- what is refused, by the loader and by the schema


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"options": {"governd": ["x"]}}, "sources.1.options.governd: is not an option of kind 'git'; is 'governed'"),
        ({"options": {"governed": "prompts/**"}}, "sources.1.options.governed: is 'prompts/**'; expected a list"),
        ({"format": "bare"}, "sources.1.format: is not a field of a source of kind 'git'"),
        ({"provides": ["telemetry"]}, "sources.1.provides.0: a source of kind 'git' does not provide 'telemetry'"),
        ({"kind": "log", "options": {"max_rejct_share": 0.02}}, "is 'max_reject_share' meant?"),
        ({"kind": "log", "options": {"max_reject_share": 0.2}}, "options.max_reject_share: is 0.2; input should be"),
        ({"kind": "log", "options": {"max_reject_share": "0.01"}}, "is '0.01'; expected a number"),
        ({"kind": "log", "options": {"fields": {"tme": "ts"}}}, "sources.1.options.fields.tme: is 'tme'; expected"),
        ({"kind": "log", "format": "litelm"}, "is 'litelm'; expected 'generic' or 'litellm', or any name beside"),
        ({"kind": "results", "format": "promptfo"}, "sources.1.format: is 'promptfo'; expected 'codecarbon', 'cyclone"),
        ({"kind": "results", "options": {"x": 1}}, "is not an option of kind 'results'; known: api, experiments, mod"),
        ({"kind": "config", "format": "nginx", "provides": ["alert_rules"]}, "is 'nginx'; expected '"),
        ({"kind": "config"}, "sources.1: a source of kind 'config' must say what it provides"),
        ({"kind": "records", "provides": ["telemetry"]}, "a source of kind 'log' does"),
        ({"kind": "records", "provides": ["drill_records"]}, "is not an artefact; is 'drill_record' meant?"),
        ({"kind": "records", "provides": ["drill_record/x"]}, "only approved_record has a type"),
        (
            {"kind": "fax", "provides": ["telemetry"]},
            "is 'fax'; expected 'config', 'forge', 'git', 'log', 'records' or",
        ),
    ],
)
def test_what_does_not_fit_its_kind_is_told_with_its_place(change: dict[str, Any], words: str) -> None:
    config = with_source({"name": "second", "kind": "git", "path": "x", **change})
    told = faults(config)
    assert len(told) == 1, told
    assert words in told[0]
    assert told[0].startswith("tieout.yaml:")
    line = int(told[0].split(":")[1])
    text = yaml.safe_dump(config, sort_keys=False).splitlines()
    assert line > text.index("- name: second"), (line, text)
    # An editor that knows the schema says so, too; it cannot know the plugins of a machine.
    if change.get("kind") != "fax":
        assert not SCHEMA.is_valid(json.loads(json.dumps(config)))


@pytest.mark.parametrize(
    "entry",
    [
        source("s", "git", "x", options={"governed": ["prompts/**"]}),
        source("s", "log", "x", options={"max_reject_share": 0.02}),
        source("s", "log", "x", format="ours", options={"fields": {"time": "ts"}}),
        source("s", "log", "x", "telemetry", format="litellm"),
        source("s", "results", "x", format="inspect"),
        source("s", "records", "x", "drill_record", "approved_record/ai_policy"),
        {**GATEWAY, "format": "litellm", "inside": "application"},
    ],
)
def test_what_fits_is_taken_by_both(entry: dict[str, Any]) -> None:
    config = with_source(entry)
    assert faults(config) == []
    SCHEMA.validate(json.loads(json.dumps(config)))


def test_a_kind_that_a_plugin_reads_is_taken() -> None:
    config = with_source(source("s", "model-registry", "x", "inventory", format="any", options={"any": 1}))
    assert len(faults(config)) == 1
    assert faults(config, plugged=("model-registry",)) == []
    SCHEMA.validate(json.loads(json.dumps(config)))


# --- all faults at once, in people's words


def test_every_fault_is_told_in_the_order_of_the_file() -> None:
    config = with_source({**GATEWAY, "format": "nginx", "pth": "x"})
    config["system"]["phase"] = "beta"
    config["retention"] = {"marking": ["CUI"]}
    del config["owners"]["budget"]
    told = faults(config)
    assert [line.split(": ", 2)[1] for line in told] == [
        "system.phase",
        "sources.1.format",
        "sources.1.pth",
        "retention.marking",
        "owners.budget",
    ]


def test_of_very_many_faults_the_first_twenty_are_told() -> None:
    config = configuration(*[source(f"s{number}", "fax", "x", "inventory") for number in range(30)])
    told = faults(config)
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "tieout.yaml: and 10 more"


def wrong_values() -> list[Callable[[dict[str, Any]], None]]:
    values: list[Any] = [None, 5, 1.5, True, "x", "", [], {}, [None], {"a": 1}, "2026-13-45", "a\nb"]
    places: list[tuple[str | int, ...]] = [
        ("version",),
        ("system",),
        *(("system", key) for key in ("id", "name", "phase", "generative", "users", "approved_on", "review_due")),
        ("owners", "budget"),
        ("owners", "budget", "since"),
        ("roles",),
        ("period",),
        ("sources",),
        *(("sources", 1, key) for key in ("name", "kind", "path", "inside", "format", "provides", "options")),
        ("acceptance_criteria",),
        ("retention",),
        ("retention", "rules"),
        ("retention", "trigger_dates"),
        ("retention", "hold"),
    ]

    def change(place: tuple[str | int, ...], value: Any) -> Callable[[dict[str, Any]], None]:
        def apply(config: Any) -> None:
            for part in place[:-1]:
                config = config[part]
            config[place[-1]] = value

        return apply

    return [change(place, value) for place in places for value in values]


def test_no_fault_speaks_of_the_program() -> None:
    """Whatever stands wherever: no word of the library that reads it, and always the line."""
    base = {**configuration(dict(GATEWAY)), "retention": {}}
    told = []
    for change in wrong_values():
        config = copy.deepcopy(base)
        change(config)
        told += faults(config)
    assert len(told) > 150
    noise = (
        "Value error",
        "value_error",
        "Input",
        "input should be a",
        "tuple",
        "dict",
        "PeriodSection",
        "None",
        "str:",
    )
    assert [line for line in told if any(re.search(rf"\b{word}", line) for word in noise)] == []
    assert all(line.startswith("tieout.yaml:") for line in told)


def shown(page: str) -> list[dict[str, Any]]:
    """The sources that a page of the documentation shows."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    lists = [block.get("sources", []) if isinstance(block, dict) else block for block in blocks]
    return [entry for listed in lists for entry in listed]


@pytest.mark.parametrize(("page", "count"), [("sources.md", 8), ("records.md", 2)])
def test_the_sources_that_the_docs_show_are_taken(page: str, count: int) -> None:
    entries = shown(page)
    assert len(entries) == count
    for entry in entries:
        assert faults(with_source(entry)) == []
        SCHEMA.validate(json.loads(json.dumps(with_source(entry), default=str)))  # a day is text in our loader
