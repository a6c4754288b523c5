"""Bad input: one clear line, the right exit code, and what was readable is kept."""

import json
import os
from pathlib import Path

import pytest
import yaml

from conftest import Run
from support.git_repositories import Repository
from support.program import AS_OF, fails, tieout
from support.small_system import RISKS
from support.systems import configuration, source, system
from tieout.cli import main as entry


def problems(folder: Path) -> dict[str, str]:
    """Status of every problem of the last collection, by path."""
    collection = json.loads((folder / ".tieout" / "collection.json").read_bytes())
    return {found["place"]["path"]: found["status"] for part in collection["sources"] for found in part["problems"]}


def types(folder: Path) -> set[str]:
    """Types of the evidence of the last collection."""
    collection = json.loads((folder / ".tieout" / "collection.json").read_bytes())
    return {item["type"] for part in collection["sources"] for item in part["items"]}


# --- the configuration and the repository


def test_no_configuration(tmp_path: Path) -> None:
    for command in (("collect",), ("run",), ("run", "--dry-run"), ("snapshot", "--release", "v1")):
        fails(tieout(*command, cwd=tmp_path), 2, "there is no tieout.yaml here", "tieout init")


def test_a_configuration_named_by_the_environment(small: Repository, tmp_path: Path) -> None:
    good = {"TIEOUT_CONFIG": str(small.folder / "tieout.yaml")}
    assert tieout("run", "--dry-run", cwd=tmp_path, variables=good).code == 0
    bad = {"TIEOUT_CONFIG": "elsewhere.yaml"}
    fails(tieout("collect", cwd=small.folder, variables=bad), 2, "there is no elsewhere.yaml")
    # What is said on the command line goes before the environment.
    assert tieout("run", "--dry-run", "--config", "tieout.yaml", cwd=small.folder, variables=bad).code == 0


def test_a_missing_repository(tmp_path: Path) -> None:
    config = configuration()
    config["sources"][0]["path"] = "nowhere"
    (tmp_path / "tieout.yaml").write_text(yaml.safe_dump(config))
    fails(tieout("collect", cwd=tmp_path), 2, "nowhere", "there is no such folder")


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "tieout.yaml").write_text(yaml.safe_dump(configuration()))
    fails(tieout("collect", cwd=tmp_path), 2, "repository")


def test_a_day_before_all_evidence(small: Repository) -> None:
    early = tieout("collect", "--as-of", "2025-12-31", cwd=small.folder)
    fails(early, 3, "dated after the as-of time, 2025-12-31T00:00:00Z", "the assessed commit is of 2026-01-0", "--at")


def test_a_level_that_proves_nothing(tmp_path: Path) -> None:
    limit = {"id": "C-1", "area": "accuracy", "statement": "x", "operator": ">=", "limit": 0.9, "level": 0.51}
    repository = system(tmp_path / "r", {**configuration(), "acceptance_criteria": [limit]})
    told = fails(tieout("collect", cwd=repository.folder), 2, "acceptance_criteria.0.level", "0.51", "0.9")
    assert "tieout.yaml:" in told


def test_a_second_repository_that_is_missing_is_a_result(tmp_path: Path) -> None:
    config = configuration(
        source("library", "git", "../library"),
        source("policies", "records", "policies", "approved_record/ai_policy", inside="library"),
    )
    repository = system(tmp_path / "r", config)
    answer = tieout("collect", cwd=repository.folder)
    assert answer.code == 0, answer.err
    found = json.loads((repository.folder / ".tieout" / "collection.json").read_bytes())
    by_source = {part["name"]: part for part in found["sources"]}
    assert by_source["application"]["items"] != []
    for name in ("library", "policies"):
        assert [problem["status"] for problem in by_source[name]["problems"]] == ["absent"], by_source[name]


@pytest.mark.parametrize(
    "revision",
    ["0123456789", "nowhere", "refs/tags/v9", "-x", "--output=x", "HEAD~99", "HEAD^{tree}", "a b", "main:tieout.yaml"],
)
def test_an_unknown_commit(small: Repository, revision: str) -> None:
    fails(tieout("collect", f"--at={revision}", cwd=small.folder), 2, ".: ")
    assert not (small.folder / "x").exists()


def test_an_uncommitted_configuration_is_refused(small: Repository) -> None:
    (small.folder / "tieout.yaml").rename(small.folder / "other.yaml")
    told = fails(tieout("collect", "--config", "other.yaml", cwd=small.folder), 2, "other.yaml")
    assert "--allow-uncommitted-config" in told
    assert tieout("collect", "--config", "other.yaml", "--allow-uncommitted-config", cwd=small.folder).code == 0


def test_a_changed_configuration_is_told_and_the_committed_one_counts(small: Repository) -> None:
    text = (small.folder / "tieout.yaml").read_text()
    (small.folder / "tieout.yaml").write_text(text.replace("Small system", "Other name"))
    answer = tieout("collect", "--format", "json", cwd=small.folder)
    assert answer.code == 0
    assert answer.err.splitlines() == [
        line for line in answer.err.splitlines() if line.startswith("note: tieout.yaml ")
    ]
    assert "differs" in answer.err
    assert answer.json()["subject"]["name"] == "Small system"


