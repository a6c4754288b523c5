"""Verifies a packet: the bag is complete and unchanged, and the evidence is what the index says."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.reading.files import FolderView
from tieout.pipeline.bag import BAG, DECLARATION, NOTICE, PAYLOAD_MANIFEST, TAG_MANIFEST, manifest_bytes

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
#: Manifests and the evidence index are parsed in memory; what is larger was not written by tieout.
_LARGEST_PARSED = 16 * 1024**2
_BLOCK = 1 << 20
#: More problems than this are counted, not listed.
_TOLD = 200
_SIGNS = ("bagit.txt", "bag-info.txt", PAYLOAD_MANIFEST, TAG_MANIFEST)
_SIGNATURE = "packet.dsse.json"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Attributes:
        files: Files whose digest was computed.
        problems: One plain sentence each; empty means that the packet verifies.
        digest: SHA-256 of tagmanifest-sha256.txt, to compare with a value known from elsewhere.
        signed: Whether a signature lies beside the packet (this version does not verify signatures).
    """

    files: int
    problems: tuple[str, ...]
    digest: str
    signed: bool


def verify_packet(folder: Path) -> Verification:
    """Check a packet folder, or a bag on its own.

    Raises:
        UsageError: There is no packet at that place.
    """
    bag = _bag(folder)
    view = FolderView(bag, folder.name)
    problems: list[str] = []
    entries = {entry.path: entry.kind for entry in view.entries()}
    problems.extend(f"{path}: {reason}" for path, reason in view.problems)
    problems.extend(f"{path} is a {kind}, not a file" for path, kind in entries.items() if kind != "file")
    read = _Reader(view, problems)
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
    problems.extend(_evidence_problems(read))
    digest = sha256_hex(read.bytes(TAG_MANIFEST) or b"")
    if bag != folder:
        problems.extend(_notice_problems(folder, digest))
    return Verification(
        files=files,
        problems=_told(problems),
        digest=digest,
        signed=(bag.parent / _SIGNATURE).is_file(),
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


class _Reader:
    """Files of the bag, each problem told once."""

    def __init__(self, view: FolderView, problems: list[str]) -> None:
        self._view = view
        self._problems = problems
        self._digests: dict[str, str] = {}

    def bytes(self, path: str) -> bytes | None:
        """Content of a file; None, with a problem noted, where it cannot be read."""
        try:
            return self._view.read(path, max_bytes=_LARGEST_PARSED)
        except UnreadableError as error:
            self._problems.append(f"{path} {error.message}")
            return None

    def digest(self, path: str) -> str | None:
        """SHA-256 of a file of any size, read in blocks; None, with a problem noted, where it cannot be read."""
        if path not in self._digests:
            total = hashlib.sha256()
            try:
                with self._view.open_stream(path) as stream:
                    while block := stream.read(_BLOCK):
                        total.update(block)
            except UnreadableError as error:
                self._problems.append(f"{path} {error.message}")
                return None
            self._digests[path] = total.hexdigest()
        return self._digests[path]


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


def _is_payload(path: str) -> bool:
    return path.startswith("data/")


def _is_tag(path: str) -> bool:
    return not path.startswith("data/") and path != TAG_MANIFEST


def _evidence_problems(read: _Reader) -> list[str]:
    try:
        index: Any = json.loads(read.bytes("data/evidence/index.json") or b"{}")
        items = [(str(item["id"]), dict(item)) for item in index["items"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ["data/evidence/index.json is not an evidence index"]
    problems = []
    for name, item in items:
        for path, digest in (("artefact", "stored_sha256"), ("copy", "copy_sha256")):
            if path not in item:
                continue
            if read.digest(f"data/{item[path]}") != item.get(digest, ""):
                problems.append(f"evidence {name}: data/{item[path]} is not what the index says")
    return problems


def _notice_problems(folder: Path, digest: str) -> list[str]:
    """VERIFY.txt beside the bag names the packet's digest; one that names another was not written for it."""
    try:
        text = FolderView(folder / NOTICE, NOTICE).read(NOTICE)
    except UnreadableError as error:
        return [f"{NOTICE} beside the bag {error.message}"]
    return [] if digest.encode() in text else [f"{NOTICE} beside the bag names another digest"]
