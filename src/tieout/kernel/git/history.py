"""History up to a commit: every commit it reaches, and which of its own line last changed a path."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from tieout.kernel.clock import SKEW
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.commits import CommitRecord, Tag, parse_commit
from tieout.kernel.git.objects import ObjectReader
from tieout.kernel.git.program import Git, GitFailedError
from tieout.kernel.git.tree_differences import tree_differences

__all__ = ["CommitRecord", "Dating", "History", "Tag", "read_history"]

MAX_COMMITS = 500_000
"""Commits of a history that are read; each is held in memory."""
MAX_COMMIT_BYTES = 4 * 1024 * 1024
"""Largest commit object that is read, its message included."""
_MAX_PROBLEMS = 1_000
_ID_BYTES = 65  # the longest id and its newline
_FIRST_BATCH, _LAST_BATCH = 256, 4_096
_PATHSPECS = 200  # more paths than this are picked from the whole difference instead
_EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}

_Touched = Callable[[Sequence[CommitRecord], set[str]], list[tuple[CommitRecord, frozenset[str]]]]


@dataclass(frozen=True, slots=True)
class Dating:
    """When a commit can have been made, by what its history says.

    A committer date is whatever the committer's clock, or the committer, says; a commit holds the ids of its
    parents, so it was made after each of its ancestors. Its time is therefore the latest date among both.

    Attributes:
        at: The latest committer date among the commit and its ancestors; no earlier than `stated`.
        stated: The commit's own committer date.
        latest: Id of the commit that is dated `at`.
        merge: Id of the commit, where it is a merge; else empty.
    """

    at: datetime
    stated: datetime
    latest: str
    merge: str = field(default="", compare=False)

    @property
    def runs_backwards(self) -> bool:
        """Whether the commit is dated so long before its ancestor that no clock's error explains it."""
        return self.at - self.stated > SKEW


