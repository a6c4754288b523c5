"""The retention block: how long a record is kept, under whose authority, and what stops its disposal."""

from datetime import date

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.retention_rules import RetentionConflict, RetentionDay


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


class Hold(Model):
    """A hold: while it stands nothing is disposed of."""

    id: str
    reason: str
    since: date
    released_on: date | None = None

    @property
    def active(self) -> bool:
        """Whether the hold stands."""
        return self.released_on is None


class RetentionBlock(Model):
    """Retention metadata of a packet; the same in bag-info, OSCAL, XMP and on the cover."""

    record_id: str = Field(description="stable id of this record")
    record_series: str | None = None
    title: str
    rules: tuple[AppliedRule, ...] = ()
    floor_until: RetentionDay | None = Field(default=None, description="kept at least through this day")
    destroy_due: RetentionDay | None = Field(default=None, description="to be (or may be) destroyed after this day")
    destroy_mandatory: bool = False
    conflicts: tuple[RetentionConflict, ...] = ()
    hold: Hold | None = None
    custodian: str | None = None
    records_officer: str | None = None
    marking: str | None = None

    def lines(self) -> list[tuple[str, str]]:
        """Name and value pairs in words, for the cover and for bag-info."""
        counted = [rule for rule in self.rules if rule.counted]
        return [
            ("Record", self.record_id),
            ("Record series", self.record_series or "not recorded here"),
            ("Schedule", ", ".join(rule.rule for rule in self.rules) or "none chosen"),
            ("Authority", "; ".join(rule.authority for rule in counted) or "none chosen"),
            ("Trigger", "; ".join(_trigger(rule) for rule in counted) or "none chosen"),
            ("Period", "; ".join(rule.period or "see rule" for rule in counted) or "none chosen"),
            ("Keep at least until", str(self.floor_until) if self.floor_until else "no rule sets a floor"),
            ("Destroy after", self._destroy()),
            ("Hold", self._hold()),
            ("Custodian", self.custodian or "not recorded here"),
            ("Records officer", self.records_officer or "not recorded here"),
        ]

    def _destroy(self) -> str:
        if self.conflicts:
            return f"blocked: {self.conflicts[0]}"
        if self.destroy_due is None:
            return "no rule sets a date"
        return f"{self.destroy_due} ({'mandatory' if self.destroy_mandatory else 'permitted, not required'})"

    def _hold(self) -> str:
        if self.hold is None:
            return "none"
        state = "in force" if self.hold.active else f"released on {self.hold.released_on}"
        return (
            f"{self.hold.id}, {state} since {self.hold.since}: {self.hold.reason}"
            if self.hold.active
            else (f"{self.hold.id}, {state}")
        )


def _trigger(rule: AppliedRule) -> str:
    return f"{rule.trigger} ({rule.trigger_date.isoformat() if rule.trigger_date else 'pending'})"
