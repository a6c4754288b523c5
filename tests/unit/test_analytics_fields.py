"""Field maps: what they accept, what they refuse with which words, and how a format is guessed."""

import json

import pytest

from tieout.analytics.fields import MEANINGS, guess_map, known_formats, load_map, own_map
from tieout.kernel.errors import ConfigError

LITELLM = json.dumps(
    {"id": "c1", "response_cost": 0.1, "custom_llm_provider": "openai", "model": "m", "startTime": 1.0}
)


def test_shipped_maps_load_and_say_the_time():
    assert known_formats() == ("generic", "litellm")
    for name in known_formats():
        assert load_map(name).format == name
        assert load_map(name).fields["time"]
    assert set(load_map("litellm").fields) == set(MEANINGS)


def test_names_may_be_short_dotted_or_listed():
    found = own_map(
        {
            "time": "ts",
            "principal": ["user.id", {"path": ["user.name"], "except": ["robot"]}],
            "latency": {"path": "took", "unit": "s"},
        },
        format_="mine",
        where="source 'x'",
    )
    assert [one.path for one in found.fields["principal"]] == [("user", "id"), ("user.name",)]
    assert found.fields["principal"][1].excepted == ("robot",)
    assert found.milliseconds_per_unit(found.fields["latency"][0]) == 1000


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": "m"}, "does not say where the time"),
        ({"time": "ts", "latency": "took"}, "unit of the latency 'took' is not said"),
        ({"time": "ts", "status": "state"}, "does not say which status means failure"),
        ({"time": "ts", "speed": "x"}, "options.fields is not a field map"),
        ({"time": "ts", "model": [{"path": "m", "colour": 1}]}, "options.fields is not a field map"),
        ({"time": "a..b"}, "a part of the path is empty"),
        ("ts", "options.fields is not a field map"),
    ],
)
def test_what_is_wrong_with_a_map_is_said(fields, words):
    with pytest.raises(ConfigError, match=words) as caught:
        own_map(fields, format_="generic", where="source 'x'")
    assert caught.value.where == "source 'x'"


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(ConfigError, match="no field map for log format 'langfuse'") as caught:
        load_map("langfuse", where="source 'x'")
    assert "generic, litellm" in caught.value.hint


@pytest.mark.parametrize(
    ("lines", "format_"),
    [
        ([LITELLM.encode()] * 3, "litellm"),
        ([b"garbage", b"[]", b"", LITELLM.encode()], "litellm"),
        ([b'{"ts":1,"model":"m"}'], "generic"),
        ([b'{"ts":1,"response_cost":0.1}'], "generic"),  # one mark alone is chance
        ([b'{"ts":1}'] * 9 + [LITELLM.encode()], "generic"),  # one stray record is chance
        ([], "generic"),
        ([b"[" * 100_000], "generic"),
    ],
)
def test_the_format_is_guessed_from_marks(lines, format_):
    assert guess_map(lines).format == format_
