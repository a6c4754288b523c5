"""Evidence as a view shows it: places with their lines, ages against the limits, digests, who used it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from tieout.assess.lacks import times_of
from tieout.assess.selection import matches
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.collection import Problem
from tieout.domain.evidence import Effective, EvidenceItem, PathClass, Place
from tieout.domain.rules import Rule
from tieout.domain.signed_files import signed_files
from tieout.kernel.clock import add_duration, days_between, is_duration
from tieout.render.model import Cell, Digest, EvidenceRow, ProblemRow
from tieout.render.words import NO_LIMIT, PROBLEMS

_MANY_LINES = 4
#: How a place names a whole repository, whose path is a mere dot.
ROOT = "(whole repository)"
_DIGEST_KINDS = {"gitblob": "git blob", "gitcommit": "git commit"}


@dataclass(frozen=True, slots=True)
class State:
    """How old an item is against the limits of the rules that use it.

    Attributes:
        mark: Name of its shape: current, stale, undated or unlimited.
        text: The same in words.
    """

    mark: str
    text: str


def kind_of(item: EvidenceItem) -> str:
    """The artefact in words: `drill record`."""
    return ARTEFACT_TITLES.get(item.type, item.type.replace("_", " "))


def kinds_in_words(names: Iterable[str]) -> str:
    """Artefact names in words, `approved document (ai policy), roster of owners`."""
    words = []
    for name in names:
        type_, _, record_type = name.partition("/")
        title = ARTEFACT_TITLES.get(type_, type_.replace("_", " "))
        words.append(f"{title} ({record_type.replace('_', ' ')})" if record_type else title)
    return ", ".join(words)


def place_of(item: EvidenceItem, places: Iterable[Place] = ()) -> str:
    """`path:line, line @ commit`: the item's file and the lines that checks named in it."""
    own = [p for p in places if (p.source, p.path) == (item.provenance.source, item.provenance.path)]
    lines = sorted({place.line for place in own if place.line is not None})
    shown = ", ".join(str(line) for line in lines[:_MANY_LINES])
    more = f" and {len(lines) - _MANY_LINES} more" if len(lines) > _MANY_LINES else ""
    at = f" @ {item.provenance.commit[:12]}" if item.provenance.commit else ""
    return f"{_path(item.provenance.path)}{':' if shown else ''}{shown}{more}{at}"


def spot_of(place: Place) -> str:
    """A place as a reader may look it up."""
    return str(place if place.path != "." else place.model_copy(update={"path": ROOT}))


def source_digest_of(item: EvidenceItem) -> tuple[str, str]:
    """What kind of digest the source has, in words, and the digest; a withheld one says so."""
    kind, _, value = item.provenance.source_digest.partition(":")
    return _DIGEST_KINDS.get(kind, kind), value or "withheld"


def effective_of(effective: Effective | None) -> str:
    """The day or the days that an item speaks of."""
    if effective is None:
        return "not dated"
    end = effective.end.date().isoformat()
    start = effective.start.date().isoformat() if effective.start else end
    return end if start == end else f"{start} to {end}"


def state_of(item: EvidenceItem, rules: Sequence[Rule], as_of: datetime) -> State:
    """The age of an item against the strictest limit of these rules."""
    if item.provenance.path_class is not PathClass.LIVE:
        return State("undated", f"not counted: {item.provenance.path_class.value}")
    if item.effective is None:
        return State("undated", "not dated")
    due = due_of(item, rules)
    if due is None:
        return State("unlimited", NO_LIMIT)
    if due >= as_of:
        return State("current", "current")
    return State("stale", f"stale by {days_between(due, as_of) or 1} d")


def due_of(item: EvidenceItem, rules: Sequence[Rule]) -> datetime | None:
    """Until when an item counts by the strictest limit of these rules; None where none limits it or it has no date.

    Its age is that of the oldest time it speaks of, as in the tests.
    """
    times, limits = times_of(item), _limits(item, rules)
    return min(add_duration(min(times), limit) for limit in limits) if times and limits else None


