"""Exports of promptfoo as `eval_results` and, where its tests are attacks, as `redteam_report`.

One item for each prompt and provider, of the JSON export (results version 2 to 4) or of the one in lines. Every figure
is counted from the rows of single tests. A test without an assertion passes whatever is answered, so it is left out of
the pass rate; one that ended in an error did not pass. Where the export's own sums say otherwise than its rows, the
pass rate is left out.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec

from tieout.analytics.lines import LineReader
from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.json_lines import lines_of
from tieout.collectors.results.parameters import settings, tail
from tieout.collectors.results.promptfoo_attacks import attacked, attacks_apart
from tieout.collectors.results.promptfoo_rows import (
    Column,
    asserts,
    columns_of,
    is_error,
    model_of,
    test_of,
    tests_held,
    times,
)
from tieout.collectors.results.values import count, finite, member, objects, recorded_digest, text
from tieout.domain.artefacts.results import EvalResults, Metric
from tieout.domain.evidence import Effective
from tieout.domain.model_names import is_suppliers_address
from tieout.kernel.errors import UnreadableError

_NEWEST: Final = 4
"""Version of the results: 3 is what exports say, 4 how the program itself keeps them."""

_ASK_JSON: Final = "export it as JSON (`promptfoo export eval`, or `-o results.json`)"
_MAX_LINES: Final = 1_000_000


class _Row(msgspec.Struct):
    """The members of a line that are read; all others are passed over without being built."""

    promptIdx: Any = None  # noqa: N815 - the name in the file
    testIdx: Any = None  # noqa: N815 - the name in the file
    provider: Any = None
    success: Any = None
    error: Any = None
    failureReason: Any = None  # noqa: N815 - the name in the file
    gradingResult: Any = None  # noqa: N815 - the name in the file
    metadata: Any = None
    testCase: Any = None  # noqa: N815 - the name in the file


def is_lines(names: Any) -> bool:
    """Whether the first of JSON lines is a test of promptfoo."""
    return bool({"promptIdx", "testIdx", "provider", "success"} <= names)


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
    columns = columns_of(objects(results, "results"))
    if not columns:
        raise UnreadableError("is a promptfoo result without any test", where=file.path)
    for key in sorted(columns):
        usual, attacks = attacks_apart(columns[key])
        told = list(_sums(file, results, columns[key])) + _newer(results)
        if usual.rows:
            asked = len({test_of(*one) for one in columns[key].rows})
            yield _run(file, data, usual, told, asked)
        if attacks.rows:
            yield attacked(file, data, attacks, told)


def _run(file: Input, data: Mapping[str, Any], column: Column, told: list[Told], asked: int) -> Found:
    """The tests of a column that are no attacks; `asked` counts all that differ, the attacks too."""
    configuration = member(data, "config")
    rows = [row for _, row in column.rows]
    failed = sum(1 for row in rows if is_error(row))
    broken = {test_of(at, row) for at, row in column.rows if is_error(row)}
    first_line = file.line(f"/results/results/{column.rows[0][0]}")
    started, ended, basis = times(data)
    model = model_of(column.provider)
    told = [*told, *_told(file, column, failed)]
    repeats = count(member(data, "runtimeOptions").get("repeat")) or 1
    parts = Counter(test_of(*one) for one in column.rows)
    held = tests_held(configuration)
    if held > asked:
        told.append(Told(f"asked {asked:,} of the {held:,} tests of its configuration", file.line("/config/tests")))
    if (again := len(rows) - len(parts)) and repeats == 1:
        which = "is another one to a test that was" if again == 1 else "are further ones to tests that were"
        reason = f"{again:,} of {len(rows):,} answers {which} asked before; each test counts once"
        told.append(Told(reason, first_line))
    metrics = _metrics(column.rows, with_rate=not any(one.status == "unreadable" for one in told))
    if repeats > 1:
        # Where the rows themselves show which tests are the same, each of them counts once already.
        if len(parts) == len(rows):
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
        simulated=column.is_stand_in,
        dataset=text(tail(dataset)) if dataset else None,
        dataset_sha256=digest,
        dataset_samples=held if held > asked else None,
        chosen="fewer" if held > asked else None,
        samples_total=len(rows) if repeats > 1 else len(parts),
        samples_completed=len(rows) - failed if repeats > 1 else len(parts) - len(broken),
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


def _newer(results: Mapping[str, Any]) -> list[Told]:
    version = count(results.get("version"))
    if version is None or version <= _NEWEST:
        return []
    return [Told(f"is of results version {version}, which is newer than those that are known (up to {_NEWEST})")]


def _sums(file: Input, results: Mapping[str, Any], column: Column) -> Iterator[Told]:
    """Where the export's own sums of a column are not those of its rows."""
    rows = [row for _, row in column.rows]
    line = file.line(f"/results/results/{column.rows[0][0]}")
    failed = sum(1 for row in rows if is_error(row))
    passed = sum(1 for row in rows if row.get("success") is True and not is_error(row))
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
                f"with provider '{column.provider or '(none)'}' it sums up {recorded[0]} passed, {recorded[1]} failed "
                f"and {recorded[2]} erroneous tests, but its rows are {counted[0]}, {counted[1]} and {counted[2]}; "
                f"their rate is left out"
            )
            yield Told(reason, line, "unreadable")


