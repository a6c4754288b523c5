"""What a signature on a statement is worth: whose key it is of, whether it fits, and who signed in which role."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tieout.collectors.signers import Holding, Signers, same_name
from tieout.domain.artefacts.attestations import Fault
from tieout.domain.statements import NAMESPACE, Statement
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.clock import end_of
from tieout.kernel.reading.text import excerpt
from tieout.kernel.ssh.keys import weakness
from tieout.kernel.ssh.program import verifies
from tieout.kernel.ssh.signature import Signature


def signature_faults(signature: Signature, data: bytes, parsed: Any, *, where: str) -> list[Fault]:
    """What stands against the signature itself; then nothing that the statement says can be laid to anybody.

    Args:
        signature: As read.
        data: The bytes of the statement's file.
        parsed: The same as JSON values.
        where: How errors name the statement.

    Raises:
        UnreadableError: ssh-keygen is missing or did not answer.
    """
    weak = weakness(signature.key)
    if weak is not None:
        return [Fault(standing="weak-key", reason=f"is signed with a key that is refused (weak-key): {weak}")]
    if signature.namespace != NAMESPACE:
        reason = f"carries a signature that was made for something else ('{excerpt(signature.namespace)}')"
        return [Fault(standing="wrong-namespace", reason=reason)]
    if verifies(signature, data, signature.key, namespace=NAMESPACE, where=where):
        return []
    canonical = canonical_bytes(parsed)
    if canonical != data and verifies(signature, canonical, signature.key, namespace=NAMESPACE, where=where):
        reason = "was written anew after it was signed: it says the same, but its bytes are other ones"
        return [Fault(standing="statement-altered", reason=reason)]
    reason = "is not what was signed: it was altered afterwards, or the signature is of another statement"
    return [Fault(standing="signature-mismatch", reason=reason)]


def signer_faults(
    signature: Signature, statement: Statement, signers: Signers, *, came_in: datetime | None
) -> Iterator[Fault]:
    """What stands against the person: whose key it is, whether it signed on that day, and in which role.

    Args:
        signature: One that fits.
        statement: What it is of.
        signers: The roster at the commit.
        came_in: When the commit that brought the statement in can have been made, where it is known.
    """
    said = statement.predicate
    day = said.signed_at.date()
    holdings = signers.of_key(signature.key)
    if not holdings:
        told = "is signed with a key that the roster does not have" if signers.known else "cannot be laid to anybody"
        more = f"({signature.key.fingerprint})" if signers.known else "because the roster holds no public keys"
        yield Fault(standing="unknown-signer", reason=f"{told} {more}")
        return
    own = [holding for holding in holdings if same_name(holding.person, said.person)]
    if not own:
        reason = f"names {excerpt(said.person)} and is signed with the key of {excerpt(holdings[0].person)}"
        yield Fault(standing="other-signer", reason=reason)
        return
    yield from _key_faults(own, statement, came_in)
    if fault := signers.role_fault(said.person, said.role, day):
        yield Fault(standing="role-not-held", reason=f"{fault} ({excerpt(said.role)})")


def _key_faults(own: list[Holding], statement: Statement, came_in: datetime | None) -> Iterator[Fault]:
    day = statement.predicate.signed_at.date()
    in_use = [holding for holding in own if holding.covers(day)]
    if not in_use:
        reason = f"is signed on {day.isoformat()}, when the roster's entry for this key did not hold"
        yield Fault(standing="key-not-valid", reason=reason)
    elif came_in is not None and all(one.until is not None and end_of(one.until) < came_in for one in in_use):
        # The day of the signature is its own word: of a key that was given up, only an earlier commit shows it.
        told = f"came in on {came_in.date().isoformat()}, after the last day of its key"
        reason = f"{told}, and nothing but itself says that it was signed before"
        yield Fault(standing="key-not-valid", reason=reason)
