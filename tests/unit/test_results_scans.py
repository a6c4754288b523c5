"""Security scans: SARIF, pip-audit, CycloneDX vulnerabilities and OpenVEX; looking at nothing shows nothing."""

from pathlib import Path

import pytest

from support.tool_documents import CYCLONEDX, OPENVEX, PIP_AUDIT, SARIF
from support.tool_results import changed, gather, is_told, item, items, told


def scan(folder: Path, document: object, name: str = "scan.sarif") -> dict:
    return item(gather(folder, {name: document}), "security_scan").facts


# --- SARIF


def test_a_sarif_run(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"scan.sarif": SARIF})
    found = item(gathered, "security_scan")
    assert {key: found.facts[key] for key in ("tool", "tool_version", "status", "commit", "subject", "assessed")} == {
        "tool": "Scanner",
        "tool_version": "3.1.0",
        "status": "success",
        "commit": "abc",
        "subject": "https://forge.example/x",
        "assessed": 2,
    }
    assert (found.facts["open_findings"], found.facts["critical_or_high"], found.facts["unrated"]) == (2, 1, 1)
    states = [(one["id"], one.get("severity"), one["state"]) for one in found.facts["findings"]]
    assert states == [("R1", "critical", "open"), ("R2", None, "open"), ("R1", "critical", "suppressed")]
    second = found.facts["findings"][1]
    assert (second["level"], second["path"], second["line"]) == ("note", "src/a.py", 7)
    text = (tmp_path / "scan.sarif").read_text().splitlines()
    line = found.lines["/findings/1"]
    assert '"ruleId": "R2"' in "".join(text[line - 1 : line + 1])
    assert "SECRET" not in gathered.result.model_dump_json()
    assert told(gathered) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"invocations": [{"executionSuccessful": False}]}, "failed"),
        ({"invocations": []}, "unknown"),
        ({"results": None}, "incomplete"),
        ({"results": []}, "success"),  # two files were looked at
        ({"results": [], "artifacts": []}, "unknown"),
        ({"results": [], "artifacts": [{"roles": ["tracedFile"]}]}, "empty"),
    ],
)
def test_how_a_sarif_run_ended(tmp_path, change, status) -> None:
    made = changed(SARIF, "runs", 0, to=SARIF["runs"][0] | change)
    assert scan(tmp_path, made)["status"] == status


def test_nothing_found_without_saying_where_was_looked_is_told(tmp_path: Path) -> None:
    made = changed(SARIF, "runs", 0, to=SARIF["runs"][0] | {"results": [], "artifacts": []})
    assert is_told(gather(tmp_path, {"scan.sarif": made}), "reports nothing and does not record what it looked at")


@pytest.mark.parametrize(
    ("suppressions", "state"),
    [
        ([{"status": "accepted"}], "suppressed"),
        ([{"status": "rejected"}], "open"),
        ([{"status": "underReview"}], "in_triage"),
        ([{"status": "accepted"}, {"status": "rejected"}], "open"),
        ([], "open"),
    ],
)
def test_a_finding_is_suppressed_only_where_that_was_accepted(tmp_path, suppressions, state) -> None:
    made = changed(SARIF, "runs", 0, "results", to=[{"ruleId": "R1", "suppressions": suppressions}])
    assert scan(tmp_path, made)["findings"][0]["state"] == state


@pytest.mark.parametrize("change", [{"kind": "pass"}, {"kind": "notApplicable"}, {"baselineState": "absent"}])
def test_what_is_no_finding(tmp_path, change) -> None:
    made = changed(SARIF, "runs", 0, "results", to=[{"ruleId": "R1", **change}])
    assert scan(tmp_path, made)["open_findings"] == 0


@pytest.mark.parametrize(
    ("properties", "severity"),
    [({"tags": ["vulnerability", "HIGH"]}, "high"), ({"tags": ["HIGH", "LOW"]}, None),
     ({"severity": "Moderate"}, "medium"), ({"security-severity": "11"}, None),
     ({"security-severity": "0.0"}, "none"), ({"security-severity": "x"}, None)],
)  # fmt: skip
def test_ratings(tmp_path, properties, severity) -> None:
    made = changed(SARIF, "runs", 0, "results", to=[{"ruleId": "X", "properties": properties}])
    assert scan(tmp_path, made)["findings"][0].get("severity") == severity


