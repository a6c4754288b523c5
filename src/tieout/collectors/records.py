"""Records that people keep (YAML, JSON, Markdown, tables): drills, registers, approved documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tieout.collectors.approved_texts import approved, where_of
from tieout.collectors.attached_documents import Documents, attached, is_sidecar
from tieout.collectors.attestations import Attestations, is_signature, is_statement, signed
from tieout.collectors.base import Gathered, Request
from tieout.collectors.bodies import refuse_rows_below
from tieout.collectors.bulk import refuse_bulk
from tieout.collectors.copied import COPIED, is_example
from tieout.collectors.effective import effective_of
from tieout.collectors.fitting import (
    approval_lines,
    approval_of,
    backdated_to,
    dated,
    days_of,
    fit,
    line_of,
    pointer,
    split_approval,
)
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.lost_records import ROWS, why_lost
from tieout.collectors.named_people import names_people, without_names
from tieout.collectors.named_state import denied_by_name
from tieout.collectors.naming import declared_name
from tieout.collectors.scope import names_one_file, not_live, whole_path
from tieout.collectors.signers import Signers, key_faults
from tieout.collectors.standing import not_in_force, of_the_record
from tieout.collectors.stating import Stated, Stating
from tieout.collectors.table_declarations import TableDeclarations
from tieout.collectors.table_reading import read_register
from tieout.collectors.tables import Tables
from tieout.collectors.versions import Texts
from tieout.config.tables import TableSection
from tieout.domain.artefacts import ARTEFACTS, title_of
from tieout.domain.artefacts.records import Approval, ApprovedRecord, DrillRecord, Roster
from tieout.domain.base import Model
from tieout.kernel.clock import is_ahead
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import Document, kind_of, parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.tables import form_of
from tieout.kernel.reading.text import decode_text, excerpt

KIND = "records"
VERSION = "1"

_KINDS = frozenset({"yaml", "json", "front-matter"})
#: JSON that tools write and no one keeps a record in.
_OF_TOOLS = (".ipynb", ".sarif")
_NO_RECORD = "is not YAML, JSON or Markdown, so it is not read as a record"
_NO_TABLE = "is a table, and neither `tables` of this source nor its name says which record it is"
# Set by the collector from version control; a file that claims them is refused.
_RESERVED = ("approval", "backdated_to", "by_day", "changed_at", "committed_at", "merged_in", "recorded_at")
# Of a drill, what is not known before it is held.
_RESULT = ("date", "outcome", "measured_seconds")


def collect(request: Request) -> Gathered:
    """Read every record of a source; a file that is no record is a problem with its place."""
    return _Records(request).collect()


@dataclass(slots=True)
class _Found:
    """The files of a source by what they are."""

    records: list[Entry] = field(default_factory=list)
    tables: list[tuple[Entry, TableSection]] = field(default_factory=list)
    beside: list[Entry] = field(default_factory=list)


class _Records:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.gathering = Gathering(request, (KIND, VERSION))
        self.stating = Stating(self.gathering)
        self.changed: Mapping[str, Dating] = {}
        self.texts = Texts(request.commit)
        self.one_file = False
        self.rosters: list[Roster] = []
        self.later: list[Callable[[], None]] = []
        self.tables = Tables(request)
        self.declarations = TableDeclarations(request, self.tables.sections)

    def collect(self) -> Gathered:
        try:
            entries = self.gathering.every_entry()
            one_file = self.one_file = names_one_file(self.request)
            dated_ones = (entry.path for entry in entries if kind_of(entry.path) in _KINDS or form_of(entry.path))
            self.changed = self.request.last_changes(list(dated_ones))
        except UnreadableError as error:
            self.gathering.unreadable(error, self.gathering.here, types=self.request.source.declared)
            return self.gathering.finish()
        self.texts.expect(self.changed)
        found = _Found()
        documents = {attached(entry.path) for entry in entries if is_sidecar(entry.path)}
        for entry in entries:
            if entry.kind == "submodule":
                reason = "is a submodule, whose files are not in this commit"
                self.gathering.problem("unreadable", entry.path, reason, types=self.request.source.declared)
            else:
                self._sort(entry, found, one_file=one_file, is_attached=entry.path in documents)
        self.request.view.expect([entry.path for entry in (*found.records, *(entry for entry, _ in found.tables))])
        for entry in found.records:
            self.request.progress.step(f"{self.request.source.name}: {entry.path}")
            self._file(entry)
        for entry, section in found.tables:
            self.request.progress.step(f"{self.request.source.name}: {entry.path}")
            self._table(entry, section)
        for add in self.later:
            add()
        for section in self.tables.missing(entries):
            reason = f"no such file{self.gathering.at_commit}, which `tables` of this source names"
            self.gathering.problem("absent", section.path, reason, types=(section.artefact,))
        self._beside(found.beside, entries)
        return self.gathering.finish()

    def _sort(self, entry: Entry, found: "_Found", *, one_file: bool, is_attached: bool) -> None:
        """Note what a file is: a record, a table, what stands beside records, or nothing of these."""
        sections = self.tables.of(entry.path, is_attached=is_attached)
        is_text = kind_of(entry.path) in _KINDS and not entry.path.lower().endswith(_OF_TOOLS)
        if not sections and not is_text:
            if is_signature(entry.path):
                found.beside.append(entry)
            elif not is_attached:
                self.gathering.set_aside(entry.path, _NO_RECORD if form_of(entry.path) is None else _NO_TABLE)
            return
        doubt = not_live(self.request, entry.path, one_file=one_file)
        if doubt and not self.tables.is_meant(entry.path):
            self.gathering.set_aside(entry.path, f"{doubt}, not a record")
        elif sections:
            found.tables.extend((entry, section) for section in sections)
        elif is_statement(entry.path) or is_sidecar(entry.path):
            found.beside.append(entry)
        else:
            found.records.append(entry)

    def _beside(self, beside: list[Entry], entries: list[Entry]) -> None:
        """Read what stands in the same folders and is no record: signed statements, and documents as they are."""
        people = self.request.people
        if not Signers(people).known:  # keys of tieout.yaml come first: with any there, a record adds none
            people = tuple(row for roster in self.rosters for row in roster.people)
        statements = [entry for entry in beside if is_statement(entry.path)]
        known, read = {entry.path for entry in entries}, {entry.path for entry in statements}
        # That of a statement which is set aside goes with it.
        signatures = [
            entry
            for entry in beside
            if is_signature(entry.path) and (signed(entry.path) in read or signed(entry.path) not in known)
        ]
        Attestations(self.gathering, Signers(people), self.changed).collect(statements, signatures)
        sidecars = [entry for entry in beside if is_sidecar(entry.path)]
        Documents(self.gathering, self.changed).collect(sidecars, {entry.path: entry for entry in entries})

    def _file(self, entry: Entry) -> None:
        kind = kind_of(entry.path)
        text = ""
        try:
            if kind is None:
                return
            file = self.gathering.read(entry)
            text = decode_text(file.data, file.path)
            document = parse(file.data, kind, where=entry.path)
            if isinstance(document.data, dict) and "artefact" in document.data:
                refuse_bulk(document.data, entry.path)
        except UnreadableError as error:
            named = self.stating.candidates(entry.path, text)
            told = error if named else self.stating.of_any_kind(error)
            self.gathering.unreadable(told, entry.path, types=named or self.request.source.declared)
            return
        if lost := why_lost(document.data, self.request.source.declared):
            line = document.lines.get("/artefact")
            self.gathering.problem("unreadable", file.path, lost.reason, line=line, types=lost.types)
            return
        stated = self.stating.of(document, file)
        if stated is None or self._does_not_stand(stated, document, file):
            return
        try:
            self._record(stated, document, file)
        except UnreadableError as error:
            self.gathering.unreadable(error, entry.path, types=(stated.name,))

    def _table(self, entry: Entry, section: TableSection) -> None:
        """One table as the record that it is declared to be."""
        types = (section.artefact,)
        try:
            file = self.gathering.read(entry)
            register = read_register(file.data, section, file.path)
            for reason, line in register.notes:
                self.gathering.problem("not-counted", file.path, reason, line=line, types=types)
            for reason, line in register.unread:
                self.gathering.problem("unreadable", file.path, reason, line=line, types=types)
            stated = register.document and self.stating.of(register.document, file)
            if not register.document or not stated:
                return
            stated = replace(stated, sheet=register.sheet, table=section)
            if self._does_not_stand(stated, register.document, file):
                return
            kept = file if register.read_whole else replace(file, copy=None)
            self._record(stated, register.document, kept)
        except UnreadableError as error:
            self.gathering.unreadable(error, entry.path, types=types)

    def _does_not_stand(self, stated: Stated, document: Document, file: SourceFile) -> bool:
        """Whether a record is nobody's own, or by its own words not in force; notes which."""
        line = stated.lines.get("/artefact")
        if is_example(stated.type, stated.fields, document.body):
            self.gathering.problem("not-counted", file.path, COPIED, line=line, types=(stated.name,))
            return True
        source = decode_text(file.data, file.path) if kind_of(file.path) in {"yaml", "front-matter"} else ""
        fields, body = of_the_record(stated.type, stated.fields, document.body)
        ended = not_in_force(fields, body, self.request.as_of, source=source)
        if ended is not None:
            if ended.line is not None:
                line = ended.line if ended.in_comment else document.body_line + ended.line - 1
            line = line_of(pointer((ended.field,)), stated.lines) if ended.field else line
            self.gathering.problem("not-counted", file.path, ended.reason, line=line, types=(stated.name,))
            return True
        whole = whole_path(self.request, file.path, one_file=self.one_file)
        named = denied_by_name(stated.type, whole, sheet=stated.sheet or "", title=stated.fields.get("title"))
        if named:
            self.gathering.problem("not-counted", file.path, named, line=line, types=(stated.name,))
        return bool(named)

    def _record(self, stated: Stated, document: Document, file: SourceFile) -> None:
        _refuse_reserved(stated, file)
        is_table = stated.sheet is not None
        if not is_table:
            refuse_rows_below(stated.type, document, file.path)
        model = ARTEFACTS[stated.type]
        approval_keys, own = split_approval(stated.fields, own=model.model_fields)
        change = self.changed.get(file.path)
        approval = self._approval(approval_keys, stated, file, change)
        lines = dict(stated.lines)
        if model is ApprovedRecord:
            own, more = approved(own, document, file, stated.lines)
            lines.update(more)
        artefact = fit(model, own, lines, file.path)
        if isinstance(artefact, DrillRecord) and self._is_planned(artefact, file, stated, change):
            return
        if isinstance(artefact, Roster):
            self.rosters.append(artefact)
            for at, fault in key_faults(artefact.people):
                self.gathering.problem("not-counted", file.path, fault, line=line_of(at, lines), types=(stated.name,))
        if "by_day" in model.model_fields:
            rows = next(field for field, name in ROWS.items() if name == stated.type)
            artefact = artefact.model_copy(update={"by_day": tuple(days_of(own[rows], f"/{rows}"))})
        if "approval" in model.model_fields:
            artefact = artefact.model_copy(update={"approval": approval})
        elif stated.type == "acceptance_criteria":
            dates = {"committed_at": change and change.at, "backdated_to": backdated_to(change)}
            artefact = artefact.model_copy(update=dates)
        lines.update(approval_lines(approval_keys, stated.lines))
        form = "front matter" if document.body_line else "record"
        form = "table" if is_table else form
        effective = effective_of(artefact, approval.approved_on, approval.changed_at, form, as_of=self.request.as_of)
        place = f"{file.path}[{excerpt(stated.sheet)}]" if stated.sheet else file.path

        def add(artefact: Model, kept: SourceFile) -> None:
            self.gathering.add(
                stated.type,
                artefact,
                path=file.path,
                digest=file.digest,
                effective=effective,
                lines=lines,
                file=kept,
                change=change,
                title=f"{title_of(declared_name(stated.type, artefact))}: {place}",
                files=dict.fromkeys(lines, place) if stated.sheet else None,
                part=stated.sheet or "",
            )

        self._add(stated.type, artefact, file, add)

    def _add(self, type_: str, artefact: Model, file: SourceFile, add: Callable[[Model, SourceFile], None]) -> None:
        """Add a record: one whose rows name people once all rosters are read."""
        if names_people(type_):
            self.later.append(lambda: self._without_names(type_, artefact, file, add))
        else:
            add(artefact, file)

    def _without_names(
        self, type_: str, artefact: Model, file: SourceFile, add: Callable[[Model, SourceFile], None]
    ) -> None:
        """Add a record whose rows name people; where one became a pseudonym, no copy says who it is."""
        people = (*self.request.people, *(row for roster in self.rosters for row in roster.people))
        shown = without_names(type_, artefact, people, self.request.system_id)
        add(shown, file if shown is artefact else replace(file, copy=None, redactions=()))

    def _approval(self, keys: Mapping[str, Any], stated: Stated, file: SourceFile, change: Dating | None) -> Approval:
        """What a record says of its approval, and since when its text and that reads so."""
        approval = approval_of(keys, stated.lines, file.path)
        if stated.table is not None:  # it stands in the declaration: that and all of the file is what is approved
            approval, told = self.declarations.dated(approval, stated.table, change)
            if told:
                self.gathering.problem("not-counted", file.path, told, types=(stated.name,))
            return approval
        kind = kind_of(file.path) or "yaml"
        text, recorded = self.texts.since(file.path, kind, approved_on=approval.approved_on, change=change)
        return dated(approval, text=text, recorded=recorded)

    def _is_planned(self, drill: DrillRecord, file: SourceFile, stated: Stated, change: Dating | None) -> bool:
        """Whether a drill had its result before its day came; notes it. One after the as-of day is told elsewhere."""
        if change is None or change.at > self.request.as_of or is_ahead(drill.date, self.request.as_of):
            return False
        kind = kind_of(file.path) if stated.sheet is None else None
        written = self.texts.fields_since(file.path, kind, _RESULT, change) if kind else change
        if not is_ahead(drill.date, written.at):
            return False
        reason = (
            f"is dated {drill.date}, and stood in the file with its outcome already on {written.at:%Y-%m-%d}, before "
            "that day: it tells of no drill that was held"
        )
        line = line_of("/date", stated.lines)
        self.gathering.problem("not-counted", file.path, reason, line=line, types=(stated.name,))
        return True


def _refuse_reserved(stated: Stated, file: SourceFile) -> None:
    for key in _RESERVED:
        if key in stated.fields:
            message = f"field '{key}' cannot be set in a file"
            hint = "write owner, approver, approved_on and review_due at the top level"
            raise UnreadableError(message, hint=hint, where=where_of(file, stated.lines, f"/{key}"))
