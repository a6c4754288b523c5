"""Names of people in rows of records, who become pseudonyms unless the roster gives them a role.

A rule needs how many people, in which roles, and whether two rows are of one person: for that no name is needed. Who
answers for a role stands in the roster by name already. What was measured of a person (the points of a test, the time
that a decision took) never stands beside a name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from tieout.collectors.placeholders import names_nobody
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.base import Model
from tieout.domain.pseudonyms import pseudonym

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True, slots=True)
class _People:
    """Where a record names people.

    Attributes:
        rows: Its field of rows.
        names: Fields of a row that hold a name.
        accounts: Fields that hold what somebody is called elsewhere: no roster knows those.
        measured: What is measured of the person in the last of `names`.
    """

    rows: str
    names: tuple[str, ...]
    accounts: tuple[str, ...]
    measured: str


_NAMED: Final = {
    "override_log": _People("reviews", ("requested_by", "reviewer"), (), "seconds"),
    "training_export": _People("trainings", ("person",), ("account",), "score"),
}
#: Who asked, where it was nobody of the organisation: no name.
_OUTSIDE: Final = "outside"


def names_people(type_: str) -> bool:
    """Whether the rows of such a record name people."""
    return type_ in _NAMED


def without_names(type_: str, artefact: _M, people: Iterable[RosterEntry], system_id: str) -> _M:
    """The same record; it itself where everybody in it stands in the roster and nothing was measured of anybody.

    Args:
        type_: One that names people.
        artefact: The record.
        people: Rows of the rosters.
        system_id: People are pseudonyms within a system.
    """
    where = _NAMED[type_]
    rows: Sequence[Model] = getattr(artefact, where.rows)
    known = {_folded(name) for row in people for name in (row.person, row.deputy) if row.role.strip() and name}
    measured = {
        _folded(name)
        for row in rows
        if getattr(row, where.measured) is not None and (name := getattr(row, where.names[-1])) is not None
    }
    kept = known - measured
    no_names = {_OUTSIDE, system_id.casefold()}

    def hidden(row: Model) -> dict[str, Any]:
        given = {field: getattr(row, field) for field in (*where.names, *where.accounts)}
        return {
            field: pseudonym(system_id, " ".join(name.split()))
            for field, name in given.items()
            if name is not None
            and not (names_nobody(name) or name.strip().casefold() in no_names)
            and (field in where.accounts or _folded(name) not in kept)
        }

    changed = [hidden(row) for row in rows]
    if not any(changed):
        return artefact
    named = tuple(row.model_copy(update=update) for row, update in zip(rows, changed, strict=True))
    return artefact.model_copy(update={where.rows: named})


def _folded(name: str) -> tuple[str, ...]:
    """The words of a name in one order: `Wit, Hanneke de` is Hanneke de Wit."""
    return tuple(sorted(name.replace(",", " ").casefold().split()))