def test_many_findings_are_counted_and_the_first_kept(tmp_path: Path) -> None:
    made = changed(SARIF, "runs", 0, "results", to=[{"ruleId": "R2"}] * 30_000 + [{"ruleId": "R1"}])
    found = scan(tmp_path, made)
    assert (found["open_findings"], len(found["findings"]), found["findings"][0]["id"]) == (30_001, 2000, "R1")


def test_another_version_of_sarif_is_unreadable(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"scan.sarif": changed(SARIF, "version", to="2.0.0")})
    assert items(gathered, "security_scan") == []
    assert any("another version than 2.1.0" in reason for reason in told(gathered, "unreadable"))


# --- pip-audit


def test_a_pip_audit_report(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"audit.json": PIP_AUDIT})
    found = item(gathered, "security_scan").facts
    assert (found["assessed"], found["skipped"], found["open_findings"], found["unrated"]) == (2, 1, 1, 1)
    [fault] = found["findings"]
    assert (fault["id"], fault["component"], fault["fixed_in"]) == ("PYSEC-2018-28", "requests 2.19.0", ["2.20.0"])
    assert is_told(gathered, "skipped 1 of 3 dependencies")
    assert is_told(gathered, "does not record what was scanned, the version of its tool and its time")


def test_a_scan_that_skipped_everything_looked_at_nothing(tmp_path: Path, shared: Path) -> None:
    made = changed(PIP_AUDIT, "dependencies", to=[{"name": "own", "skip_reason": "not found"}])
    for gathered in (gather(tmp_path, {"audit.json": made}), gather(shared / "samples" / "small")):
        found = item(gathered, "security_scan").facts
        assert (found["status"], found["assessed"], found["open_findings"]) == ("empty", 0, 0)
        assert is_told(gathered, "looked at nothing")


# --- statements about vulnerabilities


def test_cyclonedx_vulnerabilities(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"bom.json": CYCLONEDX})
    found = item(gathered, "security_scan").facts
    states = [(one["id"], one["severity"], one["state"], one.get("component")) for one in found["findings"]]
    # Of two ratings the gravest counts.
    assert states == [("CVE-2026-1", "critical", "open", "a 1"), ("CVE-2026-2", "high", "not_affected", None)]
    assert (found["status"], "assessed" in found, found["open_findings"]) == ("unknown", False, 1)
    assert "SECRET" not in gathered.result.model_dump_json()


def test_an_empty_list_of_vulnerabilities_shows_nothing(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"bom.json": changed(CYCLONEDX, "vulnerabilities", to=[])})
    assert item(gathered, "security_scan").facts["status"] == "unknown"
    assert is_told(gathered, "does not show that any was looked for")


def test_openvex(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"vex.json": OPENVEX})
    found = item(gathered, "security_scan").facts
    assert [(one["id"], one["state"], one["component"]) for one in found["findings"]] == [
        ("CVE-2026-2", "open", "pkg:oci/x@1"),
        ("CVE-2026-1", "not_affected", "pkg:oci/x@1"),
    ]
    assert (found["tool"], found["status"], "assessed" in found) == ("maker", "unknown", False)
    assert "SECRET" not in gathered.result.model_dump_json()


def quiet(**changes: object) -> dict[str, object]:
    """A run of SARIF that found nothing, ended well, and says what it looked at and for."""
    return {
        "tool": {"driver": {"name": "Scanner", "rules": [{"id": "R1"}, {"id": "R2"}]}},
        "invocations": [{"executionSuccessful": True}],
        "artifacts": [{"location": {"uri": "a.py"}, "roles": ["analysisTarget"]}],
        "results": [],
        **changes,
    }


def sarif_of(run: dict[str, object], **changes: object) -> dict[str, object]:
    return {"version": "2.1.0", "runs": [run], **changes}


def ruled(*rules: object) -> dict[str, object]:
    return {"driver": {"name": "Scanner", "rules": list(rules)}}


OFF = {"enabled": False}


def overridden(*overrides: object) -> list[object]:
    return [{"executionSuccessful": True, "ruleConfigurationOverrides": list(overrides)}]


