"""Access: who may call the service, who may administer it, and what its parts may do to each other."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.access_parts.administration import admin_protected
from tieout.inspection.access_parts.kubernetes import network_policy, rbac
from tieout.inspection.access_parts.routes import by_routes, unguarded
from tieout.inspection.reading.authentication import Found, Sign, demands, serving, sign_on, switches
from tieout.inspection.reading.authentication_off import started_without
from tieout.inspection.reading.authentication_unset import only_where_set_up
from tieout.inspection.reading.spoken_of import SERVING, spoken_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted

_BEFORE_IT: Final = "What a proxy or gateway before the service demands, when it is set up elsewhere."
_ACCOUNTS: Final = "What the accounts of the forge, the cloud and the people demand."

_MOST_TEMPTING: Final = 4
#: Given to a program, a router or a route: which routes have it is counted.
_OF_A_ROUTER: Final = re.compile(r"\bdependencies\s*=")

TOPIC = Topic(
    key="access",
    title="Access",
    questions=(
        Question("service-authentication", "Does the service demand that callers say who they are?", _BEFORE_IT),
        Question("admin-protected", "Is the administration of the service protected?", _BEFORE_IT),
        Question("rbac", "Are permissions in Kubernetes given by role, without wildcards?"),
        Question("network-policy", "Do network policies say which parts may talk to each other?"),
        Question("mfa-or-sso", "Is single sign-on or a second factor set up?", _ACCOUNTS),
    ),
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    demanded = demands(repository)
    yield _authentication(repository, demanded)
    yield admin_protected(TOPIC, repository, demanded)
    yield rbac(TOPIC, repository)
    yield network_policy(TOPIC, repository)
    yield _sign_on(repository)


def _authentication(repository: Repository, demanded: list[Found]) -> Fact:
    of_all = [one for one in demanded if not one.is_admin]
    of_admins = [one for one in demanded if one.is_admin]
    configured = [one for one in of_all if one.sign is Sign.SETTING]
    whole = [one for one in of_all if one.sign is Sign.WHOLE and not _OF_A_ROUTER.search(one.text)]
    of_routers = [one for one in of_all if one.sign is Sign.WHOLE and _OF_A_ROUTER.search(one.text)]
    routes = [one for one in of_all if one.sign is Sign.ROUTE]
    exempt = [one for one in of_all if one.sign is Sign.EXEMPT]
    places = [one.place for one in (*configured, *whole, *of_routers, *routes, *of_admins, *exempt)]
    values: dict[str, Value] = {"settings": len(configured), "whole_service": len(whole), "routes": len(routes)}
    passed_over = _passed_over(repository, configured, whole, [*of_routers, *routes], places=places, values=values)
    if passed_over is not None:
        return passed_over
    if configured or whole:
        told = "Settings demand" if configured else "The program demands"
        statement = f"{told} authentication of callers; whether every route is covered cannot be told."
        if exempt:
            statement += f" {counted(len(exempt), 'exception')} {'is' if len(exempt) == 1 else 'are'} written down."
        confidence = Confidence.MODERATE
        return TOPIC.fact(
            "service-authentication", Answer.YES, statement, places=places, values=values, confidence=confidence
        )
    if routes or of_routers:
        return by_routes(TOPIC, repository, places, values)
    served = serving(repository)
    if served is None and not of_admins:
        return _without_service(repository, "service-authentication")
    statement = "No usual form of authentication of callers stands in the program or its settings."
    if of_admins:
        statement = "Only the administration demands authentication; no usual form of it stands on other routes."
    return TOPIC.fact(
        "service-authentication",
        Answer.NO,
        statement,
        places=[*places, *([served] if served is not None else []), *unguarded(repository)],
        values=values,
        confidence=Confidence.MODERATE,
    )


def _passed_over(
    repository: Repository,
    configured: list[Found],
    whole: list[Found],
    routes: list[Found],
    *,
    places: list[InspectedPlace],
    values: dict[str, Value],
) -> Fact | None:
    """The answer where something decides whether callers are asked at all; None where nothing is seen to."""
    if (deciding := switches(repository)) and not configured:
        return _switched(deciding, [*whole, *routes], values)
    if (configured or whole or routes) and (off := started_without(repository)):
        return _started_without(off, places, values)
    if not configured and (routes or whole) and (under := only_where_set_up(repository)):
        return _where_set_up(under, places, values)
    if whole and not configured and not routes and all(one.conditional for one in whole):
        return _under_condition(whole, places, values)
    return None


def _without_service(repository: Repository, key: str) -> Fact:
    """The answer where no program is known to serve callers: only where none speaks of it is that certain."""
    word = spoken_of(repository, SERVING)
    if word is not None:
        return TOPIC.unknown(key, "What serves callers, if anything does, was not recognised here.", places=[word])
    return TOPIC.fact(key, Answer.NOT_APPLICABLE, "Nothing in programs and settings speaks of serving callers.")


def _switched(deciding: list[Found], demanded: list[Found], values: dict[str, Value]) -> Fact:
    """Authentication that a setting switches on: the program can demand it, and can also do without."""
    on = [one for one in deciding if one.sign is Sign.ON]
    off = [one for one in deciding if one.sign is Sign.OFF]
    asked = [one for one in deciding if one.sign is Sign.SWITCH]
    told = f"settings in use switch it on at {counted(len(on), 'place')}" if on else "no setting in use switches it on"
    statement = f"The program can demand authentication, and passes callers on without it where it is off; {told}."
    return TOPIC.fact(
        "service-authentication",
        Answer.PARTIAL,
        statement,
        places=[one.place for one in (*asked, *on, *demanded, *off[:_MOST_TEMPTING])],
        values={**values, "switched_on": len(on)},
        confidence=Confidence.MODERATE,
    )


def _started_without(off: list[InspectedPlace], demanded: list[InspectedPlace], values: dict[str, Value]) -> Fact:
    """Authentication that the program can demand, while settings in use start it without."""
    statement = (
        f"The program can demand authentication of callers, and settings in use start it without, at "
        f"{counted(len(off), 'place')}; whether that is how it runs in production is not recorded here."
    )
    return TOPIC.fact(
        "service-authentication",
        Answer.PARTIAL,
        statement,
        places=[*off, *demanded],
        values={**values, "started_without": len(off)},
        confidence=Confidence.MODERATE,
    )


def _where_set_up(under: list[InspectedPlace], demanded: list[InspectedPlace], values: dict[str, Value]) -> Fact:
    """Sign-in that the program demands only where its client was set up."""
    statement = "The program asks callers to sign in only where sign-in is set up."
    if any(not place.counts for place in under):
        statement += " Settings in use leave that empty; what an environment sets is not recorded here."
    return TOPIC.fact(
        "service-authentication",
        Answer.PARTIAL,
        statement,
        places=[*under, *demanded],
        values=values,
        confidence=Confidence.MODERATE,
    )


def _under_condition(whole: list[Found], places: list[InspectedPlace], values: dict[str, Value]) -> Fact:
    """Authentication of the whole service that a condition of the program decides about."""
    statement = (
        f"The program demands authentication only under a condition, at {counted(len(whole), 'place')}; "
        "what its environment sets is not recorded here."
    )
    return TOPIC.fact(
        "service-authentication",
        Answer.PARTIAL,
        statement,
        places=places,
        values=values,
        confidence=Confidence.MODERATE,
    )


def _sign_on(repository: Repository) -> Fact:
    found = sign_on(repository)
    if not found and serving(repository) is None:
        return _without_service(repository, "mfa-or-sso")
    if not found:
        statement = "Neither single sign-on nor a second factor is set up in the tree."
        return TOPIC.fact("mfa-or-sso", Answer.NO, statement, confidence=Confidence.MODERATE)
    sure = [one for one in found if not one.conditional]
    kinds = " and ".join(sorted({one.sign.value for one in found}))
    if sure:
        statement = f"The program or its settings set up {kinds}, at {counted(len(found), 'place')}."
    else:
        statement = f"The program sets up {kinds} under a condition that its environment decides."
    places = [one.place for one in (*sure, *(one for one in found if one.conditional))]
    answer = Answer.YES if sure else Answer.PARTIAL
    return TOPIC.fact("mfa-or-sso", answer, statement, places=places, confidence=Confidence.MODERATE)
