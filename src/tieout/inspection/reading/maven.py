"""The version of a project that Maven builds: that of the pom.xml at the root."""

import re
from typing import Final

from tieout.inspection.reading.package_metadata import Said
from tieout.inspection.repository import Repository

_POM: Final = "pom.xml"
_VERSION = re.compile(r"^\s*<version>\s*(?P<value>[^<$\s]{1,100})\s*</version>\s*$")
_OPENS = re.compile(r"<(?P<name>[A-Za-z][\w.-]{0,60})(?:\s[^<>]{0,2000})?>")
_PARENT: Final = ("<parent>", "</parent>")
_OTHERS: Final = frozenset({"dependencies", "dependencyManagement", "build", "profiles", "reporting", "properties"})
_MOST_LINES: Final = 400
_LONGEST: Final = 2_000


def maven_version(repository: Repository) -> Said | None:
    """The version that the root's pom.xml gives the project itself; not its parent's, no dependency's."""
    text = repository.text(_POM)
    is_hidden = False
    for number, line in enumerate(text.lines()[:_MOST_LINES] if text is not None else (), start=1):
        if len(line) > _LONGEST:
            continue
        opened = _OPENS.search(line)
        if opened is not None and opened["name"] in _OTHERS:
            return None
        is_hidden = is_hidden or any(mark in line for mark in (_PARENT[0], "<!--"))
        found = _VERSION.match(line)
        if found is not None and not is_hidden:
            return Said(found["value"], _POM, number)
        if any(mark in line for mark in (_PARENT[1], "-->")):
            is_hidden = False
    return None
