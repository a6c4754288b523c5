"""Text below the front matter of a record whose rows are fields: a row that stands there would not be counted."""

import re
from typing import Final

from tieout.collectors.lost_records import ROWS
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document

_ROW: Final = re.compile(r"[ \t>]*(?:\||[-*+][ \t]+\S|\d{1,4}[.)][ \t]+\S|<(?:table|tr|td|li)\b)", re.IGNORECASE)


def refuse_rows_below(type_: str, document: Document, path: str) -> None:
    """Refuse a list of rows that goes on where it is not read: what was left out would make it smaller, not wrong.

    Args:
        type_: Artefact.
        document: The record.
        path: File, for the error.

    Raises:
        UnreadableError: There is a table or a list below the front matter.
    """
    if type_ not in ROWS.values() or not document.body_line:
        return
    for number, line in enumerate(document.body.split("\n"), start=document.body_line):
        if _ROW.match(line):
            message = "holds a table or a list below its front matter, where no row is read"
            hint = "move its rows into the front matter, or into a YAML file"
            raise UnreadableError(message, hint=hint, where=f"{path}:{number}")
