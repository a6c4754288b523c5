"""`deployment_environments`: what is deployed to, and whose agreement a deployment needs."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.disagreeing import UNDECIDED, fetched, settled, updated
from tieout.collectors.forge.reading import Places, Reading, listed_whole
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import at, flag, rows, text, whole
from tieout.domain.artefacts.forge import Actor, DeploymentEnvironment, DeploymentEnvironments
from tieout.kernel.reading.masking import sayable

TYPE: Final = "deployment_environments"

_GITHUB, _PROTECTED, _PLAIN = "github-environments", "gitlab-protected-environments", "gitlab-environments"


def gather(reading: Reading) -> None:
    """Add the environments; of GitLab the protected ones carry the rules, and any other has none."""
    for answer in reading.refused(_GITHUB, _PROTECTED, _PLAIN):
        reading.unreadable(TYPE, answer, sentence(answer))
    used = reading.of(_GITHUB, _PROTECTED, _PLAIN)
    if not used:
        return
    found: list[DeploymentEnvironment] = []
    places: Places = {}
    for answer, row, environment in _each_once(reading):
        places[f"/environments/{len(found)}"] = (answer, row.pointer)
        found.append(environment)
    facts = DeploymentEnvironments(
        forge=reading.forge,
        repository=reading.repository,
        environments=tuple(found),
        listed_whole=_listed_whole(reading, used),
    )
    reading.add(TYPE, facts, used, effective=reading.settled(used), places=places)


def _listed_whole(reading: Reading, used: list[Answer]) -> bool | None:
    """Whether every environment is here; of GitLab the list of protected ones does not tell which others there are."""
    told = listed_whole(used)
    if reading.forge != "gitlab" or reading.of(_PLAIN) or told is False:
        return told
    if not reading.refused(_PLAIN):
        reason = "lists protected environments alone, so that it is not known which others there are; save the list of"
        reading.gathering.problem("not-counted", used[0].path, f"{reason} /environments too", types=(TYPE,))
    return None


def _each_once(reading: Reading) -> Iterator[tuple[Answer, Row, DeploymentEnvironment]]:
    """Each environment once, by name; of GitLab the list of protected ones decides."""
    told: dict[str, list[tuple[Answer, Row, DeploymentEnvironment]]] = {}
    for one in _environments(reading):
        told.setdefault(one[2].name, []).append(one)
    for name, several in sorted(told.items()):
        ruled = [one for one in several if one[0].form.name != _PLAIN] or several
        ages = (lambda one: fetched(one[0]), lambda one: updated(one[1]))
        if (chosen := settled(ruled, lambda one: one[2], ages)) is not None:
            yield chosen
            continue
        for answer in {id(answer): answer for answer, _, _ in ruled}.values():
            reading.unreadable(TYPE, answer, f"the environment '{sayable(name)}' {UNDECIDED}")


def _environments(reading: Reading) -> Iterator[tuple[Answer, Row, DeploymentEnvironment]]:
    for answer, row in reading.rows(_GITHUB):
        yield answer, row, _github(reading, row.data)
    for answer, row in reading.rows(_PROTECTED):
        yield answer, row, _protected(reading, row.data)
    # Without the list of protected ones nothing is known of what a deployment needs.
    approvals = 0 if reading.of(_PROTECTED) else None
    for answer, row in reading.rows(_PLAIN):
        yield answer, row, DeploymentEnvironment(name=text(row.data, "name") or "", approvals=approvals)


def _github(reading: Reading, data: dict[str, Any]) -> DeploymentEnvironment:
    """One environment of GitHub: of its required reviewers one has to approve."""
    demands = {text(rule, "type"): rule for rule in rows(data, "protection_rules")}
    reviewers = demands.get("required_reviewers")
    approvers = tuple(_reviewer(reading, one) for one in rows(reviewers, "reviewers"))
    prevented = flag(reviewers, "prevent_self_review")
    return DeploymentEnvironment(
        name=text(data, "name") or "",
        approvals=1 if approvers else 0,
        approvers=approvers,
        self_review=None if prevented is None else not prevented,
        branches=_branches(data),
        admins_bypass=flag(data, "can_admins_bypass"),
        wait_minutes=whole(demands.get("wait_timer"), "wait_timer"),
    )


def _reviewer(reading: Reading, data: dict[str, Any]) -> Actor:
    if text(data, "type") == "User":
        return reading.actor("person", text(data, "reviewer", "login") or "")
    name = text(data, "reviewer", "slug") or text(data, "reviewer", "name") or "unknown"
    return reading.actor("team" if text(data, "type") == "Team" else "unknown", name)


def _branches(data: dict[str, Any]) -> Literal["all", "protected", "chosen"] | None:
    if "deployment_branch_policy" not in data:
        return None
    if at(data, "deployment_branch_policy") is None:
        return "all"
    return "protected" if flag(data, "deployment_branch_policy", "protected_branches") else "chosen"


def _protected(reading: Reading, data: dict[str, Any]) -> DeploymentEnvironment:
    rules = rows(data, "approval_rules")
    needed = [count for rule in rules if (count := whole(rule, "required_approvals")) is not None]
    return DeploymentEnvironment(
        name=text(data, "name") or "",
        approvals=(sum(needed) if needed else None) if rules else whole(data, "required_approval_count"),
        approvers=tuple(_level(reading, rule) for rule in rules),
        deployers=tuple(_level(reading, level) for level in rows(data, "deploy_access_levels")),
    )


def _level(reading: Reading, data: dict[str, Any]) -> Actor:
    if (user := whole(data, "user_id")) is not None:
        return reading.actor("person", str(user))
    if (group := whole(data, "group_id")) is not None:
        return reading.actor("team", f"group {group}")
    level = whole(data, "access_level")
    return reading.actor("role", text(data, "access_level_description") or f"access level {level}")
