"""Rows of promptfoo's exports as both of its readers need them: which column they are of, and what became of a test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tieout.collectors.results.parameters import tail
from tieout.collectors.results.values import count, instant, member, number, text

#: Providers of promptfoo that answer with what they were given.
_STAND_INS: Final = frozenset({"echo", "manual-input"})
#: Words between a supplier and a model: `openai:chat:gpt-4o`.
_WORDS: Final = frozenset(
    {"assistant", "chat", "completion", "embedding", "messages", "realtime", "responses", "text-generation"}
)
_SUPPLIERS: Final = {"azureopenai": "azure", "azure-openai": "azure", "palm": "google"}
_ERROR = 2  # `failureReason` of a test whose call failed
_LONGEST_RUN = 366 * 86_400_000.0
#: The beginning of the type of each assertion that judges an attack.
GRADER: Final = "promptfoo:redteam:"


@dataclass(slots=True)
class Column:
    """The tests of one prompt with one provider.

    Attributes:
        provider: As the export names it.
        prompt: Its index, else its label.
        rows: Place in the file (index of a list, or number of a line) and row.
    """

    provider: str
    prompt: str
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def is_stand_in(self) -> bool:
        """Whether the provider answers with what it was given."""
        return self.provider.partition(":")[0].casefold() in _STAND_INS


def columns_of(rows: Iterable[tuple[int, dict[str, Any]]]) -> dict[tuple[str, str], Column]:
    """The rows of each provider and prompt."""
    columns: dict[tuple[str, str], Column] = {}
    for at, row in rows:
        provider = row.get("provider")
        name = text(provider.get("id")) if isinstance(provider, dict) else text(provider)
        prompt = count(row.get("promptIdx"))
        which = str(prompt) if prompt is not None else text(member(row, "prompt").get("label")) or ""
        key = (name or "", which)
        columns.setdefault(key, Column(name or "", which)).rows.append((at, row))
    return columns


def is_error(row: Mapping[str, Any]) -> bool:
    """Whether a test ended in an error, so that nothing was judged."""
    reason = row.get("failureReason")
    return reason == _ERROR or (reason is None and bool(row.get("error")) and not member(row, "gradingResult"))


def asserts(row: Mapping[str, Any]) -> bool:
    """Whether anything was asked of the answer."""
    graded = member(row, "gradingResult").get("componentResults")
    return isinstance(graded, list) and bool(graded)


def times(data: Mapping[str, Any]) -> tuple[datetime | None, datetime | None, str]:
    """Start and end of a run, and what says so."""
    results = member(data, "results")
    started, _ = instant(results.get("timestamp"))
    if started is None:
        started, _ = instant(member(data, "metadata").get("evaluationCreatedAt"))
    milliseconds = number(member(results, "stats").get("durationMs"))
    if started is None:
        return None, None, ""
    if milliseconds is not None and 0 <= milliseconds <= _LONGEST_RUN:
        return started, started + timedelta(milliseconds=milliseconds), "timestamp and duration of the export"
    return started, None, "timestamp of the export"


def model_of(provider: str) -> str | None:
    """`openai:chat:gpt-4o` as `openai/gpt-4o`; a script or an address stays what it is."""
    supplier, colon, rest = provider.partition(":")
    if not colon or supplier in {"exec", "file", "golang", "http", "https", "javascript", "python", "webhook"}:
        return text(tail(provider.removeprefix("file://"))) if provider else None
    words = rest.split(":")
    while len(words) > 1 and words[0] in _WORDS:
        words = words[1:]
    return text(f"{_SUPPLIERS.get(supplier, supplier)}/{':'.join(words)}")
