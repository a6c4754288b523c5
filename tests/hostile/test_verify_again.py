"""Packets that are done again: what differs, what could not be done, and what only looks as if it was."""

import re
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from support.packets import (
    all_satisfied,
    manifest,
    milder_rules,
    other_configuration,
    other_facts,
    other_oscal,
    rewrite,
    seal,
    sha256,
    tampered,
)
from support.program import PROGRAM, environment, fails, tieout
from tieout import __version__, api
from tieout.kernel.canonical import pretty_bytes
from tieout.kernel.errors import ConfigError
from tieout.kernel.reading.files import FolderView
from tieout.pipeline import from_copies, reperforming
from tieout.pipeline.bag_reader import BagReader
from tieout.pipeline.parts import PARTS
from tieout.render.pdf import PangoMissingError


def verdicts_of_the_page(data: Path) -> None:
    path = data / "index.html"
    path.write_bytes(path.read_bytes().replace(b"gap", b"met"))


def oscal_and_its_index(data: Path) -> None:
    """All digests on cover and in the index follow the forged document."""
    folder = data / "oscal"
    page = (data / "index.html").read_text()
    before = oscal_set(folder)
    other_oscal(data)
    forged = sha256((folder / "assessment-results.json").read_bytes())

    def change(tree: Any) -> None:
        next(one for one in tree["documents"] if one["kind"] == "assessment-results")["sha256"] = forged

    rewrite(folder / "index.json", change, pretty_bytes)
    (data / "index.html").write_text(page.replace(before, oscal_set(folder)))


def oscal_set(folder: Path) -> str:
    """The digest of the set as the cover shows it: what sha256sum prints, hashed."""
    return sha256(manifest({path.name: path.read_bytes() for path in folder.iterdir()}).encode())


@pytest.mark.parametrize(
    ("change", "named"),
    [(verdicts_of_the_page, ["data/index.html"]), (oscal_and_its_index, ["data/oscal/assessment-results.json"])],
)
def test_a_rendering_that_contradicts_the_assessment_is_found_by_doing_it_again(
    packet: Path, change: Callable[[Path], None], named: list[str]
) -> None:
    tampered(packet, change)
    assert api.verify_packet(packet).problems == ()  # complete, and each digest agrees with the others
    told = fails(tieout("verify", packet, "--reperform", cwd=packet.parent), 5)
    found = api.verify_packet(packet, reperform=True).problems
    for name in named:
        assert any(problem.startswith(f"{name} is not what tieout {__version__} writes") for problem in found), told


def test_doing_it_again_says_what_was_done_and_what_was_not(packet: Path) -> None:
    """As VERIFY.txt says it, from the folder that it lies in."""
    (command,) = re.findall(r"^ {7}(tieout .*)$", (packet / "VERIFY.txt").read_text(), re.MULTILINE)
    answer = tieout(*command.split()[1:], cwd=packet)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("● By the manifests: each of ")
    assert re.search(r"with no difference: assessment, facts of 17 of 24 items, OSCAL, page and report\.", answer.out)
    assert "○ Of its facts not done again, as the packet does not hold where they came from: " in answer.out
    assert "histories and file trees of repositories (2); log populations (1); results of test tools (3)." in answer.out
    assert "ot asked" not in answer.out
    plain = tieout("verify", ".", cwd=packet)
    assert "; only its assessment was done again." in plain.out.splitlines()[0]
    assert "● Done again from its inputs, with no difference: assessment." in plain.out
    assert (
        "○ Not asked to be done again, so only compared with the manifests: facts, OSCAL, page and report." in plain.out
    )
    digests = tieout("verify", ".", "--digests-only", cwd=packet)
    assert "; nothing was done again." in digests.out.splitlines()[0]
    assert "Done again" not in digests.out
    assert "compared with the manifests: assessment, facts, OSCAL, page and report." in digests.out
    assert (plain.code, digests.code) == (0, 0)
    fails(tieout("verify", ".", "--digests-only", "--reperform", cwd=packet), 2, "--digests-only")


def test_what_was_done_again_stands_in_json(packet: Path) -> None:
    told = tieout("verify", ".", "--format", "json", cwd=packet).json()
    assert told["verified"] is True
    assert [(part["part"], part["state"], part["asked"]) for part in told["parts"]] == [
        ("assessment", "same", True),
        ("facts", "not-done", False),
        ("OSCAL", "not-done", False),
        ("page", "not-done", False),
        ("report", "not-done", False),
    ]


def another_version(data: Path) -> None:
    rewrite(data / "inputs" / "run.json", lambda tree: tree["tool"].update(version="0.0.9"), pretty_bytes)


