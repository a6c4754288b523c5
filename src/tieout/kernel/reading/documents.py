"""Untrusted documents (YAML, JSON, TOML, INI, dotenv, CSV, front matter) as plain data with lines.

Parsing runs in one confined child process; see worker.py for what it gave up. What a value means:
dates, times and numbers that JSON cannot carry exactly are strings; YAML booleans are true and false
only; dotenv files give names and never values.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final, Literal, NoReturn

from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.parser_process import ParserProcess, shared
from tieout.kernel.reading.refusal import JOB_SECONDS, MAX_BYTES, MAX_PARSED_BYTES
from tieout.kernel.reading.text import decode_text, display_path

Kind = Literal["yaml", "json", "toml", "ini", "dotenv", "csv", "front-matter"]

_KIND_OF_ENDING: Final[dict[str, Kind]] = {
    ".yaml": "yaml", ".yml": "yaml", ".cff": "yaml",
    ".json": "json", ".sarif": "json", ".ipynb": "json",
    ".toml": "toml",
    ".ini": "ini", ".cfg": "ini",
    ".env": "dotenv",
    ".csv": "csv",
    ".md": "front-matter", ".markdown": "front-matter",
}  # fmt: skip
_KIND_OF_NAME: Final[dict[str, Kind]] = {
    "pipfile": "toml", "cargo.lock": "toml", "poetry.lock": "toml", "uv.lock": "toml", "pdm.lock": "toml",
    "pipfile.lock": "json", "composer.lock": "json",
    ".flake8": "ini", ".pylintrc": "ini", ".coveragerc": "ini", ".gitmodules": "ini", ".bumpversion.cfg": "ini",
}  # fmt: skip

_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed document.

    Attributes:
        data: None, bool, int, float, str, and lists and dicts (with string keys) of those.
        lines: JSON pointer (RFC 6901) to the 1-based line it stands at; a member has its key's line, a
            value that came through a YAML alias or merge has the line where it is written. Empty where
            the format gives none (TOML, JSON above a million characters); CSV has rows only.
        body: Front matter only: the Markdown after the closing `---`.
        body_line: The line that the body starts at.
    """

    data: Any
    lines: Mapping[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 0


def parse(data: bytes, kind: Kind, *, where: str, seconds: float = JOB_SECONDS) -> Document:
    """Parse one document.

    Args:
        data: The file's bytes.
        kind: Its format; `kind_of` tells it from a path.
        where: How errors name the file.
        seconds: Wall time allowed.

    Raises:
        UnreadableError: The bytes are not such a document, or break a cap of refusal.py; `where` is
            `path:line` where the line is known.
    """
    if kind == "front-matter":
        return _front_matter(data, where, seconds)
    documents = _run(decode_text(_capped(data, kind, where), where), kind, where, seconds)
    if len(documents) > 1:
        line = next(iter(documents[1].lines.values()), None)
        message = f"holds {len(documents)} YAML documents where one is expected"
        raise UnreadableError(message, hint="keep one document in the file", where=_place(where, line))
    return documents[0] if documents else Document(None)


def parse_all(
    data: bytes, kind: Literal["yaml"] = "yaml", *, where: str, seconds: float = JOB_SECONDS
) -> list[Document]:
    """Every document of a YAML stream, in order; arguments and errors as `parse`."""
    return _run(decode_text(_capped(data, kind, where), where), kind, where, seconds)


def telling_leaves(
    text: str, kind: Kind, *, where: str, seconds: float = JOB_SECONDS
) -> list[tuple[int, int, int, Any]]:
    """The values of a document that its names call secret, or that are written in another way than they read.

    Args:
        text: The document.
        kind: yaml, json, toml or ini.
        where: How errors name the file.
        seconds: Wall time allowed.

    Returns:
        First and last character, a `redaction_keys.Sense`, and the value.

    Raises:
        UnreadableError: The text is not such a document, or breaks a cap of refusal.py.
    """
    _capped(text.encode("utf-8", "replace"), kind, where)
    content = _asked(text, kind, where, seconds, leaves=True)
    try:
        leaves = [(int(start), int(end), int(sense), value) for start, end, sense, value in content["leaves"]]
    except (ValueError, KeyError, TypeError):
        raise senseless(where) from None
    if not all(0 <= start <= end <= len(text) for start, end, _, _ in leaves):
        raise senseless(where)
    return leaves


def front_matter_of(text: str) -> tuple[int, int] | None:
    """First and last character of the YAML between the two `---` that a text starts with; None where there is none."""
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end() + 1) if opening else None
    return (opening.end() + 1, closing.start()) if opening and closing else None


