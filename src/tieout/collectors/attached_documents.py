"""Documents as they are (PDF, Word, pictures) beside their sidecars: hashed and compared, never read for an answer."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Final

from tieout.collectors.fitting import fit, line_of
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.domain.artefacts.attestations import AttachedDocument
from tieout.domain.evidence import Effective
from tieout.domain.sidecars import MAX_SIDECAR_BYTES, SIDECAR_ENDING, Sidecar
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.git.tree import is_lfs_pointer
from tieout.kernel.reading.attachable import why_not_attached
from tieout.kernel.reading.attached_secrets import why_not_shown
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.media_types import SNIFFED_BYTES, media_type_of
from tieout.kernel.reading.text import display_path

TYPE: Final = "document"
#: Largest document that is hashed, bytes: a scan of some hundred pages in colour.
MAX_DOCUMENT_BYTES: Final = 512 * 1024 * 1024
#: Documents up to this size stand in the packet as they are; of larger ones only the digest does.
MAX_ATTACHED_BYTES: Final = 5 * 1024 * 1024
#: Why a document is not held that is larger.
TOO_LARGE: Final = f"it is larger than {MAX_ATTACHED_BYTES >> 20} MiB"
_CHUNK: Final = 1 << 20
_RENAMED: Final = {"type": "document_type"}
_SPECIAL: Final = {
    "symlink": "is a symbolic link, which is never followed",
    "submodule": "is a submodule, whose files are not in this commit",
    "other": "is no regular file",
}


def why_not_held(name: str, content: bytes, size: int) -> str | None:
    """Why a packet will not hold a document as it is, but its digest only; None where it will.

    Args:
        name: Of the file; its path will do.
        content: Its bytes; of one beyond MAX_ATTACHED_BYTES those of its beginning are enough.
        size: How many bytes it has.
    """
    refused = why_not_attached(name, content[:SNIFFED_BYTES])
    if refused is not None:
        return refused
    return TOO_LARGE if size > MAX_ATTACHED_BYTES else why_not_shown(content)


def is_sidecar(path: str) -> bool:
    """Whether a path is that of a sidecar, by its ending."""
    return path.endswith(SIDECAR_ENDING) and path.rpartition("/")[2] != SIDECAR_ENDING


def attached(path: str) -> str:
    """The path of the document that a sidecar stands beside."""
    return path.removesuffix(SIDECAR_ENDING)


class Documents:
    """The documents of one source.

    Args:
        gathering: Takes the items and the problems.
        changes: Path -> last change of a sidecar, where the source is under version control.
    """

    def __init__(self, gathering: Gathering, changes: Mapping[str, Dating]) -> None:
        self._gathering = gathering
        self._request = gathering.request
        self._changes = changes

    def collect(self, sidecars: Sequence[Entry], others: Mapping[str, Entry]) -> None:
        """Compare each document with its sidecar.

        Args:
            sidecars: Of the source.
            others: Path -> entry of all files of the source.
        """
        for entry in sidecars:
            if TYPE not in self._request.source.declared:
                reason = "is an attached document, which this source is not declared to provide"
                self._gathering.set_aside(entry.path, reason, types=(TYPE,))
                continue
            path = entry.path
            try:
                file = self._gathering.read(entry, max_bytes=MAX_SIDECAR_BYTES)
                sidecar, lines = _sidecar(file.data, file.path)
                path = attached(entry.path)
                found = _beside(path, others, file.path)
                media_type, copy, refused = self._compared(found, sidecar)
            except UnreadableError as error:
                self._gathering.unreadable(error, path, types=(TYPE,))
                continue
            self._add(found, sidecar, (media_type, copy), sidecar_path=file.path, lines=lines)
            if refused is not None:
                reason = f"is kept by its digest only and does not stand in the packet: {refused}"
                self._gathering.problem("not-counted", path, reason, types=(TYPE,))

    def _compared(self, entry: Entry, sidecar: Sidecar) -> tuple[str, bytes | None, str | None]:
        """The media type of a document that is the one which its sidecar names, and its bytes where they are few.

        Where it may not stand in a packet as it is, there are no bytes, and the reason.

        Raises:
            UnreadableError: It is another one, or cannot be read.
        """
        if entry.kind != "file":
            raise UnreadableError(_SPECIAL.get(entry.kind, _SPECIAL["other"]), where=entry.path)
        if entry.size > MAX_DOCUMENT_BYTES:
            message = f"has {entry.size:,} bytes; a document is hashed up to {MAX_DOCUMENT_BYTES:,}"
            raise UnreadableError(message, hint="keep it in parts", where=entry.path)
        digest, size, start, kept = hashlib.sha256(), 0, b"", bytearray()
        with self._request.view.open_stream(entry.path) as stream:
            while piece := stream.read(_CHUNK):
                start = start or piece[:SNIFFED_BYTES]
                digest.update(piece)
                size += len(piece)
                if size <= MAX_ATTACHED_BYTES:
                    kept += piece
        if size < SNIFFED_BYTES and is_lfs_pointer(start):
            message = "is a Git LFS pointer: its content is not in this repository"
            raise UnreadableError(message, hint="commit the document itself", where=entry.path)
        if digest.hexdigest() != sidecar.sha256 or size != sidecar.size:
            told = f"has SHA-256 {digest.hexdigest()} ({size:,} bytes)"
            message = f"{told}, and its sidecar says {sidecar.sha256} ({sidecar.size:,} bytes)"
            hint = "if the new content is meant, remove the sidecar and add the document again"
            raise UnreadableError(message, hint=hint, where=entry.path)
        content = bytes(kept) if size <= MAX_ATTACHED_BYTES else start
        refused = why_not_held(entry.path, content, size)
        # Of a large one its size says as much.
        unsaid = refused == TOO_LARGE
        return media_type_of(start), content if refused is None else None, None if unsaid else refused

    def _add(
        self,
        entry: Entry,
        sidecar: Sidecar,
        found: tuple[str, bytes | None],
        *,
        sidecar_path: str,
        lines: Mapping[str, int],
    ) -> None:
        media_type, copy = found
        facts = AttachedDocument(
            document_type=sidecar.type,
            title=sidecar.title,
            sha256=sidecar.sha256,
            size=sidecar.size,
            media_type=media_type,
            owner=sidecar.owner,
            added_on=sidecar.added_on,
            note=sidecar.note,
        )
        path = display_path(entry.path)
        digest = entry.digest or f"sha256:{sidecar.sha256}"
        at = {f"/{_RENAMED.get(name, name)}": line_of(f"/{name}", lines) for name in Sidecar.model_fields}
        placed = {pointer: line for pointer, line in at.items() if line is not None}
        midnight = datetime.combine(sidecar.effective.end, time.min, UTC)
        start = datetime.combine(sidecar.effective.start, time.min, UTC)
        self._gathering.add(
            TYPE,
            facts,
            path=path,
            digest=digest,
            effective=Effective(start=start if start != midnight else None, end=midnight, basis="sidecar: effective"),
            lines=placed,
            files=dict.fromkeys(placed, sidecar_path),
            # As it is: nothing in a document can be masked, so one that holds a credential is not given.
            file=SourceFile(path, b"", digest, copy, ()) if copy is not None else None,
            change=self._changes.get(sidecar_path),
            title=f"attached document ({sidecar.type}), not read: {path}",
        )


def _sidecar(data: bytes, path: str) -> tuple[Sidecar, Mapping[str, int]]:
    """A sidecar and its lines.

    Raises:
        UnreadableError: It is none.
    """
    document = parse(data, "yaml", where=path)
    if not isinstance(document.data, dict):
        raise UnreadableError("is not a sidecar as `tieout evidence add` writes it", where=path)
    return fit(Sidecar, document.data, document.lines, path), document.lines


def _beside(path: str, others: Mapping[str, Entry], sidecar: str) -> Entry:
    """The document of a sidecar.

    Raises:
        UnreadableError: It is not there.
    """
    if path not in others:
        message = f"is not there, and its sidecar {sidecar} is"
        hint = "remove the sidecar with the document, or put the document back"
        raise UnreadableError(message, hint=hint, where=path)
    return others[path]
