"""Where the values of a document stand in its text, so that they can be taken out by what they are called.

Runs in the parser's process, on a text that its parser has accepted. Each scanner gives a tree like the parsed
one whose leaves are `Leaf`s; where a text could be taken in two ways a scanner errs towards more leaves.
"""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from tieout.kernel.reading.redaction_keys import Sense, each_leaf
from tieout.kernel.reading.refusal import MAX_DEPTH, RefusedError
from tieout.kernel.reading.yaml_composer import EventLoader, resolve_plain

_JSON = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_TOML = re.compile(
    r'#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*\'{3,5}'
    r'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[\[\]{}=,\n]|[^\s\[\]{}=,#"\']+',
    re.DOTALL,
)
_TOML_PART = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^.\s"\']+')
_INI_SECTION = re.compile(r"\[(.*)\]")
_INI_OPTION = re.compile(r"([^\s:=][^:=\n]*?)[ \t]*[:=][ \t]*")
# A text that may be a document itself, or packed.
_HOLDS = re.compile(r"\s*[\[{]|[A-Za-z0-9+/]{16,}={0,2}\Z")
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar: its value, and its characters in the text without quotes around them."""

    value: Any
    start: int
    end: int


@dataclass(slots=True)
class Scanned:
    """The documents of a text, and its names: one of them may hold a secret itself."""

    documents: list[Any] = field(default_factory=list)
    names: list[Leaf] = field(default_factory=list)


def telling_leaves(text: str, kind: str) -> list[list[Any]]:
    """The scalars that must be looked at: under a secret's name, reading as they are not written, or packed.

    Args:
        text: A document that the parser of its kind accepts.
        kind: yaml, json, toml or ini.

    Returns:
        `[start, end, sense, value]` of each, by place.

    Raises:
        RefusedError: It is no such document.
    """
    found: dict[tuple[int, int], list[Any]] = {}

    def visit(leaf: Any, sense: Sense) -> Any:
        if isinstance(leaf, Leaf) and leaf.value is not None and leaf.end > leaf.start:
            read = leaf.value if isinstance(leaf.value, str) else None
            if sense is not Sense.NONE or (
                read is not None and (read != text[leaf.start : leaf.end] or _HOLDS.match(read))
            ):
                at = (leaf.start, leaf.end)
                if at not in found or found[at][2] < sense:
                    found[at] = [leaf.start, leaf.end, int(sense), leaf.value]
        return leaf

    scanned = SCANNERS[kind](text)
    for tree in scanned.documents:
        each_leaf(tree, visit)
    for name in scanned.names:
        visit(name, Sense.NONE)
    return [found[at] for at in sorted(found)]


class _Tree:
    """Lists and mappings while they are built from tokens or events."""

    def __init__(self) -> None:
        self.scanned = Scanned()
        self.anchors: dict[str, Any] = {}
        self._open: list[tuple[Any, str | None]] = [(self.scanned.documents, None)]
        self._names: list[str | None] = [None]

    def leaf(self, leaf: Leaf, anchor: str | None = None) -> None:
        """A scalar: a value, or in a mapping the name of the next one."""
        if anchor:
            self.anchors[anchor] = leaf
        if isinstance(self._open[-1][0], dict) and self._names[-1] is None:
            self._names[-1] = str(leaf.value)
            self.scanned.names.append(leaf)
        else:
            self._put(leaf)

    def open(self, data: Any, anchor: str | None = None) -> None:
        """A list or mapping begins."""
        if len(self._open) > MAX_DEPTH:
            raise RefusedError(_TOO_DEEP)
        self._put(data)
        self._open.append((data, anchor))
        self._names.append(None)

    def close(self) -> None:
        """It ends; only now its anchor names it."""
        if len(self._open) > 1:
            data, anchor = self._open.pop()
            self._names.pop()
            if anchor:
                self.anchors[anchor] = data

    def alias(self, anchor: str | None) -> None:
        """A node once more."""
        known = self.anchors.get(anchor or "")
        if isinstance(known, Leaf):
            self.leaf(known)
        else:
            self._put(known)

    def _put(self, node: Any) -> None:
        holder, name = self._open[-1][0], self._names[-1]
        if isinstance(holder, list):
            holder.append(node)
            return
        name = name or ""
        while name in holder:  # merge keys of one mapping
            name += " "
        holder[name] = node
        self._names[-1] = None


def scan_json(text: str) -> Scanned:
    """The value of a JSON text."""
    tree = _Tree()
    for match in _JSON.finditer(text):
        lexeme = match.group()
        if lexeme in {"{", "["}:
            tree.open({} if lexeme == "{" else [])
        elif lexeme in {"}", "]"}:
            tree.close()
        elif lexeme not in {",", ":"}:
            quoted = lexeme.startswith('"')
            tree.leaf(Leaf(json.loads(lexeme), match.start() + quoted, match.end() - quoted))
    return tree.scanned


def scan_yaml(text: str) -> Scanned:
    """The documents of a YAML stream; an alias is the node that it names, once more."""
    tree = _Tree()
    loader = EventLoader(text)
    try:
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                tree.leaf(_yaml_leaf(event), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                tree.alias(event.anchor)
            elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
                tree.open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor)
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                tree.close()
    except yaml.YAMLError:
        raise RefusedError("is not valid YAML") from None
    finally:
        loader.dispose()
    return tree.scanned


def _yaml_leaf(event: Any) -> Leaf:
    """A scalar with its characters; of a block the whole block, its sign included."""
    start, end = event.start_mark.index, event.end_mark.index
    if event.style in {"'", '"'}:
        return Leaf(event.value, start + 1, end - 1)
    value = resolve_plain(event.value) if event.implicit[0] and event.style is None else event.value
    return Leaf(value, start, end)


def scan_toml(text: str) -> Scanned:
    """The statements of a TOML text, each value within mappings by the parts of its name."""
    scanned = Scanned()
    table: list[str] = []
    statement: list[re.Match[str]] = []
    depth = 0
    for match in _TOML.finditer(text + "\n"):
        lexeme = match.group()
        if lexeme == "\n" and not depth:
            if statement and statement[0].group() == "[":
                table = _toml_parts(statement[1:-1])
            elif statement:
                scanned.documents.append(_toml_statement(table, statement))
            statement = []
        elif lexeme != "\n" and not lexeme.startswith("#"):
            depth += (lexeme in {"{", "["}) - (lexeme in {"}", "]"})
            statement.append(match)
    return scanned


def _toml_statement(table: list[str], statement: list[re.Match[str]]) -> Any:
    """`name = value` as the value within a mapping for each part of its name."""
    at = next((index for index, match in enumerate(statement) if match.group() == "="), len(statement))
    tree = _Tree()
    for match in statement[at + 1 :]:
        _toml_value(match.group(), match.start(), tree)
    value = tree.scanned.documents[0] if tree.scanned.documents else None
    for name in reversed([*table, *_toml_parts(statement[:at])]):
        value = {name: value}
    return value


def _toml_value(lexeme: str, start: int, tree: _Tree) -> None:
    if lexeme in {"{", "["}:
        tree.open({} if lexeme == "{" else [])
    elif lexeme in {"}", "]"}:
        tree.close()
    elif lexeme not in {",", "="}:
        value, quotes = _toml_scalar(lexeme)
        tree.leaf(Leaf(value, start + quotes, start + len(lexeme) - quotes))


def _toml_scalar(lexeme: str) -> tuple[Any, int]:
    """The value of a lexeme, and how many quotes stand on each side; of an inner dotted name the lexeme."""
    try:
        value = tomllib.loads(f"x = {lexeme}")["x"]
    except tomllib.TOMLDecodeError:
        return lexeme, 0
    quotes = 0 if lexeme[0] not in "\"'" else 3 if lexeme[:3] in {'"""', "'''"} else 1
    return value if isinstance(value, str | int | float) else str(value), quotes


