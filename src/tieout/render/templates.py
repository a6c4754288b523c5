"""The one Jinja2 environment of the renderings: escaping always on, nothing undefined passes unseen."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from tieout.kernel.bundle import bundled
from tieout.render.model import PacketView
from tieout.render.text import joints, runs

if TYPE_CHECKING:
    from jinja2 import Environment

#: What stands between tags, whose attributes hold no bare `>`. Style sheets and titles are not for breaking, and
#: a place to break would part a link in the PDF into pieces that are no links to a screen reader.
_TEXTS = re.compile(r"<(style|title|a)\b.*?</\1>|(?<=>)[^<>]+(?=<)", re.DOTALL)


def fill(template: str, view: PacketView, **more: object) -> str:
    """A template of templates/packet, filled.

    Args:
        template: Path below templates/packet.
        view: What it shows.
        more: Further names that the template uses.
    """
    return _TEXTS.sub(_jointed, _environment().get_template(template).render(view=view, **more))


def style_sheet(name: str) -> str:
    """A style sheet of ours as it stands; nothing collected ever goes into it."""
    return (bundled("templates") / "packet" / name).read_text(encoding="utf-8")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only renderings need it

    environment = Environment(
        loader=FileSystemLoader(bundled("templates") / "packet"),
        autoescape=True,  # select_autoescape() would leave *.html.j2 unescaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_breakable,
    )
    environment.filters["plain"] = _plain
    return environment


def _breakable(value: Any) -> Any:
    """A text with a very long run gets places to break; the text that a reader copies stays the same."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with Jinja2

    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    pieces = runs(value)
    return value if len(pieces) == 1 else Markup("<wbr>").join(pieces)


def _jointed(match: re.Match[str]) -> str:
    """Long names in a text get places to break; an escaped sign is never parted."""
    return match.group() if match.group(1) else "<wbr>".join(joints(match.group()))


def _plain(value: str) -> Any:
    """A text for an attribute or the title: escaped, never with places to break in it."""
    from markupsafe import escape  # noqa: PLC0415 - comes with Jinja2

    return escape(value)
