"""Dependencies: how they are locked, whether builds keep to the lock, and how they are kept up to date."""

from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Fact
from tieout.inspection.dependencies_parts.building import lock_honoured
from tieout.inspection.dependencies_parts.exceptions import vulnerability_policy
from tieout.inspection.dependencies_parts.locking import locked_with_hashes
from tieout.inspection.dependencies_parts.updates import update_automation, update_paths_exist
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic

_BOTS: Final = "Updates that a forge proposes without a file, and bots that are run from elsewhere."

TOPIC = Topic(
    key="dependencies",
    title="Dependencies",
    questions=(
        Question("locked-with-hashes", "Is there a lock file pinned with hashes?"),
        Question("lock-honoured", "Do builds install what the lock file says?", "Builds that are run from elsewhere."),
        Question("update-automation", "Are updates of dependencies automated, and for which ecosystems?", _BOTS),
        Question("update-paths-exist", "Do the folders that an update bot is given exist, and cover what is there?"),
        Question(
            "vulnerability-policy",
            "Do exceptions to scans for known vulnerabilities carry a reason and an end?",
            "Alerts that were dismissed on a forge.",
        ),
    ),
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    yield locked_with_hashes(TOPIC, repository)
    yield lock_honoured(TOPIC, repository)
    yield update_automation(TOPIC, repository)
    yield update_paths_exist(TOPIC, repository)
    yield vulnerability_policy(TOPIC, repository)
