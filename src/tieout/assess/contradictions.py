"""Where two sources, or two records of one source, say the same thing differently: both are shown, none is picked."""

import re
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any, Final

from tieout.assess.configured_twice import configured_twice
from tieout.assess.context import Context
from tieout.assess.denials import plain
from tieout.assess.lifecycle import RETIRED, status_of
from tieout.assess.own_row import differences, own_rows
from tieout.assess.wording import brief, named, spot
from tieout.domain.artefacts import ARTEFACT_TITLES, spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict
from tieout.kernel.canonical import canonical_bytes

#: Of these there is one truth; two sources that say it differently conflict.
SINGLETONS: Final = ("acceptance_criteria", "inventory", "roster", "system_profile")
#: Lists whose rows have a name: artefact -> list and name. Two rows of one name say one thing, wherever they stand.
_NAMED_ROWS: Final = {
    "acceptance_criteria": ("criteria", "id"),
    "incident_log": ("incidents", "id"),
    "inventory": ("systems", "system_id"),
    "risk_register": ("risks", "id"),
}
#: Artefacts that have one value for all of their rows.
_ONE_VALUE: Final = {"risk_register": "tolerance"}
#: What the system's own row of the inventory says, the profile says too: a rule that needs either answers for both.
_OF_THE_SYSTEM: Final = frozenset({"inventory", "system_profile"})
_DAY: Final = len("2026-11-12")
#: Fields that speak of the record and not of its subject.
_OF_THE_RECORD: Final = frozenset({"approval", "backdated_to", "committed_at"})


def contradictions(context: Context, rule: Rule) -> list[CheckResult]:
    """One conflict for each artefact that the rule needs and that is told in two ways; the first pair is named."""
    found = [_first(context, name) for name in sorted(rule.needs)]
    if not _OF_THE_SYSTEM.isdisjoint(rule.needs):
        found.append(next(_own_row(context), None))
    return [conflict for conflict in found if conflict is not None]


def _first(context: Context, name: str) -> CheckResult | None:
    items = sorted(context.supply(name).fresh, key=_in_order)
    for finder in (_sources, _rows, _systems, _values, _decisions, _cards, configured_twice):
        conflict = next(finder(name, items), None)
        if conflict is not None:
            return conflict
    return None


def _in_order(item: EvidenceItem) -> tuple[str, str, str]:
    return item.provenance.source, item.provenance.path, item.id


