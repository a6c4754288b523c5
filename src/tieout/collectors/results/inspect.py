"""Inspect's JSON logs (format versions 1 and 2) as `eval_results`: one log is one run of one task."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast

from tieout.collectors.results import extent
from tieout.collectors.results.asked_models import models_asked
from tieout.collectors.results.parameters import PLACES, parameters, tail
from tieout.collectors.results.samples import Samples, ended_in_error, largest_n
from tieout.collectors.results.values import count, finite, member, recorded_digest, text
from tieout.domain.artefacts.results import EvalResults, Metric
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt

EXPORT = (
    "export it as JSON with 'inspect log convert --to json --output-dir FOLDER FILE', or run with --log-format json"
)

#: Providers of Inspect that answer from a script or not at all.
SIMULATED = frozenset({"mockllm", "none"})

_VERSIONS = (1, 2)
_STATUSES = frozenset({"success", "error", "cancelled", "started"})
_STANDARD_ERRORS = frozenset({"stderr", "bootstrap_stderr"})
#: Metrics that are the plain mean of their samples, so that a count or a standard error belongs to them.
_MEANS = frozenset({"accuracy", "mean"})
_PROPORTIONS = frozenset({"accuracy"})
_ZIP = b"PK\x03\x04"
# Scheme and user-info of a repository's address: `https://`, `ssh://git@`, `git@`.
_ADDRESS = re.compile(r"^(?:(?:https?|ssh|git)://)?(?:[^@/\\]*@)?")

_Status = Literal["success", "error", "cancelled", "started"]


@dataclass(slots=True)
class Log:
    """One run as read.

    Attributes:
        results: The artefact.
        spoken_at: The time that it speaks of; None where the log does not say.
        basis: What says so.
        invalidated: Somebody marked the run as not to be used.
        lines: JSON pointer into the artefact -> line.
        contradictions: (reason, line) of figures that the log's own samples contradict; they are left out.
    """

    results: EvalResults
    spoken_at: datetime | None
    basis: str
    invalidated: bool
    lines: dict[str, int] = field(default_factory=dict)
    contradictions: list[tuple[str, int | None]] = field(default_factory=list)


def is_packed(path: str, head: bytes) -> bool:
    """Whether a file is an .eval log: a zip whose members are compressed with Zstandard."""
    return path.lower().endswith(".eval") or (head.startswith(_ZIP) and b"_journal/" in head)


def is_log(data: Any) -> bool:
    """Whether a JSON document is an Inspect log of any version."""
    return (
        isinstance(data, dict)
        and {"status", "eval"} <= data.keys()
        and isinstance(data["eval"], dict)
        and "task" in data["eval"]
        and "model" in data["eval"]
    )


def read_log(document: Document, path: str, log_bytes: bytes) -> Log:
    """The facts of a log.

    A run that failed, was cancelled or is still going keeps its place, without metrics: its figures, if
    any, speak of a part of the samples.

    Of a scorer with scores that were edited by hand after the run no figure is taken: it is not what was measured.

    A figure that the log itself refutes is left out, with its reason in `contradictions`: its samples (or
    their reduced scores) are not as many as it says, are there twice, or have another mean; it speaks of more
    samples than the run had; or an accuracy is no share.

    `successes` is set only for a metric that is a plain mean (accuracy, mean), and only where every scored
    sample is shown to count one or nothing: by its logged score (C, I, 0, 1, true, false) or by its logged
    reduced score. Where neither is logged it is set for Inspect's own all-or-nothing scorers
    (samples.ALL_OR_NOTHING) over one epoch, if value times n is whole. A score of P (partial) or N (no answer)
    leaves it open. The standard error is the tool's of the same scorer; one of zero is left out, since equal
    scores of a sample do not make its mean exact, and so is one that its samples do not bear out.

    Args:
        document: The parsed file, which `is_log` recognises.
        path: For errors.
        log_bytes: The file itself.

    Raises:
        UnreadableError: Another version, or a part without which a run says nothing is missing.
    """
    data: dict[str, Any] = document.data
    version = data.get("version", 1)
    if version not in _VERSIONS:
        message = f"is an Inspect log of format version {excerpt(str(version))}; versions 1 and 2 are read"
        raise UnreadableError(message, where=_at(document, "/version", path))
    status = data["status"]
    if not isinstance(status, str) or status not in _STATUSES:
        raise UnreadableError("is an Inspect log of unknown status", where=_at(document, "/status", path))
    spec: dict[str, Any] = data["eval"]
    task, model = text(spec.get("task")), text(spec.get("model"))
    if not task:
        raise UnreadableError("is an Inspect log that names no task", where=_at(document, "/eval", path))
    stats, results, revision = member(data, "stats"), member(data, "results"), member(spec, "revision")
    dataset = member(spec, "dataset")
    total = count(results.get("total_samples")) or _planned(spec, dataset)
    used = extent.models_used(data)
    others = models_asked(data, model)
    log = Log(
        results=EvalResults(
            tool="inspect",
            tool_version=text(member(spec, "packages").get("inspect_ai")),
            task=task,
            status=cast("_Status", status),
            model=model,
            models_used=used or None,
            models_asked=tuple(others) or None,
            output_tokens=extent.output_tokens(data, model.strip() if model else None),
            asked=extent.asked(spec),
            simulated=any(_is_simulated(name) for name in (model, *used)),
            dataset=_dataset(dataset),
            # Where the owners of the run recorded one; Inspect itself does not.
            dataset_sha256=recorded_digest(dataset, member(spec, "metadata"), member(spec, "task_args")),
            dataset_samples=count(dataset.get("samples")),
            samples_total=total,
            samples_completed=_completed(data, count(results.get("completed_samples")) or 0),
            epochs=_epochs(spec) if _epochs(spec) > 1 else None,
            chosen=extent.chosen(member(spec, "config"), count(dataset.get("samples")), total // _epochs(spec)),
            started_at=_time(document, "/stats/started_at", stats.get("started_at"), path),
            completed_at=_time(document, "/stats/completed_at", stats.get("completed_at"), path),
            commit=text(revision.get("commit")),
            origin=_origin(revision.get("origin")),
            dirty=revision["dirty"] if isinstance(revision.get("dirty"), bool) else None,
            parameters=parameters(data, log_bytes),
        ),
        spoken_at=None,
        basis="stats.completed_at of the log",
        invalidated=data.get("invalidated") is True,
    )
    log.spoken_at = log.results.completed_at
    if log.spoken_at is None and (created := _time(document, "/eval/created", spec.get("created"), path)):
        log.spoken_at, log.basis = created, "eval.created of the log"
    places = (
        _PLACES
        | {"/chosen": extent.chosen_at(document.lines), "/models_asked": next(iter(others.values()), "")}
        | {f"/parameters/{name}": "/".join(("", *PLACES[name])) for name in log.results.parameters}
    )
    if status == "success":
        metrics: list[Metric] = []
        for metric, source in _metrics(data, document, log):
            places[f"/metrics/{len(metrics)}"] = source
            metrics.append(metric)
        log.results = log.results.model_copy(update={"metrics": tuple(metrics)})
        # Where a figure was refuted by the samples, that tells it already.
        log.contradictions += [] if log.contradictions else _of_extent(data, document)
    facts = log.results.as_json()
    log.lines = {
        pointer: document.lines[source]
        for pointer, source in places.items()
        if source in document.lines and pointer.split("/")[1] in facts
    }
    return log


_PLACES = {
    "/task": "/eval/task",
    "/status": "/status",
    "/model": "/eval/model",
    "/models_used": "/stats/model_usage",
    "/output_tokens": "/stats/model_usage",
    "/asked": "/eval/model_base_url",
    "/dataset": "/eval/dataset",
    "/dataset_samples": "/eval/dataset/samples",
    "/samples_total": "/results/total_samples",
    "/samples_completed": "/results/completed_samples",
    "/started_at": "/stats/started_at",
    "/completed_at": "/stats/completed_at",
    "/epochs": "/eval/config/epochs",
    "/commit": "/eval/revision/commit",
    "/origin": "/eval/revision/origin",
    "/dirty": "/eval/revision/dirty",
    "/tool_version": "/eval/packages/inspect_ai",
}


def _metrics(data: Mapping[str, Any], document: Document, log: Log) -> Iterator[tuple[Metric, str]]:
    """Metrics with the JSON pointers of their values; standard errors are folded into their means."""
    spec, results = data["eval"], member(data, "results")
    scores = _scores(results)
    names = [score.get("name") for _, score in scores]
    told = (count(results.get("total_samples")), count(results.get("completed_samples")))
    most = largest_n(_planned(spec, member(spec, "dataset")), told)
    for at, score in scores:
        scorer, reducer = text(score.get("name")) or "scorer", text(score.get("reducer"))
        samples = Samples(data, score, scorer=scorer, reducer=reducer, epochs=_epochs(spec))
        n = count(score.get("scored_samples"))
        if n is None:  # logs of 2024 did not say
            n = samples.scored
        reason = f"{samples.edited:,} of {n:,} scores were edited by hand after the run" if samples.edited else None
        reason = reason or samples.contradiction(n)
        if reason is None and most is not None and n > most:
            reason = f"it is recorded over {n:,} samples, but the run had {most:,}"
        if reason is not None:
            line = document.lines.get(f"{at}/scored_samples") or document.lines.get(at)
            log.contradictions.append((f"scorer '{scorer}': {reason}; its metrics are left out", line))
            continue
        listed = [
            (f"{at}/metrics/{part_of(key)}/value", metric)
            for key, metric in member(score, "metrics").items()
            if isinstance(metric, dict) and finite(metric.get("value"))
        ]
        error = next((m["value"] for _, m in listed if _base(m) in _STANDARD_ERRORS and m["value"] > 0), None)
        if error is not None and not samples.error_bounds(error):
            error = None
        for pointer, metric in listed:
            name, value = _base(metric), metric["value"]
            if name in _STANDARD_ERRORS:
                continue
            if wrong := _refuted(name, value, samples):
                reason = f"{name} of scorer '{scorer}' is recorded as {value:.6g}, {wrong}; the metric is left out"
                log.contradictions.append((reason, document.lines.get(pointer)))
                continue
            is_mean = name in _MEANS
            successes = samples.successes(n) if is_mean else None
            if successes is None and is_mean:
                successes = samples.trusted_successes(n, value)
            yield (
                Metric(
                    scorer=f"{scorer} ({reducer})" if reducer and names.count(score.get("name")) > 1 else scorer,
                    name=text(metric.get("name")) or "metric",
                    value=value,
                    n=n,
                    successes=successes,
                    stderr=error if is_mean else None,
                ),
                pointer,
            )


def _refuted(name: str, value: float, samples: Samples) -> str | None:
    """What speaks against a metric's value."""
    if name in _PROPORTIONS and not 0 <= value <= 1:
        return "which is no share from 0 to 1"
    mean = samples.mean_contradicted(value) if name in _MEANS else None
    return f"but the mean of its own samples is {mean:.6g}" if mean is not None else None


