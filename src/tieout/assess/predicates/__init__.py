"""Predicates: the small named set of tests that rules may call, one theme a file."""

from tieout.assess.predicates import (
    alerts,
    documents,
    drills,
    fallbacks,
    incidents,
    limits,
    links,
    measures,
    models,
    owners,
    people,
    population,
    registers,
    service,
    shares,
    time,
    treatment,
)
from tieout.assess.predicates.base import Predicate

#: Every predicate by the name rules use.
PREDICATES: dict[str, Predicate] = {
    predicate.name: predicate
    for theme in (
        alerts,
        documents,
        drills,
        fallbacks,
        incidents,
        limits,
        links,
        measures,
        models,
        owners,
        people,
        population,
        registers,
        service,
        shares,
        time,
        treatment,
    )
    for predicate in theme.PREDICATES
}

__all__ = ["PREDICATES", "Predicate"]
