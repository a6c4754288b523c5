"""General causes of wrong answers and missing places that readings of applications found, each with its trap."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

LOOP = """import settings

class Agent:
    async def ask(self, messages):
        for attempt in range(settings.MAX_LLM_RETRIES):
            try:
                return await self.llm.ainvoke(messages)
            except ServiceError as fault:
                log(fault)
        raise RuntimeError("no answer")
"""
BARE_LOOP = LOOP.replace("            try:\n    ", "").replace(
    "            except ServiceError as fault:\n                log(fault)\n", ""
)
HELPER = """@retry(
    wait=wait_exponential(),
    stop=stop_after_attempt(4),
)
def call_with_retry(func, **options):
    return func(**options)

def ask(llm):
    return call_with_retry(llm.chat.completions.create, messages=[])
"""
SWALLOWS = """@retry(stop=stop_after_attempt(5))
def ask(client):
    try:
        return client.messages.create(messages=[])
    except Exception as fault:
        print(fault)
        return None
"""


def fact_of(tmp_path: Path, files: dict[str, str], fact: str) -> Fact:
    return inspected(tmp_path, files, fact.partition("/")[0])[fact]


@pytest.mark.parametrize(
    ("source", "answer", "lines"),
    [
        (LOOP, Answer.YES, [5]),
        (BARE_LOOP, Answer.NO, []),
        (HELPER, Answer.YES, [9, 1, 3]),
        (SWALLOWS, Answer.NO, []),
        (SWALLOWS.replace("return None", "raise"), Answer.YES, [1]),
    ],
)
def test_another_attempt_needs_a_failure_that_is_seen(
    tmp_path: Path, source: str, answer: Answer, lines: list[int]
) -> None:
    fact = fact_of(tmp_path, {"app/llm.py": source}, "gateway/timeouts-and-retries")

    assert fact.answer is answer
    assert sorted(spots(fact)) == sorted(f"app/llm.py:{line}" for line in lines)


def test_a_retry_that_never_happens_is_shown_and_does_not_count(tmp_path: Path) -> None:
    fact = fact_of(tmp_path, {"app/llm.py": SWALLOWS}, "gateway/timeouts-and-retries")

    assert spots(fact, counting=False) == ["app/llm.py:1"]
    assert "catches all that fails itself" in fact.statement


@pytest.mark.parametrize(
    ("settings", "code", "answer"),
    [
        (
            "openai:\n  base: https://x\n  request_timeout: ${OPENAI_TIMEOUT:600.0}\n",
            "a(s.openai.request_timeout)\n",
            Answer.YES,
        ),
        ("openai:\n  base: https://x\n  request_timeout: 600\n", "a(s.openai.base)\n", Answer.NO),
        ("openai:\n  base: https://x\n  request_timeout: 0\n", "a(s.openai.request_timeout)\n", Answer.NO),
        ("database:\n  base: x\n  request_timeout: 600\n", "a(s.database.request_timeout)\n", Answer.NO),
    ],
)
def test_a_limit_in_settings_is_of_a_model_and_read(tmp_path: Path, settings: str, code: str, answer: Answer) -> None:
    fact = fact_of(tmp_path, {"settings.yaml": settings, "app/a.py": code}, "gateway/timeouts-and-retries")

    assert fact.answer is answer
    assert spots(fact) == (["settings.yaml:3"] if answer is Answer.YES else [])


def test_how_often_one_may_ask_is_shown_beside_what_limits(tmp_path: Path) -> None:
    limited = "limiter = Limiter(key_func=address, default_limits=settings.RATE_LIMITS)\n"
    stated = "import os\n\nRATE_LIMITS = ['200 per day']\nLOG_FILES = ['7 days']\n"
    fact = fact_of(tmp_path / "a", {"app/limits.py": limited, "app/config.py": stated}, "gateway/rate-limits")
    assert (fact.answer, spots(fact)) == (Answer.YES, ["app/limits.py:1", "app/config.py:3"])

    alone = fact_of(tmp_path / "b", {"app/config.py": stated}, "gateway/rate-limits")
    assert (alone.answer, spots(alone)) == (Answer.NO, [])


def test_a_suppliers_limit_is_none_of_the_service(tmp_path: Path) -> None:
    source = "from openai import RateLimitError\n\ntry:\n    ask()\nexcept RateLimitError:\n    wait()\n"
    fact = fact_of(tmp_path, {"app/a.py": source}, "gateway/rate-limits")

    assert (fact.answer, spots(fact), spots(fact, counting=False)) == (Answer.NO, [], ["app/a.py:5"])


@pytest.mark.parametrize(
    ("source", "answer", "line"),
    [
        ('logger.info(\n    "answered",\n    session=session.id,\n    model=settings.LLM_MODEL,\n)\n', Answer.YES, 4),
        ('logger.info("llm_initialized", model=settings.LLM_MODEL)\n', Answer.NO, None),
        ('logger.info(\n    "model_loaded",\n    model=settings.LLM_MODEL,\n)\n', Answer.NO, None),
        ('logger.info("done")\nask(\n    "x",\n    model=settings.LLM_MODEL,\n)\n', Answer.NO, None),
    ],
)
def test_fields_of_a_log_may_stand_below_its_call(
    tmp_path: Path, source: str, answer: Answer, line: int | None
) -> None:
    fact = fact_of(tmp_path, {"app/a.py": source}, "audit-logging/decision-logged")

    assert (fact.answer, spots(fact)) == (answer, [f"app/a.py:{line}"] if line else [])


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ('logger.info(f"auth: {authorization}")', ["app/a.py:1"]),
        ('logger.debug("token %s", access_token)', ["app/a.py:1"]),
        ('logger.info(f"tokens used: {tokens}")', []),
        ('logger.info(f"next token: {token}")', []),
        ('logger.info(f"key {api_key[:4]}...")', []),
        ('# logger.info(f"auth: {authorization}")', []),
    ],
)
def test_a_credential_in_a_log_is_told_by_its_name(tmp_path: Path, line: str, places: list[str]) -> None:
    fact = fact_of(tmp_path, {"app/a.py": f"{line}\n"}, "audit-logging/log-redacted-headers")

    assert (fact.answer, spots(fact)) == (Answer.NO, places)


def test_a_file_of_logs_is_kept_without_a_period(tmp_path: Path) -> None:
    source = "import logging\n\nclass DailyFileHandler(logging.Handler):\n    pass\n"
    fact = fact_of(tmp_path, {"app/log.py": source}, "audit-logging/persisted-with-retention")

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/log.py:3"])


ROUTES = """from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer, OAuth2PasswordBearer

