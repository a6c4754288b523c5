"""Whose key a signature is of, and which role a person held on a day, by the rows of a roster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.domain.artefacts.records import RosterEntry
from tieout.kernel.ssh.keys import PublicKey, public_key


@dataclass(frozen=True, slots=True)
class Holding:
    """A key that a roster gives to a person.

    Attributes:
        person: As the roster writes the name.
        key: The key.
        since: First day on which it signs; None where the roster says none.
        until: Last day; None while it is in use.
    """

    person: str
    key: PublicKey
    since: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether the key signs on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Signers:
    """The people of a roster with their keys and roles.

    Args:
        rows: Of the roster. A row whose key cannot be read has none.
    """

    def __init__(self, rows: Sequence[RosterEntry]) -> None:
        self._rows = tuple(rows)
        self._holdings = tuple(_holdings(rows))

    @property
    def known(self) -> bool:
        """Whether the roster holds any key."""
        return bool(self._holdings)

    def of_key(self, key: PublicKey) -> list[Holding]:
        """Who has this key, each person with each span."""
        return [holding for holding in self._holdings if holding.key == key]

    def holding(self, key: PublicKey, person: str) -> Holding | None:
        """Who has a key: the person who says so where the roster agrees, else the first who does; None: nobody."""
        found = self.of_key(key)
        return next((one for one in found if same_name(one.person, person)), found[0] if found else None)

    def has_key(self, person: str) -> bool:
        """Whether the roster gives a person any key."""
        return any(same_name(holding.person, person) for holding in self._holdings)

    def names(self, person: str) -> bool:
        """Whether the roster has a row for a person, in any role and at any time."""
        return any(row.person is not None and same_name(row.person, person) for row in self._rows)

    def role_fault(self, person: str, role: str, day: date) -> str | None:
        """Why a person did not hold a role on a day, without a subject; None where they did.

        A deputy stands in for a role and does not hold it: what only its holder can say, a deputy cannot.
        """
        rows = [row for row in self._rows if _plain(row.role) == _plain(role)]
        if not rows:
            return "names a role that the roster does not have"
        own = [row for row in rows if row.person is not None and same_name(row.person, person)]
        if any(_covers(row, day) for row in own):
            return None
        if own:
            return f"is signed in a role that its signer did not hold on {day.isoformat()}"
        if any(row.deputy is not None and same_name(row.deputy, person) for row in rows):
            return "is signed by the deputy of the role that it names, not by who holds it"
        return "is signed in a role that the roster gives to somebody else"


def same_name(one: str, other: str) -> bool:
    """Whether two texts write one name: letters and words are the same, their case and blanks aside."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def key_faults(rows: Sequence[RosterEntry]) -> Iterator[tuple[str, str]]:
    """Pointer and fault of each key of a roster that is none; a fault never quotes the key."""
    for turn, row in enumerate(rows):
        for at, key in enumerate(row.public_keys):
            try:
                public_key(key.ssh)
            except ValueError as error:
                yield f"/people/{turn}/public_keys/{at}/ssh", str(error)


def _holdings(rows: Sequence[RosterEntry]) -> Iterator[Holding]:
    for row in rows:
        for given in row.public_keys:
            try:
                key = public_key(given.ssh)
            except ValueError:
                continue
            if row.person is not None:
                yield Holding(row.person, key, given.since, given.until)


def _covers(row: RosterEntry, day: date) -> bool:
    return (row.since is None or row.since <= day) and (row.until is None or day <= row.until)


def _plain(role: str) -> str:
    return " ".join(role.replace("_", " ").replace("-", " ").split()).casefold()
