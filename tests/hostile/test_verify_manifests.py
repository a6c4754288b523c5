"""Bags as other tools, other systems and strangers write them: told in plain lines, whatever the manifests hold."""

import re
import shutil
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from support.packets import sha256
from support.program import environment, fails, tieout
from tieout import api
from tieout.pipeline.manifests import listing_problems, read_manifest

PAYLOAD = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"


def seal_tags(packet: Path) -> None:
    """Make the tag manifest and VERIFY.txt follow the payload manifest as it is."""
    bag = packet / "packet"
    names = sorted(path.name for path in bag.iterdir() if path.is_file() and path.name != TAGS)
    old = sha256((bag / TAGS).read_bytes())
    (bag / TAGS).write_text("".join(f"{sha256((bag / name).read_bytes())}  {name}\n" for name in names))
    notice = (packet / "VERIFY.txt").read_text()
    (packet / "VERIFY.txt").write_text(notice.replace(old, sha256((bag / TAGS).read_bytes())))


def others_accept(packet: Path) -> bool:
    """Whether bagit.py takes the bag as valid."""
    command = [sys.executable, "-m", "bagit", "--validate", "--quiet", packet / "packet"]
    return subprocess.run(command, env=environment(), capture_output=True, check=False, timeout=60).returncode == 0


def lines_end_in_crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def capitals(text: str) -> str:
    return re.sub(r"^[0-9a-f]{64}", lambda match: match[0].upper(), text, flags=re.MULTILINE)


def backwards(text: str) -> str:
    return "".join(reversed(text.splitlines(keepends=True)))


def tabs(text: str) -> str:
    return text.replace("  ", "\t")


def binary(text: str) -> str:
    return text.replace("  ", " *")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (lines_end_in_crlf, ": its lines end in CR LF"),
        (capitals, ": its digests are in capital letters"),
        (backwards, ""),
        (tabs, ""),
        (binary, ""),
    ],
)
def test_what_another_tool_reads_the_same_is_told_in_one_line(
    packet: Path, written: Callable[[str], str], why: str
) -> None:
    """RFC 8493 allows these; tieout writes none, so somebody wrote the manifest anew."""
    path = packet / "packet" / PAYLOAD
    path.write_bytes(written(path.read_text()).encode())
    seal_tags(packet)
    assert others_accept(packet) or written in {tabs, binary}
    assert api.verify_packet(packet).problems == (f"{PAYLOAD} is not as tieout wrote it{why}",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{digest}  data/../../../etc/passwd", "{at} is not a line of a manifest"),
        ("{digest}  ../VERIFY.txt", "{at} is not a line of a manifest"),
        ("{digest}  /etc/passwd", "{at} is not a line of a manifest"),
        ("{digest}  data//index.html", "{at} is not a line of a manifest"),
        ("{digest}  data/./index.html", "{at} is not a line of a manifest"),
        ("{digest}  data/a\0b", "{at} is not a line of a manifest"),
        ("{digest}", "{at} is not a line of a manifest"),
        ("", "{at} is not a line of a manifest"),
        ("MD5 (x) = 0", "{at} is not a line of a manifest"),
        ("{digest}  bagit.txt", "{at} lists bagit.txt, which this manifest is not for"),
        ("{digest}  C:\\Windows\\win.ini", "which this manifest is not for"),
        ("{digest}  ~/.bashrc", "which this manifest is not for"),
        ("{digest}  data/index.html", "{at} lists data/index.html a second time"),
        ("{digest}  data/other", "data/other is listed in {name} and is missing"),
        ("{digest}  data/a%0Ab", "data/a⟨U+000A⟩b is listed in {name} and is missing"),
        ("{digest}  data/a%0d%0Ab", "data/a⟨U+000D⟩⟨U+000A⟩b is listed in {name} and is missing"),
        ("{digest}  data/100%25", "data/100% is listed in {name} and is missing"),
        ("{digest}  data/\x1b[2J\u202e", "data/⟨U+001B⟩[2J⟨U+202E⟩ is listed in {name} and is missing"),
        ("{digest}  data/" + "x" * 100_000, "… is listed in {name} and is missing"),
    ],
)
def test_a_line_that_is_none_or_leads_elsewhere_is_told(packet: Path, line: str, told: str) -> None:
    path = packet / "packet" / PAYLOAD
    text = path.read_text() + line.format(digest="0" * 64) + "\n"
    path.write_text(text)
    seal_tags(packet)
    answer = tieout("verify", packet, cwd=packet.parent)
    fails(answer, 5, "does not verify")
    expected = told.format(at=f"{PAYLOAD}:{text.count(chr(10))}", name=PAYLOAD)
    assert any(expected in line for line in answer.out.splitlines()), answer.out
    assert all(len(line) < 600 for line in answer.out.splitlines())


def test_a_duplicate_with_the_same_digest_is_told(packet: Path) -> None:
    path = packet / "packet" / PAYLOAD
    first = path.read_text().splitlines(keepends=True)[0]
    path.write_text(first + path.read_text())
    seal_tags(packet)
    assert any("a second time" in problem for problem in api.verify_packet(packet).problems)


