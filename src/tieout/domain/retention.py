"""The retention block: how long a record is kept, under whose authority, and what stops its disposal."""

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.evidence import Said
from tieout.domain.retention_rules import Action, RetentionConflict, RetentionDay
from tieout.kernel.clock import in_words as duration_in_words

NOT_RECORDED = "not recorded here"
NONE_CONFIGURED = "none recorded in the configuration"


class AppliedRule(Model):
    """One rule of the schedule as it applies to this record."""

    rule: str
    authority: str
    what: str
    trigger: str
    trigger_date: date | None = Field(default=None, description="None: pending")
    period: str | None = None
    action: str
    counted: bool
    outcome: str = Field(description="one sentence: what this rule says of this record")
    longer_ok: bool | None = Field(default=None, description="destruction is allowed, not required; None: not said")
    note: str | None = Field(default=None, description="what a reader must know before relying on the rule")


class Hold(Model):
    """A hold: while it stands nothing is disposed of."""

    id: Said
    reason: Said
    since: date
    released_on: date | None = None

    @property
    def active(self) -> bool:
        """Whether the hold stands."""
        return self.released_on is None


class RetentionRow(Model):
    """One rule of the schedule in words, as a row of a table."""

    rule: str
    authority: str
    trigger: str = Field(description="the event, with its day or `pending`")
    period: str = Field(description="`10 years`, `72 hours`, `permanent`")
    says: str = Field(description="which records it covers and what becomes of them; of a rule set aside, why")
    note: str | None = None
    counted: bool


class RetentionBlock(Model):
    """Retention metadata of a packet; the same in bag-info, OSCAL, XMP and on the cover."""

    record_id: str = Field(description="stable id of this record")
    record_series: Said | None = None
    title: str
    rules: tuple[AppliedRule, ...] = ()
    floor_until: RetentionDay | None = Field(default=None, description="kept at least through this day")
    destroy_due: RetentionDay | None = Field(default=None, description="to be (or may be) destroyed after this day")
    destroy_mandatory: bool = False
    conflicts: tuple[RetentionConflict, ...] = ()
    hold: Hold | None = None
    custodian: Said | None = None
    records_officer: Said | None = None
    marking: Said | None = None

    def lines(self) -> list[tuple[str, str]]:
        """Name and value pairs in words, for the cover and for bag-info."""
        counted = [rule for rule in self.rules if rule.counted]
        return [
            ("Record", self.record_id),
            ("Record series", self.record_series or NOT_RECORDED),
            ("Schedule", ", ".join(rule.rule for rule in self.rules) or "none chosen"),
            ("Authority", _each(counted, lambda rule: rule.authority)),
            ("Trigger", _each(counted, trigger_of)),
            ("Period", _each(counted, period_of)),
            ("Keep at least until", str(self.floor_until) if self.floor_until else "no rule sets a floor"),
            ("Destroy after", self._destroy()),
            ("Disposition", self._disposition(counted)),
            ("Hold", self._hold()),
            ("Custodian", self.custodian or NOT_RECORDED),
            ("Records officer", self.records_officer or NOT_RECORDED),
        ]

    def rule_rows(self) -> tuple[RetentionRow, ...]:
        """One row a rule of the schedule, in the order in which they were chosen, for the cover."""
        return tuple(
            RetentionRow(
                rule=rule.rule,
                authority=rule.authority,
                trigger=trigger_of(rule),
                period=in_words(rule.period),
                says=_says(rule),
                note=rule.note,
                counted=rule.counted,
            )
            for rule in self.rules
        )

    def _destroy(self) -> str:
        if self.conflicts:
            return f"blocked: {self.conflicts[0]}"
        if self.destroy_due is None:
            return "no rule sets a date"
        return f"{self.destroy_due} ({'mandatory' if self.destroy_mandatory else 'permitted, not required'})"

    def _disposition(self, counted: Sequence[AppliedRule]) -> str:
        if not counted:
            return "none chosen"
        actions = {rule.action for rule in counted}
        asked = []
        if Action.DESTROY in actions:
            asked.append(f"destroy ({'mandatory' if self.destroy_mandatory else 'permitted, not required'})")
        if Action.TRANSFER in actions:
            asked.append("transfer")
        return "; ".join(asked) or "keep; no destruction ordered"

    def _hold(self) -> str:
        if self.hold is None:
            return NONE_CONFIGURED
        state = "in force" if self.hold.active else f"released on {self.hold.released_on}"
        return (
            f"{self.hold.id}, {state} since {self.hold.since}: {self.hold.reason}"
            if self.hold.active
            else (f"{self.hold.id}, {state}")
        )


def trigger_of(rule: AppliedRule) -> str:
    """The event that starts a rule's period, with its day or `pending`."""
    return f"{rule.trigger} ({rule.trigger_date.isoformat() if rule.trigger_date else 'pending'})"


def period_of(rule: AppliedRule) -> str:
    """A rule's period as it stands in the schedule: ISO 8601, or `permanent`."""
    return rule.period or "none set by the rule"


def in_words(period: str | None) -> str:
    """A rule's period as people say it: `10 years`, `permanent`, or that the rule sets none."""
    return "none set by the rule" if period is None else duration_in_words(period)


def _each(rules: Sequence[AppliedRule], say: Callable[[AppliedRule], str]) -> str:
    """What each rule says; of several, each with its id, so that nobody takes them for alternatives."""
    if len(rules) == 1:
        return say(rules[0])
    return "; ".join(f"{rule.rule}: {say(rule)}" for rule in rules) or "none chosen"


def _says(rule: AppliedRule) -> str:
    if not rule.counted:
        return f"not counted: {rule.outcome}"
    if rule.period is None:
        return f"{rule.what}: {rule.outcome}"
    period = in_words(rule.period)
    if rule.action == Action.TRANSFER:
        does = "keep for ever and transfer"
    elif rule.action == Action.DESTROY:
        end = {None: "destruction follows", True: "destruction is permitted from then on", False: "then destroy"}
        does = f"keep {period}, {end[rule.longer_ok]}"
    else:
        does = "keep for ever" if period == "permanent" else f"keep at least {period}"
    return f"{rule.what}: {does}"
