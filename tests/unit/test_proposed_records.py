"""Records that `tieout init` proposes: those that were found, and none besides."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.collecting import write
from tieout.cli.commands import init
from tieout.config.records import record_example
from tieout.config.template import Answers, render_config
from tieout.pipeline import looking
from tieout.pipeline.proposals import propose


def test_records_are_declared_as_they_were_found_and_no_others(tmp_path: Path) -> None:
    drill, policy = "artefact: drill_record\n", "---\nartefact: approved_record\nrecord_type: fallback\n---\n# x\n"
    untyped = "artefact: approved_record\ntitle: x\n"
    write(tmp_path, {"drills/ks.yaml": drill, "drills/p.md": policy, "drills/q.yaml": untyped})
    found = propose(tmp_path)
    (records,) = found.found["records"]
    assert records.provides == ("approved_record/fallback", "attestation", "document", "drill_record")
    answers = Answers(system_id="triage", name="A", phase="pilot", risk_tier="low", generative=False, third_party=False)
    text = render_config(replace(answers, places={"records": "drills"}, found=found.found))
    assert "provides: [approved_record/fallback, attestation, document, drill_record]" in text
    # Where nothing is yet, all that people usually keep is declared.
    empty = render_config(replace(answers, places={"records": "none"}))
    assert "approved_record/ai_policy, attestation, document]" in empty


def test_a_card_that_nobody_has_written_over_was_not_found(tmp_path: Path) -> None:
    template = record_example("system_card")
    write(tmp_path, {"records/system_card.md": template})
    assert propose(tmp_path).cards == ()
    write(tmp_path, {"records/system_card.md": f"{template}\nAnd this.\n"})
    assert propose(tmp_path).cards == ("system_card",)


def test_of_very_many_files_the_deepest_are_not_looked_at_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = {f"a/b/c/{n}.txt": "x" for n in range(30)}
    write(tmp_path, {**deep, "zz/risk_register.yaml": "artefact: risk_register\n"})
    assert propose(tmp_path).is_whole
    monkeypatch.setattr(looking, "_MOST", 5)
    found = propose(tmp_path)
    assert [one.path for one in found.found["records"]] == ["zz"]
    assert not found.is_whole
    assert any("the deepest were not looked at" in note for note in init._left_out(found))
    assert not init._left_out(propose(tmp_path / "zz"))
