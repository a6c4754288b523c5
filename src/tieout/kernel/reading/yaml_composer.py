"""YAML to plain data, straight from the event stream: capped before anything is expanded.

libyaml's events cost no recursion, so depth, aliases, tags and duplicate keys are judged while they
stream by; PyYAML's own composer (which overruns the stack on deep input) never runs.

Scalars follow the YAML 1.2 core schema, narrowed to what people mean: booleans are true/false only,
integers decimal without leading zeros, dates and times stay text.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from tieout.kernel.reading.refusal import (
    MAX_DEPTH,
    MAX_EXACT_INTEGER,
    MAX_EXPANDED_NODES,
    MAX_EXPANDED_TEXT,
    MAX_YAML_NODES,
    RefusedError,
)
from tieout.kernel.reading.text import excerpt

EventLoader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_NUMBER_STARTS = frozenset("+-.0123456789")
_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"
_NO_KEY: Final = object()
# libyaml follows YAML 1.1 and counts these as line breaks; our line numbers count newlines only.
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


@dataclass(slots=True)
class Composed:
    """One document: its data, and the line of each node in pre-order (a member has its key's line)."""

    data: Any
    lines: list[int]


@dataclass(slots=True)
class _Anchor:
    data: Any
    word: str | None  # a scalar as written, for use as a key
    lines: list[int]
    text: int  # characters of all scalars below
    height: int  # levels of lists and mappings


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still open."""

    data: Any
    anchor: str | None
    line: int
    start: int  # where its lines begin
    text_before: int
    key: Any = _NO_KEY
    key_line: int = 0
    height: int = 1
    merge_line: int = 0
    merges: list[tuple[dict[str, Any], list[int]]] = field(default_factory=list)


def compose(text: str, first_line: int = 1) -> list[Composed]:
    """Every document of a YAML stream.

    Args:
        text: Decoded text without a byte order mark.
        first_line: The line that the text starts at in its file.

    Raises:
        RefusedError: Not YAML, or beyond the caps; carries the line.
    """
    composer = _Composer(text, first_line)
    try:
        return composer.run()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = composer.line_of(mark) if mark else None
        raise RefusedError(f"is not valid YAML: {_problem(error)}", line) from None
    except yaml.reader.ReaderError as error:
        raise RefusedError("holds a character that YAML does not allow", composer.line_of_bad(error)) from None


def resolve_plain(text: str) -> Any:
    """What an unquoted scalar means; a number that JSON cannot carry exactly keeps its digits as text.

    Raises:
        RefusedError: Infinity or not-a-number.
    """
    if text[:1] not in _NUMBER_STARTS:
        return _WORDS.get(text, text)
    if _INTEGER.match(text):
        # Seventeen characters hold every exact integer with its sign, and bound the conversion's cost.
        number = int(text) if len(text) <= len("-9007199254740991") else None
        return number if number is not None and abs(number) <= MAX_EXACT_INTEGER else text
    if _FLOAT.match(text):
        value = float(text)
        return value if abs(value) != float("inf") else text
    if _NOT_FINITE.match(text):
        raise RefusedError("holds infinity or not-a-number where a number should stand")
    return text


class _Composer:
    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first_line = first_line
        # At the end of the text libyaml stands one line beyond it.
        self._last_line = first_line + max(0, text.count("\n") - text.endswith("\n"))
        self._odd = bool(_ODD_BREAKS.search(text))
        self._documents: list[Composed] = []
        self._open: list[_Frame] = []
        self._root: Any = None
        self._lines: list[int] = []
        self._anchors: dict[str, _Anchor] = {}
        self._nodes = 0  # counted as if aliases were written out
        self._scalar_text = 0
        self._alias_line = 0

    def run(self) -> list[Composed]:
        loader = EventLoader(self._text)
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceEndEvent: self._end,
            yaml.MappingEndEvent: self._end,
            yaml.DocumentEndEvent: self._document,
        }
        try:
            while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
                handler = handlers.get(type(event))
                if handler:
                    handler(event)
        finally:
            loader.dispose()
        return self._documents

    def line_of(self, mark: Any) -> int:
        line: int = mark.line
        if self._odd:
            line = self._text.count("\n", 0, mark.index)
        return min(line + self._first_line, self._last_line)

    def line_of_bad(self, error: yaml.reader.ReaderError) -> int:
        if yaml.__with_libyaml__:  # which gives the offset in bytes, the pure reader in characters
            return self._text.encode()[: error.position].count(b"\n") + self._first_line
        return self._text.count("\n", 0, error.position) + self._first_line

    def _scalar(self, event: Any) -> None:
        line = self.line_of(event.start_mark)
        value: str = event.value
        self._scalar_text += len(value)
        top = self._open[-1] if self._open else None
        if top is not None and top.key is _NO_KEY and isinstance(top.data, dict):
            if event.tag or event.anchor:
                self._remember(event, _scalar_value(event, line), line)
            plain_merge = value == _MERGE and event.tag is None and event.implicit[0]
            self._key(top, value, line, merge=plain_merge)
            return
        line = self._begin_value(line)
        data = _scalar_value(event, line)
        self._remember(event, data, line)
        self._put(data, 0)

    def _remember(self, event: Any, data: Any, line: int) -> None:
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(data, event.value, [line], len(event.value), 0)

    def _key(self, top: _Frame, key: str, line: int, *, merge: bool = False) -> None:
        if (merge and top.merge_line) or (not merge and key in top.data):
            raise RefusedError(f"the key '{excerpt(key)}' stands twice in one mapping", line)
        top.key = None if merge else key
        top.key_line = line
        if merge:
            top.merge_line = line

    def _begin_value(self, line: int) -> int:
        """Count a node and note its line, which for a member of a mapping is its key's."""
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.data, dict):
            line = top.key_line
        self._lines.append(line)
        self._charge(1)
        if self._nodes > MAX_YAML_NODES:
            raise RefusedError(f"holds more than {MAX_YAML_NODES:,} values", line)
        return line

    def _charge(self, nodes: int) -> None:
        self._nodes += nodes
        if self._alias_line and (self._nodes > MAX_EXPANDED_NODES or self._scalar_text > MAX_EXPANDED_TEXT):
            message = f"aliases would expand it beyond {MAX_EXPANDED_NODES:,} values or 20 million characters"
            raise RefusedError(message, self._alias_line)

    def _start(self, event: Any) -> None:
        line = self.line_of(event.start_mark)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        expected = f"{_CORE}map" if is_mapping else f"{_CORE}seq"
        if event.tag not in {None, "!", expected}:
            raise RefusedError(f"the tag '{excerpt(event.tag)}' is not supported", line)
        if len(self._open) >= MAX_DEPTH:
            raise RefusedError(f"is nested deeper than {MAX_DEPTH} levels", line)
        top = self._open[-1] if self._open else None
        if top is not None and top.key is _NO_KEY and isinstance(top.data, dict):
            raise RefusedError("a list or mapping is used as a key", line)
        self._anchors.pop(event.anchor, None)  # inside itself the name means nothing yet
        start, text_before = len(self._lines), self._scalar_text
        line = self._begin_value(line)
        data: Any = {} if is_mapping else []
        self._open.append(_Frame(data, event.anchor, line, start, text_before))

    def _end(self, event: Any) -> None:
        del event
        frame = self._open.pop()
        for source, lines in frame.merges:
            for key, value, below in _members(source, lines):
                if key not in frame.data:
                    frame.data[key] = value
                    self._lines.extend(below)
        if frame.anchor:
            text = self._scalar_text - frame.text_before
            self._anchors[frame.anchor] = _Anchor(frame.data, None, self._lines[frame.start :], text, frame.height)
        self._put(frame.data, frame.height)

    def _alias(self, event: Any) -> None:
        line = self.line_of(event.start_mark)
        known = self._anchors.get(event.anchor)
        if known is None:
            raise RefusedError(f"the alias '{excerpt(event.anchor)}' has no finished anchor before it", line)
        top = self._open[-1] if self._open else None
        if top is not None and top.key is _NO_KEY and isinstance(top.data, dict):
            if known.word is None:
                raise RefusedError("a list or mapping is used as a key", line)
            self._alias_line = line
            self._scalar_text += known.text
            self._charge(0)
            self._key(top, known.word, line)
            return
        self._alias_line = line
        if len(self._open) + known.height > MAX_DEPTH:
            raise RefusedError(f"aliases nest it deeper than {MAX_DEPTH} levels", line)
        self._scalar_text += known.text
        self._charge(len(known.lines) - 1)
        self._begin_value(line)
        self._lines.extend(known.lines[1:])
        self._put(known.data, known.height)

    def _put(self, data: Any, height: int) -> None:
        if not self._open:
            self._root = data
            return
        top = self._open[-1]
        top.height = max(top.height, height + 1)
        if isinstance(top.data, list):
            top.data.append(data)
        elif top.key is None:
            self._merge(top, data)
            top.key = _NO_KEY
        else:
            top.data[top.key] = data
            top.key = _NO_KEY

    def _merge(self, top: _Frame, data: Any) -> None:
        """Set a merge key's value aside until the mapping's own keys, which win, are all known."""
        size = _size(data)
        start = len(self._lines) - size
        lines = self._lines[start:]
        del self._lines[start:]
        sources = list(_members(data, lines)) if isinstance(data, list) else [("", data, lines)]
        if not all(isinstance(source, dict) for _, source, _ in sources):
            raise RefusedError("the merge key '<<' needs a mapping or a list of mappings", top.key_line)
        top.merges = [(source, below) for _, source, below in sources]

    def _document(self, event: Any) -> None:
        del event
        self._documents.append(Composed(self._root, self._lines))
        self._root, self._lines, self._anchors = None, [], {}


