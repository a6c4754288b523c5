"""Compares an evidence item with the same item derived again: what may differ, and where the first difference is."""

import json
from typing import Any, Final

from tieout.domain.evidence import EvidenceItem
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.pointers import part_of
from tieout.pipeline.copies import MARK

#: What comes from version control, which a packet holds no history of: in the facts, and in their approval.
_DATES: Final = frozenset({"backdated_to", "changed_at", "committed_at", "merged_in", "recorded_at"})
#: Counts of a text, which a mark in it changes.
_OF_WORDS: Final = frozenset({"words", "placeholders", "headings"})
_BY_COMMIT: Final = "last commit that changed"
_AS_READ: Final = "as read; not under version control"


def difference(recorded: EvidenceItem, found: EvidenceItem, *, masked: bool = False) -> str | None:
    """How a copy contradicts its item, as what is said of the copy; None where it does not.

    Args:
        recorded: As it stands in the packet.
        found: As the copy gives it, without a history.
        masked: Whether something is masked in the copy: what shows a mark there may stand otherwise in the facts,
            and so may counts of words; nothing else may.
    """
    one, other = _tree(recorded), _tree(found)
    facts, given = one.pop("facts"), other.pop("facts")
    if at := _first(facts, unmasked(facts, given) if masked else given, ""):
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


def unmasked(facts: Any, given: Any) -> Any:
    """What a copy gives, with the facts' own values where the copy shows a mark, and for counts of its words."""
    if isinstance(facts, dict) and isinstance(given, dict):
        return {
            key: facts[key] if key in _OF_WORDS and key in facts else unmasked(facts.get(key), value)
            for key, value in given.items()
        }
    if isinstance(facts, list) and isinstance(given, list):
        # A row that is named by what was masked is none in the copy.
        shown = facts if len(facts) == len(given) else [row for row in facts if not _is_masked(row)]
        same = [unmasked(one, other) for one, other in zip(shown, given, strict=False)]
        return facts if len(shown) == len(given) and same == shown else given
    return facts if isinstance(given, str) and _is_masked(given) else given


def _is_masked(value: Any) -> bool:
    return MARK.decode() in str(value)


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
