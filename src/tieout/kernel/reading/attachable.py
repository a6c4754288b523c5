"""Which documents may stand in a packet as they are: nothing that runs when somebody opens it, or is not what it says.

A packet is read in a browser, one click away from its evidence: a page, a drawing or a script would act there.
"""

import codecs
import re
from pathlib import PurePosixPath
from typing import Final

from tieout.kernel.reading.media_types import UNKNOWN, media_type_of

_PLAIN: Final = "text/plain"
_PACKED: Final = "application/zip"
_OLE: Final = "application/x-ole-storage"
_RICH: Final = "application/rtf"
_VIDEO: Final = "video/mp4"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."

#: What a browser shows as a page, a drawing or a tree, or runs.
_ACTIVE: Final = frozenset(
    "htm html hta js cjs mjs jsx jse mht mhtml shtml svg svgz wsf xht xhtml xml xsd xsl xslt rss atom swf".split()  # noqa: SIM905 - a word each reads best
)
#: What a desktop starts.
_PROGRAMS: Final = frozenset(
    "app apk appimage bat bin class cmd com command cpl"  # noqa: SIM905 - a word each reads best
    " desktop dll dmg exe gadget inf jar lnk msc msi msp pif pkg ps1 psm1 py pyw reg scr sh so url vb vbe vbs webloc"
    " wsh".split()
)
_PROGRAM_STARTS: Final = (
    b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"\x00asm",
)  # fmt: skip
#: A text may begin so, too.
_OF_WINDOWS: Final = b"MZ"
#: Ending -> what the first bytes of such a file show. Office files with a password are kept in an OLE storage.
_KINDS: Final[dict[str, frozenset[str]]] = {
    ending: frozenset(kinds)
    for endings, kinds in (
        ("pdf", ("application/pdf",)),
        ("png", ("image/png",)),
        ("jpg jpeg jpe jfif", ("image/jpeg",)),
        ("gif", ("image/gif",)),
        ("tif tiff", ("image/tiff",)),
        ("webp", ("image/webp",)),
        ("heic heif", ("image/heic",)),
        ("avif", (_VIDEO,)),  # of the same family of containers
        ("mp4 m4v m4a", (_VIDEO,)),
        ("mov", (_VIDEO, UNKNOWN)),  # older ones begin with their frames
        ("rtf", (_RICH,)),
        ("doc dot", (_OLE, _RICH)),  # Word opens both
        ("xls xlt ppt pps pot msg vsd mpp pub", (_OLE,)),
        ("docx docm dotx dotm", (f"{_OFFICE}wordprocessingml.document", _OLE)),
        ("xlsx xlsm xltx xltm", (f"{_OFFICE}spreadsheetml.sheet", _OLE)),
        ("pptx pptm ppsx potx", (f"{_OFFICE}presentationml.presentation", _OLE)),
        ("odt", (f"{_OPEN}text",)),
        ("ods", (f"{_OPEN}spreadsheet",)),
        ("odp", (f"{_OPEN}presentation",)),
        ("odg", (f"{_OPEN}graphics",)),
        ("epub", ("application/epub+zip",)),
        ("zip", (_PACKED,)),
        ("txt text csv tsv log eml", (_PLAIN, UNKNOWN)),  # in UTF-16 or an old encoding it is not known for text
    )
    for ending in endings.split()
}
#: Kinds that files of many endings are of.
_OF_MANY: Final = frozenset({UNKNOWN, _PLAIN, _PACKED})
_MARKUP: Final = re.compile(r"\s*<[A-Za-z!?/]")
_LOOKED_AT: Final = 4_096


def why_not_attached(name: str, start: bytes) -> str | None:
    """Why a document is kept by its digest alone; None where it may stand in a packet as it is.

    Args:
        name: Its path or file name.
        start: The first `SNIFFED_BYTES` of the file, or all of a smaller one.
    """
    ending = PurePosixPath(name.rstrip(". ").lower()).suffix[1:]
    if not ending.isalnum() or ending.isdecimal():  # `No. 12. Minutes`, `policy v1.2`
        ending = ""
    kind = media_type_of(start)
    if ending in _ACTIVE:
        return f"it is HTML, SVG, XML or JavaScript by its name (.{ending}), which may run in a reader's browser"
    if kind == "text/html" or _is_markup(start):
        return "it is HTML, SVG or XML by its first bytes, which may run in a reader's browser"
    if ending in _PROGRAMS:
        return f"it is a program by its name (.{ending})"
    if start.startswith(_PROGRAM_STARTS) or (kind == UNKNOWN and start.startswith(_OF_WINDOWS)):
        return "it is a program by its first bytes"
    return _disagreement(ending, kind)


def _disagreement(ending: str, kind: str) -> str | None:
    """How the name of a file and its first bytes say different things; None where they do not."""
    known = _KINDS.get(ending)
    if known is not None and kind not in known:
        return f"its name ends in .{ending}, and its first bytes are not those of such a file ({kind})"
    if known is None and ending and kind not in _OF_MANY:
        return f"its first bytes are those of another kind of file ({kind}) than its name says (.{ending})"
    return None


def _is_markup(start: bytes) -> bool:
    """Whether a text begins with a tag, in an encoding that a browser would find out."""
    top = start[:_LOOKED_AT]
    if top.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        encoding = "utf-32"
    elif top.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif top[:1] == b"<" and top[1:2] == b"\0":
        encoding = "utf-16-le"
    elif top[:2] == b"\0<":
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    return _MARKUP.match(top.decode(encoding, "replace")) is not None
