"""Asks an MLflow tracking server for what its store holds: the registry, and the runs that are evaluations.

Only its four searches are asked. Two of them take their parameters in the body of a POST; none of them changes a thing.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from tieout.collectors.asking.client import Client, Reply
from tieout.collectors.asking.dating import as_fetched
from tieout.collectors.asking.reach import Reach, client_of, of_server
from tieout.collectors.asking.service import Service, usable_token, vouched_origin
from tieout.collectors.base import Request
from tieout.collectors.results.formats.mlflow import (
    COMMITS,
    MOST_METRICS,
    DataSet,
    aliases_of,
    evaluations,
    registry_of,
    rows_of,
    version_of,
)
from tieout.collectors.results.interface import Found, Told
from tieout.collectors.results.values import epoch, finite, listed, member, objects, text
from tieout.config.kinds import ResultsOptions
from tieout.domain.artefacts.components import ModelRegistry, RunFacts
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.masking import sayable

_EXPERIMENTS: Final = "api/2.0/mlflow/experiments/search"
_RUNS: Final = "api/2.0/mlflow/runs/search"
_MODELS: Final = "api/2.0/mlflow/registered-models/search"
_VERSIONS: Final = "api/2.0/mlflow/model-versions/search"
#: Rows of one page, of what has one; the server allows a thousand registered models, and more of the others.
_ROWS: Final = 1000
#: Of runs fewer: one may hold thousands of parameters and tags.
_RUN_ROWS: Final = 200
#: Experiments whose runs are asked for at once.
_AT_ONCE: Final = 100
_LONGEST_TOKEN: Final = 4096
_PARSE_SECONDS: Final = 30.0
_REFUSED, _UNAUTHORISED, _FORBIDDEN, _MANY = 400, 401, 403, 429
_NAMING: Final = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")


@dataclass(frozen=True, slots=True)
class Asked:
    """One artefact of a server.

    Attributes:
        found: What was read.
        place: The endpoint that it stands on.
        digest: Of the answers.
    """

    found: Found
    place: str
    digest: str


@dataclass(slots=True)
class _Answers:
    """The rows of the endpoints as they came.

    Attributes:
        rows: Endpoint -> its rows.
        digests: Of each answer, with its endpoint.
        oldest: When the first of them was given, where the server tells.
        told: What went wrong.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    oldest: datetime | None = None
    told: list[tuple[str, Told]] = field(default_factory=list)

    @property
    def failed(self) -> set[str]:
        """Endpoints that did not answer to their end."""
        return {place for place, one in self.told if one.status == "unreadable"}

    @property
    def digest(self) -> str:
        """Of all answers, in the order they were asked for."""
        return f"sha256:{sha256_hex(''.join(self.digests).encode())}"


def ask(request: Request, options: ResultsOptions, reach: Reach | None = None) -> tuple[Request, list[Asked]]:
    """What a tracking server holds; the request then names the server in the place of a folder.

    Raises:
        ConfigError: The options do not fit together, or nothing vouches for the host.
    """
    reach = reach or Reach()
    where = f"source '{request.source.name}'"
    if request.source.format not in {None, "mlflow"}:
        message = f"asks an API, and results of format '{request.source.format}' have none that is read"
        raise ConfigError(message, hint="write `format: mlflow`, or leave options.api out", where=where)
    service = _service(options, reach.environment, where=where)
    asked = of_server(request, service)
    with client_of(service, request, reach) as client:
        answers = _answers(client, asked, service.base, options, reach.limits.pages)
    return asked, list(_found(answers, asked, options))


def _service(options: ResultsOptions, environment: Mapping[str, str], *, where: str) -> Service:
    base = (options.api or "").rstrip("/")
    origin = vouched_origin(base, (), _NAMING, environment, where=where)
    headers, secret = dict[str, str](), ""
    user, word = (environment.get(f"MLFLOW_TRACKING_{name}", "").strip() for name in ("USERNAME", "PASSWORD"))
    if token := usable_token(environment, "MLFLOW_TRACKING_TOKEN", where=where):
        headers, secret = {"Authorization": f"Bearer {token}"}, token
    elif user and word:
        packed = base64.b64encode(f"{user}:{word}".encode()).decode()
        headers, secret = {"Authorization": f"Basic {packed}"}, packed
    return Service(base, origin, headers, secret, {"Accept": "application/json"})


# --- asking


