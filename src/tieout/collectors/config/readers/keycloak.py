"""Reads realms of Keycloak as it exports them: users, their roles and groups, and the roles of groups.

Sources: Keycloak's guide to importing and exporting realms, and its documentation of the REST API's
`RealmRepresentation`, `UserRepresentation` and `GroupRepresentation`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tieout.collectors.config.access_parts.rows import READS, RULES, TYPE, UNTOLD, AccessRows, Power
from tieout.collectors.config.access_parts.values import flag
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact
from tieout.collectors.config.taking import is_variable
from tieout.syntax.cursor import Cursor

_SECOND: Final = frozenset({"hotp", "otp", "totp", "webauthn", "webauthn-passwordless"})
#: Roles of the client `realm-management` (of the realm `master`: of each realm's own), and of `master` itself.
_MANAGING: Final[Mapping[str, Power]] = {
    "admin": RULES,
    "realm-admin": RULES,
    "manage-authorization": RULES,
    "manage-clients": RULES,
    "manage-realm": RULES,
    "manage-users": RULES,
    "impersonation": RULES,
}
_MOST_DEEP: Final = 20
_OF_REALM: Final = frozenset({"clients", "groups", "roles", "users"})


def _realms(file: ConfigFile) -> Iterator[Cursor]:
    for document in file.documents:
        for top in (Cursor.top(document), *Cursor.top(document).rows()):
            lists = [name for name in _OF_REALM if isinstance(top.down(name).value, list | dict)]
            if top.down("realm").text is not None and lists:
                yield top


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterator[Found]:
    for realm in _realms(file):
        yield from _Realm(realm).found()


class _Realm:
    """The rows of one realm."""

    def __init__(self, top: Cursor) -> None:
        self.top = top
        name = top.down("realm").text or ""
        self.rows = AccessRows("Keycloak", f"keycloak:{name}", scope=f"realm {name}", part=name)
        self.is_master = name == "master"
        self.groups: dict[str, list[tuple[Cursor, str, Power, str | None]]] = {}

    def found(self) -> list[Found]:
        if not isinstance(self.top.down("users").value, list):
            self.rows.note(self.top.down("realm"), "holds no users: they were exported elsewhere, or not at all")
        for role in self.top.down("roles", "realm").rows():
            if role.down("composites").value:
                self.rows.note(
                    role, f"the role '{(role.down('name').text or '')[:100]}' takes in others, which are not listed"
                )
        for group in self.top.down("groups").rows():
            self._group(group, "", [], 0)
        for user in self.top.down("users").elements():
            if isinstance(user.value, dict):
                self._user(user)
            else:
                self.rows.drop(user, "an entry of 'users' is not a mapping")
        return self.rows.found()

    def _group(self, at: Cursor, above: str, given: list[tuple[Cursor, str, Power, str | None]], depth: int) -> None:
        """A group's own roles, and those that it takes over from the groups above it."""
        name = at.down("name").text
        if name is None or depth > _MOST_DEEP:
            self.rows.drop(at, "a group has no name, or stands too deep")
            return
        path = at.down("path").text or f"{above}/{name}"
        roles = [*given, *self._roles(at)]
        self.groups[path] = roles
        for place, role, power, client in roles:
            facts = {"scope": Fact(client)}
            self.rows.add(place, name=f"group {path}", kind="team", role=role, power=power, facts=facts)
        for inner in at.down("subGroups").rows():
            self._group(inner, path, roles, depth + 1)

    def _roles(self, at: Cursor) -> Iterator[tuple[Cursor, str, Power, str | None]]:
        """Place, name, power and client of the roles of a user or group."""
        for place in at.down("realmRoles").elements():
            if place.text:
                power = RULES if self.is_master and place.text == "admin" else UNTOLD
                yield place, place.text, power, None
        for client in at.down("clientRoles").members():
            for place in client.elements():
                if place.text:
                    managing = client.key == "realm-management" or (self.is_master and client.key.endswith("-realm"))
                    yield place, place.text, _managing(place.text) if managing else UNTOLD, f"client {client.key}"

    def _user(self, user: Cursor) -> None:
        program = user.down("serviceAccountClientId").text
        names = (user.down(key).text for key in ("serviceAccountClientId", "email", "username"))
        name = next((one for one in names if one and not is_variable(one)), None)
        if name is None:
            self.rows.drop(user, "an entry of 'users' has no name, or one that is filled in elsewhere")
            return
        facts = {"active": flag(user.down("enabled")), "mfa": Fact(None) if program else _second(user)}
        told = 0
        for place, role, power, client in self._roles(user):
            told += 1
            own = facts | {"scope": Fact(client)}
            self.rows.add(place, name=name, kind="program" if program else "person", role=role, power=power, facts=own)
        for place in user.down("groups").elements():
            if place.text is None:
                continue
            told += 1
            own = facts | {"scope": Fact(f"group {place.text}", place)}
            self.rows.add(
                place, name=name, kind="program" if program else "person", role="member", power=READS, facts=own
            )
            for _, role, power, client in self.groups.get(place.text, ()):
                own = facts | {"scope": Fact(client), "through": Fact(f"group {place.text}", place)}
                self.rows.add(
                    place, name=name, kind="program" if program else "person", role=role, power=power, facts=own
                )
        if not told:
            self.rows.add(
                user, name=name, kind="program" if program else "person", role="no role", power=READS, facts=facts
            )


def _second(user: Cursor) -> Fact:
    """Whether a user has a second factor; one who signs in elsewhere may have it there, which is not told."""
    kept = user.down("credentials")
    own = [one for one in kept.rows() if (one.down("type").text or "").casefold() in _SECOND]
    if own:
        return Fact(value=True, at=own[0])
    if user.down("totp").truth is True:
        return Fact(value=True, at=user.down("totp"))
    elsewhere = user.down("federationLink").value or user.down("federatedIdentities").value
    if elsewhere:
        return Fact(None)
    if isinstance(kept.value, list) and kept.value:
        return Fact(value=False, at=kept)
    return Fact(value=False, at=user.down("totp")) if user.down("totp").truth is False else Fact(None)


def _managing(role: str) -> Power:
    """What a role of `realm-management` may do."""
    known = _MANAGING.get(role)
    if known is not None:
        return known
    if role.startswith(("query-", "view-")):
        return READS
    return Power(writes=True, admin=False) if role.startswith(("create-", "manage-")) else UNTOLD


READERS = (
    Reader(
        name="keycloak",
        title="realms of Keycloak",
        artefacts=(TYPE,),
        suits=lambda path: path.lower().endswith(".json"),
        recognises=lambda file: next(_realms(file), None) is not None,
        read=_read,
    ),
)
