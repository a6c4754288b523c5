"""Model cards and dataset cards: whether there are some, what their parts state, and whether documents agree."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.card_outside import lines_on_models, said_outside, speaks_of_models
from tieout.inspection.reading.card_parts import About, says_something
from tieout.inspection.reading.card_words import POINTING_ELSEWHERE, STATED, Stated
from tieout.inspection.reading.cards import Card, Cards, cards_of
from tieout.inspection.reading.defaults import Default, contradictions_in, defaults_in, set_in_code
from tieout.inspection.reading.documents import documents, is_aside, is_retold, read_all
from tieout.inspection.reading.metrics import FigureKind, figures_of
from tieout.inspection.reading.model_attributes import Attribute, attributes_in, compared
from tieout.inspection.reading.prose import Prose
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted

_NOT_HERE = "A card may be kept outside the repository, beside the model where it is published."

TOPIC = Topic(
    key="cards",
    title="Model and dataset cards",
    questions=(
        Question("model-card", "Is there a model card that is filled in?", _NOT_HERE),
        Question("intended-use", "Does a model card state what the model is intended for?"),
        Question("limitations", "Are limitations of the model stated?"),
        Question("out-of-scope-uses", "Are uses stated that are out of scope or cautioned against?"),
        Question("training-data", "Is the training data described?"),
        Question("card-metrics", "Does a model card give measured figures?"),
        Question("card-owner", "Does a model card name an owner or contact, and a version or date?"),
        Question("dataset-card", "Is there a dataset card that is filled in?", _NOT_HERE),
        Question("document-agreement", "Do the documents agree with each other about the models?"),
    ),
)

_DATED: Final = re.compile(r"version|date|release|updated|revision", re.IGNORECASE)
_TEMPTING: Final = 5
#: Cards of word processors and for printing, by their names or their folder.
_CLOSED: Final = re.compile(
    r"(?:^|/)(?:[^/]{0,60}[-_ ])?(?:model|system)[-_ ]?cards?"
    r"(?:[-_ .][^/]{0,80}|/[^/]{1,120})?\.(?:pdf|docx?|odt|pptx|rtf)$",
    re.IGNORECASE,
)
_PUBLISHED: Final = frozenset({PlaceClass.LIVE, PlaceClass.DOCUMENTATION})
_DECIDING: Final = 3
_MENTIONS: Final = 8


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    cards = cards_of(repository)
    yield _model_card(repository, cards)
    for stated in STATED:
        yield _stated(repository, cards, stated)
    yield _metrics(cards)
    yield _owner(cards)
    yield _dataset_card(repository, cards)
    yield _agreement(repository)


def _model_card(repository: Repository, cards: Cards) -> Fact:
    tempting = [
        *(
            card.text.place(card.line, "an unfilled card, or one without the parts of one", counts=False)
            for card in cards.unfilled
        ),
        *(
            card.text.place(card.line, f"a card among {card.text.path_class.value} files", counts=False)
            for card in cards.elsewhere
        ),
    ]
    if not cards.models:
        unfilled = [card for card in cards.unfilled if card.open_marks]
        statement = "There is no model card."
        if unfilled:
            statement = f"There is no filled model card: {_paths(unfilled)} is a template that nobody filled in."
        elif tempting:
            statement = "There is no model card in use; documents that look like one are listed and do not count."
        places = [*tempting[:_TEMPTING], *islice(lines_on_models(repository), _MENTIONS)]
        closed = [file for file in repository.matching(_CLOSED) if file.path_class in _PUBLISHED]
        if closed:
            what = "A file is" if len(closed) == 1 else f"{len(closed)} files are"
            reason = f"{what} named a model card and in a form that is not read here; what it says cannot be told."
            found = [repository.place(file.path, None, "a card, by its name") for file in closed[:_MENTIONS]]
            return TOPIC.unknown("model-card", reason, places=[*found, *places])
        return TOPIC.fact("model-card", Answer.NO, statement, places=places)
    abouts = sorted({about.value for card in cards.models for about in card.abouts})
    open_marks = sum(card.open_marks for card in cards.models)
    statement = f"{_paths(cards.models)}: its parts speak of {', '.join(abouts)}."
    if open_marks:
        statement += f" {open_marks} of its places are not filled in."
    places = [place for card in cards.models for place in _overview(card)]
    return TOPIC.fact(
        "model-card",
        Answer.PARTIAL if open_marks else Answer.YES,
        statement,
        places=[*places, *tempting[:_TEMPTING]],
        values={"cards": len(cards.models), "parts": tuple(abouts), "open_marks": open_marks},
    )


def _overview(card: Card) -> Iterator[InspectedPlace]:
    """Where the card begins, and one part for each thing that it speaks of."""
    yield card.text.place(card.line, "the card")
    seen: set[About] = set()
    for part in card.parts:
        if part.is_filled and part.abouts - seen:
            seen |= part.abouts
            yield card.text.place(part.line, ", ".join(sorted(about.value for about in part.abouts)))


def _stated(repository: Repository, cards: Cards, stated: Stated) -> Fact:
    """Whether every card has a part about something, or says it in a sentence."""
    by_card = {card.path: list(_places_in(card, stated)) for card in cards.models}
    lacking = [card for card in cards.models if not by_card[card.path]]
    count = len(cards.models) - len(lacking)
    values = {"cards": len(cards.models), "stating": count}
    if count:
        places = [place for found in by_card.values() for place in found]
        titles = dict.fromkeys(part.title for card in cards.models for part in card.about(stated.about))
        statement = f"{count} of {len(cards.models)} cards state {stated.what}."
        if len(cards.models) == 1:
            under = f"under {_quoted(titles)}" if titles else "in a sentence"
            statement = f"{cards.models[0].path} states {stated.what}, {under}."
        return TOPIC.fact(
            stated.key,
            Answer.PARTIAL if lacking else Answer.YES,
            statement,
            places=places,
            values=values,
            confidence=Confidence.HIGH if titles else Confidence.MODERATE,
        )
    templates = {card.path for card in cards.unfilled if card.open_marks}
    outside = said_outside(repository, stated, templates | set(by_card))
    none = f"No card states {stated.what}" if lacking else f"There is no model card that could state {stated.what}"
    if outside.places:
        statement = f"{none}; {outside.places[0].path} says something of it."
        return TOPIC.fact(
            stated.key, Answer.PARTIAL, statement, places=outside.places, values=values, confidence=Confidence.LOW
        )
    seen = [card.text.place(card.line, "the card", counts=False) for card in lacking]
    seen.extend(outside.tempting[:_DECIDING])
    return TOPIC.fact(stated.key, Answer.NO, f"{none}.", places=seen, values=values)


def _places_in(card: Card, stated: Stated) -> Iterator[InspectedPlace]:
    """Parts of a card that state something, with the lines that say it; a sentence where no part does."""
    parts = card.about(stated.about)
    for part in parts:
        yield card.text.place(part.line, "the heading")
        lines = [line for paragraph in part.paragraphs if (line := paragraph.found(stated.words)) is not None]
        if not lines and part.paragraphs:
            lines = [part.paragraphs[0].line]
        yield from (card.text.place(line, "what it says") for line in lines[:_DECIDING])
    if parts or not stated.in_sentences or card.prose is None:
        return
    for paragraph in card.prose.paragraphs:
        line = paragraph.found(stated.words)
        if line is not None and says_something(paragraph.text):
            yield card.text.place(line, "a sentence that says so")


def _metrics(cards: Cards) -> Fact:
    places: list[InspectedPlace] = []
    elsewhere: list[InspectedPlace] = []
    count = 0
    for card in cards.models:
        for line, metric in _index_metrics(card):
            count += 1
            places.append(card.text.place(line, f"front matter: {metric}"))
        if card.prose is None:
            continue
        for figures in figures_of(card.prose):
            if figures.kind is FigureKind.QUALITY and not figures.is_example:
                count += figures.count
                places.extend(card.text.place(line, "measured figures") for line in figures.lines[:_DECIDING])
        elsewhere.extend(_pointing_elsewhere(card, card.prose))
    if places:
        statement = f"{counted(count, 'measured figure')} in {counted(len(cards.models), 'card')}."
        return TOPIC.fact("card-metrics", Answer.YES, statement, places=places, values={"figures": count})
    if not cards.models:
        return TOPIC.fact("card-metrics", Answer.NO, "There is no model card that could give figures.")
    statement = f"{_paths(cards.models)} gives no measured figure."
    if elsewhere:
        statement += " It points to results elsewhere."
    return TOPIC.fact("card-metrics", Answer.NO, statement, places=elsewhere, values={"figures": 0})


def _index_metrics(card: Card) -> Iterator[tuple[int, str]]:
    """Values of the list of results that a model hub reads of the front matter."""
    if card.front is None or not isinstance(card.front.data, dict):
        return
    for pointer, line in card.front.lines.items():
        if pointer.startswith("/model-index/") and pointer.endswith("/value") and "/metrics/" in pointer:
            yield line, "a value of the list of results"


def _pointing_elsewhere(card: Card, prose: Prose) -> Iterator[InspectedPlace]:
    for paragraph in prose.paragraphs:
        line = paragraph.found(POINTING_ELSEWHERE)
        if line is not None:
            yield card.text.place(line, "points to results elsewhere", counts=False)


def _owner(cards: Cards) -> Fact:
    if not cards.models:
        return TOPIC.fact("card-owner", Answer.NO, "There is no model card that could name one.")
    places: list[InspectedPlace] = []
    owned = dated = 0
    for card in cards.models:
        parts = card.about(About.OWNER)
        dates = [part for part in card.parts if _DATED.search(part.title) and part.paragraphs]
        owned += bool(parts)
        dated += bool(dates)
        places.extend(card.text.place(part.line, "owner or contact", quoted=False) for part in parts[:_DECIDING])
        places.extend(card.text.place(part.line, "version or date") for part in dates[:_DECIDING])
    total = len(cards.models)
    statement = f"Cards: {total}; with an owner or contact: {owned}; with a version or date: {dated}."
    answer = Answer.YES if owned == dated == total else Answer.PARTIAL if places else Answer.NO
    return TOPIC.fact("card-owner", answer, statement, places=places, values={"with_owner": owned, "with_date": dated})


def _dataset_card(repository: Repository, cards: Cards) -> Fact:
    if cards.data:
        abouts = sorted({about.value for card in cards.data for about in card.abouts})
        statement = f"{_paths(cards.data)}: its parts speak of {', '.join(abouts)}."
        places = [place for card in cards.data for place in _overview(card)]
        return TOPIC.fact("dataset-card", Answer.YES, statement, places=places, values={"cards": len(cards.data)})
    tempting = [
        repository.place(file.path, 1, "a README beside data, not a card", counts=False)
        for file in documents(repository)
        if file.name.startswith("readme") and re.search(r"(?:^|/)data(?:sets?)?(?:/|$)", file.folder)
    ]
    statement = "There is no dataset card."
    if tempting:
        statement += (
            " READMEs beside data do not say where it comes from, what is in it and how it was made, as a card does."
        )
    return TOPIC.fact("dataset-card", Answer.NO, statement, places=tempting[:_TEMPTING])


def _agreement(repository: Repository) -> Fact:
    stated: list[Attribute] = []
    defaults: list[Default] = []
    for text, prose in read_all(repository, documents(repository)):
        if prose.tables:
            stated.extend(attributes_in(prose))
        if not is_aside(text.path) and not is_retold(text.path):
            defaults.extend(defaults_in(text, prose))
    agreeing, differing = compared(stated)
    if not differing and (against := contradictions_in(defaults)):
        return _contradiction(repository, against)
    if not agreeing and not differing:
        return _not_compared(repository)
    compared_count = len(agreeing) + len(differing)
    values = {"compared": compared_count, "differing": len(differing)}
    if not differing:
        statement = f"{compared_count} figures of models that two documents state are the same in both."
        places = [place for pair in agreeing for place in _pair(repository, pair)]
        return TOPIC.fact("document-agreement", Answer.YES, statement, places=places, values=values)
    one, other = differing[0]
    statement = (
        f"{len(differing)} of {compared_count} figures differ: for {one.model}, {one.path} says {one.shown}"
        f" {one.attribute} and {other.path} says {other.shown}."
    )
    places = [place for pair in differing for place in _pair(repository, pair)]
    return TOPIC.fact("document-agreement", Answer.NO, statement, places=places, values=values)


def _contradiction(repository: Repository, pairs: list[tuple[Default, Default]]) -> Fact:
    """What one place says is the default, and another says is not."""
    one, other = pairs[0]
    where = f"line {other.line}" if one.path == other.path else other.path
    statement = f"{one.path} says of {one.name} that it is not the default, and {where} that it is."
    places = [place for pair in pairs for place in _both(repository, pair)]
    places.extend(set_in_code(repository, [other for _, other in pairs]))
    values = {"compared": len(pairs), "differing": len(pairs)}
    return TOPIC.fact(
        "document-agreement", Answer.NO, statement, places=places, values=values, confidence=Confidence.LOW
    )


def _both(repository: Repository, pair: tuple[Default, Default]) -> Iterator[InspectedPlace]:
    yield repository.place(pair[0].path, pair[0].line, f"{pair[0].name} is not the default")
    yield repository.place(pair[1].path, pair[1].line, f"{pair[1].name} is the default")


def _not_compared(repository: Repository) -> Fact:
    values = {"compared": 0}
    if speaks_of_models(repository):
        reason = (
            "No figure of a model (parameters, context length and the like) stands in the tables of two documents;"
            " what they say in prose was not compared."
        )
        return TOPIC.fact("document-agreement", Answer.UNKNOWN, reason, values=values)
    reason = "No document here speaks of a model that learns."
    return TOPIC.fact("document-agreement", Answer.NOT_APPLICABLE, reason, values=values)


def _pair(repository: Repository, pair: tuple[Attribute, Attribute]) -> Iterable[InspectedPlace]:
    return (repository.place(one.path, one.line, f"{one.model}: {one.shown} {one.attribute}") for one in pair)


def _paths(cards: Iterable[Card]) -> str:
    paths = [card.path for card in cards]
    return paths[0] if len(paths) == 1 else f"{len(paths)} cards ({paths[0]} the first)"


def _quoted(titles: Iterable[str]) -> str:
    return ", ".join(f"'{title}'" for title in list(titles)[:_DECIDING])
