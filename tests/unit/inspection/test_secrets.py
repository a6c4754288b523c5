"""Secrets that are committed, and what only looks like one."""

import base64
from pathlib import Path

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, Confidence

# Written in pieces, so that this file holds no key of its own.
GITHUB = "ghp_" + "a8Kd02LmQz" + "7RtYw4XcVb" + "9NpHs6JfGe" + "3TuOi1"
AWS_EXAMPLE = "AKIA" + "IOSFODNN7" + "EXAMPLE"
BODY = base64.encodebytes(bytes((7 * number * number + 13 * number) % 251 for number in range(171))).decode().strip()
HEAD, FOOT = "-----BEGIN " + "PRIVATE KEY-----", "-----END " + "PRIVATE KEY-----"
KEY = f"{HEAD}\n{BODY}\n{FOOT}\n"

WORKFLOW = """on: push
jobs:
  a:
    permissions:
      id-token: write
    steps:
      - run: x
        env:
          A: ${{ secrets.DEPLOY_ROLE }}
          B: ${{ secrets.GITHUB_TOKEN }}
"""


def committed(tmp_path: Path, files: dict[str, str | bytes]) -> tuple[Answer, list[str], list[str]]:
    """Answer, counting places and tempting ones of secrets/committed."""
    fact = inspected(tmp_path / "r", files, "secrets")["secrets/committed"]
    return fact.answer, spots(fact), spots(fact, counting=False)


def test_a_key_of_an_issuer_in_a_live_file_is_committed(tmp_path: Path) -> None:
    answer, places, _ = committed(tmp_path, {"src/app.py": f'import os\nTOKEN = "{GITHUB}"\n'})
    assert (answer, places) == (Answer.YES, ["src/app.py:2"])


def test_a_private_key_that_is_whole_is_committed(tmp_path: Path) -> None:
    answer, places, _ = committed(tmp_path, {"deploy/server.key": KEY})
    assert (answer, places) == (Answer.YES, ["deploy/server.key:1"])


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    fact = inspected(tmp_path / "r", {"src/app.py": f'TOKEN = "{GITHUB}"\n'}, "secrets")["secrets/committed"]
    assert GITHUB not in fact.model_dump_json()


def test_keys_of_tests_and_examples_are_told_and_do_not_count(tmp_path: Path) -> None:
    answer, places, tempting = committed(
        tmp_path, {"tests/server.key": KEY, "conf.example.json": f'{{"token": "{GITHUB}"}}', "src/a.py": "x = 1\n"}
    )
    assert (answer, places) == (Answer.NO, [])
    assert tempting == ["conf.example.json:1", "tests/server.key:1"]


def test_headers_public_keys_and_documented_examples_are_no_secret(tmp_path: Path) -> None:
    answer, places, tempting = committed(
        tmp_path,
        {
            "src/pem.ts": f"const a = pem.replace(/{HEAD}/g, '')\n// example: {HEAD}\\nMIIEpAIB...\n",
            "src/aws.py": f'KEY = "{AWS_EXAMPLE}"\n',
            "src/trust.pem": KEY.replace("PRIVATE", "PUBLIC"),
        },
    )
    assert (answer, places) == (Answer.NO, [])
    assert tempting == ["src/pem.ts:1", "src/pem.ts:2", "src/aws.py:1", "src/trust.pem:1"]


def test_a_tracked_file_that_is_ignored_is_shown_with_its_placeholder(tmp_path: Path) -> None:
    # Committed first: git add would refuse it otherwise.
    made = Repository(tmp_path / "r")
    made.commit("one", {"conf.json": '{\n  "apiKey": "..."\n}\n'})
    made.commit("two", {".gitignore": "node_modules\nconf.json\n"})
    fact = facts_of(made.folder, "secrets")["secrets/committed"]
    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["conf.json:2", ".gitignore:2"]


def test_a_chosen_password_without_an_issuer_is_partial(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"infra/main.bicep": "param a string\nadminPassword: 'Zq7!kPw2-xLm9'\n"}
    answer, places, _ = committed(tmp_path, files)
    assert (answer, places) == (Answer.PARTIAL, ["infra/main.bicep:2"])


def test_references_and_names_are_no_values(tmp_path: Path) -> None:
    source = (
        'password = os.environ["DB_PASSWORD"]\nsecretName: my-service-secret\nSECRET_KEY = "${SECRET_KEY}"\n'
        'tokenizer: "org/model-uds-tokenizer:v0.19.1"\napi_key = settings.API_KEY_2\n'
    )
    fact = inspected(tmp_path / "r", {"src/settings.py": source}, "secrets")["secrets/committed"]
    assert (fact.answer, fact.values["assigned"], fact.values["placeholders"]) == (Answer.NO, 0, 0)
    assert spots(fact) == ["src/settings.py:1"]  # where one is taken from


def test_stores_and_the_environment_are_told_by_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".github/workflows/ci.yml": WORKFLOW,
        "src/app.py": 'import os\n# os.environ["OLD_TOKEN"]\nk = os.environ["OPENAI_API_KEY"]\n',
        "k8s/deploy.yaml": "env:\n  - valueFrom:\n      secretKeyRef:\n        name: a\n",
    }
    fact = inspected(tmp_path / "r", files, "secrets")["secrets/from-outside"]
    assert fact.answer is Answer.YES
    assert spots(fact) == [
        ".github/workflows/ci.yml:5",
        ".github/workflows/ci.yml:9",
        "k8s/deploy.yaml:3",
        "src/app.py:3",
    ]


def test_a_key_in_place_of_its_name_is_not_quoted(tmp_path: Path) -> None:
    workflow = WORKFLOW.replace("DEPLOY_ROLE", GITHUB.replace("ghp_", ""))
    fact = inspected(tmp_path / "r", {".github/workflows/ci.yml": workflow}, "secrets")["secrets/from-outside"]
    assert spots(fact) == [".github/workflows/ci.yml:5", ".github/workflows/ci.yml:9"]
    assert GITHUB.replace("ghp_", "") not in fact.model_dump_json()


def test_an_empty_repository_answers_every_question(tmp_path: Path) -> None:
    facts = inspected(tmp_path / "r", {"README.md": "hello\n"}, "secrets")
    assert [fact.answer for fact in facts.values()] == [Answer.NO, Answer.NO, Answer.UNKNOWN]


def test_fixed_passwords_of_compose_are_shown_and_do_not_decide(tmp_path: Path) -> None:
    compose = (
        "services:\n  redis:\n    environment:\n      - REDIS_PASSWORD=acme-redis-pw\n      - REDIS_TOKEN_TTL=60\n"
        "      - API_KEY=${API_KEY}\n      - OPENAI_API_KEY=unused\n      POSTGRES_PASSWORD: hunter\n"
    )
    template = "OPENAI_API_KEY='kfjd09431'\nMAX_TOKENS=1024\n"
    files: dict[str, str | bytes] = {"compose.yaml": compose, ".env.template": template}
    fact = inspected(tmp_path / "r", files, "secrets")["secrets/committed"]
    assert fact.answer is Answer.NO
    assert fact.confidence is Confidence.MODERATE
    assert spots(fact) == ["compose.yaml:6"]  # taken from the environment
    assert spots(fact, counting=False) == ["compose.yaml:4", "compose.yaml:8", "compose.yaml:7", ".env.template:1"]
    assert (fact.values["fixed_passwords"], fact.values["placeholders"]) == (2, 2)
    assert "2 fixed passwords" in fact.statement
