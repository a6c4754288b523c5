"""The parser's process: reads documents from stdin, answers with JSON on stdout, can do nothing else.

Run as `python -I -m tieout.kernel.reading.worker`; serving.py has the frames and what the process gives up.
"""

import sys
from collections.abc import Callable
from typing import Any

from tieout.kernel.reading.formats import parse_csv, parse_dotenv, parse_ini, parse_toml
from tieout.kernel.reading.json_reader import parse_json
from tieout.kernel.reading.refusal import WORKER_MEMORY_BYTES
from tieout.kernel.reading.serving import serve
from tieout.kernel.reading.spans import telling_leaves
from tieout.kernel.reading.table_rows import parse_json_lines, parse_separated
from tieout.kernel.reading.workbook_sheet import parse_workbook
from tieout.kernel.reading.xml_tags import XmlDocuments, root_of
from tieout.kernel.reading.yaml_composer import compose


def _answer(request: dict[str, Any], document: bytes) -> dict[str, Any]:
    kind: str = request["kind"]
    if kind in _TABLES:
        return {"table": _TABLES[kind](document, request)}
    if kind in _ELEMENTS:
        return _ELEMENTS[kind](document, request)
    text = document.decode("utf-8")
    documents = _PARSERS[kind](text, request["first_line"])
    # Leaves only of what the parser accepted: how much it can hold is bounded then.
    return {"leaves": telling_leaves(text, kind)} if request["leaves"] else {"documents": documents}


def _yaml(text: str, first_line: int) -> list[dict[str, Any]]:
    return [{"data": document.data, "lines": document.lines} for document in compose(text, first_line)]


def _json(text: str, _first_line: int) -> list[dict[str, Any]]:
    data, lines = parse_json(text)
    return [{"data": data, "lines": lines}]


def _toml(text: str, _first_line: int) -> list[dict[str, Any]]:
    return [{"data": parse_toml(text), "lines": []}]


def _ini(text: str, _first_line: int) -> list[dict[str, Any]]:
    data, lines = parse_ini(text)
    return [{"data": data, "lines": lines}]


def _dotenv(text: str, _first_line: int) -> list[dict[str, Any]]:
    data, lines = parse_dotenv(text)
    return [{"data": data, "lines": lines}]


def _csv(text: str, _first_line: int) -> list[dict[str, Any]]:
    columns, rows, lines = parse_csv(text)
    return [{"columns": columns, "data": rows, "lines": lines}]


_TABLES: dict[str, Callable[[bytes, dict[str, Any]], dict[str, Any]]] = {
    "separated": lambda data, request: parse_separated(data.decode("utf-8"), request["delimiter"], request["header"]),
    "json-lines": lambda data, _request: parse_json_lines(data.decode("utf-8")),
    "workbook": lambda data, request: parse_workbook(data, request["sheet"]),
}
_ELEMENTS: dict[str, Callable[[bytes, dict[str, Any]], dict[str, Any]]] = {
    "xml": XmlDocuments().tags,
    "xml-root": lambda data, _request: {"root": root_of(data)},
}
_PARSERS: dict[str, Callable[[str, int], list[dict[str, Any]]]] = {
    "yaml": _yaml,
    "json": _json,
    "toml": _toml,
    "ini": _ini,
    "dotenv": _dotenv,
    "csv": _csv,
}


if __name__ == "__main__":
    sys.exit(serve(_answer, WORKER_MEMORY_BYTES))
