"""Documents that say of themselves that they are no longer, or not yet, in force: they are listed and do not count."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.collecting import in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from tieout.collectors import git
from tieout.collectors.records import collect
from tieout.collectors.standing import in_force, not_in_force, status_of

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
POLICY = """\
---
artefact: approved_record
record_type: ai_policy
title: AI policy
version: "2.1"
owner: Ada Ferri
approver: Ben Okoro
approved_on: 2026-06-01
review_due: 2027-06-01
---
# AI policy

We test every release.
"""
CARD = "---\nversion: 4.2.0\nintended_use: Sorts letters.\n---\n# Card\n"


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("status: superseded", "says of its status that it is 'superseded'"),
        ("status: Withdrawn", "says of its status that it is 'withdrawn'"),
        ("Status: DRAFT v3", "says of its status that it is 'draft'"),
        ("document-status: Entwurf", "says of its status that it is 'entwurf'"),
        ("status: archived", "says of its status that it is 'archived'"),
        ("status: Approved (superseded by version 3)", "says of its status that it is 'superseded'"),
        ("stage: in review", "says of its status that it is 'in review'"),
        ("draft: true", "says that it is 'draft'"),
        ("approved: false", "says that it is not 'approved'"),
        ("withdrawn_on: 2026-07-01", "was withdrawn on 2026-07-01"),
        ("superseded_by: policies/ai-policy-3.md", "names a document that takes its place"),
        ("valid_until: 2026-10-31", "was in force until 2026-10-31"),
        ("effective_from: 2027-01-01", "comes into force only on 2027-01-01"),
    ],
)
def test_a_field_ends_a_document(tmp_path: Path, field: str, reason: str):
    text = POLICY.replace("title: AI policy\n", f"title: AI policy\n{field}\n")
    gathered = in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF)
    assert gathered.result.items == ()
    told = [problem for problem in problems(gathered) if problem.status == "not-counted"]
    assert [problem.place.line for problem in told] == [5]
    assert reason in told[0].reason
    assert told[0].types == ("approved_record/ai_policy",)


@pytest.mark.parametrize(
    "field",
    [
        "status: approved", "status: In force since 2026-06-01", "status: Approved, supersedes version 1",
        "withdrawn_on: 2027-07-01", "superseded_by: none", "superseded_by: ''", "valid_until: 2026-11-22",
        "effective_from: 2026-06-01", "supersedes: version 1", "state: OR", "draft: false",
    ],
)  # fmt: skip
def test_a_field_that_does_not_end_it_leaves_it_counted(tmp_path: Path, field: str):
    text = POLICY.replace("title: AI policy\n", f"title: AI policy\n{field}\n")
    assert only_item(in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF))


@pytest.mark.parametrize(
    "top",
    [
        "Status: DRAFT", "**Status:** draft", "> **Document status:** Superseded", "| Status | Withdrawn |", "DRAFT",
        "*** DRAFT ***", "[DRAFT]", "DRAFT - for comment only", "> **WITHDRAWN** - 2026-01-01", "# AI policy (draft)",
        "This policy has been superseded by version 3.", "This document is a draft.",
        "This policy is not yet approved.", "Superseded by version 3.", "No longer in force.", "Statut : brouillon",
    ],
)  # fmt: skip
def test_the_top_of_the_text_ends_a_document(tmp_path: Path, top: str):
    text = POLICY.replace("# AI policy\n", f"# AI policy\n\n{top}\n")
    gathered = in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF)
    assert gathered.result.items == ()
    assert any("so it is not in force" in problem.reason for problem in problems(gathered))


@pytest.mark.parametrize(
    "top",
    [
        "Status: approved", "# Draft answers", "Draft answers are read by a clerk.", "## Concept", "## Projekt",
        "This version replaced version 1.", "The service was withdrawn in May; this policy covers its successor.",
        "Drafts expire after a day; expired drafts are deleted.", "We keep records no longer than three years.",
        "<!-- DRAFT: a comment that nobody sees -->", "A person reads every draft: no draft is sent unread.",
    ],
)  # fmt: skip
def test_words_of_the_subject_do_not_end_a_document(tmp_path: Path, top: str):
    text = POLICY.replace("# AI policy\n", f"# AI policy\n\n{top}\n")
    assert only_item(in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF))


def test_far_down_a_text_nothing_ends_it():
    assert not_in_force({}, "A line of the policy.\n" * 20 + "Status: draft\n", AS_OF) is None
    assert not_in_force({}, "A line of the policy.\n" * 5 + "Status: draft\n", AS_OF) is not None


@pytest.mark.parametrize(
    ("title", "version"), [("AI policy (DRAFT)", "1"), ("AI policy", "3.0-draft"), ("DRAFT: AI", "1")]
)
def test_a_title_or_a_version_may_say_it(title: str, version: str):
    assert not_in_force({"title": title, "version": version}, "", AS_OF)
    assert not not_in_force({"title": "Draft horses and drafts of answers", "version": "3.0"}, "", AS_OF)


@pytest.mark.parametrize(
    ("status", "known"),
    [("approved", True), ("In Kraft", True), ("Approved on 2026-06-01", True), ("draft", False),
     ("not approved", False), ("circulating", None), ("Oregon", None)],
)  # fmt: skip
def test_a_status_says_yes_or_no_or_leaves_it_open(status: str, *, known: bool | None):
    assert in_force(status) is known


def test_the_status_of_a_document_is_a_fact_with_its_line(tmp_path: Path):
    text = POLICY.replace("title: AI policy\n", "title: AI policy\nstatus: circulating\n")
    item = only_item(in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF))
    assert item.facts["status"] == "circulating"
    assert item.lines["/status"] == 5
    assert status_of({}, "# AI policy\n\n**Status:** circulating\n") == "circulating"
    assert status_of({"status": "TBD"}, "") is None


def test_a_superseded_policy_beside_the_one_in_force_takes_nothing_from_it(tmp_path: Path):
    old = POLICY.replace("title: AI policy\n", "title: AI policy\nsuperseded_by: p.md\n")
    gathered = in_folder(
        collect, write(tmp_path, {"sources/p.md": POLICY, "sources/q.md": old}), policies(), as_of=AS_OF
    )
    assert only_item(gathered).provenance.path == "sources/p.md"


def test_a_card_that_was_superseded_does_not_count(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("card", {"SYSTEM_CARD.md": CARD.replace("version", "status: superseded\nversion")})
    gathered = in_git(git.collect, repository, source("git", ".", provides=("system_card",)))
    assert gathered.result.items == ()
    assert any("'superseded'" in problem.reason and problem.place.line == 2 for problem in problems(gathered))


def policies():
    return source("records", provides=("approved_record/ai_policy",))
