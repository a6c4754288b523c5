"""Source code without being run or parsed: which bytes of a file are code, strings, docstrings and comments."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Hit, Text
from tieout.kernel.reading.patterns import compile_bytes


class Part(IntEnum):
    """What a byte of a source file belongs to."""

    CODE = 0
    STRING = 1
    DOCSTRING = 2
    COMMENT = 3


#: How a language writes comments and strings, by the ending of a file's name.
_FAMILIES: Final[dict[str, str]] = {
    **dict.fromkeys(("py", "pyi", "pyx"), "python"),
    **dict.fromkeys(("js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"), "script"),
    **dict.fromkeys(("java", "kt", "kts", "scala", "groovy", "swift", "dart", "cs", "php", "gradle"), "braces"),
    **dict.fromkeys(("go", "rs", "c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "proto"), "characters"),
    **dict.fromkeys(("rb", "rake", "gemspec"), "ruby"),
    **dict.fromkeys(("sh", "bash", "zsh", "ps1", "r", "jl", "ex", "exs", "pl", "nix"), "hash"),
    **dict.fromkeys(("yaml", "yml", "toml", "ini", "cfg", "conf", "properties", "env"), "settings"),
    **dict.fromkeys(("tf", "tfvars", "hcl", "nomad", "bicep"), "terraform"),
    **dict.fromkeys(("sql", "lua", "hs"), "dashes"),
    **dict.fromkeys(("html", "htm", "xml", "erb", "md", "markdown"), "markup"),
    **dict.fromkeys(("jsonc", "json5"), "braces"),
}
_FAMILY_OF_NAME: Final = {
    "dockerfile": "settings", "makefile": "hash", "gemfile": "ruby", "rakefile": "ruby", "jenkinsfile": "braces",
    "justfile": "hash",
}  # fmt: skip
#: Families that hold programs; the others hold settings or text.
_PROGRAMS: Final = frozenset({"python", "script", "braces", "characters", "ruby", "hash"})

_DOUBLE = r'"(?:\\(?s:.)|[^"\\\n])*(?:"|\n|\z)'
_SINGLE = r"'(?:\\(?s:.)|[^'\\\n])*(?:'|\n|\z)"
_LINE_SLASHES = r"//[^\n]*"
_BLOCK = r"/\*(?s:.*?)(?:\*/|\z)"
_HASH = r"#[^\n]*"
# A literal of a regular expression, where one may stand: its quotes and slashes open nothing.
_REGEX_SIGN = r"\\.|\[(?:\\.|[^\]\\\n])*\]"
_REGEX = rf"(?:[=(,:?!&|;{{}}\[]|\breturn)[ \t]*/(?:{_REGEX_SIGN}|[^/*\\\[\n])(?:{_REGEX_SIGN}|[^/\\\[\n])*/"
_GRAMMARS: Final[dict[str, tuple[str, str]]] = {
    # Family: (comments, strings). Longer openings stand first.
    "python": (
        _HASH,
        r"[a-zA-Z]{0,2}(?:"
        r'"""(?s:(?:\\.|[^\\])*?)(?:"""|\z)|' + r"'''(?s:(?:\\.|[^\\])*?)(?:'''|\z)|" + rf"{_DOUBLE}|{_SINGLE})",
    ),
    "script": (
        rf"{_LINE_SLASHES}|{_BLOCK}|<!--(?s:.*?)(?:-->|\z)",
        rf"{_DOUBLE}|{_SINGLE}|`(?:\\(?s:.)|[^`\\])*(?:`|\z)",
    ),
    "braces": (
        rf"{_LINE_SLASHES}|{_BLOCK}",
        rf'"""(?s:.*?)(?:"""|\z)|{_DOUBLE}|{_SINGLE}',
    ),
    "characters": (
        rf"{_LINE_SLASHES}|{_BLOCK}",
        rf"r#+\"(?s:.*?)\"#+|{_DOUBLE}|'(?:\\[^'\n]*|[^'\\\n])'|`[^`]*(?:`|\z)",
    ),
    "ruby": (
        r"(?m:^=begin\b)(?s:.*?)(?:\n=end\b|\z)|(?m:(?:^|[\s(,;])#[^\n{][^\n]*|^[ \t]*#$)",
        rf"{_DOUBLE}|{_SINGLE}",
    ),
    "hash": (r"(?m:(?:^|[\s;])#[^\n]*)", r'"(?:\\(?s:.)|[^"\\])*(?:"|\z)' + r"|'[^']*(?:'|\z)"),
    "settings": (r"(?m:(?:^|[ \t])#[^\n]*|^;[^\n]*)", rf"{_DOUBLE}|'[^'\n]*(?:'|\n|\z)"),
    "terraform": (rf"{_HASH}|{_LINE_SLASHES}|{_BLOCK}", _DOUBLE),
    "dashes": (rf"--\[\[(?s:.*?)(?:\]\]|\z)|--[^\n]*|{_BLOCK}", rf"{_DOUBLE}|{_SINGLE}"),
    "markup": (r"<!--(?s:.*?)(?:-->|\z)|<%#(?s:.*?)(?:%>|\z)", r"\z\A"),
}
_NOT_BLANK = bytes.maketrans(bytes(range(256)), bytes(32 if code != 10 else 10 for code in range(256)))  # noqa: PLR2004 - newline
_BLANKS = b" \t\r\n"
_BRACKETS = re.compile(rb"[()\[\]{}]")
_LONGEST_CALL: Final = 4_000
_WIDEST_INDENT: Final = 400
#: Comments and strings of one file; hostile text may have a million.
_MOST_TOKENS: Final = 200_000

# Files of source that nobody writes by hand; foreign and bundled ones have a class of their own.
_GENERATED = re.compile(
    r"(^|/)(dist|build|out|generated|__generated__|gen|coverage)/"
    r"|(_pb2(_grpc)?\.pyi?|\.pb\.go|\.pb\.gw\.go|\.g\.dart|zz_generated[^/]*\.go|[._]generated\.[a-z]+)$",
    re.IGNORECASE,
)
_IMPORT = re.compile(r"^(?:import|from|require|use|using|#include|export \{|(?:const|var|let) [\w{} ,]+ = require)\b")
_DEFINITION = re.compile(
    r"^[ \t]*(?:export )?(?:default )?(?:public |private |protected |static )*(?:async )?(?:def|function|func|fn|fun)\b"
    r"[ \t]*(?:\([^)\n]{0,80}\)[ \t]*)?(?:self\.)?(?P<name>\w+)"
    r"|^[ \t]*(?:export )?(?:const|let) (?P<arrow>\w+) *(?::[^=\n]{0,80})?= *(?:async *)?(?:function|\()",
    re.MULTILINE,
)
_FARTHEST_DEFINITION: Final = 60
#: Longer settings are made by a program: definitions of kinds, translations, data.
LONGEST_BY_HAND: Final = 300_000
#: Nobody writes a longer program in one file.
_LONGEST_PROGRAM: Final = 600_000
#: Source code that is kept with its parts told apart, bytes; beyond it a file is told apart again.
_KEPT_BYTES: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class SourceCode:
    """A text with its parts told apart.

    Attributes:
        text: The file.
        stated: Its bytes with comments and docstrings blanked, so that offsets and lines stay: code and strings.
        code: The same with strings blanked, too.
    """

    text: Text
    stated: bytes
    code: bytes
    _starts: tuple[int, ...]
    _ends: tuple[int, ...]
    _parts: tuple[Part, ...]
    _newlines: list[int] = field(default_factory=list)

    def part_at(self, offset: int) -> Part:
        """What a byte belongs to."""
        index = bisect_right(self._starts, offset) - 1
        return self._parts[index] if index >= 0 and offset < self._ends[index] else Part.CODE

    def hits(self, pattern: Any, *, within: bytes | None = None) -> Iterator[Hit]:
        """Every match of a pattern in what is stated, not in comments or docstrings.

        Args:
            pattern: Of `compile_bytes`.
            within: Other bytes of the same length: `self.code`.
        """
        for match in pattern.finditer(self.stated if within is None else within):
            start = match.start()
            yield Hit(self.text.line_at(start), self.text.line_around(start), groups_of(match), start)

    def arguments(self, opening: int) -> bytes:
        """What stands between the bracket that opens at or after an offset and the one that closes it, strings too.

        Args:
            opening: Offset in the bytes; a call's name may begin there.
        """
        start = self.code.find(b"(", opening)
        depth = 0
        for match in _BRACKETS.finditer(self.code, start, start + _LONGEST_CALL) if start >= 0 else ():
            depth += 1 if match.group() in b"([{" else -1
            if depth == 0:
                return self.stated[start + 1 : match.start()]
        return b""

    def around(self, line: int, before: int, after: int) -> bytes:
        """What is stated on some lines before a line, on it and after it."""
        if not self._newlines:
            self._newlines.extend(match.start() for match in re.finditer(rb"\n", self.stated))
        first, last = max(line - 1 - before, 0), line + after - 1
        start = self._newlines[first - 1] + 1 if 0 < first <= len(self._newlines) else 0
        return self.stated[start : self._newlines[last] if last < len(self._newlines) else len(self.stated)]

    def mentions(self, pattern: Any) -> Iterator[Hit]:
        """Every match of a pattern in a comment or docstring: words about the program, which it does not follow."""
        for hit in self.text.hits(pattern):
            if self.part_at(hit.start) in {Part.COMMENT, Part.DOCSTRING}:
                yield hit


def groups_of(match: Any) -> dict[str, str]:
    """Named groups that took part; RE2 names them in bytes."""
    return {
        (name.decode("ascii") if isinstance(name, bytes) else name): value.decode("utf-8", "replace")
        for name, value in match.groupdict().items()
        if value is not None
    }


def family_of(name: str) -> str | None:
    """How a file's language writes comments and strings; None where it is not known.

    Args:
        name: Last part of its path.
    """
    name = name.lower()
    if name in _FAMILY_OF_NAME or name.startswith(("dockerfile.", "containerfile", ".env")):
        return _FAMILY_OF_NAME.get(name, "settings")
    return _FAMILIES.get(name.rpartition(".")[2]) if "." in name else None


def is_program(file: File) -> bool:
    """Whether a file is source code of a program, written by hand as far as its path tells."""
    return family_of(file.name) in _PROGRAMS and not _GENERATED.search(file.path)


def is_settings(file: File) -> bool:
    """Whether a file holds settings: YAML, TOML, INI, JSON, Terraform, environment files."""
    if file.name.endswith((".json", ".lock")):
        return file.name.endswith(".json") and file.name not in {"package-lock.json", "composer.lock", "tsconfig.json"}
    return family_of(file.name) in {"settings", "terraform"} and file.name != "pnpm-lock.yaml"


def programs(repository: Repository, *, classes: Collection[PlaceClass] = (PlaceClass.LIVE,)) -> list[File]:
    """Files of source code in places of these classes; very long ones are put together by a program."""
    return [
        file for file in _listed(repository, is_program) if file.path_class in classes and file.size <= _LONGEST_PROGRAM
    ]


def settings(repository: Repository, *, classes: Collection[PlaceClass] = (PlaceClass.LIVE,)) -> list[File]:
    """Files of settings in places of these classes; very long ones are made by a program and set nothing."""
    return [
        file for file in _listed(repository, is_settings) if file.path_class in classes and file.size <= LONGEST_BY_HAND
    ]


def _listed(repository: Repository, is_one: Callable[[File], bool]) -> list[File]:
    kept = _lists(repository)
    if is_one not in kept:
        kept[is_one] = [file for file in repository.files if file.kind == "file" and is_one(file)]
    return kept[is_one]


@once
def _lists(_repository: Repository) -> dict[Callable[[File], bool], list[File]]:
    """Files of each sort that was asked for."""
    return {}


def searched(repository: Repository, files: Iterable[File], pattern: Any) -> Iterator[SourceCode]:
    """Of files, those in which a pattern occurs anywhere, with their parts told apart.

    Args:
        repository: The commit.
        files: To search.
        pattern: Of `compile_bytes`; one that combines all that is wanted, as only these files are looked at closer.
    """
    for text in repository.texts(files):
        if pattern.search(text.data):
            yield source_of(repository, text)


def signs(repository: Repository, files: Iterable[File], pattern: Any) -> Iterator[tuple[str, SourceCode, Hit]]:
    """(name of the group that matched, file, hit) of what is stated in files; lines that only import are passed over.

    Args:
        repository: The commit.
        files: To search.
        pattern: Of `compile_bytes`, an alternation of named groups.
    """
    for source in searched(repository, files, pattern):
        for hit in source.hits(pattern):
            if hit.groups and not _IMPORT.match(hit.text):
                yield next(iter(hit.groups)), source, hit


def definition_above(source: SourceCode, line: int) -> str:
    """Name of the function whose definition stands nearest above a line; "" where there is none near."""
    above = source.around(line, _FARTHEST_DEFINITION, 0)
    found = [
        match.group("name") or match.group("arrow") for match in _DEFINITION.finditer(above.decode("utf-8", "replace"))
    ]
    return found[-1] if found else ""


def source_of(repository: Repository, text: Text) -> SourceCode:
    """The parts of a text; remembered for the next topic."""
    kept = _kept(repository)
    found = kept.by_path.get(text.path)
    if found is None:
        found = parts_of(text)
        kept.size += len(text.data)
        if kept.size <= _KEPT_BYTES:
            kept.by_path[text.path] = found
    return found


@dataclass(slots=True)
class _Kept:
    """Source code whose parts are told apart, by path, and how much of it was, in bytes."""

    by_path: dict[str, SourceCode] = field(default_factory=dict)
    size: int = 0


@once
def _kept(_repository: Repository) -> _Kept:
    return _Kept()


def parts_of(text: Text) -> SourceCode:
    """Tell the parts of a text apart by the language that its name says; of an unknown one all is code."""
    family = family_of(text.path.rpartition("/")[2])
    if family is None:
        return SourceCode(text, text.data, text.data, (), (), ())
    spans = list(_spans(text.data, family))
    stated, code = bytearray(text.data), bytearray(text.data)
    for start, end, part in spans:
        blank = text.data[start:end].translate(_NOT_BLANK)
        code[start:end] = blank
        if part is not Part.STRING:
            stated[start:end] = blank
    return SourceCode(
        text,
        bytes(stated),
        bytes(code),
        tuple(start for start, _, _ in spans),
        tuple(end for _, end, _ in spans),
        tuple(part for _, _, part in spans),
    )


def _spans(data: bytes, family: str) -> Iterator[tuple[int, int, Part]]:
    pattern = _tokens(family)
    comment, string = pattern.groupindex[b"comment"], pattern.groupindex[b"string"]
    depth = at = 0
    for number, match in enumerate(pattern.finditer(data)):
        if number == _MOST_TOKENS:
            yield match.start(), len(data), Part.COMMENT  # nobody writes that; nothing in it is taken for a statement
            return
        start, end = match.span(comment)
        if start >= 0:
            yield start, end, Part.COMMENT
            continue
        start, end = match.span(string)
        if start < 0:
            continue  # a regular expression: code
        part = Part.STRING
        if family == "python":
            between = data[at:start]
            depth += sum(map(between.count, (b"(", b"[", b"{"))) - sum(map(between.count, (b")", b"]", b"}")))
            at = end
            if depth <= 0 and _stands_alone(data, start, end):
                part = Part.DOCSTRING
        yield start, end, part


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether a string is a statement of its own: nothing else stands on its first and last line."""
    line = data[max(start - _WIDEST_INDENT, 0) : start]
    indent = line[line.rfind(b"\n") + 1 :]
    if indent.strip(_BLANKS) or (len(indent) == len(line) and start > len(line)):
        return False
    rest = data[end : end + _WIDEST_INDENT].split(b"\n", 1)[0].strip(_BLANKS)
    above = start - len(indent)
    continued = data[max(above - 3, 0) : above].rstrip(b"\r\n").endswith(b"\\")
    return not continued and (not rest or rest.startswith((b"#", b";")))


@cache
def _tokens(family: str) -> Any:
    comment, string = _GRAMMARS[family]
    skipped = rf"{_REGEX}|" if family == "script" else ""
    return compile_bytes(rf"{skipped}(?P<comment>{comment})|(?P<string>{string})")
