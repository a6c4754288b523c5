"""The fixed wording of a packet: what each verdict and each state means, and how a reader checks us."""

import re
from typing import Final

from tieout.domain.catalog import EvidenceKind
from tieout.domain.verdicts import Verdict

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

#: Tests that the engine adds to a rule's own; the rest are described by their predicates.
ADDED_TESTS: Final = {
    "attested": "A person with the named role has signed the statement that only a person can make.",
    "untested": "What the full test also asks and this rule does not look at.",
    "readable": "Everything that was declared as evidence can be read.",
}

KINDS: Final[dict[EvidenceKind, str]] = {
    EvidenceKind.REPOSITORY: "repository",
    EvidenceKind.CONFIGURATION: "configuration",
    EvidenceKind.LOG: "log",
    EvidenceKind.EVALUATION: "test result",
    EvidenceKind.DOCUMENT: "document",
}

PROBLEMS: Final = {
    "unreadable": "Unreadable",
    "absent": "Declared, absent",
    "after-as-of": "After the as-of time",
    "not-counted": "Not counted",
}

NO_LIMIT: Final = "no age limit"

#: How a reader checks the packet without us: what it shows, and the command.
VERIFY_STEPS: Final = (
    ("No file of the packet was changed or lost.", "sha256sum -c manifest-sha256.txt"),
    ("The evidence index is the one named on the cover.", "sha256sum data/evidence/index.json"),
    ("The whole bag is complete and nothing was added.", "bagit.py --validate PACKET"),
    ("Signature, checkpoint and time stamp, where present.", "tieout verify PACKET"),
)

SIGN_OFF: Final = (
    ("Preparer", "The evidence in this packet was gathered as described, and nothing that was found was left out."),
    ("Reviewer", "I traced the conclusions to the evidence named beside them and recomputed the digests I relied on."),
    ("Approver", "I have read the gaps and what was not tested, and I accept this packet as a record of that state."),
)

_UNITS: Final = {"Y": "year", "M": "month", "W": "week", "D": "day"}


def in_words(duration: str) -> str:
    """`P1Y` as `1 year`, `P180D` as `180 days`; other ISO 8601 durations stay as they are."""
    match = re.fullmatch(r"P(\d+)([YMWD])", duration)
    if match is None:
        return duration
    count, unit = int(match.group(1)), _UNITS[match.group(2)]
    return f"{count} {unit}{'' if count == 1 else 's'}"
