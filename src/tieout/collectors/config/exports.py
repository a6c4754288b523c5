"""What time a file speaks of: configuration of what is in force, an export of when it was made."""

from tieout.collectors.base import Request
from tieout.domain.evidence import Effective
from tieout.kernel.clock import parse_instant


def in_force_at(request: Request) -> Effective:
    """Configuration speaks of the moment it is in force: the assessed commit, else the as-of time."""
    if request.commit is not None:
        return Effective(end=request.commit.committed_at, basis="in force at the assessed commit")
    return Effective(end=request.as_of, basis="as read; not under version control")


def made_at(request: Request, path: str, made: str = "") -> Effective | None:
    """When an export was made: as it says, else by when it was committed at the latest; None where nothing tells.

    Args:
        request: The source.
        path: The file.
        made: The time that it says, RFC 3339; empty where it says none.
    """
    if made:
        return Effective(end=parse_instant(made), basis="as the export says")
    changes = request.commit.changes([path]) if request.commit is not None else {}
    return Effective(end=changes[path].at, basis="last commit that changed the file") if path in changes else None