@dataclass(frozen=True, slots=True)
class History:
    """The commits that a commit reaches, in git's topological order (a commit before its parents).

    Attributes:
        commits: The commit itself first.
        complete: False where a shallow clone cuts the history: every count is then a lower bound.
        problems: What could not be read of single commits, as plain sentences.
    """

    commits: tuple[CommitRecord, ...]
    complete: bool
    problems: tuple[str, ...]
    _trees: Mapping[str, str]
    _datings: Mapping[str, Dating]
    _git: Git
    _told: dict[tuple[str, str], CommitRecord | None] = field(default_factory=dict)

    def dating(self, commit: str) -> Dating:
        """When a commit can have been made: never before one of its ancestors.

        Args:
            commit: Full id of one of these commits.

        Raises:
            UsageError: The commit is not one of these.
        """
        try:
            return self._datings[commit]
        except KeyError as error:
            raise UsageError(f"commit {commit[:12]} is not in this history", where=self._git.where) from error

    def last_changes(self, commit: str, paths: Sequence[str]) -> dict[str, CommitRecord]:
        """The commit that brought each path's content into the line of `commit`: `git log -1 --first-parent -- PATH`.

        The line is the commit, its first parent, that one's first parent, and so on. What a branch held for
        weeks took effect when it was merged, not when it was written: a change that was written before an
        approval or a run and merged after it came after it. So it is the merge that changed the path, and
        other parents are not followed. A merge of the line into a branch that the line was then moved to
        swaps the two: there the branch counts as the line. A change of the executable bit alone is none.
        Renames are not followed. Left out are paths that never existed, and those whose last change lies
        beyond the end of a shallow clone.

        Args:
            commit: Full id of one of these commits.
            paths: Files, relative to the top of the tree.

        Raises:
            UsageError: The commit is not one of these.
            UnreadableError: Trees are missing; git failed.
        """
        if commit not in self._trees:
            raise UsageError(f"commit {commit[:12]} is not in this history", where=self._git.where)
        new = {path for path in paths if (commit, path) not in self._told}
        found = self._search(commit, {path for path in new if _can_exist(path)})
        self._told.update({(commit, path): found.get(path) for path in new})
        told = {path: self._told[commit, path] for path in sorted(set(paths))}
        return {path: record for path, record in told.items() if record is not None}

    def _search(self, commit: str, paths: set[str]) -> dict[str, CommitRecord]:
        wanted = {commit: paths} if paths else {}
        found: dict[str, CommitRecord] = {}
        done, size = 0, _FIRST_BATCH
        while wanted and done < len(self.commits):
            batch = self.commits[done : done + size]
            if any(record.id in wanted for record in batch):
                pairs = dict.fromkeys(pair for record in batch for pair in self._compared_pairs(record))
                changed = self._differing(list(pairs), set().union(*wanted.values()))
                for record in batch:
                    if record.id in wanted:
                        found.update(self._settle(record, wanted, changed))
            done, size = done + size, min(size * 2, _LAST_BATCH)
        return found

    def _compared_pairs(self, record: CommitRecord) -> Iterator[tuple[str, str]]:
        """(tree of the first parent, tree of the commit), if that is here; a root against nothing."""
        tree = self._trees[record.id]
        if not record.parents:
            yield _EMPTY_TREES[len(record.id)], tree
        elif record.parents[0] in self._trees:
            yield self._trees[record.parents[0]], tree

    def _settle(
        self,
        record: CommitRecord,
        wanted: dict[str, set[str]],
        changed: Mapping[tuple[str, str], frozenset[str]],
    ) -> dict[str, CommitRecord]:
        """Hand paths on to the first parent where it has the same content; what it has not was changed here."""
        rest = wanted.pop(record.id)
        if not record.parents:
            return dict.fromkeys(rest & changed[next(self._compared_pairs(record))], record)
        parent = record.parents[0]
        if parent not in self._trees:
            return {}
        same = rest - changed[self._trees[parent], self._trees[record.id]]
        if same:
            wanted[parent] = same
        return dict.fromkeys(rest - same, record)

    def _differing(self, pairs: Sequence[tuple[str, str]], paths: set[str]) -> dict[tuple[str, str], frozenset[str]]:
        """The wanted paths that differ between the trees of each pair; one git process, if all goes well."""
        wanted = sorted(paths)
        if len(wanted) <= _PATHSPECS:
            return self._compared(pairs, paths, wanted)
        try:
            return self._compared(pairs, paths, [])
        except GitFailedError:  # somewhere in the history is a folder too large to be told whole
            parts = [wanted[at : at + _PATHSPECS] for at in range(0, len(wanted), _PATHSPECS)]
            told = [self._compared(pairs, set(part), part) for part in parts]
            return {pair: frozenset().union(*(part[pair] for part in told)) for pair in pairs}

    def _compared(
        self, pairs: Sequence[tuple[str, str]], paths: set[str], named: Sequence[str]
    ) -> dict[tuple[str, str], frozenset[str]]:
        """The paths that differ, of those that are named to git; of all where none is named."""
        differences = tree_differences(self._git, pairs, named)
        return {pair: frozenset(one.path for one in found if one.path in paths) for pair, found in differences.items()}

    def touches(self, commit: str, paths: Sequence[str]) -> "Touches":
        """The commits of the line of `commit` that changed each path; asked for together, compared together.

        Args:
            commit: Full id of one of these commits.
            paths: Files, relative to the top of the tree.

        Raises:
            UsageError: The commit is not one of these.
        """
        if commit not in self._trees:
            raise UsageError(f"commit {commit[:12]} is not in this history", where=self._git.where)
        return Touches(self._line_from(commit), self._touched, {path for path in paths if _can_exist(path)})

    def line(self) -> Iterator[tuple[CommitRecord, str, str]]:
        """The first-parent line: each commit with its first parent's tree and its own, as far as both are here."""
        for record in self._line_from(self.commits[0].id):
            if record.parents and record.parents[0] in self._trees:
                yield record, self._trees[record.parents[0]], self._trees[record.id]

    def _line_from(self, commit: str) -> Iterator[CommitRecord]:
        """A commit, its first parent, and so on to the first commit or to where a shallow clone cuts the line."""
        by_id = {record.id: record for record in self.commits}
        record: CommitRecord | None = by_id[commit]
        while record is not None:
            yield record
            record = by_id.get(record.parents[0]) if record.parents else None

    def _touched(self, batch: Sequence[CommitRecord], paths: set[str]) -> list[tuple[CommitRecord, frozenset[str]]]:
        """Which of some paths each commit changed; those are left out whose first parent is not here."""
        told = [(record, pair) for record in batch for pair in self._compared_pairs(record)]
        changed = self._differing(list(dict.fromkeys(pair for _, pair in told)), paths) if told else {}
        return [(record, changed[pair]) for record, pair in told]


