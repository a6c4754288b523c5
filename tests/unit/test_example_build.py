"""The example builds to the same bytes twice, and its sources are what expected.yaml and the models say."""

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tieout.config.model import PeriodSection, ProjectConfig
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify
from tieout.domain.verdicts import Verdict

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "evidence" / "example"
SOURCES = EXAMPLE / "repository"
EXPECTED = yaml.safe_load((EXAMPLE / "expected.yaml").read_text(encoding="utf-8"))
APPROVAL = {"owner", "approver", "approved_on", "review_due"}


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_example", ROOT / "tools" / "build_example.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("first") / "example"
    TOOL.build(out)
    return out


def git(built: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(built / "claims-triage"), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def digests(folder: Path) -> dict[str, str]:
    # git's index holds inode numbers and times of the checked-out files; nothing else may differ.
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != "claims-triage/.git/index"
    }


def record(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    front = text.split("---\n")[1] if path.suffix == ".md" else text
    loaded = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - plain strings, as the collectors read them
    return dict(loaded)


def fitted(path: Path) -> Any:
    fields = record(path)
    model = ARTEFACTS[fields.pop("artefact")]
    approval = {key: fields.pop(key) for key in APPROVAL & fields.keys()}
    return model.model_validate(fields | ({"approval": approval} if "approval" in model.model_fields else {}))


def log_lines(built: Path) -> list[tuple[str, int, str]]:
    return [
        (path.name, number, line)
        for path in sorted((built / "logs").iterdir())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    ]


@pytest.fixture(scope="module")
def log_records(built) -> list[dict[str, Any]]:
    broken = EXPECTED["log"]["unreadable"]
    return [
        json.loads(line)
        for name, number, line in log_lines(built)
        if (name, number) != (broken["path"], broken["line"])
    ]


class TestBuild:
    def test_two_builds_have_the_same_bytes(self, built, tmp_path, monkeypatch):
        monkeypatch.setenv("TZ", "Pacific/Auckland")
        monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")
        TOOL.build(tmp_path / "elsewhere")
        first, second = digests(built), digests(tmp_path / "elsewhere")
        assert {name for name in first if first[name] != second.get(name)} == set()
        assert first.keys() == second.keys()

    def test_a_second_build_replaces_the_first(self, tmp_path):
        TOOL.build(tmp_path)
        (tmp_path / "logs" / "left-over.jsonl").write_text("{}\n")
        TOOL.build(tmp_path)
        assert not (tmp_path / "logs" / "left-over.jsonl").exists()

    def test_a_folder_of_somebody_else_is_left_alone(self, tmp_path):
        (tmp_path / "thesis.tex").write_text("years of work")
        with pytest.raises(SystemExit, match="did not make"):
            TOOL.build(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]

    def test_the_sources_are_small(self):
        assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < 1_500_000

    @pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*")), ids=lambda path: path.relative_to(EXAMPLE).as_posix())
    def test_no_path_of_a_home_or_work_folder_is_in_a_source(self, path):
        if path.is_file():
            assert not re.search(rb"/(home|root|Users|work|tmp)/", path.read_bytes())


class TestHistory:
    def test_the_last_commit_is_the_expected_one_and_release_4_2_0(self, built):
        assert git(built, "rev-parse", "main") == EXPECTED["commit"]
        assert git(built, "rev-parse", "v4.2.0^{commit}") == EXPECTED["commit"]
        assert git(built, "cat-file", "-t", "v4.1.0") == "tag"

    def test_it_is_a_sound_repository_with_a_clean_work_tree(self, built):
        assert git(built, "fsck", "--strict", "--full") == ""
        assert git(built, "status", "--porcelain") == ""
        assert git(built, "branch", "--format=%(refname:short)") == "main"

    def test_five_people_work_ten_months_and_merge(self, built):
        people = Counter(git(built, "log", "--no-merges", "--format=%an").splitlines())
        days = git(built, "log", "--date-order", "--format=%cs").splitlines()
        assert len(people) == 5
        assert min(people.values()) >= 5
        assert date.fromisoformat(days[0]) - date.fromisoformat(days[-1]) > date(2026, 11, 20) - date(2026, 1, 21)
        assert len(git(built, "rev-list", "--merges", "main").splitlines()) >= 5

    def test_no_commit_is_older_than_its_parent(self, built):
        times = dict(line.split() for line in git(built, "log", "--format=%H %ct").splitlines())
        for line in git(built, "log", "--format=%H %P").splitlines():
            commit, *parents = line.split()
            assert all(int(times[parent]) < int(times[commit]) for parent in parents)

    def test_every_version_of_a_yaml_file_was_yaml(self, built):
        for line in git(built, "log", "--format=", "--raw", "--no-abbrev", "--no-renames").splitlines():
            meta, path = line.split("\t")
            if path.endswith(".yaml"):
                assert isinstance(yaml.safe_load(git(built, "cat-file", "blob", meta.split()[3])), dict), path

    @pytest.mark.parametrize(
        "path",
        [*sorted((SOURCES / "records").rglob("*.yaml")), *SOURCES.rglob("policies/*.md"), *SOURCES.rglob("*CARD.md")],
    )
    def test_no_record_changed_after_its_approval(self, built, path):
        approved = date.fromisoformat(record(path)["approved_on"])
        changed = git(built, "log", "-1", "--format=%cs", "--", path.relative_to(SOURCES).as_posix())
        assert date.fromisoformat(changed) <= approved

    @pytest.mark.parametrize(("draft", "message"), [
        ({"path": "a", "swap": [["absent", "x"]]}, "does not stand"),
        ({"path": "a"}, "changes nothing"),
    ])  # fmt: skip
    def test_a_history_that_does_not_hold_is_refused(self, draft, message):
        commit = {"at": datetime(2026, 1, 1, tzinfo=UTC), "by": "p", "say": "s"}
        history = {
            "people": {"p": "P <p@x.example>"},
            "commit": [commit | {"files": ["a"]}, commit | {"drafts": [draft]}],
        }
        with pytest.raises(ValueError, match=message):
            TOOL.fast_import_stream(history, {"a": "text\n"})

    def test_a_history_that_leaves_a_file_out_is_refused(self):
        commit = {"at": datetime(2026, 1, 1, tzinfo=UTC), "by": "p", "say": "s", "files": ["a"]}
        history = {"people": {"p": "P <p@x.example>"}, "commit": [commit]}
        with pytest.raises(ValueError, match=r"does not end at repository.*\['b'\]"):
            TOOL.fast_import_stream(history, {"a": "text\n", "b": "other\n"})


class TestConfiguration:
    CONFIG = ProjectConfig.model_validate(yaml.safe_load((SOURCES / "tieout.yaml").read_text(encoding="utf-8")))

    def test_the_period_is_the_expected_one(self):
        assert self.CONFIG.period == PeriodSection.model_validate(EXPECTED["period"])

    def test_every_source_is_where_it_says_and_counts_as_live(self, built):
        for source in self.CONFIG.sources:
            assert (built / "claims-triage" / source.path).exists(), source.name
            assert classify(source.path) is PathClass.LIVE

    def test_the_criteria_were_committed_and_approved_before_anything_was_measured(self, built):
        criteria = "/^acceptance_criteria:/,/^retention:/"
        committed = git(built, "log", "-1", "-s", "--format=%cs", "-L", f"{criteria}:tieout.yaml")
        assert committed == "2026-10-15" == str(self.CONFIG.system.approved_on)
        assert datetime.fromisoformat(committed).replace(tzinfo=UTC) < TOOL.FIRST_DAY

    def test_code_owners_are_contacts_of_the_roster(self):
        text = (SOURCES / "CODEOWNERS").read_text(encoding="utf-8")
        owners = self.CONFIG.owners
        contacts = {getattr(owners, area).contact for area in type(owners).model_fields}
        assert set(re.findall(r"@\S+", text)) <= contacts

    def test_criteria_name_risks_of_the_register(self):
        known = {risk.id for risk in fitted(SOURCES / "records" / "risk-register.yaml").risks}
        assert {risk for criterion in self.CONFIG.acceptance_criteria for risk in criterion.risk_ids} <= known


class TestRecords:
    @pytest.mark.parametrize("path", sorted((SOURCES / "records").rglob("*.yaml")), ids=lambda path: path.name)
    def test_each_fits_its_model_is_approved_and_counts_as_live(self, path):
        fitted_record = fitted(path)
        assert classify(path.relative_to(SOURCES).as_posix()) is PathClass.LIVE
        assert None not in (fitted_record.approval.approver, fitted_record.approval.approved_on)
        assert fitted_record.approval.approver != fitted_record.approval.owner

    def test_the_policy_lacks_its_approver_and_nothing_else(self):
        front = record(SOURCES / "policies" / "ai-policy.md")
        assert (front["artefact"], front["record_type"]) == ("approved_record", "ai_policy")
        assert APPROVAL - front.keys() == {"approver"}

    def test_the_kill_switch_drill_is_stale_and_the_others_are_not(self):
        drills = [fitted(path) for path in (SOURCES / "records" / "drills").iterdir()]
        ages = {drill.scenario: (date(2026, 11, 22) - drill.date).days for drill in drills}
        assert ages.pop("kill_switch") > 180
        assert ages.pop("alert_test") <= 90
        assert ages.keys() == {"contact_chain", "provider_failover"}
        assert max(ages.values()) <= 180
        assert all(drill.outcome == "passed" and drill.measured_seconds <= drill.target_seconds for drill in drills)

    def test_the_register_holds_together(self):
        register = fitted(SOURCES / "records" / "risk-register.yaml")
        open_risks = [risk for risk in register.risks if risk.status in {"open", "in treatment"}]
        by_due = sorted(open_risks, key=lambda risk: (risk.due, -risk.score))
        assert all(risk.score == risk.likelihood * risk.severity for risk in register.risks)
        assert [risk.score for risk in by_due] == sorted((risk.score for risk in open_risks), reverse=True)
        assert all(
            risk.response and risk.owner and risk.resource for risk in open_risks if risk.score > register.tolerance
        )

    def test_the_incident_log_is_unreadable_by_one_comma(self):
        text = (SOURCES / "records" / "incident-log.json").read_text(encoding="utf-8")
        with pytest.raises(json.JSONDecodeError) as error:
            json.loads(text)
        assert error.value.lineno == 34
        mended = json.loads(text.replace("},\n  ]", "}\n  ]"))
        assert mended.pop("artefact") == "incident_log"
        assert len(ARTEFACTS["incident_log"].model_validate(mended).incidents) == 3

    def test_the_card_and_the_gateway_differ_in_the_primary_model_alone(self):
        card = fitted(SOURCES / "SYSTEM_CARD.md")
        gateway = yaml.safe_load((SOURCES / "config" / "gateway.yaml").read_text(encoding="utf-8"))
        routed = {entry["litellm_params"]["model"].partition("/")[2] for entry in gateway["model_list"]}
        assert set(card.models) ^ routed == {"gpt-4o-2024-08-06", "gpt-4o-2024-11-20"}
        assert set(fitted(SOURCES / "records" / "release-4.2.0.yaml").models) == routed
        inventory = fitted(SOURCES / "records" / "inventory.yaml")
        assert routed <= {model for system in inventory.systems for model in system.models}


def evaluation_runs() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((EXAMPLE / "results").glob("*.json"))]


