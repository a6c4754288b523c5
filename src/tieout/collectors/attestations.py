"""Signed statements in a records folder: attestations and their revocations, verified offline against the roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any, Final, Literal, get_args

from tieout.collectors.attested_files import Files, file_faults
from tieout.collectors.attested_words import text_fault
from tieout.collectors.earlier_revocations import Earlier, earlier_revocations
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.signed_by import signature_faults, signer_faults
from tieout.collectors.signers import Signers, same_name
from tieout.domain.artefacts.attestations import Attestation, AttestedFile, Fault, Standing
from tieout.domain.evidence import Effective
from tieout.domain.statements import (
    ATTESTATION_ENDING,
    MAX_STATEMENT_BYTES,
    REVOCATION_ENDING,
    SIGNATURE_ENDING,
    AttestationStatement,
    RevocationStatement,
    Statement,
    statement_of,
)
from tieout.kernel.clock import SKEW, end_of, rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import Document, parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import excerpt
from tieout.kernel.ssh.program import NoSshKeygenError
from tieout.kernel.ssh.signature import MAX_SIGNATURE_BYTES, Signature, signature_of

TYPE: Final = "attestation"
#: Statements of one source that are verified; a program is started for each.
MAX_STATEMENTS: Final = 500
#: The role of the roster whose holder may take back what another person attested.
REVOKING_ROLE: Final = "governance"
_ENDINGS: Final = (ATTESTATION_ENDING, REVOCATION_ENDING)
_ORDER: Final[tuple[str, ...]] = get_args(Standing)


def is_statement(path: str) -> bool:
    """Whether a path is that of a signed statement, by its ending."""
    return path.endswith(_ENDINGS)


def is_signature(path: str) -> bool:
    """Whether a path is that of a statement's signature, by its ending."""
    return path.endswith(tuple(f"{ending}{SIGNATURE_ENDING}" for ending in _ENDINGS))


def signed(path: str) -> str:
    """The path of the statement that a signature stands beside."""
    return path.removesuffix(SIGNATURE_ENDING)


@dataclass(frozen=True, slots=True)
class _Read:
    """One statement with its signature, and what stands against it so far."""

    file: SourceFile
    lines: Mapping[str, int]
    statement: Statement
    signature: Signature
    change: Dating | None
    kept: bool = False
    faults: tuple[Fault, ...] = ()
    files: tuple[AttestedFile, ...] = field(default=())
    removed_by: str = ""

    @property
    def sha256(self) -> str:
        return sha256_hex(self.file.data)

    @property
    def kind(self) -> Literal["attestation", "revocation"]:
        return "attestation" if isinstance(self.statement, AttestationStatement) else "revocation"

    def with_faults(self, *faults: Fault) -> "_Read":
        ordered = sorted((*self.faults, *faults), key=lambda fault: _ORDER.index(fault.standing))
        return replace(self, faults=tuple(ordered))


