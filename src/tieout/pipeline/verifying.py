"""Verifies a packet: the bag is complete and unchanged, and the evidence is what the index says."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tieout import __version__
from tieout.domain.collection import Subject
from tieout.domain.packet import BAG, NOTICE
from tieout.kernel.clock import parse_instant
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.text import display_path
from tieout.pipeline.bag import DECLARATION, IDENTIFIER, manifest_bytes
from tieout.pipeline.bag_reader import BagReader
from tieout.pipeline.envelope import LARGEST, envelope_problem
from tieout.pipeline.layout import (
    SIGNATURE,
    UNCHECKED,
    folder_problems,
    layout_problems,
    neighbour_problems,
)
from tieout.pipeline.place import LARGEST_MANIFEST, PAYLOAD_MANIFEST, TAG_MANIFEST
from tieout.pipeline.reperforming import PARTS, Part
from tieout.pipeline.reperforming import reperform as do_again
from tieout.pipeline.verify_text import Notice, verify_text

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
#: More problems than this are counted, not listed.
_TOLD = 200
_SIGNS = ("bagit.txt", "bag-info.txt", PAYLOAD_MANIFEST, TAG_MANIFEST)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Attributes:
        files: Files whose digest was computed.
        problems: One plain sentence each; empty means that nothing is wrong with what could be checked.
        digest: SHA-256 of tagmanifest-sha256.txt, to compare with a value known from elsewhere.
        signed: Whether a signature lies beside the packet (this version does not verify signatures).
        notes: What lies beside the bag and was not checked.
        parts: Each part that can be done again from the packet's own inputs: whether it was, and what came of it.
    """

    files: int
    problems: tuple[str, ...]
    digest: str
    signed: bool
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def verified(self) -> bool:
        """Whether nothing is wrong and all that was asked for was done again with no difference."""
        return not self.problems and not self.unmet

    @property
    def reperformed(self) -> tuple[str, ...]:
        """The parts that were done again with no difference."""
        return tuple(part.name for part in self.parts if part.state == "same")

    @property
    def unmet(self) -> tuple[Part, ...]:
        """The parts that were asked for and are not known to be the same."""
        return tuple(part for part in self.parts if part.asked and part.state != "same")


def verify_packet(folder: Path, *, reperform: bool = False, digests_only: bool = False) -> Verification:
    """Check a packet folder, or a bag on its own; its collection is assessed again.

    Args:
        folder: The packet.
        reperform: Also make OSCAL, page and report again, and compare them.
        digests_only: Do nothing again, not even the assessment.

    Raises:
        UsageError: There is no packet at that place, or both are asked for.
    """
    if reperform and digests_only:
        raise UsageError("what is done again is more than digests", hint="give --reperform or --digests-only")
    bag = _bag(folder)
    view = FolderView(bag, folder.name)
    problems: list[str] = []
    entries = {entry.path: entry.kind for entry in view.entries()}
    problems.extend(f"{path}: {reason}" for path, reason in view.problems)
    problems.extend(f"{path} is no regular file ({kind})" for path, kind in entries.items() if kind != "file")
    read = BagReader(view, problems)
    if read.bytes("bagit.txt") != DECLARATION:
        problems.append("bagit.txt is not the BagIt 1.0 declaration")
    files = 0
    for manifest, listed in ((TAG_MANIFEST, _is_tag), (PAYLOAD_MANIFEST, _is_payload)):
        expected = _manifest(manifest, read.bytes(manifest), problems)
        present = {path for path in entries if listed(path)}
        problems.extend(f"{path} is listed in {manifest} and is missing" for path in sorted(set(expected) - present))
        problems.extend(f"{path} is there and is not listed in {manifest}" for path in sorted(present - set(expected)))
        for path in sorted(present & set(expected)):
            files += 1
            digest = read.digest(path)
            if digest is not None and digest != expected[path]:
                problems.append(f"{path} was changed: its SHA-256 is not the one in {manifest}")
    sizes = {entry.path: entry.size for entry in view.entries() if entry.kind == "file"}
    problems.extend(layout_problems(sizes, read))
    problems.extend(folder_problems(bag, tuple(entries)))
    digest = sha256_hex(read.bytes(TAG_MANIFEST) or b"")
    notes: list[str] = []
    if bag != folder:
        problems.extend(neighbour_problems(folder))
        problems.extend(_notice_problems(folder, read, digest, notes))
        notes.extend(f"{name}: not checked by this version" for name in UNCHECKED if _is_plain(folder / name))
    signed, malformed = _signature(bag.parent)
    problems.extend(malformed)
    asked = () if digests_only else PARTS if reperform else PARTS[:1]
    parts = do_again(read, sizes, asked, problems)
    return Verification(
        files=files,
        problems=_told(problems),
        digest=digest,
        signed=signed and not malformed,
        notes=tuple(notes),
        parts=parts,
    )


