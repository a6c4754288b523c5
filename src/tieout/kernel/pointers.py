"""JSON pointers (RFC 6901): how a key becomes a part of one, and back."""


def part_of(key: object) -> str:
    """A key or an index as it stands between two slashes of a pointer (section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def key_of(part: str) -> str:
    """The key that a part of a pointer names (section 4)."""
    return part.replace("~1", "/").replace("~0", "~")
