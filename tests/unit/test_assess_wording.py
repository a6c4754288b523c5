"""The words of reasons: numbers, lists, plurals, conditions, populations, durations."""

import pytest

from tieout.assess.nouns import demanded, population
from tieout.assess.wording import (
    capitalised,
    clauses,
    conditions,
    counted,
    fill,
    label,
    listed,
    named,
    number,
    part,
    plain,
    share,
    verb,
    whole,
)
from tieout.domain.artefacts import ARTEFACT_TITLES, spoken, title_of
from tieout.kernel.clock import in_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (100, "100"),
        (100.0, "100"),
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.9125, "0.9125"),
        (25401, "25,401"),
        (1234567.5, "1,234,567.5"),
        (3.25491, "3.2549"),
        (0.00001, "0.00001"),
        (-0.000012, "-0.00001"),
        (-12.5, "-12.5"),
    ],
)
def test_a_figure_keeps_its_zeros_and_loses_its_noise(value, text):
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.95, "95 %"), (1.0, "100 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")])
def test_a_share_is_never_rounded_to_all(value, text):
    assert share(value) == text


def test_values():
    assert plain(None) == plain("") == plain([]) == "nothing"
    assert [plain(value) for value in (True, False, 0, 12000, ["a", "b"])] == ["true", "false", "0", "12,000", "a or b"]
    assert fill("route {name} of {x} {y}", {"name": "a", "x": None}) == "route a of nothing nothing"
    assert fill("the route {name} has", {"name": "route 'chat'"}) == "the route 'chat' has"
    assert fill("route {name} has", {"name": "routes"}) == "route routes has"
    assert fill("{name.__class__} {0}", {"name": "a"}) == "{name.__class__} nothing"
    assert (label({"id": "R1"}), label({"other": 1}), label("x")) == ("R1", "an unnamed entry", "x")


def test_lists():
    assert [listed(""), listed("a"), listed("ab"), listed("abc")] == ["", "a", "a and b", "a, b and c"]
    assert listed("abc", "or") == "a, b or c"
    assert named("abcdefg") == "a, b, c, d, e and 2 more"
    assert named("abcde") == "a, b, c, d and e"
    assert named([]) == clauses([]) == ""
    assert clauses(["a has x, y", "b has z"]) == "a has x, y; b has z"
    assert clauses("abcdefg", most=3) == "a; b; c; and 4 more"


def test_counts_agree_with_their_nouns_and_verbs():
    assert (counted(1, "run"), counted(2, "run"), counted(0, "day")) == ("1 run", "2 runs", "0 days")
    assert counted(2, "entry", "entries") == "2 entries"
    assert [whole(n, "run") for n in (1, 2, 3, 12000)] == ["The one run", "Both runs", "All 3 runs", "All 12,000 runs"]
    assert [part(1, n, "run") for n in (1, 2)] == ["The one run", "1 of the 2 runs"]
    assert part(2, 2, "run") == "Both runs"
    assert [verb(n, "is", "are") for n in (0, 1, 2)] == ["are", "is", "are"]
    assert capitalised("gpt-4o is named") == "Gpt-4o is named"
    assert capitalised("") == ""


def test_conditions_in_words():
    assert conditions({"kind": "kill-switch", "a_b": [1, 2]}) == "a b 1 or 2, kind kill-switch"
    assert conditions({"scenario": "provider_failover"}) == "scenario provider failover"
    assert conditions({"record_type": "ai_policy"}) == "AI policy"
    assert conditions({"simulated": True}) == "simulated true"


@pytest.mark.parametrize(
    ("selector", "where", "one", "three"),
    [
        ("inventory.systems", {}, "The one system of the AI inventory", "Each of the 3 systems of the AI inventory"),
        (
            "acceptance_criteria.criteria",
            {},
            "The one criterion of the acceptance criteria",
            "Each of the 3 criteria of the acceptance criteria",
        ),
        (
            "flag_config.flags",
            {"kind": "kill-switch"},
            "The one flag (kind kill-switch) of the feature flags",
            "Each of the 3 flags (kind kill-switch) of the feature flags",
        ),
        ("system_card", {}, "The system card", "Each of the 3 system cards"),
        ("roster", {}, "The roster of owners", "Each of the 3 rosters of owners"),
        ("roster.people", {}, "The one person of the roster of owners", "Each of the 3 people of the roster of owners"),
    ],
)
def test_populations(selector, where, one, three):
    found = population(selector, where)
    assert found.each(1) == one
    assert found.each(3) == three
    assert found.some(1, 1) == one
    assert found.some(3, 3) == three.replace("Each of the", "All")
    assert found.some(1, 3) == three.replace("Each of the 3", "1 of the 3")


def test_what_is_demanded():
    assert demanded(("owner", "data_classes", "updated_on"), {}) == "has owner, data classes and date of update"
    assert demanded("limits", {"simulated": True}) == "has limits and is simulated"
    assert demanded((), {"simulated": False, "tier": ["low", "high"]}) == "is not simulated and has tier low or high"


def test_names_of_the_program_in_words():
    assert spoken("model_changes") == "model changes"
    assert spoken("ai_policy") == "AI policy"
    assert spoken("due") == "due date"
    assert title_of("approved_record/ai_policy") == "approved document (AI policy)"
    assert title_of("crystal_ball") == "crystal ball"
    assert [title_of(name) for name in ARTEFACT_TITLES] == list(ARTEFACT_TITLES.values())


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("P180D", "180 days"),
        ("PT72H", "72 hours"),
        ("P1Y6M", "1 year 6 months"),
        ("P1DT30M", "1 day 30 minutes"),
        ("PT1S", "1 second"),
        ("P0.5D", "P0.5D"),
        ("P", "P"),
        ("permanent", "permanent"),
    ],
)
def test_durations(duration, words):
    assert in_words(duration) == words
