"""`rbac_export`: who has which role in a repository; people are pseudonyms, a second factor is told where known."""

from collections.abc import Iterator
from typing import Any, Final

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.reading import Places, Reading, listed_whole
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import at, day, flag, instant, named_as_program, text, whole
from tieout.domain.artefacts.access import AccessRow, RbacExport

TYPE: Final = "rbac_export"
MOST: Final = 5_000

_PEOPLE, _TEAMS, _MEMBERS = "github-collaborators", "github-teams", "gitlab-members"
_PRODUCTS: Final = {"github": "GitHub", "gitlab": "GitLab"}
#: GitLab's access levels, by its own documentation of roles.
_LEVELS: Final = {
    0: "No access",
    5: "Minimal access",
    10: "Guest",
    15: "Planner",
    20: "Reporter",
    30: "Developer",
    40: "Maintainer",
    50: "Owner",
    60: "Administrator",
}
_DEVELOPER, _MAINTAINER = 30, 40
_TEAM_ROLES: Final = {"pull": "read", "push": "write"}
_WRITING: Final = frozenset({"write", "maintain", "admin"})


def gather(reading: Reading) -> None:
    """Add who has which role."""
    for answer in reading.refused(_PEOPLE, _TEAMS, _MEMBERS):
        reading.unreadable(TYPE, answer, sentence(answer))
    used = reading.of(_PEOPLE, _TEAMS, _MEMBERS)
    if not used:
        return
    listed = sorted(_rows(reading), key=lambda one: (one[2].kind, one[2].principal, one[2].role))
    shown = listed[:MOST]
    facts = RbacExport(
        product=_PRODUCTS[reading.forge],
        scope=reading.repository,
        rows=tuple(row for _, _, row in shown),
        total=len(listed),
        listed_whole=listed_whole(used),
    )
    places: Places = {f"/rows/{index}": (answer, row.pointer) for index, (answer, row, _) in enumerate(shown)}
    reading.add(TYPE, facts, used, effective=reading.settled(used), places=places)


def _rows(reading: Reading) -> Iterator[tuple[Answer, Row, AccessRow]]:
    for answer, row in reading.rows(_PEOPLE):
        yield answer, row, _collaborator(reading, row.data)
    for answer, row in reading.rows(_TEAMS):
        told = text(row.data, "permission") or ""
        role = _TEAM_ROLES.get(told, told)
        yield (
            answer,
            row,
            AccessRow(
                principal=text(row.data, "slug") or "",
                kind="team",
                role=role,
                writes=_writes(role),
                admin=role == "admin",
            ),
        )
    for answer, row in reading.rows(_MEMBERS):
        yield answer, row, _member(reading, row.data)


def _collaborator(reading: Reading, data: dict[str, Any]) -> AccessRow:
    name = text(data, "login") or ""
    is_program = text(data, "type") == "Bot" or named_as_program(name)
    admin = flag(data, "permissions", "admin")
    role = text(data, "role_name") or _highest(at(data, "permissions"))
    return AccessRow(
        principal=name if is_program else reading.person(name),
        kind="program" if is_program else "person",
        role=role,
        writes=flag(data, "permissions", "push"),
        admin=admin,
    )


def _highest(permissions: Any) -> str:
    order = ("admin", "maintain", "push", "triage", "pull")
    held = next((name for name in order if flag(permissions, name)), "none")
    return _TEAM_ROLES.get(held, held)


def _writes(role: str) -> bool | None:
    """Whether a role writes; one of the organisation's own making is not known."""
    return role in _WRITING if role in _WRITING | {"read", "triage"} else None


def _member(reading: Reading, data: dict[str, Any]) -> AccessRow:
    level = whole(data, "access_level") or 0
    name = text(data, "username") or ""
    is_program = flag(data, "bot") is True or named_as_program(name)
    state = text(data, "state")
    return AccessRow(
        principal=name if is_program else reading.person(name),
        kind="program" if is_program else "person",
        role=text(data, "member_role", "name") or _LEVELS.get(level, f"access level {level}"),
        writes=level >= _DEVELOPER,
        admin=level >= _MAINTAINER,
        active=None if state is None else state == "active",
        mfa=flag(data, "two_factor_enabled"),
        last_used=instant(data, "last_activity_on") or instant(data, "last_login_at"),
        expires_on=day(data, "expires_at"),
    )
