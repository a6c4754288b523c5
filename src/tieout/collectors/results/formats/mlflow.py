"""MLflow as `model_registry` and, where a run says on how many rows it was measured, as `eval_results`.

Read are its SQLite store, and the JSON of `search_registered_models` and `search_model_versions` (the client's or the
REST answers). Aliases stand with the registered model: those that a listing of versions shows are always empty. Most
runs are trainings, and none records a sample size for its metrics: a run is an evaluation here only where it logged
exactly one data set whose profile counts its rows.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from tieout.collectors.results.databases import Database, opened
from tieout.collectors.results.interface import ForeignError, Format, Found, Input, Told
from tieout.collectors.results.parameters import settings, tail
from tieout.collectors.results.values import NOT_NAMED, epoch, finite, listed, objects, text
from tieout.domain.artefacts.components import ModelRegistry, ModelVersion, RunFacts
from tieout.domain.artefacts.results import EvalResults, Metric
from tieout.domain.evidence import Effective

_MOST: Final = 1000
MOST_METRICS: Final = 200
_MOST_TAGS: Final = 50
_ROWS = re.compile(r'"num_rows":\s{0,8}(\d{1,12})(?!\d)')
_STATUS: Final = {"FINISHED": "success", "FAILED": "error", "KILLED": "cancelled"}
#: Name, digest and rows of a data set.
DataSet = tuple[str, str, int | None]
COMMITS: Final = ("mlflow.source.git.commit", "git_commit")


def is_export(data: Any) -> bool:
    """Whether a JSON document lists registered models or their versions."""
    if not isinstance(data, dict):
        return False
    models, versions = data.get("registered_models"), data.get("model_versions")
    return (isinstance(models, list) and (isinstance(versions, list) or _is_rest(models))) or (
        isinstance(versions, list)
        and bool(versions)
        and all(isinstance(one, dict) and {"name", "version"} <= one.keys() for one in versions)
    )


def _is_rest(models: list[Any]) -> bool:
    return bool(models) and all(isinstance(one, dict) and "name" in one for one in models)


def read_export(file: Input) -> Iterator[Found]:
    """The registry as somebody exported it; when, is not in it."""
    data: dict[str, Any] = file.document.data
    models = [(at, one) for at, one in objects(data, "registered_models") if text(one.get("name"))]
    aliases = aliases_of(one for _, one in models)
    rows = [(f"/model_versions/{at}", one) for at, one in objects(data, "model_versions")]
    if not rows:
        rows = [
            (f"/registered_models/{at}/latest_versions/{index}", version)
            for at, one in models
            for index, version in objects(one, "latest_versions")
        ]
    versions = [(pointer, version_of(one, aliases, file.data)) for pointer, one in rows]
    versions.sort(key=lambda row: _newest(row[1]))
    names = {str(one["name"])[:200] for _, one in models} | {version.model for _, version in versions}
    facts = ModelRegistry(
        tool="mlflow",
        status="success" if versions else "empty",
        models=tuple(sorted(names))[:_MOST],
        versions=tuple(version for _, version in versions[:_MOST]),
    )
    places = {f"/versions/{at}": pointer for at, (pointer, _) in enumerate(versions[:_MOST])}
    told = _stray(aliases, versions)
    yield Found("model_registry", facts, None, file.lines(places), told)


def aliases_of(models: Any) -> dict[tuple[str, str], list[str]]:
    """(model, version) -> aliases; the client gives an object, REST a list of rows."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in models:
        told = one.get("aliases")
        pairs = (
            list(told.items())
            if isinstance(told, dict)
            else [(row.get("alias"), row.get("version")) for row in listed(one, "aliases") if isinstance(row, dict)]
        )
        for alias, version in pairs:
            name = text(alias)
            if name is not None and isinstance(version, str | int):
                found.setdefault((str(one.get("name"))[:200], str(version)[:50]), []).append(name)
    return found


def _stray(aliases: Mapping[tuple[str, str], list[str]], versions: list[tuple[str, ModelVersion]]) -> list[Told]:
    known = {(version.model, version.version) for _, version in versions}
    lost = [
        f"{alias} of {model} (version {version})"
        for (model, version), names in sorted(aliases.items())
        for alias in names
        if (model, version) not in known
    ]
    return [Told(f"has aliases that lead to no version in it: {', '.join(lost[:5])}")] if lost else []


