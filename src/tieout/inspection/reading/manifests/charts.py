"""Values of Helm charts: what a chart deploys when nobody says otherwise.

A chart's templates are not filled in here, so a value counts as what it says, and not as proof that a template uses it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.manifests.kubernetes import chart_folders
from tieout.inspection.repository import Repository, line_of
from tieout.kernel.reading.documents import Document

_DEEPEST: Final = 12
_VALUES = re.compile(r"^values(?:[._-][^/]*)?\.ya?ml$")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a chart.

    Attributes:
        path: Of the file of values.
        path_class: What kind of place the file stands in.
        line: Where it stands.
        key: Its own name.
        within: Names of what it stands in, from the top.
        value: What it is.
    """

    path: str
    path_class: PlaceClass
    line: int | None
    key: str
    within: tuple[str, ...]
    value: Any


def chart_values(repository: Repository) -> Iterator[Value]:
    """Every named value of the charts of the project, outer ones before inner ones."""
    charts = frozenset(chart_folders(repository))
    for file in repository.files:
        if file.folder not in charts or not _VALUES.match(file.name) or file.path_class is not PlaceClass.LIVE:
            continue
        for document in repository.documents(file.path, "yaml"):
            yield from _values(file.path, document, document.data, ())


def _values(path: str, document: Document, data: Any, above: tuple[str | int, ...]) -> Iterator[Value]:
    if len(above) > _DEEPEST:
        return
    if isinstance(data, dict):
        for key, value in data.items():
            within = tuple(str(part) for part in above)
            yield Value(path, PlaceClass.LIVE, line_of(document, *above, key), key, within, value)
            yield from _values(path, document, value, (*above, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _values(path, document, value, (*above, index))
