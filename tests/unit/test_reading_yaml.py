"""YAML: what a scalar means, where it stands, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.parsed import refusal, short, value
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading import yaml_composer
from tieout.kernel.reading.documents import Document, parse, parse_all

SHARED = Path(__file__).resolve().parents[3] / "shared"


# --- YAML ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("n", "n"), ("tRUE", "tRUE"),
        ("0", 0), ("-0", 0), ("42", 42), ("+7", 7), ("-7", -7),
        ("010", "010"), ("0777", "0777"), ("0o17", "0o17"), ("0x1F", "0x1F"), ("0b1", "0b1"), ("1_000", "1_000"),
        ("12:30:45", "12:30:45"), ("1:30", "1:30"), ("2024-01-31", "2024-01-31"), ("2024-99-99", "2024-99-99"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
        ("1.5", 1.5), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1000.0), ("1.5E-3", 0.0015), ("1.2.3", "1.2.3"),
        ("01.5", "01.5"), ("1234e567", "1234e567"), (".", "."), ("+", "+"), ("-", [None]), ("1e", "1e"),
        ("9007199254740991", 2**53 - 1), ("9007199254740992", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"), ("1" * 5000, "1" * 5000),
        ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None), ("none", "none"),
        ("'1'", "1"), ('"true"', "true"), ("'~'", "~"), ("! 1", "1"),
        ("!!str 1", "1"), ("!!int '1'", 1), ("!!float 1", 1.0), ("!!bool 'true'", True), ("!!null ''", None),
        ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_what_a_yaml_scalar_means(written: str, means: Any) -> None:
    found = value(f"a:\n  {written}\n")["a"]
    assert found == means
    assert type(found) is type(means)


def test_yaml_keys_are_the_text_as_written() -> None:
    assert value("on: push\n1: a\ntrue: b\nnull: c\n010: d\n'q': e\n") == {
        "on": "push", "1": "a", "true": "b", "null": "c", "010": "d", "q": "e",
    }  # fmt: skip


def test_yaml_lines_are_those_of_keys_and_items() -> None:
    text = "# comment\nowner:\n  name: Ada\nroutes:\n- high\n- {a: 1,\n   b: 2}\nnote: |\n  two\n  lines\nlast: 1\n"
    assert parse(text.encode(), "yaml", where="f").lines == {
        "": 2, "/owner": 2, "/owner/name": 3, "/routes": 4, "/routes/0": 5, "/routes/1": 6,
        "/routes/1/a": 6, "/routes/1/b": 7, "/note": 8, "/last": 11,
    }  # fmt: skip


def test_pointers_are_escaped_as_rfc_6901_says() -> None:
    assert parse(b"a/b:\n  m~n: 1\n  '': 2\n", "yaml", where="f").lines == {
        "": 1, "/a~1b": 1, "/a~1b/m~0n": 2, "/a~1b/": 3,
    }  # fmt: skip


def test_line_breaks_of_yaml_1_1_do_not_move_line_numbers() -> None:
    text = 'a: "x\u2028y"\nb: "x\u0085y\u2029z\rw"\nc: 1\nd: 1\nd: 2\n'
    assert refusal(text)[0] == "f:5"
    assert parse(text[:-5].encode(), "yaml", where="f").lines["/d"] == 4


def test_an_alias_repeats_the_value_and_the_line_it_is_written_on() -> None:
    text = b"base: &base\n  retries: 3\n  hosts: [a, b]\nlive: *base\nlist:\n- *base\n"
    document = parse(text, "yaml", where="f")
    assert document.data["live"] == document.data["list"][0] == {"retries": 3, "hosts": ["a", "b"]}
    assert document.lines["/live"] == 4
    assert document.lines["/live/retries"] == 2
    assert document.lines["/list/0"] == 6
    assert document.lines["/list/0/hosts/1"] == 3
    document.data["live"]["retries"] = 9
    assert document.data["base"]["retries"] == 3, "no two places share one mutable value"


def test_merge_keys_own_values_win_then_earlier_sources() -> None:
    text = b"""\
a: &a {x: 1, y: {k: 1}}
b: &b
  x: 2
  z: 3
one:
  y: own
  <<: *a
many:
  <<: [*b, *a, {w: 4}]
nested: &n
  <<: *a
  v: 5
of_merged:
  <<: *n
