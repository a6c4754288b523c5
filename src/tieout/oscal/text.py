r"""Collected text as OSCAL's text types: nothing hides in it, and nothing in it is taken for markup.

OSCAL's titles and prose are Markdown with `{{ insert: param, … }}`, so the signs that would make a link, an
image, HTML, emphasis or an insertion are escaped with a backslash (CommonMark 0.31, 2.4). Its property values
are plain strings on one line, without a space at either end.
"""

import re
from typing import Final
from urllib.parse import quote

from tieout.kernel.ids import stable_uuid
from tieout.kernel.reading.text import display_path, visible

LINE_LENGTH: Final = 300
VALUE_LENGTH: Final = 4096  # the longest path that Linux knows
PROSE_LENGTH: Final = 8000

# Each only where it can mean something, so that a limit such as <= 0.9 stays readable in the raw text.
_MARKUP = re.compile(
    r"[`*\[~^]"
    r"|\\(?=[!-/:-@\[-`{-~]|$)"  # an escape
    r"|<(?=[A-Za-z/!?])"  # HTML, an address
    r"|&(?=[#A-Za-z])"  # a character reference
    r"|\{(?=\{)|(?<=\{)\{"  # a parameter
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # emphasis
)
# What makes a heading, a quotation, a list or a rule of a paragraph when it stands first.
_BLOCK = re.compile(r"^(?:(\d{1,9})(?=[.)](?:\s|$))|(?=[#>])|(?=[-+](?:[\s-]|$)))")
_EDGE = re.compile(r"^[\s\ufeff]+|[\s\ufeff]+$")
_SIMPLE_NAME = re.compile(r"[a-z][a-z0-9]*([ _-]+[a-z0-9]+)*")


def line(text: str) -> str:
    """One line of markup, at most `LINE_LENGTH` characters of the text: a title."""
    return _escaped(_one_line(_cut(text, LINE_LENGTH))) or "(no text)"


def prose(text: str) -> str:
    """One paragraph of markup, at most `PROSE_LENGTH` characters of the text: a reason, a remark."""
    return _escaped(_one_line(_cut(text, PROSE_LENGTH)))


def paragraphs(*texts: str) -> str:
    """Several paragraphs of markup; empty ones are left out."""
    return "\n\n".join(filter(None, map(prose, texts)))


def value(text: str) -> str:
    """A string for a property, a name or an id: exact but for what hides, which is shown by code point.

    Spaces at the ends are shown as well, since the type forbids them and a path may have them. So is the
    second of two braces: a value is no markup, and it must not be read as one that inserts a parameter.
    """
    shown = display_path(_cut(text, VALUE_LENGTH)).replace("{{", "{⟨U+007B⟩")
    return _EDGE.sub(lambda edge: "".join(f"⟨U+{ord(sign):04X}⟩" for sign in edge.group()), shown) or "(empty)"


def token(text: str) -> str:
    """An id for a free name: its words with hyphens, and eight digits of its own where that would lose something."""
    name = text.strip().casefold()
    if _SIMPLE_NAME.fullmatch(name) and len(name) <= LINE_LENGTH:
        return re.sub(r"[ _-]+", "-", name)
    return f"name-{stable_uuid('oscal', 'token', text)[:8]}"


def packet_href(*parts: str) -> str:
    """A file of the packet as the documents in `oscal/` link to it; each part is one folder or file name."""
    return "/".join(["..", *(quote(part, safe="", errors="surrogatepass") for part in parts)])


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}… [cut; {len(text):,} characters in all]"


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _escaped(text: str) -> str:
    return _BLOCK.sub(r"\1\\", _MARKUP.sub(lambda sign: f"\\{sign.group()}", text))
