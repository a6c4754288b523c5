"""What a predicate is: typed arguments in, a verdict with the values it saw out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout.assess.context import Context, Supply
from tieout.assess.selection import Hit
from tieout.assess.wording import NAMED
from tieout.domain.assessment import CheckResult
from tieout.domain.base import Model
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: Verdicts that a lack can have, worst first.
_LACKS = (Verdict.GAP, Verdict.UNREADABLE, Verdict.NOT_ASSESSED)


class Arguments(Model):
    """Base of a predicate's arguments; says which artefacts they reach, so that rules can be linted."""

    def artefacts(self) -> tuple[str, ...]:
        """Artefact names these arguments use."""
        raise NotImplementedError


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
        """First sentence of its documentation."""
        return (self.run.__doc__ or "").strip().split("\n", 1)[0]


def outcome(
    predicate: str,
    verdict: Verdict,
    reason: str,
    *,
    items: Iterable[EvidenceItem] = (),
    hits: Sequence[Hit] = (),
    seen: Mapping[str, Any] | None = None,
) -> CheckResult:
    """A check result whose evidence is named in a stable order, places capped to what a reader needs."""
    items = tuple(items)
    evidence = sorted({item.id for item in items} | {hit.item.id for hit in hits})
    places = tuple(hit.place for hit in hits[:NAMED]) or tuple(
        item.place() for item in sorted(items, key=lambda item: item.id)[:NAMED]
    )
    return CheckResult(
        predicate=predicate,
        verdict=verdict,
        reason=reason,
        evidence=tuple(evidence),
        places=places,
        seen=dict(seen or {}),
    )


def lacking(*supplies: Supply) -> CheckResult | None:
    """The worst lack among several supplies: a record that is missing outweighs one that nobody promised."""
    lacks = [supply.lack for supply in supplies if supply.lack]
    return min(lacks, key=lambda lack: _LACKS.index(lack.verdict)) if lacks else None
