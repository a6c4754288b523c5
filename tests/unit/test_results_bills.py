"""Bills of materials: CycloneDX and SPDX; what each component has, and what nobody said."""

from pathlib import Path

import pytest

from support.tool_documents import CYCLONEDX, SPDX_2, SPDX_3
from support.tool_results import changed, gather, is_told, item, items, told


def counts(found: dict) -> tuple[int, ...]:
    return tuple(found[name] for name in ("total", "with_licence", "with_hash", "with_supplier"))


def test_cyclonedx(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"bom.cdx.json": CYCLONEDX})
    found = item(gathered, "mlbom")
    facts = found.facts
    assert counts(facts) == (5, 1, 1, 1)
    assert (facts["tool"], facts["tool_version"], facts["spec_version"]) == ("maker", "7.5.0", "1.6")
    assert facts["subject"] == "claims 1.2.0"
    assert [one["name"] for one in facts["components"]] == ["a", "inner", "b", "triage-model", "claims-2026"]
    assert facts["components"][0]["purl"] == "pkg:pypi/a@1"
    assert facts["models"] == [
        {"name": "triage-model", "version": "3", "task": "classification", "datasets": 1, "metrics": 1,
         "limitations": True, "hashed": False, "licensed": False}
    ]  # fmt: skip
    assert facts["datasets"] == ["claims-2026"]
    text = (tmp_path / "bom.cdx.json").read_text().splitlines()
    line = found.lines["/components/1"]
    assert '"inner"' in "".join(text[line - 1 : line + 2])
    kept = gathered.result.model_dump_json()
    assert "Somebody Real" not in kept
    assert "pass@" not in kept


def test_digests_of_downloads_are_no_digest_of_what_is_in_use(tmp_path: Path) -> None:
    components = item(gather(tmp_path, {"bom.json": CYCLONEDX}), "mlbom").facts["components"]
    [b] = [one for one in components if one["name"] == "b"]
    assert (b["hashes"], b["download_hashes"]) == ([], 2)


@pytest.mark.parametrize(
    ("licences", "known"),
    [
        ([{"expression": "MIT OR Apache-2.0"}], ["MIT OR Apache-2.0"]),
        ([{"license": {"name": "NOASSERTION"}}], []),
        ([{"license": {"name": "Own licence\nwith its whole text"}}], ["Own licence"]),
        ([{"license": {}}, {}, 7], []),
    ],
)
def test_licences(tmp_path, licences, known) -> None:
    made = changed(CYCLONEDX, "components", 0, "licenses", to=licences)
    assert item(gather(tmp_path, {"bom.json": made}), "mlbom").facts["components"][0]["licences"] == known


@pytest.mark.parametrize("version", ["1.2", "1.4", "1.5", "1.7"])
def test_versions_of_cyclonedx(tmp_path, version) -> None:
    made = changed(CYCLONEDX, "specVersion", to=version)
    made["metadata"]["tools"] = [{"vendor": "v", "name": "older", "version": "1"}]
    assert item(gather(tmp_path, {"bom.json": made}), "mlbom").facts["tool"] == "older"


def test_an_unknown_version_is_unreadable_at_its_line(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"bom.json": changed(CYCLONEDX, "specVersion", to="9.9")})
    [problem] = [one for one in gathered.result.problems if one.status == "unreadable"]
    assert ("versions 1.2 to 1.7" in problem.reason, problem.place.line) == (True, 3)


def test_a_bill_without_components_lists_nothing(tmp_path: Path) -> None:
    without = changed(CYCLONEDX, "vulnerabilities")
    for made in (changed(without, "components", to=[]), changed(without, "components")):
        gathered = gather(tmp_path, {"bom.json": made})
        assert item(gathered, "mlbom").facts["status"] == "empty"
        assert is_told(gathered, "lists no component")


def test_a_trailing_comma_is_unreadable_with_its_line(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"bom.json": '{"bomFormat": "CycloneDX",\n "components": [{"name": "a"},\n]}'})
    [problem] = [one for one in gathered.result.problems if one.status == "unreadable"]
    assert problem.place.line in {2, 3}


def test_a_bill_of_many_components(tmp_path: Path) -> None:
    rows = [
        {"type": "library", "name": f"c{number}", "licenses": [{"license": {"id": "MIT"}}]} for number in range(6000)
    ]
    gathered = gather(tmp_path, {"bom.json": changed(CYCLONEDX, "components", to=rows)})
    found = item(gathered, "mlbom").facts
    assert (found["total"], found["with_licence"], len(found["components"])) == (6000, 6000, 5000)
    assert is_told(gathered, "lists 6,000 components, of which the first 5,000 are kept")


def test_spdx_2(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"two.spdx.json": SPDX_2})
    facts = item(gathered, "mlbom").facts
    assert counts(facts) == (2, 1, 1, 1)
    assert (facts["subject"], facts["tool"], facts["tool_version"]) == ("claims 1.2.0", "maker", "1.4.1")
    assert facts["suppliers"] == ["A Ltd"]
    assert facts["components"][0]["purl"] == "pkg:pypi/a@1"
    assert "ann@example.org" not in gathered.result.model_dump_json()


def test_spdx_3(tmp_path: Path) -> None:
    facts = item(gather(tmp_path, {"three.json": SPDX_3}), "mlbom").facts
    assert counts(facts) == (2, 1, 1, 1)
    assert (facts["subject"], facts["tool"], facts["spec_version"]) == ("claims 1.2.0", "maker", "3.0.1")
    [model] = facts["models"]
    assert (model["limitations"], model["metrics"], model["hashed"], model["licensed"]) == (True, 1, True, True)
    assert facts["datasets"] == ["claims-2026"]
    assert "Ann" not in str(facts)


def test_an_unknown_version_of_spdx_is_unreadable(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"two.json": changed(SPDX_2, "spdxVersion", to="SPDX-1.2")})
    assert items(gathered, "mlbom") == []
    assert any("SPDX 2.2, 2.3 and 3.0" in reason for reason in told(gathered, "unreadable"))


def test_the_real_samples(shared: Path) -> None:
    gathered = gather(shared / "samples" / "small")
    found = {one.provenance.path: one.facts for one in items(gathered, "mlbom")}
    assert counts(found["env.cdx.json"]) == (61, 61, 0, 0)
    assert counts(found["cca.cdx.json"]) == (110, 0, 0, 0)
    assert sum(one["download_hashes"] for one in found["cca.cdx.json"]["components"]) > 110
