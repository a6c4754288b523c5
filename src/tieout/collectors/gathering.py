"""Gathers what one source gives: files read once, items with unique ids, problems in a stable order."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from tieout.collectors.base import Gathered, Request, make_item
from tieout.collectors.confidential import (
    Known,
    known_secrets,
    masked_facts,
    masked_reason,
    masked_source,
    without_known,
)
from tieout.collectors.hcl_sources import is_values
from tieout.collectors.kept_copies import KEPT, kept_copies
from tieout.collectors.naming import declared_name, declares, is_or_are, name_of
from tieout.collectors.patterns import is_pattern
from tieout.collectors.scope import entries_of, is_under, names_one_file, not_live, plain
from tieout.collectors.secret_objects import holds_secret_objects
from tieout.collectors.sensitive_variables import sensitive_of
from tieout.domain.artefacts import title_of
from tieout.domain.base import Model
from tieout.domain.collection import Problem, SourceResult
from tieout.domain.evidence import Effective, EvidenceItem, Place, RedactionNote
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.git.tree import is_lfs_pointer
from tieout.kernel.ids import short_id
from tieout.kernel.pointers import key_of
from tieout.kernel.reading.files import MAX_BYTES, Entry, FolderView
from tieout.kernel.reading.text import decode_text, display_path

#: Larger sources are not copied into the store: their digest and the facts stand for them.
MAX_COPY_BYTES = 1_000_000
#: Files set aside for one reason that a source lists one by one; more of them share one row, which names as many.
MAX_ROWS = 5

_M = TypeVar("_M", bound=Model)
_Status = Literal["unreadable", "absent", "after-as-of", "not-counted"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source, as it was read.

    Attributes:
        path: Relative to the view, safe to print.
        data: The bytes; parse these and store the copy.
        digest: `gitblob:…` or `sha256:…` of the bytes.
        copy: Redacted text of a small file that is UTF-8, else None; None too where values are secrets by their place.
        redactions: What was masked in the copy.
    """

    path: str
    data: bytes
    digest: str
    copy: bytes | None
    redactions: tuple[RedactionNote, ...]


