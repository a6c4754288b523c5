"""The tree at the assessed commit: its files by class of path, and the ones other evidence may point at."""

import hashlib
import re

from tieout.collectors.base import Commit
from tieout.collectors.gathering import MAX_ROWS, Gathering
from tieout.collectors.git.history import WHOLE
from tieout.domain.artefacts.repository import RepositoryTree, TreeFile
from tieout.domain.evidence import Effective, PathClass
from tieout.domain.paths import OWN, classify
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.tree import is_lfs_pointer, lfs_object
from tieout.kernel.reading.files import Entry, View
from tieout.kernel.reading.text import display_path

#: Files above it are listed without SHA-256; their blob id still names the content.
MAX_HASHED_BYTES = 50_000_000
#: All files of a tree together; a repository of models must not hold up a run.
MAX_HASHED_TOTAL = 2_000_000_000
MAX_LISTED = 5_000

_FOLDERS = re.compile(
    r"(?:^|/)(?:data|datasets?|models?|weights|prompts?|evals?|evaluations?|benchmarks?)/", re.IGNORECASE
)
_ENDINGS = re.compile(
    r"\.(?:csv|tsv|jsonl|ndjson|parquet|arrow|feather|npy|npz|safetensors|gguf|ggml|onnx|pt|pth|pkl|joblib|h5"
    r"|tflite|ckpt|prompt|prompty)$",
    re.IGNORECASE,
)
_POINTER_SIZES = range(100, 1_025)
_CHUNK = 1 << 20


def gather_tree(gathering: Gathering, commit: Commit) -> None:
    """Add the tree: counts by class, links, submodules, Git LFS pointers, and the files worth pointing at.

    Raises:
        UnreadableError: The tree cannot be listed.
    """
    entries = gathering.request.entries()
    files = [entry for entry in entries if entry.kind == "file"]
    by_class = {kind.value: 0 for kind in PathClass}
    for entry in files:
        by_class[classify(entry.path)] += 1
    pointers = _lfs_pointers(gathering, files)
    wanted = [entry for entry in files if _is_listed(entry.path)]
    if len(wanted) > MAX_LISTED:
        reason = f"lists the first {MAX_LISTED:,} of {len(wanted):,} data, model, prompt and evaluation files"
        gathering.problem("not-counted", WHOLE, reason, types=("repository_tree",))
    facts = RepositoryTree(
        commit=commit.id,
        files=len(files),
        by_class=by_class,
        submodules=sum(entry.kind == "submodule" for entry in entries),
        symlinks=sum(entry.kind == "symlink" for entry in entries),
        lfs_pointers=len(pointers),
        undecodable_paths=sum(not _is_text(entry.path) for entry in entries),
        listed=tuple(_listed(gathering, wanted[:MAX_LISTED], pointers)),
    )
    gathering.add(
        "repository_tree",
        facts,
        path=WHOLE,
        digest=f"gitcommit:{commit.id}",
        effective=Effective(end=commit.committed_at, basis="date of the assessed commit"),
        title="repository tree",
    )


def sha256_of(view: View, path: str) -> str:
    """SHA-256 of a file, read in pieces.

    Raises:
        UnreadableError: It cannot be read.
    """
    digest = hashlib.sha256()
    with view.open_stream(path) as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _is_listed(path: str) -> bool:
    return (_FOLDERS.search(path) is not None or _ENDINGS.search(path) is not None) and classify(path) in OWN


def _listed(gathering: Gathering, wanted: list[Entry], pointers: dict[str, tuple[str, int] | None]) -> list[TreeFile]:
    """The files with their digests; of a Git LFS pointer what it claims of content that is not here."""
    left = MAX_HASHED_TOTAL
    listed, missing = list[TreeFile](), list[str]()
    gathering.request.view.expect([entry.path for entry in wanted if entry.path not in pointers])
    for entry in wanted:
        sha256 = None
        is_pointer = entry.path in pointers
        claimed, size = pointers.get(entry.path) or (None, None)
        if not is_pointer and 0 <= entry.size <= min(MAX_HASHED_BYTES, left):
            left -= entry.size
            try:
                sha256 = sha256_of(gathering.request.view, entry.path)
            except UnreadableError as error:
                gathering.unreadable(error, entry.path, types=("repository_tree",))
        elif entry.size < 0:
            missing.append(entry.path)
        listed.append(
            TreeFile(
                path=display_path(entry.path),
                size=entry.size if entry.size >= 0 else None,
                digest=entry.digest or "",
                sha256=sha256,
                pointer=is_pointer or None,
                claimed_sha256=claimed,
                claimed_size=size,
            )
        )
    _tell_missing(gathering, missing)
    return listed


def _tell_missing(gathering: Gathering, paths: list[str]) -> None:
    """Tell of files that the tree lists and a partial or damaged clone does not hold: the first ones one by one."""
    why = "its content is missing in this repository (the clone is partial or damaged: fetch the whole repository)"
    for path in paths[:MAX_ROWS]:
        gathering.problem("unreadable", path, f"is listed, but {why}", types=("repository_tree",))
    if more := len(paths[MAX_ROWS:]):
        reason = f"lists {more:,} more of which the same holds: {why}"
        gathering.problem("unreadable", WHOLE, reason, types=("repository_tree",), files=more)


def _lfs_pointers(gathering: Gathering, files: list[Entry]) -> dict[str, tuple[str, int] | None]:
    """Path -> digest and size of the content, for each Git LFS pointer."""
    found: dict[str, tuple[str, int] | None] = {}
    candidates = [entry.path for entry in files if entry.size in _POINTER_SIZES]
    gathering.request.view.expect(candidates)
    for path in candidates:
        try:
            data = gathering.request.view.read(path)
        except UnreadableError:
            continue  # what cannot be read is told where the file is wanted
        if is_lfs_pointer(data):
            found[path] = lfs_object(data)
    return found


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
