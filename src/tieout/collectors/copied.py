"""Tells a record that is a shipped example, with other dates or names at most, from one that somebody wrote."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tieout.collectors.placeholders import PERSON_FIELDS
from tieout.config.kinds import RECORDS
from tieout.config.records import example_file, record_example
from tieout.kernel.reading.documents import kind_of, parse

#: What a row of problems says of such a record.
COPIED = "is the example that comes with tieout (its texts are unchanged), not a record of this system"
#: Records of which nothing telling is left without the names of people: another roster may have the same roles.
_OF_PEOPLE = frozenset({"roster"})
#: Texts of so many words are nobody else's by chance.
_SENTENCE = 5
_SEVERAL = 2
#: Words of a cell that tells whose row it is.
_WORDS = 3
#: A row with this share of an example row's fields, and no other, is that row: fewer may be alike by chance.
_MOST = 0.5
# A day or a time, and a month of a year, as in `INC-2026-07`.
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|z|[+-]\d{2}:\d{2})?)?)?")
_PARAGRAPHS = re.compile(r"\n\s*\n")


def is_example(type_: str, fields: Mapping[str, Any], body: str) -> bool:
    """Whether a record says nothing that the shipped example of its kind does not say.

    That is so where it is the same but for days, times and the names of people, and where it has at least two texts
    of five words and more that all stand in the example, or where each of its rows is one of the example's. Of a
    document the text is its body; below the front matter of anything else nothing is read as a statement.

    Args:
        type_: Artefact of the record; kinds without an example are never one.
        fields: What it says, as parsed.
        body: The text below its front matter.
    """
    if type_ not in RECORDS:
        return False
    example, known = _example(type_)
    own = _sentences(type_, fields, body)
    if (len(own) >= _SEVERAL and own <= known) or (own == known and _bare(type_, fields) == example):
        return True
    # Rows of names, days and single words alone may be alike by chance.
    rows = [] if type_ in _OF_PEOPLE else _rows(_bare(type_, fields))
    is_telling = any(len(said.split()) >= _WORDS for _, row in rows for _, said in row)
    return is_telling and own <= known and all(_is_of(row, example) for row in rows)


def _rows(bare: Any) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    """The rows of a record's lists, each as the name of its list and what its filled fields say.

    A cell of a table is a text where a field of YAML is a number or a list, so that all are compared as texts.
    """
    if not isinstance(bare, Mapping):
        return []
    return [
        (str(name), frozenset((str(key), said) for key, value in row.items() if (said := _cell(value))))
        for name, rows in bare.items()
        if isinstance(rows, list)
        for row in rows
        if isinstance(row, Mapping)
    ]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(sorted(map(_cell, value)))
    return "" if value is None else " ".join(str(value).split()).casefold()


def _is_of(row: tuple[str, frozenset[tuple[str, str]]], example: Any) -> bool:
    """Whether a row says nothing that a row of the example does not say, and most of what that one says."""
    name, said = row
    return any(
        name == known_name and said <= known and len(said) >= _MOST * len(known) for known_name, known in _rows(example)
    )


@cache
def _example(type_: str) -> tuple[Any, frozenset[str]]:
    """The bare fields of a kind's example, and its sentences."""
    file = example_file(type_)
    document = parse(record_example(type_).encode("utf-8"), kind_of(file.name) or "yaml", where=file.name)
    return _bare(type_, document.data), _sentences(type_, document.data, document.body)


def _bare(type_: str, value: Any) -> Any:
    """A value without days, times and people, rows in an order of their own, so that copies compare as equal."""
    if isinstance(value, Mapping):
        aside = frozenset({"artefact"}) if type_ in _OF_PEOPLE else PERSON_FIELDS | {"artefact"}
        return {key: _bare(type_, member) for key, member in value.items() if key not in aside}
    if isinstance(value, list):
        return sorted((_bare(type_, member) for member in value), key=repr)
    return _text(value) if isinstance(value, str) else value


def _sentences(type_: str, fields: Any, body: str) -> frozenset[str]:
    """Every text of a record that is long enough to be told apart."""
    is_document = type_ == "approved_record" and body.strip()
    texts = map(_text, _PARAGRAPHS.split(body)) if is_document else _leaves(fields)
    return frozenset(text for text in texts if len(text.split()) >= _SENTENCE)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield _text(value)
    elif isinstance(value, list | Mapping):
        for member in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(member)


def _text(value: str) -> str:
    """A text in which only words count: letters in one case, blanks single, days and times alike."""
    return _DATE.sub("#", " ".join(value.split())).casefold()
