"""Where shards are worked on: one after the other here; pools and clusters are other functions of this shape."""

from collections.abc import Callable, Iterable, Sequence

from tieout.analytics.aggregate import Aggregate, ReconciliationError, merge_all
from tieout.analytics.partial import Shard

Work = Callable[[Shard], Aggregate]
Executor = Callable[[Work, Sequence[Shard]], Iterable[Aggregate]]
"""Applies the work to every shard; results may come in any order."""


def serial(work: Work, shards: Sequence[Shard]) -> Iterable[Aggregate]:
    """One shard after the other, in this process."""
    return map(work, shards)


def run(shards: Sequence[Shard], work: Work, executor: Executor = serial) -> Aggregate:
    """The aggregate of all shards; the same bytes whatever the executor.

    Raises:
        ReconciliationError: A shard came back twice or not at all.
    """
    total = merge_all(executor(work, shards))
    lost = {shard.path for shard in shards} - total.files.keys() - total.stops.keys()
    if lost:
        message = f"{len(lost)} of {len(shards)} files came back without a result, such as {min(lost)}"
        raise ReconciliationError(message, hint="run it again; no figure of this run is used")
    return total
