"""What tieout.yaml may say of a table: checked before anything is read, each fault at its line."""

from typing import Any

import pytest
import yaml

from support.odd_values import VALUES
from tieout.collectors.fitting import APPROVAL_KEYS
from tieout.config.kinds import KINDS, misfits
from tieout.config.records import record_table
from tieout.config.tables import APPROVAL, RecordOptions
from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES
from tieout.domain.artefacts.rows import listed_records, rows_of

WHOLE: dict[str, Any] = {
    "path": "registers/risks.xlsx",
    "artefact": "risk_register",
    "sheet": "Risks",
    "header": 3,
    "first_row": 5,
    "columns": {"id": "Risk No."},
    "ignore": ["Remarks"],
    "fields": {"tolerance": 8},
    "date_format": "DD/MM/YYYY",
    "utc_offset": "+01:00",
    "separator": "|",
    "delimiter": "semicolon",
    "owner": "Ada Ferri",
    "approver": "Ben Okoro",
    "approved_on": "2026-11-03",
    "review_due": "2027-02-03",
}


def faults(tables: Any) -> list[tuple[tuple[int | str, ...], str]]:
    section = {
        "name": "r",
        "kind": "records",
        "path": "r",
        "provides": ["risk_register"],
        "options": {"tables": tables},
    }
    return [
        (fault.location, fault.sentence if isinstance(fault.sentence, str) else str(fault.sentence["msg"]))
        for fault in misfits([section])
    ]


def test_a_whole_declaration_fits():
    assert not faults([WHOLE])
    (table,) = RecordOptions.model_validate({"tables": [WHOLE]}).tables
    assert table.claims == {key: WHOLE[key] for key in APPROVAL}
    assert table.cells_part == ";"


def test_the_approval_of_a_table_is_that_of_a_record():
    assert APPROVAL == APPROVAL_KEYS


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("path", "../r.csv", "below the source"),
        ("path", "/r.csv", "below the source"),
        ("path", "a\\r.csv", "below the source"),
        ("artefact", "drill_record", "not a record that is a list"),
        ("artefact", "vendor_file", "not a record that is a list"),
        ("artefact", "telemetry", "not a record that is a list"),
        ("columns", {"likelyhood": "L"}, "'likelyhood' is not a field of a row"),
        ("columns", {"tolerance": "T"}, "'tolerance' is not a field of a row"),
        ("fields", {"risks": []}, "'risks' does not stand here"),
        ("fields", {"owner": "x"}, "'owner' does not stand here"),
        ("fields", {"artefact": "x"}, "'artefact' does not stand here"),
        ("date_format", "DD/MM", "YYYY, MM and DD once each"),
        ("date_format", "DD/MM/MM", "YYYY, MM and DD once each"),
        ("date_format", "%d/%m/%Y", "YYYY, MM and DD once each"),
        ("utc_offset", "CET", "no offset from UTC"),
        ("utc_offset", "+25:00", "no offset from UTC"),
        ("approved_on", "2026-02-30", "no day of the calendar"),
        ("approved_on", 20261103, "string"),
        ("approved_on", "03/11/2026", "no day of the calendar"),
        ("header", 0, "greater"),
        ("header", True, "integer"),
        ("delimiter", ";", "comma"),
        ("colum", "red", "is 'columns' meant?"),
        ("xyz", "red", "is not a field here; known: approved_on"),
    ],
)
def test_what_does_not_fit_is_told_where_it_stands(key: str, value: Any, told: str):
    ((location, sentence),) = faults([{**WHOLE, key: value}])
    assert told in sentence
    assert location[:5] == ("sources", 0, "options", "tables", 0)


@pytest.mark.parametrize(
    ("others", "fits"),
    [
        ([{"sheet": "risks"}], False),
        ([{"sheet": None}], False),
        ([{"path": "registers/../registers/./risks.xlsx"}], False),
        ([{"path": "registers/./risks.xlsx"}], False),
        ([{"sheet": "Systems", "artefact": "inventory", "columns": {}, "fields": {}}], True),
        ([{"path": "registers/other.xlsx"}], True),
    ],
)
def test_one_sheet_is_one_record(others: list[dict[str, Any]], *, fits: bool):
    assert (faults([WHOLE, *({**WHOLE, **other} for other in others)]) == []) is fits


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_odd_values_at_each_place_end_in_a_fault_or_in_a_declaration(value: Any):
    for key in WHOLE:
        for odd in ({**WHOLE, key: value}, {**WHOLE, key: {"a": value}}, {**WHOLE, key: [value]}):
            assert all(location[:4] == ("sources", 0, "options", "tables") for location, _ in faults([odd]))
    assert isinstance(faults(value), list)
    assert isinstance(faults([value]), list)


def test_lists_are_told_from_records_that_only_hold_some():
    assert {"risk_register", "inventory", "incident_log", "roster"} <= set(listed_records())
    assert rows_of("drill_record") is None
    assert rows_of("telemetry") is None
    for name in listed_records():
        found = rows_of(name)
        assert found is not None
        assert ARTEFACTS[name].model_fields[found.field].is_required()


def test_every_list_has_a_table_to_fill_in_or_says_more_than_rows():
    """A template is there for each record of which a table can say all; whoever adds one gets it without a line."""
    tables = {name: record_table(name) for name in sorted(RECORD_TYPES)}
    assert {"risk_register", "inventory", "incident_log"} <= {name for name, table in tables.items() if table}
    for name, table in tables.items():
        found = rows_of(name)
        if table is not None and found is not None:
            header, marks, end = table.split("\r\n")
            assert header.split(",") == list(found.columns)
            assert len(marks.split(",")) == len(found.columns)
            assert not end


def test_the_option_is_described():
    schema = KINDS["records"].options.model_json_schema()
    told = schema["$defs"]["TableSection"]["properties"]
    assert all(told[key].get("description") for key in WHOLE)
    assert yaml.safe_dump(WHOLE)
