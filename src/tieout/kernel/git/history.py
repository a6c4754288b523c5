"""History up to a commit: every commit it reaches, and which of them last changed a path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.commits import CommitRecord, Tag, parse_commit
from tieout.kernel.git.objects import ObjectReader
from tieout.kernel.git.program import Git

__all__ = ["CommitRecord", "History", "Tag", "read_history"]

_FIRST_BATCH, _LAST_BATCH = 256, 4_096
_PATHSPECS = 200  # more paths than this are picked from the whole difference instead
_KIND_BITS = 0o170000
_EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


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
    _git: Git

    def last_changes(self, commit: str, paths: Sequence[str]) -> dict[str, CommitRecord]:
        """The commit that gave each path the content it has at `commit`, as `git log -1 -- PATH` finds it.

        Of a merge the side that the content came from is followed; a merge counts only where its content
        equals that of no parent. A change of the executable bit alone is none. Renames are not followed. Left
        out are paths that never existed, and those whose last change lies beyond the end of a shallow clone.

        Args:
            commit: Full id of one of these commits.
            paths: Files, relative to the top of the tree.

        Raises:
            UsageError: The commit is not one of these.
            UnreadableError: Trees are missing; git failed.
        """
        wanted = {commit: {path for path in paths if _can_exist(path)}}
        if commit not in self._trees:
            raise UsageError(f"commit {commit[:12]} is not in this history", where=self._git.where)
        found: dict[str, CommitRecord] = {}
        done, size = 0, _FIRST_BATCH
        while wanted and done < len(self.commits):
            batch = self.commits[done : done + size]
            if any(record.id in wanted for record in batch):
                pairs = dict.fromkeys(pair for record in batch for pair in self._pairs(record))
                changed = self._differences(list(pairs), set().union(*wanted.values()))
                for record in batch:
                    if record.id in wanted:
                        found.update(self._settle(record, wanted, changed))
            done, size = done + size, min(size * 2, _LAST_BATCH)
        return {path: found[path] for path in sorted(found)}

    def _pairs(self, record: CommitRecord) -> Iterator[tuple[str, str]]:
        """(tree of the parent, tree of the commit) for each parent that is here; a root against nothing."""
        tree = self._trees[record.id]
        if not record.parents:
            yield _EMPTY_TREES[len(record.id)], tree
        for parent in record.parents:
            if parent in self._trees:
                yield self._trees[parent], tree

    def _settle(
        self,
        record: CommitRecord,
        wanted: dict[str, set[str]],
        changed: Mapping[tuple[str, str], frozenset[str]],
    ) -> dict[str, CommitRecord]:
        """Hand paths on to the first parent with the same content; what no parent has was changed here."""
        rest = wanted.pop(record.id)
        if not record.parents:
            return dict.fromkeys(rest & changed[next(self._pairs(record))], record)
        tree = self._trees[record.id]
        beyond = False
        for parent in record.parents:
            if parent not in self._trees:
                beyond = True
                continue
            same = rest - changed[self._trees[parent], tree]
            if same:
                wanted.setdefault(parent, set()).update(same)
            rest -= same
        return {} if beyond else dict.fromkeys(rest, record)

    def _differences(self, pairs: Sequence[tuple[str, str]], paths: set[str]) -> dict[tuple[str, str], frozenset[str]]:
        """The wanted paths that differ between the trees of each pair; one git process."""
        few = [path.encode("utf-8", "surrogateescape") for path in sorted(paths)]
        if len(few) > _PATHSPECS:
            few = []
        output = self._git.run(
            "diff-tree",
            "--stdin",
            "--raw",
            "-r",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--end-of-options",
            "--",
            *few,
            stdin="".join(f"{old} {new}\n" for old, new in pairs).encode("ascii"),
        )
        changed: dict[tuple[str, str], frozenset[str]] = {}
        at = 0
        for pair in pairs:
            told = f"{pair[0]} {pair[1]}\n".encode("ascii")  # git repeats each pair on a line of its own
            if not output.startswith(told, at):
                message = "changes cannot be traced: trees of the history are missing or damaged"
                raise UnreadableError(message, hint="fetch the whole repository", where=self._git.where)
            at += len(told)
            differing = set()
            while output.startswith(b":", at):
                raw_end = output.index(b"\0", at)
                path_end = output.index(b"\0", raw_end + 1)
                old_mode, new_mode, old, new, _ = output[at + 1 : raw_end].split(b" ")
                path = output[raw_end + 1 : path_end].decode("utf-8", "surrogateescape")
                same_kind = int(old_mode, 8) & _KIND_BITS == int(new_mode, 8) & _KIND_BITS
                if path in paths and not (same_kind and old == new):
                    differing.add(path)
                at = path_end + 1
            changed[pair] = frozenset(differing)
        return changed


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
        UnreadableError: A commit is missing or damaged.
    """
    ids = git.run("rev-list", "--topo-order", "--end-of-options", commit, "--").decode("ascii").split()
    records: list[CommitRecord] = []
    trees: dict[str, str] = {}
    problems: list[str] = []
    for commit_id, found in objects.find_many(ids):
        if found is None or found.kind != "commit":
            message = f"the history cannot be read: commit {commit_id[:12]} is missing or damaged"
            raise UnreadableError(message, hint="fetch the whole repository", where=git.where)
        parsed = parse_commit(commit_id, found.data)
        records.append(parsed.record)
        trees[commit_id] = parsed.tree
        problems.extend(parsed.problems)
    complete = all(parent in trees for record in records for parent in record.parents)
    return History(tuple(records), complete, tuple(problems), trees, git)
