"""What logs record, whether they are kept, and what is kept out of them."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

LOGGED = """def log_decision(response, version):
    entry = {
        "claim": response.claim_id,
        "ml_classifier_version": version,
    }
    log_as_json(entry)
"""
IN_MEMORY = """const MAX = 10;
// Map of the clients that listen to logs
const logClients: Map<string, any> = new Map();
const sanitizeHeaders = (headers) => keys(headers).map((key) => [key, '[REDACTED]']);
"""


def facts(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(tmp_path / "r", files, "audit-logging")
    return {key.rpartition("/")[2]: fact for key, fact in found.items()}


def test_the_version_in_what_a_function_logs_counts(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"app/logs.py": LOGGED})["decision-logged"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["app/logs.py:4"])
    assert "the version of the model" in fact.statement


@pytest.mark.parametrize(
    "source",
    [
        LOGGED.replace('        "ml', '        # "ml'),
        LOGGED.replace("log_decision", "build_request").replace("log_as_json", "send"),
        "class Settings(BaseModel):\n    model_name: str\n\nlogger.info('x')\n",
    ],
)
def test_a_comment_a_request_or_a_setting_does_not(tmp_path: Path, source: str) -> None:
    assert facts(tmp_path, {"app/logs.py": source})["decision-logged"].answer is Answer.NO


def test_a_name_in_a_call_that_logs_counts(tmp_path: Path) -> None:
    source = 'import structlog\nlogger.info("answered", extra={"model_name": name})\n'
    fact = facts(tmp_path, {"app/chat.py": source})["decision-logged"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["app/chat.py:2"])


@pytest.mark.parametrize(
    "line",
    [
        'logger.info(f"Loading checkpoint model: {path}")',
        'logger.error("failed", extra={"model_name": name})',
        'logger.debug("asked", model=name)',
    ],
)
def test_what_is_said_of_loading_or_of_a_fault_tempts_and_does_not_count(tmp_path: Path, line: str) -> None:
    fact = facts(tmp_path, {"app/chat.py": f"import logging\n{line}\n"})["decision-logged"]
    assert (fact.answer, spots(fact), spots(fact, counting=False)) == (Answer.NO, [], ["app/chat.py:2"])


RUST = (
    "#[derive(A)]\npub struct RequestLog {\n    id: Uuid,\n    provider: String,\n    model_override: String,\n}\n",
    "fn keep() {\n    let log = RequestLog::builder()\n        .id(1)\n        .provider(p)\n        .build();\n}\n",
)
GO = (
    "package a\n\ntype RequestLog struct {\n\tID string\n\tProvider string\n}\n",
    'package a\n\nfunc keep() {\n\tsend(&RequestLog{\n\t\tID: "1",\n\t\tProvider: p,\n\t})\n}\n',
)
SCRIPT = (
    "export interface RequestLog {\n  id: string;\n  provider: string;\n}\n",
    "const log: RequestLog = {\n  id,\n  provider: chosen,\n};\n",
)
PYTHON = (
    "class RequestLog(BaseModel):\n    id: str\n    provider: str\n\n\nOTHER = 1\n",
    "def keep(p):\n    save(RequestLog(\n        id=1,\n        provider=p,\n    ))\n",
)


@pytest.mark.parametrize(
    ("ending", "sources", "field", "filled"),
    [("rs", RUST, 4, 4), ("go", GO, 5, 6), ("ts", SCRIPT, 3, 3), ("py", PYTHON, 3, 4)],
)
def test_a_record_of_requests_with_the_provider_alone_is_a_part(
    tmp_path: Path, ending: str, sources: tuple[str, str], field: int, filled: int
) -> None:
    kept: dict[str, str | bytes] = {f"src/types.{ending}": sources[0], f"src/write.{ending}": sources[1]}
    fact = facts(tmp_path, kept)["decision-logged"]
    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == [f"src/types.{ending}:{field}", f"src/write.{ending}:{filled}"]
    assert "the provider and not the model" in fact.statement
    asked = [f"src/types.{ending}:5"] if ending == "rs" else []
    assert spots(fact, counting=False) == asked
    never_made = facts(tmp_path / "b", {f"src/types.{ending}": sources[0]})["decision-logged"]
    assert (never_made.answer, never_made.places) == (Answer.NO, ())


@pytest.mark.parametrize(("ending", "sources"), [("rs", RUST), ("go", GO), ("ts", SCRIPT), ("py", PYTHON)])
def test_a_record_of_requests_with_the_model_counts(tmp_path: Path, ending: str, sources: tuple[str, str]) -> None:
    named = [text.replace("provider", "model").replace("Provider", "Model") for text in sources]
    fact = facts(tmp_path, {f"src/types.{ending}": named[0], f"src/write.{ending}": named[1]})["decision-logged"]
    assert fact.answer is Answer.YES
    assert len(spots(fact)) == 2


def test_a_field_of_another_type_does_not_count(tmp_path: Path) -> None:
    source = "class RequestLogger:\n    model: str\n\n\nclass RequestLog:\n    id: str\n\n\nclass B:\n    model: str\n"
    source += "\n\nx = RequestLog(id=1)\ny = RequestLogger()\n"
    assert facts(tmp_path, {"app/a.py": source})["decision-logged"].answer is Answer.NO


@pytest.mark.parametrize(
    ("path", "source", "line"),
    [
        ("src/a.rs", 'let a = [\n    KeyValue::new("model", model),\n];\n', 2),
        ("src/a.go", 'x := attribute.String("gen_ai.request.model", m)\n', 1),
        ("src/a.py", 'C = Counter("a", "b", labelnames=["user", "model"])\nC.labels(user=u, model=m).inc()\n', 1),
        ("src/a.ts", 'span.setAttribute(\n  "llm.model",\n  m,\n);\n', 2),
    ],
)
def test_a_model_in_a_measurement_or_a_trace_is_a_part(tmp_path: Path, path: str, source: str, line: int) -> None:
    fact = facts(tmp_path, {path: source})["decision-logged"]
    assert (fact.answer, spots(fact)[0]) == (Answer.PARTIAL, f"{path}:{line}")
    assert "not in a log" in fact.statement


def test_a_store_with_a_retention_counts_and_without_is_partial(tmp_path: Path) -> None:
    group = 'resource "aws_cloudwatch_log_group" "a" {\n  name = "requests"\n  retention_in_days = 30\n}\n'
    fact = facts(tmp_path, {"infra/logs.tf": group})["persisted-with-retention"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["infra/logs.tf:3", "infra/logs.tf:1"])
    bare = facts(tmp_path / "b", {"infra/logs.tf": group.replace("  retention_in_days", "  # retention_in_days")})
    assert bare["persisted-with-retention"].answer is Answer.PARTIAL
    table = facts(tmp_path / "c", {"db/schema.prisma": "model User {\n}\nmodel AuditLog {\n}\n"})
    assert spots(table["persisted-with-retention"]) == ["db/schema.prisma:3"]


def test_a_retention_of_something_else_does_not_count(tmp_path: Path) -> None:
    backup = 'resource "aws_db_instance" "a" {\n  retention_in_days = 30\n}\n'
    assert facts(tmp_path, {"infra/db.tf": backup})["persisted-with-retention"].answer is Answer.NO


def test_logs_in_memory_are_not_kept(tmp_path: Path) -> None:
    found = facts(tmp_path, {"src/middlewares/log/index.ts": IN_MEMORY})
    fact = found["persisted-with-retention"]
    assert fact.answer is Answer.NO
    assert spots(fact) == ["src/middlewares/log/index.ts:3", "src/middlewares/log/index.ts:4"]
    assert spots(fact, counting=False) == ["src/middlewares/log/index.ts:2"]
    redacted = found["log-redacted-headers"]
    assert (redacted.answer, spots(redacted)) == (Answer.YES, ["src/middlewares/log/index.ts:4"])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config/initializers/filter_parameter_logging.rb", "config.filter_parameters += %i[\n  passw\n  token\n]\n"),
        ("src/logger.ts", "const logger = pino({\n  redact: ['req.headers.authorization'],\n});\n"),
    ],
)
def test_what_is_left_out_of_logs_counts(tmp_path: Path, path: str, text: str) -> None:
    assert facts(tmp_path, {path: text})["log-redacted-headers"].answer is Answer.YES


def test_a_redaction_that_is_not_of_credentials_does_not(tmp_path: Path) -> None:
    source = 'def show(name):\n    return "[REDACTED]" if name == "x" else name\n'
    assert facts(tmp_path, {"app/names.py": source})["log-redacted-headers"].answer is Answer.NO


def test_locks_and_chains_are_told(tmp_path: Path) -> None:
    source = 'resource "aws_cloudtrail" "a" {\n  enable_log_file_validation = true\n}\n'
    fact = facts(tmp_path, {"infra/trail.tf": source})["tamper-evidence"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["infra/trail.tf:2"])
    off = facts(tmp_path / "b", {"infra/trail.tf": source.replace("true", "false")})["tamper-evidence"]
    assert off.answer is Answer.NO


def test_an_empty_repository_answers_every_question(tmp_path: Path) -> None:
    assert [fact.answer for fact in facts(tmp_path, {"README.md": "logs\n"}).values()] == [Answer.NO] * 4


_MASKED = """def dump(history, kwargs):
    out = {}
    for k, v in kwargs.items():
        if "key" in k.lower() or "token" in k.lower():
            out[k] = f"{'*' * (len(v) - 4)}{v[-4:]}"
    history.append(out)