class TestEvaluation:
    def run(self, task: str, status: str) -> dict[str, Any]:
        (found,) = (run for run in evaluation_runs() if (run["eval"]["task"], run["status"]) == (task, status))
        return found

    def test_the_card_describes_the_data_set(self):
        data = (SOURCES / "evals" / "triage.jsonl").read_bytes()
        card = fitted(SOURCES / "evals" / "DATASET_CARD.md")
        items = [json.loads(line) for line in data.splitlines()]
        assert card.split_sha256 == hashlib.sha256(data).hexdigest()
        assert card.records == len(items) == len({item["input"] for item in items}) == 240
        body = (SOURCES / "evals" / "DATASET_CARD.md").read_text(encoding="utf-8")
        for queue, count in Counter(item["target"] for item in items).items():
            assert f"| {queue} | {count} |" in body

    def test_219_of_240_were_right_and_84_of_84_urgent_ones(self):
        for task, right, n in (("triage", 219, 240), ("triage_urgent", 84, 84)):
            run = self.run(task, "success")
            scored = run["reductions"][0]["samples"]
            assert (sum(sample["value"] for sample in scored), len(scored)) == (right, n)
            assert run["results"]["scores"][0]["metrics"]["accuracy"]["value"] == right / n

    def test_one_run_ended_with_an_error_and_without_results(self):
        assert "results" not in self.run("triage", "error")

    def test_the_runs_name_tool_model_data_and_a_commit_of_this_history(self, built):
        assert len(evaluation_runs()) == 3
        for run in evaluation_runs():
            made = run["eval"]
            assert made["packages"] == {"inspect_ai": "0.3.285"}
            assert made["model"] == "mockllm/gpt-4o-2024-11-20"
            assert made["dataset"]["location"] == "evals/triage.jsonl"
            assert made["revision"]["dirty"] is False
            assert git(built, "rev-parse", made["revision"]["commit"]) == EXPECTED["evaluated_commit"]
            assert run["stats"]["started_at"].startswith("2026-11-19T")
        git(built, "merge-base", "--is-ancestor", EXPECTED["evaluated_commit"], "main")


