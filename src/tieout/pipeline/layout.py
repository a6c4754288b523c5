"""The files that a packet has: all of them, no others, counted, and named by its own indexes."""

import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol

from tieout.domain.packet import BAG, NOTICE, is_copy_name
from tieout.domain.signed_files import ALLOWED_SIGNERS, FOLDER
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.text import display_path
from tieout.oscal.packet_set import FILES, INDEX_FILE
from tieout.pipeline.copies import copy_problem
from tieout.pipeline.place import TAG_FILES

SIGNATURE: Final = "packet.dsse.json"
#: What may lie beside a bag; the last three come with signing and are not checked by this version.
UNCHECKED: Final = ("checkpoint", "inclusion.json", "packet.tsr")
BESIDE: Final = frozenset({BAG, NOTICE, SIGNATURE, *UNCHECKED})

_INDEX = "data/evidence/index.json"
_OSCAL_INDEX = f"data/oscal/{INDEX_FILE}"
_POAM = f"data/oscal/{FILES['plan-of-action-and-milestones']}"
_DOCUMENTS = frozenset(f"data/oscal/{name}" for name in FILES.values())
_FIXED: Final = frozenset(
    {
        "data/index.html",
        "data/redactions.json",
        "data/report.pdf",
        _INDEX,
        _OSCAL_INDEX,
        *(f"data/inputs/{name}.json" for name in ("assessment", "collection", "controls", "retention", "run")),
        "data/inputs/configuration.yaml",
        *(_DOCUMENTS - {_POAM}),
    }
)
_ID = re.compile(r"EV-[0-9a-f]{8}")
_OXUM = re.compile(r"^Payload-Oxum: (\d+)\.(\d+)$", re.MULTILINE)
_SPECIAL_BITS = stat.S_ISUID | stat.S_ISGID


class Reading(Protocol):
    """Files of a bag, by their path in it; a problem with one is noted by the reader."""

    def bytes(self, path: str) -> bytes | None:
        """Content of a file; None where it cannot be read."""

    def digest(self, path: str) -> str | None:
        """SHA-256 of a file; None where it cannot be read."""


def layout_problems(sizes: Mapping[str, int], read: Reading, *, others: Collection[str] = ()) -> Iterator[str]:
    """What is missing, what is too much, and which of the packet's own indexes says otherwise.

    Args:
        sizes: Path of each file of the bag -> its size in bytes.
        read: Reads them.
        others: Paths at which something else than a file stands, which is told already.
    """
    items = evidence_items(read)
    named = {f"data/{path}" for _, item in items or () for path in _paths_of(item)}
    if any("statement" in item for _, item in items or ()):
        named.add(f"data/{ALLOWED_SIGNERS}")
    for path in sorted(_FIXED - sizes.keys() - set(others)):
        yield f"{path} is missing: every packet has one"
    for path in sorted(sizes.keys() - _FIXED - _DOCUMENTS - named - set(TAG_FILES)):
        if path == "fetch.txt":
            yield "fetch.txt is there: a packet holds its own files and fetches none"
        elif path.startswith(("data/evidence/", f"data/{FOLDER}/")) and items is not None:
            yield f"{path} is there and the evidence index does not name it"
        elif not path.startswith("data/evidence/"):
            yield f"{path} is there and is no file of a packet"
    if items is None:
        yield f"{_INDEX} is not an evidence index"
    else:
        yield from _evidence_problems(items, read)
    if not others:
        yield from _count_problems(sizes, read)
    yield from _oscal_problems(sizes, read, others)
    if not others:
        yield from _cover_problems(sizes, read)


def folder_problems(bag: Path, files: Sequence[str]) -> Iterator[str]:
    """Folders that hold nothing, and permission bits that make a file run as somebody else."""
    expected = {parent.as_posix() for path in files for parent in PurePosixPath(path).parents}
    for room, folders, names in os.walk(bag):
        for name in sorted(folders):
            path = (Path(room) / name).relative_to(bag).as_posix()
            if path not in expected and not (Path(room) / name).is_symlink():
                yield f"{path} is a folder with nothing in it, and no packet has one"
        for name in sorted(names):
            place = Path(room) / name
            if place.lstat().st_mode & _SPECIAL_BITS:
                yield f"{place.relative_to(bag).as_posix()} would run as another user, which no file of a packet does"


def neighbour_problems(folder: Path) -> Iterator[str]:
    """What lies beside the bag and is no part of a packet, or no plain file: a reader would take it for one."""
    view = FolderView(folder, folder.name)
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - names alone, whatever their encoding
        if name not in BESIDE:
            yield f"{display_path(name)} lies beside the bag and is no part of the packet"
        elif name != BAG:
            try:
                with view.open_stream(name):
                    pass
            except UnreadableError as error:
                yield f"{name} beside the bag {error.message}"
        elif (folder / name).is_symlink():
            yield f"{name} beside the bag is a symbolic link, which is never followed"


