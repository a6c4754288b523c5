"""Tries a collector on a folder that nobody declared as a source: which files give which artefacts, read as what."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tieout.collectors import config
from tieout.collectors.base import Request
from tieout.collectors.discovery import collector_for
from tieout.config.kinds import KINDS
from tieout.config.model import SourceSection
from tieout.domain.collection import Period, SourceResult
from tieout.domain.evidence import EvidenceItem
from tieout.pipeline.looking import Shown

#: Nothing that is found is of an earlier or a later time.
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EVER: Final = datetime(2200, 1, 1, tzinfo=UTC)
#: Any file of names would give these: they are found by the file's name.
_NOT_TRIED: Final = frozenset({"runtime_settings"})


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial gave.

    Attributes:
        given: (path, artefact) -> format; empty where the kind does not tell it.
        unreadable: Files that could not be read.
    """

    given: Mapping[tuple[str, str], str]
    unreadable: Sequence[str]


def tried(kind: str, view: Shown) -> Tried:
    """Collect from what is shown, with everything declared that the kind can provide."""
    provides = tuple(name for name in KINDS[kind].provides if name not in _NOT_TRIED)
    request = Request(
        system_id="not-yet-named",
        source=SourceSection(name="trial", kind=kind, path=".", provides=provides),
        view=view,
        prefix="",
        period=Period(start=_FIRST, end=_EVER),
        as_of=_EVER,
    )
    gathered, formats = config.survey(request) if kind == config.KIND else (collector_for(kind)(request), {})
    result = gathered.result
    shown = {entry.path for entry in view.entries()}
    given = {
        (path, item.type)
        for item in result.items
        if kind != config.KIND or _says_something(item)
        for path in _stands_on(item, shown)
    }
    # What stands on a source as a whole stands on each of its files.
    placed = {type_ for _, type_ in given}
    of_all = {item.type for item in result.items} - placed if kind != config.KIND else set()
    given |= {(path, type_) for path, _ in list(given) for type_ in of_all}
    return Tried({key: formats.get(key, "") for key in sorted(given)}, _unreadable(result))


def _stands_on(item: EvidenceItem, shown: AbstractSet[str]) -> AbstractSet[str]:
    """The file of an item; where it stands on the source as a whole, the files that its facts name."""
    own = item.provenance.path
    return {own} if own in shown else shown & {*(item.files or {}).values()}


def _unreadable(result: SourceResult) -> list[str]:
    return sorted({problem.place.path for problem in result.problems if problem.status == "unreadable"})


def _says_something(item: EvidenceItem) -> bool:
    """Whether the facts hold more than empty lists: configuration of nothing is not worth a source."""
    lists = [value for value in item.facts.values() if isinstance(value, list)]
    return not lists or any(lists)
