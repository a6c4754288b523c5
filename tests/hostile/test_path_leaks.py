"""A secret that stands in a path, and in nothing else, leaves on no way: page, packet, store, terminal, JSON."""

import gzip
import json
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import tieout
from support.systems import configuration, source, system

KEY = "sk-" + "Zq7Kd02mPq71LsdTw3Bv9XcR"
TOKEN = "ghp_" + "Q3mZ7pLx9KvT2wRb8NcY4hJd6GfS1aUeW5oI"
PERSON = "ada.king@insurer.example"
MASKED = "⟨redacted:github-token⟩"
PLANTED = (KEY, TOKEN, PERSON)
RECORD = "artefact: drill_record\nscenario: x\ndate: 2026-10-01\n"
ENTRY = json.dumps({"startTime": "2026-01-01T00:00:00Z", "model": "azure/m", "model_group": "m"}) + "\n"


def hostile_system(folder: Path) -> Repository:
    """Sources with a secret in their path: readable, unreadable, absent, in the tree and beside it, as a pattern."""
    log = {"format": "litellm"}
    config = configuration(
        source("log-beside", "log", f"../logs/{KEY}/a.jsonl", "telemetry", **log),
        source("log-pattern", "log", f"../logs/{KEY}/*.jsonl", "telemetry", **log),
        source("log-absent", "log", f"../gone/{KEY}/a.jsonl", "telemetry", **log),
        source("gateway", "config", f"deploy/{TOKEN}.yaml", "gateway_config", inside="application", format="litellm"),
        source("gateway-absent", "config", f"gone/{TOKEN}.yaml", "gateway_config", inside="application"),
        source("records", "records", "records", "drill_record", inside="application"),
        source("other", "git", f"../other-{KEY}", "git_history"),
        source("in-other", "config", "x.yaml", "gateway_config", inside="other", format="litellm"),
    )
    gateway = "model_list:\n- model_name: m\n  litellm_params: {model: azure/gpt-4o-2024-11-20}\n"
    repository = system(
        folder / "r",
        config,
        {
            f"deploy/{TOKEN}.yaml": gateway,
            f"records/{PERSON}/drill.yaml": RECORD,
            f"records/{PERSON}/{KEY}-bad.yaml": "a: [",
            f"prompts/{KEY}.txt": "x",
            f"data/{TOKEN}.jsonl": "{}\n",
        },
    )
    logs = folder / "logs" / KEY
    logs.mkdir(parents=True)
    (logs / "a.jsonl").write_text(ENTRY * 3 + "no json\n")
    (logs / f"b-{TOKEN}.jsonl.gz").write_bytes(gzip.compress(ENTRY.encode())[:-9])
    return repository


def leaks(text: str) -> list[str]:
    return [plant for plant in PLANTED if plant[4:20] in text]


def test_a_secret_in_a_path_leaves_on_no_way(tmp_path: Path):
    repository = hostile_system(tmp_path)
    job = tieout("run", "--no-exit-codes", "--out", "../packet", cwd=repository.folder)
    assert job.code == 0, job.err
    assert not leaks(job.out + job.err)
    written = [p for folder in ("packet", "r/.tieout") for p in (tmp_path / folder).rglob("*") if p.is_file()]
    for path in written:
        assert not leaks(str(path)), path
        assert not leaks(path.read_bytes().decode("latin-1")), path
    again = tieout("verify", "../packet", "--reperform", cwd=repository.folder)
    assert again.code == 0, again.err
    assert not leaks(again.out + again.err)
    # The check can fail: the sources were read, and what stands beside the secrets is told.
    page = (tmp_path / "packet/packet/data/index.html").read_text().replace("<wbr>", "")
    kept = (MASKED[1:-1], "redacted:model-provider-key", "redacted:email-address", "a.jsonl", "drill.yaml")
    assert [words for words in kept if words not in page] == []


@pytest.mark.parametrize(
    ("command", "format_"),
    [("collect", "json"), ("plan", "text"), ("plan", "json"), ("explain", "text"), ("snapshot", "text")],
)
def test_no_command_prints_a_secret_of_a_path(tmp_path: Path, command: str, format_: str):
    repository = hostile_system(tmp_path)
    calls = {
        "collect": [("collect",)],
        "plan": [("collect", "--dry-run")],
        "explain": [("collect",), ("assess",), ("explain", "MANAGE 2.4")],
        "snapshot": [("snapshot", "--release", "v1", "--out", "../packet")],
    }[command]
    for call in calls:
        done = tieout(*call, *(("--format", "json") if format_ == "json" else ()), cwd=repository.folder)
        assert not leaks(done.out + done.err), call
    if command == "plan":
        told = json.dumps(done.json(), ensure_ascii=False) if format_ == "json" else done.out
        assert "⟨redacted:model-provider-key⟩" in told
        assert f"deploy/{MASKED}.yaml" in told


def test_a_folder_in_the_name_of_a_model_leaves_on_no_way(tmp_path: Path):
    """Served from a path of somebody's machine: gateway, log and test name it alike, and its last part is kept."""
    beyond = r"C:\Users\annabel\models\judge-2"
    gateway = (
        "model_list:\n- model_name: main\n  litellm_params: {model: hosted_vllm//home/annabel/models/triage-7}\n"
        "- model_name: /home/annabel/models/spare-3\n  litellm_params: {model: openai//srv/annabel/spare-3}\n"
        "router_settings:\n  fallbacks: [{main: [/home/annabel/models/spare-3]}]\n"
    )
    entry = {"startTime": "2026-01-01T00:00:00Z", "model": "/home/annabel/models/triage-7", "model_group": "main"}
    run = {
        "version": 2,
        "status": "success",
        "eval": {
            "task": "triage",
            "model": "vllm//home/annabel/models/triage-7",
            "created": "2026-01-01T00:00:00+00:00",
            "dataset": {"location": "/home/annabel/d.csv", "samples": 2},
            "task_args": {"judge": beyond},
        },
        "results": {"total_samples": 2, "completed_samples": 2, "scores": []},
        "stats": {"completed_at": "2026-01-01T00:00:00+00:00", "model_usage": {beyond: {"total_tokens": 1}}},
    }
    config = configuration(
        source("gateway", "config", "gateway.yaml", "gateway_config", inside="application", format="litellm"),
        source("tests", "results", "results", inside="application", format="inspect"),
        source("log", "log", "../g.jsonl", "telemetry", format="litellm"),
    )
    repository = system(tmp_path / "r", config, {"gateway.yaml": gateway, "results/run.json": json.dumps(run)})
    (tmp_path / "g.jsonl").write_text((json.dumps(entry) + "\n") * 3)
    job = tieout("run", "--no-exit-codes", "--out", "../packet", cwd=repository.folder)
    assert job.code == 0, job.err
    written = [p for folder in ("packet", "r/.tieout") for p in (tmp_path / folder).rglob("*") if p.is_file()]
    assert [path for path in written if b"annabel" in path.read_bytes()] == []
    facts = json.loads((tmp_path / "r/.tieout/collection.json").read_bytes())["sources"]
    told = {item["type"]: item["facts"] for one in facts for item in one["items"]}
    main, spare = told["gateway_config"]["routes"]
    (used,) = told["telemetry"]["models"]
    assert main["model"] == f"hosted_vllm/{used['model']}"
    assert told["eval_results"]["model"] == f"vllm/{used['model']}"
    assert used["model"].endswith("⟩/triage-7")
    assert main["fallbacks"] == [spare["name"]]
    assert spare["name"].endswith("⟩/spare-3")
    assert told["eval_results"]["models_used"][0].endswith("⟩\\judge-2")
