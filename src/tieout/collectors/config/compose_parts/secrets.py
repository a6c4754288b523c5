"""Where a service of Compose gets its secrets from, and secrets that stand in the file; no value goes anywhere."""

from collections.abc import Iterator
from typing import Any

from tieout.collectors.config.secret_settings import held
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.compose import Service
from tieout.syntax.cursor import Cursor
from tieout.syntax.dockerfile import resolved


def secret_rows(rows: SecurityRows, service: Service) -> None:
    """Variables that are secrets, and the secrets of Compose that a service is given."""
    for name, value, at in _variables(service.cursor("environment")):
        text = resolved(value, {}) if isinstance(value, str) else value  # its default holds where nobody sets another
        what = held(name, value if text == "" else text)
        if what == "written":
            is_default = isinstance(value, str) and text != value
            words = f"{'the default of ' if is_default else ''}{excerpt(name)} stands in the file"
            rows.add(service.name, "secrets", words, at, holds=False)
        elif what == "variable":
            rows.add(service.name, "secrets", f"{excerpt(name)} is filled in elsewhere", at, holds=None)
    for one in service.cursor("secrets").elements():
        name = one.text or one.down("source").text or ""
        if name:
            rows.add(service.name, "secrets", f"{excerpt(name)} comes as a secret of Compose", one, holds=True)
    for key in ("command", "entrypoint"):
        at = service.cursor(key)
        for one in (at, *at.elements()):
            if one.text is not None and held(key, one.text) == "written":
                rows.add(service.name, "secrets", f"a secret stands in its {key}", one, holds=False)


def _variables(environment: Cursor) -> Iterator[tuple[str, Any, Cursor]]:
    """Name, value and place of each variable: of a mapping, or of a list of NAME=VALUE."""
    yield from ((one.key, one.value, one) for one in environment.members())
    for one in environment.elements():
        name, equals, value = (one.text or "").partition("=")
        if equals:
            yield name, value, one
