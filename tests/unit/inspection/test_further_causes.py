"""General causes of wrong answers that further repositories read by hand showed, each with its trap."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer

CI = ".github/workflows/ci.yml"
RUNS = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pre-commit run --all-files\n"
ASKED = 'def ask(client, url):\n    return client.stream("POST", f"{url}/chat/completions", timeout={})\n'
CLIENT = "from openai import OpenAI\nclient = OpenAI({})\n"
HELPED = "def ask(self, words):\n    return self.retryer(self.{}, messages=words)\n"


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ({"a.py": ASKED.replace("{}", "30")}, Answer.YES),
        ({"a.py": ASKED.replace("{}", "None")}, Answer.NO),
        ({"a.py": ASKED.replace("{}", "None"), "b.py": ASKED.replace("{}", "30")}, Answer.PARTIAL),
        ({"a.py": CLIENT.format("timeout=60")}, Answer.YES),
        ({"a.py": CLIENT.format("timeout=None, max_retries=0")}, Answer.NO),
        ({"a.py": CLIENT.format("max_retries=0, timeout=60")}, Answer.YES),
        ({"a.py": CLIENT.format("timeout=60"), "b.py": ASKED.replace("{}", "None")}, Answer.PARTIAL),
        ({"a.py": ASKED.replace("{}", "30"), "b.py": CLIENT.format("")}, Answer.PARTIAL),
        ({"a.py": HELPED.format("client.chat.completions.create")}, Answer.YES),
        ({"a.py": HELPED.format("store.save_completions")}, Answer.NO),
        ({"a.py": '# client.stream("POST", "/chat/completions", timeout=30)\n'}, Answer.NO),
    ],
)
def test_a_limit_of_none_is_no_limit(tmp_path: Path, files: dict[str, str], answer: Answer) -> None:
    fact = inspected(tmp_path, files, "gateway")["gateway/timeouts-and-retries"]

    assert fact.answer is answer
    endless = [place for place in fact.places if place.shows == "waits for a model without an end"]
    assert bool(endless) == any("timeout=None)" in text for text in files.values())


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('raise ValueError("to allow it pass trust_remote_code=True.")', Answer.PARTIAL),
        ("raise ValueError(\"set 'trust_remote_code=True' to allow it\")", Answer.PARTIAL),
        ("options = {'trust_remote_code': True}", Answer.YES),
        ('given = "pretrained=a/b,trust_remote_code=True"', Answer.YES),
        ('run("vllm serve a/b --trust-remote-code")', Answer.YES),
        ("load(trust_remote_code=True)", Answer.YES),
    ],
)
def test_words_on_code_of_a_model_allow_none(tmp_path: Path, line: str, answer: Answer) -> None:
    model = "def load(name, trust_remote_code: bool = False):\n    return AutoModel.from_pretrained(name)\n"
    fact = inspected(tmp_path, {"a.py": f"{model}{line}\n"}, "model-integrity")["model-integrity/remote-code"]

    assert fact.answer is answer
    assert ("a.py:3" in spots(fact)) == (answer is Answer.YES)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("from sklearn.metrics import f1_score, cosine_similarity", Answer.YES),
        ("import sklearn.metrics", Answer.YES),
        ("from sklearn.metrics import cosine_similarity", Answer.NO),
        ("from sklearn.metrics import cosine_similarity, euclidean_distances as far", Answer.NO),
        ("from sklearn.metrics.pairwise import cosine_similarity", Answer.NO),
    ],
)
def test_how_near_two_vectors_are_is_no_evaluation(tmp_path: Path, line: str, answer: Answer) -> None:
    files = {"src/search.py": f"{line}\n"}
    assert inspected(tmp_path, files, "evaluations")["evaluations/harness"].answer is answer


@pytest.mark.parametrize(("hook", "answer"), [("clippy", Answer.YES), ("cargo-check", Answer.NO)])
def test_a_hook_that_lints_rust_is_a_linter(tmp_path: Path, hook: str, answer: Answer) -> None:
    hooks = f"repos:\n- repo: https://git.example/rust-hooks\n  rev: v1\n  hooks:\n  - id: {hook}\n"
    files = {CI: RUNS, ".pre-commit-config.yaml": hooks, "src/main.rs": "fn main() {}\n"}
    assert inspected(tmp_path, files, "ci-gates")["ci-gates/linting-enforced"].answer is answer


LIMITED = """async def guard(request, call_next):
    seen = count(request)
    if seen > {name}:
        return Response(content="no", {status})
    return await call_next(request)
