"""The time that an answer speaks of: when the server gave it."""

from datetime import datetime

from tieout.domain.evidence import Effective
from tieout.kernel.clock import SKEW, rfc3339


def as_fetched(moment: datetime, as_of: datetime) -> Effective:
    """What was in force when it was fetched; a commit is assessed as of its own time, and asked about minutes later.

    Args:
        moment: When the server answered.
        as_of: The assessed instant.
    """
    if as_of < moment <= as_of + SKEW:
        return Effective(end=as_of, basis=f"settings as fetched at {rfc3339(moment)}, within a day of as-of")
    return Effective(end=moment, basis="when it was fetched")
