"""Packets that were changed, and signatures that nobody checked: verify tells which file."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from support.git_repositories import Repository
from support.program import environment, fails, tieout
from tieout import api
from tieout.pipeline import verifying

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
