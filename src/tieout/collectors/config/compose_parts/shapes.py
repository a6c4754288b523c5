"""Parts of a service that are of another kind than the Compose specification has them."""

from collections.abc import Iterator, Mapping
from typing import Final

from tieout.collectors.config.odd_parts import Shape, misfits
from tieout.syntax.compose import Service
from tieout.syntax.cursor import Cursor

_SHAPES: Final[Mapping[tuple[str, ...], Shape]] = {
    ("cap_add",): "texts",
    ("cap_drop",): "texts",
    ("deploy",): "mapping",
    ("deploy", "resources"): "mapping",
    ("deploy", "resources", "limits"): "mapping",
    ("healthcheck",): "mapping",
    ("image",): "text",
    ("ports",): "list",
    ("secrets",): "list",
    ("security_opt",): "texts",
    ("volumes",): "list",
}


def odd_in(service: Service) -> Iterator[tuple[str, Cursor, str]]:
    """The service, the place of each odd part, and what is wrong with it."""
    for keys, shape in _SHAPES.items():
        for place, wrong in misfits(service.cursor(*keys), shape):
            yield service.name, place, wrong
    variables = service.cursor("environment")
    if not isinstance(variables.value, dict | list | None):
        yield service.name, variables, "'environment' is neither a mapping nor a list"
    for key in ("privileged", "read_only"):
        at = service.cursor(key)
        if not isinstance(at.value, bool | str | None):
            yield service.name, at, f"'{key}' is not true or false"
