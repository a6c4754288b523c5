"""Where a repository says under which licence it stands: files, metadata of packages, the API, its readme."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.api_metadata import apis
from tieout.inspection.reading.cards import cards_of
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.reading.licence_names import ids_of_name, names_in, recognised
from tieout.inspection.reading.model_catalogues import listed
from tieout.inspection.reading.package_metadata import packages
from tieout.inspection.reading.unread import unread_of
from tieout.inspection.repository import Repository, line_of, member
from tieout.kernel.reading.patterns import compile_bytes

_FILE = re.compile(
    r"(?:^|/)(?:un)?licen[cs]e(?:s)?(?:[-_.](?!3rd|third)[a-z0-9.+_-]{1,40})?$"
    r"|(?:^|/)(?:mit|apache|bsd)[-_]licen[cs]e(?:\.(?:md|txt))?$|(?:^|/)copying(?:[-_.][a-z0-9.]{1,20})?$",
    re.IGNORECASE,
)
_TOP: Final = frozenset({"", ".github", "docs", "doc", ".gitlab", "LICENSES", "licenses"})
#: The source of a licence that a list of models gives to one of them.
CATALOGUE: Final = "catalogue of models"
_LINKED_FILE = re.compile(r"\]\((?:\./|/)?(?P<path>(?:un)?licen[cs]e(?:\.(?:md|txt|rst))?)\)", re.IGNORECASE)
_NO_FILE = re.compile(
    r"\.(?:py|[jt]sx?|go|rb|rs|java|sh|json|ya?ml|toml|html?|png|svg|css|lock|header|tmpl|tpl)$", re.IGNORECASE
)
#: A value that says where the licence is to be read, and not which it is.
_POINTER = re.compile(r"^https?://|licen[cs]e(?:\.(?:md|txt|rst))?$", re.IGNORECASE)
_README = re.compile(r"^(?:\.github/|docs?/)?readme(?:\.(?:md|rst|txt|adoc))?$", re.IGNORECASE)
_WEIGHTS_FILE = re.compile(
    r"(?:^|/)(?:model|weights)[-_]?licen[cs]e[^/]*$|(?:^|/)licen[cs]e[-_](?:model|weights)[^/]*$", re.IGNORECASE
)
_OWN = compile_bytes(
    r"\b(?:licen[cs]ed|released|distributed|available|published)\b[^.]{0,60}\bunder\b|\blicen[cs]e[:d]?\b", folded=True
)
_WEIGHTS = compile_bytes(
    r"\b(?:weights|checkpoints?)\b[^.]{0,120}\b(?:licen[cs]|released under|available under)"
    r"|\b(?:licen[cs]e[ds]?|released under|available under)\b[^.]{0,120}\b(?:weights|checkpoints?)\b"
    r"|\b(?:the|this|our|these|all) (?:pre-?trained )?models?\b[^.]{0,40}\b(?:is|are)\b[^.]{0,20}"
    r"(?:licen[cs]ed|released|available) under"
    # "The following models are … licensed": the name of a licence stands between, with the dots of its version.
    r"|\b(?:following|these|all|our) (?:pre-?trained )?models? (?:is|are) (?:[^.]|\.[0-9]){0,60}\blicen[cs]ed\b",
    folded=True,
)
_FOREIGN = compile_bytes(r"bundles|vendored|third[- ]party|dependenc|\bdata ?sets?\b|contribut", folded=True)
_EXCEPT = compile_bytes(r"[\"'`(]?(?P<path>[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/LICEN[CS]E[A-Za-z.]*)[\"'`)]?")
_MODEL = re.compile(r"\b(?:weights|checkpoints?|models?)\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?:code|software|project|repository)\b", re.IGNORECASE)
_LONGEST_LINE: Final = 4_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: A file of the tree that holds terms which a sentence points at.
_LICENCE_LINK = re.compile(r"\b[A-Z0-9]{2,30}[-_]LICEN[CS]E(?:\.(?:md|txt))?\b")
_NOT = re.compile(r"\b(?:not|no|neither)\b", re.IGNORECASE)
_HEADING = re.compile(r"^[^A-Za-z]{0,12}licen[cs](?:e|ing)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One place that says a licence.

    Attributes:
        ids: SPDX identifiers, sorted; empty where what is written is none that is known.
        written: What is written, or the name of the file.
        path: Of the file.
        line: 1-based; None where it is not known.
        source: What kind of place it is, in words.
        folder: Of the package that it is of; "" for the whole.
        version_line: Where a file says the version of the licence apart from its name.
        is_told: Of a file: it holds more than a few words.
    """

    ids: tuple[str, ...]
    written: str
    path: str
    line: int | None
    source: str
    folder: str = ""
    version_line: int | None = None
    is_told: bool = True


