"""Finds the parts of a given repository and reads its refs by ourselves; git never sees its configuration."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.bounds import (
    read_small,
    refuse_borrowing,
    refuse_foreign,
    refuse_link_out,
    refuse_special_files,
)
from tieout.kernel.reading.text import display_path

_PACKED_REFS_BYTES = 64 * 1024 * 1024
MAX_REFS = 250_000
"""Branches, tags and other refs of a repository that are read."""
_LINK_DEPTH = 5
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# git-check-ref-format(1): what a ref name cannot hold.
_BAD_NAME = re.compile(
    r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|[/.]$",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the parts of a repository stand.

    Attributes:
        git_dir: Holds HEAD; of a linked work tree its own folder.
        common_dir: Holds refs and objects.
        objects: The object folder, resolved.
        reftable: Refs are in git's reftable format, which only a newer git reads.
    """

    git_dir: Path
    common_dir: Path
    objects: Path
    reftable: bool


@dataclass(frozen=True, slots=True)
class Refs:
    """The refs of a repository as its files state them.

    Attributes:
        ids: Full ref name -> object id, symbolic refs resolved, sorted.
        head: Content for a HEAD file: `ref: refs/heads/…` or an id.
        head_id: The commit that HEAD names; None on a branch without a commit.
        object_format: "sha1" or "sha256", by the length of the ids.
        shallow: Ids of the commits at which a shallow clone ends.
    """

    ids: dict[str, str]
    head: str
    head_id: str | None
    object_format: str
    shallow: tuple[str, ...]


def is_git_dir(folder: Path) -> bool:
    """Whether a folder looks like a git directory (HEAD, objects, refs)."""
    try:
        if (folder / "commondir").is_file():  # of a linked work tree
            return (folder / "HEAD").is_file()
        return ((folder / "HEAD").is_file() or (folder / "HEAD").is_symlink()) and all(
            (folder / part).is_dir() for part in ("objects", "refs")
        )
    except OSError:
        return False


def is_bundle(file: Path) -> bool:
    """Whether a regular file starts like a git bundle (gitformat-bundle(5))."""
    try:
        return read_small(file, limit=64, cut=True).startswith((b"# v2 git bundle\n", b"# v3 git bundle\n"))
    except (OSError, ValueError):
        return False


def locate(repository: Path, where: str) -> Source:
    """Find the parts of a work tree, a linked work tree, a submodule or a bare repository.

    Args:
        repository: An existing folder.
        where: Named in errors.

    Raises:
        UsageError: It is no git repository.
        UnreadableError: It is one, and a part cannot be used.
    """
    dot_git = repository / ".git"
    try:
        if dot_git.is_dir():
            git_dir = dot_git
        elif dot_git.is_file():
            git_dir = repository / _pointer(dot_git, "gitdir: ", where)
        else:
            git_dir = repository
        if not is_git_dir(git_dir):
            raise UsageError(
                "this folder is not a git repository",
                hint="name the folder that holds .git, a bare repository or a bundle file",
                where=where,
            )
        common_dir = git_dir
        if (git_dir / "commondir").is_file():
            common_dir = git_dir / _pointer(git_dir / "commondir", "", where)
        refuse_foreign(repository, git_dir, common_dir, where)
        objects = (common_dir / "objects").resolve(strict=True)
        refuse_special_files(objects, where)
        reftable = (common_dir / "reftable").is_dir()
        if reftable:  # git itself reads the whole of it then
            refuse_special_files(common_dir.resolve(strict=True), where)
    except (OSError, RuntimeError, ValueError) as error:
        message = f"the git folder cannot be read: {_cause(error)}"
        raise UnreadableError(message, where=where) from error
    return Source(git_dir=git_dir, common_dir=common_dir, objects=objects, reftable=reftable)


def demand_own_objects(source: Source, where: str) -> None:
    """See to it that a repository reads no objects of another one.

    Raises:
        UnreadableError: It does, or what it says about that cannot be read.
    """
    try:
        refuse_borrowing(source.objects, where)
    except (OSError, ValueError) as error:
        message = f"the git folder cannot be read: {_cause(error)}"
        raise UnreadableError(message, where=where) from error


