"""Exports of promptfoo (results version 2 and 3) as `eval_results`: one item for each prompt and provider.

Every figure is counted from the rows of single tests. A test without an assertion passes whatever is answered, so it
is left out of the pass rate; one that ended in an error did not pass. Where the export's own sums say otherwise than
its rows, the pass rate is left out.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.parameters import settings, tail
from tieout.collectors.results.values import count, finite, instant, member, number, objects, recorded_digest, text
from tieout.domain.artefacts.results import EvalResults, Metric
from tieout.domain.evidence import Effective
from tieout.domain.model_names import is_suppliers_address
from tieout.kernel.errors import UnreadableError

#: Providers of promptfoo that answer with what they were given.
_STAND_INS: Final = frozenset({"echo", "manual-input"})
#: Words between a supplier and a model: `openai:chat:gpt-4o`.
_WORDS: Final = frozenset(
    {"assistant", "chat", "completion", "embedding", "messages", "realtime", "responses", "text-generation"}
)
_SUPPLIERS: Final = {"azureopenai": "azure", "azure-openai": "azure", "palm": "google"}
_ERROR = 2  # `failureReason` of a test whose call failed
_LONGEST_RUN = 366 * 86_400_000.0


@dataclass(slots=True)
class _Column:
    """The tests of one prompt with one provider."""

    provider: str
    prompt: str
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def is_result(data: Any) -> bool:
    """Whether a JSON document is an export."""
    names = data.keys() if isinstance(data, dict) else set()
    return ({"evalId", "results"} <= names or {"results", "config", "shareableUrl"} <= names) and isinstance(
        data["results"], dict
    )


def read(file: Input) -> Iterator[Found]:
    """One item for each prompt and provider.

    Raises:
        UnreadableError: It holds no tests.
    """
    data: dict[str, Any] = file.document.data
    results = member(data, "results")
    columns: dict[tuple[str, str], _Column] = {}
    for at, row in objects(results, "results"):
        provider = row.get("provider")
        name = text(provider.get("id")) if isinstance(provider, dict) else text(provider)
        prompt = count(row.get("promptIdx"))
        which = str(prompt) if prompt is not None else text(member(row, "prompt").get("label")) or ""
        key = (name or "", which)
        columns.setdefault(key, _Column(name or "", which)).rows.append((at, row))
    if not columns:
        raise UnreadableError("is a promptfoo result without any test", where=file.path)
    for key in sorted(columns):
        yield _run(file, data, columns[key])


def _run(file: Input, data: Mapping[str, Any], column: _Column) -> Found:
    results, configuration = member(data, "results"), member(data, "config")
    rows = [row for _, row in column.rows]
    failed = sum(1 for row in rows if _is_error(row))
    started, ended, basis = _times(data)
    model = _model(column.provider)
    simulated = column.provider.partition(":")[0].casefold() in _STAND_INS
    told = list(_told(file, results, column, failed))
    repeats = count(member(data, "runtimeOptions").get("repeat")) or 1
    metrics = _metrics(rows, with_rate=not any(one.status == "unreadable" for one in told))
    if repeats > 1:
        metrics = tuple(_of_repeated(metric, repeats) for metric in metrics)
        told.append(Told(f"asked each test {repeats:,} times, so that its answers are not independent samples"))
    tests, digest = configuration.get("tests"), recorded_digest(member(configuration, "metadata"), configuration)
    dataset = text(tests.removeprefix("file://")) if isinstance(tests, str) else None
    first = column.rows[0][0]
    facts = EvalResults(
        tool="promptfoo",
        tool_version=text(member(data, "metadata").get("promptfooVersion")),
        task=text(configuration.get("description")) or PurePosixPath(file.path).stem,
        status="success",
        model=model,
        output_tokens=_tokens(rows),
        asked=_asked(configuration, column.provider),
        simulated=simulated,
        dataset=text(tail(dataset)) if dataset else None,
        dataset_sha256=digest,
        dataset_samples=None,
        samples_total=len(rows),
        samples_completed=len(rows) - failed,
        epochs=repeats if repeats > 1 else None,
        started_at=started,
        completed_at=ended,
        commit=text(member(configuration, "metadata").get("commit")),
        parameters=_parameters(data, column, file.data),
        metrics=metrics,
    )
    places = {
        "/model": f"/results/results/{first}/provider",
        "/task": "/config/description",
        "/metrics": f"/results/results/{first}",
        "/started_at": "/results/timestamp",
        "/tool_version": "/metadata/promptfooVersion",
        "/dataset": "/config/tests",
    }
    kept = facts.as_json()
    lines = {at: line for at, line in file.lines(places).items() if at.split("/")[1] in kept}
    effective = Effective(start=started, end=ended or started, basis=basis) if started else None
    title = f"evaluation results: {facts.task}"
    return Found("eval_results", facts, effective, lines, told, f"{column.provider}\n{column.prompt}", title)


def _told(file: Input, results: Mapping[str, Any], column: _Column, failed: int) -> Iterator[Told]:
    rows = [row for _, row in column.rows]
    line = file.line(f"/results/results/{column.rows[0][0]}")
    which = f"with provider '{column.provider or '(none)'}'"
    passed = sum(1 for row in rows if row.get("success") is True)
    mine = [
        one
        for at, one in objects(results, "prompts")
        if str(at) == column.prompt and text(one.get("provider")) == column.provider
    ]
    for sums in (member(one, "metrics") for one in mine):
        recorded = [count(sums.get(name)) for name in ("testPassCount", "testFailCount", "testErrorCount")]
        counted = [passed, len(rows) - passed - failed, failed]
        if None not in recorded and recorded != counted:
            reason = (
                f"{which} it sums up {recorded[0]} passed, {recorded[1]} failed and {recorded[2]} erroneous tests, but "
                f"its rows are {counted[0]}, {counted[1]} and {counted[2]}; the pass rate is left out"
            )
            yield Told(reason, line, "unreadable")
    bare = sum(1 for row in rows if not _is_error(row) and not _asserts(row))
    if bare:
        yield Told(f"{bare:,} of {len(rows):,} tests {which} assert nothing and are left out of the pass rate", line)
    if failed:
        yield Told(f"{failed:,} of {len(rows):,} tests {which} ended in an error and count as not passed", line)
    cached = _cached(rows)
    if cached:
        yield Told(f"{cached:,} of {len(rows):,} answers {which} come from a cache of earlier runs", line)


def _metrics(rows: Sequence[Mapping[str, Any]], *, with_rate: bool) -> tuple[Metric, ...]:
    found: list[Metric] = []
    judged = [row for row in rows if _is_error(row) or _asserts(row)]
    if judged and with_rate:
        passed = sum(1 for row in judged if row.get("success") is True and not _is_error(row))
        rate = passed / len(judged)
        found.append(Metric(scorer="assertions", name="pass_rate", value=rate, n=len(judged), successes=passed))
    scores = [float(row["score"]) for row in judged if finite(row.get("score"))]
    if scores:
        found.append(_mean("assertions", "score", scores))
    named: dict[str, list[float]] = {}
    for row in rows:
        for name, value in member(row, "namedScores").items():
            if finite(value) and text(name):
                named.setdefault(name, []).append(float(value))
    found += [_mean("named score", text(name) or "score", named[name]) for name in sorted(named)[:200]]
    return tuple(found)


def _mean(scorer: str, name: str, values: Sequence[float]) -> Metric:
    n = len(values)
    mean = math.fsum(value / n for value in values)
    error = None
    if n > 1:
        spread = math.fsum((value - mean) ** 2 / (n - 1) for value in values if abs(value - mean) < 1e100)  # noqa: PLR2004 - squares of larger ones leave the numbers
        error = math.sqrt(spread / n) or None
    return Metric(scorer=scorer, name=name, value=mean, n=n, stderr=error)


def _of_repeated(metric: Metric, repeats: int) -> Metric:
    """The metric over single tests: an interval over all answers would be narrower than is true."""
    return metric.model_copy(update={"n": max(metric.n // repeats, 1), "successes": None, "stderr": None})


def _is_error(row: Mapping[str, Any]) -> bool:
    reason = row.get("failureReason")
    return reason == _ERROR or (reason is None and bool(row.get("error")) and not member(row, "gradingResult"))


def _asserts(row: Mapping[str, Any]) -> bool:
    """Whether anything was asked of the answer."""
    graded = member(row, "gradingResult").get("componentResults")
    return isinstance(graded, list) and bool(graded)


def _cached(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(1 for row in rows if member(row, "response").get("cached") is True)


def _tokens(rows: Sequence[Mapping[str, Any]]) -> int | None:
    usages = [member(member(row, "response"), "tokenUsage") for row in rows]
    known = [count(usage.get("completion")) for usage in usages]
    counted = [one for one in known if one is not None]
    return sum(counted) if counted else None


def _times(data: Mapping[str, Any]) -> tuple[datetime | None, datetime | None, str]:
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


def _model(provider: str) -> str | None:
    """`openai:chat:gpt-4o` as `openai/gpt-4o`; a script or an address stays what it is."""
    supplier, colon, rest = provider.partition(":")
    if not colon or supplier in {"exec", "file", "golang", "http", "https", "javascript", "python", "webhook"}:
        return text(tail(provider.removeprefix("file://"))) if provider else None
    words = rest.split(":")
    while len(words) > 1 and words[0] in _WORDS:
        words = words[1:]
    return text(f"{_SUPPLIERS.get(supplier, supplier)}/{':'.join(words)}")


def _asked(configuration: Mapping[str, Any], provider: str) -> Any:
    for own in _providers(configuration, provider):
        settings_ = member(own, "config")
        given = [settings_[key] for key in ("apiBaseUrl", "apiHost", "baseURL", "url") if settings_.get(key)]
        if given:
            addresses = [str(one) if "://" in str(one) else f"https://{one}" for one in given]
            return "supplier" if all(is_suppliers_address(one) for one in addresses) else "elsewhere"
    return None


def _providers(configuration: Mapping[str, Any], provider: str) -> list[dict[str, Any]]:
    return [one for _, one in objects(configuration, "providers") if one.get("id") == provider]


def _parameters(data: Mapping[str, Any], column: _Column, log: bytes) -> dict[str, Any]:
    rows = [row for _, row in column.rows]
    configuration = member(data, "config")
    told: dict[str, Any] = {"prompt_index": int(column.prompt)} if column.prompt.isdecimal() else {}
    prompt = text(rows[0].get("promptId"))
    told |= {"prompt_id": prompt} if prompt else {}
    told |= {"answers_from_cache": _cached(rows)} if _cached(rows) else {}
    own = [member(one, "config") for one in _providers(configuration, column.provider)]
    told |= {"provider": own[0]} if own and own[0] else {}
    kept: dict[str, Any] = settings(told, log)
    return kept


FORMATS = (Format("promptfoo", "a promptfoo result", "json", ("eval_results",), is_result, read),)
