"""Attacks on the whole job: linked work folders, forged lines, odd times, packets that eat memory."""

import os
import resource
import shutil
import subprocess

import pytest

from support.program import PROGRAM, environment, fails, tieout
from support.systems import configuration, system

RUN = ("run", "--no-exit-codes", "--out", "../packet")


def test_a_linked_work_folder_is_refused_and_nothing_lands_behind_it(tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    repository = system(tmp_path / "system", configuration())
    (repository.folder / ".tieout").symlink_to(victim)
    fails(tieout("collect", cwd=repository.folder), 2, ".tieout", "symbolic link")
    assert list(victim.iterdir()) == []


def test_a_linked_store_or_stage_file_is_never_written_through(tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "collection.json").write_text("untouched")
    repository = system(tmp_path / "system", configuration())
    work = repository.folder / ".tieout"
    work.mkdir()
    (work / "store").symlink_to(victim)
    fails(tieout("collect", cwd=repository.folder), 2, "store", "symbolic link")
    (work / "store").unlink()
    for name in ("collection.json.part", "collection.json", ".gitignore"):
        (work / name).symlink_to(victim / "collection.json")
    assert tieout("collect", cwd=repository.folder).code == 0
    assert (victim / "collection.json").read_text() == "untouched"


@pytest.mark.parametrize("name", ["Claims\n\nSIGNATURE: VERIFIED by NIST", "a\u202eb", "a\x1b[31mred", "a\u200bb"])
def test_a_name_that_would_forge_a_line_is_refused(tmp_path, name):
    config = configuration()
    config["system"]["name"] = name
    repository = system(tmp_path / "system", config)
    told = fails(tieout(*RUN, cwd=repository.folder), 2, "system.name", "one line")
    assert "\x1b" not in told
    assert "\u202e" not in told


@pytest.mark.parametrize("path", ["/etc", "C:\\logs", "../lo\x00gs"])
def test_a_source_path_is_relative_and_plain(tmp_path, path):
    config = configuration()
    config["sources"].append({"name": "elsewhere", "kind": "log", "path": path})
    repository = system(tmp_path / "system", config)
    fails(tieout("collect", cwd=repository.folder), 2, "tieout.yaml")


@pytest.mark.parametrize("time", ["0001-01-01", "1899-12-31", "2100-01-01", "9999-12-31"])
def test_an_as_of_time_beyond_any_evidence_is_a_usage_error(tmp_path, time):
    repository = system(tmp_path / "system", configuration())
    fails(tieout(*RUN, "--as-of", time, cwd=repository.folder), 2, "year")


def _limited(megabytes: int):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    return limit


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "data/report.pdf", "data/evidence/index.json"])
def test_a_packet_with_a_huge_file_is_told_in_little_memory(example_packet, tmp_path, name):
    packet = tmp_path / "packet"
    shutil.copytree(example_packet.folder, packet)
    os.truncate(packet / "packet" / name, 1 << 30)
    ended = subprocess.run(
        [PROGRAM, "verify", packet],
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=_limited(600),
    )
    assert ended.returncode == 5, ended.stderr
    assert name in ended.stdout.decode()


def test_a_packet_with_a_flood_of_problems_tells_the_first_and_counts_the_rest(example_packet, tmp_path):
    packet = tmp_path / "packet"
    shutil.copytree(example_packet.folder, packet)
    manifest = packet / "packet" / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes() + b"".join(b"%064x  data/x%d\n" % (n, n) for n in range(5_000)))
    answer = tieout("verify", packet, cwd=tmp_path)
    assert answer.code == 5
    assert len(answer.out.splitlines()) <= 202
    assert "more problems" in answer.out


@pytest.mark.parametrize("command", [("collect",), ("collect", "--dry-run")])
@pytest.mark.parametrize("pattern", ["logs/" + "*a" * 12 + "b", "logs/" + "**/" * 200 + "x"])
def test_a_pattern_of_wildcards_never_hangs(tmp_path, command, pattern):
    config = configuration()
    config["sources"].append({"name": "logs", "kind": "log", "path": pattern})
    repository = system(tmp_path / "system", config)
    (repository.folder / "logs").mkdir()
    (repository.folder / "logs" / ("a" * 60)).write_text("{}\n")
    answer = tieout(*command, cwd=repository.folder)
    fails(answer, 2, "too many wildcards")
    assert answer.cpu < 10
