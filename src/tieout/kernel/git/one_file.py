"""Finds one file of a commit by walking its folders in the object database: no process, and no list of the tree."""

from collections.abc import Iterator

from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.objects import ObjectReader
from tieout.kernel.git.tree import AbsentError
from tieout.kernel.reading.files import MAX_BYTES
from tieout.kernel.reading.text import display_path

_FOLDERS = frozenset({b"40000", b"040000"})
_FILES = frozenset({b"100644", b"100755", b"100664"})
_REFUSED = {
    b"120000": "is a symbolic link, which is never followed",
    b"160000": "is a submodule: its files belong to another repository",
}
_ID_BYTES = {"sha1": 20, "sha256": 32}


def read_one(objects: ObjectReader, commit: str, path: str) -> bytes:
    """One regular file at a commit; every object on the way is verified against its id.

    Args:
        objects: Reads them.
        commit: Full id.
        path: Relative to the top of the tree.

    Raises:
        AbsentError: The commit holds no file there.
        UnreadableError: It is no regular file, too large, missing or damaged, or a folder on the way is.
    """
    where = display_path(path)
    parts = path.encode("utf-8", "surrogateescape").split(b"/")
    found = objects.read(commit)
    first, _, _ = found.data.partition(b"\n")
    if found.kind != "commit" or not first.startswith(b"tree "):
        raise UnreadableError("stands in a commit that is malformed", where=where)
    object_id = first.removeprefix(b"tree ").decode("ascii", "replace")
    for depth, name in enumerate(parts, start=1):
        folder = objects.read(object_id)
        if folder.kind != "tree":
            raise UnreadableError("stands in a folder that is malformed", where=where)
        entries = [
            entry for entry in _entries(folder.data, _ID_BYTES[objects.object_format], where) if entry[1] == name
        ]
        if len(entries) > 1:
            raise UnreadableError("stands twice in the tree of this commit", where=where)
        if not entries or (entries[0][0] in _FOLDERS) is not (depth < len(parts)):
            raise AbsentError("is not in the tree of this commit", where=where)
        mode, _, object_id = entries[0]
    if mode not in _FILES:
        raise UnreadableError(_REFUSED.get(mode, "is no regular file"), where=where)
    blob = objects.read(object_id, max_bytes=MAX_BYTES)
    if blob.kind != "blob":
        raise UnreadableError("names an object that is no file", where=where)
    return blob.data


def _entries(data: bytes, id_bytes: int, where: str) -> Iterator[tuple[bytes, bytes, str]]:
    """Mode, name and id of each member of a folder: `<mode> <name>NUL<id>`, one after the other."""
    at = 0
    while at < len(data):
        end = data.find(b"\0", at)
        mode, blank, name = data[at:end].partition(b" ")
        at = end + 1 + id_bytes
        if end < 0 or not blank or at > len(data):
            raise UnreadableError("stands in a folder that is malformed", where=where)
        yield mode, name, data[end + 1 : at].hex()
