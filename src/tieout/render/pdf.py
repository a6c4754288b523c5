"""The packet as one PDF: PDF/A-3a and PDF/UA-1, tagged, with attachments and retention metadata."""

import warnings
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final, get_args

from tieout.domain.packet import Paper
from tieout.domain.retention import RetentionBlock
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError, UsageError
from tieout.render.finishing import Attachment, replace_metadata, settle_attachments, settle_fonts
from tieout.render.fonts import FACES, font_file
from tieout.render.model import PacketView
from tieout.render.templates import fill, style_sheet
from tieout.render.xmp import producer_of, xmp_packet

__all__ = ["PANGO_LINE", "Attachment", "PangoMissingError", "render_pdf"]

#: What a Debian machine needs beside our Python packages.
PANGO_LINE: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_FONT_SCHEME: Final = "tieout-font:"
_VARIANT: Final = "pdf/a-3a"


class PangoMissingError(UsageError):
    """The system library that sets the text is not installed; everything but the PDF can be made."""


def render_pdf(
    view: PacketView,
    retention: RetentionBlock,
    attachments: Sequence[Attachment] = (),
    *,
    paper: Paper = "Letter",
) -> bytes:
    """The report; the same input gives the same bytes.

    Args:
        view: What it shows.
        retention: The record's retention block, for the file's metadata.
        attachments: Files to carry, dated with the as-of time.
        paper: Size of the pages.

    Raises:
        PangoMissingError: Pango is missing on this machine.
        TieoutError: A font is missing, or the paper is unknown.
    """
    if paper not in get_args(Paper):
        message = f"'{paper}' is not a paper size"
        raise TieoutError(message, hint=f"choose one of {', '.join(get_args(Paper))}")
    weasyprint = _weasyprint()
    when = rfc3339(view.as_of)
    author = next(fact.value for fact in view.identity if fact.name == "Prepared by")
    markup = fill(
        "report.html.j2",
        view,
        as_of=when,
        author=author,
        generator=producer_of(view),
        running=f"{view.system} · {view.release}",
        footing=view.footing,
    )
    sheet = f"@page {{ size: {paper} }}\n@page wide {{ size: {paper} landscape }}\n{style_sheet('report.css')}"
    fetcher, fonts = _fetcher(weasyprint), weasyprint.text.fonts.FontConfiguration()
    document = weasyprint.HTML(string=markup, base_url=None, url_fetcher=fetcher).render(
        stylesheets=[weasyprint.CSS(string=sheet, font_config=fonts, url_fetcher=fetcher)],
        font_config=fonts,
        pdf_variant=_VARIANT,
    )

    def finish(_: object, pdf: Any) -> None:
        producer = f"WeasyPrint {weasyprint.__version__}"
        replace_metadata(pdf, xmp_packet(view, retention, author=author, producer=producer, when=when))
        settle_attachments(pdf, attachments)
        settle_fonts(pdf)

    with warnings.catch_warnings():
        # WeasyPrint leaves the colour profile that it ships open; nothing of ours hangs on it.
        warnings.filterwarnings("ignore", "unclosed file.*sRGB", ResourceWarning)
        written: bytes = document.write_pdf(
            pdf_variant=_VARIANT,
            attachments=[_carried(weasyprint, item, view.as_of) for item in attachments],
            pdf_identifier=sha256_hex(canonical_bytes(view.as_json()))[:32],
            finisher=finish,
        )
    return written


def _carried(weasyprint: Any, item: Attachment, when: datetime) -> Any:
    return weasyprint.Attachment(
        file_obj=BytesIO(item.data),
        name=item.name,
        description=item.description,
        relationship=item.relationship,
        created=when,  # the default is the clock
        modified=when,
    )


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - heavy, and it needs a system library that may be missing
        import weasyprint.text.fonts  # noqa: PLC0415
    except OSError as error:
        message = f"the PDF cannot be made: the system library Pango is missing ({error.args[0]})"
        hint = f"on Debian or Ubuntu run `{PANGO_LINE}`; the OSCAL files and the HTML page are still written"
        raise PangoMissingError(message, hint=hint) from error
    return weasyprint


def _fetcher(weasyprint: Any) -> Any:
    """Answers for our fonts and for data: only; any other address ends the rendering."""
    urls = weasyprint.urls

    class Fetcher(urls.URLFetcher):  # type: ignore[misc,name-defined] # the library carries no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            name = url.removeprefix(_FONT_SCHEME)
            if name != url and name in FACES:
                return urls.URLFetcherResponse(url, font_file(name).read_bytes(), {"Content-Type": "font/ttf"})
            if not url.startswith("data:"):
                message = f"the report asked for {url[:80]}"
                raise urls.FatalURLFetchingError(message)
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=["data"])
