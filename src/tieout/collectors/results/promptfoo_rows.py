"""Rows of promptfoo's exports as both of its readers need them: which column they are of, and what became of a test."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
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
#: Members of a test that name for whom it is, or that it is made by a program.
_LIMITING: Final = frozenset({"path", "prompts", "provider", "providers"})
#: Tests of a configuration that are compared with each other; of more, each counts as another one.
_MOST_COMPARED: Final = 100_000
_MOST_WRITTEN: Final = 100_000_000  # characters of what is compared
_MOST_HELD: Final = 1_000_000_000
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
    """Whether anything was asked of the answer: a test that a score of 0 is enough for asks nothing."""
    enough = number(member(row, "testCase").get("threshold"))
    if enough is not None and enough <= 0 and row.get("success") is True:
        return False
    graded = member(row, "gradingResult").get("componentResults")
    return isinstance(graded, list) and any(_weighs(one) for one in graded)


def _weighs(graded: Any) -> bool:
    """Whether an assertion can fail its test: one of weight 0 cannot."""
    weight = number(member(graded, "assertion").get("weight")) if isinstance(graded, dict) else None
    return weight != 0


def test_of(at: int, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a test another one than its neighbours: its variables and what it asserts, else its index."""
    case = member(row, "testCase")
    variables = member(case, "vars") or member(row, "vars")
    if variables:
        return "vars", json.dumps([variables, _unlabelled(case.get("assert"))], sort_keys=True, default=str)
    index = count(row.get("testIdx"))
    return ("index", index) if index is not None else ("row", at)


def _unlabelled(asserted: Any) -> Any:
    """What is asserted, without the labels under which its scores are summed up: they make no other test."""
    if not isinstance(asserted, list):
        return asserted
    return [
        {name: _unlabelled(value) if name == "assert" else value for name, value in one.items() if name != "metric"}
        if isinstance(one, dict)
        else one
        for one in asserted
    ]


def tests_held(configuration: Mapping[str, Any]) -> int:
    """How many different tests stand in the configuration itself, each of which every prompt and provider is asked.

    A variable with several values makes a test of each of them, with each value of the others.
    """
    tests = configuration.get("tests")
    listed = [(at, one) for at, one in enumerate(tests) if isinstance(one, dict)] if isinstance(tests, list) else []
    usual = member(configuration, "defaultTest")
    held: set[tuple[Any, ...]] = set()
    more = written = 0
    size_of_usual = len(json.dumps(usual, default=str))
    for at, one in listed:
        if _LIMITING & one.keys():
            continue
        size = len(json.dumps(one, default=str)) + size_of_usual
        if written + size > _MOST_WRITTEN:
            more = min(more + 1, _MOST_HELD)
            continue
        values = _values_of(usual, one)
        combined = 1
        for each in values.values():
            combined = min(combined * len(each), _MOST_HELD)
        if len(held) + combined > _MOST_COMPARED or written + combined * size > _MOST_WRITTEN:
            more = min(more + combined, _MOST_HELD)
            continue
        written += combined * size
        for chosen in product(*values.values()):
            case = {**one, "vars": dict(zip(values, chosen, strict=True))}
            held.add(test_of(at, {"testCase": case}))
    return len(held) + more


def _values_of(usual: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Each variable of a test with the values that it takes in turn."""
    options = {**member(usual, "options"), **member(test, "options")}
    is_one = options.get("disableVarExpansion") is True
    variables = {**member(usual, "vars"), **member(test, "vars")}
    return {
        name: value if isinstance(value, list) and value and not is_one else [value]
        for name, value in variables.items()
    }


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
