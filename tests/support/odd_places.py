"""A configuration with an odd value at each place in turn: what is collected of it is told, and never a traceback."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from support.collecting import in_folder, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

#: One value of each type that may stand where another is expected, and some that are odd within their type.
ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 2**53, 1.5, 1e300, "", " ", "\u202e", "²", "x" * 5_000, "${VAR}", "@", "*", "$(headers.x)",
    [], {}, [[]], [None], [{}], [1, "a", {}], {"": None}, {"a": {"b": [1]}}, {"name": []}, ["a"] * 50,
)  # fmt: skip
PROVIDES: Final = ("gateway_config", "guardrail_config")


def collected(root: Path, files: Mapping[str, str | bytes], *, path: str = ".", **fields: Any) -> Gathered:
    """What a source of gateways gives."""
    section = source("config", path, provides=PROVIDES, **fields)
    return in_folder(collect, write(root, files), section, prefix="" if path == "." else path)


def routes(gathered: Gathered) -> dict[str, dict[str, Any]]:
    """The routes by their names, without what is empty."""
    found = [item.facts["routes"] for item in gathered.result.items if item.type == "gateway_config"]
    return {row["name"]: {key: one for key, one in row.items() if one != []} for rows in found for row in rows}


def guards(gathered: Gathered) -> list[dict[str, Any]]:
    """The guardrails."""
    found = [item.facts["guardrails"] for item in gathered.result.items if item.type == "guardrail_config"]
    return [row for rows in found for row in rows]


def told(gathered: Gathered, status: str = "not-counted") -> list[tuple[int | None, str]]:
    """(line, reason) of what does not count."""
    return [(one.place.line, one.reason) for one in gathered.result.problems if one.status == status]


def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a tree, by its keys and indices."""
    yield at
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield from places(tree[key], (*at, key))


def put(tree: Any, at: tuple[Any, ...], value: Any) -> Any:
    """The same tree with another value at a place."""
    if not at:
        return value
    if isinstance(tree, dict):
        return {key: put(one, at[1:], value) if key == at[0] else one for key, one in tree.items()}
    return [put(one, at[1:], value) if index == at[0] else one for index, one in enumerate(tree)]


def survives_each_odd_value(root: Path, documents: list[Any], name: str) -> int:
    """Collect a stream with each odd value at each place; how many were collected. Whatever is raised fails the test.

    Every tenth pair of a place and a value is tried, each place with some: all of them take minutes.
    """
    tried = 0
    for index, document in enumerate(documents):
        for place in places(document):
            for value in ODD:
                tried += 1
                if tried % 10:
                    continue
                changed = [*documents[:index], put(document, place, value), *documents[index + 1 :]]
                text = json.dumps(changed[0]) if name.endswith(".json") else yaml.safe_dump_all(changed)
                gathered = collected(root, {name: text.encode("utf-8", "replace")}, path=name)
                assert all(one.reason and one.place.path for one in gathered.result.problems), (place, value)
    return tried // 10
