"""Loads the rules of a framework: one YAML file a rule, one rule a file."""

from pathlib import Path
from typing import Any

from pydantic import model_validator

from tieout.domain.rules import Rule
from tieout.frameworks import read_shipped
from tieout.kernel.errors import ConfigError

RULES_FOLDER = "rules"
CASES_FOLDER = "cases"


class WrittenRule(Rule):
    """A rule as people write it: each check is `predicate: {arguments}`, with `closes_with` beside it or without."""

    @model_validator(mode="before")
    @classmethod
    def _short_checks(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("checks"), list):
            return data
        checks = []
        for entry in data["checks"]:
            called = [name for name in entry if name != "closes_with"] if isinstance(entry, dict) else []
            if len(called) != 1:
                message = "each check is one `predicate: {arguments}`, and may have `closes_with` beside it"
                raise ValueError(message)
            closes = entry.get("closes_with", "")
            checks.append({"predicate": called[0], "arguments": entry[called[0]] or {}, "closes_with": closes})
        return {**data, "checks": checks}


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """All rules of a framework's folder, ordered by id.

    Raises:
        ConfigError: A file is wrong, or its name is not its rule's id.
    """
    rules = []
    for path in sorted((folder / RULES_FOLDER).glob("*.yaml")):
        rule = read_shipped(path, WrittenRule)
        if rule.id != path.stem:
            message = f"the rule's id is '{rule.id}', the file's name says '{path.stem}'"
            raise ConfigError(message, hint="give both the same name", where=f"{folder.name}/rules/{path.name}")
        rules.append(Rule.model_validate(rule.model_dump()))
    return tuple(sorted(rules, key=lambda rule: rule.id))
