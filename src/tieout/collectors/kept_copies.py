"""Tells what tieout and git keep beside a system's files, packets above all, from what the system itself has.

A packet holds copies of the evidence, named and formed as the originals: read again they would speak for records that
are gone, count rows twice, and make the second run on the same input differ from the first.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from tieout.domain.packet import BAG, NOTICE, WORK_FOLDER

#: What a row of problems says of such files in a commit, where somebody put them on purpose.
KEPT: Final = "is a copy that is kept in a packet, a bag (RFC 8493) or a work folder of tieout, not the system's own"

_OWN = frozenset({".git", WORK_FOLDER})
_DECLARATION: Final = "bagit.txt"
_MANIFEST = re.compile(r"manifest-[a-z0-9]+\.txt")
# Where a packet's evidence was taken out of its bag, the names still tell: `EV-0123abcd/source.yaml`.
_COPY = re.compile(r"(?:^|/)EV-[0-9a-f]{8}/(?:artefact\.json|source(?:\.[A-Za-z0-9]+)?)\Z")


def kept_copies(paths: Iterable[str]) -> Callable[[str], bool]:
    """A test for paths of a source: whether they lie in a bag, a work folder of tieout or git's own folder.

    With a packet go its VERIFY.txt and the archive beside it.

    Args:
        paths: All paths of the source; a bag is told by its declaration and a manifest beside it (RFC 8493, 2.1).
    """
    declared, listed = set[str](), set[str]()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name == _DECLARATION:
            declared.add(folder)
        elif _MANIFEST.fullmatch(name):
            listed.add(folder)
    bags = declared & listed
    packets = {folder.rpartition("/")[0] for folder in bags if folder.rpartition("/")[2] == BAG}
    beside = {_join(packet, NOTICE) for packet in packets} | {f"{packet}.zip" for packet in packets if packet}

    def is_kept(path: str) -> bool:
        return path in beside or not _OWN.isdisjoint(path.split("/")) or _below(path, bags) or bool(_COPY.search(path))

    return is_kept


def _below(path: str, folders: set[str]) -> bool:
    if not folders:
        return False
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if folder in folders:
            return True
    return False


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
