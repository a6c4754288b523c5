"""The folder that a repository's files are worked on in: finding it, its links, comparing it with a commit.

Neither runs git: `git status` would start the repository's own filters and monitors.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.objects import ObjectDigest
from tieout.kernel.git.source import is_git_dir
from tieout.kernel.git.tree import GitTree, lfs_object
from tieout.kernel.reading.files import Entry, FolderView
from tieout.kernel.reading.text import display_path

_CHUNK = 1 << 20
_POINTER_BYTES = 1_024


def find_repository(start: Path) -> Path | None:
    """The repository that a folder or file stands in; nothing is executed and no configuration is read.

    Args:
        start: Where to begin; then each folder above it.

    Returns:
        The folder that holds `.git` (a folder or a file), or a bare repository's own folder; None where there
        is neither.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        dot_git = folder / ".git"
        try:
            if dot_git.is_file() or is_git_dir(dot_git) or is_git_dir(folder):
                return folder
        except OSError:  # a folder that this user may not look into
            continue
    return None


def refuse_links_out(folder: Path, path: str) -> None:
    """Refuse a path that leaves, through a link, the repository that the link stands in.

    A link is a part of the files under assessment, so where it leads is for their author to choose and not for
    the reader. Of a link outside any repository the folder itself is the bound, if the link stands below it.
    What is spelt openly, as in `../logs`, was chosen by whoever wrote the path.

    Args:
        folder: What the path is relative to.
        path: Relative, with `/`.

    Raises:
        UnreadableError: It does; `where` is the link. Or a part of it cannot be looked at.
    """
    home = at = Path(os.path.realpath(folder))
    walked: list[str] = []
    for part in path.split("/"):
        walked.append(part)
        step = at.parent if part == ".." else at / part
        if _is_link(step, display_path("/".join(walked))):
            root = find_repository(at) or (home if at == home or home in at.parents else None)
            step = Path(os.path.realpath(step))
            if root is not None and step != root.resolve() and root.resolve() not in step.parents:
                kind = "this repository" if find_repository(at) else "this folder"
                message = f"is a link that leads out of {kind}"
                hint = "write the path that it leads to, if that is meant"
                raise UnreadableError(message, hint=hint, where=display_path("/".join(walked)))
        at = step


def _is_link(step: Path, where: str) -> bool:
    try:
        return step.is_symlink()
    except OSError as error:  # the folder may not be entered, or the whole path is too long
        message = f"cannot be looked at: {(error.strerror or 'no reason given').lower()}"
        raise UnreadableError(message, where=where) from error


def worktree_differences(worktree: Path, tree: GitTree, *, ignore: Callable[[str], bool] | None = None) -> list[str]:
    """How the files on disk differ from a commit, by hashing them as git would name them.

    The executable bit is not compared. Line ends are not converted: a checkout with `core.autocrlf` shows
    its text files as changed. A Git LFS file is compared by the SHA-256 in its pointer. A submodule's files
    are not looked at, nor is anything under a folder named `.git`.

    Args:
        worktree: The top folder of the work tree.
        tree: The commit to compare with.
        ignore: Tells of a path that the commit lacks whether it is left out (git's own ignore rules are not
            read, they stand in configuration that may be hostile).

    Returns:
        Sorted `<state>: <path>` with the states changed, missing, unreadable and untracked; paths as in the
        tree's entries. Empty where nothing differs.

    Raises:
        UnreadableError: The folder or the tree cannot be listed.
    """
    view = FolderView(worktree, tree.uri)
    on_disk = {entry.path: entry for entry in view.entries() if ".git" not in entry.path.split("/")}
    committed = {entry.path: entry for entry in tree.entries()}
    submodules = tuple(f"{entry.path}/" for entry in committed.values() if entry.kind == "submodule")
    differences = [
        f"{state}: {path}"
        for path, entry in committed.items()
        if entry.kind != "submodule" and (state := _compare(worktree, view, on_disk.get(path), tree, entry))
    ]
    differences += [
        f"untracked: {path}"
        for path in on_disk
        if path not in committed
        and not (submodules and path.startswith(submodules))
        and not (ignore is not None and ignore(path))
    ]
    differences += [f"unreadable: {path}" for path, _ in view.problems if ".git" not in path.split("/")]
    return sorted(set(differences))


def _compare(worktree: Path, view: FolderView, found: Entry | None, tree: GitTree, entry: Entry) -> str:
    """The state of a committed path; empty text where the file is as committed."""
    if found is None:
        return "missing"
    if found.kind != entry.kind:
        return "changed"
    try:
        if entry.kind == "symlink":
            place = os.fsencode(worktree) + b"/" + entry.path.encode("utf-8", "surrogateescape")
            target = os.readlink(place)  # noqa: PTH115 - bytes: a name need not be UTF-8
            return "" if _blob_id(tree, len(target), target) == entry.digest else "changed"
        if found.size == entry.size and _file_id(view, tree, found) == entry.digest:
            return ""
        return "" if _is_lfs_content(view, tree, found, entry) else "changed"
    except (UnreadableError, OSError):
        return "unreadable"


def _file_id(view: FolderView, tree: GitTree, found: Entry) -> str:
    digest = ObjectDigest(tree.object_format, "blob", found.size)
    with view.open_stream(found.path) as stream:
        while data := stream.read(_CHUNK):
            digest.update(data)
    return f"gitblob:{digest.hexdigest()}"


def _blob_id(tree: GitTree, size: int, data: bytes) -> str:
    digest = ObjectDigest(tree.object_format, "blob", size)
    digest.update(data)
    return f"gitblob:{digest.hexdigest()}"


def _is_lfs_content(view: FolderView, tree: GitTree, found: Entry, entry: Entry) -> bool:
    if not 0 <= entry.size <= _POINTER_BYTES:
        return False
    content = lfs_object(tree.read(entry.path))
    if content is None or content[1] != found.size:
        return False
    digest = hashlib.sha256()
    with view.open_stream(found.path) as stream:
        while data := stream.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest() == content[0]
