"""The quarantine: a bare clone in a temporary folder, the only thing that git commands ever read.

git is never run in the given repository. Its refs are read by ourselves into a bare *shell* repository of
our own, whose `objects/info/alternates` points at the given objects; the shell is then cloned over
`file://`. So no configuration, hook, filter, graft, replacement or monitor of the given repository is ever
read, and the clone verifies the id of each object on its way in. Where objects are missing (a partial clone,
damage) the shell itself is read, nothing is fetched, and each object is verified when it is read. So it is where a look
at one commit does not pay for a copy of all of them (`copied=False`); what is read may then change while it is read.
"""

import re
import stat
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self

from tieout.kernel.errors import StorageError, UnreadableError, UsageError
from tieout.kernel.git.commits import Tag, parse_tag
from tieout.kernel.git.history import MAX_COMMIT_BYTES, History, read_history
from tieout.kernel.git.objects import ObjectReader
from tieout.kernel.git.one_file import read_one
from tieout.kernel.git.program import CLONE_SECONDS, FEW_CLONE_SECONDS, Git, GitFailedError, git_version, quoted
from tieout.kernel.git.replaced import Replaced, replaced_versions
from tieout.kernel.git.sizes import refuse_bombs, size_on_disk
from tieout.kernel.git.source import Refs, demand_own_objects, is_bundle, locate, read_refs
from tieout.kernel.git.tree import AbsentError, GitTree
from tieout.kernel.reading.text import display_path
from tieout.kernel.temporary import TemporaryFolder

_REVISION = re.compile(r"[^-\x00-\x20\x7f:?*\[\\][^\x00-\x20\x7f:?*\[\\]*")
_FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DETACHED = "refs/tieout/detached-head"
_TAG_DEPTH = 8
_REFTABLE_GIT = (2, 45)
_BYTES_A_SECOND = 1024 * 1024


