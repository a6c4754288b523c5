"""`tieout init --records`: a file for each record to write over, which count for nothing until somebody does."""

from pathlib import Path

import pytest

from support.program import fails, tieout
from support.systems import configuration, source, system
from tieout.config.kinds import RECORDS

#: What tieout.yaml says itself.
OWN = {"acceptance_criteria", "roster", "system_profile"}


def test_every_record_has_a_file_and_none_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "inventory.yaml").write_text("mine\n")
    answer = tieout("init", "--records", "records", cwd=tmp_path)
    assert answer.code == 0, answer.err
    files = {file.name: file.read_text() for file in (tmp_path / "records").iterdir()}
    assert {Path(name).stem for name in files} == set(RECORDS) - OWN
    assert files.pop("inventory.yaml") == "mine\n"
    assert all(f"artefact: {Path(name).stem}\n" in text for name, text in files.items())
    assert "Kept records/inventory.yaml" in answer.out
    again = tieout("init", "--records", "records", cwd=tmp_path)
    assert "Wrote" not in again.out
    assert not (tmp_path / "tieout.yaml").exists()


@pytest.mark.parametrize("tables", [(), ("--csv",)])
def test_lists_that_get_no_file_are_told_with_where_they_stand(tables: tuple[str, ...], tmp_path: Path) -> None:
    said = tieout("init", "--records", "records", *tables, cwd=tmp_path).out
    assert "No roster is written: it stands in tieout.yaml, under owners and roles" in said
    assert not list(tmp_path.rglob("roster*"))
    assert ("No impact assessment" in said) == bool(tables)
    assert bool(list(tmp_path.rglob("impact_assessment*"))) == (not tables)


def test_templates_as_they_are_count_for_nothing(tmp_path: Path) -> None:
    provides = [*sorted(set(RECORDS) - OWN - {"approved_record"}), "approved_record/ai_policy"]
    records = source("records", "records", "records", *provides, inside="application")
    repository = system(tmp_path / "r", configuration(records))
    assert tieout("init", "--records", "records", cwd=repository.folder).code == 0
    repository.commit("templates as they are")
    found = tieout("collect", "--format", "json", cwd=repository.folder).json()
    (collected,) = [one for one in found["sources"] if one["name"] == "records"]
    assert collected["items"] == []
    told = {problem["place"]["path"] for problem in collected["problems"] if problem["status"] == "not-counted"}
    assert {Path(path).stem for path in told} >= set(RECORDS) - OWN


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fails(tieout("init", "--records", "file", cwd=tmp_path), 2, "file/", "--records")