def _answers(client: Client, request: Request, base: str, options: ResultsOptions, most: int) -> _Answers:
    answers = _Answers()
    asking = _Asking(client, base, most, answers)

    def search(endpoint: str, name: str, body: Mapping[str, Any] | None) -> None:
        request.progress.step(f"{request.source.name}: {endpoint}")
        try:
            for page in asking.pages(endpoint, body):
                answers.rows.setdefault(endpoint, []).extend(one for _, one in objects(page, name))
        except UnreadableError as error:
            answers.told.append((endpoint, Told(error.message, status="unreadable")))

    search(_EXPERIMENTS, "experiments", {"max_results": _ROWS, "view_type": "ACTIVE_ONLY"})
    ids = [
        id_
        for one in answers.rows.get(_EXPERIMENTS, ())
        if (id_ := text(one.get("experiment_id")))
        and (not options.experiments or one.get("name") in options.experiments)
    ]
    for start in range(0, len(ids), _AT_ONCE):
        part = sorted(ids)[start : start + _AT_ONCE]
        search(_RUNS, "runs", {"experiment_ids": part, "max_results": _RUN_ROWS, "run_view_type": "ACTIVE_ONLY"})
    if "model_registry" in request.source.declared:
        search(_MODELS, "registered_models", None)
        search(_VERSIONS, "model_versions", None)
    answers.told += _missing(_EXPERIMENTS, "experiment", options.experiments, answers)
    answers.told += _missing(_MODELS, "registered model", options.models, answers)
    return answers


def _missing(place: str, what: str, wanted: Sequence[str], answers: _Answers) -> Iterator[tuple[str, Told]]:
    """Names of the configuration that the server does not have: a slip there must not look like nothing."""
    known = [one.get("name") for one in answers.rows.get(place, ())]
    for name in wanted:
        if place in answers.rows and name not in known:
            yield place, Told(f"holds no {what} '{sayable(name)}', which the source names")


