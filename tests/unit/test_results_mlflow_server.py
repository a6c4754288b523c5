"""What an MLflow tracking server is asked, and that it gives the same facts as the store that it stands on."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest

from support.forges import Answered, Asked, Server, serving
from support.mlflow_asking import API, AS_OF, TOKEN, fetched, request
from support.tool_results import item, items, told
from tieout.collectors.asking.client import Reply
from tieout.collectors.asking.reach import Reach
from tieout.collectors.results import collect, collect_from_server, mlflow_server
from tieout.config.kinds import KINDS, ResultsOptions
from tieout.kernel.errors import ConfigError
from tieout.kernel.reading.documents import Document

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def run(number: int = 1, **info: Any) -> dict[str, Any]:
    data = {"name": "claims", "digest": "abc", "profile": '{"num_rows": 200}'}
    return {
        "info": {
            "run_id": f"run{number}",
            "experiment_id": "7",
            "status": "FINISHED",
            "start_time": 1795000000000,
            "end_time": 1795000009000,
            "lifecycle_stage": "active",
            "user_id": "ann",
            **info,
        },
        "data": {
            "metrics": [{"key": "accuracy", "value": 0.9}, {"key": "odd", "value": "NaN"}],
            "tags": [{"key": "mlflow.source.git.commit", "value": "da87fc6"}],
        },
        "inputs": {"dataset_inputs": [{"dataset": data}]},
    }


def version(number: str = "2", **changes: Any) -> dict[str, Any]:
    return {
        "name": "triage",
        "version": number,
        "creation_timestamp": 1795000010000,
        "current_stage": "None",
        "source": "/srv/someone/mlruns/2/model",
        "run_id": "run1",
        "status": "READY",
        "tags": [{"key": "validation_status", "value": "approved"}],
        **changes,
    }


def store() -> dict[str, dict[str, Any]]:
    """Answers by the last part of the endpoint."""
    model = {"name": "triage", "aliases": [{"alias": "champion", "version": "2"}]}
    older = version("1", name="other", run_id="", creation_timestamp=1794000000000)
    return {
        "experiments": {"experiments": [{"experiment_id": "7", "name": "triage"}, {"experiment_id": "8", "name": "x"}]},
        "runs": {"runs": [run()]},
        "registered-models": {"registered_models": [model, {"name": "other"}]},
        "model-versions": {"model_versions": [version(), older]},
    }


def playing(answers: Mapping[str, Any]) -> Callable[[Asked], Answered]:
    def play(asked: Asked) -> Answered:
        name = asked.path.partition("?")[0].removeprefix(API).removesuffix("/search")
        found = answers[name]
        return found if isinstance(found, Answered) else Answered(found)

    return play


def asked_of(server: Server) -> list[tuple[str, Any]]:
    """Endpoints and what was sent, in the order of asking."""
    return [(one.path.partition("?")[0], json.loads(one.body) if one.body else None) for one in server.asked]


def test_the_registry_and_its_runs(tmp_path):
    with serving(playing(store())) as server:
        gathered = fetched(tmp_path, server.base)
    found = item(gathered, "model_registry")
    newest, _ = found.facts["versions"]
    assert (newest["version"], newest["aliases"], newest["tags"]) == (
        "2",
        ["champion"],
        {"validation_status": "approved"},
    )
    assert newest["source"] == "2/model"
    assert [(one["id"], one["commit"], one["metrics"]) for one in found.facts["runs"]] == [
        ("run1", "da87fc6", {"accuracy": 0.9})
    ]
    assert (found.facts["models"], found.facts["runs_in_store"]) == (["other", "triage"], 1)
    assert found.effective.end.isoformat() == "2026-11-22T11:00:00+00:00"  # the server's Date, no clock of ours
    assert (found.provenance.uri, found.provenance.path) == (server.base, "api/2.0/mlflow/model-versions/search")
    evaluation = item(gathered, "eval_results").facts
    assert (evaluation["task"], evaluation["samples_total"], evaluation["commit"]) == ("triage", 200, "da87fc6")
    assert evaluation["metrics"] == [{"scorer": "mlflow", "name": "accuracy", "value": 0.9, "n": 200}]
    text = gathered.result.model_dump_json()
    assert "ann" not in text.replace("annot", "")
    assert TOKEN not in text
    assert asked_of(server) == [
        (f"{API}experiments/search", {"max_results": 1000, "view_type": "ACTIVE_ONLY"}),
        (f"{API}runs/search", {"experiment_ids": ["7", "8"], "max_results": 200, "run_view_type": "ACTIVE_ONLY"}),
        (f"{API}registered-models/search", None),
        (f"{API}model-versions/search", None),
    ]
    assert all(one.headers["authorization"] == f"Bearer {TOKEN}" for one in server.asked)


def test_a_shared_server_is_narrowed_to_what_is_named(tmp_path):
    with serving(playing(store())) as server:
        gathered = fetched(tmp_path, server.base, experiments=["triage"], models=["triage", "missing"])
    assert asked_of(server)[1][1]["experiment_ids"] == ["7"]
    found = item(gathered, "model_registry").facts
    assert (found["models"], [one["model"] for one in found["versions"]]) == (["triage"], ["triage"])
    assert any("runs of the named experiments alone (triage)" in reason for reason in told(gathered))
    assert any("holds no registered model 'missing'" in reason for reason in told(gathered))


def test_only_what_is_declared_is_asked_for(tmp_path):
    with serving(playing(store())) as server:
        reach = Reach(environment={"MLFLOW_TRACKING_URI": server.base}, pause=lambda _: None)
        collect_from_server(request(tmp_path, provides=("eval_results",)), ResultsOptions(api=server.base), reach)
    assert [path for path, _ in asked_of(server)] == [f"{API}experiments/search", f"{API}runs/search"]
    assert "authorization" not in server.asked[0].headers


def test_pages_are_read_to_the_end(tmp_path):
    def play(asked: Asked) -> Answered:
        if not asked.path.startswith(f"{API}runs"):
            return playing(store())(asked)
        token = json.loads(asked.body).get("page_token", "")
        number = int(token or 0) + 1
        return Answered({"runs": [run(number)], "next_page_token": str(number) if number < 3 else ""})

    with serving(play) as server:
        gathered = fetched(tmp_path, server.base)
    assert {one.facts["parameters"]["run_id"] for one in items(gathered, "eval_results")} == {"run1", "run2", "run3"}


@pytest.mark.parametrize("token", ["again", 7, ["x"], "x" * 5000])
def test_pages_that_go_round_or_are_none_end_and_are_said(tmp_path, token):
    answers = store() | {"runs": {"runs": [run()], "next_page_token": token}}
    with serving(playing(answers)) as server:
        gathered = fetched(tmp_path, server.base)
    assert any("goes round in its pages" in reason for reason in told(gathered, "unreadable"))
    assert "runs_in_store" not in item(gathered, "model_registry").facts  # not all of them were listed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answered({"error_code": "PERMISSION_DENIED"}, 403), "('PERMISSION_DENIED'); it needs a reader's MLFLOW"),
        (Answered(b"<html>log in</html>", 401), "refuses to show it to this reader; it needs"),
        (Answered({"error_code": "ENDPOINT_NOT_FOUND"}, 404), "status 404 ('ENDPOINT_NOT_FOUND')"),
        (Answered(b"<html>it works</html>"), "JSON"),
        (Answered([]), "is no answer of MLflow"),
        (
            Answered({}, 302, {"Location": "http://127.0.0.1:1/api/2.0/mlflow/runs/search"}),
            "is moved to another server",
        ),
        (Answered({}, 307, {"Location": "/api/2.0/mlflow/runs/delete"}), "leads to an endpoint that is no search"),
    ],
)
@pytest.mark.parametrize("endpoint", ["experiments", "runs"])
def test_a_refusal_is_unreadable_and_no_zero(tmp_path, endpoint, answer, words):
    with serving(playing(store() | {endpoint: answer})) as server:
        gathered = fetched(tmp_path, server.base)
    assert not items(gathered, "eval_results")
    assert any(words in reason for reason in told(gathered, "unreadable")), told(gathered)
    assert "runs_in_store" not in item(gathered, "model_registry").facts
    assert all(asked.path.endswith("/search") or "?" in asked.path for asked in server.asked)


def test_a_registry_that_is_refused_is_no_registry(tmp_path):
    with serving(playing(store() | {"model-versions": Answered({}, 403)})) as server:
        gathered = fetched(tmp_path, server.base)
    assert not items(gathered, "model_registry")
    assert item(gathered, "eval_results")


@pytest.mark.parametrize(
    ("as_of", "end"),
    [(datetime(2026, 11, 22, 10, tzinfo=UTC), "2026-11-22T10:00:00+00:00"), (datetime(2026, 11, 1, tzinfo=UTC), None)],
)
def test_a_registry_that_was_asked_after_as_of_counts_within_a_day(tmp_path, as_of, end):
    with serving(playing(store())) as server:
        gathered = fetched(tmp_path, server.base, as_of=as_of)
    found = items(gathered, "model_registry")
    assert [one.effective.end.isoformat() for one in found] == ([end] if end else [])


# --- whom it may ask


@pytest.mark.parametrize(
    ("variables", "header"),
    [
        ({"MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "pw"}, "Basic YW5uOnB3"),
        ({"MLFLOW_TRACKING_USERNAME": "ann"}, None),
        ({"MLFLOW_TRACKING_TOKEN": "t", "MLFLOW_TRACKING_USERNAME": "a", "MLFLOW_TRACKING_PASSWORD": "b"}, "Bearer t"),
    ],
)
def test_who_asks_comes_from_the_environment(tmp_path, variables, header):
    with serving(playing(store())) as server:
        fetched(tmp_path, server.base, variables={"MLFLOW_TRACKING_URI": server.base, **variables})
    assert {one.headers.get("authorization") for one in server.asked} == {header}


def test_a_host_that_only_the_configuration_names_is_not_asked(tmp_path):
    with serving(playing(store())) as server, pytest.raises(ConfigError, match="nothing outside the configuration"):
        fetched(tmp_path, server.base, variables={"MLFLOW_TRACKING_TOKEN": TOKEN})
    assert server.asked == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": "garak", "options": {"api": "http://127.0.0.1:9"}}, "results of format 'garak' have none"),
        ({"options": {"models": ["triage"]}}, "options.api names none"),
        ({"inside": "application", "options": {"api": "http://127.0.0.1:9"}}, "answers for now, not for a commit"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, fields, words, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(ConfigError, match=words):
        collect(request(tmp_path, **fields))


def test_the_command_line_decides():
    assert KINDS["results"].network == "api"  # the gate of --allow-network goes by this


# --- hostile

ODD = [None, True, -1, 10**400, 1.5, "", "text", [], [[]], [None], {}, {"a": []}, {"key": {}}, "x" * 100_000]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], odd)
    return copy


class Played:
    """A client that answers without a server."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def get(self, address: str, _: bytes = b"") -> Reply:
        name = address.partition(API)[2].partition("/")[0]
        return Reply(200, AS_OF, json.dumps(self.answers[name]).encode(), None)

    post = get


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_odd_values_at_each_place_are_a_result_and_no_crash(tmp_path, odd, monkeypatch):
    # Connections and processes for each of a thousand answers would take minutes; what reads bytes has its own tests.
    now: dict[str, Any] = {}
    monkeypatch.setattr(mlflow_server, "parse", lambda data, *_, **__: Document(json.loads(data)))
    monkeypatch.setattr(mlflow_server, "client_of", lambda *_: nullcontext(Played(now)))
    at = [(name, path) for name, answer in store().items() for path in places(answer)]
    for name, path in at:
        now.update(store())
        now[name] = changed(store()[name], path, odd)
        gathered = fetched(tmp_path, "http://127.0.0.1:9")
        assert gathered.result.items or gathered.result.problems, (name, path)
    assert len(at) > 60
