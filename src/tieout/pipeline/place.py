"""Where a packet may go: a folder of its own, never behind a link, never over what somebody else put there."""

import errno
import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tieout.domain.packet import BAG, NOTICE, WORK_FOLDER
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.source import is_git_dir
from tieout.kernel.git.worktree import find_repository
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.text import display_path
from tieout.kernel.writing import part_name, refuse_link

PAYLOAD_MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
TAG_FILES = ("bag-info.txt", "bagit.txt", PAYLOAD_MANIFEST, TAG_MANIFEST)
#: Manifests are parsed in memory; what is larger was not written by tieout.
LARGEST_MANIFEST = 16 * 1024**2

_HINT = "name another folder with --out"
_LINE = re.compile(r"[0-9a-f]{64}  (data/.+)")
_LONGEST = 120
_NO_ROOM = frozenset({errno.EDQUOT, errno.EIO, errno.EMLINK, errno.ENOSPC})
#: Network file systems that cannot lock a folder; there the lock of the work folder must do.
_NO_LOCKS = frozenset({errno.EBADF, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL})


def demand_place(folder: Path, *, work: Path | None = None) -> None:
    """Make sure that a packet may be written there, before any work is done for it.

    Args:
        folder: As the caller named it.
        work: Folder of the configuration: what lies in its repository is a stranger's, its links above all.

    Raises:
        UsageError: The folder cannot be written, is the current one, is or lies behind a link, or holds something
            that is no packet or more than a packet.
    """
    current = Path.cwd()  # its own error where that folder is gone
    try:
        _refuse_links(current, folder, work)
        place = real_place(folder)
        _demand(current, folder, place)
        for name in aside(place):
            refuse_link(name)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint=_HINT, where=shown(folder)) from error


def real_place(folder: Path) -> Path:
    """The folder as the disk knows it, links above it followed."""
    return Path(os.path.realpath(folder))


def shown(folder: Path) -> str:
    """A path as a line can hold it."""
    text = str(folder)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def own_files(folder: Path) -> frozenset[str]:
    """Paths of the files that tieout wrote into a packet folder; none where it is no packet folder."""
    if not is_packet(folder):
        return frozenset()
    try:
        manifest = FolderView(folder / BAG, BAG).read(PAYLOAD_MANIFEST, max_bytes=LARGEST_MANIFEST)
    except UnreadableError:
        manifest = b""
    listed = (_LINE.fullmatch(line) for line in manifest.decode("utf-8", "replace").split("\n"))
    payload = {f"{BAG}/{line[1]}" for line in listed if line}
    return frozenset({NOTICE, *(f"{BAG}/{name}" for name in TAG_FILES), *payload})


def is_packet(folder: Path) -> bool:
    """Whether a folder looks like a packet of ours: VERIFY.txt, and beside it a folder with a bag, none a link."""
    bag = folder / BAG
    plain = not any(path.is_symlink() for path in (folder, bag, folder / NOTICE, bag / "bagit.txt"))
    return plain and (folder / NOTICE).is_file() and (bag / "bagit.txt").is_file()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder while a packet in it is exchanged; another tieout waits meanwhile."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(handle)


def aside(place: Path) -> tuple[Path, Path]:
    """Where a packet is made, and where the earlier one stands while they change places."""
    return part_name(place), place.with_name(f".{place.name}.tieout-old")


def settle(place: Path) -> None:
    """Put right what a killed run left: its half-made packet goes, the earlier packet comes back.

    Raises:
        UsageError: Under a name of ours stands what we did not make.
        OSError: The disk said no.
    """
    part, old = aside(place)
    for leftover in (part, old):
        refuse_link(leftover)
        if os.path.lexists(leftover) and not _is_remnant(leftover):
            message = "stands where tieout makes its packets, and tieout did not make it"
            raise UsageError(message, hint="move it away", where=leftover.name)
    if old.exists() and not place.exists():
        old.rename(place)
    for leftover in (part, old):
        if leftover.exists():
            shutil.rmtree(leftover)


def undo(place: Path) -> None:
    """Take a half-made packet away, and put the earlier one back."""
    part, old = aside(place)
    if old.exists() and not place.exists():
        old.rename(place)
    shutil.rmtree(part, ignore_errors=True)