TEXT = yaml.safe_dump(configuration(), sort_keys=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("system: [\n", ("tieout.yaml:",)),
        ("a: 1\n\tb: 2\n", ("tieout.yaml:2",)),
        ("version: 1\nversion: 1\n", ("tieout.yaml:2", "version")),
        ("", ("is not a tieout configuration", "tieout init")),
        ("- 1\n", ("is not a tieout configuration",)),
        ("\x00\x01", ("tieout.yaml",)),
        ("a: &a [*a]\n", ("tieout.yaml:1",)),
        (TEXT.replace("phase: pilot", "phase: beta"), ("tieout.yaml:7", "system.phase", "'beta'", "'pilot'")),
        (TEXT.replace("phase: pilot", "fase: pilot"), ("tieout.yaml", "system.fase", "'phase' meant")),
        (TEXT.replace("kind: git", "kind: gti"), ("tieout.yaml", "sources.0.kind", "'gti'", "'git'")),
        (TEXT.replace("  generative: true\n", ""), ("tieout.yaml:2", "system.generative", "is missing")),
        (TEXT + "period: P1\n", ("tieout.yaml:", "period", "P90D")),
        (TEXT + "period: -P90D\n", ("tieout.yaml:", "period")),
        (TEXT + "period: {start: 2026-02-01, end: 2026-01-01}\n", ("tieout.yaml:", "period", "ends before")),
        (TEXT + "retention: {rules: [us-nara-grs-3.1-04]}\n", ("tieout.yaml:", "us-nara-grs-3.1-04", "3.1-040")),
        (TEXT + "retention: {trigger_dates: {never: 2026-01-01}}\n", ("tieout.yaml:", "never")),
        (TEXT.replace("- codeowners", "- code_owners"), ("tieout.yaml:", "code_owners", "is not an artefact")),
        (TEXT.replace("version: 1", "version: 2"), ("tieout.yaml:1", "version", "2")),
        (TEXT.replace("  kind: git\n", "  kind: git\n  format: x\n"), ("tieout.yaml:", "sources.0.format", "'git'")),
        (
            TEXT.replace("  kind: git\n", "  kind: git\n  options: {govern: [a]}\n"),
            ("tieout.yaml:", "sources.0.options.govern", "'governed'"),
        ),
    ],
)
def test_a_malformed_configuration_names_file_line_and_field(
    tmp_path: Path,
    text: str,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository = system(tmp_path / "r", text)
    monkeypatch.chdir(repository.folder)
    code = entry.run(["collect"])
    told = capsys.readouterr()
    assert code == 2, told
    assert told.out == ""
    line, *others = told.err.splitlines()
    assert [word for word in words if word not in line] == [], line
    assert all(other.startswith("tieout: tieout.yaml:") for other in others)


# --- sources


def test_a_malformed_record_is_a_result_and_the_others_are_kept(small: Repository) -> None:
    small.commit("broken", {"records/inventory.yaml": "artefact: inventory\nsystems: [\n", "records/bad.json": "{,}"})
    answer = tieout("collect", cwd=small.folder)
    assert answer.code == 0, answer.err
    assert "unreadable: records/inventory.yaml:" in answer.out
    assert problems(small.folder)["records/inventory.yaml"] == "unreadable"
    assert problems(small.folder)["records/bad.json"] == "unreadable"
    assert "risk_register" in types(small.folder)
    strict = tieout("collect", "--strict", "--format", "json", cwd=small.folder)
    assert strict.code == 4
    (told,) = strict.err.splitlines()  # what and where, though stdout is for a program
    assert told.startswith("exit 4 (--strict): records: records/")
    assert told.endswith("(and 1 more)")


def test_half_a_log_of_garbage(tmp_path: Path) -> None:
    config = configuration(source("log", "log", "../logs", format="litellm"), period="P30D")
    repository = system(tmp_path / "r", config)
    good = json.dumps(
        {"id": "x", "model": "m", "startTime": 1_767_200_000, "endTime": 1_767_200_001, "status": "success"}
    )
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_text(f"{good}\n\xff\x00garbage {{\n" * 200, encoding="latin-1")
    answer = tieout("collect", cwd=repository.folder)
    assert answer.code == 0, answer.err
    assert problems(repository.folder)["a.jsonl"] == "unreadable"
    assert "git_history" in types(repository.folder)
    collection = json.loads((repository.folder / ".tieout" / "collection.json").read_bytes())
    facts = [item["facts"] for part in collection["sources"] for item in part["items"] if item["type"] == "telemetry"]
    assert [(fact["lines"], fact["unreadable"]) for fact in facts] == [(400, 200)]


def test_a_named_pipe_is_never_waited_for(tmp_path: Path) -> None:
    config = configuration(
        source("records", "records", "../records", "risk_register", "inventory"),
        source("log", "log", "../gateway.jsonl"),
    )
    repository = system(tmp_path / "r", config)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "risks.yaml").write_text(RISKS)
    os.mkfifo(tmp_path / "records" / "inventory.yaml")
    os.mkfifo(tmp_path / "gateway.jsonl")
    answer = tieout("collect", cwd=repository.folder)
    assert answer.code == 0, answer.err
    assert "inventory.yaml: is a named pipe" in answer.out
    assert "gateway.jsonl: is a named pipe" in answer.out
    assert "risk_register" in types(repository.folder)


