"""Release tags: which is the last that a commit reaches, how far behind it is, and what signature it carries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tieout.inspection.reading.versions import Number, number_of
from tieout.inspection.repository import Repository
from tieout.kernel.git.commits import CommitRecord, Signature, Tag
from tieout.kernel.git.history import History

_TAG = re.compile(r"(.{0,100}?)([vV]?\.?\d{1,10}(?:[._-]\d{1,10}){0,5}(?:[-+._]?[A-Za-z][A-Za-z0-9.+_-]{0,60})?)")
_YEARS: Final = range(1990, 2100)
_FORGES: Final = frozenset({"noreply@github.com", "noreply@gitlab.com"})
_LONGEST_YEAR: Final = 8  # 20250625


@dataclass(frozen=True, slots=True)
class Release:
    """A tag that names a release.

    Attributes:
        tag: As git has it.
        commit: What it names.
        number: Its version.
        series: What stands before the version, and whether that is a date: tags of one series follow each other.
    """

    tag: Tag
    commit: CommitRecord
    number: Number
    series: tuple[str, bool]

    @property
    def at(self) -> datetime:
        """When it was tagged; of a plain name the committer date of what it names."""
        return self.tag.tagged_at or self.commit.committed_at

    @property
    def is_whole(self) -> bool:
        """Whether it is of the project and not of one of its parts."""
        return not self.series[0]


@dataclass(frozen=True, slots=True)
class Last:
    """The last release that a commit reaches.

    Attributes:
        release: The tag.
        further: Commits that the commit reaches and the tag does not.
        same_subject: Of these, those whose subject is that of the tagged commit.
        newer: A tag of a higher version that the commit does not reach, if there is one.
        higher: An older tag of a higher version that the commit reaches, if there is one.
    """

    release: Release
    further: int
    same_subject: int
    newer: Tag | None
    higher: Tag | None

    @property
    def commit_signature(self) -> Signature:
        """Kind of signature that the tagged commit carries, not verified."""
        return self.release.commit.signature

    @property
    def is_by_forge(self) -> bool:
        """Whether the tagged commit was made at GitHub or GitLab, whose key then signs it."""
        return self.release.commit.committer_email.strip().lower() in _FORGES


def last_release(repository: Repository) -> Last | None:
    """The last release tag that the commit reaches.

    It is the one on the newest commit, of several there the highest version: projects go back to lower versions, and a
    tag of long ago stays. Tags of the whole project go before those of its parts.
    """
    history = repository.history
    if history is None:
        return None
    by_id = {record.id: record for record in history.commits}
    releases = [found for tag in repository.tags if (found := _release(tag, by_id)) is not None]
    if not releases:
        return None
    last = max(releases, key=lambda one: (one.is_whole, one.commit.committed_at, one.number, one.tag.name))
    highest = max((one for one in releases if one.series == last.series), key=lambda one: (one.number, one.tag.name))
    behind = _ancestors(last.commit.id, by_id)
    beyond = [record for record in history.commits if record.id not in behind]
    same = sum(record.subject == last.commit.subject for record in beyond)
    higher = highest.tag if highest.number > last.number else None
    return Last(last, len(beyond), same, _newer(repository, history, last), higher)


def _release(tag: Tag, by_id: Mapping[str, CommitRecord]) -> Release | None:
    commit = by_id.get(tag.target_commit or "")
    named = _named(tag)
    return Release(tag, commit, *named) if commit is not None and named is not None else None


def _named(tag: Tag) -> tuple[Number, tuple[str, bool]] | None:
    """Version and series of a tag's name; None where it names no version."""
    found = _TAG.fullmatch(tag.name)
    if found is None or (found[1] and found[1][-1].isalnum()):
        return None
    number = number_of(re.sub(r"(?<=\d)-(?=\d)", ".", found[2]))
    if number is None:
        return None
    first = str(number.release[0])
    is_date = len(first) in {4, _LONGEST_YEAR} and int(first[:4]) in _YEARS
    before = found[1].lower().rstrip("-_/@ .")
    return number, ("" if before in {"release", "releases", "rel", "version", "ver"} else before, is_date)


def _newer(repository: Repository, history: History, last: Release) -> Tag | None:
    reached = {record.id for record in history.commits}
    others = [
        (named[0], tag.name, tag)
        for tag in repository.tags
        if tag.target_commit not in reached and (named := _named(tag)) is not None and named[1] == last.series
    ]
    highest = max(others, default=None)
    return highest[2] if highest is not None and highest[0] > last.number else None


def _ancestors(commit: str, by_id: Mapping[str, CommitRecord]) -> set[str]:
    found, open_ids = {commit}, [commit]
    while open_ids:
        for parent in by_id[open_ids.pop()].parents:
            if parent in by_id and parent not in found:
                found.add(parent)
                open_ids.append(parent)
    return found