def _told(file: Input, column: Column, failed: int) -> Iterator[Told]:
    rows = [row for _, row in column.rows]
    line = file.line(f"/results/results/{column.rows[0][0]}")
    which = f"with provider '{column.provider or '(none)'}'"
    bare = sum(1 for row in rows if not is_error(row) and not asserts(row))
    if bare:
        yield Told(f"{bare:,} of {len(rows):,} tests {which} assert nothing and are left out of the pass rate", line)
    if failed:
        yield Told(f"{failed:,} of {len(rows):,} tests {which} ended in an error and count as not passed", line)
    cached = _cached(rows)
    if cached:
        yield Told(f"{cached:,} of {len(rows):,} answers {which} come from a cache of earlier runs", line)


_Values = list[tuple[tuple[Any, ...], float]]
"""Of which test, and what it scored."""


def _metrics(rows: Sequence[tuple[int, Mapping[str, Any]]], *, with_rate: bool) -> tuple[Metric, ...]:
    found: list[Metric] = []
    judged = [(test_of(at, row), row) for at, row in rows if is_error(row) or asserts(row)]
    if judged and with_rate:
        passes = [(test, float(row.get("success") is True and not is_error(row))) for test, row in judged]
        mean = _mean("assertions", "pass_rate", passes)
        successes = int(sum(one for _, one in passes)) if mean.n == len(passes) else None
        value = successes / mean.n if successes is not None else mean.value
        found.append(mean.model_copy(update={"value": value, "successes": successes, "stderr": None}))
    scores = [(test, float(row["score"])) for test, row in judged if finite(row.get("score"))]
    if scores:
        found.append(_mean("assertions", "score", scores))
    named: dict[str, _Values] = {}
    for at, row in rows:
        for name, value in member(row, "namedScores").items():
            if finite(value) and text(name):
                named.setdefault(name, []).append((test_of(at, row), float(value)))
    found += [_mean("named score", text(name) or "score", named[name]) for name in sorted(named)[:200]]
    return tuple(found)


def _mean(scorer: str, name: str, scored: _Values) -> Metric:
    """The mean over tests: of one that was asked more than once, the mean of its answers counts once."""
    of_test: dict[tuple[Any, ...], list[float]] = {}
    for test, value in scored:
        of_test.setdefault(test, []).append(value)
    values = [math.fsum(one / len(own) for one in own) for own in of_test.values()]
    n = len(values)
    mean = math.fsum(value / n for value in values)
    error = None
    if n > 1 and n == len(scored):
        spread = math.fsum((value - mean) ** 2 / (n - 1) for value in values if abs(value - mean) < 1e100)  # noqa: PLR2004 - squares of larger ones leave the numbers
        error = math.sqrt(spread / n) or None
    return Metric(scorer=scorer, name=name, value=mean, n=n, stderr=error)


