"""What applications set by themselves, and places that a reader of them would cite, each with its trap."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact


def fact_of(tmp_path: Path, files: dict[str, str], fact: str) -> Fact:
    return inspected(tmp_path, files, fact.partition("/")[0])[fact]


PURGE = """from datetime import timedelta

def {name}(retain_days: int = 90):
    cutoff = now() - timedelta(days=retain_days)
    session.execute(delete(Answer).where(Answer.made < cutoff))
"""


def test_a_parameter_with_a_default_sets_how_long_data_is_kept(tmp_path: Path) -> None:
    fact = fact_of(
        tmp_path / "a", {"work/tasks.py": PURGE.format(name="cleanup_old_answers")}, "privacy/retention-configured"
    )
    assert (fact.answer, fact.values["days"]) == (Answer.YES, (90.0,))
    assert set(spots(fact)) == {"work/tasks.py:3", "work/tasks.py:4"}

    times = "def ask(max_tokens: int = 90, session_expire_days: int = 3):\n    return 1\n"
    other = fact_of(tmp_path / "b", {"work/tasks.py": times}, "privacy/retention-configured")
    assert other.answer is Answer.NO


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("model_cards/Answers Model.pdf", Answer.UNKNOWN),
        ("docs/model-card.docx", Answer.UNKNOWN),
        ("tests/data/model-card.pdf", Answer.NO),
        ("docs/score card.pdf", Answer.NO),
    ],
)
def test_a_card_that_cannot_be_read_is_no_answer(tmp_path: Path, path: str, answer: Answer) -> None:
    fact = inspected(tmp_path, {path: b"%PDF-1.4\x00\xff"}, "cards")["cards/model-card"]

    assert fact.answer is answer
    assert (path in spots(fact)) is (answer is Answer.UNKNOWN)


RULES = "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n"
SENT = "alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: {}\n"


@pytest.mark.parametrize(("targets", "nobody"), [("[]", True), ('["alertmanager:9093"]', False)])
def test_alerts_that_are_sent_to_nobody_are_told(tmp_path: Path, targets: str, nobody: bool) -> None:
    files = {"ops/rules.yml": RULES, "ops/prometheus.yml": SENT.format(targets)}
    fact = fact_of(tmp_path, files, "monitoring/alert-rules")

    assert fact.answer is Answer.YES
    assert spots(fact, counting=False) == (["ops/prometheus.yml:4"] if nobody else [])


def test_rows_that_wait_for_a_figure_are_tempting(tmp_path: Path) -> None:
    table = "# Results\n\n| Metric | Target | Result |\n|---|---|---|\n| F1 | >= 0.85 | *(pending)* |\n"
    fact = fact_of(tmp_path, {"docs/RESULTS.md": table}, "evaluations/results-with-numbers")

    assert (fact.answer, spots(fact), spots(fact, counting=False)) == (Answer.NO, [], ["docs/RESULTS.md:5"])


OWN_LIMITER = """from starlette.responses import JSONResponse

_RATE_LIMITS: dict[str, int] = {
    "/login": 10,
}

def dispatch(request):
    if not _limiter.is_allowed(request):
        return JSONResponse(status_code=429)
"""


def test_a_limiter_of_the_programs_own_limits_and_one_that_is_met_does_not(tmp_path: Path) -> None:
    fact = fact_of(tmp_path / "a", {"app/middle.py": OWN_LIMITER}, "gateway/rate-limits")
    assert (fact.answer, spots(fact)) == (Answer.YES, ["app/middle.py:9", "app/middle.py:8", "app/middle.py:3"])

    met = "def ask(answer):\n    if answer.status_code == 429:\n        limiter.allow()\n"
    other = fact_of(tmp_path / "b", {"app/client.py": met}, "gateway/rate-limits")
    assert other.answer is Answer.NO


def test_routes_that_ask_nobody_are_shown(tmp_path: Path) -> None:
    source = (
        'app = Flask(__name__)\n\n@app.route("/health")\ndef health(): ...\n\n'
        '@app.route("/ask", methods=["POST"])\ndef ask(): ...\n'
    )
    fact = fact_of(tmp_path, {"app/main.py": source}, "access/service-authentication")

    assert (fact.answer, spots(fact)) == (Answer.NO, ["app/main.py:1", "app/main.py:6"])


UNSET = """from fastapi import APIRouter, Depends

def verify_bearer(given=None):
    if not settings.AUTH_SECRET:
        {then}
    check(given)

router = APIRouter(dependencies=[Depends(verify_bearer)])

@router.get("/ask")
def ask():
    return 1
"""


@pytest.mark.parametrize(
    ("then", "answer"), [("return", Answer.PARTIAL), ("raise Forbidden()", Answer.YES), ("return refuse()", Answer.YES)]
)
def test_who_asks_nobody_where_its_secret_is_not_set_demands_nothing(tmp_path: Path, then: str, answer: Answer) -> None:
    settings = "class Settings:\n    AUTH_SECRET: str | None = None\n"
    files = {"app/main.py": UNSET.format(then=then), "app/settings.py": settings}
    fact = fact_of(tmp_path, files, "access/service-authentication")

    assert fact.answer is answer
    assert ({"app/main.py:4", "app/settings.py:2"} <= set(spots(fact))) is (answer is Answer.PARTIAL)


TRACED = "def start():\n    if settings.LANGFUSE_TRACING:\n        handler = Langfuse()\n"


@pytest.mark.parametrize(
    ("default", "code", "answer"),
    [
        ("False", TRACED, Answer.PARTIAL),
        ("True", TRACED, Answer.YES),
        ("False", TRACED + "\nsentry_sdk.init(dsn=x)\n", Answer.YES),
    ],
)
def test_telemetry_that_is_off_by_default_is_a_part(tmp_path: Path, default: str, code: str, answer: Answer) -> None:
    settings = f"class Settings:\n    LANGFUSE_TRACING: bool = {default}\n"
    fact = fact_of(tmp_path, {"app/a.py": code, "app/settings.py": settings}, "monitoring/telemetry")

    assert fact.answer is answer
    assert ({"app/a.py:2", "app/settings.py:2"} <= set(spots(fact))) is (answer is Answer.PARTIAL)


GUARD = 'WORDS = "Prompt injection policy"\n\nclass Safeguard:\n    def invoke(self, text): ...\n'
STEP = 'def check(state):\n    guard = Safeguard()\n    {}\n\ngraph.add_node("guard_input", check)\n'


@pytest.mark.parametrize(
    ("asked", "answer"), [("return guard.invoke(state)", Answer.PARTIAL), ("return state", Answer.NO)]
)
def test_a_guard_that_a_step_of_a_graph_asks_counts_in_part(tmp_path: Path, asked: str, answer: Answer) -> None:
    facts = inspected(tmp_path, {"app/safe.py": GUARD, "app/graph.py": STEP.format(asked)}, "guardrails")

    for key in ("configured", "prompt-injection"):
        fact = facts[f"guardrails/{key}"]
        assert fact.answer is answer
        assert spots(fact) == (["app/graph.py:2", "app/graph.py:5"] if answer is Answer.PARTIAL else [])