def _told(problems: list[str]) -> tuple[str, ...]:
    distinct = tuple(dict.fromkeys(problems))
    if len(distinct) <= _TOLD:
        return distinct
    return (*distinct[:_TOLD], f"and {len(distinct) - _TOLD} more problems of this kind")


def _bag(folder: Path) -> Path:
    for bag in (folder / BAG, folder):
        # A packet that lost one of its files is a packet that does not verify, not something else.
        if any((bag / name).is_file() for name in _SIGNS):
            return bag
    if folder.is_file():
        hint = "unpack the archive first" if folder.suffix == ".zip" else "name the folder that `tieout packet` wrote"
        raise UsageError("is a file, not the folder of a packet", hint=hint, where=str(folder))
    message = "is not a packet: it has no bagit.txt" if folder.exists() else "there is no such folder"
    raise UsageError(message, hint="name the folder that `tieout packet` wrote", where=str(folder))


def _manifest(name: str, data: bytes | None, problems: list[str]) -> dict[str, str]:
    if data is None:
        return {}
    expected: dict[str, str] = {}
    lines = data.decode("utf-8", "replace").split("\n")
    for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, start=1):
        match = _LINE.fullmatch(line)
        path = match[2] if match else ""
        if match is None or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            problems.append(f"{name}:{number} is not a line of a manifest")
        elif path in expected:
            problems.append(f"{name}:{number} lists {path} a second time")
        else:
            expected[path] = match[1]
    # What another tool would read the same way is still not what was written.
    if manifest_bytes(expected) != data:
        problems.append(f"{name} is not as tieout wrote it")
    return expected


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_payload(path: str) -> bool:
    return path.startswith("data/")


def _is_tag(path: str) -> bool:
    return not path.startswith("data/") and path != TAG_MANIFEST


def _signature(folder: Path) -> tuple[bool, list[str]]:
    """Whether a signature lies beside the bag, and what is wrong with its form."""
    if not os.path.lexists(folder / SIGNATURE):
        return False, []
    try:
        problem = envelope_problem(FolderView(folder, folder.name).read(SIGNATURE, max_bytes=LARGEST))
    except UnreadableError as error:
        return True, [f"{SIGNATURE} beside the bag {error.message}"]
    return True, [f"{SIGNATURE} beside the bag is malformed: it {problem}"] if problem else []


def _notice_problems(folder: Path, read: BagReader, digest: str, notes: list[str]) -> list[str]:
    """VERIFY.txt is covered by no digest, so it is made again from the bag and compared."""
    try:
        text = FolderView(folder, folder.name).read(NOTICE, max_bytes=LARGEST_MANIFEST)
    except UnreadableError as error:
        return [f"{NOTICE} beside the bag {error.message}"]
    if digest.encode() not in text:
        return [f"{NOTICE} beside the bag names another digest"]
    try:
        version = json.loads(read.bytes("data/inputs/run.json") or b"")["tool"]["version"]
        assessment = json.loads(read.bytes("data/inputs/assessment.json") or b"")
        subject, as_of = Subject.model_validate(assessment["subject"]), parse_instant(assessment["as_of"])
    except (ValueError, KeyError, TypeError, RecursionError, UsageError):
        return [f"{NOTICE} beside the bag cannot be compared: data/inputs does not say what was packed"]
    if version != __version__:
        notes.append(f"{NOTICE}: its words are not checked: made by version {display_path(str(version))}")
        return []
    made = Notice(
        subject=subject,
        as_of=as_of,
        packet_id=_packet_id(read.bytes("bag-info.txt") or b""),
        evidence_index_sha256=read.digest("data/evidence/index.json") or "",
        digest=digest,
    )
    if verify_text(made) == text:
        return []
    return [f"{NOTICE} beside the bag is not the text that tieout {__version__} writes for this packet"]


def _packet_id(info: bytes) -> str:
    lines = (line.partition(": ") for line in info.decode("utf-8", "replace").split("\n"))
    return next((value for name, _, value in lines if name == IDENTIFIER), "")
