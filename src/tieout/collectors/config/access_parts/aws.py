"""What policies of AWS let somebody do, and who is trusted to take on a role."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from tieout.collectors.config.access_parts.rows import CHANGES, READS, RULES, Power
from tieout.collectors.config.terraform_parts.policies import Statement, statements_of
from tieout.domain.artefacts.access import PrincipalKind
from tieout.syntax.cursor import Cursor

#: What AWS says of policies that it keeps itself, for exports that leave their text out.
_MANAGED: Final[Mapping[str, Power]] = {
    "AdministratorAccess": RULES,
    "IAMFullAccess": RULES,
    "PowerUserAccess": CHANGES,
    "IAMReadOnlyAccess": READS,
    "ReadOnlyAccess": READS,
    "SecurityAudit": READS,
    "ViewOnlyAccess": READS,
}
#: How actions begin that read: access levels List and Read of the service authorization reference, nearly all.
_READING: Final = re.compile(r"(?:batchget|describe|get|head|list|lookup|query|scan|search|select|view)", re.IGNORECASE)
#: Actions by which somebody gives rights: IAM's permissions management.
_RULING: Final = re.compile(
    r"iam:(?:\*|add|attach|create(?:accesskey|loginprofile|policy|role|user)|delete|detach|pass|put|remove|set|update"
    r"|upload)",
    re.IGNORECASE,
)
_LONGEST: Final = 200_000
_ACCOUNT: Final = re.compile(r"(?:arn:aws[a-z-]*:iam::)?([0-9]{12})(?::root)?")
_USER: Final = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):user/(?:[^/]*/)*([^/]+)")


@dataclass(frozen=True, slots=True)
class Trusted:
    """Somebody whom a role trusts.

    Attributes:
        name: As the policy names it, without what every such name begins with.
        kind: What it is.
        on_conditions: Whether conditions limit it.
        account: Whose user it is; empty of anything else.
    """

    name: str
    kind: PrincipalKind
    on_conditions: bool
    account: str = ""


def managed(arn: str) -> Power | None:
    """What a policy of AWS's own lets somebody do, by its name; None of any other."""
    _, sign, name = arn.partition(":aws:policy/")
    return _MANAGED.get(name.rpartition("/")[2]) if sign else None


def power_of(document: Cursor) -> Power:
    """What a policy lets somebody do: what one of its statements allows, on whatever condition and resource."""
    data = _parsed(document.value)
    statements = list(statements_of(data, 0))
    if not statements:
        return Power(reason="the policy's text cannot be read", at=document)
    allowing = [one for one in statements if one.allows]
    if any(one.actions is None for one in allowing):
        return Power(writes=True, reason="the policy allows all but what it names", at=document)
    writes = any(_may_change(action) for one in allowing for action in one.actions or ())
    admin = any(_may_rule(one) for one in allowing)
    return Power(writes, admin, at=document)


def denies(document: Cursor) -> bool:
    """Whether a policy takes rights away from whoever has it, whatever other policies give."""
    return any(not one.allows and not one.conditions for one in statements_of(_parsed(document.value), 0))


def trusted(document: Cursor) -> Iterator[Trusted]:
    """Whom a role trusts by its trust policy; one that cannot be read trusts nobody that is known."""
    data = _parsed(document.value)
    statements = data.get("Statement") if isinstance(data, dict) else None
    for one in statements if isinstance(statements, list) else [statements]:
        if isinstance(one, dict) and one.get("Effect") == "Allow":
            limited = bool(one.get("Condition"))
            if "NotPrincipal" in one:
                yield Trusted("everybody but those who are named", "everyone", limited)
            for sort, name in _principals(one.get("Principal")):
                yield _trusted(sort, name, limited)


def _trusted(sort: str, name: str, limited: bool) -> Trusted:
    if name.strip() == "*":
        return Trusted("everybody", "everyone", limited)
    if account := _ACCOUNT.fullmatch(name):
        return Trusted(f"account {account[1]}", "team", limited)
    if user := _USER.fullmatch(name):
        return Trusted(user[2], "unknown", limited, account=user[1])
    if sort == "Federated":
        return Trusted(f"those whom {name} signs in", "team", limited)
    return Trusted(name, "program" if sort == "Service" else "team" if ":role/" in name else "unknown", limited)


def _principals(value: Any) -> Iterator[tuple[str, str]]:
    for sort, named in value.items() if isinstance(value, dict) else [("AWS", value)]:
        for name in named if isinstance(named, list) else [named]:
            if isinstance(name, str) and name.strip():
                yield str(sort), name


def _may_change(action: str) -> bool:
    service, _, verb = action.strip().partition(":")
    return "*" in service or not verb or _READING.match(verb) is None


def _may_rule(statement: Statement) -> bool:
    actions = [action.strip() for action in statement.actions or ()]
    if any(action in {"*", "*:*"} for action in actions):
        return statement.resources is None or any(one.strip() in {"*", "arn:aws:*"} for one in statement.resources)
    return any(_RULING.match(action) for action in actions)


def _parsed(value: Any) -> Any:
    """A policy as data; some exports keep it as JSON in a text, or percent-encoded (RFC 3986) as the API sends it."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return value
    try:
        return json.loads(unquote(value) if value.lstrip().startswith("%7B") else value)
    except (ValueError, RecursionError):
        return None
