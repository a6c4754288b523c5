"""Every topic over any repository: each question answered once, nobody named, hostile files survived."""

from pathlib import Path

import pytest

from support.git_repositories import Repository as Made
from support.inspecting import facts_of, inspected, inspection_of
from tieout.domain.inspection import Answer
from tieout.inspection import engine
from tieout.inspection.repository import Repository
from tieout.kernel.errors import UnreadableError

QUESTIONS = {f"{topic.key}/{question.key}" for topic in engine.topics() for question in topic.questions}
#: What the issue demands at least.
DEMANDED = {
    "ownership", "releases", "change-control", "ci-gates", "security-scanning", "security-policy", "licences",
    "dependencies", "containers", "supply-chain", "secrets", "cards", "model-integrity", "evaluations", "gateway",
    "guardrails", "privacy", "monitoring", "audit-logging", "access", "lifecycle", "intended-use",
}  # fmt: skip


def test_the_topics_are_there_and_their_keys_are_unique() -> None:
    assert {topic.key for topic in engine.topics()} >= DEMANDED
    assert len(QUESTIONS) == sum(len(topic.questions) for topic in engine.topics())


@pytest.mark.parametrize("files", [{"a.txt": "a\n"}, {"empty": ""}])
def test_a_repository_with_nothing_in_it_shows_nothing(tmp_path: Path, files: dict[str, str]) -> None:
    facts = inspected(tmp_path / "r", files)
    assert set(facts) == QUESTIONS
    shown = {fact.id for fact in facts.values() if fact.answer in {Answer.YES, Answer.PARTIAL}}
    assert shown <= {"repository/readable", "repository/complete-history"}
    assert not [fact.id for fact in facts.values() if "was not answered" in fact.statement]
    assert all(fact.statement.endswith(".") for fact in facts.values())


def test_files_with_the_right_names_and_nothing_in_them_show_nothing(tmp_path: Path) -> None:
    names = (
        "CODEOWNERS", "SECURITY.md", "LICENSE", "model-card.md", "MODEL_CARD.md", "Dockerfile", "sbom.json",
        "poetry.lock", "package-lock.json", ".github/dependabot.yml", ".github/workflows/codeql.yml",
        ".github/workflows/test.yml", "INCIDENT_RESPONSE.md", "DECOMMISSION.md", "PRIVACY.md", "guardrails.yaml",
        "alerts.rules.yml", "promptfooconfig.yaml", "litellm_config.yaml", "evals/results.json", "docs/runbook.md",
        "MAINTAINERS", ".pre-commit-config.yaml",
    )  # fmt: skip
    for content in ("", "\n", "TODO\n"):
        facts = inspected(tmp_path / f"r{len(content)}", dict.fromkeys(names, content))
        shown = {fact.id for fact in facts.values() if fact.answer in {Answer.YES, Answer.PARTIAL}}
        assert shown <= {"repository/readable", "repository/complete-history"}, content


def test_words_alone_show_nothing(tmp_path: Path) -> None:
    words = (
        "# Notes\n\nWe use CodeQL, bandit, trivy, guardrails, a fallback, rate_limits, budgets, an SBOM signed by "
        "cosign, model cards, red teaming, RBAC, audit logs with retention, incident response and decommissioning.\n"
    )
    facts = inspected(tmp_path / "r", {"README.md": words, "src/notes.py": f'"""{words}"""\n'})
    shown = {fact.id for fact in facts.values() if fact.answer is Answer.YES}
    assert shown <= {"repository/readable", "repository/complete-history"}


def test_nobody_is_named(tmp_path: Path) -> None:
    made = Made(tmp_path / "r")
    who = {"GIT_AUTHOR_NAME": "Zebulon Quixworth", "GIT_AUTHOR_EMAIL": "zebulon@example.org"}
    made.commit(
        "one",
        {
            "CODEOWNERS": "* zebulon@example.org\n",
            "MAINTAINERS.md": "# Maintainers\n\n- Zebulon Quixworth <zebulon@example.org>\n",
            "SECURITY.md": "# Security\n\nReport to Zebulon Quixworth, zebulon@example.org, within 5 days.\n",
            "pyproject.toml": '[project]\nname = "x"\nversion = "1.0"\n'
            'authors = [{name = "Zebulon Quixworth", email = "zebulon@example.org"}]\n',
            "CITATION.cff": "cff-version: 1.2.0\nauthors:\n  - family-names: Quixworth\n    given-names: Zebulon\n",
            "model-card.md": "# Model card\n\n## Contact\n\nZebulon Quixworth, zebulon@example.org\n",
        },
        **who,
    )
    told = inspection_of(made.folder).model_dump_json().lower()
    assert "zebulon" not in told
    assert "quixworth" not in told


