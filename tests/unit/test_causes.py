"""What is written in the place of an incident's cause: a cause, none in many words, or one that is left open."""

import pytest

from tieout.assess.causes import told_by


@pytest.mark.parametrize(
    "text",
    [
        "No cause was recorded", "unknown, still under investigation", "tbd", "Unknown.", "Unknown at this time",
        "Root cause: unknown", "The cause of the outage is still being investigated", "cause not yet found",
        "Under investigation by the supplier", "we do not know", "Nobody knows why", "pending", "Pending vendor RCA",
        "to be determined", "Not identified", "root cause analysis ongoing", "Investigation ongoing",
        "Ursache unbekannt", "wird noch untersucht", "cause inconnue", "onbekend", "unexplained", "N/A", "?", "",
        "No root cause could be found", "never established", "still investigating", "TBC", "Cause: TBD", "not known",
    ],
)  # fmt: skip
def test_no_cause_in_many_words(text: str):
    assert told_by(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "Supplier's region was down; why is still under investigation",
        "Region outage, root cause to be confirmed by the supplier",
        "The gateway restarted, trigger: TBD",
    ],
)
def test_a_cause_that_is_left_open(text: str):
    assert told_by(text) == "open"


@pytest.mark.parametrize(
    "text",
    [
        "The supplier's region was down.", "summary prompt of version 2 repeated a claimant's phone number",
        "drafts quoted a postage rate that had ended in August", "Unknown header made the parser fail",
        "An unknown model name was configured", "No alert was wired to the queue", "No one reviewed the change",
        "We did not rotate the key", "Not enough capacity was reserved", "Unclear instructions in the prompt",
        "Undefined variable in prompt template", "Pending requests piled up after the restart",
        "Open redirect in the callback", "Unresolved DNS name in the gateway configuration",
        "Investigation showed a wrong key", "The review step was skipped", "Nobody renewed the certificate",
        "No reason to retry was set in the client", "In review the clerk changed the queue", "DNS",
    ],
)  # fmt: skip
def test_a_cause_that_begins_like_none_is_one(text: str):
    assert told_by(text) == "cause"


def test_a_long_text_is_read_in_time():
    assert told_by("the cause of " + "a b " * 100_000) == "cause"
    assert told_by("cause of " * 100_000) == "cause"