class Quarantine:
    """A repository opened for reading; a context manager that removes its temporary folder.

    Attributes:
        uri: Names the source in results and errors; never the temporary folder.
        empty: The repository has no commit yet.
        shallow: The given repository holds only the end of its history.
        partial: Objects are missing or damaged; what cannot be read is told when it is asked for.
        object_format: "sha1" or "sha256".
    """

    _remove: "weakref.finalize[[], Self]"

    def __init__(self, git: Git, *, object_format: str, empty: bool, partial: bool, copied: bool = True) -> None:
        self._git = git
        self._objects = ObjectReader(git, object_format)
        self._tree: GitTree | None = None
        self._history: History | None = None
        self._tags: tuple[Tag, ...] | None = None
        self.uri = git.where
        self.object_format = object_format
        self.empty = empty
        self.partial = partial
        self._holds_others = partial or not copied  # objects that no ref reaches may be there
        self.shallow = git.git_dir is not None and (git.git_dir / "shallow").is_file()

    @classmethod
    def open(cls, repository: Path, *, uri: str, copied: bool = True) -> Self:
        """Copy a repository into a quarantine, or open it there by reference.

        Args:
            repository: A work tree (its top folder), a linked work tree, a bare repository or a bundle file.
            uri: Names the source in results and errors.
            copied: Objects are copied, and whether all are there is known; else they are read where they are, and
                `partial` stays False. A bundle is always copied.

        Raises:
            UsageError: There is no repository, or no git program.
            UnreadableError: It cannot be copied.
            StorageError: The temporary folder is full.
        """
        folder = None
        quarantine = None
        try:
            folder = TemporaryFolder("tieout-git-")
            quarantine = cls._fill(repository.absolute(), Git(folder.path, None, uri), copied=copied)
            quarantine._remove = weakref.finalize(quarantine, folder.close)  # noqa: SLF001 - its own class
        except OSError as error:
            message = f"the repository could not be copied for reading: {(error.strerror or 'no reason').lower()}"
            hint = "the temporary folder (TMPDIR) needs to be writable and to have space"
            raise StorageError(message, hint=hint, where=uri) from error
        finally:  # Ctrl-C in the clone leaves nothing behind
            if folder is not None and quarantine is None:
                folder.close()
        return quarantine

    @classmethod
    def _fill(cls, repository: Path, git: Git, *, copied: bool) -> Self:
        if _kind(repository) == "folder":
            source = locate(repository, git.where)
            demand_own_objects(source, git.where)
            git.write_configuration([repository, source.git_dir, source.common_dir])
            seconds = _seconds(source.objects)
            if source.reftable:
                _demand_reftable(git.where)
                return cls._copy_whole(repository.as_uri(), git, seconds)
            refs = read_refs(source, git.where)
            shell = _make_shell(git.folder / "shell.git", source.objects, refs)
            if not copied:
                return cls._refer(shell, refs, git)
            return cls._copy_shell(shell, refs, git, seconds)
        git.write_configuration([])
        if is_bundle(repository):
            return cls._copy_whole(str(repository), git, _seconds(repository))
        if _kind(repository) == "file":
            message = "this file is not a git bundle"
            hint = "name the folder of a repository, or a bundle made by 'git bundle create FILE --all'"
        else:
            message = "there is no such folder"
            hint = "check the path of the repository"
        raise UsageError(message, hint=hint, where=git.where)

    @classmethod
    def _refer(cls, shell: Path, refs: Refs, git: Git) -> Self:
        empty = not refs.ids and refs.head_id is None
        inside = Git(git.folder, shell, git.where)
        if not empty:
            refuse_bombs(inside)
        return cls(inside, object_format=refs.object_format, empty=empty, partial=False, copied=False)

    @classmethod
    def _copy_shell(cls, shell: Path, refs: Refs, git: Git, seconds: float) -> Self:
        empty = not refs.ids and refs.head_id is None
        partial = False
        clone = shell
        if not empty:
            refuse_bombs(Git(git.folder, shell, git.where))
            try:
                clone = _clone(shell.as_uri(), git, seconds)
                (clone / "HEAD").write_bytes((shell / "HEAD").read_bytes())
            except GitFailedError as error:
                if not error.stderr:  # it was stopped: reading on would only be slower
                    raise
                partial = True
        inside = Git(git.folder, clone, git.where)
        return cls(inside, object_format=refs.object_format, empty=empty, partial=partial)

    @classmethod
    def _copy_whole(cls, place: str, git: Git, seconds: float) -> Self:
        """Clone a bundle, or a repository whose refs only git can read."""
        try:
            clone = _clone(place, git, seconds)
        except GitFailedError as error:
            if "prerequisite" in error.stderr:
                message = "the bundle builds on commits that it does not hold"
                hint = "make it with 'git bundle create FILE --all'"
                raise UnreadableError(message, hint=hint, where=git.where) from error
            raise
        inside = Git(git.folder, clone, git.where)
        object_format = inside.run("rev-parse", "--show-object-format").decode("ascii").strip()
        empty = not inside.run("for-each-ref", "--count=1")
        return cls(inside, object_format=object_format, empty=empty, partial=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process and remove the temporary folder; again is harmless."""
        self._objects.close()
        self._remove()

    def resolve(self, revision: str) -> str:
        """The full id of the commit that a revision names.

        Args:
            revision: A branch, tag or commit id, also with ~N and ^N; "" is HEAD. Of a tag and a branch of
                one name the tag is meant, as in git.

        Raises:
            UsageError: There is no such commit among those that a branch, tag or HEAD reaches.
        """
        if self.empty:
            raise UsageError("the repository has no commit yet", hint="commit the files to be assessed", where=self.uri)
        text = revision or "HEAD"
        if not _REVISION.fullmatch(text) or ".." in text or "@{" in text or "^{" in text:
            message = f"'{_printable(text)}' is not the name of a commit"
            raise UsageError(message, hint="name a branch, a tag or a commit id", where=self.uri)
        try:
            name = (text + "^{commit}").encode("utf-8", "surrogateescape")
            found = self._git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except (GitFailedError, UnicodeEncodeError) as error:
            raise self._unknown(text) from error
        commit = found.decode("ascii").strip()
        if self._holds_others and revision and not self._is_reached(commit):
            raise self._unknown(text)
        return commit

    def tree(self, commit: str) -> GitTree:
        """The files of a commit, as a view; asked for again, the same one, so that it is listed once.

        Args:
            commit: A full id, as `resolve` gives it.
        """
        full = self._full(commit)
        if self._tree is None or self._tree.commit != full:
            self._tree = GitTree(self._git, self._objects, uri=self.uri, commit=full)
        return self._tree

    def read_at(self, commit: str, path: str) -> bytes:
        """One file at a commit, without listing its whole tree.

        Raises:
            UnreadableError: As `GitTree.read`.
        """
        try:
            return read_one(self._objects, self._full(commit), path)
        except AbsentError:
            raise
        except UnreadableError as error:
            raise UnreadableError(error.message, hint=error.hint, where=display_path(path)) from error

    def changed_between(self, before: str, after: str) -> frozenset[str]:
        """Paths that two commits do not hold alike, whatever lies between them; a moved file is two paths.

        Args:
            before: A full id, as `resolve` gives it.
            after: Likewise.

        Raises:
            UnreadableError: Objects are missing, so that the trees cannot be believed, or too many paths differ.
        """
        if self.partial:
            message = "objects of the repository are missing, so two of its commits cannot be compared"
            raise UnreadableError(message, hint="fetch the whole repository", where=self.uri)
        ids = (self._full(before), self._full(after))
        printed = self._git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", *ids)
        return frozenset(path.decode("utf-8", "surrogateescape") for path in printed.split(b"\0") if path)

    def history(self, commit: str) -> History:
        """The commits that a commit reaches, itself first; asked for again, the same.

        Args:
            commit: A full id, as `resolve` gives it.

        Raises:
            UnreadableError: A commit is missing or damaged.
        """
        full = self._full(commit)
        if self._history is None or self._history.commits[0].id != full:
            self._history = read_history(self._git, self._objects, full)
        return self._history

    def replaced(self, commit: str, *endings: str) -> list[Replaced]:
        """Versions of files with one of these endings that the line of a commit held before, newest first.

        Args:
            commit: A full id, as `resolve` gives it.
            endings: Of file names.

        Raises:
            UnreadableError: The history, or a tree of it, cannot be read.
        """
        return replaced_versions(self._git, self.history(commit), endings)

    def tags(self) -> list[Tag]:
        """All tags, sorted by name and read once; a signature that is present is not one that was verified.

        Raises:
            UnreadableError: The refs cannot be read, or a tag is larger than a commit may be.
        """
        if self._tags is None:
            self._tags = tuple(sorted(self._read_tags(), key=lambda tag: tag.name))
        return list(self._tags)

    def _read_tags(self) -> Iterator[Tag]:
        """Read the tags in a few questions, however many they are: one for each tag that names a tag."""
        listed = self._git.run("for-each-ref", "--format=%(refname)%00%(objectname)", "refs/tags/")
        pairs = [line.partition(b"\0") for line in listed.splitlines() if line]
        names = {
            name.removeprefix(b"refs/tags/").decode("utf-8", "surrogateescape"): target.decode()
            for name, _, target in pairs
        }
        known: dict[str, Tag | str] = {}  # id -> the tag that it is, or the kind of object
        asked = set(names.values())
        for _ in range(_TAG_DEPTH + 1):
            for object_id, found in self._objects.find_many(sorted(asked), max_bytes=MAX_COMMIT_BYTES):
                is_tag = found is not None and found.kind == "tag"
                known[object_id] = parse_tag("", found.data) if found and is_tag else found.kind if found else ""
            named = {tag.target_commit for tag in known.values() if isinstance(tag, Tag) and tag.target_commit}
            asked = {target for target in named if _FULL_ID.fullmatch(target)} - known.keys()
            if not asked:
                break
        for name, target in names.items():
            yield _resolved(name, target, known)

    def _full(self, commit: str) -> str:
        if not _FULL_ID.fullmatch(commit):
            return self.resolve(commit)
        return commit

    def _is_reached(self, commit: str) -> bool:
        try:
            self._git.run("merge-base", "--is-ancestor", commit, "HEAD")
        except GitFailedError:
            return bool(self._git.run("for-each-ref", "--count=1", f"--contains={commit}"))
        return True

    def _unknown(self, revision: str) -> UsageError:
        hint = "name a branch, a tag or a commit id that one of them reaches"
        if revision == "HEAD":
            return UsageError("the current branch has no commit yet", hint=hint, where=self.uri)
        if self.shallow:
            hint = "the clone is shallow and holds only the last commits: fetch the whole history first"
        return UsageError(f"unknown commit '{_printable(revision)}'", hint=hint, where=self.uri)


def _resolved(name: str, target: str, known: Mapping[str, Tag | str]) -> Tag:
    """The tag of a name, whose commit may be named by a tag that it names."""
    own = known.get(target)
    at = target
    for _ in range(_TAG_DEPTH):
        step = known.get(at)
        if not isinstance(step, Tag):
            break
        at = step.target_commit or ""
    commit = at if known.get(at) == "commit" else None
    if isinstance(own, Tag):
        return replace(own, name=name, target_commit=commit)
    return Tag(name=name, target_commit=commit, annotated=False, signature="none", tagged_at=None)


def _demand_reftable(where: str) -> None:
    """Only here git reads the given repository itself; each git of this age fetches nothing on its own then."""
    if git_version() < _REFTABLE_GIT:
        hint = "use git 2.45 or newer, or read a bundle made by 'git bundle create FILE --all'"
        raise UnreadableError("the refs are in the reftable format, which this git lacks", hint=hint, where=where)


def _kind(repository: Path) -> Literal["folder", "file", "none"]:
    try:
        mode = repository.stat().st_mode
    except (OSError, ValueError):  # also a name too long, or a folder above that may not be entered
        return "none"
    return "folder" if stat.S_ISDIR(mode) else "file"


def _seconds(place: Path) -> float:
    """How long a copy may take, by what is on disk: a real repository takes a thousandth of this."""
    return min(CLONE_SECONDS, FEW_CLONE_SECONDS + size_on_disk(place) / _BYTES_A_SECOND)


def _clone(place: str, git: Git, seconds: float) -> Path:
    target = git.folder / "clone.git"
    git.run(
        "clone",
        "--quiet",
        "--bare",
        "--mirror",  # every ref, not only branches and tags: a CI checkout often has nothing but remote refs
        "--no-local",
        "--template=",
        "--end-of-options",
        place,
        str(target),
        seconds=seconds,
    )
    return target


def _make_shell(folder: Path, objects: Path, refs: Refs) -> Path:
    """A bare repository of ours with the given refs and, by reference, the given objects."""
    for part in ("objects/info", "objects/pack", "refs/heads"):
        (folder / part).mkdir(parents=True)
    extension = f"[extensions]\n\tobjectFormat = {refs.object_format}\n" if refs.object_format != "sha1" else ""
    ids = dict(refs.ids)
    if refs.head_id is not None and refs.head == refs.head_id:
        ids[_DETACHED] = refs.head_id
    _write(folder / "config", f"[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n{extension}")
    _write(folder / "HEAD", refs.head + "\n")
    _write(folder / "objects/info/alternates", quoted(str(objects)) + "\n")
    _write(folder / "packed-refs", "".join(f"{ids[name]} {name}\n" for name in sorted(ids)))
    if refs.shallow:
        _write(folder / "shallow", "".join(f"{commit}\n" for commit in refs.shallow))
    return folder


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "surrogateescape"))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)[:100]
