"""Revocations that a repository once held: taking one out of the folder takes nothing back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.collectors.base import Commit
from tieout.domain.statements import MAX_STATEMENT_BYTES, REVOCATION_ENDING, SIGNATURE_ENDING
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating

#: Earlier versions that are verified; a program is started for each.
MAX_EARLIER: Final = 200
_ENDINGS: Final = (REVOCATION_ENDING, f"{REVOCATION_ENDING}{SIGNATURE_ENDING}")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A revocation with its signature, as a commit before the assessed one held both.

    Attributes:
        path: Of the statement.
        data: The statement's bytes.
        signature: The signature's bytes.
        change: When the statement came in.
        removed_by: Id of the commit that removed or changed one of the two.
    """

    path: str
    data: bytes
    signature: bytes
    change: Dating | None
    removed_by: str


def earlier_revocations(commit: Commit, standing: frozenset[str]) -> Iterator[Earlier]:
    """Revocations that the assessed commit's line of history held signed, and holds so no more.

    Args:
        commit: The assessed one.
        standing: SHA-256 of the statements that still stand with their signature; a moved one is not an earlier one.

    Raises:
        UnreadableError: The history cannot be compared, or holds too many of them.
    """
    replaced = commit.quarantine.replaced(commit.id, *_ENDINGS)
    places = {(one.path.removesuffix(SIGNATURE_ENDING), one.held_by): one for one in reversed(replaced)}
    if len(places) > MAX_EARLIER:
        message = f"the history holds {len(places):,} earlier versions of revocations; at most {MAX_EARLIER} are read"
        raise UnreadableError(message, hint="declare a folder that people alone write to")
    told: set[str] = set(standing)
    for (path, held_by), one in places.items():
        try:
            data = commit.quarantine.read_at(held_by, path)
            signature = commit.quarantine.read_at(held_by, f"{path}{SIGNATURE_ENDING}")
        except UnreadableError:
            continue  # one of the two was not there yet: it was never a signed revocation
        if len(data) > MAX_STATEMENT_BYTES or sha256_hex(data) in told:
            continue
        told.add(sha256_hex(data))
        history = commit.quarantine.history(commit.id)
        record = history.last_changes(held_by, [path]).get(path)
        yield Earlier(path, data, signature, history.dating(record.id) if record is not None else None, one.replaced_by)
