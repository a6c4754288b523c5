"""Files that are records by what they say or hold, and cannot be taken as one: told as unread, never as absent."""

import difflib
import re
from typing import Any, Final, NamedTuple

from tieout.collectors.naming import declares
from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES

#: The list that each record of rows is known by.
ROWS: Final = {
    "criteria": "acceptance_criteria",
    "feedback": "feedback_log",
    "impacts": "impact_assessment",
    "incidents": "incident_log",
    "participants": "meeting_record",
    "people": "roster",
    "reviews": "override_log",
    "risks": "risk_register",
    "systems": "inventory",
    "trainings": "training_export",
}
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
#: How alike a misspelt name and the one that was meant must be.
_ALIKE: Final = 0.8
_ENCRYPTED: Final = "ENC["


class Lost(NamedTuple):
    """Why a file cannot be taken as the record that it is, and which records those may be."""

    reason: str
    types: tuple[str, ...]


def why_lost(data: Any, declared: tuple[str, ...]) -> Lost | None:
    """Why a document is a record that cannot be taken as one; None where it can, or where it is something else.

    Args:
        data: As parsed.
        declared: What its source provides.
    """
    if not isinstance(data, dict):
        return None
    if any(isinstance(value, str) and value.startswith(_ENCRYPTED) for value in data.values()):
        return Lost("is encrypted, so nothing in it can be read", declared)
    if "artefact" in data:
        types = _meant(data["artefact"], declared)
        name = types[0].partition("/")[0] if types else ""
        return Lost(f"names an artefact that is not known; is '{name}' meant?", types) if types else None
    keys = {str(key).casefold() for key, value in data.items() if isinstance(value, list)}
    held = tuple(type_ for key, type_ in ROWS.items() if key in keys and declares(type_, declared))
    return Lost("does not say which artefact it is, and holds the rows of one", held) if held else None


def _meant(name: object, declared: tuple[str, ...]) -> tuple[str, ...]:
    """The declared artefacts that a misspelt name means: `risk-register`, `Drill record`; none where it is another."""
    if not isinstance(name, str) or name in RECORD_TYPES or name in ARTEFACTS:
        return ()
    plain = _SEPARATORS.sub("_", name.casefold()).strip("_")
    near = [plain] if plain in RECORD_TYPES else difflib.get_close_matches(plain, sorted(RECORD_TYPES), 1, _ALIKE)
    return tuple(one for one in declared if one.partition("/")[0] in near)