class Gathering:
    """Items and problems of one source while it is read.

    Args:
        request: The source.
        collector: Kind and version of the collector.
        declared_people: Addresses stay: the file is where the owners of the system declare whom to reach.
    """

    def __init__(self, request: Request, collector: tuple[str, str], *, declared_people: bool = False) -> None:
        self._declared_people = declared_people
        self.request = request
        self.collector = collector
        self.problems: list[Problem] = []
        self._items: dict[str, EvidenceItem] = {}
        self._copies: dict[str, bytes] = {}
        self._read: set[str] = set()
        self._known: Known = {}
        self._declared_sensitive: frozenset[str] | None = None
        self._aside: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def entries(self) -> list[Entry]:
        """What is live under the source's prefix, sorted by path; notes what could not be listed or is set aside.

        Examples, templates, tests, documentation, archives and what is of another environment than production are set
        aside by their paths, as in the configuration of any other source.

        Raises:
            UnreadableError: Nothing could be listed.
        """
        found, one_file = self.every_entry(), names_one_file(self.request)
        live = []
        for entry in found:
            reason = not_live(self.request, entry.path, one_file=one_file, disused=True, elsewhere=True)
            if reason is None:
                live.append(entry)
            else:
                self.set_aside(entry.path, f"{reason}, not evidence of the system")
        return live

    def every_entry(self) -> list[Entry]:
        """Entries of every kind under the prefix, for a collector that sets aside by a rule of its own.

        Raises:
            UnreadableError: Nothing could be listed.
        """
        view, prefix = self.request.view, self.request.prefix.strip("/")
        found = entries_of(self.request)
        if isinstance(view, FolderView):
            for path, reason in view.problems:
                if is_under(path, prefix) and not kept_copies([path])(path):
                    self.problem("unreadable", path, reason, types=self.request.source.declared)
        return found

    def read(self, entry: Entry, *, max_bytes: int = MAX_BYTES) -> SourceFile:
        """Read one file and make its redacted copy.

        Raises:
            UnreadableError: The view refuses it; `where` names the path.
        """
        data = self.request.view.read(entry.path, max_bytes=max_bytes)
        path = display_path(entry.path)
        if is_lfs_pointer(data):
            message = "is a Git LFS pointer: its content is not in this repository"
            raise UnreadableError(message, hint="declare a place that holds the content itself", where=path)
        self._read.add(path)
        copy: bytes | None = None
        notes: tuple[RedactionNote, ...] = ()
        if len(data) <= MAX_COPY_BYTES:
            try:
                text = decode_text(data, path)
                sensitive = self._sensitive() if is_values(entry.path) else frozenset()
                kept = masked_source(text, entry.path, declared_people=self._declared_people, sensitive=sensitive)
            except UnreadableError:
                pass  # what is no text or document is not copied; its parser will say why it cannot be read
            else:
                is_kept = not holds_secret_objects(text, entry.path, sensitive)
                copy = kept.text.encode("utf-8") if is_kept else None
                if kept.removed:
                    self._known = known_secrets(kept, self._known)
                notes = tuple(RedactionNote(rule=hit.rule, line=hit.line) for hit in kept.hits if is_kept)
        digest = entry.digest or f"sha256:{sha256_hex(data)}"
        return SourceFile(path=path, data=data, digest=digest, copy=copy, redactions=notes)

    def _sensitive(self) -> frozenset[str]:
        if self._declared_sensitive is None:
            self._declared_sensitive = sensitive_of(self.request.view)
        return self._declared_sensitive

    def add(
        self,
        type_: str,
        artefact: Model,
        *,
        path: str,
        digest: str,
        effective: Effective | None,
        lines: Mapping[str, int] | None = None,
        files: Mapping[str, str] | None = None,
        file: SourceFile | None = None,
        change: Dating | None = None,
        title: str = "",
        part: str = "",
    ) -> EvidenceItem | None:
        """Add an item; what is effective or was changed after the as-of time becomes a problem and gives None.

        Args:
            type_: Artefact name.
            artefact: The facts; secrets and addresses in them are masked here, by look and by name.
            path: File they stand in, safe to print.
            digest: Of the bytes as read.
            effective: The time they speak of.
            lines: JSON pointer into the facts -> line; pointers that are not in the facts are left out.
            files: Pointer of such a line -> its file, where that is not `path`.
            file: The file whose redacted copy is kept beside the facts.
            change: The last change of the text, where it is under version control.
            title: For people.
            part: Tells several items of one type and file apart.
        """
        if effective is not None and effective.end > self.request.as_of:
            reason = f"speaks of {rfc3339(effective.end)} ({effective.basis}), which is after the as-of time"
            self.problem("after-as-of", path, reason, types=(declared_name(type_, artefact),))
            return None
        if change is not None and self._is_later(change, type_, artefact, path):
            return None
        facts = self._masked_model(artefact)
        item = make_item(
            self.request,
            type_=type_,
            artefact=facts,
            path=path,
            collector=self.collector,
            source_digest=digest,
            title=without_known(title, self._known),
            effective=effective,
            lines=_in_facts(lines or {}, facts.as_json()),
            copy=file.copy if file else None,
            redactions=file.redactions if file else (),
            part=part,
        )
        if files:
            told = {at: self.request.place(files[at]).path for at in item.lines if at in files}
            item = item.model_copy(update={"files": told})
        turn = 1
        while item.id in self._items:  # ids carry 32 bits: two of a large source may meet
            turn += 1
            item = item.model_copy(update={"id": short_id("EV", item.id, type_, path, part, str(turn))})
        self._items[item.id] = item
        if file is not None and file.copy is not None and item.copy_sha256 is not None:
            self._copies[item.copy_sha256] = file.copy
        return item

    def keep(self, data: bytes) -> None:
        """Keep bytes whose SHA-256 an item's facts name; nothing is masked in them, so nothing may need to be."""
        self._copies[sha256_hex(data)] = data

    def _is_later(self, change: Dating, type_: str, artefact: Model, path: str) -> bool:
        """Whether the text was changed after the as-of time; notes that, and a date that cannot be right."""
        name = declared_name(type_, artefact)
        if change.at > self.request.as_of:
            reason = f"was last changed on {rfc3339(change.at)}, which is after the as-of time"
            self.problem("after-as-of", path, reason, types=(name,))
        elif change.runs_backwards:
            reason = (
                f"was last changed by a commit that is dated {rfc3339(change.stated)}, while commit "
                f"{change.latest[:12]} before it is dated {rfc3339(change.at)}: the later date is taken"
            )
            self.problem("not-counted", path, reason, types=(name,))
        return change.at > self.request.as_of

    def problem(
        self,
        status: _Status,
        path: str,
        reason: str,
        *,
        line: int | None = None,
        types: Sequence[str] = (),
        files: int | None = None,
    ) -> None:
        """Note something that is not evidence, and why; of several files in one row, how many."""
        place = self.request.place(display_path(path), line)
        reason = masked_reason(reason, self._known)
        self.problems.append(Problem(status=status, types=tuple(types), place=place, reason=reason, files=files))

    def _masked_model(self, model: _M) -> _M:
        """The same facts with what must not reach a packet masked, whatever document they come from."""
        tree = model.model_dump(mode="json", by_alias=True)
        people = self._declared_people
        kept = masked_facts(tree, self.request.system_id, declared_people=people, known=self._known)
        return model if kept is tree else type(model).model_validate_json(json.dumps(kept), strict=True)

    def set_aside(self, path: str, reason: str, *, types: Sequence[str] = ()) -> None:
        """Note a file that is nothing of what is sought here; many with one reason become one row."""
        self._aside.setdefault((reason, tuple(types)), []).append(path)

    def unreadable(self, error: UnreadableError, path: str, *, types: Sequence[str] = ()) -> None:
        """Note a file that exists and could not be read, at the line that the error names."""
        _, _, line = error.where.rpartition(":")
        reason = error.message + (f" ({error.hint})" if error.hint else "")
        self.problem("unreadable", path, reason, line=int(line) if line.isdecimal() else None, types=types)

    def given(self) -> frozenset[str]:
        """Declared names of the items so far: `drill_record`, `approved_record/ai_policy`."""
        return frozenset(name_of(item) for item in self._items.values())

    def finish(self, *, kind: str | None = None, places: Mapping[str, str] | None = None) -> Gathered:
        """Close the source: declared artefacts without item or explanation are noted as absent.

        Args:
            kind: Of the result, where it is not the source's own.
            places: Declared name -> where a reader would look for it; else the source's path.
        """
        prefix = self.request.prefix.strip("/")
        self.note_kept_copies(lambda path: is_under(path, prefix))
        self._note_set_aside()
        explained = {
            name
            for problem in self.problems
            if problem.status in {"unreadable", "after-as-of", "absent"}
            for name in problem.types
        }
        missing = [
            name
            for name in self.request.source.declared
            if not (declares(name, self.given()) or declares(name, explained))
        ]
        if missing and self._is_nowhere():
            self.problem("absent", self.here, f"no such file or folder{self.at_commit}", types=missing)
        else:
            for name in missing:
                place = (places or {}).get(name, self.here)
                self.problem("absent", place, f"no {title_of(name)} {is_or_are(name)} recorded here", types=(name,))
        result = SourceResult(
            name=self.request.source.name,
            kind=kind or self.request.source.kind,
            uri=self.request.view.uri,
            provides=self.request.source.declared,
            items=tuple(self._items[id_] for id_ in sorted(self._items)),
            problems=tuple(sorted(set(self.problems), key=_by_place)),
            files_read=len(self._read),
        )
        return Gathered(result=result, copies={digest: self._copies[digest] for digest in sorted(self._copies)})

    @property
    def here(self) -> str:
        """The source as a place: its path, or its name where the path only says `all of it`."""
        path = self.request.source.path
        return path if plain(path) else self.request.source.name

    @property
    def at_commit(self) -> str:
        """What a sentence about something missing ends with where the source is a git tree."""
        return " at this commit" if self.request.commit is not None else ""

    def _is_nowhere(self) -> bool:
        """Whether the source names a path at which there is nothing at all."""
        prefix = self.request.prefix.strip("/")
        if not prefix or is_pattern(prefix):
            return False
        try:
            return not any(is_under(entry.path, prefix) for entry in self.request.view.entries())
        except UnreadableError:  # it is noted already that nothing could be listed
            return False

    def note_kept_copies(self, is_meant: Callable[[str], bool]) -> None:
        """Note what a commit holds of packets; beside a work tree they come and go without the source changing.

        Args:
            is_meant: Whether the source's path means a path.
        """
        if self.request.commit is None:
            return
        try:
            paths = [entry.path for entry in self.request.view.entries()]
        except UnreadableError:  # it is noted already that nothing could be listed
            return
        is_kept = kept_copies(paths)
        for path in paths:
            if is_meant(path) and is_kept(path):
                self.set_aside(path, KEPT)

    def _note_set_aside(self) -> None:
        for (reason, types), paths in sorted(self._aside.items()):
            if len(paths) <= MAX_ROWS:
                for path in paths:
                    self.problem("not-counted", path, reason, types=types)
            else:
                shown = ", ".join(display_path(path) for path in paths[:MAX_ROWS])
                told = f"each of {len(paths):,} files here {reason}: {shown} and {len(paths) - MAX_ROWS:,} more"
                self.problem("not-counted", self.here, told, types=types, files=len(paths))
        self._aside.clear()


def _in_facts(lines: Mapping[str, int], facts: Mapping[str, Any]) -> dict[str, int]:
    """Lines of the pointers that really are in the facts."""
    return {at: line for at, line in sorted(lines.items()) if at and _is_there(at, facts)}


def _is_there(at: str, facts: Any) -> bool:
    for part in at.split("/")[1:]:
        key = key_of(part)
        if isinstance(facts, dict) and key in facts:
            facts = facts[key]
        elif isinstance(facts, list) and key.isdecimal() and int(key) < len(facts):
            facts = facts[int(key)]
        else:
            return False
    return True


def _by_place(problem: Problem) -> tuple[str, int, str, str, tuple[str, ...]]:
    place: Place = problem.place
    return (place.path, place.line or 0, problem.status, problem.reason, problem.types)
