"""Whether the revision that a run names is a commit that the assessed one reaches, and when that was made."""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from tieout.collectors.base import Commit
from tieout.collectors.deciding import deciding
from tieout.domain.artefacts.results import data_path
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.history import History
from tieout.kernel.git.tree import AbsentError, is_lfs_pointer
from tieout.kernel.reading.text import display_path

#: Fewest digits that name a commit, as git itself abbreviates.
_FEWEST = 7
_MOST_CHANGED = 100
_REVISION = re.compile(r"[0-9a-f]{4,64}")


class Revisions:
    """The commits that runs may name.

    Args:
        repositories: Git sources at the commits that they are read at; the first one that reaches a revision speaks.
    """

    def __init__(self, repositories: Sequence[Commit]) -> None:
        self._repositories = [_Reached(commit) for commit in repositories]

    def facts(self, revision: str | None, dataset: str | None = None) -> dict[str, Any]:
        """What is found of a run's revision: `commit_…`, of its data file there `dataset_then…`, `changed_since`.

        Nothing where no repository is configured.
        """
        text = (revision or "").strip().lower()
        if not text or not self._repositories:
            return {}
        if not _REVISION.fullmatch(text):
            return {"commit_found": "unknown"}
        if len(text) < _FEWEST:
            return {"commit_found": "unshown"}
        told = set()
        for one in self._repositories:
            try:
                ids = one.starting_with(text)
                if len(ids) == 1:
                    made = one.history.dating(ids[0])
                    reached = {"commit_found": "reached", "commit_id": ids[0], "commit_at": made.at}
                    return reached | one.data(ids[0], dataset) | one.changed_since(ids[0])
                told.add("unshown" if ids or not one.history.complete else one.elsewhere(text))
            except UnreadableError:
                told.add("unshown")
        return {"commit_found": next(word for word in ("unshown", "elsewhere", "unknown") if word in told)}


class _Reached:
    """What one commit reaches; read when first asked."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._data: dict[tuple[str, str], dict[str, Any]] = {}
        self._changed: dict[str, dict[str, Any]] = {}

    @cached_property
    def history(self) -> History:
        return self._commit.quarantine.history(self._commit.id)

    @cached_property
    def _ids(self) -> list[str]:
        return sorted(record.id for record in self.history.commits)

    def starting_with(self, prefix: str) -> list[str]:
        """Ids of the commits that begin with a text: none, one, or two where it names no single one."""
        at = bisect_left(self._ids, prefix)
        return [id_ for id_ in self._ids[at : at + 2] if id_.startswith(prefix)]

    def data(self, revision: str, location: str | None) -> dict[str, Any]:
        """What a revision holds in the place where the commit itself holds a run's data file."""
        try:
            entries = self._commit.quarantine.tree(self._commit.id).entries()
        except UnreadableError:
            return {"dataset_then": "unshown"}
        fitting = data_path(location or "", [entry.path for entry in entries if entry.kind == "file"])
        if len(fitting) != 1:
            return {}
        key = (revision, fitting[0])
        if key not in self._data:
            self._data[key] = self._read(*key)
        return self._data[key]

    def _read(self, revision: str, path: str) -> dict[str, Any]:
        try:
            data = self._commit.quarantine.read_at(revision, path)
        except AbsentError:
            return {"dataset_then": "absent"}
        except UnreadableError:
            return {"dataset_then": "unshown"}
        if is_lfs_pointer(data):
            return {"dataset_then": "unshown"}  # the data itself is kept elsewhere
        by_line = path.lower().endswith((".jsonl", ".ndjson"))
        return {
            "dataset_then": "held",
            "dataset_then_sha256": hashlib.sha256(data).hexdigest(),
            "dataset_then_records": sum(1 for line in data.splitlines() if line.strip()) if by_line else None,
        }

    def changed_since(self, revision: str) -> dict[str, Any]:
        """Which prompts and gateway files the commit does not hold as a revision held them; nothing if unknown."""
        if revision not in self._changed:
            try:
                paths = self._commit.quarantine.changed_between(revision, self._commit.id)
            except UnreadableError:
                self._changed[revision] = {}
            else:
                found = deciding(map(display_path, paths), self._commit.gateways)
                self._changed[revision] = {"changed_since": tuple(found[:_MOST_CHANGED])}
        return self._changed[revision]

    def elsewhere(self, revision: str) -> str:
        """Whether another branch or tag of the repository reaches it."""
        try:
            self._commit.quarantine.resolve(revision)
        except UsageError:
            return "unknown"
        return "elsewhere"