def test_a_configuration_that_is_a_named_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tieout.yaml")
    fails(tieout("collect", "--config", "tieout.yaml", cwd=tmp_path), 2, "is a named pipe")


@pytest.mark.parametrize(
    ("path", "word"),
    [("/", "is a folder, not a configuration"), (".", "is a folder"), ("/dev/zero", "is a device"), ("link", "link")],
)
def test_a_configuration_that_is_no_file(tmp_path: Path, path: str, word: str) -> None:
    (tmp_path / "link").symlink_to("/proc/self/mem")
    told = fails(tieout("collect", cwd=tmp_path, variables={"TIEOUT_CONFIG": path}), 2, word)
    assert path.rpartition("/")[2] in told
    for command in (("run", "--dry-run"), ("snapshot", "--release", "v1")):
        fails(tieout(*command, "--config", path, cwd=tmp_path), 2, word)


# --- options


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("--as-of=yesterday", "is not a date"),
        ("--as-of=2026-13-01", "is not a date"),
        ("--as-of=2026-11-22T10:00:00", "has no time zone"),
        ("--as-of=0001-01-01T00:00:00+05:00", "calendar"),
        ("--as-of=0001-01-01", "from 1970 to 2099"),
        ("--period=2026-01-01", "is not a period"),
        ("--period=2026-02-01/2026-01-01", "ends before"),
        ("--period=a/b", "is not a date"),
        ("--period=9999-12-31/9999-12-31", "calendar"),
        ("--format=xml", "xml"),
        ("--nonsense", "--nonsense"),
        ("stray", "stray"),
    ],
)
def test_an_option_that_makes_no_sense(
    small: Repository, option: str, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small.folder)
    code = entry.run(["collect", option])
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert (code, told.out) == (2, ""), line
    assert word in line


@pytest.mark.parametrize("value", ["garbage", "-1", "1.5", "99999999999999999999"])
def test_source_date_epoch_that_is_no_time(small: Repository, value: str) -> None:
    fails(tieout("collect", cwd=small.folder, variables={"SOURCE_DATE_EPOCH": value}), 2, "SOURCE_DATE_EPOCH", value)


def test_source_date_epoch_counts_where_as_of_is_not_given(small: Repository) -> None:
    epoch = {"SOURCE_DATE_EPOCH": "1790000000"}
    answer = tieout("collect", "--format", "json", cwd=small.folder, variables=epoch)
    assert answer.json()["as_of"] == "2026-09-21T14:13:20Z"
    given = tieout("collect", "--format", "json", "--as-of", AS_OF, cwd=small.folder, variables=epoch)
    assert given.json()["as_of"] == "2026-11-22T00:00:00Z"


def test_an_unknown_command_and_none(tmp_path: Path) -> None:
    fails(tieout("colect", cwd=tmp_path), 2, "colect", "collect")
    nothing = tieout(cwd=tmp_path)
    assert nothing.code == 2
    assert "Usage" in nothing.out


@pytest.mark.parametrize("command", [("explain", "GOVERN 2.1"), ("assess",), ("packet",), ("run",), ("collect",)])
def test_before_all_else_a_configuration_is_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    fails(tieout(*command, cwd=tmp_path), 2, "there is no tieout.yaml here", "run `tieout init`")
    assert list(tmp_path.iterdir()) == []


def test_stages_out_of_order(small: Repository) -> None:
    fails(tieout("assess", cwd=small.folder), 2, "tieout collect")
    fails(tieout("explain", "GOVERN", "2.1", cwd=small.folder), 2, "first")
    fails(tieout("packet", cwd=small.folder), 2, "first")
    assert tieout("collect", cwd=small.folder).code == 0
    fails(tieout("explain", "GOVERN", "2.1", cwd=small.folder), 2, "tieout assess")
    assert tieout("assess", cwd=small.folder).code == 0
    small.commit("more", {"records/inventory.yaml": "artefact: inventory\nsystems: []\n"})
    assert tieout("collect", cwd=small.folder).code == 0
    for command in (("explain", "GOVERN", "2.1"), ("packet",)):
        fails(tieout(*command, cwd=small.folder), 2, "collected again", "tieout assess")


def test_a_stage_file_that_was_damaged(small: Repository) -> None:
    assert tieout("collect", cwd=small.folder).code == 0
    kept = small.folder / ".tieout" / "collection.json"
    kept.write_bytes(kept.read_bytes()[:-20])
    fails(tieout("assess", cwd=small.folder), 2, "collection.json", "tieout collect")


def test_an_unknown_control_names_a_near_one(example_packet: Run) -> None:
    folder = example_packet.example.repository
    fails(tieout("explain", "GOVERN 2.11", cwd=folder), 2, "GOVERN 2.11", "GOVERN 2.1")
    fails(tieout("explain", "nonsense", cwd=folder), 2, "nonsense")
