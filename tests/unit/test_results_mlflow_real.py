"""MLflow's own tracking server, started on loopback, gives the facts of the store that it stands on."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.collecting import checked
from support.judges import tool
from support.mlflow_asking import API, TYPES, fetched, request
from support.tool_results import item, items, told
from tieout.collectors.results import collect

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address of MLflow's own server, and the store that it stands on."""
    folder = tmp_path_factory.mktemp("mlflow")
    python = tool("venvs").ensure("mlflow")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base, database = f"http://127.0.0.1:{port}", folder / "results" / "mlflow.db"
    database.parent.mkdir()
    command = [python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true"}
    environment = {"PATH": f"{Path(python).parent}:{os.environ['PATH']}", "HOME": str(folder), **quiet}
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--backend-store-uri", f"sqlite:///{database}"],
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(base, process, log)
            yield base, database
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(base: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 90
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            if httpx.get(f"{base}/version", trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)


def fill(base: str) -> None:
    """Two versions of a model, the run that they came from, a run without data, and one that was deleted."""

    def send(endpoint: str, **body: Any) -> Any:
        reply = httpx.post(f"{base}{API}{endpoint}", json=body, trust_env=False, timeout=30)
        reply.raise_for_status()
        return reply.json()

    experiment = send("experiments/create", name="triage")["experiment_id"]
    made = [
        send("runs/create", experiment_id=experiment, start_time=1794000000000 + at, tags=[])["run"]["info"]["run_id"]
        for at in range(3)
    ]
    send("runs/set-tag", run_id=made[0], key="mlflow.source.git.commit", value="da87fc6")
    for key, value in (("accuracy", 0.9), ("odd", "NaN")):
        send("runs/log-metric", run_id=made[0], key=key, value=value, timestamp=1794000000001, step=0)
    data = {"name": "claims", "digest": "abc", "source_type": "local", "source": "x", "profile": '{"num_rows": 200}'}
    send("runs/log-inputs", run_id=made[0], datasets=[{"dataset": data}])
    send("runs/update", run_id=made[0], status="FINISHED", end_time=1794000009000)
    send("runs/delete", run_id=made[2])
    send("registered-models/create", name="triage")
    for number in (1, 2):
        send("model-versions/create", name="triage", source=f"s3://b/{number}/model", run_id=made[0])
    send("model-versions/set-tag", name="triage", version="2", key="validation_status", value="approved")
    send("registered-models/alias", name="triage", alias="champion", version="2")


def test_a_real_server_gives_the_facts_of_the_store_that_it_stands_on(tracking, tmp_path):
    base, database = tracking
    fill(base)
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    asked = fetched(tmp_path, base, as_of=now)
    assert not told(asked, "unreadable"), told(asked)
    reading = request(database.parent, as_of=now)
    read = checked(collect(reading))
    for type_ in TYPES:
        [one], [other] = items(asked, type_), items(read, type_)
        assert one.facts == other.facts, type_
    found = item(asked, "model_registry").facts
    assert [(one["version"], one["aliases"]) for one in found["versions"]] == [("2", ["champion"]), ("1", [])]
    assert found["runs_in_store"] == 2  # the deleted one is none
    assert item(asked, "eval_results").facts["metrics"][0]["n"] == 200
