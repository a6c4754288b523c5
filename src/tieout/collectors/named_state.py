"""Tells by the name of its file, folder or sheet a record that is a draft or archived, where one of a kind is valid.

Of past events (minutes, drills, incidents) an archive is the right place; a register in an archive is an old one.
"""

import re
from pathlib import PurePosixPath
from typing import Any, Final

from tieout.collectors.standing import stamp_in_name
from tieout.domain.paths import disused_by

#: Kinds of record of which one is in force at a time.
_ONE_IN_FORCE: Final = frozenset({"acceptance_criteria", "approved_record", "inventory", "risk_register", "roster"})
#: Records of what happened: one in an archive is where it belongs, a draft of one is not yet a record.
_OF_EVENTS: Final = frozenset({"drill_record", "incident_log", "meeting_record"})
_DRAFTS: Final = frozenset(
    {"draft", "drafts", "entwurf", "entwürfe", "brouillon", "brouillons", "borrador", "bozza", "rascunho", "草案"}
)
#: A folder of drafts is one by its whole name: `draft-assistant` is the name of a system.
_FOLDERS: Final = frozenset({"draft", "drafts", "entwurf", "entwürfe", "brouillons", "superseded", "withdrawn"})
_IS_NOT: Final = "says by {} that it is '{}', so it is not in force (if it is, move or rename it)"


def denied_by_name(type_: str, path: str, *, sheet: str = "", title: Any = None) -> str:
    """Why a record is not in force by the names that it stands under, with its verb; empty where they say nothing.

    Args:
        type_: Artefact of the record.
        path: Its file, with the declared folder's path.
        sheet: Of a workbook.
        title: Of the document: a word within it says what the document is about, and in its file's name too.
    """
    if type_ in _OF_EVENTS:
        return _draft_by_name(path, sheet)
    if type_ not in _ONE_IN_FORCE:
        return ""
    if word := stamp_in_name(sheet):
        return _IS_NOT.format("the name of its sheet", word)
    *folders, name = path.split("/")
    folder = next((word for one in folders if (word := one.casefold()) in _FOLDERS), "")
    word = folder or stamp_in_name(PurePosixPath(name).stem) or disused_by(path) or ""
    return _IS_NOT.format("its path", word) if word and not _is_subject(word, title) else ""


def _draft_by_name(path: str, sheet: str) -> str:
    """The same for a record of what happened: a word of drafts that begins or ends the name, or is a folder's.

    Within a name it says what was spoken of: `minutes-draft-policy-review`.
    """
    *folders, name = path.split("/")
    for told, stem in (("the name of its sheet", sheet), ("its path", PurePosixPath(name).stem)):
        words = re.findall(r"[^\W_]+", stem.casefold())
        if word := next((one for one in (*words[:1], *words[-1:]) if one in _DRAFTS), ""):
            return _IS_NOT.format(told, word)
    folder = next((word for one in folders if (word := one.casefold()) in _DRAFTS), "")
    return _IS_NOT.format("its path", folder) if folder else ""


def _is_subject(word: str, title: Any) -> bool:
    """Whether a title has the word within it, and neither begins nor ends with it."""
    words = re.findall(r"\w+", title.casefold()) if isinstance(title, str) else []
    return word in words[1:-1]
