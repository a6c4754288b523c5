"""What a gateway's routes mean together: which of them take over, from whom, at which provider."""

from dataclasses import dataclass
from typing import Any

from tieout.collectors.config.field_map import Fallbacks, FieldMap
from tieout.collectors.config.mapping import Mapped, reach
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt

_EVERY = "*"
#: Names under which one supplier's services are reached; two of them do not stand in for each other's failure.
_SUPPLIERS = {
    "azure": ("azure_ai", "azure_openai", "azure_text"),
    "bedrock": ("amazon_bedrock", "aws", "bedrock_converse", "sagemaker", "sagemaker_chat"),
    "google": ("gemini", "google_ai_studio", "google_vertex", "palm", "vertex_ai", "vertex_ai_beta", "vertexai"),
    "openai": ("text_completion_openai",),
}
_SUPPLIER_OF = {name: supplier for supplier, names in _SUPPLIERS.items() for name in names}


@dataclass(frozen=True, slots=True)
class _Fallback:
    """One route that takes over from another (`*`: from every other), and the line that says so."""

    source: str
    target: str
    line: int | None


def complete_routes(field_map: FieldMap, document: Document, mapped: Mapped) -> None:
    """Fill in `fallbacks`, `other_providers` and `external` of a gateway's routes.

    A fallback counts where it names a route of this file; one that leads nowhere is noted. Routes of the same
    name share their load and are not fallbacks of each other.
    """
    routes: list[dict[str, Any]] = mapped.facts[field_map.rows.field]
    stated = _stated(field_map.fallbacks, document) if field_map.fallbacks else []
    leading = [fallback for fallback in stated if _routes_for(routes, fallback.target)]
    for fallback in stated:
        if fallback not in leading:
            whose = "every route" if fallback.source == _EVERY else f"'{excerpt(fallback.source)}'"
            reason = f"the fallback '{excerpt(fallback.target)}' of {whose} names no route here and does not count"
            mapped.notes.append((fallback.line, reason))
    for index, route in enumerate(routes):
        base = f"/{field_map.rows.field}/{index}"
        _place_outside(field_map, mapped, index, base)
        _fall_back(routes, route, leading, mapped.lines, base)


def _fall_back(
    routes: list[dict[str, Any]],
    route: dict[str, Any],
    leading: list[_Fallback],
    lines: dict[str, int],
    base: str,
) -> None:
    taken: dict[str, int | None] = {}
    for fallback in leading:
        if fallback.source in {route["name"], _EVERY} and fallback.target != route["name"]:
            taken.setdefault(fallback.target, fallback.line)
    reached = {other.get("provider"): taken[target] for target in taken for other in _routes_for(routes, target)}
    own = route.get("provider")
    others = sorted(provider for provider in reached if provider and own and _supplier(provider) != _supplier(own))
    route["fallbacks"], route["other_providers"] = list(taken), others
    for index, line in enumerate(taken.values()):
        if line is not None:
            lines.setdefault(f"{base}/fallbacks", line)
            lines[f"{base}/fallbacks/{index}"] = line
    for index, provider in enumerate(others):
        line = reached[provider]
        if line is not None:
            lines[f"{base}/other_providers/{index}"] = line


def _supplier(provider: str) -> str:
    """Who stands behind a provider's name, whatever its spelling."""
    name = provider.strip().casefold().replace("-", "_").replace(" ", "_")
    return _SUPPLIER_OF.get(name, name)


def _stated(fallbacks: Fallbacks, document: Document) -> list[_Fallback]:
    found: dict[tuple[str, str], _Fallback] = {}
    places: list[tuple[str, str | None]] = [(f"{place}/*/*", None) for place in fallbacks.lists]
    places += [(place, _EVERY) for place in fallbacks.defaults]
    for place, everyone in places:
        for pointer, targets in reach(document.data, place):
            source = everyone or pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            for index, target in enumerate(targets if isinstance(targets, list) else ()):
                if isinstance(target, str):
                    line = document.lines.get(f"{pointer}/{index}")
                    found.setdefault((source, target), _Fallback(source, target, line))
    return list(found.values())


def _routes_for(routes: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Routes that answer a name; a route named `anthropic/*` answers `anthropic/…`."""
    exact = [route for route in routes if route["name"] == name]
    return exact or [route for route in routes if route["name"].endswith("*") and name.startswith(route["name"][:-1])]


def _place_outside(field_map: FieldMap, mapped: Mapped, index: int, base: str) -> None:
    """A provider that is a service of others is external, unless an address is configured."""
    route = mapped.facts[field_map.rows.field][index]
    address = field_map.own_address
    addressed = address is not None and any(
        value is not None for _, value in reach(mapped.sources[index], f"/{address}")
    )
    if "external" not in route and not addressed and route.get("provider") in field_map.external_providers:
        route["external"] = True
        line = mapped.lines.get(f"{base}/provider")
        if line is not None:
            mapped.lines[f"{base}/external"] = line
