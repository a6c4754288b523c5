"""Secrets and addresses of people: masked in facts, copies, paths and reasons, and told apart all the same."""

import hashlib
import json
from pathlib import Path

import pytest

from support.collecting import in_folder, line_text, only_item, problems, source, write
from tieout.collectors.confidential import masked, masked_fact
from tieout.collectors.records import collect
from tieout.domain.pseudonyms import pseudonym

KEY = "AKIA" + "Q3EGZ7KLM2XVPW5T"
MARK = "⟨redacted:email-address⟩"
DRILL = (
    "artefact: drill_record\nscenario: kill switch, asked for by ada.king@insurer.example\ndate: 2026-10-01\n"
    "# told ben@insurer.example\napprover: {}\nowner: ben@insurer.example\n"
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("write to ada.king+x@insurer.co.example.", f"write to {MARK}."),
        ("Ada <ada@insurer.example>, BEN@INSURER.EXAMPLE", f"Ada <{MARK}>, {MARK}"),
        ("jörg@versicherung.example", MARK),
        ("mailto:o'neil@insurer.example", f"mailto:{MARK}"),
        ("@northlight/claims-ops and @ada", "@northlight/claims-ops and @ada"),
        ("icon@2x.png, claude@20250514, image@sha256:0a", "icon@2x.png, claude@20250514, image@sha256:0a"),
        (f"one\n{MARK}\n", f"one\n{MARK}\n"),
    ],
)
def test_addresses_are_masked_and_what_only_resembles_one_is_not(text: str, kept: str):
    assert masked(text).text == kept
    assert masked(kept).text == kept


def test_hits_name_their_lines_and_lines_stay():
    found = masked(f"a\nada@insurer.example\n{KEY}\n\nben@insurer.example\n")
    assert [(hit.rule, hit.line) for hit in found.hits if hit.rule == "email-address"] == [
        ("email-address", 2),
        ("email-address", 5),
    ]
    assert [hit.line for hit in found.hits] == [2, 3, 5]
    assert found.text.count("\n") == 5
    assert KEY not in found.text


def test_an_address_that_stands_alone_becomes_the_same_pseudonym_everywhere():
    digest = hashlib.sha256(b"claims-triage\nada@insurer.example").hexdigest()[:10]
    assert pseudonym("claims-triage", " ADA@insurer.example") == f"person-{digest}"
    assert masked_fact(" ADA@insurer.example", "claims-triage") == f"person-{digest}"
    assert masked_fact("Ada ada@insurer.example", "claims-triage") == f"Ada {MARK}"
    assert masked_fact("ada@insurer.example", "other") != f"person-{digest}"


def test_facts_and_copies_of_a_record_name_nobody_by_address(tmp_path: Path):
    write(tmp_path, {"sources/drill.yaml": DRILL.format("ada.king@insurer.example")})
    gathered = in_folder(collect, tmp_path, source("records", provides=("drill_record",)))
    item = only_item(gathered)
    assert "insurer" not in json.dumps(item.facts)
    assert all(b"insurer" not in copy for copy in gathered.copies.values())
    assert item.facts["scenario"] == f"kill switch, asked for by {MARK}"
    assert item.facts["approval"]["owner"] == pseudonym("claims-triage", "ben@insurer.example")
    assert item.facts["approval"]["approver"] == pseudonym("claims-triage", "ada.king@insurer.example")
    assert [(note.rule, note.line) for note in item.redactions] == [("email-address", line) for line in (2, 4, 5, 6)]
    assert line_text(gathered, item, "/date") == "date: 2026-10-01"


def test_secrets_and_addresses_in_file_names_reach_no_place_nor_title(tmp_path: Path):
    text = "artefact: drill_record\nscenario: x\ndate: 2026-10-01\n"
    names = [f"{KEY}.yaml", "AKIA" + "Z7KLM2XVPW5TQ3EG.yaml", "ada@insurer.example/drill.yaml"]
    write(tmp_path, {f"sources/{name}": text for name in names} | {f"sources/b-{KEY}.yaml": "{"})
    write(tmp_path, {f"sources/c-{KEY}.txt": ""})
    gathered = in_folder(collect, tmp_path, source("records", provides=("drill_record",)))
    assert len(gathered.result.items) == 3  # two names that look alike masked stay two items
    assert len(problems(gathered)) == 2
    told = gathered.result.model_dump_json()
    assert "AKIA" not in told
    assert "insurer" not in told
