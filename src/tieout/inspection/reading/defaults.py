"""What documents say of the model that is used by default, and where one place says so and another denies it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.prose import Prose
from tieout.inspection.reading.source_code import programs, searched
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

_SAYS_DEFAULT = compile_bytes(r"\bdefault\b", folded=True)
_NOT_DEFAULT = re.compile(
    r"(?:\bnot|n't)(?: \w+){0,2} (?:(?:activated|enabled|used|selected|loaded|on) )?by default\b"
    r"|(?:\bnot|n't|no longer) (?:yet )?the default\b",
    re.IGNORECASE,
)
_IS_DEFAULT = re.compile(
    r"\bdefault models?\b|\b(?:is|are|now|currently)(?: \w+){0,2} (?:by default|the default)\b", re.IGNORECASE
)
_OF_MODELS = re.compile(r"\bmodels?\b", re.IGNORECASE)
#: A name as documents write it: two words or more that begin with a capital letter.
_NAME = re.compile(r"\b[A-Z]\w{0,30}(?:[.-]\w{1,30}){0,3}(?: [A-Z]\w{0,30}(?:[.-]\w{1,30}){0,3}){1,4}")
#: Words with which a sentence begins, and no name.
_ALONE: Final = frozenset({"the", "as", "for", "this", "note", "by", "if", "when", "a", "an", "in", "default"})
_LOOKED_AT: Final = 2_000
_MOST: Final = 5
_IN_CODE = compile_bytes(
    r"(?m)^[ \t]*(?:export )?(?:const |let |static |pub )*default_model(?:_name|_id)?\b[^=:\n]{0,40}[:=]{1,2}[ \t]*"
    r"[\"'](?P<model>[^\"'\n]{1,80})[\"']",
    folded=True,
)


@dataclass(frozen=True, slots=True)
class Default:
    """A place that says whether something is the model by default.

    Attributes:
        name: As it is written.
        holds: Whether it is said to be the default, or not to be.
        path: Of the document.
        line: 1-based.
        said: The paragraph.
    """

    name: str
    holds: bool
    path: str
    line: int
    said: str


def defaults_in(text: Text, prose: Prose) -> Iterator[Default]:
    """What a document says of named models: that one is the default, or that it is not."""
    if not _SAYS_DEFAULT.search(text.data):
        return
    for paragraph in prose.paragraphs:
        said = paragraph.text[:_LOOKED_AT]
        if "default" not in said.lower() or not (_OF_MODELS.search(said) or _of_models(prose, paragraph.line)):
            continue
        for at, sentence in paragraph.sentences():
            denied = _NOT_DEFAULT.search(sentence)
            stated = None if denied else _IS_DEFAULT.search(sentence)
            match = denied or stated
            if match is None:
                continue
            # A denial speaks of what stands before it; what is the default may have been named a sentence earlier.
            before = sentence[: match.start()] if denied else said
            for name in _names(before):
                line = paragraph.line_at(at + match.start())
                yield Default(name, denied is None, prose.path, line, said)


def contradictions_in(defaults: Iterable[Default]) -> list[tuple[Default, Default]]:
    """Pairs of places of which the first denies what the second says of the same name; a few of them."""
    listed = list(defaults)
    holding = {one.name.lower(): one for one in reversed(listed) if one.holds}
    denied = [one for one in listed if not one.holds and one.name.lower() in holding]
    return [(one, holding[one.name.lower()]) for one in denied][:_MOST]


def set_in_code(repository: Repository, defaults: Iterable[Default]) -> Iterator[InspectedPlace]:
    """Places of live programs that set as default a model that one of these places names."""
    said = " ".join(one.said for one in defaults)
    for source in searched(repository, programs(repository), _IN_CODE):
        for hit in source.hits(_IN_CODE):
            if hit.groups["model"] in said:
                yield source.text.place(hit.line, "the default in the code")


def _of_models(prose: Prose, line: int) -> bool:
    return any(_OF_MODELS.search(title) for title in prose.trail(line))


def _names(text: str) -> Iterator[str]:
    for match in _NAME.finditer(text):
        words = match[0].split()
        while words and words[0].lower() in _ALONE:
            words = words[1:]
        if len(words) > 1:
            yield " ".join(words)
