"""`branch_protection` from GitHub: classic protection and rulesets; what is off or tried out protects nothing."""

from collections.abc import Iterator
from typing import Any, Final, Literal
from urllib.parse import unquote

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.branch_patterns import Branches
from tieout.collectors.forge.reading import Places, Reading
from tieout.collectors.forge.refusals import meaning, sentence
from tieout.collectors.forge.values import at, flag, rows, text, texts, whole
from tieout.domain.artefacts.forge import Actor, BranchProtection, BranchRule
from tieout.kernel.reading.masking import sayable

TYPE: Final = "branch_protection"

_CLASSIC, _RULESET, _LIST, _IN_FORCE = (
    "github-protection",
    "github-ruleset",
    "github-rulesets",
    "github-branch-rules",
)
_ACTOR_KINDS: Final[dict[str, Literal["person", "team", "program", "role", "key"]]] = {
    "User": "person",
    "Team": "team",
    "Integration": "program",
    "RepositoryRole": "role",
    "OrganizationAdmin": "role",
    "EnterpriseOwner": "role",
    "DeployKey": "key",
}
_NOT_ENFORCED: Final = {
    "disabled": "is switched off",
    "evaluate": "is only tried out (its enforcement is 'evaluate')",
}


def gather(reading: Reading) -> None:
    """Add what GitHub holds changes of the repository's branches to."""
    rules: list[BranchRule] = []
    places: Places = {}
    used: list[Answer] = []
    for answer, row, rule in _rules(reading):
        places[f"/rules/{len(rules)}"] = (answer, row.pointer)
        rules.append(rule)
        used.append(answer)
    used += [answer for answer in reading.of(_LIST, _IN_FORCE) if not answer.rows]
    unseen = [*_unseen_lists(reading), *_unseen_rulesets(reading)]
    for answer in reading.refused(_CLASSIC, _RULESET, _LIST, _IN_FORCE):
        if meaning(answer) == "unprotected":
            used.append(answer)
        else:
            unseen.append("branch protection" if answer.form.name == _CLASSIC else "rulesets")
            reading.unreadable(TYPE, answer, sentence(answer))
    if used:
        facts = BranchProtection(
            forge="github", repository=reading.repository, rules=tuple(rules), unseen=tuple(sorted(set(unseen)))
        )
        reading.add(TYPE, facts, _once(used), effective=reading.settled(used), places=places)


def _rules(reading: Reading) -> Iterator[tuple[Answer, Row, BranchRule]]:
    for answer, row in reading.rows(_CLASSIC):
        branch, own = _branch_of(answer, row), _own_branch(row)
        if own is not None and branch != own:
            reason = f"was asked for as the protection of '{sayable(branch or '')}', and is that of '{sayable(own)}'"
            reading.unreadable(TYPE, answer, reason)
        elif branch is None:
            reading.unreadable(TYPE, answer, "does not say which branch it protects (it has no `url`)")
        else:
            yield answer, row, _classic(reading, branch, row.data)
    for answer, row in reading.rows(_RULESET):
        name = sayable(text(row.data, "name") or "")
        if text(row.data, "target") != "branch":
            target = sayable(text(row.data, "target") or "")
            reason = f"the ruleset '{name}' has the target '{target}', so it is no rule of branches"
            _aside(reading, answer, row, reason)
            continue
        enforcement = text(row.data, "enforcement") or ""
        if enforcement != "active":
            told = _NOT_ENFORCED.get(enforcement, f"has the unknown enforcement '{sayable(enforcement)}'")
            _aside(reading, answer, row, f"the ruleset '{name}' {told}, so it protects nothing")
        elif (of := _branches(reading, row.data)).none_left():
            why = "too many patterns to compare" if of.too_many else "its `include` is empty, or all of it is excluded"
            _aside(reading, answer, row, f"the ruleset '{name}' is of no branch ({why}), so it protects nothing")
        elif left := of.main_left_out():
            reason = f"the ruleset '{name}' excludes the branch '{sayable(left)}' again, so it does not protect it"
            _aside(reading, answer, row, reason)
        yield answer, row, _ruleset(reading, row.data)
    yield from _in_force(reading)


