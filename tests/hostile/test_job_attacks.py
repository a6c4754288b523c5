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
    assert len(answer.out.splitlines()) <= 203  # 200 problems, how many more, and what was done again and what not
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


# --- links that a repository carries where tieout writes


def test_init_does_not_write_through_a_link(tmp_path):
    (tmp_path / "bashrc").write_text("precious")
    folder = tmp_path / "system"
    folder.mkdir()
    (folder / ".tieout.yaml.tieout-part").symlink_to("../bashrc")
    facts = ("--phase", "pilot", "--risk-tier", "low", "--generative", "--no-third-party")
    fails(tieout("init", "--yes", *facts, cwd=folder), 2, ".tieout.yaml.tieout-part", "symbolic link")
    assert (tmp_path / "bashrc").read_text() == "precious"
    assert not (folder / "tieout.yaml").exists()
    (folder / ".tieout.yaml.tieout-part").unlink()
    (folder / ".tieout.yaml.tieout-part").write_text("left by a run that was killed")
    assert tieout("init", "--yes", *facts, cwd=folder).code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["tieout.yaml"]


@pytest.mark.parametrize("name", [".tieout-packet.zip.tieout-part", ".tieout-packet.tieout-part", "tieout-packet"])
@pytest.mark.parametrize("command", [("run", "--zip"), ("snapshot", "--zip", "--release", "v1")])
def test_a_committed_link_is_refused_before_any_work(tmp_path, name, command):
    """The default places are known to whoever writes the repository."""
    victim = tmp_path / "victim"
    if name == "tieout-packet":
        (victim / "packet").mkdir(parents=True)
        (victim / "packet" / "bagit.txt").write_text("of the packet of 2025")
        (victim / "VERIFY.txt").write_text("of the packet of 2025")
    else:
        victim.write_text("precious")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    repository = system(tmp_path / "system", configuration())
    (repository.folder / name).symlink_to("../victim")
    repository.commit("a link")
    repository.git("tag", "v1")
    fails(tieout(*command, cwd=repository.folder), 2, name, "symbolic link")
    assert {path: path.read_bytes() for path in before} == before
    assert not (repository.folder / ".tieout").exists()


def test_a_link_on_the_way_to_the_packet_is_refused(tmp_path):
    (tmp_path / "archive").mkdir()
    repository = system(tmp_path / "system", configuration())
    (repository.folder / "out").symlink_to("../archive")
    fails(tieout("run", "--out", "out/2026", cwd=repository.folder), 2, "out on the way", "symbolic link")
    assert list((tmp_path / "archive").iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--out", "/".join(["a" * 200] * 30)),
        ("run", "--config", "a" * 5_000),
        ("collect", "--config", "/".join(["a" * 200] * 30)),
        ("verify", "a" * 5_000),
        ("verify", "/".join(["a" * 200] * 30)),
        ("init", "--yes", "--config", "a" * 5_000),
    ],
)
def test_a_path_that_is_too_long_is_a_usage_error(tmp_path, command):
    repository = system(tmp_path / "system", configuration())
    told = fails(tieout(*command, cwd=repository.folder), 2)
    assert len(told) < 400


@pytest.mark.parametrize("command", [("run",), ("collect",), ("packet",), ("snapshot", "--release", "v1")])
def test_a_current_folder_that_is_gone_is_a_usage_error(tmp_path, command):
    gone = tmp_path / "gone"
    gone.mkdir()
    start = ["sh", "-c", 'cd gone && rmdir ../gone && exec "$@"', "sh", str(PROGRAM)]
    fails(tieout(*command, cwd=tmp_path, program=start), 2, "current folder is not there")


@pytest.mark.parametrize(
    "time",
    [
        "2026-W01-1",
        "2026-W01",
        "2026-001",
        "20261122",
        "20261122T100000Z",
        "2026-11-22 10:00:00Z",
        "\uff12\uff10\uff12\uff16-01-01",
    ],
)
def test_a_time_is_stated_in_one_of_two_ways(tmp_path, time):
    repository = system(tmp_path / "system", configuration())
    for option in (("--as-of", time), ("--period", f"2026-01-01/{time}")):
        fails(tieout("collect", *option, cwd=repository.folder), 2, time, "2026-11-22T10:00:00Z")
    for good in ("2026-11-22", "2026-11-22T10:00:00Z", "2026-11-22T10:00+02:00", "2026-11-22T10:00:00.5Z"):
        assert tieout("collect", "--as-of", good, cwd=repository.folder).code == 0
