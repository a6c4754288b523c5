"""Reads answers of Microsoft Graph about Entra ID: users, second factors, groups, directory roles, roles of apps.

Sources: the Graph reference of `user`, `group`, `directoryRole`, `appRoleAssignment`, `userRegistrationDetails` and of
paging; `$expand` of members gives at most 20 of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tieout.collectors.config.access_parts.azure import of_directory
from tieout.collectors.config.access_parts.naming import is_guest
from tieout.collectors.config.access_parts.rows import READS, TYPE, AccessRows, Power
from tieout.collectors.config.access_parts.values import flag, instant, latest
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact
from tieout.domain.artefacts.access import PrincipalKind
from tieout.syntax.cursor import Cursor

_NEXT: Final = "@odata.nextLink"
_EXPANDED: Final = 20
_NO_ROLE: Final = "00000000-0000-0000-0000-000000000000"
_Names = Mapping[str, tuple[Cursor, str]]
_KINDS: Final[Mapping[str, PrincipalKind]] = {
    "#microsoft.graph.group": "team",
    "#microsoft.graph.serviceprincipal": "program",
    "#microsoft.graph.user": "person",
    "group": "team",
    "serviceprincipal": "program",
    "user": "person",
}


def _answers(file: ConfigFile) -> Iterator[tuple[str, Cursor]]:
    """Each answer of a file, with what it lists."""
    for document in file.documents:
        top = Cursor.top(document)
        for one in top.down("value").rows():
            sort = next((name for name, (keys, _) in _SORTS.items() if one.value.keys() >= keys), None)
            if sort is not None:
                yield sort, top
                break


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterator[Found]:
    people = _people(file.path, beside)
    for sort, top in _answers(file):
        rows = AccessRows("Entra ID", "entra", part=sort)
        keys, read = _SORTS[sort]
        for one in top.down("value").elements():
            if isinstance(one.value, dict) and one.value.keys() >= keys:
                read(rows, one, people)
            else:
                rows.drop(one, "an entry of 'value' is not of the kind of the others")
        yield from rows.found()


def _people(path: str, files: Sequence[ConfigFile]) -> dict[str, tuple[Cursor, str]]:
    """Id of a user -> the name that users sign in with, and the file that says so where it is another one."""
    listed = (
        (one, file.path)
        for file in files
        for sort, top in _answers(file)
        if sort in {"second-factors", "users"}
        for one in top.down("value").rows()
    )
    return {
        key: (name, "" if its_path == path else its_path)
        for one, its_path in listed
        if (key := one.down("id").text) and (name := one.down("userPrincipalName")).text
    }


def _user(rows: AccessRows, one: Cursor, _people: _Names) -> None:
    name = one.down("userPrincipalName")
    if name.text is None:
        rows.drop(one, "an entry of 'value' names nobody")
        return
    activity = one.down("signInActivity")
    used = (instant(activity.down(key)) for key in ("lastSignInDateTime", "lastNonInteractiveSignInDateTime"))
    facts = {"active": flag(one.down("accountEnabled")), "guest": _guest(one), "last_used": latest(*used)}
    power = Power(reason="what a user may do is not in a list of users")
    rows.add(one, name=name.text, kind="person", role="user", power=power, facts=facts)


def _second_factor(rows: AccessRows, one: Cursor, _people: _Names) -> None:
    name = one.down("userPrincipalName")
    if name.text is None:
        rows.drop(one, "an entry of 'value' names nobody")
        return
    admin = one.down("isAdmin")
    power = Power(admin=admin.truth, reason="which roles a user has is not in this report", at=admin)
    facts = {"mfa": flag(one.down("isMfaRegistered")), "guest": _guest(one)}
    rows.add(one, name=name.text, kind="person", role="user", power=power, facts=facts)


def _group(rows: AccessRows, one: Cursor, people: _Names) -> None:
    name = one.down("displayName").text or one.down("id").text
    if name is None:
        rows.drop(one, "a group has no name")
        return
    scope = {"scope": Fact(f"group {name}", one.down("displayName"))}
    _members(rows, one, people, role="member", power=READS, facts=scope)
    if not one.down("members").value:
        rows.note(one.down("members"), f"the group '{name[:100]}' has no member")


def _directory_role(rows: AccessRows, one: Cursor, people: _Names) -> None:
    role = one.down("displayName").text
    if role is None:
        rows.drop(one, "a role has no name")
        return
    _members(rows, one, people, role=role, power=of_directory(role), facts={})


def _members(
    rows: AccessRows, one: Cursor, people: _Names, *, role: str, power: Power, facts: Mapping[str, Fact]
) -> None:
    """Members as they are listed; those of groups among them are not."""
    members = list(one.down("members").elements())
    if len(members) >= _EXPANDED or one.down(f"members{_NEXT}").value is not None:
        rows.listed_whole = False
        rows.note(one.down("members"), f"lists {len(members)} members; Graph leaves out those beyond {_EXPANDED}")
    for member in members:
        sort = (member.down("@odata.type").text or "").casefold()
        sign_in = member.down("userPrincipalName").text
        kind = _KINDS.get(sort, "person" if sign_in else "unknown")
        name, named = _called(member.down("id").text, member.down("displayName").text, kind, people)
        own = sign_in or name
        if not own:
            rows.drop(member, "a member has no name")
            continue
        others = {"active": flag(member.down("accountEnabled"))}
        if kind == "person" and sign_in:
            others["guest"] = Fact(is_guest(sign_in), member.down("userPrincipalName"))
        named = None if sign_in else named
        rows.add(member, name=own, kind=kind, role=role, power=power, named=named, facts={**facts, **others})
        if kind == "team":
            rows.note(member, "is a group within a group: its own members are not listed here")


def _app_role(rows: AccessRows, one: Cursor, people: _Names) -> None:
    kind = _KINDS.get((one.down("principalType").text or "").casefold(), "unknown")
    name, named = _called(one.down("principalId").text, one.down("principalDisplayName").text, kind, people)
    if not name:
        rows.drop(one, "an entry of 'value' names nobody")
        return
    role = one.down("appRoleId")
    facts = {"scope": Fact(one.down("resourceDisplayName").text, one.down("resourceDisplayName"))}
    called = "default access" if role.text == _NO_ROLE else f"app role {role.text or 'not told'}"
    rows.add(one, name=name, kind=kind, role=called, named=named, facts=facts)


def _called(
    key: str | None, shown: str | None, kind: PrincipalKind, people: _Names
) -> tuple[str | None, tuple[Cursor, str] | None]:
    """A principal's name and where it stands; people by their ids: two may have the same display name."""
    if kind not in {"person", "unknown"}:
        return shown or key, None
    known = people.get(key or "")
    return (known[0].text, known) if known else (key, None)


def _guest(one: Cursor) -> Fact:
    sort = one.down("userType")
    word = (sort.text or "").casefold()
    if word in {"guest", "member"}:
        return Fact(word == "guest", sort)
    name = one.down("userPrincipalName")
    return Fact(value=True, at=name) if is_guest(name.text or "") else Fact(None)


_Read = Callable[[AccessRows, Cursor, _Names], None]
#: What an answer may list: by which keys it is known, the most telling first.
_SORTS: Final[Mapping[str, tuple[frozenset[str], _Read]]] = {
    "app-roles": (frozenset({"principalId", "principalType", "appRoleId"}), _app_role),
    "directory-roles": (frozenset({"displayName", "members", "roleTemplateId"}), _directory_role),
    "groups": (frozenset({"displayName", "members"}), _group),
    "second-factors": (frozenset({"userPrincipalName", "isMfaRegistered"}), _second_factor),
    "users": (frozenset({"userPrincipalName"}), _user),
}

READERS = (
    Reader(
        name="entra",
        title="answers of Microsoft Graph about Entra ID",
        artefacts=(TYPE,),
        suits=lambda path: path.lower().endswith(".json"),
        recognises=lambda file: next(_answers(file), None) is not None,
        read=_read,
    ),
)