def evidence_items(read: Reading) -> list[tuple[str, dict[str, Any]]] | None:
    """Id and entry of each item of the evidence index; None where it is none."""
    try:
        index: Any = _load(read.bytes(_INDEX))
        items = [(str(item["id"]), dict(item)) for item in index["items"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return items


def _load(data: bytes | None) -> Any:
    """JSON in which no key stands twice: of two, every reader takes another."""
    return json.loads(data or b"", object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return tree


def _paths_of(item: Mapping[str, Any]) -> list[str]:
    return [str(item[kind]) for kind in ("artefact", "copy", "statement", "signature") if kind in item]


def _evidence_problems(items: Sequence[tuple[str, dict[str, Any]]], read: Reading) -> Iterator[str]:
    if not items:
        yield f"{_INDEX} names no evidence, and no packet is made without any"
    seen: set[str] = set()
    for name, item in items:
        shown = display_path(name)
        if name in seen:
            yield f"evidence {shown} stands in the index a second time"
        seen.add(name)
        if not _ID.fullmatch(name) or item.get("artefact") != f"evidence/{name}/artefact.json":
            yield f"evidence {shown}: its artefact is not named as in a packet"
            continue
        copy = str(item.get("copy", f"evidence/{name}/source.txt"))
        if not copy.startswith(f"evidence/{name}/") or not is_copy_name(copy.removeprefix(f"evidence/{name}/")):
            yield f"evidence {shown}: its copy is not named as in a packet"
            continue
        for path, digest in (("artefact", "stored_sha256"), ("copy", "copy_sha256")):
            found = read.digest(f"data/{item[path]}") if path in item else None
            if found is None:
                continue  # there is none, or it could not be read, which is told elsewhere
            if found != item.get(digest, ""):
                yield f"evidence {shown}: data/{item[path]} is not what the index says"
            elif path == "copy" and (problem := _copy_problem(item, read)):
                yield f"evidence {shown}: data/{item[path]}: {problem}"


def _copy_problem(item: Mapping[str, Any], read: Reading) -> str | None:
    """Why an item's copy is not that of its source; None also where it could not be read, which is told elsewhere."""
    data = read.bytes(f"data/{item['copy']}")
    provenance = item.get("provenance")
    source = provenance.get("source_digest") if isinstance(provenance, Mapping) else None
    return None if data is None else copy_problem(data, source, item.get("redactions"))


def _count_problems(sizes: Mapping[str, int], read: Reading) -> Iterator[str]:
    payload = [size for path, size in sizes.items() if path.startswith("data/")]
    stated = _OXUM.findall((read.bytes("bag-info.txt") or b"").decode("utf-8", "replace"))
    if stated != [(str(sum(payload)), str(len(payload)))]:
        counted = f"{sum(payload)} bytes in {len(payload)} files"
        yield f"bag-info.txt does not state the payload that is there, {counted} (Payload-Oxum)"


def _oscal_problems(sizes: Mapping[str, int], read: Reading, others: Collection[str]) -> Iterator[str]:
    present = {path for path in (*sizes, *others) if path in _DOCUMENTS}
    try:
        made = _load(read.bytes(_OSCAL_INDEX))["documents"]
        stated = {f"data/oscal/{entry['file']}": str(entry["sha256"]) for entry in made}
    except (ValueError, KeyError, TypeError, RecursionError):
        yield f"{_OSCAL_INDEX} is not an index of OSCAL documents"
        return
    for path in sorted(present | stated.keys()):
        if path not in present:
            yield f"{display_path(path)} is named in {_OSCAL_INDEX} and is no document of the packet"
        elif read.digest(path) not in {None, stated.get(path)}:
            yield f"{path} is not the document that {_OSCAL_INDEX} names"


def _cover_problems(sizes: Mapping[str, int], read: Reading) -> Iterator[str]:
    """The digests that the cover shows, looked for in the page, which has the same cover as the report."""
    page = read.bytes("data/index.html") or b""
    documents = {path: read.digest(path) for path in sizes if path in _DOCUMENTS or path == _OSCAL_INDEX}
    known = {PurePosixPath(path).name: digest for path, digest in documents.items() if digest is not None}
    shown = {"the evidence index": read.digest(_INDEX)}
    if len(known) == len(documents):  # what could not be read is told elsewhere
        shown["the OSCAL set"] = oscal_digest(known)
    for what, digest in shown.items():
        if digest is not None and digest.encode() not in page:
            yield f"data/index.html does not show the digest of {what}"


def oscal_digest(digests: Mapping[str, str]) -> str:
    """The digest of the OSCAL set, from the SHA-256 of each of its files by name."""
    return sha256_hex("".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode())
