"""What a name can be: a person's, that of a body or an office, several at once, or nobody's.

Words alone do not settle it, so the form is asked first: a person's field holds a given and a family name and nothing
else. What has another form, or a word of an office, is not shown to be a person; only what is plainly a body, or
plainly nobody, is refused.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from tieout.assess.office_words import (
    ABBREVIATIONS,
    BEFORE,
    BEHIND,
    BODIES,
    BODY_ENDINGS,
    CONNECTIVES,
    EITHER,
    FUNCTIONS,
    NEUTRAL,
    PARTICLES,
)
from tieout.assess.selection import mixed_alphabets, seen_name
from tieout.collectors.placeholders import names_nobody

#: What a name is: a person's; perhaps a person's; of several; of a body or an office; of nobody.
Kind = Literal["person", "unsure", "several", "body", "nobody"]

#: Nobody is called so, in whatever case it is written.
_NOBODY = re.compile(
    r"\b(?:nobody|no[- ]one|vacan(?:t|cy|te)|vakant|unassigned|unfilled|unoccupied|unknown|undecided|undetermined|"
    r"unnamed|unbesetzt|unbekannt|niemand|personne|nadie|nessuno|tb[acd]|not (?:yet|known|assigned|filled|appointed|"
    r"named|decided|available|determined|defined|found|applicable)|(?:to be|yet to be|being) (?:\w+ed|found|hired|"
    r"chosen|set)|on (?:\w+ )?leave|(?:noch )?nicht (?:besetzt|bekannt|benannt)|non (?:attribué|pourvu)e?|"
    r"(?:no|without an?) (?:\w+ )?(?:owner|person|deputy|approver|successor|replacement|holder|name))\b"
    r"|^(?:none|not|never|formerly|previously|pending|awaiting|there (?:is|are))\b",
    re.IGNORECASE,
)
#: Words that take a name back where they are written small: `Ann Left` is a name, `Ann Ode (left in June)` was one.
_PAST = re.compile(
    r"\b(?:left|leaves|leaving|resign(?:ed|s|ing)|retire[ds]|retiring|departed|dismissed|deceased|died|gone|former|quit|"
    r"absent|suspended|removed|replaced|withdr(?:ew|awn)|not|never|no|nor|without|appointed|hired|hiring|recruited|"
    r"recruiting|successor|ausgeschieden|verlassen|gekündigt|verstorben|ehemals|parti|partie|quitté|démissionné|"
    r"vertrokken)\b"
)
_PARTED = re.compile(r"\s*[/;&+|]\s*|\s(?:and|or|und|oder|et|ou|en)\s")
_ASIDE = re.compile(r"[(\[]([^()\[\]]*)[)\]]|\"([^\"]*)\"|\s[-\N{EN DASH}\N{EM DASH}]\s(.*)$")
_CAMEL_BOT = re.compile(r"[a-z]Bot\b")
#: What stands inside a word of a name: hyphens, points, apostrophes, and the signs that other scripts have for them.
_JOINTS = re.compile(r"[-_.'\u2010\u2018\u2019\u00b7\u30fb\u05f3\u05f4]")
_INITIALS = re.compile(r"[^\W\d_](?:[.-]+[^\W\d_])*\.?")
_CREDENTIAL = re.compile(r"[A-Z]{2,5}|(?:[A-Z][a-z]{0,4}\.){1,3}[A-Z]?")  # `CISSP`, `P.Eng.`
_UNPARTED = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA")
_SEPARATORS = re.compile(r"[\s,;/&]+")
_LONGEST = 120  # characters
_MOST_WORDS = 10
_MOST_SIGNS = 7  # of a name in a script that parts no words
_JOINERS = ("and", "et", "und", "&")
_ASIDES = BODIES | FUNCTIONS | EITHER | CONNECTIVES | BEFORE | BEHIND | NEUTRAL | PARTICLES


class Around(NamedTuple):
    """Words of what stands around a person, which are no person's.

    Attributes:
        words: Of roles and areas.
        organisation: Of contacts (`@northlight/claims`, `x@northlight.example`) and of the system's name. People may be
            called so, too: these tell only at the beginning of a name, or where they are all of it.
    """

    words: frozenset[str] = frozenset()
    organisation: frozenset[str] = frozenset()


class Bearer(NamedTuple):
    """What a name is; for all but a person's the reason, which speaks of the name as `it`."""

    kind: Kind
    why: str = ""


NOTHING_AROUND = Around()
#: What shows that a name is a person's, as far as a name can.
IN_FULL = "Write each name as given and family name and nothing else; of a person with one name this stays open."


def bearer(name: str | None, around: Around = NOTHING_AROUND) -> Bearer:
    """What a name is, by its form and by the words that stand in it.

    Args:
        name: As written; its capitals tell.
        around: Words of the roles, the system and the organisation.
    """
    given = name or ""
    if len(given) > _LONGEST:
        return _bearer(given, around)
    alone, words = _alone(given)
    touched = any(word in around.words or word in around.organisation for word in words)
    return _bearer(given, around) if touched else alone


@lru_cache(maxsize=1 << 16)
def _alone(name: str) -> tuple[Bearer, frozenset[str]]:
    """What a name is with nothing around it, and its words: rosters may be long, and are asked again and again."""
    words = re.split(r"[\s,;/&()\[\]]+", seen_name(name))
    return _bearer(name, NOTHING_AROUND), frozenset(map(_folded, words))


