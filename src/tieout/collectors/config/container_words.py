"""What containers are asked, in the same words for every product that runs them, and harmless capabilities."""

from collections.abc import Iterable
from typing import Final

from tieout.syntax.images import Pin, parse_image

NOT_ROOT: Final = "does not run as root"
NO_ESCALATION: Final = "cannot gain privileges"
READ_ONLY: Final = "read-only file system"
ALL_DROPPED: Final = "all capabilities dropped"
FILTERED: Final = "system calls are filtered"
ADDED: Final = "adds capabilities"
PRIVILEGED: Final = "may do all that its host may"
NOT_PRIVILEGED: Final = "is not privileged"
HOST_NETWORK: Final = "shares the network of the host"
HOST_PROCESSES: Final = "shares the processes of the host"
HOST_MEMORY: Final = "shares the memory of the host's processes"
HOST_FOLDER: Final = "mounts a folder of the host"
ENGINE_SOCKET: Final = "mounts the socket of the container engine"

_SOCKETS: Final = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")
#: The Pod Security Standard "restricted" lets containers add this one; "baseline" those that runtimes give anyway.
_HARMLESS: Final = frozenset({"NET_BIND_SERVICE"})
_USUAL: Final = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip


def capabilities(names: Iterable[str]) -> set[str]:
    """Names of capabilities, as Linux has them, without their prefix."""
    return {name.upper().removeprefix("CAP_") for name in names}


def added(names: Iterable[str]) -> tuple[list[str], bool | None]:
    """Capabilities that are added beyond what is harmless; false where one is more than runtimes give by default."""
    beyond = sorted(capabilities(names) - _HARMLESS)
    return beyond, None if set(beyond) <= _USUAL else False


def pinned(image: str) -> bool | None:
    """Whether an image is named by its digest; None where a variable decides, and for what starts from nothing."""
    pin = parse_image(image).pin
    if image == "scratch" or pin is Pin.VARIABLE or ("$(" in image and pin is not Pin.DIGEST):
        return None
    return pin is Pin.DIGEST


def mount_words(path: str) -> str:
    """What it means that a path of the host is mounted."""
    return ENGINE_SOCKET if path.rstrip("/").endswith(_SOCKETS) else HOST_FOLDER
