"""The table of docs/retention.md, row by row, against one packet's bag-info, cover, OSCAL documents and XMP."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from packet import sample
from tieout.domain.retention import RetentionBlock, in_words
from tieout.domain.retention_rules import RetentionDay
from tieout.oscal.metadata import record_props
from tieout.oscal.packet_set import FILES, oscal_set
from tieout.oscal.vocabulary import OWN_NAMESPACE
from tieout.pipeline.contents import bag_info
from tieout.render.model import PacketView
from tieout.render.view import build_view
from tieout.render.xmp import NAMESPACE, PROPERTIES, retention_properties, xmp_packet

PAGE = Path(__file__).resolve().parents[2] / "docs" / "retention.md"
#: OSCAL's properties beside the table: the same days and their state, for programs.
FOR_PROGRAMS = {"retention-state", "retain-until", "destroy-due"}
#: Lines that the cover gives as one row a rule.
OF_THE_RULES = {"Schedule", "Authority", "Trigger", "Period"}
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
#: Properties of the report that are no retention metadata.
IDENTITY = {"vitalRecord", "classification", "systemName", "releaseId", "sourceCommit", "catalogSha256"}


def table() -> list[tuple[str, str, str]]:
    """Name on the cover, OSCAL property, XMP property, of each row."""
    rows = [line.strip("| ").split("|") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [
        (cover.strip(), re.findall("`(.+?)`", oscal)[0], re.findall("`(.+?)`", xmp)[0])
        for _, cover, oscal, xmp in rows[2:]
    ]


def oscal_props(file: str) -> list[dict[str, str]]:
    (document,) = json.loads(oscal_set(sample.contents())[file]).values()
    return [prop for prop in document["metadata"]["props"] if prop.get("ns") == OWN_NAMESPACE]


def as_one_line(props: list[dict[str, str]], name: str) -> str:
    found = [prop for prop in props if prop["name"] == name]
    if name == "retention-rule":
        return ", ".join(prop["value"] for prop in found)
    if len(found) > 1:
        return "; ".join(f"{prop['class']}: {prop['value']}" for prop in found)
    return found[0]["value"]


def test_the_table_names_every_field_and_nothing_else():
    rows = table()
    retention = sample.contents().retention
    assert [cover for cover, *_ in rows] == [name for name, _ in retention.lines()]
    assert {oscal for _, oscal, _ in rows} | FOR_PROGRAMS == {
        prop.name for block in (retention, retention.model_copy(update=SETTLED)) for prop in record_props(block)
    }
    assert {xmp for *_, xmp in rows} | IDENTITY | {"evidenceIndexSha256"} == set(PROPERTIES)
    page = PAGE.read_text("utf-8")
    assert all(f"`{name}`" in page for name in FOR_PROGRAMS)


SETTLED = {
    "floor_until": RetentionDay(on=sample.AS_OF.date()),
    "destroy_due": RetentionDay(on=sample.AS_OF.date()),
}


def metadata(view: PacketView) -> ET.Element:
    data = xmp_packet(
        view, sample.contents().retention, author="Dana", producer="tieout 0.1.0", when="2026-11-22T18:00:00Z"
    )
    return ET.fromstring(data.decode())  # noqa: S314 - our own file


@pytest.mark.parametrize("file", FILES.values())
def test_the_four_places_say_the_same(file: str, view: PacketView):
    lines = dict(sample.contents().retention.lines())
    info = dict(bag_info(sample.contents()))
    on_cover = {fact.name: fact.value for fact in view.retention}
    props = oscal_props(file)
    tree = metadata(view)
    told = {name: tree.findtext(f".//{{{NAMESPACE}}}{name}") for name in PROPERTIES}
    for cover, oscal, xmp in table():
        assert lines[cover] == info[f"Retention-{cover.replace(' ', '-')}"] == told[xmp]
        if cover in OF_THE_RULES:
            assert cover not in on_cover
        else:
            assert on_cover[cover] == lines[cover]
        if cover == "Hold":
            assert lines[cover].startswith(f"{as_one_line(props, oscal)}, in force")
        else:
            assert as_one_line(props, oscal) == lines[cover]


def test_the_cover_has_a_row_for_each_rule_with_the_same_facts(view: PacketView):
    retention = sample.contents().retention
    lines = dict(retention.lines())
    assert ", ".join(row.rule for row in view.retention_rules) == lines["Schedule"]
    for name, field in (("Authority", "authority"), ("Trigger", "trigger")):
        assert "; ".join(f"{row.rule}: {getattr(row, field)}" for row in view.retention_rules) == lines[name]
    assert [row.period for row in view.retention_rules] == [in_words(rule.period) for rule in retention.rules]


def test_an_evidence_resource_carries_what_the_document_carries():
    (results,) = json.loads(oscal_set(sample.contents())[FILES["assessment-results"]]).values()
    names = [prop.name for prop in record_props(sample.contents().retention)]
    resources = [
        [prop["name"] for prop in resource["props"] if prop["name"] in names]
        for resource in results["back-matter"]["resources"]
    ]
    assert resources
    assert all(found == names for found in resources)


def test_without_a_configuration_no_fact_is_claimed():
    block = RetentionBlock(record_id="R-1", title="A record")
    contents = sample.contents().model_copy(update={"retention": block})
    told = retention_properties(build_view(contents), block)
    assert told["legalHold"] == told["classification"] == "none recorded in the configuration"
    assert told["dispositionAction"] == told["retentionSchedule"] == "none chosen"
    assert told["recordsOfficer"] == told["custodian"] == "not recorded here"
    props = {prop.name: prop.value for prop in record_props(block)}
    assert props == {
        "record-id": "R-1",
        "retention-state": "no-floor",
        "retention-floor": "no rule sets a floor",
        "destroy-after": "no rule sets a date",
        "disposition-action": "none chosen",
        "legal-hold": "none recorded in the configuration",
    }


def test_the_release_is_its_own_name_and_the_preparer_publishes_nothing(view: PacketView):
    tree, subject = metadata(view), sample.contents().assessment.subject
    assert tree.findtext(f".//{{{NAMESPACE}}}releaseId") == subject.release == "4.2.0"
    relation = tree.find(f".//{DUBLIN_CORE}relation")
    assert relation is not None
    assert "".join(relation.itertext()) == f"{subject.system_id} 4.2.0 {subject.commit}"
    assert tree.find(f".//{DUBLIN_CORE}creator") is not None
    assert tree.find(f".//{DUBLIN_CORE}publisher") is None
