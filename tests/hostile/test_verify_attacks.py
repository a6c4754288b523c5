"""Packets that were changed and sealed anew: digests agree, so what is demanded of a packet must tell."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.packets import (
    all_satisfied,
    milder_rules,
    other_configuration,
    other_facts,
    other_oscal,
    rewrite,
    seal,
    sha256,
    tampered,
)
from support.program import fails, tieout
from tieout import __version__, api
from tieout.kernel.canonical import pretty_bytes
from tieout.pipeline.layout import UNCHECKED
from tieout.pipeline.parts import PARTS


def test_sealing_alone_changes_nothing(packet: Path) -> None:
    """So that the tests below show what was changed, and not the way it was sealed."""
    before = {path: path.read_bytes() for path in packet.rglob("*") if path.is_file()}
    seal(packet)
    assert {path: path.read_bytes() for path in packet.rglob("*") if path.is_file()} == before
    found = api.verify_packet(packet, reperform=True)
    assert (found.problems, found.reperformed, found.verified) == ((), PARTS, True)


# --- beside the bag


@pytest.mark.parametrize(
    "name", ["report.pdf", "READ-ME-FIRST.html", "data/index.html", "packet-2/bagit.txt", "bagit.txt", ".hidden"]
)
def test_what_lies_beside_the_bag_is_refused_by_name(packet: Path, name: str) -> None:
    (packet / name).parent.mkdir(exist_ok=True)
    (packet / name).write_text("All 72 are satisfied")
    fails(tieout("verify", packet, cwd=packet.parent), 5, f"{name.split('/', maxsplit=1)[0]} lies beside the bag")


@pytest.mark.parametrize("name", ["packet.tsr", "checkpoint", "inclusion.json"])
def test_what_comes_with_signing_is_allowed_and_said_to_be_unchecked(packet: Path, name: str) -> None:
    (packet / name).write_text("x")
    answer = tieout("verify", packet, cwd=packet.parent)
    assert answer.code == 0, answer.err
    assert answer.err == f"note: {name}: not checked by this version\n"


@pytest.mark.parametrize("name", ["packet", "VERIFY.txt", "packet.tsr"])
def test_a_link_is_no_part_of_a_packet(packet: Path, name: str) -> None:
    if (packet / name).exists():
        (packet / name).rename(packet.parent / "elsewhere")
    (packet / name).symlink_to("../elsewhere")
    fails(tieout("verify", packet, cwd=packet.parent), 5, f"{name} beside the bag is a symbolic link")


@pytest.mark.parametrize("kind", ["folder", "pipe"])
@pytest.mark.parametrize("name", [*UNCHECKED, "packet.dsse.json", "VERIFY.txt"])
def test_what_lies_beside_the_bag_is_a_plain_file(packet: Path, name: str, kind: str) -> None:
    (packet / name).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(packet / name)
    else:
        (packet / name).mkdir()
        (packet / name / "report.pdf").write_text("All 72 are satisfied")
    found = api.verify_packet(packet)
    told = {"pipe": "a named pipe", "folder": "a folder"}[kind]
    assert (found.problems, found.notes) == ((f"{name} beside the bag is {told}, not a file",), ())


def test_an_unreadable_neighbourhood_is_told(packet: Path) -> None:
    """A name that is no UTF-8 is shown and refused."""
    (packet / os.fsdecode(b"q\xff\x1b[2J")).write_text("x")
    told = fails(tieout("verify", packet, cwd=packet.parent), 5, "lies beside the bag")
    assert "\x1b" not in told


@pytest.mark.parametrize("name", ["data/APPROVED by the CRO", "data/evidence/zzz", "tags"])
def test_a_folder_with_nothing_in_it_is_told(packet: Path, name: str) -> None:
    (packet / "packet" / name).mkdir()
    fails(tieout("verify", packet, cwd=packet.parent), 5, name, "nothing in it")


@pytest.mark.parametrize("bits", [0o4755, 0o2755])
def test_a_file_that_would_run_as_another_is_told(packet: Path, bits: int) -> None:
    (packet / "packet" / "data" / "report.pdf").chmod(bits)
    fails(tieout("verify", packet, cwd=packet.parent), 5, "data/report.pdf", "run as another user")


# --- sealed anew


def lacks(name: str) -> Callable[[Path], None]:
    def remove(data: Path) -> None:
        (data / name).unlink()

    return remove


def has(name: str) -> Callable[[Path], None]:
    def add(data: Path) -> None:
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text("{}")

    return add


def empty_index(data: Path) -> None:
    shutil.rmtree(data / "evidence")
    (data / "evidence").mkdir()
    (data / "evidence" / "index.json").write_bytes(pretty_bytes({"items": []}))


def index_with_two_lists(data: Path) -> None:
    path = data / "evidence" / "index.json"
    path.write_bytes(path.read_bytes().replace(b"{", b'{"items": [],', 1))


def index_without_an_item(data: Path) -> None:
    rewrite(data / "evidence" / "index.json", lambda tree: tree["items"].pop(), pretty_bytes)


def index_with_an_item_twice(data: Path) -> None:
    rewrite(data / "evidence" / "index.json", lambda tree: tree["items"].append(tree["items"][0]), pretty_bytes)


def index_that_leads_out(data: Path) -> None:
    rewrite(
        data / "evidence" / "index.json",
        lambda tree: tree["items"][0].update(artefact="inputs/run.json"),
        pretty_bytes,
    )


def item_and_folder_less(data: Path) -> None:
    """Index and folder agree; the collection, from which all was assessed, says otherwise."""
    index_without_an_item(data)
    named = {item["id"] for item in json.loads((data / "evidence" / "index.json").read_bytes())["items"]}
    for folder in (data / "evidence").iterdir():
        if folder.is_dir() and folder.name not in named:
            shutil.rmtree(folder)


def poam_less(data: Path) -> None:
    (data / "oscal" / "plan-of-action-and-milestones.json").unlink()


def other_reason(data: Path) -> None:
    rewrite(
        data / "inputs" / "assessment.json",
        lambda tree: tree["rules"][0].update(reason="All is well."),
    )


def other_as_of(data: Path) -> None:
    path = data.parent / "bag-info.txt"
    path.write_text(re.sub("As-Of: .*", "As-Of: 2030-01-01T00:00:00Z", path.read_text()))


def other_keeping(data: Path) -> None:
    rewrite(data / "inputs" / "retention.json", lambda tree: tree.update(floor_until="2027-01-01"))


def other_configuration_and_run(data: Path) -> None:
    other_configuration(data)
    digest = sha256((data / "inputs" / "configuration.yaml").read_bytes())
    rewrite(data / "inputs" / "run.json", lambda tree: tree.update(configuration_copy_sha256=digest), pretty_bytes)


def two_withheld(data: Path) -> None:
    rewrite(data / "redactions.json", lambda tree: tree["withheld"].extend(["EV-1", "EV-2"]), pretty_bytes)


def two_withheld_and_all_satisfied(data: Path) -> None:
    two_withheld(data)
    all_satisfied(data)


def no_inputs(data: Path) -> None:
    (data / "inputs" / "collection.json").write_text("{}")


SEALED = [
    (lacks("report.pdf"), "data/report.pdf is missing: every packet has one"),
    (lacks("index.html"), "data/index.html is missing"),
    (lacks("inputs/controls.json"), "data/inputs/controls.json is missing"),
    (lacks("oscal/catalog.json"), "data/oscal/catalog.json is missing"),
    (has("../fetch.txt"), "fetch.txt is there: a packet holds its own files"),
    (has("../APPROVAL.txt"), "APPROVAL.txt is there and is no file of a packet"),
    (has("REPORT.PDF"), "data/REPORT.PDF is there and is no file of a packet"),
    (has("oscal/profile.json"), "data/oscal/profile.json is there and is no file of a packet"),
    (has("evidence/EV-00000000/artefact.json"), "EV-00000000/artefact.json is there and the evidence index does not"),
    (empty_index, "names no evidence"),
    (index_with_two_lists, "data/evidence/index.json is not an evidence index"),
    (index_without_an_item, "is there and the evidence index does not name it"),
    (index_with_an_item_twice, "stands in the index a second time"),
    (index_that_leads_out, "its artefact is not named as in a packet"),
    (item_and_folder_less, "data/index.html does not show the digest of the evidence index"),
    (other_oscal, "data/oscal/assessment-results.json is not the document that data/oscal/index.json names"),
    (poam_less, "plan-of-action-and-milestones.json is named in data/oscal/index.json"),
    (all_satisfied, "data/inputs/assessment.json: GOVERN"),
    (other_reason, f"data/inputs/assessment.json is not what tieout {__version__} writes"),
    (milder_rules, f"data/inputs/controls.json is not what tieout {__version__} writes"),
    (other_facts, "the facts that were assessed are not those of its artefact"),
    (other_as_of, f"bag-info.txt is not what tieout {__version__} writes"),
    (other_keeping, f"data/inputs/retention.json is not what tieout {__version__} writes"),
    (no_inputs, "data/inputs does not hold what tieout"),
    (other_configuration, "data/inputs/configuration.yaml is not the one that data/inputs/run.json names"),
    (other_configuration_and_run, "data/inputs/configuration.yaml is not the configuration that the evidence was"),
    (two_withheld, f"not re-performable: 2 items are withheld, and tieout {__version__} withholds none"),
    (two_withheld_and_all_satisfied, "is satisfied, and not-assessed when assessed again"),
]


@pytest.mark.parametrize(("change", "told"), SEALED, ids=[told for _, told in SEALED])
def test_a_packet_that_was_changed_and_sealed_anew_is_told(
    packet: Path, change: Callable[[Path], None], told: str
) -> None:
    found = api.verify_packet(tampered(packet, change))
    assert any(told in problem for problem in found.problems), found.problems
    assert not any("SHA-256 is not the one" in problem for problem in found.problems)


def test_a_wrong_count_of_the_payload_is_told(packet: Path) -> None:
    info = packet / "packet" / "bag-info.txt"
    for wrong in ("Payload-Oxum: 1.1", "", "Payload-Oxum: 1.1\nPayload-Oxum: 2.2"):
        kept = info.read_text()
        info.write_text(re.sub(r"Payload-Oxum: .*", wrong, kept))
        seal(packet, oxum=False)
        assert any("Payload-Oxum" in problem for problem in api.verify_packet(packet).problems), wrong
        info.write_text(kept)
