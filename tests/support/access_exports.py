"""Exports of principals and roles for tests: how they are collected, and whom a pseudonym means."""

import json
from pathlib import Path
from typing import Any

from support.collecting import in_folder, only_item, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect
from tieout.domain.pseudonyms import pseudonym


def gathered(root: Path, content: Any, name: str = "access.json", **fields: Any) -> Gathered:
    """What one file gives; anything but text and bytes is written as JSON."""
    return several(root, {name: content}, **fields)


def several(root: Path, files: dict[str, Any], **fields: Any) -> Gathered:
    """What several files of one folder give; the path of one alone is the source's."""
    written = {
        f"access/{name}": one if isinstance(one, str | bytes) else json.dumps(one, indent=1)
        for name, one in files.items()
    }
    path = next(iter(written)) if len(written) == 1 else "access"
    return in_folder(collect, write(root, written), source("config", path, provides=("rbac_export",), **fields))


def export(result: Gathered) -> dict[str, Any]:
    """The facts of the only item."""
    return only_item(result).facts


def rows(result: Gathered) -> list[dict[str, Any]]:
    """The rows of the only item."""
    return list(export(result)["rows"])


def who(name: str) -> str:
    """The pseudonym of a name."""
    return pseudonym("claims-triage", name)
