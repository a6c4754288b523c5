"""The summary of an assessment as people see it: one short line a control, the totals, and where to read on."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import Run
from support.program import PROGRAM, tieout
from support.systems import configuration, system
from support.terminal import on_a_terminal, plain
from tieout.api import Collection, Period, Place, SourceResult, Subject
from tieout.cli.explaining import looked_up
from tieout.cli.results import first_sentence


@pytest.mark.parametrize("columns", [80, 120])
def test_lines_fit_the_terminal_and_break_between_words(example_packet: Run, columns: int) -> None:
    folder = example_packet.example.repository
    words = set(tieout("explain", "GOVERN 2.1", cwd=folder).out.split())
    for command in (("assess",), ("explain", "GOVERN", "2.1")):
        code, shown = on_a_terminal(*command, cwd=folder, columns=columns, CI="true")
        assert code == 0
        lines = [line for line in plain(shown).splitlines() if f"{PROGRAM} " not in line]  # what is copied is whole
        assert [line for line in lines if len(line) > columns] == []
        if command == ("assess",):
            assert len(judged(plain(shown))) == 14
        else:
            # A word longer than the column may be cut; of the others every one is whole.
            narrow = columns - 27
            assert {word for line in lines for word in line.split() if len(word) < narrow} - words == set()


def judged(summary: str) -> list[str]:
    """The lines of a summary that tell of a control."""
    return [line for line in summary.splitlines() if re.match(r"(GOVERN|MAP|MEASURE|MANAGE) \d", line)]


def test_the_summary_in_a_pipe_is_a_short_line_a_control_and_the_totals(example_packet: Run) -> None:
    out = tieout("assess", cwd=example_packet.example.repository).out
    assert out.splitlines()[0] == "Claims triage assistant · release v4.2.0"
    assert len(judged(out)) == 14
    assert [line for line in out.splitlines() if len(line) > 100 and f"{PROGRAM} " not in line] == []
    # A first sentence that fits is whole; another one ends at a word, and both begin as the reason does.
    told = tieout("assess", "--format", "json", cwd=example_packet.example.repository).json()
    reasons = {one["control"]: one["reason"] for one in told["controls"]}
    for line in judged(out):
        reason, shown = reasons[line[:12].strip()], line[27:]
        assert reason.startswith(shown.removesuffix("…"))
        assert shown.endswith((".", "…"))
        assert not shown.endswith("…") or reason[len(shown) - 1] == " "
    assert any(line.endswith("No finished run tested a model.") for line in judged(out))
    assert "Shown: " not in out
    assert f"\n  {PROGRAM} explain GOVERN 1.4\n" in out
    assert re.search(r"\n72 subcategories:\n +5  ✕ gap\n", out)
    assert "58  ○ not-assessed (no rule in this version)" in out
    assert len(out.splitlines()) < 35


def test_the_line_to_read_on_names_the_configuration_of_the_call(example_packet: Run) -> None:
    config = example_packet.example.repository / "tieout.yaml"
    out = tieout("assess", "--config", config, cwd=config.parent.parent).out
    assert f"explain GOVERN 1.4 --config {config}\n" in out


def test_a_summary_tells_rules_without_a_source_from_controls_without_a_rule(tmp_path: Path) -> None:
    repository = system(tmp_path / "r", configuration())
    assert tieout("collect", cwd=repository.folder).code == 0
    out = tieout("assess", cwd=repository.folder).out
    assert re.search(r"○ not-assessed \(58 of them have no rule in this version\)", out)
    assert "No configured source provides the risk register" in out


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("No run tested a model. Runs used a simulated one.", "No run tested a model."),
        ("It was approved by Ann B. Ode of claims. It is old.", "It was approved by Ann B. Ode of claims."),
        ("Dr. Ode has v1.2.3 of it. 4 of 6 limits are met.", "Dr. Ode has v1.2.3 of it."),
        ("It says “do.” and no more. (Period of 30 days; the default is 90.)", "It says “do.” and no more."),
        ("It waits 48 h (at most 24). “Second”", "It waits 48 h (at most 24)."),
        ("One alone.", "One alone."),
        ("No stop", "No stop"),
    ],
)
def test_the_first_sentence_of_a_reason(reason: str, first: str) -> None:
    assert first_sentence(reason) == first


def test_a_place_outside_the_repository_is_told_with_the_path_of_its_source(example_packet: Run) -> None:
    folder = example_packet.example.repository
    at = re.findall(r"^      at (.+)$", tieout("explain", "GOVERN 1.6", cwd=folder).out, re.MULTILINE)
    log = [spot for line in at for spot in line.split("; ") if "jsonl" in spot]
    assert log == ["../logs/gateway-2026-10-23.jsonl:1,2,34"]
    assert "../logs" in at  # the whole log
    assert any("records/inventory.yaml:" in line and "../" not in line.split("; ")[-1] for line in at)
    out = tieout("explain", "MEASURE 2.1", cwd=folder).out
    assert re.search(r"  EV-[0-9a-f]{8}  [\d-]+  evaluation results: \.\./results/[\w.-]+\.json$", out, re.MULTILINE)
    for path in re.findall(r"\.\./\S+\.jsonl?\b", "\n".join([out, *at])):
        assert (folder / path).is_file(), path


@pytest.mark.parametrize(
    ("source", "path", "commit", "told"),
    [
        ("log", "a/x.jsonl", None, "../logs/a/x.jsonl"),
        ("log", "../logs", None, "../logs"),
        ("one", "x.jsonl", None, "../logs/x.jsonl"),
        ("app", "config/g.yaml", "a" * 40, "config/g.yaml"),
        ("sub", "config/g.yaml", "a" * 40, "config/g.yaml"),
        ("other", "config/g.yaml", "b" * 40, "../other/config/g.yaml"),
        ("gone", "x", None, "x"),
    ],
)
def test_the_path_of_a_place(source: str, path: str, commit: str | None, told: str) -> None:
    uris = {"log": "../logs", "one": "../logs/x.jsonl", "app": ".", "sub": "..", "other": "../other"}
    when = datetime(2026, 11, 22, tzinfo=UTC)
    collection = Collection(
        subject=Subject(system_id="s", name="S", commit="a" * 40),
        as_of=when,
        period=Period(start=when, end=when),
        configuration_sha256="0",
        configuration_copy_sha256="0",
        tool_version="0",
        sources=tuple(SourceResult(name=name, kind="log", uri=uri, provides=()) for name, uri in uris.items()),
    )
    assert looked_up(Place(source=source, path=path, commit=commit), collection) == told
