"""Load, energy, drift and fairness: k6, Locust, CodeCarbon, Evidently and Fairlearn."""

from pathlib import Path

import pytest

from support.tool_documents import CODECARBON, EVIDENTLY, FAIRLEARN, K6, LOCUST, LOCUST_HISTORY
from support.tool_results import changed, gather, is_told, item, items, told

# --- load


def test_k6(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"k6.json": K6})
    found = item(gathered, "load_test").facts
    assert {
        key: found[key] for key in ("requests", "failures", "error_rate", "rate_per_second", "p95_ms", "p99_ms")
    } == {
        "requests": 1000,
        "failures": 20,
        "error_rate": 0.02,
        "rate_per_second": 50.5,
        "p95_ms": 88.5,
        "p99_ms": 120.0,
    }
    assert found["limits_broken"] == ["http_req_duration: p(95)<80"]
    assert is_told(gathered, "does not record what was asked, the version of its tool and its time")


def test_k6_of_handle_summary(tmp_path: Path) -> None:
    made = {
        "metrics": {
            "http_reqs": {"type": "counter", "values": {"count": 10, "rate": 1}},
            "http_req_duration": {"values": {"p(95)": 9}, "thresholds": {"p(95)<5": {"ok": False}, "a": {"ok": True}}},
            "http_req_failed": {"values": {"rate": 0.1, "passes": 1, "fails": 9}},
        },
        "state": {"testRunDurationMs": 10_000},
    }
    found = item(gather(tmp_path, {"k6.json": made}), "load_test").facts
    assert (found["requests"], found["failures"], found["seconds"], found["p95_ms"]) == (10, 1, 10.0, 9.0)
    assert found["limits_broken"] == ["http_req_duration: p(95)<5"]


def test_k6_without_a_request_is_empty(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"k6.json": changed(K6, "metrics", "http_reqs", to={"count": 0, "rate": 0})})
    assert item(gathered, "load_test").facts["status"] == "empty"
    assert is_told(gathered, "looked at nothing")


def test_locust_has_its_times_from_the_history_beside_it(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"load_stats.csv": LOCUST, "load_stats_history.csv": LOCUST_HISTORY})
    found = item(gathered, "load_test")
    facts = found.facts
    assert (facts["requests"], facts["failures"], facts["error_rate"], facts["p95_ms"]) == (100, 3, 0.03, 35.0)
    assert (facts["most_users"], facts["seconds"]) == (9, 10.0)
    assert found.lines["/requests"] == 4
    assert found.effective is not None


def test_locust_alone_has_no_time(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"load_stats.csv": LOCUST})
    assert item(gathered, "load_test").effective is None
    assert is_told(gathered, "its time")


def test_a_locust_table_that_does_not_add_up_is_incomplete(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"load_stats.csv": LOCUST.replace("60,2", "50,2")})
    assert item(gathered, "load_test").facts["status"] == "incomplete"
    assert is_told(gathered, "have not 100 requests together")


@pytest.mark.parametrize(
    "text", [LOCUST.replace("Aggregated", "Total"), LOCUST.replace(",Aggregated,100,3", ",Aggregated,100,300")]
)
def test_a_locust_table_without_a_usable_sum_is_unreadable(tmp_path, text) -> None:
    gathered = gather(tmp_path, {"load_stats.csv": text})
    assert items(gathered, "load_test") == []
    assert told(gathered, "unreadable")


# --- energy


def test_codecarbon(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"emissions.csv": CODECARBON})
    found = item(gathered, "energy_report")
    facts = found.facts
    assert (facts["n"], facts["energy_kwh"], facts["emissions_kg"], facts["seconds"]) == (2, 1.5, 0.6, 660.0)
    assert (facts["tool_version"], facts["zone_recorded"]) == ("3.0.1", False)
    assert (facts["started_at"], facts["completed_at"]) == ("2026-11-20T08:50:00Z", "2026-11-21T09:00:00Z")
    assert facts["runs"][0]["energy_kwh"] == 0.25
    assert found.lines["/runs/0"] == 3
    [problem] = [one for one in gathered.result.problems if "no energy" in one.reason]
    assert problem.place.line == 4


def test_energy_of_nothing_is_empty(tmp_path: Path) -> None:
    header, *_, last = CODECARBON.splitlines()
    gathered = gather(tmp_path, {"emissions.csv": f"{header}\n{last}\n"})
    assert item(gathered, "energy_report").facts["status"] == "empty"


@pytest.mark.parametrize("amount", ["-1", "nan", "inf", "1e300", "x", ""])
def test_an_energy_that_is_no_amount_is_left_out(tmp_path, amount) -> None:
    gathered = gather(tmp_path, {"emissions.csv": CODECARBON.replace("1.25", amount)})
    assert item(gathered, "energy_report").facts["energy_kwh"] == 0.25
    assert is_told(gathered, "the energy of the run is no amount")


