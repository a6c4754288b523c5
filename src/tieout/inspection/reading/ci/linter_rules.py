"""Rules on security that linters have: a scanner that a linter runs within itself, and rules that are no scanner."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tieout.inspection.reading.toml_lines import value_line
from tieout.inspection.repository import Repository, line_of, member
from tieout.syntax.pipelines.model import Spot

_GO = re.compile(r"\A\.golangci\.(?:ya?ml|toml|json)\Z")
_GOSEC: Final = "gosec"
#: Where Ruff keeps its settings, and the table of them there.
_RUFF: Final = (("ruff.toml", ""), (".ruff.toml", ""), ("pyproject.toml", "tool.ruff"))
_SECURITY: Final = re.compile(r"\A(?:S\d{0,3}|ALL)\Z")
_SELECTING: Final = ("select", "extend-select")
_PLACES: Final = (("lint",), ())


def gosec_within_golangci(repository: Repository) -> Spot | None:
    """The line by which golangci-lint runs gosec: by its name, or with all that it has and without leaving it out.

    Source: https://golangci-lint.run/docs/configuration/file/, `linters` of both versions of the format.
    """
    for file in repository.matching(_GO):
        document = repository.document(file.path)
        linters = member(document.data, "linters") if document is not None else None
        if document is None or _GOSEC in _listed(member(linters, "disable")):
            return None
        enabled = _listed(member(linters, "enable"))
        if _GOSEC in enabled:
            at = line_of(document, "linters", "enable", enabled.index(_GOSEC))
            return Spot(file.path, at or line_of(document, "linters", "enable"))
        for key, value in (("default", "all"), ("enable-all", True)):
            if member(linters, key) == value:
                return Spot(file.path, line_of(document, "linters", key))
        return None
    return None


def security_rules_of_ruff(repository: Repository) -> Iterator[Spot]:
    """Lines that turn on Ruff's rules on security; none where they are not on."""
    for path, table in _RUFF:
        document, text = repository.document(path), repository.text(path)
        if document is None or text is None:
            continue
        settings: Any = document.data
        for name in table.split(".") if table else ():
            settings = member(settings, name)
        for within in _PLACES:
            for key in _SELECTING:
                chosen = _listed(member(settings, *within, key))
                rule = next((one for one in chosen if _SECURITY.fullmatch(one)), None)
                if rule is not None:
                    at = ".".join(part for part in (table, *within) if part)
                    yield Spot(path, value_line(text, at, f'"{rule}"') or value_line(text, at, f"'{rule}'"))
                    return


def _listed(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
