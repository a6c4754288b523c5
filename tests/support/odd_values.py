"""Whole files of many formats, and the same with odd values at places drawn by a fixed seed.

The files stand in `hostile/whole/*.txt`, each after a line `-- its path --`: in one text, so that no tool takes their
folders for projects.
"""

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

WHOLE: Final = Path(__file__).resolve().parents[1] / "hostile" / "whole"
_HEAD = re.compile(r"(?m)^-- (\S+) --\n")
_FRONT = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(r"[\w./@:-]+|[^\w\s]")

#: What may stand where a parsed file holds something else.
VALUES: Final[tuple[Any, ...]] = (
    [], {}, [[]], [None], [{}], {"a": []}, {"a": {"b": [1]}}, {"": None}, None, True, False, -1, 0, 7, 10**400, 1e308,
    "", " ", "\u0000", "²", "x" * 100_000, "9" * 5_000, "${{ x }}", "$VAR", "{{ x }}", "../..", "/", "a/b@c:d#e",
    "[a", "(?P<x>", "\\", "\u202eevil", "1.2.3", ["a", {"b": [1]}, 7], ["x"] * 300,
)  # fmt: skip
#: What may stand where a text that nobody parses holds a word.
WORDS: Final[tuple[bytes, ...]] = (
    b"", b"\0", b"\xff\xfe", "²".encode(), b"9" * 5_000, b"x" * 100_000, b"{", b"}", b"[", b"(" * 3_000, b'"', b"'''",
    b"${", b"$", b"\\", b"#", b"\n", b"\r", b"\t", b"|", b"---", b"-- ", b"<<EOF", b"\xe2\x80\xae", b"://", b"@",
)  # fmt: skip
_KEYS: Final = ("", "x" * 5_000, "²", "9" * 5_000, "a/b~c", "name", "1", "__proto__")


class _Loader(yaml.SafeLoader):
    """Reads `on` and `no` as the words that they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not (tag.endswith(":bool") and first not in "tTfF")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def whole_files() -> dict[str, str]:
    """Path and text of every file."""
    found: dict[str, str] = {}
    for archive in sorted(WHOLE.glob("*.txt")):
        _, *parts = _HEAD.split(archive.read_text(encoding="utf-8"))
        found |= dict(zip(parts[::2], parts[1::2], strict=True))
    return found


def damaged(path: str, text: str, draw: random.Random) -> bytes:
    """A file with odd values at one place in about forty, one at least."""
    front = _FRONT.match(text) if path.endswith(".md") else None
    if front is not None:
        body = text[front.end() :]
        return f"---\n{_yaml([_changed(_loaded(front[1])[0], draw)])}---\n{body}".encode("utf-8", "replace")
    ending = path.rpartition(".")[2]
    if ending in {"yml", "yaml", "cff"} and "!reference" not in text:
        documents = _loaded(text)
        at = draw.randrange(len(documents))
        return _yaml([*documents[:at], _changed(documents[at], draw), *documents[at + 1 :]]).encode()
    if ending in {"json", "ipynb"}:
        return json.dumps(_changed(json.loads(text), draw), indent=1).encode()
    if ending == "toml" or path == "poetry.lock":
        data = _changed(tomllib.loads(text), draw)
        return _toml(data).encode() if isinstance(data, dict) else b"x = 1\n"
    return _reworded(text, draw)


def _loaded(text: str) -> list[Any]:
    return list(yaml.load_all(text, _Loader))


def _changed(tree: Any, draw: random.Random) -> Any:
    places = list(_places(tree))
    for place in draw.sample(places, max(1, len(places) // 40)):
        tree = _put(tree, place, draw)
    return tree


def _places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(tree, dict | list):
        for key in range(len(tree)) if isinstance(tree, list) else tree:
            yield from _places(tree[key], (*at, key))


def _put(tree: Any, at: tuple[Any, ...], draw: random.Random) -> Any:
    """The same with another value at a place, or one time in eight with another key; whole where the place is gone."""
    if not at:
        return draw.choice(VALUES)
    if isinstance(tree, dict) and at[0] in tree:
        if len(at) == 1 and draw.random() < 1 / 8:
            return {draw.choice(_KEYS) if key == at[0] else key: value for key, value in tree.items()}
        return {key: _put(value, at[1:], draw) if key == at[0] else value for key, value in tree.items()}
    if isinstance(tree, list) and isinstance(at[0], int) and at[0] < len(tree):
        return [_put(value, at[1:], draw) if key == at[0] else value for key, value in enumerate(tree)]
    return tree


def _reworded(text: str, draw: random.Random) -> bytes:
    tokens = list(_TOKEN.finditer(text))
    chosen = draw.sample(tokens, max(1, len(tokens) // 40))
    data = text.encode()
    for token in sorted(chosen, key=lambda one: -one.start()):
        start, end = len(text[: token.start()].encode()), len(text[: token.end()].encode())
        data = data[:start] + draw.choice(WORDS) + data[end:]
    return data


def _yaml(documents: list[Any]) -> str:
    return str(yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=200))


def _toml(data: Mapping[str, Any], above: str = "") -> str:
    """A document with a head for each table, as people write them; what TOML has no value for is left out."""
    tables = {key: value for key, value in data.items() if isinstance(value, dict) and value}
    lists = {
        key: value
        for key, value in data.items()
        if isinstance(value, list) and value and all(isinstance(row, dict) and row for row in value)
    }
    lines = [
        f"{_key(key)} = {_inline(value)}\n"
        for key, value in data.items()
        if key not in tables and key not in lists and value is not None
    ]
    for key, table in tables.items():
        lines.append(f"[{above}{_key(key)}]\n{_toml(table, f'{above}{_key(key)}.')}")
    for key, rows in lists.items():
        lines += [f"[[{above}{_key(key)}]]\n{_toml(row, f'{above}{_key(key)}.')}" for row in rows]
    return "".join(lines)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        members = (f"{_key(key)} = {_inline(one)}" for key, one in value.items() if one is not None)
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(one) for one in value if one is not None)}]"
    return json.dumps(value) if isinstance(value, str | bool | int | float) else str(value)
