"""Salted commitments: the log can prove what an item was without giving its digest away."""

import hashlib
from typing import Protocol

from tieout.store.layout import Layout

SALT_BYTES = 32


class Salts(Protocol):
    """Where salts are had: a store, or a batch of one."""

    @property
    def layout(self) -> Layout:
        """Where things stand."""

    def salt(self, item: str) -> bytes:
        """The 32 secret bytes of an item, made on first use."""


def salted(salt: bytes, digest: str) -> str:
    """SHA-256(salt || SHA-256 of the content), hexadecimal; the salt is 32 bytes, the digest raw bytes."""
    return hashlib.sha256(salt + bytes.fromhex(digest)).hexdigest()


def commitment(store: Salts, item: str, digest: str) -> str:
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
