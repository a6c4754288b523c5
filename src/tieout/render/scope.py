"""The scope page: what the system is, who answers for it, which models run, what each source and log gave."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import PurePosixPath

from tieout.assess.coverage import begun_told
from tieout.domain.artefacts.configuration import GatewayConfig
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.artefacts.records import Roster, RosterEntry, SystemProfile
from tieout.domain.collection import Collection, SourceResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import bare_model
from tieout.kernel.clock import rfc3339
from tieout.render.evidence import ROOT, evidence_anchor, kinds_in_words
from tieout.render.extent import LISTED, SHEETS, head_of
from tieout.render.facts import sheets
from tieout.render.model import Fact, LogSheet, ModelRow, OwnerRow, Scope, SourceRow
from tieout.render.words import NOT_RECORDED

_WHOLE = "data/inputs/collection.json"
_UNCONFIGURED = "not configured"
_UNSERVED = "not in the log"


def build_scope(collection: Collection) -> Scope:
    """Everything that the scope page shows; what the evidence does not hold is said to be not recorded."""
    profile = next((profile for _, profile in sheets(collection, "system_profile", SystemProfile)), None)
    people = [entry for _, roster in sheets(collection, "roster", Roster) for entry in roster.people]
    owners, more_owners = head_of(people, LISTED, _WHOLE, worst=lambda entry: bool(entry.person))
    models, more_models = head_of(list(_models(collection)), LISTED, _WHOLE, worst=_missing)
    gave = [_source(source) for source in collection.sources]
    sources, more_sources = head_of(gave, LISTED, _WHOLE, worst=lambda row: (-row.problems, row.items))
    read = list(sheets(collection, "telemetry", Telemetry))
    logs, more_logs = head_of(read, SHEETS, _WHOLE, worst=lambda one: -(one[1].unreadable + one[1].invalid))
    return Scope(
        system=tuple(_system(profile)),
        owners=tuple(_owner(entry) for entry in owners),
        more_owners=more_owners,
        models=models,
        more_models=more_models,
        sources=sources,
        more_sources=more_sources,
        outside=_outside(collection.outside or ()),
        logs=tuple(_log(item, log) for item, log in logs),
        more_logs=more_logs,
    )


def _owner(entry: RosterEntry) -> OwnerRow:
    return OwnerRow(
        area=entry.role.replace("_", " "),
        person=entry.person or NOT_RECORDED,
        deputy=entry.deputy or NOT_RECORDED,
        since=entry.since.isoformat() if entry.since else NOT_RECORDED,
        until=entry.until.isoformat() if entry.until else "",
    )


def _missing(row: ModelRow) -> tuple[bool, bool]:
    """A model that was served and is not configured stands before one that was configured and not served."""
    return row.routes != _UNCONFIGURED, row.records != _UNSERVED


def _system(profile: SystemProfile | None) -> Iterator[Fact]:
    given = profile.model_dump() if profile else {}
    for name, field in (
        ("Purpose", "purpose"),
        ("Owner", "owner"),
        ("Phase", "phase"),
        ("Risk tier", "tier"),
        ("Users", "users"),
        ("Settings", "settings"),
        ("Prohibited uses", "prohibited_uses"),
        ("Jurisdictions", "jurisdictions"),
    ):
        value = given.get(field)
        yield Fact(name=name, value=("; ".join(value) if isinstance(value, tuple) else value) or NOT_RECORDED)
    kinds = (
        (
            ("generative", profile.generative),
            ("third-party parts", profile.third_party),
            ("research on people", profile.human_subjects),
        )
        if profile
        else ()
    )
    yield Fact(
        name="Nature", value="; ".join(f"{name}: {'yes' if is_so else 'no'}" for name, is_so in kinds) or NOT_RECORDED
    )


def _models(collection: Collection) -> Iterator[ModelRow]:
    """Each model once, whoever names it: as configured and as served."""
    routes: dict[str, list[str]] = {}
    served: dict[str, list[tuple[int, datetime, datetime]]] = {}
    names: dict[str, str] = {}
    for _, gateway in sheets(collection, "gateway_config", GatewayConfig):
        for route in gateway.routes:
            routes.setdefault(bare_model(route.model), []).append(route.name)
            names.setdefault(bare_model(route.model), route.model)
    for _, log in sheets(collection, "telemetry", Telemetry):
        for use in log.models:
            served.setdefault(bare_model(use.model), []).append((use.records, use.first, use.last))
            names.setdefault(bare_model(use.model), use.model)
    for key in sorted(names):
        uses = served.get(key, [])
        first, last = (
            (min(use[1] for use in uses).date().isoformat(), max(use[2] for use in uses).date().isoformat())
            if uses
            else ("", "")
        )
        yield ModelRow(
            model=names[key],
            routes=", ".join(dict.fromkeys(routes.get(key, ()))) or _UNCONFIGURED,
            records=f"{sum(use[0] for use in uses):,}" if uses else _UNSERVED,
            days=f"{first} to {last}" if uses else "",
        )


def _source(source: SourceResult) -> SourceRow:
    commits = dict.fromkeys(item.provenance.commit for item in source.items if item.provenance.commit)
    commits |= dict.fromkeys(p.place.commit for p in source.problems if p.place.commit)
    return SourceRow(
        name=source.name,
        kind=source.kind,
        path=_where(source),
        commit=", ".join(commit[:12] for commit in commits if commit) or "not versioned",
        provides=kinds_in_words(source.provides),
        files_read=source.files_read,
        items=len(source.items),
        problems=len(source.problems),
    )


def _outside(names: Sequence[str]) -> str:
    """What the command line allowed, in words; nothing where it allowed nothing."""
    told = "Read outside the repository, because whoever ran tieout allowed it (--allow-outside): "
    return f"{told}{', '.join(names)}." if names else ""


def _where(source: SourceResult) -> str:
    """Where a source reads: its own place, or the folder in the repository that all it gave stands in."""
    if source.uri not in {"", "."}:
        return source.uri
    paths = [
        PurePosixPath(path)
        for path in chain(
            (item.provenance.path for item in source.items), (problem.place.path for problem in source.problems)
        )
    ]
    if len(set(paths)) == 1:
        return str(paths[0]) if str(paths[0]) != "." else ROOT
    shared = [part for part, *others in zip(*(path.parts for path in paths), strict=False) if set(others) <= {part}]
    return f"{'/'.join(shared)}/" if shared else ROOT


def _log(item: EvidenceItem, log: Telemetry) -> LogSheet:
    parts = (("records", log.records), ("blank", log.blank), ("unreadable", log.unreadable), ("invalid", log.invalid))
    longest = log.holes[0] if log.holes else None
    seconds = log.longest_hole_seconds
    hole = NOT_RECORDED if seconds is None else f"{seconds / 3600:.1f} h"
    if longest is not None and longest.seconds == seconds:
        hole += f", from {_minute(longest.start)} to {_minute(longest.end)}"
    facts = (
        ("Files", f"{len(log.files):,}, {sum(file.size for file in log.files):,} bytes, format {log.format}"),
        ("Lines", f"{log.lines:,}"),
        ("of them", ", ".join(f"{count:,} {what}" for what, count in parts)),
        ("Records in period", f"{log.in_period:,}; {log.before_period:,} before it and {log.after_period:,} after it"),
        ("First record", rfc3339(log.first) if log.first else "none"),
        ("Last record", rfc3339(log.last) if log.last else "none"),
        ("Days with records", f"{log.days_covered} of {log.days_in_period}{begun_told(log)}"),
        ("Longest hole", hole),
        ("Zone", "all times are UTC"),
    )
    return LogSheet(
        source=item.provenance.source,
        item=item.id,
        anchor=evidence_anchor(item.id),
        facts=tuple(Fact(name=name, value=value) for name, value in facts),
    )


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
