"""Whether the system moved since its evidence was collected; reads files alone, so that asking costs nothing."""

from pathlib import Path

from tieout.config.load import read_config
from tieout.domain.collection import Collection
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError
from tieout.kernel.git.source import locate, read_refs
from tieout.kernel.git.worktree import find_repository
from tieout.kernel.reading.files import FolderView
from tieout.pipeline.outside import sources_outside


def moved_since(config: Path, collection: Collection) -> tuple[str, ...]:
    """What changed since a collection, each as a note; what cannot be told is left out.

    Args:
        config: Path of tieout.yaml.
        collection: What was collected.
    """
    notes: list[str] = []
    try:
        lying = FolderView(config, config.name).read(config.name)
    except TieoutError:
        return (f"{config.name} is not there any more; this speaks of what was collected with it",)
    if sha256_hex(lying) != collection.configuration_sha256:
        notes.append(f"{config.name} here is not the one that was collected; commit it and run again for it to count")
    head, commit = _head(config, lying), collection.subject.commit
    if head is not None and commit is not None and head != commit:
        notes.append(f"HEAD is now {head[:12]}; this speaks of {commit[:12]}")
    return tuple(notes)


def _head(config: Path, lying: bytes) -> str | None:
    """The commit that HEAD of the assessed repository names, where its files say so plainly."""
    try:
        stated, document = read_config(lying, where=config.name, plugged=None)
        source = next(source for source in stated.sources if source.name == stated.assessed_repository)
        sources_outside([source], config, (), document)
        folder = find_repository(config.parent / source.path)
        if folder is None:
            return None
        place = locate(folder, config.name)
        return None if place.reftable else read_refs(place, config.name).head_id
    except (StopIteration, TieoutError):
        return None
