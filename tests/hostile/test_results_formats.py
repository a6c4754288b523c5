"""Results of every tool, broken in every place: an artefact that fits, or a sentence, and never a failure of ours."""

import copy
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.tool_documents import CODECARBON, GARAK, JSON_DOCUMENTS, JUNIT, LOCUST
from support.tool_results import gather, lines_of, told
from tieout.collectors.results import formats

#: What may stand where something else should: other types, numbers beyond any sense, texts that act on a reader.
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 2**53, 10**30, "", " ", "x" * 3000, "\u202eevil\x1b[2J", "\ud800", [], [[]], {}, {"": {}},
    [None, 7, "x", {"name": None}], {"a": [1]}, "9" * 400, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
)  # fmt: skip


def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document."""
    yield at
    if isinstance(tree, dict | list):
        for key in range(len(tree)) if isinstance(tree, list) else list(tree):
            yield from places(tree[key], (*at, key))


def replaced(tree: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return value
    made = copy.deepcopy(tree)
    holder = made
    for part in at[:-1]:
        holder = holder[part]
    holder[at[-1]] = value
    return made


@pytest.mark.parametrize("name", sorted(JSON_DOCUMENTS))
def test_one_odd_value_anywhere_in_a_document(tmp_path: Path, name: str) -> None:
    document = JSON_DOCUMENTS[name]
    cases = itertools.product(places(document), ODD)
    for number, (at, odd) in enumerate(itertools.islice(cases, 0, None, 5)):
        text = json.dumps(replaced(document, at, odd))  # a lone surrogate becomes an escape, which is refused
        gathered = gather(tmp_path / str(number), {name: text})  # checks what every result must keep
        assert gathered.result.items or told(gathered), (at, odd)


def test_one_odd_value_anywhere_in_a_line_of_garak(tmp_path: Path) -> None:
    rows = GARAK[:2] + GARAK[6:]
    for number, (at, odd) in enumerate(itertools.islice(itertools.product(places(rows), ODD), 0, None, 5)):
        made = replaced(rows, at, odd)
        text = lines_of(made) if isinstance(made, list) else json.dumps(made)
        gathered = gather(tmp_path / str(number), {"run.report.jsonl": text})
        assert gathered.result.items or told(gathered), (at, odd)


@pytest.mark.parametrize(("name", "text"), [("emissions.csv", CODECARBON), ("load_stats.csv", LOCUST)])
def test_one_odd_cell_anywhere_in_a_table(tmp_path: Path, name: str, text: str) -> None:
    rows = [line.split(",") for line in text.splitlines()]
    cells = ["", "-1", "nan", "1e308", "inf", "x" * 3000, "9" * 400, "\x1b[2J", '"', "2026-11-20"]
    for number, (row, cell, odd) in enumerate(itertools.product(range(len(rows)), range(len(rows[0])), cells)):
        made = replaced(rows, (row, cell), odd)
        gathered = gather(tmp_path / str(number), {name: "\n".join(map(",".join, made))})
        assert gathered.result.items or told(gathered), (row, cell, odd)


WHOLE: dict[str, str] = {
    **{name: json.dumps(document) for name, document in JSON_DOCUMENTS.items()},
    "run.report.jsonl": lines_of(GARAK),
    "junit.xml": JUNIT,
}
"""But for tables, which may end anywhere."""


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_cut_file_gives_no_artefact_that_passes_for_whole(tmp_path: Path, name: str) -> None:
    text = WHOLE[name]
    for number, share in enumerate((0.1, 0.35, 0.6, 0.9)):
        gathered = gather(tmp_path / str(number), {name: text[: int(len(text) * share)]})
        assert told(gathered), share
        assert all(one.facts["status"] != "success" for one in gathered.result.items)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"bomFormat": "CycloneDX", "bomFormat": "CycloneDX"}', "stands twice"),
        ('{"by_group": {"a": {"b": NaN}}, "overall": {}}', "NaN"),
        ('{"runs": ' + "[" * 200 + "]" * 200 + "}", "nested deeper"),
        ('{"runs": [}', "is not valid JSON"),
    ],
)
def test_what_no_json_may_hold(tmp_path: Path, text: str, words: str) -> None:
    gathered = gather(tmp_path, {"x.json": text})
    assert gathered.result.items == ()
    assert any(words in reason for reason in told(gathered, "unreadable"))


def test_every_format_has_a_document_here() -> None:
    read = {one.name for one in formats.known() if one.read is not None}
    assert read == {
        "codecarbon", "cyclonedx", "evidently", "fairlearn", "garak", "inspect", "junit", "k6", "lm-eval", "locust",
        "mlflow", "openvex", "pip-audit", "promptfoo", "sarif", "spdx",
    }  # fmt: skip


def test_no_document_is_taken_for_another_format() -> None:
    """The first format that fits is read, so no two may fit one file."""
    for name, document in JSON_DOCUMENTS.items():
        fitting = [one.name for one in formats.known() if one.shape == "json" and one.recognises(document)]
        assert len(fitting) == 1, (name, fitting)
