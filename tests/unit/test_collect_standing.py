"""Documents that say of themselves that they are no longer, or not yet, in force: they are listed and do not count."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.collecting import in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from support.written_records import POLICY
from tieout.collectors import git
from tieout.collectors.records import collect
from tieout.collectors.standing import in_force, not_in_force, status_of

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
ROSTER = """\
artefact: roster
owner: Ada Ferri
approver: Ben Okoro
approved_on: 2026-06-01
review_due: 2027-06-01
people:
  - {role: operations, person: Mira Lund, since: 2026-02-01}
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


@pytest.mark.parametrize(
    "opening",
    [
        "This register has not been approved.", "Approval withdrawn on 15 November.", "Not in force.",
        "Not in force. The board rejected this text.", "Draft for consultation", "Approval pending.",
        "Obsolete since the move to the new supplier.", "The board rejected this text.", "**Not approved.** Wait.",
        "The board has not approved this policy.", "Nobody has approved this policy yet.", "Rejected by the board.",
        "This AI policy was rejected by the board in May.", "This policy hasn't yet been approved.",
        "We test every release. This policy is still only a proposal.", "This policy\nhas not yet been\napproved.",
        "Note: this text is no longer in force.", "The policy awaits approval.", "Its approval was revoked in May.",
        "Approval: pending", "Approval of this policy has not been given.", "This document remains to be approved.",
        "Written in May, this policy was never adopted.", "Owner: Ada Ferri\n\nNot in force.", "Nicht genehmigt.",
        "This policy describes our use of AI. It has not been approved.", "- Not approved yet", "Do not use.",
        "As of 15 November this policy is no longer in force.", "This is only a draft.", "Not (yet) approved.",
        "This is not an approved document.", "Neither approved nor in force.", "Approval withdrawn 15 November.",
        "This policy was not approved by any board, and must not be used without one.",
        "The policy was withdrawn in May.", "This register is obsolete.", "Approval has not been granted.",
    ],
)  # fmt: skip
def test_a_first_paragraph_that_denies_its_approval_ends_a_document(tmp_path: Path, opening: str):
    text = POLICY.replace("# AI policy\n", f"# AI policy\n\n{opening}\n")
    gathered = in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF)
    assert gathered.result.items == ()
    told = [problem for problem in problems(gathered) if "so it is not in force" in problem.reason]
    first = 13 + opening.startswith("Owner") * 2
    assert [problem.place.line for problem in told] == [first]


@pytest.mark.parametrize(
    "opening",
    [
        "Drafts are reviewed by a clerk before they are sent.", "This policy was approved by the board on 1 June 2026.",
        "Models that are not approved may not be used.", "A model that is not approved is not in force.",
        "Not approved models are not used.", "Withdrawn, expired or rejected models are deleted.",
        "Obsolete models are removed within a month.", "Approval is withdrawn when a release fails its tests.",
        "The approval of a model is pending until its tests have passed.", "Approval pending releases wait in a queue.",
        "This policy replaces version 1, which has been withdrawn.", "The record is withdrawn from the queue.",
        "This policy applies to every model; a model that was rejected is not used.", "Approval granted on 1 June.",
        "If the board objects, this policy is withdrawn.", "No approval is needed for a change of wording.",
        "This policy is reviewed each year. Drafts of it are kept for three years.", "Approval was never withdrawn.",
        "The board rejected the first supplier and chose another.", "Nobody has approved a release alone.",
        "This register lists risks that have not been approved for closing.", "Without approval, no model is used.",
        "Draft answers are never sent unread.", "Suspended accounts are closed.", "Signed by Ben Okoro.",
        "We test every release.\n\nNot in force on holidays.", "Pending approval, models stay off and must not serve.",
        "The previous policy was withdrawn in May.", "The board rejected the old register.",
        "This policy is not legally binding on suppliers.", "Our earlier policy has not been approved.",
        "This policy is approved and in force; it is not a draft.", "This policy was approved without changes.",
    ],
)  # fmt: skip
def test_an_ordinary_first_paragraph_leaves_a_document_counted(tmp_path: Path, opening: str):
    text = POLICY.replace("# AI policy\n", f"# AI policy\n\n{opening}\n")
    item = only_item(in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF))
    assert item.facts.get("status") is None


