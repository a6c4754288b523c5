"""Whether the text of an attestation attests anything: not blank, no mark of a template, and not the opposite."""

import re
import unicodedata
from typing import Final

from tieout.collectors.placeholders import leaves_open, says_nothing
from tieout.domain.artefacts.attestations import Fault

#: A text of more words says something beside a mark or a promise in it.
_FEW_WORDS: Final = 8
_FEWEST_LETTERS: Final = 2
_MOST: Final = 4_000
#: What all of an attestation is about; `I have not read the annexes` and `we did not see a fault` say something else.
_IT: Final = (
    r"(?:(?:to|for|with|at|into|through|any of|anything of) ){0,2}"
    r"(?:it|this|that|these|them|any of (?:it|this|these|them)|anything|(?:the|this|these|those) "
    r"(?:files?|documents?|statements?|attestation|evidence|records?))"
)
#: The signer says of it that they do not attest it, or did not look at it.
_DENIED: Final = re.compile(
    r"\b(?:i|we)(?: \w+){0,2} (?:do not|don't|cannot|can not|can't|could not|couldn't|will not|won't|would not|"
    r"have not|haven't|had not|hadn't|did not|didn't|never|refuse to|decline to|am not able to|are not able to|"
    r"am unable to|are unable to)(?: (?:yet|ever|really|actually|personally|have|hereby))? "
    r"(?:attest|certify|confirm|vouch|stand|endorse|approve|accept|agree|sign|look(?:ed)?|read|review(?:ed)?|"
    r"check(?:ed)?|examined?|verif(?:y|ied)|open(?:ed)?)"
    rf"(?: (?:and|or|nor)(?: \w+){{1,3}}?)?(?: {_IT}(?! (?:is|was|are|were|has|have|had)\b)\b|\s*(?:[.;,!]|$))"
    r"|\bdo not attest (?:it|this|them|anything)\b"
    r"|\b(?:this|that|it) is (?:not|no) (?:an )?attestation\b|^\W*not attested\b|^\W*(?:no|without) attestation\b"
)


def text_fault(text: str) -> Fault | None:
    """Why a text attests nothing; None where it says something.

    Args:
        text: Of an attestation, in the person's words.
    """
    if says_nothing_at_all(text):
        return Fault(standing="says-nothing", reason="says nothing: its text is blank, a mark or a promise")
    if _DENIED.search(_plain(text)):
        return Fault(standing="denies-itself", reason="says of itself that it attests nothing or was not looked at")
    return None


def says_nothing_at_all(text: str) -> bool:
    """Whether a text is blank, a template's mark, or a promise to say something later."""
    plain = _plain(text)
    if sum(char.isalpha() for char in plain) < _FEWEST_LETTERS or says_nothing(plain):
        return True
    return len(plain.split()) <= _FEW_WORDS and leaves_open(plain)


def _plain(text: str) -> str:
    seen = "".join(char for char in unicodedata.normalize("NFKC", text[:_MOST]) if unicodedata.category(char) != "Cf")
    return " ".join(seen.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
