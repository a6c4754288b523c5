"""Predicates about fallbacks in a log: they succeeded, on this gateway's routes, at another supplier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.log_owner import is_another_log, routes_of
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import Hit
from tieout.assess.wording import clauses, counted, listed, named, number, plain, verb
from tieout.collectors.config.suppliers import supplier_of
from tieout.domain.artefacts.configuration import Route
from tieout.domain.artefacts.logs import RouteUse, Telemetry
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import bare_model
from tieout.domain.verdicts import Verdict


class FellBackArguments(Arguments):
    """Arguments of `fell_back`."""

    count: int = Field(default=1, ge=1)

    def artefacts(self) -> tuple[str, ...]:
        """The routes, and the log that shows what took over."""
        return ("gateway_config", "telemetry")

    def asks(self) -> str:
        """Of the log."""
        times = "one request" if self.count == 1 else f"{number(self.count)} requests"
        return (
            f"The log of the period is this gateway's, and shows at least {times} that a fallback answered: on a "
            "configured route, by a model of another supplier than the one that failed, at or after its failure; the "
            "log names no other provider than that route's."
        )


@dataclass(frozen=True, slots=True)
class _Counted:
    """One kind of fallback in a log; `fault` says why it does not count, `sure` how many surely followed a failure."""

    hit: Hit
    use: RouteUse
    fault: str
    sure: int


def fell_back(context: Context, arguments: FellBackArguments) -> CheckResult:
    """Fallbacks in the log succeeded, on a configured route, at another supplier than the one that failed."""
    configured, supply = context.supply("gateway_config"), context.supply("telemetry")
    if lack := lacking(configured, supply):
        return lack
    routes = routes_of(configured.fresh)
    logs = [(item, Telemetry.model_validate(item.facts)) for item in supply.fresh]
    items = (*configured.fresh, *supply.fresh)
    own = [(item, log) for item, log in logs if not is_another_log(routes, log)]
    if not own:
        served = sorted({use.model for _, log in logs for use in log.models})
        told = f" (it names {named(served)})" if served else ""
        reason = f"The log names none of the configured models{told}, so it is not shown to be this gateway's log."
        hits = [Hit(item, f"/models/{index}", None) for item, log in logs for index in range(len(log.models))]
        return outcome("fell_back", Verdict.GAP, reason, items=items, hits=hits)
    found = [one for item, log in own for one in _fallbacks(routes, item, log)]
    good = [one for one in found if not one.fault]
    total = sum(one.sure for one in good)
    seen = {"count": total, "wanted": arguments.count}
    if total < arguments.count:
        reason = _none(found, [log for _, log in own], arguments.count, total)
        return outcome("fell_back", Verdict.GAP, reason, items=items, hits=[one.hit for one in found], seen=seen)
    who = named(sorted({_name(one.use) for one in good}))
    reason = (
        f"In the log of the period, {counted(total, 'fallback')} to another supplier succeeded, by {who}; at least "
        f"{number(arguments.count)} {verb(arguments.count, 'is', 'are')} wanted."
    )
    return outcome("fell_back", Verdict.SATISFIED, reason, items=items, hits=[one.hit for one in good], seen=seen)


def _fallbacks(routes: Sequence[Route], item: EvidenceItem, log: Telemetry) -> list[_Counted]:
    failed = [(route, use) for use in log.failed for route in _routes_of(routes, use.model, use.route)]
    found = []
    for index, use in enumerate(log.fell_back):
        fault, sure = _judged(routes, failed, use)
        found.append(_Counted(Hit(item, f"/fell_back/{index}", None), use, fault, sure))
    return found


def _judged(routes: Sequence[Route], failed: Sequence[tuple[Route, RouteUse]], use: RouteUse) -> tuple[str, int]:
    """Why a fallback does not count, empty where it does; and how many surely followed a failure that they relieve."""
    serving = _routes_of(routes, use.model, use.route)
    if not serving:
        return f"{_name(use)} is on no configured route", 0
    own = [route for route in serving if not _contradicted(use, route)]
    if not own:
        where = named(sorted({route.provider or "no provider" for route in serving}))
        return f"{_name(use)} was answered by another provider than the configuration has for it ({where})", 0
    relieved = [route for route in routes if any(_takes_over(other, route) for other in own)]
    if not relieved:
        return f"{_name(use)} stands in for no route of another supplier", 0
    times = [one.first for route, one in failed if route in relieved and one.first is not None]
    if not times or use.first is None or use.last is None or min(times) > use.last:
        when = " at or before its time" if times else ""
        return f"no failure is recorded{when} of a route that {_name(use)} stands in for", 0
    # Of records that began before the first failure only the last is known to have followed one.
    return "", use.records if min(times) <= use.first else 1


def _contradicted(use: RouteUse, route: Route) -> bool:
    """Whether a record names another supplier than the route that it is said to have been served on."""
    prefix = (use.model or "").rpartition("/")[0].partition("/")[0]
    said = [name for name in (use.provider, prefix) if name]
    return route.provider is not None and any(supplier_of(name) != supplier_of(route.provider) for name in said)


def _takes_over(other: Route, route: Route) -> bool:
    """Whether a route is a fallback of another one and of another supplier."""
    return other.provider in route.other_providers and any(_answers(other, name) for name in route.fallbacks)


def _routes_of(routes: Iterable[Route], model: str | None, name: str | None) -> list[Route]:
    """The configured routes that a record may have been served on, by its model and, if it says so, its route."""
    if model is None:
        return []
    return [
        route
        for route in routes
        if bare_model(model) in {bare_model(known) for known in (route.model, route.base_model) if known}
        and (name is None or _answers(route, name))
    ]


def _answers(route: Route, name: str) -> bool:
    return route.name == name or (route.name.endswith("*") and name.startswith(route.name[:-1]))


def _name(use: RouteUse) -> str:
    beside = [text for text in (use.route and f"route {use.route}", use.provider) if text]
    return plain(use.model) + (f" ({', '.join(beside)})" if beside else "")


def _none(found: Sequence[_Counted], logs: Sequence[Telemetry], wanted: int, total: int) -> str:
    if total:
        return f"In the log of the period, {counted(total, 'fallback')} succeeded; {number(wanted)} are wanted."
    if found:
        faults = clauses(dict.fromkeys(one.fault for one in found))
        return f"No fallback in the log of the period is one to another supplier of this gateway: {faults}."
    hidden = [name for name in ("fallback", "status") if not any(_shows(log, name) for log in logs)]
    if hidden:
        what = listed("a fallback" if name == "fallback" else "whether a record succeeded" for name in hidden)
        return f"A log of format {named(sorted({log.format for log in logs}))} cannot show {what}."
    tried = sum(log.fallbacks for log in logs)
    unsuccessful = f": {counted(tried, 'fallback')} stood there, and none succeeded" if tried else ""
    return f"No successful fallback stands in the log of the period{unsuccessful}."


def _shows(log: Telemetry, name: str) -> bool:
    return any(count.name == name and count.shown for count in log.fields)


PREDICATES = (Predicate("fell_back", FellBackArguments, fell_back),)