def read_refs(source: Source, where: str) -> Refs:
    """Read HEAD, packed and loose refs and the shallow boundary; names that git would refuse are left out.

    Replacement refs are left out too: they would show other content under a commit's id.

    Raises:
        UnreadableError: A file of it is missing, too large or not regular.
    """
    try:
        stated = _packed(source.common_dir / "packed-refs")
        stated.update(_loose(source.common_dir))
        if source.git_dir != source.common_dir:  # a linked work tree has some of its own
            stated.update(_loose(source.git_dir))
        head = read_small(source.git_dir / "HEAD").decode("utf-8", "surrogateescape").strip()
        shallow = _shallow(source.common_dir / "shallow")
    except (OSError, ValueError) as error:
        message = f"the refs of the repository cannot be read: {_cause(error)}"
        raise UnreadableError(message, where=where) from error
    ids = {name: target for name in stated if (target := _follow(stated, name)) is not None}
    if not _ID.fullmatch(head) and not (head.startswith("ref: refs/") and _is_name(head[5:].strip())):
        raise UnreadableError("HEAD of the repository is malformed", where=where)
    head_id = head if _ID.fullmatch(head) else ids.get(head[5:].strip())
    if head_id is None and stated.get(head[5:].strip()) is not None:
        message = f"the ref {display_path(head[5:].strip())} is malformed"
        raise UnreadableError(message, hint="repair the repository with git fsck", where=where)
    samples = [head_id, *ids.values()] if head_id else list(ids.values())
    length = len(samples[0]) if samples else 40
    return Refs(
        ids={name: ids[name] for name in sorted(ids) if len(ids[name]) == length},
        head=head,
        head_id=head_id,
        object_format="sha1" if length == 40 else "sha256",  # noqa: PLR2004 - hex digits of SHA-1
        shallow=shallow,
    )


def _pointer(file: Path, prefix: str, where: str) -> str:
    text = os.fsdecode(read_small(file)).rstrip("\r\n")
    if not text.startswith(prefix) or not text.removeprefix(prefix):
        message = f"the file {file.name} does not point to a git folder"
        raise UsageError(message, hint="name the folder of the repository itself", where=where)
    return text.removeprefix(prefix)


def _packed(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    text = read_small(file, limit=_PACKED_REFS_BYTES).decode("utf-8", "surrogateescape")
    stated = {}
    for line in text.split("\n"):
        target, _, name = line.partition(" ")
        if _ID.fullmatch(target) and _is_name(name):
            stated[name] = target
            _refuse_many(len(stated))
    return stated


def _loose(git_dir: Path) -> Iterator[tuple[str, str]]:
    root = os.fsencode(git_dir)
    folders = [b"refs"]
    count = 0
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root + b"/" + folder) as found:
                entries = list(found)
        except FileNotFoundError:  # a linked work tree has no refs folder of its own
            continue
        for entry in entries:
            path = folder + b"/" + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
                continue
            name = path.decode("utf-8", "surrogateescape")
            if _is_name(name):
                count += 1
                _refuse_many(count)
                place = Path(os.fsdecode(root + b"/" + path))
                if entry.is_symlink():
                    refuse_link_out(place, git_dir)
                content = read_small(place, cut=True)
                yield name, content.decode("utf-8", "surrogateescape").strip()


def _refuse_many(refs: int) -> None:
    if refs > MAX_REFS:
        message = f"there are more than {MAX_REFS:,} of them"
        raise ValueError(message)


def _is_name(name: str) -> bool:
    return name.startswith("refs/") and not name.startswith("refs/replace/") and not _BAD_NAME.search(name)


def _follow(stated: dict[str, str], name: str) -> str | None:
    for _ in range(_LINK_DEPTH):
        target = stated.get(name, "")
        if _ID.fullmatch(target):
            return target
        name = target.removeprefix("ref:").strip()
    return None


def _shallow(file: Path) -> tuple[str, ...]:
    if not file.exists():
        return ()
    text = read_small(file, limit=_PACKED_REFS_BYTES).decode("ascii", "replace")
    return tuple(line for line in text.split("\n") if _ID.fullmatch(line))


def _cause(error: Exception) -> str:
    return (error.strerror or "it cannot be opened").lower() if isinstance(error, OSError) else str(error)