def _of_repeated(metric: Metric, repeats: int) -> Metric:
    """The metric over single tests: an interval over all answers would be narrower than is true."""
    return metric.model_copy(update={"n": max(metric.n // repeats, 1), "successes": None, "stderr": None})


def _cached(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(1 for row in rows if member(row, "response").get("cached") is True)


def _tokens(rows: Sequence[Mapping[str, Any]]) -> int | None:
    usages = [member(member(row, "response"), "tokenUsage") for row in rows]
    known = [count(usage.get("completion")) for usage in usages]
    counted = [one for one in known if one is not None]
    return sum(counted) if counted else None


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


def _parameters(data: Mapping[str, Any], column: Column, log: bytes) -> dict[str, Any]:
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


# --- the form in lines


def read_lines(file: Input) -> Iterator[Found]:
    """One item for each prompt and provider, of an export that writes each test as it ends.

    It says neither whether the run ended nor when, with which settings and by which version: an evaluation of it is one
    that is not known to have ended, and so without figures.

    Raises:
        UnreadableError: A line is no JSON.
    """
    kept: dict[tuple[Any, ...], tuple[int, dict[str, Any]]] = {}
    again = 0
    decode = msgspec.json.Decoder(_Row).decode
    with file.open() as stream:
        for number_, line in lines_of(LineReader(stream), file.path, most=_MAX_LINES):
            try:
                row = _small(decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                reason = "the line is no JSON object, so that the export is not whole"
                raise UnreadableError(reason, where=f"{file.path}:{number_}", hint=_ASK_JSON) from None
            prompt, test = count(row["promptIdx"]), count(row["testIdx"])
            key = (number_,) if prompt is None or test is None else (prompt, test)
            again += key in kept
            kept[key] = (number_, row)
    what = "a test that was run again; its last line counts" if again == 1 else f"{again:,} tests that were run again"
    told = [Told(f"holds {what}")] if again else []
    columns = columns_of(kept.values())
    for which in sorted(columns):
        usual, attacks = attacks_apart(columns[which])
        if usual.rows:
            yield _unfinished(file, usual, told)
        if attacks.rows:
            yield attacked(file, None, attacks, told)


def _small(row: _Row) -> dict[str, Any]:
    """What is read of a row, without the texts of its prompt and its answer."""
    whole = msgspec.structs.asdict(row)
    graded = member(whole, "gradingResult").get("componentResults")
    types = [text(member(one, "assertion").get("type")) for one in graded] if isinstance(graded, list) else None
    of_test = member(member(whole, "testCase"), "metadata")
    about = {
        name: text(member(whole, "metadata").get(name) or of_test.get(name)) for name in ("pluginId", "strategyId")
    }
    provider = row.provider.get("id") if isinstance(row.provider, dict) else row.provider
    return {
        "promptIdx": row.promptIdx,
        "testIdx": row.testIdx,
        "provider": text(provider),
        "success": row.success,
        "error": bool(row.error),
        "failureReason": row.failureReason if isinstance(row.failureReason, int) else None,
        "gradingResult": None
        if types is None
        else {"componentResults": [{"assertion": {"type": one}} for one in types]},
        "metadata": about,
        "testCase": {"threshold": member(whole, "testCase").get("threshold")},
    }


def _unfinished(file: Input, column: Column, told: list[Told]) -> Found:
    failed = sum(1 for _, row in column.rows if is_error(row))
    facts = EvalResults(
        tool="promptfoo",
        task=PurePosixPath(file.path).stem,
        status="started",
        model=model_of(column.provider),
        simulated=column.is_stand_in,
        samples_total=len(column.rows),
        samples_completed=len(column.rows) - failed,
    )
    reason = f"is an export in lines, which does not say whether the run ended, and gives no figures; {_ASK_JSON}"
    lines = {"/model": column.rows[0][0]} if facts.model else {}
    title, part = f"evaluation results: {facts.task}", f"{column.provider}\n{column.prompt}"
    return Found("eval_results", facts, None, lines, [*told, Told(reason)], part, title)


_GIVES: Final = ("eval_results", "redteam_report")
FORMATS = (
    Format("promptfoo", "a promptfoo result", "json", _GIVES, is_result, read),
    Format("promptfoo", "a promptfoo result in lines", "lines", _GIVES, is_lines, read_lines),
)
