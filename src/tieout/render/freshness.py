"""When the evidence of a workpaper was made and for how long it counts, month by month up to the as-of day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import ValidationError

from tieout.assess.lacks import times_of
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.evidence import EvidenceItem, PathClass
from tieout.domain.rules import Rule
from tieout.kernel.clock import add_duration, subtract_duration
from tieout.render.evidence import due_of, kind_of
from tieout.render.model import Bar, Freshness, FreshRow, Tick

_BEFORE: Final = "P1Y"
_AFTER: Final = "P2M"
#: How many items of a kind a row names one by one.
_NAMED: Final = 2
#: Shorter silences would not be seen; the log's data sheet names the longest one.
_SHORTEST_GAP: Final = 86_400
_MONTHS: Final = "JFMAMJJASOND"

_Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Dated:
    """An item with what the rules say of its age.

    Attributes:
        item: The item.
        on: The day from which its age counts.
        due: Last instant at which it counts; None where no rule limits its age.
        void: Why it counts for nothing, however new it is; empty where it does count.
    """

    item: EvidenceItem
    on: datetime
    due: datetime | None
    void: str = ""


@dataclass(frozen=True, slots=True)
class _Window:
    """The months that the chart shows.

    Attributes:
        start: Its first instant.
        as_of: The as-of instant.
        end: Its last instant.
    """

    start: datetime
    as_of: datetime
    end: datetime

    def x(self, instant: datetime) -> float:
        """Where an instant stands, in per cent; outside of the window at its edge."""
        share = (instant - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def bar(self, stretch: _Stretch, kind: str) -> Bar:
        """A stretch as a bar."""
        left, right = self.x(stretch[0]), self.x(stretch[1])
        return Bar.model_validate({"x": left, "width": round(right - left, 2), "kind": kind})

    def ticks(self) -> Iterator[Tick]:
        """The first day of each month."""
        year, month = self.start.year, self.start.month
        while (first := datetime(year, month, 1, tzinfo=UTC)) < self.end:
            if first >= self.start:
                yield Tick(x=self.x(first), letter=_MONTHS[month - 1])
            year, month = (year, month + 1) if month < len(_MONTHS) else (year + 1, 1)


def freshness(
    used: Sequence[EvidenceItem], refs: Mapping[str, str], rules: Sequence[Rule], as_of: datetime
) -> Freshness | None:
    """The chart of a workpaper; None where none of its evidence is dated.

    Args:
        used: Its evidence, in its order.
        refs: Its references, by item id.
        rules: The rules whose age limits count.
        as_of: The as-of instant.
    """
    window = _Window(subtract_duration(as_of, _BEFORE), as_of, add_duration(as_of, _AFTER))
    groups: dict[tuple[str, bool, bool], list[_Dated]] = {}
    for item in used:
        if item.effective is None or item.provenance.path_class is not PathClass.LIVE:
            continue
        on, due, void = min(times_of(item)), due_of(item, rules), _void(item)
        groups.setdefault((kind_of(item), due is None, bool(void)), []).append(_Dated(item, on, due, void))
    if not groups:
        return None
    return Freshness(
        as_of=window.x(as_of),
        ticks=tuple(window.ticks()),
        span=f"{window.start:%Y-%m} to {window.end:%Y-%m}",
        rows=tuple(_row(kind, dated, refs, window) for (kind, *_), dated in groups.items()),
    )


def _row(kind: str, dated: Sequence[_Dated], refs: Mapping[str, str], window: _Window) -> FreshRow:
    first = min(one.on for one in dated)
    void = any(one.void for one in dated)
    counting = _merged([(one.on, one.due) for one in dated if one.due is not None and not one.void])
    bars = [window.bar(stretch, "lapsed") for stretch in _between(counting, first, window.as_of)]
    bars = bars if counting or void else []
    bars += [window.bar(stretch, "counts") for stretch in counting if stretch[1] > window.start]
    if not counting and not void:
        bars.append(window.bar((first, window.as_of), "unlimited"))
    logs = [one for one in dated if one.item.type == "telemetry"]
    bars += [
        window.bar((one.item.effective.start, one.item.effective.end), "records")
        for one in logs
        if one.item.effective is not None and one.item.effective.start is not None
    ]
    silent = [hole for one in logs for hole in _silences(one.item)]
    return FreshRow(
        kind=kind,
        refs=tuple(refs[one.item.id] for one in dated),
        bars=tuple(bar for bar in bars if bar.width > 0),
        gaps=tuple(window.bar(stretch, "lapsed") for stretch in silent),
        dots=tuple(sorted({window.x(one.on) for one in dated if one.on >= window.start})),
        earlier=first < window.start,
        words=_words(dated, silent, window.as_of),
    )


def _words(dated: Sequence[_Dated], silent: Sequence[_Stretch], as_of: datetime) -> str:
    newest = sorted(dated, key=lambda one: (one.on, one.item.id), reverse=True)
    told = [_item_words(one, as_of) for one in newest[:_NAMED]]
    if len(newest) > _NAMED:
        told.append(f"{len(newest) - _NAMED} more, back to {newest[-1].on.date().isoformat()}")
    told += [f"no record from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC" for start, end in silent[:_NAMED]]
    if len(silent) > _NAMED:
        told.append(f"{len(silent) - _NAMED} more silences of a day and more")
    return "; ".join(dict.fromkeys(told))


def _item_words(one: _Dated, as_of: datetime) -> str:
    start = one.item.effective.start if one.item.effective else None
    days = one.on.date().isoformat()
    if start is not None and start.date() != one.on.date():
        days = f"{start.date().isoformat()} to {days}"
    if one.void:
        return f"{days}, {one.void}: counts for nothing"
    if one.due is None:
        return f"{days}, no age limit"
    verb = "counts" if one.due >= as_of else "counted"
    return f"{days}, {verb} until {one.due.date().isoformat()}"


def _void(item: EvidenceItem) -> str:
    """Why a run counts for nothing; what is no run may."""
    if item.type != "eval_results":
        return ""
    if item.facts.get("status", "success") != "success":
        return "not finished"
    return "a simulated model" if item.facts.get("simulated") else ""


def _silences(item: EvidenceItem) -> list[_Stretch]:
    """Holes of a day and more, in their order; a log whose facts fit no model shows none."""
    try:
        log = Telemetry.model_validate(item.facts)
    except ValidationError:
        return []
    return sorted((hole.start, hole.end) for hole in log.holes if hole.seconds >= _SHORTEST_GAP)


def _merged(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Stretches without overlaps, in order."""
    merged: list[_Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _between(stretches: Sequence[_Stretch], start: datetime, end: datetime) -> Iterator[_Stretch]:
    """What stretches in order leave open between two instants."""
    at = start
    for left, right in stretches:
        if left > at:
            yield at, min(left, end)
        at = max(at, right)
    if at < end:
        yield at, end
