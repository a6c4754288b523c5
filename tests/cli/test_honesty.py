"""What must never look like evidence: nothing, denials, unfilled forms, examples, empty logs, tests of nothing."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import AREAS, PEOPLE, Assessed, assessed, configuration, source, system

ALL = 72
GREEN = ("satisfied", "partial", "waived", "not-applicable")

GATEWAY = """
model_list:
  - model_name: triage
    litellm_params: {model: openai/gpt-4o-2024-11-20, rpm: 100, timeout: 30}
  - model_name: spare
    litellm_params: {model: azure/gpt-4o-2024-11-20, rpm: 100, timeout: 30}
    model_info: {base_model: azure/gpt-4o-2024-11-20}
litellm_settings: {fallbacks: [{triage: [spare]}], max_budget: 100, budget_duration: 30d, cache: true}
"""
LATENCY = {
    "id": "C-1",
    "area": "latency",
    "statement": "Answers come in time.",
    "measured_by": {"telemetry": "latency_p95_ms"},
    "operator": "<=",
    "limit": 60000,
    "unit": "ms",
    "owner": "Person operations",
}
ACCURACY = {
    "id": "C-2",
    "area": "accuracy",
    "statement": "Answers are right.",
    "measured_by": {"evaluation": "tiny", "metric": "accuracy"},
    "operator": ">=",
    "limit": 0.01,
    "unit": "share",
    "min_n": 1,
    "owner": "Person operations",
}


def test_an_empty_commit_satisfies_0_of_72(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("nothing")
    repository.write({"tieout.yaml": yaml.safe_dump(configuration())})
    found = assessed(repository.folder, committed=False)
    assert len(found.assessment.controls) == ALL
    assert found.labels(*GREEN) == []
    assert {check.verdict for check in found.checks()} <= {"gap", "not-assessed"}


def test_declaring_everything_and_having_nothing_is_a_gap_everywhere_a_rule_looks(tmp_path: Path) -> None:
    config = configuration(
        source("gateway", "config", "config/gateway.yaml", "gateway_config", inside="application"),
        source("alerts", "config", "config/alerts.yaml", "alert_rules", inside="application"),
        source("flags", "config", "config/flags.json", "flag_config", inside="application"),
        source("log", "log", "../logs"),
        source("results", "results", "../results"),
        source(
            "records",
            "records",
            "records",
            "risk_register",
            "inventory",
            "drill_record",
            "incident_log",
            "release_record",
            "approved_record/ai_policy",
            inside="application",
        ),
    )
    repository = system(tmp_path / "r", config)
    found = assessed(repository.folder)
    assert found.labels(*GREEN) == []
    assert {control.verdict for control in found.assessment.controls if control.rules} == {"gap"}


def test_a_repository_without_a_commit_ends_with_3(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.write({"tieout.yaml": yaml.safe_dump(configuration())})
    for options in ((), ("--allow-uncommitted-config",)):
        fails(tieout("run", *options, cwd=repository.folder), 3, "no commit yet")
    assert not (repository.folder / "tieout-packet").exists()


DENIALS = {
    "README.md": "# Small system\n\nWe do not test for bias. There is no owner. No risk register, no incident log,\n"
    "no fallback, no kill switch. Accuracy, latency and cost are not measured. Policy: none.\n",
    "docs/governance.md": "There is no AI policy, nobody approved anything, and drills are never held.\n",
    "src/app.py": "def decode_with_fallback():\n    strategy = 'no rollback'  # budget: unlimited\n",
}
EMPTY = dict.fromkeys(("SECURITY.md", "CODEOWNERS", "MODEL_CARD.md", "SYSTEM_CARD.md", "DATASET_CARD.md"), "")
UNFILLED = {
    "SECURITY.md": "# Security Policy\n\n## Supported Versions\n\nUse this section to tell people about which "
    "versions\nof your project are currently being supported with security updates.\n",
    "CODEOWNERS": "# Each line is a file pattern followed by one or more owners.\n#*  @global-owner1\n"
    "# *.js  @js-owner\n",
    "MODEL_CARD.md": "---\nversion: TODO\nintended_use: '[More Information Needed]'\n---\n"
    "# Model Card for {{ model }}\n\n## Uses\n[More Information Needed]\n",
    "SYSTEM_CARD.md": "---\nname: <name>\nversion: TBD\nintended_use: '[insert intended use]'\nlimits: [TODO]\n"
    "tasks: [TODO]\nmodels: ['<model>']\nmetrics: [TODO]\n---\n"
    "# {{ system }}\n\n## Intended use\nTODO\n\n## Limits\nTBD\n",
    "DATASET_CARD.md": "---\nname: <name>\nsha256: TODO\n---\n# Dataset card for [insert name]\n",
}


@pytest.mark.parametrize("forms", [EMPTY, UNFILLED], ids=["empty", "unfilled"])
def test_denials_and_forms_satisfy_nothing(tmp_path: Path, forms: dict[str, str]) -> None:
    repository = system(tmp_path / "r", configuration(owners=PEOPLE), {**DENIALS, **forms})
    found = assessed(repository.folder)
    assert found.labels("satisfied") == []
    # Declared and empty is a gap or unreadable; to be partial, something must have been shown.
    for label in ("GOVERN 2.1", "MAP 1.1", "MAP 2.1", "MEASURE 2.1"):
        assert found.verdict(label) in {"gap", "unreadable"}, found.assessment.control(label)
    # The roster is real here, so a check may stand on it alone; none may stand on a form.
    assert found.satisfied_by("codeowners", "system_card", "dataset_card") == []


def test_a_record_that_denies_or_is_unfilled_satisfies_nothing(tmp_path: Path) -> None:
    records = {
        "records/policy.md": "---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: AI policy\nversion: '1'\n"
        "owner: TO FILL IN\napprover: TBD\napproved_on: 2026-01-01\nreview_due: 2027-01-01\n---\n"
        "[insert policy here]. TODO\n",
        "records/risks.yaml": "artefact: risk_register\nrisks: []\n",
        "records/inventory.yaml": "artefact: inventory\nsystems: []\n",
        "records/incidents.yaml": "artefact: incident_log\nincidents: []\n",
        "records/drill.yaml": "artefact: drill_record\nscenario: kill_switch\ndate: TODO\nresult: TODO\n",
        "records/notes.md": "We have a risk register and an incident log.\n",
    }
    types = ("approved_record/ai_policy", "risk_register", "inventory", "incident_log", "drill_record")
    config = configuration(source("records", "records", "records", *types, inside="application"))
    repository = system(tmp_path / "r", config, records)
    found = assessed(repository.folder)
    assert found.labels(*GREEN) == []
    # The policy does have a title and a version; that is all it is told to have.
    assert found.satisfied_by("risk_register", "inventory", "incident_log", "drill_record") == []
    assert [check.verdict for check in found.checks("gv-1.4-policy") if check.predicate == "approved_doc"] == ["gap"]


def log_record(second: int, **fields: Any) -> str:
    """One line as the gateway writes it."""
    return json.dumps(
        {
            "id": f"r{second}",
            "call_type": "acompletion",
            "status": "success",
            "model": "gpt-4o-2024-11-20",
            "startTime": second,
            "endTime": second + 1,
            "response_time": 1.0,
            "total_tokens": 10,
            "prompt_tokens": 5,
            "completion_tokens": 5,
            "response_cost": 0.01,
            "metadata": {"user_api_key_user_id": "u1"},
            **fields,
        }
    )


LONG_AGO = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n\n",
        b"{}\n{}\n",
        b"no json\n" * 50,
        "".join(log_record(LONG_AGO + hour * 3600) + "\n" for hour in range(24)).encode(),
    ],
    ids=["no byte", "blank lines", "empty records", "no record", "all before the period"],
)
def test_a_log_without_a_record_of_the_period_is_never_a_pass(tmp_path: Path, text: bytes) -> None:
    config = configuration(
        source("log", "log", "../logs", format="litellm"),
        source("gateway", "config", "gateway.yaml", "gateway_config", inside="application", format="litellm"),
        acceptance_criteria=[LATENCY],
        owners=PEOPLE,
        period="P30D",
    )
    repository = system(tmp_path / "r", config, {"gateway.yaml": GATEWAY})
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "gateway.jsonl").write_bytes(text)
    found = assessed(repository.folder)
    for label in ("GOVERN 1.6", "GOVERN 6.2", "MAP 2.1", "MEASURE 2.3", "MEASURE 2.4", "MANAGE 3.2"):
        assert found.verdict(label) not in GREEN, found.assessment.control(label)
    assert found.satisfied_by("telemetry") == []


def with_results(folder: Path, results: Path) -> Assessed:
    config = configuration(source("results", "results", "../results"), acceptance_criteria=[ACCURACY], owners=PEOPLE)
    repository = system(folder / "r", config)
    shutil.copytree(results, folder / "results", dirs_exist_ok=True)
    return assessed(repository.folder, as_of=datetime(2026, 11, 24, tzinfo=UTC))


def test_a_finished_run_over_no_sample_is_not_a_pass(tmp_path: Path, shared: Path) -> None:
    sample = next((shared / "samples" / "inspect" / "logs_json").glob("*.json"))
    log = json.loads(sample.read_bytes())
    log["eval"]["dataset"] |= {"samples": 0, "sample_ids": []}
    log["results"] |= {"total_samples": 0, "completed_samples": 0}
    for score in log["results"]["scores"]:
        for metric in score["metrics"].values():
            metric["value"] = 1.0
    log["samples"] = []
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / sample.name).write_text(json.dumps(log))
    found = with_results(tmp_path, tmp_path / "made")
    assert found.labels(*GREEN) == []
    assert found.satisfied_by("eval_results") == []


@pytest.mark.parametrize("tool", ["inspect/errored", "inspect/logs_eval", "garak", "lmeval/out", "fairlearn", "small"])
def test_a_tools_pass_is_not_ours(tmp_path: Path, shared: Path, tool: str) -> None:
    found = with_results(tmp_path, shared / "samples" / tool)
    assert found.labels("satisfied") == []
    # Where a run finished, MAP 1.5 is partial by its limits: set as numbers by people, whatever the run was.
    assert set(found.labels(*GREEN)) <= ({"MAP 1.5"} if tool == "lmeval/out" else set())
    assert found.satisfied_by("eval_results") == []


def configured(folder: Path, files: dict[str, str], path: str = ".") -> Assessed:
    config = configuration(
        source("gateway", "config", path, "gateway_config", inside="application", format="litellm"), owners=PEOPLE
    )
    return assessed(system(folder / "r", config, files).folder)


def test_live_configuration_does_count(tmp_path: Path) -> None:
    """The other half of the next test: the same words in a live place are evidence."""
    found = configured(tmp_path, {"config/gateway.yaml": GATEWAY}, "config")
    assert found.satisfied_by("gateway_config") != []


COMMENTED = "".join(f"# {line}\n" for line in GATEWAY.splitlines())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config/gateway.example.yaml", GATEWAY),
        ("config/gateway.yaml.sample", GATEWAY),
        ("config/gateway.yaml.template", GATEWAY),
        ("config/gateway.yaml", COMMENTED),
        ("config/gateway.yaml", "model_list: []\n" + COMMENTED),
        ("tests/fixtures/gateway.yaml", GATEWAY),
        ("examples/gateway.yaml", GATEWAY),
        ("docs/gateway.yaml", GATEWAY),
        ("docs/gateway.md", f"```yaml\n{GATEWAY}```\n"),
        ("README.md", f"Configure it so:\n\n```yaml\n{GATEWAY}```\n"),
    ],
)
def test_examples_comments_fixtures_and_documentation_are_no_configuration(
    tmp_path: Path, path: str, text: str
) -> None:
    found = configured(tmp_path, {path: text})
    assert found.labels(*GREEN) == []
    assert found.satisfied_by("gateway_config") == []


def test_the_file_that_init_writes_satisfies_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "small-system")
    known = ("--phase", "pilot", "--risk-tier", "low", "--generative", "--no-third-party")
    written = tieout("init", "--yes", *known, cwd=repository.folder)
    assert written.code == 0, written.err
    assert "TO FILL IN" in (repository.folder / "tieout.yaml").read_text()
    repository.commit("as init wrote it")
    found = assessed(repository.folder)
    assert found.labels(*GREEN) == []
    assert found.satisfied_by("roster", "system_profile") == []


def test_to_fill_in_is_nobody(tmp_path: Path) -> None:
    """The mark in every place where a name goes: it is no owner, no approver, no deputy."""
    marked = {area: {"person": "TO FILL IN", "deputy": "TO FILL IN", "contact": "TO FILL IN"} for area in AREAS}
    config = configuration(owners=marked)
    config["system"] |= {"approver": "TO FILL IN", "approved_on": "2026-01-01", "review_due": "2027-01-01"}
    repository = system(tmp_path / "r", config, {"CODEOWNERS": "* @team/x\n"})
    found = assessed(repository.folder)
    assert found.labels(*GREEN) == []
    checks = found.checks("gv-2.1-roles", "mp-1.1-context")
    assert {check.verdict for check in checks} <= {"gap", "not-assessed"}, checks
