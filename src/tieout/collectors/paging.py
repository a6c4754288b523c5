"""Tells of a saved answer that it is a page of more, by what services write beside a list.

No product of its own is meant: links to a next page (Microsoft Graph, Azure, LaunchDarkly and others that link by
`_links`), tokens (AWS, Google, Kubernetes' `continue`), truths (`IsTruncated`, `hasMore`), and a number of rows that is
larger than what is listed. A bare list says nothing of this kind: whether it is whole cannot be told from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.kernel.pointers import part_of

#: Members that hold a link or a token only where something follows.
_FOLLOWS: Final = frozenset(
    {
        "@odata.nextLink",
        "Marker",
        "NextContinuationToken",
        "NextMarker",
        "NextToken",
        "next_page_token",
        "nextLink",
        "nextPageToken",
        "nextToken",
        "odata.nextLink",
    }
)
#: Members that are true where something follows.
_MORE: Final = frozenset({"HasMoreResults", "IsTruncated", "hasMore", "hasNextPage", "has_more", "isTruncated"})
#: Objects that speak of the page of the list beside them.
_OF_PAGE: Final = frozenset({"_links", "links", "meta", "metadata", "page", "pageInfo", "pagination", "paging"})
_NEXT_OF_PAGE: Final = frozenset({"continue", "next", "next_cursor", "nextCursor"})
_LEFT: Final = "remainingItemCount"
_TOTALS: Final = frozenset({"total", "totalCount", "totalItems", "totalResults", "total_count"})
_STARTS: Final = frozenset({"offset", "skip"})


@dataclass(frozen=True, slots=True)
class Page:
    """A sign that an answer is a part of a list.

    Attributes:
        pointer: Where it stands.
        reason: A sentence that begins with its verb.
    """

    pointer: str
    reason: str


def page_of_more(data: Any) -> Page | None:
    """The first sign that an answer is not the whole list; None where it has none.

    An object that holds no list is no answer of this kind, whatever its members are called. Lists one step below the
    top are looked at too: `{"data": {"items": […], "nextToken": "…"}}`.

    Args:
        data: As parsed.
    """
    if not isinstance(data, dict):
        return None
    below = ((f"/{part_of(key)}", value) for key, value in data.items() if isinstance(value, dict))
    for base, holder in (("", data), *below):
        if any(isinstance(value, list) for value in holder.values()):
            found = next(_signs(holder, base), None)
            if found is not None:
                return found
    return None


def _signs(holder: dict[str, Any], base: str) -> Iterator[Page]:
    for key, value in holder.items():
        at = f"{base}/{part_of(key)}"
        if (key in _FOLLOWS and _is_said(value)) or (key in _MORE and value is True):
            yield _further(at)
        elif key in _OF_PAGE and isinstance(value, dict):
            yield from _of_page(value, at)
        elif key in _STARTS and _number(value) > 0 and _counts(holder):
            yield Page(at, f"begins after {_number(value):,} rows, which are not in this file")
    lists = [value for value in holder.values() if isinstance(value, list)]
    for key in sorted(_TOTALS & holder.keys()):
        if len(lists) == 1 and _number(holder[key]) > len(lists[0]):
            listed = f"{len(lists[0]):,} of the {_number(holder[key]):,} rows that it counts"
            yield Page(f"{base}/{key}", f"lists {listed}: there are further rows, which are not in this file")


def _of_page(page: dict[str, Any], base: str) -> Iterator[Page]:
    for key, value in page.items():
        at = f"{base}/{part_of(key)}"
        linked = key in _NEXT_OF_PAGE and (_is_said(value) or (isinstance(value, dict) and _is_said(value.get("href"))))
        if linked or (key in _FOLLOWS and _is_said(value)) or (key in _MORE and value is True):
            yield _further(at)
        elif key == _LEFT and _number(value) > 0:
            yield Page(at, f"says that {_number(value):,} further rows follow, which are not in this file")


def _further(at: str) -> Page:
    return Page(at, "says that there are further rows, which are not in this file")


def _is_said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _counts(holder: dict[str, Any]) -> bool:
    """Whether an object counts its rows, so that an offset in it is that of a page."""
    return not (_TOTALS | _MORE | {"limit"}).isdisjoint(holder)
