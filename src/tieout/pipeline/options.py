"""What a run is asked to do; the only place where the clock's reading enters, handed in by the CLI."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tieout.collectors.base import Progress, Silent


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The call of a run, as the CLI understood it.

    Attributes:
        config: Path of tieout.yaml.
        now: The clock, read once; used for collected-at in the store, and as as-of time of last resort.
        at: Revision to assess; "" is HEAD of the assessed repository.
        release: Release that the run is bound to; "" takes the tag that `at` names, else one of the commit.
        as_of: Explicit as-of time.
        source_date_epoch: SOURCE_DATE_EPOCH of the environment, in seconds.
        period: Explicit period.
        allow_outside: Files and folders that sources may read although they lie outside the folder that holds the
            repository.
        allow_network: Sources may ask servers.
        allow_uncommitted_config: Use tieout.yaml as it lies there, even if it is not committed.
        progress: Where to tell how far the work is.
    """

    config: Path
    now: datetime
    at: str = ""
    release: str = ""
    as_of: datetime | None = None
    source_date_epoch: int | None = None
    period: tuple[datetime, datetime] | None = None
    allow_outside: tuple[Path, ...] = ()
    allow_network: bool = False
    allow_uncommitted_config: bool = False
    progress: Progress = field(default_factory=Silent)