@pytest.mark.parametrize(
    "opening",
    [
        "This policy was rejected in May and approved in June.",
        "This AI policy is not in force for contractors.",
        "This AI policy was not approved in May. It was approved in June.",
        "It has not been approved.",
    ],
)
def test_a_doubtful_first_paragraph_leaves_the_status_open(tmp_path: Path, opening: str):
    text = POLICY.replace("# AI policy\n", f"# AI policy\n\n{opening}\n")
    item = only_item(in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF))
    assert item.facts["status"] in opening.casefold()
    assert in_force(item.facts["status"]) is None


@pytest.mark.parametrize(
    ("comment", "line"),
    [
        ("# Status: DRAFT, not approved by anybody yet", 1), ("# Risks of the system\n#\n# Not in force.", 3),
        ("---\n# This register has not been approved.", 2), ("# AI risks\n# DRAFT", 2), ("\n## Approval pending", 2),
        ("# Superseded by risks-2.yaml", 1), ("# The risks, and what is done.\n# The board rejected this register.", 2),
    ],
)  # fmt: skip
def test_a_comment_above_the_first_key_ends_a_record(tmp_path: Path, comment: str, line: int):
    gathered = in_folder(collect, write(tmp_path, {"sources/r.yaml": f"{comment}\n{ROSTER}"}), rosters(), as_of=AS_OF)
    assert gathered.result.items == ()
    told = [problem for problem in problems(gathered) if "so it is not in force" in problem.reason]
    assert [problem.place.line for problem in told] == [line]


@pytest.mark.parametrize(
    "comment",
    [
        "# Who answers for what.", "# status: open, closed or withdrawn", "# Approved by the board on 1 June 2026.",
        "# yaml-language-server: $schema=draft-07.json", "# It is partial, as it is not signed.",
        "# Drafts of answers are not listed here.",
    ],
)  # fmt: skip
def test_an_ordinary_comment_leaves_a_record_counted(tmp_path: Path, comment: str):
    text = f"{comment}\n{ROSTER}# Not in force.\n"
    assert only_item(in_folder(collect, write(tmp_path, {"sources/r.yaml": text}), rosters(), as_of=AS_OF))


def test_a_comment_in_front_matter_is_read_too(tmp_path: Path):
    text = POLICY.replace("artefact:", "# Not approved by anybody yet\nartefact:")
    gathered = in_folder(collect, write(tmp_path, {"sources/p.md": text}), policies(), as_of=AS_OF)
    assert [problem.place.line for problem in problems(gathered, "not-counted")] == [2]


@pytest.mark.parametrize(
    "piece", ["!", "this ", "approval -", "has been not ", "a: ", "the the ", "> ", "this policy is now ", "'", "x y, "]
)
def test_a_hostile_opening_is_read_in_good_time(piece: str):
    lines = "\n".join([piece * (390 // len(piece))] * 60)
    assert not_in_force({}, lines + "x", AS_OF) is None


@pytest.mark.parametrize(
    ("card", "line"),
    [
        (f"{CARD}\nThis system card has\nnot been approved.\n", 7),
        (CARD.replace("version", "# Approval pending\nversion"), 2),
    ],
)
def test_a_card_whose_text_denies_its_approval_does_not_count(tmp_path: Path, card: str, line: int):
    repository = Repository(tmp_path / "r")
    repository.commit("card", {"SYSTEM_CARD.md": card})
    gathered = in_git(git.collect, repository, source("git", ".", provides=("system_card",)))
    assert gathered.result.items == ()
    assert [problem.place.line for problem in problems(gathered, "not-counted")] == [line]


def policies():
    return source("records", provides=("approved_record/ai_policy",))


def rosters():
    return source("records", provides=("roster",))
