"""Media types by the first bytes of a file; its name is not believed."""

from typing import Final

#: So many bytes from the start are looked at.
SNIFFED_BYTES: Final = 65_536
UNKNOWN: Final = "application/octet-stream"
#: First bytes -> type, from the formats' own specifications.
_MARKS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # Word, Excel and PowerPoint to 2003, .msg
)
_ZIP: Final = b"PK\x03\x04"
#: A part that names the kind of an Office Open XML package (ISO/IEC 29500-2) -> its type.
_OFFICE: Final = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
#: OpenDocument and EPUB store their type as the first member, plain (OpenDocument 1.3, part 2, 3.3).
_MIMETYPE_AT: Final = 30
_MIMETYPE: Final = b"mimetype"
_KNOWN_PACKAGES: Final = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics",
    "application/epub+zip",
)


def media_type_of(start: bytes) -> str:
    """The media type that a file's first bytes show.

    Args:
        start: The first `SNIFFED_BYTES` of the file, or all of a smaller one.
    """
    for mark, known in _MARKS:
        if start.startswith(mark):
            return known
    if start.startswith(_ZIP):
        return _of_package(start)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:8] == b"ftyp":
        return "image/heic" if start[8:12] in {b"heic", b"heix", b"mif1"} else "video/mp4"
    return _of_text(start)


def _of_package(start: bytes) -> str:
    if start[_MIMETYPE_AT:].startswith(_MIMETYPE):
        stated = start[_MIMETYPE_AT + len(_MIMETYPE) :]
        # The longer name first: one of them may begin another.
        for known in sorted(_KNOWN_PACKAGES, key=len, reverse=True):
            if stated.startswith(known.encode()):
                return known
    if b"[Content_Types].xml" in start:
        for part, known in _OFFICE:
            if part in start:
                return known
    return "application/zip"


def _of_text(start: bytes) -> str:
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(start) < SNIFFED_BYTES or error.start < len(start) - 3:  # a character that was cut is text
            return UNKNOWN
        text = start[: error.start].decode("utf-8")
    if any(character < " " and character not in "\t\n\r\f" for character in text):
        return UNKNOWN
    top = text.lstrip("\ufeff \t\r\n")[:200].lower()
    return "text/html" if top.startswith(("<!doctype html", "<html")) else "text/plain"