def _scores(results: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The scores with their pointers; the earliest logs of version 1 held one scorer, not a list."""
    listed = results.get("scores")
    if isinstance(listed, list):
        return [(f"/results/scores/{at}", score) for at, score in enumerate(listed) if isinstance(score, dict)]
    scorer = results.get("scorer")
    name = scorer.get("name") if isinstance(scorer, dict) else scorer
    if isinstance(name, str) and isinstance(results.get("metrics"), dict):
        return [("/results", {"name": name, "metrics": results["metrics"]})]
    return []


def _completed(data: Mapping[str, Any], told: int) -> int:
    """The samples that ended well: never more than those in the log that did."""
    samples = data.get("samples")
    if not isinstance(samples, list) or not samples:
        return told
    return min(told, sum(1 for one in samples if not ended_in_error(one)))


def _of_extent(data: Mapping[str, Any], document: Document) -> Iterator[tuple[str, int | None]]:
    """Where the counts of a run that succeeded are not those of its own samples."""
    samples, results = data.get("samples"), member(data, "results")
    if not isinstance(samples, list) or not samples:
        return
    total, completed = count(results.get("total_samples")), count(results.get("completed_samples"))
    if total is not None and total != len(samples):
        line = document.lines.get("/results/total_samples")
        yield f"counts {total:,} samples, and {len(samples):,} are in the log", line
    failed = sum(1 for one in samples if ended_in_error(one))
    if failed and completed is not None and completed > len(samples) - failed:
        line = document.lines.get("/results/completed_samples")
        reason = f"counts {completed:,} samples as completed, but {failed:,} of the {len(samples):,} ended in an error"
        yield f"{reason}, and these are not counted", line


def _dataset(dataset: Mapping[str, Any]) -> str | None:
    recorded = text(dataset.get("location")) or text(dataset.get("name"))
    return text(tail(recorded)) if recorded is not None else None


def _planned(spec: Mapping[str, Any], dataset: Mapping[str, Any]) -> int:
    return (count(dataset.get("samples")) or 0) * _epochs(spec)


def _epochs(spec: Mapping[str, Any]) -> int:
    return count(member(spec, "config").get("epochs")) or 1


def _is_simulated(model: str | None) -> bool:
    return model is not None and model.strip().casefold().partition("/")[0] in SIMULATED


def _origin(value: Any) -> str | None:
    """A repository's address without who asks for it; of one on the machine its last two parts."""
    recorded = text(value)
    return text(tail(_ADDRESS.sub("", recorded.partition("?")[0]))) if recorded is not None else None


def _base(metric: Mapping[str, Any]) -> str:
    return (text(metric.get("name")) or "").rpartition("/")[2]


def _time(document: Document, pointer: str, value: Any, path: str) -> datetime | None:
    """A time with its zone, in UTC; None where the log gives none that can be relied on.

    Raises:
        UnreadableError: It leaves the calendar in UTC.
    """
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        return time.astimezone(UTC) if time is not None and time.tzinfo is not None else None
    except ValueError:
        return None
    except OverflowError as error:
        message = f"its {pointer.rpartition('/')[2]} leaves the calendar (years 1 to 9999)"
        raise UnreadableError(message, where=_at(document, pointer, path)) from error


def _at(document: Document, pointer: str, path: str) -> str:
    line = document.lines.get(pointer)
    return f"{path}:{line}" if line else path