def test_what_cannot_be_done_again_is_never_a_pass(packet: Path) -> None:
    tampered(packet, another_version)
    tampered(packet, all_satisfied)
    why = f"made by version 0.0.9, and this is {__version__}"
    for extra, parts in (([], "assessment"), (["--reperform"], "assessment, facts, OSCAL, page and report")):
        answer = tieout("verify", packet, *extra, cwd=packet.parent)
        fails(answer, 5, "is not verified: its assessment was not confirmed", why)
        assert f"✕ Not done again: {parts}: {why}." in answer.out
        assert "●" not in answer.out
    told = tieout("verify", packet, "--format", "json", cwd=packet.parent)
    assert (told.code, told.json()["verified"], told.json()["problems"]) == (5, False, [])
    assert tieout("verify", packet, "--digests-only", cwd=packet.parent).code == 0


@pytest.mark.parametrize("change", [other_configuration, other_facts, milder_rules])
def test_inputs_that_name_each_other_are_compared_whatever_the_version(
    packet: Path, change: Callable[[Path], None]
) -> None:
    tampered(packet, another_version)
    tampered(packet, change)
    assert any("is not the one that data/inputs/run.json names" in told for told in api.verify_packet(packet).problems)


def test_a_report_that_was_exchanged_is_not_confirmed(packet: Path) -> None:
    (packet / "packet" / "data" / "report.pdf").write_bytes(b"%PDF-1.4 all 72 are satisfied")
    seal(packet)
    plain = tieout("verify", packet, cwd=packet.parent)
    assert (plain.code, "only compared with the manifests: facts, OSCAL, page and report." in plain.out) == (0, True)
    answer = tieout("verify", packet, "--reperform", cwd=packet.parent)
    fails(answer, 5, "its report was not confirmed", "was exchanged, or made with other versions")
    assert (
        "○ Done again from its inputs, with no difference: assessment, facts of 17 of 24 items, OSCAL and" in answer.out
    )
    assert "✕ Done again, and not the same: report" in answer.out
    assert "●" not in answer.out


def test_a_report_on_other_paper_is_done_again_on_that(example_packet: Run, tmp_path: Path) -> None:
    example = example_packet.example
    assert tieout("packet", "--paper", "A4", "--out", tmp_path / "a4", cwd=example.repository).code == 0
    assert api.verify_packet(tmp_path / "a4", reperform=True).reperformed == PARTS


def test_a_report_that_cannot_be_made_here_is_not_confirmed(packet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> bytes:
        message = "Pango is missing"
        raise PangoMissingError(message)

    monkeypatch.setattr(reperforming, "render_confined", missing)
    view = FolderView(packet / "packet", "p")
    problems: list[str] = []
    sizes = {entry.path: entry.size for entry in view.entries()}
    parts = [part for part, told in reperforming.again(BagReader(view, problems), sizes, PARTS) if not told]
    assert [(part.name, part.state) for part in parts] == [
        *((name, "same") for name in PARTS[:-1]),
        ("report", "not-done"),
    ]
    assert (parts[-1].why, parts[-1].asked, problems) == ("Pango is missing", True, [])


def test_facts_that_cannot_be_derived_here_are_not_called_the_same(
    packet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_to(*_: object) -> None:
        message = "a field map is wrong"
        raise ConfigError(message)

    monkeypatch.setattr(from_copies, "derive", fails_to)
    view = FolderView(packet / "packet", "p")
    sizes = {entry.path: entry.size for entry in view.entries()}
    parts = {part.name: (part.state, part.why) for part, _ in reperforming.again(BagReader(view, []), sizes, PARTS)}
    assert parts["facts"] == ("not-done", "a field map is wrong")
    assert parts["page"] == ("same", "")


def test_a_bag_alone_is_done_again_too(packet: Path) -> None:
    found = api.verify_packet(packet / "packet")
    assert (found.problems, found.reperformed) == ((), PARTS[:1])


# --- files that are made to fill the memory


def a_list(data: Path) -> None:
    (data / "inputs" / "collection.json").write_bytes(b"[" + b"[]," * 20_000_000 + b"[]]")


def wrong_members(data: Path) -> None:
    """Each of a million would have its error."""
    path = data / "inputs" / "collection.json"
    rewrite(path, lambda tree: tree["sources"][0].update(problems="MANY"))
    path.write_bytes(path.read_bytes().replace(b'"MANY"', b"[" + b"{}," * 900_000 + b"{}]"))


def full_redactions(data: Path) -> None:
    (data / "redactions.json").write_bytes(b'{"withheld":[' + b"{}," * 5_000_000 + b"{}]}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (a_list, "data/inputs/collection.json holds more than 2,000,000 values"),
        (wrong_members, "data/inputs does not hold what tieout"),
        (full_redactions, "data/redactions.json holds more than 2,000,000 values"),
    ],
)
def test_a_file_full_of_values_is_told_in_little_memory(
    packet: Path, change: Callable[[Path], None], told: str
) -> None:
    tampered(packet, change)
    ended = subprocess.run(
        [PROGRAM, "verify", packet],
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20)),
    )
    assert ended.returncode == 5, ended.stderr
    assert told in ended.stdout.decode()
