"""Artefacts that people write: profile, roster, criteria, registers, drills, approved documents."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from tieout.domain.base import Model

Operator = Literal["<", "<=", ">", ">=", "=="]


class Record(Model):
    """What a person may write down; any other artefact is measured, and a hand-written one would be a forgery."""


class Approval(Model):
    """The front matter of a human record: claims about who stands for it and until when.

    `changed_at` is not a claim: it is the time of the commit since which the text reads as it does (what
    an approval itself writes is none of it), where the record is under version control; None where it
    is not. It is the latest committer date of that commit and its ancestors; `backdated_to` is the
    commit's own date, where that lies more than a day before one of its ancestor's. `merged_in` names
    that commit, where it is a merge that brought the text in.
    """

    owner: str | None = Field(default=None, description="who keeps the record; a person of the roster")
    approver: str | None = Field(
        default=None, description="who approved it; a person of the roster other than the owner"
    )
    approved_on: date | None = Field(default=None, description="day of the approval; a change after it undoes it")
    review_due: date | None = Field(default=None, description="day by which it is looked at again")
    changed_at: datetime | None = None
    backdated_to: datetime | None = None
    merged_in: str | None = Field(default=None, description="the change's commit, where it is a merge")
    recorded_at: datetime | None = Field(
        default=None, description="time of the commit that brought the approval in, where that tells more than its day"
    )


class ApprovedRecord(Record):
    """Any other document a rule asks for, told apart by `record_type` (`ai_policy`, `business_case` …)."""

    record_type: str = Field(description="which document it is, such as ai_policy")
    title: str = Field(description="title of the document")
    version: str | None = Field(default=None, description="version of the document")
    status: str | None = Field(
        default=None, description="its state in its own words: approved, current, in force …; a draft does not count"
    )
    approval: Approval = Approval()
    headings: tuple[str, ...] = ()
    words: int = Field(description="words of the body, so that an empty form is seen to be one")
    placeholders: int = Field(default=0, description="unfilled template marks such as TODO, TBD, <name>, [insert …]")


class SystemProfile(Record):
    """The system as its owners describe it, from tieout.yaml at the assessed commit."""

    system_id: str = Field(description="as system.id of tieout.yaml")
    name: str = Field(description="name for people")
    owner: str = Field(description="the person accountable for the system")
    purpose: str = Field(description="what it is for, in a sentence or two")
    users: tuple[str, ...] = Field(default=(), description="who uses it")
    settings: tuple[str, ...] = Field(default=(), description="where and when it is used")
    prohibited_uses: tuple[str, ...] = Field(default=(), description="what it must not be used for")
    jurisdictions: tuple[str, ...] = Field(default=(), description="whose law applies, such as US-OR or IE")
    phase: Literal["pilot", "production"] = Field(description="where it is in its life")
    tier: Literal["low", "moderate", "high"] = Field(description="how much can go wrong")
    generative: bool = Field(description="produces text, pictures or code")
    third_party: bool = Field(description="uses models, data or services of another organisation")
    human_subjects: bool = Field(description="studied with people as subjects")
    approval: Approval = Approval()


class RosterKey(Model):
    """A public SSH key with which a person signs, and from when to when."""

    ssh: str = Field(description="type and key as in the .pub file, such as `ssh-ed25519 AAAA...`")
    since: date | None = Field(default=None, description="first day on which it signs")
    until: date | None = Field(default=None, description="last day; left out while it is in use")


class RosterEntry(Model):
    """One role and the person accountable for it."""

    role: str = Field(description="the area or role, such as operations or system_owner")
    person: str | None = Field(default=None, description="who holds it")
    deputy: str | None = Field(default=None, description="who stands in; someone else")
    since: date | None = Field(default=None, description="first day")
    until: date | None = Field(default=None, description="last day; left out while it is held")
    contact: str | None = Field(
        default=None, description="how to reach them; may be a code-owner handle such as @team/ops"
    )
    # Whoever verifies reads them from the file; as facts, keys in one of two rosters would set these at odds.
    public_keys: tuple[RosterKey, ...] = Field(
        default=(),
        exclude=True,
        description="keys with which the person signs attestations; a deputy has a row of their own",
    )


class Roster(Record):
    """Who is accountable for what."""

    people: tuple[RosterEntry, ...] = Field(description="one row for each role")


class MeasuredBy(Model):
    """Where a criterion's value is read: an evaluation's metric, or a figure of the telemetry."""

    evaluation: str | None = Field(default=None, description="task name of the evaluation")
    metric: str | None = Field(default=None, description="metric of that evaluation, such as accuracy")
    telemetry: (
        Literal[
            "latency_p50_ms",
            "latency_p95_ms",
            "latency_p99_ms",
            "error_rate",
            "cost_usd",
            "cost_usd_per_day",
            "identity_share",
        ]
        | None
    ) = Field(default=None, description="a figure of the log")


class Criterion(Model):
    """One acceptance criterion: a limit set before the measurement it judges."""

    id: str = Field(description="short name of the limit")
    area: Literal["accuracy", "latency", "cost", "security", "compliance", "ownership"] = Field(
        description="what it limits"
    )
    statement: str = Field(description="the limit in a sentence")
    measured_by: MeasuredBy | None = Field(default=None, description="where its value is read")
    operator: Operator | None = Field(default=None, description="how the value must stand to the limit")
    limit: float | None = Field(default=None, allow_inf_nan=False, description="the limit itself")
    unit: str | None = Field(default=None, description="unit of the limit, as the figure has it")
    min_n: int | None = Field(
        default=None, ge=1, le=2**53 - 1, description="least number of samples or records that a measurement needs"
    )
    level: float = Field(
        default=0.95, ge=0.9, lt=1, description="two-sided confidence level of the bound; below 0.9 it proves nothing"
    )
    owner: str | None = Field(default=None, description="who answers for it")
    risk_ids: tuple[str, ...] = Field(default=(), description="risks of the register that it holds down")


class AcceptanceCriteria(Record):
    """All acceptance criteria, with the time of the commit that set them."""

    criteria: tuple[Criterion, ...] = Field(description="one row for each limit")
    committed_at: datetime | None = Field(
        default=None,
        description="time of the last commit that changed the criteria: its latest date and its ancestors'",
    )
    backdated_to: datetime | None = Field(
        default=None, description="that commit's own date, where it lies more than a day before an ancestor's"
    )


class InventorySystem(Model):
    """One row of the AI inventory."""

    system_id: str = Field(description="short name of the system")
    status: str = Field(description="such as pilot, production or retired")
    owner: str | None = Field(default=None, description="who is accountable for it")
    tier: str | None = Field(default=None, description="risk tier")
    models: tuple[str, ...] = Field(
        default=(), description="every model it is configured with or serves, with its version"
    )
    data_classes: tuple[str, ...] = Field(default=(), description="what kinds of data it sees")
    updated_on: date | None = Field(default=None, description="day on which the row was last gone through")


class Inventory(Record):
    """The organisation's list of AI systems and the models they use."""

    systems: tuple[InventorySystem, ...] = Field(description="one row for each system")
    approval: Approval = Approval()


