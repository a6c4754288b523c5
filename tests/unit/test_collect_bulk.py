"""A record of a size that nobody keeps is refused before anything is made of it; what is no record is left alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from tieout.collectors import bulk, fitting
from tieout.collectors.bulk import MAX_FIELDS, MAX_VALUES, refuse_bulk
from tieout.collectors.records import collect
from tieout.kernel.errors import UnreadableError

INVENTORY: dict[str, Any] = {"artefact": "inventory", "systems": []}


def gathered(tmp_path: Path, data: Any):
    files = {"sources/inventory.json": json.dumps(data)}
    return in_folder(collect, write(tmp_path, files), source("records", provides=("inventory",)))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({f"k{n}": n for n in range(MAX_FIELDS + 1)}, "holds a mapping of 10,001 fields; a record has at most 10,000"),
        ({"rows": [{f"k{n}": n for n in range(MAX_FIELDS + 1)}]}, "holds a mapping of 10,001 fields"),
        ({"rows": [0] * MAX_VALUES}, "holds more than 500,000 values"),
        ({"rows": [[{}] * 10] * (MAX_VALUES // 10)}, "holds more than 500,000 values"),
    ],
)
def test_what_is_too_large_is_told_with_its_file(data: Any, told: str) -> None:
    with pytest.raises(UnreadableError, match=told) as caught:
        refuse_bulk(data, "records/a.json")
    assert caught.value.where == "records/a.json"


def test_the_largest_that_is_read() -> None:
    refuse_bulk({f"k{n}": n for n in range(MAX_FIELDS)}, "a")
    refuse_bulk({"rows": [0] * (MAX_VALUES - 2)}, "a")
    risk = {f"field {n}": n for n in range(13)}
    refuse_bulk({"artefact": "risk_register", "risks": [risk] * 20_000}, "a")


def test_such_a_record_is_unreadable_and_never_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def looked(*_: object) -> None:
        raise AssertionError("it was looked into")

    monkeypatch.setattr("tieout.collectors.stating.filled", looked)
    result = gathered(tmp_path, INVENTORY | {f"k{n}": n for n in range(MAX_FIELDS)})
    assert not result.result.items
    (problem,) = problems(result, "unreadable")
    assert problem.types == ("inventory",)
    assert "holds a mapping of 10,002 fields" in problem.reason


def test_a_large_file_that_is_no_record_stays_what_it_was(tmp_path: Path) -> None:
    result = gathered(tmp_path, {f"package {n}": n for n in range(MAX_FIELDS + 1)})
    assert not problems(result, "unreadable")


def test_of_very_many_faults_only_their_number_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MAX_FAULTS", 50)
    monkeypatch.setattr(bulk, "MAX_FIELDS", 1000)
    result = gathered(tmp_path, INVENTORY | {f"k{n}": n for n in range(60)})
    (problem,) = problems(result, "unreadable")
    assert problem.reason.startswith("has 60 fields that are missing, unknown or of another kind than asked for")
