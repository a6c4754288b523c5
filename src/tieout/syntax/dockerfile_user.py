"""Who an image runs as, when a Dockerfile's stage is built: the last `USER` of the stage, else what it starts from."""

import re
from dataclasses import dataclass

from tieout.syntax.dockerfile import Dockerfile, Stage, is_unresolved, resolved
from tieout.syntax.images import starts_as_root

_ROOT_NAMES = frozenset({"root", "0", "containeradministrator", "administrator"})
#: Programs that start as root and go on as somebody else.
_DROPS = re.compile(r"\b(?:gosu|su-exec|setpriv|setuidgid|s6-setuidgid|runuser)\b")


@dataclass(frozen=True, slots=True)
class RunsAs:
    """Who a stage's image runs as.

    Attributes:
        is_root: None where a build argument without a default decides, or a base that is not commonly known.
        line: The line that decides: of the last `USER`, else of the `FROM`.
        user: As written; "" where no `USER` stands.
        base: The image that decides where no `USER` stands.
        earlier: Lines of other `USER` instructions, which do not count.
        drops: Line of an entry point that goes on as another user than it started; None without.
    """

    is_root: bool | None
    line: int
    user: str
    base: str
    earlier: tuple[int, ...] = ()
    drops: int | None = None


def is_root_user(user: str) -> bool:
    """Whether a user, with or without a group, is root: by name, or by the number 0."""
    name = user.strip().strip("\"'").partition(":")[0].lower()
    return name in _ROOT_NAMES or (name.isdecimal() and int(name[:9]) == 0)


def runs_as(dockerfile: Dockerfile, stage: Stage) -> RunsAs:
    """Who the image of a stage runs as."""
    last = next((one for each in dockerfile.lineage(stage) if (one := each.last("USER")) is not None), None)
    earlier = tuple(
        one.line for each in dockerfile.stages for one in each.instructions if one.keyword == "USER" and one is not last
    )
    drops = _drops(stage)
    if last is not None:
        user = resolved(last.value, dockerfile.variables(stage))
        is_root = None if is_unresolved(user.partition(":")[0]) or not user.strip() else is_root_user(user)
        return RunsAs(is_root, last.line, last.value, "", earlier, drops)
    base, line = dockerfile.root_image(stage)
    return RunsAs(starts_as_root(base), stage.line if dockerfile.parent(stage) else line, "", base, earlier, drops)


def _drops(stage: Stage) -> int | None:
    for keyword in ("ENTRYPOINT", "CMD"):
        one = stage.last(keyword)
        if one is not None and _DROPS.search(one.value):
            return one.line
    return None
