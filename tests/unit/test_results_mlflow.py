"""MLflow: registries from exports and stores, runs that are evaluations, and databases made to harm their reader."""

import sqlite3
from pathlib import Path

import pytest

from support.mlflow_stores import mlflow_store
from support.tool_documents import MLFLOW_EXPORT
from support.tool_results import gather, is_told, item, items, told


def test_an_export(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"registry.json": MLFLOW_EXPORT})
    found = item(gathered, "model_registry")
    newest, oldest = found.facts["versions"]
    assert (newest["version"], newest["aliases"], newest["tags"]) == (
        "2",
        ["champion"],
        {"validation_status": "approved"},
    )
    assert newest["source"] == "2/model"
    assert (oldest["aliases"], oldest["stage"], "text left out" in oldest["tags"]["note"]) == ([], "Archived", True)
    text = (tmp_path / "registry.json").read_text().splitlines()
    assert '"version": 2' in "".join(text[found.lines["/versions/0"] - 1 : found.lines["/versions/0"] + 2])
    assert is_told(gathered, "aliases that lead to no version in it: old of triage (version 7)")
    assert "ann" not in gathered.result.model_dump_json()


def test_the_answers_of_the_rest_api(tmp_path: Path) -> None:
    made = {
        "registered_models": [
            {"name": "triage", "aliases": [{"alias": "champion", "version": "2"}],
             "latest_versions": [{"name": "triage", "version": "2", "current_stage": "Production",
                                  "tags": [{"key": "a", "value": "b"}]}]}
        ]
    }  # fmt: skip
    [version] = item(gather(tmp_path, {"registry.json": made}), "model_registry").facts["versions"]
    assert (version["aliases"], version["stage"], version["tags"]) == (["champion"], "Production", {"a": "b"})


def test_a_store(tmp_path: Path) -> None:
    mlflow_store(tmp_path / "mlflow.db")
    gathered = gather(tmp_path)
    facts = item(gathered, "model_registry").facts
    assert [(one["version"], one["aliases"]) for one in facts["versions"]] == [("2", ["champion"]), ("1", [])]
    assert facts["versions"][0]["tags"] == {"validation_status": "approved"}
    assert {run["id"]: (run["commit"], run["metrics"]) for run in facts["runs"]} == {
        "r1": ("da87fc6", {"accuracy": 0.9}),  # a metric that is not-a-number is none
        "r2": ("abc1234", {"accuracy": 0.8}),
    }
    assert facts["runs_in_store"] == 2


def test_only_a_run_that_counts_its_data_is_an_evaluation(tmp_path: Path) -> None:
    mlflow_store(tmp_path / "mlflow.db")
    gathered = gather(tmp_path)
    facts = item(gathered, "eval_results").facts
    assert (facts["task"], facts["samples_total"], facts["dataset"]) == ("triage", 200, "claims")
    assert facts["metrics"] == [{"scorer": "mlflow", "name": "accuracy", "value": 0.9, "n": 200}]
    assert is_told(gathered, "1 run records no number of samples")
    assert is_told(gathered, "does not record the model")


@pytest.mark.parametrize(
    "profile", ["", "{}", '{"num_rows": -1}', '{"num_rows": 0}', '{"num_rows": 5, "num_rows": 500}', "[" * 20_000,
                '{"num_rows": 9999999999999999999999}']
)  # fmt: skip
def test_a_profile_that_counts_nothing_makes_no_evaluation(tmp_path, profile) -> None:
    mlflow_store(tmp_path / "mlflow.db", profile=profile)
    assert items(gather(tmp_path), "eval_results") == []


def test_another_database_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "own.db") as other:
        other.execute("CREATE TABLE runs_of_mine (a)")
    other.close()
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    assert is_told(gathered, "is a database, and none of MLflow")


def spoil(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as store:
        for statement in statements:
            store.execute(statement)
    store.close()


ENDLESS = (
    "CREATE VIEW latest_metrics AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT 'accuracy' AS key, x AS value, 0 AS is_nan, 'r1' AS run_uuid FROM n"
)


@pytest.mark.parametrize(
    ("table", "statements"),
    [
        (
            "latest_metrics",
            [
                "DROP TABLE latest_metrics",
                ENDLESS,
            ],
        ),
        (
            "latest_metrics",
            [
                "DROP TABLE latest_metrics",
                "CREATE TABLE latest_metrics (key TEXT, value FLOAT AS (1.0), is_nan INT, run_uuid TEXT)",
                "INSERT INTO latest_metrics (key, is_nan, run_uuid) VALUES ('accuracy', 0, 'r1')",
            ],
        ),
        (
            "latest_metrics",
            [
                "DROP TABLE latest_metrics",
                "CREATE VIRTUAL TABLE latest_metrics USING fts5(key, value, is_nan, run_uuid)",
            ],
        ),
    ],
    ids=["endless view", "computed column", "virtual table"],
)
def test_what_would_run_in_a_database_is_not_read(tmp_path, table, statements) -> None:
    spoil(mlflow_store(tmp_path / "mlflow.db"), *statements)
    gathered = gather(tmp_path)
    assert table in statements[0]
    assert all(run["metrics"] == {} for run in item(gathered, "model_registry").facts["runs"])


@pytest.mark.parametrize("cut", [20, 100, 4096, 9000])
def test_a_cut_or_overwritten_store_is_unreadable_or_nothing(tmp_path, cut) -> None:
    whole = mlflow_store(tmp_path / "whole.db").read_bytes()
    (tmp_path / "whole.db").unlink()
    (tmp_path / "cut.db").write_bytes(whole[:cut])
    (tmp_path / "overwritten.db").write_bytes(whole[:cut] + b"\xff" * (len(whole) - cut))
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    assert len(told(gathered, "unreadable")) == 2, told(gathered)


def test_values_of_any_size_and_type(tmp_path: Path) -> None:
    spoil(
        mlflow_store(tmp_path / "mlflow.db"),
        "INSERT INTO latest_metrics VALUES (NULL, 1.0, 0, 'r1'), ('a', 'text', 0, 'r1'), ('b', 9e999, 0, 'r1'), "
        "('c', x'ff', 0, 7), (x'ff', 2, NULL, 'r1')",
        "INSERT INTO model_versions VALUES (NULL, 'x', 9223372036854775807, 5, 6, 7, 8)",
        "INSERT INTO tags VALUES ('git_commit', printf('%.900000c', 'a'), 'r1')",
    )
    gathered = gather(tmp_path)
    assert len(item(gathered, "model_registry").facts["versions"]) == 3


def test_a_store_with_a_write_ahead_log_says_so(tmp_path: Path) -> None:
    path = mlflow_store(tmp_path / "mlflow.db")
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA journal_mode = WAL")
    store.close()
    assert is_told(gather(tmp_path), "write-ahead log")


def test_nothing_is_left_behind_nor_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "results").mkdir()
    before = mlflow_store(tmp_path / "results" / "mlflow.db").read_bytes()
    gather(tmp_path / "results")
    assert list((tmp_path / "temporary").iterdir()) == []
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["mlflow.db"]
    assert (tmp_path / "results" / "mlflow.db").read_bytes() == before


def test_the_real_samples(shared: Path) -> None:
    gathered = gather(shared / "samples" / "mlflow")
    found = items(gathered, "model_registry")
    assert len(found) == 2
    for one in found:
        assert [(row["version"], row["aliases"]) for row in one.facts["versions"]] == [("2", ["champion"]), ("1", [])]
    assert items(gathered, "eval_results") == []
    assert is_told(gathered, "each of 2 runs records no number of samples")