def _bearer(name: str, around: Around) -> Bearer:
    seen = seen_name(name)
    if why := _names_nobody(seen):
        return Bearer("nobody", why)
    base, asides = _parted(seen)
    words = base.split()
    if _is_body(words, around) or any(map(_is_bot, seen.split())):
        return Bearer("body", "it is the name of a body, an office or a program")
    if sum(map(bool, _PARTED.split(base))) > 1:
        return Bearer("several", "it is more than one name")
    if "@" not in base and (len(words) > _MOST_WORDS or not all(map(_is_word, words))):
        return Bearer("nobody", "it is no name, but has figures, signs or more words than one")
    why = "it is an address or a handle" if "@" in base else _form(words) or _office(words, around)
    if not why and not all(_says_no_more(aside, around) for aside in asides):
        why = "it says more than a name"
    return Bearer("unsure", why) if why else Bearer("person")


def _names_nobody(seen: str) -> str:
    """Why what is written names nobody at all; empty where it may name somebody."""
    if names_nobody(seen) or mixed_alphabets(seen) or not any(char.isalpha() for char in seen):
        return "it names nobody"
    if _NOBODY.search(seen[:_LONGEST]) or _PAST.search(seen[:_LONGEST]):
        return "it says that it is nobody, or nobody any more"
    return "it is longer than a name" if len(seen) > _LONGEST else ""


def _parted(seen: str) -> tuple[str, list[str]]:
    """The name itself, given name first, and what stands aside of it: in brackets, behind a dash or a comma."""
    asides = [next(filter(None, match.groups()), "") for match in _ASIDE.finditer(seen)]
    base, *after = [part.strip() for part in _ASIDE.sub(" ", seen).split(",")]
    if len(after) == 1 and _is_given(after[0]):
        return f"{after[0]} {base}", asides
    return base, [*asides, *after]


def _is_given(text: str) -> bool:
    """Whether what follows a comma may be a given name: `Voss, Eleanor`."""
    return text[:1].isalpha() and not text[0].islower() and (_ASIDES - PARTICLES).isdisjoint(map(_folded, text.split()))


def _is_body(words: list[str], around: Around) -> bool:
    """Whether words are plainly those of a body: one that only bodies have, or nothing but words of functions."""
    plain = list(map(_folded, words))
    parts = {part for word in plain for part in (word, *re.split(r"[-_]", word))}
    if not BODIES.isdisjoint(parts) or any(word.endswith(BODY_ENDINGS) for word in plain):
        return True
    short = [word for word in words if word.strip(".") in ABBREVIATIONS]
    telling = [word for word in plain if word in FUNCTIONS or word in CONNECTIVES or word in around.words]
    for word, written in zip(plain, words, strict=True):
        known = word in telling or word in EITHER or word in around.organisation or word in _JOINERS
        if not known and written not in short:
            return False
    # An organisation may bear its founder's name, and `Law` may be one: alone, such words do not tell.
    return bool(short or telling) or (len(words) > 1 and EITHER.issuperset(plain))


def _is_bot(word: str) -> bool:
    folded = word.casefold()
    return "gpt" in folded or folded.endswith("[bot]") or _CAMEL_BOT.search(word) is not None


def _is_word(word: str) -> bool:
    """Whether a word has the letters of one, with hyphens, apostrophes and points alone beside them."""
    return all(unicodedata.category(char)[0] in "LM" for char in _JOINTS.sub("", word))


def _form(words: list[str]) -> str:
    """Why words have not the form of a given and a family name; empty where they have."""
    while words and _folded(words[0]) in BEFORE:
        words = words[1:]
    while words and _folded(words[-1]) in BEHIND:
        words = words[:-1]
    own = [word for word in words if word.strip("'\u2019.") not in PARTICLES]
    if not own or all(map(_INITIALS.fullmatch, own)):
        return "it is no more than initials or a title"
    if len(own) == 1 and not _is_unparted(own[0]):
        return "it is one word"
    if any(word == word.lower() != word.upper() for word in own):
        return "it is not written as given and family name, each with a capital"
    return ""


def _is_unparted(word: str) -> bool:
    """Whether a word is a whole name in a script that parts no words: `山田太郎`."""
    signs = _JOINTS.sub("", word)
    return 1 < len(signs) <= _MOST_SIGNS and all(unicodedata.name(sign, "").startswith(_UNPARTED) for sign in signs)


def _office(words: list[str], around: Around) -> str:
    """The word of a function, a role or the organisation that stands in a name, as a reason; empty where none does."""
    shouted = all(word == word.upper() for word in words)
    for turn, word in enumerate(words):
        plain = _folded(word)
        if (
            plain in FUNCTIONS
            or plain in CONNECTIVES
            or plain in around.words
            or (turn == 0 and plain in around.organisation)
            or (not shouted and word.strip(".") in ABBREVIATIONS)
        ):
            return f"it has a word of an office, a role, the system or the organisation, {word}"
    return ""


def _says_no_more(aside: str, around: Around) -> bool:
    """Whether what stands aside of a name is an office, a title or a way of holding it, and nothing else."""
    return all(
        (plain := _folded(word)) in _ASIDES
        or plain in around.words
        or plain in around.organisation
        or _CREDENTIAL.fullmatch(word) is not None
        for word in _SEPARATORS.split(aside)
        if word
    )


def _folded(word: str) -> str:
    return word.casefold().strip(".")