def test_a_hundred_thousand_runs(tmp_path: Path) -> None:
    header, first, *_ = CODECARBON.splitlines()
    gathered = gather(tmp_path, {"emissions.csv": "\n".join([header, *[first] * 100_000, ""])})
    facts = item(gathered, "energy_report").facts
    assert (facts["n"], len(facts["runs"]), facts["energy_kwh"]) == (100_000, 1000, 125_000.0)


# --- drift


def test_evidently(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"drift.json": EVIDENTLY})
    facts = item(gathered, "drift_series").facts
    drifted = {one.get("column"): one.get("drifted") for one in facts["points"]}
    assert drifted == {None: True, "a": False, "b": True, "c": None}
    assert (facts["n"], facts["status"]) == (500, "success")


def test_evidently_without_a_number_of_rows_is_incomplete(tmp_path: Path, shared: Path) -> None:
    made = changed(EVIDENTLY, "metrics", to=EVIDENTLY["metrics"][1:])
    for gathered in (gather(tmp_path, {"drift.json": made}), gather(shared / "samples" / "evidently")):
        assert item(gathered, "drift_series").facts["status"] == "incomplete"
        assert is_told(gathered, "does not record on how many rows it was measured")


def test_evidently_of_older_versions(tmp_path: Path) -> None:
    made = {
        "version": "0.4.40",
        "timestamp": "2026-11-20 09:00:00.000",
        "metrics": [
            {"metric": "DatasetDriftMetric", "result": {"drift_share": 0.5, "share_of_drifted_columns": 0.2,
                                                        "dataset_drift": False}},
            {"metric": "DataDriftTable", "result": {"drift_by_columns": {
                "a": {"column_name": "a", "stattest_name": "K-S p_value", "drift_score": 0.01,
                      "stattest_threshold": 0.05, "drift_detected": True}}}},
        ],
    }  # fmt: skip
    found = item(gather(tmp_path, {"drift.json": made}), "drift_series")
    assert [one["drifted"] for one in found.facts["points"]] == [False, True]
    assert (found.facts["tool_version"], found.facts["zone_recorded"]) == ("0.4.40", False)


def test_a_report_about_other_things_is_named(tmp_path: Path) -> None:
    made = changed(EVIDENTLY, "metrics", to=EVIDENTLY["metrics"][:1])
    gathered = gather(tmp_path, {"drift.json": made})
    assert gathered.result.items == ()
    assert is_told(gathered, "is an Evidently report without any drift")


# --- fairness


def test_fairlearn(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"fair.json": FAIRLEARN})
    found = item(gathered, "fairness_report")
    facts = found.facts
    assert (facts["groups"], facts["smallest_n"], facts["status"]) == (["A", "B"], 30, "success")
    assert {"metric": "accuracy", "group": "B", "value": 0.8, "n": 30} in facts["metrics"]
    assert facts["disparities"] == [{"name": "demographic_parity_difference", "value": 0.1}]
    assert found.effective is not None
    assert told(gathered) == [
        "is not bound to what is in use: it does not record a digest of the data that it was measured on"
    ]


def test_fairness_without_numbers_is_incomplete(tmp_path: Path, shared: Path) -> None:
    for gathered in (
        gather(tmp_path, {"fair.json": changed(FAIRLEARN, "by_group", "count")}),
        gather(shared / "samples" / "fairlearn"),
    ):
        assert item(gathered, "fairness_report").facts["status"] == "incomplete"
        assert is_told(gathered, "does not record how many rows each group has")


@pytest.mark.parametrize(
    ("groups", "words"),
    [({"accuracy": {"A": 0.9}, "count": {"A": 9}}, "has one group only"),
     ({"accuracy": {"A": 0.9, "B": 0.8}, "count": {"A": 9, "B": 0}}, "has a group without any row")],
)  # fmt: skip
def test_fairness_of_nothing_is_empty(tmp_path, groups, words) -> None:
    gathered = gather(tmp_path, {"fair.json": changed(FAIRLEARN, "by_group", to=groups)})
    assert item(gathered, "fairness_report").facts["status"] == "empty"
    assert is_told(gathered, words)


def test_checks_of_answers_that_failed_are_told(tmp_path: Path) -> None:
    made = changed(K6, "metrics", "checks", to={"passes": 0, "fails": 1000})
    gathered = gather(tmp_path, {"k6.json": made})
    facts = item(gathered, "load_test").facts
    assert (facts["checks"], facts["checks_failed"], facts["failures"]) == (1000, 1000, 20)
    assert is_told(gathered, "records that 1,000 of 1,000 checks of its answers failed")
    kept = gather(tmp_path, {"k6.json": changed(K6, "metrics", "checks", to={"passes": 9, "fails": 0})})
    assert item(kept, "load_test").facts["checks_failed"] == 0
    assert not is_told(kept, "of its answers failed")


