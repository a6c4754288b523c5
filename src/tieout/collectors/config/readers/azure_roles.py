"""Reads role assignments of Azure: of the command line, of PowerShell, and what the portal downloads.

Sources: Azure CLI's reference of `az role assignment list`, and Microsoft Learn, "List Azure role assignments" and
"Azure built-in roles".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tieout.collectors.config.access_parts.azure import of_azure
from tieout.collectors.config.access_parts.naming import is_guest
from tieout.collectors.config.access_parts.rows import TYPE, AccessRows, Power
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact
from tieout.domain.artefacts.access import PrincipalKind
from tieout.syntax.cursor import Cursor

_BY_CLI: Final = frozenset({"roleDefinitionName", "principalId", "scope"})
_BY_PORTAL: Final = frozenset({"RoleDefinitionName", "ObjectType", "Scope"})
_KINDS: Final[Mapping[str, PrincipalKind]] = {
    "user": "person",
    "foreignuser": "person",
    "group": "team",
    "foreigngroup": "team",
    "serviceprincipal": "program",
    "application": "program",
    "msi": "program",
    "everyone": "everyone",
}


def _rows_in(file: ConfigFile) -> Iterator[list[Cursor]]:
    for document in file.documents:
        rows = list(Cursor.top(document).elements())
        if any(_is_assignment(one) for one in rows):
            yield rows


def _is_assignment(one: Cursor) -> bool:
    return isinstance(one.value, dict) and (one.value.keys() >= _BY_CLI or one.value.keys() >= _BY_PORTAL)


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterator[Found]:
    for listed in _rows_in(file):
        rows = AccessRows("Azure", "azure")
        for one in listed:
            _assignment(rows, one)
        yield from rows.found()


def _assignment(rows: AccessRows, one: Cursor) -> None:
    role = one.first("roleDefinitionName", "RoleDefinitionName")
    sort = (one.first("principalType", "ObjectType").text or "").casefold()
    kind = _KINDS.get(sort, "unknown")
    sign_in = one.first("principalName", "SignInName")
    shown = sign_in.text or (one.down("DisplayName").text if kind not in {"person", "unknown"} else None)
    name = shown or one.first("principalId", "ObjectId").text
    if name is None or role.text is None:
        rows.drop(one, "an entry names no principal" if name is None else "an entry names no role")
        return
    power = of_azure(role.text)
    condition = one.first("condition", "Condition")
    if condition.text is not None and (power.writes or power.admin):
        power = Power(reason="holds on a condition, which is not judged", at=condition)
    scope = one.first("scope", "Scope")
    facts = {"scope": Fact(scope.text, scope)}
    if kind == "person" and sign_in.text:
        facts["guest"] = Fact(is_guest(sign_in.text) or sort == "foreignuser", sign_in)
    rows.add(one, name=name, kind=kind, role=role.text, power=power, facts=facts)


READERS = (
    Reader(
        name="azure-roles",
        title="role assignments of Azure",
        artefacts=(TYPE,),
        suits=lambda path: path.lower().endswith((".json", ".csv")),
        recognises=lambda file: next(_rows_in(file), None) is not None,
        read=_read,
    ),
)
