"""Making a whole file system durable in one call, where the kernel and the file system promise as much as fsync."""

import os
from pathlib import Path

# syncfs(2): since 5.8 it reports a write that failed since the folder was opened, as fsync does.
_KERNEL = (5, 8)
# On others (FUSE, network shares) it need not wait for the device, or nobody has looked.
_FILE_SYSTEMS = frozenset({"ext4", "xfs", "btrfs"})
_MOUNTS = Path("/proc/self/mountinfo")


def can_sync_whole(folder: Path) -> bool:
    """Whether `sync_whole` of this folder's file system is as good as fsync of all its files and folders."""
    try:
        version = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
        device = folder.stat().st_dev
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except (OSError, ValueError):  # not Linux, or one that hides itself
        return False
    name = f"{os.major(device)}:{os.minor(device)}"
    kinds = {
        line.partition(" - ")[2].split(" ")[0]  # proc_pid_mountinfo(5): the type follows the separator
        for line in mounts.splitlines()
        if line.split(" ", 3)[2:3] == [name]
    }
    return version >= _KERNEL and bool(kinds) and kinds <= _FILE_SYSTEMS


def sync_whole(handle: int) -> None:
    """syncfs(2) on an open folder.

    Raises:
        OSError: Something written since the folder was opened did not reach the disk.
    """
    import ctypes  # noqa: PLC0415 - only large batches need it

    if ctypes.CDLL(None, use_errno=True).syncfs(handle) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
