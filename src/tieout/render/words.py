"""The fixed wording of a packet: what each verdict and each state means, and how a reader checks us."""

from collections import Counter
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Final

from tieout.domain.catalog import EvidenceKind
from tieout.domain.collection import Period
from tieout.domain.retention_rules import RetentionDay
from tieout.domain.verdicts import VERDICT_ORDER, Verdict
from tieout.kernel.clock import rfc3339
from tieout.render.model import FunctionRow

UNSIGNED: Final = "UNSIGNED unless packet.dsse.json beside this packet verifies"

MEANINGS: Final[dict[Verdict, str]] = {
    Verdict.GAP: "Evidence was looked for and is absent, too old, or fails the test.",
    Verdict.CONFLICT: "Two sources disagree. Both are shown, and none was picked.",
    Verdict.UNREADABLE: "Evidence exists and could not be read. The place and the cause are named.",
    Verdict.PARTIAL: "Part is shown. A signed statement by a person, or a part of the test or period, is missing.",
    Verdict.WAIVED: "Accepted by a named person, with a reason and an expiry date.",
    Verdict.NOT_ASSESSED: "No rule or no configured source could answer. Never counted as met.",
    Verdict.NOT_APPLICABLE: "Set aside for a signed reason that expires.",
    Verdict.SATISFIED: "The test ran on complete, current evidence of this system and passed.",
}

KINDS: Final[dict[EvidenceKind, str]] = {
    EvidenceKind.REPOSITORY: "repository",
    EvidenceKind.CONFIGURATION: "configuration",
    EvidenceKind.LOG: "log",
    EvidenceKind.EVALUATION: "test result",
    EvidenceKind.DOCUMENT: "document",
}

#: How every test was made; the procedures themselves stand beside the tests.
HOW_TESTED: Final = (
    "A program read and compared the records; it asked nobody and exercised nothing of the system. Each test was made "
    "on its whole population (100 %), and none on a sample; what could not be read is named and not counted."
)
#: How a chart of evidence over the months is read.
HOW_DATED: Final = (
    "A freshness chart shows 12 months and what counts beyond: an arrow at its left stands for evidence older than "
    "the chart, an opening in a log's bar for a day and more without a record."
)

PROBLEMS: Final = {
    "unreadable": "Unreadable",
    "absent": "Declared, absent",
    "after-as-of": "After the as-of time",
    "not-counted": "Not counted",
}

NO_LIMIT: Final = "no age limit"
NOT_RECORDED: Final = "not recorded here"

#: States of an evidence item: the name of its shape, its word, and what it means.
STATES: Final = (
    ("current", "current", "younger than the strictest age limit of the rules that use it"),
    ("stale", "stale", "older than that limit by the days named: it does not count"),
    ("unlimited", NO_LIMIT, "the rules that use it set none, or bind it to the release"),
    ("undated", "not dated, not counted", "it says no day, or stands in an example, a template or a test"),
)

#: How a reader checks the packet without us: what it shows, and the command.
VERIFY_STEPS: Final = (
    ("No file of the packet was changed or lost.", "sha256sum -c manifest-sha256.txt"),
    ("The evidence index is the one named on the cover.", "sha256sum data/evidence/index.json"),
    ("The whole bag is complete and nothing was added.", "bagit.py --validate ."),
    ("Signature, checkpoint and time stamp, where present.", "tieout verify ."),
)

SIGN_OFF: Final = (
    ("Preparer", "The evidence in this packet was gathered as described, and nothing that was found was left out."),
    ("Reviewer", "I traced the conclusions to the evidence named beside them and recomputed the digests I relied on."),
    ("Approver", "I have read the gaps and what was not tested, and I accept this packet as a record of that state."),
)

#: Most signs of the footer's line: more would need a second one.
_FOOTING = 112


def period_in_words(period: Period) -> str:
    """The days of a period, both included, and how many; its times where an end is no midnight.

    A period ends before its end instant: one that ends on 2026-11-22T00:00Z has 2026-11-21 as its last day.
    """
    midnights = all(end.time() == time() for end in (period.start, period.end))
    if not midnights or period.end <= period.start:
        return f"{rfc3339(period.start)} to {rfc3339(period.end)}"
    last, days = period.end - timedelta(days=1), (period.end - period.start).days
    if days == 1:
        return f"{last.date().isoformat()} (1 day)"
    return f"{period.start.date().isoformat()} to {last.date().isoformat()} ({days} days, both included)"


def position_in_words(functions: Sequence[FunctionRow], label: str) -> str:
    """Where a control sits among all of them, and how the functions stand: the strip of a workpaper in words."""
    own = next(row for row in functions if any(cell.label == label for cell in row.cells))
    turn = next(turn for turn, cell in enumerate(own.cells, start=1) if cell.label == label)
    total = sum(len(row.cells) for row in functions)
    told = []
    for row in functions:
        counts = Counter(cell.verdict for cell in row.cells)
        told.append(f"{row.label}: {', '.join(f'{counts[v]} {v.value}' for v in VERDICT_ORDER if counts[v])}")
    return f"{label} is number {turn} of the {len(own.cells)} of {own.label}; {total} in all. {'. '.join(told)}."


def keeping(floor: RetentionDay | None) -> str:
    """How long the record is kept, on one line: `keep at least to 2036-07-01, longer pending final payment`."""
    if floor is None:
        return "no rule sets how long to keep it"
    if floor.permanent:
        return "keep permanently"
    if not floor.pending:
        return f"keep at least to {floor.on}"
    waits = floor.waits_for[0] if len(floor.waits_for) == 1 else f"{len(floor.waits_for)} triggers"
    return f"keep at least to {floor.known}, longer pending {waits}" if floor.known else f"keep, pending {waits}"


def footing(record_id: str, kept: str) -> str:
    """The footer's one line; the cover has what is cut from it."""
    record = record_id if len(record_id) <= _FOOTING // 2 else f"{record_id[: _FOOTING // 2 - 1]}…"
    line = f"Record {record} · {kept}"
    return line if len(line) <= _FOOTING else f"{line[: _FOOTING - 1].rstrip()}…"
