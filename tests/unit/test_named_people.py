"""Names of trainees and reviewers: pseudonyms unless the roster gives them a role and nothing was measured of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collecting import in_folder, only_item, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.pseudonyms import pseudonym

ROSTER = (
    RosterEntry(role="operations", person="Ada Ferri", deputy="Hanneke de Wit"),
    RosterEntry(role="governance", person="Ben Okoro"),
)


def gathered(folder: Path, *records: dict[str, Any], people: tuple[RosterEntry, ...] = ROSTER) -> Gathered:
    files = {f"sources/{turn}-{one['artefact']}.yaml": yaml.safe_dump(one) for turn, one in enumerate(records)}
    section = source("records", provides=tuple(one["artefact"] for one in records))
    return in_folder(collect, write(folder, files), section, people=people)


def trainings(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"artefact": "training_export", "trainings": [{"course": "Using triage", **row} for row in rows]}


def reviews(*rows: dict[str, Any]) -> dict[str, Any]:
    made = [{"request_id": f"r-{turn}", "decided": "2026-11-01T10:00:00Z", **row} for turn, row in enumerate(rows)]
    return {"artefact": "override_log", "reviews": made}


def hidden(name: str) -> str:
    return pseudonym("claims-triage", name)


def test_who_stands_in_the_roster_keeps_the_name_and_nobody_else_does(tmp_path: Path) -> None:
    rows = trainings({"person": "Ada Ferri"}, {"person": "de Wit, Hanneke"}, {"person": "Nora Blank", "role": "clerk"})
    found = gathered(tmp_path, rows)
    item = only_item(found)
    assert [row["person"] for row in item.facts["trainings"]] == ["Ada Ferri", "de Wit, Hanneke", hidden("Nora Blank")]
    assert item.facts["trainings"][2]["role"] == "clerk"
    assert b"Nora" not in b"".join(found.copies.values())
    assert "Nora" not in found.result.model_dump_json()
    assert item.copy_sha256 is None


def test_one_person_is_one_in_all_rows_and_two_are_two(tmp_path: Path) -> None:
    rows = trainings({"person": "Nora Blank"}, {"person": "nora  blank"}, {"person": "Nora Blunt"})
    people = [row["person"] for row in only_item(gathered(tmp_path, rows)).facts["trainings"]]
    assert people[0] == people[1] != people[2]


def test_points_and_times_stand_beside_no_name(tmp_path: Path) -> None:
    found = gathered(
        tmp_path, trainings({"person": "Ada Ferri", "score": 31}, {"person": "Ada Ferri"}, {"person": "Ben Okoro"})
    )
    people = [row["person"] for row in only_item(found).facts["trainings"]]
    assert people == [hidden("Ada Ferri"), hidden("Ada Ferri"), "Ben Okoro"]
    assert not found.copies
    found = gathered(tmp_path / "b", reviews({"reviewer": "Ada Ferri", "seconds": 4.0}, {"requested_by": "Ada Ferri"}))
    rows = only_item(found).facts["reviews"]
    # who decided must still be told from who asked
    assert rows[0]["reviewer"] == rows[1]["requested_by"] == hidden("Ada Ferri")


def test_where_everybody_stands_in_the_roster_the_record_is_as_it_was(tmp_path: Path) -> None:
    found = gathered(tmp_path, reviews({"requested_by": "outside", "reviewer": "Ada Ferri"}))
    item = only_item(found)
    assert (item.facts["reviews"][0]["requested_by"], item.facts["reviews"][0]["reviewer"]) == ("outside", "Ada Ferri")
    assert item.copy_sha256 in found.copies


def test_what_is_no_name_stays(tmp_path: Path) -> None:
    found = gathered(
        tmp_path, reviews({"requested_by": "claims-triage", "reviewer": "vacant"}, {"reviewer": "Ada Ferri"})
    )
    rows = only_item(found).facts["reviews"]
    assert rows[0]["requested_by"] == "claims-triage"
    assert rows[0].get("reviewer") in {None, "vacant"}


@pytest.mark.parametrize("first", [True, False])
def test_a_roster_record_counts_wherever_it_stands_in_the_folder(first: bool, tmp_path: Path) -> None:
    roster = {"artefact": "roster", "people": [{"role": "clerk", "person": "Nora Blank"}]}
    records = (roster, trainings({"person": "Nora Blank"})) if first else (trainings({"person": "Nora Blank"}), roster)
    found = gathered(tmp_path, *records)
    item = next(item for item in found.result.items if item.type == "training_export")
    assert item.facts["trainings"][0]["person"] == "Nora Blank"


def test_an_account_is_a_pseudonym_whoever_has_it(tmp_path: Path) -> None:
    found = gathered(tmp_path, trainings({"person": "Ada Ferri", "account": "aferri"}))
    row = only_item(found).facts["trainings"][0]
    assert (row["person"], row["account"]) == ("Ada Ferri", hidden("aferri"))
    assert not found.copies


@pytest.mark.parametrize("name", ["x" * 5_000, ",,,", "\u202eevil", "山田太郎", "a\nb"])
def test_odd_names_say_nothing_of_themselves(name: str, tmp_path: Path) -> None:
    facts = str([item.facts for item in gathered(tmp_path, trainings({"person": name})).result.items])
    assert name not in facts