def _scalar_value(event: Any, line: int) -> Any:
    text: str = event.value
    try:
        if event.tag is None:
            return resolve_plain(text) if event.implicit[0] else text
        if event.tag in {"!", f"{_CORE}str"}:
            return text
        value = resolve_plain(text)
    except RefusedError as error:
        raise RefusedError(error.reason, line) from None
    if event.tag == f"{_CORE}float" and type(value) is int:
        return float(value)
    kinds = {"null": type(None), "bool": bool, "int": int, "float": float}
    kind = kinds.get(event.tag.removeprefix(_CORE)) if event.tag.startswith(_CORE) else None
    if kind is None:
        raise RefusedError(f"the tag '{excerpt(event.tag)}' is not supported", line)
    if type(value) is not kind:
        raise RefusedError(f"the value does not fit its tag '{excerpt(event.tag)}'", line)
    return value


def _members(data: Any, lines: list[int]) -> list[tuple[str, Any, list[int]]]:
    """The members of a mapping or list, each with the lines of its nodes."""
    found = []
    at = 1
    for key, value in data.items() if isinstance(data, dict) else (("", item) for item in data):
        size = _size(value)
        found.append((key, value, lines[at : at + size]))
        at += size
    return found


def _size(data: Any) -> int:
    """Nodes of a value; its depth was capped before."""
    if isinstance(data, dict):
        return 1 + sum(map(_size, data.values()))
    if isinstance(data, list):
        return 1 + sum(map(_size, data))
    return 1


def _problem(error: yaml.MarkedYAMLError) -> str:
    # Only the parser's own words: the snippet beside them would quote the file.
    words = " ".join(part for part in (error.context, error.problem) if part)
    return excerpt(words, 200) if words else "it could not be parsed"
