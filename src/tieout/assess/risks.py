"""Rows of risk registers: which are open, in words that people use, and the scale that their ratings show."""

import re
from collections.abc import Iterable, Sequence

from tieout.assess.denials import plain, stops
from tieout.assess.responses import Reading
from tieout.assess.selection import Hit
from tieout.assess.wording import named
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: Statuses of a risk that nobody works on any more; whatever else a register says, the risk is open.
CLOSED = frozenset({"closed", "done", "resolved", "retired"})
#: Statuses of a risk that is worked on; a word in neither list is told, and the risk is open.
OPEN = frozenset(
    {"active", "being treated", "identified", "in mitigation", "in progress", "in treatment", "mitigating", "monitored",
     "monitoring", "new", "ongoing", "open", "planned", "treating", "under review", "under treatment",
     "work in progress"}
)  # fmt: skip
_CLAUSE = re.compile(r"[;:,.(]")
#: Usual scales of likelihood and severity; a register's is the first that holds its ratings (a default of ours).
SCALES = (5, 10)


def open_risks(hits: Iterable[Hit]) -> list[Hit]:
    """The rows that are not closed."""
    return [hit for hit in hits if _status(hit) not in CLOSED]


def comparable_id(hit: Hit) -> str:
    """A row's id without case, outer blanks and what nobody sees: two that differ in these alone are one."""
    return plain(str(hit.value["id"]))


def ratings(item: EvidenceItem) -> list[int]:
    """The higher rating of each row, lowest first."""
    return sorted(max(row["likelihood"], row["severity"]) for row in item.facts["risks"])


def highest_score(rated: Sequence[int]) -> int:
    """The highest score of a scale: 25 (5 x 5), or of the wider scale that the ratings show."""
    rating = max(rated, default=0)
    scale = next((one for one in SCALES if rating <= one), rating)
    return int(scale * scale)


def unknown_statuses(open_: Sequence[Hit]) -> str:
    """The words that a register uses for a status and that nobody knows here; empty where all are known."""
    unknown = sorted({str(hit.value["status"]).strip() for hit in open_ if _status(hit) not in OPEN})
    if not all(unknown):
        return " A risk without a status counts as open." + unknown_statuses([hit for hit in open_ if _status(hit)])
    if not unknown:
        return ""
    quoted = named(f"“{word}”" for word in unknown)
    one, many = (
        "Status {} is not known, so the risk counts as open.",
        "Statuses {} are not known, so these risks count as open.",
    )
    return " " + (one if len(unknown) == 1 else many).format(quoted)


def read_status(hit: Hit) -> Reading | None:
    """What keeps the status of an open risk from showing that it is treated; None where it is a word of `OPEN`.

    A status that says that the treatment was stopped or refused is a gap; what nobody knows here may say so, and what
    begins with a word of `OPEN` may speak of a part that was (`in treatment; the first vendor was rejected`).
    """
    status = _status(hit)
    if status in OPEN:
        return None
    quoted = f"“{str(hit.value['status']).strip()}”"
    if not status:
        return Reading(Verdict.PARTIAL, "has no status")
    if stops(status) and plain(_CLAUSE.split(status)[0]) not in OPEN:
        return Reading(Verdict.GAP, f"has a status that stops or refuses its treatment ({quoted})")
    return Reading(Verdict.PARTIAL, f"has a status that is not known for one of a risk in treatment ({quoted})")


def _status(hit: Hit) -> str:
    return " ".join(str(hit.value["status"]).casefold().replace("_", " ").replace("-", " ").split())
