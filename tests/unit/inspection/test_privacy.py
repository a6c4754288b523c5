"""Privacy: notices, retention that is set and retention that is only shown, agreement of both, logs, and controls."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence

NOTICE = """\
<h1>Privacy notice</h1>
<p>This says how we process your personal data.</p>
<h2>Legal basis</h2>
<p>It is a public task.</p>
<h2>Retention</h2>
<p>We keep your files for 30 days.</p>
<h2>Your rights</h2>
<p>You have the right to request a copy.</p>
"""
NOTICE_PATH = "app/templates/privacy-notice.html"


def test_a_page_that_says_what_a_notice_says(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {NOTICE_PATH: NOTICE}, "privacy")["privacy/privacy-notice"]

    assert fact.answer is Answer.YES
    assert spots(fact)[0] == f"{NOTICE_PATH}:1"
    assert f"{NOTICE_PATH}:5" in spots(fact)
    assert fact.values["subjects"] == ("data collected", "legal basis", "retention", "rights")


@pytest.mark.parametrize(
    ("path", "content", "tempting"),
    [
        ("README.md", "# App\n\n## Security & Privacy\n\nSee [our page](https://example.org).\n", ["README.md:3"]),
        ("docs/privacy.md", "# Privacy\n\nSee the website.\n", ["docs/privacy.md:1"]),
        ("templates/privacy-policy.md", "# Privacy\n\nWe collect personal data for a purpose.\n", []),
        ("docs/privacy-policy.md", "# Privacy policy template\n\n## Retention\n\n## Your rights\n\n## Purpose\n", None),
        ("tests/privacy-notice.html", NOTICE, []),
        ("src/privacy.ts", "// We collect personal data for a purpose; your rights; retention\n", []),
    ],
)
def test_headings_links_and_forms_are_no_notice(
    tmp_path: Path, path: str, content: str, tempting: list[str] | None
) -> None:
    fact = inspected(tmp_path, {path: content}, "privacy")["privacy/privacy-notice"]

    assert fact.answer is Answer.NO
    if tempting is not None:
        assert spots(fact, counting=False) == tempting


def test_a_period_that_is_set_and_a_command_that_deletes(tmp_path: Path) -> None:
    files = {
        "infra/data.tf": 'locals {\n  env = {\n    "FILE_EXPIRY_IN_DAYS" : 30,\n  }\n}\n',
        "infra/tasks.tf": 'tasks = [\n  { command : "delete_expired_data", schedule : "cron(0 2 * * ? *)" },\n]\n',
        "app/settings.py": 'FILE_EXPIRY_IN_SECONDS = env.int("FILE_EXPIRY_IN_DAYS") * 24 * 60 * 60\n',
        "app/commands/delete_expired_data.py": "cutoff = now() - timedelta(seconds=settings.FILE_EXPIRY_IN_SECONDS)\n"
        "File.objects.filter(at__lt=cutoff).delete()\n",
        ".env.example": "A=1\nFILE_EXPIRY_IN_DAYS=30\n",
        "tests/.env.test": "FILE_EXPIRY_IN_DAYS=90\n",
        NOTICE_PATH: NOTICE,
    }
    facts = inspected(tmp_path, files, "privacy")
    fact = facts["privacy/retention-configured"]

    assert (fact.answer, fact.confidence) == (Answer.YES, Confidence.HIGH)
    assert fact.values["days"] == (30,)
    assert spots(fact) == [
        "infra/data.tf:3",
        "app/commands/delete_expired_data.py:1",
        "infra/tasks.tf:2",
        "app/settings.py:1",
    ]
    assert spots(fact, counting=False) == [".env.example:2", "tests/.env.test:1", f"{NOTICE_PATH}:6"]
    assert facts["privacy/retention-agrees"].answer is Answer.YES


@pytest.mark.parametrize(
    ("path", "content", "days"),
    [
        ("lib/tasks/retention.rake", 'Question.where("created_at < ?", 1.year.ago).delete_all\n', 365),
        ("config/app.yaml", "trace_retention_days: 14\n", 14),
        ("config/app.json", '{"dataRetention": "90 days"}\n', 90),
        ("infra/s3.tf", "lifecycle_rule {\n  expiration {\n    days = 60\n  }\n}\n", 60),
        ("db/clean.sql", "DELETE FROM chats WHERE at < now() - INTERVAL '30 days';\n", 30),
        ("src/conf.ts", "export const MESSAGE_RETENTION_SECONDS = 7 * 24 * 60 * 60;\n", 7),
    ],
)
def test_periods_in_many_forms(tmp_path: Path, path: str, content: str, days: float) -> None:
    fact = inspected(tmp_path, {path: content}, "privacy")["privacy/retention-configured"]

    assert fact.answer is Answer.YES
    assert fact.values["days"] == (days,)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("app/settings.py", "SESSION_EXPIRY_SECONDS = 3600\n"),
        ("app/settings.py", "# DATA_RETENTION_DAYS = 30\n"),
        ("app/settings.py", "MESSAGE_THROTTLE_SECONDS_MAX = settings.MESSAGE_THROTTLE_SECONDS_MAX\n"),
        ("config/jwt.yaml", "token_expiry_hours: 24\n"),
        (".github/workflows/ci.yml", "with:\n  retention-days: 7\n"),
        ("README.md", "Set DATA_RETENTION_DAYS=30 to keep it for 30 days.\n"),
        ("examples/.env", "DATA_RETENTION_DAYS=30\n"),
        ("app/cache.py", "RESPONSE_CACHE_TTL_SECONDS = 60\n"),
    ],
)
def test_what_expires_for_other_reasons_is_no_retention(tmp_path: Path, path: str, content: str) -> None:
    fact = inspected(tmp_path, {path: content}, "privacy")["privacy/retention-configured"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []


def test_a_cutoff_that_only_marks_is_no_deletion(tmp_path: Path) -> None:
    code = "cutoff = now() - timedelta(days=1)\nupdate(Job).where(Job.at < cutoff).values(status='failed')\n"
    fact = inspected(tmp_path, {"app/cleanup_job.py": code}, "privacy")["privacy/retention-configured"]

    assert fact.answer is Answer.NO


def test_a_default_of_a_column_and_a_period_of_each_user(tmp_path: Path) -> None:
    files = {
        "app/models.py": "class User:\n    data_retention_days: int | None = Field(default=30)\n",
        "app/cleanup_job.py": "old = now() - User.data_retention_days * timedelta(days=1)\nsession.delete(old)\n",
    }
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert fact.values["days"] == (30,)
    assert spots(fact) == ["app/models.py:2", "app/cleanup_job.py:1"]


def test_the_age_of_a_child_is_no_period(tmp_path: Path) -> None:
    page = f"{NOTICE}<p>We delete data of children under 13 years.</p>\n<p>Logs, for\n12 months.</p>\n"
    files = {"config/app.yaml": "file_retention_days: 30\n", NOTICE_PATH: page}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-agrees"]

    assert fact.values == {"agreeing": 1, "without_setting": 0}


def test_a_period_that_is_read_but_not_set_is_a_part(tmp_path: Path) -> None:
    files = {"app/settings.py": 'FILE_EXPIRY_IN_DAYS = env.int("FILE_EXPIRY_IN_DAYS")\n'}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/settings.py:1"])


def test_a_period_for_logs_alone_is_a_part(tmp_path: Path) -> None:
    files = {"infra/logs.tf": 'resource "aws_cloudwatch_log_group" "app" {\n  retention_in_days = 30\n}\n'}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["infra/logs.tf:2"])
    assert "logs" in fact.statement


@pytest.mark.parametrize(
    ("setting", "extra", "answer"),
    [
        (30, "", Answer.YES),
        (30, "<p>Your account is deleted after 12 months.</p>\n", Answer.PARTIAL),
        (90, "", Answer.NO),
    ],
)
def test_settings_and_notice_are_compared(tmp_path: Path, setting: int, extra: str, answer: Answer) -> None:
    files = {"config/app.yaml": f"file_retention_days: {setting}\n", NOTICE_PATH: NOTICE + extra}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-agrees"]

    assert fact.answer is answer
    assert f"{NOTICE_PATH}:6" in spots(fact)
    assert "config/app.yaml:1" in spots(fact)


def test_a_month_and_thirty_days_are_the_same(tmp_path: Path) -> None:
    notice = NOTICE.replace("30 days", "one month")
    facts = inspected(tmp_path, {"config/app.yaml": "file_retention_days: 30\n", NOTICE_PATH: notice}, "privacy")

    assert facts["privacy/retention-agrees"].answer is Answer.YES


def test_without_a_notice_there_is_nothing_to_compare(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"config/app.yaml": "file_retention_days: 30\n"}, "privacy")

    assert facts["privacy/retention-agrees"].answer is Answer.NOT_APPLICABLE


def test_fixed_words_stand_in_for_what_was_said(tmp_path: Path) -> None:
    code = (
        "def note(text, known):\n"
        '    log_text = "unknown text"\n'
        "    if text in known:\n"
        "        # a known text holds no PII, so it may be logged\n"
        "        log_text = text\n"
        "    log_as_json({'text': log_text})\n"
    )
    fact = inspected(tmp_path, {"src/notes.py": code}, "privacy")["privacy/log-redaction"]

    assert fact.answer is Answer.YES
    assert spots(fact) == ["src/notes.py:2", "src/notes.py:4"]


def test_a_filter_of_parameters(tmp_path: Path) -> None:
    code = "Rails.application.config.filter_parameters += %i[\n  token\n  email\n  user_question\n]\n"
    path = "config/initializers/filter_parameter_logging.rb"
    fact = inspected(tmp_path, {path: code}, "privacy")["privacy/log-redaction"]

    assert (fact.answer, spots(fact)) == (Answer.YES, [f"{path}:1"])


def test_headers_alone_are_a_part(tmp_path: Path) -> None:
    code = "const shown = Object.keys(headers).map((key) => [key, '[REDACTED]']);\nlogger.info(shown);\n"
    fact = inspected(tmp_path, {"src/middlewares/log/index.ts": code}, "privacy")["privacy/log-redaction"]

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["src/middlewares/log/index.ts:1"])


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("src/a.py", "# never log PII\nlogger.info(text)\n"),
        ("tests/test_log.py", "log = redact(email)\n"),
        ("docs/logs.md", "We redact e-mail addresses in logs.\n"),
        ("plugins/pii.ts", "throw new Error('PII redaction is not supported'); // log\n"),
    ],
)
def test_words_keep_nothing_out_of_logs(tmp_path: Path, path: str, content: str) -> None:
    assert inspected(tmp_path, {path: content}, "privacy")["privacy/log-redaction"].answer is Answer.NO


def test_a_plugin_is_offered_and_a_guardrail_is_attached(tmp_path: Path) -> None:
    manifest = '{\n "functions": [\n  {"id": "pii", "type": "guardrail"}]}\n'
    plugin = {"plugins/own/manifest.json": manifest, "plugins/own/pii.ts": "export const handler = 1;\n"}
    offered = inspected(tmp_path / "a", plugin, "privacy")["privacy/pii-control"]
    config = {"config.yaml": "guardrails:\n  - litellm_params:\n      guardrail: presidio\n", **plugin}
    attached = inspected(tmp_path / "b", config, "privacy")["privacy/pii-control"]

    assert offered.answer is Answer.PARTIAL
    assert {"plugins/own/manifest.json:1", "plugins/own/manifest.json:3"} <= set(spots(offered))
    assert attached.answer is Answer.YES
    assert spots(attached)[0] == "config.yaml:3"


def test_a_validator_counts_where_other_code_calls_it(tmp_path: Path) -> None:
    own = {"app/pii_validator.rb": "module PiiValidator\nend\n"}
    call = {"app/question.rb": "class Question\n  raise if PiiValidator.invalid?(text)\nend\n"}
    called = inspected(tmp_path / "a", {**own, **call}, "privacy")["privacy/pii-control"]
    alone = inspected(tmp_path / "b", own, "privacy")["privacy/pii-control"]

    assert (called.answer, spots(called)) == (Answer.YES, ["app/pii_validator.rb:1", "app/question.rb:2"])
    assert alone.answer is Answer.PARTIAL


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("config.yaml", "# guardrail: presidio\n"),
        ("config.example.yaml", "guardrail: presidio\n"),
        ("README.md", "guardrail: presidio\n"),
    ],
)
def test_an_example_attaches_nothing(tmp_path: Path, path: str, content: str) -> None:
    assert inspected(tmp_path, {path: content}, "privacy")["privacy/pii-control"].answer is Answer.NO


def test_an_empty_repository_has_nothing_on_privacy(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"empty": ""}, "privacy")

    assert {fact.answer for fact in facts.values()} == {Answer.NO, Answer.NOT_APPLICABLE}


LOKI = """\
limits_config:
  # seven days
  retention_period: 168h
  reject_old_samples_max_age: 72h
