"""Earlier versions of a record: since when its text reads as it does, and since when its approval does.

An approval is mostly written into the file after its text, or both come in by one merge on a later day. So the two are
dated apart: an approval that is typed in later changes no text.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tieout.collectors.base import Commit
from tieout.kernel.clock import end_of
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import Document, Kind, parse

#: A part of a document, to be compared with the same part of another version.
Part = Callable[[Document], Any]
#: Versions of a file that a commit reaches, newest first: when each was made, and its bytes.
Versions = Callable[[], Iterable[tuple[Dating, bytes]]]

#: How far back a part is followed; beyond it the part counts as set later than it was, never earlier.
MAX_VERSIONS = 100
#: Records of one source whose versions are looked at; for more, the last change of the file counts as the text's.
MAX_FOLLOWED = 200

#: What an approval writes into a record without changing what it approves.
OF_APPROVAL = frozenset({"approver", "approved_on", "review_due", "status"})
SIGNED = ("approver", "approved_on")


def versions_in(commit: Commit, path: str) -> Versions:
    """The versions of a file that a commit reaches.

    Args:
        commit: The assessed commit.
        path: Of the file in its tree.
    """

    def versions() -> Iterator[tuple[Dating, bytes]]:
        history = commit.quarantine.history(commit.id)
        known = {record.id for record in history.commits}
        at = commit.id
        for _ in range(MAX_VERSIONS):
            record = history.last_changes(at, [path]).get(path)
            if record is None:
                return
            try:
                data = commit.quarantine.read_at(record.id, path)
            except UnreadableError:  # there the file was taken away, or is no file
                return
            yield history.dating(record.id), data
            if not record.parents or record.parents[0] not in known:
                return
            at = record.parents[0]

    return versions


@dataclass(frozen=True, slots=True)
class Followed:
    """Since when parts of a file read as they do.

    Attributes:
        since: Part -> the oldest version since which it reads so; a part that reads otherwise in the newest has none.
        ended: Parts that an earlier version was seen to have otherwise, or not at all.
    """

    since: Mapping[str, Dating]
    ended: frozenset[str]

    def recorded(self, text: str, approval: str) -> Dating | None:
        """Since when an approval reads as it does, where it came with its text or after it; else None."""
        since, at = self.since.get(text), self.since.get(approval)
        return at if since is not None and at is not None and approval in self.ended and at.at >= since.at else None


def follow(
    versions: Versions, kind: Kind, parts: Mapping[str, Part], *, until: Collection[str], whole: bool, now: Any = None
) -> Followed:
    """Follow parts of a file back through its versions.

    Args:
        versions: Called once; read no further than needed.
        kind: How the file is read.
        parts: Name -> what of a document is the part.
        until: Parts to follow to their end; the others are only as long as these.
        whole: Whether the history is, so that a first version is one.
        now: The document that parts are compared with; the newest version where None.
    """
    since: dict[str, Dating] = {}
    open_ = set(parts)
    seen = 0
    for dating, data in versions():
        seen += 1
        try:
            then = parse(data, kind, where="an earlier version")
        except UnreadableError:  # whatever it said, this is another text
            return Followed(since, frozenset(parts))
        now = now or then
        open_ = {name for name in open_ if parts[name](then) == parts[name](now)}
        if open_.isdisjoint(until):
            return Followed(since, frozenset(parts) - open_)
        since.update(dict.fromkeys(open_, dating))
    # Nothing came before the first version, if that is what the history ended with.
    return Followed(since, frozenset(parts if whole and seen < MAX_VERSIONS else set(parts) - open_))


class Texts:
    """Dates texts and approvals of one source's records by their versions."""

    def __init__(self, commit: Commit | None) -> None:
        """Outside version control (None) nothing is dated."""
        self._commit = commit
        self._left = MAX_FOLLOWED

    def since(
        self, path: str, kind: Kind, *, approved_on: date | None, change: Dating | None
    ) -> tuple[Dating | None, Dating | None]:
        """Since when a record's text reads as it does; and its approval, where that came with the text or after it.

        Where the file was last changed by the end of the day of its approval, that is all one wants to know: the
        last change is the text's, and the approval is not dated.

        Args:
            path: Of the file in the commit's tree.
            kind: How the file is read.
            approved_on: Day of the approval that it claims.
            change: Its last change.
        """
        if self._commit is None or change is None or approved_on is None or change.at <= end_of(approved_on):
            return change, None
        if not self._left:
            return change, None
        self._left -= 1
        whole = self._commit.quarantine.history(self._commit.id).complete
        parts = {"text": _text, "approval": _approval}
        followed = follow(versions_in(self._commit, path), kind, parts, until=["text"], whole=whole)
        return followed.since.get("text", change), followed.recorded("text", "approval")


def _text(document: Document) -> Any:
    fields = document.data if isinstance(document.data, dict) else {}
    return {key: value for key, value in fields.items() if key not in OF_APPROVAL}, document.body


def _approval(document: Document) -> Any:
    fields = document.data if isinstance(document.data, dict) else {}
    return tuple(fields.get(key) for key in SIGNED)
