"""The packet as a stranger gets it: a sound bag, one retention block in four places, nothing of this machine in it."""

import getpass
import json
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest

from conftest import ROOT, Run
from support.program import AS_OF, environment, tieout
from support.systems import configuration, system
from tieout.assess.engine import assess
from tieout.domain.assessment import Assessment
from tieout.domain.catalog import Catalog
from tieout.domain.collection import Collection
from tieout.domain.rules import Rule
from tieout.kernel.canonical import canonical_bytes

TIEOUT = "{https://tieout.dev/ns/retention/1.0/}"
OSCAL = "https://tieout.dev/ns/oscal"


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euc", command],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def text_of(pdf: Path, *pages: str) -> str:
    """The words of a PDF, with every run of white space as one space."""
    printed = subprocess.run(["pdftotext", "-layout", *pages, pdf, "-"], capture_output=True, check=True, timeout=60)
    return " ".join(printed.stdout.decode().split())


# --- the bag


@pytest.mark.parametrize("manifest", ["tagmanifest-sha256.txt", "manifest-sha256.txt"])
def test_sha256sum_accepts_the_manifests(example_packet: Run, manifest: str) -> None:
    checked = shell(f"sha256sum --strict -c {manifest}", example_packet.bag)
    assert checked.returncode == 0, checked.stderr
    lines = (example_packet.bag / manifest).read_text().splitlines()
    assert checked.stdout.count(": OK\n") == len(lines) > 0


def test_the_manifest_lists_every_file_of_the_payload(example_packet: Run) -> None:
    listed = {line[66:] for line in (example_packet.bag / "manifest-sha256.txt").read_text().splitlines()}
    there = {
        path.relative_to(example_packet.bag).as_posix() for path in example_packet.data.rglob("*") if path.is_file()
    }
    assert listed == there


def test_bagit_validates_it(example_packet: Run) -> None:
    judged = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", example_packet.bag],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert judged.returncode == 0, judged.stderr
    assert "is valid" in judged.stderr


def test_the_packet_has_the_settled_layout(example_packet: Run) -> None:
    assert sorted(path.name for path in example_packet.folder.iterdir()) == ["VERIFY.txt", "packet"]
    assert sorted(path.name for path in example_packet.bag.iterdir()) == [
        "bag-info.txt",
        "bagit.txt",
        "data",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ]
    assert sorted(path.name for path in example_packet.data.iterdir()) == [
        "evidence",
        "index.html",
        "inputs",
        "oscal",
        "redactions.json",
        "report.pdf",
    ]


def test_verify_txt_does_what_it_says(example_packet: Run) -> None:
    """Its commands, in its order, in one shell that starts where the file lies."""
    text = (example_packet.folder / "VERIFY.txt").read_text(encoding="utf-8")
    text = text[: text.index("\n5. ")]  # signed statements, where there are any, have a test of their own
    commands = [line.strip() for line in text.splitlines() if re.match(r"       (sha256sum|cd|find)\b", line)]
    assert len(commands) == 5, commands
    done = shell("\n".join(commands), example_packet.folder)
    assert done.returncode == 0, done.stderr
    assert "FAILED" not in done.stdout
    named = re.search(r"^       ([0-9a-f]{64})$", text, re.MULTILINE)
    assert named is not None
    assert done.stdout.splitlines()[0] == f"{named[1]}  packet/tagmanifest-sha256.txt"


def test_verify_txts_commands_notice_a_change(example_packet: Run, tmp_path: Path) -> None:
    packet = shutil.copytree(example_packet.folder, tmp_path / "p")
    text = (packet / "VERIFY.txt").read_text(encoding="utf-8")
    commands = [line.strip() for line in text.splitlines() if re.match(r"       (sha256sum|cd|find)\b", line)]
    (packet / "packet" / "data" / "added.txt").write_text("x")
    assert shell("set -o pipefail\n" + "\n".join(commands), packet).returncode != 0
    (packet / "packet" / "data" / "added.txt").unlink()
    (packet / "packet" / "data" / "index.html").write_text("other")
    assert shell("\n".join(commands), packet).returncode != 0


def test_digests_in_the_index_are_those_of_the_files(example_packet: Run) -> None:
    index = json.loads((example_packet.data / "evidence" / "index.json").read_bytes())
    assert len(index["items"]) > 10
    for item in index["items"]:
        summed = shell(f"sha256sum {item['artefact']} {item.get('copy', '')}", example_packet.data).stdout.splitlines()
        assert [line[:64] for line in summed] == [
            item["stored_sha256"],
            *([item["copy_sha256"]] if "copy" in item else []),
        ]


def test_a_source_digest_is_what_git_prints(example_packet: Run) -> None:
    """VERIFY.txt says so: `git rev-parse COMMIT:PATH`."""
    index = json.loads((example_packet.data / "evidence" / "index.json").read_bytes())
    blobs = [
        item["provenance"] for item in index["items"] if item["provenance"]["source_digest"].startswith("gitblob:")
    ]
    assert len(blobs) > 5
    for blob in blobs:
        printed = shell(f"git rev-parse {blob['commit']}:{blob['path']}", example_packet.example.repository)
        assert printed.stdout.strip() == blob["source_digest"].removeprefix("gitblob:")


