"""What an approved document shows by its own text: headings, words, marks that a template left."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from tieout.collectors.fitting import APPROVAL_KEYS, line_of
from tieout.collectors.gathering import SourceFile
from tieout.collectors.opening import leading_comment
from tieout.collectors.placeholders import marks
from tieout.collectors.standing import status_of
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import decode_text

# What an approved record says of itself; its other fields are counted in its text.
_SAID = ("record_type", "title", "version")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t#]*")
_CLOSE = 0.8  # how alike an unknown key and an approval key must be to be a slip


def approved(
    own: dict[str, Any], document: Document, file: SourceFile, lines: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, int]]:
    """The fields of an approved record: what it says of itself, and what its body shows.

    The other keys of a YAML or JSON record are its content; a slip in an approval key must not end there.
    """
    named: dict[str, Any] = {key: value for key, value in own.items() if key in _SAID}
    content = {key: value for key, value in own.items() if key not in named}
    for key in content:
        near = difflib.get_close_matches(key, [*APPROVAL_KEYS, *_SAID], 1, _CLOSE)
        if near:
            message = f"field '{key}' is not known here; is '{near[0]}' meant?"
            raise UnreadableError(message, where=where_of(file, lines, f"/{key}"))
    text = decode_text(file.data, file.path)
    found = marks(text)
    at: dict[str, int] = {}
    if document.body_line:
        headings, words = _outline(document.body, document.body_line)
        content = {}
    else:
        headings = [(key, lines.get(f"/{key}", 1)) for key in content]
        words = [(word, 0) for value in content.values() for word in _words(value)]
    for index, (_, line) in enumerate(headings):
        at[f"/headings/{index}"] = line
    if words and words[0][1]:
        at["/words"] = words[0][1]
    if found:
        at["/placeholders"] = text.count("\n", 0, found[0]) + 1
    named["headings"] = [heading for heading, _ in headings]
    named["words"] = len(words)
    named["placeholders"] = len(found)
    named["status"] = status_of(own, document.body or leading_comment(text))
    if named["status"] is not None and "/status" in lines:
        at["/status"] = lines["/status"]
    return named, at


def _outline(body: str, first_line: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Headings and words of a Markdown body with their lines; comments and code fences hold neither."""
    headings: list[tuple[str, int]] = []
    words: list[tuple[str, int]] = []
    fence = ""
    in_comment = False
    for number, line in enumerate(body.split("\n"), start=first_line):
        text, in_comment = _without_comments(line, in_comment=in_comment)
        bare = text.strip()
        if bare.startswith(("```", "~~~")):
            fence = "" if fence == bare[:3] else (fence or bare[:3])
        elif not fence and (heading := _HEADING.fullmatch(text.rstrip())):
            headings.append((heading[1], number))
        elif not fence:
            words.extend((word, number) for word in _words(bare))
    return headings, words


def _without_comments(line: str, *, in_comment: bool) -> tuple[str, bool]:
    """A line without its HTML comments, and whether one is still open at its end."""
    kept = []
    while line:
        if in_comment:
            _, closed, line = line.partition("-->")
            in_comment = not closed
        else:
            text, opened, line = line.partition("<!--")
            kept.append(text)
            in_comment = bool(opened)
    return "".join(kept), in_comment


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [word for word in value.split() if any(map(str.isalnum, word))]
    if isinstance(value, list | dict):
        members = value.values() if isinstance(value, dict) else value
        return [word for member in members for word in _words(member)]
    return []


def where_of(file: SourceFile, lines: Mapping[str, int], at: str) -> str:
    """File and line of a pointer into its data."""
    line = line_of(at, lines)
    return f"{file.path}:{line}" if line else file.path
