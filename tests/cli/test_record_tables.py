"""Registers in CSV and Excel through the whole job: from the file to fill in to a packet that verifies."""

import csv
import io
from pathlib import Path
from typing import Any

from support.program import fails, tieout
from support.systems import configuration, source, system
from support.workbooks import DAY, cell, row, rows, sheet, workbook

HEAD = ["System ID", "Status", "Owner", "Models", "Updated on", "Link"]
INVENTORY = workbook(
    {
        "Systems": sheet(
            rows([HEAD])
            + row(2, cell("A2", "small-system"), cell("B2", "pilot"), cell("C2", "Ada Ferri"), cell("D2", "a; b"))
            + row(3, cell("A3", "other"), cell("B3", "retired"), cell("E3", 45935, style=DAY), cell("F3", "x"))
        ),
        "Notes": sheet(rows([["nothing"]])),
    }
)
RISKS = "Risk No.;Title;Likelihood;Severity;Score;Status\nR-1;A wrong refund;3;4;12;open\n"
TABLES = [
    {"path": "lists/inventory.xlsx", "sheet": "Systems", "artefact": "inventory", "owner": "Ada Ferri"},
    {"path": "risks.csv", "artefact": "risk_register", "columns": {"id": "Risk No."}, "fields": {"tolerance": 8}},
]
FILES = {"records/lists/inventory.xlsx": INVENTORY, "records/risks.csv": RISKS}


def records(*tables: dict[str, Any]) -> dict[str, Any]:
    provides = ("risk_register", "inventory")
    return source("records", "records", "records", *provides, inside="application", options={"tables": list(tables)})


def test_a_packet_with_tables_gives_their_facts_again(tmp_path: Path):
    repository = system(tmp_path / "r", configuration(records(*TABLES)), FILES)
    answer = tieout("run", "--no-exit-codes", cwd=repository.folder)
    assert answer.code == 0, answer.err
    collected = tieout("collect", "--format", "json", cwd=repository.folder).json()
    (found,) = [one for one in collected["sources"] if one["name"] == "records"]
    items = {item["type"]: item for item in found["items"]}
    assert [one["system_id"] for one in items["inventory"]["facts"]["systems"]] == ["small-system", "other"]
    assert items["inventory"]["facts"]["systems"][1]["updated_on"] == "2025-10-05"
    assert items["risk_register"]["facts"]["tolerance"] == 8
    assert items["risk_register"]["lines"]["/risks/0"] == 2
    verified = tieout("verify", "tieout-packet", "--reperform", cwd=repository.folder)
    assert verified.code == 0, verified.err
    report = "".join(file.read_text() for file in (repository.folder / "tieout-packet").rglob("index.html"))
    assert "inventory.xlsx[Systems]" in report


def test_a_declaration_that_does_not_fit_is_told_at_its_line(tmp_path: Path):
    wrong = {"path": "risks.csv", "artefact": "risk_registre"}
    repository = system(tmp_path / "r", configuration(records(wrong)), FILES)
    fails(tieout("run", cwd=repository.folder), 2, "sources.1.options.tables.0.artefact", "risk_register")


def test_lists_to_fill_in_come_as_tables_too(tmp_path: Path):
    answer = tieout("init", "--records", "lists", "--csv", cwd=tmp_path)
    assert answer.code == 0, answer.err
    names = {file.name for file in (tmp_path / "lists").iterdir()}
    assert {"inventory.csv", "risk_register.csv", "incident_log.csv"} <= names
    assert all(name.endswith(".csv") for name in names)
    assert "drill_record.csv" not in names
    again = tieout("init", "--records", "lists", "--csv", cwd=tmp_path)
    assert "Wrote" not in again.out
    fails(tieout("init", "--csv", cwd=tmp_path), 2, "--records")


def test_a_table_as_it_is_written_counts_for_nothing_and_filled_in_is_a_record(tmp_path: Path):
    files = tmp_path / "r" / "records"
    named = source("records", "records", "records", "risk_register", "inventory", inside="application")
    repository = system(tmp_path / "r", configuration(named))
    assert tieout("init", "--records", "records", "--csv", cwd=repository.folder).code == 0
    repository.commit("as they are")
    (found,) = _collected(repository.folder)
    assert found["items"] == []
    table = list(csv.reader(io.StringIO((files / "inventory.csv").read_text())))
    filled = {"system_id": "small-system", "status": "pilot", "owner": "Ada Ferri", "models": "a;b"}
    (files / "inventory.csv").write_text(
        ",".join(table[0]) + "\n" + ",".join(filled.get(name, "") for name in table[0]) + "\n"
    )
    repository.commit("filled in")
    (found,) = _collected(repository.folder)
    (item,) = found["items"]
    assert item["facts"]["systems"] == [{**filled, "models": ["a", "b"], "data_classes": []}]


def _collected(folder: Path) -> list[dict[str, Any]]:
    found = tieout("collect", "--format", "json", cwd=folder).json()
    return [one for one in found["sources"] if one["name"] == "records"]
