"""Which record a file is: what it says of itself, and what it may be where that cannot be read."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tieout.collectors.fitting import APPROVAL_KEYS, filled, unfilled_rows
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.naming import declares, is_or_are, one
from tieout.config.tables import TableSection
from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document

# Keys of records that many other files have as well.
_COMMON = frozenset({"date", "name", "purpose", "status", "title", "version", "words"})
_STATED = re.compile(r"""[ \t{"']*artefact["']?[ \t]*:[ \t]*["']?([a-z_]{1,40})""")
_STATED_LINES = 100


@dataclass(frozen=True, slots=True)
class Stated:
    """What a record says of itself: its artefact, its declared name, its fields; of a table also its sheet."""

    type: str
    name: str
    fields: dict[str, Any]
    lines: Mapping[str, int]
    sheet: str | None = None
    table: TableSection | None = None


class Stating:
    """Tells the records of one source.

    Args:
        gathering: Takes the files that are none.
    """

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering

    def of(self, document: Document, file: SourceFile) -> Stated | None:
        """What the record says it is; None, with a problem, where it does not count."""
        data = document.data
        if data is None and not document.body.strip():
            self._gathering.set_aside(file.path, "is empty")
            return None
        if not isinstance(data, dict) or "artefact" not in data:
            reason = "does not say which artefact it is"
            if isinstance(data, dict) and self._resembles_record(data):
                self._gathering.problem("not-counted", file.path, reason)
            else:
                self._gathering.set_aside(file.path, reason)
            return None
        clean = filled(data, document.lines)
        type_, line = clean.data.get("artefact"), document.lines.get("/artefact")
        if not isinstance(type_, str) or type_ not in ARTEFACTS:
            self._gathering.problem("not-counted", file.path, self._unknown(type_), line=line)
            return None
        if type_ not in RECORD_TYPES:
            reason = f"{one(type_)} {is_or_are(type_)} measured by a collector; what is written by hand does not count"
            self._gathering.problem("not-counted", file.path, reason, line=line, types=(type_,))
            return None
        record_type = clean.data.get("record_type") if type_ == "approved_record" else None
        name = f"{type_}/{record_type}" if isinstance(record_type, str) else type_
        declared = self._gathering.request.source.declared
        # Of an approved record of unknown kind the reading says that record_type is missing.
        is_unsaid = record_type is None and declares(type_, declared)
        if not is_unsaid and type_ not in declared and name not in declared:
            reason = f"is {one(name)}, which this source is not declared to provide"
            self._gathering.problem("not-counted", file.path, reason, line=line, types=(name,))
            return None
        for reason, unfilled_line in unfilled_rows(clean.unfilled):
            self._gathering.problem("not-counted", file.path, reason, line=unfilled_line, types=(name,))
        fields = {key: value for key, value in clean.data.items() if key != "artefact"}
        return Stated(type_, name, fields, clean.lines)

    def _unknown(self, name: object) -> str:
        """Why a name is no artefact's; a record type in its place is told how it is written."""
        word = name.removeprefix("approved_record/") if isinstance(name, str) else ""
        if f"approved_record/{word}" in self._gathering.request.source.declared:
            return f"names a record type; write `artefact: approved_record` and `record_type: {word}`"
        near = difflib.get_close_matches(word, RECORD_TYPES, n=1)
        return "names an artefact that is not known" + (f"; is '{near[0]}' meant?" if near else "")

    def _resembles_record(self, data: Mapping[str, Any]) -> bool:
        """Whether a file has keys of a record that is declared here, so that its owner will look for it."""
        telling = {*APPROVAL_KEYS, "record_type"}
        for name in self._gathering.request.source.declared:
            fields = ARTEFACTS[name.partition("/")[0]].model_fields
            telling.update(key for key, field in fields.items() if field.is_required() and key not in _COMMON)
        return not telling.isdisjoint(data)

    def candidates(self, path: str, text: str) -> tuple[str, ...]:
        """The declared artefacts that an unreadable file says or seems to be; none where nothing tells."""
        declared = self._gathering.request.source.declared
        for line in text.splitlines()[:_STATED_LINES]:
            stated = _STATED.match(line)
            if stated and declares(stated[1], declared):
                return tuple(name for name in declared if name.partition("/")[0] == stated[1])
        stem = PurePosixPath(path).stem.lower().replace("-", "_").replace(" ", "_")
        return tuple(name for name in declared if name.rpartition("/")[2] in stem)

    def of_any_kind(self, error: UnreadableError) -> UnreadableError:
        """The same fault where nothing tells which record the file is: it may be any, so it counts for all."""
        if len(self._gathering.request.source.declared) == 1:
            return error
        message = f"{error.message}; nothing tells which record it is, so it may be any that is declared here"
        hint = error.hint or (
            "" if self._gathering.request.prefix.strip("/") else "declare the folders that hold records"
        )
        return UnreadableError(message, hint=hint, where=error.where)
