"""Who is who: names and contacts that stand in the roster; blanks and `TBD` are nobody, a committee is no person."""

import re
from collections.abc import Iterable
from datetime import date

from tieout.assess.selection import filled, person
from tieout.domain.artefacts.records import Roster, RosterEntry
from tieout.domain.evidence import EvidenceItem

#: Words of bodies and offices: what holds one is no person's name.
_BODIES = frozenset(
    {"board", "bot", "chair", "committee", "council", "department", "desk", "director", "division", "forum", "group",
     "head", "lead", "management", "manager", "office", "officer", "on-call", "oncall", "operations", "panel", "rota",
     "service", "squad", "staff", "team", "teams", "unit"}
)  # fmt: skip
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: More words than a name has; what is beyond them is not compared.
_WORDS = 20
#: In a shorter word one other letter makes another name.
_LEAST = 5


def roster_entries(items: Iterable[EvidenceItem]) -> list[RosterEntry]:
    """Every role of every roster, in their order."""
    return [entry for item in items for entry in Roster.model_validate(item.facts).people]


def is_active(entry: RosterEntry, day: date) -> bool:
    """Whether a role is held on a day."""
    return (entry.since is None or entry.since <= day) and (entry.until is None or day <= entry.until)


def names_of(entry: RosterEntry) -> frozenset[str]:
    """The person and the deputy of a role, comparable; the same human being twice is one, a body is none."""
    return frozenset(
        name for name in (person(entry.person), person(entry.deputy)) if name is not None and not is_body(name)
    )


def is_body(name: str) -> bool:
    """Whether a name is that of a body or an office: `Risk Committee`, `Chief Risk Officer`, `Team Claims`."""
    words = [part for word in _words(name.partition(",")[0].casefold()) for part in (word, *re.split(r"[-_]", word))]
    return not _BODIES.isdisjoint(words) or bool(words and words[0].endswith("[bot]"))


def roster_names(items: Iterable[EvidenceItem], day: date) -> frozenset[str]:
    """Everyone who had not left by a day; a later start does not unmake who a person is."""
    return frozenset(
        name for entry in roster_entries(items) if entry.until is None or day <= entry.until for name in names_of(entry)
    )


def roster_contacts(items: Iterable[EvidenceItem], day: date) -> frozenset[str]:
    """Contact handles of the roles that are held on a day by somebody."""
    return frozenset(
        entry.contact
        for entry in roster_entries(items)
        if entry.contact and filled(entry.contact) and is_active(entry, day) and names_of(entry)
    )


def may_be_one(one: str, other: str) -> bool:
    """Whether two names of the form of `person` may be one human being, however the name is written.

    Each word of the one with fewer of them is one of the other's: the same, its initial, or, of five letters and
    more, the same but for one letter (more, less, other, or two swapped: Damerau-Levenshtein distance 1). The order
    of the words and what stands in brackets say nothing: `h. de wit`, `wit, hanneke de`, `hannneke de wit` and
    `hanneke de wit (acting)` may be one. At least one word is more than an initial.
    """
    left, right = sorted((_words(one), _words(other)), key=len)
    rest = list(right)
    open_ = []
    for word in left:
        if word in rest:
            rest.remove(word)
        else:
            open_.append(word)
    told = any(len(word) > 1 for word in left if word not in open_)
    for word in open_:
        fits = next((known for known in rest if _one_edit(word, known)), None)
        told = told or fits is not None
        fits = fits or next((known for known in rest if _initial(word, known) or _initial(known, word)), None)
        if fits is None:
            return False
        rest.remove(fits)
    return told


def _words(name: str) -> list[str]:
    words = (word.strip(".") for word in _BRACKETS.sub(" ", name).replace(",", " ").split())
    return [word for word in words if word][:_WORDS]


def _initial(short: str, word: str) -> bool:
    return len(short) == 1 and word.startswith(short)


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two swapped, make one long word of the other."""
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST or len(long) - len(short) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]
