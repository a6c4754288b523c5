"""What a risk's response and resource must hold to be told from words that only fill the field.

A response begins with one of the four that MANAGE 1.3 of AI RMF 1.0 names (mitigate, transfer, avoid, accept) and says
what is done; a resource is amounts and persons of the roster and nothing else. What denies or leaves open is a gap;
other prose is neither shown nor refuted. That it is done, controls show (assess.controls).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from tieout.assess.amounts import amount
from tieout.assess.denials import denies, plain
from tieout.assess.wording import brief
from tieout.collectors.placeholders import leaves_open
from tieout.domain.artefacts import spoken
from tieout.domain.verdicts import Verdict

#: The four responses, each with the words that registers use for it.
_RESPONSES = {
    "mitigate": r"mitigat(?:e[sd]?|ing|ions?)|reduc(?:e[sd]?|ing|tions?)|modif(?:y|ies|ied|ying|ications?)",
    "transfer": r"transfer(?:s|red|ring|ence)?|shar(?:e[sd]?|ing)",
    "avoid": r"avoid(?:s|ed|ing|ance)?|eliminat(?:e[sd]?|ing|ion)",
    "accept": r"accept(?:s|ed|ing|ance)?|tolerat(?:e[sd]?|ing|ion)|retain(?:s|ed|ing)?|retention",
}
_BEGINS = re.compile(
    r"(?:[-\u2022>#\u2013\u2014]+ ?)?(?:(?:risk )?(?:response|treatment|strategy) ?: ?)?"
    r"(?:we |to |will |the |this |is |be |are |risks? ){0,5}"
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _RESPONSES.items())})(?!\w)"
)
#: Words that say nothing of what is done.
_FILLERS = frozenset(
    "a about accordingly action actions actively activities adequate adequately again all also an and any apply "  # noqa: SIM905 - one list
    "appropriate appropriately are as asap at available be been being best better by care carefully continue "
    "continued continuous continuously control controlled controls do does done due effort efforts ensure etc "
    "everything extent far follow for from fully further general good handle handled handling have in into is issue "
    "issues it its measure measures mitigate mitigated mitigating mitigation more must necessary need needed normal "
    "now of ok okay on ongoing or other our out partially partly place plan planned plans possible practice "
    "practices problem problems proper properly put reasonable reduce reduced required response responses risk "
    "risks shall so some somehow something soon standard step steps strategy such suitable take taken that the "
    "their them then there these they this those through to treat treated treatment under up us usual various via "
    "was we well were what when where which will with work working yes yet".split()
)
#: Fewer telling words than these say not what is done (a default of ours).
LEAST_WORDS = 2
#: A response that is wished for. Further on such words may be meant: `answers that might be wrong go to the desk`.
_WISHED = re.compile(
    r"(?:(?:we|i|they|it|this|will|to|is|be|should|could|would|can|and|so|just|:|-|,) )*(?:"
    r"hop(?:e[sd]?|ing|efully)|maybe|perhaps|possibly|probably|eventually|some ?day|ideally|try|trying|"
    r"(?:if|when|where|once) (?:possible|feasible|needed|necessary|required|approved|funded|time|budget|we)|"
    r"as (?:needed|required|appropriate|possible|far)|best effort|consider(?:ed|ing)?|think(?:ing)?|look(?:ing)? into|"
    r"wish\w*|intend\w*|want\w*|later|vielleicht|eventuell|peut-être|quizás|wait and see|pray\w*"
    r")(?![\w-])|.{0,200}\b(?:if|when|where|as far as) (?:possible|feasible|time allows|time permits|resources allow)$"
)
#: A response that is told in another place: `see ticket 48`; `see to it that` tells what is done.
_ELSEWHERE = re.compile(
    r"(?:please )?(?:see|cf|refer to|as per|as described|described in|according to|siehe|gemäss|voir|véase)"
    r"(?! (?:to|that)\b)(?!\w)"
)
#: A resource that is asked for and not given; anything that waits is no resource yet.
_ASKED = re.compile(
    r"\b(?:requested|request(?:ing)? for|applied for|asked for|asking for|proposed|hope\w*|wish\w*|tentative\w*|maybe|"
    r"perhaps|possibly|probably|ideally|would need|needs|"
    r"if (?:approved|available|possible|granted|funded|needed|budget)|"
    r"as (?:needed|required|available)|beantragt\w*|vielleicht|eventuell|demandée?s?|solicitad[oa]s?)\b"
)
_AWAITED = re.compile(r"^(?:pending|awaiting|subject to)\b|\b(?:pending|awaiting|subject to|depend(?:s|ing|ent) on)$")
_WAITING = re.compile(
    r"\b(?:pending|awaiting|subject to|waiting (?:for|on)|depend(?:s|ing|ent) (?:up)?on|contingent (?:up)?on|"
    r"conditional (?:up)?on)(?: \w+){0,3}? (?:approv\w+|sign-?off|decisions?|budget\w*|fund\w*|allocat\w+|confirm\w+|"
    r"board|committee|management|procurement|go-ahead|authori[sz]ation|clearance|release of|hiring)\b"
)
#: In a response the same words may be the control itself: `payouts wait pending approval by a clerk`.
_WAITS = re.compile(
    r"\b(?:pending|awaiting|subject to|waiting (?:for|on)|depend(?:s|ing|ent) (?:up)?on|contingent (?:up)?on|"
    r"conditional (?:up)?on)(?: \w+){0,3}? (?:budgets?|funds|funding|board|committee|management|procurement|hiring|"
    r"(?:approval|decision|go-ahead|sign-?off)$)(?!\w)"
)
_CLAUSES = re.compile(r"[;,:!?()\[\]\n]|(?<=\w\w)\.(?!\d)|\s[-\u2013\u2014]\s")
_SAID = re.compile(r"\w+")
#: What parts the amounts and names of a resource; the comma of `9,000` does not.
_PARTS = re.compile(r"[;+&\n]|,(?!\d)|\band\b|\bplus\b")
#: Words that say that something is not so, or no longer: whatever they are about, a response with one is not simply
#: what is done. Wide on purpose, since all they cost is that a person must read it.
_NEGATED = re.compile(
    r"\b(?:not|no|non|never|nothing|none|nobody|nowhere|neither|nor|without|cannot|unless|until|\w+n['\u2019]t|dont|cant|"
    r"wont|lack\w*|fail|fails|failed|ceas\w*|stop\w*|halt\w*|cancel\w*|declin\w*|refus\w*|reject\w*|"
    r"dissol\w*|withdr\w*|abandon\w*|drop\w*|postpon\w*|delay\w*|defer\w*|suspend\w*|paus\w*|expir\w*|ended|left|gone|stays?|remain\w*|still|anyway|instead|"
    r"accept\w*|toler\w*|live with|ignor\w*|hop\w*|nicht|kein\w*|ohne|nie|niemand|nichts|pas|aucun\w*|sans|jamais|sin|"
    r"nunca|nada|ning\w+|niet|geen|zonder)(?![\w-])"
)
_WORD = re.compile(r"[^\W\d_][\w'-]*")
#: The most of a field that is looked at.
_FIELD = 4_000


class Reading(NamedTuple):
    """What is wrong with a field: a gap, or partial where the words do not settle it; told with its verb."""

    verdict: Verdict
    told: str


def read_field(field: str, row: Mapping[str, Any], people: frozenset[str]) -> Reading | None:
    """What keeps a response or a resource from being taken on its words; None where nothing does.

    Args:
        field: `response` or `resource`.
        row: The risk, with a text in that field; its title repeated is no response.
        people: Names of the roster in the form of `person`.
    """
    quoted = f"(“{brief(row[field])}”)"
    shown = row[field][:_FIELD]
    if denies(field, shown) or (field == "resource" and _is_zero(shown)):
        return Reading(Verdict.GAP, f"says of its {spoken(field)} that there is none {quoted}")
    if leaves_open(shown) or leaves_open(plain(shown)) or (field == "resource" and _awaits(shown)):
        return Reading(Verdict.GAP, f"leaves its {spoken(field)} open {quoted}")
    doubt = _response(shown, row) if field == "response" else _resource(shown, people)
    return Reading(Verdict.PARTIAL, f"{doubt} {quoted}") if doubt else None


def accepts(row: Mapping[str, Any]) -> bool:
    """Whether a risk's response is to accept it, in any word for that."""
    begins = _BEGINS.match(plain(str(row.get("response") or "")[:_FIELD]))
    return begins is not None and begins["accept"] is not None


