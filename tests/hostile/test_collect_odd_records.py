"""Whatever stands where in a record of work: it is a record, or a sentence with its place, and never a traceback."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from support.kept_records import WHOLE, whole
from tieout.collectors.records import collect
from tieout.domain.artefacts import ARTEFACTS

ODD: list[Any] = [
    None, True, -1, 2**53, 10**40, 1e308, 5e-324, "", " ", "NaN", "x" * 40_000, "a\nb", "\u0000", "\x1b[2J", "\u202e",
    "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+23:59", "2026-11-22T24:00:00Z", "1700000000",
    [], [[]], [None], [1, "a"], [{}], {}, {"": None}, {"name": ["x"]}, {"~": {"/": 1}}, "(" * 500, "٣", "https://[",
]  # fmt: skip
"""What stands where something else should; half of a surrogate pair is refused by the reader of files."""


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*at, key))


def changed(record: dict[str, Any], at: tuple[str | int, ...], value: Any) -> str:
    tree: Any = copy.deepcopy(record)
    holder = tree
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    return json.dumps(tree)


@pytest.mark.parametrize("name", WHOLE)
def test_an_odd_value_at_each_place(tmp_path: Path, name: str) -> None:
    record = whole(name)
    cases = [(at, odd) for at in places(record) if at != ("artefact",) for odd in ODD]
    files = {f"sources/r{number:05}.json": changed(record, at, odd) for number, (at, odd) in enumerate(cases)}
    found = in_folder(collect, write(tmp_path, files), source("records", provides=(name,)))
    answered = {item.provenance.path for item in found.result.items}
    for item in found.result.items:
        ARTEFACTS[item.type].model_validate(item.facts)
    for problem in problems(found):
        answered.add(problem.place.path)
        assert len(problem.reason) < 2_000
    assert answered == set(files)
    assert found.result.items
    assert problems(found, "unreadable")


@pytest.mark.parametrize("name", WHOLE)
def test_an_odd_name_of_a_field_and_a_record_that_is_no_mapping(tmp_path: Path, name: str) -> None:
    files = {
        f"sources/{number}.json": json.dumps({**whole(name), odd: 1})
        for number, odd in enumerate(["", "a\nb", "\u202e", "x" * 40_000, "__class__", "model_fields", "approval"])
    }
    files["sources/list.json"] = json.dumps([whole(name)])
    files["sources/deep.json"] = "[" * 50_000
    files["sources/cut.yaml"] = f"artefact: {name}\nowner: [Ada"
    files["sources/twice.yaml"] = f"artefact: {name}\nowner: a\nowner: b\n"
    files["sources/loop.yaml"] = f"artefact: {name}\nowner: &a [*a]\n"
    root = write(tmp_path, files)
    (root / "sources" / "latin.md").write_bytes(f"---\nartefact: {name}\nowner: Ren\xe9e\n---\n".encode("latin-1"))
    found = in_folder(collect, root, source("records", provides=(name,)))
    assert found.result.items == ()
    assert {problem.place.path for problem in problems(found)} == {*files, "sources/latin.md"}
    assert all(len(problem.reason) < 2_000 for problem in problems(found))
