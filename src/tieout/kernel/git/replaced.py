"""Earlier versions of files: what a line of history once held under a name, and holds there no more."""

from dataclasses import dataclass

from tieout.kernel.git.history import History
from tieout.kernel.git.program import Git
from tieout.kernel.git.tree_differences import tree_differences

_BATCH = 512


@dataclass(frozen=True, slots=True)
class Replaced:
    """One version of a file that a later commit of the line removed or changed.

    Attributes:
        path: Of the file.
        held_by: Id of the last commit of the line that held this version.
        replaced_by: Id of the commit that removed or changed it.
    """

    path: str
    held_by: str
    replaced_by: str


def replaced_versions(git: Git, history: History, endings: tuple[str, ...]) -> list[Replaced]:
    """Versions of files with one of these endings that the line of a commit held before, newest first.

    The line is the commit, its first parent, that one's first parent, and so on: what never came into it was never
    in force there.

    Args:
        git: Bound to the quarantine.
        history: Of the commit.
        endings: Of file names.

    Raises:
        UnreadableError: Trees of the history are missing; git failed.
    """
    line = list(history.line())
    found: list[Replaced] = []
    for start in range(0, len(line), _BATCH):
        batch = line[start : start + _BATCH]
        differing = tree_differences(git, list(dict.fromkeys((before, after) for _, before, after in batch)))
        for record, before, after in batch:
            found.extend(
                Replaced(one.path, record.parents[0], record.id)
                for one in differing[before, after]
                if one.was_there and one.path.endswith(endings)
            )
    return found
