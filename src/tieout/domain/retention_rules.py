"""Retention rules, and what several of them together say of one record: floor, destruction, conflicts.

Days are whole UTC days. A record stays through `floor_until`; `destroy_due` is the day at whose end it
must go (`destroy_mandatory`) or from whose end it may go. A period that ends within a day is rounded up to
the next one, because a trigger is known by its day only.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tieout.domain.base import Model
from tieout.kernel.clock import add_duration
from tieout.kernel.errors import UsageError

_WHOLE_PERIOD = re.compile(r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?")


def _whole_period(text: str) -> str:
    """Calendar periods only: no sign, no fraction, since neither is found in a schedule."""
    if not _WHOLE_PERIOD.fullmatch(text):
        message = f"'{text}' is not a period such as P5Y, P30M or PT72H"
        raise ValueError(message)
    return text


PeriodText = Annotated[str, AfterValidator(_whole_period)]


class Action(StrEnum):
    """What a rule asks for when its period ends."""

    FLOOR = "floor"
    DESTROY = "destroy"
    TRANSFER = "transfer"
    NONE = "none"


class RuleStatus(StrEnum):
    """Whether a rule counts; a rescinded one is shown and not counted."""

    IN_FORCE = "in-force"
    RESCINDED = "rescinded"


class RetentionRule(Model):
    """One rule of a retention schedule, in our own words, with the authority that it paraphrases."""

    id: str = Field(pattern=r"^[a-z][a-z0-9.-]*$")
    applies: str = Field(min_length=1, description="who or what is bound by it")
    what: str = Field(min_length=1, description="the records that it covers")
    trigger: str = Field(min_length=1, description="the event that starts the period")
    period: PeriodText | None = Field(description="ISO 8601; null where none is set: see basis")
    basis: str | None = Field(default=None, description="why there is no period, or who sets it")
    filled_by: str | None = Field(default=None, description="id prefix of the rules whose period fills it")
    permanent: bool = False
    active: PeriodText | None = Field(default=None, description="how long it stays at hand")
    active_as: str | None = Field(default=None, description="searchable, online, …")
    action: Action
    longer_ok: bool = Field(default=False, description="destruction is allowed, not required, at the end")
    authority: str = Field(min_length=1)
    as_of: date = Field(description="day on which somebody last checked the authority")
    status: RuleStatus = RuleStatus.IN_FORCE
    rescinded_on: date | None = None
    confidence: Literal["low", "medium", "high"]
    note: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for broken, message in (
            (self.permanent and self.period is not None, "a permanent rule has no period"),
            (self.permanent and self.action is Action.DESTROY, "a permanent record is never destroyed"),
            (self.action is Action.TRANSFER and not self.permanent, "only a permanent record is transferred"),
            (
                self.period is None and not self.permanent and not self.basis,
                "without a period, `basis` must say who sets it",
            ),
            (self.action is Action.DESTROY and self.period is None, "destroying needs a period"),
            (self.action is Action.NONE and self.period is not None, "a period needs an action"),
            (self.longer_ok and self.action is not Action.DESTROY, "longer_ok goes with action: destroy"),
            (
                (self.status is RuleStatus.RESCINDED) != (self.rescinded_on is not None),
                "rescinded_on goes with status: rescinded, and both are needed",
            ),
            (
                self.filled_by is not None and self.period is not None,
                "filled_by goes with an empty period",
            ),
        ):
            if broken:
                raise ValueError(message)
        return self

    @property
    def mandatory(self) -> bool:
        """Whether the record must be destroyed when the period ends."""
        return self.action is Action.DESTROY and not self.longer_ok


class RetentionDay(Model):
    """A settled day, or the triggers that it waits for, or for ever."""

    on: date | None = Field(default=None, description="the settled day; None while pending or permanent")
    waits_for: tuple[str, ...] = Field(default=(), description="pending: triggers that have not happened")
    known: date | None = Field(default=None, description="while pending: the day by the triggers so far")
    permanent: bool = False

    @property
    def pending(self) -> bool:
        """Whether it waits for a trigger."""
        return bool(self.waits_for)

    def __str__(self) -> str:
        """`2027-03-01`, `permanent`, or `pending: waits for …`."""
        if self.permanent:
            return "permanent"
        if self.on is not None:
            return self.on.isoformat()
        so_far = f" (by what is known: {self.known.isoformat()})" if self.known else ""
        return f"pending: waits for {'; '.join(self.waits_for)}{so_far}"


class RetentionSchedule(Model):
    """The shipped rules, in the file's order; a starting point that a records officer confirms."""

    notes: dict[str, str] = Field(default_factory=dict)
    rules: tuple[RetentionRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                message = f"two rules have the id {rule.id}"
                raise ValueError(message)
            seen.add(rule.id)
        return self

    @property
    def triggers(self) -> tuple[str, ...]:
        """Every trigger that a rule waits for, sorted: the only keys that `trigger_dates` may have."""
        return tuple(sorted({rule.trigger for rule in self.rules}))

    def select(self, ids: Sequence[str]) -> tuple[RetentionRule, ...]:
        """The named rules, in the given order.

        Raises:
            UsageError: A rule is not in the schedule; the hint names the nearest one.
        """
        by_id = {rule.id: rule for rule in self.rules}
        for rule_id in ids:
            if rule_id not in by_id:
                message = f"'{rule_id}' is not a rule of the retention schedule"
                raise UsageError(message, hint=_nearest(rule_id, tuple(by_id), "rule"))
        return tuple(by_id[rule_id] for rule_id in ids)

    def check_triggers(self, trigger_dates: Mapping[str, date | None]) -> None:
        """Refuse a misspelt trigger, which would otherwise leave its rule pending without a word.

        Raises:
            UsageError: A key is no trigger of any rule.
        """
        for trigger in trigger_dates:
            if trigger not in self.triggers:
                message = f"'{trigger}' is not a trigger of any retention rule"
                raise UsageError(message, hint=_nearest(trigger, self.triggers, "trigger"))


class RuleOutcome(Model):
    """One rule's own answer for the record."""

    rule: str
    counted: bool
    day: RetentionDay | None = Field(default=None, description="end of its period; None where it sets none")
    reason: str = Field(description="one sentence for the reader, with the authority's dates")


class RetentionConflict(Model):
    """One rule demands destruction before another rule's floor: for the records officer."""

    destroy_rule: str
    destroy_on: RetentionDay
    floor_rule: str
    floor_until: RetentionDay

    def __str__(self) -> str:
        """One sentence that names both rules and days."""
        return (
            f"{self.destroy_rule} demands destruction ({self.destroy_on}) before the floor of "
            f"{self.floor_rule} ({self.floor_until}); the records officer decides"
        )


class Disposition(Model):
    """What the counted rules together say of one record."""

    floor_until: RetentionDay | None = Field(description="None where no counted rule sets a floor")
    destroy_due: RetentionDay | None = Field(description="None where no counted rule speaks of destroying")
    destroy_mandatory: bool = Field(description="whether destroy_due must be met, or merely may be")
    conflicts: tuple[RetentionConflict, ...] = ()
    outcomes: tuple[RuleOutcome, ...] = Field(description="one a rule, in the given order")

    @property
    def blocked(self) -> str | None:
        """Why the record may not be disposed of on any day yet; None where a settled day decides."""
        if self.conflicts:
            return str(self.conflicts[0])
        if self.floor_until is None:
            return "no counted rule sets how long to keep it"
        if self.floor_until.permanent:
            return "a rule keeps it permanently"
        return str(self.floor_until) if self.floor_until.pending else None


def apply(rules: Sequence[RetentionRule], *, trigger_dates: Mapping[str, date | None]) -> Disposition:
    """Put several retention rules on one record.

    A destroy rule is a floor as well: before its day the record must not go. The latest floor holds. Of
    mandatory destructions the earliest counts; without one, destruction is allowed once every floor has
    passed. Rescinded rules and rules that set no period are listed with the reason and not counted.

    Args:
        rules: The rules that apply to the record.
        trigger_dates: The day of each trigger that happened, by the trigger's words; None or left out
            while it is pending.

    Raises:
        UsageError: A period runs past the year 9999.
    """
    outcomes = tuple(_outcome(rule, rules, trigger_dates) for rule in rules)
    counted = [
        (rule, outcome.day)
        for rule, outcome in zip(rules, outcomes, strict=True)
        if outcome.counted and outcome.day is not None
    ]
    mandatory = [(rule, day) for rule, day in counted if rule.mandatory]
    floor = _latest([day for _, day in counted])
    if mandatory:
        destroy = _earliest([day for _, day in mandatory])
    elif floor is not None and not floor.permanent and any(rule.action is Action.DESTROY for rule, _ in counted):
        destroy = floor
    else:
        destroy = None
    conflicts = tuple(
        RetentionConflict(destroy_rule=destroyer.id, destroy_on=due, floor_rule=keeper.id, floor_until=until)
        for destroyer, due in mandatory
        for keeper, until in counted
        if _before(due, until)
    )
    return Disposition(
        floor_until=floor,
        destroy_due=destroy,
        destroy_mandatory=bool(mandatory),
        conflicts=conflicts,
        outcomes=outcomes,
    )


def _outcome(
    rule: RetentionRule, rules: Sequence[RetentionRule], trigger_dates: Mapping[str, date | None]
) -> RuleOutcome:
    aside = _set_aside(rule, rules)
    if aside is not None:
        return RuleOutcome(rule=rule.id, counted=False, reason=aside)
    day, reason = _day(rule, trigger_dates.get(rule.trigger))
    return RuleOutcome(rule=rule.id, counted=True, day=day, reason=reason)


def _set_aside(rule: RetentionRule, rules: Sequence[RetentionRule]) -> str | None:
    """Why a rule is shown and not counted; None where it counts."""
    if rule.rescinded_on is not None:
        return f"rescinded on {rule.rescinded_on.isoformat()}; shown, not counted"
    if rule.action is Action.NONE:
        return f"sets no retention period: {rule.basis}"
    fillers = [other.id for other in rules if _fills(other, rule)]
    return f"its period is that of {', '.join(fillers)}" if fillers else None


def _day(rule: RetentionRule, happened: date | None) -> tuple[RetentionDay, str]:
    """The end of a counted rule's period, and the sentence that explains it."""
    if rule.permanent:
        return RetentionDay(permanent=True), "permanent: never destroyed"
    if rule.period is None:
        return RetentionDay(waits_for=(f"a period ({rule.basis})",)), f"names no period: {rule.basis}"
    start = f"{rule.period} from: {rule.trigger}"
    if happened is None:
        return RetentionDay(waits_for=(rule.trigger,)), f"{start} (pending)"
    return RetentionDay(on=_end(happened, rule)), f"{start} on {happened.isoformat()}"


def _nearest(asked: str, known: Sequence[str], what: str) -> str:
    near = get_close_matches(asked, known, n=3, cutoff=0.5)  # more than one: a period that is guessed wrongly destroys
    return f"near it are {', '.join(map(repr, sorted(near)))}" if near else f"a {what} is one such as '{known[0]}'"


def _fills(other: RetentionRule, rule: RetentionRule) -> bool:
    return (
        rule.filled_by is not None
        and other.id.startswith(rule.filled_by)
        and (other.period is not None or other.permanent)
        and other.status is RuleStatus.IN_FORCE
    )


def _end(happened: date, rule: RetentionRule) -> date:
    """The last day of the period: calendar arithmetic (29 February + P1Y is 28 February)."""
    start = datetime.combine(happened, time(tzinfo=UTC))
    try:
        end = add_duration(start, rule.period or "P0D")
        return end.date() if end.time() == time() else end.date() + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        message = f"{rule.period} from {happened.isoformat()} runs past the year 9999"
        raise UsageError(message, hint="check the trigger date", where=rule.id) from error


def _latest(days: Sequence[RetentionDay]) -> RetentionDay | None:
    if not days:
        return None
    if any(day.permanent for day in days):
        return RetentionDay(permanent=True)
    return _settle(days, max((day.on for day in days if day.on is not None), default=None))


def _earliest(days: Sequence[RetentionDay]) -> RetentionDay:
    return _settle(days, min((day.on for day in days if day.on is not None), default=None))


def _settle(days: Sequence[RetentionDay], best: date | None) -> RetentionDay:
    """The best day so far, settled only when nothing is waited for."""
    waits = tuple(sorted({trigger for day in days for trigger in day.waits_for}))
    return RetentionDay(waits_for=waits, known=best) if waits else RetentionDay(on=best)


def _before(due: RetentionDay, until: RetentionDay) -> bool:
    """Whether destruction is certain to come before the floor; a pending floor blocks by itself."""
    if until.permanent:
        return True
    return due.on is not None and until.on is not None and due.on < until.on
