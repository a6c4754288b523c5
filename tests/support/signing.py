"""Keys made by ssh-keygen, and statements signed with them, for tests."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from support.collecting import AS_OF, checked, git_request, source
from support.git_repositories import Repository
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.domain.artefacts.attestations import Attestation
from tieout.domain.artefacts.records import RosterEntry, RosterKey
from tieout.domain.evidence import EvidenceItem
from tieout.domain.statements import (
    NAMESPACE,
    AttestationPredicate,
    AttestationStatement,
    Digests,
    RevocationPredicate,
    RevocationStatement,
    StatedSubject,
    Statement,
)
from tieout.kernel.digests import sha256_hex

SIGNED_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def new_key(folder: Path, name: str, *options: str) -> Path:
    """A new pair without a passphrase; the private key's path."""
    path = folder / name
    command = [
        "ssh-keygen",
        "-q",
        "-N",
        "",
        "-C",
        f"{name}@example.org",
        "-f",
        str(path),
        *(options or ("-t", "ed25519")),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


def public_line(key: Path) -> str:
    """What stands in the `.pub` file."""
    return key.with_name(f"{key.name}.pub").read_text().strip()


def sign(data: bytes, key: Path, *, namespace: str = NAMESPACE) -> bytes:
    """A signature by ssh-keygen."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace]
    return subprocess.run(command, input=data, check=True, capture_output=True, timeout=60).stdout


def row(person: str, role: str, *keys: Path, **fields: Any) -> RosterEntry:
    """A row of a roster whose person has these keys."""
    given = tuple(RosterKey(ssh=public_line(key)) for key in keys)
    return RosterEntry(role=role, person=person, public_keys=given, **fields)


def subject(name: str, content: bytes, **digests: str) -> StatedSubject:
    """A file by its SHA-256, or by other digests."""
    return StatedSubject(name=name, digest=Digests(**(digests or {"sha256": sha256_hex(content)})))


def attestation(*subjects: StatedSubject, **said: Any) -> AttestationStatement:
    """An attestation by Ada Ferri, changed as asked."""
    predicate = {
        "system": "claims-triage",
        "control": "MAP 1.5",
        "text": "I have read the risks and accept what is left.",
        "person": "Ada Ferri",
        "role": "governance",
        "signed_at": SIGNED_AT,
        "expires": date(2027, 11, 20),
        **said,
    }
    return AttestationStatement(subject=subjects, predicate=AttestationPredicate(**predicate))


def revocation(of: bytes, **said: Any) -> RevocationStatement:
    """The revocation of a statement's file by Ada Ferri, changed as asked."""
    predicate = {
        "system": "claims-triage",
        "text": "The register was wrong.",
        "person": "Ada Ferri",
        "role": "governance",
        "signed_at": SIGNED_AT,
        **said,
    }
    file = subject("a.attestation.json", of)
    return RevocationStatement(subject=(file,), predicate=RevocationPredicate(**predicate))


def signed_files(statement: Statement, key: Path, *, name: str = "a", folder: str = "sources") -> dict[str, bytes]:
    """A statement and its signature as files."""
    ending = "attestation" if isinstance(statement, AttestationStatement) else "revocation"
    data = statement.signed_bytes()
    path = f"{folder}/{name}.{ending}.json"
    return {path: data, f"{path}.sig": sign(data, key)}


RISKS = b"artefact: risk_register\nrisks: []\n"
PATH = "records/risks.yaml"


def gathered(
    folder: Path, files: dict[str, Any], people: tuple[RosterEntry, ...], *, as_of: datetime = AS_OF, **dates: str
) -> Gathered:
    """What the collector gives of a repository with the register, and a later commit with these files."""
    repository = Repository(folder)
    repository.commit("register", {PATH: RISKS}, **at_day("2026-11-01"))
    repository.commit("statements", files, **(dates or at_day("2026-11-21")))
    section = source("records", provides=("attestation",))
    with git_request(repository, section, prefix="sources", as_of=as_of, people=people) as request:
        return checked(collect(request))


def at_day(day: str) -> dict[str, str]:
    """The dates of a commit."""
    return {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}


def standing(item: EvidenceItem) -> list[str]:
    """All that stands against a statement."""
    facts = Attestation.model_validate(item.facts)
    assert facts.standing == (facts.faults[0].standing if facts.faults else "valid")
    return [fault.standing for fault in facts.faults]


def of_risks(**said: Any) -> AttestationStatement:
    return attestation(subject(PATH, RISKS), **said)