def _classic(reading: Reading, branch: str, data: dict[str, Any]) -> BranchRule:
    reviews = at(data, "required_pull_request_reviews")
    checks = at(data, "required_status_checks")
    bound = flag(data, "enforce_admins", "enabled")
    bypass = [Actor(who="administrators", kind="role", mode="always")] if bound is False else []
    bypass += _named(reading, at(reviews, "bypass_pull_request_allowances"), mode="reviews")
    return BranchRule(
        origin="branch protection",
        name=branch,
        branches=(branch,),
        enforced=True,
        change_request=isinstance(reviews, dict),
        required_reviews=whole(reviews, "required_approving_review_count") if isinstance(reviews, dict) else 0,
        code_owners=flag(reviews, "require_code_owner_reviews"),
        stale_dismissed=flag(reviews, "dismiss_stale_reviews"),
        last_push=flag(reviews, "require_last_push_approval"),
        author_may_approve=False if isinstance(reviews, dict) else None,
        required_checks=_contexts(checks),
        checks_on_latest=flag(checks, "strict"),
        admins_bound=bound,
        force_push=flag(data, "allow_force_pushes", "enabled"),
        deletion=flag(data, "allow_deletions", "enabled"),
        bypass=tuple(bypass),
    )


def _contexts(checks: Any) -> tuple[str, ...]:
    listed = [*texts(checks, "contexts"), *(text(row, "context") or "" for row in rows(checks, "checks"))]
    return tuple(sorted({name for name in listed if name}))


def _ruleset(reading: Reading, data: dict[str, Any]) -> BranchRule:
    bypass = at(data, "bypass_actors")
    return BranchRule(
        origin="ruleset",
        name=text(data, "name") or "",
        branches=texts(data, "conditions", "ref_name", "include"),
        excluded=texts(data, "conditions", "ref_name", "exclude"),
        enforced=text(data, "enforcement") == "active" and not _branches(reading, data).none_left(),
        bypass=tuple(_bypasser(reading, one) for one in rows(bypass)) if isinstance(bypass, list) else None,
        **_demands(rows(data, "rules")),
    )


def _branches(reading: Reading, data: dict[str, Any]) -> Branches:
    """The branches that a ruleset is of; one that says nothing of what it includes is of all."""
    listed = isinstance(at(data, "conditions", "ref_name", "include"), list)
    include = texts(data, "conditions", "ref_name", "include") if listed else ("~ALL",)
    told = (text(row.data, "default_branch") for _, row in reading.rows("github-repository"))
    default = next((name for name in told if name is not None), None)
    exclude = texts(data, "conditions", "ref_name", "exclude")
    return Branches(include, exclude, default=default, counted=reading.branch)


