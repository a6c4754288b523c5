"""Hostile sources: whatever stands in them, a collector gives problems with a place and never an exception."""

import os
import random
import time
from pathlib import Path

import pytest

from support.collecting import in_folder, in_git, problems, source, write
from support.git_repositories import Repository
from tieout.collectors import config, git, records
from tieout.collectors.config.promql import metric_names
from tieout.collectors.git.path_patterns import path_pattern
from tieout.collectors.placeholders import marks

RECORDS = source("records", provides=("drill_record", "incident_log", "approved_record"))
CONFIG = source("config", provides=("gateway_config", "alert_rules", "flag_config"))
BAD = {
    "alias-bomb.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "deep.yaml": "[" * 30_000,
    "deep.json": "[" * 100_000,
    "twice.json": '{"artefact": "drill_record", "artefact": "incident_log"}',
    "nan.json": '{"artefact": "drill_record", "measured_seconds": NaN}',
    "inf.yaml": "artefact: drill_record\nmeasured_seconds: .inf\n",
    "huge-number.yaml": "artefact: drill_record\nscenario: x\ndate: 2026-01-01\nmeasured_seconds: " + "9" * 400,
    "latin.md": b"---\nartefact: drill_record\nscenario: caf\xe9\n---\n",
    "nul.yaml": b"\x00\x01\x02",
    "utf16.yaml": "artefact: drill_record".encode("utf-16"),
    "open-front.md": "---\nartefact: drill_record\n",
    "python.yaml": "!!python/object/apply:os.system [touch /tmp/should-not-be]\n",
    "list.yaml": "- artefact: drill_record\n",
    "types.yaml": "artefact: [drill_record]\n",
    "nested.yaml": "artefact: incident_log\nincidents: {a: 1}\n",
    "surrogate.json": '{"artefact": "approved_record", "title": "\\ud800"}',
    "model-list.yaml": "model_list: [1, null, {model_name: 3, litellm_params: []}, {model_name: a}]\n",
    "groups.yaml": "groups: [{name: a, rules: {alert: 5}}, {name: b, rules: [3, {alert: [], expr: {}}]}]\n",
    "flags.json": '{"flags": {"a": {"state": "ENABLED", "variants": 4, "defaultVariant": [1]}, "b/~c": 4}}',
    "fallbacks.yaml": "model_list: [{model_name: '*', litellm_params: {model: '*/x', api_base: '://[', rpm: 1.5}}]\n"
    "litellm_settings: {fallbacks: [3, {a: 5, b: [[], '*', b]}], cache: 'false', max_budget: 1.0e+308}\n",
}


@pytest.mark.parametrize("name", sorted(BAD))
@pytest.mark.parametrize(("collect", "section"), [(records.collect, RECORDS), (config.collect, CONFIG)])
def test_a_bad_file_is_a_problem_with_its_place(tmp_path: Path, name: str, collect, section):
    started = time.monotonic()
    gathered = in_folder(collect, write(tmp_path, {f"sources/{name}": BAD[name]}), section)
    assert time.monotonic() - started < 10
    assert problems(gathered)
    for item in gathered.result.items:  # what of it is still a configuration says only what it says
        assert name in {"fallbacks.yaml", "flags.json"}
        assert collect is config.collect
        assert "budget_usd" not in item.facts or item.facts["budget_usd"] == 1e308
        assert "cache" not in item.facts


def test_what_is_no_regular_file_is_told_and_never_opened(tmp_path: Path):
    root = write(tmp_path, {"sources/good.yaml": "x: 1\n", "outside/drill.yaml": "artefact: drill_record\n"})
    os.mkfifo(root / "sources" / "drill.yaml")
    (root / "sources" / "incident-log.json").symlink_to(root / "outside" / "drill.yaml")
    started = time.monotonic()
    for collect, section in ((records.collect, RECORDS), (config.collect, CONFIG)):
        gathered = in_folder(collect, root, section)
        reasons = {problem.place.path: problem.reason for problem in problems(gathered, "unreadable")}
        assert "named pipe" in reasons["sources/drill.yaml"]
        assert "symbolic link" in reasons["sources/incident-log.json"]
        assert not gathered.result.items
    assert time.monotonic() - started < 5


def test_random_damage_to_good_files_never_raises(tmp_path: Path):
    dice = random.Random(20261122)  # noqa: S311 - a test's noise
    good = [
        b"artefact: drill_record\nscenario: provider_failover\ndate: 2026-10-02\npeople: [Ada, Ben]\nowner: Ada\n",
        b"artefact: incident_log\nincidents:\n  - {id: I-1, severity: 2, detected: 2026-09-01T10:00:00Z}\n",
        b"model_list:\n  - {model_name: a, litellm_params: {model: openai/x, timeout: 3}}\nx: {cache: true}\n",
        b'{"flags": {"off": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}\n',
        b"groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: sum(x) > 1\n        labels: {team: a}\n",
    ]
    bits = [b"[", b"{", b": ", b"\n", b"- ", b"null", b"*a", b"\xff", b"1e9"]
    files = {}
    for number in range(300):
        data = bytearray(dice.choice(good))
        for _ in range(dice.randint(1, 4)):
            position = dice.randrange(len(data))
            how = dice.randrange(3)
            if how == 0:
                data[position] = dice.randrange(256)
            elif how == 1:
                del data[position : position + dice.randint(1, 12)]
            else:
                data[position:position] = dice.choice(bits)
            if not data:
                break
        files[f"sources/{number:03}.{dice.choice(['yaml', 'json', 'md'])}"] = bytes(data)
    root = write(tmp_path, files)
    for collect, section in ((records.collect, RECORDS), (config.collect, CONFIG)):
        in_folder(collect, root, section)  # `checked` inside judges what came


def test_a_hostile_repository_is_read_without_harm(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    stars = "*a" * 60
    repository.commit(
        "one",
        {
            "CODEOWNERS": f"{stars}b @x\n/{'[a-z' * 50} @x\n** @y\n" + "z" * 5_000 + " @x\n" + "\\ \\\n! @x\n[ ] @x\n",
            "prompts/" + "a" * 200: "x",
            "prompts/new\nline.md": "x",
            "MODEL_CARD.md": "---\nversion: &a [*a]\n---\n",
            "docs/SYSTEM_CARD.md": b"\xff\xfe\x00S",
            "data/README.md": "---\nartefact: [dataset_card]\n---\n",
        },
    )
    for link in ("System-Card.md", "models/loop"):
        (repository.folder / link).parent.mkdir(exist_ok=True)
        (repository.folder / link).symlink_to("/etc/passwd")
    repository.write({b"prompts/caf\xe9.md".decode("utf-8", "surrogateescape"): "x"})
    repository.commit("two")
    started = time.monotonic()
    section = source(
        "git", ".", provides=("codeowners", "git_history", "repository_tree", "system_card", "dataset_card")
    )
    gathered = in_git(git.collect, repository, section)
    assert time.monotonic() - started < 20
    owners = next(item for item in gathered.result.items if item.type == "codeowners")
    assert all(owned["owners"] == ["@y"] for owned in owners.facts["governed"])
    assert "prompts/caf\\xe9.md" in [owned["path"] for owned in owners.facts["governed"]]
    unreadable = {problem.place.path for problem in problems(gathered, "unreadable")}
    assert {"MODEL_CARD.md", "docs/SYSTEM_CARD.md", "System-Card.md"} <= unreadable


def test_code_owners_behind_a_link_are_unreadable_and_not_followed(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"elsewhere": "* @a\n"})
    (repository.folder / "CODEOWNERS").symlink_to("elsewhere")
    repository.commit("two")
    gathered = in_git(git.collect, repository, source("git", ".", provides=("codeowners",)))
    (problem,) = problems(gathered)
    assert (problem.status, problem.types, problem.place.path) == ("unreadable", ("codeowners",), "CODEOWNERS")


def test_patterns_and_expressions_take_time_in_proportion_to_their_length():
    started = time.monotonic()
    pattern = path_pattern("*a" * 200 + "b")
    assert pattern is not None
    assert not pattern.matches("a" * 4_000)
    assert metric_names("{" * 200_000) == []
    assert metric_names('"' + "\\" * 200_000) == []
    assert len(metric_names("by (" * 50_000)) == 0
    marks("your " * 50_000 + "<" * 50_000 + "{{" * 50_000 + "[insert " * 20_000)
    assert time.monotonic() - started < 5