def _refuse_links(current: Path, folder: Path, work: Path | None) -> None:
    inside = None
    if work is not None:
        inside = real_place(find_repository(work) or work)
    path = current / folder  # `..` is kept: behind a link it leads elsewhere than it looks
    for step in (*reversed(path.parents), path):
        if not step.is_symlink():
            continue
        here = real_place(step.parent)
        if step == path or (inside is not None and (here == inside or inside in here.parents)):
            which = "is" if step == path else f"{step.name} on the way is"
            message = f"{which} a symbolic link, and it is not followed"
            hint = "name the folder that the packet should go to with --out"
            raise UsageError(message, hint=hint, where=shown(folder))


def _demand(current: Path, folder: Path, place: Path) -> None:
    if place == current or place in current.parents:
        raise UsageError("a packet needs a folder of its own", hint=_HINT, where=shown(folder))
    _refuse_kept(place, folder)
    if os.path.lexists(place):
        _refuse_foreign(place, folder)
    above = next(parent for parent in place.parents if parent.exists())
    if not above.is_dir():
        raise UsageError(f"cannot be written: {above.name} is a file", hint=_HINT, where=shown(folder))
    if not os.access(above, os.W_OK | os.X_OK) or not _may_go(place):
        raise UsageError("cannot be written: permission denied", hint=_HINT, where=shown(folder))
    _try_folder(above)


def _refuse_kept(place: Path, folder: Path) -> None:
    """Refuse what git and tieout keep for themselves: a packet there could be swept away, or spoil what they keep."""
    for step in (place, *place.parents):
        name = step.name.casefold()
        keeper = "git" if name == ".git" or is_git_dir(step) else "tieout" if name == WORK_FOLDER else ""
        if keeper:
            message = f"lies in {display_path(step.name)}, a folder that {keeper} keeps for itself"
            raise UsageError(message, hint=_HINT, where=shown(folder))


def _try_folder(above: Path) -> None:
    """Make a folder and take it away: of some places, such as /proc, only that tells whether one can be made there.

    Raises:
        OSError: It cannot; lack of space is left to the writing itself, which says what it needs.
    """
    try:
        Path(tempfile.mkdtemp(prefix=".tieout-try-", dir=above)).rmdir()
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise


def _may_go(place: Path) -> bool:
    """Whether an earlier packet can be taken away: another user's cannot where its folders or a sticky bit say so."""
    if not os.path.lexists(place):
        return True
    above = place.parent.stat()
    owners = {above.st_uid, place.lstat().st_uid, 0}  # the superuser is refused nothing, as a rule
    if above.st_mode & stat.S_ISVTX and os.geteuid() not in owners:
        return False
    return all(os.access(room, os.W_OK | os.X_OK) for room, folders, names in os.walk(place) if folders or names)


def _refuse_foreign(place: Path, folder: Path) -> None:
    if not place.is_dir():
        raise UsageError("is a file, not a folder", hint=_HINT, where=shown(folder))
    if not any(place.iterdir()):
        return
    own = own_files(place)
    if not own:
        message = "holds something that is not a packet, and it would be replaced"
        raise UsageError(message, hint="name an empty or new folder with --out", where=shown(folder))
    strange = next((path for path in sorted(_files(place)) if path not in own), None)
    if strange is not None:
        message = f"holds {display_path(strange)}, which tieout did not write, and the whole folder would be replaced"
        raise UsageError(message, hint="move that file away, or name another folder with --out", where=shown(folder))


def _files(folder: Path) -> Iterator[str]:
    """Paths of all that is no folder, links not followed."""

    def refuse(error: OSError) -> None:
        raise error

    for room, folders, names in os.walk(folder, onerror=refuse):
        linked = [name for name in folders if (Path(room) / name).is_symlink()]
        for name in (*names, *linked):
            yield (Path(room) / name).relative_to(folder).as_posix()


def _is_remnant(folder: Path) -> bool:
    """Whether a folder is what a killed run leaves: a packet, whole or in part, and nothing else."""
    with suppress(OSError):
        return folder.is_dir() and {path.name for path in folder.iterdir()} <= {BAG, NOTICE}
    return False
