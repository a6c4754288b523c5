"""What the results collector makes of a folder: each file read once, by its format, for what the source provides."""

from pathlib import Path

import pytest

from support.mlflow_stores import mlflow_store
from support.tool_documents import CODECARBON, CYCLONEDX, GARAK, JSON_DOCUMENTS, JUNIT, LOCUST, PROMPTFOO, SARIF
from support.tool_results import AS_OF, changed, gather, is_told, items, lines_of, told
from tieout.collectors import results
from tieout.collectors.base import Request
from tieout.config.kinds import KINDS
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.kernel.digests import sha256_hex
from tieout.kernel.reading.files import FolderView

TYPES = {
    "lm-eval.json": {"eval_results"},
    "promptfoo.json": {"eval_results"},
    "scan.sarif": {"security_scan"},
    "audit.json": {"security_scan"},
    "bom.cdx.json": {"mlbom", "security_scan"},
    "two.spdx.json": {"mlbom"},
    "three.spdx.json": {"mlbom"},
    "vex.json": {"security_scan"},
    "k6.json": {"load_test"},
    "drift.json": {"drift_series"},
    "fair.json": {"fairness_report"},
    "registry.json": {"model_registry"},
    "run.report.jsonl": {"redteam_report"},
    "junit.xml": {"test_report"},
    "emissions.csv": {"energy_report"},
    "load_stats.csv": {"load_test"},
    "mlflow.db": {"eval_results", "model_registry"},
}


def collect(folder: Path, *provides: str):
    section = SourceSection(name="the-source", kind="results", path="results", provides=provides or None)
    view = FolderView(folder, "results")
    period = Period(start=AS_OF, end=AS_OF)
    return results.collect(Request(system_id="s", source=section, view=view, prefix="", period=period, as_of=AS_OF))


def test_a_folder_of_everything(tmp_path: Path) -> None:
    others = {
        "run.report.jsonl": lines_of(GARAK),
        "junit.xml": JUNIT,
        "emissions.csv": CODECARBON,
        "load_stats.csv": LOCUST,
    }
    mlflow_store(tmp_path / "mlflow.db")
    gathered = gather(tmp_path, {**JSON_DOCUMENTS, **others})
    found: dict[str, set[str]] = {}
    for one in gathered.result.items:
        found.setdefault(one.provenance.path, set()).add(one.type)
        data = (tmp_path / one.provenance.path).read_bytes()
        assert one.provenance.source_digest == f"sha256:{sha256_hex(data)}"
        assert one.copy_sha256 is None
    assert found == TYPES
    assert gathered.result.files_read == len(TYPES)
    assert set().union(*TYPES.values()) == set(KINDS["results"].provides)


def test_what_a_source_does_not_provide_is_named_and_not_given(tmp_path: Path) -> None:
    gather(tmp_path, {"scan.sarif": SARIF, "bom.json": CYCLONEDX, "out.json": PROMPTFOO})
    gathered = collect(tmp_path)
    assert {one.type for one in gathered.result.items} == {"eval_results"}
    assert is_told(gathered, "is a SARIF log, which gives a security scan; the source does not provide that")
    gathered = collect(tmp_path, "mlbom")
    assert {one.type for one in gathered.result.items} == {"mlbom"}
    assert is_told(gathered, "also gives a security scan, which the source does not provide")


def test_a_source_of_one_format_names_the_others(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"scan.sarif": SARIF, "out.json": PROMPTFOO, "x.txt": ""}, format_="sarif")
    assert {one.type for one in gathered.result.items} == {"security_scan"}
    assert is_told(gathered, "is a promptfoo result; the source asks for format 'sarif' alone")
    assert is_told(gathered, "is not a SARIF log")


def test_what_is_later_than_the_assessed_time_is_listed_and_not_counted(tmp_path: Path) -> None:
    made = changed(SARIF, "runs", 0, "invocations", 0, "endTimeUtc", to="2026-12-24T09:00:00Z")
    gathered = gather(tmp_path, {"scan.sarif": made})
    assert gathered.result.items == ()
    assert any(one.status == "after-as-of" for one in gathered.result.problems)
    assert told(gathered, "not-counted") == []


def test_files_below_tests_and_examples_do_not_count(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"tests/scan.sarif": SARIF, "examples/junit.xml": JUNIT})
    assert gathered.result.items == ()
    assert is_told(gathered, "is a test or its fixture, not a result of the system")


@pytest.mark.parametrize("name", ["scan.sarif", "bom.cdx.json", "promptfoo.json"])
def test_the_same_bytes_give_the_same_items(tmp_path: Path, name: str) -> None:
    once = gather(tmp_path / "a", {name: JSON_DOCUMENTS[name]}).result
    again = gather(tmp_path / "b", {name: JSON_DOCUMENTS[name]}).result
    assert once.model_dump_json() == again.model_dump_json()


def test_two_runs_of_one_log_are_two_items(tmp_path: Path) -> None:
    made = changed(SARIF, "runs", to=SARIF["runs"] * 2)
    assert len(items(gather(tmp_path, {"scan.sarif": made}), "security_scan")) == 2
