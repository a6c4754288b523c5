"""Cards of models and data sets: which documents are some, and whether they are filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.card_parts import About, Part, fields_of, is_open, parts_of
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.reading.prose import Prose
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.patterns import compile_bytes

_NAMED_MODEL = re.compile(
    r"(?:^|/)[^/]*(?:model|system)[-_ ]?cards?[^/]*\.(?:md|mdx|markdown|rst|txt|html?|ya?ml|json|adoc)$"
    r"|(?:^|/)(?:model|system)[-_ ]?cards?/[^/]+\.(?:md|mdx|markdown|rst|txt|html?|ya?ml|json)$"
    r"|(?:^|/)[^/]*(?:transparency[-_ ](?:record|report|note)|fact[-_ ]?sheet|atrs)[^/]*\.(?:md|markdown|rst|html?)$",
    re.IGNORECASE,
)
_NAMED_DATA = re.compile(
    r"(?:^|/)[^/]*(?:data[-_ ]?sets?|data)[-_ ]?(?:cards?|sheets?)[^/]*\.(?:md|mdx|markdown|rst|txt|html?|ya?ml|json)$"
    r"|(?:^|/)(?:data[-_ ]?sets?|data)[-_ ]?cards?/[^/]+\.(?:md|mdx|markdown|rst|txt|html?|ya?ml|json)$",
    re.IGNORECASE,
)
_README = re.compile(r"(?:^|/)readme(?:\.(?:md|markdown|rst))?$", re.IGNORECASE)
#: A heading by which a README says that it is a card.
_CARD_TITLE = re.compile(r"^(?:the )?(?:model|system) ?card\b(?! toolkit)", re.IGNORECASE)
_DATA_TITLE = re.compile(r"^(?:data ?set|data) ?card\b|^datasheet for\b", re.IGNORECASE)
#: Fields of the front matter that a model hub reads of a model's, or of a data set's, README.
_HUB_MODEL = compile_bytes(r"(?m)^(?:pipeline_tag|library_name|base_model|model-index|model_name|inference|widget) *:")
_HUB_DATA = compile_bytes(
    r"(?m)^(?:task_categories|task_ids|size_categories|annotations_creators|language_creators|dataset_info|configs"
    r"|source_datasets|pretty_name) *:"
)
_NOT_LIVE: Final = frozenset({PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE, PlaceClass.ARCHIVE})


@dataclass(frozen=True, slots=True)
class Card:
    """A card.

    Attributes:
        text: The file.
        prose: The file as prose; None where it is JSON or YAML.
        line: That says what the document is, 1-based.
        parts: In order.
        front: Front matter as data, or the whole of a JSON or YAML card.
        open_marks: Places that nobody filled in.
    """

    text: Text
    prose: Prose | None
    line: int
    parts: tuple[Part, ...]
    front: Document | None
    open_marks: int

    @property
    def path(self) -> str:
        """Of the file."""
        return self.text.path

    @property
    def abouts(self) -> frozenset[About]:
        """What its filled parts speak of."""
        return frozenset(about for part in self.parts if part.is_filled for about in part.abouts)

    @property
    def is_unfilled(self) -> bool:
        """Whether it is a template that nobody filled in: more parts are open than say something."""
        telling = [part for part in self.parts if part.abouts]
        filled = sum(1 for part in telling if part.is_filled)
        return bool(self.open_marks or telling) and filled * 2 < len(telling) + (1 if self.open_marks else 0)

    def about(self, about: About) -> tuple[Part, ...]:
        """The filled parts that speak of something."""
        return tuple(part for part in self.parts if about in part.abouts and part.is_filled)


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards of a repository, and documents that look like some.

    Attributes:
        models: Filled cards of models or systems, in use; sorted by path.
        data: Filled cards of data sets, in use; sorted by path.
        unfilled: Cards that nobody filled in, or whose parts do not say what a card says.
        elsewhere: Cards that stand among examples, templates, tests or archives.
    """

    models: tuple[Card, ...]
    data: tuple[Card, ...]
    unfilled: tuple[Card, ...]
    elsewhere: tuple[Card, ...]


@once
def cards_of(repository: Repository) -> Cards:
    """Every card of a repository, read once."""
    models: list[Card] = []
    data: list[Card] = []
    unfilled: list[Card] = []
    elsewhere: list[Card] = []
    for file, text, is_data in _candidates(repository):
        card = _card(repository, text)
        if card is None:
            continue
        if file.path_class in _NOT_LIVE:
            elsewhere.append(card)
        elif card.is_unfilled or not _is_card(card):
            unfilled.append(card)
        else:
            (data if is_data else models).append(card)
    return Cards(tuple(models), tuple(data), tuple(unfilled), tuple(elsewhere))


def _candidates(repository: Repository) -> Iterator[tuple[File, Text, bool]]:
    """Files that may be cards, by name, by what a model hub reads, by their first heading; whether of a data set."""
    files = [
        file
        for file in repository.files
        if file.kind == "file"
        and file.path_class is not PlaceClass.VENDORED
        and (_NAMED_MODEL.search(file.path) or _NAMED_DATA.search(file.path) or _README.search(file.path))
    ]
    by_path = {file.path: file for file in files}
    for text in repository.texts(files):
        file = by_path[text.path]
        if _NAMED_DATA.search(file.path):
            yield file, text, True
        elif _NAMED_MODEL.search(file.path):
            yield file, text, False
        elif (is_data := _told_by_readme(repository, text)) is not None:
            yield file, text, is_data


def _told_by_readme(repository: Repository, text: Text) -> bool | None:
    """Whether a README is the card of data (True) or of a model (False); None where it is neither."""
    if text.data.startswith(b"---"):
        front = text.data[: text.data.find(b"\n---", 3) + 1]
        if _HUB_MODEL.search(front):
            return False
        if _HUB_DATA.search(front):
            return True
    if b"ard" not in text.data and b"ARD" not in text.data and b"Datasheet" not in text.data:
        return None
    prose = prose_of(repository, text.path)
    for section in prose.headings[:1] if prose is not None else ():
        if _CARD_TITLE.search(section.title):
            return False
        if _DATA_TITLE.search(section.title):
            return True
    return None


def _card(repository: Repository, text: Text) -> Card | None:
    kind = kind_of(text.path)
    if kind in {"json", "yaml"}:
        document = repository.document(text.path)
        if document is None or not isinstance(document.data, dict):
            return None
        return Card(text, None, 1, tuple(fields_of(document)), document, 0)
    prose = prose_of(repository, text.path)
    if prose is None:
        return None
    front = repository.document(text.path, "front-matter") if text.data.startswith(b"---") else None
    line = prose.headings[0].line if prose.headings else (prose.paragraphs[0].line if prose.paragraphs else 1)
    opened = sum(1 for part in prose.paragraphs if is_open(part.text))
    return Card(text, prose, line, tuple(parts_of(prose)), front, opened)


def _is_card(card: Card) -> bool:
    """Whether it says what a card says: two things, of which one at least is no detail, owner or licence."""
    return bool(card.abouts - {About.LICENCE, About.DETAILS, About.OWNER}) and len(card.abouts) > 1
