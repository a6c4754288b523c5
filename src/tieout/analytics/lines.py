"""The lines of a log file in batches with their places: streamed, bounded, plain or gzip, hashed as they pass."""

import hashlib
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

BLOCK_BYTES: Final = 1024 * 1024
"""Bytes that are read at a time."""

MAX_LINE_BYTES: Final = 16 * 1024 * 1024
"""A longer line is unreadable and never held; so one line costs at most this much memory."""

MAX_GZIP_RATIO: Final = 500
"""A gzip file that grows by more than this, beyond the first 64 MiB, is not read on: logs give 5 to 100."""

MAX_GZIP_LINES: Final = 5
"""Lines for each byte of a gzip file, beyond the first million: a log that grows 500-fold in records of 100 bytes
holds as many. Blank lines alone give 500, and each costs time that the file did not cost whoever packed it."""

WHITE: Final = b" \t\r"
"""What a blank line may hold."""

_FREE_BYTES = 64 * 1024 * 1024
_FREE_LINES = 1_000_000
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_HEAD_BYTES = 32  # enough for every magic number here; a pipe may give less at a time
_PADDING = b"\0"
_WBITS_GZIP = 31
# What else people keep in log folders, told by its first bytes.
_FOREIGN = (
    (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard, which this version cannot read yet; use gzip or plain text"),
    (b"\xfd7zXZ\x00", "is compressed with xz, which is not read; use gzip or plain text"),
    (b"BZh", "is compressed with bzip2, which is not read; use gzip or plain text"),
    (b"PK\x03\x04", "is a zip archive, not JSON lines; unpack it first"),
    (b"PAR1", "is a Parquet file, not JSON lines"),
    (b"version https://git-lfs", "is a pointer of Git LFS; the log itself is not stored here"),
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8"),
)


class StoppedError(Exception):
    """A file could not be read to its end; the argument says why, as a sentence about the file."""


@dataclass(slots=True)
class Batch:
    """Some consecutive lines.

    Attributes:
        line: Number of the first line, 1-based.
        offset: Where its text starts, bytes from the start of the uncompressed file.
        lines: Texts without their line ends (a carriage return may remain).
        too_long: Set instead of `lines`, for one line of that many bytes, which was not kept.
        blank: Set instead of `lines`, for that many lines with nothing in them: a file may hold any number.
        ended: False where the file stops without a line end after the last line.
    """

    line: int
    offset: int
    lines: list[bytes]
    too_long: int = 0
    blank: int = 0
    ended: bool = True


class LineReader:
    """Reads one file once.

    Args:
        stream: The file, at its start.

    Attributes:
        size: Bytes of the file read so far, as stored (compressed).
        count: Lines passed so far, counted by their ends and apart from the batches.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.size = 0
        self.count = 0
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self._line, self._offset = 1, 0  # of the next line to hand over
        self._kept: list[bytes] = []  # pieces of a line whose end has not come yet
        self._length = 0  # of that line so far, pieces that were not kept included

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes as stored, hexadecimal."""
        return self._sha256.hexdigest()

    def batches(self) -> Iterator[Batch]:
        """All lines in order.

        Raises:
            StoppedError: After the last line that could be had; a cut line before it is handed over.
        """
        stopped: StoppedError | None = None
        content = self._content()
        while True:
            try:
                block = next(content, b"")
            except StoppedError as error:
                stopped, block = error, b""
            if not block:
                break
            ends = block.count(b"\n")
            self.count += ends
            if ends:
                yield from self._complete(block)
            else:
                self._keep(block)
        if self._length:
            self.count += 1
            yield self._batch([b"".join(self._kept)], self._length, ended=False)
        if stopped is not None:
            raise stopped

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > MAX_LINE_BYTES:
            self._kept.clear()
        elif piece:
            self._kept.append(piece)

    def _complete(self, block: bytes) -> Iterator[Batch]:
        """The lines that end in a block; what follows the last end is kept for the next block."""
        start = 0
        if self._length:
            start = block.find(b"\n") + 1
            self._keep(block[: start - 1])
            yield self._batch([b"".join(self._kept)], self._length)
        end = block.rfind(b"\n")
        self._kept, self._length = [], 0
        self._keep(block[end + 1 :])
        if start <= end:
            text = block[start:end]
            if text.strip(WHITE + b"\n"):
                yield self._batch(text.split(b"\n"), end - start)
            else:
                yield self._blank(text.count(b"\n") + 1, end - start)

    def _blank(self, lines: int, length: int) -> Batch:
        batch = Batch(self._line, self._offset, [], blank=lines)
        self._line += lines
        self._offset += length + 1
        return batch

    def _batch(self, lines: list[bytes], length: int, *, ended: bool = True) -> Batch:
        batch = Batch(self._line, self._offset, lines, ended=ended)
        self._line += len(lines)
        self._offset += length + 1
        if length > MAX_LINE_BYTES:
            batch.lines, batch.too_long = [], length
        elif batch.offset == 0 and lines[0].startswith(_BOM):
            lines[0] = lines[0][len(_BOM) :]
            batch.offset = len(_BOM)
        return batch

    def _raw(self) -> Iterator[bytes]:
        while block := self._stream.read(BLOCK_BYTES):
            self._sha256.update(block)
            self.size += len(block)
            yield block

    def _content(self) -> Iterator[bytes]:
        raw = self._raw()
        first = b""
        while len(first) < _HEAD_BYTES and (block := next(raw, b"")):
            first += block
        sentence = next((said for magic, said in _FOREIGN if first.startswith(magic)), None)
        if sentence:
            raise StoppedError(sentence)
        blocks = itertools.chain((first,), raw)
        if not first.startswith(_GZIP):
            yield from blocks
            return
        try:
            yield from self._inflated(blocks)
        except StoppedError:
            for _ in raw:  # the digest speaks of the whole file, whatever could be unpacked
                pass
            raise

    def _inflated(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        given = ends = 0
        engine, fed = zlib.decompressobj(_WBITS_GZIP), False
        for block in blocks:
            waiting = block if fed else block.lstrip(_PADDING)
            while waiting:
                fed = True
                try:
                    piece = engine.decompress(waiting, BLOCK_BYTES)
                except zlib.error:
                    raise StoppedError(f"its gzip data is damaged after {given:,} bytes of text") from None
                given += len(piece)
                if given > _FREE_BYTES and given > self.size * MAX_GZIP_RATIO:
                    raise StoppedError(f"unpacks to more than {MAX_GZIP_RATIO} times its size and is not read on")
                ends += piece.count(b"\n")
                if ends > _FREE_LINES and ends > self.size * MAX_GZIP_LINES:
                    raise StoppedError(f"unpacks to more than {MAX_GZIP_LINES} lines a byte and is not read on")
                if piece:
                    yield piece
                waiting = engine.unconsumed_tail
                if engine.eof:  # of one member; several may follow each other (RFC 1952, 2.2)
                    waiting = engine.unused_data.lstrip(_PADDING)
                    engine, fed = zlib.decompressobj(_WBITS_GZIP), False
        if fed:
            yield from iter(lambda: engine.decompress(b"", BLOCK_BYTES), b"")
            raise StoppedError(f"its gzip data ends too early, after {given:,} bytes of text")
