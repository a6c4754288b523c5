"""What a given git folder may lead to: nothing outside it but what points back, and no pipe or device."""

import os
import re
import stat
from pathlib import Path

from tieout.kernel.errors import UnreadableError

#: Parts of a git folder that are read by ourselves, or that git reads for us.
_PARTS = ("HEAD", "commondir", "gitdir", "objects", "packed-refs", "refs", "reftable", "shallow")
_SMALL_FILE = 8_192
_CONFIG_BYTES = 1 << 20
_ALTERNATES = "objects/info/alternates"
_ALTERNATES_BYTES = 1 << 20
_WORK_TREE = re.compile(rb"^[ \t]*worktree[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_HINT = "name the folder of the other repository itself as the source"


def refuse_foreign(repository: Path, git_dir: Path, common_dir: Path, where: str) -> None:
    """See to it that a folder's git folder is its own.

    A linked work tree and a submodule keep theirs in another repository, which records where they stand: only
    such a record is believed, because whoever makes a folder can write into it that it is another one.

    Args:
        repository: The folder that was named.
        git_dir: Where its `.git` leads.
        common_dir: Where refs and objects stand.
        where: Named in errors.

    Raises:
        UnreadableError: It leads to a repository that does not point back, or a part of it is a link out of it.
        OSError: A part cannot be looked at.
    """
    home, own, common = (folder.resolve(strict=True) for folder in (repository, git_dir, common_dir))
    if not (_is_in(own, home) or _points_back(own, home)):
        message = "its .git leads out of this folder, to a repository that does not record this folder as its own"
        raise UnreadableError(message, hint=_HINT, where=where)
    if not (_is_in(common, own) or _is_in(common, home) or own.parent == common / "worktrees"):
        message = "its git folder takes refs and objects from another repository"
        raise UnreadableError(message, hint=_HINT, where=where)
    for folder in (own, common):
        for name in _PARTS:
            part = folder / name
            if part.is_symlink() and not any(_is_in(Path(os.path.realpath(part)), root) for root in (own, common)):
                message = f"'{name}' in its git folder is a link that leads out of it"
                raise UnreadableError(message, hint=_HINT, where=where)


def refuse_special_files(objects: Path, where: str) -> None:
    """Look through an object folder before git does.

    A pipe among the objects would hold git until its time limit; a link would lead it elsewhere.

    Raises:
        UnreadableError: There is a pipe, a device or a link out of the folder.
        OSError: A folder cannot be looked at.
    """
    root = os.fsencode(objects)
    folders = [root]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif not entry.is_file(follow_symlinks=False):
                    _refuse_odd(entry, root, where)


def refuse_borrowing(objects: Path, where: str) -> None:
    """See to it that an object folder borrows from no other repository (gitrepository-layout(5), `alternates`).

    Whoever makes a repository can write into it the place of any other one on this machine, and its commits
    would be read as this one's: the lender records nothing that could be believed. git passes over a folder
    that is not there, and never reads `http-alternates` of a folder on disk. Its quotes it never writes itself;
    they can hold line ends and another entry behind them, so none is looked into.

    Raises:
        UnreadableError: It names a folder that is there and is not its own, or one in quotes.
        OSError, ValueError: The file cannot be read.
    """
    try:
        data = read_small(objects / "info/alternates", limit=_ALTERNATES_BYTES)
    except FileNotFoundError:
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line or line.startswith(b"#"):
            continue
        if line.startswith(b'"') or b"\0" in line or _leads_out(os.fsdecode(objects), os.fsdecode(line)):
            message = f"it borrows objects from outside its own folder ({_ALTERNATES}:{number})"
            hint = "make it whole with `git repack -a -d`, then remove that file; or name a plain clone of it"
            raise UnreadableError(message, hint=hint, where=where)


def refuse_link_out(place: Path, root: Path) -> None:
    """Refuse a link that leads out of a folder.

    Raises:
        ValueError: It does.
    """
    if not _is_in(Path(os.path.realpath(place)), root.resolve()):
        message = f"{place.name} is a link that leads out of the repository"
        raise ValueError(message)


def read_small(file: Path, *, limit: int = _SMALL_FILE, cut: bool = False) -> bytes:
    """The bytes of a small regular file; a FIFO or device is never waited for.

    Args:
        file: What to read; links are followed.
        limit: Most bytes.
        cut: Give the first bytes of a longer file.

    Raises:
        OSError: It cannot be opened.
        ValueError: It is not regular or longer than the limit.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            message = f"{file.name} is not a regular file"
            raise ValueError(message)
        data = stream.read(limit + 1)
    if len(data) > limit and not cut:
        message = f"{file.name} is larger than {limit} bytes"
        raise ValueError(message)
    return data[:limit]


def _refuse_odd(entry: "os.DirEntry[bytes]", root: bytes, where: str) -> None:
    mode = entry.stat().st_mode if entry.is_symlink() else 0
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UnreadableError(
            "the object folder of the repository holds a file that is no regular file",
            hint="a pipe or device there would never end; remove it",
            where=where,
        )
    if not os.path.realpath(entry.path).startswith(root + b"/"):
        raise UnreadableError(
            "the object folder of the repository holds a link that leads out of it",
            hint="make a plain clone of the repository and name that one",
            where=where,
        )


def _leads_out(objects: str, named: str) -> bool:
    """Whether an entry names a folder that is there and is not the object folder itself or below it.

    git takes `..` out of the text before it follows links, others follow them first: either way counts.
    """
    folder = os.path.join(objects, named)  # noqa: PTH118 - Path would drop what git keeps
    ways = (os.path.realpath(folder), os.path.realpath(os.path.normpath(folder)))
    return any(Path(way).is_dir() and not _is_in(Path(way), Path(objects)) for way in ways)


def _points_back(git_dir: Path, home: Path) -> bool:
    """Whether a git folder records a folder as its work tree."""
    try:
        if (git_dir / "gitdir").is_file():
            stated = os.fsdecode(read_small(git_dir / "gitdir").rstrip(b"\r\n"))
            return (git_dir / stated).resolve() == home / ".git"
        stated_trees = _WORK_TREE.findall(read_small(git_dir / "config", limit=_CONFIG_BYTES))
        return len(stated_trees) == 1 and (git_dir / os.fsdecode(stated_trees[0].strip(b'"'))).resolve() == home
    except (OSError, ValueError):
        return False


def _is_in(path: Path, root: Path) -> bool:
    return path == root or path.is_relative_to(root)
