"""Reads the length-prefixed fields that SSH keys and signatures are made of (RFC 4251, section 5)."""

import struct
from typing import Final

_LENGTH: Final = struct.Struct(">I")


class Fields:
    """The fields of a blob, taken one after the other.

    Args:
        data: The blob.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        """A `uint32`.

        Raises:
            ValueError: The blob ends before it does.
        """
        return int(_LENGTH.unpack(self.take(_LENGTH.size))[0])

    def string(self) -> bytes:
        """A `string`: its length, and so many bytes.

        Raises:
            ValueError: The blob ends before it does.
        """
        return self.take(self.number())

    def take(self, length: int) -> bytes:
        """So many bytes as they are.

        Raises:
            ValueError: There are fewer.
        """
        if length > len(self._data) - self._at:
            message = "ends too early"
            raise ValueError(message)
        self._at += length
        return self._data[self._at - length : self._at]

    @property
    def ended(self) -> bool:
        """Whether all of it was taken."""
        return self._at == len(self._data)
