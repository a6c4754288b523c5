"""What documents that are no card say of a model: limits, purpose, training data; and what only seems to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.card_parts import About, abouts_of, says_something
from tieout.inspection.reading.card_words import Stated
from tieout.inspection.reading.documents import documents, is_aside, is_of_the_whole, is_retold, prose_of
from tieout.inspection.reading.prose import Prose, Section
from tieout.inspection.reading.shortcomings import LISTS_MODELS, OF_LEARNT_MODELS, OF_TRAINED_MODELS, SENTENCES
from tieout.inspection.reading.training import trains
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository

_OF_AI = re.compile(
    r"\b(?:ai|artificial intelligence|llms?|models?|machine learning|hallucinat\w*|predictions?|classif\w+|chatbot"
    r"|answers?|inaccura\w+|bias(?:es)?)\b",
    re.IGNORECASE,
)
_FIRST_README = re.compile(r"^(?:docs/)?readme(?:\.(?:md|markdown|rst|txt))?$", re.IGNORECASE)
_ABOUT_MODELS = re.compile(
    r"\b(?:models?|model zoo|classifiers?|checkpoints?|weights|machine learning|ml|llms?)\b", re.IGNORECASE
)
#: Headings under which documents list the models that there are.
_LISTING = re.compile(
    r"\bmodel zoo\b|\bpre-?trained models?\b|\b(?:available|released) models\b|\bmodel checkpoints?\b|^models$",
    re.IGNORECASE,
)
#: A heading "Training" is mostly of how to train.
_OF_DATA = re.compile(r"\bdata ?sets?\b|\btrain\w* (?:data|set|corpus)\b|\bcorpus\b|^data$", re.IGNORECASE)
_LOOKED_AT: Final = 2_000
_PER_DOCUMENT: Final = 6
_PER_SECTION: Final = 3
_TEMPTING: Final = 2
#: Levels of headings; below them stand lines in bold type.
_DEEPEST: Final = 6
_DOCUMENTS: Final = 300
_ABOVE: Final = 3


@dataclass(frozen=True, slots=True)
class Outside:
    """What was found outside cards.

    Attributes:
        places: That say something of it.
        tempting: That only seem to.
    """

    places: tuple[InspectedPlace, ...]
    tempting: tuple[InspectedPlace, ...]


def said_outside(repository: Repository, stated: Stated, known: set[str]) -> Outside:
    """What documents of the whole system, and those on its trained models, say of what a card would state.

    Args:
        repository: The commit.
        stated: What a card would state.
        known: Paths of cards, which were looked at.
    """
    places: list[InspectedPlace] = []
    tempting: list[InspectedPlace] = []
    for file in documents_on_models(repository):
        prose = prose_of(repository, file.path) if file.path not in known else None
        if prose is None:
            continue
        for line, shows, counts in _told(repository, prose, stated):
            (places if counts else tempting).append(repository.place(file.path, line, shows, counts=counts))
    return Outside(tuple(places), tuple(tempting))


def speaks_of_models(repository: Repository) -> bool:
    """Whether a document of the project speaks of models that learn."""
    return any(OF_LEARNT_MODELS.search(text.data) for text in repository.texts(documents(repository)))


def lines_on_models(repository: Repository) -> Iterator[InspectedPlace]:
    """Headings and sentences that speak of a model in documents that are no card of it."""
    for file in documents_on_models(repository):
        prose = prose_of(repository, file.path)
        if prose is None:
            continue
        is_first = _FIRST_README.search(file.path) is not None
        wanted = _ABOUT_MODELS if is_first else _LISTING
        titled = [section for section in prose.headings if wanted.search(section.title)]
        for section in titled[: _PER_SECTION if is_first else 1]:
            yield repository.place(file.path, section.line, "a heading, not a card", counts=False)
        listing = (line for part in prose.paragraphs if (line := part.found(LISTS_MODELS)) is not None)
        for line in islice(listing, _TEMPTING if is_first else 0):
            yield repository.place(file.path, line, "a sentence, not a card", counts=False)


@once
def documents_on_models(repository: Repository) -> tuple[File, ...]:
    """Documents of the whole system first; where a model is trained here, those that speak of trained models too."""
    whole = [file for file in documents(repository, pages=True) if is_of_the_whole(file.path)]
    known = {file.path for file in whole}
    if not trains(repository) and not any(
        OF_TRAINED_MODELS.search(text.data) for text in repository.texts(whole) if _FIRST_README.search(text.path)
    ):
        return tuple(whole)
    others = [
        file
        for file in documents(repository)
        if file.path not in known
        and file.path_class in {PlaceClass.LIVE, PlaceClass.DOCUMENTATION}
        and not is_aside(file.path)
        and not is_retold(file.path)
    ]
    of_models = [text.path for text in repository.texts(others[:_DOCUMENTS]) if OF_TRAINED_MODELS.search(text.data)]
    speaking = set(of_models)
    return (*whole, *(file for file in others if file.path in speaking))


def _told(repository: Repository, prose: Prose, stated: Stated) -> Iterator[tuple[int, str, bool]]:
    """(line, what stands there, whether it counts): sections by their headings, then single sentences."""
    of_training = stated.about is About.TRAINING_DATA
    told: list[tuple[int, int]] = []
    for section in prose.headings:
        if stated.about not in abouts_of(section.title):
            continue
        if not (_is_of_data(repository, prose, section) if of_training else _is_of_ai(prose, section)):
            yield section.line, "a heading that is not of a model", False
            continue
        told.append((section.line, section.end))
        yield section.line, "a heading outside a card", True
        inner = (
            [part for part in prose.headings if section.line < part.line <= section.end and part.level <= _DEEPEST]
            if of_training
            else []
        )
        yield from ((part.line, "a heading in it", True) for part in inner[:_PER_SECTION])
        lines = [line for part in prose.within(section) if (line := part.found(stated.words)) is not None]
        yield from ((line, "what it says", True) for line in lines[:_PER_SECTION])
    counted = 0
    for line, counts in _sentences(prose, stated.about) if stated.about in SENTENCES else ():
        if any(first <= line <= last for first, last in told):
            continue
        counted += counts
        if counts and counted > _PER_DOCUMENT:
            return
        yield line, "a sentence outside a card" if counts else "not of a model", counts


def _sentences(prose: Prose, about: About) -> Iterator[tuple[int, bool]]:
    """Lines of sentences that say it, and whether they are of a model."""
    words, against, near = SENTENCES[about]
    for index, paragraph in enumerate(prose.paragraphs):
        if paragraph.found(words) is None:
            continue
        above = prose.paragraphs[max(index - _ABOVE, 0) : index + 1]
        of_model = any(part.found(near) is not None for part in above) or any(
            _ABOUT_MODELS.search(title) for title in prose.trail(paragraph.line)
        )
        for at, sentence in paragraph.sentences():
            data = sentence.encode("utf-8", "replace")
            match = words.search(data)
            if match is not None:
                offset = at + len(data[: match.start()].decode("utf-8", "replace"))
                yield paragraph.line_at(offset), of_model and against.search(data) is None


def _is_of_ai(prose: Prose, section: Section) -> bool:
    """Whether a section speaks of what a model does: limitations of an interface are no limitations of a model."""
    texts = (section.title, *(part.text[:_LOOKED_AT] for part in prose.within(section)))
    return any(_OF_AI.search(text) for text in texts)


def _is_of_data(repository: Repository, prose: Prose, section: Section) -> bool:
    """Whether a section says something of data, in a document that speaks of trained models."""
    text = repository.text(prose.path)
    return (
        _OF_DATA.search(section.title[:_LOOKED_AT]) is not None
        and text is not None
        and OF_TRAINED_MODELS.search(text.data) is not None
        and any(says_something(part.text) for part in prose.within(section))
    )
