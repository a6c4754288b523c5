"""Results that test tools write: each file is recognised, read by its format's reader, or named and set aside."""

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tieout.collectors.base import Gathered, Request
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.naming import one as with_article
from tieout.collectors.results import formats, inspect
from tieout.collectors.results.interface import ForeignError, Format, Found, Input, Told
from tieout.collectors.results.lacks import lacks, told_of_run
from tieout.collectors.results.recognising import HEAD_BYTES, fitting, shape_of, signs_of
from tieout.collectors.results.revisions import Revisions
from tieout.collectors.scope import names_one_file, not_live
from tieout.config.kinds import ResultsOptions
from tieout.domain.artefacts.results import EvalResults
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.documents import Document, parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import display_path

if TYPE_CHECKING:
    from tieout.collectors.asking.reach import Reach
    from tieout.collectors.results.mlflow_server import Asked

KIND = "results"
VERSION = "1"
FORMATS = tuple(sorted({one.name for one in formats.known() if one.read is not None}))

#: Seconds that one result file may take to parse; they are larger than configuration.
PARSE_SECONDS = 30.0

_HASHED_BYTES = 1 << 20
_MAX_STREAMED: Final = 2 << 30
"""Bytes of a file that is read in pieces."""


def collect(request: Request) -> Gathered:
    """Read every result of a source; a run or report that failed is kept, without figures, and told.

    Facts alone are kept and no copy of a file: it holds the inputs of samples and paths of another machine.

    Raises:
        ConfigError: The source's format is not read here.
    """
    if request.source.format not in {None, *FORMATS}:
        message = f"no reader for results of format '{request.source.format}'"
        where = f"source '{request.source.name}'"
        raise ConfigError(message, hint=f"known: {', '.join(FORMATS)}", where=where)
    options = ResultsOptions.model_validate(request.source.options)
    if options.api is not None:
        # The client and its library are loaded only by those who asked for the network.
        from tieout.collectors.asking.reach import Reach  # noqa: PLC0415 - heavy, and used by few

        return collect_from_server(request, options, Reach(keep=request.keep))
    if options.experiments or options.models:
        message = "options.experiments and options.models choose from what a server holds, and options.api names none"
        raise ConfigError(message, where=f"source '{request.source.name}'")
    return _Results(request).collect()


def collect_from_server(request: Request, options: ResultsOptions, reach: "Reach") -> Gathered:
    """Read what a tracking server holds, as a source that names one.

    Raises:
        ConfigError: The options do not fit together, or nothing vouches for the host.
    """
    from tieout.collectors.results.mlflow_server import ask  # noqa: PLC0415 - heavy, and used by few

    asked, found = ask(request, options, reach)
    return _Results(asked).give(found)


