"""Inspect tasks on the evaluation set.

It stands in the root, so that the log names the data set by its path from here.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import Dataset, json_dataset
from inspect_ai.scorer import match
from inspect_ai.solver import generate, system_message

DATA = "evals/triage.jsonl"
PROMPT = "prompts/triage.md"


def _task(data: Dataset, version: str) -> Task:
    return Task(
        dataset=data,
        solver=[system_message(PROMPT), generate()],
        scorer=match(location="exact"),
        version=version,
    )


@task
def triage() -> Task:
    """Every notification; one queue is right."""
    return _task(json_dataset(DATA), version="7")


@task
def triage_urgent() -> Task:
    """Only the notifications that belong into the urgent queue: accuracy here is the share that is caught."""
    return _task(json_dataset(DATA).filter(lambda sample: (sample.metadata or {})["urgent"]), version="7")
