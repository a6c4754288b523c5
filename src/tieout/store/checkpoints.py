"""Checkpoints: the log's size and root in the plain text lines of C2SP tlog-checkpoint, unsigned for now."""

import base64
import binascii
import re

from pydantic import Field

from tieout.domain.base import Model
from tieout.kernel.errors import VerificationError

_TEXT = re.compile(r"([^\s+][^\n+]*)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n")


class Checkpoint(Model):
    """What the log held at one moment: whoever keeps a copy can prove any later change to it.

    Attributes:
        origin: Names the log.
        size: Number of leaves.
        root: RFC 6962 root over them, hexadecimal.
    """

    origin: str
    size: int = Field(ge=0)
    root: str = Field(pattern="^[0-9a-f]{64}$")

    def text(self) -> str:
        """The three lines that a signature will later cover: origin, size, base64 of the root."""
        root = base64.b64encode(bytes.fromhex(self.root)).decode("ascii")
        return f"{self.origin}\n{self.size}\n{root}\n"


def parse_checkpoint(data: bytes, *, where: str = "") -> Checkpoint:
    """Read a checkpoint; only its one canonical spelling is accepted.

    Raises:
        VerificationError: It is not a checkpoint, or is spelt in another way (base64 slack bits, zeros).
    """
    try:
        match = _TEXT.fullmatch(data.decode("utf-8"))
        if match:
            found = Checkpoint(
                origin=match[1], size=int(match[2]), root=base64.b64decode(match[3], validate=True).hex()
            )
            if found.text().encode() == data:
                return found
    except (UnicodeDecodeError, binascii.Error, ValueError):
        pass
    message = "the checkpoint is not readable as origin, size and root"
    raise VerificationError(message, hint="put back a kept copy, such as the one beside a packet", where=where)
