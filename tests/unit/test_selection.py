"""Selectors and their places, conditions, and what counts as filled."""

from typing import Any

import pytest

from tieout.assess.selection import artefact_of, filled, matches, mixed_alphabets, person, select
from tieout.domain.evidence import EvidenceItem, Provenance


def item(facts: dict[str, Any], lines: dict[str, int] | None = None) -> EvidenceItem:
    return EvidenceItem(
        id="i",
        type="x",
        title="x",
        provenance=Provenance(
            source="s", kind="k", uri="u", path="p.yaml", collector="c", collector_version="1", source_digest="sha256:0"
        ),
        facts=facts,
        lines=lines or {},
        stored_sha256="0",
    )


FLAGS = item(
    {
        "flags": [
            {"name": "a", "kind": "kill-switch", "roles": ["x", "y"], "nested": {"deep": 1}},
            {"name": "b", "kind": "other", "roles": [], "default": False},
            {"name": "c", "trigger": None},
        ]
    },
    {"/flags": 2, "/flags/0": 3, "/flags/0/roles/1": 6},
)


@pytest.mark.parametrize(
    ("selector", "where", "found"),
    [
        ("x.flags.name", {}, [("/flags/0/name", "a"), ("/flags/1/name", "b"), ("/flags/2/name", "c")]),
        ("x.flags.name", {"kind": "kill-switch"}, [("/flags/0/name", "a")]),
        ("x.flags.name", {"kind": ["kill-switch", "other"]}, [("/flags/0/name", "a"), ("/flags/1/name", "b")]),
        ("x.flags.name", {"no_such": "x"}, []),
        ("x.flags.roles", {}, [("/flags/0/roles/0", "x"), ("/flags/0/roles/1", "y")]),
        ("x.flags.roles", {"kind": "other"}, []),
        ("x.flags.default", {}, [("/flags/1/default", False)]),
        ("x.flags.trigger", {}, []),
        ("x.flags.nested.deep", {}, [("/flags/0/nested/deep", 1)]),
        ("x.flags.name.deeper", {}, []),
        ("x.nothing", {}, []),
    ],
)
def test_select(selector: str, where: dict, found: list):
    assert [(hit.pointer, hit.value) for hit in select([FLAGS], selector, where)] == found


def test_an_artefact_alone_is_one_element():
    (hit,) = select([FLAGS], "x")
    assert hit.value == FLAGS.facts
    assert [len(select([FLAGS], "x.flags", where)) for where in ({}, {"kind": "other"}, {"kind": "none"})] == [3, 1, 0]


def test_a_place_is_the_line_of_the_value_or_of_what_holds_it():
    lines = [hit.place.line for hit in select([FLAGS], "x.flags.roles")]
    assert lines == [3, 6]
    (third,) = select([FLAGS], "x.flags.name", {"name": "c"})
    assert third.place.line == 2


def test_the_artefact_of_a_selector():
    assert artefact_of("gateway_config.routes.model") == artefact_of("gateway_config") == "gateway_config"


@pytest.mark.parametrize(
    ("value", "where", "expected"),
    [
        ({"a": 1}, {}, True),
        ("text", {}, True),
        ("text", {"a": 1}, False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 0}, {"a": [False, "x"]}, False),
        ({}, {"a": "x"}, False),
        ({"a": "x", "b": "y"}, {"a": "x", "b": "z"}, False),
    ],
)
def test_matches(value: Any, where: dict, expected: bool):
    assert matches(value, where) is expected


@pytest.mark.parametrize("value", ["x", "none of our staff", 0, False, 0.0, ["x", ""], {"a": {"b": "x"}}, (0,)])
def test_what_is_filled(value: Any):
    assert filled(value)


@pytest.mark.parametrize(
    "value",
    [None, "", " \n", "TBD", "todo.", "<name>", "[insert name]", "{{ x }}", [], [""], [None, " "], {}, {"a": ""}, (),
     float("nan"), float("inf")],
)  # fmt: skip
def test_what_is_not_filled(value: Any):
    assert not filled(value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ann Ode", "ann ode"), (" ANN   ode ", "ann ode"), (None, None), ("", None), ("TBD", None), ("n/a", None)],
)
def test_a_person(name: str | None, expected: str | None):
    assert person(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "A\u200bnn Ode",
        "Ann\u00a0Ode",
        "Ann Ode\ufe0f",
        "\uff21nn Ode",  # a full-width letter
        "A\u00adnn\u2003Ode\u2060",
        "ANN ODE\u3164",
    ],
)
def test_unseen_characters_make_no_second_person(name: str):
    assert person(name) == "ann ode"


@pytest.mark.parametrize("name", ["\u200b", "\u2060 \u00ad", "\u3164", "n\u200b/a", "T\u200bBD"])
def test_a_name_of_unseen_characters_is_nobody(name: str):
    assert person(name) is None


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Ann \u041ede", True),  # a Cyrillic O
        ("\u0391nn Ode", True),  # a Greek A
        ("\u0410\u043d\u043d\u0430 Ode", False),  # one word of each is how people write
        ("\u0410\u043d\u043d\u0430", False),
        ("Zo\u00eb M\u00fcller-O'Neil 2nd", False),
    ],
)
def test_a_word_of_two_alphabets_names_nobody(name: str, mixed: bool):
    assert mixed_alphabets(name) is mixed
    assert (person(name) is None) is mixed


def test_a_row_with_an_id_that_two_items_give_in_the_same_words_is_one():
    one = item({"rows": [{"id": "A", "n": 1}, {"id": "A", "n": 1}, {"n": 2}]})
    other = item({"rows": [{"n": 1, "id": "A"}, {"id": "A", "n": 2}, {"n": 2}]}).model_copy(update={"id": "j"})
    found = [(hit.item.id, hit.pointer) for hit in select([one, other], "x.rows")]
    # Told twice within one item it stays: which of the two is meant cannot be told there.
    assert found == [("i", "/rows/0"), ("i", "/rows/1"), ("i", "/rows/2"), ("j", "/rows/1"), ("j", "/rows/2")]
    assert len(select([one, other], "x.rows.id")) == 4
