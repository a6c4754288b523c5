"""The commands as people and programs use them: flags, help, stages, JSON, exit codes, the terminal."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from conftest import ROOT, Example, Run
from support.git_repositories import Repository
from support.program import AS_OF, PROGRAM, environment, fails, tieout
from support.systems import configuration, source, system
from support.terminal import on_a_terminal, plain
from tieout import __version__, api
from tieout.cli import main as entry
from tieout.config.kinds import RECORDS
from tieout.domain.verdicts import Severity

COMMANDS = (
    "init",
    "inspect",
    "run",
    "explain",
    "verify",
    "snapshot",
    "attest",
    "evidence",
    "collect",
    "assess",
    "packet",
    "doctor",
    "schema",
)


HELP_SECONDS = 0.3


# --- help and version


def test_help_is_quick(tmp_path: Path) -> None:
    seconds = min(tieout("--help", cwd=tmp_path).cpu for _ in range(5))
    assert seconds <= HELP_SECONDS, f"{seconds:.2f} s of CPU"


def test_help_lists_every_command_in_the_order_of_use(tmp_path: Path) -> None:
    answer = tieout("--help", cwd=tmp_path)
    assert answer.code == 0
    assert answer.err == ""
    assert tuple(re.findall(r"^  ([a-z]+)  ", answer.out, re.MULTILINE)) == COMMANDS


def test_help_fits_an_80_column_terminal(tmp_path: Path) -> None:
    code, shown = on_a_terminal("--help", cwd=tmp_path)
    assert code == 0
    assert [line for line in plain(shown).splitlines() if len(line) > 80] == []
    assert "\x1b[" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    answer = tieout(command, "--help", cwd=tmp_path)
    assert answer.code == 0
    assert f"tieout {command}" in answer.out
    assert answer.err == ""


def test_docs_describe_every_command_and_exit_code() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"tieout {command}" not in text] == []
    assert [code.value for code in api.ExitCode if f"| {code.value} |" not in text] == []


WRITTEN = sorted(path.name for path in (ROOT / "docs").glob("*.md") if "[[[cog" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", WRITTEN)
def test_what_the_docs_take_from_the_program_is_the_programs(page: str) -> None:
    """Help texts, fields of records, what rules ask: `python -m cogapp -r docs/*.md` writes them anew."""
    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", f"docs/{page}"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_pages_with_parts_of_the_program() -> None:
    assert WRITTEN == ["cli.md", "field-maps.md", "inspect.md", "records.md", "rules.md", "sources.md"]


def test_every_link_between_the_docs_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "controls" / "README.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert not target or (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_version(tmp_path: Path) -> None:
    answer = tieout("--version", cwd=tmp_path)
    assert (answer.code, answer.out, answer.err) == (0, f"tieout {__version__}\n", "")


# --- schema


def test_the_published_schema_takes_the_example_and_refuses_a_misspelling(example: Example, tmp_path: Path) -> None:
    schema = tieout("schema", "config", cwd=tmp_path).json()
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema)
    config = yaml.load((example.repository / "tieout.yaml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - base: no types, as JSON has no dates
    typed = yaml.safe_load((example.repository / "tieout.yaml").read_text())
    document = json.loads(json.dumps(typed, default=str))
    assert config.keys() == document.keys()
    validator.validate(document)
    for path, wrong in (("system", "fase"), ("owners", "operation"), ("retention", "rule")):
        broken = json.loads(json.dumps(document))
        broken[path][wrong] = "x"
        assert not validator.is_valid(broken), wrong
    for missing in ("version", "system", "sources"):
        assert not validator.is_valid({key: value for key, value in document.items() if key != missing})
    fails(tieout("schema", "nothing", cwd=tmp_path), 2, "nothing", "config", "drill_record")


def test_schemas_and_examples_of_records(tmp_path: Path) -> None:
    listed = tieout("schema", "--list", cwd=tmp_path).out.splitlines()
    names = [line.split()[0] for line in listed]
    assert names == ["config", "inspection", *RECORDS, "attestation", "document"]
    for name in names:
        jsonschema_rs.meta.validate(tieout("schema", name, cwd=tmp_path).json())
    schema = tieout("schema", "drill_record", cwd=tmp_path).json()
    assert schema["properties"]["artefact"]["const"] == "drill_record"
    example = tieout("schema", "drill_record", "--example", cwd=tmp_path)
    assert yaml.safe_load(example.out)["artefact"] == "drill_record"
    assert "#" in example.out
    fails(tieout("schema", "config", "--example", cwd=tmp_path), 2, "tieout init")
    fails(tieout("schema", "telemetry", "--example", cwd=tmp_path), 2, "telemetry", "risk_register")


# --- dry run


def test_a_dry_run_lists_exactly_what_a_collection_looks_at(example_packet: Run) -> None:
    folder = example_packet.example.repository
    answer = tieout("run", "--dry-run", "--as-of", AS_OF, "--format", "json", cwd=folder)
    assert answer.code == 0, answer.err
    planned = {entry["name"]: entry for entry in answer.json()["sources"]}
    collection = json.loads((folder / ".tieout" / "collection.json").read_bytes())
    assert list(planned) == [found["name"] for found in collection["sources"]]
    for found in collection["sources"]:
        seen = {item["provenance"]["path"] for item in found["items"]}
        seen |= {problem["place"]["path"] for problem in found["problems"] if problem["status"] != "absent"}
        listed = set(planned[found["name"]]["files"])
        if found["kind"] == "git":
            # Of a repository the whole tree is listed; "." stands for all of it.
            assert seen - {"."} <= listed
        elif found["kind"] == "log":
            # One item speaks of all files; it names their folder.
            assert len(listed) == found["files_read"] == 28
        else:
            assert seen == listed, found["name"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    repository = system(tmp_path / "r", configuration(source("log", "log", "../logs")))
    before = sorted(path.as_posix() for path in tmp_path.rglob("*") if ".git" not in path.parts)
    for command in ("run", "collect"):
        answer = tieout(command, "--dry-run", cwd=repository.folder)
        assert answer.code == 0, answer.err
        assert "tieout.yaml" in answer.out
        assert "cannot be read: does not exist" in answer.out
    assert sorted(path.as_posix() for path in tmp_path.rglob("*") if ".git" not in path.parts) == before


# --- data and progress


@pytest.mark.parametrize(
    ("command", "schema"),
    [
        (("collect", "--as-of", AS_OF), "collection"),
        (("assess",), "assessment"),
        (("explain", "GOVERN 2.1"), "explanation"),
        (("run", "--dry-run"), "plan"),
        (("doctor",), "doctor"),
        (("verify", "../packet"), "verification"),
    ],
)
def test_json_is_one_document_that_names_its_schema(example_packet: Run, command: tuple[str, ...], schema: str) -> None:
    answers = [
        tieout(*command, "--format", name, cwd=example_packet.example.repository) for name in ("json", "json-v1")
    ]
    for answer in answers:
        assert answer.code == 0, answer.err
        assert answer.err == ""
        assert next(iter(answer.json())) == "schema"
        assert answer.json()["schema"] == f"https://tieout.dev/schema/{schema}-1.json"
    assert answers[0].out == answers[1].out


def test_json_is_whole_whatever_the_locale_says(tmp_path: Path) -> None:
    config = configuration()
    config["system"]["name"] = "Größe «±»"
    repository = system(tmp_path / "r", config)
    latin = {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}
    assert tieout("collect", cwd=repository.folder, variables=latin).code == 0
    answer = tieout("assess", "--format", "json", cwd=repository.folder, variables=latin)
    assert answer.json()["subject"]["name"] == "Größe «±»"
    assert answer.out.isascii()
    text = tieout("assess", cwd=repository.folder, variables={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert text.code == 0
    assert "\\u25cb not-assessed" in text.out


def test_nothing_of_evidence_moves_the_terminal(tmp_path: Path) -> None:
    config = configuration(source("records", "records", "records", "risk_register", inside="application"))
    name = "records/a\x1b[2Jb\n\u202e\u200b.yaml"
    repository = system(tmp_path / "r", config, {name: "artefact: [\n"})
    for command in (("collect",), ("assess",), ("collect", "--dry-run")):
        answer = tieout(*command, cwd=repository.folder)
        assert answer.code == 0, answer.err
        assert not set("\x1b\u202e\u200b") & set(answer.out + answer.err)
        if command[0] == "collect":
            assert "records/a⟨U+001B⟩[2Jb⟨U+000A⟩⟨U+202E⟩⟨U+200B⟩.yaml" in answer.out
    told = fails(tieout("explain", "a\x1b[2J\u202e", cwd=repository.folder), 2)
    assert not set("\x1b\u202e") & set(told)


def test_progress_is_for_terminals_only(tmp_path: Path) -> None:
    repository = system(tmp_path / "r", configuration())
    silent = tieout("collect", cwd=repository.folder)
    assert (silent.code, silent.err) == (0, "")
    code, shown = on_a_terminal("collect", cwd=repository.folder)
    assert code == 0
    assert "opening the repository" in shown
    for quiet in ({"CI": "true"}, {"TERM": "dumb"}):
        code, shown = on_a_terminal("collect", cwd=repository.folder, **quiet)
        assert code == 0
        assert "opening the repository" not in shown


def test_colours_follow_the_terminal_and_the_two_variables(example_packet: Run) -> None:
    folder = example_packet.example.repository
    assert "\x1b[" not in tieout("assess", cwd=folder).out
    assert "\x1b[" in tieout("assess", cwd=folder, variables={"FORCE_COLOR": "1"}).out
    code, shown = on_a_terminal("assess", cwd=folder, NO_COLOR="1")
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown)
    error = tieout("explain", "nonsense", cwd=folder, variables={"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert "\x1b[" not in error.err


# --- exit codes


@pytest.mark.parametrize("severity", list(Severity))
def test_a_run_ends_with_the_worst_open_severity(
    severity: Severity, example_packet: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """11 to 14, low to critical; what is partial or not assessed is not open."""
    whole, _ = api.last_assessment(api.Workspace(example_packet.example.repository / "tieout.yaml"))
    order = list(Severity)
    milder = {
        rule.rule: rule.model_copy(update={"severity": min(rule.severity, severity, key=order.index)})
        for rule in whole.rules
    }
    assessed = whole.model_copy(update={"rules": tuple(milder.values())})
    bag = example_packet.data
    packed = api.Packed(example_packet.folder, bag / "report.pdf", bag / "index.html", bag / "oscal", "0" * 64)
    monkeypatch.chdir(example_packet.example.repository)
    monkeypatch.setattr(api, "collect", lambda *_: (api.Workspace(Path("tieout.yaml")).collection(), ()))
    monkeypatch.setattr(api, "assess", lambda *_: assessed)
    monkeypatch.setattr(api, "pack", lambda *_, **__: packed)
    capsys.readouterr()
    assert entry.run(["run", "--out", "../new"]) == 11 + order.index(severity)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"exit {11 + order.index(severity)}: the worst open rule is {severity.value} (")
    assert line.endswith("); --no-exit-codes turns this off")
    assert entry.run(["run", "--out", "../new", "--no-exit-codes"]) == 0
    assert capsys.readouterr().err == ""
    # The example has an unreadable record: a strict run says that before it says anything of severity.
    assert entry.run(["run", "--out", "../new", "--strict"]) == 4
    assert entry.run(["run", "--out", "../new", "--strict", "--no-exit-codes"]) == 4
    shut = tuple(
        rule.model_copy(update={"verdict": "partial"}) if rule.verdict in OPEN else rule for rule in whole.rules
    )
    monkeypatch.setattr(api, "assess", lambda *_: whole.model_copy(update={"rules": shut}))
    assert entry.run(["run", "--out", "../new"]) == 0
    capsys.readouterr()


OPEN = {"gap", "conflict", "unreadable"}


def test_only_a_run_has_exit_codes_for_gaps(example_packet: Run) -> None:
    folder = example_packet.example.repository
    assert tieout("assess", cwd=folder).code == 0
    assert tieout("collect", "--as-of", AS_OF, cwd=folder).code == 0


def test_the_example_run_tells_where_the_packet_is(example_packet: Run) -> None:
    out = example_packet.answer.out
    for name in ("report.pdf", "index.html", "oscal", "VERIFY.txt"):
        told = re.search(rf"^[A-Za-z ]+ +(\S+{re.escape(name)})$", out, re.MULTILINE)
        assert told, name
        assert Path(told[1]).exists()
    assert f"tieout verify {example_packet.folder}" in out
    assert example_packet.answer.err == ""


def test_run_in_a_folder_below_the_root_and_by_its_configuration(tmp_path: Path) -> None:
    """tieout.yaml in .github: its folder is what paths are relative to."""
    repository = Repository(tmp_path / "r")
    config = configuration()
    config["sources"][0]["path"] = ".."
    repository.commit("all", {".github/tieout.yaml": yaml.safe_dump(config)})
    answer = tieout("collect", "--format", "json", cwd=repository.folder)
    assert answer.code == 0, answer.err
    assert answer.json()["subject"]["configuration_committed"] is True
    shutil.rmtree(repository.folder / ".github" / ".tieout")


def test_the_verify_line_of_a_run_can_be_copied(tmp_path: Path) -> None:
    """Where no shell finds `tieout`, the line names the program as it was called."""
    repository = system(tmp_path / "r", configuration())
    called = tieout("run", "--no-exit-codes", cwd=repository.folder)
    (line,) = [line for line in called.out.splitlines() if line.startswith("Verify ")]
    command = line.removeprefix("Verify").split()
    assert command[1:] == ["verify", "tieout-packet"]
    verified = subprocess.run(command, cwd=repository.folder, env=environment(), capture_output=True, check=False)
    assert verified.returncode == 0
    found = tieout("run", "--no-exit-codes", cwd=repository.folder, variables={"PATH": f"{PROGRAM.parent}:/usr/bin"})
    assert "Verify   tieout verify tieout-packet\n" in found.out
