"""Reads configuration files of a source: the live ones, by the field map of their format or as names of settings."""

from typing import Any

from tieout.collectors.base import Gathered, Request
from tieout.collectors.config.field_map import FieldMap, field_maps, own_map
from tieout.collectors.config.gateway import complete_routes
from tieout.collectors.config.mapping import apply, recognises
from tieout.collectors.config.products import told_by
from tieout.collectors.config.settings import SETTING_KINDS, of_a_tool, settings_of
from tieout.collectors.fitting import fit
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.naming import declares, one
from tieout.collectors.scope import names_one_file, not_live
from tieout.domain.artefacts import ARTEFACTS, title_of
from tieout.domain.artefacts.configuration import GatewayConfig
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, Kind, kind_of, parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import display_path

KIND = "config"
VERSION = "1"

_KINDS = frozenset({"yaml", "json", "toml", "ini", "dotenv"})
_SETTINGS = "runtime_settings"
_ALOUD = {"yaml": "YAML", "json": "JSON", "toml": "TOML", "ini": "INI", "dotenv": "dotenv"}


def collect(request: Request) -> Gathered:
    """Read the live configuration of a source; examples, templates and tests are noted and not counted.

    Raises:
        ConfigError: The source's own field map is none.
    """
    return _Configuration(request).collect()


def _own(request: Request) -> dict[str, FieldMap]:
    """The field map that the source brings, by its format."""
    content = request.source.options.get("map")
    if content is None:
        return {}
    found = own_map(content, format_=request.source.format, where=f"source '{request.source.name}'")
    return {found.format: found}


