"""Whole bodies, messages and prompts in logs: which code writes them, and which only has the words."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

REDACTION = "privacy/log-redaction"


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("src/app.py", 'def run(prompt):\n    logger.info(f"asked: {prompt}")\n', 2),
        ("src/app.py", 'def run(messages):\n    logging.debug("sent %s", messages)\n', 2),
        ("src/app.ts", "const body = req.body;\nconsole.log(JSON.stringify(requestBody));\n", 2),
        ("src/app.rs", 'fn run() {\n    tracing::info!(message = ?message, "tool message");\n}\n', 2),
        ("src/store.rs", "fn run() {\n    let log = BodyLog::new(request_body, response_body);\n}\n", 2),
        ("config/app.yaml", "logging:\n  log_prompts: true\n", 2),
    ],
)
def test_what_was_said_is_logged_as_it_came(tmp_path: Path, path: str, content: str, line: int) -> None:
    fact = inspected(tmp_path, {path: content}, "privacy")[REDACTION]

    assert fact.answer is Answer.NO
    assert spots(fact) == [f"{path}:{line}"]
    assert path in fact.statement


@pytest.mark.parametrize(
    "code",
    [
        'logger.info("the prompt, the body and all messages, were read")\n',
        'logger.info("tokens %d", len(prompt))\n',
        "logger.error(error.message)\n",
        "# logger.info(prompt)\n",
        "def log_request(request_body, response_body):\n    pass\n",
    ],
)
def test_a_word_a_length_and_a_comment_log_nothing_that_was_said(tmp_path: Path, code: str) -> None:
    fact = inspected(tmp_path, {"src/app.py": code}, "privacy")[REDACTION]

    assert (fact.answer, fact.places) == (Answer.NO, ())