def _demands(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """What rules of one ruleset, or those in force on one branch, ask for; the strictest of several holds."""
    asked: dict[str, list[Any]] = {}
    for rule in rules:
        asked.setdefault(text(rule, "type") or "", []).append(at(rule, "parameters"))
    reviews = asked.get("pull_request", [])
    checks = asked.get("required_status_checks", [])
    counts = [count for one in reviews if (count := whole(one, "required_approving_review_count")) is not None]
    contexts = {text(row, "context") or "" for one in checks for row in rows(one, "required_status_checks")}
    workflows = {text(row, "path") or "" for one in asked.get("workflows", []) for row in rows(one, "workflows")}
    return {
        "change_request": bool(reviews),
        "required_reviews": max(counts) if counts else None if reviews else 0,
        "code_owners": _either(reviews, "require_code_owner_review"),
        "stale_dismissed": _either(reviews, "dismiss_stale_reviews_on_push"),
        "last_push": _either(reviews, "require_last_push_approval"),
        "author_may_approve": False if reviews else None,
        "required_checks": tuple(sorted(contexts - {""})),
        "required_workflows": tuple(sorted(workflows - {""})),
        "checks_on_latest": _either(checks, "strict_required_status_checks_policy"),
        "force_push": "non_fast_forward" not in asked,
        "deletion": "deletion" not in asked,
    }


def _in_force(reading: Reading) -> Iterator[tuple[Answer, Row, BranchRule]]:
    """Rules in force on one branch, whose rulesets are not among the answers; who may bypass is not told there."""
    known = {whole(row.data, "id") for _, row in reading.rows(_RULESET)}
    for answer in reading.of(_IN_FORCE):
        left = [row for row in answer.rows if whole(row.data, "ruleset_id") not in known]
        branch = answer.slots.get("branch")
        if left and branch is None:
            reading.unreadable(TYPE, answer, "does not say which branch its rules hold for")
        elif left and branch is not None:
            rule = BranchRule(
                origin="ruleset",
                name=f"in force on {branch}",
                branches=(branch,),
                enforced=True,
                **_demands([row.data for row in left]),
            )
            yield answer, left[0], rule


def _unseen_lists(reading: Reading) -> Iterator[str]:
    """What nobody asked the forge for; without it more rules may hold than are shown."""
    names = {answer.form.name for answer in reading.answers}
    if _CLASSIC not in names:
        yield "branch protection"
    if not names & {_RULESET, _LIST, _IN_FORCE}:
        yield "rulesets"


def _unseen_rulesets(reading: Reading) -> Iterator[str]:
    """Rulesets that a list names and whose rules are not among the answers."""
    known = {whole(row.data, "id") for _, row in reading.rows(_RULESET)}
    known |= {whole(row.data, "ruleset_id") for _, row in reading.rows(_IN_FORCE)}
    asked = {answer.slots.get("id") for answer in reading.answers if answer.form.name == _RULESET}
    for answer, row in reading.rows(_LIST):
        number = whole(row.data, "id")
        of_branches = text(row.data, "target") in {None, "branch"}
        if of_branches and number not in known and str(number) not in asked:
            name = sayable(text(row.data, "name") or "")
            _aside(reading, answer, row, f"names the ruleset '{name}' without its rules; save /rulesets/{number} too")
            yield "rulesets"
    if any(answer.whole is False for answer in reading.of(_LIST, _IN_FORCE)):
        yield "rulesets"


def _branch_of(answer: Answer, row: Row) -> str | None:
    return answer.slots["branch"] if "branch" in answer.slots else _own_branch(row)


def _own_branch(row: Row) -> str | None:
    """The branch that a protection names itself."""
    _, _, rest = (text(row.data, "url") or "").partition("/branches/")
    return unquote(rest.removesuffix("/protection")) or None


def _named(reading: Reading, data: Any, *, mode: str) -> list[Actor]:
    """Users, teams and apps that a setting names."""
    people = [reading.actor("person", name) for row in rows(data, "users") if (name := text(row, "login"))]
    teams = [reading.actor("team", name) for row in rows(data, "teams") if (name := text(row, "slug"))]
    programs = [reading.actor("program", name) for row in rows(data, "apps") if (name := text(row, "slug"))]
    return [one.model_copy(update={"mode": mode}) for one in (*people, *teams, *programs)]


def _bypasser(reading: Reading, data: dict[str, Any]) -> Actor:
    """An actor of a ruleset, which names it by type and number only."""
    type_, number = text(data, "actor_type") or "", whole(data, "actor_id")
    kind = _ACTOR_KINDS.get(type_)
    name = f"{type_} {number}" if number is not None else type_
    actor = reading.actor(kind or "unknown", name or "unknown")
    return actor.model_copy(update={"mode": text(data, "bypass_mode")})


def _either(parts: list[Any], name: str) -> bool | None:
    told = [value for part in parts if (value := flag(part, name)) is not None]
    return any(told) if told else None


def _aside(reading: Reading, answer: Answer, row: Row, reason: str) -> None:
    line = answer.line(row.pointer)
    reading.gathering.problem("not-counted", answer.path, reason, line=line, types=(TYPE,))


def _once(answers: list[Answer]) -> list[Answer]:
    return list({answer.path: answer for answer in answers}.values())
