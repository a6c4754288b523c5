"""Bad input and bad moments: one clear line, the right exit code, nothing lost, and what was readable is kept."""

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from conftest import Run
from support.git_repositories import Repository
from support.program import AS_OF, PROGRAM, environment, fails, tieout
from support.systems import configuration, source, system
from tieout import api
from tieout.cli import main as entry
from tieout.pipeline import verifying
from tieout.store import Store

RISKS = "artefact: risk_register\nrisks: []\n"
RECORDS = source("records", "records", "records", "risk_register", "inventory", inside="application")


@pytest.fixture
def small(tmp_path: Path) -> Repository:
    """A system with one good record."""
    return system(tmp_path / "r", configuration(RECORDS), {"records/risks.yaml": RISKS})


def problems(folder: Path) -> dict[str, str]:
    """Status of every problem of the last collection, by path."""
    collection = json.loads((folder / ".tieout" / "collection.json").read_bytes())
    return {found["place"]["path"]: found["status"] for part in collection["sources"] for found in part["problems"]}


def types(folder: Path) -> set[str]:
    """Types of the evidence of the last collection."""
    collection = json.loads((folder / ".tieout" / "collection.json").read_bytes())
    return {item["type"] for part in collection["sources"] for item in part["items"]}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stages(folder: Path) -> dict[str, bytes]:
    """What each stage wrote for the next."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".json", ".yaml"}}


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
    assert tieout("collect", "--strict", cwd=small.folder).code == 4


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


# --- where the packet goes


@pytest.fixture
def judged(small: Repository) -> Repository:
    """A system whose packet can be made at once."""
    assert tieout("collect", cwd=small.folder).code == 0
    assert tieout("assess", cwd=small.folder).code == 0
    return small


def test_a_folder_that_cannot_hold_the_packet(judged: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("mine")
    before = files(tmp_path / "foreign")
    for out, word in (
        (tmp_path / "file", "is a file"),
        (tmp_path / "file" / "below", "cannot be written"),
        (Path("/proc/packet"), "cannot be written"),
        (tmp_path / "foreign", "not a packet"),
        (Path(), "folder of its own"),
        (Path("/"), "folder of its own"),
        (judged.folder / "records", "not a packet"),
    ):
        fails(tieout("packet", "--out", out, cwd=judged.folder), 2, word)
    assert files(tmp_path / "foreign") == before
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_looks_at_the_folder_first(small: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    fails(tieout("run", "--out", tmp_path / "file", cwd=small.folder), 2, "is a file")
    assert not (small.folder / ".tieout").exists()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB; where none may be mounted, the test says that it did not run."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("NOT CHECKED on a full disk: this user may not mount one (the file-size limit is checked)")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_keeps_the_earlier_packet(judged: Repository, tiny_disk: Path) -> None:
    earlier = tiny_disk / "out"
    (earlier / "packet").mkdir(parents=True)
    (earlier / "packet" / "bagit.txt").write_text("an earlier packet")
    (earlier / "VERIFY.txt").write_text("of it")
    before = files(earlier)
    fails(tieout("packet", "--out", earlier, cwd=judged.folder), 1, "no space left", "free disk space")
    assert files(earlier) == before
    assert [path.name for path in tiny_disk.iterdir()] == ["out"]


def limited() -> None:
    """In the child: no file may be larger than 400 kB; the report is, the fonts it is set in are not."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