def _toml_parts(statement: list[re.Match[str]]) -> list[str]:
    """The parts of a dotted name or of a table's header."""
    written = "".join(match.group() for match in statement).strip("[]")
    return [str(_toml_scalar(part)[0]) if part[0] in "\"'" else part for part in _TOML_PART.findall(written)]


def scan_ini(text: str) -> Scanned:
    """Sections of an INI text; a value goes on in the indented lines after it."""
    scanned = Scanned()
    section, name = "", ""
    start = end = at = indent = 0

    def put() -> None:
        if name:
            scanned.documents.append({section: {name: Leaf(text[start:end], start, end)}})

    for line in text.split("\n"):
        bare = line.strip()
        blanks = len(line) - len(line.lstrip())
        if bare and name and blanks > indent:
            end = at + len(line.rstrip())
        elif bare and not bare.startswith(("#", ";")):
            put()
            name = ""
            heading = _INI_SECTION.match(bare)
            option = _INI_OPTION.match(line, blanks)
            indent = blanks
            if heading:
                section = heading[1]
            elif option:
                name, start, end = option[1], at + option.end(), at + len(line.rstrip())
        at += len(line) + 1
    put()
    return scanned


SCANNERS: Final[dict[str, Callable[[str], Scanned]]] = {
    "ini": scan_ini,
    "json": scan_json,
    "toml": scan_toml,
    "yaml": scan_yaml,
}
"""By kind of document."""
