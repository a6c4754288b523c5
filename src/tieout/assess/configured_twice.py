"""Where two files, or two sources, configure one thing differently: a route, an alert, a flag, a store, a container.

One table says for each artefact what names a row and what two rows of one name must agree in. What only one of the two
tells is no disagreement, and rows of one name in one file are what the product makes of them: load that is shared, an
alert at two levels.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, Final

from tieout.assess.denials import plain
from tieout.assess.wording import named, spot
from tieout.domain.artefacts import ARTEFACT_TITLES, spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: Products whose names of rows hold within one file, or one object of it: two of them name two things.
_LOCAL_PRODUCTS: Final = frozenset({"Compose", "Docker", "Portkey"})
#: An address of Terraform holds within its folder, and so does a name that stands for a store that is not named.
_LOCAL_STORE: Final = re.compile(r"(?:module\.|data\.)?[a-z0-9]{1,40}_\w{1,100}\.|[^(]{0,300} \(by the file's name;")
#: An object whose namespace is left to whoever applies it, and an image that a kustomization puts in place of another.
_LOCAL_CONTAINER: Final = re.compile(r"[A-Z]|image ")
_NUMBER: Final = re.compile(r"\d[\d.]*[a-z%]*")
_SEVERITY: Final = "severity"
#: Rows of one name in one file that are looked at one by one; more of them no product's file has.
_MOST: Final = 50
#: Pairs of files that are held against each other for one name: all of more than a hundred files that differ.
_MOST_PAIRS: Final = 10_000
_ALERTS: Final = "alert_rules"


@dataclass(frozen=True, slots=True)
class _Rows:
    """How an artefact's rows are held against each other.

    Attributes:
        field: That lists them.
        name: Field that names a row.
        also: Fields that belong to the name.
        agree: Fields in which two of one name must agree, where both tell them.
        of_product: Whether the product belongs to the name.
        local: What a name begins with that holds in its own file, or folder, alone.
        within: Whether two files of one source are held against each other; of Kubernetes' objects, which overlays may
            change by its tools' own rule, the collector tells that.
    """

    field: str
    name: str
    agree: tuple[str, ...]
    also: tuple[str, ...] = ()
    of_product: bool = True
    local: re.Pattern[str] | None = None
    within: bool = True


_TABLE: Final[Mapping[str, _Rows]] = {
    _ALERTS: _Rows("rules", "name", ("expression", "hold_seconds"), also=(_SEVERITY,)),
    "container_config": _Rows(
        "images",
        "name",
        ("image", "privileged", "read_only", "root", "user"),
        local=_LOCAL_CONTAINER,
        within=False,
    ),
    "flag_config": _Rows("flags", "name", ("default", "switchable"), of_product=False),
    "gateway_config": _Rows(
        "routes",
        "name",
        ("base_model", "budget_usd", "fallbacks", "mode", "model", "provider", "rate_limit_rpm", "timeout_seconds"),
    ),
    "retention_config": _Rows(
        "stores",
        "store",
        ("lock", "lock_days", "period_days", "then", "versioned"),
        also=("scope",),
        of_product=False,
        local=_LOCAL_STORE,
    ),
}
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """One row of one item."""

    item: EvidenceItem
    pointer: str
    row: dict[str, Any]


def configured_twice(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """A conflict for each thing that two files or two sources configure differently.

    Args:
        name: Of the artefact.
        items: Of it, in a stable order.
    """
    table = _TABLE.get(name)
    if table is None:
        return
    holders: dict[_Key, dict[str, list[_Told]]] = {}
    for item in items:
        if item.facts.get("product") in _LOCAL_PRODUCTS:
            continue
        for turn, row in enumerate(item.facts.get(table.field) or ()):
            if table.local is None or not table.local.match(str(row[table.name])):
                told = _Told(item, f"/{table.field}/{turn}", row)
                holders.setdefault(_key(table, item, row), {}).setdefault(_file_of(item, table), []).append(told)
    for files in holders.values():
        # Of files that say the same of what must agree the first stands for all: files can be hundreds, and copies.
        distinct = {frozenset(_said(table, told) for told in file): file for file in reversed(list(files.values()))}
        for one, other in islice(_pairs(name, [*reversed(distinct.values())]), _MOST_PAIRS):
            found = _disagree(name, table, one, other)
            if found is not None:
                yield _conflict(name, table, *found)
                break


def _pairs(name: str, files: Sequence[Sequence[_Told]]) -> Iterator[tuple[Sequence[_Told], Sequence[_Told]]]:
    """Files that are held against each other: of alerts not those of one source that watch different things."""
    if name != _ALERTS:
        yield from combinations(files, 2)
        return
    sources: dict[str, set[int]] = {}
    watching: dict[_Key, set[int]] = {}
    for turn, file in enumerate(files):
        sources.setdefault(file[0].item.provenance.source, set()).add(turn)
        for told in file:
            watching.setdefault(_watched(told), set()).add(turn)
    everywhere = set(range(len(files)))
    for turn, file in enumerate(files):
        own = {_watched(told) for told in file}
        others = set().union(*(watching[one] for one in own))
        if len(sources) > 1:
            others |= everywhere - sources[file[0].item.provenance.source]
        yield from ((file, files[other]) for other in sorted(others) if other > turn)


def _watched(told: _Told) -> _Key:
    """The source of an alert, and what it watches, numbers aside."""
    return (told.item.provenance.source, _NUMBER.sub("0", str(told.row.get("expression"))))


def _file_of(item: EvidenceItem, table: _Rows) -> str:
    """What is not held against itself: a file, or a whole source."""
    return f"{item.provenance.source}\n{item.provenance.path if table.within else ''}"


def _key(table: _Rows, item: EvidenceItem, row: Mapping[str, Any]) -> _Key:
    """What names a row."""
    product = str(item.facts.get("product") or "") if table.of_product else ""
    return (product, plain(str(row[table.name])), *(plain(str(row.get(field) or "")) for field in table.also))


def _disagree(
    name: str, table: _Rows, one: Sequence[_Told], other: Sequence[_Told]
) -> tuple[_Told, _Told, list[str]] | None:
    """Two rows that differ, and in what; None where each row of either file has one in the other that agrees."""
    for here, there in ((one, other), (other, one)):
        said = {_said(table, twin) for twin in there}
        alone = (told for told in here if _said(table, told) not in said)
        for told in islice(alone, _MOST):
            twins = [twin for twin in there if _is_of_same(name, told, twin) and _shared(table, told, twin)]
            fields = [_fields(table, told, twin) for twin in twins]
            if twins and all(fields):
                pair = (told, twins[0]) if here is one else (twins[0], told)
                return *pair, fields[0]
    return None


def _said(table: _Rows, told: _Told) -> str:
    return repr([told.row.get(field) for field in table.agree])


def _is_of_same(name: str, one: _Told, other: _Told) -> bool:
    """Whether two rows of one name are of one thing: of alerts of one source, what watches the same, numbers aside.

    A source's rules are loaded together, and two of them that watch other things may well share a name.
    """
    if name != _ALERTS or one.item.provenance.source != other.item.provenance.source:
        return True
    return _watched(one) == _watched(other)


def _shared(table: _Rows, one: _Told, other: _Told) -> list[str]:
    """The fields that both tell."""
    empty: tuple[Any, ...] = (None, "", [], ())
    return [field for field in table.agree if one.row.get(field) not in empty and other.row.get(field) not in empty]


def _fields(table: _Rows, one: _Told, other: _Told) -> list[str]:
    """The fields in which two rows differ."""
    return [field for field in _shared(table, one, other) if one.row[field] != other.row[field]]


def _all_fields(table: _Rows, one: _Told, other: _Told, fields: Sequence[str]) -> list[str]:
    """The fields in which two rows differ, those included that one of them gives as an empty list.

    A list may be empty because nothing is said, so that it makes no conflict; where there is one, it is named too.
    """
    values = ((field, one.row.get(field), other.row.get(field)) for field in table.agree)
    return [
        field
        for field, here, there in values
        if field in fields or (isinstance(here, list) and isinstance(there, list) and here != there)
    ]


def _conflict(name: str, table: _Rows, one: _Told, other: _Told, fields: Sequence[str]) -> CheckResult:
    places = tuple(told.item.place(f"{told.pointer}/{fields[0]}") for told in (one, other))
    sources = {told.item.provenance.source for told in (one, other)}
    who = "Two sources" if len(sources) > 1 else "Two files"
    what = f"{who} of the {ARTEFACT_TITLES[name]} configure {str(one.row[table.name]).strip()} differently"
    shown = " and ".join(f"{spot(place)} in '{place.source}'" if len(sources) > 1 else spot(place) for place in places)
    return CheckResult(
        predicate="one_truth",
        verdict=Verdict.CONFLICT,
        reason=f"{what}, in {named(spoken(field) for field in _all_fields(table, one, other, fields))}: {shown}.",
        evidence=tuple(sorted({one.item.id, other.item.id})),
        places=places,
    )
