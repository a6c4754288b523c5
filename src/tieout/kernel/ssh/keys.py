"""Public SSH keys: read from a line of a `.pub` file, told by their fingerprint, refused where they are too weak."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from tieout.kernel.ssh.wire import Fields

#: Types of keys that may sign. Left out: DSA (NIST FIPS 186-5 withdrew it), certificates, and what we do not know.
ACCEPTED: Final = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
#: Shortest modulus of an RSA key that may sign, bits (NIST SP 800-131A Rev. 2, table 2).
MIN_RSA_BITS: Final = 2048
#: A line of a `.pub` file is shorter: RSA with 16,384 bits takes 2,800 characters.
MAX_LINE: Final = 8_192
_RSA: Final = "ssh-rsa"
_HINT: Final = "write what stands in the .pub file: the type and the key, as in `ssh-ed25519 AAAA...`"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key.

    Attributes:
        type: Such as `ssh-ed25519`.
        blob: The key in SSH's own form (RFC 4253, 6.6).
    """

    type: str
    blob: bytes

    @property
    def line(self) -> str:
        """Type and key as a `.pub` file has them, without the comment, which often is somebody's address."""
        return f"{self.type} {base64.b64encode(self.blob).decode('ascii')}"

    @property
    def fingerprint(self) -> str:
        """`SHA256:` and the digest of the key, as ssh-keygen prints it."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode("ascii")
        return f"SHA256:{digest.rstrip('=')}"


def public_key(line: str) -> PublicKey:
    """The key in a line of a `.pub` file; a comment behind it is left out.

    Raises:
        ValueError: It is none; the message never quotes it, since it may be a private key.
    """
    if "PRIVATE KEY" in line:
        message = f"is a private key, which must stay with its owner; {_HINT} and make a new pair"
        raise ValueError(message)
    parts = line.split(maxsplit=2) if len(line) <= MAX_LINE else []
    try:
        blob = base64.b64decode(parts[1], validate=True)
        key = key_of_blob(blob)
    except (IndexError, ValueError, binascii.Error):
        message = f"is not a public SSH key; {_HINT}"
        raise ValueError(message) from None
    if key.type != parts[0]:
        message = f"names another type than the key itself; {_HINT}"
        raise ValueError(message)
    return key


def key_of_blob(blob: bytes) -> PublicKey:
    """The key in SSH's own form.

    Raises:
        ValueError: It is none.
    """
    kind = Fields(blob).string().decode("ascii")
    if not kind or not all(character.isalnum() or character in "-@." for character in kind):
        message = "names no type of key"
        raise ValueError(message)
    return PublicKey(kind, blob)


def weakness(key: PublicKey) -> str | None:
    """Why a key may not sign (rule `weak-key`); None where it may.

    Accepted are Ed25519, ECDSA on the NIST curves, both also on a security token, and RSA of 2,048 bits and more.
    """
    if key.type not in ACCEPTED:
        return f"a key of type {key.type} may not sign"
    if key.type != _RSA:
        return None
    fields = Fields(key.blob)
    try:
        fields.string()
        fields.string()  # the exponent
        bits = int.from_bytes(fields.string(), "big").bit_length()
    except ValueError:
        return "the RSA key is damaged"
    return f"the RSA key has {bits:,} bits; at least {MIN_RSA_BITS:,} are needed" if bits < MIN_RSA_BITS else None