class Risk(Model):
    """One row of the risk register; likelihood and severity on the register's own scale."""

    id: str = Field(description="short name of the risk; each once")
    title: str = Field(description="what can happen")
    likelihood: int = Field(description="rating on the register's scale, from 1")
    severity: int = Field(description="rating on the register's scale, from 1")
    score: int = Field(description="likelihood times severity")
    owner: str | None = Field(default=None, description="who answers for it")
    response: str | None = Field(default=None, description="mitigate, transfer, avoid or accept, and what is done")
    controls: tuple[str, ...] = Field(
        default=(),
        description="what carries it out: paths of configurations or approved texts that tieout collects, or sources",
    )
    resource: str | None = Field(
        default=None, description="amount of money, time or people set aside for it, or a person of the roster"
    )
    due: date | None = Field(default=None, description="day by which the response is in place")
    residual: int | None = Field(default=None, description="score that is left after it")
    status: str = Field(description="such as open, in treatment or closed")
    next_review: date | None = Field(default=None, description="day on which it is looked at again")
    order_note: str | None = Field(default=None, description="why this due date departs from the score order")


class RiskRegister(Record):
    """The risks of the system: each with its score, and what is done about it."""

    risks: tuple[Risk, ...] = Field(description="one row for each risk")
    tolerance: int | None = Field(default=None, description="scores above it need treatment and a resource")
    approval: Approval = Approval()


class DrillRecord(Record):
    """One exercise: what was tried, by whom, how long it took against which target."""

    scenario: str = Field(description="what was tried")
    date: Annotated[date, Field(description="day on which it was tried")]  # a default would hide the type
    people: tuple[str, ...] = Field(default=(), description="who took part; people of the roster")
    measured_seconds: int | None = Field(default=None, description="how long it took")
    target_seconds: int | None = Field(default=None, description="how long it may take")
    outcome: Literal["passed", "failed"] | None = Field(default=None, description="how it ended")
    environment: str | None = Field(default=None, description="where it was held; what is not production is partial")
    system: str | None = Field(default=None, description="of which system, by its id or its name")
    actions: tuple[str, ...] = Field(default=(), description="what was seen, and what was changed after it")
    approval: Approval = Approval()


class Incident(Model):
    """One incident, with the times that service levels are measured from."""

    id: str = Field(description="short name of the incident")
    severity: int = Field(description="rating on your own scale")
    detected: datetime = Field(description="when it was noticed")
    acknowledged: datetime | None = Field(default=None, description="when somebody took it on")
    contained: datetime | None = Field(default=None, description="when it did no more harm")
    closed: datetime | None = Field(default=None, description="when it was over")
    cause: str | None = Field(default=None, description="why it happened")
    notified: datetime | None = Field(default=None, description="when those affected were told")
    note: str | None = Field(default=None, description="what else there is to say, such as why a time was missed")


class IncidentLog(Record):
    """All incidents of the period; an empty list needs an owner and an approver who say that there were none."""

    incidents: tuple[Incident, ...] = Field(description="one row for each incident of the period")
    by_day: tuple[str, ...] = Field(default=(), description="pointers to times that were given as a day")
    approval: Approval = Approval()


class ReleaseRecord(Record):
    """The go or no-go decision of one release, and what exactly was released."""

    version: str = Field(description="what was released, as its tag has it")
    decision: Literal["go", "no-go"] = Field(description="what was decided")
    date: Annotated[date, Field(description="day of the decision")]  # a default would hide the type
    models: tuple[str, ...] = Field(description="exactly which models it serves, with their versions")
    criteria_results: tuple[str, ...] = Field(default=(), description="the limits and how they came out, in words")
    approval: Approval = Approval()
