"""Reads workflows of GitHub Actions: what starts them, their jobs, what these run, and what their tokens may do.

Sources: GitHub's "Workflow syntax", "Events that trigger workflows", "Reusing workflows" and "Running variations of
jobs in a workflow".
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.ci_parts.facts import ARTEFACT, Facts, Said, only_told
from tieout.collectors.config.ci_parts.github_walk import CALL, Walk
from tieout.collectors.config.ci_parts.source import SourceFiles
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.pipelines.github import workflow_of
from tieout.syntax.pipelines.model import Spot, Trigger
from tieout.syntax.pipelines.nodes import Node

_PRODUCT: Final = "GitHub Actions"
_IN_PLACE = re.compile(r"\A\.github/workflows/[^/]+\.ya?ml\Z")
_ACTION = re.compile(r"(?:\A|/)action\.ya?ml\Z")
_YAML = re.compile(r"\.ya?ml\Z", re.IGNORECASE)
_MOST: Final = 100


def _suits(path: str) -> bool:
    return _YAML.search(path) is not None


def _in_use(path: str) -> bool:
    """What a forge runs is in use whatever its name says."""
    return _IN_PLACE.match(path) is not None or (path.startswith(".github/") and _ACTION.search(path) is not None)


def _recognises(file: ConfigFile) -> bool:
    data = file.documents[0].data if file.documents else None
    if not isinstance(data, dict):
        return False
    if _ACTION.search(file.path):
        return isinstance(data.get("runs"), dict)
    return _IN_PLACE.match(file.path) is not None or ("on" in data and isinstance(data.get("jobs"), dict))


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterator[Found]:
    if _ACTION.search(file.path):
        return
    if not _IN_PLACE.match(file.path):
        yield only_told("is a workflow that stands elsewhere than in .github/workflows at the top, so nothing runs it")
        return
    if not file.committed:
        yield only_told("stands in no commit of a repository that is read, so whether a forge runs it is not known")
        return
    if len(file.documents) > 1:
        raise UnreadableError("holds several documents, which is no workflow", where=file.path)
    files = SourceFiles(beside)
    workflow = workflow_of(files, Node(file.path, file.documents[0]))
    if all(trigger.event == CALL for trigger in workflow.triggers):
        if workflow.idle_triggers:
            yield only_told("is never started: no event that it names gets past its own filters", 1)
            return
        called = "is run only where another workflow calls it" if workflow.triggers else "names nothing that starts it"
        yield only_told(f"{called}, so its jobs are those of whatever does", 1)
        return
    name = workflow.name if workflow.name != file.path.rpartition("/")[2] else None
    facts = Facts(file.path, _PRODUCT, Said(excerpt(name, 200) if name else None, Spot(file.path, None)))
    facts.add_all("triggers", ((trigger.spot, _trigger(trigger)) for trigger in workflow.triggers))
    for trigger in workflow.idle_triggers:
        facts.note(trigger.spot, f"'{excerpt(trigger.event)}' starts nothing: its own filters let nothing through")
    Walk(files, facts).start(workflow)
    if not facts.jobs and not facts.found.notes and not facts.found.dropped:
        facts.note(Spot(file.path, 1), "names no job")
    yield facts.finished()


def _trigger(trigger: Trigger) -> dict[str, Said]:
    def shown(texts: Sequence[str]) -> Said:
        return Said(tuple(excerpt(text, 200) for text in texts[:_MOST]))

    return {
        "event": Said(excerpt(trigger.event, 100) or "?", trigger.spot),
        "branches": shown(trigger.branches),
        "paths": shown(trigger.paths),
        "tags": shown(trigger.tags),
        "types": shown(trigger.types),
        "schedules": shown(trigger.crons),
    }


READERS: Final = (
    Reader(
        name="github-actions",
        title=_PRODUCT,
        artefacts=(ARTEFACT,),
        suits=_suits,
        recognises=_recognises,
        read=_read,
        in_use=_in_use,
    ),
)
