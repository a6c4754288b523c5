"""A model's answer becomes a queue, or nothing."""

import pytest
from triage.queues import Queue, parse


@pytest.mark.parametrize("answer", ["urgent", " Urgent.\n", "URGENT"])
def test_spelling_does_not_matter(answer: str) -> None:
    assert parse(answer) is Queue.URGENT


@pytest.mark.parametrize("answer", ["", "urgent or standard", "I would say urgent", "fraud"])
def test_anything_else_goes_to_the_desk(answer: str) -> None:
    assert parse(answer) is None
