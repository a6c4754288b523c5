"""Reads configuration files of a source: the live ones, by a field map, by a reader, or as names of settings."""

from collections.abc import Iterator, Sequence
from typing import Any

from tieout.collectors.base import Gathered, Request
from tieout.collectors.config.access_parts.mapped import complete_access
from tieout.collectors.config.cut_exports import tell_cuts
from tieout.collectors.config.exports import in_force_at, made_at
from tieout.collectors.config.field_map import FieldMap, field_maps, own_maps
from tieout.collectors.config.gateway import complete_routes
from tieout.collectors.config.in_force import LeftOut, artefacts_of, in_force
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.mapping import apply, recognises
from tieout.collectors.config.products import GATEWAY, is_named_in, told_by
from tieout.collectors.config.readers import readers
from tieout.collectors.config.routes import unpin_later
from tieout.collectors.config.settings import SETTING_KINDS, of_a_tool, settings_of
from tieout.collectors.config.table_documents import table_document
from tieout.collectors.fitting import fit
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.naming import declares, one
from tieout.collectors.scope import NOT_LIVE, names_one_file, not_live
from tieout.domain.artefacts import ARTEFACTS, title_of
from tieout.domain.artefacts.configuration import GatewayConfig
from tieout.domain.paths import OWN, classify
from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import key_of
from tieout.kernel.reading.documents import Document, Kind, kind_of, parse, parse_all
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.text import display_path, excerpt
from tieout.syntax.embedded import carried

KIND = "config"
VERSION = "1"

_KINDS = frozenset({"yaml", "json", "toml", "ini", "dotenv", "csv"})
#: A line that begins with a mark of a template language, or a value that does: no YAML before it is filled in.
_FILLED_IN = compile_bytes(r"(?m)^[ \t]*(?:-[ \t]+)?(?:[\w./-]+:[ \t]*)?(?:\{\{|\{%)")
_SETTINGS = "runtime_settings"
_ACCESS = "rbac_export"
_ALOUD = {"yaml": "YAML", "json": "JSON", "toml": "TOML", "ini": "INI", "dotenv": "dotenv"}


def collect(request: Request) -> Gathered:
    """Read the live configuration of a source; examples, templates and tests are noted and not counted.

    Raises:
        ConfigError: The source's own field map is none.
    """
    return _Configuration(request).collect()


def survey(request: Request) -> tuple[Gathered, dict[tuple[str, str], str]]:
    """What `collect` gives and raises, and (path, artefact) -> the format that it was read as: to propose sources."""
    configuration = _Configuration(request)
    return configuration.collect(), configuration.read_as


