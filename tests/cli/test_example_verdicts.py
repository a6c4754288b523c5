"""The whole job on the example system finds what evidence/example/expected.yaml says, for all 72 subcategories."""

import json

import pytest
import yaml

from cases.plain_language import faults, identifiers
from conftest import ROOT, Run
from tieout.domain.assessment import Assessment
from tieout.domain.collection import Collection

EXPECTED = yaml.safe_load((ROOT / "evidence" / "example" / "expected.yaml").read_text(encoding="utf-8"))

_PASSING = {"satisfied", "partial"}


@pytest.fixture(scope="module")
def found(example_packet: Run) -> dict[str, dict[str, str]]:
    assessment = json.loads((example_packet.data / "inputs" / "assessment.json").read_bytes())
    return {control["control"]: control for control in assessment["controls"]}


def test_all_72_have_the_expected_verdict(found: dict[str, dict[str, str]]) -> None:
    rest = EXPECTED["every_other_control"]["verdict"]
    expected = {label: EXPECTED["controls"].get(label, {"verdict": rest})["verdict"] for label in found}
    assert set(EXPECTED["controls"]) <= set(found)
    assert len(found) == 72
    assert {label: control["verdict"] for label, control in found.items()} == expected


def test_the_counts_are_the_expected_ones(found: dict[str, dict[str, str]]) -> None:
    counts: dict[str, int] = {}
    for control in found.values():
        counts[control["verdict"]] = counts.get(control["verdict"], 0) + 1
    assert counts == EXPECTED["counts"]


#: What each open control's reason must quote: the values that decided, and where they stand.
DECIDED = {
    "GOVERN 1.4": ("policies/ai-policy.md", "approver"),
    "MAP 2.1": ("SYSTEM_CARD.md", "gpt-4o-2024-08-06", "config/gateway.yaml", "gpt-4o-2024-11-20"),
    "MEASURE 2.1": ("simulated model", "mockllm/gpt-4o-2024-11-20"),
    "MEASURE 2.3": ("0.9125", "0.8694", "6,735", "6,000"),
    "MEASURE 2.4": ("28 of 30 days", "61.1 h", "2026-11-06"),
    "MANAGE 2.4": ("kill switch", "2026-04", "180 days"),
    "MANAGE 4.3": ("records/incident-log.json:34",),
}


def test_each_open_control_of_the_example_is_checked_for_its_reason() -> None:
    open_ = {label for label, control in EXPECTED["controls"].items() if control["verdict"] not in _PASSING}
    assert open_ == set(DECIDED)


@pytest.mark.parametrize("label", sorted(DECIDED))
def test_the_reason_quotes_what_decided(label: str, found: dict[str, dict[str, str]]) -> None:
    missing = [fact for fact in DECIDED[label] if fact not in found[label]["reason"]]
    assert not missing, found[label]["reason"]


def test_no_sentence_of_the_example_holds_notation(example_packet: Run) -> None:
    inputs = example_packet.data / "inputs"
    assessment = Assessment.model_validate_json((inputs / "assessment.json").read_bytes())
    own = identifiers(Collection.model_validate_json((inputs / "collection.json").read_bytes()))
    said = [text for control in assessment.controls for text in (control.reason, control.closes_with)]
    said += [check.reason for rule in assessment.rules for check in rule.checks]
    assert len(said) > 150
    assert {text: found for text in said if (found := faults(text, own))} == {}


def test_each_check_that_judged_a_file_names_lines_in_it(example_packet: Run) -> None:
    inputs = example_packet.data / "inputs"
    assessment = Assessment.model_validate_json((inputs / "assessment.json").read_bytes())
    collection = Collection.model_validate_json((inputs / "collection.json").read_bytes())
    # A log is counted, not quoted: it has lines only of what stands out in it.
    with_lines = {item.id for item in collection.items if item.lines and item.type != "telemetry"}
    judged = [check for rule in assessment.rules for check in rule.checks if with_lines & set(check.evidence)]
    assert len(judged) > 25
    assert [check for check in judged if not any(place.line for place in check.places)] == []
    treated = next(check for check in judged if check.predicate == "treated")
    # The four risks above the tolerance, each on the line that it begins on.
    text = (ROOT / "evidence/example/repository/records/risk-register.yaml").read_text(encoding="utf-8")
    begins = {number for number, line in enumerate(text.splitlines(), start=1) if line.lstrip().startswith("- id: R-")}
    lines = [place.line for place in treated.places]
    assert set(lines) < begins
    assert len(lines) == len(set(lines)) == 4


def test_it_is_the_expected_commit_time_and_period(example_packet: Run) -> None:
    run = json.loads((example_packet.data / "inputs" / "run.json").read_bytes())
    assert run["commit"] == EXPECTED["commit"]
    assert run["as_of"] == EXPECTED["as_of"].strftime("%Y-%m-%dT%H:%M:%SZ")
    start, end = EXPECTED["period"]["start"], EXPECTED["period"]["end"]
    assert run["period"][0] == f"{start}T00:00:00Z"
    # Both days count: the period ends when the last one does.
    assert run["period"][1] == f"{end.replace(day=end.day + 1)}T00:00:00Z"


def test_the_whole_log_was_read(example_packet: Run) -> None:
    collection = json.loads((example_packet.data / "inputs" / "collection.json").read_bytes())
    telemetry = next(
        item for source in collection["sources"] for item in source["items"] if item["type"] == "telemetry"
    )
    assert telemetry["facts"]["lines"] == EXPECTED["log"]["lines"]


def test_the_job_takes_at_most_20_seconds_of_cpu(example_packet: Run) -> None:
    assert example_packet.answer.cpu <= 20, f"{example_packet.answer.cpu:.1f} s"