"""
_REDACT = """def redact(value):
    return "*" * (len(value) - 4) + value[-4:]


def matches(name, names=("key", "token", "password")):
    return any(one in name for one in names)
"""
_TRACED = """from .common import (
    redact,
)


def run(span, inputs):
    span.set_attribute("input", each(inputs, redact))
"""


def test_values_of_keys_are_masked_by_name_in_histories_and_traces(tmp_path: Path) -> None:
    other = "def run(span, body):\n    span.set(redact_answers(body))\n"  # hides something else
    files = {"app/calls.py": _MASKED, "app/telemetry/common.py": _REDACT, "app/tracing.py": _TRACED, "app/z.py": other}
    fact = inspected(tmp_path, files, "audit-logging")["audit-logging/log-redacted-headers"]

    assert fact.answer is Answer.YES
    assert fact.confidence is Confidence.MODERATE
    wanted = ["app/calls.py:5", "app/calls.py:4", "app/telemetry/common.py:2", "app/telemetry/common.py:5"]
    assert spots(fact) == [*wanted, "app/tracing.py:7"]
    assert "another name" in fact.statement


@pytest.mark.parametrize(
    "code",
    [
        # A prompt on a terminal, a mask of attention, and a list of names with no mask near.
        'last = token[-4:]\nprint(f"{last}")\n',
        'if "token" in name:\n    mask = attention_mask(name)\n    log(mask)\n',
        'FIELDS = ("token", "password")\nlogger.info(FIELDS)\n',
        # What is masked goes to a page, not to a log.
        _MASKED.replace("history", "page"),
    ],
)
def test_what_looks_like_masking_by_name_and_is_none(tmp_path: Path, code: str) -> None:
    fact = inspected(tmp_path, {"app/a.py": code}, "audit-logging")["audit-logging/log-redacted-headers"]

    assert fact.answer is Answer.NO
    assert not spots(fact)
