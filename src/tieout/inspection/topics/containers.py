"""Containers: who they run as, how images are pinned, and how containers are held down while they run."""

from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Fact
from tieout.inspection.containers_parts.pinning import base_pinned, deployed_images_pinned
from tieout.inspection.containers_parts.running import hardening, health_checks, resource_limits
from tieout.inspection.containers_parts.user import non_root
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic

_ELSEWHERE: Final = "How the containers are started elsewhere, and what a cluster's own policies add or forbid."

TOPIC = Topic(
    key="containers",
    title="Containers",
    questions=(
        Question("non-root", "Does the image run as a user other than root?", _ELSEWHERE),
        Question("base-pinned", "Are base images pinned by digest?"),
        Question("deployed-images-pinned", "Are the images that are deployed pinned by digest?", _ELSEWHERE),
        Question("hardening", "Are containers hardened beyond the user that they run as?", _ELSEWHERE),
        Question("resource-limits", "Are memory and processor of each container limited?", _ELSEWHERE),
        Question("health-checks", "Are health checks of the containers set?", _ELSEWHERE),
    ),
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    yield non_root(TOPIC, repository)
    yield base_pinned(TOPIC, repository)
    yield deployed_images_pinned(TOPIC, repository)
    yield hardening(TOPIC, repository)
    yield resource_limits(TOPIC, repository)
    yield health_checks(TOPIC, repository)
