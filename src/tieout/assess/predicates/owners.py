"""Predicate about code owners: every governed path has one, whichever forge reads the file."""

from collections.abc import Sequence

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.people import roster_contacts
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import Hit, filled, select
from tieout.assess.wording import clauses, listed, named, part, verb, whole
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.pseudonyms import pseudonym
from tieout.domain.verdicts import Verdict

#: Where the owners of a path stand as GitHub reads the file, and as GitLab does where that differs.
_GITHUB, _GITLAB = "owners", "otherwise"
_NO_PATHS = (
    "Keep what decides the system's answers where it is recognised (folders such as models, prompts, evals and "
    "policies, files named after a gateway, a prompt, a guardrail, a model or flags), or name the paths by the option "
    "`governed` of the source, which keeps this partial."
)
_CURE = (
    "Move the code owners file into the folder of the one forge that you use (“.github” or “.gitlab”), or write it "
    "without sections, exclamation marks and square brackets, which GitHub does not take."
)


class OwnedPathsArguments(Arguments):
    """Arguments of `owned_paths` (the governed paths are in the artefact)."""

    resolve: bool = Field(default=True, description="owners must be contacts of the roster")

    def artefacts(self) -> tuple[str, ...]:
        """The code owners file and the roster."""
        return ("codeowners", "roster")

    def asks(self) -> str:
        """Of each governed path."""
        known = ", and each owner is in the roster" if self.resolve else ""
        return f"Every model, prompt, evaluation and policy path has a code owner{known}."


def owned_paths(context: Context, arguments: OwnedPathsArguments) -> CheckResult:
    """Every model, prompt, evaluation and policy path has a code owner, and each owner is in the roster."""
    supply, roster = context.supply("codeowners"), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    hits = select(supply.fresh, "codeowners.governed")
    items = (*supply.fresh, *roster.fresh)
    if not hits:
        return outcome(
            "owned_paths",
            Verdict.GAP,
            "The tree has no model, prompt, evaluation or policy path that ownership could be shown for.",
            items=items,
            seen={"population": 0},
            closes_with=[_NO_PATHS],
        )
    contacts = roster_contacts(roster.fresh, context.as_of.date())
    # A code owner who is an address stands in the evidence as a pseudonym; the roster's contact is one too then.
    contacts |= {pseudonym(context.subject.system_id, contact) for contact in contacts if "@" in contact[1:]}
    known = frozenset(contacts) if arguments.resolve else None
    faults = [_fault(hits, how, known) for how in (_GITHUB, _GITLAB)]
    if all(faults):
        reason, found = faults[0] or ("", [])
        return outcome("owned_paths", Verdict.GAP, reason, items=items, hits=found, seen={"population": len(hits)})
    if any(faults):
        return _not_told(hits, items)
    owners = sorted({owner for hit in hits for how in (_GITHUB, _GITLAB) for owner in _owners(hit, how)})
    return outcome(
        "owned_paths",
        Verdict.SATISFIED,
        f"{whole(len(hits), 'governed path')} {verb(len(hits), 'has', 'have')} a code owner"
        f"{' who is in the roster' if arguments.resolve else ''}: {named(owners)}.",
        items=items,
        judged=hits,
        seen={"population": len(hits), "owners": owners},
    )


def _owners(hit: Hit, how: str) -> Sequence[str]:
    """Owners of a path as one forge reads the file."""
    found = hit.value.get(how)
    return tuple(hit.value[_GITHUB] if found is None else found)


def _fault(hits: Sequence[Hit], how: str, known: frozenset[str] | None) -> tuple[str, list[Hit]] | None:
    """What keeps the paths from being owned, as one forge reads the file, and where."""
    orphans = [hit for hit in hits if not filled(_owners(hit, how))]
    if orphans:
        some = part(len(orphans), len(hits), "governed path")
        paths = named(hit.value["path"] for hit in orphans)
        return f"{some} {verb(len(orphans), 'has', 'have')} no code owner: {paths}.", orphans
    unknown = sorted({owner for hit in hits for owner in _owners(hit, how)} - known) if known is not None else []
    if unknown:
        told = [hit for hit in hits if set(_owners(hit, how)) & set(unknown)]
        return f"Code owners who are no contact in the roster: {named(unknown)}.", told
    return None


def _not_told(hits: Sequence[Hit], items: Sequence[EvidenceItem]) -> CheckResult:
    """The file means something else to GitHub than to GitLab, and only one of the two gives each path an owner."""
    told = [hit for hit in hits if hit.value.get(_GITLAB) is not None]
    pairs = [
        f"{hit.value['path']} is {_said(_owners(hit, _GITHUB))} to GitHub and {_said(_owners(hit, _GITLAB))} to GitLab"
        for hit in told
    ]
    return outcome(
        "owned_paths",
        Verdict.PARTIAL,
        "That every governed path has a code owner of the roster is not shown: nothing tells which forge reads the "
        f"file, and {clauses(pairs)}.",
        items=items,
        hits=told,
        seen={"population": len(hits), "unclear": len(told)},
        closes_with=[_CURE],
    )


def _said(owners: Sequence[str]) -> str:
    return f"{listed(owners)}'s" if owners else "nobody's"


PREDICATES = (Predicate("owned_paths", OwnedPathsArguments, owned_paths),)
