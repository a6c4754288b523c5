"""The four queues, and how a model's answer becomes one of them."""

from enum import StrEnum


class Queue(StrEnum):
    """Where a notification goes."""

    URGENT = "urgent"
    SPECIALIST = "specialist"
    STANDARD = "standard"
    FAST_TRACK = "fast-track"


#: What the desk used before the assistant, and uses again whenever the assistant is off or unsure.
MANUAL = Queue.STANDARD


def parse(answer: str) -> Queue | None:
    """The queue an answer names; None where it names none or more than one word."""
    word = answer.strip().strip(".").lower()
    return Queue(word) if word in set(Queue) else None
