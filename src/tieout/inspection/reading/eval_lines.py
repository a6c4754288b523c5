"""Lines of what evaluates: where a program calls the measure that it imports, and scripts that say what they are."""

import re
from collections.abc import Iterable
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import Part, programs, source_of
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_FROM: Final = re.compile(r"\bfrom\s+[\w.]+\s+import\s+\(?\s*(?P<names>[\w ,]+)")
_NAMED: Final = re.compile(
    r"(?:^|/)(?:[^/]{0,60}[-_.])?(?:evals?|evaluation|evaluate)(?:[-_.][^/]{0,40})?\.(?:py|[cm]?[jt]s)$", re.IGNORECASE
)
#: What a script is, in its own words, and what runs against: a model.
_SAYS: Final = compile_bytes(
    r"\beval(?:uation)?s? (?:harness|suite|script|runner)\b"
    r"|\bevaluat(?:es|ing) (?:the |a |our )?(?:\w+ )?(?:model|llm|answers?|agent|prompt)",
    folded=True,
)
_OF_A_MODEL: Final = compile_bytes(r"\b(?:model|llm|prompt|completion)s?\b", folded=True)
_HEAD: Final = 2_000
_MOST: Final = 4


def first_uses(repository: Repository, imports: Iterable[InspectedPlace]) -> list[InspectedPlace]:
    """The first call of what each of some lines imports, in the same program."""
    found = []
    for place in imports:
        text = repository.text(place.path)
        match = _FROM.search(text.line(place.line)) if text is not None and place.line else None
        if text is None or match is None:
            continue
        names = [name.split()[0] for name in match["names"].split(",") if name.strip()]
        if not names:
            continue
        call = pattern_of_names(names, after=r"[.(]")
        source = source_of(repository, text)
        hit = next((hit for hit in source.hits(call) if source.part_at(hit.start) is Part.CODE), None)
        if hit is not None:
            found.append(text.place(hit.line, "measures"))
    return found[:_MOST]


def evaluating_scripts(repository: Repository) -> list[InspectedPlace]:
    """Programs that are named for it and say in their first lines that they evaluate a model."""
    found = []
    for text in repository.texts(file for file in programs(repository) if _NAMED.search(file.path)):
        source = source_of(repository, text)
        hit = text.first(_SAYS)
        if hit is None or hit.start > _HEAD or not _OF_A_MODEL.search(text.data[:_HEAD]):
            continue
        if source.part_at(hit.start) in {Part.COMMENT, Part.DOCSTRING}:
            found.append(text.place(hit.line, "says what the script is"))
    return found[:_MOST]
