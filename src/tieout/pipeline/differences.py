"""Compares an evidence item with the same item derived again: what may differ, and where the first difference is."""

import json
from collections import Counter
from typing import Any, Final, TypeAlias

from tieout.domain.evidence import EvidenceItem
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.redaction_keys import Sense, sense_of
from tieout.pipeline.copies import MARK

#: What comes from version control, which a packet holds no history of: in the facts, and in their approval.
_DATES: Final = frozenset({"backdated_to", "changed_at", "committed_at", "merged_in", "recorded_at"})
#: Counts of a text, which a mark in it changes.
_OF_WORDS: Final = frozenset({"words", "placeholders", "headings"})
_BY_COMMIT: Final = "last commit that changed"
_AS_READ: Final = "as read; not under version control"
#: Rows of these say what values are; rows of runtime settings only name them, and names stay in a copy.
_OF_NAMES: Final = "runtime_settings"
_OF_VALUES: Final = "security_config"
_TOPIC: Final = b'"topic":"secrets"'

_Rows: TypeAlias = Counter[tuple[int | None, bytes]]


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


def differs_by_masks(recorded: EvidenceItem, found: EvidenceItem) -> bool:
    """Whether an item of a configuration differs from its copy only in rows that a reader may have judged by a mask.

    A reader that says of a value whether it is a secret says another thing of the mark in its place. So a row may
    differ that has a masked line between its own and that of the next row. Rows on where secrets come from are counted
    besides: a mark reads as a secret, so the copy gives each of them that its file gave.

    Args:
        recorded: As it stands in the packet.
        found: As the copy gives it.
    """
    if not recorded.redactions or recorded.type == _OF_NAMES:
        return False
    facts, given = _tree(recorded)["facts"], _tree(found)["facts"]
    same = dict(found.facts)
    for key in sorted(facts.keys() & given.keys()):
        if facts[key] == given[key] or not isinstance(facts[key], list) or not isinstance(given[key], list):
            continue
        if not _only_at_masks(recorded, found, key):
            return False
        same[key] = recorded.facts[key]
    again = found.model_copy(update={"facts": same, "lines": recorded.lines})
    return difference(recorded, again, masked=True) is None


def _only_at_masks(recorded: EvidenceItem, found: EvidenceItem, key: str) -> bool:
    """Whether each row of a list that only one of two items has stands at a masked line."""
    masks = {note.line for note in recorded.redactions}
    one, other = _rows(recorded, key), _rows(found, key)
    starts = sorted({line for line, _ in (*one, *other) if line is not None})
    alone_here, alone_there = Counter(one) - Counter(other), Counter(other) - Counter(one)
    for line, _ in alone_here + alone_there:
        after = next((start for start in starts if line is not None and start > line), None)
        if line is None or not any(line <= mask and (after is None or mask < after) for mask in masks):
            return False
    return recorded.type != _OF_VALUES or _same_secrets(alone_here, alone_there)


def _same_secrets(lost: _Rows, more: _Rows) -> bool:
    """Whether no row on where a secret comes from was put in, and none left out of which the name says that it is one.

    A mark may also stand in a place that no reader takes for a secret's without it, and so give a row more.

    Args:
        lost: Rows that the copy does not give.
        more: Rows that only the copy gives.
    """
    here, there = (Counter(_place(*row) for row in rows.elements() if _TOPIC in row[1]) for rows in (lost, more))
    left_out = there - here
    return not here - there and not any(_place(*row) in left_out and _names_secret(row[1]) for row in more)


def _place(line: int | None, row: bytes) -> tuple[int | None, str]:
    return line, str(json.loads(row).get("subject"))


def _names_secret(row: bytes) -> bool:
    """Whether a row begins with the name of a secret: `DB_PASSWORD stands in the file`."""
    told = json.loads(row)
    texts = [str(told.get(key) or "") for key in ("setting", "value")]
    names = [text.removeprefix("the argument ").removeprefix("the default of ").split(" ")[0] for text in texts]
    return any(sense_of(name) in {Sense.SECRET, Sense.PASSWORD} for name in names)


def _rows(item: EvidenceItem, key: str) -> list[tuple[int | None, bytes]]:
    """The rows of a list with the line of each."""
    rows = _tree(item)["facts"][key]
    return [(item.place(f"/{key}/{index}").line, canonical_bytes(row)) for index, row in enumerate(rows)]


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
