"""Terraform for tests: files of one source, and what they give as rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.collecting import in_folder, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

BOTH = ("security_config", "retention_config")


def gather(root: Path, files: Mapping[str, str | bytes] | str, **fields: Any) -> Gathered:
    """Collect Terraform files below `infra/`; a text alone is its `main.tf`."""
    named = {"main.tf": files} if isinstance(files, str) else files
    write(root, {f"infra/{name}": content for name, content in named.items()})
    section = source("config", "infra", **{"provides": BOTH, "format": "terraform", **fields})
    return in_folder(collect, root, section)


def rows(gathered: Gathered) -> list[dict[str, Any]]:
    """All rows of settings."""
    return [row for item in gathered.result.items for row in item.facts.get("settings", ())]


def stores(gathered: Gathered) -> list[dict[str, Any]]:
    """All rows of stores."""
    return [row for item in gathered.result.items for row in item.facts.get("stores", ())]


def told(gathered: Gathered, setting: str) -> list[tuple[str, bool | None]]:
    """(subject, holds) of every row of a setting."""
    return [(row["subject"], row.get("holds")) for row in rows(gathered) if row["setting"] == setting]
