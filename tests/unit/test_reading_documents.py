"""Documents: what each format's values mean, where they stand, and what is refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.errors import ExitCode, UnreadableError
from tieout.kernel.reading import yaml_composer
from tieout.kernel.reading.documents import Document, Kind, kind_of, parse, parse_all

SHARED = Path(__file__).resolve().parents[3] / "shared"


def value(text: str, kind: Kind = "yaml") -> Any:
    return parse(text.encode(), kind, where="f").data


def refusal(text: str | bytes, kind: Kind = "yaml") -> tuple[str, str]:
    """(where, message) of the error that a document ends in."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(UnreadableError) as caught:
        parse(data, kind, where="f")
    assert "stopped" not in caught.value.message, "refused by a rule, not by the clock or the memory limit"
    return caught.value.where, caught.value.message


def short(parameter: object) -> str:
    """A test id that stays readable where the document is megabytes long."""
    return str(parameter)[:30]


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


# --- JSON ------------------------------------------------------------------------------------------------


def test_json_values_and_lines() -> None:
    text = b"""{"a": 1, "b": [true, null,
 {"c": 1.50, "d": {}}, []],

 "e\\"/~": "x{}[],:", "f": {"g": [[2]]}}"""
    document = parse(text, "json", where="f")
    assert document.data == {"a": 1, "b": [True, None, {"c": 1.5, "d": {}}, []], 'e"/~': "x{}[],:", "f": {"g": [[2]]}}
    assert document.lines == {
        "": 1, "/a": 1, "/b": 1, "/b/0": 1, "/b/1": 1, "/b/2": 2, "/b/2/c": 2, "/b/2/d": 2, "/b/3": 2,
        '/e"~1~0': 4, "/f": 4, "/f/g": 4, "/f/g/0": 4, "/f/g/0/0": 4,
    }  # fmt: skip


def test_json_numbers_that_cannot_be_carried_keep_their_digits() -> None:
    data = value("[9007199254740991, 9007199254740993, -1e400, 1E2, 1.0, -0]", "json")
    assert data == [2**53 - 1, "9007199254740993", "-1e400", 100.0, 1.0, 0]
    canonical_bytes(data)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ('{"a": 1,\n "b": {"c": 1,\n "\\u0063": 2}}', 3, "the name 'c' stands twice"),
        ('[{"a": 1}, {"a": 1},\n {"a": {"a": 1}, "b": "a", "a": 2}]', 2, "the name 'a' stands twice"),
        ("[1,\n NaN]", 2, "NaN or Infinity"),
        ('{"NaN": 1,\n\n "a": -Infinity}', 3, "NaN or Infinity"),
        ('{"a": 1,}', 1, "is not valid JSON"),
        ("[1]\n[2]", 2, "is not valid JSON"),
        ("", 1, "is not valid JSON"),
        ("// c\n1", 1, "is not valid JSON"),
        ('"a\nb"', 1, "is not valid JSON"),
        ("\n" + "[" * 100_000, 2, "nested deeper than 64"),
        ('{"a":' * 65 + "1" + "}" * 65, 1, "nested deeper than 64"),
    ],
    ids=short,
)
def test_refused_json_names_its_line(text: str, line: int, part: str) -> None:
    where, message = refusal(text, "json")
    assert where == f"f:{line}"
    assert part in message


def test_half_a_surrogate_pair_is_not_text() -> None:
    assert "surrogate" in refusal(r'["\ud83d"]', "json")[1]
    assert value(r'["\ud83d\ude00"]', "json") == ["😀"]


def test_large_json_is_read_without_lines() -> None:
    document = parse(b"[" + b"1," * 600_000 + b"1]", "json", where="f")
    assert len(document.data) == 600_001
    assert document.lines == {}


# --- TOML, INI, dotenv, CSV, front matter ------------------------------------------------------------------