EXTENDED = {"driver": {"name": "Scanner"}, "extensions": [{"name": "pack", "rules": [{"id": "R1"}]}]}


def of_part(**part: object) -> dict[str, object]:
    return {"descriptor": {"index": 0, "toolComponent": part}, "configuration": OFF}


@pytest.mark.parametrize(
    ("run", "status", "words"),
    [
        (quiet(), "success", ""),
        (quiet(tool=ruled({"id": "R1", "defaultConfiguration": OFF}, {"id": "R2"})), "success", ""),
        (quiet(invocations=overridden({"descriptor": {"id": "R1"}, "configuration": OFF})), "success", ""),
        (
            quiet(
                tool=ruled({"id": "R1", "defaultConfiguration": OFF}),
                invocations=overridden({"descriptor": {"index": 0}, "configuration": {"enabled": True}}),
            ),
            "success",
            "",
        ),
        (quiet(tool=ruled({"id": "R1", "defaultConfiguration": OFF})), "empty", "every rule that it lists is switched"),
        (
            quiet(tool=ruled({"id": "R1"}), invocations=overridden({"descriptor": {"id": "R1"}, "configuration": OFF})),
            "empty",
            "every rule that it lists is switched off",
        ),
        (quiet(tool=ruled({"id": "R1", "defaultConfiguration": {"level": "none"}})), "empty", "or of level none"),
        (quiet(tool=ruled({"id": "R1", "defaultConfiguration": {"level": "note"}})), "success", ""),
        (
            quiet(
                tool=ruled({"id": "R1", "guid": "AB-1"}),
                invocations=overridden({"descriptor": {"guid": "ab-1"}, "configuration": OFF}),
            ),
            "empty",
            "switched off",
        ),
        (quiet(tool=EXTENDED, invocations=overridden(of_part(index=0))), "empty", "switched off"),
        (quiet(tool=EXTENDED, invocations=overridden(of_part(name="pack"))), "empty", "switched off"),
        (quiet(tool=EXTENDED, invocations=overridden(of_part(index=1))), "success", ""),
        (quiet(tool=ruled()), "unknown", "lists no rule"),
        (
            quiet(externalPropertyFileReferences={"results": [{"itemCount": 5}]}),
            "incomplete",
            "keeps results apart from the run (externalPropertyFileReferences)",
        ),
        (quiet(externalPropertyFileReferences={"results": []}), "success", ""),
    ],
)
def test_what_a_sarif_run_without_findings_shows(tmp_path: Path, run, status, words) -> None:
    gathered = gather(tmp_path, {"scan.sarif": sarif_of(run)})
    assert item(gathered, "security_scan").facts["status"] == status
    assert is_told(gathered, words or "keeps results apart") is bool(words)


def test_results_beside_the_runs_make_none_of_them_whole(tmp_path: Path) -> None:
    made = sarif_of(quiet(), inlineExternalProperties=[{"results": [{"ruleId": "R1"}]}])
    gathered = gather(tmp_path, {"scan.sarif": made})
    assert item(gathered, "security_scan").facts["status"] == "incomplete"
    assert is_told(gathered, "keeps results apart from the run (inlineExternalProperties)")
    without = sarif_of(quiet(), inlineExternalProperties=[{"artifacts": []}, None, 7])
    assert scan(tmp_path, without)["status"] == "success"


def test_a_file_that_is_listed_often_was_looked_at_once(tmp_path: Path) -> None:
    one = {"location": {"uri": "a.py"}, "roles": ["analysisTarget"]}
    other = {"location": {"uri": "b.py"}, "roles": ["analysisTarget"]}
    assert scan(tmp_path, sarif_of(quiet(artifacts=[one, one, one, other])))["assessed"] == 2


def test_a_file_whose_place_is_written_in_several_ways_was_looked_at_once(tmp_path: Path) -> None:
    ways = ("a.py", "./a.py", "b/../a.py", "%61.py", "b/a.py")
    listed = [{"location": {"uri": one}, "roles": ["analysisTarget"]} for one in ways]
    assert scan(tmp_path, sarif_of(quiet(artifacts=listed)))["assessed"] == 2
