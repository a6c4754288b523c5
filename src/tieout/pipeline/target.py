"""What is assessed: the configuration at the assessed commit, the as-of time and the period."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tieout.collectors.base import Commit
from tieout.collectors.discovery import known_collectors
from tieout.config.load import read_config
from tieout.config.model import PeriodSection, ProjectConfig, SourceSection
from tieout.domain.collection import Period, Subject
from tieout.frameworks.retention_schedule import load_schedule
from tieout.kernel.bundle import bundled
from tieout.kernel.clock import parse_stated, rfc3339, subtract_duration
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import ConfigError, NothingCollectedError, TieoutError, UnreadableError, UsageError
from tieout.kernel.git.commits import Tag
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.tree import AbsentError
from tieout.kernel.git.worktree import find_repository, refuse_links_out
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.text import display_path
from tieout.pipeline.options import RunOptions
from tieout.pipeline.outside import sources_outside

_EVER = datetime.min.replace(tzinfo=UTC)
TAGS = "refs/tags/"
_UNRECORDED = "who set it, and when, is not recorded"
_PERIOD_HINT = "write START/END, as in 2026-10-01/2026-10-31"


#: Years that evidence and retention can sensibly speak of; beyond them dates leave OSCAL and the calendar.
_YEARS = range(1970, 2100)


@dataclass(frozen=True, slots=True)
class Target:
    """Everything a collection needs to know before the first source is read.

    Attributes:
        config: The configuration that counts.
        document: The same, with its lines.
        data: Its bytes.
        committed_path: Its path in the assessed tree; None where an uncommitted one is used.
        folder: Folder that source paths are relative to.
        commits: Git source -> commit it is read at.
        unopened: Git source, other than the assessed one -> why it cannot be read.
        subject: System and assessed commit.
        as_of: The instant that everything speaks of.
        period: The assessed period.
        outside: Sources outside the repository that the command line allows.
        notes: What the reader should know, such as that the lying file differs from the committed one.
    """

    config: ProjectConfig
    document: Document
    data: bytes
    committed_path: str | None
    folder: Path
    commits: dict[str, Commit]
    unopened: dict[str, TieoutError]
    subject: Subject
    as_of: datetime
    period: Period
    outside: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def configuration_sha256(self) -> str:
        """Digest of the configuration that counts."""
        return sha256_hex(self.data)


@contextmanager
def open_target(options: RunOptions) -> Iterator[Target]:
    """Find the configuration, the commits and the times of a run; quarantines close at the end.

    Raises:
        UsageError: No configuration, no repository, an unknown commit.
        ConfigError: The configuration is wrong, or not committed, or a source leads farther than it may.
        NothingCollectedError: The assessed repository has no commit.
    """
    with ExitStack() as stack:
        folder = options.config.parent
        lying = _lying(options.config)
        kinds = known_collectors()
        bootstrap, shape = read_config(lying, where=options.config.name, plugged=kinds)
        name = bootstrap.assessed_repository
        commits: dict[str, Commit] = {}
        path: str | None = None
        data = lying
        notes: list[str] = []
        if name is not None:
            source = _source(bootstrap, name)
            sources_outside([source], options.config, options.allow_outside, shape)
            commits[name] = _commit(stack, folder, source, options.at)
            path = _path_in_repository(options.config, folder / source.path)
            data, notes = _counting(options, lying, commits[name], path)
        elif not options.allow_uncommitted_config:
            message = "no git source is configured, so the configuration cannot be read at a commit"
            raise ConfigError(message, hint="add one, or pass --allow-uncommitted-config", where=options.config.name)
        config, document = read_config(data, where=options.config.name, plugged=kinds)
        outside = sources_outside(config.sources, options.config, options.allow_outside, document)
        _check_retention(config, document, options.config.name)
        committed = data is not lying or _is_committed(commits.get(name or ""), path, lying)
        unopened: dict[str, TieoutError] = {}
        for other in config.sources:
            if other.kind == "git" and other.name not in commits:
                try:
                    commits[other.name] = _commit(stack, folder, other, "")
                except (NothingCollectedError, UnreadableError, UsageError) as error:
                    unopened[other.name] = error  # a result with a place, like any other source's
        main = commits.get(config.assessed_repository or "")
        as_of = _as_of(options, main)
        subject = _subject(config, main, options, committed=committed)
        if subject.release_tag == "lightweight":
            notes.append(f"release {display_path(str(subject.release))} is a lightweight tag; {_UNRECORDED}")
        if main is not None and as_of < main.committed_at:
            told = f"the as-of time {rfc3339(as_of)} is before the assessed commit ({rfc3339(main.committed_at)})"
            notes.append(f"{told}; what was changed or recorded after it does not count")
        yield Target(
            config=config,
            document=document,
            data=data,
            committed_path=path if committed else None,
            folder=folder,
            commits=commits,
            unopened=unopened,
            subject=subject,
            as_of=as_of,
            period=_period(options, config, as_of),
            outside=outside,
            notes=tuple(notes),
        )


def _lying(config: Path) -> bytes:
    if config.is_dir():
        message = "is a folder, not a configuration"
        raise UsageError(message, hint="name the file itself, with --config or in TIEOUT_CONFIG", where=str(config))
    try:
        return FolderView(config, config.name).read(config.name)
    except UnreadableError as error:
        if not config.exists():
            message = f"there is no {config.name} here"
            hint = "run `tieout init`, or name it with --config"
            raise UsageError(message, hint=hint, where=str(config.parent)) from error
        raise ConfigError(error.message, hint=error.hint, where=config.name) from error


def _source(config: ProjectConfig, name: str) -> SourceSection:
    return next(source for source in config.sources if source.name == name)


def _commit(stack: ExitStack, folder: Path, source: SourceSection, revision: str) -> Commit:
    refuse_links_out(folder, source.path)
    quarantine = stack.enter_context(Quarantine.open(folder / source.path, uri=source.path))
    if quarantine.empty:
        message = "the repository has no commit yet, so there is nothing to collect"
        raise NothingCollectedError(message, hint="commit something first", where=source.path)
    tag = revision.removeprefix(TAGS)
    if tag != revision and not any(known.name == tag for known in quarantine.tags()):
        message = f"there is no tag {display_path(tag)}"
        raise UsageError(message, hint="`git tag` lists them; a clone needs `git fetch --tags`", where=source.path)
    commit = quarantine.resolve(revision)
    made = quarantine.history(commit).dating(commit)
    return Commit(quarantine=quarantine, id=commit, committed_at=made.at)


def _path_in_repository(config: Path, repository: Path) -> str | None:
    top = find_repository(repository)
    if top is None:
        return None
    # Links above the file are followed, so that both paths are spelt alike; the file itself may be a link.
    relative = os.path.relpath(Path(os.path.realpath(config.parent)) / config.name, os.path.realpath(top))
    return None if relative == ".." or relative.startswith("../") else Path(relative).as_posix()


def _counting(options: RunOptions, lying: bytes, commit: Commit, path: str | None) -> tuple[bytes, list[str]]:
    """The bytes that count, and what to tell about the others."""
    if options.allow_uncommitted_config:
        return lying, []
    hint = "commit it" if options.release else "commit it, or pass --allow-uncommitted-config"
    if path is None:
        message = "lies outside the assessed repository, so it cannot be read at the assessed commit"
        raise ConfigError(message, hint=hint, where=options.config.name)
    try:
        data = commit.quarantine.read_at(commit.id, path)
    except AbsentError as error:
        message = f"is not in the assessed tree at {commit.id[:12]}"
        raise ConfigError(message, hint=hint, where=path) from error
    except UnreadableError as error:
        message = f"could not be read at {commit.id[:12]}: {error.message}"
        raise ConfigError(message, hint=error.hint, where=path) from error
    if data == lying:
        return lying, []
    return data, [f"{path} here differs from the one at {commit.id[:12]}; the committed one is used"]


def _is_committed(commit: Commit | None, path: str | None, lying: bytes) -> bool:
    if commit is None or path is None:
        return False
    try:
        return commit.quarantine.read_at(commit.id, path) == lying
    except UnreadableError:
        return False


def _as_of(options: RunOptions, commit: Commit | None) -> datetime:
    as_of = _asked_as_of(options, commit)
    if as_of.year not in _YEARS:
        message = f"the as-of time is in the year {as_of.year}"
        raise UsageError(message, hint=f"name one from {_YEARS.start} to {_YEARS.stop - 1} with --as-of")
    return as_of


def _asked_as_of(options: RunOptions, commit: Commit | None) -> datetime:
    if options.as_of is not None:
        return options.as_of
    if options.source_date_epoch is not None:
        try:
            return datetime.fromtimestamp(options.source_date_epoch, UTC)
        except (OverflowError, ValueError, OSError) as error:
            message = f"SOURCE_DATE_EPOCH is {options.source_date_epoch}, which is no year that a calendar has"
            raise UsageError(message, hint="set it to seconds since 1970") from error
    return commit.committed_at if commit is not None else options.now.replace(microsecond=0)


def _period(options: RunOptions, config: ProjectConfig, as_of: datetime) -> Period:
    if options.period is not None:
        return Period(start=options.period[0], end=options.period[1])
    try:
        if isinstance(config.period, PeriodSection):
            start = datetime.combine(config.period.start, time.min, UTC)
            end = datetime.combine(config.period.end, time.min, UTC) + timedelta(days=1)
            return Period(start=start, end=end)
        return Period(start=subtract_duration(as_of, config.period), end=as_of)
    except (OverflowError, ValueError) as error:
        message = "the assessed period leaves the calendar (years 1 to 9999)"
        raise UsageError(message, hint="give another --as-of or --period") from error


def _check_retention(config: ProjectConfig, document: Document, name: str) -> None:
    """Retention rules are looked up before the work, not when the packet is written."""
    try:
        schedule = load_schedule(bundled("controls") / "retention")
        schedule.select(config.retention.rules)
        schedule.check_triggers(config.retention.trigger_dates)
    except ConfigError:
        raise
    except UsageError as error:
        line = document.lines.get("/retention", 1)
        raise ConfigError(f"retention: {error.message}", hint=error.hint, where=f"{name}:{line}") from error


def _subject(config: ProjectConfig, commit: Commit | None, options: RunOptions, *, committed: bool) -> Subject:
    tag = _release_tag(commit, options) if commit is not None else None
    return Subject(
        system_id=config.system.id,
        name=config.system.name,
        release=tag.name if tag else options.release or None,
        release_tag="lightweight" if tag and not tag.annotated else None,
        repository=config.assessed_repository,
        commit=commit.id if commit else None,
        committed_at=commit.committed_at if commit else None,
        configuration_committed=committed,
    )


def _release_tag(commit: Commit, options: RunOptions) -> Tag | None:
    """The tag that names the assessed release: the one asked for, else one of the commit.

    One with a number comes before others (`stable` names no version), an annotated one before a lightweight one.
    A lightweight one counts as well: a commit that is named must not be judged more mildly for how it was named.
    """
    tags = [tag for tag in commit.quarantine.tags() if tag.target_commit == commit.id]
    asked = options.release or options.at.removeprefix(TAGS)
    named = [tag for tag in tags if tag.name == asked]
    if options.release and not named:
        return None
    # Of several annotated ones the one made last; by name 1.10.0 would stand before 1.9.0.
    return max(
        named or tags,
        key=lambda tag: (_numbers(tag.name)[0], tag.annotated, tag.tagged_at or _EVER, _numbers(tag.name)),
        default=None,
    )


def _numbers(name: str) -> tuple[bool, tuple[int, ...], str]:
    """By what lightweight tags are ordered, which have no time: names with numbers last, 1.10.0 after 1.9.0."""
    numbers = tuple(int(digits) for digits in re.findall(r"[0-9]{1,9}", name))
    return bool(numbers), numbers, name


def parse_period(text: str) -> tuple[datetime, datetime]:
    """`START/END` of the command line as two instants; an end that is a day includes that day.

    Raises:
        UsageError: It is not two times with a slash between, in order.
    """
    start_text, slash, end_text = text.partition("/")
    if not slash:
        message = f"'{text}' is not a period"
        raise UsageError(message, hint=_PERIOD_HINT)
    try:
        start, end = parse_stated(start_text), parse_stated(end_text)
        if len(end_text) == len("2026-10-31"):
            end += timedelta(days=1)
    except OverflowError as error:
        raise UsageError(f"'{text}' leaves the calendar (years 1 to 9999)", hint=_PERIOD_HINT) from error
    if end <= start:
        raise UsageError("the period ends before it starts", hint=_PERIOD_HINT)
    return start, end
