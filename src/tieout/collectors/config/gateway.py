"""What a gateway's routes mean together: which of them take over, from whom, at which supplier; what is pinned."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tieout.collectors.config.field_map import Fallbacks, FieldMap
from tieout.collectors.config.mapping import Mapped, reach
from tieout.collectors.config.routes import StandIn, is_later, put_fallbacks, same_work, work_of
from tieout.collectors.config.suppliers import Standing, standing
from tieout.domain.artefacts import spoken
from tieout.domain.model_names import has_digest, is_pinned
from tieout.kernel.pointers import key_of
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt

_EVERY = "*"


@dataclass(frozen=True, slots=True)
class _Fallback:
    """One route that takes over from another (`*`: from every other), and the line that says so."""

    source: str
    target: str
    line: int | None


@dataclass(frozen=True, slots=True)
class _Route:
    """One route: its facts, the row they come from, and who stands behind it."""

    facts: dict[str, Any]
    row: Any
    base: str
    stands: Standing

    @property
    def name(self) -> str:
        return str(self.facts["name"])


def complete_routes(field_map: FieldMap, document: Document, mapped: Mapped, as_of: date) -> None:
    """Fill in `pinned`, `fallbacks`, `other_providers`, `unclear_providers` and `external` of a gateway's routes.

    A fallback counts where it names a route of this file that can do the same work; any other is noted. Routes
    of the same name share their load and are not fallbacks of each other. Where whoever runs the gateway chose
    a model's name, that name pins nothing: the declared base model does, or a digest. A version that is dated
    after the as-of time pins nothing.
    """
    routes = [_route(field_map, mapped, index) for index in range(len(mapped.sources))]
    for route in routes:
        _place_outside(field_map, route, mapped.lines)
        _pin(field_map, route, mapped.lines, as_of)
    stated = _stated(field_map.fallbacks, document, mapped) if field_map.fallbacks else []
    answers = _Answers(routes)
    for fallback in stated:
        if not answers.to(fallback.target):
            reason = f"the fallback '{excerpt(fallback.target)}' of {_whose(fallback)} names no route here"
            mapped.notes.append((fallback.line, f"{reason} and does not count"))
    filtered = field_map.fallbacks is not None and _filtered(field_map.fallbacks, document)
    sources: dict[str, list[int]] = {}
    for turn, fallback in enumerate(stated):
        sources.setdefault(fallback.source, []).append(turn)
    for route in routes:
        turns = sorted({*sources.get(route.name, ()), *sources.get(_EVERY, ())})
        own = [stated[turn] for turn in turns if stated[turn].target != route.name]
        _fall_back(field_map.fallbacks, answers, route, own, mapped, filtered=filtered)


def _route(field_map: FieldMap, mapped: Mapped, index: int) -> _Route:
    facts, row = mapped.facts[field_map.rows.field][index], mapped.sources[index]
    found = [value for key in field_map.own_address for _, value in reach(row, f"/{key}") if value is not None]
    address = found[0] if found and isinstance(found[0], str) else None
    if address is not None and field_map.environment and address.startswith(field_map.environment):
        address = None
    stands = standing(facts.get("provider"), str(facts["model"]), addressed=bool(found), address=address)
    if _says(row, field_map.renamed_by):
        stands = replace(stands, own_name=True)
    return _Route(facts, row, f"/{field_map.rows.field}/{index}", stands)


def _place_outside(field_map: FieldMap, route: _Route, lines: dict[str, int]) -> None:
    """A provider that is a service of others is external, unless an address is configured."""
    addressed = any(value is not None for key in field_map.own_address for _, value in reach(route.row, f"/{key}"))
    if "external" not in route.facts and not addressed and route.facts.get("provider") in field_map.external_providers:
        route.facts["external"] = True
        _copy_line(lines, f"{route.base}/provider", f"{route.base}/external")


def _says(row: Any, keys: tuple[str, ...]) -> bool:
    return any(value is not None for key in keys for _, value in reach(row, f"/{key}"))


def _pin(field_map: FieldMap, route: _Route, lines: dict[str, int], as_of: date) -> None:
    """A name of one's own says nothing of the version behind it; the declared base model does.

    Beside a supplier's own name a base model is something else (LiteLLM reckons its cost by it), and is left out.
    """
    if not route.stands.own_name:
        route.facts.pop("base_model", None)
    declared = route.facts.get("base_model")
    if route.stands.own_name and (_says(route.row, field_map.renamed_by) or not has_digest(route.facts["model"])):
        route.facts["pinned"] = declared is not None and is_pinned(declared)
        if declared is not None:
            _copy_line(lines, f"{route.base}/base_model", f"{route.base}/pinned")
    if _says(route.row, field_map.unpinned_by) or is_later(declared or route.facts["model"], as_of):
        route.facts["pinned"] = False


def _fall_back(
    fallbacks: Fallbacks | None,
    answers: "_Answers",
    route: _Route,
    stated: list[_Fallback],
    mapped: Mapped,
    *,
    filtered: bool,
) -> None:
    """Put what a route falls back to into its facts; `stated` is what the file says of this route."""
    taking: list[StandIn] = []
    for fallback in stated:
        if fallbacks is None:
            continue
        for target in answers.to(fallback.target):
            if fault := _unable(fallbacks, route, target) or (
                _out_of_reach(fallbacks, route, target, filtered=filtered)
            ):
                reason = f"the fallback '{excerpt(target.name)}' of {_whose(fallback)} {fault} and does not count"
                mapped.notes.append((fallback.line, reason))
                continue
            provider = target.facts.get("provider")
            taking.append(StandIn(fallback.target, provider, target.stands, fallback.line))
    put_fallbacks(route.facts, route.base, route.stands, taking, lines=mapped.lines)


def _unable(fallbacks: Fallbacks, route: _Route, target: _Route) -> str | None:
    """Why a route cannot take over from another; None where nothing says so."""
    closed = [
        key for key in fallbacks.closed_by_zero if any(_is_zero(value) for _, value in reach(target.row, f"/{key}"))
    ]
    if closed:
        return f"lets nothing through ('{closed[0].rpartition('/')[2]}' is 0)"
    if any(value is not None for key in fallbacks.simulated_by for _, value in reach(target.row, f"/{key}")):
        return "answers with a text that stands in the configuration"
    here, there = work_of(route.facts, fallbacks), work_of(target.facts, fallbacks)
    if not same_work(here, there, fallbacks):
        return f"does other work ({spoken(there)}, not {spoken(here)})"
    return None


def _out_of_reach(fallbacks: Fallbacks, route: _Route, target: _Route, *, filtered: bool) -> str | None:
    """Why the requests of a route in production do not get to another one; None where nothing says so."""
    environments = _named_at(target.row, fallbacks.loaded_in)
    if environments is not None and environments.isdisjoint(fallbacks.production):
        return f"is not loaded in production (only in {', '.join(sorted(map(excerpt, environments))) or 'none'})"
    if not filtered:
        return None
    own, there = _named_at(route.row, fallbacks.tags) or set(), _named_at(target.row, fallbacks.tags) or set()
    if fallbacks.any_tag in there or own <= there:
        return None
    return f"does not serve requests with the tag '{excerpt(min(own - there))}', and these are filtered by tags,"


def _filtered(fallbacks: Fallbacks, document: Document) -> bool:
    """Whether tags decide which rows serve a request; a value that is not recorded here may say so."""
    return any(
        value not in (None, False) for place in fallbacks.filtered_by for _, value in reach(document.data, place)
    )


def _named_at(row: Any, keys: tuple[str, ...]) -> set[str] | None:
    """The words that stand under keys of a row, one or a list of them; None where there are none of these keys."""
    found = [value for key in keys for _, value in reach(row, f"/{key}") if value is not None]
    if not found:
        return None
    return {str(word).strip() for value in found for word in (value if isinstance(value, list | dict) else [value])}


def _is_zero(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value <= 0


def _whose(fallback: _Fallback) -> str:
    return "every route" if fallback.source == _EVERY else f"'{excerpt(fallback.source)}'"


def _stated(fallbacks: Fallbacks, document: Document, mapped: Mapped) -> list[_Fallback]:
    for place in (*fallbacks.switched_off, *fallbacks.switched_off_by_zero):
        for pointer, value in reach(document.data, place):
            off = (
                _is_zero(value)
                if place in fallbacks.switched_off_by_zero
                else value is not fallbacks.switched_off[place]
            )
            if value is not None and off:
                reason = f"'{place.rpartition('/')[2]}' switches all fallbacks off, so none counts"
                mapped.notes.append((document.lines.get(pointer), reason))
                return []
    found: dict[tuple[str, str], _Fallback] = {}
    places: list[tuple[str, str | None]] = [(f"{place}/*/*", None) for place in fallbacks.lists]
    places += [(place, _EVERY) for place in fallbacks.defaults]
    for place, everyone in places:
        for pointer, targets in reach(document.data, place):
            source = everyone or key_of(pointer.rpartition("/")[2])
            for index, target in enumerate(targets if isinstance(targets, list) else ()):
                if isinstance(target, str):
                    line = document.lines.get(f"{pointer}/{index}")
                    found.setdefault((source, target), _Fallback(source, target, line))
                else:
                    whose = _whose(_Fallback(source, "", None))
                    reason = f"an entry of the fallbacks of {whose} is not the name of a route, and is not taken"
                    mapped.dropped.append((document.lines.get(f"{pointer}/{index}"), reason))
    return list(found.values())


class _Answers:
    """Which routes answer a name; a file may have many of both."""

    def __init__(self, routes: list[_Route]) -> None:
        self._exact: dict[str, list[_Route]] = {}
        for route in routes:
            self._exact.setdefault(route.name, []).append(route)
        self._open = [route for route in routes if route.name.endswith("*")]

    def to(self, name: str) -> list[_Route]:
        """The routes of this name; without one, those named `anthropic/*` answer `anthropic/…`."""
        return self._exact.get(name) or [route for route in self._open if name.startswith(route.name[:-1])]


def _copy_line(lines: dict[str, int], source: str, target: str) -> None:
    if source in lines:
        lines[target] = lines[source]
