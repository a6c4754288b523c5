"""Whether what the project uses is locked with hashes."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tieout.domain.inspection import Answer, Fact, InspectedPlace, Value
from tieout.inspection.reading.containers.finding import is_in_use
from tieout.inspection.reading.dependencies.ecosystems import SURROUNDINGS, Declared, declared, requirements, title_of
from tieout.inspection.reading.dependencies.locks import REQUIREMENTS, Lock, locks
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted, named

_MOST_LINES: Final = 12
_MOST_TEMPTING: Final = 5
_MOST_LISTED: Final = 4
_LISTED = re.compile(r"\s*[\"'][A-Za-z0-9][\w.-]{0,99}(?:\[[^\]]{0,99}\])?\s*(?P<pin>[=<>~!^]=?)?[^\"']{0,200}[\"']")
_COMPILED = re.compile(r"^#.*\b(?:pip-compile|uv pip compile)\b")
_HEAD: Final = 12
_FIRST_LINES: Final = 3
_LONGEST: Final = 400
_LOCK_NAMES: Final = frozenset(
    {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}
    | {"bun.lock", "bun.lockb", "Cargo.lock", "Gemfile.lock", "composer.lock", "go.sum", "*.lock"}
)


def locked_with_hashes(topic: Topic, repository: Repository) -> Fact:
    """Answer whether there is a lock file pinned with hashes."""
    found = sorted(locks(repository), key=_depth)
    empty = [lock for lock in found if lock.is_empty]
    found = [lock for lock in found if not lock.is_empty]
    live = [lock for lock in found if is_in_use(repository, lock.file) and lock.ecosystem not in SURROUNDINGS]
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
    tempting += _ignored_locks(repository, loose) if loose else ()
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
        *(place for one in loose for place in islice(_loose_places(repository, one), _FIRST_LINES)),
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
        if one.file.path.endswith((".toml", ".py")):
            yield from _first_of_list(repository, one)
        return
    for number, line in enumerate(text.lines()[:_HEAD], start=1):
        if _COMPILED.search(line[:_LONGEST]):
            yield text.place(number, "made by a tool that was not asked for hashes")
            break
    for requirement in list(requirements(text))[:_MOST_LINES]:
        yield text.place(requirement.line, requirement.shows)


def _first_of_list(repository: Repository, one: Declared) -> Iterator[InspectedPlace]:
    """The first packages of a list that goes on over lines, as in a pyproject.toml: "name>=1"."""
    text = repository.text(one.file.path)
    lines = text.lines() if text is not None else []
    for number, line in enumerate(lines[one.line - 1 : one.line + _MOST_LISTED], start=one.line):
        found = _LISTED.match(line)
        if found is not None:
            pin = found["pin"]
            shows = "pinned without a hash" if pin == "==" else "within bounds" if pin else "in any version"
            yield repository.place(one.file.path, number, shows)
        elif number > one.line:
            return


def _ignored_locks(repository: Repository, loose: Sequence[Declared]) -> Iterator[InspectedPlace]:
    """Lines of .gitignore, the root's and those beside the lists, by which a lock file is left out of the tree."""
    folders = dict.fromkeys(["", *(one.file.folder for one in loose)])
    for folder in list(folders)[:_MOST_LINES]:
        text = repository.text(f"{folder}/.gitignore".lstrip("/"))
        for number, line in enumerate(text.lines() if text is not None else (), start=1):
            if text is not None and line.strip().lstrip("/") in _LOCK_NAMES:
                yield text.place(number, "leaves the lock file out of the tree", counts=False)


def _depth(one: Lock | Declared) -> tuple[int, str]:
    return one.file.path.count("/"), one.file.path
