"""A content filter of Azure OpenAI (raiPolicies), as its API gives it -> guardrail_config.

A filter acts on the deployments that name it, which the file does not tell. Source:
https://learn.microsoft.com/rest/api/aiservices/accountmanagement/rai-policies/get.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.guarding import against
from tieout.collectors.config.guardrail_parts.checks import Action, Checks
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_SOURCES: Final = {"Completion": "output", "Prompt": "input"}
_KINDS: Final = {
    "hate": "harmful-content",
    "indirect attack": "prompt-injection",
    "jailbreak": "prompt-injection",
    "profanity": "harmful-content",
    "protected material code": "other",
    "protected material text": "other",
    "selfharm": "harmful-content",
    "sexual": "harmful-content",
    "violence": "harmful-content",
}


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(next(_policies(Cursor.top(document)), None) is not None for document in file.documents)


def _policies(top: Cursor) -> Iterator[Cursor]:
    for policy in (top, *top.rows(), *top.down("value").rows()):
        filters = policy.down("properties", "contentFilters")
        if any({"name", "source"} <= one.value.keys() for one in filters.rows()):
            yield policy


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    checks = Checks("Azure OpenAI")
    for document in file.documents:
        for policy in _policies(Cursor.top(document)):
            called = policy.down("name").text or "a content filter"
            for one in policy.down("properties", "contentFilters").elements():
                _take(one, called, checks)
    return checks.rows.found()


def _take(one: Cursor, called: str, checks: Checks) -> None:
    name, source = one.down("name").text, one.down("source").text
    if name is None or source not in _SOURCES:
        checks.rows.drop(one, "a content filter cannot be judged: it has no 'name', or its 'source' is not known")
        return
    enabled, blocking = one.down("enabled"), one.down("blocking")
    if enabled.truth is False:
        checks.rows.note(one, f"'{excerpt(name)}' is switched off, so it does not count")
        return
    action: Action | None = "block" if blocking.truth is True else "flag" if blocking.truth is False else None
    kind = _KINDS.get(name.strip().lower().replace("_", "")) or against(name)
    checks.add(one, f"{called}: {name}", kind, (_SOURCES[source],), action=action)


READERS = (
    Reader("azure-content-filter", "Azure OpenAI content filters", ("guardrail_config",), _suits, _recognises, _read),
)
