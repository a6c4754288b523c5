"""Features that a program has and its settings leave empty or off, or that stand in files of its own; with traps."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

ROUTES = """[
  {
    "name": "default",
    "primary_model": "maker/large-2",
    "fallback_models": ["maker/small-2"]
  }
]
"""
READER = "export const next = (route) => [route.primary_model, ...route.fallback_models];\n"
CLIENT = 'import OpenAI from "openai";\nconst client = new OpenAI({ apiKey: config.KEY, timeout: 10 });\n'


def test_routes_in_a_file_of_the_programs_own_are_a_fallback_and_a_routing_in_part(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        {
            "config/routes.json": ROUTES,
            "src/policy.ts": READER,
            "deploy/values.yaml": 'env:\n  ROUTES_PATH: "config/routes.json"\n',
            ".env": "ROUTER_FALLBACK_MODEL=\n",
            "src/router.ts": "const model = config.ROUTER_FALLBACK_MODEL || first;\n",
        },
        "gateway",
    )
    assert found["gateway/fallback"].answer is Answer.PARTIAL
    assert {"config/routes.json:5", "deploy/values.yaml:2"} <= set(spots(found["gateway/fallback"]))
    assert ".env:1" in spots(found["gateway/fallback"], counting=False)
    assert found["gateway/routing"].answer is Answer.PARTIAL
    assert "config/routes.json:4" in spots(found["gateway/routing"])


@pytest.mark.parametrize(
    "files",
    [
        {"config/routes.json": ROUTES},
        {"config/routes.json": ROUTES.replace('["maker/small-2"]', "[]"), "src/policy.ts": READER},
        {"examples/routes.json": ROUTES, "src/policy.ts": READER},
        {".env": "ROUTER_FALLBACK_MODEL= # none\n", "src/router.ts": "config.ROUTER_FALLBACK_MODEL\n"},
    ],
    ids=["nobody-reads-it", "empty-list", "example", "empty-variable"],
)
def test_routes_that_nobody_reads_or_that_name_nothing_are_no_fallback(tmp_path: Path, files: dict[str, str]) -> None:
    assert inspected(tmp_path, files, "gateway")["gateway/fallback"].answer is Answer.NO


@pytest.mark.parametrize("odd", ["7", "null", '[[["a"]]]', '{"fallback_models": {"a": [1]}, "model": 3}', '{"": []}'])
def test_odd_files_of_routes_give_an_answer(tmp_path: Path, odd: str) -> None:
    files = {"config/routes.json": odd, "src/policy.ts": READER}
    assert inspected(tmp_path, files, "gateway")["gateway/fallback"].answer is Answer.NO


def test_models_that_variables_give_are_looked_at_where_a_program_calls_suppliers(tmp_path: Path) -> None:
    values = 'env:\n  TASK_MODEL: "maker/large-2"\n  OLD_MODEL: "maker/weights.pt"\n'
    files = {"deploy/values.yaml": values, "src/task.ts": f"{CLIENT}const model = config.TASK_MODEL;\n"}
    fact = inspected(tmp_path, files, "gateway")["gateway/models-pinned"]
    assert (fact.answer, spots(fact)) == (Answer.NO, ["deploy/values.yaml:2"])


def test_a_variable_of_a_model_that_no_program_reads_names_none(tmp_path: Path) -> None:
    files = {"deploy/values.yaml": 'env:\n  TASK_MODEL: "maker/large-2"\n', "src/task.ts": CLIENT}
    assert inspected(tmp_path, files, "gateway")["gateway/models-pinned"].answer is Answer.NOT_APPLICABLE


REFUSES = """import { limits } from "./limits";
if (count > limits.perMinute) {
  error(429, "too many");
}
"""


@pytest.mark.parametrize(
    ("setting", "answer"),
    [("USAGE_LIMITS={}\n", Answer.PARTIAL), ('USAGE_LIMITS={"perMinute": 20}\n', Answer.YES)],
    ids=["left-empty", "given"],
)
def test_a_limit_whose_setting_is_empty_is_not_in_force(tmp_path: Path, setting: str, answer: Answer) -> None:
    files = {".env": setting, "src/limits.ts": "const limits = parse(config.USAGE_LIMITS);\n", "src/chat.ts": REFUSES}
    fact = inspected(tmp_path, files, "gateway")["gateway/rate-limits"]
    assert fact.answer is answer
    assert (".env:1" in spots(fact, counting=False)) is (answer is Answer.PARTIAL)


METRICS = """class Server {
  enabled = config.METRICS_ENABLED === "true";
  start() { collectDefaultMetrics({ register }); }
}
"""


@pytest.mark.parametrize(
    ("production", "answer"),
    [('env:\n  METRICS_ENABLED: "true"\n', Answer.YES), ("env:\n  OTHER: 1\n", Answer.PARTIAL)],
    ids=["on-in-production", "nowhere-on"],
)
def test_measurements_that_are_off_by_default(tmp_path: Path, production: str, answer: Answer) -> None:
    files = {".env": "METRICS_ENABLED=false\n", "src/metrics.ts": METRICS, "chart/env/prod.yaml": production}
    fact = inspected(tmp_path, files, "monitoring")["monitoring/telemetry"]
    assert fact.answer is answer
    assert ".env:1" in spots(fact, counting=False)
    assert ("chart/env/prod.yaml:2" in spots(fact)) is (answer is Answer.YES)


def test_sign_in_that_hangs_on_a_client_that_is_left_empty_is_partial(tmp_path: Path) -> None:
    files = {
        ".env": 'OPENID_CLIENT_ID="" # of your provider\n',
        "src/auth.ts": "export const loginEnabled = !!settings.CLIENT_ID;\n",
        "src/handle.ts": "if (loginEnabled && !auth.user) {\n  requireAuth(event);\n}\n",
        "src/server.ts": "createServer(handle);\n",
    }
    fact = inspected(tmp_path, files, "access")["access/service-authentication"]
    assert fact.answer is Answer.PARTIAL
    assert {"src/handle.ts:1", "src/auth.ts:1"} <= set(spots(fact))
    assert spots(fact, counting=False) == [".env:1"]


POLICY = "{{- if .Values.networkPolicy.enabled }}\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{{- end }}\n"


@pytest.mark.parametrize(("value", "answer"), [("false", Answer.NO), ("true", Answer.PARTIAL)])
def test_a_policy_of_a_chart_hangs_on_its_value(tmp_path: Path, value: str, answer: Answer) -> None:
    files = {
        "chart/Chart.yaml": "name: web\n",
        "chart/templates/policy.yaml": POLICY,
        "chart/values.yaml": f"networkPolicy:\n  enabled: {value}\n",
    }
    fact = inspected(tmp_path, files, "access")["access/network-policy"]
    assert (fact.answer, spots(fact)) == (answer, ["chart/values.yaml:2"])


@pytest.mark.parametrize(
    ("index", "answer"),
    [
        ("chats.createIndex({ endedAt: 1 }, { expireAfterSeconds: 7 * 24 * 60 * 60 });\n", Answer.PARTIAL),
        ("sessions.createIndex({ endedAt: 1 }, { expireAfterSeconds: 7 * 24 * 60 * 60 });\n", Answer.NO),
        ("chats.createIndex({ endedAt: 1 }, { expireAfterSeconds: 30 });\n", Answer.NO),
        ("// chats.createIndex({ endedAt: 1 }, { expireAfterSeconds: 7 * 24 * 60 * 60 });\n", Answer.NO),
    ],
    ids=["a-week", "sessions", "seconds", "comment"],
)
def test_rows_that_an_index_deletes_are_kept_for_a_time(tmp_path: Path, index: str, answer: Answer) -> None:
    assert inspected(tmp_path, {"src/db.ts": index}, "privacy")["privacy/retention-configured"].answer is answer


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        ('handler = RotatingFileHandler("app.log",\n    backupCount=10)\n', Answer.PARTIAL),
        ('handler = TimedRotatingFileHandler("app.log", when="D",\n    backupCount=30)\n', Answer.YES),
    ],
    ids=["by-size", "by-time"],
)
def test_files_that_are_rotated_by_size_are_kept_for_no_stated_time(
    tmp_path: Path, handler: str, answer: Answer
) -> None:
    fact = inspected(tmp_path, {"app/logs.py": handler}, "audit-logging")["audit-logging/persisted-with-retention"]
    assert fact.answer is answer
    assert ("app/logs.py:2" in spots(fact, counting=False)) is (answer is Answer.PARTIAL)


SHOWN = '# Service\n\n## Evaluation\n\nThe model was run.\n\n```json\n{{\n  "precision": {},\n  "recall": {}\n}}\n```\n'


@pytest.mark.parametrize(
    ("figures", "answer"),
    [(("0.90761364", "0.90575916"), Answer.PARTIAL), (("0.9", "0.8"), Answer.NO)],
    ids=["measured", "made-up"],
)
def test_what_a_readme_shows_of_a_run_is_no_kept_result(
    tmp_path: Path, figures: tuple[str, str], answer: Answer
) -> None:
    fact = inspected(tmp_path, {"README.md": SHOWN.format(*figures)}, "evaluations")["evaluations/results-with-numbers"]
    assert fact.answer is answer
    assert ("README.md:9" in spots(fact)) is (answer is Answer.PARTIAL)


@pytest.mark.parametrize(
    ("said", "answer"),
    [('"""Health check."""', Answer.PARTIAL), ('"""Index page."""', Answer.NO)],
    ids=["called-so", "not"],
)
def test_a_route_that_only_its_text_calls_a_check_of_health(tmp_path: Path, said: str, answer: Answer) -> None:
    files = {"app/serve.py": f'@app.get("/")\ndef index() -> dict:\n    {said}\n    return {{}}\n'}
    assert inspected(tmp_path, files, "monitoring")["monitoring/health-endpoint"].answer is answer


@pytest.mark.parametrize(
    ("head", "answer"),
    [("/**\n * Real-model eval harness.\n */\n", Answer.PARTIAL), ("/** Prints a model. */\n", Answer.NO)],
    ids=["says-so", "not"],
)
def test_a_script_that_says_that_it_evaluates(tmp_path: Path, head: str, answer: Answer) -> None:
    files = {"scripts/edit-eval.ts": f"{head}run(model);\n"}
    assert inspected(tmp_path, files, "evaluations")["evaluations/harness"].answer is answer


def test_tempting_lines_are_shown_and_do_not_count(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        {
            "README.md": "# Service\n\nLater we detect drift and connect monitoring.\n",
            "deploy/prod.yaml": 'MODELS: >\n  [{ "id": "maker/Llama-Guard-4-12B" }]\n',
            "app/train.py": 'import torch\nmlflow.set_tracking_uri("x")\nmodel = torch.load("model.pt")\n',
            "app/get.py": 'run(["aws", "s3", "cp", "s3://models/model.pt", "."])\n',
        },
    )
    for key, spot in {
        "monitoring/drift-monitoring": "README.md:3",
        "guardrails/configured": "deploy/prod.yaml:2",
        "monitoring/telemetry": "app/train.py:2",
        "model-integrity/weights-verified": "app/get.py:1",
    }.items():
        assert found[key].answer is Answer.NO, key
        assert spot in spots(found[key], counting=False), key


def test_the_page_that_shows_a_notice_and_the_credential_of_administrators(tmp_path: Path) -> None:
    notice = (
        "# Privacy\n\nWe collect your email for the purpose of sign-in.\n\nTo exercise your privacy rights, write."
        "\n\nLogs are kept for 30 days.\n"
    )
    found = inspected(
        tmp_path,
        {
            "PRIVACY.md": notice,
            "src/page.svelte": '<script>\nimport privacy from "../PRIVACY.md?raw";\n</script>\n',
            ".env": "ADMIN_API_SECRET=# of calls\n",
            "src/handle.ts": "const key = config.ADMIN_API_SECRET;\nif (headers.get(A) !== ADMIN_API_SECRET) no();\n",
        },
    )
    assert found["privacy/privacy-notice"].answer is Answer.YES
    assert "src/page.svelte:2" in spots(found["privacy/privacy-notice"])
    assert found["access/admin-protected"].answer is Answer.YES
    assert "src/handle.ts:2" in spots(found["access/admin-protected"])
    assert ".env:1" in spots(found["access/admin-protected"], counting=False)


LAYERS = """from guards import GuardrailsMiddleware
from toolkit import ModelFallbackMiddleware

