"""SSH signatures as `ssh-keygen -Y sign` writes them: who signed, and for which purpose, before anything is verified.

The form is OpenSSH's PROTOCOL.sshsig, version 1: an armoured blob with the public key, the namespace (what the
signature is for), the hash and the signature proper.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.ssh.keys import PublicKey, key_of_blob
from tieout.kernel.ssh.wire import Fields

#: Largest signature that is read, bytes; one by RSA with 16,384 bits has 6,000.
MAX_SIGNATURE_BYTES: Final = 16_384
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----"
_END: Final = b"-----END SSH SIGNATURE-----"
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1
_HASHES: Final = frozenset({b"sha256", b"sha512"})


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself; nothing of it is verified.

    Attributes:
        key: The key that it says to be made with.
        namespace: What it is for.
        armoured: The file as it was read.
    """

    key: PublicKey
    namespace: str
    armoured: bytes


def signature_of(data: bytes, *, where: str) -> Signature:
    """The signature in the bytes of a `.sig` file.

    Raises:
        UnreadableError: It is none.
    """
    if len(data) > MAX_SIGNATURE_BYTES:
        message = f"has {len(data):,} bytes; a signature has at most {MAX_SIGNATURE_BYTES:,}"
        raise UnreadableError(message, where=where)
    text = data.strip()
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        message = "is not an SSH signature as `ssh-keygen -Y sign` writes it"
        raise UnreadableError(message, where=where)
    try:
        found = _parsed(base64.b64decode(b"".join(text[len(_BEGIN) : -len(_END)].split()), validate=True))
    except (ValueError, binascii.Error):
        found = None
    if found is None:
        raise UnreadableError("is a damaged SSH signature", where=where)
    return Signature(*found, data)


def _parsed(blob: bytes) -> tuple[PublicKey, str] | None:
    """Key and namespace of a signature's blob; None where a field has a value that version 1 does not know.

    Raises:
        ValueError: It ends too early, or a field is no text.
    """
    fields = Fields(blob)
    if fields.take(len(_MAGIC)) != _MAGIC or fields.number() != _VERSION:
        return None
    key = key_of_blob(fields.string())
    namespace = fields.string().decode("utf-8")
    fields.string()  # reserved
    known = fields.string() in _HASHES
    fields.string()  # the signature proper
    return (key, namespace) if known and fields.ended and namespace else None
