"""The jobs that a matrix makes of one, and the names under which a forge reports them.

GitHub: "Running variations of jobs in a workflow" (a job's name is followed by the values of its cell, unless it names
them itself). GitLab: "parallel:matrix" (`job: [value, value]`) and "parallel" (`job 1/3`).
"""

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from tieout.syntax.pipelines.model import Spot
from tieout.syntax.pipelines.nodes import Node

MOST_CELLS: Final = 256
"""Most jobs of a matrix at GitHub; GitLab allows 200."""
_EXPRESSION: Final = "${{"
_NO_VALUE = re.compile(r"\$\{\{\s{0,9}fromJSON\(\s{0,9}'\s{0,9}\[\s{0,9}\]\s{0,9}'\s{0,9}\)\s{0,9}\}\}", re.IGNORECASE)
_OF_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w\-]+)\s*\}\}")

Cells = Sequence[Mapping[str, str]]


def github_cells(job: Node) -> Cells | None:
    """The cells of a job's matrix in their order; none where it has none, None where the file does not tell them."""
    matrix = job.get("strategy").get("matrix")
    if not matrix:
        return ()
    vectors = {name: _plain(values) for name, values in matrix.members() if name not in {"include", "exclude"}}
    included, excluded = _entries(matrix.get("include")), _entries(matrix.get("exclude"))
    if not isinstance(matrix.data, dict) or included is None or excluded is None or (vectors and included):
        return None  # what `include` adds to cells, and in which order a name then tells it, is the forge's to know
    lists = list(vectors.values())
    known = [values for values in lists if values is not None]
    if len(known) < len(lists) or _size(known) > MOST_CELLS or len(included) > MOST_CELLS:
        return None
    if not vectors:
        return included
    cells = [dict(zip(vectors, values, strict=True)) for values in product(*known)]
    return [cell for cell in cells if not any(_covers(entry, cell) for entry in excluded)]


def no_cell(job: Node) -> Spot | None:
    """Where a job's matrix has a name without a value, or leaves out every cell: GitHub then runs no job of it."""
    matrix = job.get("strategy").get("matrix")
    for name, values in matrix.members():
        if (values.data == [] or _NO_VALUE.fullmatch(values.text().strip())) and name not in {"include", "exclude"}:
            return values.spot
    return matrix.spot if matrix and github_cells(job) == [] else None


def github_names(name: str, cells: Cells | None) -> tuple[str, ...] | None:
    """Names of the jobs that cells make of one by its own name; None where an expression or the file's lack decides."""
    if cells is None:
        return None
    if not cells:
        return None if _EXPRESSION in name else (name,)
    if _EXPRESSION not in name:
        return tuple(f"{name} ({', '.join(cell.values())})" for cell in cells)
    found = [_OF_MATRIX.sub(lambda match, cell=cell: cell.get(match[1], ""), name) for cell in cells]  # type: ignore[misc]  # mypy cannot type a lambda's default
    return None if any(_EXPRESSION in one for one in found) else tuple(dict.fromkeys(found))


def gitlab_names(name: str, parallel: Node) -> tuple[str, ...] | None:
    """Names of the jobs that `parallel` makes of one; its own where it makes none; None where the file lacks them."""
    if not parallel:
        return (name,)
    if isinstance(parallel.data, int) and 1 < parallel.data <= MOST_CELLS:
        return tuple(f"{name} {index + 1}/{parallel.data}" for index in range(parallel.data))
    found: list[str] = []
    for entry in parallel.get("matrix").items() if isinstance(parallel.get("matrix").data, list) else ():
        vectors = [_plain(values) for _, values in entry.members()]
        known = [values for values in vectors if values is not None]
        if not known or len(known) < len(vectors) or _size(known) + len(found) > MOST_CELLS:
            return None
        found += [f"{name}: [{', '.join(values)}]" for values in product(*known)]
    return None if any("$" in one for one in found) else tuple(found) or None


def _plain(values: Node) -> list[str] | None:
    """The values of a vector as names show them; None where one is no plain value."""
    if isinstance(values.data, dict) or not values:
        return None
    found = list(values.items())
    if any(isinstance(value.data, list | dict) or not value or _EXPRESSION in value.text() for value in found):
        return None
    return [_shown(value) for value in found] or None


def _shown(value: Node) -> str:
    if isinstance(value.data, float) and value.data.is_integer():
        return str(int(value.data))
    return value.text()


def _entries(node: Node) -> list[dict[str, str]] | None:
    """The mappings of `include` or `exclude`; None where one is not plain."""
    found = []
    if node and not isinstance(node.data, list):
        return None
    for item in node.items():
        values = {name: _plain(value) for name, value in item.members()}
        if not values or any(one is None or len(one) != 1 for one in values.values()):
            return None
        found.append({name: one[0] for name, one in values.items() if one})
    return found


def _covers(entry: Mapping[str, str], cell: Mapping[str, str]) -> bool:
    return all(cell.get(name) == value for name, value in entry.items())


def _size(lists: Sequence[Sequence[str]]) -> int:
    size = 1
    for one in lists:
        size = min(size * max(len(one), 1), MOST_CELLS + 1)
    return size