compactor:
  apply_retention_interval: 96h
  retention_enabled: true
"""


def test_stores_of_logs_and_traces_are_told_with_the_line_that_sets(tmp_path: Path) -> None:
    files = {
        "deploy/loki/config.yaml": LOKI,
        "deploy/tempo/config.yaml": "compactor:\n  compaction:\n    block_retention: 96h\n",
        "deploy/compose.yaml": "command:\n  - --storage.tsdb.retention.time=15d\n",
    }
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == [
        "deploy/compose.yaml:2",
        "deploy/loki/config.yaml:3",
        "deploy/tempo/config.yaml:3",
        "deploy/loki/config.yaml:7",
    ]
    assert spots(fact, counting=False) == ["deploy/loki/config.yaml:6"]
    for kind in ("logs (168 hours)", "traces (96 hours)", "measurements (15 days)"):
        assert kind in fact.statement


def test_a_store_whose_deletion_is_off_is_shown(tmp_path: Path) -> None:
    files = {"deploy/loki/config.yaml": LOKI.replace("enabled: true", "enabled: false")}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert "deploy/loki/config.yaml:7" in spots(fact, counting=False)


VARIABLE = 'variable "log_days" {\n  type    = number\n  default = 30\n}\n'
LOG_GROUP = 'resource "aws_cloudwatch_log_group" "app" {\n  retention_in_days = var.log_days\n}\n'


def test_a_variable_of_terraform_is_followed_to_its_default(tmp_path: Path) -> None:
    files = {"infra/main.tf": LOG_GROUP, "infra/variables.tf": VARIABLE, "other/variables.tf": VARIABLE}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert fact.answer is Answer.PARTIAL
    assert fact.values["days"] == (30,)
    assert spots(fact) == ["infra/variables.tf:3", "infra/main.tf:2"]


def test_a_file_of_values_stands_over_a_default_and_one_of_another_folder_does_not(tmp_path: Path) -> None:
    files = {
        "infra/main.tf": LOG_GROUP,
        "infra/variables.tf": VARIABLE,
        "infra/terraform.tfvars": "log_days = 90\n",
        "infra/terraform.tfvars.example": "log_days = 7\n",
        "other/terraform.tfvars": "log_days = 1\n",
    }
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert fact.values["days"] == (90,)
    assert spots(fact) == ["infra/terraform.tfvars:1", "infra/main.tf:2"]


def test_a_variable_without_a_value_stays_open(tmp_path: Path) -> None:
    files = {"infra/main.tf": LOG_GROUP, "infra/variables.tf": 'variable "log_days" {\n  type = number\n}\n'}
    fact = inspected(tmp_path, files, "privacy")["privacy/retention-configured"]

    assert (fact.answer, fact.values["days"]) == (Answer.PARTIAL, ())
    assert spots(fact) == ["infra/main.tf:2"]


def _rule(name: str, days: str) -> str:
    head = f'resource "aws_s3_bucket_lifecycle_configuration" "{name}" {{\n  rule {{\n    expiration {{\n'
    return f"{head}      days = {days}\n    }}\n  }}\n}}\n"


@pytest.mark.parametrize(
    ("path", "content", "answer", "places"),
    [
        ("infra/s3.tf", _rule("uploads", "90"), Answer.YES, ["infra/s3.tf:4"]),
        ("infra/s3.tf", _rule("access_logs", "90"), Answer.PARTIAL, ["infra/s3.tf:4"]),
        ("infra/stack.yaml", "Rules:\n  - Id: x\n    ExpirationInDays: 90\n", Answer.YES, ["infra/stack.yaml:3"]),
        ("infra/s3.json", '{"Rules": [\n {"Expiration": {\n  "Days": 90}}]}\n', Answer.YES, ["infra/s3.json:3"]),
        ("cdk/a.ts", "new LogGroup({\n  retention: RetentionDays.SIX_MONTHS\n});\n", Answer.PARTIAL, ["cdk/a.ts:2"]),
    ],
)  # fmt: skip
def test_rules_of_stores(tmp_path: Path, path: str, content: str, answer: Answer, places: list[str]) -> None:
    fact = inspected(tmp_path, {path: content}, "privacy")["privacy/retention-configured"]

    assert fact.answer is answer
    assert spots(fact) == places


@pytest.mark.parametrize("line", ["cache_ttl: 60s", "session_expiry_days: 7", "retention_check_interval: 5m"])
def test_a_period_of_something_else_tempts(tmp_path: Path, line: str) -> None:
    fact = inspected(tmp_path, {"config/app.yaml": f"a: 1\n{line}\n"}, "privacy")["privacy/retention-configured"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["config/app.yaml:2"]
