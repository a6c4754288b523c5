"""Who is who: names and contacts that stand in the roster; blanks and `TBD` are nobody, a committee is no person."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import combinations

from tieout.assess.names import NOTHING_AROUND, Around, bearer
from tieout.assess.selection import filled, person
from tieout.domain.artefacts.records import Roster, RosterEntry
from tieout.domain.collection import Subject
from tieout.domain.evidence import EvidenceItem

_FAULTS = {
    "nobody": "names nobody",
    "body": "is a body or an office, not a person",
    "several": "is more than one name",
}
#: A contact that names an organisation: a team of it, or an address; `@ode` is a person's handle.
_OF_ORGANISATION = re.compile(r"@([^/@]+)/.|[^@]+@(.+)\.[^.]+$")
_TELLING = re.compile(r"[^\W\d_]{3,}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: A role that says of itself that nobody holds it.
_ENDED = re.compile(
    r"(?<![^\W_])(?:former|formerly|previous|vacant|unfilled|left|retired|resigned|tbd|nobody)(?![^\W_])"
)
#: More words than a name has; what is beyond them is not compared.
_WORDS = 20
#: In a shorter word one other letter makes another name.
_LEAST = 5
#: A name is tried with its words joined (`Hanneke Dewit`) where it has no more of them.
_JOINED = 6
#: The most names among which different people are counted; nobody needs more hands than these.
_NAMES = 100


def roster_entries(items: Iterable[EvidenceItem]) -> list[RosterEntry]:
    """Every role of every roster, in their order."""
    return [entry for item in items for entry in Roster.model_validate(item.facts).people]


def is_active(entry: RosterEntry, day: date) -> bool:
    """Whether a role is held on a day; one that says of itself that nobody holds it is not."""
    if _ENDED.search(entry.role.casefold()):
        return False
    return (entry.since is None or entry.since <= day) and (entry.until is None or day <= entry.until)


def around(items: Iterable[EvidenceItem], subject: Subject | None = None) -> Around:
    """The words of the roster's roles and contacts, and of the system's name: no person is called by them alone."""
    entries = roster_entries(items)
    contacts = {found for entry in entries if (found := _OF_ORGANISATION.match(entry.contact or ""))}
    named = {found[1] or found[2] for found in contacts} | ({subject.name, subject.system_id} if subject else set())
    return Around(_words_of({entry.role for entry in entries}), _words_of(named))


def names_of(entry: RosterEntry, near: Around = NOTHING_AROUND) -> frozenset[str]:
    """The person and the deputy of a role, comparable; the same human being twice is one, a body is none.

    A name that may be a person's counts as one here; `doubt` says what is not shown of it.
    """
    return frozenset(known for name in (entry.person, entry.deputy) if (known := _may_be_person(name, near)))


def doubt(name: str | None, near: Around = NOTHING_AROUND) -> str:
    """Why it is not shown that a name is a person's; empty where it is, and where the name is nobody's at all."""
    found = bearer(name, near)
    return f"{name}: {found.why}" if found.kind == "unsure" else ""


def name_fault(name: str, deputy: str = "") -> str:
    """Why a name and that of a deputy could never count; empty where they may, or where nothing is said."""
    for given in filter(None, (name, deputy)):
        kind = bearer(given).kind
        if kind in _FAULTS:
            return f"'{given}' {_FAULTS[kind]}"
    first, second = person(name), person(deputy)
    if first is not None and second is not None and may_be_one(first, second):
        return f"'{name}' and '{deputy}' may be one person, and nobody is their own deputy"
    return ""


def roster_names(items: Iterable[EvidenceItem], day: date | None) -> frozenset[str]:
    """Everyone who holds a role on a day, or (None) on any.

    Who changed it stands in the roster twice, the earlier role with the day it ended.
    """
    items = tuple(items)
    near = around(items)
    return frozenset(
        name
        for entry in roster_entries(items)
        if day is None or is_active(entry, day)
        for name in names_of(entry, near)
    )


def shown_persons(items: Iterable[EvidenceItem], day: date, subject: Subject) -> frozenset[str]:
    """Of `roster_names`, those that are shown to be persons' names: none that only may be one."""
    items = tuple(items)
    near = around(items, subject)
    return frozenset(
        known
        for entry in roster_entries(items)
        if is_active(entry, day)
        for name in (entry.person, entry.deputy)
        if bearer(name, near).kind == "person" and (known := person(name))
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
    `hanneke de wit (acting)` may be one. At least one word is more than an initial. Words may be joined
    (`hanneke dewit`), and a name may be no more than the other's initials, or some of its words with the initials of
    the rest, in one word (`hdw`, `h.w.`, `hdewit`).
    """
    left, right = _words(one), _words(other)
    return _match(left, right) or _joined(left, right) or _abbreviates(left, right) or _abbreviates(right, left)


def different_people(names: Iterable[str]) -> list[str]:
    """Names of which no two may be one human being: the fullest spelling of each, sorted.

    Args:
        names: In the form of `person`.
    """
    found: list[str] = []
    for name in sorted(set(names), key=lambda name: (-len(name), name))[:_NAMES]:
        if not any(may_be_one(name, known) for known in found):
            found.append(name)
    return sorted(found)


def doubles(names: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of names that may be one human being, each in order of the names.

    Args:
        names: In the form of `person`.
    """
    ordered = sorted(set(names), key=lambda name: (-len(name), name))[:_NAMES]
    return sorted(pair for pair in combinations(ordered, 2) if may_be_one(*pair))


def _may_be_person(name: str | None, near: Around) -> str | None:
    return person(name) if bearer(name, near).kind in {"person", "unsure"} else None


def _words_of(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in _TELLING.findall(name.casefold().replace("_", " ")))


def _match(one: list[str], other: list[str]) -> bool:
    """Whether each word of the shorter name is one of the longer's: the same, nearly, or its initial."""
    left, right = sorted((one, other), key=len)
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


def _joined(one: list[str], other: list[str]) -> bool:
    """Whether the names match once two or more words that stand together in one of them are written as one."""
    return any(
        _match([*words[:start], "".join(words[start:end]), *words[end:]], against)
        for words, against in ((one, other), (other, one))
        if len(words) <= _JOINED and len(words) > len(against)
        for start in range(len(words))
        for end in range(start + 2, len(words) + 1)
    )


def _abbreviates(short: list[str], whole: list[str]) -> bool:
    """Whether one word, or initials alone, are made of the other's words in their order: `hdw`, `h. w.`, `hdewit`.

    Each word may stand whole, as its initial or not at all; the first and the last do stand.
    """
    if len(short) > 1 and any(len(word.replace(".", "")) > 1 for word in short):
        return False
    parts = [part for word in whole for part in word.split("-") if part]
    letters = "".join(char for word in short for char in word if char.isalnum())
    if not 1 < len(parts) <= _JOINED or len(letters) < 2:  # noqa: PLR2004 - one letter is no name
        return False
    # A family name that is written first does not make another order: each turn of the words is tried.
    return any(_spells(letters, [*parts[turn:], *parts[:turn]]) for turn in range(len(parts)))


def _spells(letters: str, parts: list[str]) -> bool:
    reached = {0}
    for turn, part in enumerate(parts):
        ends = {at + size for at in reached for size in (1, len(part)) if letters.startswith(part[:size], at)}
        reached = ends | (reached if 0 < turn < len(parts) - 1 else set())
    return len(letters) in reached


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