app = FastAPI()
proof = HTTPBearer()
unused = OAuth2PasswordBearer(tokenUrl="token")

def visitor(given=Depends(proof)):
    return given

@app.get("/answers")
def answers(who=Depends(visitor)):
    return []
"""


def test_who_decides_on_a_caller_is_shown_and_an_unused_scheme_is_not(tmp_path: Path) -> None:
    fact = fact_of(
        tmp_path, {"app/main.py": ROUTES + "x: str = Depends(get_current_user)\n"}, "access/service-authentication"
    )

    assert fact.values["routes_with_it"] == 1
    assert {"app/main.py:5", "app/main.py:8"} <= set(spots(fact))
    assert "app/main.py:6" not in spots(fact)


SWITCHED = """from fastapi import APIRouter, Depends

if not settings().server.auth.enabled:
    logger.debug("everybody is let in")

    # In place of the one that asks.
    def authenticated() -> bool:
        \"\"\"Ask nobody.\"\"\"
        return True

router = APIRouter(dependencies=[Depends(authenticated)])
"""


@pytest.mark.parametrize(("value", "counts"), [("false", False), ("true", True)])
def test_a_section_of_settings_decides_on_authentication(tmp_path: Path, value: str, counts: bool) -> None:
    settings = f"server:\n  port: 80\n  auth:\n    enabled: {value}\n    secret: x\n"
    fact = fact_of(tmp_path, {"app/auth.py": SWITCHED, "settings.yaml": settings}, "access/service-authentication")

    assert fact.answer is Answer.PARTIAL
    assert fact.values["switched_on"] == int(counts)
    assert "app/auth.py:3" in spots(fact)
    assert "settings.yaml:4" in spots(fact, counting=counts)


TRACES = "def start(settings):\n    use(settings.observability.mode)\n    provider = TracerProvider()\n"


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ("observability:\n  mode: ${MODE:none}\n", Answer.PARTIAL),
        ("observability:\n  mode: otlp\n", Answer.YES),
        ("# observability:\n#   mode: none\n", Answer.YES),
        ("telemetry:\n  enabled: false\n", Answer.YES),  # nothing reads it
    ],
)
def test_telemetry_that_a_setting_chooses_none_of_is_not_sent(tmp_path: Path, settings: str, answer: Answer) -> None:
    fact = fact_of(tmp_path, {"app/a.py": TRACES, "settings.yaml": settings}, "monitoring/telemetry")

    assert fact.answer is answer
    assert ("settings.yaml:2" in spots(fact)) is (answer is Answer.PARTIAL)


def test_a_route_by_its_path_is_shown_by_its_handler(tmp_path: Path) -> None:
    source = "import x\n\nexport default async function handler(req, res) {\n  res.status(200).json({})\n}\n"
    fact = fact_of(tmp_path, {"web/pages/api/health.ts": source}, "monitoring/health-endpoint")

    assert spots(fact) == ["web/pages/api/health.ts:3", "web/pages/api/health.ts:4"]


PROMPTS = {f"evals/metrics/prompts/{name}.md": "Judge it.\n" for name in ("toxicity", "hallucination")}


def test_prompts_for_each_measure_and_a_judge_evaluate(tmp_path: Path) -> None:
    judge = "class Evaluator:\n    def run(self):\n        return ask()\n"
    entry = "import argparse\n\nargparse.ArgumentParser()\n"
    files = {**PROMPTS, "evals/evaluator.py": judge, "evals/main.py": entry}
    fact = fact_of(tmp_path / "a", files, "evaluations/harness")
    assert fact.answer is Answer.YES
    assert "evals/evaluator.py:1" in spots(fact)

    only = fact_of(tmp_path / "b", {**PROMPTS, "app/a.py": "x = 1\n"}, "evaluations/harness")
    assert only.answer is Answer.NO

    named = fact_of(
        tmp_path / "c", {"docs/evaluation_overview.md": "# Evaluation of projects\n\nWords.\n"}, "evaluations/harness"
    )
    assert (named.answer, spots(named, counting=False)) == (Answer.NO, ["docs/evaluation_overview.md:1"])


def _notebook(printed: list[str], written: str = "Words.") -> str:
    lines = ",\n".join(f'      "{line}\\n"' for line in printed)
    return (
        '{\n "cells": [\n  {\n   "cell_type": "markdown",\n   "source": [\n    "' + written + '"\n   ]\n  },\n'
        '  {\n   "cell_type": "code",\n   "outputs": [\n    {\n     "text": [\n' + lines + "\n     ]\n    }\n   ],\n"
        '   "source": [\n    "print(f\\"accuracy is {0.91}\\")\\n"\n   ]\n  }\n ]\n}\n'
    )


@pytest.mark.parametrize(
    ("path", "printed", "answer"),
    [
        ("analyses/a.ipynb", ["The accuracy is 0.91", "The recall is 0.80", "F1 score: 0.85"], Answer.PARTIAL),
        ("analyses/a.ipynb", ["The accuracy is 0.91"], Answer.NO),  # a demonstration
        ("analyses/a.ipynb", ["Epoch 1 accuracy: 0.91", "Epoch 2 accuracy: 0.92", "Epoch 3 accuracy: 0.93"], Answer.NO),
        ("examples/a.ipynb", ["The accuracy is 0.91", "The recall is 0.80", "F1 score: 0.85"], Answer.NO),
    ],
)
def test_what_notebooks_printed_is_a_part_of_an_answer(
    tmp_path: Path, path: str, printed: list[str], answer: Answer
) -> None:
    fact = fact_of(tmp_path, {path: _notebook(printed)}, "evaluations/results-with-numbers")

    assert fact.answer is answer
    assert spots(fact)[:1] == ([f"{path}:14"] if answer is Answer.PARTIAL else [])


def test_a_study_of_bias_in_a_notebook_tells_no_user(tmp_path: Path) -> None:
    studied = _notebook(["x"], "A bias analysis was made of the three models.")
    fact = fact_of(tmp_path / "a", {"analyses/bias.ipynb": studied}, "intended-use/bias-disclosed")
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["analyses/bias.ipynb:6"])

    other = _notebook(["A bias analysis was made."], "The bias of the first layer is nought.")
    fact = fact_of(tmp_path / "b", {"analyses/bias.ipynb": other}, "intended-use/bias-disclosed")
    assert fact.answer is Answer.NO


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("We encourage teams to evaluate its performance before applying it to their work.", Answer.YES),
        ("This project is not recommended for production.", Answer.YES),
        ("The debug flag should not be used with Docker.", Answer.NO),
        ("The default password must not be used in a cluster.", Answer.NO),
        ("The model's answers must not be used without Docker.", Answer.YES),
        ("Test it before you commit.", Answer.NO),
    ],
)
def test_a_limitation_of_use_is_of_the_whole(tmp_path: Path, sentence: str, answer: Answer) -> None:
    fact = fact_of(tmp_path, {"README.md": f"# App\n\n{sentence}\n"}, "intended-use/use-limitation")

    assert fact.answer is answer


CHOICE = 'MODELS = {\n    "fast": "gpt-4o-mini",\n    "gpt-4o": 1,\n}\n'


def test_values_of_a_mapping_of_models_are_called_and_its_keys_and_prices_are_not(tmp_path: Path) -> None:
    fact = fact_of(tmp_path / "a", {"app/a.py": CHOICE}, "gateway/models-pinned")
    assert (fact.values["named"], spots(fact)) == (1, ["app/a.py:2"])

    prices = fact_of(tmp_path / "b", {"app/a.py": CHOICE.replace("MODELS", "MODEL_PRICES")}, "gateway/models-pinned")
    assert prices.answer is Answer.NOT_APPLICABLE


NOTICE = """import React from 'react';
// Privacy notice of the site
const Page = () => {
  const words = `
# Privacy notice

We collect personal data. The purpose is to answer you. Our legal basis is your consent.
We keep it for 30 days. You have the right to request your data.
`;
  return <Markdown>{words}</Markdown>;
};
"""


def test_a_notice_in_a_page_begins_at_its_title(tmp_path: Path) -> None:
    fact = fact_of(tmp_path, {"web/pages/privacy-policy.tsx": NOTICE}, "privacy/privacy-notice")

    assert fact.answer is Answer.YES
    assert spots(fact)[0] == "web/pages/privacy-policy.tsx:5"


def test_what_finds_personal_data_is_shown_where_it_is_made_and_asked_for(tmp_path: Path) -> None:
    finds = (
        "from presidio_analyzer import AnalyzerEngine\n\nclass Anonymizer:\n    def __init__(self):\n"
        "        self.a = AnalyzerEngine()\n"
    )
    uses = "from app.anonymizer import Anonymizer\n\ndef chunk(text, anonymise=False):\n    return Anonymizer()\n"
    asks = "from app.chunks import chunk\n\nchunk(text, anonymise=True)\n"
    files = {"app/anonymizer.py": finds, "app/chunks.py": uses, "app/run.py": asks}
    fact = fact_of(tmp_path, files, "privacy/pii-control")

    assert fact.answer is Answer.YES
    assert {"app/anonymizer.py:5", "app/anonymizer.py:3", "app/run.py:3"} <= set(spots(fact))
    assert "app/chunks.py:3" not in spots(fact)
