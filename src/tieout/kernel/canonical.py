"""Canonical JSON (RFC 8785): the one serialisation whose bytes are hashed, stored and compared."""

import json
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1  # beyond it an integer is not exact in every reader (RFC 8785, 3.2.2.3)
_FAST = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_bytes(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value.

    Args:
        value: None, bool, int (within ±2^53), float, str, and lists and dicts of those.

    Raises:
        rfc8785.CanonicalizationError: A value has no canonical form (NaN, too large an integer).
    """
    if _is_plain(value):
        try:
            return _FAST.encode(value).encode()
        except UnicodeEncodeError:  # half a surrogate pair: refused below in the library's words
            pass
    return rfc8785.dumps(value)


def pretty_bytes(value: Any) -> bytes:
    """Deterministic JSON for people: two spaces, sorted keys, UTF-8, one newline at the end."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _is_plain(value: Any) -> bool:
    """Whether json's own encoder gives the canonical form: no fractions, no keys that sort in another way."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(member) for key, member in value.items())
    return kind in {list, tuple} and all(map(_is_plain, value))
