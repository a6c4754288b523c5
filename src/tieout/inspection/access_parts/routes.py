"""Authentication of callers route by route: how many routes of the programs ask for it, and which do not."""

from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.api_routes import askers_of, let_in_locally, routes_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted

_MOST: Final = 8


def unguarded(repository: Repository) -> list[InspectedPlace]:
    """Routes of programs that ask nobody who they are, a few; those for health and signing in are left out."""
    return [
        route.place.model_copy(update={"shows": "a route without it"})
        for route in routes_of(repository)
        if not route.asks and not route.is_open
    ][:_MOST]


def by_routes(topic: Topic, repository: Repository, shown: list[InspectedPlace], values: dict[str, Value]) -> Fact:
    """Answer from the routes, where programs demand authentication at some of them.

    Args:
        topic: That the fact is of.
        repository: The commit.
        shown: Lines that demand authentication.
        values: Figures that were counted so far.
    """
    routes = routes_of(repository)
    asked = [route for route in routes if route.asks]
    free = [route for route in routes if not route.asks and route.is_open]
    loose = [route for route in routes if not route.asks and not route.is_open]
    locally = list(let_in_locally(repository))
    answer = Answer.YES if asked and not loose else Answer.PARTIAL
    if asked:
        statement = f"Of {counted(len(routes), 'route')} in the programs, {len(asked)} demand authentication"
        if loose:
            statement += f", {len(loose)} {'does' if len(loose) == 1 else 'do'} not"
        statement += (
            f"; {counted(len(free), 'route')} for health, signing in or a developer's machine "
            f"{'is' if len(free) == 1 else 'are'} left out."
            if free
            else "."
        )
    else:
        statement = (
            f"The program demands authentication at {counted(len(shown), 'place')} of single routes; "
            "whether every route has it cannot be told."
        )
    if locally:
        statement += " It is passed over where the environment is a developer's."
    told_of = {(place.path, place.line) for place in shown}
    deciding = [place for place in askers_of(repository) if (place.path, place.line) not in told_of]
    places = [
        *shown,
        *locally,
        *deciding[:_MOST],
        *(route.place.model_copy(update={"shows": "a route without it"}) for route in loose[:_MOST]),
        *(route.place.model_copy(update={"shows": "a route that demands it"}) for route in asked[:_MOST]),
        *(route.place.model_copy(update={"shows": "open by its purpose", "counts": False}) for route in free[:2]),
    ]
    told: dict[str, Value] = {
        "routes_with_it": len(asked),
        "routes_without_it": len(loose),
        "routes_left_out": len(free),
    }
    return topic.fact(
        "service-authentication",
        answer,
        statement,
        places=places,
        values={**values, **told},
        confidence=Confidence.MODERATE,
    )
