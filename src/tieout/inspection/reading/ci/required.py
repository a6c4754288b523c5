"""Checks that must pass before a merge, where settings of the forge or of a merge queue are committed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.branch_rules import branch_rules
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.model import Spot
from tieout.syntax.pipelines.nodes import Node

_QUEUE = re.compile(r"\A(?:\.github/)?\.?mergify\.ya?ml\Z|\A\.mergify/config\.ya?ml\Z")
_CHECK: Final = re.compile(r"^(?:check|status)-success\s*=\s*(.+)$")
_DEEPEST: Final = 30


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check by its name, with the line that demands it."""

    name: str
    spot: Spot


def required_checks(repository: Repository) -> list[RequiredCheck]:
    """Every check that committed settings demand, in the order of the files."""
    found = [
        RequiredCheck(name, Spot(rule.path, line or rule.line))
        for rule in branch_rules(repository)
        for name, line in rule.checks
    ]
    for file in repository.matching(_QUEUE):
        document = repository.document(file.path)
        if document is not None:
            found.extend(_queued(Node(file.path, document), 0))
    return list(dict.fromkeys(found))


def _queued(node: Node, depth: int) -> Iterator[RequiredCheck]:
    if depth > _DEEPEST:
        return
    for _, member in node.members():
        yield from _queued(member, depth + 1)
    if isinstance(node.data, list):
        for item in node.items():
            found = _CHECK.match(item.text())
            if found:
                yield RequiredCheck(found[1].strip("\"'"), item.spot)
            yield from _queued(item, depth + 1)
