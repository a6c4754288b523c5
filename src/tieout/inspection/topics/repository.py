"""The repository itself: whether every file can be read, what is tracked against its rules, how far back it goes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tieout.domain.inspection import Answer, Fact, Value
from tieout.inspection.reading.ignored import Ignored, ignored_but_tracked
from tieout.inspection.repository import File, Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.git.tree import is_lfs_pointer
from tieout.kernel.reading.text import display_path

TOPIC: Final = Topic(
    key="repository",
    title="The repository itself",
    questions=(
        Question("readable", "Can every file of the commit be read?"),
        Question("ignored-but-tracked", "Are files tracked that .gitignore lists?"),
        Question(
            "complete-history",
            "Is the whole history of the commit here?",
            "History that was rewritten before this copy was made leaves no trace in it.",
        ),
    ),
)

#: Sizes that a pointer of Git LFS has, extensions of it apart: nothing else needs to be looked into.
_POINTER_SIZES: Final = range(100, 400)
_NAMED: Final = 3
#: Files that only keep a folder in the tree, on purpose.
_KEEPERS: Final = frozenset({".gitkeep", ".keep", ".gitignore"})


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    yield _readable(repository)
    yield _ignored(repository)
    yield _history(repository)


def _readable(repository: Repository) -> Fact:
    files = repository.files
    missing = [file for file in files if file.kind == "file" and file.size < 0]
    pointers = _pointers(repository)
    modules = [file for file in files if file.kind == "submodule"]
    odd = [file for file in files if display_path(file.path) != file.path]
    parts = [
        _of(missing, "is listed and its content is missing here", "are listed and their content is missing here"),
        _of(
            pointers,
            "is a Git LFS pointer, whose content is kept elsewhere",
            "are Git LFS pointers, whose content is kept elsewhere",
        ),
        _of(modules, "is a submodule, another repository", "are submodules, other repositories"),
        _of(odd, "has a name that is not plain text", "have names that are not plain text"),
    ]
    shows = (
        (missing, "listed; its content is missing here"),
        (pointers, "Git LFS pointer; the content is kept elsewhere"),
        (modules, "submodule: another repository"),
    )
    answer = Answer.NO if missing else Answer.PARTIAL if pointers or modules else Answer.YES
    whole = f"All {len(files):,} files of the commit can be read."
    rest = f"{len(files):,} paths were looked at." if answer is not Answer.YES else whole
    return TOPIC.fact(
        "readable",
        answer,
        " ".join([*(part for part in parts if part), rest]),
        places=[repository.place(file.path, shows=told) for kind, told in shows for file in kind],
        values={
            "files": len(files),
            "missing": len(missing),
            "lfs_pointers": len(pointers),
            "submodules": len(modules),
            "odd_names": len(odd),
        },
    )


def _pointers(repository: Repository) -> list[File]:
    small = [file for file in repository.files if file.kind == "file" and file.size in _POINTER_SIZES]
    with_text = {text.path for text in repository.texts(small)}
    found = []
    for file in small:
        data = None if file.path in with_text else repository.data(file.path)
        if data is not None and is_lfs_pointer(data):
            found.append(file)
    return found


def _of(files: Sequence[File], one: str, many: str) -> str:
    """A sentence on some files: the only one by its path, of several the first ones."""
    if not files:
        return ""
    paths = _paths(file.path for file in files)
    return f"{paths} {one}." if len(files) == 1 else f"{len(files):,} files {many}: {paths}."


def _paths(paths: Iterable[str]) -> str:
    return named(map(display_path, paths), most=_NAMED)


def _ignored(repository: Repository) -> Fact:
    found = ignored_but_tracked(repository)
    telling = [one for one in found if one.path.rpartition("/")[2].lower() not in _KEEPERS]
    shown = telling or found
    by_line: dict[tuple[str, int], int] = {}
    for one in shown:
        by_line[one.by, one.line] = by_line.get((one.by, one.line), 0) + 1
    places = [
        repository.place(path, line, f"lists {counted(count, 'tracked file')}", counts=bool(telling))
        for (path, line), count in by_line.items()
    ]
    places += [repository.place(one.path, shows="is tracked all the same", counts=bool(telling)) for one in shown]
    return TOPIC.fact(
        "ignored-but-tracked",
        Answer.YES if telling else Answer.NO,
        _told_ignored(telling, len(found) - len(telling)),
        places=places,
        values={"files": len(telling), "keepers": len(found) - len(telling)},
    )


def _told_ignored(telling: Sequence[Ignored], keepers: int) -> str:
    of_keepers = f" {counted(keepers, 'file')} that only keep a folder are left out." if keepers else ""
    if not telling:
        return f"No tracked file is one that a .gitignore lists.{of_keepers}"
    those = (
        "1 file that a .gitignore lists is"
        if len(telling) == 1
        else f"{len(telling):,} files that a .gitignore lists are"
    )
    return f"{those} tracked all the same: {_paths(one.path for one in telling)}.{of_keepers}"


def _history(repository: Repository) -> Fact:
    history = repository.history
    if history is None:
        return TOPIC.unknown("complete-history", "The commits that this one reaches cannot all be read.")
    oldest = min(record.committed_at for record in history.commits)
    values: dict[str, Value] = {
        "commits": len(history.commits),
        "first_parent_commits": len(repository.first_parents),
        "oldest": f"{oldest:%Y-%m-%d}",
        "shallow": repository.shallow,
    }
    told = f"{counted(len(history.commits), 'commit')}, the oldest of {oldest:%Y-%m-%d}"
    if repository.shallow or not history.complete:
        statement = f"Only the end of the history is here: {told}. Counts over the history are lower bounds."
        return TOPIC.fact("complete-history", Answer.NO, statement, values=values)
    return TOPIC.fact(
        "complete-history", Answer.YES, f"The history reaches back to its beginning: {told}.", values=values
    )