def kind_of(path: str) -> Kind | None:
    """The format that a path's name says, None for any other file; case does not matter."""
    name = PurePosixPath(path).name.lower()
    if name in _KIND_OF_NAME:
        return _KIND_OF_NAME[name]
    if name == ".env" or name.startswith(".env."):
        return "dotenv"
    return _KIND_OF_ENDING.get(PurePosixPath(name).suffix)


def _front_matter(data: bytes, where: str, seconds: float) -> Document:
    text = decode_text(_capped(data, "front-matter", where), where)
    opening = _FENCE.match(text)
    if not opening:
        return Document(None, body=text, body_line=1)
    start = opening.end() + 1
    closing = _FENCE.search(text, start)
    if not closing:
        message = "the front matter that starts with '---' has no closing '---'"
        raise UnreadableError(message, hint="close it with a line '---'", where=_place(where, 1))
    block = text[start : closing.start()]
    _capped(block.encode(), "yaml", where)
    documents = _run(block, "yaml", where, seconds, first_line=2)
    document = documents[0] if documents else Document({})
    if len(documents) > 1 or not isinstance(document.data, dict | None):
        message = "the front matter is not a list of 'name: value' lines"
        raise UnreadableError(message, where=_place(where, 2))
    body_line = text.count("\n", 0, closing.end()) + 2
    return Document(document.data or {}, document.lines, text[closing.end() + 1 :], body_line)


def _run(text: str, kind: str, where: str, seconds: float, first_line: int = 1) -> list[Document]:
    content = _asked(text, kind, where, seconds, first_line=first_line)
    try:
        return [
            _rows(found) if "columns" in found else Document(found["data"], _lined(found))
            for found in content["documents"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise senseless(where) from None


def _asked(
    text: str, kind: str, where: str, seconds: float, *, first_line: int = 1, leaves: bool = False
) -> dict[str, Any]:
    request = {"kind": kind, "first_line": first_line, "leaves": leaves}
    return ask_parser(request, text.encode(), where=where, seconds=seconds)


def ask_parser(
    request: Mapping[str, Any], content: bytes, *, where: str, seconds: float, process: ParserProcess | None = None
) -> dict[str, Any]:
    """What the child answers about a document; the answer is checked like any other input: it read hostile bytes.

    Args:
        request: What is asked, as worker.py reads it.
        content: The document.
        where: How errors name it.
        seconds: Wall time allowed.
        process: Which child is asked; None: the one that all documents share.

    Raises:
        UnreadableError: The document is refused, or the process was stopped.
    """
    process = process or shared()
    header = json.dumps({**request, "seconds": seconds}).encode()
    answer = process.run(header + b"\n" + content, seconds=seconds, where=display_path(where))
    try:
        told: dict[str, Any] = json.loads(answer, parse_constant=_nonsense)
        if "reason" in told:
            raise UnreadableError(str(told["reason"]), where=_place(where, told["line"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise senseless(where, process) from None
    return told


def senseless(where: str, process: ParserProcess | None = None) -> UnreadableError:
    """End the child, whose answer made no sense; the error that says so."""
    (process or shared()).close()
    return UnreadableError("the parser was stopped: its answer made no sense", where=display_path(where))


def _rows(found: dict[str, Any]) -> Document:
    columns = found["columns"]
    rows = [dict(zip(columns, row, strict=True)) for row in found["data"]]
    lines = {f"/{index}": int(line) for index, line in enumerate(found["lines"])}
    return Document(rows, {"": 1, **lines})


def _lined(found: dict[str, Any]) -> dict[str, int]:
    if not found["lines"]:
        return {}
    pointers: list[str] = []
    _collect_pointers(found["data"], "", pointers)
    return dict(zip(pointers, map(int, found["lines"]), strict=True))


def _collect_pointers(value: Any, pointer: str, pointers: list[str]) -> None:
    """Pointers of a value and all below it, in pre-order; the depth was capped by the parsers."""
    pointers.append(pointer)
    if isinstance(value, dict):
        for key, member in value.items():
            _collect_pointers(member, f"{pointer}/{part_of(key)}", pointers)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _collect_pointers(item, f"{pointer}/{index}", pointers)


def _capped(data: bytes, kind: str, where: str) -> bytes:
    limit = MAX_PARSED_BYTES.get(kind, MAX_BYTES)
    if len(data) > limit:
        message = f"has {len(data):,} bytes; {kind} files are read up to {limit:,}"
        raise UnreadableError(message, where=display_path(where))
    return data


def _place(where: str, line: int | None) -> str:
    return f"{display_path(where)}:{line}" if line else display_path(where)


def _nonsense(_name: str) -> NoReturn:
    raise ValueError
