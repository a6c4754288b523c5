"""SHA-256 digests of bytes and files (FIPS 180-4), always lower-case hexadecimal."""

import hashlib
from pathlib import Path


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file of ours, read in blocks; foreign files go through kernel.reading."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
