"""What a declaration says of a table is content of the record: dated by the configuration's history, and complete."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collecting import checked, git_request, in_folder, only_item, problems, source, write
from support.git_repositories import Repository
from tieout.collectors.base import Configured, Gathered
from tieout.collectors.records import collect

HEADER = "id,title,likelihood,severity,score,owner,response,controls,resource,due,residual,status,next_review\n"
RISK = "R-1,A wrong refund,3,4,12,Ada Ferri,Mitigate: by a rule,a.yaml; b.yaml,10 days,2026-12-11,4,open,2026-12-14\n"
OTHER = "R-2,Nobody treats it,5,5,25,,,,,,,open,\n"
HINT = "unique,short,1 to 5,1 to 5,product,a person,how,files,means,day,1 to 25,open or closed,day\n"
APPROVAL = {"owner": "Ada Ferri", "approver": "Ben Okoro", "approved_on": "2026-11-03", "review_due": "2027-02-03"}
TABLE = {"path": "r.csv", "artefact": "risk_register", "fields": {"tolerance": 8}, **APPROVAL}


def configuration(*tables: dict[str, Any], name: str = "the-source") -> str:
    of_source = {"name": name, "kind": "records", "path": "sources", "options": {"tables": list(tables)}}
    return yaml.safe_dump({"sources": [of_source]})


def collected(tmp_path: Path, *versions: tuple[str, str | None], table: dict[str, Any] = TABLE) -> Gathered:
    """The register of 2026-11-02, after versions of the configuration: time of the commit and text."""
    repository = Repository(tmp_path / "r")
    made = [("2026-11-02T10:00:00+00:00", {"sources/r.csv": HEADER + RISK})]
    made += [(at, {"tieout.yaml": text}) for at, text in versions if text is not None]
    for at, files in sorted(made, key=lambda one: one[0]):
        repository.commit("a change", files, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at)
    section = source("records", provides=("risk_register",), options={"tables": [table]})
    with ExitStack() as stack:
        request = stack.enter_context(git_request(repository, section, prefix="sources"))
        assert request.commit is not None
        return checked(collect(replace(request, configuration=Configured(request.commit, "tieout.yaml"))))


FIRST = "2026-11-03T10:00:00+00:00"
LATER = "2026-11-15T10:00:00+00:00"


@pytest.mark.parametrize(
    "change", [{"fields": {"tolerance": 15}}, {"first_row": 2}, {"columns": {"id": "id"}}, {"ignore": ["x"]}]
)
def test_a_change_of_the_declaration_is_a_change_of_the_record(tmp_path: Path, change: dict[str, Any]):
    now = TABLE | change
    gathered = collected(tmp_path, (FIRST, configuration(TABLE)), (LATER, configuration(now)), table=now)
    approval = only_item(gathered).facts["approval"]
    assert approval["changed_at"] == "2026-11-15T10:00:00Z"
    assert "recorded_at" not in approval  # it was there before, so that the change undoes it
    (problem,) = problems(gathered, "not-counted")
    assert "declaration was changed on 2026-11-15" in problem.reason


@pytest.mark.parametrize("name", ["the-source", "called-otherwise"])
def test_what_an_approval_writes_and_the_name_of_a_source_are_no_change(tmp_path: Path, name: str):
    before = {key: value for key, value in TABLE.items() if key not in APPROVAL}
    versions = (("2026-11-02T12:00:00+00:00", configuration(before, name=name)), (LATER, configuration(TABLE)))
    gathered = collected(tmp_path, *versions)
    assert only_item(gathered).facts["approval"]["changed_at"].startswith("2026-11-02")
    assert not problems(gathered)


def test_a_declaration_that_comes_in_with_an_older_approval_leaves_open_what_was_approved(tmp_path: Path):
    approval = only_item(collected(tmp_path, (LATER, configuration(TABLE)))).facts["approval"]
    assert approval["changed_at"] == approval["recorded_at"] == "2026-11-15T10:00:00Z"


def test_a_declaration_that_says_nothing_of_the_content_dates_nothing(tmp_path: Path):
    plain = {key: value for key, value in TABLE.items() if key != "fields"}
    approval = only_item(collected(tmp_path, (LATER, configuration(plain)), table=plain)).facts["approval"]
    assert approval["changed_at"] == "2026-11-02T10:00:00Z"


@pytest.mark.parametrize("odd", ["sources: 3", "- a", "sources: [{path: 1, options: [2]}, 7]", "a: b: c", ""])
def test_an_odd_earlier_version_declared_nothing(tmp_path: Path, odd: str):
    gathered = collected(tmp_path, (FIRST, odd + "\n# odd"), (LATER, configuration(TABLE)))
    assert only_item(gathered).facts["approval"]["changed_at"] == "2026-11-15T10:00:00Z"


def read(tmp_path: Path, text: str, **more: Any) -> Gathered:
    section = source("records", provides=("risk_register",), options={"tables": [TABLE | more]})
    return in_folder(collect, write(tmp_path, {"sources/r.csv": text}), section)


@pytest.mark.parametrize(
    ("text", "more", "line"),
    [(HEADER + OTHER + RISK, {"first_row": 3}, 2), (OTHER + HEADER + RISK, {"header": 2}, 1)],
)
def test_a_risk_that_the_declaration_leaves_out_was_not_read(
    tmp_path: Path, text: str, more: dict[str, Any], line: int
):
    gathered = read(tmp_path, text, **more)
    (problem,) = problems(gathered, "unreadable")
    assert problem.place.line == line
    assert "may be a row of the list" in problem.reason
    assert [one["id"] for one in only_item(gathered).facts["risks"]] == ["R-1"]


def test_hints_below_the_header_are_no_rows(tmp_path: Path):
    assert not problems(read(tmp_path, HEADER + HINT + RISK, first_row=3), "unreadable")


def test_the_line_for_excel_is_told_with_its_way_out(tmp_path: Path):
    (problem,) = problems(read(tmp_path / "a", "sep=,\n" + HEADER + RISK), "unreadable")
    assert "take the first line out, or declare `header: 2`" in problem.reason
    assert only_item(read(tmp_path / "b", "sep=,\n" + HEADER + RISK, header=2))
