"""Canonical JSON (RFC 8785): the one serialisation whose bytes are hashed, stored and compared."""

from typing import Any

import rfc8785


def canonical_bytes(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value.

    Args:
        value: None, bool, int (within ±2^53), float, str, and lists and dicts of those.

    Raises:
        rfc8785.CanonicalizationError: A value has no canonical form (NaN, too large an integer).
    """
    return rfc8785.dumps(value)


def pretty_bytes(value: Any) -> bytes:
    """Deterministic JSON for people: two spaces, sorted keys, UTF-8, one newline at the end."""
    import json  # noqa: PLC0415 - the canonical form needs no json module

    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