@dataclass(slots=True)
class _Asking:
    client: Client
    base: str
    most: int
    answers: _Answers

    def pages(self, endpoint: str, body: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
        """The pages of a search, to its end or the most that is read.

        Args:
            endpoint: Which.
            body: Its parameters; None where they stand in the address.

        Raises:
            UnreadableError: A page does not come, or is none of MLflow.
        """
        token, seen, answers = "", set[str](), self.answers
        while len(seen) < self.most:
            seen.add(token)
            reply = self._reply(endpoint, body, token)
            page = _page(reply, endpoint)
            answers.digests.append(f"{sha256_hex(reply.data)}  {endpoint}\n")
            if reply.date is not None:
                answers.oldest = min(answers.oldest or reply.date, reply.date)
            yield page
            following = page.get("next_page_token")
            if not following:
                return
            if not isinstance(following, str) or len(following) > _LONGEST_TOKEN or following in seen:
                raise UnreadableError("goes round in its pages, or names a next page that can be none", where=endpoint)
            token = following
        reason = f"goes on after {self.most:,} pages; what comes later was not read"
        answers.told.append((endpoint, Told(reason)))

    def _reply(self, endpoint: str, body: Mapping[str, Any] | None, token: str) -> Reply:
        page = {"page_token": token} if token else {}
        if body is None:
            return self.client.get(f"{self.base}/{endpoint}?{urlencode({'max_results': str(_ROWS), **page})}")
        return self.client.post(f"{self.base}/{endpoint}", json.dumps({**body, **page}, sort_keys=True).encode())


def _page(reply: Reply, place: str) -> dict[str, Any]:
    try:
        data = parse(reply.data, "json", where=place, seconds=_PARSE_SECONDS).data
    except UnreadableError:
        if reply.status < _REFUSED:
            raise
        data = None  # a page of a proxy: its status says enough
    if reply.status >= _REFUSED:
        said = text(data.get("error_code")) if isinstance(data, dict) else None
        raise UnreadableError(_refusal(reply.status, sayable(said or "")), where=place)
    if not isinstance(data, dict):
        raise UnreadableError("is no answer of MLflow: it is no object", where=place)
    return data


def _refusal(status: int, said: str) -> str:
    told = f" ('{said}')" if said else ""
    if status in {_UNAUTHORISED, _FORBIDDEN}:
        needed = "it needs a reader's MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
        return f"the server refuses to show it to this reader{told}; {needed}"
    if status == _MANY:
        return f"the server takes no more requests for now{told}"
    return f"the server answers with status {status}{told}, which is not that there is nothing"


# --- what it comes to


def _found(answers: _Answers, request: Request, options: ResultsOptions) -> Iterator[Asked]:
    types = request.source.declared
    for place, one in answers.told:
        concerned = ("model_registry",) if place in {_MODELS, _VERSIONS} else ("eval_results", "model_registry")
        for type_ in concerned:
            if type_ in types:
                yield Asked(Found(type_, None, told=[one]), place, answers.digest)
    failed = answers.failed
    runs, data = _runs(answers)
    if "model_registry" in types and not failed & {_MODELS, _VERSIONS}:
        yield Asked(_registry(answers, request, options, runs), _VERSIONS, answers.digest)
    if "eval_results" in types:
        for found in evaluations(runs, data):
            yield Asked(found, _RUNS, answers.digest)


def _registry(answers: _Answers, request: Request, options: ResultsOptions, runs: Mapping[str, RunFacts]) -> Found:
    failed = answers.failed

    def counts(one: Mapping[str, Any]) -> bool:
        return text(one.get("name")) is not None and (not options.models or one["name"] in options.models)

    models = [one for one in answers.rows.get(_MODELS, ()) if counts(one)]
    aliases = aliases_of(models)
    key = answers.digest.encode()
    versions = [version_of(one, aliases, key) for one in answers.rows.get(_VERSIONS, ()) if counts(one)]
    told = []
    if options.experiments:
        names = ", ".join(sayable(name) for name in options.experiments)
        told.append(Told(f"counts the runs of the named experiments alone ({names})", if_kept=True))
    found = registry_of({str(one["name"])[:200] for one in models}, versions, aliases, runs, told)
    if isinstance(found.artefact, ModelRegistry) and failed & {_EXPERIMENTS, _RUNS}:
        found = replace(found, artefact=found.artefact.model_copy(update={"runs_in_store": None}))
    if answers.oldest is not None:
        found = replace(found, effective=as_fetched(answers.oldest, request.as_of))
    return found


def _runs(answers: _Answers) -> tuple[dict[str, RunFacts], dict[str, list[DataSet]]]:
    """The runs by their id, and the data sets that each logged."""
    experiments = {
        id_: text(one.get("name"))
        for one in answers.rows.get(_EXPERIMENTS, ())
        if (id_ := text(one.get("experiment_id")))
    }
    runs: dict[str, RunFacts] = {}
    data: dict[str, list[DataSet]] = {}
    for row in answers.rows.get(_RUNS, ()):
        info, logged = member(row, "info"), member(row, "data")
        run = text(info.get("run_id")) or text(info.get("run_uuid"))
        if run is None or info.get("lifecycle_stage") == "deleted":
            continue
        sets = _datasets(row)
        data[run] = sets
        runs[run] = RunFacts(
            id=run[:64],
            experiment=experiments.get(text(info.get("experiment_id")) or ""),
            status=text(info.get("status")) or "not recorded",
            started_at=epoch(info.get("start_time"), milliseconds=True),
            completed_at=epoch(info.get("end_time"), milliseconds=True),
            commit=_commit(listed(logged, "tags")),
            metrics=_metrics(listed(logged, "metrics")),
            datasets=tuple(sorted(f"{name}:{digest}" for name, digest, _ in sets)),
        )
    return runs, data


def _metrics(rows: Sequence[Any]) -> dict[str, float]:
    """The last value of each metric; one that is not a number is written as text."""
    found: dict[str, float] = {}
    for row in rows:
        name = text(row.get("key")) if isinstance(row, dict) else None
        if name and finite(row.get("value")) and len(found) < MOST_METRICS:
            found[name] = float(row["value"])
    return dict(sorted(found.items()))


def _commit(tags: Sequence[Any]) -> str | None:
    told = {row.get("key"): text(row.get("value")) for row in tags if isinstance(row, dict) and text(row.get("key"))}
    return next((commit for name in COMMITS if (commit := told.get(name))), None)


def _datasets(row: Mapping[str, Any]) -> list[DataSet]:
    found = []
    for _, one in objects(member(row, "inputs"), "dataset_inputs"):
        data = member(one, "dataset")
        name, digest = text(data.get("name")), text(data.get("digest"))
        if name and digest:
            found.append((name, digest, rows_of(data.get("profile"))))
    return found