def evidence_rows(
    items: Iterable[EvidenceItem], users: Mapping[str, Sequence[Cell]], files: Sequence[str]
) -> tuple[EvidenceRow, ...]:
    """The evidence index: items that were collected, used or not, with the files of each in the packet."""
    held: dict[str, list[str]] = {}
    for path in files:
        if path.startswith("evidence/"):
            held.setdefault(path.split("/")[1], []).append(path)
    return tuple(_row(item, users.get(item.id, ()), held.get(item.id, ())) for item in items)


def problem_rows(problems: Iterable[Problem]) -> tuple[ProblemRow, ...]:
    """What was met and is not evidence, with its place and reason."""
    return tuple(
        ProblemRow(
            status=PROBLEMS[problem.status],
            source=problem.place.source,
            place=spot_of(problem.place),
            types=kinds_in_words(problem.types) or "not known",
            reason=problem.reason,
        )
        for problem in problems
    )


def by_status(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of the report: by what became of them, and by place."""
    return sorted(problems, key=lambda problem: (list(PROBLEMS).index(problem.status), str(problem.place)))


def evidence_anchor(item_id: str) -> str:
    """Where an item stands in the evidence index; safe in an attribute whatever the id holds."""
    return safe_anchor("evidence", item_id)


def safe_anchor(prefix: str, text: str) -> str:
    """An id within the document from any text."""
    return f"{prefix}-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in text)[:60]


def _path(path: str) -> str:
    return ROOT if path == "." else path


def packet_href(path: str) -> str:
    """A path inside the packet as a relative link."""
    return quote(path, safe="/")


def _row(item: EvidenceItem, users: Sequence[Cell], files: Sequence[str]) -> EvidenceRow:
    folder = f"evidence/{item.id}/"
    artefact = next((path for path in files if path == f"{folder}artefact.json"), None)
    copy = next((path for path in files if path.startswith(folder) and path != artefact), None)
    kind, value = source_digest_of(item)
    digests = [
        Digest(name=f"source, {kind}", value=value),
        Digest(name="facts, sha256", value=item.stored_sha256, href=artefact and packet_href(artefact)),
    ]
    if item.copy_sha256:
        digests.append(Digest(name="copy, sha256", value=item.copy_sha256, href=copy and packet_href(copy)))
    for signed in signed_files(item):
        href = packet_href(signed.path) if signed.path in files else None
        digests.append(Digest(name=f"{signed.part}, sha256", value=signed.sha256, href=href))
    basis = f" ({item.effective.basis})" if item.effective else ""
    return EvidenceRow(
        id=item.id,
        anchor=evidence_anchor(item.id),
        kind=kind_of(item),
        title=item.title,
        place=place_of(item),
        source=item.provenance.source,
        effective=effective_of(item.effective) + basis,
        redactions=_redactions(item),
        digests=tuple(digests),
        used_by=tuple(users),
    )


def _redactions(item: EvidenceItem) -> str:
    if not item.redactions:
        return "none"
    places = [f"{note.rule} line {note.line}" for note in item.redactions]
    more = f" and {len(places) - _MANY_LINES} more" if len(places) > _MANY_LINES else ""
    return f"{len(places)}: {', '.join(places[:_MANY_LINES])}{more}"


def _limits(item: EvidenceItem, rules: Sequence[Rule]) -> list[str]:
    limits = []
    for rule in rules:
        need = rule.needs.get(item.type)
        if need and need.freshness and matches(item.facts, need.where):
            limits.append(need.freshness)
        for check in rule.checks:
            within = check.arguments.get("within")
            if (
                check.arguments.get("of") == item.type
                and isinstance(within, str)
                and is_duration(within)
                and matches(item.facts, check.arguments.get("where", {}))
            ):
                limits.append(within)
    return limits
