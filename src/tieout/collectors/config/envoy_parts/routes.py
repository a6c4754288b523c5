"""Rules of an AIGatewayRoute as routes: one for each model that a rule is for and each backend that it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.convert import wait
from tieout.collectors.config.envoy_parts.backends import Behind, behind
from tieout.collectors.config.envoy_parts.objects import Object, Objects
from tieout.collectors.config.envoy_parts.policies import failover, policies_of
from tieout.collectors.config.routes import ANY_MODEL, Row, several, take_over
from tieout.collectors.config.suppliers import Standing
from tieout.collectors.config.taking import Taking, is_variable
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: The header that the gateway fills with the model that a request names.
MODEL_HEADER: Final = "x-ai-eg-model"
_POOL: Final = "InferencePool"


@dataclass(frozen=True, slots=True)
class Asked:
    """A route, and what limits of it may hang on.

    Attributes:
        row: The route.
        rule: Name of its rule.
        backend: Name of its backend.
        namespace: Of that backend.
        header: The model that a request names for it; None: any.
        override: The model that its requests are made to name instead.
    """

    row: Row
    rule: str | None
    backend: str
    namespace: str
    header: str | None
    override: str | None


@dataclass(frozen=True, slots=True)
class _Reference:
    """A backend of a rule that gets requests."""

    at: Cursor
    name: str
    namespace: str
    priority: int
    override: str | None


def routes_of(route: Object, objects: Objects, taking: Taking) -> Iterator[Asked]:
    """The routes of one object."""
    for rule in several(route.spec.down("rules"), taking):
        yield from _of_rule(rule, route, objects, taking)


def _of_rule(rule: Cursor, route: Object, objects: Objects, taking: Taking) -> Iterator[Asked]:
    called = rule.down("name").text
    references = [one for at in several(rule.down("backendRefs"), taking) if (one := _reference(at, route, taking))]
    policies = policies_of(route, called, objects)
    leads_on = failover(policies, objects, taking) if len({one.priority for one in references}) > 1 else None
    for header, place in _models(rule, taking):
        label = "/".join((route.name, header or called or str(int(rule.key) + 1)))
        rows: list[tuple[_Reference, Row]] = []
        for one in references:
            row = _row(f"{label}/{one.name}", one, (header, place), objects, taking)
            if row is None:
                continue
            _wait(row, rule, taking)
            row.lines[""] = one.at.line
            rows.append((one, row))
            yield Asked(row, called, one.name, one.namespace, header, one.override)
        _put_priorities(rows, leads_on, route, taking)


def _reference(at: Cursor, route: Object, taking: Taking) -> _Reference | None:
    name = taking.text(at.down("name"))
    if name is None:
        taking.drop(at, "a backend of a rule has no name, so that its route cannot be judged")
        return None
    if at.down("weight").value == 0 and not isinstance(at.down("weight").value, bool):
        taking.note(
            at.down("weight"),
            f"the backend '{excerpt(name)}' has the weight 0 and gets no request, so it does not count",
        )
        return None
    priority = taking.whole(at.down("priority")) or 0
    space = at.down("namespace").text or route.manifest.namespace
    override = at.down("modelNameOverride")
    if override.value is not None and taking.text(override) is None:
        taking.drop(
            override, f"the route to the backend '{excerpt(name)}' cannot be judged: its model is not told here"
        )
        return None
    return _Reference(at, name, space, priority, override.text)


def _models(rule: Cursor, taking: Taking) -> list[tuple[str | None, Cursor]]:
    """The models that requests of a rule name; None for any."""
    found: dict[str | None, Cursor] = {}
    matches = list(taking.rows(rule.down("matches")))
    for match in matches:
        headers = [one for one in match.down("headers").rows() if (one.down("name").text or "").lower() == MODEL_HEADER]
        exact = [one for one in headers if one.down("type").text in {None, "Exact"} and one.down("value").text]
        place = exact[0].down("value") if exact else match
        found.setdefault(place.text if exact else None, place)
    return list(found.items()) or [(None, rule)]


def _row(label: str, one: _Reference, asked: tuple[str | None, Cursor], objects: Objects, taking: Taking) -> Row | None:
    header, place = asked
    said = one.at.down("modelNameOverride") if one.override else place
    model = one.override or header or ANY_MODEL
    if is_variable(model) or _is_changed(one.at):
        taking.drop(said, f"'{excerpt(label)}' of the routes cannot be judged: its model is not told here")
        return None
    if one.at.down("kind").text == _POOL:
        pool = Standing(frozenset({f"pool {one.name}"}), known=False, own_name=True)
        told = Behind(pool, external=False, said=one.at)
    else:
        told = behind((one.name, one.namespace), model, one.at, objects, taking)
    facts: dict[str, Any] = {"name": label, "model": model, "provider": told.provider, "external": told.external}
    row = Row({key: value for key, value in facts.items() if value is not None}, told.stands)
    row.lines |= {"name": one.at.down("name").line, "model": said.line}
    row.behind = f"the backend '{one.name}'"
    elsewhere = told.path if told.path != objects.path else ""
    for field in ("provider", "external", *(("pinned",) if elsewhere else ())):
        if told.said is not None and (field == "pinned" or field in row.facts):
            row.lines[field] = told.said.line
            if elsewhere:
                row.files[field] = elsewhere
    return row


def _is_changed(reference: Cursor) -> bool:
    """Whether the model that a request names is written anew by something else than an override."""
    return any(one.down("path").text == "model" for one in reference.down("bodyMutation", "set").rows())


def _wait(row: Row, rule: Cursor, taking: Taking) -> None:
    at = rule.down("timeouts", "request")
    seconds = taking.by(wait, at)
    if seconds:
        row.facts["timeout_seconds"] = seconds
        row.lines["timeout_seconds"] = at.line


def _put_priorities(
    rows: list[tuple[_Reference, Row]], leads_on: tuple[Cursor, Object] | None, route: Object, taking: Taking
) -> None:
    """Backends of a higher number are asked after those of a lower one, where a policy leads there."""
    first = min((one.priority for one, _ in rows), default=0)
    for one, row in rows:
        if one.priority > first:
            row.facts["spare"] = True
            row.lines["spare"] = one.at.down("priority").line
    if all(one.priority == first for one, _ in rows):
        return
    if leads_on is None:
        later = next(one for one, _ in rows if one.priority > first)
        told = "no BackendTrafficPolicy of this source leads a failed request there (a retry with "
        told += "'numAttemptsPerPriority', or a health check)"
        taking.note(
            later.at, f"the backend '{excerpt(later.name)}' of a lower priority does not count as a fallback: {told}"
        )
        return
    at, policy = leads_on
    path = policy.path if policy.path != route.path else ""
    for one, row in rows:
        take_over([row], [other for there, other in rows if there.priority > one.priority], at, path=path)