# --- the archive


def test_the_archive_is_the_folder(example_packet: Run, tmp_path: Path) -> None:
    """That its bytes are the same each time is tested beside the function that writes it."""
    workspace = shutil.copytree(example_packet.example.repository, tmp_path / "r")
    answer = tieout("packet", "--out", "../packet", "--zip", "--format", "json", cwd=workspace)
    assert answer.code == 0, answer.err
    assert answer.json()["archive"] == "../packet.zip"
    with zipfile.ZipFile(tmp_path / "packet.zip") as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 22, 0, 0, 0)}
        archive.extractall(tmp_path / "unpacked")
    there = {
        path.relative_to(tmp_path / "unpacked/packet") for path in (tmp_path / "unpacked").rglob("*") if path.is_file()
    }
    assert there == {
        path.relative_to(tmp_path / "packet") for path in (tmp_path / "packet").rglob("*") if path.is_file()
    }
    verified = tieout("verify", tmp_path / "unpacked" / "packet", cwd=tmp_path)
    assert verified.code == 0, verified.err


# --- the retention block


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packet whose retention is settled: a floor, a day of destruction, and a hold."""
    retention = {
        "rules": ["us-nara-grs-3.1-040"],
        "record_series": "AI-REV 2026",
        "custodian": "Records office",
        "records_officer": "Rita Ring",
        "marking": "CUI",
        "trigger_dates": {"activity completed or superseded": "2026-06-30"},
        "hold": {"id": "HOLD-7", "reason": "audit of 2026", "since": "2026-11-01"},
    }
    repository = system(tmp_path_factory.mktemp("kept") / "r", configuration(retention=retention))
    out = repository.folder.parent / "packet"
    answer = tieout("run", "--as-of", AS_OF, "--no-exit-codes", "--out", out, cwd=repository.folder)
    assert answer.code == 0, answer.err
    return out / "packet"


ON_COVER = ("Keep at least until", "Destroy after", "Hold")
LINES = ("Schedule", "Authority", "Trigger", "Period", *ON_COVER)


def bag_info(bag: Path) -> dict[str, str]:
    pairs = (line.partition(": ") for line in (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines())
    info = {name: value for name, _, value in pairs}
    return {name: info[f"Retention-{name.replace(' ', '-')}"] for name in LINES}


def xmp(bag: Path) -> dict[str, str]:
    with pikepdf.open(bag / "data" / "report.pdf") as pdf:
        tree = ET.fromstring(pdf.Root.Metadata.read_bytes().decode())  # noqa: S314 - our own file
    return {
        element.tag.removeprefix(TIEOUT): element.text or ""
        for element in tree.iter()
        if element.tag.startswith(TIEOUT)
    }


def properties(bag: Path) -> dict[str, set[str]]:
    """Retention properties of the evidence resources in the assessment results; the same on each."""
    results = json.loads((bag / "data" / "oscal" / "assessment-results.json").read_bytes())["assessment-results"]
    blocks = []
    for resource in results["back-matter"]["resources"]:
        found: dict[str, set[str]] = {}
        for prop in resource.get("props", ()):
            if prop.get("ns") == OSCAL and re.match(r"retention-|retain-|legal-hold|record-|destroy-", prop["name"]):
                found.setdefault(prop["name"], set()).add(prop["value"])
        if found:
            blocks.append(found)
    assert blocks
    assert all(block == blocks[0] for block in blocks)
    return blocks[0]


def test_what_the_schedule_says_of_a_settled_record(kept: Path) -> None:
    info = bag_info(kept)
    assert info["Schedule"] == "us-nara-grs-3.1-040"
    assert info["Authority"] == "GRS 3.1 item 040, DAA-GRS-2013-0005-0010"
    assert info["Trigger"] == "activity completed or superseded (2026-06-30)"
    assert info["Period"] == "P5Y"
    assert info["Keep at least until"] == "2031-06-30"
    assert info["Destroy after"].startswith("2031-06-30")
    assert info["Hold"] == "HOLD-7, in force since 2026-11-01: audit of 2026"


@pytest.mark.parametrize("which", ["settled", "pending"])
def test_bag_info_cover_and_xmp_say_the_same(kept: Path, example_packet: Run, which: str) -> None:
    bag = kept if which == "settled" else example_packet.bag
    info, metadata = bag_info(bag), xmp(bag)
    assert info["Authority"] == metadata["dispositionAuthority"]
    assert info["Trigger"] == metadata["retentionTrigger"]
    assert info["Period"] == metadata["retentionPeriod"]
    assert info["Keep at least until"] == metadata["retainUntil"]
    assert info["Destroy after"] == metadata["dispositionDate"]
    assert info["Hold"] == metadata["legalHold"]
    cover = text_of(bag / "data" / "report.pdf", "-f", "1", "-l", "1")
    assert [name for name in ON_COVER if f"{name} {info[name]}" not in cover] == []
    # Each rule has a row of columns, in which texts are broken: every word of them is there.
    told = {word for name in ("Schedule", "Authority", "Trigger") for word in re.findall(r"[\w.()]+", info[name])}
    assert {word for word in told if word not in cover} == set()


def test_oscal_says_the_same(kept: Path) -> None:
    info, block = bag_info(kept), properties(kept)
    assert block["retention-rule"] == {info["Schedule"]}
    assert block["retention-authority"] == {info["Authority"]}
    assert block["retention-trigger"] == {info["Trigger"]}
    assert block["retention-period"] == {info["Period"]}
    assert block["retention-floor"] == block["retain-until"] == {info["Keep at least until"]}
    assert block["destroy-after"] == {info["Destroy after"]}
    assert block["destroy-due"] == {"2031-06-30"}
    assert block["retention-state"] == {"settled"}
    assert block["legal-hold"] == {"HOLD-7"}


def test_oscal_says_pending_and_gives_no_date(example_packet: Run) -> None:
    block = properties(example_packet.bag)
    (floor,) = block["retention-floor"]
    assert floor == bag_info(example_packet.bag)["Keep at least until"]
    assert floor.startswith("pending: waits for final payment")
    assert block["retention-state"] == {"pending"}
    assert "retain-until" not in block


def test_the_marking_stands_on_every_page(kept: Path) -> None:
    with pikepdf.open(kept / "data" / "report.pdf") as pdf:
        pages = len(pdf.pages)
    assert pages > 3
    for page in range(1, pages + 1):
        assert "CUI" in text_of(kept / "data" / "report.pdf", "-f", str(page), "-l", str(page))


# --- doing it again


def reassessed(inputs: Path, **changed: Any) -> Assessment:
    """The assessment made once more, from nothing but data/inputs/."""
    collection = Collection.model_validate_json((inputs / "collection.json").read_bytes())
    controls = json.loads((inputs / "controls.json").read_bytes())
    rules = [Rule.model_validate(rule) for rule in controls["rules"]]
    return assess(collection.model_copy(update=changed), Catalog.model_validate(controls["catalog"]), rules)


def test_the_inputs_give_the_assessment_byte_for_byte(example_packet: Run) -> None:
    inputs = example_packet.data / "inputs"
    assert canonical_bytes(reassessed(inputs).as_json()) == (inputs / "assessment.json").read_bytes()


def test_a_changed_input_gives_another_assessment(example_packet: Run) -> None:
    """The other half: what is compared does depend on the inputs."""
    inputs = example_packet.data / "inputs"
    later = reassessed(inputs, as_of=datetime(2028, 1, 1, tzinfo=UTC))
    assert later.counts() != reassessed(inputs).counts()


# --- nothing of this machine


def payload_texts(run: Run) -> dict[str, str]:
    """Every file of the packet as text; of the PDF its words, its metadata and its raw bytes."""
    texts = {
        path.relative_to(run.folder).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in run.folder.rglob("*")
        if path.is_file()
    }
    report = run.data / "report.pdf"
    with pikepdf.open(report) as pdf:
        texts["metadata of the report"] = pdf.Root.Metadata.read_bytes().decode() + repr(dict(pdf.docinfo))
    texts["words of the report"] = text_of(report)
    return texts


def test_no_path_name_or_address_of_this_machine_is_in_the_packet(example_packet: Run) -> None:
    log = shell("git log --all --format='%ae%n%ce'", example_packet.example.repository).stdout.split()
    assert log
    # Names of one letter or of everyday words would be found in any text.
    names = {name for name in (socket.gethostname(), getpass.getuser()) if len(name) > 4 and name != "tieout"}
    foreign = {str(ROOT), str(example_packet.example.root), "/tmp/", "/home/", "/root/", *names, *log}  # noqa: S108 - looked for, not used
    found = {(path, word) for path, text in payload_texts(example_packet).items() for word in foreign if word in text}
    assert found == set()


_TIMES = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d)(?::?(\d\d))?")


def test_no_time_of_the_clock_is_in_the_packet(example_packet: Run) -> None:
    """Every time is the as-of time or the evidence's: none is of the minutes in which the packet was made.

    By those minutes and not by the day, so that it holds on the as-of day as well.
    """
    made = [path.stat().st_mtime for path in example_packet.folder.rglob("*") if path.is_file()]
    first = datetime.fromtimestamp(min(made), UTC) - timedelta(minutes=3)
    last = datetime.fromtimestamp(max(made), UTC) + timedelta(minutes=1)
    as_of = json.loads((example_packet.data / "inputs" / "run.json").read_bytes())["as_of"]
    found = set()
    seen = 0
    for path, text in payload_texts(example_packet).items():
        for parts in _TIMES.findall(text.replace(as_of, "")):
            try:
                time = datetime(*(int(part or 0) for part in parts), tzinfo=UTC)
            except ValueError:  # digits of something else
                continue
            seen += 1
            if first <= time <= last:
                found.add((path, time))
    assert seen > 100
    assert found == set()
