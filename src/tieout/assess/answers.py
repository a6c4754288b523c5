"""What the words of a field answer: the one place that says which of them deny the field, or leave it open.

Every field of a record goes through `fault_of`: a person's name by its form (`names.py`), any other text by its words.
A text denies a field where the whole of it says that there is none (`no limits have been determined`, `not known`,
`we do not measure anything`), and leaves it open where it may say so. What stands beyond such words is an answer: `no
limit is known beyond 3,000 words`, `none of the data is personal`. The words are ours, and the second net only.

Three fields have readings of their own, and predicates that ask for them: a cause (`causes.py`), a risk's response and
its resource (`responses.py`).
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from tieout.assess.denials import plain
from tieout.assess.names import NOTHING_AROUND, Around, bearer
from tieout.assess.selection import filled
from tieout.assess.wording import brief
from tieout.collectors.placeholders import PERSON_FIELDS, leaves_open
from tieout.domain.artefacts import spoken
from tieout.domain.verdicts import Verdict

#: Fields that hold a person's name; a contact is a handle or an address.
NAMES = PERSON_FIELDS - {"contact"}
#: Fields with readings of their own.
READ_ELSEWHERE = frozenset({"cause", "resource", "response"})
#: The words that people use for what a field asks, beside those that stand for any.
_NOUNS = {
    "data_classes": r"(?:data )?(?:class(?:es)?|classifications?|categor(?:y|ies)|types?)",
    "intended_use": r"purposes?|(?:intended )?uses?",
    "jurisdictions": r"jurisdictions?",
    "limits": r"limits?|limitations?|constraints?|restrictions?",
    "metrics": r"metrics?|measures?|measurements?|figures?|kpis?|indicators?",
    "models": r"models?",
    "prohibited_uses": r"(?:prohibited |forbidden )?uses?|prohibitions?",
    "purpose": r"purposes?|uses?",
    "settings": r"settings?|environments?",
    "tasks": r"tasks?",
    "tier": r"tiers?|ratings?|risk (?:class|level|rating|tier|assessment)",
    "trigger": r"triggers?|alerts?",
    "unit": r"units?",
    "users": r"users?|user groups?",
    "version": r"versions?|version numbers?",
}
#: Fields whose text is open where it denies them of a part: `no metrics for the pilot`. A prohibited use is said so:
#: `no use for cover decisions`.
_OPEN_IN_PARTS = frozenset({"data_classes", "limits", "metrics", "models", "tasks", "tier", "version"})
_ANY_NOUN = r"answers?|details?|documentation|entry|entries|information|statements?|values?"
_KIND = (
    r"(?:(?:actual|clear|concrete|defined|documented|explicit|formal|known|official|particular|real|specific|such) )*"
)
_ADVERB = (
    r"(?:(?:all|also|as yet|at present|been|being|currently|ever|formally|here|now|officially|really|so far|still|then|"
    r"to date|yet) )*"
)
_DONE = (
    r"(?:agreed(?: on)?|analy[sz]ed|assessed|assigned|available|chosen|clear|collected|completed?|decided(?: on)?|"
    r"defined|described|determined|documented|drawn up|established|evaluated|examined|exists?|filled(?: in)?|found|"
    r"given|identified|in place|investigated|known|made|measured|monitored|named|planned|prepared|provided|rated|"
    r"recorded|selected|set|specified|stated|tested|tracked|versioned|worked out|written(?: down)?)"
)
_UN = (
    r"(?:unavailable|unclear|undecided|undefined|undetermined|undocumented|unknown|unmeasured|unrated|unset|unspecified|"
    r"untested|unversioned)"
)
_DO = (
    r"(?:analy[sz]e|assess|collect|define|describe|determine|document|evaluate|have|know|measure|monitor|name|record|"
    r"set|test|track)"
)
_DID = (
    r"(?:assess|collect|defin|describ|determin|document|evaluat|measur|monitor|record|test|track)(?:ed|e?s)|ha[ds]|set"
)
_BE = r"(?:is|are|was|were|has|have|had|can be|could be|remains?|will be)"
_NOT = r"(?:not|never|yet to be|still to be|to be|must be|must still be|needs? to be|have to be)"
_LANGUAGES = (
    r"(?:noch )?(?:nicht|un) ?(?:bekannt|bestimmt|definiert|erhoben|festgelegt|gemessen|geklärt|klar|vorhanden)"
    r"|keine? (?:angaben?|grenzen|kennzahlen|metriken|messung)|wir messen nichts"
    r"|non (?:connue?s?|définie?s?|déterminée?s?|mesurée?s?)|inconnue?s?|aucune? (?:limite|mesure|métrique)"
    r"|desconocid[oa]s?|no (?:conocid|definid|determinad|medid)[oa]s?|non (?:definit|misurat|not)[aeio]"
    r"|sconosciut[aeio]|onbekend|niet (?:bekend|bepaald|gemeten|vastgesteld)|nieznan[aey]"
)
_WHEN = re.compile(
    r"(?: (?:anywhere|as of now|as yet|at all|at present|at the moment|at this time|by (?:anybody|anyone|us)|currently|"
    r"for now|here|so far|still|to date|to our knowledge|today|until now|whatsoever|yet)(?![\w-]))*"
)
#: What is said beyond or beside such words is an answer.
_BEYOND = re.compile(
    r" ?(?:[\w'-]+ ){0,3}(?:above|apart from|below|beside|besides|beyond|but|except|longer than|more than|other than|"
    r"outside|over|under|unless) \w"
)
_CLAUSE = re.compile(
    r"[.,;:!?()\[\]/|\n]+|\s[-\u2013\u2014]\s|(?= (?:and|as|because|but|pending|since|so|though|until|while)\b)"
)
_REASON = re.compile(
    r"(?:and |so |still |we |it |they |is |are )*(?:as|because|pending|see|since|though|until|while)\b"
)
_OTHERS = re.compile(r"\b(?:additional|further|more|other|others)\b")
_SHORT = 160  # characters: in a longer text a mark may be a word of the subject
_FIELD = 1_000


class Fault(NamedTuple):
    """What is wrong with a field: a gap, or partial where its words do not settle it; told with its verb."""

    verdict: Verdict
    told: str


def fault_of(field: str, value: Any, around: Around = NOTHING_AROUND) -> Fault | None:
    """What keeps a field from being taken on its words; None where nothing does.

    Args:
        field: Its name, as the artefact has it.
        value: As recorded; not blank.
        around: Words of the roles, the system and the organisation, which are no person's.
    """
    if field in READ_ELSEWHERE:
        return None
    texts = [text for text in (value if isinstance(value, list | tuple) else [value]) if isinstance(text, str)]
    if field in NAMES:
        faults = [fault for text in texts if (fault := _of_name(field, text, around))]
        return next((fault for fault in faults if fault.verdict is Verdict.GAP), next(iter(faults), None))
    told = [(_told(field, text), text) for text in texts if filled(text)]
    denied = [text for said, text in told if said == "none"]
    if told and len(denied) == len(told):
        return Fault(Verdict.GAP, f"says of its {spoken(field)} that there is none (“{brief(denied[0])}”)")
    # `English only; no other limits are known` says what it knows.
    left = [text for said, text in told if said == "open" or (said == "none" and not _OTHERS.search(plain(text)))]
    return Fault(Verdict.PARTIAL, f"may leave its {spoken(field)} open (“{brief(left[0])}”)") if left else None


def _of_name(field: str, name: str, around: Around) -> Fault | None:
    found = bearer(name, around)
    if found.kind == "person":
        return None
    if found.kind == "nobody":
        return Fault(Verdict.GAP, f"names nobody as its {spoken(field)} (“{brief(name)}”)")
    return Fault(Verdict.PARTIAL, f"has {spoken(field)} “{brief(name)}”, not shown to be a person ({found.why})")


def _told(field: str, text: str) -> str:
    """What a text says of its field: `some`, `none`, or what is `open`."""
    return _read(field, plain(text[:_FIELD])) or ("open" if len(text) <= _SHORT and leaves_open(text) else "some")


def _read(field: str, bare: str) -> str:
    """The same for a text that begins with a denial; empty where none does."""
    found = _denial(_NOUNS.get(field, _ANY_NOUN)).match(bare)
    if found is None:
        return ""
    rest = bare[found.end() :]
    if when := _WHEN.match(rest):
        rest = rest[when.end() :]
    if _BEYOND.match(rest):
        return "some"
    first, *more = _CLAUSE.split(rest)
    if first.strip():
        return "open" if found["subject"] and field in _OPEN_IN_PARTS else "some"
    clauses = [clause.strip() for clause in more if clause.strip()]
    return "none" if all(_REASON.match(clause) or _read(field, clause) == "none" for clause in clauses) else "open"


@lru_cache(maxsize=64)
def _denial(noun: str) -> re.Pattern[str]:
    """Words at the beginning of a text that deny what a noun stands for; `subject` where they name it."""
    noun = rf"{_KIND}(?:{noun}|{_ANY_NOUN})"
    what = rf"(?:anything|it|them|this|that|any {noun}|{noun})"
    done = rf"{_BE} {_ADVERB}{_DONE}|{_ADVERB}{_DONE}"
    return re.compile(
        rf"(?:{noun} ?[:=] ?)?"
        rf"(?:(?P<subject>(?:there {_BE} {_ADVERB})?(?:no|not any|not a single|zero) {noun}(?: (?:{done}))?"
        rf"|(?:the |its |our |their |any )?{noun} {_ADVERB}(?:{_BE} )?{_ADVERB}(?:{_NOT} {_ADVERB}{_DONE}|{_UN})"
        rf"|(?:we|i|they|the \w+)(?: (?:do|does|did|can|could|have|has) not| don't| can't| cannot| never) {_ADVERB}"
        rf"(?:{_DO}|{_DID})(?: {what})?"
        rf"|(?:we|i|they) {_ADVERB}(?:{_DO}|{_DID}) (?:nothing|none|no {noun})"
        rf"|(?:nobody|no one) (?:{_BE} )?{_ADVERB}(?:{_DID}|knows)(?: {what})?)"
        rf"|(?:nothing|none|nobody|no one|nil|zero)(?: (?:{done}))?"
        rf"|(?:(?:it|they|this|that|these|we) )?(?:{_BE} )?{_ADVERB}(?:{_NOT} {_ADVERB}{_DONE}|{_UN}"
        rf"|(?:not yet|never|yet to be|to be) {_ADVERB}classified)|{_LANGUAGES})(?![\w-])"
    )
