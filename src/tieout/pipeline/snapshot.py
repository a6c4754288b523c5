"""An evidence snapshot per release: a packet bound to a tag, refused where tree and tag do not match."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pathspec

from tieout.domain.assessment import Assessment
from tieout.domain.packet import BAG, NOTICE, WORK_FOLDER
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.tree import GitTree
from tieout.kernel.git.worktree import find_repository, worktree_differences
from tieout.pipeline.archive import demand_archive_place, is_own_archive
from tieout.pipeline.assessing import assess
from tieout.pipeline.collecting import collect
from tieout.pipeline.options import RunOptions
from tieout.pipeline.packing import Packed, pack
from tieout.pipeline.place import demand_place, own_files, real_place
from tieout.pipeline.target import TAGS, open_target
from tieout.pipeline.workspace import Workspace

_NAMED = 5


def snapshot(
    options: RunOptions, tag: str, out: Path, *, archive: bool = False, workspace: Workspace | None = None
) -> tuple[Assessment, Packed]:
    """Collect, assess and pack the release of a tag, as one job that no other tieout comes between.

    The tag must exist, must name the commit that is checked out (where there is a work tree), and the
    work tree must be that commit's tree: a snapshot speaks of what was released, not of what lies there.

    Raises:
        UsageError: The tag is unknown, or the tree does not match it; the first differences are named.
    """
    if options.allow_uncommitted_config:
        message = "a snapshot never uses an uncommitted configuration"
        raise UsageError(message, hint="commit tieout.yaml before the tag")
    demand_place(out, work=options.config.parent)
    if archive:
        demand_archive_place(out)
    tagged = replace(options, at=f"{TAGS}{tag}", release=tag)
    with open_target(tagged) as target:
        name = target.config.assessed_repository
        if name is None:
            raise UsageError("no git source is configured, so there is no tag to bind to", hint="add a git source")
        commit = target.commits[name]
        if options.at and commit.quarantine.resolve(options.at) != commit.id:
            message = f"tag {tag} names {commit.id[:12]}, and --at names another commit"
            raise UsageError(message, hint="leave --at out, or name the tag's commit")
        path = next(source.path for source in target.config.sources if source.name == name)
        _same_tree(options, tag, target.folder / path, commit.quarantine.tree(commit.id), out)
        head = commit.quarantine.resolve("")
        if head != commit.id:
            message = f"tag {tag} names {commit.id[:12]}, and {head[:12]} is checked out"
            raise UsageError(message, hint=f"check out {tag} first")
    with (workspace or Workspace(options.config)).job() as job:
        collection, _ = collect(tagged, job)
        assessment = assess(job, collection)
        return assessment, pack(job, out, archive=archive, assessed=(assessment, collection))


def _same_tree(options: RunOptions, tag: str, repository: Path, tree: GitTree, out: Path) -> None:
    top = find_repository(repository)
    if top is None or not (top / ".git").exists():
        return
    own = {WORK_FOLDER, *_inside(top, out), *_inside(top, options.config.parent / WORK_FOLDER)}
    ignored = _committed_ignores(tree)
    packets = _Packets(top)
    differences = worktree_differences(
        top, tree, ignore=lambda path: _below(path, own) or ignored(path) or packets.hold(path)
    )
    if differences:
        shown = "; ".join(differences[:_NAMED])
        more = f" and {len(differences) - _NAMED} more" if len(differences) > _NAMED else ""
        message = f"the work tree is not the tree of {tag}: {shown}{more}"
        raise UsageError(message, hint=f"check out {tag} with a clean tree", where=real_place(top).name)


def _committed_ignores(tree: GitTree) -> Callable[[str], bool]:
    """What the release's own .gitignore files leave out; they are read at the tag, as data.

    The user's and the repository's further ignore rules stand in configuration, which is not believed.
    """
    specs: list[tuple[str, pathspec.GitIgnoreSpec]] = []
    for entry in tree.entries():
        folder, _, name = entry.path.rpartition("/")
        if name == ".gitignore" and entry.kind == "file":
            try:
                lines = tree.read(entry.path).decode("utf-8", "surrogateescape").splitlines()
                specs.append((f"{folder}/" if folder else "", pathspec.GitIgnoreSpec.from_lines(lines)))
            except (UnreadableError, ValueError):
                continue  # then nothing is left out for its sake, and more is refused
    return lambda path: any(path.startswith(folder) and spec.match_file(path[len(folder) :]) for folder, spec in specs)


class _Packets:
    """Packets of ours that lie in the work tree: files that the commit lacks, and that tieout wrote."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._known: dict[str, frozenset[str]] = {}

    def hold(self, path: str) -> bool:
        """Whether a file belongs to a packet, or is the archive of the packet beside it."""
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if parts[depth] in {BAG, NOTICE} and "/".join(parts[depth:]) in self._files("/".join(parts[:depth])):
                return True
        name = path.removesuffix(".zip")
        return name != path and bool(self._files(name)) and is_own_archive(self._top / path)

    def _files(self, folder: str) -> frozenset[str]:
        if folder not in self._known:
            self._known[folder] = own_files(self._top / folder)
        return self._known[folder]


def _inside(top: Path, path: Path) -> set[str]:
    # As the disk knows them: a configuration in a folder below says `..` for the repository.
    try:
        return {(real_place(path.parent) / path.name).relative_to(real_place(top)).as_posix()}
    except ValueError:
        return set()


def _below(path: str, folders: set[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