def test_a_write_that_fails_keeps_the_earlier_packet(judged: Repository, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert tieout("packet", "--out", out, "--prepared-for", "first", cwd=judged.folder).code == 0
    before = files(out)
    answer = tieout("packet", "--out", out, "--prepared-for", "second", cwd=judged.folder, preexec_fn=limited)
    fails(answer, 1, "could not be written", "file too large")
    assert files(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_full_standard_output_is_told(small: Repository) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [PROGRAM, "schema", "config"],
            cwd=small.folder,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.decode().splitlines()
    assert line.startswith("tieout: the output: could not be written: no space left on device")


def test_a_reader_that_leaves_is_no_error(example_packet: Run) -> None:
    for command in ("schema config", "explain GOVERN 2.1", "assess --format json"):
        piped = subprocess.run(
            ["bash", "-c", f"set -o pipefail; '{PROGRAM}' {command} | head -c 1 >/dev/null"],
            cwd=example_packet.example.repository,
            env=environment(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (piped.returncode, piped.stderr) == (0, b""), command


# --- being stopped


@pytest.fixture
def reading(example_packet: Run, tmp_path: Path) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a collection in a copy of the example with a log that takes long, and waits until it is read."""
    copy = example_packet.example.copy(tmp_path / "copy")
    first = next((copy.root / "logs").iterdir())
    for number in range(300):
        os.link(first, copy.root / "logs" / f"gateway-2026-11-{number:03}.jsonl")
    (tmp_path / "t").mkdir()

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [PROGRAM, "collect", "--as-of", AS_OF],
            cwd=copy.repository,
            env=environment(TMPDIR=str(tmp_path / "t")),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # a terminal's group, which Ctrl-C reaches as a whole
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                opened = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
            except OSError as error:
                if error.errno not in {errno.ENOENT, errno.ESRCH}:
                    raise
                continue
            if any(str(copy.root / "logs") in path for path in opened):
                return process
            time.sleep(0.005)
        pytest.fail(f"the log was never read: {process.communicate()}")

    return start


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        (signal.SIGINT, 130, "tieout: stopped by Ctrl-C"),
        (signal.SIGTERM, 143, "tieout: stopped by SIGTERM"),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_stopped_in_mid_collect(
    reading: Callable[[], subprocess.Popen[bytes]], tmp_path: Path, number: int, code: int, told: str
) -> None:
    copy = tmp_path / "copy"
    before = files(copy / "packet"), stages(copy / "claims-triage/.tieout")
    process = reading()
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert out == b""
    assert len(err.decode().splitlines()) == (1 if told else 0)
    assert err.decode().startswith(told)
    after = files(copy / "packet"), stages(copy / "claims-triage/.tieout")
    assert after == before
    if number != signal.SIGKILL:
        assert list((tmp_path / "t").iterdir()) == []  # no quarantine is left behind
    # The same again, to its end, with the log as it was.
    for path in (copy / "logs").glob("gateway-2026-11-???.jsonl"):
        path.unlink()
    again = tieout("collect", "--as-of", AS_OF, cwd=copy / "claims-triage")
    assert again.code == 0, again.err
    assert (copy / "claims-triage/.tieout/collection.json").read_bytes() == before[1]["collection.json"]
    with Store.open(copy / "claims-triage/.tieout/store", create=False) as store:
        assert store.fsck() == []


def test_without_a_terminal_nothing_is_asked_and_nothing_asserted(tmp_path: Path) -> None:
    """The four facts that have no open mark must be given; the questions themselves are in test_commands.py."""
    for flags in ((), ("--yes",)):
        told = fails(tieout("init", *flags, cwd=tmp_path, stdin=b""), 2, "--phase", "--risk-tier", "--[no-]generative")
        assert "--[no-]third-party" in told
    assert list(tmp_path.iterdir()) == []


# --- faults of our own


def test_an_unforeseen_fault_is_one_line_too(
    small: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        message = "a surprise\nin two lines\x1b[2J"
        raise RuntimeError(message)

    monkeypatch.chdir(small.folder)
    monkeypatch.setattr(api, "collect", broken)
    monkeypatch.delenv("TIEOUT_DEBUG", raising=False)
    assert entry.run(["collect"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tieout: internal error: RuntimeError in cli/commands/collect.py:")
    assert "TIEOUT_DEBUG=1" in line
    assert "\x1b" not in line
    monkeypatch.setenv("TIEOUT_DEBUG", "1")
    assert entry.run(["collect"]) == 1
    assert "Traceback" in capsys.readouterr().err


# --- packets that do not verify


@pytest.mark.parametrize("place", ["nowhere", "tieout.yaml", "records", "."])
def test_verify_on_what_is_no_packet(small: Repository, place: str) -> None:
    fails(tieout("verify", place, cwd=small.folder), 2, place)


def changed_by_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthened(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def renamed(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}.bak"))


def linked(path: Path) -> None:
    """The same bytes behind a link: what it leads to can change at any time."""
    path.rename(path.with_name(f".{path.name}"))
    path.symlink_to(f".{path.name}")


@pytest.mark.parametrize("tamper", [changed_by_a_bit, shortened, lengthened, Path.unlink, renamed, linked])
def test_every_file_of_a_packet_is_watched(example_packet: Run, tmp_path: Path, tamper: Callable[[Path], None]) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    # VERIFY.txt lies outside the bag: it is made again and compared.
    paths = [path.relative_to(packet).as_posix() for path in packet.rglob("*") if path.is_file()]
    assert "VERIFY.txt" in paths
    assert len(paths) > 40
    unnoticed, unnamed = [], []
    for path in paths:
        kept = (packet / path).read_bytes()
        tamper(packet / path)
        found = api.verify_packet(packet).problems
        if not found:
            unnoticed.append(path)
        elif not any(path.removeprefix("packet/") in problem for problem in found):
            unnamed.append((path, found))
        for left in (f"{path}.bak", (Path(path).parent / f".{Path(path).name}").as_posix(), path):
            (packet / left).unlink(missing_ok=True)
        (packet / path).write_bytes(kept)
    assert (unnoticed, unnamed) == ([], [])
    assert api.verify_packet(packet).problems == ()


def test_a_missing_verify_txt_is_told(example_packet: Run, tmp_path: Path) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    (packet / "VERIFY.txt").unlink()
    fails(tieout("verify", packet, cwd=tmp_path), 5, "VERIFY.txt")
    # The bag alone is a bag, and can be checked alone.
    assert tieout("verify", packet / "packet", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"UNSIGNED unless packet.dsse.json beside this packet verifies", b"VERIFIED by the national institute"),
        (b"sha256sum -c manifest-sha256.txt", b"true"),
        (b"4. Do it again", b"5. Do it again"),
    ],
)
def test_words_of_verify_txt_that_were_changed_are_told(
    example_packet: Run, tmp_path: Path, was: bytes, becomes: bytes
) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    text = (packet / "VERIFY.txt").read_bytes()
    assert was in text
    (packet / "VERIFY.txt").write_bytes(text.replace(was, becomes))
    fails(tieout("verify", packet, cwd=tmp_path), 5, "VERIFY.txt", "is not the text that tieout")


def test_the_words_of_another_version_are_not_judged(
    example_packet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    made_by = json.loads((packet / "packet/data/inputs/run.json").read_bytes())["tool"]["version"]
    monkeypatch.setattr(verifying, "__version__", "99.0.0")
    found = api.verify_packet(packet)
    assert found.problems == ()
    assert found.notes == (f"VERIFY.txt: its words are not checked: made by version {made_by}",)


ENVELOPE = {"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [{"sig": "AAE="}]}


def test_a_signature_is_there_and_not_checked(example_packet: Run, tmp_path: Path) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    (packet / "packet.dsse.json").write_text(json.dumps(ENVELOPE))
    told = tieout("verify", packet, cwd=tmp_path)
    assert told.code == 0
    assert "a signature is there; this version does not check it" in told.out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "malformed: it is empty"),
        (b" \n", "malformed: it is empty"),
        (b"{", "malformed: it is not JSON"),
        (b"[" * 100_000, "malformed: it is not JSON"),
        (b"[]", "malformed: it has no payloadType"),
        (json.dumps(ENVELOPE | {"payload": ""}).encode(), "has no payload"),
        (json.dumps(ENVELOPE | {"payload": "e31="}).encode(), "has no payload in canonical base64"),
        (json.dumps(ENVELOPE | {"signatures": []}).encode(), "holds no signature"),
        (json.dumps(ENVELOPE | {"signatures": [{"sig": "AAE"}]}).encode(), "not canonical base64"),
        (b" " * (1 << 20) + b"{}", "1.0 MiB"),
    ],
)
def test_a_malformed_signature_does_not_verify(example_packet: Run, tmp_path: Path, content: bytes, why: str) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    (packet / "packet.dsse.json").write_bytes(content)
    fails(tieout("verify", packet, cwd=tmp_path), 5, "packet.dsse.json", why)


@pytest.mark.parametrize("name", ["packet/data/added.txt", "packet/added.txt", "packet/data/evidence/EV-1/x"])
def test_an_added_file_is_named(example_packet: Run, tmp_path: Path, name: str) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    (packet / name).parent.mkdir(exist_ok=True)
    (packet / name).write_text("x")
    fails(tieout("verify", packet, cwd=tmp_path), 5, name.removeprefix("packet/"))


def test_a_tampered_packet_ends_with_5_and_names_the_file(example_packet: Run, tmp_path: Path) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    changed_by_a_bit(packet / "packet/data/oscal/catalog.json")
    fails(tieout("verify", packet, cwd=tmp_path), 5, "data/oscal/catalog.json", "was changed")
    as_json = tieout("verify", packet, "--format", "json", cwd=tmp_path)
    assert as_json.code == 5
    assert as_json.json()["verified"] is False


def test_evidence_that_was_exchanged_with_its_manifests(example_packet: Run, tmp_path: Path) -> None:
    """Whoever changes evidence and writes both manifests anew still contradicts index and VERIFY.txt."""
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    bag = packet / "packet"
    artefact = next((bag / "data" / "evidence").glob("*/artefact.json"))
    artefact.write_bytes(artefact.read_bytes().replace(b"2026", b"2027", 1))
    script = (
        "find data -type f | sort | xargs sha256sum > manifest-sha256.txt; "
        "sha256sum bag-info.txt bagit.txt manifest-sha256.txt > tagmanifest-sha256.txt"
    )
    subprocess.run(["bash", "-ec", script], cwd=bag, check=True, env=environment())
    found = api.verify_packet(packet).problems
    assert any("is not what the index says" in problem for problem in found)
    assert any("VERIFY.txt" in problem for problem in found)
