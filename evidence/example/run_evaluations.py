"""Make evidence/example/results with the real tool: Inspect, on the example's own repository and tasks.

Not part of any build: README.md beside this file says when and how it is run. No model is asked. Inspect's `mockllm`
provider gives the answers scripted below, under the name of the deployed model version, and the clock is set to the
day of the story. Everything else in the results is Inspect's own work.

    cd CLONE && python …/run_evaluations.py RESULTS
"""
# ruff: noqa: INP001 - a program run by hand, in a virtual environment of its own

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine
from inspect_ai import eval as run_inspect
from inspect_ai.model import ModelOutput, ModelUsage, get_model

MODEL = "mockllm/gpt-4o-2024-11-20"
#: How many answers are wrong, by the right queue, and what is answered instead: 21 of 240, none of them urgent.
WRONG = {"specialist": (12, "standard"), "standard": (6, "fast-track"), "fast-track": (3, "standard")}
#: The run that broke off did so after so many answers.
ANSWERS_BEFORE_OUTAGE = 57

Answer = Callable[..., ModelOutput]


def scripted_answers() -> dict[str, str]:
    """Text of a notification -> the answer that the mock gives."""
    with Path("evals/triage.jsonl").open(encoding="utf-8") as lines:
        items: list[dict[str, Any]] = [json.loads(line) for line in lines]
    answers = {item["input"]: item["target"] for item in items}
    for queue, (count, instead) in WRONG.items():
        mine = sorted(
            (item["input"] for item in items if item["target"] == queue),
            key=lambda text: hashlib.sha256(text.encode()).hexdigest(),
        )
        answers |= dict.fromkeys(mine[:count], instead)
    return answers


def mock(answers: dict[str, str], limit: int | None = None) -> Answer:
    """A model that looks its answers up, and fails after `limit` of them."""
    given = 0

    def answer(messages: list[Any], *_: object) -> ModelOutput:
        nonlocal given
        given += 1
        if limit is not None and given > limit:
            message = "503 region unavailable"
            raise ConnectionError(message)
        word = answers[messages[-1].text]
        output = ModelOutput.from_content(MODEL, word)
        length = sum(len(message.text) for message in messages)
        output.usage = ModelUsage(input_tokens=length // 4, output_tokens=2, total_tokens=length // 4 + 2)
        return output

    return answer


def main() -> None:
    """Three runs: one that breaks off, then both tasks to their end."""
    sys.path.insert(0, str(Path.cwd()))
    from eval_triage import triage, triage_urgent  # noqa: PLC0415 - of the clone that this is run in

    answers = scripted_answers()
    runs = (
        (datetime(2026, 11, 19, 9, 12, 8, tzinfo=UTC), triage, ANSWERS_BEFORE_OUTAGE),
        (datetime(2026, 11, 19, 14, 5, 31, tzinfo=UTC), triage, None),
        (datetime(2026, 11, 19, 14, 21, 47, tzinfo=UTC), triage_urgent, None),
    )
    for start, task, limit in runs:
        with time_machine.travel(start, tick=True):
            run_inspect(
                task(),
                model=get_model(MODEL, custom_outputs=mock(answers, limit), memoize=False),
                log_dir=sys.argv[1],
                log_format="json",
                # Notifications are claimants' words: their desk logs scores, not texts.
                log_samples=False,
                display="none",
                max_connections=1,
                temperature=0.0,
                max_tokens=8,
                tags=["release-candidate 4.2.0"],
            )


if __name__ == "__main__":
    main()
