"""Whose log is it? One that names none of the models that are configured is not shown to be this system's."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from tieout.assess.context import Context
from tieout.assess.diversions import CONFIGURED
from tieout.assess.wording import clauses, counted, named
from tieout.domain.artefacts.configuration import GatewayConfig, Route
from tieout.domain.artefacts.logs import ModelUse, Telemetry
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.model_names import bare_model
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict

_LOG = "telemetry"


def log_owner(context: Context, rule: Rule) -> list[CheckResult]:
    """Beside the checks of a rule that needs a log: what shows that it is not this system's, or not its alone.

    None where no gateway is configured to compare with, or where all that the log names is configured. Another
    system behind the same gateway may use the same models: what no name can tell stands in the rules' `untested`.
    """
    if _LOG not in rule.needs or not context.declared(CONFIGURED):
        return []
    configured = context.supply(CONFIGURED)
    routes = routes_of(configured.fresh)
    logs = [(item, Telemetry.model_validate(item.facts)) for item in context.supply(_LOG).fresh]
    found: list[str] = []
    places: list[Place] = []
    for item, log in logs:
        others = strangers(routes, log)
        if log.in_period and routes and (others or not log.models):
            found.append(f"{item.provenance.source} {_told(log, others)}")
            named_at = [item.place(f"/models/{index}") for index, use in enumerate(log.models) if use in others]
            places += named_at or [item.place()]
    if not found:
        return []
    return [
        CheckResult(
            predicate="own_log",
            verdict=Verdict.PARTIAL,
            reason=f"The log is not shown to be of this system alone: {clauses(found)}.",
            evidence=tuple(sorted(item.id for item in (*configured.fresh, *(item for item, _ in logs)))),
            places=tuple(dict.fromkeys(places)),
        )
    ]


def routes_of(configured: Sequence[EvidenceItem]) -> list[Route]:
    """The routes of all gateways that are configured."""
    return [route for item in configured for route in GatewayConfig.model_validate(item.facts).routes]


def strangers(routes: Sequence[Route], log: Telemetry) -> list[ModelUse]:
    """The models of a log that no route leads to."""
    return [use for use in log.models if not any(_leads_to(route, use.model) for route in routes)]


def is_another_log(routes: Sequence[Route], log: Telemetry) -> bool:
    """Whether a log names none of the configured models."""
    return len(strangers(routes, log)) == len(log.models)


def _leads_to(route: Route, model: str) -> bool:
    bare = bare_model(model)
    names = {bare_model(name) for name in (route.model, route.base_model) if name}
    return bare in names or any("*" in name and fnmatchcase(bare, name) for name in names)


def _told(log: Telemetry, others: Sequence[ModelUse]) -> str:
    names = named(sorted({use.model for use in others}))
    if not log.models:
        return "names no model"
    if len(others) == len(log.models):
        return f"names none of the configured models (it names {names})"
    records = sum(use.records for use in others)
    return f"has {counted(records, 'record')} of models that no route leads to ({names})"
