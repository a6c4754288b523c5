"""Rows of `rbac_export` as an export gives them: people to be renamed, rows that stand twice, and the list's length."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.access_parts.naming import person_name, thing_name
from tieout.collectors.config.interface import Found
from tieout.collectors.config.rows import Fact, Rows
from tieout.domain.artefacts.access import PrincipalKind
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

TYPE: Final = "rbac_export"
#: Rows that are kept, as of a forge; those beyond are counted.
MOST: Final = 5_000
NOT_TOLD: Final = "what the role may do is not told by this export"
_LONGEST: Final = 200
#: Kinds whose names may be people's.
NAMED: Final = frozenset({"person", "unknown"})


@dataclass(frozen=True, slots=True)
class Power:
    """What a role may do.

    Attributes:
        writes: Whether it may change anything.
        admin: Whether it may change settings or who has which role.
        reason: Why that is not told.
        at: Where it stands.
        path: File of it, where that is another one than the row's.
    """

    writes: bool | None = None
    admin: bool | None = None
    reason: str | None = None
    at: Cursor | None = None
    path: str = ""


READS: Final = Power(writes=False, admin=False)
CHANGES: Final = Power(writes=True, admin=False)
RULES: Final = Power(writes=True, admin=True)
UNTOLD: Final = Power(reason=NOT_TOLD)


class AccessRows:
    """Rows of one export, as they are found.

    Args:
        product: Whose export it is.
        issuer: Who gives the names that are no addresses; a realm or account too, where each has its own.
        scope: What all of it is of.
        part: Tells several of one file apart.
    """

    def __init__(self, product: str, issuer: str, *, scope: str | None = None, part: str = "") -> None:
        self.issuer = issuer
        self.listed_whole: bool | None = None
        self._scope = scope
        self._rows = Rows(TYPE, "rows", product, part)
        self._people: list[str] = []
        self._total = 0
        self._seen: dict[tuple[Any, ...], int | None] = {}

    def add(
        self,
        at: Cursor,
        *,
        name: str,
        kind: PrincipalKind,
        role: str,
        power: Power = UNTOLD,
        named: tuple[Cursor, str] | None = None,
        issuer: str = "",
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Add a row; one that says nothing new is noted and not added.

        Args:
            at: Where it begins.
            name: Of the principal, as exported.
            kind: What the principal is.
            role: As the product calls it.
            power: What the role may do.
            named: Where the name stands, and in which file, where that is not the row.
            issuer: Who gives the name, where that is another one than of the other rows.
            facts: Its other fields.
        """
        others = {key: fact for key, fact in (facts or {}).items() if fact.value is not None}
        principal = person_name(issuer or self.issuer, name) if kind in NAMED else thing_name(name)
        told = power.reason or (NOT_TOLD if power.writes is None or power.admin is None else None)
        row = {
            "principal": Fact(principal, named[0], named[1]) if named else Fact(principal),
            "kind": Fact(kind),
            "role": Fact(excerpt(role, _LONGEST)),
            "writes": Fact(power.writes, power.at, power.path),
            "admin": Fact(power.admin, power.at, power.path),
            "reason": Fact(excerpt(told, _LONGEST) if told else None, power.at, power.path),
        } | {key: _short(fact) for key, fact in others.items()}
        if self._is_told(at, row):
            return
        self._total += 1
        if len(self._rows) < MOST:
            if kind in NAMED:
                self._people.append(f"/rows/{len(self._rows)}/principal")
            self._rows.add(at, row)

    def note(self, at: Cursor | None, sentence: str) -> None:
        """Tell of something that does not count; names of people must not stand in the sentence."""
        self._rows.note(at, sentence)

    def drop(self, at: Cursor | None, sentence: str) -> None:
        """Tell of a row that cannot be judged: nothing said of every row holds."""
        self._rows.drop(at, sentence)
        self._total += 1

    def found(self) -> list[Found]:
        """What was found."""
        result = self._rows.found()
        for one in result:
            one.exported = True
            one.people.extend(self._people)
            if one.facts:
                one.facts["total"] = self._total
                one.facts |= {"scope": excerpt(self._scope, _LONGEST)} if self._scope else {}
                one.facts |= {"listed_whole": self.listed_whole} if self.listed_whole is not None else {}
        return result

    def _is_told(self, at: Cursor, row: Mapping[str, Fact]) -> bool:
        said = tuple((key, fact.value) for key, fact in sorted(row.items()))
        if said in self._seen:
            self.note(at, says_again(self._seen[said]))
            return True
        self._seen[said] = at.line
        return False


def says_again(line: int | None) -> str:
    """What is told of a row that says nothing new.

    Args:
        line: Of the row that said it first.
    """
    where = f" on line {line}" if line is not None else ""
    return f"says again what an entry{where} says, so it counts once"


def united(powers: list[Power]) -> Power:
    """What several roles together may do: what one of them may; not told where the rest does not tell it."""
    if not powers:
        return READS
    writes = _any([one.writes for one in powers])
    admin = _any([one.admin for one in powers])
    unclear = writes is None or admin is None
    reason = next((one.reason for one in powers if one.reason), NOT_TOLD) if unclear else None
    return Power(writes, admin, reason)


def _any(values: list[bool | None]) -> bool | None:
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def _short(fact: Fact) -> Fact:
    value = excerpt(fact.value, _LONGEST) if isinstance(fact.value, str) else fact.value
    return Fact(value, fact.at, fact.path)
