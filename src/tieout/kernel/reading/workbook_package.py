"""The parts of an Office Open XML package (ISO/IEC 29500-2), unpacked with caps; runs in the parser's process.

What the archive claims is looked at before anything is unpacked, and what comes out is counted. Of each part Expat gets
no document type: entities can expand without bound or name files (OWASP XML External Entity Prevention).
"""

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from tieout.kernel.reading.refusal import (
    MAX_DEPTH,
    MAX_PACKAGE_BYTES,
    MAX_PACKAGE_PARTS,
    MAX_PART_BYTES,
    RefusedError,
)

codecs.lookup("cp437")  # names in old archives; no codec can be loaded once the process is confined

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # a stream of [MS-OFFCRYPTO], 2.3.4.4
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument"
_CENTRAL: Final = b"PK\x01\x02"
_LOCKED: Final = 0x1
_CHUNK: Final = 1 << 16
_MAX_TOKEN: Final = 4 * 1024 * 1024
"""Bytes of one tag: Expat looks at an unfinished one again with every piece that comes."""
_MAX_ATTRIBUTES: Final = 100
_ENCODINGS: Final = frozenset({"utf-8", "utf-16", "us-ascii"})  # ISO/IEC 29500-2, 6.2.5
_NAMESPACES: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
)
#: What zipfile raises for archives that are none, or that are damaged.
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,  # a name that is no text is a UnicodeDecodeError
    OSError,
    LookupError,
)

Attributes = dict[str, str]


class Package:
    """The parts of a workbook by name; letter case of names does not matter (ISO/IEC 29500-2, 6.2.2.3).

    Args:
        data: The file.

    Raises:
        RefusedError: It is no such package, is encrypted, is damaged, or claims more than is read.
    """

    def __init__(self, data: bytes) -> None:
        _refuse_others(data)
        if data.count(_CENTRAL) > MAX_PACKAGE_PARTS * 2:  # parts that are archives themselves hold some, too
            raise RefusedError(f"holds more than {MAX_PACKAGE_PARTS:,} parts")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            members = self._archive.infolist()
        except _DAMAGED:
            raise RefusedError("is a damaged workbook: its archive cannot be read") from None
        if len(members) > MAX_PACKAGE_PARTS:
            raise RefusedError(f"holds more than {MAX_PACKAGE_PARTS:,} parts")
        if sum(member.file_size for member in members) > MAX_PACKAGE_BYTES:
            raise RefusedError(f"claims to hold more than {MAX_PACKAGE_BYTES >> 20} MiB when it is unpacked")
        if sum(member.compress_size for member in members) > len(data):
            raise RefusedError("is a damaged workbook: its parts overlap")
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            name = _folded(member.filename)
            if name in self._members:
                raise RefusedError("holds a part twice, so that it can be read in two ways")
            self._members[name] = member

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._members

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece.

        Raises:
            RefusedError: It is not there, is encrypted or damaged, or is larger than is read.
        """
        member = self._members.get(_folded(name))
        if member is None:
            raise RefusedError("is a damaged workbook: a part that it names is missing")
        if member.flag_bits & _LOCKED:
            raise RefusedError("is encrypted, so nothing in it can be read")
        if member.file_size > MAX_PART_BYTES:
            raise RefusedError(f"has a part of more than {MAX_PART_BYTES >> 20} MiB when it is unpacked")
        left = MAX_PART_BYTES
        try:
            with self._archive.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise RefusedError(f"has a part of more than {MAX_PART_BYTES >> 20} MiB when it is unpacked")
                    yield piece
        except _DAMAGED:
            raise RefusedError("is a damaged workbook: a part of it cannot be unpacked") from None

    def parse(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Give the elements of a part to callbacks, by their names in the workbook's own namespaces.

        Elements of other namespaces are given as an empty name.

        Raises:
            RefusedError: It cannot be unpacked, is not well-formed, or holds what is refused.
        """
        parser = _parser(start, end, text)
        fed = 0
        try:
            for piece in self.pieces(name):
                fed += len(piece)
                parser.Parse(piece, False)  # noqa: FBT003 - Expat's own order
                if fed - max(parser.CurrentByteIndex, 0) > _MAX_TOKEN:
                    raise RefusedError(f"has a single tag of more than {_MAX_TOKEN >> 20} MiB")
            parser.Parse(b"", True)  # noqa: FBT003 - Expat's own order
        except (expat.ExpatError, ValueError, LookupError):
            raise RefusedError("is a damaged workbook: a part of it is not well-formed XML") from None


def _parser(
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None] | None,
) -> expat.XMLParserType:
    names: dict[str, str] = {}
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH or len(attributes) > _MAX_ATTRIBUTES:
            raise RefusedError("is a damaged workbook: its elements are nested too deep, or have too many attributes")
        start(names[name] if name in names else names.setdefault(name, _local(name, names)), attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(names[name])

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = _doctype
    parser.EntityDeclHandler = _doctype
    parser.XmlDeclHandler = _declared
    if text is not None:
        parser.CharacterDataHandler = text
    return parser


def _doctype(*_declared: object) -> None:
    raise RefusedError("declares a document type, which is refused: it can define entities")


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.casefold() not in _ENCODINGS:
        raise RefusedError("is a damaged workbook: a part of it is neither UTF-8 nor UTF-16")


def _local(name: str, known: dict[str, str]) -> str:
    if len(known) > MAX_PACKAGE_PARTS:
        raise RefusedError("is a damaged workbook: it has too many kinds of elements")
    space, _, local = name.rpartition(" ")
    return local if space in _NAMESPACES else ""


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_others(data: bytes) -> None:
    """Say what a file is that is no package."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise RefusedError("is encrypted with a password, so nothing in it can be read")
        raise RefusedError("is a workbook of the form that Excel had until 2003; save it as .xlsx")
    if not data.startswith(_ZIP):
        raise RefusedError("is not an Excel workbook, whatever its name says")
    if _OPEN_DOCUMENT in data[:200]:
        raise RefusedError("is an OpenDocument file; save it as .xlsx or CSV")
