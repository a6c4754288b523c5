"""What a program states is told apart from what it says in comments and docstrings."""

from pathlib import Path

import pytest

from support.git_repositories import Repository as Made
from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.source_code import Part, definition_above, parts_of, programs, settings
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.reading.patterns import compile_bytes

WORD = compile_bytes("marked")


def parts(path: str, source: str) -> list[Part]:
    """The part that each `marked` of a source stands in."""
    lexed = parts_of(Text(path, PlaceClass.LIVE, source.encode()))
    return [lexed.part_at(match.start()) for match in WORD.finditer(source.encode())]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("a.py", '"""marked"""\nx = marked  # marked\n', [Part.DOCSTRING, Part.CODE, Part.COMMENT]),
        ("a.py", 'x = """marked"""\n', [Part.STRING]),
        ("a.py", 'call(\n    "marked",\n    """marked\n    """\n)\n', [Part.STRING, Part.STRING]),
        (
            "a.py",
            'def f():\n    r"""marked\n    "quoted" marked"""\n    return marked\n',
            [Part.DOCSTRING] * 2 + [Part.CODE],
        ),
        ("a.py", "x = 'it\\'s # marked'\ny = marked\n", [Part.STRING, Part.CODE]),
        (
            "a.ts",
            "const a = 'marked'; // marked\n/* marked\n marked */ marked()",
            [Part.STRING] + [Part.COMMENT] * 3 + [Part.CODE],
        ),
        ("a.js", "const r = /['\"]/g; marked(); // marked\n", [Part.CODE, Part.COMMENT]),
        ("a.js", "const t = `http://marked ${x}`; marked", [Part.STRING, Part.CODE]),
        ("a.go", "x := `marked // marked`\n// marked\nmarked()", [Part.STRING, Part.STRING, Part.COMMENT, Part.CODE]),
        ("a.rs", "fn f<'a>(x: &'a str) { marked } // marked\n", [Part.CODE, Part.COMMENT]),
        ("a.rb", 'x = "a #{marked} b" # marked\n', [Part.STRING, Part.COMMENT]),
        ("a.yaml", "a: marked#marked # marked\n", [Part.CODE, Part.CODE, Part.COMMENT]),
        ("a.tf", '# marked\nx = "marked" // marked\n', [Part.COMMENT, Part.STRING, Part.COMMENT]),
        ("Dockerfile", "# marked\nRUN marked\n", [Part.COMMENT, Part.CODE]),
        ("a.html", "<!-- marked\n marked --><p>marked</p>", [Part.COMMENT, Part.COMMENT, Part.CODE]),
    ],
)
def test_each_word_is_of_the_part_it_stands_in(path: str, source: str, expected: list[Part]) -> None:
    assert parts(path, source) == expected


def test_blanked_text_keeps_offsets_and_lines() -> None:
    source = '"""one\ntwo"""\nx = "s"  # c\n'
    lexed = parts_of(Text("a.py", PlaceClass.LIVE, source.encode()))
    assert len(lexed.stated) == len(lexed.code) == len(source)
    assert lexed.stated.count(b"\n") == source.count("\n")
    assert lexed.stated.split(b"\n")[2].rstrip() == b'x = "s"'
    assert lexed.code.split(b"\n")[2].rstrip() == b"x ="


def test_an_unclosed_comment_or_string_ends_with_the_file() -> None:
    assert parts("a.js", "marked /* marked") == [Part.CODE, Part.COMMENT]
    assert parts("a.py", '"""marked') == [Part.DOCSTRING]


def test_arguments_of_a_call_end_at_its_own_bracket() -> None:
    source = b'load(f(1, ")"), weights=[2])\nother(3)'
    lexed = parts_of(Text("a.py", PlaceClass.LIVE, source))
    assert lexed.arguments(0) == b'f(1, ")"), weights=[2]'


@pytest.mark.parametrize(
    ("path", "source", "name"),
    [
        ("a.py", "def one():\n  pass\nasync def log_two(x):\n  y\n  z\n", "log_two"),
        ("a.ts", "export const writeLog = async (x: string) => {\n y\n z\n q\n w\n}", "writeLog"),
        ("a.go", "func (s *Server) Record(x int) {\n y\n z\n q\n w\n}", "Record"),
        ("a.py", "x = 1\n\n\n\n\n", ""),
    ],
)
def test_the_function_around_a_line_is_named(path: str, source: str, name: str) -> None:
    assert definition_above(parts_of(Text(path, PlaceClass.LIVE, source.encode())), 5) == name


def test_what_nobody_writes_by_hand_is_no_program_and_no_setting(tmp_path: Path) -> None:
    long = "a: 1\n" * 70_000
    files: dict[str, str | bytes] = {
        "a.yaml": "a: 1\n",
        "big.yaml": long,
        "a.sh": "x\n",
        "big.sh": "echo a\n" * 100_000,
    }
    made = Made(tmp_path / "r")
    made.commit("one", files)
    with Quarantine.open(made.folder, uri="r") as quarantine:
        repository = Repository(quarantine, quarantine.resolve(""))
        assert [file.path for file in settings(repository)] == ["a.yaml"]
        assert [file.path for file in programs(repository)] == ["a.sh"]
