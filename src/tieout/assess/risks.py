"""Rows of risk registers: which are open, in words that people use, and the scale that their ratings show."""

from collections.abc import Iterable, Sequence

from tieout.assess.denials import plain
from tieout.assess.selection import Hit
from tieout.assess.wording import named
from tieout.domain.evidence import EvidenceItem

#: Statuses of a risk that nobody works on any more; whatever else a register says, the risk is open.
CLOSED = frozenset({"closed", "done", "resolved", "retired"})
#: Statuses of a risk that is worked on; a word in neither list is told, and the risk is open.
OPEN = frozenset(
    {"active", "identified", "in progress", "in treatment", "monitored", "monitoring", "new", "ongoing", "open",
     "planned", "under review"}
)  # fmt: skip
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


def _status(hit: Hit) -> str:
    return " ".join(str(hit.value["status"]).casefold().replace("_", " ").replace("-", " ").split())