class _Configuration:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.gathering = Gathering(request, (KIND, VERSION))
        content, named = request.source.options.get("map"), request.source.format
        self.own = own_maps(content, format_=named, where=f"source '{request.source.name}'")
        self.maps = {**field_maps(), **self.own}
        self.readers = {reader.name: reader for reader in readers()}
        self.recognised: dict[str, list[tuple[ConfigFile, SourceFile]]] = {}
        # Tables hold data as often as not: they are looked at where a source is to give what stands in tables.
        self.tables = bool(self.own) or declares(_ACCESS, request.source.declared)
        self.read_as: dict[tuple[str, str], str] = {}
        self.one_file = False
        self.passed_over = 0

    def collect(self) -> Gathered:
        source = self.request.source
        if source.format is not None and source.format not in {*self.maps, *self.readers}:
            reason = f"its format '{source.format}' is not known; known are {self._known()}"
            self.gathering.problem("unreadable", self.gathering.here, reason, types=source.declared)
            return self.gathering.finish()
        try:
            entries = self.gathering.every_entry()
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
        for name, files in self.recognised.items():
            for one_of_them, as_read in files:
                try:
                    self._take_read(self.readers[name], one_of_them, as_read, [other for other, _ in files])
                except UnreadableError as error:
                    failed.append((error, one_of_them.path))
        for fault, path in failed:
            self.gathering.unreadable(fault, path, types=self._candidates(path))
        self._note_passed_over()
        return self.gathering.finish()

    def _file(self, entry: Entry) -> None:
        kind = self._kind_of(entry.path)
        suiting = self._suiting(entry.path)
        if kind not in _KINDS and not suiting and not self.one_file:
            return
        reason = not_live(self.request, entry.path, one_file=self.one_file, disused=True, elsewhere=True)
        suiting = [reader for reader in suiting if reader.in_use(entry.path)] if reason else suiting
        if reason and not suiting:
            note = f"{reason}, not configuration"
            self.gathering.set_aside(entry.path, note, types=self.request.source.declared)
            return
        if (kind is None or kind not in _KINDS) and not suiting:
            raise UnreadableError(f"is none of {', '.join(_ALOUD.values())}", where=display_path(entry.path))
        file = self.gathering.read(entry)
        try:
            documents = self._parsed(file, kind, entry.path, suiting) if kind in _KINDS else ()
        except UnreadableError:
            if kind != "yaml" or not _FILLED_IN.search(file.data):
                raise
            note = "is a template that is filled in elsewhere, not configuration"
            self.gathering.set_aside(entry.path, note, types=self.request.source.declared)
            return
        documents, left_out = in_force(documents, file.path)
        config_file = ConfigFile(file.path, file.data, kind, documents, self.request.view.commit is not None)
        told = self._tell(left_out, config_file, suiting)
        if kind in _KINDS and all(document.data in (None, {}, []) for document in documents):
            if self.one_file and not told:
                reason = "is empty or holds only comments"
                self.gathering.problem("absent", entry.path, reason, types=self.request.source.declared)
            return
        taken = [reader for reader in suiting if reader.recognises(config_file)]
        for reader in taken:
            self.recognised.setdefault(reader.name, []).append((config_file, file))
        if not reason and not self._mapped(documents, file, kind) and not taken:
            self._pass_over(entry.path, file)

    def _tell(self, left_out: Sequence[LeftOut], file: ConfigFile, suiting: Sequence[Reader]) -> bool:
        """Tell of objects that are not in force and would be read if they were; whether there are any."""
        declared = self.request.source.declared
        others = declared if self.one_file or (left_out and self._wants_settings(file.path)) else ()
        for each in left_out:
            meant = artefacts_of(each, file, suiting, self.maps.values())
            types = sorted(name for name in meant if declares(name, declared)) or others
            if types:
                self.gathering.problem("not-counted", file.path, each.note, line=each.line, types=types)
        return bool(left_out)

    def _kind_of(self, path: str) -> Kind | None:
        kind = kind_of(path)
        return None if kind == "csv" and not self.tables else kind

    def _suiting(self, path: str) -> list[Reader]:
        """Readers that a file's name suits; where the source names a format, of that one."""
        named = self.request.source.format
        if kind_of(path) == "csv" and not self.tables:
            return []
        return [
            reader
            for reader in self.readers.values()
            if reader.suits(path) and (named is None or named in {reader.name, reader.beside})
        ]

    def _mapped(self, documents: Sequence[Document], file: SourceFile, kind: Kind | None) -> bool:
        """Take what field maps or the names of settings give; False where the file is of none of these formats."""
        if self.request.source.format in self.readers:
            return False
        within = list(self._within(documents, file))
        named = self.maps.get(self.request.source.format or "")
        everything = (*documents, *(document for document, _ in within))
        if self.one_file and named and not any(recognises(named, document.data) for document in everything):
            self._refuse_other_gateway(file.path, file)
        several = len(documents) > 1 or bool(within)
        found = [(document, self._format_of(document.data, file.path, sure=not several)) for document in documents]
        mapped = [(document, field_map) for document, field_map in found if field_map is not None]
        for index, (document, field_map) in enumerate(mapped):
            self._take(field_map, document, file, part=f"{index + 1}" if several else "")
        for document, part in within:
            its_map = self._format_of(document.data, file.path, sure=False)
            if its_map is not None:
                self._take(its_map, document, file, part=part)
                mapped.append((document, its_map))
        if mapped or several or not documents:
            return bool(mapped)
        if kind in SETTING_KINDS and self._wants_settings(file.path):
            self._take_settings(documents[0], kind, file)
            return True
        return False

    def _within(self, documents: Sequence[Document], file: SourceFile) -> Iterator[tuple[Document, str]]:
        """(document, its name) of what ConfigMaps carry and may be of a format that a map reads.

        Raises:
            UnreadableError: One has the signs of a format, and cannot be read.
        """
        for document in documents if b"ConfigMap" in file.data else ():
            for inner in carried(document, file.data, file.path):
                kind = classify(inner.name)
                if inner.fault is not None:
                    written = str(inner.at.value).encode("utf-8", "replace")
                    if any(is_named_in(field_map, written) for field_map in self.maps.values()):
                        raise inner.fault
                elif kind not in OWN:
                    note = f"holds '{excerpt(inner.name)}', which is {NOT_LIVE[kind]}, not configuration"
                    types = self.request.source.declared
                    self.gathering.problem("not-counted", file.path, note, line=inner.at.line, types=types)
                elif inner.document is not None:
                    yield inner.document, f"{inner.holder}/{inner.name}"

    def _pass_over(self, path: str, file: SourceFile) -> None:
        self.passed_over += 1
        if self.one_file:
            self._refuse_other_gateway(path, file)
            message = f"its format is none of those that are recognised ({self._known()})"
            hint = "declare a file of one of them; one that lacks the signs of its format needs `format:`"
            raise UnreadableError(message, hint=hint, where=display_path(path))

    def _known(self) -> str:
        return ", ".join(sorted({*self.maps, *self.readers}))

    def _parsed(self, file: SourceFile, kind: Kind, path: str, by: Sequence[Reader]) -> tuple[Document, ...]:
        """The documents of a file.

        Raises:
            UnreadableError: It holds none.
        """
        data = file.data
        for reader in by:
            data = reader.plain(data) if reader.plain is not None else data
        try:
            if kind == "yaml":
                return tuple(parse_all(data, where=path)) or (Document(None),)
            return (table_document(data, path, self.gathering) if kind == "csv" else parse(data, kind, where=path),)
        except UnreadableError:
            self._refuse_other_gateway(path, file)
            raise

    def _refuse_other_gateway(self, path: str, file: SourceFile) -> None:
        """Raises UnreadableError for a gateway of another product, which is told as one and not by what it lacks."""
        told, named = told_by(path, file.data), self.request.source.format
        if told is None or told.artefact != GATEWAY:
            return
        if told.format is None:
            message = f"configures a gateway ({told.product}) in a form that this version does not read"
            raise UnreadableError(message, hint=f"it reads {self._known()}", where=display_path(path))
        read_alike = self.readers[named].beside if named in self.readers else None
        if named is not None and told.format not in {named, read_alike}:
            message = f"configures a gateway ({told.product}), and the source's format is '{named}'"
            raise UnreadableError(message, hint=f"its format is '{told.format}'", where=display_path(path))

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
            effective=in_force_at(self.request),
            lines=lines,
            file=file,
        )

    def _format_of(self, data: Any, where: str, *, sure: bool) -> FieldMap | None:
        """The format that was named, of several files or documents only for those with its signs; else what fits."""
        named = self.request.source.format
        if named is not None:
            field_map = self.maps[named]
            return field_map if (self.one_file and sure) or recognises(field_map, data) else None
        found = [field_map for field_map in self.maps.values() if recognises(field_map, data)]
        if len(found) > 1:
            formats = " and ".join(field_map.format for field_map in found)
            raise UnreadableError(f"looks like {formats} at once", hint="keep each in a file of its own", where=where)
        return found[0] if found else None

    def _take(self, field_map: FieldMap, document: Document, file: SourceFile, part: str) -> None:
        type_ = field_map.artefact
        if not declares(type_, self.request.source.declared):
            reason = f"is {one(type_)}, which this source is not declared to provide"
            self.gathering.problem("not-counted", file.path, reason, types=(type_,))
            return
        is_list = field_map.is_of_lists
        if not isinstance(document.data, list if is_list else dict):
            what = "list" if is_list else "mapping"
            raise UnreadableError(f"is not a {field_map.format} file: its top level is no {what}", where=file.path)
        mapped = apply(field_map, document)
        if ARTEFACTS[type_] is GatewayConfig:
            complete_routes(field_map, document, mapped, self.request.as_of.date())
        elif type_ == _ACCESS:
            complete_access(field_map, document, mapped)
        tell_cuts([(type_, mapped)], [document])
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
        self.read_as[file.path, type_] = field_map.format
        for pointer in mapped.people:
            self._rename(mapped.facts, pointer)
        self.gathering.add(
            type_,
            fit(ARTEFACTS[type_], mapped.facts, mapped.lines, file.path),
            path=file.path,
            digest=file.digest,
            effective=made_at(self.request, file.path) if type_ == _ACCESS else in_force_at(self.request),
            lines=mapped.lines,
            file=None if mapped.people else file,
            title=self._title(field_map, file.path),
            part=part,
        )

    def _take_read(self, reader: Reader, file: ConfigFile, as_read: SourceFile, beside: Sequence[ConfigFile]) -> None:
        """Take what a reader finds in one of its files; of several artefacts those that are declared."""
        found = list(reader.read(file, beside))
        tell_cuts([(one.artefact, one) for one in found], file.documents)
        declared = self.request.source.declared
        wanted = [part for part in found if declares(part.artefact, declared)]
        if found and not wanted:
            types = sorted({part.artefact for part in found})
            what = " and ".join(title_of(name) for name in types)
            reason = f"holds {what}, which this source is not declared to provide"
            self.gathering.set_aside(file.path, reason, types=types)
        elif not found and self.one_file and (given := [name for name in declared if name in reader.artefacts]):
            reason = f"configures nothing that is read of {reader.title}"
            self.gathering.problem("absent", file.path, reason, types=given)
        withheld = any(part.people or part.uncopied for part in found)
        for part in wanted:
            if part.facts:
                self.read_as[file.path, part.artefact] = reader.name
            self._add_found(part, as_read, copied=not withheld)

    def _add_found(self, found: Found, file: SourceFile, *, copied: bool) -> None:
        for line, note in dict.fromkeys(found.notes):
            self.gathering.problem("not-counted", file.path, note, line=line, types=(found.artefact,))
        for line, note in dict.fromkeys(found.dropped):
            self.gathering.problem("unreadable", file.path, note, line=line, types=(found.artefact,))
        if not found.facts:
            return
        if ARTEFACTS[found.artefact] is GatewayConfig:
            unpin_later(found.facts, self.request.as_of.date())
        for pointer in found.people:
            self._rename(found.facts, pointer)
        self.gathering.add(
            found.artefact,
            fit(ARTEFACTS[found.artefact], found.facts, found.lines, file.path),
            path=file.path,
            digest=file.digest,
            effective=made_at(self.request, file.path, found.made) if found.exported else in_force_at(self.request),
            lines=found.lines,
            files=found.files,
            file=file if copied else None,
            part=found.part,
        )

    def _rename(self, facts: Any, pointer: str) -> None:
        """Put a person's pseudonym in place of the name that a pointer leads to."""
        *above, last = [key_of(part) for part in pointer.split("/")[1:]]
        for part in above:
            facts = facts[int(part)] if isinstance(facts, list) else facts[part]
        facts[last] = pseudonym(self.request.system_id, facts[last])

    def _title(self, field_map: FieldMap, path: str) -> str:
        """Where a user's own map told what the file means, the title says so; else it is the usual one."""
        if field_map.format not in self.own:
            return ""
        return f"{title_of(field_map.artefact)} (by a field map of the configuration): {path}"

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
            reason = f"{files} of no format that is recognised ({self._known()})"
            self.gathering.problem("not-counted", self.gathering.here, reason, types=missing, files=self.passed_over)
