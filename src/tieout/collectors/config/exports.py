"""What time an export speaks of: it shows what stood elsewhere when it was made, and not what is in force now."""

from tieout.collectors.base import Request
from tieout.domain.evidence import Effective
from tieout.kernel.clock import parse_instant


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
