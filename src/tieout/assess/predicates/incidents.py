"""Predicates over incidents: what is given as a cause explains something."""

from pydantic import Field

from tieout.assess.causes import told_by
from tieout.assess.context import Context
from tieout.assess.nouns import population
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.predicates.nil_returns import of_none
from tieout.assess.selection import Hit, artefact_of, said, select
from tieout.assess.wording import clauses, label
from tieout.domain.artefacts import spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

#: The most of somebody's words that a reason quotes.
_QUOTED = 80


class ExplainedArguments(Arguments):
    """Arguments of `explained`."""

    in_: str = Field(alias="in", description="selector of the rows")
    field: str = Field(description="their field that says why")

    def artefacts(self) -> tuple[str, ...]:
        """The rows' artefact."""
        return (artefact_of(self.in_),)

    def asks(self) -> str:
        """Of each row."""
        return f"What each {population(self.in_).one} gives as its {spoken(self.field)} is one, and not left open."


def explained(context: Context, arguments: ExplainedArguments) -> CheckResult:
    """What each incident gives as its cause is one by its words, and is not left open."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    rows = select(supply.fresh, arguments.in_)
    if not rows:
        return of_none("explained", context, arguments.in_, supply.fresh)
    hits = [hit for hit in rows if said(arguments.field, hit.value.get(arguments.field))]
    told = {id(hit): told_by(str(hit.value[arguments.field])) for hit in hits}
    none = [hit for hit in hits if told[id(hit)] == "none"]
    open_ = [hit for hit in hits if told[id(hit)] == "open"]
    what, among = spoken(arguments.field), population(arguments.in_)
    if not hits:
        reason = f"None of the {among.many} says its {what}."
        return outcome("explained", Verdict.GAP, reason, items=supply.fresh, seen={"population": 0})
    sentences = [
        *([f"Words that give no {what}: {_quoted(none, arguments.field)}."] if none else []),
        *([f"The {what} is left open by its own words: {_quoted(open_, arguments.field)}."] if open_ else []),
    ]
    if sentences:
        return outcome(
            "explained",
            Verdict.GAP if none else Verdict.PARTIAL,
            " ".join(sentences),
            items=supply.fresh,
            hits=[*none, *open_],
            seen={"population": len(hits), "none": len(none), "open": len(open_)},
            closes_with=(f"Find the {what} of what is named, and record it.",),
        )
    return outcome(
        "explained",
        Verdict.SATISFIED,
        f"{among.each(len(hits))} gives a {what}, as far as its words tell.",
        items=supply.fresh,
        judged=hits,
        seen={"population": len(hits)},
    )


def _quoted(hits: list[Hit], field: str) -> str:
    return clauses(f"{label(hit.value)} (“{_short(str(hit.value[field]))}”)" for hit in hits)


def _short(text: str) -> str:
    words = " ".join(text.split()).rstrip(".")
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED].rpartition(' ')[0] or words[:_QUOTED]} …"


PREDICATES = (Predicate("explained", ExplainedArguments, explained),)
