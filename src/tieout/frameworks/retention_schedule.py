"""Loads the retention schedule from controls/retention."""

from pathlib import Path

from tieout.domain.retention_rules import RetentionSchedule
from tieout.frameworks import read_shipped

SCHEDULE_FILE = "rules.yaml"


def load_schedule(folder: Path) -> RetentionSchedule:
    """The retention rules that ship with tieout; `folder` is `controls/retention`.

    Raises:
        ConfigError: The file is missing, or a rule is wrong or contradicts itself.
    """
    return read_shipped(folder / SCHEDULE_FILE, RetentionSchedule)
