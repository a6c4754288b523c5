"""HTML pages and page templates (Jinja, ERB, Handlebars, JSX) as prose: what a visitor of the page reads."""

import re
from typing import Any, Final

from tieout.inspection.reading.html_tables import tables_in
from tieout.inspection.reading.prose import Line, Paragraph, Prose, paragraph_of, plain, sectioned
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

_LONGEST: Final = 4_000
#: What is no text of the page: scripts, styles, comments of HTML, of template languages and of JSX.
_UNSEEN = compile_bytes(
    r"(?s)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|\{#.*?#\}|<%#.*?%>|\{\{!.*?\}\}|\{/\*.*?\*/\}"
    r"|\{% *comment\b.*?endcomment *%\}",
    folded=True,
)
_HEADING = compile_bytes(r"(?s)<h([1-6])(?:\s[^<>]*)?>(.*?)</h[1-6]>", folded=True)
_NAMES: Final = (
    "p|div|li|ul|ol|dl|dt|dd|table|tr|td|th|section|article|header|footer|main|nav|br|hr|body|html|head|form"
    "|details|summary|blockquote"
)
_OPENS = re.compile(rf"<(?:{_NAMES})\b", re.IGNORECASE)
_CLOSES = re.compile(rf"</(?:{_NAMES})\b", re.IGNORECASE)
_CODE = re.compile(r"\{%.{0,400}?%\}|<%.{0,400}?%>|\{\{.{0,400}?\}\}")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def read_html(text: Text) -> Prose:
    """A page as prose; tags and what a template computes are left out, lines stay where they are."""
    seen = bytearray(text.data)
    comments = [_blanked(seen, match, text) for match in _UNSEEN.finditer(text.data)]
    headings = []
    for match in _HEADING.finditer(bytes(seen)):
        title = _words(match.group(2).decode("utf-8", "replace"))
        line = _blanked(seen, match, text)
        if title:
            headings.append((int(match.group(1)), title, line))
    lines = seen.decode("utf-8", "replace").split("\n")
    return Prose(
        path=text.path,
        sections=sectioned(headings, len(lines)),
        paragraphs=tuple(_paragraphs(lines)),
        tables=tuple(tables_in(lines)),
        comments=tuple(Line(number, text.line(number)) for number in comments),
    )


def _blanked(data: bytearray, match: Any, text: Text) -> int:
    """Take a part out and leave its lines; the line that it began on."""
    start, end = match.span()
    data[start:end] = bytes(ord("\n") if byte == ord("\n") else ord(" ") for byte in data[start:end])
    return text.line_at(start)


def _paragraphs(lines: list[str]) -> list[Paragraph]:
    found: list[Paragraph | None] = []
    held: list[Line] = []
    is_item = False
    for number, raw in enumerate(lines, start=1):
        line = raw[:_LONGEST]
        if not line.strip() or _OPENS.search(line):
            found.append(paragraph_of(held, is_item=is_item))
            held, is_item = [], False
        is_item = is_item or "<li" in line
        words = _words(line)
        if words:
            held.append(Line(number, words))
        if _CLOSES.search(line):
            found.append(paragraph_of(held, is_item=is_item))
            held, is_item = [], False
    found.append(paragraph_of(held, is_item=is_item))
    return [paragraph for paragraph in found if paragraph is not None]


def _words(markup: str) -> str:
    return " ".join(plain(_TAG.sub(" ", _CODE.sub(" ", markup))).split())
