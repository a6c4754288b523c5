"""The files of a signed statement in a packet: which ones an attestation brings, and under which paths."""

import re
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from tieout.domain.artefacts.attestations import Attestation
from tieout.domain.evidence import EvidenceItem
from tieout.domain.statements import ATTESTATION_ENDING, REVOCATION_ENDING, SIGNATURE_ENDING

#: Folder under data/ of a packet, and the file in it with the keys that the statements were verified with.
FOLDER: Final = "inputs/attestations"
ALLOWED_SIGNERS: Final = f"{FOLDER}/allowed_signers"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SignedFile:
    """One file of a signed statement.

    Attributes:
        part: What it is; so it is called in the evidence index, too.
        path: Under data/ of a packet.
        sha256: Of its bytes, which are those that were read: a signature fits no others.
    """

    part: str
    path: str
    sha256: str


def signed_files(item: EvidenceItem) -> tuple[SignedFile, ...]:
    """Statement and signature of an attestation; nothing of any other item, and of one that was not kept whole."""
    said = attestation_of(item)
    return files_of(item.id, said) if said is not None else ()


def attestation_of(item: EvidenceItem) -> Attestation | None:
    """The facts of an attestation; None of any other item, or where the facts do not fit."""
    if item.type != "attestation":
        return None
    try:
        return Attestation.model_validate(item.facts)
    except ValidationError:
        return None


def files_of(item_id: str, said: Attestation) -> tuple[SignedFile, ...]:
    """The same, from facts: what a reader of a packet has.

    Args:
        item_id: Id of the evidence item.
        said: Its facts.
    """
    if not (said.kept and all(_SHA256.fullmatch(one) for one in (said.statement_sha256, said.signature_sha256))):
        return ()
    path = f"{FOLDER}/{item_id}{ATTESTATION_ENDING if said.kind == 'attestation' else REVOCATION_ENDING}"
    return (
        SignedFile("statement", path, said.statement_sha256),
        SignedFile("signature", f"{path}{SIGNATURE_ENDING}", said.signature_sha256),
    )
