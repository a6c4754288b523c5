"""How a results source collects outputs of test tools, and what came of it."""

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support.collecting import checked, write
from tieout.collectors import results
from tieout.collectors.base import Gathered, Request
from tieout.config.kinds import KINDS
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.domain.evidence import EvidenceItem
from tieout.kernel.reading.files import FolderView

AS_OF = datetime(2026, 11, 24, tzinfo=UTC)


def gather(folder: Path, files: Mapping[str, str | bytes | Any] = {}, *, format_: str | None = None) -> Gathered:
    """What a source of every type of result gives of a folder, after some files were written to it."""
    texts = {
        name: content if isinstance(content, str | bytes) else json.dumps(content, indent=1)
        for name, content in files.items()
    }
    write(folder, texts)
    section = SourceSection(
        name="the-source", kind="results", path="results", provides=KINDS["results"].provides, format=format_
    )
    period = Period(start=AS_OF - timedelta(days=90), end=AS_OF)
    view = FolderView(folder, "results")
    request = Request(system_id="claims", source=section, view=view, prefix="", period=period, as_of=AS_OF)
    return checked(results.collect(request))


def items(gathered: Gathered, type_: str) -> list[EvidenceItem]:
    """The items of a type."""
    return [item for item in gathered.result.items if item.type == type_]


def item(gathered: Gathered, type_: str) -> EvidenceItem:
    """The one item of a type."""
    [found] = items(gathered, type_)
    return found


def told(gathered: Gathered, status: str | None = None) -> list[str]:
    """What is told, but that other types of result are absent."""
    return [one.reason for one in gathered.result.problems if one.status != "absent" and status in {None, one.status}]


def is_told(gathered: Gathered, words: str) -> bool:
    """Whether something is told in such words."""
    return any(words in reason for reason in told(gathered))


def changed(document: Any, *path: Any, to: Any = None) -> Any:
    """A copy with the value at a path replaced; without `to` it is taken away."""
    made = copy.deepcopy(document)
    holder = made
    for part in path[:-1]:
        holder = holder[part]
    if to is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return made


def lines_of(rows: list[dict[str, Any]]) -> str:
    """JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)