def files(repository: Repository) -> list[Statement]:
    """Licence files of the project itself, the root's first; those of parts carry their folder."""
    foreign = {PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE}
    found = [
        file for file in repository.matching(_FILE) if file.path_class not in foreign and not _NO_FILE.search(file.path)
    ]
    statements = []
    for text in repository.texts(sorted(found, key=lambda file: (file.path.count("/"), len(file.path), file.path))):
        told = recognised(text)
        folder = text.path.rpartition("/")[0]
        whole = "" if folder in _TOP else folder
        statements.append(
            Statement(told.ids, text.path, text.path, told.line, "licence file", whole, told.version_line, told.is_told)
        )
    return statements


def unread(repository: Repository) -> list[str]:
    """Licence files of the whole that are there and cannot be read."""
    found = unread_of(repository, _FILE)
    return [path for path in found if path.rpartition("/")[0] in _TOP and not _NO_FILE.search(path)]


def exceptions(repository: Repository, path: str) -> list[tuple[int, str]]:
    """Lines of a licence file that put parts under another one, with that one's path."""
    text = repository.text(path)
    hits = text.hits(_EXCEPT) if text is not None else ()
    return [(hit.line, hit.groups["path"]) for hit in hits if hit.groups["path"] in repository.paths]


def metadata(repository: Repository) -> Iterator[Statement]:
    """What packages and APIs say of themselves."""
    for package in packages(repository):
        for said in package.licences:
            ids = ids_of_name(said.text)
            if ids or not (said.text.startswith("License :: OSI Approved") or _POINTER.search(said.text)):
                yield Statement(ids, said.text, said.path, said.line, "package metadata", package.folder)
    for api in apis(repository):
        if api.licence is not None:
            name = api.licence.text
            yield Statement(ids_of_name(name), name, api.path, api.licence.line, "API description")


def readme(repository: Repository) -> Iterator[Statement]:
    """The sentence of a readme that says the licence of the project itself."""
    for file in repository.matching(_README):
        prose = prose_of(repository, file.path)
        for section in prose.headings if prose is not None else ():
            if not _HEADING.search(section.title) or prose is None:
                continue
            for paragraph in prose.within(section):
                line = paragraph.found(_OWN)
                name = _name_of(paragraph.text, _CODE)
                is_foreign = _FOREIGN.search(paragraph.text.encode("utf-8", "replace")) is not None
                if name and line is not None and not is_foreign:
                    yield Statement((name,), name, file.path, line, "readme")
                    return


def dead_links(repository: Repository) -> list[tuple[str, int]]:
    """Paths and lines of readmes that link to a licence file which is not there; the first of each."""
    found = []
    names = {path.casefold() for path in repository.paths}
    for text in repository.texts(repository.matching(_README)):
        for number, line in enumerate(text.lines(), start=1):
            link = _LINKED_FILE.search(line) if len(line) < _LONGEST_LINE else None
            if link is not None and link["path"].casefold() not in names:
                found.append((text.path, number))
                break
    return found


def weights(repository: Repository) -> Iterator[Statement]:
    """Where a licence of the model's weights is stated: cards, the readme, files named after it."""
    cards = cards_of(repository).models
    for card in cards:
        data = card.front.data if card.front is not None else None
        value = member(data, "license")
        if card.front is not None and isinstance(value, str):
            yield Statement(ids_of_name(value), value, card.path, line_of(card.front, "license"), "model card")
    for text in repository.texts(repository.matching(_WEIGHTS_FILE)):
        told = recognised(text)
        yield Statement(told.ids, text.path, text.path, told.line, "licence file of the model")
    for one in {entry.licence.casefold(): entry for entry in reversed(listed(repository)) if entry.licence}.values():
        yield Statement(ids_of_name(one.licence), one.licence, one.path, one.line, CATALOGUE)
    paths = [file.path for file in repository.matching(_README)] + [card.path for card in cards]
    for path in dict.fromkeys(paths):
        yield from _sentences(repository, path)


def _sentences(repository: Repository, path: str) -> Iterator[Statement]:
    prose = prose_of(repository, path)
    for paragraph in prose.paragraphs if prose is not None else ():
        line = paragraph.found(_WEIGHTS)
        if line is None:
            continue
        told = (part for part in _SENTENCE.split(paragraph.text) if _WEIGHTS.search(part.encode("utf-8", "replace")))
        name = next((name for part in told if (name := _name_of(part, _MODEL)) and not _NOT.search(part)), "")
        if name:
            yield Statement((name,), name, path, line, "sentence")
        elif (other := _LICENCE_LINK.search(paragraph.text)) is not None and other[0] in repository.paths:
            yield Statement((), other[0], path, line, "sentence")


def _name_of(sentence: str, thing: "re.Pattern[str]") -> str:
    """The licence that a sentence gives to one thing: the first behind its word, or else the first at all."""
    found = thing.search(sentence)
    behind = names_in(sentence[found.end() :]) if found is not None else ()
    return next(iter((*behind, *names_in(sentence))), "")
