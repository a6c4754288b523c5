"""Which paths differ between pairs of trees: many pairs in one git process."""

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.program import Git

_KIND_BITS = 0o170000


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that two trees do not hold alike.

    Attributes:
        path: Undecodable bytes as surrogate escapes (PEP 383).
        was_there: Whether the first tree holds it.
    """

    path: str
    was_there: bool


def tree_differences(
    git: Git, pairs: Sequence[tuple[str, str]], named: Sequence[str] = ()
) -> dict[tuple[str, str], tuple[Difference, ...]]:
    """The paths that differ between the trees of each pair; a change of the executable bit alone is none.

    Args:
        git: Bound to the quarantine.
        pairs: Ids of two trees each.
        named: Paths to compare; empty: all.

    Raises:
        UnreadableError: Trees are missing.
        GitFailedError: Git failed, or printed too much.
    """
    output = git.run(
        "diff-tree",
        "--stdin",
        "--raw",
        "-r",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--end-of-options",
        "--",
        *(path.encode("utf-8", "surrogateescape") for path in named),
        stdin="".join(f"{old} {new}\n" for old, new in pairs).encode("ascii"),
    )
    changed: dict[tuple[str, str], tuple[Difference, ...]] = {}
    at = 0
    for pair in pairs:
        told = f"{pair[0]} {pair[1]}\n".encode("ascii")  # git repeats each pair on a line of its own
        if not output.startswith(told, at):
            message = "changes cannot be traced: trees of the history are missing or damaged"
            raise UnreadableError(message, hint="fetch the whole repository", where=git.where)
        at += len(told)
        differing = []
        while output.startswith(b":", at):
            raw_end = output.index(b"\0", at)
            path_end = output.index(b"\0", raw_end + 1)
            old_mode, new_mode, old, new, _ = output[at + 1 : raw_end].split(b" ")
            same_kind = int(old_mode, 8) & _KIND_BITS == int(new_mode, 8) & _KIND_BITS
            if not (same_kind and old == new):
                path = output[raw_end + 1 : path_end].decode("utf-8", "surrogateescape")
                differing.append(Difference(path, was_there=int(old_mode, 8) != 0))
            at = path_end + 1
        changed[pair] = tuple(differing)
    return changed
