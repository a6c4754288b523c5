"""What WeasyPrint's writer leaves to do before the file is written: metadata, attachments, the fonts' clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the PDF.

    Attributes:
        name: File name that a reader sees.
        data: Its bytes.
        relationship: AFRelationship (ISO 19005-3, 6.8): what it is to the document.
        description: One line for a reader.
        media_type: Such as application/json.
    """

    name: str
    data: bytes
    relationship: Relationship
    description: str
    media_type: str


def replace_metadata(pdf: Any, packet: bytes) -> None:
    """Our metadata in place of WeasyPrint's, which cannot claim PDF/A and PDF/UA at once."""
    stream = pdf.objects[_number(pdf.catalog["Metadata"])]
    stream.stream = [packet]
    stream.compress = False  # tools that know no PDF find it in the plain bytes


def settle_attachments(pdf: Any, attachments: Sequence[Attachment]) -> None:
    """Each attachment once in /AF, where WeasyPrint puts it twice, with the media type that we were given."""
    if not attachments:
        return
    references = list(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog["AF"][:] = references
    for reference, attachment in zip(references, attachments, strict=True):
        specification = pdf.objects[_number(reference)]
        embedded = pdf.objects[_number(specification["EF"]["F"])]
        embedded.extra["Subtype"] = f"/{attachment.media_type.replace('/', '#2f').replace('+', '#2b')}"


def settle_fonts(pdf: Any) -> None:
    """The fonts' own dates: cutting one out of a variable font stamps it with the clock."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - heavy

    for found in pdf.objects:
        extra = getattr(found, "extra", None)
        if extra and "Length1" in extra:  # only embedded TrueType programs have it (ISO 32000-1, table 127)
            written = BytesIO()
            with TTFont(BytesIO(b"".join(found.stream)), recalcTimestamp=False) as font:
                font["head"].modified = font["head"].created
                font.save(written)
            found.stream = [written.getvalue()]
            extra["Length1"] = len(written.getvalue())


def _number(reference: bytes | str) -> int:
    return int(reference.split()[0])