def _response(text: str, row: Mapping[str, Any]) -> str:
    """The first doubt about a response; empty where there is none."""
    bare = plain(text)
    begins = _BEGINS.match(bare)
    if begins is None:
        return "has a response that begins with none of mitigate, transfer, avoid and accept"
    rest = bare[begins.end() :].lstrip(" :;,.-\u2013\u2014")
    accepted = begins["accept"] is not None
    doubts = {
        "has a response that reads like a denial": not accepted and denies("response", rest),
        "has a response that leaves open whether it is carried out": _WISHED.match(rest) is not None,
        "has a response that waits for somebody's decision": _WAITS.search(bare) is not None,
        "has a response that points elsewhere for what is done": _ELSEWHERE.match(rest) is not None,
        "has a response that says too little of what is done": _telling(rest, row.get("title")) < LEAST_WORDS,
        "has a response with a word that may take it back, which words cannot settle": not accepted
        and _NEGATED.search(rest) is not None,
        # `not accepted by`, `was asked and refused`, `until last June`: a name in a sentence signs nothing.
        "is accepted above the tolerance, which only the signature of whoever accepts it shows": accepted,
    }
    return next((told for told, holds in doubts.items() if holds), "")


def _resource(text: str, people: frozenset[str]) -> str:
    bare = plain(text)
    if _ASKED.search(bare) or "?" in text:
        return "has a resource that leaves open whether it is granted"
    names = _by_words(people)
    if not all(amount(part) is not None or " ".join(_SAID.findall(part)) in names for part in _parts(bare)):
        return "has a resource that is not only amounts and persons of the roster, which words cannot settle"
    return ""


def _parts(bare: str) -> list[str]:
    return [part.strip(" .") for part in _PARTS.split(bare)]


def _is_zero(text: str) -> bool:
    """Whether a resource has amounts and all of them are zero."""
    found = [value for part in _parts(plain(text)) if (value := amount(part)) is not None]
    return bool(found) and not any(found)


def _awaits(text: str) -> bool:
    bare = plain(text)
    return _WAITING.search(bare) is not None or any(_AWAITED.search(clause.strip()) for clause in _CLAUSES.split(bare))


def _telling(rest: str, title: str | None) -> int:
    """Words that are no fillers and not the risk's title; of scripts that part no words, each letter counts as one."""
    named = set(_WORD.findall(plain((title or "")[:_FIELD])))
    words = [word.strip("'-") for word in _WORD.findall(rest) if word not in named]
    return sum(
        max(1, sum(unicodedata.east_asian_width(char) in "WF" for char in word))
        for word in set(words)
        if word and word not in _FILLERS
    )


@lru_cache(maxsize=4)
def _by_words(people: frozenset[str]) -> frozenset[str]:
    return frozenset(" ".join(_SAID.findall(name)) for name in people)