@pytest.mark.parametrize(
    ("metric", "values", "words", "gone"),
    [
        (
            "http_req_failed",
            {"value": 0, "passes": 0, "fails": 10},
            "among 10 requests, and 1,000 were made",
            "failures",
        ),
        ("http_req_failed", {"value": 0.5, "passes": 20, "fails": 980}, "says that their share is 0.5", "error_rate"),
        ("http_req_duration", {"med": 9, "p(95)": 5, "max": 20}, "its times contradict each other", "p95_ms"),
        ("http_req_duration", {"med": 1, "p(95)": 5, "max": 2}, "its times contradict each other", "max_ms"),
        ("http_req_duration", {"min": 500, "max": 4}, "its times contradict each other", "max_ms"),
        ("http_req_duration", {"avg": 900, "max": 4}, "its times contradict each other", "max_ms"),
        ("http_req_duration", {"avg": 1, "min": 2, "max": 4}, "its times contradict each other", "max_ms"),
    ],
)
def test_figures_of_k6_that_contradict_each_other_are_left_out(tmp_path: Path, metric, values, words, gone) -> None:
    gathered = gather(tmp_path, {"k6.json": changed(K6, "metrics", metric, to=values)})
    facts = item(gathered, "load_test").facts
    assert (facts["status"], gone in facts) == ("incomplete", False)
    assert any(words in reason for reason in told(gathered, "unreadable"))


def test_failures_that_the_rows_of_locust_do_not_bear_out_are_left_out(tmp_path: Path) -> None:
    rows = LOCUST.splitlines()
    rows[-1] = rows[-1].replace(",Aggregated,100,3,", ",Aggregated,100,0,")
    assert rows != LOCUST.splitlines()
    gathered = gather(tmp_path, {"run_stats.csv": "\n".join(rows)})
    facts = item(gathered, "load_test").facts
    assert (facts["status"], facts["requests"]) == ("incomplete", 100)
    assert "failures" not in facts
    assert "error_rate" not in facts
    assert any("its rows have not 0 failures together" in reason for reason in told(gathered, "unreadable"))


NESTED = {"groups": [{"checks": [{"passes": 1, "fails": 2}, {"passes": 4}]}], "checks": [None, 7, {"passes": "x"}]}
NAMED = {"groups": {"g": {"checks": {"c": {"passes": 5, "fails": 2}}}}, "checks": {}}


@pytest.mark.parametrize("group", [NESTED, NAMED])
def test_checks_that_only_the_groups_of_k6_count_are_told(tmp_path: Path, group: object) -> None:
    made = changed(K6, "root_group", to=group)
    gathered = gather(tmp_path, {"k6.json": made})
    facts = item(gathered, "load_test").facts
    assert (facts["status"], facts["checks"], facts["checks_failed"]) == ("success", 7, 2)
    assert is_told(gathered, "records that 2 of 7 checks of its answers failed")


@pytest.mark.parametrize(("fails", "status"), [(0, "incomplete"), (1, "incomplete"), (2, "success"), (3, "success")])
def test_fewer_failed_checks_than_in_the_groups_of_k6_are_left_out(tmp_path: Path, fails: int, status: str) -> None:
    made = changed(changed(K6, "root_group", to=NESTED), "metrics", "checks", to={"passes": 5, "fails": fails})
    gathered = gather(tmp_path, {"k6.json": made})
    facts = item(gathered, "load_test").facts
    assert (facts["status"], facts.get("checks_failed")) == (status, fails if status == "success" else None)
    assert any("2 in its groups" in reason for reason in told(gathered, "unreadable")) is (status == "incomplete")


@pytest.mark.parametrize(
    ("old", "new", "is_refuted"),
    [
        ("11,90,6.0,10,30,80", "11,9999,6.0,10,30,80", True),  # longer than the longest of all
        (",12,95,10.0,11,35,82", ",12,95,10.0,11,29,82", True),  # both rows have a higher one
        (",12,95,10.0,11,35,82", ",12,95,10.0,11,30,82", False),
        ("40,1,13,95,4.0,12,40,85", "40,1,13,95,4.0,12,90,95", False),  # one row may be slower than all together
        ("11,90,6.0,10,30,80", "11,N/A,6.0,N/A,x,", False),
    ],
)
def test_times_of_locust_that_its_rows_refute_are_left_out(tmp_path: Path, old, new, *, is_refuted: bool) -> None:
    assert old in LOCUST
    gathered = gather(tmp_path, {"run_stats.csv": LOCUST.replace(old, new)})
    facts = item(gathered, "load_test").facts
    assert (facts["status"], "p95_ms" in facts) == ("incomplete" if is_refuted else "success", not is_refuted)
    assert any("its times over all requests" in one for one in told(gathered, "unreadable")) is is_refuted


def test_times_of_k6_that_were_rounded_apart_contradict_nothing(tmp_path: Path) -> None:
    times = {"avg": 1.0000001, "min": 1, "med": 2.0001, "p(95)": 2.0001, "max": 2.0}
    gathered = gather(tmp_path, {"k6.json": changed(K6, "metrics", "http_req_duration", to=times)})
    assert item(gathered, "load_test").facts["p95_ms"] == 2.0001
    assert not told(gathered, "unreadable")
