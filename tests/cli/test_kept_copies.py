"""A packet is no evidence of the system: what tieout wrote is never read as a record, a log or a configuration."""

from pathlib import Path

import pytest
import yaml

from support.collecting import in_git, problems
from support.collecting import source as log_source
from support.git_repositories import Repository
from support.program import tieout
from support.systems import PEOPLE, assessed, configuration, source, system
from tieout.collectors.kept_copies import KEPT, kept_copies
from tieout.collectors.logs import collect as collect_log

REGISTER = """artefact: risk_register
owner: Person operations
tolerance: 9
risks:
  - {id: R-1, title: Wrong answers, likelihood: 3, severity: 4, score: 12, status: open, owner: Person operations,
     response: "Mitigate: a clerk reads each answer before it is sent", resource: 12 engineering days, due: 2027-01-10}
"""
LINE = '{"startTime": "2026-11-22T10:00:00Z", "model": "a"}\n'
KINDS = ("risk_register", "inventory")


def with_register(folder: Path, **fields: str) -> Repository:
    config = configuration(source("records", "records", ".", *KINDS, **fields), owners=PEOPLE)
    return system(folder / "r", config, {"records/register.yaml": REGISTER})


def packed(repository: Repository, *options: str) -> bytes:
    answer = tieout("run", "--no-exit-codes", "--as-of", "2030-01-01", *options, cwd=repository.folder)
    assert answer.code in {0, 4}, answer.err
    return (repository.folder / "tieout-packet/packet/manifest-sha256.txt").read_bytes()


def test_a_committed_packet_keeps_no_deleted_record_alive(tmp_path: Path) -> None:
    repository = with_register(tmp_path, inside="application")
    packed(repository)
    copies = sorted((repository.folder / "tieout-packet").rglob("source.yaml"))
    assert any(copy.read_text() == REGISTER for copy in copies), "the packet holds no copy that could be read"
    repository.git("add", "-f", "tieout-packet")
    repository.git("rm", "-q", "-r", "records")
    repository.git("commit", "-qm", "the packet stays, the records go")
    found = assessed(repository.folder)
    assert [item.provenance.path for item in found.collection.items if item.type == "risk_register"] == []
    assert found.verdict("MANAGE 1.2") == "gap"
    told = [problem for problem in found.collection.problems if KEPT in problem.reason]
    assert {problem.place.source for problem in told} == {"application", "records"}
    assert all((problem.files or 1) > len(copies) for problem in told)


def test_a_committed_packet_does_not_double_what_is_there(tmp_path: Path) -> None:
    repository = with_register(tmp_path, inside="application")
    bag = "tieout-packet/packet"
    copies = {f"{bag}/bagit.txt": "x", f"{bag}/manifest-sha256.txt": "x", f"{bag}/data/copy.yaml": REGISTER}
    repository.commit("a packet kept on purpose", copies)
    found = assessed(repository.folder)
    paths = [item.provenance.path for item in found.collection.items if item.type == "risk_register"]
    assert paths == ["records/register.yaml"]


@pytest.mark.parametrize(
    ("path", "copies", "rows"),
    [
        ("**/*.jsonl", 2, [None, None]),
        ("**/*.jsonl", 7, [7]),  # many with one reason share a row
        ("", 7, [9]),  # all of the bag, as for any other source
        ("logs/*.jsonl", 7, []),  # means nothing of the packet
    ],
)
def test_what_is_passed_over_in_packets_is_told_where_a_log_is_a_pattern_too(
    tmp_path: Path, path: str, copies: int, rows: list[int | None]
) -> None:
    bag = {f"old/packet/{name}": "x" for name in ("bagit.txt", "manifest-sha256.txt")}
    kept = {f"old/packet/data/{turn}.jsonl": LINE for turn in range(copies)}
    repository = Repository(tmp_path / "r")
    repository.commit("a log and a packet", {"logs/gw.jsonl": LINE, **bag, **kept})
    gathered = in_git(collect_log, repository, log_source("log", path or "."), prefix=path)
    told = [problem for problem in problems(gathered, "not-counted") if KEPT in problem.reason]
    assert [problem.files for problem in told] == rows
    assert [file["path"] for item in gathered.result.items for file in item.facts["files"]] == ["logs/gw.jsonl"]


def test_folders_that_hold_the_work_folder_and_the_packet_read_the_same_each_time(tmp_path: Path) -> None:
    sources = [
        source("as-records", "records", ".", *KINDS),
        source("as-log", "log", "."),
        source("as-results", "results", "."),
        source("as-config", "config", ".", "gateway_config"),
    ]
    files = {
        "records/register.yaml": REGISTER,
        "gw.jsonl": '{"startTime": "2029-12-31T10:00:00Z", "model": "a"}\n',
    }
    repository = system(tmp_path / "r", configuration(*sources, owners=PEOPLE), files)
    first, second = packed(repository, "--zip"), packed(repository, "--zip")
    assert first == second
    assert "tieout-packet.zip" not in (repository.folder / ".tieout" / "collection.json").read_text()


def test_the_dry_run_names_no_file_of_git_or_of_a_packet(tmp_path: Path) -> None:
    repository = with_register(tmp_path)
    bag = repository.folder / "tieout-packet" / "packet"
    (bag / "data").mkdir(parents=True)
    for name in ("bagit.txt", "manifest-sha256.txt", "data/copy.yaml"):
        (bag / name).write_text("x")
    (repository.folder / ".tieout").mkdir()
    (repository.folder / ".tieout" / "x.yaml").write_text("x")
    told = tieout("collect", "--dry-run", "--format", "json", cwd=repository.folder).json()
    listed = yaml.safe_dump(told)
    assert "records/register.yaml" in listed
    assert ".git/" not in listed
    assert ".tieout/" not in listed
    assert "tieout-packet/" not in listed


@pytest.mark.parametrize(
    ("paths", "kept"),
    [
        (["a.yaml", "packet/x.yaml"], []),
        (["b/bagit.txt", "b/data/x.yaml"], []),  # a declaration alone makes no bag
        (["b/manifest-sha256.txt", "b/data/x.yaml"], []),
        (["b/bagit.txt", "b/manifest-sha512.txt", "b/data/x.yaml", "bb/x.yaml"], [0, 1, 2]),
        (["bagit.txt", "manifest-sha256.txt", "data/x.yaml"], [0, 1, 2]),
        (["p/VERIFY.txt", "p/packet/bagit.txt", "p/packet/manifest-md5.txt", "p/own.yaml"], [0, 1, 2]),
        (["p/VERIFY.txt", "q/VERIFY.txt"], []),
        ([".git/config", "a/.git/x", ".tieout/assessment.json", ".gitignore", ".github/x.yaml"], [0, 1, 2]),
        (["kept/EV-0123abcd/source.yaml", "kept/EV-0123abcd/artefact.json", "kept/EV-0123abcd/notes.md"], [0, 1]),
        (["EV-0123abcd/source", "EV-0123ABCD/source.yaml", "XEV-0123abcd/source.yaml"], [0]),
    ],
)
def test_what_is_a_kept_copy_is_told_by_its_place(paths: list[str], kept: list[int]) -> None:
    is_kept = kept_copies(paths)
    assert [turn for turn, path in enumerate(paths) if is_kept(path)] == kept
