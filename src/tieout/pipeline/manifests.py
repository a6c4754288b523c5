"""Reads BagIt manifests (RFC 8493, 2.1.3), whoever wrote them, and compares what they list with what is there."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from tieout.kernel.reading.text import excerpt
from tieout.pipeline.bag import manifest_bytes
from tieout.pipeline.place import PAYLOAD_MANIFEST, TAG_MANIFEST

# Digest in letters of either case, blanks, perhaps the asterisk that sums of binary files have, and the path.
_LINE = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(.+)")
_LINE_END = re.compile(r"\r\n|\r|\n")
#: So are line ends and the percent sign written in a path, and no other character is.
_ENCODED = re.compile(r"%(0[Aa]|0[Dd]|25)")
#: Lines that are told one by one.
_MOST = 20
_LONGEST = 200


def read_manifest(name: str, data: bytes, problems: list[str]) -> dict[str, str]:
    """Path -> SHA-256 in small letters.

    Args:
        name: Of the manifest.
        data: Its bytes.
        problems: Where it is noted what is no line of a manifest, and that tieout writes it otherwise.
    """
    expected: dict[str, str] = {}
    wrong: list[str] = []
    lines = _LINE_END.split(data.decode("utf-8", "surrogateescape"))
    for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, start=1):
        match = _LINE.fullmatch(line)
        path = _ENCODED.sub(lambda code: chr(int(code[1], 16)), match[2]) if match else ""
        if match is None or not _is_inside(path):
            wrong.append(f"{name}:{number} is not a line of a manifest")
        elif not _belongs(path, name):
            wrong.append(f"{name}:{number} lists {_shown(path)}, which this manifest is not for")
        elif path in expected:
            wrong.append(f"{name}:{number} lists {_shown(path)} a second time")
        else:
            expected[path] = match[1].lower()
    problems.extend(wrong[:_MOST])
    if len(wrong) > _MOST:
        problems.append(f"{name}: and {len(wrong) - _MOST:,} more lines are wrong in such ways")
    # What another tool would read the same way is still not what was written.
    if _written(expected) != data:
        problems.append(f"{name} is not as tieout wrote it{_otherwise(data)}")
    return expected


def listing_problems(name: str, expected: AbstractSet[str], present: AbstractSet[str]) -> Iterator[str]:
    """What a manifest lists and is not there, and what is there and is not listed.

    Args:
        name: Of the manifest.
        expected: Paths that it lists.
        present: Paths of the files that it should list.
    """
    missing, more = expected - present, set(present - expected)
    # Two spellings of one name look alike in every listing.
    spelt = {_plain(path): path for path in more}
    for path in sorted(missing):
        if (other := spelt.get(_plain(path))) is not None:
            more -= {other}
            yield f"{_shown(path)} is listed in {name}, and the file's name is another spelling of it (Unicode)"
        else:
            yield f"{_shown(path)} is listed in {name} and is missing"
    for path in sorted(more):
        yield f"{_shown(path)} is there and is not listed in {name}"


def is_tag(path: str) -> bool:
    """Whether a path is one that the tag manifest lists."""
    return not path.startswith("data/") and path != TAG_MANIFEST


def is_payload(path: str) -> bool:
    """Whether a path is one that the payload manifest lists."""
    return path.startswith("data/")


#: In this order: the tag manifest has the digest of the other.
MANIFESTS: Final = ((TAG_MANIFEST, is_tag), (PAYLOAD_MANIFEST, is_payload))


def _belongs(path: str, name: str) -> bool:
    return next(listed for manifest, listed in MANIFESTS if manifest == name)(path)


def _is_inside(path: str) -> bool:
    """Whether a path leads to a place in the bag and nowhere else; an absolute one begins with an empty part."""
    return "\0" not in path and not any(part in {"", ".", ".."} for part in path.split("/"))


def _written(expected: Mapping[str, str]) -> bytes | None:
    try:
        return manifest_bytes(expected)
    except UnicodeEncodeError:  # a name that is no UTF-8
        return None


def _otherwise(data: bytes) -> str:
    """In which plain way a manifest is written otherwise, where that can be said."""
    digests = b"".join(line[:64] for line in data.splitlines())
    ways = []
    if b"\r" in data:
        ways.append("its lines end in CR LF")
    if digests != digests.lower():
        ways.append("its digests are in capital letters")
    return f": {' and '.join(ways)}" if ways else ""


def _plain(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _shown(path: str) -> str:
    return excerpt(path, _LONGEST)
