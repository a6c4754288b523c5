"""Pipelines of GitLab CI: what starts them, their jobs, what these run, and which of them wait for a person."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, line_text, only_item, source, write
from support.pipelines import ABSENT, job, jobs, read, said, told
from tieout.collectors.config import collect
from tieout.collectors.config.interface import ConfigFile, Found
from tieout.collectors.config.readers import readers
from tieout.collectors.fitting import fit
from tieout.domain.artefacts.delivery import CiConfig
from tieout.kernel.reading.documents import parse_all
from tieout.syntax.pipelines.gitlab import plain
from tieout.syntax.pipelines.gitlab_rules import EVENTS, holds

PLANTED = "qT7vXz91LkPw83mRb2Yd"
DIGEST = "sha256:" + "b" * 64
ROOT = ".gitlab-ci.yml"
ALL = ["push", "tag", "schedule", "web"]
PIPELINE = f"""\
stages: [check, ship]
default:
  image: python:3.12@{DIGEST}
variables: {{TOKEN: {PLANTED}}}
.base:
  before_script: [pip install -r requirements.txt]
evaluate:
  extends: .base
  stage: check
  script:
    - pytest evals
    - pip-audit || true
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  artifacts: {{reports: {{junit: out.xml}}}}
# scan: {{script: trivy}}
lint:
  stage: check
  allow_failure: true
  script: ruff check
  only: [merge_requests]
