"""Finds a program's notation in a sentence for people: durations, underscores, Python's words, wrong plurals."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tieout.domain.collection import Collection

#: A person may have to copy these: code, and names in quotes.
_QUOTED = re.compile(r"`[^`]+`|'[^'\s]+'|“[^”]+”")
_FAULTS = {
    "an ISO 8601 duration": re.compile(r"\bP(?:\d+[YMWD])+\b|\bP?T\d+[HMS]\b"),
    "a name with underscores": re.compile(r"\b\w+_\w+\b"),
    "a word of Python": re.compile(r"\bNone\b(?! of )|\bTrue\b|\bFalse\b|\bnan\b|\binf\b|\bdict\b|datetime"),
    "a plural of one": re.compile(
        r"(?<![\d.,-])1 (?!of\b|day\b)(?:\w+ ){0,2}(?:were|are|have|do|record|name)\b"
        r"|\b(?:all|each of the) 1\b|\b1 of 1\b",
        re.IGNORECASE,
    ),
    "a singular of many": re.compile(
        r"\b(?:Both|All \d[\d,]*) (?:(?!have|are|were|do|record)\w+ ){0,4}?(?:is|was|has|does|records)\b"
        r"|\b(?:[2-9]|\d\d+) of (?:the )?[\d,]+ \w+ (?:is|was|has|falls|names|does)\b"
    ),
    "a number without its commas": re.compile(r"(?<![\w.,:/@#-])\d{5,}(?![\w:/-]|\.\d)"),
    "a tight percentage": re.compile(r"\d%"),
    "a pointer into data": re.compile(r"#/\w"),
    "a comparison in signs": re.compile(r"[<>=]=|(?<= )[<>] \d"),
    "an empty place in the sentence": re.compile(r"\s{2}|\(\)| ,| \.|: \.|:\.|\b(?:has|have|and|or|of) [.;,]"),
}
#: Facts that are words of ours (roles, scenarios, kinds): a reason says them without their underscores.
_OURS = frozenset({"authorised_roles", "format", "kind", "name_of_role", "record_type", "role", "scenario", "status"})


def faults(text: str, own: Iterable[str] = ()) -> list[str]:
    """What in a sentence is notation; `own` are identifiers of the user, which stand as they are written."""
    seen = text
    for name in sorted(own, key=len, reverse=True):
        seen = seen.replace(name, "x")
    seen = _QUOTED.sub("x", seen)
    return [f"{fault}: {found.group()!r}" for fault, pattern in _FAULTS.items() if (found := pattern.search(seen))]


def identifiers(collection: Collection) -> set[str]:
    """What the user named: paths, sources, and every text of the evidence that is not a word of ours."""
    found = {collection.subject.system_id}
    for source in collection.sources:
        found.update((source.name, source.uri))
        for problem in source.problems:
            found.update((problem.place.path, problem.reason))
        for item in source.items:
            found.update((item.provenance.path, *_texts(item.facts)))
    return {name for name in found if re.search(r"_|\d{5}|None|True|False", name)}


def _texts(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and key not in _OURS:
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
