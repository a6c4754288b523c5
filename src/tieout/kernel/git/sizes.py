"""What copying a repository costs: how large its objects are unpacked, asked before any content is read.

A pack of a few kilobytes can hold objects of hundreds of gigabytes: zeros that compress well, or deltas that
repeat a piece. git says the size of an object without unpacking it (a delta states it in its first bytes), so the
sum takes a tenth of a second for 50,000 objects.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.program import Git, GitFailedError

#: Unpacked size that any repository may have; copying so much takes half a minute.
ALWAYS_BYTES: Final = 4 * 1024**3
#: Beyond it, how much larger the objects may be than they are on disk. Real repositories came to 5 to 33 times.
MOST_TIMES: Final = 300
#: What is copied at most.
MOST_BYTES: Final = 64 * 1024**3
_SECONDS: Final = 60.0
_LINE: Final = re.compile(rb"([0-9]{1,20}) ([0-9]{1,20})")


def refuse_bombs(git: Git) -> None:
    """See to it that the objects of a repository can be copied in a time that fits what they are on disk.

    Args:
        git: Bound to a bare repository of ours that takes the given objects by reference.

    Raises:
        UnreadableError: They are too large.
    """
    unpacked = packed = 0
    try:
        for size, on_disk in _sizes(git):
            unpacked += size
            packed += on_disk
            if unpacked > MOST_BYTES:
                break
    except GitFailedError as error:
        if not error.stderr:  # it was stopped
            raise
        # Damage ends the list: what was counted counts, and the copy tells what is damaged.
    if unpacked > ALWAYS_BYTES and (unpacked > MOST_BYTES or unpacked > MOST_TIMES * packed):
        more = "more than " if unpacked > MOST_BYTES else ""
        message = f"its objects take {_told(packed)} on disk and {more}{_told(unpacked)} unpacked, so it was not copied"
        hint = "name a repository without such objects; `git clone --depth` or `git filter-repo` makes one"
        raise UnreadableError(message, hint=hint, where=git.where)


def size_on_disk(place: Path) -> int:
    """Bytes of a file, or of all files below a folder: links there are not followed, what vanishes is not counted."""
    if not place.is_dir():
        return place.stat().st_size
    total = 0
    for folder, _, names in os.walk(place):
        for name in names:
            with suppress(OSError):  # git put it into a pack meanwhile
                total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - may be many
    return total


def _sizes(git: Git) -> Iterator[tuple[int, int]]:
    """Unpacked size and size on disk of each object."""
    unfinished = b""
    asked = ("cat-file", "--batch-all-objects", "--unordered", "--buffer")
    with closing(git.pieces(*asked, "--batch-check=%(objectsize) %(objectsize:disk)", seconds=_SECONDS)) as output:
        for piece in output:
            *lines, unfinished = (unfinished + piece).split(b"\n")
            for line in lines:
                if found := _LINE.fullmatch(line):  # else the object is missing or damaged
                    yield int(found[1]), int(found[2])


def _told(size: int) -> str:
    for unit, name in ((1024**3, "GiB"), (1024**2, "MiB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size / 1024:,.1f} KiB"
