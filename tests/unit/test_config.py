"""tieout.yaml: what it takes, how a fault is told, and that the template that `init` writes loads."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.systems import configuration
from tieout.config.load import read_config
from tieout.config.proposals import PARTS, propose
from tieout.config.template import AREAS, OPEN, Answers, Limit, render_config
from tieout.kernel.errors import ConfigError


def answers(name: str = "Some", **more: Any) -> Answers:
    """The least that must be answered."""
    least = {"phase": "pilot", "risk_tier": "low", "generative": False, "third_party": False}
    return Answers(system_id="some-system", name=name, **{**least, **more})


def loaded(**sections: object) -> None:
    read_config(yaml.safe_dump(configuration(**sections)).encode(), where="tieout.yaml")


@pytest.mark.parametrize("period", ["P90D", "P1Y", "PT48H", "P3M"])
def test_a_period_reaches_back(period: str) -> None:
    loaded(period=period)


@pytest.mark.parametrize("period", ["P0D", "-P90D", "P9999999Y", "90 days", "", "2026-01-01/2026-02-01"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ConfigError, match="period: write a duration such as P90D"):
        loaded(period=period)


def test_a_misspelt_field_is_told_before_what_it_leaves_missing() -> None:
    config = configuration()
    config["system"]["phse"] = config["system"].pop("phase")
    with pytest.raises(ConfigError) as caught:
        read_config(yaml.safe_dump(config, sort_keys=False).encode(), where="tieout.yaml")
    assert caught.value.message == "system.phse: is not a field here; check its spelling"
    assert caught.value.where == "tieout.yaml:10"
    assert caught.value.__notes__ == ["tieout.yaml:2: system.phase: is missing"]


def test_a_long_value_is_cut_in_the_message() -> None:
    config = configuration()
    config["system"]["phase"] = "x" * 500
    with pytest.raises(ConfigError) as caught:
        read_config(yaml.safe_dump(config).encode(), where="tieout.yaml")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "a: b # c", "{x} %s", "- dash", "Ünïcødé", "\ud800"])
def test_the_template_loads_whatever_the_answers_are(name: str) -> None:
    text = render_config(answers(name, purpose=name, owner=(name, name), owners={"budget": (name, name)}))
    config, _ = read_config(text.encode(), where="tieout.yaml")
    shown = name.replace("\ud800", "?")
    assert (config.system.name, config.system.purpose, config.owners.budget.deputy) == (shown, shown, shown)
    assert (config.roles[0].role, config.roles[0].person, config.roles[0].deputy) == ("system_owner", shown, shown)


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\u202eb", "a\u2028b"])
def test_a_name_that_could_forge_a_line_is_refused(name: str) -> None:
    for given in (answers(name), answers(owners={"budget": (name, "")}), answers(places={"log": name})):
        with pytest.raises(ConfigError):
            render_config(given)


def test_what_is_not_answered_stays_open() -> None:
    config, _ = read_config(render_config(answers()).encode(), where="tieout.yaml")
    assert (config.system.purpose, config.system.owner) == (OPEN, OPEN)
    assert [getattr(config.owners, area).person for area in AREAS] == [None] * 5
    assert config.acceptance_criteria == ()
    assert [(role.role, role.person) for role in config.roles] == [("system_owner", OPEN)]
    assert [source.kind for source in config.sources] == ["git"]


def test_the_commented_examples_of_the_template_fit() -> None:
    """Whoever takes a `#` away gets what the comment promises."""
    lines = render_config(answers()).splitlines()
    opened = [line[1:] if line.startswith("#  ") else line for line in lines]
    text = "\n".join(opened)
    text = text.replace("acceptance_criteria: []", "acceptance_criteria:").replace("  hold: null", "")
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert [source.kind for source in config.sources] == ["git", *["config"] * 4, "log", "results", "records"]
    assert [criterion.id for criterion in config.acceptance_criteria] == ["AC-01", "AC-02"]
    assert config.roles[1].role == "chief_risk_officer"
    assert config.retention.hold is not None


def test_what_is_answered_becomes_sources_criteria_and_retention() -> None:
    places = {"gateway": "deploy/gw.yaml", "log": "../logs", "records": "../elsewhere"}
    text = render_config(
        answers(
            places=places,
            found={"alerts": "ops/alerts.yaml"},
            cards=("system_card",),
            accuracy=Limit(0.9, "triage", 400, "Ann"),
            retention=("eu-aia-18",),
        )
    )
    config, _ = read_config(text.encode(), where="tieout.yaml")
    by_name = {source.name: source for source in config.sources}
    assert list(by_name) == ["application", "gateway", "gateway-log", "records"]
    assert (by_name["gateway"].path, by_name["gateway"].inside) == ("deploy/gw.yaml", "application")
    assert (by_name["gateway-log"].path, by_name["gateway-log"].inside) == ("../logs", None)
    assert (by_name["records"].path, by_name["records"].inside) == ("../elsewhere", None)
    assert "system_card" in by_name["application"].declared
    (criterion,) = config.acceptance_criteria
    assert (criterion.limit, criterion.min_n, criterion.owner) == (0.9, 400, "Ann")
    assert config.retention.rules == ("eu-aia-18",)
    # What was only found is a proposal, in a comment.
    assert "#  - name: alerts   # found here" in text
    assert "ops/alerts.yaml" in text


def test_paths_inside_are_from_the_top_of_the_repository() -> None:
    text = render_config(answers(repository="..", places={"gateway": "../config/gw.yaml", "records": "../../kept"}))
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert [(one.path, one.inside) for one in config.sources[1:]] == [
        ("config/gw.yaml", "application"),
        ("../../kept", None),
    ]


def test_proposals_go_by_names_and_leave_out_examples_tests_and_hidden_folders(tmp_path: Path) -> None:
    for name in (
        "config/gateway.yaml",
        "examples/litellm.yaml",
        "tests/fixtures/alerts.yaml",
        ".git/logs/x.log",
        "node_modules/records/a.yaml",
        "ops/flags.json",
        "ops/gateway.staging.env",
        "ops/litellm.env",
        "logs/gateway.jsonl",
        "records/drills/a.yaml",
        "records/risks.yaml",
        "SYSTEM_CARD.md",
        "src/catalogs/readme.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = propose(tmp_path)
    assert found.places == {
        "gateway": "config/gateway.yaml",
        "flags": "ops/flags.json",
        "settings": "ops/litellm.env",
        "log": "logs",
        "records": "records",
    }
    assert set(found.places) <= set(PARTS)
    assert found.cards == ("system_card",)
    assert propose(tmp_path / "nowhere").places == {}


@pytest.mark.parametrize(
    "path",
    [
        "https://oauth2:glZQ01tok3nvalue99@gitlab.example/g/r.git",
        "ssh://git@host.example/r",
        "file:///srv/r",
        "git@host.example:g/r.git",
    ],
)
def test_a_path_that_is_an_address_is_refused_and_not_repeated(path: str) -> None:
    """Packets name the path of each source; a token in it would stand on every page."""
    text = render_config(answers(places={"log": "../logs"})).replace("../logs", path)
    with pytest.raises(ConfigError) as caught:
        read_config(text.encode(), where="tieout.yaml")
    assert "is an address; name a folder or a file" in str(caught.value)
    assert "glZQ01tok3nvalue99" not in f"{caught.value} {caught.value.where} {caught.value.hint}"