class Touches:
    """Every commit of a line that changed one of some paths, found as far back as it is asked for.

    What counts as a change is told at `History.last_changes`. All paths are compared in one go, a stretch of the line
    at a time: of a path alone each version would cost a process.

    Args:
        line: Its commits, the newest first.
        touched: Tells which of some paths each of some commits changed.
        paths: Files that can exist.
    """

    def __init__(self, line: Iterator[CommitRecord], touched: _Touched, paths: set[str]) -> None:
        self._touched = touched
        self._paths = paths
        self._found: dict[str, list[CommitRecord]] = {path: [] for path in paths}
        self._line = line
        self._size = _FIRST_BATCH
        self._ended = not paths

    def of(self, path: str) -> Iterator[CommitRecord]:
        """The commits that changed a path, newest first; none for one that was not asked for.

        Raises:
            UnreadableError: Trees are missing; git failed.
        """
        found = self._found.get(path, [])
        at = 0
        while True:
            while at >= len(found):
                if self._ended:
                    return
                self._compare_more()
            yield found[at]
            at += 1

    def _compare_more(self) -> None:
        batch = list(islice(self._line, self._size))
        self._ended = not batch
        for record, changed in self._touched(batch, self._paths):
            for path in sorted(changed):
                self._found[path].append(record)
        self._size = min(self._size * 2, _LAST_BATCH)


def _can_exist(path: str) -> bool:
    """Whether a tree can hold the path; asked for another, git would fail."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        return False
    return b"\0" not in data and not {b"", b".", b".."}.intersection(data.split(b"/"))


def read_history(git: Git, objects: ObjectReader, commit: str) -> History:
    """Read all commits that a commit reaches.

    Args:
        git: Bound to the quarantine.
        objects: Reads the commits.
        commit: A full id.

    Raises:
        UnreadableError: A commit is missing, damaged or too large, or there are too many.
    """
    ids = _ids(git, commit)
    records: list[CommitRecord] = []
    trees: dict[str, str] = {}
    problems: list[str] = []
    for commit_id, found in objects.find_many(ids, max_bytes=MAX_COMMIT_BYTES):
        if found is None or found.kind != "commit":
            message = f"the history cannot be read: commit {commit_id[:12]} is missing or damaged"
            raise UnreadableError(message, hint="fetch the whole repository", where=git.where)
        parsed = parse_commit(commit_id, found.data)
        records.append(parsed.record)
        trees[commit_id] = parsed.tree
        problems.extend(parsed.problems[: _MAX_PROBLEMS - len(problems)])
    complete = all(parent in trees for record in records for parent in record.parents)
    return History(tuple(records), complete, tuple(problems), trees, _dated(records), git)


def _ids(git: Git, commit: str) -> list[str]:
    """Ids of the commits that a commit reaches, in topological order."""
    printed = bytearray()
    with closing(git.pieces("rev-list", "--topo-order", "--end-of-options", commit, "--")) as output:
        for piece in output:
            printed += piece
            if len(printed) > MAX_COMMITS * _ID_BYTES:
                break
    ids = printed.decode("ascii").split()
    if len(ids) > MAX_COMMITS:
        message = f"the history of commit {commit[:12]} holds more than {MAX_COMMITS:,} commits"
        raise UnreadableError(message, hint="read a shallow clone of it: counts are then lower bounds", where=git.where)
    return ids


def _dated(records: Sequence[CommitRecord]) -> dict[str, Dating]:
    """The dating of each commit, in one pass from the oldest: the order is topological, newest first."""
    found: dict[str, Dating] = {}
    for record in reversed(records):
        at, latest = record.committed_at, record.id
        for parent in record.parents:
            before = found.get(parent)
            if before is not None and before.at > at:
                at, latest = before.at, before.latest
        merge = record.id if len(record.parents) > 1 else ""
        found[record.id] = Dating(at, record.committed_at, latest, merge)
    return found
