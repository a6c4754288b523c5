"""Results files of lm-evaluation-harness (0.4) as `eval_results`: one item a task; groups are sums of their tasks.

Metrics are kept as they are written. A count of successes is set only for those that the harness scores from 0 to 1
(`_SHARES`), and only where the file proves that each sample counts one or nothing: a share p of n such samples has the
standard error sqrt(p(1-p)/(n-1)), and any other values between 0 and 1 with the same mean have a smaller one. At 0
and at 1 the mean alone proves it.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.parameters import settings, tail
from tieout.collectors.results.values import count, epoch, finite, member, number, recorded_digest, text
from tieout.domain.artefacts.results import EvalResults, Metric
from tieout.domain.evidence import Effective
from tieout.domain.model_names import is_suppliers_address
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of

#: Models of the harness that ask a supplier, and whom.
_SUPPLIERS: Final = {
    "anthropic-chat": "anthropic",
    "anthropic-chat-completions": "anthropic",
    "anthropic-completions": "anthropic",
    "openai-chat-completions": "openai",
    "openai-completions": "openai",
}
_LOCAL: Final = frozenset({"local-chat-completions", "local-completions"})
_STAND_INS: Final = frozenset({"dummy"})
_NAMING: Final = ("pretrained", "model", "engine", "path")
_NO_METRICS: Final = frozenset({"alias", "name", "samples", "sample_len", "sample_count"})
_TOLD: Final = ("batch_size", "gen_kwargs", "limit", "random_seed", "numpy_seed", "torch_seed", "fewshot_seed")
_SHARES: Final = frozenset({"acc", "acc_norm", "exact_match"})
_REVISION = re.compile(r"[0-9a-f]{40}")
_DESCRIBED = re.compile(r"-g([0-9a-f]{7,40})$")
_CLOSE = 1e-6
_LONGEST_RUN = 366 * 86_400.0


def is_result(data: Any) -> bool:
    """Whether a JSON document is a results file."""
    names = data.keys() if isinstance(data, dict) else set()
    return {"results", "configs"} <= names and bool(names & {"n-shot", "versions", "lm_eval_version"})


def read(file: Input) -> Iterator[Found]:
    """One item a task.

    Raises:
        UnreadableError: It holds no task.
    """
    data: dict[str, Any] = file.document.data
    tasks = {name: row for name, row in member(data, "results").items() if isinstance(row, dict)}
    if not tasks:
        raise UnreadableError("is an lm-eval result without any task", where=file.path)
    groups = {name for name in (*member(data, "groups"), *member(data, "group_subtasks")) if name in tasks}
    groups = {name for name in groups if name not in member(data, "configs")}
    for name, row in tasks.items():
        if name in groups:
            line = file.line(f"/results/{part_of(name)}")
            told = [Told(f"the group '{text(name)}' sums up tasks, which are read one by one", line)]
            yield Found("eval_results", None, told=told)
        else:
            yield _task(file, data, name, row)


def _task(file: Input, data: Mapping[str, Any], name: str, row: Mapping[str, Any]) -> Found:
    own, configuration = member(member(data, "configs"), name), member(data, "config")
    sampled = member(member(data, "n-samples"), name)
    n, held = count(sampled.get("effective")), count(sampled.get("original"))
    told: list[Told] = []
    said = count(row.get("sample_len"))
    at = f"/results/{part_of(name)}"
    if n is not None and said is not None and said != n:
        reason = f"task '{text(name)}' is recorded over {said:,} samples and over {n:,}; its metrics are left out"
        told.append(Told(reason, file.line(f"{at}/sample_len"), "unreadable"))
        n = 0
    n = said or 0 if n is None else n
    repeats = count(own.get("repeats")) or 1
    started, ended = _times(data)
    model, asked, simulated = _model(data)
    metrics: list[Metric] = []
    places = {"/task": at, "/model": "/model_name", "/commit": "/git_hash", "/tool_version": "/lm_eval_version"}
    places |= {"/started_at": "/date", "/dataset": f"/configs/{part_of(name)}/dataset_path"}
    places |= {"/samples_total": f"/n-samples/{part_of(name)}/effective", "/chosen": "/config/limit"}
    for pointer, metric in _metrics(row, n, at) if n else ():
        places[f"/metrics/{len(metrics)}"] = pointer
        metrics.append(metric)
    if not n and not told:
        told.append(Told(f"task '{text(name)}' does not record how many samples it was run on", file.line(at)))
    limited = held is not None and n < held
    facts = EvalResults(
        tool="lm-eval",
        tool_version=text(data.get("lm_eval_version")),
        task=text(name) or "task",
        status="success",
        model=model,
        asked=asked,
        simulated=simulated,
        dataset=_dataset(own),
        dataset_sha256=recorded_digest(member(own, "metadata"), own),
        dataset_samples=held,
        samples_total=n * repeats,
        samples_completed=n * repeats,
        epochs=repeats if repeats > 1 else None,
        chosen=("first" if configuration.get("limit") is not None else "fewer") if limited else None,
        started_at=started,
        completed_at=ended,
        commit=_commit(data.get("git_hash")),
        parameters=_parameters(data, name, own, file.data),
        metrics=tuple(metrics),
    )
    kept = facts.as_json()
    lines = {at: line for at, line in file.lines(places).items() if at.split("/")[1] in kept}
    end = ended or started
    basis = "date and duration of the result" if ended else "date of the result"
    effective = Effective(start=started, end=end, basis=basis) if end else None
    return Found("eval_results", facts, effective, lines, told, part=name, title=f"evaluation results: {facts.task}")


def _times(data: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When it began, and when it had ended at the latest: the duration includes the start of the tool itself."""
    started = epoch(data.get("date"))
    seconds = number(data.get("total_evaluation_time_seconds"))
    if started is None or seconds is None or not 0 <= seconds <= _LONGEST_RUN:
        return started, None
    return started, started + timedelta(seconds=seconds)


