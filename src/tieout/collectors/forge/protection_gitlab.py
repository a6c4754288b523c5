"""`branch_protection` from GitLab: protected branches, approval rules, and what merge requests are held to.

Access levels are GitLab's: 0 nobody, 30 Developer, 40 Maintainer, 60 administrators.
"""

from collections.abc import Iterator
from typing import Any, Final

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.reading import Places, Reading
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import at, flag, rows, text, whole
from tieout.domain.artefacts.forge import Actor, BranchProtection, BranchRule

TYPE: Final = "branch_protection"
#: The name under which a succeeded pipeline is a required check: GitLab asks for all of it and names no job.
PIPELINE: Final = "pipeline"

_BRANCHES, _APPROVALS, _SETTINGS, _PROJECT = (
    "gitlab-protected-branches",
    "gitlab-approval-rules",
    "gitlab-approval-settings",
    "gitlab-project",
)
_NOBODY: Final = 0
_WORDS: Final = {
    _BRANCHES: "protected branches",
    _APPROVALS: "approval rules",
    _SETTINGS: "approval settings",
    _PROJECT: "merge settings",
}


def gather(reading: Reading) -> None:
    """Add what GitLab holds changes of the project's branches to."""
    rules: list[BranchRule] = []
    places: Places = {}
    for answer, row, rule in _rules(reading):
        places[f"/rules/{len(rules)}"] = (answer, row.pointer)
        rules.append(rule)
    asked = {answer.form.name for answer in reading.answers}
    unseen = {words for name, words in _WORDS.items() if name not in asked}
    unseen |= {_WORDS[answer.form.name] for answer in reading.of(*_WORDS) if answer.whole is False}
    for answer in reading.refused(*_WORDS):
        unseen.add(_WORDS[answer.form.name])
        reading.unreadable(TYPE, answer, sentence(answer))
    used = reading.of(_BRANCHES, _APPROVALS, _SETTINGS)
    if used or rules:
        used = [*used, *reading.of(_PROJECT)]
        facts = BranchProtection(
            forge="gitlab", repository=reading.repository, rules=tuple(rules), unseen=tuple(sorted(unseen))
        )
        reading.add(TYPE, facts, used, effective=reading.settled(used), places=places)


def _rules(reading: Reading) -> Iterator[tuple[Answer, Row, BranchRule]]:
    for answer, row in reading.rows(_BRANCHES):
        yield answer, row, _protected(reading, row.data)
    for answer, row in reading.rows(_APPROVALS):
        yield answer, row, _approval(row.data)
    for answer, row in reading.rows(_PROJECT):
        if (needed := flag(row.data, "only_allow_merge_if_pipeline_succeeds")) is not None:
            rule = BranchRule(
                origin="merge settings",
                name="merge requests",
                branches=("*",),
                enforced=True,
                required_checks=(PIPELINE,) if needed else (),
                skipped_pass=flag(row.data, "allow_merge_on_skipped_pipeline"),
            )
            yield answer, row, rule
    for answer, row in reading.rows(_SETTINGS):
        rule = BranchRule(
            origin="merge settings",
            name="approvals",
            branches=("*",),
            enforced=True,
            stale_dismissed=flag(row.data, "reset_approvals_on_push"),
            author_may_approve=flag(row.data, "merge_requests_author_approval"),
        )
        yield answer, row, rule


def _protected(reading: Reading, data: dict[str, Any]) -> BranchRule:
    """A protected branch; whoever may push to it needs no merge request."""
    name = text(data, "name") or ""
    pushers = tuple(
        _level(reading, level, mode="push")
        for level in rows(data, "push_access_levels")
        if whole(level, "access_level") != _NOBODY
    )
    return BranchRule(
        origin="protected branch",
        name=name,
        branches=(name,),
        enforced=True,
        change_request=not pushers,
        code_owners=flag(data, "code_owner_approval_required"),
        force_push=flag(data, "allow_force_push"),
        bypass=pushers,
    )


def _level(reading: Reading, data: dict[str, Any], *, mode: str) -> Actor:
    if (user := whole(data, "user_id")) is not None:
        return reading.actor("person", str(user)).model_copy(update={"mode": mode})
    if (group := whole(data, "group_id")) is not None:
        return Actor(who=f"group {group}", kind="team", mode=mode)
    if (key := whole(data, "deploy_key_id")) is not None:
        return Actor(who=f"deploy key {key}", kind="key", mode=mode)
    level = whole(data, "access_level")
    words = text(data, "access_level_description") or (f"access level {level}" if level is not None else "not told")
    return Actor(who=words, kind="role" if level is not None else "unknown", mode=mode)


def _approval(data: dict[str, Any]) -> BranchRule:
    """An approval rule of the project; without branches of its own it holds for all of them."""
    listed = tuple(name for row in rows(data, "protected_branches") if (name := text(row, "name")))
    all_protected = flag(data, "applies_to_all_protected_branches")
    branches = ("every protected branch",) if all_protected else listed or ("*",)
    return BranchRule(
        origin="approval rule",
        name=text(data, "name") or "",
        branches=branches,
        enforced=True,
        required_reviews=whole(at(data), "approvals_required"),
        code_owners=True if text(data, "rule_type") == "code_owner" else None,
    )
