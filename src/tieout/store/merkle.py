"""The Merkle tree over the journal's lines (RFC 6962, section 2.1), SHA-256 throughout."""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 || the line without its newline)."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes; SHA-256 of nothing for the empty tree.

    Pairing level by level, with the odd one handed up unchanged, gives the standard's tree: its left
    half is always the largest power of two below the size.
    """
    level: Sequence[bytes] = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = [*pairs, level[-1]] if len(level) % 2 else pairs
    return level[0]
