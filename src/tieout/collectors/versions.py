"""Earlier versions of a record: since when its text reads as it does, and since when its approval does.

An approval is mostly written into the file after its text, or both come in by one merge on a later day. So the two are
dated apart: an approval that is typed in later changes no text.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from tieout.collectors.base import Commit
from tieout.kernel.clock import end_of, is_ahead
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating, Touches
from tieout.kernel.reading.documents import Document, Kind, parse

#: A part of a document, to be compared with the same part of another version.
Part = Callable[[Document], Any]
#: Versions of a file that a commit reaches, newest first: when each was made, and its bytes.
Versions = Callable[[], Iterable[tuple[Dating, bytes]]]

#: How far back a part is followed; beyond it the part counts as set later than it was, never earlier.
MAX_VERSIONS = 100
#: Records of one source whose versions are looked at, of those changed after their approval and of the others each;
#: for more, the last change of the file counts as the text's.
MAX_FOLLOWED = 200

#: What an approval writes into a record without changing what it approves.
OF_APPROVAL = frozenset({"approver", "approved_on", "review_due", "status"})
SIGNED = ("approver", "approved_on")


def versions_in(commit: Commit, path: str, touches: Touches | None = None) -> Versions:
    """The versions of a file that a commit reaches.

    Args:
        commit: The assessed commit.
        path: Of the file in its tree.
        touches: Of this and other files, so that they are looked for together.
    """

    def versions() -> Iterator[tuple[Dating, bytes]]:
        history = commit.quarantine.history(commit.id)
        found = touches or history.touches(commit.id, [path])
        for record in islice(found.of(path), MAX_VERSIONS):
            try:
                data = commit.quarantine.read_at(record.id, path)
            except UnreadableError:  # there the file was taken away, or is no file
                return
            yield history.dating(record.id), data

    return versions


@dataclass(frozen=True, slots=True)
class Followed:
    """Since when parts of a file read as they do.

    Attributes:
        since: Part -> the oldest version since which it reads so; a part that reads otherwise in the newest has none.
        depth: Part -> how many versions back that is; clocks may give two versions one time.
        ended: Parts that an earlier version was seen to have otherwise, or not at all.
    """

    since: Mapping[str, Dating]
    depth: Mapping[str, int]
    ended: frozenset[str]

    def recorded(self, text: str, approval: str, on: date | None) -> Dating | None:
        """Since when an approval reads as it does, where that tells more than its day; else None.

        It does where it stood in the file before its day began, where it came in after its day with its text or after
        that, and where the text was changed on its day but after it.

        Args:
            text: Part that is approved.
            approval: Part that says so.
            on: Day of the approval.
        """
        since, at = self.since.get(text), self.since.get(approval)
        if since is None or at is None or on is None:
            return None
        if is_ahead(on, at.at):
            return at
        if self.is_older(approval, text):
            return at if since.at <= end_of(on) else None
        return at if at.at > end_of(on) and approval in self.ended else None

    def is_older(self, one: str, other: str) -> bool:
        """Whether one part came in by an earlier version than the other."""
        return self.depth.get(one, 0) > self.depth.get(other, 0)


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
    depth: dict[str, int] = {}
    open_ = set(parts)
    seen = 0
    for dating, data in versions():
        seen += 1
        try:
            then = parse(data, kind, where="an earlier version")
        except UnreadableError:  # whatever it said, this is another text
            return Followed(since, depth, frozenset(parts))
        now = now or then
        open_ = {name for name in open_ if parts[name](then) == parts[name](now)}
        if open_.isdisjoint(until):
            return Followed(since, depth, frozenset(parts) - open_)
        since.update(dict.fromkeys(open_, dating))
        depth.update(dict.fromkeys(open_, seen))
    # Nothing came before the first version, if that is what the history ended with.
    return Followed(since, depth, frozenset(parts if whole and seen < MAX_VERSIONS else set(parts) - open_))


class Texts:
    """Dates texts and approvals of one source's records by their versions."""

    def __init__(self, commit: Commit | None) -> None:
        """Outside version control (None) nothing is dated."""
        self._commit = commit
        self._touches: Touches | None = None
        self._expected: tuple[str, ...] = ()
        self._left = {"text": MAX_FOLLOWED, "approval": MAX_FOLLOWED, "fields": MAX_FOLLOWED}

    def expect(self, paths: Iterable[str]) -> None:
        """Say whose versions will be asked for, so that they are looked for together."""
        self._expected = tuple(paths)

    def since(
        self, path: str, kind: Kind, *, approved_on: date | None, change: Dating | None
    ) -> tuple[Dating | None, Dating | None]:
        """Since when a record's text reads as it does; and its approval, where that tells more than its day.

        Where the file was last changed by the end of the day of its approval, the last change is the text's, unless
        the approval is older than the text.

        Args:
            path: Of the file in the commit's tree.
            kind: How the file is read.
            approved_on: Day of the approval that it claims.
            change: Its last change.
        """
        if change is None or approved_on is None:
            return change, None
        asked = "text" if change.at > end_of(approved_on) else "approval"
        followed = self._followed(path, kind, {"text": _text, "approval": _approval}, asked)
        if followed is None:
            return change, change if is_ahead(approved_on, change.at) else None
        text = followed.since.get("text", change)
        recorded = followed.recorded("text", "approval", approved_on)
        return text if asked == "text" or followed.is_older("approval", "text") else change, recorded

    def fields_since(self, path: str, kind: Kind, names: Sequence[str], change: Dating) -> Dating:
        """Since when some fields of a record read as they do; its last change where that is not to be had.

        Args:
            path: Of the file in the commit's tree.
            kind: How the file is read.
            names: Keys at the top of the record.
            change: The file's last change.
        """
        followed = self._followed(path, kind, {"fields": lambda document: _fields(document, names)}, "fields")
        return followed.since.get("fields", change) if followed else change

    def _followed(self, path: str, kind: Kind, parts: Mapping[str, Part], asked: str) -> Followed | None:
        """Parts of a file followed until one of them ends; None where too many were, or nothing can be."""
        if self._commit is None or not self._left[asked]:
            return None
        self._left[asked] -= 1
        whole = self._commit.quarantine.history(self._commit.id).complete
        return follow(self._versions(self._commit, path), kind, parts, until=[asked], whole=whole)

    def _versions(self, commit: Commit, path: str) -> Versions:
        if path not in self._expected:
            return versions_in(commit, path)
        if self._touches is None:
            self._touches = commit.quarantine.history(commit.id).touches(commit.id, self._expected)
        return versions_in(commit, path, self._touches)


def _text(document: Document) -> Any:
    fields = document.data if isinstance(document.data, dict) else {}
    return {key: value for key, value in fields.items() if key not in OF_APPROVAL}, document.body


def _approval(document: Document) -> Any:
    return _fields(document, SIGNED)


def _fields(document: Document, names: Sequence[str]) -> Any:
    fields = document.data if isinstance(document.data, dict) else {}
    return tuple(fields.get(key) for key in names)