class TestLog:
    def test_one_line_is_broken_off_where_expected(self, built):
        bad = []
        for name, number, line in log_lines(built):
            try:
                json.loads(line)
            except json.JSONDecodeError:
                bad.append({"path": name, "line": number})
        assert bad == [EXPECTED["log"]["unreadable"]]
        assert not (built / "logs" / bad[0]["path"]).read_bytes().endswith(b"\n")

    def test_its_counts_are_the_expected_ones(self, built, log_records):
        starts = sorted(record["startTime"] for record in log_records)
        assert EXPECTED["log"] == {
            "files": len(list((built / "logs").iterdir())),
            "lines": len(log_lines(built)),
            "unreadable": EXPECTED["log"]["unreadable"],
            "records": len(log_records),
            "without_identity": sum(not record["end_user"] for record in log_records),
            "failures": sum(record["status"] == "failure" for record in log_records),
            "fallbacks": sum("fallback" in record["request_tags"] for record in log_records),
            "longest_hole_seconds": round(max(b - a for a, b in pairwise(starts))),
        }

    def test_it_stays_inside_the_period(self, log_records):
        start = TOOL.FIRST_DAY.timestamp()
        assert all(start <= record["startTime"] <= record["endTime"] < start + 30 * 86400 for record in log_records)

    def test_served_models_are_those_of_the_gateway_by_route(self, log_records):
        gateway = yaml.safe_load((SOURCES / "config" / "gateway.yaml").read_text(encoding="utf-8"))
        routes = {
            (entry["model_name"], entry["litellm_params"]["model"], entry["model_info"]["id"])
            for entry in gateway["model_list"]
        }
        served = {
            (record["model_group"], f"{record['custom_llm_provider']}/{record['model']}", record["model_id"])
            for record in log_records
        }
        assert served == routes

    def test_a_failed_call_is_followed_by_the_other_supplier(self, log_records):
        failed = {(r["trace_id"], f"{r['model_group']}-backup") for r in log_records if r["status"] == "failure"}
        helped = {(r["trace_id"], r["model_group"]) for r in log_records if "fallback" in r["request_tags"]}
        assert failed == helped

    def test_latency_misses_its_limit_and_errors_keep_theirs_beyond_doubt(self, log_records):
        latency = sorted(record["response_time"] for record in log_records)
        # Bounds of the 95th percentile by order statistics, wider than 95 % (three standard deviations).
        n, spread = len(latency), 3 * (len(latency) * 0.95 * 0.05) ** 0.5
        assert latency[int(0.95 * n - spread)] > 6.0
        assert sum(record["status"] == "failure" for record in log_records) / n < 0.01


class TestExpectations:
    def test_they_add_up_to_all_72_controls(self):
        found = Counter(control["verdict"] for control in EXPECTED["controls"].values())
        found[EXPECTED["every_other_control"]["verdict"]] += 72 - len(EXPECTED["controls"])
        assert found == EXPECTED["counts"]
        assert found.keys() <= {verdict.value for verdict in Verdict}

    def test_they_name_controls_of_the_catalog(self):
        catalog = yaml.safe_load((ROOT / "controls/nist-ai-rmf-1.0/catalog.yaml").read_text(encoding="utf-8"))
        labels = {
            control["label"]
            for function in catalog["functions"]
            for category in function["categories"]
            for control in category["controls"]
        }
        assert EXPECTED["controls"].keys() <= labels
        assert len(labels) == 72
