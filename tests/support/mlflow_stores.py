"""A small store of MLflow, as its tracking server keeps one."""

import sqlite3
from pathlib import Path


def mlflow_store(path: Path, *, profile: str = '{"num_rows": 200}') -> Path:
    """A store with two versions of a model and two runs, one of which says on what it was measured."""
    with sqlite3.connect(path) as store:
        store.executescript(
            """
            CREATE TABLE experiments (experiment_id INTEGER, name TEXT);
            CREATE TABLE runs (run_uuid TEXT, name TEXT, status TEXT, start_time BIGINT, end_time BIGINT,
                               experiment_id INTEGER, lifecycle_stage TEXT, source_version TEXT);
            CREATE TABLE latest_metrics (key TEXT, value FLOAT, is_nan BOOLEAN, run_uuid TEXT);
            CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
            CREATE TABLE registered_models (name TEXT);
            CREATE TABLE registered_model_aliases (alias TEXT, version INTEGER, name TEXT);
            CREATE TABLE model_versions (name TEXT, version INTEGER, creation_time BIGINT, current_stage TEXT,
                                         source TEXT, run_id TEXT, status TEXT);
            CREATE TABLE model_version_tags (key TEXT, value TEXT, name TEXT, version INTEGER);
            CREATE TABLE datasets (dataset_uuid TEXT, name TEXT, digest TEXT, dataset_profile TEXT);
            CREATE TABLE inputs (source_type TEXT, source_id TEXT, destination_type TEXT, destination_id TEXT);
            INSERT INTO experiments VALUES (1, 'triage');
            INSERT INTO runs VALUES ('r1', 'a', 'FINISHED', 1795388000000, 1795388100000, 1, 'active', 'da87fc6');
            INSERT INTO runs VALUES ('r2', 'b', 'FINISHED', 1795388200000, 1795388300000, 1, 'active', NULL);
            INSERT INTO runs VALUES ('r3', 'c', 'FINISHED', 1795388200000, 1795388300000, 1, 'deleted', NULL);
            INSERT INTO latest_metrics VALUES ('accuracy', 0.9, 0, 'r1'), ('recall', 0.0, 1, 'r1'),
                                              ('accuracy', 0.8, 0, 'r2');
            INSERT INTO tags VALUES ('git_commit', 'abc1234', 'r2');
            INSERT INTO registered_models VALUES ('triage');
            INSERT INTO registered_model_aliases VALUES ('champion', 2, 'triage');
            INSERT INTO model_versions VALUES ('triage', 1, 1795388110000, 'None', 'runs:/r1/model', 'r1', 'READY');
            INSERT INTO model_versions VALUES ('triage', 2, 1795388310000, 'None', 'runs:/r2/model', 'r2', 'READY');
            INSERT INTO model_version_tags VALUES ('validation_status', 'approved', 'triage', 2);
            INSERT INTO inputs VALUES ('DATASET', 'd1', 'RUN', 'r1');
            """
        )
        store.execute("INSERT INTO datasets VALUES ('d1', 'claims', '12ab', ?)", (profile,))
    store.close()
    return path
