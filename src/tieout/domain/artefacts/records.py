"""Artefacts that people write: profile, roster, criteria, registers, drills, approved documents."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model

Operator = Literal["<", "<=", ">", ">=", "=="]


class Approval(Model):
    """The front matter of a human record: claims about who stands for it and until when.

    `changed_at` is not a claim: it is the committer date of the last commit that changed the
    file, where the record is under version control; None where it is not.
    """

    owner: str | None = None
    approver: str | None = None
    approved_on: date | None = None
    review_due: date | None = None
    changed_at: datetime | None = None


class ApprovedRecord(Model):
    """Any other document a rule asks for, told apart by `record_type` (`ai_policy`, `business_case` …)."""

    record_type: str
    title: str
    version: str | None = None
    approval: Approval = Approval()
    headings: tuple[str, ...] = ()
    words: int = Field(description="words of the body, so that an empty form is seen to be one")
    placeholders: int = Field(default=0, description="unfilled template marks such as TODO, TBD, <name>, [insert …]")


class SystemProfile(Model):
    """The system as its owners describe it, from tieout.yaml at the assessed commit."""

    system_id: str
    name: str
    owner: str
    purpose: str
    users: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    prohibited_uses: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    phase: Literal["pilot", "production"]
    tier: Literal["low", "moderate", "high"]
    generative: bool
    third_party: bool
    human_subjects: bool
    approval: Approval = Approval()


class RosterEntry(Model):
    """One role and the person accountable for it."""

    role: str
    person: str | None = None
    deputy: str | None = None
    since: date | None = None
    until: date | None = None
    contact: str | None = None


class Roster(Model):
    """Who is accountable for what."""

    people: tuple[RosterEntry, ...]


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
    ) = None


class Criterion(Model):
    """One acceptance criterion: a limit set before the measurement it judges."""

    id: str
    area: Literal["accuracy", "latency", "cost", "security", "compliance", "ownership"]
    statement: str
    measured_by: MeasuredBy | None = None
    operator: Operator | None = None
    limit: float | None = None
    unit: str | None = None
    min_n: int | None = Field(default=None, ge=1)
    level: float = Field(default=0.95, gt=0.5, lt=1, description="two-sided confidence level of the bound")
    owner: str | None = None
    risk_ids: tuple[str, ...] = ()


class AcceptanceCriteria(Model):
    """All acceptance criteria, with the commit date that proves when they were set."""

    criteria: tuple[Criterion, ...]
    committed_at: datetime | None = Field(
        default=None, description="committer date of the last commit that changed the criteria"
    )


class InventorySystem(Model):
    """One row of the AI inventory."""

    system_id: str
    status: str
    owner: str | None = None
    tier: str | None = None
    models: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()
    updated_on: date | None = None


class Inventory(Model):
    """The organisation's list of AI systems and the models they use."""

    systems: tuple[InventorySystem, ...]
    approval: Approval = Approval()


class Risk(Model):
    """One row of the risk register; likelihood and severity on the register's own scale."""

    id: str
    title: str
    likelihood: int
    severity: int
    score: int
    owner: str | None = None
    response: str | None = None
    resource: str | None = None
    due: date | None = None
    residual: int | None = None
    status: str
    next_review: date | None = None
    order_note: str | None = Field(default=None, description="why this due date departs from the score order")


class RiskRegister(Model):
    """The risk register."""

    risks: tuple[Risk, ...]
    tolerance: int | None = Field(default=None, description="scores above it need treatment and a resource")
    approval: Approval = Approval()


class DrillRecord(Model):
    """One exercise: what was tried, by whom, how long it took against which target."""

    scenario: str
    date: date
    people: tuple[str, ...] = ()
    measured_seconds: int | None = None
    target_seconds: int | None = None
    outcome: Literal["passed", "failed"] | None = None
    actions: tuple[str, ...] = ()
    approval: Approval = Approval()


class Incident(Model):
    """One incident, with the times that service levels are measured from."""

    id: str
    severity: int
    detected: datetime
    acknowledged: datetime | None = None
    contained: datetime | None = None
    closed: datetime | None = None
    cause: str | None = None
    notified: datetime | None = None


class IncidentLog(Model):
    """All incidents of the period; an empty list says nothing without a nil return."""

    incidents: tuple[Incident, ...]


class ReleaseRecord(Model):
    """The go or no-go decision of one release, and what exactly was released."""

    version: str
    decision: Literal["go", "no-go"]
    date: date
    models: tuple[str, ...]
    criteria_results: tuple[str, ...] = ()
    approval: Approval = Approval()
