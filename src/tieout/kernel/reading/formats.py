"""Documents other than YAML, parsed to plain data inside the parser's process; nothing here is trusted.

A number that JSON cannot carry exactly (RFC 8785: beyond 2^53 - 1, or a float that overflows) keeps its
digits as a string; dates and times are strings in RFC 3339 form; infinity and not-a-number are refused.
"""

import configparser
import csv
import datetime as dt
import io
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from tieout.kernel.reading.refusal import MAX_CSV_CELLS, MAX_CSV_ROWS, MAX_DEPTH, MAX_EXACT_INTEGER, RefusedError
from tieout.kernel.reading.text import excerpt

_TOML_PLACE = re.compile(r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)\Z", re.DOTALL)
# A key of 50,000 dotted parts costs tomllib seconds and gigabytes; a word starts each part, so that the
# floats and dots of ordinary values never count.
_TOML_DEEP_KEY = re.compile(rf"""(?<![\w"'-])[\w"'-]++(?:[ \t]*+\.[ \t]*+[\w"'-]++){{{MAX_DEPTH},}}""")
_DOTENV_NAME = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]{0,127})[ \t]*=[ \t]*")
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"


def exact_float(digits: str) -> float | str:
    """A float, or its digits where it overflows.

    Raises:
        RefusedError: The text says infinity or not-a-number.
    """
    if digits.lstrip("+-") in {"inf", "nan"}:
        raise RefusedError("holds infinity or not-a-number where a number should stand")
    value = float(digits)
    return value if abs(value) != float("inf") else digits


def parse_toml(text: str) -> dict[str, Any]:
    """TOML 1.0.

    Raises:
        RefusedError: Not TOML, too deep, or infinity or not-a-number.
    """
    deep = _TOML_DEEP_KEY.search(text)
    if deep:
        raise RefusedError(_TOO_DEEP, text.count("\n", 0, deep.start()) + 1)
    try:
        plain = _plain(tomllib.loads(text, parse_float=exact_float), 1)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.match(str(error))
        what = place[1] if place else str(error)
        line = int(place[2]) if place and place[2] else None
        what = what[:1].lower() + what[1:]
        raise RefusedError(f"is not valid TOML: {excerpt(what, 200)}", line) from None
    except ValueError:
        raise RefusedError("holds a number with too many digits") from None
    except RecursionError:
        raise RefusedError(_TOO_DEEP) from None
    return plain if isinstance(plain, dict) else {}


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise RefusedError(_TOO_DEEP)
        if isinstance(value, list):
            return [_plain(item, depth + 1) for item in value]
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat().replace("+00:00", "Z")
    if type(value) is int and abs(value) > MAX_EXACT_INTEGER:
        return str(value)
    return value


def parse_ini(text: str) -> tuple[dict[str, dict[str, str]], list[int]]:
    """INI by configparser without interpolation; the section DEFAULT is a section like any other.

    Returns:
        Sections, and the line of each node in pre-order.

    Raises:
        RefusedError: Not INI, or a section or option that stands twice.
    """
    now = 0
    sections: list[int] = []
    options: list[int] = []

    def numbered() -> Iterator[str]:
        nonlocal now
        for line in io.StringIO(text):
            now += 1
            yield line

    class Section(dict[str, Any]):
        def __init__(self) -> None:
            super().__init__()
            if now:  # configparser makes one mapping a section, at its header's line (others before line 1)
                sections.append(now)

    class Parser(configparser.RawConfigParser):
        def optionxform(self, optionstr: str) -> str:
            options.append(now)
            return optionstr

    # No header can hold a newline, so no section is ever taken for the default one.
    parser = Parser(dict_type=Section, default_section="\n", strict=True, interpolation=None)
    try:
        parser.read_file(numbered())
    except configparser.MissingSectionHeaderError as error:
        raise RefusedError("is not valid INI: text stands before the first section", error.lineno) from None
    except configparser.DuplicateSectionError as error:
        raise RefusedError(f"the section '{excerpt(error.section)}' stands twice", error.lineno) from None
    except configparser.DuplicateOptionError as error:
        raise RefusedError(f"the option '{excerpt(error.option)}' stands twice", error.lineno) from None
    except configparser.ParsingError as error:
        line = error.errors[0][0] if error.errors else None
        raise RefusedError("is not valid INI: neither a section nor 'name = value'", line) from None
    option_lines, section_lines = list(options), list(sections)
    data = {name: dict(parser.items(name, raw=True)) for name in parser.sections()}
    return data, _ini_lines(data, section_lines, option_lines)


def _ini_lines(data: dict[str, dict[str, str]], sections: list[int], options: list[int]) -> list[int]:
    if len(sections) != len(data) or len(options) != sum(map(len, data.values())):
        return []
    lines = [1]
    of_options = iter(options)
    for section, line in zip(data.values(), sections, strict=True):
        lines.append(line)
        lines.extend(next(of_options) for _ in section)
    return lines


def parse_dotenv(text: str) -> tuple[dict[str, bool], list[int]]:
    """The names of a dotenv file; a value never leaves this function.

    Returns:
        {name: True} and the line of each node in pre-order; a name that stands twice has its last line.

    Raises:
        RefusedError: A line is no assignment, or a quoted value does not end.
    """
    names: dict[str, int] = {}
    lines = enumerate(text.split("\n"), start=1)
    for number, line in lines:
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        found = _DOTENV_NAME.match(bare)
        if not found:
            raise RefusedError("the line is not 'NAME=value'", number)
        names.pop(found[1], None)
        names[found[1]] = number
        quote = bare[found.end() : found.end() + 1]
        if quote in {'"', "'"}:
            rest = bare[found.end() + 1 :]
            while not _closes(rest, quote):
                _, following = next(lines, (0, None))
                if following is None:
                    raise RefusedError("a quoted value does not end", number)
                rest = following
    return dict.fromkeys(names, True), [1, *names.values()]


def _closes(text: str, quote: str) -> bool:
    unescaped = re.sub(r"\\.", "", text) if quote == '"' else text
    return quote in unescaped


def parse_csv(text: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Comma-separated values with a header row (RFC 4180); blank lines are skipped.

    Returns:
        Column names, rows, and the line that each row starts at.

    Raises:
        RefusedError: No header, a column twice, a ragged row, bad quoting, or too many rows.
    """
    header: list[str] | None = None
    rows: list[list[str]] = []
    lines: list[int] = []
    for start, row in csv_rows(text):
        if header is None:
            header = _checked_header(row, start)
            continue
        if len(row) != len(header):
            message = f"the row has {len(row)} cells, the header has {len(header)}"
            raise RefusedError(message, start)
        if len(rows) >= MAX_CSV_ROWS or len(rows) * len(header) >= MAX_CSV_CELLS:
            message = f"has more than {MAX_CSV_ROWS:,} rows or {MAX_CSV_CELLS:,} cells"
            raise RefusedError(message, start)
        rows.append(row)
        lines.append(start)
    if header is None:
        raise RefusedError("has no header row", 1)
    return header, rows, lines


def csv_rows(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Each row of a CSV text with the line that it starts at; blank lines are skipped.

    Raises:
        RefusedError: Bad quoting, a lone carriage return, or a cell that is too long.
    """
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        what = "a lone carriage return" if str(error).startswith("new-line") else excerpt(str(error), 200)
        raise RefusedError(f"is not valid CSV: {what}", start) from None


def _checked_header(row: list[str], line: int) -> list[str]:
    seen: set[str] = set()
    for name in row:
        if name in seen:
            raise RefusedError(f"the column '{excerpt(name)}' stands twice in the header", line)
        seen.add(name)
    return row