BOMBS: dict[str, str | bytes] = {
    ".github/workflows/a.yml": "a0: &a0 [x, x]\n"
    + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(9)),
    ".github/workflows/b.yml": "on: {push: [[[[[" + "[" * 5000,
    ".github/workflows/c.yml": "on: push\njobs: {a: {uses: ./.github/workflows/c.yml}, b: {steps: 7}, c: []}\n",
    ".github/dependabot.yml": "version: 2\nupdates: {a: 1}\n",
    "Dockerfile": "FROM a AS b\nFROM b AS a\nUSER " + "x" * 100_000 + "\n" + "RUN \\\n" * 5_000,
    "docker-compose.yml": "services: [1, 2]\n",
    "deployment.yaml": "kind: Deployment\nspec: {template: {spec: {containers: {a: 1}}}}\n",
    "package.json": '{"scripts": {"test": "npm run test", "lint": 5}, "version": ["1"]}',
    "package-lock.json": '{"packages": [1]}',
    "pyproject.toml": "[project]\nversion = 5\nauthors = 7\n[tool]\npoetry = 3\n",
    "Makefile": "test: test\n\t$(MAKE) test\n" + "a" * 50_000 + ": b\n",
    "README.md": "#" * 20_000 + "\n" + "|" * 50_000 + "\n" + "[" * 20_000 + "\n" + "<div>" * 5_000 + "```\n" * 3_000,
    "model-card.md": "---\nlicense: [\n---\n# Model card\n" + "- " * 30_000,
    "CODEOWNERS": "*" * 10_000 + " @a\n" + "[" * 5_000,
    "SECURITY.md": b"\xff\xfe" + b"mail" * 10_000,
    "src/a.py": "'" * 30_001 + '"""' * 10_000 + "(" * 30_000,
    "src/b.js": "/*" * 20_000 + "`${" * 20_000,
    "litellm_config.yaml": "model_list: {a: b}\nlitellm_settings: [1]\n",
    "conf.json": '{"cache": {"mode": 7}, "strategy": [], "targets": {}}',
    "rules.yml": "groups: [{rules: [{alert: 5, expr: [1]}, 7]}]\n",
    "sbom.cdx.json": '{"bomFormat": "CycloneDX", "components": 7}',
    ".gitignore": "[" * 5_000 + "\n**/**/**/**/**/a\n" * 50,
    ".pre-commit-config.yaml": "repos: {a: b}\n",
    "main.tf": 'resource "a" "b" {\n' * 3_000,
    "infra.tf": 'resource "aws_ecs_task_definition" "a" {\n image = {\n' * 3_000,
    "fly.toml": "app = 'a'\nservices = [" + "{checks = [1]}," * 3_000 + "]\n",
    "task.json": '{"containerDefinitions": [{"image": 5}, 7, {"image": "a", "memory": []}]}',
    "src/check.py": "if model_file and " + "a" * 100_000 + ":\n    if sha256(open(model_file)).hexdigest()==a:\n" * 99,
    "src/log.rs": "pub struct RequestLog {\n" * 3_000 + "let a = RequestLog {" + " " * 50_000,
    "data.ipynb": '{"cells": 5}',
}  # fmt: skip


def test_hostile_files_are_survived_and_told(tmp_path: Path) -> None:
    facts = inspected(tmp_path / "r", BOMBS)
    assert set(facts) == QUESTIONS
    unread = {one.path for one in inspection_of(tmp_path / "r").unread}
    assert {".github/workflows/a.yml", ".github/workflows/b.yml"} <= unread


def test_a_topic_that_cannot_read_answers_unknown_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Repository) -> None:
        raise UnreadableError("was torn")

    monkeypatch.setattr(Repository, "tags", property(refuse))
    made = Made(tmp_path / "r")
    made.commit("one", {"Dockerfile": "FROM a\nUSER b\n"})
    facts = facts_of(made.folder, "releases", "containers")
    assert facts["releases/last-tag"].answer is Answer.UNKNOWN
    assert "was torn" in facts["releases/last-tag"].statement
    assert facts["containers/non-root"].answer is Answer.YES


def test_an_empty_folder_of_topics_is_no_answer() -> None:
    assert len(QUESTIONS) > 60
