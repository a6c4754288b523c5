"""Whether the commits that are read still hold the files that a signed statement is about, digest by digest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tieout.collectors.base import Commit, Request
from tieout.domain.statements import Digests, StatedSubject
from tieout.kernel.clock import SKEW, rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import display_path, excerpt

if TYPE_CHECKING:
    from tieout.kernel.git.tree import GitTree

#: Names that one sentence tells; of more, how many.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Held:
    """What the commits say of one subject.

    Attributes:
        found: Some commit has a file under this path.
        same: And in one of them it has every digest that was signed.
        brought_in: When the commit that brought this content in can have been made, where it is known.
    """

    found: bool
    same: bool
    brought_in: datetime | None = None


class Files:
    """Files of all repositories that a run reads, at their commits.

    Args:
        request: The source that holds the statements; its own repository is looked at first.
    """

    def __init__(self, request: Request) -> None:
        commits = [request.commit, *request.repositories]
        unique = {(commit.quarantine.uri, commit.id): commit for commit in commits if commit is not None}
        self._trees = [_Tree(commit) for commit in unique.values()]

    @property
    def commits(self) -> list[Commit]:
        """The commits that are read."""
        return [tree.commit for tree in self._trees]

    def held(self, subjects: Sequence[StatedSubject]) -> list[Held]:
        """What is known of each subject, in their order."""
        for tree in self._trees:
            tree.date([subject.name for subject in subjects])
        return [self._of(subject) for subject in subjects]

    def _of(self, subject: StatedSubject) -> Held:
        found = False
        for tree in self._trees:
            entry = tree.entry(subject.name)
            found |= entry is not None
            if entry is not None and tree.has(entry, subject.digest):
                return Held(found=True, same=True, brought_in=tree.brought_in(subject.name))
        return Held(found=found, same=False)


class _Tree:
    """One commit's files, listed once and each hashed once."""

    def __init__(self, commit: Commit) -> None:
        self.commit = commit
        self._view: GitTree | None = None
        self._entries: dict[str, Entry] | None = None
        self._sha256: dict[str, str | None] = {}
        self._dates: dict[str, datetime | None] = {}

    def entry(self, path: str) -> Entry | None:
        if self._entries is None:
            self._view = self.commit.quarantine.tree(self.commit.id)
            try:
                self._entries = {entry.path: entry for entry in self._view.entries() if entry.kind == "file"}
            except UnreadableError:  # its git source tells why; here it holds nothing
                self._entries = {}
        return self._entries.get(path)

    def has(self, entry: Entry, digest: Digests) -> bool:
        if digest.git_blob is not None and entry.digest != f"gitblob:{digest.git_blob}":
            return False
        # Both where both are signed: ids of git are SHA-1 in most repositories, and of that collisions are made.
        return digest.sha256 is None or self._hash(entry.path) == digest.sha256

    def _hash(self, path: str) -> str | None:
        if path not in self._sha256 and self._view is not None:
            try:
                self._sha256[path] = sha256_hex(self._view.read(path))
            except UnreadableError:  # too large to have been signed by its SHA-256
                self._sha256[path] = None
        return self._sha256.get(path)

    def date(self, paths: Sequence[str]) -> None:
        """Look up together when files came in; each is asked for once."""
        new = [path for path in paths if path not in self._dates and self.entry(path) is not None]
        self._dates.update(dict.fromkeys(new))
        try:
            found = self.commit.changes(new) if new else {}
        except UnreadableError:  # a damaged history dates nothing
            found = {}
        self._dates.update({path: change.at for path, change in found.items()})

    def brought_in(self, path: str) -> datetime | None:
        return self._dates.get(path)


def file_faults(
    subjects: Sequence[StatedSubject], held: Sequence[Held], signed_at: datetime
) -> Iterator[tuple[str, str]]:
    """What the commits have against a statement about files: standing and sentence, the gravest first.

    Args:
        subjects: As signed.
        held: What is known of each.
        signed_at: As the statement says.
    """
    pairs = list(zip(subjects, held, strict=True))
    # A signature binds content, so that a merge may follow it; a day apart no two clocks explain it.
    early = [(one.name, at.brought_in) for one, at in pairs if at.brought_in and at.brought_in - SKEW > signed_at]
    if early:
        latest = max(at for _, at in early)
        told = f"is signed on {rfc3339(signed_at)}, before its subject came in ({rfc3339(latest)})"
        yield "signed-before-subject", f"{told}: {_named([name for name, _ in early])}"
    if changed := [one.name for one, at in pairs if at.found and not at.same]:
        yield "subject-changed", f"is about a file that was changed since it was signed: {_named(changed)}"
    if missing := [one.name for one, at in pairs if not at.found]:
        yield "subject-missing", f"is about a file that no commit here holds: {_named(missing)}"


def _named(names: Sequence[str]) -> str:
    told = ", ".join(excerpt(display_path(name), 120) for name in names[:_NAMED])
    return told + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
