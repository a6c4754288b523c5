"""Outputs of real tools under every kind of source: no failure of ours, and nothing satisfied by what a tool says."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from support.systems import PEOPLE, Assessed, assessed, configuration, source, system

#: How the samples can be declared, truly or by mistake; what a source is said to be is the user's word, not a fact.
DECLARED: dict[str, dict[str, Any]] = {
    "results": source("all", "results", "../samples"),
    "logs": source("all", "log", "../samples"),
    "gateway": source("all", "config", "../samples", "gateway_config", format="litellm"),
    "alerts": source("all", "config", "../samples", "alert_rules"),
    "flags": source("all", "config", "../samples", "flag_config"),
    "settings": source("all", "config", "../samples", "runtime_settings"),
    "records": source(
        "all",
        "records",
        "../samples",
        "risk_register",
        "inventory",
        "drill_record",
        "incident_log",
        "release_record",
        "approved_record/ai_policy",
    ),
}


def declared(folder: Path, samples: Path, how: str) -> Assessed:
    """A system whose only source beside its repository is the folder of samples, under one kind of source."""
    shutil.copytree(samples, folder / "samples")
    return assessed(system(folder / "r", configuration(DECLARED[how], owners=PEOPLE)).folder)


@pytest.mark.parametrize("how", sorted(DECLARED))
def test_no_sample_satisfies_anything_however_it_is_declared(tmp_path: Path, shared: Path, how: str) -> None:
    found = declared(tmp_path, shared / "samples", how)
    assert found.labels("satisfied") == []
    files = sum(path.is_file() for path in (shared / "samples").rglob("*"))
    assert files > 40, "the samples are not what this test was written for"


def test_every_sample_is_an_item_or_a_told_lack(tmp_path: Path, shared: Path) -> None:
    """Nothing that lies in a declared folder of results is passed over in silence."""
    found = declared(tmp_path, shared / "samples", "results")
    named = {item.provenance.path for item in found.collection.items} | {
        problem.place.path for problem in found.collection.problems
    }
    told = " ".join(sorted(named))
    for sample in ("promptfoo/out.json", "garak/tiny.report.jsonl", "inspect/errored"):
        assert sample in told, sample


def test_the_samples_as_a_repository_satisfy_nothing(tmp_path: Path, shared: Path) -> None:
    """Committed, the samples are fixtures of somebody's: a tree full of tools' outputs is no evidence by itself."""
    files = {
        f"results/{path.relative_to(shared / 'samples')}": path.read_bytes()
        for path in sorted((shared / "samples").rglob("*"))
        if path.is_file() and path.stat().st_size < 1_000_000
    }
    sources = [
        source("in-tree", "results", "results", inside="application"),
        source("conf", "config", "results", "gateway_config", inside="application"),
    ]
    found = assessed(system(tmp_path / "r", configuration(*sources, owners=PEOPLE), files).folder)
    assert found.labels("satisfied") == []
