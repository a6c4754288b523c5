"""The packet as one self-contained HTML page: no script, nothing fetched, safe to open from a folder."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

from tieout.kernel.clock import rfc3339
from tieout.render.model import PacketView
from tieout.render.templates import fill, style_sheet

_POLICY: Final = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def render_page(view: PacketView) -> bytes:
    """The page, as UTF-8; it stands beside `oscal/` and `evidence/` in the packet's data folder.

    Its policy (Content Security Policy, level 3) allows one style block, named by its hash, and nothing else.
    """
    style = style_sheet("page.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return fill(
        "page.html.j2",
        view,
        style=style,
        policy=_POLICY.format(digest=digest),
        as_of=rfc3339(view.as_of),
    ).encode()
