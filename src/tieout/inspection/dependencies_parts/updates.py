"""Whether a bot keeps dependencies up to date, of which kinds, and whether the folders that it is given exist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tieout.domain.inspection import Answer, Fact, InspectedPlace, Value
from tieout.inspection.reading.dependencies.ecosystems import (
    SURROUNDINGS,
    Declared,
    declared,
    is_known,
    may_ask,
    title_of,
)
from tieout.inspection.reading.dependencies.locks import locks
from tieout.inspection.reading.dependencies.update_bots import Bot, Entry, Folder, bots, lookalikes
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import named

#: What a repository may have beside its packages, worth a word when no bot looks after it.
_WORTH_A_WORD = ("docker", "github-actions", "terraform", "helm")


def update_automation(topic: Topic, repository: Repository) -> Fact:
    """Answer whether the updates of dependencies are automated, and for which ecosystems."""
    found = bots(repository)
    present = {one.ecosystem for one in declared(repository)}
    values: dict[str, Value] = {"present": _titles(present)}
    elsewhere = [
        repository.place(path, None, "no bot reads its configuration here", counts=False)
        for path in lookalikes(repository)
    ]
    if not found:
        statement = "Neither Dependabot nor Renovate is configured."
        return topic.fact("update-automation", Answer.NO, statement, places=elsewhere, values=values)
    if unread := [bot for bot in found if not bot.readable]:
        places = [repository.place(bot.path, None, "could not be read") for bot in unread]
        reason = f"The configuration of {named(bot.name for bot in unread)} could not be read."
        return topic.unknown("update-automation", reason, places=places)
    on = [(bot, entry) for bot in found if bot.off_line is None for entry in bot.entries if not entry.off]
    finders = [bot for bot in found if bot.finds_all and bot.off_line is None]
    covered = present if finders else {entry.ecosystem for _, entry in on}
    missing = [one for one in sorted(present - covered) if one not in SURROUNDINGS]
    bare = [one for one in _WORTH_A_WORD if one in present - covered]
    answer = Answer.NO if not on and not finders else Answer.PARTIAL if missing else Answer.YES
    statement = _statement(found, [entry for _, entry in on], finders, [*missing, *bare])
    values |= {"covered": _titles(covered), "not_covered": _titles([*missing, *bare])}
    places = [*_bot_places(repository, found), *_missing_places(repository, missing), *elsewhere]
    return topic.fact("update-automation", answer, statement, places=places, values=values)


def update_paths_exist(topic: Topic, repository: Repository) -> Fact:
    """Answer whether the folders that an update bot is given exist, and are all that there are."""
    entries = [entry for bot in bots(repository) for entry in bot.entries if entry.folders]
    if not entries:
        statement = "No update bot is given folders."
        return topic.fact("update-paths-exist", Answer.NOT_APPLICABLE, statement)
    present: dict[str, list[Declared]] = {}
    for one in declared(repository):
        present.setdefault(one.ecosystem, []).append(one)
    named_ = [_Named(entry, folder) for entry in entries for folder in entry.folders]
    stale = [one for one in named_ if not _exists(repository, one.folder)]
    empty = [one for one in named_ if one not in stale and _is_empty(repository, one)]
    missed = list(_missed(repository, entries, present))
    answer = Answer.NO if len(stale) == len(named_) else Answer.PARTIAL if stale or missed else Answer.YES
    if len(named_) == 1:
        sentences = [f"The one folder that is named {'does not exist' if stale else 'exists'}."]
    else:
        sentences = [f"{len(named_) - len(stale)} of {len(named_):,} folders that are named exist."]
    if stale and len(named_) > 1:
        sentences.append(f"Not there: {named(_shown(one.folder.path) for one in stale)}.")
    if missed:
        sentences.append(f"Named by no entry: {named(_shown(one.file.folder) for one in missed)}.")
    if empty:
        sentences.append(f"Without anything to update: {named(_shown(one.folder.path) for one in empty)}.")
    places = [
        *(one.place(repository, "this folder does not exist") for one in stale),
        *(one.place(repository, "nothing of this ecosystem is there") for one in empty),
        *(repository.place(one.file.path, one.line, "in a folder that no entry names") for one in missed),
        *(one.place(repository, "this folder exists") for one in named_ if one not in stale and one not in empty),
    ]
    values: dict[str, Value] = {
        "folders": len(named_),
        "not_there": tuple(_shown(one.folder.path) for one in stale),
        "named_by_no_entry": tuple(dict.fromkeys(_shown(one.file.folder) for one in missed)),
    }
    return topic.fact("update-paths-exist", answer, " ".join(sentences), places=places, values=values)


@dataclass(frozen=True, slots=True)
class _Named:
    """A folder as an entry names it."""

    entry: Entry
    folder: Folder

    def place(self, repository: Repository, shows: str) -> InspectedPlace:
        return repository.place(self.entry.path, self.folder.line, shows)


def _statement(found: Sequence[Bot], on: list[Entry], finders: list[Bot], lacking: list[str]) -> str:
    sentences = []
    for bot in found:
        if bot in finders:
            sentences.append(f"{bot.name} is configured, and finds every kind of package by itself.")
            continue
        told = [
            f"{title_of(entry.ecosystem)}{f' ({entry.interval})' if entry.interval else ''}"
            for entry in bot.entries
            if entry in on
        ]
        off = [entry for entry in bot.entries if entry not in on]
        if told:
            sentences.append(f"{bot.name} looks after {named(told, most=8)}.")
        if bot.off_line is not None:
            sentences.append(f"{bot.name} is switched off.")
        elif off:
            reasons = named(f"{title_of(entry.ecosystem)} ({entry.off})" for entry in off)
            sentences.append(f"{bot.name} proposes no new versions for {reasons}.")
        elif not bot.entries:
            sentences.append(f"{bot.name} is configured without any kind of package.")
    if lacking and (on or finders):
        sentences.append(f"Nothing looks after {named((title_of(one) for one in lacking), most=6)}.")
    return " ".join(sentences)


def _bot_places(repository: Repository, found: Sequence[Bot]) -> Iterator[InspectedPlace]:
    for bot in found:
        if bot.off_line is not None:
            yield repository.place(bot.path, bot.off_line, "switched off")
        if not bot.entries:
            yield repository.place(bot.path, bot.line, f"configuration of {bot.name}")
        for entry in bot.entries:
            if entry.off:
                yield repository.place(entry.path, entry.off_line, entry.off)
            shows = f"updates of {title_of(entry.ecosystem)}" + (", proposing nothing" if entry.off else "")
            yield repository.place(entry.path, entry.line, shows)


def _missing_places(repository: Repository, missing: list[str]) -> Iterator[InspectedPlace]:
    """One file of each ecosystem that nothing looks after."""
    for ecosystem in missing:
        files = [one for one in declared(repository) if one.ecosystem == ecosystem]
        first = min(files, key=lambda one: (one.file.path.count("/"), one.file.path))
        yield repository.place(first.file.path, first.line, f"{title_of(ecosystem)} packages that nothing looks after")


def _exists(repository: Repository, folder: Folder) -> bool:
    if folder.is_pattern:
        return any(folder.matches(one) for one in repository.folders)
    return folder.path in repository.folders


def _is_empty(repository: Repository, one: _Named) -> bool:
    """Whether a folder that is there holds nothing of the entry's kind; not asked for kinds that are not known here."""
    ecosystem = one.entry.ecosystem
    if ecosystem == "github-actions" or not is_known(ecosystem):
        return False
    inside = f"{one.folder.path}/" if one.folder.path else ""
    return not any(
        may_ask(file.path, ecosystem)
        for file in repository.files
        if one.folder.matches(file.folder) or (not one.folder.is_pattern and file.path.startswith(inside))
    )


def _missed(repository: Repository, entries: Sequence[Entry], present: dict[str, list[Declared]]) -> Iterator[Declared]:
    """Lists of packages of a kind that is looked after, in folders that no entry of the kind names."""
    held = locks(repository)
    seen = set()
    for ecosystem in sorted({entry.ecosystem for entry in entries} - {"github-actions", "pre-commit", "gitsubmodule"}):
        folders = [folder for entry in entries if entry.ecosystem == ecosystem for folder in entry.folders]
        for one in present.get(ecosystem, []):
            at = [one.file.folder, *(lock.file.folder for lock in held if one.is_locked_by(lock))]
            if any(folder.matches(each) for folder in folders for each in at) or one.file.folder in seen:
                continue
            seen.add(one.file.folder)
            yield one


def _shown(folder: str) -> str:
    return f"/{folder}"


def _titles(ecosystems: Sequence[str] | set[str]) -> tuple[str, ...]:
    return tuple(title_of(one) for one in sorted(ecosystems))
