"""Answers kept from an earlier run, so that a server can say that nothing changed (ETag, RFC 9110 section 8.8.3).

They lie beside the work folder, which a repository can carry: each is sealed with a key made of the token, and one
whose seal does not hold is none of ours. Without a token nothing is kept.
"""

import hashlib
import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.kernel.errors import UsageError
from tieout.kernel.writing import made_whole

#: An answer that is larger is asked for anew each time.
MOST_BYTES: Final = 1_000_000
#: Files that are kept at most; what comes later is not kept.
MOST_FILES: Final = 5_000

_SEAL: Final = 32
_ENDING: Final = ".answer"
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was kept.

    Attributes:
        etag: The server's mark of this version.
        data: The bytes of the answer.
        link: Its `Link` header.
    """

    etag: str
    data: bytes
    link: str


class KeptAnswers:
    """Answers of earlier runs, by address.

    Args:
        folder: Where they lie; None keeps nothing.
        secret: The token.
    """

    def __init__(self, folder: Path | None, secret: str) -> None:
        self._folder = folder if secret else None
        self._key = hashlib.sha256(b"tieout kept answers\n" + secret.encode("utf-8", "surrogateescape")).digest()

    def find(self, address: str) -> Kept | None:
        """The answer that was kept for an address; None where there is none, or it is not ours."""
        if self._folder is None:
            return None
        data = _read(self._folder / self._name(address))
        if (
            data is None
            or len(data) < _SEAL
            or not hmac.compare_digest(data[:_SEAL], self._seal(address, data[_SEAL:]))
        ):
            return None
        etag, link, body = data[_SEAL:].split(b"\n", 2)
        return Kept(etag.decode("latin-1"), body, link.decode("latin-1"))

    def keep(self, address: str, kept: Kept) -> None:
        """Keep an answer; one that cannot be kept is simply asked for again."""
        if self._folder is None or len(kept.data) > MOST_BYTES or "\n" in kept.etag + kept.link:
            return
        body = b"\n".join((kept.etag.encode("latin-1"), kept.link.encode("latin-1"), kept.data))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._folder.is_symlink() or len(list(self._folder.iterdir())) >= MOST_FILES:
                return
            with made_whole(self._folder / self._name(address), mode=0o600) as stream:
                stream.write(self._seal(address, body) + body)
        except (OSError, UsageError, UnicodeEncodeError):
            return

    def _name(self, address: str) -> str:
        return hmac.new(self._key, address.encode(), hashlib.sha256).hexdigest()[:40] + _ENDING

    def _seal(self, address: str, body: bytes) -> bytes:
        return hmac.new(self._key, address.encode() + b"\n" + body, hashlib.sha256).digest()


def _read(path: Path) -> bytes | None:
    """The bytes of a regular file of ours; None for anything else."""
    try:
        handle = os.open(path, _READ)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return None
        data = stream.read(2 * MOST_BYTES)
    return data if len(data) < 2 * MOST_BYTES else None
