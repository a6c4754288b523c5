"""What `tieout explain` tells of a control, and what `tieout doctor` tells of a machine."""

import re
from pathlib import Path

from conftest import Run
from support.program import PROGRAM, tieout
from support.systems import configuration, system

# --- what is told


def test_explain_tells_rule_evidence_verdict_why_and_what_closes_it(example_packet: Run) -> None:
    folder = example_packet.example.repository
    answer = tieout("explain", "GOVERN 2.1", cwd=folder)
    assert answer.code == 0, answer.err
    assert answer.err == ""
    for part in (
        "GOVERN 2.1",
        "Claims triage assistant · release v4.2.0 · commit ",
        " · as of 2026-11-22 00:00 UTC · period 2026-10-23 00:00 to 2026-11-22 00:00 UTC",
        "Verdict  ◐ partial",
        "gv-2.1-roles",
        "  ● satisfied       Each of operations, model changes",  # what is asked …
        "      → Each of the 5 roles has one accountable person",  # … and what was found
        "within 180 days",  # a limit
        "      → No signed attestation",
        "What closes it",
    ):
        assert part in answer.out, part
    evidence = re.findall(r"^  (EV-[0-9a-f]{8})  ", answer.out, re.MULTILINE)
    assert evidence
    assert all((example_packet.data / "evidence" / name).is_dir() for name in evidence)
    for spelling in (("GV-2.1",), ("ai-rmf-gv-2.1",), ("govern", "2.1"), ("govern2.1",), ("GOVERN-2.1",), ("gv2.1",)):
        assert tieout("explain", *spelling, cwd=folder).out == answer.out


def test_explain_names_each_place_once(example_packet: Run) -> None:
    for control in ("GOVERN 2.1", "MAP 2.1", "MEASURE 2.3", "MANAGE 1.2"):
        out = tieout("explain", control, cwd=example_packet.example.repository).out
        for line in re.findall(r"^      at (.+)$", out, re.MULTILINE):
            files = [spot.partition(":")[0] for spot in line.split("; ")]
            assert len(files) == len(set(files)), line
            for spot in line.split("; "):
                lines = spot.partition(":")[2].split(",")
                assert len(lines) == len(set(lines)), line


def test_explain_for_programs_has_what_each_check_asks(example_packet: Run) -> None:
    told = tieout("explain", "GOVERN 2.1", "--format", "json", cwd=example_packet.example.repository).json()
    assert told["as_of"].startswith("2026-11-22")
    assert told["subject"]["release"] == "v4.2.0"
    assert told["notes"] == []
    assert all(check["asks"] for rule in told["rules"] for check in rule["checks"])


def test_explain_says_when_the_system_moved_since(tmp_path: Path) -> None:
    repository = system(tmp_path / "r", configuration())
    assert tieout("collect", cwd=repository.folder).code == 0
    assert tieout("assess", cwd=repository.folder).code == 0
    assert tieout("explain", "MAP 1.1", cwd=repository.folder).err == ""
    repository.commit("later", {"other.txt": "x"})
    head = repository.git("rev-parse", "HEAD")
    moved = tieout("explain", "MAP 1.1", cwd=repository.folder)
    assert moved.code == 0
    assert [line[:36] for line in moved.err.splitlines()] == [f"note: HEAD is now {head[:12]}; this"]
    (repository.folder / "tieout.yaml").write_text("system: [\n")
    edited = tieout("explain", "MAP 1.1", cwd=repository.folder)
    assert edited.code == 0
    assert "note: tieout.yaml here is not the one that was collected" in edited.err
    (repository.folder / "tieout.yaml").unlink()
    assert "tieout.yaml is not there any more" in tieout("explain", "MAP 1.1", cwd=repository.folder).err


def test_explain_of_a_control_without_a_rule(example_packet: Run) -> None:
    answer = tieout("explain", "GOVERN 1.1", cwd=example_packet.example.repository)
    assert answer.code == 0
    assert "○ not-assessed" in answer.out
    assert "What closes it" in answer.out


def test_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    answer = tieout("doctor", cwd=tmp_path)
    assert answer.code == 0, answer.out
    for name in ("Python", "git", "controls", "templates", "PDF", "fonts"):
        assert re.search(rf"^● {name}: ", answer.out, re.MULTILINE), name


def test_doctor_says_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    answer = tieout("doctor", cwd=tmp_path, variables={"PATH": str(tmp_path)}, program=PROGRAM)
    assert answer.code == 2
    assert "✕ git: not found" in answer.out
    assert "apt-get install" in answer.out
