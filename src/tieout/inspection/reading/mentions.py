"""Lines that only speak of something: in guides for people, in settings, in comments. They never answer a question."""

import re
from collections.abc import Iterable
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.repository import File, Repository

#: Documents in which people who come to a project look first.
_GUIDE = re.compile(
    r"\A(?:\.github/|docs?/)?(?:readme|contributing|development|developing|hacking)"
    r"(?:\.(?:md|rst|txt|adoc))?\Z",
    re.IGNORECASE,
)
#: Larger texts are data and no words.
_LARGEST: Final = 300_000
_MOST: Final = 3
_COMMENT: Final = ("#", "//", ";", "<!--")


def guides(repository: Repository) -> list[File]:
    """The readme, the guide for contributors and the like, the root's first."""
    found = repository.matching(_GUIDE)
    return sorted(found, key=lambda file: (file.path.count("/"), not file.name.startswith("readme"), file.path))


def mentions(
    repository: Repository, files: Iterable[File], pattern: Any, shows: str, *, most: int = _MOST
) -> list[InspectedPlace]:
    """The first line of each of some files that a pattern finds, as places that look like an answer and are none.

    Args:
        repository: The commit.
        files: In the order in which they are looked at.
        pattern: Of `kernel.reading.patterns.compile_bytes`.
        shows: What such a line is, in words.
        most: Places that are shown.
    """
    found: list[InspectedPlace] = []
    for text in repository.texts(file for file in files if file.size <= _LARGEST):
        hit = text.first(pattern)
        if hit is not None:
            is_comment = hit.text.startswith(_COMMENT) and not text.path.endswith((".md", ".rst", ".adoc", ".txt"))
            found.append(text.place(hit.line, shows, counts=False, commented=is_comment))
        if len(found) == most:
            break
    return found
