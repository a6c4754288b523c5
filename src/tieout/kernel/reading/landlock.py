"""Landlock (landlock(7)): a process gives up the file system, and touching processes outside of it, for good.

Limits on open files leave what needs none: removing, renaming or cutting a file by its path, and reading another
process's memory. Where the kernel has Landlock, since Linux 5.13, it refuses these; elsewhere the limits stand alone.
"""

import os
import struct
import sys
from typing import Final

# Numbers and values of <linux/landlock.h> and <linux/prctl.h>; the numbers are those of _MACHINES.
_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
_MACHINES: Final = frozenset({"x86_64", "aarch64", "ppc64le", "riscv64", "s390x"})
_VERSION_FLAG: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
#: Version of the interface -> how many rights to files it knows, each a bit.
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_RIGHTS: Final = 16
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_ALL_OF_NETWORK: Final = 0b11  # binding and connecting TCP
_ALL_SCOPES: Final = 0b11  # abstract sockets and signals
_RULESET: Final = struct.Struct("=QQQ")  # rights to files, of connections, scopes


def leave_the_file_system() -> bool:
    """Give up every right to files, connections and signals to others; False where the kernel does not offer it.

    Files that are open stay usable.
    """
    if sys.platform != "linux" or os.uname().machine not in _MACHINES:
        return False
    try:
        import ctypes  # noqa: PLC0415 - a Python that was built without libffi has none
    except ImportError:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    if version < 1:
        return False
    # A ruleset that names a right it knows and allows it nowhere refuses it everywhere.
    wanted = _RULESET.pack(
        (1 << _RIGHTS.get(version, _MOST_RIGHTS)) - 1,
        _ALL_OF_NETWORK if version >= _NETWORK_SINCE else 0,
        _ALL_SCOPES if version >= _SCOPES_SINCE else 0,
    )
    # Zeros at its end are as good as a shorter structure to a kernel that knows fewer fields.
    ruleset = library.syscall(_CREATE_RULESET, wanted, ctypes.c_size_t(_RULESET.size), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        unprivileged: int = library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        restricted: int = library.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0))
        return unprivileged == 0 and restricted == 0
    finally:
        os.close(ruleset)
