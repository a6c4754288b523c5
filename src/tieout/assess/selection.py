"""Selectors: `gateway_config.routes.model` picks values out of artefacts, each with its place."""

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout.collectors.placeholders import PERSON_FIELDS, names_nobody, says_nothing
from tieout.domain.evidence import EvidenceItem, Place

#: Alphabets of which some letters look the same.
_ALIKE = frozenset({"CYRILLIC", "GREEK", "LATIN"})
#: Characters that are not shown (Unicode's Default_Ignorable_Code_Point, without its unassigned ones).
_UNSEEN = re.compile(
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f"
    "\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One selected value: the item it stands in and the JSON pointer to it."""

    item: EvidenceItem
    pointer: str
    value: Any

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return self.item.place(self.pointer or None)


def artefact_of(selector: str) -> str:
    """The artefact name that a selector starts with."""
    return selector.partition(".")[0]


def select(items: Sequence[EvidenceItem], selector: str, where: Mapping[str, Any] | None = None) -> list[Hit]:
    """All values a selector reaches, lists flattened, in the order of the evidence.

    Args:
        items: Evidence items of the selector's artefact.
        selector: `artefact` or `artefact.field.field`.
        where: Field = value conditions on the innermost mapping that the path passes through.
    """
    path = selector.split(".")[1:]
    hits: list[Hit] = []
    for item in items:
        hits.extend(Hit(item, pointer, value) for pointer, value in _walk(item.facts, path, "", dict(where or {})))
    return hits if len(items) == 1 else _told_once(hits)


def matches(value: Any, where: Mapping[str, Any]) -> bool:
    """Whether a mapping has all the wanted fields; a list of wanted values means any of them."""
    if not where:
        return True
    if not isinstance(value, dict):
        return False
    return all(
        _is_wanted(_as_compared(name, value.get(name)), _as_compared(name, wanted)) for name, wanted in where.items()
    )


def filled(value: Any) -> bool:
    """Whether a value says something: no blank, no `TBD`, `<name>` or `n/a`, no list of nothing else.

    A number and a plain `false` say something.
    """
    if value is None:
        return False
    if isinstance(value, str):
        return not says_nothing(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return any(filled(inner) for inner in value.values())
    if isinstance(value, Sequence):
        return any(filled(inner) for inner in value)
    return True


def said(field: str, value: Any) -> bool:
    """Whether a field says something; one that should name a person names somebody."""
    return filled(value) and not (field in PERSON_FIELDS and isinstance(value, str) and names_nobody(value))


def person(name: str | None) -> str | None:
    """A person's name in the form in which two spellings compare; None where it names nobody.

    Letters are compared by compatibility (NFKC) and without case; characters that nobody sees do not count.
    A word in more than one of the Latin, Greek and Cyrillic alphabets names nobody: it is made to look like
    another name.
    """
    if name is None:
        return None
    seen = seen_name(name)
    if names_nobody(seen) or mixed_alphabets(seen):
        return None
    return unicodedata.normalize("NFKC", seen.casefold())


def seen_name(name: str) -> str:
    """A name as a reader sees it: compatible letters (NFKC), single blanks, no characters that nobody sees."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", name))).split())


def mixed_alphabets(name: str) -> bool:
    """Whether a word of a name is written in more than one of the alphabets that look alike."""
    return any(
        len({script for char in word if (script := unicodedata.name(char, "").partition(" ")[0]) in _ALIKE}) > 1
        for word in unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).split()
    )


def _as_compared(name: str, value: Any) -> Any:
    """A field's value as conditions compare it: a drill's scenario however it is spelled.

    People write `provider-failover`, `Provider failover`, `PROVIDER_FAILOVER`. A failed drill must not go unseen, nor
    a passed one, for a hyphen.
    """
    if name != "scenario":
        return value
    if isinstance(value, list):
        return [_as_compared(name, one) for one in value]
    if not isinstance(value, str):
        return value
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", value)).casefold())


def _is_wanted(value: Any, wanted: Any) -> bool:
    choices = wanted if isinstance(wanted, list) else [wanted]
    # 1 and true are equal to Python, and are not the same statement.
    return any(value == choice and isinstance(value, bool) == isinstance(choice, bool) for choice in choices)


def _told_once(hits: list[Hit]) -> list[Hit]:
    """Without the rows that another item gives in the same words: what has an id and is told twice is one."""
    kept: list[Hit] = []
    first: dict[str, str] = {}
    for hit in hits:
        if hit.pointer and isinstance(hit.value, dict) and filled(hit.value.get("id")):
            told = json.dumps(hit.value, sort_keys=True, default=str)
            if first.setdefault(told, hit.item.id) != hit.item.id:
                continue
        kept.append(hit)
    return kept


def _walk(value: Any, path: list[str], pointer: str, where: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _walk(element, path, f"{pointer}/{index}", where)
        return
    if not path:
        if matches(value, where if isinstance(value, dict) else {}):
            yield pointer, value
        return
    if isinstance(value, dict):
        inner = value.get(path[0])
        innermost = not isinstance(inner, (dict, list)) or _is_leaf_list(inner)
        if innermost and not matches(value, where):
            return
        if inner is not None:
            yield from _walk(inner, path[1:], f"{pointer}/{path[0]}", {} if innermost else where)


def _is_leaf_list(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(element, (dict, list)) for element in value)
