"""Procedures of operation: what is a procedure, and what only names one."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

STEPS = "Do this when it happens.\n\n1. Call the owner on duty.\n2. Stop the route.\n3. Write down what was seen.\n"


@pytest.mark.parametrize(
    ("key", "path", "title", "line"),
    [
        ("incident-procedure", "docs/incident-response.md", "What to do", 1),
        ("incident-procedure", "SECURITY.md", "Policy\n\n## Incident response", 3),
        ("deactivation-procedure", "docs/turning-chat-off.md", "Turning chat off", 1),
        ("decommission-procedure", "docs/decommissioning.md", "End", 1),
        ("rollback-procedure", "docs/release.md", "Release\n\n## Rolling back", 3),
        ("runbook", "docs/operators.md", "Operators\n\n## Runbook", 3),
    ],
)
def test_a_document_or_section_with_steps_is_a_procedure(
    tmp_path: Path, key: str, path: str, title: str, line: int
) -> None:
    fact = inspected(tmp_path, {path: f"# {title}\n\n{STEPS}"}, "lifecycle")[f"lifecycle/{key}"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"{path}:{line}"]
    assert fact.values["steps"] == 3


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("README.md", "# App\n\n## Incident response\n\nSee the wiki.\n"),
        ("docs/incident-response.md", "# Incident response\n\nTBD\n\n- TBD\n- TODO\n- TBD\n"),
        ("docs/incident-response.md", ""),
        ("CODE_OF_CONDUCT.md", f"# Conduct\n\n## Incident response\n\n{STEPS}"),
        ("CHANGELOG.md", f"# Changes\n\n## Incident response\n\n{STEPS}"),
        (".agents/skills/incident/SKILL.md", f"# Incident response\n\n{STEPS}"),
        ("templates/incident-response.md", f"# Incident response\n\n{STEPS}"),
        ("policy-templates/incident-response.md", f"# Incident response template\n\n{STEPS}"),
        ("docs/proposals/7-incidents.md", f"# Incident response\n\n{STEPS}"),
        ("tests/incident-response.md", f"# Incident response\n\n{STEPS}"),
        ("src/incident.py", "incident = 'response'\n"),
    ],
)
def test_a_word_a_link_a_form_and_a_proposal_are_no_procedure(tmp_path: Path, path: str, content: str) -> None:
    fact = inspected(tmp_path, {path: content}, "lifecycle")["lifecycle/incident-procedure"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []


def test_a_section_without_steps_is_shown(tmp_path: Path) -> None:
    files = {"README.md": "# App\n\n## Incident response\n\nSee the wiki.\n"}
    fact = inspected(tmp_path, files, "lifecycle")["lifecycle/incident-procedure"]

    assert spots(fact, counting=False) == ["README.md:3"]


def test_switching_off_is_not_decommissioning(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"docs/turning-chat-off.md": f"# Turning chat off\n\n{STEPS}"}, "lifecycle")

    assert facts["lifecycle/decommission-procedure"].answer is Answer.NO
    assert spots(facts["lifecycle/decommission-procedure"], counting=False) == ["docs/turning-chat-off.md:1"]


def test_a_deprecation_policy_names_a_period(tmp_path: Path) -> None:
    policy = "# Releases\n\n## Deprecation policy\n\nDeprecated fields of the API are kept for two releases.\n"
    vague = "# Releases\n\n## Deprecation policy\n\nWe announce what goes away.\n"
    other = "# Report\n\nThe study was supported for three years.\n"
    found = [
        inspected(tmp_path / name, {"RELEASES.md": text}, "lifecycle")["lifecycle/deprecation-policy"]
        for name, text in (("a", policy), ("b", vague), ("c", other))
    ]

    assert [fact.answer for fact in found] == [Answer.YES, Answer.PARTIAL, Answer.NO]
    assert spots(found[0]) == ["RELEASES.md:5", "RELEASES.md:3"]


def test_a_folder_of_runbooks(tmp_path: Path) -> None:
    files = {"runbooks/restart.md": "# Restart\n\nRun it.\n", "runbooks/empty.md": ""}
    fact = inspected(tmp_path, files, "lifecycle")["lifecycle/runbook"]

    assert (fact.answer, spots(fact)) == (Answer.YES, ["runbooks/restart.md:1"])


def test_an_empty_file_is_no_authorisation_package(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {".github/.emass-repo-ignore": ""}, "lifecycle")["lifecycle/authorisation-package"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == [".github/.emass-repo-ignore"]
    assert "is empty" in fact.statement


def test_a_system_security_plan_is_one(tmp_path: Path) -> None:
    plan = '{\n "system-security-plan": {"uuid": "x"}}\n'
    whole = inspected(tmp_path / "a", {"oscal/ssp.json": plan}, "lifecycle")["lifecycle/authorisation-package"]
    named = inspected(tmp_path / "b", {"docs/ato/letter.pdf": b"%PDF"}, "lifecycle")["lifecycle/authorisation-package"]
    code = inspected(tmp_path / "c", {"src/oscal/write.py": "x = 1\n"}, "lifecycle")["lifecycle/authorisation-package"]

    assert (whole.answer, spots(whole)) == (Answer.YES, ["oscal/ssp.json:2"])
    assert (named.answer, spots(named)) == (Answer.PARTIAL, ["docs/ato/letter.pdf"])
    assert (code.answer, spots(code)) == (Answer.NO, [])


def test_an_empty_repository_has_no_procedure(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"empty": ""}, "lifecycle")

    assert {fact.answer for fact in facts.values()} == {Answer.NO}


def test_a_runbook_that_calls_itself_a_stub_is_a_part_of_one(tmp_path: Path) -> None:
    text = (
        "# Runbook\n\nWhat operators do when an alarm rings. This is a stub; parts come as they are worked out.\n\n"
        "## Alerts\n\n1. Look at the dashboard of the service and note which of the queues is long.\n"
        "2. Restart the worker with `make restart`, wait five minutes, look again.\n"
        "3. If it is still long, call the person on duty.\n\n## Escalation\n\nTODO: the order of calls.\n"
    )
    fact = inspected(tmp_path / "r", {"RUNBOOK.md": text}, "lifecycle")["lifecycle/runbook"]
    assert fact.answer is Answer.PARTIAL
    assert "unfinished by its own words, in 2 places" in fact.statement
    whole = text.replace(" This is a stub; parts come as they are worked out.", "").replace("TODO: the", "The")
    assert inspected(tmp_path / "s", {"RUNBOOK.md": whole}, "lifecycle")["lifecycle/runbook"].answer is Answer.YES
