"""Stable identifiers: UUIDv5 (RFC 9562, 5.5) from names, so that the same input gives the same ids."""

import uuid

# The root of all our names; fixed for ever, because every UUID in every packet hangs on it.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://tieout.dev/ns/1.0")


def stable_uuid(*names: str) -> str:
    """UUIDv5 of a path of names; the parts are joined unambiguously (length-prefixed)."""
    return str(uuid.uuid5(NAMESPACE, "".join(f"{len(name)}:{name};" for name in names)))


def short_id(prefix: str, *names: str) -> str:
    """A label people can say aloud, `EV-1a2b3c4d`: the prefix and 32 bits of the stable UUID."""
    return f"{prefix}-{stable_uuid(*names)[:8]}"
