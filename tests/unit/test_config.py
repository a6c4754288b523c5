"""tieout.yaml: what it takes, how a fault is told, and that the template that `init` writes loads."""

import pytest
import yaml

from support.systems import configuration
from tieout.config.load import read_config
from tieout.config.template import AREAS, OPEN, Answers, render_config
from tieout.kernel.errors import ConfigError


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
    assert "1 more after it" in caught.value.hint


def test_a_long_value_is_cut_in_the_message() -> None:
    config = configuration()
    config["system"]["phase"] = "x" * 500
    with pytest.raises(ConfigError) as caught:
        read_config(yaml.safe_dump(config).encode(), where="tieout.yaml")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "a: b # c", "{x} %s", "- dash", "Ünïcødé", "\ud800"])
def test_the_template_loads_whatever_the_answers_are(name: str) -> None:
    text = render_config(Answers("some-system", name, purpose=name, owner=name, owners={"budget": (name, name)}))
    config, _ = read_config(text.encode(), where="tieout.yaml")
    shown = name.replace("\ud800", "?")
    assert (config.system.name, config.system.purpose, config.owners.budget.deputy) == (shown, shown, shown)


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\u202eb", "a\u2028b"])
def test_a_name_that_could_forge_a_line_is_refused(name: str) -> None:
    for answers in (Answers("some-system", name), Answers("some-system", "Some", owners={"budget": (name, "")})):
        with pytest.raises(ConfigError):
            render_config(answers)


def test_what_is_not_answered_stays_open() -> None:
    config, _ = read_config(render_config(Answers("some-system", "Some")).encode(), where="tieout.yaml")
    assert (config.system.purpose, config.system.owner) == (OPEN, OPEN)
    assert [getattr(config.owners, area).person for area in AREAS] == [None] * 5
    assert config.acceptance_criteria == ()


def test_the_commented_examples_of_the_template_fit() -> None:
    """Whoever takes a `#` away gets what the comment promises."""
    lines = render_config(Answers("some-system", "Some")).splitlines()
    opened = [line[1:] if line.startswith("#  ") else line for line in lines]
    text = "\n".join(opened)
    for given in ("roles: []", "acceptance_criteria: []", "  hold: null"):
        text = text.replace(given, given.partition(":")[0] + ":" if given != "  hold: null" else "")
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert [source.kind for source in config.sources] == ["git", "config", "log", "results", "records"]
    assert [criterion.id for criterion in config.acceptance_criteria] == ["AC-01", "AC-02"]
    assert config.roles[0].role == "chief_risk_officer"
    assert config.retention.hold is not None
