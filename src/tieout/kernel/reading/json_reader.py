"""JSON to plain data (RFC 8259, with RFC 7493's ban on duplicate names), and the lines of its values."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from tieout.kernel.reading.formats import exact_float
from tieout.kernel.reading.refusal import MAX_DEPTH, MAX_EXACT_INTEGER, MAX_LINED_JSON, RefusedError
from tieout.kernel.reading.text import excerpt

# Only ever run on text that the json module has accepted, or to find a place for an error.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_LONGEST_EXACT = len("-9007199254740991")
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"


class _DuplicateNameError(Exception):
    pass


class _NotANumberError(Exception):
    pass


def parse_json(text: str, *, lined: bool = True) -> tuple[Any, list[int]]:
    """One JSON value.

    Args:
        text: The document.
        lined: Whether lines are wanted.

    Returns:
        The value, and the line of each node in pre-order (a member has its name's line); no lines for
        documents above a million characters.

    Raises:
        RefusedError: Not JSON, a name twice in one object, NaN or Infinity, or too deep.
    """
    try:
        data = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_exact_integer,
            parse_float=exact_float,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise RefusedError(f"is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", error.lineno) from None
    except _DuplicateNameError:
        name, line = _first_duplicate(text)
        raise RefusedError(f"the name '{excerpt(name)}' stands twice in one object", line) from None
    except _NotANumberError:
        place = _first_line(text, {"NaN", "Infinity", "-Infinity"})
        raise RefusedError("holds NaN or Infinity, which JSON does not allow", place) from None
    except RecursionError:
        raise RefusedError(_TOO_DEEP, _deep_line(text)) from None
    if _is_too_deep(data):
        raise RefusedError(_TOO_DEEP, _deep_line(text))
    return data, _lines(text) if lined and len(text) <= MAX_LINED_JSON else []


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateNameError
    return members


def _exact_integer(digits: str) -> int | str:
    number = int(digits) if len(digits) <= _LONGEST_EXACT else None
    return number if number is not None and abs(number) <= MAX_EXACT_INTEGER else digits


def _refuse_constant(_name: str) -> NoReturn:
    raise _NotANumberError


def _is_too_deep(data: Any) -> bool:
    level = [data] if isinstance(data, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return True
        level = [
            item
            for group in level
            for item in (group.values() if type(group) is dict else group)
            if type(item) is dict or type(item) is list
        ]
    return False


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield match.group(), line


def _lines(text: str) -> list[int]:
    lines: list[int] = []
    in_object: list[bool] = []
    expects_name = False
    named = False  # the next value belongs to a name whose line is already noted
    for lexeme, line in _tokens(text):
        if lexeme in {"}", "]"}:
            in_object.pop()
            expects_name = named = False
        elif lexeme == ",":
            expects_name = in_object[-1]
        elif lexeme == ":":
            named = True
        elif expects_name:
            lines.append(line)
            expects_name = False
        else:
            if not named:
                lines.append(line)
            named = False
            if lexeme in {"{", "["}:
                in_object.append(lexeme == "{")
                expects_name = lexeme == "{"
    return lines


def _first_duplicate(text: str) -> tuple[str, int]:
    """The first repeated name and its line; the text is JSON up to there."""
    seen: list[set[str]] = []
    before, line_before = "", 1
    for lexeme, line in _tokens(text):
        if lexeme in {"{", "["}:
            seen.append(set())
        elif lexeme in {"}", "]"}:
            seen.pop()
        elif lexeme == ":":
            name = json.loads(before)
            if name in seen[-1]:
                return name, line_before
            seen[-1].add(name)
        before, line_before = lexeme, line
    return "", 1


def _first_line(text: str, words: set[str]) -> int | None:
    return next((line for lexeme, line in _tokens(text) if lexeme in words), None)


def _deep_line(text: str) -> int | None:
    depth = 0
    for lexeme, line in _tokens(text):
        depth += (lexeme in {"{", "["}) - (lexeme in {"}", "]"})
        if depth > MAX_DEPTH:
            return line
    return None
