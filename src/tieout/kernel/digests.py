"""SHA-256 digests of bytes (FIPS 180-4), always lower-case hexadecimal."""

import hashlib


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()