def _model(data: Mapping[str, Any]) -> tuple[str | None, Any, bool]:
    """The model as provider and name, whether it was asked at its supplier, and whether it is a stand-in."""
    configuration = member(data, "config")
    kind = text(data.get("model_source")) or text(configuration.get("model"))
    arguments = _arguments(configuration.get("model_args"))
    named = next((arguments[key] for key in _NAMING if arguments.get(key)), None)
    recorded = text(data.get("model_name"))
    if kind in _STAND_INS:
        return kind, None, True
    if named is None and recorded is not None and kind is None:
        named = recorded  # of a run that was started from code, nothing else says it
    address = arguments.get("base_url")
    asked = None
    if address:
        asked = "supplier" if is_suppliers_address(address) else "elsewhere"
    elif kind in _LOCAL:
        asked = "elsewhere"
    if named is None:
        return None, asked, False
    revision = arguments.get("revision", "")
    pinned = f"@{revision}" if _REVISION.fullmatch(revision) else ""
    provider = _SUPPLIERS.get(kind or "", kind)
    return text(f"{provider}/{tail(named)}{pinned}" if provider else f"{tail(named)}{pinned}"), asked, False


def _arguments(told: Any) -> dict[str, str]:
    """`model_args`, which is an object or a text such as `pretrained=a/b,dtype=float32`."""
    if isinstance(told, dict):
        return {key: value for key, value in told.items() if isinstance(value, str)}
    pairs = [part.partition("=") for part in told.split(",")] if isinstance(told, str) else []
    return {key.strip(): value.strip() for key, _, value in pairs}


def _metrics(row: Mapping[str, Any], n: int, at: str) -> Iterator[tuple[str, Metric]]:
    for key, value in row.items():
        name, _, filter_ = key.partition(",")
        if name in _NO_METRICS or name.endswith("_stderr") or not finite(value):
            continue
        error = row.get(f"{name}_stderr,{filter_}" if filter_ else f"{name}_stderr")
        stated = float(error) if isinstance(error, int | float) and finite(error) else None
        metric = Metric(
            scorer=text(filter_) or "none",
            name=text(name) or "metric",
            value=value,
            n=n,
            successes=_successes(float(value), n, stated) if name in _SHARES else None,
            stderr=stated if stated and stated > 0 else None,
        )
        yield f"{at}/{part_of(key)}", metric


def _successes(value: float, n: int, error: float | None) -> int | None:
    """How many samples count one, where the standard error proves that each counts one or nothing."""
    if value in {0, 1}:
        return n if value else 0
    if not 0 < value < 1 or error is None or n < 2:  # noqa: PLR2004 - one sample has no standard error
        return None
    successes = round(value * n)
    expected = math.sqrt(value * (1 - value) / (n - 1))
    is_whole = abs(value * n - successes) <= _CLOSE * n
    return successes if is_whole and abs(error - expected) <= _CLOSE else None


def _dataset(own: Mapping[str, Any]) -> str | None:
    files = member(member(own, "dataset_kwargs"), "data_files")
    split = text(own.get("test_split")) or text(own.get("validation_split")) or ""
    one = files.get(split)
    location = text(one) or text(member(own, "dataset_kwargs").get("data_files"))
    if location is not None:
        return text(tail(location))
    parts = [part for part in (text(own.get("dataset_path")), text(own.get("dataset_name")), split) if part]
    return text(tail(parts[0]) + "".join(f" {part}" for part in parts[1:])) if parts else None


def _commit(recorded: Any) -> str | None:
    """The revision; git may have named it by a tag: `v1.2-3-gabc1234`."""
    told = text(recorded)
    described = _DESCRIBED.search(told) if told else None
    return described[1] if described else told


def _parameters(data: Mapping[str, Any], name: str, own: Mapping[str, Any], log: bytes) -> dict[str, Any]:
    configuration = member(data, "config")
    told = {key: configuration[key] for key in _TOLD if configuration.get(key) not in (None, {}, "")}
    told |= {
        key: value
        for key, value in (
            ("num_fewshot", member(data, "n-shot").get(name)),
            ("task_version", member(data, "versions").get(name)),
            ("task_hash", member(data, "task_hashes").get(name)),
            ("chat_template_sha", data.get("chat_template_sha")),
            ("system_instruction", data.get("system_instruction")),
            ("output_type", own.get("output_type")),
        )
        if value is not None
    }
    kept: dict[str, Any] = settings(told, log)
    return kept


def _is_samples(names: Any) -> bool:
    return bool({"doc_id", "resps"} <= names or {"doc_id", "filtered_resps"} <= names)


FORMATS = (
    Format("lm-eval", "an lm-eval result", "json", ("eval_results",), is_result, read),
    Format(
        "lm-eval",
        "a file of samples of lm-eval, whose figures stand in its results file",
        "lines",
        (),
        _is_samples,
        None,
    ),
)