def test_a_million_lines_that_are_none_are_few_lines(packet: Path) -> None:
    (packet / "packet" / PAYLOAD).write_text("x\n" * 1_000_000)
    seal_tags(packet)
    found = api.verify_packet(packet).problems
    assert f"{PAYLOAD}: and 999,980 more lines are wrong in such ways" in found
    assert len(found) < 300


@pytest.mark.parametrize("name", ["data/a\nb", "data/a\r\nb", "data/100%"])
def test_a_name_with_a_line_end_is_read_as_rfc_8493_writes_it(packet: Path, name: str) -> None:
    """Section 2.1.3: it is listed, and there; a packet has no such file all the same."""
    (packet / "packet" / name).write_text("x")
    written = name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    path = packet / "packet" / PAYLOAD
    path.write_text(f"{path.read_text()}{sha256(b'x')}  {written}\n")
    seal_tags(packet)
    found = api.verify_packet(packet).problems
    assert not any("missing" in problem or "is not listed" in problem for problem in found), found
    assert any("and is no file of a packet" in problem for problem in found)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_two_spellings_of_one_name_are_told_in_one_line(packet: Path, form: str) -> None:
    name = "data/Prüfung.txt"
    listed = unicodedata.normalize(form, name)
    stored = unicodedata.normalize("NFD" if form == "NFC" else "NFC", name)
    (packet / "packet" / stored).write_text("x")
    path = packet / "packet" / PAYLOAD
    path.write_text(f"{path.read_text()}{sha256(b'x')}  {listed}\n")
    seal_tags(packet)
    found = api.verify_packet(packet).problems
    assert f"{listed} is listed in {PAYLOAD}, and the file's name is another spelling of it (Unicode)" in found
    assert not any("missing" in problem or "is not listed" in problem for problem in found)


def test_both_spellings_as_two_files_are_two_files() -> None:
    both = {unicodedata.normalize(form, "data/ü"): "0" * 64 for form in ("NFC", "NFD")}
    assert list(listing_problems(PAYLOAD, both.keys(), both.keys())) == []
    problems: list[str] = []
    text = "".join(f"{digest}  {path}\n" for path, digest in sorted(both.items()))
    assert read_manifest(PAYLOAD, text.encode(), problems) == both
    assert problems == []


@pytest.mark.parametrize("name", ["bagit.txt", "bag-info.txt", PAYLOAD, TAGS])
@pytest.mark.parametrize("how", ["missing", "empty", "binary"])
def test_a_tag_file_that_is_lost_is_told_by_name(packet: Path, name: str, how: str) -> None:
    path = packet / "packet" / name
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "empty" else bytes(range(256)) * 100)
    fails(tieout("verify", packet, cwd=packet.parent), 5, name)


def test_a_line_of_bag_info_without_an_end_is_told(packet: Path) -> None:
    with (packet / "packet" / "bag-info.txt").open("a") as stream:
        stream.write("Contact-Name: " + "x" * 10_000_000)
    seal_tags(packet)
    answer = tieout("verify", packet, cwd=packet.parent)
    told = fails(answer, 5, "bag-info.txt is not what tieout")
    assert len(told) < 500


def test_bag_info_beyond_every_size_is_refused(packet: Path) -> None:
    with (packet / "packet" / "bag-info.txt").open("a") as stream:
        stream.truncate(100 << 20)
    seal_tags(packet)
    fails(tieout("verify", packet, cwd=packet.parent), 5, "bag-info.txt is 100.0 MiB")


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz", "TGZ"])
def test_an_archive_is_to_be_unpacked_first(packet: Path, ending: str) -> None:
    archive = packet.parent / f"packet.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(archive, "w") as made:
            made.write(packet / "VERIFY.txt", "VERIFY.txt")
    else:
        with tarfile.open(archive, "w:gz" if "g" in ending.lower() else "w") as taken:
            taken.add(packet, "p")
    fails(
        tieout("verify", archive, cwd=packet.parent), 2, "is a file, not the folder of a packet", "unpack the archive"
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere", "there is no such folder"),
        ("x" * 300, "there is no such folder"),
        ("x/" * 3_000, "there is no such folder"),
        ("empty", "is not a packet: it has no bagit.txt"),
        ("packet/packet/data", "is not a packet: it has no bagit.txt"),
        ("packet/VERIFY.txt", "is a file, not the folder of a packet"),
        ("packet/VERIFY.txt/x", "there is no such folder"),
        ("/dev/zero", "is not a packet: it has no bagit.txt"),
        ("looped", "is not a packet: it has no bagit.txt"),
    ],
)
def test_what_is_no_packet_is_a_mistake_of_the_call(packet: Path, name: str, told: str) -> None:
    here = packet.parent
    shutil.move(packet, here / "packet")
    (here / "empty").mkdir()
    (here / "looped").symlink_to("looped")
    fails(tieout("verify", name, cwd=here), 2, told)
