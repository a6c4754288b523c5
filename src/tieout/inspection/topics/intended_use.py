"""What users are told: limits of use, uneven performance, that answers may be wrong, and who checks them."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.cards import cards_of
from tieout.inspection.reading.documents import documents, is_aside, is_of_the_whole, is_page, prose_of
from tieout.inspection.reading.metrics import figures_of
from tieout.inspection.reading.notebooks import Cell, own_notebooks, said_in
from tieout.inspection.reading.prose import Paragraph, Prose
from tieout.inspection.reading.temptations import BIASED, CHECKED, in_prose, warranty
from tieout.inspection.reading.use_words import (
    ABOUT_A_TOOL,
    BIAS,
    BY_GROUP,
    FALLIBLE,
    FORBIDS,
    LIMITED,
    NOT_GIVEN,
    OF_A_PART,
    OF_AI,
    OF_BUILDING,
    OF_GROUPS,
    OF_THE_WHOLE,
    RESTRICTED_LICENCE,
    REVIEWED,
    STAGE,
    STUDIED,
    WARNS,
)
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.inspection.topic import Question, Topic

_WORDS = "Words in a document; whether users see and follow them is not shown here."

TOPIC = Topic(
    key="intended-use",
    title="Intended use and bias",
    questions=(
        Question("use-limitation", "Is a limitation of use stated?", _WORDS),
        Question("bias-disclosed", "Is uneven performance across groups of people or languages disclosed?"),
        Question("disclaimer", "Are users told that answers may be wrong?", _WORDS),
        Question("human-oversight", "Does a document ask that a person reviews answers or decides?", _WORDS),
    ),
)

_LICENCE = re.compile(r"(?:^|/)(?:licen[cs]e|use[-_ ]policy|acceptable[-_ ]use)[^/]*$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_PAGE_OF_CODE: Final = (".tsx", ".jsx", ".ts", ".js")
_COMMENTS: Final = ("//", "*", "/*", "{/*")
_MOST: Final = 8
_LOOKED_AT: Final = 4_000
_MOST_PAGES: Final = 1_000
_NAMES: Final = 3


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    whole = list(_whole(repository))
    yield _limitation(repository, whole)
    yield _bias(repository, whole)
    pages = [*whole, *_pages(repository, {text.path for text, _ in whole}, scripts=WARNS)]
    yield _told(
        pages,
        "disclaimer",
        FALLIBLE,
        "Users are told that answers may be wrong",
        "No document and no page tells users that answers may be wrong.",
        tempting=lambda: warranty(repository),
    )
    yield _told(
        pages,
        "human-oversight",
        REVIEWED,
        "A person's check or decision is asked for",
        "No document and no page asks that a person checks answers or decides.",
        tempting=lambda: in_prose(repository, CHECKED, "names it, and asks nobody for it"),
    )


def _whole(repository: Repository) -> Iterator[tuple[Text, Prose]]:
    """Cards, and documents that speak of the system as a whole."""
    cards = {card.path for card in (*cards_of(repository).models, *cards_of(repository).data)}
    files = [
        file
        for file in documents(repository, pages=True)
        if file.path in cards
        or (
            is_of_the_whole(file.path)
            and not file.path.endswith(_PAGE_OF_CODE)
            and file.path_class not in {PlaceClass.EXAMPLE, PlaceClass.ARCHIVE}
        )
    ]
    for text in repository.texts(
        sorted(files, key=lambda file: (file.path not in cards, file.path.count("/"), file.path))
    ):
        prose = prose_of(repository, text.path)
        if prose is not None:
            yield text, prose


def _pages(repository: Repository, known: set[str], *, scripts: Any) -> Iterator[tuple[Text, Prose]]:
    """What visitors of the system read: pages and their templates.

    Args:
        repository: The commit.
        known: Paths that are read already.
        scripts: Of pages that are programs too, those are read in which this pattern occurs.
    """
    files = [
        file
        for file in documents(repository, pages=True)
        if is_page(file.path)
        and file.path not in known
        and not is_aside(file.path)
        and file.path_class in {PlaceClass.LIVE, PlaceClass.TEMPLATE}
    ]
    for text in repository.texts(files[:_MOST_PAGES]):
        if (scripts is FORBIDS or text.path.endswith(_PAGE_OF_CODE)) and not scripts.search(text.data):
            continue
        prose = prose_of(repository, text.path)
        if prose is not None:
            yield text, prose


def _limitation(repository: Repository, whole: list[tuple[Text, Prose]]) -> Fact:
    places = list(_found(whole, LIMITED, "a limitation of use", within_building=False))
    told = [*whole, *_pages(repository, {text.path for text, _ in whole}, scripts=FORBIDS)]
    places.extend(_found(told, NOT_GIVEN, "what must not be given to the system", within_building=False))
    for file in repository.files:
        if file.path_class is PlaceClass.LIVE and re.match(
            r"(?:.*/)?(?:licen[cs]e|use[-_ ]policy)[^/]*$", file.path, re.IGNORECASE
        ):
            text = repository.text(file.path)
            hit = text.first(RESTRICTED_LICENCE) if text is not None else None
            if text is not None and hit is not None:
                places.append(text.place(hit.line, "the licence restricts uses"))
    stage = list(_found(whole, STAGE, "the stage of the project", within_building=False))
    values = {"statements": len(places)}
    if places:
        statement = f"{places[0].path} states a limitation of use."
        return TOPIC.fact(
            "use-limitation",
            Answer.YES,
            statement,
            places=[*places, *stage],
            values=values,
            confidence=Confidence.MODERATE,
        )
    if stage:
        statement = f"{stage[0].path} says at what stage the system is; no use is ruled out."
        return TOPIC.fact(
            "use-limitation", Answer.PARTIAL, statement, places=stage, values=values, confidence=Confidence.LOW
        )
    return TOPIC.fact(
        "use-limitation",
        Answer.NO,
        "No document states a limitation of use.",
        places=warranty(repository),
        values=values,
    )


def _bias(repository: Repository, whole: list[tuple[Text, Prose]]) -> Fact:
    cards = {card.path for card in cards_of(repository).models}
    in_cards = [(text, prose) for text, prose in whole if text.path in cards]
    others = [(text, prose) for text, prose in whole if text.path not in cards]
    # All of a card is of its model, whether a paragraph says so or not.
    places = list(_found(in_cards, BIAS, "uneven performance", within_building=True))
    places.extend(_found(others, BIAS, "uneven performance", of_ai=True, within_building=True))
    measured = [
        text.place(table.line, "figures by group")
        for text, prose in whole
        for table in prose.tables
        if any(BY_GROUP.match(head) for head in table.columns[:2])
        and any(_DIGIT.search(cell) for row in table.rows for cell in row.cells[1:])
    ]
    measured.extend(_measured_in_words(in_cards))
    studied = list(islice(_studied(repository), _MOST)) if not places else []
    if studied:
        statement = f"{studied[0].path}, a notebook, studies bias of the model; no document tells users what it found."
        return TOPIC.fact("bias-disclosed", Answer.PARTIAL, statement, places=studied, confidence=Confidence.LOW)
    if not places:
        return TOPIC.fact(
            "bias-disclosed",
            Answer.NO,
            "No document speaks of uneven performance across groups.",
            places=in_prose(repository, BIASED, "names bias, and no group that is served worse"),
        )
    kind = "with figures by group" if measured else "in words, without figures"
    return TOPIC.fact(
        "bias-disclosed",
        Answer.YES,
        f"{places[0].path} discloses uneven performance {kind}.",
        places=[*places, *measured],
        values={"measured": bool(measured), "statements": len(places)},
        confidence=Confidence.MODERATE,
    )


def _studied(repository: Repository) -> Iterator[InspectedPlace]:
    """Words of the project's own notebooks that name a study of bias, the first two lines of each."""
    for text in own_notebooks(repository):
        if STUDIED.search(text.data):
            lines = (line for line, said in said_in(text, Cell.WRITTEN) if STUDIED.search(said.encode()))
            yield from (text.place(line, "a study of bias") for line in islice(lines, 2))