class Attestations:
    """The signed statements of one source.

    Args:
        gathering: Takes the items and the problems.
        signers: The roster at the commit.
        changes: Path -> last change, where the source is under version control.
    """

    def __init__(self, gathering: Gathering, signers: Signers, changes: Mapping[str, Dating]) -> None:
        self._gathering = gathering
        self._request = gathering.request
        self._signers = signers
        self._changes = changes

    @cached_property
    def _files(self) -> Files:
        """Made with the first statement: a packet that is done again has no repository to ask."""
        return Files(self._request)

    def collect(self, statements: Sequence[Entry], signatures: Sequence[Entry]) -> None:
        """Read and judge every statement; each thing that stands against one is a problem with its place."""
        beside = {entry.path: entry for entry in signatures}
        paths = {entry.path for entry in statements}
        for entry in signatures:
            if signed(entry.path) not in paths:
                self._gathering.set_aside(entry.path, "is a signature without its statement", types=(TYPE,))
        if statements and TYPE not in self._request.source.declared:
            for entry in statements:
                reason = "is an attestation, which this source is not declared to provide"
                self._gathering.set_aside(entry.path, reason, types=(TYPE,))
            return
        if len(statements) > MAX_STATEMENTS:
            reason = f"holds {len(statements):,} signed statements; at most {MAX_STATEMENTS:,} are verified"
            self._gathering.problem("unreadable", self._gathering.here, reason, types=(TYPE,))
        read = [
            found
            for entry in statements[:MAX_STATEMENTS]
            if (found := self._read(entry, beside.get(f"{entry.path}{SIGNATURE_ENDING}"))) is not None
        ]
        read = self._once_each(read)
        for one in self._revoked([*read, *self._earlier(read)]):
            if not one.removed_by:
                self._add(one)

    def _once_each(self, read: Sequence[_Read]) -> list[_Read]:
        """Each statement once, whatever the number of its files: a copy says nothing again, and is told.

        Of copies the one with the least against it stands for all, with what any of them is dated ahead of.
        """
        same: dict[str, list[_Read]] = {}
        for one in read:
            same.setdefault(one.sha256, []).append(one)
        kept: list[_Read] = []
        for copies in same.values():
            first, *others = sorted(copies, key=lambda one: (_gravest(one), one.file.path))
            ahead = [fault for other in others for fault in other.faults if fault.standing == "dated-ahead"]
            known = {fault.standing for fault in first.faults}
            kept.append(first.with_faults(*(ahead[:1] if "dated-ahead" not in known else ())))
            for other in others:
                reason = f"is a copy of {first.file.path}, which is counted once"
                self._gathering.problem("not-counted", other.file.path, reason, line=1, types=(TYPE,))
        return kept

    def _earlier(self, read: Sequence[_Read]) -> list[_Read]:
        """Revocations that the repository held before: who takes one out does not make the attestation hold again."""
        commit = self._request.commit
        if commit is None or not any(one.kind == TYPE for one in read):
            return []
        standing = frozenset(one.sha256 for one in read if one.kind != TYPE)
        try:
            return [found for one in earlier_revocations(commit, standing) if (found := self._once(one)) is not None]
        except UnreadableError as error:
            self._gathering.unreadable(error, self._gathering.here, types=(TYPE,))
            return []

    def _once(self, earlier: Earlier) -> _Read | None:
        """An earlier revocation as it was; what was none then says nothing now."""
        file = SourceFile(earlier.path, earlier.data, "", None, ())
        try:
            document = parse(earlier.data, "json", where=earlier.path)
            found = _Read(
                file,
                document.lines,
                _statement(document, earlier.path),
                signature_of(earlier.signature, where=earlier.path),
                earlier.change,
                removed_by=earlier.removed_by,
            )
            return self._judged(found, document.data)
        except NoSshKeygenError as error:
            told = UnreadableError(f"could not be verified: {error.message}", hint=error.hint, where=earlier.path)
            self._gathering.unreadable(told, earlier.path, types=(TYPE,))
        except UnreadableError:
            pass
        return None

    def _read(self, entry: Entry, signature: Entry | None) -> _Read | None:
        path = entry.path
        try:
            file = self._gathering.read(entry, max_bytes=MAX_STATEMENT_BYTES)
            document = parse(file.data, "json", where=path)
            statement = _statement(document, path)
            if signature is None:
                reason = f"is not signed: there is no {file.path.rpartition('/')[2]}{SIGNATURE_ENDING} beside it"
                self._gathering.problem("not-counted", file.path, reason, types=(TYPE,))
                return None
            path = signature.path
            armoured = self._gathering.read(signature, max_bytes=MAX_SIGNATURE_BYTES)
            found = _Read(
                file,
                document.lines,
                statement,
                signature_of(armoured.data, where=path),
                self._changes.get(file.path),
                kept=file.copy == file.data,  # a signature fits the bytes as they were, so one with a mask is none
            )
            return self._judged(found, document.data)
        except NoSshKeygenError as error:
            told = UnreadableError(f"could not be verified: {error.message}", hint=error.hint, where=entry.path)
            self._gathering.unreadable(told, entry.path, types=(TYPE,))
        except UnreadableError as error:
            self._gathering.unreadable(error, path, types=(TYPE,))
        return None

    def _judged(self, found: _Read, parsed: Any) -> _Read:
        """The statement with all that stands against it, revocation aside."""
        said = found.statement.predicate
        came_in = found.change.at if found.change is not None else None
        faults = signature_faults(found.signature, found.file.data, parsed, where=found.file.path)
        if not faults:
            faults = list(signer_faults(found.signature, found.statement, self._signers, came_in=came_in))
        if said.system != self._request.system_id:
            reason = f"is signed for another system ({excerpt(said.system)})"
            faults.append(Fault(standing="other-system", reason=reason))
        if came_in is not None and said.signed_at - SKEW > came_in:
            reason = f"says that it was signed on {rfc3339(said.signed_at)}, and came in on {rfc3339(came_in)}"
            faults.append(Fault(standing="dated-ahead", reason=reason))
        if isinstance(found.statement, AttestationStatement):
            faults.extend(self._of_attestation(found.statement))
        held = self._files.held(found.statement.subject)
        files = tuple(
            AttestedFile(
                path=subject.name, git_blob=subject.digest.git_blob, sha256=subject.digest.sha256, held=at.same
            )
            for subject, at in zip(found.statement.subject, held, strict=True)
        )
        if isinstance(found.statement, AttestationStatement):
            of_files = file_faults(found.statement.subject, held, said.signed_at)
            faults.extend(Fault.model_validate({"standing": standing, "reason": told}) for standing, told in of_files)
        return replace(found, files=files).with_faults(*faults)

    def _of_attestation(self, statement: AttestationStatement) -> list[Fault]:
        said, as_of = statement.predicate, self._request.as_of
        of_text = text_fault(said.text)
        faults = [of_text] if of_text is not None else []
        if end_of(said.expires) < as_of:
            faults.append(Fault(standing="expired", reason=f"expired on {said.expires.isoformat()}"))
        if said.release is not None and (told := self._other_release(said.release)):
            faults.append(Fault(standing="other-release", reason=told))
        if said.period is not None:
            start = datetime.combine(said.period.start, time.min, UTC)
            if end_of(said.period.end) < self._request.period.start or start > self._request.period.end:
                told = f"is signed for {said.period.start.isoformat()} to {said.period.end.isoformat()}"
                reason = f"{told}, which is no part of the assessed period"
                faults.append(Fault(standing="other-period", reason=reason))
        return faults

    def _other_release(self, release: str) -> str | None:
        """Why the assessed commit is not that of a release; None where the tag names it."""
        commits = [*self._request.repositories[:1]] or self._files.commits[:1]
        if not commits:
            return f"is signed for release {excerpt(release)}, and there is no repository here that has its tag"
        assessed = commits[0]
        try:
            tags = [tag for tag in assessed.quarantine.tags() if tag.name == release]
        except UnreadableError:
            tags = []
        if not tags:
            return f"is signed for release {excerpt(release)}, and the repository has no such tag"
        if any(tag.target_commit == assessed.id for tag in tags):
            return None
        return f"is signed for release {excerpt(release)}, which is another commit than the assessed one"

    def _revoked(self, read: Sequence[_Read]) -> list[_Read]:
        """The same statements, revocations judged, and those marked that a valid revocation takes back."""
        taken_back: dict[str, list[Fault]] = {}
        judged: dict[str, list[Fault]] = {}
        for one in read:
            if isinstance(one.statement, RevocationStatement):
                digests = {file.sha256 for file in one.files}
                of = [other for other in read if other.kind == "attestation" and other.sha256 in digests]
                told = judged[one.file.path] = self._revoking(one, of)
                said = one.statement.predicate
                if not (one.faults or told) and said.signed_at <= self._request.as_of:
                    when = f"was revoked on {rfc3339(said.signed_at)} by {excerpt(said.person)}"
                    gone = f" (a revocation that commit {one.removed_by[:12]} took out)" if one.removed_by else ""
                    fault = Fault(standing="revoked", reason=f"{when}{gone}: {excerpt(said.text, 200)}")
                    for attestation in of:
                        taken_back.setdefault(attestation.sha256, []).append(fault)
        return [
            one.with_faults(*(taken_back.get(one.sha256, []) if one.kind == TYPE else judged[one.file.path]))
            for one in read
        ]

    def _revoking(self, revocation: _Read, of: Sequence[_Read]) -> list[Fault]:
        said = revocation.statement.predicate
        if not of:
            return [Fault(standing="subject-missing", reason="revokes no attestation that stands in this source")]
        governs = " ".join(said.role.replace("_", " ").split()).casefold() == REVOKING_ROLE
        if governs or all(same_name(one.statement.predicate.person, said.person) for one in of):
            return []
        reason = f"revokes what another person signed, which takes the role {REVOKING_ROLE}"
        return [Fault(standing="may-not-revoke", reason=reason)]

    def _add(self, one: _Read) -> None:
        said = one.statement.predicate
        period = getattr(said, "period", None)
        standing = one.faults[0].standing if one.faults else "valid"
        files = one.files
        if one.kind == "revocation":  # its subjects are statements, which are told by their digest wherever they stand
            missing = any(fault.standing == "subject-missing" for fault in one.faults)
            files = tuple(file.model_copy(update={"held": not missing}) for file in files)
        holding = self._signers.holding(one.signature.key, said.person)
        artefact = Attestation(
            kind=one.kind,
            standing=standing,
            faults=one.faults,
            system=said.system,
            control=getattr(said, "control", None),
            release=getattr(said, "release", None),
            period_start=period and period.start,
            period_end=period and period.end,
            text=said.text,
            person=said.person,
            role=said.role,
            signed_at=said.signed_at,
            expires=getattr(said, "expires", None),
            fingerprint=one.signature.key.fingerprint,
            statement_sha256=one.sha256,
            signature_sha256=sha256_hex(one.signature.armoured),
            key_holder=holding and holding.person,
            public_key=holding and holding.key.line,
            kept=one.kept,
            files=files,
        )
        lines = {at.removeprefix("/predicate"): line for at, line in one.lines.items() if at.startswith("/predicate/")}
        item = self._gathering.add(
            TYPE,
            artefact,
            path=one.file.path,
            digest=one.file.digest,
            effective=Effective(end=said.signed_at, basis="statement: signed_at"),
            lines={**lines, "/standing": 1},
            change=one.change,
            title=f"{one.kind} ({standing}): {one.file.path}",
        )
        if item is not None and one.kept:
            self._gathering.keep(one.file.data)
            self._gathering.keep(one.signature.armoured)
        for fault in one.faults if item is not None else ():
            line = self._line(fault, one)
            self._gathering.problem("not-counted", one.file.path, fault.reason, line=line, types=(TYPE,))

    def _line(self, fault: Fault, one: _Read) -> int:
        """The line that a fault is about: of the field that says it, else the first."""
        at = {
            "dated-ahead": "signed_at",
            "denies-itself": "text",
            "expired": "expires",
            "key-not-valid": "signed_at",
            "other-period": "period",
            "other-release": "release",
            "other-signer": "person",
            "other-system": "system",
            "role-not-held": "role",
            "says-nothing": "text",
        }.get(fault.standing)
        return one.lines.get(f"/predicate/{at}", 1)


def _gravest(one: _Read) -> int:
    """The place of the gravest fault among the standings, negative: less is better."""
    return -min((_ORDER.index(fault.standing) for fault in one.faults), default=len(_ORDER))


def _statement(document: Document, path: str) -> Statement:
    """The statement in a document whose name says which kind of statement it is.

    Raises:
        UnreadableError: It is none, or one of the other kind.
    """
    try:
        statement = statement_of(document.data)
    except ValueError as error:
        raise UnreadableError(str(error), where=path) from None
    if isinstance(statement, AttestationStatement) is not path.endswith(ATTESTATION_ENDING):
        raise UnreadableError("has the ending of another kind of statement", where=path)
    return statement
