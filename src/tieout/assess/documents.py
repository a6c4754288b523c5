"""Whether a document is more than a form: filled in, long enough to say something, in force, the text of today."""

from tieout.assess.approval import approval_of
from tieout.assess.wording import counted
from tieout.collectors.standing import in_force
from tieout.domain.evidence import EvidenceItem

#: A document with fewer words says nothing (a default of ours).
LEAST_WORDS = 50


def form_faults(item: EvidenceItem) -> list[str]:
    """What keeps a text from being a document at all, each with its verb."""
    faults = []
    placeholders = item.facts.get("placeholders")
    if placeholders:
        faults.append(f"holds {counted(placeholders, 'unfilled template mark')}")
    words = item.facts.get("words")
    if words is not None and words < LEAST_WORDS:
        faults.append(f"has only {counted(words, 'word')}")
    status = item.facts.get("status")
    if status and in_force(status) is False:
        faults.append(f"is not in force by its status ({status})")
    return faults


def is_unclear(item: EvidenceItem) -> bool:
    """Whether it cannot be told from a document's status that it is in force."""
    status = item.facts.get("status")
    return isinstance(status, str) and status != "" and not in_force(status)


def is_unversioned(item: EvidenceItem) -> bool:
    """Whether a document is not under version control, so that the approved text may not be today's."""
    return approval_of(item).changed_at is None