ship:
  stage: ship
  script: [./deploy.sh]
  environment: {{name: production, url: "https://example.com"}}
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      when: manual
"""


def pipeline(tmp_path: Path, text: str, **more: str) -> Any:
    return read(tmp_path, {ROOT: text, **more})


def test_a_pipeline_is_read_with_its_lines(tmp_path: Path) -> None:
    result = pipeline(tmp_path, PIPELINE)
    item = only_item(result)
    assert item.facts["product"] == "GitLab CI"
    assert [one["event"] for one in item.facts["triggers"]] == ["push", "merge_request", "schedule", "web"]
    assert set(jobs(result)) == {"evaluate", "lint", "ship"}
    evaluate = jobs(result)["evaluate"]
    assert (evaluate["check"], evaluate["events"], evaluate["conditional"]) == ("evaluate", ["merge_request"], False)
    assert (evaluate["image"], evaluate["image_pinned"], evaluate["reports"]) == ("python", True, ["junit"])
    assert [(step["name"], step["commands"], step["ignored"]) for step in evaluate["steps"]] == [
        ("before_script", ["pip install"], []),
        ("script", ["pytest evals", "pip-audit"], ["pip-audit"]),
    ]
    assert job(result, "lint", "may_fail", "events") == (True, ["merge_request"])
    ship = jobs(result)["ship"]
    assert (ship["manual"], ship["may_fail"], ship["environment"]) == (True, False, "production")
    assert ship["needs"] == ["evaluate", "lint"]
    assert ship["conditional"] is True
    for pointer, words in {
        "/jobs/0": "evaluate:",
        "/jobs/1/may_fail": "allow_failure",
        "/jobs/2/environment": "production",
        "/jobs/2/manual": "if: $CI_COMMIT_BRANCH",
        "/jobs/0/reports": "reports",
    }.items():
        assert words in line_text(result, item, pointer), pointer
    assert not told(result, "unreadable")
    everything = result.result.model_dump_json()
    assert PLANTED not in everything
    assert "trivy" not in everything


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", (ALL, False, False, False)),
        ("when: manual", (ALL, False, True, True)),
        ("when: manual\nallow_failure: false", (ALL, False, True, False)),
        ("when: never", None),
        ("rules: [{when: never}]", None),
        (
            "rules: [{if: $CI_COMMIT_TAG, when: never}, {when: manual}]",
            (["push", "merge_request", "schedule", "web"], False, True, False),
        ),
        ("rules: [{if: $CI_COMMIT_TAG}]", (["tag"], False, False, False)),
        ("rules: [{if: '$CI_COMMIT_BRANCH == \"main\"'}]", (["push", "schedule", "web"], True, False, False)),
        ("rules: [{changes: [evals/**]}]", (["push", "merge_request", "tag", "schedule", "web"], True, False, False)),
        (
            "rules: [{if: '$CI_PIPELINE_SOURCE == \"schedule\"', allow_failure: true}]",
            (["schedule"], False, False, True),
        ),
        ("rules: [{if: '$X', when: manual}, {if: '$CI_COMMIT_TAG'}]", (None, True, ABSENT, False)),
        ('rules: [{if: \'"a" == "b"\'}]', None),
        ("allow_failure: {exit_codes: [3]}", (ALL, False, False, ABSENT)),
        ("only: [tags]", (["tag"], False, False, False)),
        ("only: [main]", (ALL, True, False, False)),
        ("only: {refs: [schedules], variables: [$X]}", (["schedule"], True, False, False)),
        ("except: [schedules]", (["push", "tag", "web"], False, False, False)),
    ],
)
def test_when_a_job_is_run(tmp_path: Path, rules: str, expected: Any) -> None:
    body = "".join(f"  {line}\n" for line in rules.splitlines())
    result = pipeline(tmp_path, f"a:\n  script: make\n{body}b: {{script: make}}\n")
    if expected is None:
        assert set(jobs(result)) == {"b"}
        assert "'a' is never run" in said(result, "not-counted")
        return
    events, conditional, manual, may_fail = expected
    found = job(result, "a", "events", "conditional", "manual", "may_fail")
    assert found[1:] == (conditional, manual, may_fail)
    assert events is None or found[0] == events


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("only: [main, tags]", "only main, tags"),
        ("only: {refs: [main]}\nexcept: [schedules]", "only main; except schedules"),
        ("rules: [{if: $A}, {if: $B, when: manual}]", "$A or $B"),
        ("rules: [{changes: [x]}]", ABSENT),
        ("only: {changes: [x]}", ABSENT),
    ],
)
def test_what_lets_a_job_run_is_told_as_written(tmp_path: Path, given: str, expected: Any) -> None:
    body = "".join(f"  {line}\n" for line in given.splitlines())
    assert job(pipeline(tmp_path, f"a:\n  script: make\n{body}"), "a", "condition") == expected


def test_rules_of_the_pipeline_hold_for_every_job(tmp_path: Path) -> None:
    text = "workflow: {rules: [{if: '$CI_PIPELINE_SOURCE == \"merge_request_event\"'}]}\n"
    text += "a: {script: make}\nb: {script: make, rules: [{if: $CI_COMMIT_TAG}]}\n"
    result = pipeline(tmp_path, text)
    assert job(result, "a", "events") == ["merge_request"]
    assert set(jobs(result)) == {"a"}


def test_what_a_job_waits_for(tmp_path: Path) -> None:
    text = "stages: [one, two, three]\na: {stage: one, script: x}\nb: {stage: two, script: x}\n"
    text += "c: {stage: three, script: x}\nd: {stage: three, script: x, needs: [a]}\n"
    text += "e: {stage: three, script: x, needs: []}\nf: {stage: one, when: never, script: x}\n"
    text += "g: {stage: three, script: x, needs: [{job: b}, {project: p, job: a}]}\n"
    result = pipeline(tmp_path, text)
    assert {name: one["needs"] for name, one in jobs(result).items()} == {
        "a": [], "b": ["a"], "c": ["a", "b"], "d": ["a"], "e": [], "g": ["b"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parallel", "check", "several"),
    [
        ("3", ABSENT, ["a 1/3", "a 2/3", "a 3/3"]),
        ("{matrix: [{P: aws, S: [x, y]}, {P: gcp}]}", ABSENT, ["a: [aws, x]", "a: [aws, y]", "a: [gcp]"]),
        ("{matrix: [{P: $X}]}", ABSENT, []),
        ("lots", ABSENT, []),
    ],
)
def test_the_names_of_parallel_jobs(tmp_path: Path, parallel: str, check: Any, several: list[str]) -> None:
    result = pipeline(tmp_path, f"a: {{script: x, parallel: {parallel}}}\n")
    assert job(result, "a", "check", "matrix_checks") == (check, several)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("production", "production"),
        ("{name: production}", "production"),
        ("{name: review/$CI_COMMIT_REF_SLUG}", "review/$CI_COMMIT_REF_SLUG"),
        ("{name: production, action: stop}", ABSENT),
        ("{url: 'https://example.com'}", ABSENT),
    ],
)
def test_the_environment_that_a_job_deploys_to(tmp_path: Path, environment: str, expected: Any) -> None:
    assert job(pipeline(tmp_path, f"a: {{script: x, environment: {environment}}}\n"), "a", "environment") == expected


def test_local_files_are_followed_and_others_told(tmp_path: Path) -> None:
    text = "include:\n  - local: /ci/*.yml\n  - local: gone.yml\n  - template: Security/SAST.gitlab-ci.yml\n"
    text += f"  - project: a/b\n    ref: {'1f' * 20}\n    file: x.yml\n"
    text += f"  - remote: 'https://u:{PLANTED}@example.com/x.yml?t=1'\n"
    text += "  - component: example.com/a/scan@1.2\na: {script: make}\nsast: {stage: test}\n"
    text += "down: {trigger: {project: group/other}}\nodd: {extends: .far, script: make}\n"
    more = "eval:\n  script: [!reference [.lines, script], make eval]\n  rules:\n    - !reference [.when, rules]\n"
    more += ".lines: {script: [pip install x]}\n.when: {rules: [{if: $CI_COMMIT_TAG}]}\n"
    result = pipeline(tmp_path, text, **{"ci/eval.yml": more, "more/lonely.yml": "x: {script: make}\n"})
    item = only_item(result)
    assert set(jobs(result)) == {"a", "eval", "down", "odd"}
    assert (jobs(result)["eval"]["steps"][0]["commands"]) == ["pip install", "make eval"]
    assert job(result, "eval", "events") == ["tag"]
    index = [one["id"] for one in item.facts["jobs"]].index("eval")
    assert item.files is not None
    assert item.files[f"/jobs/{index}"] == "ci/eval.yml"
    assert [(one["name"], one.get("pinned")) for one in item.facts["includes"]] == [
        ("Security/SAST.gitlab-ci.yml", None), ("a/b", True), ("https://example.com/x.yml", False),
        ("example.com/a/scan", False),
    ]  # fmt: skip
    assert job(result, "down", "uses", "pinned", "steps") == ("group/other", False, [])
    assert job(result, "odd", "conditional") is True
    missing = said(result, "unreadable")
    for words in ("takes in 'gone.yml', which is not among", "'sast' has no script here", "starts the pipeline",
                  "takes '.far' from what is not read", "takes in 'a/b' from elsewhere"):  # fmt: skip
        assert words in missing
    assert "is taken in by no pipeline" in said(result, "not-counted")
    assert PLANTED not in result.result.model_dump_json()


def test_hidden_jobs_that_nothing_takes_in_are_told(tmp_path: Path) -> None:
    result = pipeline(tmp_path, ".off: {script: trivy}\n.base: {script: make}\na: {extends: .base}\n")
    assert set(jobs(result)) == {"a"}
    notes = said(result, "not-counted")
    assert "'.off' is hidden" in notes
    assert ".base" not in notes


@pytest.mark.parametrize("path", ["sub/.gitlab-ci.yml", "ci/pipeline.yml", ".gitlab-ci.yaml"])
def test_a_pipeline_elsewhere_is_told_as_not_in_force(tmp_path: Path, path: str) -> None:
    result = read(tmp_path, {path: PIPELINE})
    assert not result.result.items
    assert "is taken in by no pipeline that is read here" in said(result, "not-counted")


def test_without_a_commit_nobody_knows_whether_a_forge_runs_it(tmp_path: Path) -> None:
    result = in_folder(
        collect, write(tmp_path, {ROOT: PIPELINE}), source("config", ".", provides=("ci_config",)), prefix=""
    )
    assert not result.result.items
    assert "whether a forge runs it is not known" in said(result, "not-counted")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "services: {a: {image: b}}\n"),
        ("k8s.yaml", "apiVersion: v1\nkind: ConfigMap\n.x: {script: a}\n"),
        ("travis.yml", "language: python\nscript: make\n"),
        ("other.yml", "jobs: {a: {script: [x]}}\n"),
    ],
)
def test_files_of_other_products_are_no_pipelines(tmp_path: Path, name: str, text: str) -> None:
    result = read(tmp_path, {name: text, ROOT: PIPELINE})
    assert {item.provenance.path for item in result.result.items} == {ROOT}
    assert "is taken in by no pipeline" not in said(result, "not-counted")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('$CI_PIPELINE_SOURCE == "merge_request_event"', (False, True, False)),
        ('$CI_PIPELINE_SOURCE != "push"', (False, True, False)),
        ("$CI_COMMIT_BRANCH", (True, False, False)),
        ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", (True, False, False)),
        ('$CI_COMMIT_BRANCH == "main"', (None, False, False)),
        ("$CI_COMMIT_TAG =~ /^v1/", (False, False, None)),
        ("$CI_COMMIT_TAG == null", (True, True, False)),
        ("$CI_MERGE_REQUEST_IID && $OWN", (False, None, False)),
        ('($CI_COMMIT_TAG || $CI_MERGE_REQUEST_IID) && "a" == "a"', (False, True, True)),
        ("$OWN", (None, None, None)),
        ("$CI_COMMIT_TAG ==", (None, None, None)),
        ("nonsense words", (None, None, None)),
        ("(" * 5_000, (None, None, None)),
        ("(" * 1_000, (None, None, None)),
    ],
)
def test_conditions_by_event(condition: str, expected: tuple[bool | None, ...]) -> None:
    events = (EVENTS["push"][0], EVENTS["merge_request"][0], EVENTS["tag"][0])
    assert tuple(holds(condition, known) for known in events) == expected


ODD = ["null", "7", "true", "[]", "{}", "[[1]]", "{a: {b: [c]}}", "[null, 3]", "'x'", "$X", "1.5e300", "[a, b]"]
KEYS = [
    "stages", "include", "default", "workflow", "variables", "image", "a.script", "a.extends", "a.rules", "a.needs",
    "a.only",
    "a.except", "a.when", "a.allow_failure", "a.environment", "a.parallel", "a.trigger", "a.artifacts", "a.stage",
    "a.image", "a.before_script", ".h", "a", "a.rules.if", "a.rules.when", "a.parallel.matrix", "include.local",
    "include.component", "workflow.rules", "artifacts.reports", "a.trigger.include",
]  # fmt: skip


def directly(text: str) -> list[Found]:
    data = text.encode()
    file = ConfigFile(ROOT, data, "yaml", tuple(parse_all(plain(data), where=ROOT)), committed=True)
    reader = next(one for one in readers() if one.name == "gitlab-ci")
    return list(reader.read(file, [file]))


@pytest.mark.parametrize("key", KEYS)
def test_odd_values_give_a_result_and_no_traceback(key: str) -> None:
    top, _, rest = key.partition(".") if not key.startswith(".") else (key, "", "")
    for odd in ODD:
        inner, _, last = rest.partition(".")
        value = f"{{{inner}: [{{{last}: {odd}}}], script: x}}" if last else f"{{{inner}: {odd}}}" if inner else odd
        if inner and inner != "script" and top == "a" and not last:
            value = f"{{script: x, {inner}: {odd}}}"
        (found,) = directly(f"{top}: {value}\ngood: {{script: make}}\n")
        fitted = fit(CiConfig, found.facts, found.lines, ROOT)
        assert "good" in [one.id for one in fitted.jobs], (key, odd)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00a", b"a: {script: [", b"[1, 2]", b"7", b"a: !other x\n", b"a: &a [*a]\n"]
)
def test_what_is_no_pipeline_is_told(tmp_path: Path, content: bytes) -> None:
    result = read(tmp_path, {ROOT: content}, path=ROOT)
    assert not result.result.items
    assert result.result.problems


def test_a_pipeline_beyond_reason_is_refused(tmp_path: Path) -> None:
    many = "".join(f"j{n}: {{script: x}}\n" for n in range(1_100))
    assert "more than 1,000 jobs" in said(read(tmp_path, {ROOT: many}), "unreadable")
    stages = f"stages: [{', '.join(f's{n}' for n in range(900))}]\n"
    waiting = stages + "".join(f"j{n}: {{stage: s{n}, script: x}}\n" for n in range(900))
    assert "wait for more others" in said(read(tmp_path / "2", {ROOT: waiting}), "unreadable")
