"""Retries and timeouts around calls of a model, and what only looks like them."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact


def facts(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(tmp_path / "r", files, "gateway")
    return {key.rpartition("/")[2]: fact for key, fact in found.items()}


RETRIED = """from tenacity import retry, stop_after_attempt

class Bot:
    @retry(
        stop=stop_after_attempt(6),
    )
    async def chat(self, messages):
        return await self.adapter.chat(messages=messages)

    @retry(stop=stop_after_attempt(3))
    def save(self):
        self.database.write(self)

    def ask(self, messages):
        return self.adapter.chat(messages=messages)
"""


SPEECH = """import httpx

URL = f"https://{REGION}.example.com/speechtotext/transcriptions:transcribe"

async def start(audio):
    limits = httpx.Timeout(
        timeout=900.0,
        connect=900.0,
    )
    async with httpx.AsyncClient(timeout=limits) as client:
        return await client.post(URL, files=audio)
"""


LOOP = """from tenacity import Retrying

def ask(client, messages):
    for attempt in Retrying(stop=STOP):
        with attempt:
            return client.messages.create(messages=messages)

def other(client, messages):
    return client.chat.completions.create(messages=messages, timeout=30)
"""


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (RETRIED, [4, 5]),
        (SPEECH, [7, 10]),
        (LOOP, [4, 9]),
        (
            "import backoff\n\n@backoff.on_exception(backoff.expo, E)\ndef f(x):\n    return m.generate_content(x)\n",
            [3],
        ),
    ],
)
def test_retries_and_timeouts_around_calls_of_a_model(tmp_path: Path, source: str, lines: list[int]) -> None:
    fact = facts(tmp_path, {"app/llm.py": source})["timeouts-and-retries"]
    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.MODERATE)
    assert spots(fact) == [f"app/llm.py:{line}" for line in lines]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app/llm.py", RETRIED.replace("adapter.chat", "slack.post_message")),
        ("app/llm.py", RETRIED.replace("    @retry(\n        stop=stop_after_attempt(6),\n    )\n", "")),
        ("tests/test_llm.py", RETRIED),
        ("app/llm.py", "# @retry(stop=x)\ndef f(x):\n    return m.generate_content(x)\n"),
        ("app/llm.py", SPEECH.replace("speechtotext/transcriptions:transcribe", "users")),
        ("app/llm.py", SPEECH.replace("timeout=900.0", "pool=None").replace("timeout=limits", "timeout=None")),
        ("app/wait.py", 'import httpx\n\nOpenAI(base_url=URL)\nhttpx.get(f"http://{HOST}/readyz", timeout=3)\n'),
    ],
)
def test_patience_with_something_else_is_none_with_a_model(tmp_path: Path, path: str, source: str) -> None:
    assert facts(tmp_path, {path: source})["timeouts-and-retries"].answer is Answer.NO


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("const options = {\n  temperature: 0,\n  maxRetries: retries,\n};\n", Answer.YES),
        ("type Options = {\n  temperature: number;\n  maxRetries: number;\n};\n", Answer.NO),
        ("const redis = {\n  port: 6379,\n  maxRetries: 3,\n};\n", Answer.NO),
    ],
)
def test_retries_among_the_options_of_a_call_in_a_script(tmp_path: Path, source: str, answer: Answer) -> None:
    fact = facts(tmp_path, {"src/llm.ts": source})["timeouts-and-retries"]
    assert (fact.answer, spots(fact)) == (answer, ["src/llm.ts:3"] if answer is Answer.YES else [])
