"""Text below the front matter of a record whose rows are fields: a row that stands there would not be counted."""

import re
from typing import Final

from tieout.collectors.lost_records import ROWS
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document

_ROW: Final = re.compile(r"[ \t>]*(?:\||[-*+][ \t]+\S|\d{1,4}[.)][ \t]+\S|<(?:table|tr|td|li)\b)", re.IGNORECASE)
#: Records that tell a story below: a list there is one of their rows where its heading, the line that leads it in, or
#: a word with a colon before it says so. Who was at a meeting may be told again: fewer above make it no broader.
_STORIES: Final = {
    "impact_assessment": r"(?:affected|benefits?|consequences?|groups?|harms?|impacts?|likelihood|severity)",
    "meeting_record": r"(?:actions?|agreed|assigned|assignments?|decided|decisions?|follow[ -]?ups?|next steps?"
    r"|resolutions?|resolved|to[ -]?dos?)",
}
_SAYS: Final = {type_: re.compile(rf"\b{words}\b") for type_, words in _STORIES.items()}
_BEGINS: Final = {type_: re.compile(rf"[\W\d_]*{words}\b[^:|]{{0,20}}[:|]") for type_, words in _STORIES.items()}
#: The most of a line that is looked at.
_LINE: Final = 200


def refuse_rows_below(type_: str, document: Document, path: str) -> None:
    """Refuse a list of rows that goes on where it is not read: what was left out would make it smaller, not wrong.

    Minutes and assessments may hold lists of other things: of what a meeting spoke of, of how impacts were found.

    Args:
        type_: Artefact.
        document: The record.
        path: File, for the error.

    Raises:
        UnreadableError: There is a table or a list of its rows below the front matter.
    """
    if type_ not in ROWS.values() or not document.body_line:
        return
    headings: list[str] = []
    lead = ""
    for number, line in enumerate(document.body.split("\n"), start=document.body_line):
        text = line[:_LINE].casefold()
        if _ROW.match(line):
            if type_ not in _SAYS or _is_of(type_, headings, lead) or _BEGINS[type_].match(text):
                message = "holds a table or a list below its front matter, where no row is read"
                hint = "move its rows into the front matter, or into a YAML file"
                raise UnreadableError(message, hint=hint, where=f"{path}:{number}")
        elif text.lstrip().startswith("#"):
            # What the title says holds for the whole, and not for a list below another heading.
            headings = [above for above in headings if 1 < _level(above) < _level(text)] + [text]
            lead = ""
        elif text.strip():
            lead = text


def _level(heading: str) -> int:
    bare = heading.lstrip()
    return len(bare) - len(bare.lstrip("#"))


def _is_of(type_: str, headings: list[str], lead: str) -> bool:
    """Whether a heading above a list, or the line that leads it in, says that it is one of rows."""
    bare = lead.strip(" \t*_>")
    leads_in = bare.endswith(":") or len(bare.split()) <= 2  # noqa: PLR2004 - `Action items`, without a colon
    return any(_SAYS[type_].search(text) for text in (*headings, bare if leads_in else ""))
