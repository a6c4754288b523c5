"""Reads allow policies of Google Cloud: who has which role on the resource that was asked, and until when.

Sources: Google Cloud's references of `Policy` and `Binding`, of principal identifiers, of basic roles and of
conditions that compare `request.time`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tieout.collectors.config.access_parts.naming import thing_name
from tieout.collectors.config.access_parts.rows import CHANGES, NOT_TOLD, READS, RULES, TYPE, UNTOLD, AccessRows, Power
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact
from tieout.domain.artefacts.access import PrincipalKind
from tieout.kernel.clock import parse_stated, rfc3339
from tieout.kernel.errors import UsageError
from tieout.syntax.cursor import Cursor

_KINDS: Final[Mapping[str, PrincipalKind]] = {
    "user": "person",
    "serviceAccount": "program",
    "group": "team",
    "domain": "team",
    "projectOwner": "team",
    "projectEditor": "team",
    "projectViewer": "team",
    "principal": "unknown",
    "principalSet": "team",
}
_EVERYONE: Final = frozenset({"allAuthenticatedUsers", "allUsers"})
_ROLES: Final[Mapping[str, Power]] = {
    "roles/owner": RULES,
    "roles/editor": CHANGES,
    "roles/viewer": READS,
    "roles/browser": READS,
    "roles/iam.securityAdmin": RULES,
    "roles/iam.securityReviewer": READS,
    "roles/resourcemanager.folderIamAdmin": RULES,
    "roles/resourcemanager.organizationAdmin": RULES,
    "roles/resourcemanager.projectIamAdmin": RULES,
}
_ROLE: Final = re.compile(r"(?:(?:organizations|projects)/[^/\s]{1,100}/)?roles/\S")
_WRITER: Final = re.compile(r"roles/[\w.]{1,60}\.[A-Za-z]{0,40}(?:[aA]dmin|[eE]ditor|[wW]riter)")
_READER: Final = re.compile(r"roles/[\w.]{1,60}\.[A-Za-z]{0,40}(?:[vV]iewer|[rR]eader)")
#: The whole of a condition that only lets a role end.
_UNTIL: Final = re.compile(r"""\s*request\.time\s*<\s*timestamp\(\s*(["'])([0-9TtZz:.+-]{10,40})\1\s*\)\s*""")


def _policies(file: ConfigFile) -> Iterator[Cursor]:
    for document in file.documents:
        top = Cursor.top(document)
        for one in top.down("bindings").rows():
            if isinstance(one.down("members").value, list) and _ROLE.match(one.down("role").text or ""):
                yield top
                break


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterator[Found]:
    for top in _policies(file):
        rows = AccessRows("Google Cloud IAM", "google")
        if top.down("etag").text:
            rows.listed_whole = True  # only the service gives one, and one answer is the whole policy of a resource
        for binding in top.down("bindings").elements():
            _binding(rows, binding)
        yield from rows.found()


def _binding(rows: AccessRows, binding: Cursor) -> None:
    role = binding.down("role")
    members = binding.down("members")
    if role.text is None or not isinstance(members.value, list):
        rows.drop(binding, "an entry of 'bindings' names no role, or no list of members")
        return
    power = _power(role.text)
    facts: dict[str, Fact] = {}
    condition = binding.down("condition")
    if condition.value is not None:
        until = _until(condition.down("expression"))
        if until is not None:
            facts["expires_on"] = Fact(until, condition.down("expression"))
        elif power.writes is not False or power.admin is not False:
            power = Power(reason="holds on a condition, which is not judged", at=condition)
    for member in members.elements():
        if member.text is None:
            rows.drop(member, "a member is no text")
        else:
            _member(rows, member, role=role.text, power=power, facts=facts)


def _member(rows: AccessRows, at: Cursor, *, role: str, power: Power, facts: Mapping[str, Fact]) -> None:
    member = at.text or ""
    if member in _EVERYONE:
        rows.add(at, name=member, kind="everyone", role=role, power=power, facts=facts)
        return
    others = dict(facts)
    if member.startswith("deleted:"):
        member = member.removeprefix("deleted:").partition("?")[0]
        others["active"] = Fact(value=False, at=at)
    sort, _, name = member.partition(":")
    kind = _KINDS.get(sort)
    if kind is None or not name:
        rows.drop(at, "a member is of no kind that is known")
        return
    if kind == "team":
        name = f"{sort} {thing_name(name.removeprefix('//'))}"
    rows.add(at, name=name, kind=kind, role=role, power=power, facts=others)


def _power(role: str) -> Power:
    known = _ROLES.get(role)
    if known is not None:
        return known
    if _WRITER.fullmatch(role):
        return Power(writes=True, reason=NOT_TOLD)
    return READS if _READER.fullmatch(role) else UNTOLD


def _until(at: Cursor) -> str | None:
    """The day on which a role ends, where the condition says nothing else."""
    found = _UNTIL.fullmatch(at.text or "")
    try:
        return rfc3339(parse_stated(found[2]))[:10] if found else None
    except UsageError:
        return None


READERS = (
    Reader(
        name="google-iam",
        title="allow policies of Google Cloud",
        artefacts=(TYPE,),
        suits=lambda path: path.lower().endswith((".json", ".yaml", ".yml")),
        recognises=lambda file: next(_policies(file), None) is not None,
        read=_read,
    ),
)
