"""Short statements anywhere in a document that take its approval back, and honest ones that only sound so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from tieout.collectors.records import collect
from tieout.collectors.standing import in_force
from tieout.collectors.withdrawals import withdrawn, withdrawn_by

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = """\
artefact: approved_record
record_type: ai_policy
title: AI policy
version: "2.1"
owner: Ada Ferri
approver: Ben Okoro
approved_on: 2026-06-01
review_due: 2027-06-01
"""
#: Far enough down that `opening.py` reads it no more.
POLICY = f"---\n{HEAD}---\n# AI policy\n\n## Scope\n\n" + "It binds all who work for us.\n" * 15 + "\n"
LINE = POLICY.count("\n") + 1
AFTER = "\n\nMore of the policy follows here.\n"


@pytest.mark.parametrize(
    "said",
    [
        "Not approved.", "**Not yet approved**", "> Not in force.", "This policy has not been approved by the board.",
        "<!-- not approved -->", "We test. <!-- approval withdrawn on 3 November --> We log.",
        "<!--\nnot in force\n-->",
        "## Not yet approved", "## Approval withdrawn", "Not approved\n---", "Superseded by version 3.",
        "Draft \N{EN DASH} not in force", "Approval: withdrawn", "Approval was withdrawn on 15 November.",
        "Never approved.",
        "Note: not approved by anybody yet.", "Replaced by policy 7 on 2026-10-01.", "No approval given.",
        "This document is no longer in force.", "- This policy was rejected by the board.", "Its approval was refused.",
        "Draft, for consultation only", "Noch nicht genehmigt.", "Approval has never been given.",
    ],
)  # fmt: skip
def test_a_statement_anywhere_ends_a_document(tmp_path: Path, said: str):
    gathered = in_folder(collect, write(tmp_path, {"sources/p.md": POLICY + said + AFTER}), policies(), as_of=AS_OF)
    assert gathered.result.items == ()
    told = [problem for problem in problems(gathered) if "so it is not in force" in problem.reason]
    assert [problem.place.line for problem in told] == [LINE]


@pytest.mark.parametrize(
    "said",
    [
        "A model that is not approved must not be used!", "Models that are not approved may not be used.",
        "Not approved models are not used.", "## Not approved\n\n- GPT-3",
        "## Not approved\n\n| tool |\n| --- |", "## Draft",
        "## Superseded", "- Not approved", "- Draft\n- Approved\n- Superseded", "| x | not approved |",
        "Not in force on holidays.",
        "Draft, review and approve each text.", "This policy is not valid for contractors.", "Drafts are deleted.",
        "If the board objects, this policy is withdrawn.", "## History\n\nSuperseded by version 2.",
        "### 1.0\n\nNot approved.",
        "Version 1 of this policy was withdrawn in 2025.", "The previous policy was rejected.",
        "Approval is withdrawn when a release fails its tests.", "Approval is required before use.",
        "```\nnot approved\n```",
        "This policy is superseded by applicable law.", "<!-- prettier-ignore -->",
        "<!-- TODO: rejected wording below -->",
        "Tools without approval are not approved:\n- X", "No approval is needed for changes of wording.",
        "Approval pending releases wait in a queue.", "This policy replaces version 1, which was withdrawn.",
        "Pending approval, models stay off.", "**Not approved:** personal accounts", "Approval was never withdrawn.",
        "Not approved for production: tool X.", "Not approved for use with personal data.",
    ],
)  # fmt: skip
def test_a_rule_of_the_policy_leaves_it_counted(tmp_path: Path, said: str):
    item = only_item(
        in_folder(collect, write(tmp_path, {"sources/p.md": POLICY + said + AFTER}), policies(), as_of=AS_OF)
    )
    assert item.facts.get("status") is None


@pytest.mark.parametrize("said", ["Withdrawn.", "Rejected", "<!-- draft -->", "Superseded", "Rejected by the board."])
def test_a_word_that_may_be_of_the_document_leaves_its_status_open(tmp_path: Path, said: str):
    item = only_item(
        in_folder(collect, write(tmp_path, {"sources/p.md": POLICY + said + AFTER}), policies(), as_of=AS_OF)
    )
    assert in_force(str(item.facts["status"])) is not True


@pytest.mark.parametrize(
    "field",
    [
        "note: not approved", "approval: withdrawn", "approval: false", "remarks: This policy is not approved.",
        "board_approval: pending", "sign-off: none", "in_force: no", "approval: not yet", "validity: none",
        "note: superseded by version 3", "internal_comment: 'Approval withdrawn on 3 November.'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["md", "yaml"])
def test_a_field_of_any_name_ends_a_record(tmp_path: Path, field: str, form: str):
    text = (
        f"---\n{HEAD}{field}\n---\n# AI policy\n"
        if form == "md"
        else f"{HEAD}{field}\nrules: [We test every release.]\n"
    )
    gathered = in_folder(collect, write(tmp_path, {f"sources/p.{form}": text}), policies(), as_of=AS_OF)
    assert gathered.result.items == ()
    told = [problem for problem in problems(gathered) if "so it is not in force" in problem.reason]
    assert [problem.place.line for problem in told] == [9 + (form == "md")]


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "rejected"}, {"approval_required": "no"}, {"default": "rejected"},
        {"note": "Approved by the board"},
        {"approval": "granted"},
        {"approval": "no objections"}, {"approval": True}, {"approval": "board, 3 May"},
        {"rule": "A model that is not approved is not used"}, {"status": "not approved"},
        {"note": "x" * 300}, {"note": 3},
        {"note": ["not approved"]},
    ],
)  # fmt: skip
def test_a_field_that_says_something_else_ends_nothing(fields: dict[str, object]):
    assert withdrawn_by(fields, frozenset({"status"})) is None


def test_a_field_of_something_else_may_be_of_the_document():
    found = withdrawn_by({"unregistered_models": "not approved", "comment": "rejected"}, frozenset())
    assert found is not None
    assert not found[1].sure


@pytest.mark.parametrize(
    "piece",
    [
        "superseded by not approved per ", "approval is ", "draft - not final ", "this policy is now ", "by ", "note: ",
        "rejected in may ", "not approved; ", "- ", "<!--", "<!-- x -->", "the its ", "# ", "| ", "``` ",
    ],
)  # fmt: skip
def test_a_hostile_text_is_read_in_good_time(piece: str):
    line = piece * (190 // len(piece)) + "\N{BLACK SQUARE}"
    withdrawn("\n\n".join([line] * 1_000))


def policies():
    return source("records", provides=("approved_record/ai_policy",))
