"""What a predicate is: typed arguments in, a verdict with the values it saw out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout.assess.context import Context, Supply
from tieout.assess.selection import Hit
from tieout.assess.wording import NAMED
from tieout.domain.assessment import CheckResult
from tieout.domain.base import Model
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.verdicts import Verdict
from tieout.kernel.errors import TieoutError

#: Verdicts that a lack can have, worst first.
_LACKS = (Verdict.GAP, Verdict.UNREADABLE, Verdict.NOT_ASSESSED)


class Arguments(Model):
    """Base of a predicate's arguments; says which artefacts they reach, so that rules can be linted."""

    def artefacts(self) -> tuple[str, ...]:
        """Artefact names these arguments use."""
        raise NotImplementedError

    def asks(self) -> str:
        """The one sentence of a check with these arguments: what must hold, with its limits.

        Empty: the first line of the predicate's documentation says it.
        """
        return ""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named test.

    Attributes:
        name: As rules call it.
        arguments: Model of its arguments.
        run: The pure function behind it.
    """

    name: str
    arguments: type[Arguments]
    run: Callable[[Context, Any], CheckResult]

    @property
    def summary(self) -> str:
        """First sentence of its documentation, which packets print.

        Raises:
            TieoutError: Python was told to strip documentation, so that packets would come out otherwise.
        """
        if not self.run.__doc__:
            message = "Python runs without documentation strings, which packets quote"
            raise TieoutError(message, hint="run it without -OO and with PYTHONOPTIMIZE below 2")
        return self.run.__doc__.strip().split("\n", 1)[0]


def outcome(
    predicate: str,
    verdict: Verdict,
    reason: str,
    *,
    items: Iterable[EvidenceItem] = (),
    hits: Sequence[Hit] = (),
    judged: Iterable[Hit] = (),
    seen: Mapping[str, Any] | None = None,
    closes_with: Iterable[str] = (),
) -> CheckResult:
    """A check result whose evidence is named in a stable order, places capped to what a reader needs.

    Args:
        predicate: Name of the test.
        verdict: What came out.
        reason: Why, in words.
        items: Evidence it stands on.
        hits: What the reason names: these are the places.
        judged: What was looked at, where the reason names nothing: the first lines of each item are the places.
        seen: Values that were seen.
        closes_with: What closes what was seen, where the rule's own sentence would not fit.
    """
    items = tuple(items)
    evidence = sorted({item.id for item in items} | {hit.item.id for hit in hits})
    places = (
        tuple(hit.place for hit in hits[:NAMED])
        or tuple(_lines(judged))
        or tuple(item.place() for item in sorted(items, key=lambda item: item.id)[:NAMED])
    )
    return CheckResult(
        predicate=predicate,
        verdict=verdict,
        reason=reason,
        evidence=tuple(evidence),
        places=places,
        seen=dict(seen or {}),
        closes_with=" ".join(dict.fromkeys(closes_with)) or None,
    )


def at(items: Iterable[EvidenceItem], *pointers: str) -> list[Hit]:
    """The same fields of several items, as places to look at."""
    return [Hit(item, pointer, None) for item in items for pointer in pointers]


def lacking(*supplies: Supply) -> CheckResult | None:
    """The worst lack among several supplies: a record that is missing outweighs one that nobody promised."""
    lacks = [supply.lack for supply in supplies if supply.lack]
    return min(lacks, key=lambda lack: _LACKS.index(lack.verdict)) if lacks else None


def _lines(judged: Iterable[Hit]) -> list[Place]:
    """The first places that have a line, each item's first before any item's second."""
    turns: Counter[str] = Counter()
    found: dict[Place, int] = {}
    for hit in judged:
        if hit.place.line is not None and hit.place not in found:
            found[hit.place] = turns[hit.item.id]
            turns[hit.item.id] += 1
    return sorted(found, key=lambda place: found[place])[:NAMED]
