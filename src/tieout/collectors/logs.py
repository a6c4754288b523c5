"""Logs of a gateway or of telemetry (JSON lines): one `telemetry` item a source; raw records are never kept."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from functools import partial as bind
from pathlib import PurePosixPath
from typing import Any

from tieout.analytics.aggregate import Aggregate, FileFacts, ReconciliationError, Spot
from tieout.analytics.executors import run
from tieout.analytics.fields import FieldMap, guess_map, load_map, own_map
from tieout.analytics.lines import LineReader, StoppedError
from tieout.analytics.partial import Shard, Window, find, instant, partial
from tieout.analytics.telemetry import finish, places
from tieout.collectors.base import Gathered, Request
from tieout.collectors.gathering import Gathering
from tieout.collectors.patterns import is_pattern, paths_meant
from tieout.collectors.scope import names_one_file, not_live
from tieout.config.kinds import MAX_REJECT_SHARE, MOST_REJECT_SHARE
from tieout.domain.artefacts.logs import Telemetry, repeats_matter
from tieout.domain.evidence import Effective
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import display_path

KIND = "log"
VERSION = "2"

_ENDINGS = (".jsonl", ".ndjson", ".json", ".log")
_PACKED = re.compile(r"\.(?:gz|zst|xz|bz2)\Z")
# gateway.log.3, gateway.jsonl-2026-11-01, gateway.jsonl.20261101T0300
_ROTATED = re.compile(r"(?:\.[0-9]{1,4}|[._-][0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[tT_-]?[0-9]{2,6})?)\Z")
_HASHED_BYTES = 1 << 20
_PLACES_TOLD = 3
_PAIR = 2
_FILES_TOLD = 10
_SNIFFED_LINES = 1000


def collect(request: Request) -> Gathered:
    """Count a log source in one pass and say what of it could not be read.

    The item's effective time runs from the first to the last record of the period. A file that cannot be
    read is a problem, and the others still count. Its digest is the SHA-256 of the only file, or that of
    the lines that `sha256sum` prints for all of them in order of their paths.

    Raises:
        ConfigError: The source's format or options are wrong.
    """
    return _Log(request).collect()


class _Log:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.gathering = Gathering(request, (KIND, VERSION))
        self.where = f"source '{request.source.name}'"
        self.path = request.prefix.strip("/") or request.source.path
        self.types = request.source.declared

    def collect(self) -> Gathered:
        share = self._max_reject_share()
        aggregate = Aggregate()
        try:
            shards = self._told_once(self._shards())
            field_map = self._field_map(shards)
            window = Window.of(self.request.period.start, self.request.period.end, self.request.as_of)
            aggregate = run(shards, bind(self._work, field_map=field_map, window=window))
            self._stops(aggregate)
            self._rejects(aggregate)
            if aggregate.files:
                settings = self._settings(share, field_map)
                twice = self._told_twice(aggregate, shards, field_map, window)
                log = finish(aggregate, field_map, window, settings=settings, repeat_places=twice)
                self._item(aggregate, log, share)
        except UnreadableError as error:
            self.gathering.unreadable(error, self.path, types=self.types)
        except ReconciliationError as error:
            reason = f"its counts do not add up, so none of them is used: {error.message}"
            self.gathering.problem("unreadable", self.path, reason, types=self.types)
        gathered = self.gathering.finish()
        result = gathered.result.model_copy(update={"files_read": len(aggregate.files)})
        return Gathered(result=result, copies=gathered.copies)

    def _max_reject_share(self) -> float:
        share = self.request.source.options.get("max_reject_share", MAX_REJECT_SHARE)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= MOST_REJECT_SHARE:
            message = f"options.max_reject_share is not a share from 0 to {MOST_REJECT_SHARE}"
            raise ConfigError(message, hint="write 0.01 for one line in a hundred", where=self.where)
        return share

    def _settings(self, share: float, field_map: FieldMap) -> tuple[str, ...]:
        """What the source's options change of how a log is counted."""
        said = []
        if share != MAX_REJECT_SHARE:
            said.append(f"unreadable share allowed: {_percent(share)} (default {_percent(MAX_REJECT_SHARE)})")
        if "fields" in self.request.source.options:
            named = ", ".join(
                f"{meaning} from {' or '.join(candidate.name for candidate in candidates)}"
                for meaning, candidates in sorted(field_map.fields.items())
                if candidates
            )
            said.append(f"fields named by the source: {named} (default: those of the format)")
        return tuple(said)

    def _told_once(self, shards: list[Shard]) -> list[Shard]:
        """The shards without those whose bytes another one holds: a copied file is no further record of anything."""
        sizes = {entry.path: entry.size for entry in self.request.entries()}
        times = Counter(sizes[shard.path] for shard in shards)
        kept, first = [], dict[str, str]()
        for shard in shards:
            size = sizes[shard.path]
            digest = _digest_of(shard) if size and times[size] > 1 else None
            if digest is not None and digest in first:
                reason = f"holds the same bytes as {display_path(first[digest])}, so its lines are not counted again"
                self.gathering.problem("not-counted", shard.path, reason, types=self.types)
                continue
            if digest is not None:
                first[digest] = shard.path
            kept.append(shard)
        return kept

    def _shards(self) -> list[Shard]:
        one_file = names_one_file(self.request)
        shards = []
        for entry in self._entries():
            if not one_file and not _looks_like_log(entry.path):
                reason = f"is no log by its name ({', '.join(_ENDINGS)}, plain or .gz)"
                self.gathering.set_aside(entry.path, reason)
            elif reason := not_live(self.request, entry.path, one_file=one_file, elsewhere=True) or "":
                self.gathering.set_aside(entry.path, f"{reason}, not a log of the system")
            else:
                shards.append(Shard(entry.path, bind(self.request.view.open_stream, entry.path)))
        return shards

    def _entries(self) -> list[Entry]:
        """Files under the source's path, which may be a pattern as `2026-*/gateway.jsonl`; sorted by path."""
        pattern = self.request.prefix.strip("/")
        if not is_pattern(pattern):
            return self.gathering.every_entry()
        wanted = paths_meant(pattern, where=self.where)
        self.gathering.note_kept_copies(lambda path: wanted.fullmatch(display_path(path)) is not None)
        found = [entry for entry in self.request.entries() if wanted.fullmatch(display_path(entry.path))]
        if not found:
            reason = f"no file matches this pattern{self.gathering.at_commit}"
            self.gathering.problem("absent", self.path, reason, types=self.types)
        return found

    def _field_map(self, shards: Sequence[Shard]) -> FieldMap:
        fields: Any = self.request.source.options.get("fields")
        if fields is not None:
            return own_map(fields, format_=self.request.source.format or "generic", where=self.where)
        if self.request.source.format is not None:
            return load_map(self.request.source.format, where=self.where)
        for shard in shards:
            try:
                with shard.open() as stream:
                    batch = next((one for one in LineReader(stream).batches() if one.lines), None)
                    if batch is not None:
                        return guess_map(batch.lines[:_SNIFFED_LINES])
            except (StoppedError, UnreadableError):
                continue  # counting it will say so
        return load_map("generic")

    def _work(self, shard: Shard, field_map: FieldMap, window: Window) -> Aggregate:
        self.request.progress.step(f"{self.request.source.name}: {display_path(shard.path)}")
        return partial(shard, field_map, window)

    def _told_twice(
        self, aggregate: Aggregate, shards: Sequence[Shard], field_map: FieldMap, window: Window
    ) -> list[Spot]:
        """A record and its repeat, where repeats matter; the files are read once more for it."""
        key, found = aggregate.keys.smallest, list[Spot]()
        if key is None or not repeats_matter(aggregate.keys.repeats, aggregate.in_period):
            return found
        for shard in shards:
            if len(found) < _PAIR:
                found += [(shard.path, line) for line in find(shard, field_map, window, key, _PAIR - len(found))]
        return found

    def _stops(self, aggregate: Aggregate) -> None:
        for path, stop in aggregate.stops.items():
            read = f"; the {stop.line:,} lines before count" if stop.line else ""
            self.gathering.problem("unreadable", path, stop.reason + read, line=stop.line or None, types=self.types)

    def _rejects(self, aggregate: Aggregate) -> None:
        """Tell each file that holds lines which do not count, the first of them by its place."""
        bad = [(path, facts) for path, facts in sorted(aggregate.files.items()) if facts.rejected]
        for path, facts in bad[:_FILES_TOLD]:
            self.gathering.problem("not-counted", path, _lines_told(facts), line=facts.first_rejected, types=self.types)
        if rest := bad[_FILES_TOLD:]:
            lines = sum(count for _, facts in rest for _, count in facts.rejected)
            which = "1 more file" if len(rest) == 1 else f"{len(rest):,} more files"
            reason = f"{_no_records(lines)} in {which}, from {display_path(rest[0][0])} on"
            self.gathering.problem("not-counted", self.path, reason, types=self.types)

    def _item(self, aggregate: Aggregate, log: Telemetry, share: float) -> None:
        if log.unreadable + log.invalid > share * (log.lines - log.blank):
            first = log.rejects[0]
            self.gathering.problem(
                "unreadable", first.path, _rejects_told(log, aggregate, share), line=first.line, types=self.types
            )
        if not log.in_period:
            what = (
                f"none of its {log.records:,} records lies in it" if log.records else "it has no usable record at all"
            )
            reason = f"holds no usable record in the period: {what}"
            self.gathering.problem("absent", self.path, reason, types=self.types)
        if log.records:
            spots = places(aggregate, log)
            self.gathering.add(
                "telemetry",
                log,
                path=display_path(self.path),
                digest=_digest(log),
                effective=_effective(aggregate, log),
                lines={pointer: line for pointer, (_, line) in spots.items()},
                files={pointer: display_path(path) for pointer, (path, _) in spots.items()},
            )