def _sources(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """Two sources that give what there is one of, and differ."""
    if name not in SINGLETONS:
        return
    said = {item.id: canonical_bytes(item.facts) for item in items}
    for one, other in combinations(items, 2):
        if one.provenance.source == other.provenance.source or said[one.id] == said[other.id]:
            continue
        fields = [field for field in sorted(one.facts) if _differ(field, one, other)]
        if fields:
            told = named(spoken(field) for field in fields)
            pointer = f"/{fields[0]}"
            yield _conflict(f"Two sources give the {ARTEFACT_TITLES[name]} and differ in {told}", (one, other), pointer)


def _rows(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """Two records that give one named row, and differ in it."""
    if name not in _NAMED_ROWS:
        return
    rows, key = _NAMED_ROWS[name]
    for one, other in _sharing(items, rows, key):
        known = {plain(str(row[key])): (turn, row) for turn, row in enumerate(one.facts.get(rows) or ())}
        for turn, row in enumerate(other.facts.get(rows) or ()):
            at, twin = known.get(plain(str(row[key])), (0, row))
            days = _days(one, f"/{rows}/{at}/") | _days(other, f"/{rows}/{turn}/")
            if _said(twin, key, days) != _said(row, key, days):
                places = (one.place(f"/{rows}/{at}"), other.place(f"/{rows}/{turn}"))
                what = f"Two records of the {ARTEFACT_TITLES[name]} say {str(row[key]).strip()} differently"
                yield CheckResult(
                    predicate="one_truth",
                    verdict=Verdict.CONFLICT,
                    reason=f"{what}: {spot(places[0])} and {spot(places[1])}.",
                    evidence=tuple(sorted((one.id, other.id))),
                    places=places,
                )


def _systems(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """Two rows of one inventory that give one system, and differ in it.

    A row that is retired, and was last brought up to date before the other one, is the system's earlier row.
    """
    if name != "inventory":
        return
    for item in items:
        rows: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for turn, row in enumerate(item.facts["systems"]):
            rows.setdefault(plain(str(row["system_id"])), []).append((turn, row))
        for same in rows.values():
            at, one = next((row for row in same if status_of(row[1]) not in RETIRED), same[0])
            for turn, other in same:
                days = _days(item, f"/systems/{at}/") | _days(item, f"/systems/{turn}/")
                if _said(one, "system_id", days) == _said(other, "system_id", days) or _is_earlier(other, one):
                    continue
                what = f"Two rows of the {ARTEFACT_TITLES[name]} say {str(other['system_id']).strip()} differently"
                places = (item.place(f"/systems/{min(at, turn)}"), item.place(f"/systems/{max(at, turn)}"))
                yield CheckResult(
                    predicate="one_truth",
                    verdict=Verdict.CONFLICT,
                    reason=f"{what}: {spot(places[0])} and {spot(places[1])}.",
                    evidence=(item.id,),
                    places=places,
                )


def _is_earlier(row: dict[str, Any], in_force: dict[str, Any]) -> bool:
    """Whether a row is retired and older than another of its system; where all are retired, none is in force."""
    if status_of(row) not in RETIRED:
        return False
    before, since = row.get("updated_on"), in_force.get("updated_on")
    return status_of(in_force) in RETIRED or bool(before and since and str(before)[:_DAY] < str(since)[:_DAY])


def _sharing(items: Sequence[EvidenceItem], rows: str, key: str) -> Iterator[tuple[EvidenceItem, EvidenceItem]]:
    """Pairs of records, in their order, that give a row of one name in different words.

    Of records that give it in the same words the first stands for all: records can be thousands, and copies.
    """
    holders: dict[str, dict[bytes, int]] = {}
    for turn, item in enumerate(items):
        days: dict[str, list[str]] = {}
        for day in sorted(item.facts.get("by_day", ())):
            row_at, _, field = day.removeprefix(f"/{rows}/").partition("/")
            days.setdefault(row_at, []).append(field)
        for at, row in enumerate(item.facts.get(rows) or ()):
            said = canonical_bytes([row, days.get(str(at))])
            holders.setdefault(plain(str(row[key])), {}).setdefault(said, turn)
    # Made one by one: a thousand records that all differ have half a million pairs, and the first tells enough.
    pairs = merge(*(combinations(sorted(set(same.values())), 2) for same in holders.values() if len(same) > 1))
    return ((items[one], items[other]) for one, other in pairs)


def _days(item: EvidenceItem, pointer: str) -> set[str]:
    """The times of a row that are given as a day only."""
    return {at.removeprefix(pointer) for at in item.facts.get("by_day", ()) if at.startswith(pointer)}


def _said(row: dict[str, Any], key: str, days: set[str]) -> dict[str, Any]:
    """What a row says, its name aside: of a time that either row gives as a day only, the day."""
    return {
        field: str(value)[:_DAY] if field in days else value
        for field, value in row.items()
        if field != key and value is not None
    }


def _values(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """Two records that each set a value of which there is one."""
    field = _ONE_VALUE.get(name)
    if field is None:
        return
    distinct = {canonical_bytes(item.facts.get(field)): item for item in reversed(items)}
    for one, other in combinations(sorted(distinct.values(), key=_in_order), 2):
        if _differ(field, one, other):
            what = f"Two records of the {ARTEFACT_TITLES[name]} set another {spoken(field)}"
            told = f" ({one.facts[field]}, {other.facts[field]})"
            yield _conflict(what + told, (one, other), f"/{field}")


def _decisions(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """A go and a no-go for one release."""
    if name != "release_record":
        return
    for one, other in combinations(items, 2):
        version = _bare_version(one)
        if version == _bare_version(other) and one.facts["decision"] != other.facts["decision"]:
            yield _conflict(f"Release {version} is recorded as a go and as a no-go", (one, other), "/decision")


def _bare_version(item: EvidenceItem) -> str:
    # A tag's v says nothing: v4.2.0 is 4.2.0.
    return re.sub(r"^v(?=[\s.]*\d)[\s.]*", "", str(item.facts["version"]).strip().casefold())


def _cards(name: str, items: Sequence[EvidenceItem]) -> Iterator[CheckResult]:
    """Two system cards of one kind of name that describe the system differently."""
    if name != "system_card":
        return
    for one, other in combinations(items, 2):
        kinds = {PurePosixPath(item.provenance.path).stem.casefold().replace("-", "_") for item in (one, other)}
        fields = [field for field in sorted(one.facts) if _differ(field, one, other)]
        if len(kinds) == 1 and fields:
            told = named(spoken(field) for field in fields)
            yield _conflict(f"Two system cards differ in {told}", (one, other), f"/{fields[0]}")


def _own_row(context: Context) -> Iterator[CheckResult]:
    """The system's own row of an inventory and a profile that cannot both be right."""
    profiles = sorted(context.supply("system_profile").fresh, key=_in_order)
    for inventory in sorted(context.supply("inventory").fresh, key=_in_order):
        for profile in profiles:
            for turn, row in own_rows(inventory.facts, str(profile.facts["system_id"])):
                fields = differences(row, profile.facts)
                if not fields:
                    continue
                told = named(
                    f"{spoken(ours)} ({brief(str(row[theirs]))}, {brief(str(profile.facts[ours]))})"
                    for theirs, ours in fields
                )
                places = (inventory.place(f"/systems/{turn}/{fields[0][0]}"), profile.place(f"/{fields[0][1]}"))
                what = f"The AI inventory and the system profile give {row['system_id']} differently, in {told}"
                yield _at(what, (inventory, profile), places)


def _conflict(what: str, items: tuple[EvidenceItem, EvidenceItem], pointer: str) -> CheckResult:
    return _at(what, items, (items[0].place(pointer), items[1].place(pointer)))


def _at(what: str, items: tuple[EvidenceItem, EvidenceItem], places: tuple[Place, Place]) -> CheckResult:
    shown = " and ".join(f"{spot(place)} in '{place.source}'" for place in places)
    return CheckResult(
        predicate="one_truth",
        verdict=Verdict.CONFLICT,
        reason=f"{what}: {shown}.",
        evidence=tuple(sorted(item.id for item in items)),
        places=places,
    )


def _differ(field: str, one: EvidenceItem, other: EvidenceItem) -> bool:
    if field in _OF_THE_RECORD:
        return False
    left, right = one.facts.get(field), other.facts.get(field)
    if left in (None, "", []) or right in (None, "", []):
        return False
    return bool(_ordered(left) != _ordered(right))


def _ordered(value: Any) -> Any:
    # The order of rows says nothing here: a list is compared as the set of what it holds.
    return sorted(repr(row) for row in value) if isinstance(value, list) else value