class _Configuration:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.gathering = Gathering(request, (KIND, VERSION))
        self.own = _own(request)
        self.maps = {**field_maps(), **self.own}
        self.one_file = False
        self.passed_over = 0

    def collect(self) -> Gathered:
        source = self.request.source
        if source.format is not None and source.format not in self.maps:
            reason = f"its format '{source.format}' is not known; known are {', '.join(self.maps)}"
            self.gathering.problem("unreadable", self.gathering.here, reason, types=source.declared)
            return self.gathering.finish()
        try:
            entries = self.gathering.entries()
            self.one_file = names_one_file(self.request)
        except UnreadableError as error:
            self.gathering.unreadable(error, self.gathering.here, types=source.declared)
            return self.gathering.finish()
        failed: list[tuple[UnreadableError, str]] = []
        for entry in entries:
            self.request.progress.step(f"{source.name}: {entry.path}")
            try:
                self._file(entry)
            except UnreadableError as error:
                failed.append((error, entry.path))
        for fault, path in failed:
            self.gathering.unreadable(fault, path, types=self._candidates(path))
        self._note_passed_over()
        return self.gathering.finish()

    def _file(self, entry: Entry) -> None:
        kind = kind_of(entry.path)
        if kind not in _KINDS and not self.one_file:
            return
        reason = not_live(self.request, entry.path, one_file=self.one_file, disused=True, elsewhere=True)
        if reason:
            note = f"{reason}, not configuration"
            self.gathering.set_aside(entry.path, note, types=self.request.source.declared)
            return
        if kind is None or kind not in _KINDS:
            raise UnreadableError(f"is none of {', '.join(_ALOUD.values())}", where=display_path(entry.path))
        file = self.gathering.read(entry)
        document = self._parsed(file, kind, entry.path)
        if document.data is None or document.data in ({}, []):
            if self.one_file:
                reason = "is empty or holds only comments"
                self.gathering.problem("absent", entry.path, reason, types=self.request.source.declared)
            return
        field_map = self._format_of(document.data, file.path)
        if field_map is None and kind in SETTING_KINDS and self._wants_settings(entry.path):
            self._take_settings(document, kind, file)
        elif field_map is None:
            self.passed_over += 1
            if self.one_file:
                message = f"its format is none of those that are recognised ({', '.join(self.maps)})"
                hint = "declare a file of one of them; one that lacks the signs of its format needs `format:`"
                raise UnreadableError(message, hint=hint, where=display_path(entry.path))
        else:
            self._take(field_map, document, file)

    def _parsed(self, file: SourceFile, kind: Kind, path: str) -> Document:
        """The document of a file.

        Raises:
            UnreadableError: It is none. A gateway of another product is told as one, and not by what it lacks.
        """
        failure: UnreadableError | None = None
        document = Document(None)
        try:
            document = parse(file.data, kind, where=path)
        except UnreadableError as error:
            failure = error
        known = any(recognises(field_map, document.data) for field_map in self.maps.values())
        if failure is not None or (self.one_file and not known):
            told = told_by(path, file.data)
            if told is not None and told.format is None:
                message = f"configures a gateway ({told.product}) in a form that this version does not read"
                raise UnreadableError(message, hint="it reads LiteLLM's own file", where=display_path(path))
        if failure is not None:
            raise failure
        return document

    def _wants_settings(self, path: str) -> bool:
        """Whether a file of names is asked for; in a folder those of build tools are none."""
        return declares(_SETTINGS, self.request.source.declared) and (self.one_file or not of_a_tool(path))

    def _take_settings(self, document: Document, kind: Kind, file: SourceFile) -> None:
        settings, lines = settings_of(document, kind, file.path)
        self.gathering.add(
            _SETTINGS,
            settings,
            path=file.path,
            digest=file.digest,
            effective=self._effective(),
            lines=lines,
            file=file,
        )

    def _format_of(self, data: Any, where: str) -> FieldMap | None:
        """The format that was named, in a folder only for files that carry its signs; else the only one that fits."""
        named = self.request.source.format
        if named is not None:
            field_map = self.maps[named]
            return field_map if self.one_file or recognises(field_map, data) else None
        found = [field_map for field_map in self.maps.values() if recognises(field_map, data)]
        if len(found) > 1:
            formats = " and ".join(field_map.format for field_map in found)
            raise UnreadableError(f"looks like {formats} at once", hint="keep each in a file of its own", where=where)
        return found[0] if found else None

    def _take(self, field_map: FieldMap, document: Document, file: SourceFile) -> None:
        type_ = field_map.artefact
        if not declares(type_, self.request.source.declared):
            reason = f"is {one(type_)}, which this source is not declared to provide"
            self.gathering.problem("not-counted", file.path, reason, types=(type_,))
            return
        if not isinstance(document.data, dict):
            raise UnreadableError(f"is not a {field_map.format} file: its top level is no mapping", where=file.path)
        mapped = apply(field_map, document)
        if ARTEFACTS[type_] is GatewayConfig:
            complete_routes(field_map, document, mapped, self.request.as_of.date())
        for line, note in dict.fromkeys(mapped.notes):
            self.gathering.problem("not-counted", file.path, note, line=line, types=(type_,))
        for line, note in dict.fromkeys(mapped.dropped):
            self.gathering.problem("unreadable", file.path, note, line=line, types=(type_,))
        if not mapped.facts[field_map.rows.field]:
            if mapped.dropped:
                return
            reason = f"configures no {field_map.rows.field}"
            self.gathering.problem("absent", file.path, reason, types=(type_,))
            return
        self.gathering.add(
            type_,
            fit(ARTEFACTS[type_], mapped.facts, mapped.lines, file.path),
            path=file.path,
            digest=file.digest,
            effective=self._effective(),
            lines=mapped.lines,
            file=file,
            title=self._title(field_map, file.path),
        )

    def _title(self, field_map: FieldMap, path: str) -> str:
        """Where a user's own map told what the file means, the title says so; else it is the usual one."""
        if field_map.format not in self.own:
            return ""
        return f"{title_of(field_map.artefact)} (by a field map of the configuration): {path}"

    def _effective(self) -> Effective:
        """Configuration speaks of the moment it is in force: the assessed commit, else the as-of time."""
        if self.request.commit is not None:
            return Effective(end=self.request.commit.committed_at, basis="in force at the assessed commit")
        return Effective(end=self.request.as_of, basis="as read; not under version control")

    def _candidates(self, path: str) -> tuple[str, ...]:
        """The declared artefacts that an unreadable file may have held: those its name says, else the missing."""
        declared = self.request.source.declared
        stem = path.rpartition("/")[2].lower().replace("-", "_")
        named = tuple(
            name
            for name in declared
            if name in stem or any(one.format in stem for one in self.maps.values() if one.artefact == name)
        )
        if named or self.one_file:
            return named or declared
        missing = tuple(name for name in declared if not declares(name, self.gathering.given()))
        return missing or declared

    def _note_passed_over(self) -> None:
        missing = [name for name in self.request.source.declared if not declares(name, self.gathering.given())]
        if missing and self.passed_over and not self.one_file:
            files = "1 file here is" if self.passed_over == 1 else f"{self.passed_over:,} files here are"
            reason = f"{files} of no format that is recognised ({', '.join(self.maps)})"
            self.gathering.problem("not-counted", self.gathering.here, reason, types=missing, files=self.passed_over)
