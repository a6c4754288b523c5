"""Every format of every collector against its case file: what it gives, what it tells, and with which place."""

from pathlib import Path

import pytest

from collecting.case_files import PARTS, Case, case_files, every_case, gathered, misfits
from tieout.config.kinds import KINDS

#: What has no format of its own: a case file stands for an artefact of the kind.
BY_ARTEFACT = ("git", "records")
#: What the kind `config` reads beside its formats, and records beside theirs.
FURTHER = {"config/runtime-settings", "records/tables-csv", "records/tables-excel", "log/own-fields", "config/own-map"}


def wanted() -> set[str]:
    """A case file for each format; of kinds without formats for each artefact."""
    formats = {f"{name}/{form}" for name, kind in KINDS.items() for form in kind.formats}
    return formats | {f"{name}/{artefact}" for name in BY_ARTEFACT for artefact in KINDS[name].provides} | FURTHER


@pytest.mark.parametrize("case", every_case(), ids=str)
def test_a_case_comes_out_as_it_says(tmp_path: Path, case: Case) -> None:
    found = gathered(case, tmp_path)
    assert misfits(case, found) == []


def test_every_format_has_a_case_file_and_every_case_file_a_format() -> None:
    assert set(case_files()) == wanted()


@pytest.mark.parametrize("of", sorted(case_files()))
def test_a_case_file_has_a_good_case_a_trap_and_a_hostile_input(of: str) -> None:
    cases = case_files()[of]
    assert [part for part in PARTS if not any(case.part == part for case in cases)] == []
    for case in cases:
        if case.part == "good":
            assert case.gives, case
            assert all(one.get("facts") for one in case.gives), "an item is known by its facts"
        else:
            assert case.tells or any(one.get("facts") for one in case.gives), case
            assert all(one["words"] for one in case.tells), case
        if case.part == "hostile":
            assert all({"status", "at", "words"} <= set(one) for one in case.tells), case


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_artefact_that_a_kind_provides_is_given_by_a_good_case(kind: str) -> None:
    given = {
        item["type"]
        for of, cases in case_files().items()
        if of.startswith(f"{kind}/")
        for case in cases
        if case.part == "good"
        for item in case.gives
    }
    assert set(KINDS[kind].provides) - given == set()