def version_of(one: Mapping[str, Any], aliases: Mapping[tuple[str, str], list[str]], log: bytes) -> ModelVersion:
    """One version of a registered model.

    Args:
        one: As an export, an answer or a row of the store has it.
        aliases: (model, version) -> aliases.
        log: Key for what stands in the place of texts that are left out.
    """
    name, version = str(one.get("name") or NOT_NAMED)[:200], str(one.get("version"))[:50]
    stage = text(one.get("stage")) or text(one.get("current_stage"))
    source = text(one.get("source")) or ""
    return ModelVersion(
        model=name,
        version=version,
        status=text(one.get("status")),
        stage=stage if stage != "None" else None,
        aliases=tuple(sorted(aliases.get((name, version), ()))),
        source=text(tail(source.partition("?")[0])),
        run_id=text(one.get("run_id")),
        created_at=epoch(one.get("creation_timestamp", one.get("creation_time")), milliseconds=True),
        tags=dict(list(settings(_tags(one.get("tags")), log).items())[:_MOST_TAGS]),
    )


def _tags(told: Any) -> dict[str, Any]:
    """The client gives an object, REST a list of rows."""
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    pairs = told.items() if isinstance(told, dict) else ((row.get("key"), row.get("value")) for row in rows)
    return {key[:100]: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def _newest(version: ModelVersion) -> tuple[float, str, str]:
    return (-version.created_at.timestamp() if version.created_at else 0.0, version.model, version.version)


# --- the store


def read_store(file: Input) -> Iterator[Found]:
    """Registry and runs of a store; ForeignError where the database is another program's."""
    with opened(file) as database:
        if not database.tables & {"registered_models", "runs"} or not database.tables >= {"experiments"}:
            message = "is a database, and none of MLflow"
            raise ForeignError(message)
        key = file.path.encode("utf-8", "surrogatepass")
        runs = _runs(database)
        told = (
            [Told("was written with a write-ahead log: what stands in the file beside it alone is not read")]
            if database.has_log
            else []
        )
        yield _registry(database, runs, told, key)
        yield from evaluations(runs, _datasets(database))


def _registry(database: Database, runs: Mapping[str, RunFacts], told: list[Told], key: bytes) -> Found:
    aliases: dict[tuple[str, str], list[str]] = {}
    for row in database.rows("registered_model_aliases", ("alias", "version", "name")):
        alias = text(row["alias"])
        if alias is not None:
            aliases.setdefault((str(row["name"])[:200], str(row["version"])[:50]), []).append(alias)
    tags: dict[tuple[str, str], dict[str, Any]] = {}
    for row in database.rows("model_version_tags", ("key", "value", "name", "version")):
        if isinstance(row["key"], str) and isinstance(row["value"], str):
            tags.setdefault((str(row["name"])[:200], str(row["version"])[:50]), {})[row["key"]] = row["value"]
    columns = ("name", "version", "creation_time", "current_stage", "source", "run_id", "status")
    versions = [
        version_of(row | {"tags": tags.get((str(row["name"])[:200], str(row["version"])[:50]), {})}, aliases, key)
        for row in database.rows("model_versions", columns)
    ]
    names = {str(row["name"])[:200] for row in database.rows("registered_models", ("name",))}
    return registry_of(names, versions, aliases, runs, told)


def registry_of(
    names: set[str],
    versions: list[ModelVersion],
    aliases: Mapping[tuple[str, str], list[str]],
    runs: Mapping[str, RunFacts],
    told: list[Told],
) -> Found:
    """The registry, with the runs that its versions came from.

    Args:
        names: Of the registered models.
        versions: In any order.
        aliases: (model, version) -> aliases.
        runs: Every run that was not deleted, by its id.
        told: What must be said beside it.
    """
    versions = sorted(versions, key=_newest)
    own = [runs[version.run_id] for version in versions if version.run_id and version.run_id in runs]
    own = list({run.id: run for run in own}.values())[:_MOST]
    times = [time for time in (*(one.created_at for one in versions), *(_spoken(run) for run in runs.values())) if time]
    newest = max(times, default=None)
    facts = ModelRegistry(
        tool="mlflow",
        status="success" if versions else "empty",
        completed_at=newest,
        models=tuple(sorted(names))[:_MOST],
        versions=tuple(versions[:_MOST]),
        runs=tuple(own),
        runs_in_store=len(runs),
    )
    effective = Effective(end=newest, basis="newest record of the store") if newest else None
    return Found("model_registry", facts, effective, {}, told + _stray(aliases, [("", one) for one in versions]))


def _spoken(run: RunFacts) -> datetime | None:
    return run.completed_at or run.started_at


def _runs(database: Database) -> dict[str, RunFacts]:
    """Every run that was not deleted, by its id."""
    experiments = {
        row["experiment_id"]: text(row["name"]) for row in database.rows("experiments", ("experiment_id", "name"))
    }
    metrics: dict[str, dict[str, float]] = {}
    for row in database.rows("latest_metrics", ("key", "value", "is_nan", "run_uuid")):
        name, run = text(row["key"]), row["run_uuid"]
        value = row["value"]
        if name and isinstance(run, str) and not row["is_nan"] and isinstance(value, int | float) and finite(value):
            own = metrics.setdefault(run, {})
            if len(own) < MOST_METRICS:
                own[name] = float(value)
    commits: dict[str, str] = {}
    for row in database.rows("tags", ("key", "value", "run_uuid")):
        commit, run = text(row["value"]), row["run_uuid"]
        if row["key"] in COMMITS and commit and isinstance(run, str):
            commits.setdefault(run, commit)
    data = _datasets(database)
    columns = ("run_uuid", "status", "start_time", "end_time", "experiment_id", "lifecycle_stage", "source_version")
    return {
        run: RunFacts(
            id=run[:64],
            experiment=experiments.get(row["experiment_id"]),
            status=text(row["status"]) or "not recorded",
            started_at=epoch(row["start_time"], milliseconds=True),
            completed_at=epoch(row["end_time"], milliseconds=True),
            commit=text(row["source_version"]) or commits.get(run),
            metrics=dict(sorted(metrics.get(run, {}).items())),
            datasets=tuple(sorted(f"{name}:{digest}" for name, digest, _ in data.get(run, ()))),
        )
        for row in database.rows("runs", columns)
        if isinstance(run := row["run_uuid"], str) and row["lifecycle_stage"] != "deleted"
    }


def _datasets(database: Database) -> dict[str, list[DataSet]]:
    """Run -> name, digest and rows of each data set that it logged."""
    known: dict[object, DataSet] = {}
    for row in database.rows("datasets", ("dataset_uuid", "name", "digest", "dataset_profile")):
        name, digest = text(row["name"]), text(row["digest"])
        if name and digest:
            known[row["dataset_uuid"]] = (name, digest, rows_of(row["dataset_profile"]))
    found: dict[str, list[DataSet]] = {}
    for row in database.rows("inputs", ("source_type", "source_id", "destination_type", "destination_id")):
        run = row["destination_id"]
        is_data = row["source_type"] == "DATASET" and row["destination_type"] == "RUN"
        if is_data and isinstance(run, str) and row["source_id"] in known:
            found.setdefault(run, []).append(known[row["source_id"]])
    return found


def rows_of(profile: object) -> int | None:
    """How many rows a profile counts: a small JSON object that MLflow wrote; looked into, not parsed."""
    found = _ROWS.findall(profile[:10_000]) if isinstance(profile, str) else []
    return int(found[0]) if len(found) == 1 else None


def evaluations(runs: Mapping[str, RunFacts], data: Mapping[str, list[DataSet]]) -> Iterator[Found]:
    """The runs that were measured on one data set whose rows are counted, and how many others there are.

    Args:
        runs: By id.
        data: Run -> the data sets that it logged.
    """
    without = 0
    for id_ in sorted(runs):
        run, own = runs[id_], data.get(id_, [])
        n = own[0][2] if len(own) == 1 else None
        if not n or not run.metrics:
            without += 1
            continue
        yield _evaluation(run, own[0], n)
    if without:
        what = "1 run records" if without == 1 else f"each of {without:,} runs records"
        reason = f"{what} no number of samples for its metrics, so that it is no evaluation"
        yield Found("eval_results", None, told=[Told(reason)])


def _evaluation(run: RunFacts, dataset: DataSet, n: int) -> Found:
    status: Any = _STATUS.get(run.status, "started")
    metrics = tuple(Metric(scorer="mlflow", name=name, value=value, n=n) for name, value in run.metrics.items())
    facts = EvalResults(
        tool="mlflow",
        task=run.experiment or NOT_NAMED,
        status=status,
        dataset=dataset[0],
        dataset_samples=n,
        samples_total=n,
        samples_completed=n if status == "success" else 0,
        started_at=run.started_at,
        completed_at=run.completed_at,
        commit=run.commit,
        parameters={"run_id": run.id, "dataset_digest": dataset[1]},
        metrics=metrics if status == "success" else (),
    )
    end = run.completed_at or run.started_at
    effective = Effective(start=run.started_at, end=end, basis="end of the run in the store") if end else None
    told = [] if status == "success" else [Told(f"run {run.id[:12]} is recorded as {run.status}, and gives no figures")]
    return Found("eval_results", facts, effective, {}, told, part=run.id, title=f"evaluation results: {facts.task}")


FORMATS = (
    Format("mlflow", "an export of an MLflow registry", "json", ("model_registry",), is_export, read_export),
    Format("mlflow", "an MLflow store", "sqlite", ("eval_results", "model_registry"), lambda _signs: True, read_store),
)
