"""Signed statements in a packet: the keys that go with them, and whether each still is what was signed."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from tieout.collectors.signers import Signers, same_name
from tieout.config.load import read_config
from tieout.domain.artefacts.attestations import Attestation
from tieout.domain.evidence import EvidenceItem
from tieout.domain.signed_files import ALLOWED_SIGNERS, attestation_of, files_of
from tieout.domain.statements import NAMESPACE, AttestationStatement, Statement, plain_name, statement_of
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.text import display_path
from tieout.kernel.ssh.keys import PublicKey, public_key, weakness
from tieout.kernel.ssh.program import NoSshKeygenError, allowed_signer, verifies
from tieout.kernel.ssh.signature import Signature, signature_of
from tieout.pipeline.copies import MARK
from tieout.pipeline.layout import Reading, evidence_items

#: Statements of one packet that are verified; a program is started for each, and takes some 5 ms.
MAX_STATEMENTS: Final = 2_000
#: Faults by which a signature does not fit the bytes, this namespace or a key that may sign.
_NOT_FITTING: Final = frozenset({"signature-mismatch", "statement-altered", "wrong-namespace"})
#: What facts repeat of a statement's predicate.
_PARTS: Final = ("statement", "signature")
_MARK: Final = MARK.decode()
_REPEATED: Final = ("system", "control", "release", "text", "person", "role", "signed_at", "expires")


def allowed_signers(attestations: Iterable[Attestation]) -> bytes:
    """An allowed signers file (ssh-keygen(1)) of the keys by which a roster told the signers; empty without any.

    Two holders whose names fold to one principal get a number each: neither key may pass for the other's.
    """
    held: dict[str, set[PublicKey]] = {}
    for said in attestations:
        if said.kept and said.key_holder is not None and (key := _key(said)) is not None:
            held.setdefault(said.key_holder, set()).add(key)
    lines, turns = [], dict.fromkeys(map(plain_name, held), 0)
    for holder in sorted(held):
        principal = plain_name(holder)
        turns[principal] += 1
        named = principal if turns[principal] == 1 else f"{principal}-{turns[principal]}"
        lines.extend(sorted(allowed_signer(named, key, NAMESPACE) for key in held[holder]))
    return "".join(lines).encode()


def key_problems(items: Sequence[EvidenceItem], configuration: bytes) -> Iterator[str]:
    """Where a key is not the one that the configuration's roster gives; one with keys leaves no other roster to ask.

    Args:
        items: All evidence items of the packet.
        configuration: Its copy in the packet; where something is masked in it, a key may be.

    Raises:
        ConfigError: It cannot be read.
    """
    found = [(item, said) for item in items if (said := attestation_of(item)) is not None]
    if not found or MARK in configuration:
        return
    signers = Signers(read_config(configuration, where="tieout.yaml", plugged=None)[0].people)
    for item, said in found if signers.known else ():
        key = _key(said)
        if key is None:
            if said.public_key is not None or said.key_holder is not None:
                yield f"evidence {item.id}: the key that its facts name is none"
        elif not any(same_name(one.person, said.key_holder or "") for one in signers.of_key(key)):
            yield f"evidence {item.id}: the roster in data/inputs/configuration.yaml does not give its holder this key"


def statement_problems(read: Reading, there: Collection[str], notes: list[str]) -> Iterator[str]:
    """Where a statement, its signature or a signer's line is not what the facts say, by digests and by ssh-keygen.

    Args:
        read: Reads the packet.
        there: Paths of its files.
        notes: Where it is noted what could not be checked, and how many were.
    """
    found: list[Attestation] = []
    whole: list[tuple[str, Attestation]] = []
    for name, item in evidence_items(read) or ():
        if item.get("type") != "attestation" and not item.keys() & set(_PARTS):
            continue
        said = _facts(read, name) if item.get("type") == "attestation" else None
        if said is None or (said.kept and not files_of(name, said)):
            yield f"evidence {display_path(name)}: its facts are not those of a signed statement"
        elif {one.part: one.path for one in files_of(name, said)} != {key: item[key] for key in _PARTS if key in item}:
            yield f"evidence {display_path(name)}: its statement and signature are not named as in a packet"
        else:
            found.append(said)
            problem = _file_problem(read, there, name, said)
            if problem:
                yield problem
            elif said.kept:
                whole.append((name, said))
    yield from _signers_problems(read, there, found)
    checked = 0
    try:
        for name, said in whole[:MAX_STATEMENTS]:
            if told := _problem(read, name, said):
                yield f"evidence {display_path(name)}: {told}"
            checked += 1
    except NoSshKeygenError as error:
        notes.append(f"signed statements were not verified: {error.message}")
    notes.extend(_counted(found, checked))


def _counted(found: Sequence[Attestation], checked: int) -> Iterator[str]:
    kept = sum(said.kept for said in found)
    if checked:
        yield f"signed statements that ssh-keygen checked with their signatures: {checked:,} of {kept:,}"
    if len(found) > kept:
        yield f"signed statements that are not in the packet, since something is masked in them: {len(found) - kept:,}"


def _file_problem(read: Reading, there: Collection[str], name: str, said: Attestation) -> str | None:
    """The first file of a statement that is missing or another one."""
    for file in files_of(name, said):
        path = f"data/{file.path}"
        if path not in there:
            return f"evidence {display_path(name)}: {path} is missing"
        if read.digest(path) != file.sha256:
            return f"evidence {display_path(name)}: {path} is not the file that its facts name"
    return None


def _signers_problems(read: Reading, there: Collection[str], found: Sequence[Attestation]) -> Iterator[str]:
    path = f"data/{ALLOWED_SIGNERS}"
    expected = allowed_signers(found)
    same = read.digest(path) == sha256_hex(expected) if path in there else not expected
    if any(said.kept for said in found) and not same:
        yield f"{path} does not hold the keys that the facts of the signed statements name, and no others"


def _facts(read: Reading, name: str) -> Attestation | None:
    try:
        return Attestation.model_validate(json.loads(read.bytes(f"data/evidence/{name}/artefact.json") or b""))
    except (ValueError, RecursionError):
        return None


def _key(said: Attestation) -> PublicKey | None:
    try:
        return public_key(said.public_key) if said.public_key is not None else None
    except ValueError:
        return None


def _problem(read: Reading, name: str, said: Attestation) -> str | None:
    """What speaks against one statement; None where it is as its facts say, be that good or bad.

    Raises:
        NoSshKeygenError: There is no ssh-keygen.
    """
    data, armoured = (read.bytes(f"data/{file.path}") or b"" for file in files_of(name, said))
    try:
        signature = signature_of(armoured, where="")
        statement = statement_of(parse(data, "json", where="").data)
        return _contradiction(said, statement, signature, data)
    except NoSshKeygenError:
        raise
    except (UnreadableError, ValueError) as error:
        return f"its statement or signature {error}"


def _contradiction(said: Attestation, statement: Statement, signature: Signature, data: bytes) -> str | None:
    if other := _otherwise(said, statement):
        return f"its facts do not say what its statement says ({other})"
    key = _key(said)
    if signature.key.fingerprint != said.fingerprint or (said.public_key is not None and signature.key != key):
        return "its signature is of another key than its facts name"
    faults = {fault.standing for fault in said.faults}
    if weakness(signature.key) is not None:
        return None if "weak-key" in faults else "its signature is of a key that may not sign, and its facts name none"
    fits = verifies(signature, data, signature.key, namespace=NAMESPACE, where="")
    if fits == bool(faults & _NOT_FITTING):
        return f"its signature {'fits' if fits else 'does not fit'} its statement, and its facts say otherwise"
    return None


def _otherwise(said: Attestation, statement: Statement) -> str:
    """The first field of a statement that its facts repeat in other words; masked ones cannot be compared."""
    predicate = statement.predicate
    period = getattr(predicate, "period", None)
    pairs = {name: (getattr(said, name), getattr(predicate, name, None)) for name in _REPEATED}
    pairs["kind"] = (said.kind, "attestation" if isinstance(statement, AttestationStatement) else "revocation")
    pairs["period"] = ((said.period_start, said.period_end), (period and period.start, period and period.end))
    of_facts = [(file.git_blob, file.sha256) for file in said.files]
    pairs["subject"] = (of_facts, [(one.digest.git_blob, one.digest.sha256) for one in statement.subject])
    return next((name for name, (one, other) in pairs.items() if one != other and _MARK not in str(one)), "")
