"""Words for ratings in tables: read as the declaration says, told where it does not, and never guessed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.collecting import git_request, in_folder, only_item, problems, source, write
from support.git_repositories import Repository
from support.signing import at_day
from support.workbooks import rows, sheet, workbook
from tieout.collectors.base import Configured, Gathered
from tieout.collectors.records import collect
from tieout.config.tables import TableSection

HEADER = "id,title,likelihood,severity,status,score\n"
SCALE = {"Low": 1, "Medium": 3, "Very high": 5}
VALUES = {"likelihood": SCALE, "severity": SCALE, "status": {"offen": "open", "erledigt": "closed"}}


def table(values: Any = VALUES, path: str = "r.csv", **more: Any) -> dict[str, Any]:
    return {"path": path, "artefact": "risk_register", **({"values": values} if values else {}), **more}


def collected(tmp_path: Path, content: str | bytes, declared: dict[str, Any]) -> Gathered:
    section = source("records", provides=("risk_register",), options={"tables": [declared]})
    return in_folder(collect, write(tmp_path, {f"sources/{declared['path']}": content}), section)


def risks(gathered: Gathered) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = only_item(gathered).facts["risks"]
    return found


def refusal(gathered: Gathered) -> tuple[str, int | None]:
    assert not gathered.result.items
    (problem,) = problems(gathered, "unreadable")
    return problem.reason, problem.place.line


def test_words_are_read_as_the_declaration_says_and_that_is_told(tmp_path: Path):
    text = (
        HEADER + "R-1,Refunds,VERY  HIGH,very-high,Offen,25\nR-2,Delays,2,Low,open,2\nR-3,Leaks,medium,low,ERLEDIGT,3\n"
    )
    gathered = collected(tmp_path, text, table())
    assert [(risk["likelihood"], risk["severity"], risk["status"]) for risk in risks(gathered)] == [
        (5, 5, "open"),
        (2, 1, "open"),
        (3, 1, "closed"),
    ]
    told = {(problem.reason, problem.place.line) for problem in problems(gathered, "not-counted")}
    assert told == {
        ("'likelihood' is read by `values` of the declaration, in 2 rows from row 2 on", 2),
        ("'severity' is read by `values` of the declaration, in 3 rows from row 2 on", 2),
        ("'status' is read by `values` of the declaration, in 2 rows from row 2 on", 2),
    }


@pytest.mark.parametrize("rating", ["very high", "High"])
def test_a_cell_of_a_workbook_too(rating: str, tmp_path: Path):
    lines = [HEADER.strip().split(","), ["R-1", "Refunds", rating, 2, "offen", 5]]
    gathered = collected(tmp_path, workbook({"Risks": sheet(rows(lines))}), table(path="r.xlsx"))
    if rating == "very high":
        assert risks(gathered)[0]["likelihood"] == 5
        return
    reason, at = refusal(gathered)
    assert "cell C2 ('likelihood') is not a whole number, nor a word that `values` of the declaration has" in reason
    assert at == 2


def test_lines_of_json_too(tmp_path: Path):
    line = {"id": "R-1", "title": "Refunds", "likelihood": "Low", "severity": 4, "status": "offen", "score": 4}
    found = risks(collected(tmp_path, json.dumps(line) + "\n", table(path="r.jsonl")))
    assert (found[0]["likelihood"], found[0]["severity"], found[0]["status"]) == (1, 4, "open")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("R-1,Refunds,High,Low,offen", "column 'likelihood' is not a whole number, nor a word that `values`"),
        ("R-1,Refunds,Very,Low,offen", "column 'likelihood' is not a whole number, nor a word that `values`"),
        ("R-1,Refunds,Low (1),Low,offen", "column 'likelihood' is not a whole number"),
        ("R-1,Refunds,Low,Low,in Arbeit", "column 'status' holds a word that `values` of the declaration does not"),
    ],
)
def test_a_word_that_stands_for_nothing_is_told_with_its_cell(line: str, told: str, tmp_path: Path):
    reason, at = refusal(collected(tmp_path, f"{HEADER}R-0,Good,Low,Low,open,1\n{line},5\n", table()))
    assert told in reason
    assert "add the word to `values` of the table, or correct the cell" in reason
    assert at == 3


def test_without_a_map_a_word_is_refused_and_the_way_out_told(tmp_path: Path):
    reason, at = refusal(collected(tmp_path, f"{HEADER}R-1,Refunds,High,4,open,5\n", table(None)))
    assert "column 'likelihood' is not a whole number" in reason
    assert "`values` of the table's declaration says which number a word such as 'High' stands for" in reason
    assert at == 2


@pytest.mark.parametrize("empty", ["", "TBD", "n/a", "-", "unknown"])
def test_no_map_fills_in_a_field_that_nobody_filled_in(empty: str, tmp_path: Path):
    values = {"severity": {**SCALE, **({empty: 1} if empty else {})}}
    gathered = collected(tmp_path, f"{HEADER}R-1,Refunds,1,{empty},open,5\n", table(values))
    assert not any("severity" in risk for item in gathered.result.items for risk in item.facts["risks"])


def test_a_map_turns_a_scale_round_only_where_it_says_so(tmp_path: Path):
    """1 is the gravest in some houses; the numbers of a scale are words like others."""
    values = {"likelihood": {"1": 5, "5": 1}}
    assert risks(collected(tmp_path, f"{HEADER}R-1,Refunds,1,4,open,5\n", table(values)))[0]["likelihood"] == 5


def test_a_change_of_the_map_after_the_approval_undoes_it(tmp_path: Path):
    approval = {"owner": "Ada Ferri", "approver": "Ben Okoro", "approved_on": "2026-11-03"}
    told = {}
    for name, later in (("same", VALUES), ("other", {**VALUES, "severity": {**SCALE, "Very high": 2}})):
        repository = Repository(tmp_path / name)
        first, second = table(VALUES, **approval), table(later, **approval)
        config: dict[str, Any] = {"sources": [{"name": "s", "path": "sources", "options": {"tables": [first]}}]}
        files = {"sources/r.csv": f"{HEADER}R-1,Refunds,Low,Very high,open,5\n"}
        repository.commit("one", {**files, "tieout.yaml": json.dumps(config)}, **at_day("2026-11-03"))
        config["sources"][0]["options"] = {"tables": [second]}
        repository.commit("two", {"tieout.yaml": json.dumps(config), "x": name}, **at_day("2026-11-10"))
        section = source("records", provides=("risk_register",), options={"tables": [second]})
        with git_request(repository, section, prefix="sources") as request:
            assert request.commit is not None
            gathered = collect(replace(request, configuration=Configured(request.commit, "tieout.yaml")))
        told[name] = [
            one.reason for one in problems(gathered, "not-counted") if "declaration was changed" in one.reason
        ]
    assert told["same"] == []
    assert told["other"] == ["its declaration was changed on 2026-11-10 (UTC), which is a change of the record"]


ODD = [None, 7, [], "x", {}, {"Low": None}, {"Low": []}, {"Low": {}}, {"Low": 10**400}, {"": 1}, {"Low": float("nan")}]


@pytest.mark.parametrize("odd", [*ODD, {"x" * 400: 1}, {f"w{turn}": 1 for turn in range(101)}])
def test_odd_maps_are_refused_with_a_reason(odd: object):
    with pytest.raises(ValueError, match="values"):
        TableSection.model_validate(table({"likelihood": odd}))
    if odd:
        with pytest.raises(ValueError, match="values"):
            TableSection.model_validate(table(odd))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"likelihood": {"Low": "1"}}, "stands for is not a whole number"),
        ({"likelihood": {"Low": True}}, "stands for is not a whole number"),
        ({"likelihood": {"Low": 1.5}}, "stands for is not a whole number"),
        ({"status": {"offen": 1}}, "stands for is not a text"),
        ({"due": {"bald": "2026-11-22"}}, "'due' is not a field of a row that takes words"),
        ({"likelyhood": {"Low": 1}}, "'likelyhood' is not a field of a row that takes words; known: id"),
        ({"likelihood": {"Very high": 4, "very-HIGH": 5}}, "stands there twice, in two spellings"),
    ],
)
def test_a_map_that_does_not_fit_its_field_is_refused(values: Any, told: str):
    with pytest.raises(ValueError, match="values") as caught:
        TableSection.model_validate(table(values))
    assert told in str(caught.value)