layers = [
    GuardrailsMiddleware(
        strict=True,
    ),
    ModelFallbackMiddleware("openai:gpt-5-mini-2025-08-07"),
]
agent = make(model="anthropic:claude-haiku-4-5-20251001", middleware=layers)
"""
GUARD = "class GuardrailsMiddleware(Layer):\n    def before(self, text):\n        return text\n"


def test_layers_that_every_call_goes_through(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"app/agent.py": LAYERS, "app/guards.py": GUARD}, "gateway", "guardrails")
    assert found["guardrails/configured"].answer is Answer.YES
    assert "app/agent.py:5" in spots(found["guardrails/configured"])
    assert "app/agent.py:8" in spots(found["gateway/fallback"])
    assert "app/agent.py:10" in spots(found["gateway/models-pinned"])


def test_a_layer_that_is_defined_and_never_used_guards_nothing(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"app/guards.py": GUARD}, "guardrails")
    assert found["guardrails/configured"].answer is Answer.NO


@pytest.mark.parametrize(
    ("measure", "answer"), [("J&F", Answer.YES), ("Size", Answer.NO)], ids=["a-measure", "no-measure"]
)
def test_a_table_of_region_and_contour_scores_holds_results(tmp_path: Path, measure: str, answer: Answer) -> None:
    readme = f"# Model\n\n## Results\n\n| Model | Set A ({measure}) |\n|---|---|\n| tiny | 75.0 |\n| large | 79.5 |\n"
    fact = inspected(tmp_path, {"README.md": readme}, "evaluations")["evaluations/results-with-numbers"]
    assert fact.answer is answer
