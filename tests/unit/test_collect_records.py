"""The records collector: what people write counts as they wrote it, and nothing counts that they did not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.collecting import in_folder, in_git, line_text, only_item, problems, source, write
from support.git_repositories import Repository
from support.written_records import DRILL, SCOPED_POLICY, drills
from tieout.collectors.records import collect
from tieout.domain.artefacts import RECORD_TYPES


def test_a_record_gives_its_facts_its_approval_and_their_lines(tmp_path: Path):
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": DRILL}), drills())
    item = only_item(gathered)
    assert item.type == "drill_record"
    assert item.facts["measured_seconds"] == 240
    assert item.facts["approval"] == {
        "owner": "Ada Ferri",
        "approver": "Ben Okoro",
        "approved_on": "2026-10-03",
        "review_due": "2027-04-01",
    }
    assert line_text(gathered, item, "/measured_seconds") == "measured_seconds: 240"
    assert line_text(gathered, item, "/people/1") == "people: [Ada Ferri, Carl Ito]"
    assert line_text(gathered, item, "/approval/approver") == "approver: Ben Okoro"
    assert item.effective is not None
    assert (item.effective.end, item.effective.basis) == (datetime(2026, 10, 2, tzinfo=UTC), "record: date")
    assert not problems(gathered)


@pytest.mark.parametrize("kind", ["json", "front-matter"])
def test_the_same_record_in_json_and_in_front_matter_gives_the_same_facts(tmp_path: Path, kind: str):
    expected = only_item(in_folder(collect, write(tmp_path / "a", {"sources/d.yaml": DRILL}), drills())).facts
    if kind == "json":
        body = (
            '{"artefact": "drill_record",\n "owner": "Ada Ferri", "approver": "Ben Okoro",\n'
            ' "approved_on": "2026-10-03", "review_due": "2027-04-01",\n'
            ' "scenario": "provider_failover", "date": "2026-10-02",\n "people": ["Ada Ferri", "Carl Ito"],\n'
            ' "measured_seconds": 240, "target_seconds": 300, "outcome": "passed"}\n'
        )
        gathered = in_folder(collect, write(tmp_path / "b", {"sources/d.json": body}), drills())
        assert '"measured_seconds": 240' in line_text(gathered, only_item(gathered), "/measured_seconds")
    else:
        gathered = in_folder(collect, write(tmp_path / "b", {"sources/d.md": f"---\n{DRILL}---\nNotes\n"}), drills())
        assert only_item(gathered).effective.basis == "front matter: date"
    assert only_item(gathered).facts == expected


def test_an_approved_document_is_measured_by_its_body(tmp_path: Path):
    section = source("records", provides=("approved_record/ai_policy",))
    gathered = in_folder(collect, write(tmp_path, {"sources/policy.md": SCOPED_POLICY}), section)
    item = only_item(gathered)
    assert item.facts["headings"] == ["AI policy", "Scope"]
    assert item.facts["words"] == 8
    assert item.facts["placeholders"] == 0
    assert line_text(gathered, item, "/headings/1") == "## Scope"
    assert line_text(gathered, item, "/title") == "title: AI policy"
    assert line_text(gathered, item, "/words") == "We test every release."


@pytest.mark.parametrize(
    "mark", ["TODO", "to be decided: TBD", "<name of the owner>", "[insert scope]", "{{ scope }}", "Lorem ipsum"]
)
def test_template_marks_are_counted_and_placed(tmp_path: Path, mark: str):
    section = source("records", provides=("approved_record",))
    gathered = in_folder(collect, write(tmp_path, {"sources/p.md": SCOPED_POLICY + mark + "\n"}), section)
    item = only_item(gathered)
    assert item.facts["placeholders"] == 1
    assert mark in line_text(gathered, item, "/placeholders")


def test_html_and_links_are_no_template_marks(tmp_path: Path):
    text = SCOPED_POLICY + "a<br>b <em>c</em> <https://example.org> [your choice](x) matters here\n"
    section = source("records", provides=("approved_record",))
    item = only_item(in_folder(collect, write(tmp_path, {"sources/p.md": text}), section))
    assert item.facts["placeholders"] <= 1


def test_a_file_cannot_set_what_is_measured(tmp_path: Path):
    section = source("records", provides=("approved_record", "acceptance_criteria", "drill_record"))
    files = {
        "sources/policy.md": SCOPED_POLICY.replace("title: AI policy", "title: AI policy\nwords: 900\nplaceholders: 0")
        + "TODO\n",
        "sources/criteria.yaml": "artefact: acceptance_criteria\ncriteria: []\ncommitted_at: 2020-01-01T00:00:00Z\n",
        "sources/drill.yaml": DRILL + "approval: {approver: Ben Okoro}\n",
    }
    gathered = in_folder(collect, write(tmp_path, files), section)
    assert only_item(gathered).facts["words"] == 9
    assert only_item(gathered).facts["placeholders"] == 1
    unreadable = {problem.place.path: problem for problem in problems(gathered, "unreadable")}
    assert "committed_at" in unreadable["sources/criteria.yaml"].reason
    assert unreadable["sources/criteria.yaml"].place.line == 3
    assert unreadable["sources/drill.yaml"].place.line == 12


def test_a_slip_in_an_approval_key_is_told_and_not_passed_over(tmp_path: Path):
    section = source("records", provides=("approved_record",))
    text = SCOPED_POLICY.replace("approver:", "aprover:")
    (problem,) = problems(in_folder(collect, write(tmp_path, {"sources/p.md": text}), section))
    assert problem.status == "unreadable"
    assert "is 'approver' meant?" in problem.reason
    assert problem.place.line == 7


@pytest.mark.parametrize("artefact", ["repository_tree", "telemetry", "eval_results", "gateway_config", "git_history"])
def test_a_hand_written_measurement_never_counts(tmp_path: Path, artefact: str):
    assert artefact not in RECORD_TYPES
    section = source("records", provides=(artefact,))
    gathered = in_folder(collect, write(tmp_path, {"sources/x.yaml": f"artefact: {artefact}\n"}), section)
    assert not gathered.result.items
    assert {problem.status for problem in problems(gathered)} == {"not-counted", "absent"}


def test_who_is_nobody_is_not_taken_for_a_person(tmp_path: Path):
    text = DRILL.replace("owner: Ada Ferri", "owner: TBD").replace("approver: Ben Okoro", "approver: none")
    text = text.replace("[Ada Ferri, Carl Ito]", "[TODO, Carl Ito]")
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": text}), drills())
    item = only_item(gathered)
    assert item.facts["people"] == ["Carl Ito"]
    assert "owner" not in item.facts["approval"]
    assert "approver" not in item.facts["approval"]
    assert [(problem.status, problem.place.line) for problem in problems(gathered)] == [
        ("not-counted", 2),
        ("not-counted", 3),
        ("not-counted", 8),
    ]


def test_a_roster_keeps_a_role_without_a_person(tmp_path: Path):
    text = "artefact: roster\npeople:\n  - role: operations\n    person: nobody\n"
    section = source("records", provides=("roster",))
    item = only_item(in_folder(collect, write(tmp_path, {"sources/roster.yaml": text}), section))
    assert item.facts["people"] == [{"role": "operations"}]


def test_what_is_declared_and_not_there_is_absent(tmp_path: Path):
    policy = "artefact: approved_record\nrecord_type: ai_policy\ntitle: AI policy\n"
    section = source("records", provides=("approved_record", "drill_record", "acceptance_criteria"))
    gathered = in_folder(collect, write(tmp_path, {"sources/policy.yaml": policy}), section)
    assert [(problem.status, problem.types, problem.place.path, problem.reason) for problem in problems(gathered)] == [
        ("absent", ("acceptance_criteria",), "sources", "no acceptance criteria are recorded here"),
        ("absent", ("drill_record",), "sources", "no drill record is recorded here"),
    ]


@pytest.mark.parametrize("path", ["source", "sources/dril.yaml", "sources/drill.yaml/x"])
def test_a_misspelt_path_is_told_as_one_and_not_as_an_absent_record(tmp_path: Path, path: str):
    section = source("records", path=path, provides=("drill_record", "inventory"))
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"sources/drill.yaml": DRILL})
    (problem,) = problems(in_git(collect, repository, section, prefix=path))
    assert (problem.status, problem.types) == ("absent", ("drill_record", "inventory"))
    assert (problem.place.path, problem.reason) == (path, "no such file or folder at this commit")


def test_a_source_that_is_the_whole_tree_is_named_and_not_given_as_a_dot(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"sources/drill.yaml": DRILL}, GIT_COMMITTER_DATE="2026-10-03T00:00:00Z")
    section = source("records", path=".", provides=("drill_record", "inventory"))
    (problem,) = problems(in_git(collect, repository, section))
    assert (problem.status, problem.place.path) == ("absent", "the-source")


def test_many_files_set_aside_for_one_reason_are_one_row_and_what_looks_like_a_record_keeps_its_own(tmp_path: Path):
    files = {f"sources/src/m{number:03}.py": "pass\n" for number in range(240)}
    files |= {f"sources/d{number}.yaml": "a: 1\n" for number in range(7)}
    files |= {f"sources/few{number}.css": "" for number in range(3)}
    files |= {f"sources/r{number}.yaml": DRILL.replace("artefact: drill_record\n", "") for number in range(7)}
    gathered = in_folder(collect, write(tmp_path, {**files, "sources/drill.yaml": DRILL}), drills())
    assert only_item(gathered).provenance.path == "sources/drill.yaml"
    found = {problem.place.path: problem.reason for problem in problems(gathered, "not-counted")}
    assert len(problems(gathered, "not-counted")) == 1 + 1 + 7
    assert {path for path, reason in found.items() if reason == "does not say which artefact it is"} == {
        f"sources/r{number}.yaml" for number in range(7)
    }
    few = [f"sources/few{number}.css" for number in range(3)]
    code = [f"sources/src/m{number:03}.py" for number in range(2)]
    others = [f"sources/d{number}.yaml" for number in range(5)]
    folded = sorted(problem.reason for problem in problems(gathered) if problem.place.path == "sources")
    unread = "is not YAML, JSON or Markdown, so it is not read as a record"
    assert folded == [
        f"each of 243 files here {unread}: {', '.join([*few, *code])} and 238 more",
        f"each of 7 files here does not say which artefact it is: {', '.join(others)} and 2 more",
    ]


def test_a_few_files_set_aside_keep_a_row_each(tmp_path: Path):
    files = {f"sources/n{number}.txt": "" for number in range(5)}
    gathered = in_folder(collect, write(tmp_path, {**files, "sources/drill.yaml": DRILL}), drills())
    assert [problem.place.path for problem in problems(gathered)] == sorted(files)


def test_an_artefact_that_was_not_declared_does_not_count(tmp_path: Path):
    section = source("records", provides=("inventory",))
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": DRILL}), section)
    assert not gathered.result.items
    assert {(problem.status, problem.types) for problem in problems(gathered)} == {
        ("not-counted", ("drill_record",)),
        ("absent", ("inventory",)),
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("# artefact: drill_record\n", "is empty"),
        ("scenario: x\n", "does not say which artefact it is"),
        ("We do hold drills.\n", "does not say which artefact it is"),
        ("artefact: fire_drill\n", "names an artefact that is not known"),
    ],
)
def test_what_says_nothing_counts_for_nothing(tmp_path: Path, content: str, reason: str):
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": content}), drills())
    assert not gathered.result.items
    assert [(problem.status, problem.reason) for problem in problems(gathered)][-1] == ("not-counted", reason)
    assert problems(gathered, "absent")


def test_templates_and_examples_below_the_declared_folder_do_not_count(tmp_path: Path):
    files = {
        "docs/policies/drill.yaml": DRILL,
        "docs/policies/templates/drill.yaml": DRILL,
        "docs/policies/drill.example.yaml": DRILL,
        "docs/policies/tests/drill.yaml": DRILL,
    }
    gathered = in_folder(collect, write(tmp_path, files), drills(path="docs/policies"))
    assert only_item(gathered).provenance.path == "docs/policies/drill.yaml"
    assert [problem.reason for problem in problems(gathered, "not-counted")] == [
        "is an example, not a record",
        "is a template, not a record",
        "is a test or its fixture, not a record",
    ]


def test_a_single_file_is_judged_by_its_declared_path(tmp_path: Path):
    root = write(tmp_path, {"docs/drill.yaml": DRILL, "examples/drill.yaml": DRILL})
    assert only_item(in_folder(collect, root, drills(path="docs/drill.yaml"))).type == "drill_record"
    assert not in_folder(collect, root, drills(path="examples/drill.yaml")).result.items


@pytest.mark.parametrize(
    ("change", "line", "part"),
    [
        (("measured_seconds: 240", "measured_seconds: soon"), 9, "'measured_seconds' should be a valid integer"),
        (("measured_seconds: 240", "measured_second: 240"), 9, "is 'measured_seconds' meant?"),
        (("outcome: passed", "outcome: fine"), 11, "'passed' or 'failed'"),
        (("date: 2026-10-02", "date: 2.10.2026"), 7, "'date'"),
        (("date: 2026-10-02", 'date: "1699920000"'), 7, "'date'"),
        (("scenario: provider_failover\n", ""), None, "'scenario' is missing"),
        (("scenario: provider_failover\n", "scenaro: x\n"), 6, "is 'scenario' meant?; field 'scenario' is missing"),
        (("owner: ", "ownr: "), 2, "is 'owner' meant?"),
        (("approved_on: 2026-10-03", "approved_on: soon"), 4, "'approved_on'"),
    ],
)
def test_what_does_not_fit_is_unreadable_at_its_line(tmp_path: Path, change, line, part: str):
    text = DRILL.replace(*change)
    assert text != DRILL
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": text}), drills())
    (problem,) = problems(gathered)
    assert (problem.status, problem.types) == ("unreadable", ("drill_record",))
    assert part in problem.reason
    assert line is None or problem.place.line == line


@pytest.mark.parametrize(
    ("name", "content", "types"),
    [
        ("incident-log.json", "{broken", ("incident_log",)),
        ("x.yaml", "a: [1\n", ("drill_record", "incident_log")),
        ("x.yaml", "artefact: drill_record\na: [1\n", ("drill_record",)),
        ("x.json", '{"artefact": "incident_log",\n "incidents": [,]}', ("incident_log",)),
    ],
)
def test_a_malformed_file_says_which_artefact_it_may_have_been(tmp_path: Path, name: str, content: str, types):
    section = source("records", provides=("drill_record", "incident_log"))
    gathered = in_folder(collect, write(tmp_path, {f"sources/{name}": content}), section)
    (unreadable,) = problems(gathered, "unreadable")
    assert unreadable.types == types
    assert unreadable.place.line is not None
    absent = {type_ for problem in problems(gathered, "absent") for type_ in problem.types}
    assert absent == set(section.declared) - set(types)


@pytest.mark.parametrize(
    ("files", "path", "told"),
    [
        ({"sources/chart/x.yaml": "a: [1\n"}, "sources", "may be any that is declared here"),
        ({"chart/x.yaml": "{{ if .Values }}\n"}, ".", "declare the folders that hold records"),
        ({"drill-record.yaml": "a: [1\n"}, ".", ""),
    ],
)
def test_a_malformed_file_that_nothing_tells_apart_counts_for_all_and_says_so(
    tmp_path: Path, files: dict[str, str], path: str, told: str
):
    """A tree's own YAML may be a record that was broken: it stays loud, and the reason says why and what to do."""
    section = source("records", path=path, provides=("drill_record", "incident_log"))
    gathered = in_folder(collect, write(tmp_path, files), section, prefix=path.removeprefix("."))
    (unreadable,) = problems(gathered, "unreadable")
    assert told in unreadable.reason
    assert ("may be any" in unreadable.reason) is bool(told)
    assert unreadable.types == (section.declared if told else ("drill_record",))
    assert unreadable.place.path.endswith(".yaml")


def test_secrets_are_masked_in_the_copy_and_in_the_facts(tmp_path: Path):
    secret = "ghp_" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1cD2"
    text = DRILL.replace("scenario: provider_failover", f"scenario: call with {secret}")
    gathered = in_folder(collect, write(tmp_path, {"sources/drill.yaml": text}), drills())
    item = only_item(gathered)
    assert secret.encode() not in b"".join(gathered.copies.values())
    assert secret not in item.model_dump_json()
    assert [note.line for note in item.redactions] == [6]


def test_the_same_input_gives_the_same_result_from_any_place(tmp_path: Path):
    files = {"sources/a.yaml": DRILL, "sources/b.md": SCOPED_POLICY, "sources/c.yaml": "x: ["}
    section = source("records", provides=("drill_record", "approved_record"))
    first = in_folder(collect, write(tmp_path / "one", files), section)
    second = in_folder(collect, write(tmp_path / "two" / "deep", files), section)
    assert first.result.model_dump_json() == second.result.model_dump_json()
    assert first.copies == second.copies
