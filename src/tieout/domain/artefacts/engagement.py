"""Artefacts that people write about whom they heard and who decided: meetings, feedback, reviews by people."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tieout.domain.artefacts.records import Approval, Record
from tieout.domain.base import Model


class Participant(Model):
    """Somebody who took part in a meeting, by what they brought to it; nothing else is asked about a person."""

    person: str | None = Field(
        default=None, description="name as in the roster; left out for people from outside, whose names are not needed"
    )
    role: str | None = Field(
        default=None, description="as what they took part, such as chair, domain expert, user experience or user"
    )
    discipline: str | None = Field(default=None, description="field of knowledge, such as law, statistics or nursing")
    outside: bool = Field(default=False, description="not of the organisation, such as a user or a person affected")


class Decision(Model):
    """One thing that a meeting decided."""

    decision: str = Field(description="what was decided")
    tier: Literal["low", "moderate", "high"] | None = Field(default=None, description="how much can go wrong with it")
    links: tuple[str, ...] = Field(
        default=(), description="what it is about, by id: risks, criteria, releases, feedback, issues, changes"
    )


class Action(Model):
    """Something that a meeting gave somebody to do."""

    action: str = Field(description="what is to be done")
    owner: str | None = Field(default=None, description="who does it; a person of the roster")
    due: date | None = Field(default=None, description="day by which it is done")
    closed_on: date | None = Field(default=None, description="day on which it was done; left out while it is open")
    links: tuple[str, ...] = Field(default=(), description="where it is followed up, by id: issues, changes, risks")


class MeetingRecord(Record):
    """One meeting: who took part, in which role and with which discipline, and what was decided."""

    meeting: str = Field(description="which meeting it was, called alike every time: its interval is counted by it")
    # A default would hide the type.
    date: Annotated[date, Field(description="day on which it was held")]
    system: str | None = Field(
        default=None, description="of which system, by its id or its name; left out where it was of several"
    )
    accountable_role: str | None = Field(
        default=None, description="role of the roster that answers for what was decided, such as governance"
    )
    participants: tuple[Participant, ...] = Field(description="one row for each person who took part")
    decisions: tuple[Decision, ...] = Field(description="one row for each decision; `[]` says that none was taken")
    actions: tuple[Action, ...] = Field(default=(), description="one row for each task that was given or followed up")
    approval: Approval = Approval()


class LogOfPeriod(Record):
    """What people log over a period, of which they say from when to when it is complete."""

    period_start: date | None = Field(default=None, description="first day of which the log tells everything")
    period_end: date | None = Field(default=None, description="last such day; left out while the log goes on")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.period_start is not None and self.period_end is not None and self.period_end < self.period_start:
            message = "'period_end' is before 'period_start'"
            raise ValueError(message)
        return self


class FeedbackItem(Model):
    """One report, appeal or suggestion; neither who sent it nor what they wrote is asked for."""

    id: str = Field(description="short name of the item, as the desk or tracker has it; each once")
    source_class: Literal["outside", "inside", "test"] = Field(
        description="from outside (users, people affected, the public, experts, authorities), from own staff, or a "
        "test by which somebody tried the channel"
    )
    channel: str | None = Field(default=None, description="which way it came, such as web form or telephone")
    kind: Literal["report", "appeal", "suggestion", "other"] | None = Field(
        default=None, description="a problem, a disputed outcome, an idea, or something else"
    )
    received: datetime = Field(description="when it came in")
    acknowledged: datetime | None = Field(default=None, description="when its sender was told that it came in")
    triaged: datetime | None = Field(default=None, description="when it was decided what to do with it")
    triage: Literal["accepted", "refused", "duplicate", "passed on"] | None = Field(
        default=None, description="what was decided then; left out while nobody has looked"
    )
    disposition: Literal["changed", "answered", "refused"] | None = Field(
        default=None,
        description="how it ended: something was changed, it was answered without a change, or it was refused",
    )
    closed: datetime | None = Field(default=None, description="when it ended, and its sender was told")
    links: tuple[str, ...] = Field(
        default=(),
        description="what it led to, by id: changes, issues, risks, incidents, metrics, test sets, the first report",
    )


class FeedbackLog(LogOfPeriod):
    """All feedback of the period; an empty list needs an owner and an approver who say that there was none."""

    feedback: tuple[FeedbackItem, ...] = Field(description="one row for each item that came in")
    by_day: tuple[str, ...] = Field(default=(), description="pointers to times that were given as a day")
    approval: Approval = Approval()


class Review(Model):
    """What a person made of one output or action that waited for a person."""

    request_id: str = Field(description="id of the request, as the log of the gateway has it")
    action: str | None = Field(
        default=None, description="kind of action that waited for a person, as the oversight plan calls it"
    )
    requested_by: str | None = Field(
        default=None,
        description="who or what asked for it: a person of the roster, or a program; of people outside `outside` only",
    )
    reviewer: str | None = Field(default=None, description="who decided; a person of the roster, not who asked")
    decided: datetime = Field(description="when it was decided")
    decision: Literal["accepted", "changed", "rejected", "escalated"] | None = Field(
        default=None, description="taken as it was, changed, not taken, or given to somebody above"
    )
    # A day of 24 hours: a longer one is a clock that was left running.
    seconds: float | None = Field(
        default=None, ge=0, le=86_400, allow_inf_nan=False, description="how long the reviewer looked at it"
    )
    reason: str | None = Field(default=None, description="why, in a few words, and nothing about whom it concerned")


class OverrideLog(LogOfPeriod):
    """All decisions of people on what the system proposed, those that accepted it included."""

    reviews: tuple[Review, ...] = Field(
        description="one row for each decision; of accepted ones too, or no rate is known"
    )
    by_day: tuple[str, ...] = Field(default=(), description="pointers to times that were given as a day")
    approval: Approval = Approval()