"""


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (LIMITED.format(name="RATE_LIMIT_PER_MINUTE", status="status_code=429"), Answer.YES),
        (LIMITED.format(name="settings.limit", status="status_code=status.HTTP_429_TOO_MANY_REQUESTS"), Answer.YES),
        (LIMITED.format(name="settings.limit", status="status_code=403"), Answer.NO),
        (LIMITED.format(name="max_size", status="status_code=429"), Answer.NO),
        ("def ask(r, limit):\n    if r.tries > limit or r.status_code == 429:\n        wait()\n", Answer.NO),
        ("# return Response(status_code=429) if seen > limit\n", Answer.NO),
    ],
)
def test_a_program_that_refuses_who_asks_too_often_limits(tmp_path: Path, text: str, answer: Answer) -> None:
    assert inspected(tmp_path, {"src/guard.py": text}, "gateway")["gateway/rate-limits"].answer is answer


LOADS = {"src/a.py": 'model = AutoModel.from_pretrained("acme/one")\n'}
TERMS = "Permission is hereby granted, free of charge, to any person, and to sublicense\n"


def test_weights_of_several_models_under_several_licences(tmp_path: Path) -> None:
    readme = "# A\n\n# License\n\nThe following models are CC-BY-NC 4.0 licensed as in [LICENSE](LICENSE):\n- One\n\n"
    readme += "The following models are Acme licensed as in [ACME_LICENSE](ACME_LICENSE):\n- Two\n"
    files = {**LOADS, "README.md": readme, "ACME_LICENSE": "Terms.\n"}
    fact = inspected(tmp_path, files, "licences")["licences/weights-licence"]

    assert (fact.answer, fact.values["spdx"]) == (Answer.YES, ("CC-BY-NC-4.0",))
    assert spots(fact)[:2] == ["README.md:5", "README.md:8"]
    assert "Not all models have the same: ACME_LICENSE" in fact.statement


def test_models_that_follow_no_licence_state_none(tmp_path: Path) -> None:
    readme = "# A\n\n# License\n\nThe following models are supported:\n- One\n\nThe code is MIT licensed.\n"
    assert (
        inspected(tmp_path, {**LOADS, "README.md": readme}, "licences")["licences/weights-licence"].answer is Answer.NO
    )


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ({"models/one/model.onnx": b"x", "models/one/LICENSE": TERMS}, Answer.YES),
        ({"models/one/model.onnx": b"x", "models/one/LICENSE": TERMS, "models/two/model.onnx": b"y"}, Answer.PARTIAL),
        ({"models/one/model.onnx": b"x", "models/LICENSES.txt.py": TERMS, "lib/LICENSE": TERMS}, Answer.NO),
        ({"model.onnx": b"x", "LICENSE": TERMS}, Answer.NO),
    ],
)
def test_a_licence_beside_weights_is_theirs(tmp_path: Path, files: dict[str, str | bytes], answer: Answer) -> None:
    fact = inspected(tmp_path, {**LOADS, **files}, "licences")["licences/weights-licence"]

    assert fact.answer is answer
    assert ("models/one/LICENSE:1" in spots(fact)) == (answer is not Answer.NO)


def test_a_policy_of_use_without_an_ending_is_read(tmp_path: Path) -> None:
    policy = "Acme Acceptable Use Policy\n\nProhibited Uses\n\nYou agree you will not use Acme to:\n\n1. Harm\n"
    facts = inspected(tmp_path, {"ACCEPTABLE_USE_POLICY": policy}, "intended-use")
    assert facts["intended-use/use-limitation"].answer is Answer.YES
    assert spots(facts["intended-use/use-limitation"])[0] == "ACCEPTABLE_USE_POLICY:3"


def test_another_file_without_an_ending_is_not(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"tests.notes": "Prohibited Uses\n", "policy": "Prohibited Uses\n"}, "intended-use")
    assert facts["intended-use/use-limitation"].answer is Answer.NO


PAGE = "export function Page() {{\n  return (\n    <div>\n      <b>\n        Note\n      </b>\n{}    </div>\n  )\n}}\n"


@pytest.mark.parametrize(
    ("path", "line", "answer"),
    [
        ("app/page.tsx", "      AI-generated text, always verify against primary sources.\n", Answer.YES),
        ("app/page.tsx", "      AI-generated content may be incorrect\n", Answer.YES),
        ("app/page.html", "      <p>AI transcriptions are not independently verified.</p>\n", Answer.YES),
        ("app/page.tsx", "      {/* AI-generated text, always verify against primary sources. */}\n", Answer.NO),
        ("app/page.tsx", "      AI-generated code is kept in src.\n", Answer.NO),
        ("app/page.html", "      <p>If the model's condition is not verified, it is cut.</p>\n", Answer.NO),
        ("tests/page.test.tsx", "      AI-generated content may be incorrect\n", Answer.NO),
    ],
)
def test_pages_that_are_programs_tell_users_too(tmp_path: Path, path: str, line: str, answer: Answer) -> None:
    fact = inspected(tmp_path, {path: PAGE.format(line)}, "intended-use")["intended-use/disclaimer"]

    assert fact.answer is answer
    assert spots(fact) == ([f"{path}:7"] if answer is Answer.YES else [])


@pytest.mark.parametrize(
    ("title", "answer"),
    [("Emergency procedures", Answer.YES), ("Outage response", Answer.YES), ("Emergency exits", Answer.NO)],
)
def test_an_emergency_is_an_incident(tmp_path: Path, title: str, answer: Answer) -> None:
    guide = f"# Operations\n\n## {title}\n\nWhen it is down:\n\n1. Look\n2. Restart\n3. Call\n4. Write down\n"
    fact = inspected(tmp_path, {"docs/operations.md": guide}, "lifecycle")["lifecycle/incident-procedure"]
    assert fact.answer is answer


def test_a_parameter_is_no_record_of_the_model(tmp_path: Path) -> None:
    measures = 'import logging\ndef log_metrics(\n    judge_model_name: str = "large",\n) -> None:\n    ...\n'
    fact = inspected(tmp_path, {"src/measure.py": measures}, "audit-logging")["audit-logging/decision-logged"]
    assert fact.answer is not Answer.YES

    logged = 'import logging\ndef answer():\n    logging.info("done", extra={"model_name": name})\n'
    fact = inspected(tmp_path / "b", {"src/a.py": logged}, "audit-logging")["audit-logging/decision-logged"]
    assert fact.answer is Answer.YES


def test_counting_tokens_calls_no_model(tmp_path: Path) -> None:
    files = {"src/a.py": 'coder = tiktoken.encoding_for_model("gpt-3.5-turbo")\nask(model="gpt-4o-2024-08-06")\n'}
    fact = inspected(tmp_path, files, "gateway")["gateway/models-pinned"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["src/a.py:2"])


NOTES = "# Changes\n\n## 2.1.3\n\nMore.\n\n## 2.1.0\n\nMore.\n\n## 1.0.0\n\nThe first.\n"


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ('{"private": true, "version": "2.1.0"}', Answer.PARTIAL),
        ('{"private": true, "version": "2.1.3"}', Answer.YES),
        ('{"private": true, "version": "0.7.2"}', Answer.YES),  # counts by itself
        ('{"private": true, "version": "1.0.0"}', Answer.YES),  # as packages begin
        ('{"private": true, "version": ["2.1.0"]}', Answer.YES),
        ('{"version": "2.1.0"}', Answer.YES),  # published by itself
    ],
)
def test_a_part_that_stayed_at_an_earlier_release_is_told(tmp_path: Path, part: str, answer: Answer) -> None:
    setup = 'from setuptools import setup\nsetup(name="acme", version="2.1.3")\n'
    files = {"setup.py": setup, "CHANGELOG.md": NOTES, "web/package.json": part}
    fact = inspected(tmp_path, files, "releases")["releases/version-agreement"]

    assert fact.answer is answer
    assert ("web/package.json:1" in spots(fact)) == (answer is Answer.PARTIAL)


HATCH = '[project]\nname = "a"\ndynamic = ["version"]\n\n[tool.hatch.version]\nsource = "{}"\n'


@pytest.mark.parametrize(
    ("pyproject", "answer", "place"),
    [
        (HATCH.format("vcs"), Answer.YES, ["pyproject.toml:6"]),
        ('[project]\nname = "a"\ndynamic = ["version"]\n[tool.setuptools_scm]\n', Answer.YES, ["pyproject.toml:4"]),
        (HATCH.format("env"), Answer.UNKNOWN, []),
        (HATCH.format("vcs").replace('dynamic = ["version"]', ""), Answer.UNKNOWN, []),
        (HATCH.format("vcs").replace("source", "# source"), Answer.UNKNOWN, []),
        ('[project]\nname = "a"\ndynamic = ["version"]\n[tool]\nhatch = 3\nsetuptools_scm = 1\n', Answer.UNKNOWN, []),
    ],
)
def test_a_version_that_is_made_from_tags_agrees(
    tmp_path: Path, pyproject: str, answer: Answer, place: list[str]
) -> None:
    made = Repository(tmp_path)
    made.commit("one", {"pyproject.toml": pyproject})
    made.git("tag", "v1.2.0")
    fact = facts_of(made.folder, "releases")["releases/version-agreement"]

    assert (fact.answer, spots(fact)) == (answer, place)


@pytest.mark.parametrize(
    ("said", "told"),
    [("AGPL-3.0-or-later", "AGPL-3.0-or-later"), ("AGPL-3.0+", "AGPL-3.0-or-later"), ("AGPL-3.0", "")],
)
def test_the_edition_of_a_licence_is_not_shortened(tmp_path: Path, said: str, told: str) -> None:
    text = "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007\n"
    files = {"LICENSE": text, "package.json": f'{{"name": "a", "license": "{said}"}}'}
    facts = inspected(tmp_path, files, "licences")
    fact = facts["licences/code-licence"]

    assert fact.answer is facts["licences/licence-agreement"].answer is Answer.YES
    assert ("The metadata says" in fact.statement) == bool(told)
    assert [p.shows for p in fact.places if p.path == "package.json"] == [f"package metadata: {told or 'AGPL-3.0'}"]
