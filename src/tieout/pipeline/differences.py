"""Compares an evidence item with the same item derived again: what may differ, and where the first difference is."""

import json
from typing import Any, Final

from tieout.domain.evidence import EvidenceItem
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.pointers import part_of

#: What comes from version control, which a packet holds no history of: in the facts, and in their approval.
_DATES: Final = frozenset({"backdated_to", "changed_at", "committed_at", "merged_in", "recorded_at"})
_BY_COMMIT: Final = "last commit that changed"
_AS_READ: Final = "as read; not under version control"


def difference(recorded: EvidenceItem, found: EvidenceItem) -> str | None:
    """How a copy contradicts its item, as what is said of the copy; None where it does not.

    Args:
        recorded: As it stands in the packet.
        found: As the copy gives it, without a history.
    """
    one, other = _tree(recorded), _tree(found)
    if at := _first(one.pop("facts"), other.pop("facts"), ""):
        line = recorded.place(at).line
        return f"{f'line {line}, ' if line else ''}does not give {at} as its facts have it"
    if not _same_time(recorded, found):
        return "does not give the time that it speaks of"
    for key in ("title", "lines", "media_type", *([] if recorded.redactions else ["redactions"])):
        if one.get(key) != other.get(key):
            return f"does not give the {key.replace('_', ' ')} that its entry has"
    if one["provenance"] != other["provenance"]:
        return "is not of the source that its entry names"
    return None


def _tree(item: EvidenceItem) -> dict[str, Any]:
    """An item as it is read back from a packet; without dates from version control, where it comes from a commit."""
    tree: dict[str, Any] = json.loads(canonical_bytes(item.as_json()))
    if item.provenance.commit is not None:
        for part in (tree["facts"], tree["facts"].get("approval")):
            for key in _DATES if isinstance(part, dict) else ():
                part.pop(key, None)
    return tree


def _same_time(recorded: EvidenceItem, found: EvidenceItem) -> bool:
    """Whether an item speaks of the time that its copy gives, or of that of a commit where the copy gives none."""
    stated, given = recorded.effective, found.effective
    if stated == given:
        return True
    none = given is None or given.basis.startswith(_AS_READ)
    by_commit = stated is not None and stated.start is None and stated.basis.startswith(_BY_COMMIT)
    return none and by_commit and recorded.provenance.commit is not None


def _first(one: Any, other: Any, at: str) -> str | None:
    """JSON pointer of the first difference between two trees; None where there is none."""
    if type(one) is not type(other):
        return at or "/"
    if isinstance(one, dict):
        steps = [(key, one.get(key), other.get(key)) for key in sorted(one.keys() | other.keys())]
    elif isinstance(one, list):
        steps = [(index, a, b) for index, (a, b) in enumerate(zip(one, other, strict=False))]
        if len(one) != len(other):
            steps.append((min(len(one), len(other)), None, ""))
    else:
        return None if one == other else at or "/"
    return next((found for key, a, b in steps if (found := _first(a, b, f"{at}/{part_of(key)}")) is not None), None)