"""
    document = parse(text, "yaml", where="f")
    assert document.data["one"] == {"y": "own", "x": 1}
    assert document.data["many"] == {"x": 2, "z": 3, "y": {"k": 1}, "w": 4}
    assert document.data["of_merged"] == {"v": 5, "x": 1, "y": {"k": 1}}
    assert document.lines["/one/y"] == 6
    assert document.lines["/one/x"] == 1
    assert document.lines["/many/z"] == 4
    assert document.lines["/many/y/k"] == 1
    assert document.lines["/many/w"] == 9
    assert document.lines["/of_merged/v"] == 12
    assert document.lines["/of_merged/y/k"] == 1


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    assert value("'<<': {a: 1}") == {"<<": {"a": 1}}


def test_anchors_serve_as_keys_and_as_values() -> None:
    assert value("&k name: &v true\nb: {*k : *v}\nc: *k\n") == {"name": True, "b": {"name": True}, "c": "name"}


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice"),
        ("a:\n  b: 1\n  'b': 2\n", 3, "the key 'b' stands twice"),
        ("1: a\n'1': b\n", 2, "stands twice"),
        ("x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n", 4, "the key '<<' stands twice"),
        ("x:\n  y: !!python/object/apply:os.system [id]\n", 2, "the tag"),
        ("a: !vault x\n", 1, "the tag '!vault'"),
        ("a: !!binary aGk=\n", 1, "the tag"),
        ("a: !!set {b}\n", 1, "the tag"),
        ("!x a: 1\n", 1, "the tag"),
        ("a: !!bool yes\n", 1, "does not fit its tag"),
        ("a: !!int 1.5\n", 1, "does not fit its tag"),
        ("a: 1\nb: .inf\n", 2, "infinity or not-a-number"),
        ("- .NaN\n", 1, "infinity or not-a-number"),
        ("a: &a [*a]\n", 1, "no finished anchor"),
        ("a: *b\n", 1, "no finished anchor"),
        ("? [a]\n: 1\n", 1, "used as a key"),
        ("x: &x [1]\n? *x\n: 1\n", 2, "used as a key"),
        ("<<: 5\n", 1, "needs a mapping"),
        ("x: &x 1\ny:\n  <<: [*x]\n", 3, "needs a mapping"),
        ("a: [1, 2\nb: 3\n", 2, "is not valid YAML"),
        ("a: b\n\tc: d\n", 2, "is not valid YAML"),
        ("a: 'x\n", 1, "is not valid YAML"),
        ("a: [1", 1, "is not valid YAML"),
        ("a: 1\nb: \x01\n", 2, "does not allow"),
        ("%YAML 3.0\n---\na\n", 1, "is not valid YAML"),
        ("a: 1\n---\nb: 2\n", 3, "2 YAML documents"),
        ("- " * 65 + "x", 1, "nested deeper than 64"),
        ("a:\n  " + "[" * 30_000, 2, "nested deeper than 64"),
    ],
    ids=short,
)
def test_refused_yaml_names_its_line(text: str, line: int, part: str) -> None:
    where, message = refusal(text)
    assert where == f"f:{line}"
    assert part in message


def test_the_depth_cap_is_exact() -> None:
    assert value("[" * 64 + "]" * 64) is not None
    refusal("[" * 65 + "]" * 65)


def test_messages_show_no_values_and_no_control_characters() -> None:
    for text, kind in (("a: 'hunter2\n", "yaml"), ("[a]\nhunter2\n", "ini"), ("hunter2\n", "dotenv"),
                       ('{"a": hunter2}', "json"), ("a = hunter2", "toml"), ("a,b\nhunter2\n", "csv")):  # fmt: skip
        assert "hunter2" not in "".join(refusal(text, kind))  # type: ignore[arg-type] # literals of a tuple
    assert "\x1b" not in refusal('"\\e[31m": 1\n"\\e[31m": 2\n')[1]


def test_a_stream_gives_all_its_documents_with_file_lines() -> None:
    found = parse_all(b"a: 1\n---\n- b\n---\n...\n---\nc: &x 1\n", where="f")
    assert [document.data for document in found] == [{"a": 1}, ["b"], None, {"c": 1}]
    assert found[1].lines == {"": 3, "/0": 3}
    with pytest.raises(UnreadableError, match="no finished anchor"):
        parse_all(b"a: &x 1\n---\nb: *x\n", where="f")


def test_empty_yaml_is_nothing() -> None:
    assert parse(b"", "yaml", where="f") == parse(b"# only a comment\n", "yaml", where="f") == Document(None)
    assert parse_all(b"", where="f") == []


def yaml_samples() -> list[Path]:
    return sorted(SHARED.glob("**/*.y*ml")) if SHARED.is_dir() else []


@pytest.mark.skipif(not yaml_samples(), reason="the shared samples are not beside this repository")
def test_real_yaml_agrees_with_the_usual_loader_but_for_dates_and_odd_words() -> None:
    class Plain(yaml.SafeLoader):
        pass

    Plain.yaml_implicit_resolvers = {
        first: [(tag, found) for tag, found in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    compared = 0
    for path in yaml_samples():
        text = path.read_bytes()
        try:
            expected = list(yaml.load_all(text, Loader=Plain))
        except yaml.YAMLError:
            with pytest.raises(UnreadableError):
                parse_all(text, where=path.name)
            continue
        found = [document.data for document in parse_all(text, where=path.name)]
        assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True, default=str)
        compared += 1
    assert compared > 8


def test_both_event_parsers_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x [1, {b: ~}]\nc:\n  <<: {d: *x}\n  e: 'y'\n---\n- no\n"
    fast = yaml_composer.compose(text)
    monkeypatch.setattr(yaml_composer, "EventLoader", yaml.SafeLoader)
    assert yaml_composer.compose(text) == fast
