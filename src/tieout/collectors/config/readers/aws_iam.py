"""Reads exports of AWS IAM: the credential report, and the account's authorization details.

Sources: the IAM User Guide (credential reports, identity-based policies, policy evaluation) and the references of
`get-credential-report` and `get-account-authorization-details`.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.access_parts.aws import denies, managed, power_of, trusted
from tieout.collectors.config.access_parts.rows import READS, RULES, TYPE, AccessRows, Power, united
from tieout.collectors.config.access_parts.values import flag, instant, latest
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact
from tieout.collectors.config.table_documents import table_document
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document
from tieout.syntax.cursor import Cursor

_PRODUCT: Final = "AWS IAM"
_COLUMNS: Final = frozenset({"user", "arn", "password_enabled", "mfa_active", "access_key_1_active"})
_LISTS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_ROOT: Final = "<root_account>"
_ACCOUNT: Final = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):")
_NO_POLICY: Final = "no policy"


def _account(arns: Iterable[Cursor]) -> str:
    """The account of the first name that tells one; policies of AWS's own are of none."""
    return next((told[1] for arn in arns if (told := _ACCOUNT.match(arn.text or ""))), "")


def _is_report(file: ConfigFile) -> bool:
    return any(_is_table(Cursor.top(document)) or _packed(Cursor.top(document)) for document in file.documents)


def _is_table(top: Cursor) -> bool:
    first = next(top.rows(), None)
    return first is not None and first.value.keys() >= _COLUMNS


def _packed(top: Cursor) -> str | None:
    """The report as the API's answer carries it: as Base64."""
    is_csv = top.down("ReportFormat").text == "text/csv"
    return top.down("Content").text if is_csv else None


