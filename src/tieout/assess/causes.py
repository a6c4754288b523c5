"""Words in the place of a cause: `unknown, still under investigation` fills the field and explains nothing.

A cause is free text, and no machine judges whether it is one. The lists are short and ours: they know how people write
that they have none yet.
"""

import re
import unicodedata
from typing import Literal

from tieout.collectors.placeholders import leaves_open, says_nothing

#: What a text says of a cause: one, none, or one that it leaves open itself.
Told = Literal["cause", "none", "open"]

_FOUND = r"(?:analy[sz]ed|clear|clarified|confirmed|determined|established|found|identified|known|recorded|understood)"
_SEARCH = r"(?:investigat(?:ed|ion|ing)|analy[sz]ed|analysis|review(?:ed)?|examin(?:ed|ation))"
_GOES_ON = r"(?:is |still )*(?:in progress|ongoing|open|outstanding|pending|continues|to follow)\b"
# Behind such a word nothing more is said, or only when, why or by whom: `unknown header` names one.
_ENDS = (
    r"(?=$|[^\w\s]| (?:as|at|by|cause|exactly|for|how|if|in detail|origin|so|still|to|until|what|when|where|whether|why"
    r"|with|yet)\b)"
)
_NO_CAUSE = (
    rf"no(?: \w+){{0,2}}? (?:cause|reason|explanation|finding)s?(?:$|[^\w\s]| (?:can|could|found|given|has|identified"
    r"|is|known|recorded|so|was|were|yet)\b)"
    rf"|(?:not (?:yet |been |so far )*|never |yet to be |to be |tb ){_FOUND}{_ENDS}|tb[acd]{_ENDS}"
    rf"|(?:undetermined|undefined|unexplained|unknown|unresolved|unclear){_ENDS}"
    rf"|(?:still |currently |is |are |being |we are )*(?:under|in|being|awaiting|pending) {_SEARCH}{_ENDS}"
    rf"|(?:still |is |we are |currently )+(?:investigat|analy[sz])ing\b|(?:root[- ]cause )?{_SEARCH} {_GOES_ON}"
    r"|(?:pending|awaiting)(?=$|[^\w\s:]| (?:analysis|confirmation|feedback|information|investigation|rca|report"
    r"|results?|review|root|supplier|vendor)\b)|open$"
    r"|(?:we|i) (?:do not|don't|did not|could not|never) (?:yet )?(?:know|knew|find|found|establish(?:ed)?)\b"
    r"|(?:nobody|no one) knows\b"
    r"|ungeklärt|nicht (?:bekannt|geklärt|ermittelt)|noch (?:nicht|offen|unklar|in)\b|unbekannt|unklar"
    r"|wird (?:noch )?untersucht"
    r"|inconnue?s?\b|non (?:déterminée?|connue?|identifiée?)|en cours d['e]|indéterminée?"
    r"|desconocid[oa]|no (?:determinad|identificad|conocid)[oa]|en investigación|sconosciut[oa]"
    r"|non (?:determinat|not)[oa]|desconhecid[oa]|não (?:determinad|identificad)[oa]|onbekend|nog (?:niet|onbekend)"
    r"|in onderzoek|nieznan[ay]|nie ustalono"
)
#: What may stand before such words: `Root cause:`, `The cause of the outage is still`.
_BEFORE = (
    r"(?:(?:the |its |exact |actual )*(?:root[- ]?)?cause(?: of [\w' -]{1,60}?)?"
    r"(?: (?:is|was|has|remains?|still|been))*[ :,-]*"
    r"|(?:die |la |il |de )?(?:ursache|causa|cause|oorzaak|przyczyna)(?: (?:ist|est|es|è|is))?[ :,-]*)?"
)
_NONE = re.compile(f"{_BEFORE}(?:{_NO_CAUSE})")
_OPEN = re.compile(
    rf"(?<![\w-])(?:(?:still|being|under) {_SEARCH}\b|{_SEARCH} {_GOES_ON}"
    rf"|cause (?:is |was |still |remains? |yet )*(?:not (?:yet )?{_FOUND}|unknown|unclear|open|pending)"
    rf"|(?:not yet|to be|yet to be) (?:{_FOUND}|{_SEARCH})|tb[cd]\b|wird (?:noch )?untersucht|noch ungeklärt)"
)
#: The most of a text that is looked at.
_LONGEST = 600


def told_by(text: str) -> Told:
    """What a text in the place of a cause tells: a cause, none, or one that it calls open itself."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    bare = " ".join(plain.split()).strip("*_`\"'([. ")
    if says_nothing(text) or not bare or _NONE.match(bare):
        return "none"
    return "open" if leaves_open(text) or _OPEN.search(bare) else "cause"
