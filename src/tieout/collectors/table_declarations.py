"""Since when a table's declaration reads as it does: what it says beside the rows is content of the record.

`fields`, `columns`, `first_row` and the like decide what a register says, and they stand in tieout.yaml. So a change of
them after the approval is a change of what was approved, although the file of the table is as it was.
"""

import posixpath
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from tieout.collectors.base import Request
from tieout.collectors.fitting import dated
from tieout.collectors.versions import MAX_VERSIONS, SIGNED, Followed, follow, versions_in
from tieout.config.tables import APPROVAL, TableSection
from tieout.domain.artefacts.records import Approval
from tieout.kernel.clock import end_of, is_ahead
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import Document

#: Keys that name the table or its approval, and say nothing of what stands in it.
_NOT_CONTENT: Final = frozenset({*APPROVAL, "artefact", "path"})
#: Before its first version the configuration declared nothing.
_BEFORE: Final = Dating(at=datetime.min.replace(tzinfo=UTC), stated=datetime.min.replace(tzinfo=UTC), latest="")


class TableDeclarations:
    """Dates what a source's configuration says of its tables; without a committed configuration nothing is dated.

    Args:
        request: The source.
        sections: Its tables.
    """

    def __init__(self, request: Request, sections: tuple[TableSection, ...]) -> None:
        self._request = request
        self._sections = sections
        self._followed: Followed | None = None

    def dated(self, approval: Approval, section: TableSection, change: Dating | None) -> tuple[Approval, str]:
        """An approval with its times from version control; and what is told of the declaration, if that changed after.

        Args:
            approval: As claimed.
            section: The table's declaration.
            change: Last change of its file.
        """
        text, recorded = self._since(section, change)
        told = ""
        if text is not None and text is not change and approval.approved_on and text.at > end_of(approval.approved_on):
            told = f"its declaration was changed on {text.at:%Y-%m-%d} (UTC), which is a change of the record"
        return dated(approval, text=text, recorded=recorded), told

    def _since(self, section: TableSection, change: Dating | None) -> tuple[Dating | None, Dating | None]:
        """Since when table and declaration read as they do; and their approval, where that tells more than its day."""
        configuration = self._request.configuration
        if configuration is None or section.approved_on is None or section not in self._sections:
            return change, None
        day = end_of(date.fromisoformat(section.approved_on))
        if self._followed is None:
            self._followed = self._follow()
        at = self._sections.index(section)
        text = self._followed.since.get(f"text {at}")
        approval = self._followed.since.get(f"approval {at}")
        if text is None or not text.latest or (change is not None and text.at <= change.at):
            text = change
        elif change is not None and change.runs_backwards and text.at <= day:
            text = change  # whose date is in doubt, whatever the declaration's is
        if text is None or approval is None:
            return text, None
        if is_ahead(date.fromisoformat(section.approved_on), approval.at):
            return text, approval
        if approval.at < text.at:  # changed after it was written down, if on the same day
            return text, approval if text.at <= day else None
        return text, approval if approval.at > day and f"approval {at}" in self._followed.ended else None

    def _follow(self) -> Followed:
        """All tables at once: each version of the configuration is read once."""
        parts = {}
        for at, section in enumerate(self._sections):
            if section.approved_on is not None:
                parts[f"text {at}"] = partial(self._content, section)
                parts[f"approval {at}"] = partial(self._approval, section)
        texts = [name for name in parts if name.startswith("text")]
        return follow(self._versions, "yaml", parts, until=texts, whole=self._whole)

    @property
    def _whole(self) -> bool:
        configuration = self._request.configuration
        if configuration is None:
            return False
        return configuration.commit.quarantine.history(configuration.commit.id).complete

    def _versions(self) -> Iterator[tuple[Dating, bytes]]:
        configuration = self._request.configuration
        if configuration is None:
            return
        seen = 0
        for seen, version in enumerate(versions_in(configuration.commit, configuration.path)(), start=1):  # noqa: B007 - used below
            yield version
        if self._whole and seen < MAX_VERSIONS:
            yield _BEFORE, b"{}"

    def _content(self, section: TableSection, document: Document) -> Any:
        """What a version says of the table beside its approval; nothing where it does not declare the table."""
        return {key: value for key, value in self._declared(section, document).items() if key not in _NOT_CONTENT}

    def _approval(self, section: TableSection, document: Document) -> Any:
        declared = self._declared(section, document)
        return tuple(declared.get(key) for key in SIGNED)

    def _declared(self, section: TableSection, document: Document) -> dict[str, Any]:
        """The declaration of the same table in a version, under whatever name its source had."""
        source = self._request.source
        wanted = _joined(source.path, section.path)
        found = [
            table
            for other in _rows(document.data, "sources")
            if other.get("inside") == source.inside
            for table in _rows(other.get("options"), "tables")
            if table.get("artefact") == section.artefact and _joined(other.get("path"), table.get("path")) == wanted
        ]
        if len(found) > 1:
            found = [table for table in found if table.get("sheet") == section.sheet]
        return found[0] if found else {}


def _rows(data: Any, key: str) -> list[dict[str, Any]]:
    rows = data.get(key) if isinstance(data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _joined(folder: Any, path: Any) -> str | None:
    return posixpath.normpath(f"{folder}/{path}") if isinstance(folder, str) and isinstance(path, str) else None