def _report(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterator[Found]:
    for document in file.documents:
        top = Cursor.top(document)
        made = ""
        if packed := _packed(top):
            made = instant(top.down("GeneratedTime")).value or ""
            content = _unpacked(packed, f"{file.path}:{top.down('Content').line or 1}")
            # The lines of what was packed are no lines of the file.
            top = Cursor.top(Document(table_document(content, file.path).data))
            if not _is_table(top):
                raise UnreadableError("carries a report without the columns of one", where=file.path)
        elif not _is_table(top):
            continue
        account = _account(one.down("arn") for one in top.rows())
        rows = AccessRows(_PRODUCT, f"aws:{account}", scope=f"account {account}" if account else None)
        rows.listed_whole = True  # AWS makes the report of all users at once
        for one in top.rows():
            _user_of_report(rows, one)
        for found in rows.found():
            found.made = made
            yield found


def _unpacked(packed: str, where: str) -> bytes:
    """The report within an answer: Base64, or the text itself, as some clients keep it.

    Raises:
        UnreadableError: It is neither.
    """
    if packed.startswith("user,"):
        return packed.encode("utf-8", "replace")
    try:
        return base64.b64decode("".join(packed.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableError("carries a report that is no Base64", where=where) from None


def _user_of_report(rows: AccessRows, one: Cursor) -> None:
    name = one.down("user").text
    if name is None:
        rows.drop(one, "an entry names no user")
        return
    is_root = name == _ROOT
    password = flag(one.down("password_enabled"))
    keys = [flag(one.down(f"{kind}_{number}_active")) for kind in ("access_key", "cert") for number in (1, 2)]
    used = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
    live = [fact for fact in (password, *keys) if fact.value is True]
    active = live[0] if live else Fact(None if password.value is None else False, password.at)
    rows.add(
        one,
        name=name,
        kind="person" if password.value is True and not is_root else "unknown",
        role="root" if is_root else "user",
        power=RULES if is_root else Power(reason="what a user may do is not in this report"),
        facts={
            "active": active,
            "mfa": flag(one.down("mfa_active")),
            "last_used": latest(*(instant(one.down(column)) for column in used)),
        },
    )


def _is_details(file: ConfigFile) -> bool:
    return any(_details_in(Cursor.top(document)) for document in file.documents)


def _details_in(top: Cursor) -> bool:
    return sum(isinstance(top.down(name).value, list) for name in _LISTS) >= 2  # noqa: PLR2004 (two of the four)


def _details(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterator[Found]:
    for document in file.documents:
        top = Cursor.top(document)
        if _details_in(top):
            yield from _Details(top).found()


@dataclass(frozen=True, slots=True)
class _Policy:
    """A policy of somebody: where it is given, what it is called, what it lets do, and whether it denies."""

    at: Cursor
    name: str
    power: Power
    denies: bool


class _Details:
    """The rows of an account's authorization details."""

    def __init__(self, top: Cursor) -> None:
        self.top = top
        account = _account(one.down("Arn") for name in _LISTS for one in top.down(name).rows())
        self.rows = AccessRows(_PRODUCT, f"aws:{account}", scope=f"account {account}" if account else None)
        self.policies = {arn: one for one in top.down("Policies").rows() if (arn := one.down("Arn").text)}
        self.groups = {name: one for one in top.down("GroupDetailList").rows() if (name := one.down("GroupName").text)}

    def found(self) -> list[Found]:
        for name in _LISTS:
            for one in self.top.down(name).elements():
                if not isinstance(one.value, dict):
                    self.rows.drop(one, f"an entry of '{name}' is not a mapping")
        for one in self.top.down("UserDetailList").rows():
            self._user(one)
        for name, one in self.groups.items():
            self._group(one, name)
        for one in self.top.down("RoleDetailList").rows():
            self._role(one)
        return self.rows.found()

    def _user(self, one: Cursor) -> None:
        name = one.down("UserName").text
        if name is None:
            self.rows.drop(one, "an entry of 'UserDetailList' has no name")
            return
        groups = [(at, group) for at in one.down("GroupList").elements() if (group := at.text)]
        own = self._policies(one, "UserPolicyList")
        theirs = {
            group: self._policies(self.groups[group], "GroupPolicyList") for _, group in groups if group in self.groups
        }
        limit = _limit(one, [*own, *(policy for listed in theirs.values() for policy in listed)])
        for policy in own:
            self.rows.add(policy.at, name=name, kind="unknown", role=policy.name, power=_limited(policy.power, limit))
        for at, group in groups:
            scope = {"scope": Fact(f"group {group}", at)}
            self.rows.add(at, name=name, kind="unknown", role="member", power=READS, facts=scope)
            if group not in theirs:
                self.rows.note(at, f"names the group '{group[:100]}', which is not in this file")
            for policy in theirs.get(group, ()):
                power, facts = _limited(policy.power, limit), {"through": Fact(group, at)}
                self.rows.add(policy.at, name=name, kind="unknown", role=policy.name, power=power, facts=facts)
        if not own and not groups:
            self.rows.add(one, name=name, kind="unknown", role=_NO_POLICY, power=READS)

    def _group(self, one: Cursor, name: str) -> None:
        listed = self._policies(one, "GroupPolicyList")
        limit = _limit(one, listed)
        for policy in listed:
            self.rows.add(policy.at, name=name, kind="team", role=policy.name, power=_limited(policy.power, limit))
        if not listed:
            self.rows.add(one, name=name, kind="team", role=_NO_POLICY, power=READS)

    def _role(self, one: Cursor) -> None:
        name = one.down("RoleName").text
        if name is None:
            self.rows.drop(one, "an entry of 'RoleDetailList' has no name")
            return
        document = one.down("AssumeRolePolicyDocument")
        listed = self._policies(one, "RolePolicyList")
        power = _limited(united([policy.power for policy in listed]), _limit(one, listed))
        facts = {"last_used": instant(one.down("RoleLastUsed", "LastUsedDate"))}
        who_may = list(trusted(document))
        if not who_may:
            self.rows.note(document, f"of the role '{name[:100]}' names nobody who may take it on")
        for who in who_may:
            conditions = "only on conditions, which are not judged" if who.on_conditions else None
            told = Power(power.writes, power.admin, power.reason or conditions, power.at)
            issuer = f"aws:{who.account}" if who.account else ""
            role = f"role {name}"
            self.rows.add(document, name=who.name, kind=who.kind, role=role, power=told, issuer=issuer, facts=facts)

    def _policies(self, one: Cursor, inline: str) -> list[_Policy]:
        """The policies of a user, group or role: attached ones, and its own."""
        found = []
        for at in one.down("AttachedManagedPolicies").rows():
            arn = at.down("PolicyArn").text or ""
            name = at.down("PolicyName").text or arn.rpartition("/")[2] or "a policy without a name"
            document = self._document(arn)
            power = power_of(document) if document else Power(reason="the policy itself is not in this file")
            found.append(_Policy(at, name, managed(arn) or power, denies=document is not None and denies(document)))
        for at in one.down(inline).rows():
            document = at.down("PolicyDocument")
            name = at.down("PolicyName").text or "a policy without a name"
            found.append(_Policy(at, name, power_of(document), denies=denies(document)))
        return found

    def _document(self, arn: str) -> Cursor | None:
        """The text of a managed policy that is in force."""
        policy = self.policies.get(arn)
        versions = policy.down("PolicyVersionList").rows() if policy else ()
        chosen = next((one for one in versions if one.down("IsDefaultVersion").truth is True), None)
        return chosen.down("Document") if chosen else None


def _limit(one: Cursor, policies: Iterable[_Policy]) -> Power | None:
    """What keeps rights from holding as they are given: a boundary, or a policy that denies."""
    boundary = one.down("PermissionsBoundary")
    if boundary.value is not None:
        return Power(reason="a permissions boundary limits it, which is not weighed", at=boundary)
    denying = next((policy for policy in policies if policy.denies), None)
    return Power(reason="a policy of it also denies, which is not weighed", at=denying.at) if denying else None


def _limited(power: Power, limit: Power | None) -> Power:
    """A right within what limits it: what is left of it is not told."""
    return limit if limit is not None and (power.writes or power.admin) else power


def _suits_table(path: str) -> bool:
    return path.lower().endswith((".csv", ".json"))


def _suits(path: str) -> bool:
    return path.lower().endswith((".json", ".yaml", ".yml"))


READERS = (
    Reader(
        name="aws-credential-report",
        title="credential reports of AWS IAM",
        artefacts=(TYPE,),
        suits=_suits_table,
        recognises=_is_report,
        read=_report,
    ),
    Reader(
        name="aws-iam",
        title="authorization details of AWS IAM",
        artefacts=(TYPE,),
        suits=_suits,
        recognises=_is_details,
        read=_details,
    ),
)
