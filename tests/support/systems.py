"""Small systems to assess: a git repository with a tieout.yaml, made by a test in a few lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from support.git_repositories import Repository
from tieout import api

#: Every declaration that a git source can make.
GIT_PROVIDES = ("codeowners", "dataset_card", "git_history", "repository_tree", "system_card")
AREAS = ("operations", "model_changes", "data_quality", "governance", "budget")
#: Somebody for every area, each with a deputy.
PEOPLE = {area: {"person": f"Person {area}", "deputy": f"Deputy {area}", "contact": f"@team/{area}"} for area in AREAS}


def source(name: str, kind: str, path: str, *provides: str, **fields: Any) -> dict[str, Any]:
    """One entry of `sources`."""
    return {"name": name, "kind": kind, "path": path, **({"provides": list(provides)} if provides else {}), **fields}


def configuration(*sources: dict[str, Any], git: Sequence[str] = GIT_PROVIDES, **sections: Any) -> dict[str, Any]:
    """A tieout.yaml with nothing in it that could be evidence: no owner, no criterion, no approval."""
    return {
        "version": 1,
        "system": {
            "id": "small-system",
            "name": "Small system",
            "purpose": "TO FILL IN",
            "owner": "TO FILL IN",
            "phase": "pilot",
            "risk_tier": "low",
            "generative": True,
            "third_party": True,
        },
        "owners": {area: {"person": None} for area in AREAS},
        "repository": "application",
        "sources": [source("application", "git", ".", *git), *sources],
        **sections,
    }


def system(folder: Path, config: Mapping[str, Any] | str, files: Mapping[str, str | bytes] | None = None) -> Repository:
    """A repository whose first commit holds the configuration and the files."""
    repository = Repository(folder)
    text = config if isinstance(config, str) else yaml.safe_dump(dict(config), sort_keys=False)
    repository.commit("all of it", {"tieout.yaml": text, **(files or {})})
    return repository


@dataclass(frozen=True, slots=True)
class Assessed:
    """What an assessment found, without the program around it."""

    assessment: api.Assessment
    collection: api.Collection

    def verdict(self, label: str) -> str:
        """The verdict of a control."""
        return self.assessment.control(label).verdict.value

    def labels(self, *verdicts: str) -> list[str]:
        """Controls with one of these verdicts."""
        return [control.control for control in self.assessment.controls if control.verdict in verdicts]

    def checks(self, *rules: str) -> list[api.CheckResult]:
        """All checks of these rules, or of every rule."""
        return [check for rule in self.assessment.rules if not rules or rule.rule in rules for check in rule.checks]

    def satisfied_by(self, *types: str) -> list[str]:
        """Reasons of the satisfied checks that stand on an item of these types."""
        items = {item.id for item in self.collection.items if item.type in types}
        return [check.reason for check in self.checks() if check.verdict == "satisfied" and items & set(check.evidence)]


def assessed(folder: Path, *, as_of: datetime | None = None, committed: bool = True) -> Assessed:
    """Collect and assess the system in a folder."""
    options = api.RunOptions(
        config=folder / "tieout.yaml",
        now=datetime(2026, 11, 30, tzinfo=UTC),
        as_of=as_of,
        allow_uncommitted_config=not committed,
    )
    collection, _ = api.collect(options)
    return Assessed(api.assess(api.Workspace(options.config)), collection)
