"""Files that are there by their names and cannot be read: their absence must not be told."""

from typing import TYPE_CHECKING

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.repository import Repository
from tieout.inspection.wording import named
from tieout.kernel.reading.text import display_path

if TYPE_CHECKING:
    import re

_FOREIGN = frozenset({PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE})


def unread_of(repository: Repository, pattern: "re.Pattern[str]") -> list[str]:
    """Paths that a pattern finds and whose text is not to be had: links, binary, too large, missing or damaged."""
    return [
        file.path
        for file in repository.files
        if pattern.search(file.path)
        and file.path_class not in _FOREIGN
        and (file.kind == "symlink" or (file.kind == "file" and repository.text(file.path) is None))
    ]


def told(paths: list[str]) -> str:
    """A sentence on them."""
    return f"{named(map(display_path, paths))} {'is' if len(paths) == 1 else 'are'} there and could not be read here."


def places(repository: Repository, paths: list[str]) -> list[InspectedPlace]:
    """Where they stand."""
    return [repository.place(path, shows="could not be read", counts=False) for path in paths]
