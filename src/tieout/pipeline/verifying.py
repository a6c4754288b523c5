"""Verifies a packet: the bag is complete and unchanged, and the evidence is what the index says."""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tieout import __version__
from tieout.domain.collection import Subject
from tieout.domain.packet import BAG, NOTICE
from tieout.kernel.clock import parse_instant
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.text import display_path
from tieout.pipeline.again_process import run_again
from tieout.pipeline.bag import DECLARATION, IDENTIFIER
from tieout.pipeline.bag_reader import LARGEST_BAG, LARGEST_FILE, TOO_LARGE, BagReader
from tieout.pipeline.envelope import LARGEST, envelope_problem
from tieout.pipeline.layout import (
    SIGNATURE,
    UNCHECKED,
    folder_problems,
    layout_problems,
    neighbour_problems,
)
from tieout.pipeline.manifests import MANIFESTS, listing_problems, read_manifest
from tieout.pipeline.parts import PARTS, Part
from tieout.pipeline.place import LARGEST_MANIFEST, PAYLOAD_MANIFEST, TAG_MANIFEST, shown
from tieout.pipeline.reperforming import input_problems, made_by
from tieout.pipeline.signatures import statement_problems
from tieout.pipeline.verify_text import Notice, verify_text

#: More problems than this are counted, not listed.
_TOLD = 200
_NOT_WHOLE = "the packet is not whole"
#: Endings of files in which a packet may have come.
_ARCHIVES = frozenset({".7z", ".bz2", ".gz", ".tar", ".tgz", ".txz", ".xz", ".zip", ".zst"})
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
        reperform: Also derive facts from their copies, make OSCAL, page and report again, and compare them.
        digests_only: Do nothing again, not even the assessment.

    Raises:
        UsageError: There is no packet at that place, or both are asked for.
    """
    if reperform and digests_only:
        raise UsageError("what is done again is more than digests", hint="give --reperform or --digests-only")
    bag = _bag(folder)
    view = FolderView(bag, folder.name)
    problems: list[str] = []
    asked = () if digests_only else PARTS if reperform else PARTS[:1]
    try:
        entries = {entry.path: entry for entry in view.entries()}
    except UnreadableError as error:  # more files than any packet has
        return Verification(0, (f"the bag {error.message}",), "", signed=False, parts=_not_done(_NOT_WHOLE, asked))
    problems.extend(f"{display_path(path)}: {reason}" for path, reason in view.problems)
    sizes = {path: entry.size for path, entry in entries.items() if entry.kind == "file"}
    refused = dict(_refused(sizes))
    problems.extend(refused.values())
    read = BagReader(view, problems, refused=refused)
    tag_manifest = read.bytes(TAG_MANIFEST) or b""
    digest = sha256_hex(tag_manifest)
    if refused:  # nothing of such a size is read, in whatever time
        return Verification(0, _told(problems), digest, signed=False, parts=_not_done(_NOT_WHOLE, asked))
    files = _compare(sizes, frozenset(entries), read, problems)
    problems.extend(layout_problems(sizes, read, others=entries.keys() - sizes.keys()))
    problems.extend(folder_problems(bag, tuple(entries)))
    notes: list[str] = []
    problems.extend(statement_problems(read, sizes, notes))
    if bag != folder:
        problems.extend(neighbour_problems(folder))
        problems.extend(_notice_problems(folder, read, digest, notes))
        notes.extend(f"{name}: not checked by this version" for name in UNCHECKED if _is_plain(folder / name))
    notes.extend(_shared_notes(bag, sizes))
    signed, malformed = _signature(bag.parent)
    problems.extend(malformed)
    parts = _again(bag, digest, asked, read, problems)
    return Verification(
        files=files,
        problems=_told(problems),
        digest=digest,
        signed=signed and not malformed,
        notes=tuple(notes),
        parts=parts,
    )


def _refused(sizes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Paths of files that are not read for their size, and why; a hole of 60 GB takes no room on a disk."""
    large = [path for path, size in sizes.items() if size > LARGEST_FILE]
    yield from ((path, f"{display_path(path)} {TOO_LARGE}") for path in large)
    if not large and sum(sizes.values()) > LARGEST_BAG:
        yield ".", f"the bag has more than {LARGEST_BAG >> 30} GiB, and no packet is as large"


def _compare(sizes: Mapping[str, int], there: frozenset[str], read: BagReader, problems: list[str]) -> int:
    """Compare the files with the manifests; returns how many were."""
    others = there - sizes.keys()
    for path in sorted(others):
        read.digest(path)  # says what it is, if not a file; whether it is listed does not matter then
    if read.bytes("bagit.txt") != DECLARATION:
        problems.append("bagit.txt is not the BagIt 1.0 declaration")
    files = 0
    for manifest, is_listed in MANIFESTS:
        data = read.bytes(manifest)
        expected = {} if data is None else read_manifest(manifest, data, problems)
        present = frozenset(filter(is_listed, sizes))
        if data is not None:
            problems.extend(listing_problems(manifest, expected.keys() - others, present))
        for path in sorted(present & expected.keys()):
            files += 1
            digest = read.digest(path)
            if digest is not None and digest != expected[path]:
                problems.append(f"{path} was changed: its SHA-256 is not the one in {manifest}")
    return files


def _again(bag: Path, digest: str, asked: Collection[str], read: BagReader, problems: list[str]) -> tuple[Part, ...]:
    """Do again what is asked for, where the packet is whole and of this version; every one of PARTS."""
    if problems:
        return _not_done(_NOT_WHOLE, asked)
    problems.extend(input_problems(read))
    version = made_by(read)
    if asked and version != __version__:
        return _not_done(f"made by version {display_path(str(version))}, and this is {__version__}", asked)
    parts, told = run_again(bag, digest, asked) if asked else ((), [])
    problems.extend(told)
    return (*parts, *(part for part in _not_done("", asked) if not part.asked))


def _not_done(why: str, asked: Collection[str]) -> tuple[Part, ...]:
    return tuple(Part(name, "not-done", name in asked, why if name in asked else "not asked for") for name in PARTS)


def _shared_notes(bag: Path, sizes: Mapping[str, int]) -> Iterator[str]:
    """What lies on the disk under further names: whoever may write there changes it without coming here."""
    linked = sum((bag / path).lstat().st_nlink > 1 for path in sizes)
    if linked:
        told = "1 file has" if linked == 1 else f"{linked:,} files have"
        yield f"{told} another name outside or inside the packet (hard link), by which they can be changed later"


def _told(problems: list[str]) -> tuple[str, ...]:
    distinct = tuple(dict.fromkeys(problems))
    if len(distinct) <= _TOLD:
        return distinct
    return (*distinct[:_TOLD], f"and {len(distinct) - _TOLD} more problems of this kind")


def _bag(folder: Path) -> Path:
    for bag in (folder / BAG, folder):
        # A packet that lost one of its files is a packet that does not verify, not something else.
        if any(os.path.isfile(bag / name) for name in _SIGNS):  # noqa: PTH113 - Path.is_file raises for a name too long
            return bag
    if os.path.isfile(folder):  # noqa: PTH113 - as above
        archive = folder.suffix.lower() in _ARCHIVES
        hint = "unpack the archive first" if archive else "name the folder that `tieout packet` wrote"
        raise UsageError("is a file, not the folder of a packet", hint=hint, where=shown(folder))
    message = "is not a packet: it has no bagit.txt" if os.path.lexists(folder) else "there is no such folder"
    raise UsageError(message, hint="name the folder that `tieout packet` wrote", where=shown(folder))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


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
