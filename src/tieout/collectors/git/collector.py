"""Reads a git repository at the assessed commit: tree, history, code owners, and cards where declared."""

from collections.abc import Callable

from tieout.collectors.base import Commit, Gathered, Request
from tieout.collectors.gathering import Gathering
from tieout.collectors.git.cards import gather_dataset_cards, gather_system_cards
from tieout.collectors.git.codeowners import gather_codeowners
from tieout.collectors.git.history import gather_history
from tieout.collectors.git.tree import gather_tree
from tieout.kernel.errors import UnreadableError, UsageError

KIND = "git"
VERSION = "1"

#: Artefact -> the part that reads it; only what the source declares is read.
_PARTS: dict[str, Callable[[Gathering, Commit], None]] = {
    "codeowners": gather_codeowners,
    "dataset_card": gather_dataset_cards,
    "git_history": gather_history,
    "repository_tree": gather_tree,
    "system_card": gather_system_cards,
}
#: Where a reader would look for what is not there.
_PLACES = {"codeowners": "CODEOWNERS", "dataset_card": "DATASET_CARD.md", "system_card": "SYSTEM_CARD.md"}


def collect(request: Request) -> Gathered:
    """Read what the source declares, each part for itself: one that cannot be read spoils no other.

    Raises:
        UsageError: The request has no commit, or an option is wrong.
    """
    if request.commit is None:
        message = f"the git source '{request.source.name}' is read at a commit, and none was given"
        raise UsageError(message)
    gathering = Gathering(request, (KIND, VERSION))
    for name in request.source.declared:
        gather = _PARTS.get(name)
        if gather is None:
            continue  # noted as absent: a repository does not hold it
        request.progress.step(f"{request.source.name}: {name.replace('_', ' ')}")
        try:
            gather(gathering, request.commit)
        except UnreadableError as error:
            where = error.where.partition(":")[0]
            place = gathering.here if where in {"", request.view.uri} else where
            gathering.unreadable(error, place, types=(name,))
    return gathering.finish(places=_PLACES)
