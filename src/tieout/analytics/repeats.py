"""Which records of a log are one record told again: counted exactly by 64-bit keys, in bounded memory."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

MAX_KEYS = 4_000_000
"""Different records told apart (32 MB); of a larger log repeats are not counted."""

_FEW = 1 << 16
_BUCKETS, _SHIFT = 256, 56


def keys_of(ids: Sequence[str | None], times: Sequence[int], *columns: Sequence[Any]) -> "array[int]":
    """The keys of the records that have an id, in their order.

    An id alone tells nothing: a gateway gives the attempts of one request one id, and a trace id is shared by
    all calls of a trace. Those differ in time, model, status or measures; a record that was written twice does not.

    Args:
        ids: Id of each record.
        times: Time of each record.
        columns: What else must be equal.
    """
    blake, packed = hashlib.blake2b, msgspec.msgpack.Encoder().encode
    rows = zip(ids, times, *columns, strict=True)
    # No call of ours in here: this runs for every record of a log.
    digests = [blake(packed(row), digest_size=8).digest() for row in rows if row[0] is not None]
    return array("Q", b"".join(digests))


@dataclass(slots=True)
class Keys:
    """The keys of a log's records; two of different files join into those of both, in any order.

    Attributes:
        records: Records that have a key.
        twice: The smallest key that came twice, as far as `settled`.
        overflown: More than MAX_KEYS different ones: nothing but `records` is known.
        values: The keys seen; sorted and each once, where `settled`.
        settled: Whether they are.
    """

    records: int = 0
    twice: int | None = None
    overflown: bool = False
    values: "array[int]" = field(default_factory=lambda: array("Q"))
    settled: bool = True

    @property
    def repeats(self) -> int | None:
        """Records that tell one again; None where there are too many to tell them apart."""
        self.settle()
        return None if self.overflown else self.records - len(self.values)

    @property
    def smallest(self) -> int | None:
        """The smallest key that more than one record has; None: there is none, or they are not counted."""
        self.settle()
        return self.twice

    def add(self, keys: "array[int]") -> None:
        """Take the keys of further records in."""
        self.records += len(keys)
        self._take(keys)

    def join(self, other: "Keys") -> None:
        """Take another log's keys in, and leave it as it is."""
        self.records += other.records
        self.twice = _least(self.twice, other.twice)
        self.overflown = self.overflown or other.overflown
        self._take(other.values)

    def settle(self) -> None:
        """Keep each key once, and know the smallest that came twice."""
        if self.settled:
            return
        self.values, twice = _each_once(self.values)
        self.twice = _least(self.twice, twice)
        self.settled = True
        if self.overflown or len(self.values) > MAX_KEYS:
            self.overflown, self.twice, self.values = True, None, array("Q")

    def plain(self) -> tuple[int, int | None, bool, str]:
        """The same for the same records, however they were joined."""
        self.settle()
        return self.records, self.twice, self.overflown, hashlib.sha256(self.values.tobytes()).hexdigest()

    def _take(self, keys: "array[int]") -> None:
        self.settled = False
        if not self.overflown:
            self.values.extend(keys)
        if self.overflown or len(self.values) > 2 * MAX_KEYS:
            self.settle()


def _least(one: int | None, other: int | None) -> int | None:
    return min((key for key in (one, other) if key is not None), default=None)


def _each_once(values: "array[int]") -> tuple["array[int]", int | None]:
    """The different values, sorted, and the smallest that came twice; in parts, so that few are held as objects."""
    distinct, twice = array("Q"), None
    for part in _parts(values):
        once = sorted(set(part))
        if twice is None and len(once) < len(part):
            twice = min(key for key, times in Counter(part).items() if times > 1)
        distinct.extend(once)
    return distinct, twice


def _parts(values: "array[int]") -> Iterable["array[int]"]:
    if len(values) <= _FEW:
        return (values,)
    parts = [array("Q") for _ in range(_BUCKETS)]
    for value in values:
        parts[value >> _SHIFT].append(value)
    return parts
