"""What follows from an export that says of itself that it is a page of more: its rows are no whole population."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from tieout.collectors.config.interface import Note
from tieout.collectors.paging import page_of_more
from tieout.kernel.reading.documents import Document

#: It has a field of its own for that.
_ACCESS = "rbac_export"


class _Told(Protocol):
    """What a field map or a reader found."""

    facts: dict[str, Any]
    notes: list[Note]
    dropped: list[Note]


def tell_cuts(found: Iterable[tuple[str, _Told]], documents: Sequence[Document]) -> None:
    """Say that rows are missing, where one of the documents says so.

    An export of roles has a field for it (`listed_whole`); of any other artefact nothing that is said of every row
    holds, as where a row could not be read.

    Args:
        found: Artefacts, and what was found of each, which is changed.
        documents: That it was found in.
    """
    pages = ((document, page_of_more(document.data)) for document in documents)
    signs = [(document.lines.get(page.pointer), page.reason) for document, page in pages if page is not None]
    for artefact, told in found:
        if artefact != _ACCESS:
            told.dropped.extend(signs)
        elif told.facts and signs:
            told.facts["listed_whole"] = False
            told.notes.extend(signs)
