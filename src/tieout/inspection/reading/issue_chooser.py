"""Links of the page on which people choose a form for a new issue: where it sends reports of weaknesses."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.people import is_placeholder
from tieout.inspection.repository import Repository, line_of, member
from tieout.kernel.reading.documents import Document

_CHOOSER = re.compile(r"^\.github/issue_template/config\.ya?ml$", re.IGNORECASE)
_OF_WEAKNESSES = re.compile(r"\bsecurity\b|vulnerabilit", re.IGNORECASE)
#: Leads back to the policy of the repository, which is looked for by itself.
_BACK: Final = re.compile(r"/security/policy/?(?:[?#].*)?$|/blob/.*security\.md", re.IGNORECASE)
_ELSEWHERE: Final = ("https://", "http://", "mailto:")


def report_links(repository: Repository) -> list[InspectedPlace]:
    """Lines with the address or page to which reports of weaknesses are sent from the issue chooser."""
    found = []
    for file in repository.matching(_CHOOSER):
        document = repository.document(file.path, "yaml")
        if document is not None:
            lines = _links(document)
            found += [repository.place(file.path, line, "where reports go", quoted=False) for line in lines]
    return found


def _links(document: Document) -> Iterator[int | None]:
    links: Any = member(document.data, "contact_links")
    for index, link in enumerate(links if isinstance(links, list) else ()):
        if not isinstance(link, dict):
            continue
        url = link.get("url")
        told = " ".join(str(link.get(key)) for key in ("name", "about") if isinstance(link.get(key), str))
        if not isinstance(url, str) or not url.startswith(_ELSEWHERE) or _BACK.search(url):
            continue
        if _OF_WEAKNESSES.search(told) and not is_placeholder(url.removeprefix("mailto:")):
            yield line_of(document, "contact_links", index, "url")