def _measured_in_words(cards: list[tuple[Text, Prose]]) -> Iterator[InspectedPlace]:
    """Sentences of cards that give a measured figure in a paragraph on groups."""
    for text, prose in cards:
        for figures in figures_of(prose):
            paragraph = prose.before(figures.lines[0] + 1)
            if not figures.in_table and paragraph is not None and paragraph.found(OF_GROUPS) is not None:
                yield text.place(figures.lines[0], "a figure for groups")


def _told(
    pages: list[tuple[Text, Prose]],
    key: str,
    words: Any,
    told: str,
    untold: str,
    *,
    tempting: Callable[[], list[InspectedPlace]],
) -> Fact:
    places = list(_found(pages, words, "says so", of_ai=True, within_building=False))
    values = {"statements": len(places)}
    if not places:
        return TOPIC.fact(key, Answer.NO, untold, places=tempting(), values=values)
    where = sorted({place.path for place in places})
    named = ", ".join(where[:_NAMES])
    statement = f"{told}: {named}{' and others' if len(where) > _NAMES else ''}."
    return TOPIC.fact(key, Answer.YES, statement, places=places, values=values, confidence=Confidence.LOW)


def _found(
    told: list[tuple[Text, Prose]], words: Any, shows: str, *, of_ai: bool = False, within_building: bool
) -> Iterator[InspectedPlace]:
    """Lines of paragraphs that hold words, a few of each document."""
    for text, prose in told:
        count = 0
        for paragraph in prose.paragraphs:
            line = paragraph.found(words)
            if line is None or (of_ai and not OF_AI.search(paragraph.text[:_LOOKED_AT])):
                continue
            if words is BIAS and ABOUT_A_TOOL.search(paragraph.text[:_LOOKED_AT]):
                continue
            if words is LIMITED and _of_a_part(paragraph):
                continue
            if text.path.endswith(_PAGE_OF_CODE) and text.line(line).startswith(_COMMENTS):
                continue
            if not within_building and _in_section_of_building(prose, paragraph):
                continue
            yield text.place(line, shows)
            count += 1
            if count == _MOST:
                break


def _of_a_part(paragraph: Paragraph) -> bool:
    """Whether every sentence that rules a use out speaks of a part, a setting or an installation only."""
    said = [sentence for _, sentence in paragraph.sentences() if LIMITED.search(sentence.encode("utf-8", "replace"))]
    return bool(said) and all(
        OF_A_PART.search(sentence) and not OF_AI.search(sentence) and not OF_THE_WHOLE.search(sentence)
        for sentence in said
    )


def _in_section_of_building(prose: Prose, paragraph: Paragraph) -> bool:
    trail = prose.trail(paragraph.line)
    return any(OF_BUILDING.search(title) for title in trail[1:])
