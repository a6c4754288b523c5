"""Whether what the project uses is locked with hashes."""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.inspection import Answer, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.dependencies.ecosystems import SURROUNDINGS, Declared, declared, requirements, title_of
from tieout.inspection.reading.dependencies.locks import REQUIREMENTS, Lock, locks
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted, named

_MOST_LINES: Final = 12
_MOST_TEMPTING: Final = 5


def locked_with_hashes(topic: Topic, repository: Repository) -> Fact:
    """Answer whether there is a lock file pinned with hashes."""
    found = sorted(locks(repository), key=_depth)
    empty = [lock for lock in found if lock.is_empty]
    found = [lock for lock in found if not lock.is_empty]
    live = [lock for lock in found if lock.file.path_class is PlaceClass.LIVE and lock.ecosystem not in SURROUNDINGS]
    lists = [one for one in declared(repository) if one.ecosystem not in SURROUNDINGS]
    hashed = [lock for lock in live if lock.is_hashed]
    others = [lock for lock in live if not lock.is_hashed]
    loose = sorted((one for one in lists if not any(one.is_locked_by(lock) for lock in hashed)), key=_depth)
    tempting = [
        repository.place(lock.file.path, lock.line, "a lock file of an example, a test or documents", counts=False)
        for lock in found
        if lock not in live and lock.ecosystem not in SURROUNDINGS
    ][:_MOST_TEMPTING]
    tempting += [
        repository.place(lock.file.path, None, "named like a lock file, with nothing locked in it", counts=False)
        for lock in empty[:_MOST_TEMPTING]
    ]
    if not lists and not live:
        statement = "No list of packages that the project uses is in the tree."
        return topic.fact("locked-with-hashes", Answer.NOT_APPLICABLE, statement, places=tempting)
    answer = _answer(lists, hashed, others, loose)
    values: dict[str, Value] = {
        "files": tuple(lock.file.path for lock in hashed),
        "tools": tuple(dict.fromkeys(_tool(lock) for lock in hashed)),
        "packages": sum(lock.packages or 0 for lock in hashed),
        "hashes": sum(lock.hashes for lock in hashed),
        "without_lock": tuple(one.file.path for one in loose),
    }
    places = [
        *(_lock_place(repository, lock) for lock in (*hashed, *others)),
        *(place for one in loose for place in _loose_places(repository, one)),
        *tempting,
    ]
    statement = _statement(hashed, others, loose)
    return topic.fact("locked-with-hashes", answer, statement, places=places, values=values)


def _answer(lists: Sequence[Declared], hashed: list[Lock], others: list[Lock], loose: list[Declared]) -> Answer:
    if any(lock.packages is None for lock in others) and not hashed:
        return Answer.UNKNOWN
    if not hashed:
        return Answer.PARTIAL if others else Answer.NO
    # A tool's own list somewhere below does not take away from the lock of the program itself.
    top = min((one.file.path.count("/") for one in lists), default=0)
    is_bare_at_top = any(one.file.path.count("/") == top for one in loose)
    return Answer.PARTIAL if is_bare_at_top or len(loose) * 2 > len(lists) else Answer.YES


def _statement(hashed: list[Lock], others: list[Lock], loose: list[Declared]) -> str:
    sentences = []
    if len(hashed) == 1:
        lock = hashed[0]
        sentences.append(
            f"{lock.file.path}, made by {_tool(lock)}, locks {counted(lock.packages or 0, 'package')} "
            f"with {counted(lock.hashes, 'hash', 'hashes')}."
        )
    elif hashed:
        packages, hashes = sum(lock.packages or 0 for lock in hashed), sum(lock.hashes for lock in hashed)
        sentences.append(
            f"{counted(len(hashed), 'lock file')} ({named(lock.file.path for lock in hashed)}) lock "
            f"{counted(packages, 'package')} with {counted(hashes, 'hash', 'hashes')}."
        )
    if unread := [lock for lock in others if lock.packages is None]:
        sentences.append(f"The content of {named(lock.file.path for lock in unread)} could not be read.")
    if bare := [lock for lock in others if lock.packages is not None]:
        sentences.append(f"Without hashes: {named(lock.file.path for lock in bare)}.")
    if loose:
        word = "Without a lock of their own" if hashed else "No lock file with hashes belongs to"
        sentences.append(f"{word}{':' if hashed else ''} {named(one.file.path for one in loose)}.")
    return " ".join(sentences)


def _tool(lock: Lock) -> str:
    return f"{lock.tool} {lock.made_by}".strip()


def _lock_place(repository: Repository, lock: Lock) -> InspectedPlace:
    if lock.packages is None:
        shows = "a lock file that could not be read"
    else:
        shows = f"{counted(lock.packages, 'package')}, {counted(lock.hashes, 'hash', 'hashes')}"
    return repository.place(lock.file.path, lock.line, shows)


def _loose_places(repository: Repository, one: Declared) -> Iterator[InspectedPlace]:
    """The lines of a list of requirements, else the line where the list begins."""
    text = repository.text(one.file.path) if REQUIREMENTS.search(one.file.path) else None
    if text is None:
        yield repository.place(one.file.path, one.line, f"{title_of(one.ecosystem)} packages without a lock")
        return
    for requirement in list(requirements(text))[:_MOST_LINES]:
        yield text.place(requirement.line, requirement.shows)


def _depth(one: Lock | Declared) -> tuple[int, str]:
    return one.file.path.count("/"), one.file.path
