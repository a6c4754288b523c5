"""Documents other than YAML: what each format's values mean, where they stand, and what is refused."""

import pytest

from support.parsed import refusal, short, value
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.errors import ExitCode, UnreadableError
from tieout.kernel.reading.documents import Document, Kind, kind_of, parse

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
