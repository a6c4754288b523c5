"""Rows that collecting a file of configuration gives, as tests look at them."""

from pathlib import Path
from typing import Any

from support.collecting import in_folder, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect
from tieout.domain.evidence import EvidenceItem

EVERYTHING = ("container_config", "rbac_export", "security_config")


def gathered(
    root: Path, files: dict[str, str | bytes], *, path: str = "", provides: tuple[str, ...] = EVERYTHING, **more: Any
) -> Gathered:
    """Collect files: the one that there is, or the folder of several."""
    path = path or (next(iter(files)) if len(files) == 1 else ".")
    section = source("config", path, provides=provides, **more)
    return in_folder(collect, write(root, files), section, prefix="" if path == "." else path)


def items(result: Gathered, type_: str) -> list[EvidenceItem]:
    """Items of one artefact, by path and part."""
    found = [item for item in result.result.items if item.type == type_]
    return sorted(found, key=lambda item: (item.provenance.path, bool(item.files), str(item.facts.get("scope"))))


def rows(result: Gathered, type_: str) -> list[dict[str, Any]]:
    """All rows of one artefact."""
    field = {"container_config": "images", "rbac_export": "rows", "security_config": "settings"}[type_]
    return [row for item in items(result, type_) for row in item.facts[field]]


def settings(result: Gathered) -> dict[tuple[str, str], bool | None]:
    """(subject, setting) -> whether it holds; a setting that stands twice must say the same twice."""
    found: dict[tuple[str, str], bool | None] = {}
    for row in rows(result, "security_config"):
        key = (row["subject"], row["setting"])
        assert found.setdefault(key, row.get("holds")) == row.get("holds"), key
    return found


def of(result: Gathered, subject: str) -> dict[str, bool | None]:
    """Setting -> whether it holds, of one subject."""
    return {setting: holds for (whose, setting), holds in settings(result).items() if whose == subject}


def line_of_setting(result: Gathered, subject: str, setting: str) -> int | None:
    """The line on which a setting is decided."""
    for item in items(result, "security_config"):
        for index, row in enumerate(item.facts["settings"]):
            if (row["subject"], row["setting"]) == (subject, setting):
                at = f"/settings/{index}"
                return item.lines.get(f"{at}/holds", item.lines.get(at))
    message = f"no such row: {subject}, {setting}"
    raise AssertionError(message)


def told(result: Gathered, status: str) -> list[str]:
    """Reasons of the problems of a status."""
    return [problem.reason for problem in result.result.problems if problem.status == status]