class _Results:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.gathering = Gathering(request, (KIND, VERSION))
        self.types = request.source.declared
        self._revisions = Revisions(request.repositories)
        self._by_path: dict[str, Entry] = {}
        self._streamed = 0

    def collect(self) -> Gathered:
        gathering = self.gathering
        try:
            entries = gathering.every_entry()
            one_file = names_one_file(self.request)
        except UnreadableError as error:
            gathering.unreadable(error, gathering.here, types=self.types)
            return gathering.finish()
        self._by_path = {entry.path: entry for entry in entries}
        for entry in entries:
            self.request.progress.step(f"{self.request.source.name}: {display_path(entry.path)}")
            if reason := self._not_used(entry.path, one_file=one_file):
                gathering.set_aside(entry.path, f"{reason}, not a result of the system")
                continue
            try:
                self._read(entry)
            except UnreadableError as error:
                gathering.unreadable(error, entry.path, types=self.types)
        gathered = gathering.finish()
        read = gathered.result.files_read + self._streamed
        return Gathered(result=gathered.result.model_copy(update={"files_read": read}), copies=gathered.copies)

    def give(self, asked: Iterable["Asked"]) -> Gathered:
        """Add what a server gave."""
        for one in asked:
            self._add(one.found, one.place, one.digest)
        return self.gathering.finish()

    def _not_used(self, path: str, *, one_file: bool) -> str | None:
        """As for other sources, but by the folders alone: a tool names its files after the task."""
        folder = PurePosixPath(path).parent
        return None if one_file else not_live(self.request, str(folder / "result.json"), one_file=False)

    def _read(self, entry: Entry) -> None:
        with self.request.view.open_stream(entry.path) as stream:
            head = stream.read(HEAD_BYTES)
        if inspect.is_packed(entry.path, head):
            self._packed(entry)
            return
        shape = shape_of(entry.path, head)
        if shape is None:
            self.gathering.set_aside(entry.path, self._foreign)
            return
        file: SourceFile | None = None
        document = Document(None)
        signs = None
        if shape == "json":
            file = self.gathering.read(entry)
            document = parse(file.data, "json", where=file.path, seconds=PARSE_SECONDS)
            signs = document.data
        else:
            signs = signs_of(shape, head, where=display_path(entry.path))
        format_ = fitting(formats.known(), shape, signs)
        if reason := self._aside(format_):
            self.gathering.set_aside(entry.path, reason)
        elif format_ is not None and format_.read is not None:
            if shape == "csv":
                file = self.gathering.read(entry)
                document = parse(file.data, "csv", where=file.path, seconds=PARSE_SECONDS)
            self._give(entry, format_, file, document)

    def _packed(self, entry: Entry) -> None:
        exported = f"{PurePosixPath(entry.path).stem}.json"  # names carry the run's id
        if any(PurePosixPath(path).name == exported for path in self._by_path):
            reason = f"is a packed Inspect log; {exported} of the same name is read instead"
            self.gathering.problem("not-counted", entry.path, reason)
            return
        raise UnreadableError("is an Inspect log in the packed .eval form, which is not read", hint=inspect.EXPORT)

    @property
    def _foreign(self) -> str:
        only = [one.title for one in formats.known() if one.name == self.request.source.format and one.read]
        return f"is not {only[0]}" if only else "is no result of a tool that is read here"

    def _aside(self, format_: Format | None) -> str | None:
        """Why a file of a format is not read here; None where it is."""
        if format_ is None:
            return self._foreign
        wanted = self.request.source.format
        if format_.read is None:
            return f"is {format_.title}"
        if wanted not in {None, format_.name}:
            return f"is {format_.title}; the source asks for format '{wanted}' alone"
        if not set(format_.provides) & set(self.types):
            gives = " or ".join(with_article(name) for name in format_.provides)
            return f"is {format_.title}, which gives {gives}; the source does not provide that"
        return None

    def _give(self, entry: Entry, format_: Format, file: SourceFile | None, document: Document) -> None:
        if format_.read is None:
            return
        if file is None:
            if entry.size > _MAX_STREAMED:
                message = f"has {entry.size:,} bytes; at most {_MAX_STREAMED:,} are read"
                raise UnreadableError(message, where=display_path(entry.path))
            self._streamed += 1
        given = Input(
            path=display_path(entry.path),
            data=file.data if file is not None else b"",
            document=document,
            size=entry.size,
            open=partial(self.request.view.open_stream, entry.path),
            beside=partial(self._beside, entry.path),
        )
        try:
            found = list(format_.read(given))
        except ForeignError as error:
            self.gathering.set_aside(entry.path, str(error))
            return
        digest = file.digest if file is not None else entry.digest or self._digest(entry)
        for one in found:
            if one.type_ in self.types:
                self._add(one, given.path, digest)
            else:
                gives = with_article(one.type_)
                self.gathering.set_aside(entry.path, f"also gives {gives}, which the source does not provide")

    def _add(self, found: Found, path: str, digest: str) -> None:
        item = None
        artefact = found.artefact
        if artefact is not None:
            if isinstance(artefact, EvalResults):
                facts = self._revisions.facts(artefact.commit, artefact.dataset)
                artefact = artefact.model_copy(update=facts)
            item = self.gathering.add(
                found.type_,
                artefact,
                path=path,
                digest=digest,
                effective=found.effective,
                lines=found.lines,
                part=found.part,
                title=found.title,
            )
        told = [*found.told, *told_of_run(found), *(Told(reason, if_kept=True) for reason in lacks(found))]
        for one in told:
            if item is not None or not one.if_kept:
                self.gathering.problem(one.status, path, one.reason, line=one.line, types=(found.type_,))

    def _beside(self, path: str, name: str) -> Document | None:
        """The rows of a CSV file beside another one; None where there is none that can be read."""
        entry = self._by_path.get(str(PurePosixPath(path).parent / name))
        if entry is None:
            return None
        try:
            data = self.request.view.read(entry.path)
            return parse(data, "csv", where=display_path(entry.path), seconds=PARSE_SECONDS)
        except UnreadableError:
            return None  # it is told in its own turn

    def _digest(self, entry: Entry) -> str:
        digest = hashlib.sha256()
        with self.request.view.open_stream(entry.path) as stream:
            while piece := stream.read(_HASHED_BYTES):
                digest.update(piece)
        return f"sha256:{digest.hexdigest()}"
