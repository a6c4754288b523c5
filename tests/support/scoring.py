"""How answers of `inspect` are scored against questions that people answered by hand.

A question is right where each fact of its row in the table has an answer that the question's text allows, with the
figures that it names; unknown where one of them says so and none is wrong; else wrong. A location is found where a
place of these facts, counting or shown as tempting, has its path and line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tieout.domain.inspection import Fact


@dataclass(frozen=True, slots=True)
class Scored:
    """One question.

    Attributes:
        id: Of the question.
        is_trap: The question names a tempting wrong answer.
        outcome: "right", "unknown" or "wrong".
        why: What differs from the table; empty where nothing does.
        found: Locations of the question that are among the places.
        missed: Those that are not.
    """

    id: str
    is_trap: bool
    outcome: str
    why: tuple[str, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]

    def told(self) -> str:
        """A line: its outcome, and what is amiss."""
        missed = [f"no place {', '.join(self.missed)}"] if self.missed else []
        return f"{self.id} {self.outcome}: {'; '.join([*self.why, *missed])}"


@dataclass(frozen=True, slots=True)
class Score:
    """The shares that the goals speak of."""

    questions: tuple[Scored, ...]

    @property
    def trap_precision(self) -> float:
        """Of the questions with a trap that were answered: how many rightly."""
        traps = [one for one in self.questions if one.is_trap and one.outcome != "unknown"]
        return _share(sum(one.outcome == "right" for one in traps), len(traps))

    @property
    def right_or_unknown(self) -> float:
        """Of all questions: how many are not answered wrongly."""
        return _share(sum(one.outcome != "wrong" for one in self.questions), len(self.questions))

    @property
    def recall(self) -> float:
        """Of all questions: how many are answered rightly."""
        return _share(sum(one.outcome == "right" for one in self.questions), len(self.questions))

    @property
    def locations(self) -> float:
        """Of all locations that people named: how many are among the places."""
        found = sum(len(one.found) for one in self.questions)
        return _share(found, found + sum(len(one.missed) for one in self.questions))

    def told(self) -> str:
        """The figures, and each question that is not right or has a location missing."""
        head = (
            f"traps {self.trap_precision:.1%} of 100 %; right or unknown {self.right_or_unknown:.1%} of 95 %; "
            f"recall {self.recall:.1%} of 85 %; locations {self.locations:.1%} of 85 %"
        )
        rest = [one.told() for one in self.questions if one.outcome != "right" or one.missed]
        return "\n".join([head, *rest])


def scored(question: Mapping[str, Any], row: Mapping[str, Any], facts: Mapping[str, Fact]) -> Scored:
    """Judge one question by its row of the table."""
    wrong: list[str] = []
    unknown: list[str] = []
    places: set[str] = set()
    for fact_id, demand in row.items():
        fact = facts[fact_id]
        places |= {f"{place.path}:{place.line}" for place in fact.places}
        if fact.answer.value == "unknown":
            unknown.append(f"{fact_id} is unknown")
        else:
            wrong += _differences(fact, demand)
    wanted = [location["at"] for location in question["locations"]]
    return Scored(
        id=question["id"],
        is_trap="trap" in question,
        outcome="wrong" if wrong else "unknown" if unknown else "right",
        why=(*wrong, *unknown),
        found=tuple(at for at in wanted if at in places),
        missed=tuple(at for at in wanted if at not in places),
    )


def _differences(fact: Fact, demand: Mapping[str, Any]) -> Iterable[str]:
    allowed = demand["answer"] if isinstance(demand["answer"], list) else [demand["answer"]]
    if fact.answer.value not in allowed:
        yield f"{fact.id} is {fact.answer.value}, not {' or '.join(allowed)}"
    for name, wanted in demand.get("values", {}).items():
        given = fact.values.get(name)
        if not _fits(given, wanted):
            yield f"{fact.id}: {name} is {given!r}, not {wanted!r}"


def _fits(given: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        is_counted = "count" not in wanted or (isinstance(given, tuple) and len(given) == wanted["count"])
        return isinstance(given, tuple) and is_counted and set(wanted.get("holds", ())) <= set(given)
    if isinstance(wanted, list):
        low, high = wanted
        return isinstance(given, int | float) and low <= given <= high
    return type(given) is type(wanted) and given == wanted


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