def test_toml_dates_are_text_and_numbers_are_exact() -> None:
    text = "a = 1979-05-27T07:32:00Z\nb = 1979-05-27\nc = 07:32:00\nd = 0xff\n"
    text += "e = 9007199254740993\nf = 1e400\n[t]\ng = [1.5]\n"
    assert value(text, "toml") == {
        "a": "1979-05-27T07:32:00Z", "b": "1979-05-27", "c": "07:32:00", "d": 255,
        "e": "9007199254740993", "f": "1e400", "t": {"g": [1.5]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where", "part"),
    [
        ("a = 1\na = 2\n", "f:2", "overwrite"),
        ("a = 1\n[a\n", "f:2", "is not valid TOML"),
        ("a = inf", "f", "infinity or not-a-number"),
        ("a = [nan]", "f", "infinity or not-a-number"),
        ("x = 1\n" + ".".join(["a"] * 50_000) + " = 1\n", "f:2", "nested deeper than 64"),
        ("[" + " . ".join(["'a b'"] + ["a"] * 70) + "]\n", "f:1", "nested deeper than 64"),
        ("a = " + "[" * 50_000, "f", "nested deeper than 64"),
        ("a = " + "1" * 5000, "f", "too many digits"),
    ],
    ids=short,
)
def test_refused_toml(text: str, where: str, part: str) -> None:
    found = refusal(text, "toml")
    assert found[0] == where
    assert part in found[1]


def test_many_dotted_values_are_no_deep_key() -> None:
    assert len(value("a = [" + "0.1, " * 500 + "]", "toml")["a"]) == 500


def test_ini_is_read_as_written() -> None:
    text = b"; c\n[Main]\nName = %(x)s ${y}\nmulti = a\n  b\n\n[DEFAULT]\nlevel: 1\n[s t]\n"
    document = parse(text, "ini", where="f")
    assert document.data == {"Main": {"Name": "%(x)s ${y}", "multi": "a\nb"}, "DEFAULT": {"level": "1"}, "s t": {}}
    assert document.lines == {
        "": 1, "/Main": 2, "/Main/Name": 3, "/Main/multi": 4, "/DEFAULT": 7, "/DEFAULT/level": 8, "/s t": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\n", 1), ("[a]\nb = 1\nb = 2\n", 3), ("[a]\n[b]\n[a]\n", 3), ("[a]\nx = 1\njunk\n", 3)],
)
def test_refused_ini_names_its_line(text: str, line: int) -> None:
    assert refusal(text, "ini")[0] == f"f:{line}"


def test_dotenv_gives_names_and_never_values() -> None:
    text = b'# c\nA=visible1\n export B = \'multi\nC=visible2\n\'\nD=\nE="x \\" y\nF=1\n"\nA=2\n'
    document = parse(text, "dotenv", where="f")
    assert document.data == {"B": True, "D": True, "E": True, "A": True}
    assert document.lines == {"": 1, "/B": 3, "/D": 6, "/E": 7, "/A": 10}
    assert "visible" not in repr(document)


@pytest.mark.parametrize(("text", "line"), [("A=1\nloose words\n", 2), ("A=1\nB='open\nC=1\n", 2), ("1A=2", 1)])
def test_refused_dotenv_names_its_line(text: str, line: int) -> None:
    assert refusal(text, "dotenv")[0] == f"f:{line}"


def test_csv_rows_carry_the_line_they_start_on() -> None:
    document = parse(b'id,note\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n', "csv", where="f")
    assert document.data == [{"id": "1", "note": "two\r\nlines"}, {"id": "2", "note": "x"}]
    assert document.lines == {"": 1, "/0": 2, "/1": 5}


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", 1, "no header row"),
        ("\n\n", 1, "no header row"),
        ("a,b,a\n", 1, "stands twice"),
        ("a,b\n1,2\n3\n", 3, "1 cells, the header has 2"),
        ("a,b\n1,2,3\n", 2, "3 cells, the header has 2"),
        ('a\n1\n"open\n', 3, "is not valid CSV"),
        ('a\n"x"y\n', 2, "is not valid CSV"),
        ("a\n" + "x" * 200_000, 2, "is not valid CSV"),
        ("a,b\r1,2\r", 1, "a lone carriage return"),
        ("a\n" + "1\n" * 1_000_001, 1_000_002, "has more than 1,000,000 rows"),
        (",".join(map(str, range(5000))) + "\n" + ("1," * 4999 + "1\n") * 1001, 1002, "5,000,000 cells"),
    ],
    ids=short,
)
def test_refused_csv_names_its_line(text: str, line: int, part: str) -> None:
    where, message = refusal(text, "csv")
    assert where == f"f:{line}"
    assert part in message


