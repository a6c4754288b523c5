"""Assurances beside standards: approval up to a classification, an approach of a state, requirements without a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.prose import Paragraph, Prose
from tieout.kernel.reading.patterns import compile_bytes

#: Files that are worth a closer look.
ASSURED: Final = compile_bytes(
    r"\bsecure[ -]by[ -]design\b|\bcompliance with\b|\bofficial\b|\bimpact level\b|\bil[2-6]\b|\btop secret\b"
    r"|\bprotected b\b",
    folded=True,
)
#: Classifications of governments; in capitals, as they are written.
_CLASSIFICATION: Final = (
    r"(?:OFFICIAL(?:[-: ]{1,2}SENSITIVE)?|TOP SECRET|SECRET|PROTECTED(?: [ABC])?|(?:DoD )?IL[2-6](?:/IL[2-6])?"
    r"|Impact Level [2-6]|Protected B)"
)
_UP_TO: Final = re.compile(
    r"\b(?:[Aa]pproved|[Aa]ccredited|[Aa]uthori[sz]ed|[Aa]ssured|[Cc]leared|[Cc]ertified)\b[^.;!?]{0,100}?"
    rf"\b(?P<of>{_CLASSIFICATION})(?![\w-])"
)
_APPROACH: Final = re.compile(r"\bsecure[ -]by[ -]design\b", re.IGNORECASE)
_FOLLOWED: Final = re.compile(
    r"\b(?:follows?|followed|adheres? to|conforms? to|complies with|built (?:to|on|with)|developed (?:to|with"
    r"|in line with)|in line with|meets)\b",
    re.IGNORECASE,
)
#: A bare verb needs those who do it: alone it tells people what to do.
_UNNAMED: Final = re.compile(
    r"\b(?:ensures|guarantees|maintains|[\w-]{2,40}s (?:ensure|guarantee|maintain)|(?:is|are) in)"
    r"(?: full)? compliance with (?:the |all |relevant |applicable )*(?:[\w-]+ ){0,3}?"
    r"(?:government(?:al)?|legal|regulatory|statutory|data protection|privacy|industry) (?:[\w-]+ ){0,3}?"
    r"(?:requirements?|regulations?|laws?|legislation|standards?|polic(?:y|ies))\b",
    re.IGNORECASE,
)
#: What before it makes no assurance of it.
_NONE: Final = re.compile(
    r"(?:\b(?:not|never|no|non|must|should|if|unless|until|once|whether|helps?|helping|your?|users?|may|might|could|can"
    r"|will|plan\w*|working|seek\w*|request\w*)\b|n't\b)[^.;:!?]{0,30}$|\bto (?:\w+ )?$",
    re.IGNORECASE,
)
_BEFORE: Final = 260


@dataclass(frozen=True, slots=True)
class Assurance:
    """A line that assures something.

    Attributes:
        line: 1-based.
        of: What is assured, in words.
    """

    line: int
    of: str


def assurances_in(prose: Prose) -> Iterator[Assurance]:
    """Assurances that a document makes, paragraph by paragraph."""
    for paragraph in prose.paragraphs:
        yield from _in(paragraph)


def _in(paragraph: Paragraph) -> Iterator[Assurance]:
    text = paragraph.text
    for match in _UP_TO.finditer(text):
        if not _NONE.search(text[max(match.start() - _BEFORE, 0) : match.start()]):
            yield Assurance(paragraph.line_at(match.start()), f"approval up to {match['of']}")
    for match in _APPROACH.finditer(text):
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        followed = list(_FOLLOWED.finditer(before))
        if followed and not _NONE.search(before[: followed[-1].start()]):
            yield Assurance(paragraph.line_at(match.start()), "SECURE BY DESIGN")
    for match in _UNNAMED.finditer(text):
        if not _NONE.search(text[max(match.start() - _BEFORE, 0) : match.start()]):
            yield Assurance(paragraph.line_at(match.start()), "requirements without a name")
