"""Health, told indirectly: the path that a deployment asks, and routes that only their own text calls a check."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import SourceCode, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_PATH: Final = re.compile(r"^[ \t-]*[\"']?(?:path|test|command)[\"']?[ \t]*:[ \t]*\S")
_NEAR: Final = 6
#: A route, its function, and the first words of what the function says of itself.
_CALLED: Final = compile_bytes(
    r"@[\w.]+\.(?:get|route)\([\"'][\w/{}-]{1,60}[\"'][^\n]*\n(?:[ \t]*@[^\n]*\n){0,3}"
    r"[ \t]*(?:async )?def \w+\([^\n]*\n[ \t]*(?:\"{1,3}|'{1,3}|#)[ \t]*(?:simple |basic )?health[- ]?check\b",
    folded=True,
)
_MOST: Final = 3


def probed_path(source: SourceCode, line: int) -> Iterator[InspectedPlace]:
    """The line right below a check of a deployment that says what it asks.

    Args:
        source: The file.
        line: Of the check.
    """
    after = source.around(line, 0, _NEAR).decode("utf-8", "replace").split("\n")
    for number, stated in enumerate(after[1:], start=line + 1):
        if _PATH.match(stated):
            yield source.text.place(number, "what it asks")
            return


def called_health(repository: Repository) -> list[InspectedPlace]:
    """Routes of programs in use whose docstring or comment calls them a check of health."""
    found = (
        source.text.place(source.text.line_at(match.start()), "a route that its own text calls a check of health")
        for source in searched(repository, programs(repository), _CALLED)
        for match in _CALLED.finditer(source.text.data)
        if not source.text.line(source.text.line_at(match.start())).startswith("#")
    )
    return list(islice(found, _MOST))
