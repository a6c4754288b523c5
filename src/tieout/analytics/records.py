"""Decodes the lines of a log by a field map: the members it names, in columns, whatever else a record holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec

from tieout.analytics.fields import FieldMap

MAX_NESTING = 500
"""Deeper records are unreadable (RFC 8259, 9 allows a limit); fixed, so that no caller's stack decides."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


class UnreadableLineError(Exception):
    """A line that is not a JSON text; the argument says why in a few fixed words."""


class InvalidRecordError(Exception):
    """A JSON text that is not a usable record; the argument says why in a few fixed words."""


@dataclass(slots=True)
class _Node:
    """One object of the record of which members are wanted."""

    leaves: dict[str, int] = field(default_factory=dict)  # name -> number of its column
    inner: dict[str, "_Node"] = field(default_factory=dict)
    struct: Any = None
    empty: Any = None


class RecordReader:
    """Reads the members that a field map names, and nothing else of a record.

    Args:
        field_map: What to read.

    Attributes:
        field_map: As given.
    """

    def __init__(self, field_map: FieldMap) -> None:
        self.field_map = field_map
        self._numbers: dict[tuple[str, ...], int] = {}
        for candidates in field_map.fields.values():
            for candidate in candidates:
                self._numbers.setdefault(candidate.path, len(self._numbers))
        self._root = _tree(self._numbers)
        _compile(self._root)
        self._decode = msgspec.json.Decoder(self._root.struct).decode
        # The same members, whatever their types: for the rare record that is nested otherwise than the map.
        loose = dict.fromkeys((*self._root.leaves, *self._root.inner), Any)
        self._decode_loosely = msgspec.json.Decoder(_struct(loose)).decode
        self._loose_names = tuple(loose)
        self._check = msgspec.json.Decoder(msgspec.Raw).decode

    def read(self, line: bytes) -> Any:
        """One record, to be given to `columns`.

        Args:
            line: A line without its end, not blank.

        Raises:
            UnreadableLineError: Not a JSON text in UTF-8, or nested too deeply.
            InvalidRecordError: Not an object, or a wanted number is beyond all machines.
        """
        if len(line) > 2 * MAX_NESTING and line.count(b"{") + line.count(b"[") > MAX_NESTING:
            _refuse_deep(line)
        try:
            record = self._decode(line)
        except msgspec.ValidationError:
            record = self._read_loosely(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise UnreadableLineError(_why_unreadable(line)) from None
        if not line.isascii():
            _refuse_bad_utf8(line)  # msgspec checks only the text that it hands over
        return record

    def columns(self, records: Sequence[Any]) -> dict[tuple[str, ...], Sequence[Any]]:
        """Path of each wanted member -> its values in the order of the records, None where it is not."""
        found: list[Sequence[Any]] = [()] * len(self._numbers)
        _fill(self._root, records, found)
        return {path: found[number] for path, number in self._numbers.items()}

    def _read_loosely(self, line: bytes) -> Any:
        try:
            self._check(line)
        except msgspec.DecodeError:
            raise UnreadableLineError(_why_unreadable(line)) from None
        if not line.isascii():
            _refuse_bad_utf8(line)
        if not line.lstrip(b" \t\r").startswith(b"{"):
            raise InvalidRecordError("not an object")
        try:
            loose = self._decode_loosely(line)
        except msgspec.ValidationError:
            raise InvalidRecordError("a number is out of range") from None
        values = {name: getattr(loose, f"f{number}") for number, name in enumerate(self._loose_names)}
        return _instance(self._root, values)


def _tree(numbers: Mapping[tuple[str, ...], int]) -> _Node:
    root = _Node()
    for path, number in numbers.items():
        node = root
        for part in path[:-1]:
            node = node.inner.setdefault(part, _Node())
        node.leaves[path[-1]] = number
    return root


def _struct(members: Mapping[str, Any]) -> Any:
    """A type for msgspec with the members as f0, f1, …; each is None where it is missing."""
    fields = [
        (f"f{number}", kind, msgspec.field(default=None, name=name))
        for number, (name, kind) in enumerate(members.items())
    ]
    return msgspec.defstruct("Record", fields, gc=False)


def _compile(node: _Node) -> None:
    for child in node.inner.values():
        _compile(child)
    # A name that is wanted itself and as an object is read as it is, and looked into afterwards.
    kinds: dict[str, Any] = dict.fromkeys(node.leaves, Any)
    for name, child in node.inner.items():
        kinds.setdefault(name, child.struct | None)
    node.struct = _struct(kinds)
    node.empty = node.struct()


def _fill(node: _Node, records: Sequence[Any], found: list[Sequence[Any]]) -> None:
    values = {
        name: list(map(attrgetter(f"f{number}"), records))
        for number, name in enumerate(dict.fromkeys((*node.leaves, *node.inner)))
    }
    for name, number in node.leaves.items():
        found[number] = values[name]
    for name, child in node.inner.items():
        if name in node.leaves:
            inner = [_instance(child, value) if type(value) is dict else child.empty for value in values[name]]
        else:
            inner = [child.empty if value is None else value for value in values[name]]
        _fill(child, inner, found)


def _instance(node: _Node, values: Mapping[str, Any]) -> Any:
    """A record of a node's type from plain data; what is no object has no members."""
    given = []
    for name in dict.fromkeys((*node.leaves, *node.inner)):
        value = values.get(name)
        child = None if name in node.leaves else node.inner[name]
        if child is not None:
            value = _instance(child, value) if type(value) is dict else None
        given.append(value)
    return node.struct(*given)


def _refuse_deep(line: bytes) -> None:
    # Outside of texts no quote is escaped, so what stands between quotes alternates.
    outside = b"".join(line.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    depth = 0
    for bracket in outside.translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"{[" else -1
        if depth > MAX_NESTING:
            _refuse_bad_utf8(line)
            raise UnreadableLineError(f"nested deeper than {MAX_NESTING} levels")


def _refuse_bad_utf8(line: bytes) -> None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableLineError("not UTF-8 text") from None


def _why_unreadable(line: bytes) -> str:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8 text"
    return "not JSON: a NUL byte stands in it" if b"\0" in line else "not JSON"