def _digest_of(shard: Shard) -> str | None:
    """SHA-256 of a file as stored; None where it cannot be read, which counting it will say."""
    digest = hashlib.sha256()
    try:
        with shard.open() as stream:
            while piece := stream.read(_HASHED_BYTES):
                digest.update(piece)
    except UnreadableError:
        return None
    return digest.hexdigest()


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _looks_like_log(path: str) -> bool:
    name = _PACKED.sub("", PurePosixPath(path).name.lower())
    return _ROTATED.sub("", name).endswith(_ENDINGS) or name.endswith(_ENDINGS)


def _lines_told(facts: FileFacts) -> str:
    """`1 line is no usable record: not JSON (line 753)`; of several the causes and the first place."""
    total = sum(count for _, count in facts.rejected)
    reasons = [reason for reason, _ in facts.rejected]
    causes = reasons[0] if len(reasons) == 1 else ", ".join(f"{count:,} {reason}" for reason, count in facts.rejected)
    place = f"line {facts.first_rejected:,}" if total == 1 else f"the first is line {facts.first_rejected:,}"
    return f"{_no_records(total)}: {causes} ({place})"


def _no_records(lines: int) -> str:
    return "1 line is no usable record" if lines == 1 else f"{lines:,} lines are no usable records"


def _rejects_told(log: Telemetry, aggregate: Aggregate, share: float) -> str:
    rejected, lines = log.unreadable + log.invalid, log.lines - log.blank
    reasons = sorted(aggregate.rejected.items(), key=lambda entry: (-entry[1], entry[0]))
    causes = ", ".join(f"{count:,} {reason}" for (_, reason), count in reasons)
    places = ", ".join(f"{one.path}:{one.line}" for one in log.rejects[:_PLACES_TOLD])
    more = " and more" if rejected > _PLACES_TOLD else ""
    return (
        f"{rejected:,} of {lines:,} lines ({rejected / lines:.1%}) are no usable records, {share:.1%} allowed: "
        f"{causes}; at {places}{more}"
    )


def _digest(log: Telemetry) -> str:
    if len(log.files) == 1:
        return f"sha256:{log.files[0].sha256}"
    listing = "".join(f"{file.sha256}  {file.path}\n" for file in log.files)
    return f"sha256:{sha256_hex(listing.encode())}"


def _effective(aggregate: Aggregate, log: Telemetry) -> Effective | None:
    if log.first is not None and log.last is not None:
        return Effective(start=log.first, end=log.last, basis="records in the log")
    if aggregate.before is not None:
        span = aggregate.before
        basis = "records in the log, all of them before the period"
        return Effective(start=instant(span.first), end=instant(span.last), basis=basis)
    return None
