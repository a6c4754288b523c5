"""Tells which format a file of results has, from its name and first bytes or from what was parsed."""

import csv
import io
import json
import re
from pathlib import PurePosixPath
from typing import Any, Final

from tieout.collectors.results.interface import Format, Shape
from tieout.collectors.results.xml_events import root_of

HEAD_BYTES: Final = 65536
"""Bytes of a file that its shape is told from."""

_SQLITE = b"SQLite format 3\0"
_ENDINGS: Final[dict[str, Shape]] = {
    ".json": "json", ".sarif": "json", ".jsonld": "json",
    ".jsonl": "lines", ".csv": "csv", ".xml": "xml",
}  # fmt: skip
_NAME = re.compile(rb'"([^"\\]{1,80})":')


def shape_of(path: str, head: bytes) -> Shape | None:
    """What kind of file it is; None where no format here is of its kind.

    Args:
        path: Its ending tells, but for databases.
        head: Its first bytes.
    """
    return "sqlite" if head.startswith(_SQLITE) else _ENDINGS.get(PurePosixPath(path).suffix.lower())


def signs_of(shape: Shape, head: bytes, *, where: str) -> Any:
    """What formats of a shape other than JSON are recognised by.

    Raises:
        UnreadableError: The parser was stopped.
    """
    if shape == "lines":
        return _names_of_first(head.partition(b"\n")[0])
    if shape == "csv":
        return _columns(head)
    return root_of(head, where=where) if shape == "xml" else None


def fitting(formats: tuple[Format, ...], shape: Shape, signs: Any) -> Format | None:
    """The first format of a shape that recognises a file by its signs."""
    return next((one for one in formats if one.shape == shape and one.recognises(signs)), None)


def _names_of_first(line: bytes) -> frozenset[str]:
    """The names in the first of a file's JSON lines; of one that is longer than the head, those that begin it."""
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        found = _NAME.findall(line) if line.lstrip().startswith(b"{") else []
        return frozenset(name.decode("utf-8", "replace") for name in found)
    return frozenset(first) if isinstance(first, dict) else frozenset()


def _columns(head: bytes) -> frozenset[str]:
    first = head.decode("utf-8", "replace").removeprefix("\ufeff").partition("\n")[0]
    try:
        return frozenset(next(csv.reader(io.StringIO(first)), []))
    except csv.Error:
        return frozenset()
