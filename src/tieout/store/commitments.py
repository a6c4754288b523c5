"""Salted commitments: the log can prove what an item was without giving its digest away."""

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieout.store.store import Store

SALT_BYTES = 32


def salted(salt: bytes, digest: str) -> str:
    """SHA-256(salt || SHA-256 of the content), hexadecimal; the salt is 32 bytes, the digest raw bytes."""
    return hashlib.sha256(salt + bytes.fromhex(digest)).hexdigest()


def commitment(store: "Store", item: str, digest: str) -> str:
    """The commitment of an item's content, with the item's own salt, which is made on first use.

    Args:
        store: Where the salt is kept.
        item: Id of the evidence item.
        digest: SHA-256 of the content, as `Store.put` returned it.

    Raises:
        UsageError: The item id or the digest is not one.
        StorageError: The salt cannot be written or read.
        VerificationError: The salt there is damaged.
    """
    store.layout.object(digest)  # refuses what is no digest
    return salted(store.salt(item), digest)