def test_front_matter_and_its_body() -> None:
    text = b"\xef\xbb\xbf---\ntitle: Policy\nowner:\n  - Ada\n---\n\n# Policy\n---\nend\n"
    document = parse(text, "front-matter", where="f")
    assert document.data == {"title": "Policy", "owner": ["Ada"]}
    assert document.lines == {"": 2, "/title": 2, "/owner": 3, "/owner/0": 4}
    assert document.body == "\n# Policy\n---\nend\n"
    assert document.body_line == 6


def test_markdown_without_front_matter_is_all_body() -> None:
    assert parse(b"# Title\n---\n", "front-matter", where="f") == Document(None, {}, "# Title\n---\n", 1)
    assert parse(b"", "front-matter", where="f") == Document(None, {}, "", 1)
    assert parse(b"---- x\n", "front-matter", where="f").data is None


def test_empty_front_matter_is_an_empty_mapping() -> None:
    assert parse(b"---\n---\nx", "front-matter", where="f") == Document({}, {}, "x", 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [("---\na: 1\n", 1), ("---\na: 1\na: 2\n---\n", 3), ("---\n- a\n---\n", 2), ("---\nb: [\n---\n", 2)],
)
def test_refused_front_matter_names_its_line_in_the_file(text: str, line: int) -> None:
    assert refusal(text, "front-matter")[0] == f"f:{line}"


# --- what all formats share ------------------------------------------------------------------------------


KINDS: list[Kind] = ["yaml", "json", "toml", "ini", "dotenv", "csv", "front-matter"]


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_are_not_utf8_are_refused_with_line_and_offset(kind: Kind) -> None:
    where, message = refusal(b"a\nb\xff", kind)
    assert where == "f:2"
    assert "offset 3" in message


@pytest.mark.parametrize("kind", KINDS)
def test_oversized_documents_are_refused_before_parsing(kind: Kind) -> None:
    assert "are read up to" in refusal(b" " * (33 * 1024 * 1024), kind)[1]


def test_an_error_says_what_where_and_ends_strict_runs_with_4() -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(b"a: 1\na: 2\n", "yaml", where="conf/\udce9.yaml")
    assert str(caught.value) == r"conf/\xe9.yaml:2: the key 'a' stands twice in one mapping"
    assert caught.value.exit_code is ExitCode.UNREADABLE


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/b.yaml", "yaml"), (".github/workflows/ci.yml", "yaml"), ("CITATION.cff", "yaml"),
        ("x.JSON", "json"), ("scan.sarif", "json"), ("Pipfile.lock", "json"), ("pyproject.toml", "toml"),
        ("uv.lock", "toml"), ("Pipfile", "toml"), ("setup.cfg", "ini"), ("tox.ini", "ini"), (".flake8", "ini"),
        (".env", "dotenv"), (".env.example", "dotenv"), ("prod.env", "dotenv"), ("roster.csv", "csv"),
        ("docs/policy.md", "front-matter"), ("x.py", None), ("log.jsonl", None), ("yaml", None), ("env", None),
        ("environment", None), ("", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_path(path: str, kind: Kind | None) -> None:
    assert kind_of(path) == kind
