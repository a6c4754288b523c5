"""Which tables of a source are records: those that its options name, and those that are called like one."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from tieout.collectors.base import Request
from tieout.collectors.scope import names_one_file
from tieout.config.tables import RecordOptions, TableSection
from tieout.domain.artefacts.rows import rows_of
from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.tables import form_of


class Tables:
    """The files of a source that are records in rows: those that its options name, and those that are named so.

    Args:
        request: The source.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self.sections = RecordOptions.model_validate(request.source.options).tables
        self._one_file: bool | None = None

    def of(self, path: str, *, is_attached: bool = False) -> tuple[TableSection, ...]:
        """What a file is: several records where several of its sheets are, none where it is no table of a record.

        Args:
            path: Of the view.
            is_attached: It was handed in as a document, so that its name alone makes it no record.
        """
        below = self._below(path)
        named = tuple(section for section in self.sections if section.path == below)
        if named or is_attached or form_of(path) is None:
            return named
        stem = PurePosixPath(path).stem.casefold().replace("-", "_").replace(" ", "_")
        is_list = stem in self._request.source.declared and rows_of(stem) is not None
        return (TableSection(path=below, artefact=stem),) if is_list else ()

    def is_meant(self, path: str) -> bool:
        """Whether the options name a file that stands among documentation: then it is no mere documentation."""
        below = self._below(path)
        return classify(below) is PathClass.DOCUMENTATION and any(section.path == below for section in self.sections)

    def missing(self, entries: Sequence[Entry]) -> Iterator[TableSection]:
        """Tables that the options name and the source does not have."""
        there = {self._below(entry.path) for entry in entries}
        return (section for section in self.sections if section.path not in there)

    @property
    def _is_one_file(self) -> bool:
        if self._one_file is None:
            self._one_file = names_one_file(self._request)
        return self._one_file

    def _below(self, path: str) -> str:
        if self._is_one_file:
            return path.rpartition("/")[2]
        return path.removeprefix(self._request.prefix.strip("/")).lstrip("/")
