"""Artefacts of configured protection: security settings, retention and locks, guardrails of model calls."""

from typing import Literal

from pydantic import Field

from tieout.domain.base import Model

SecurityTopic = Literal[
    "encryption-at-rest",
    "encryption-in-transit",
    "network",
    "public-access",
    "secrets",
    "workload",
    "privilege",
    "identity",
    "audit-trail",
    "backup",
]


class SecuritySetting(Model):
    """One setting that protects something or lays it open, as configured (never from a comment or an example)."""

    subject: str = Field(
        description="what it is set for, as the file names it: `aws_s3_bucket.answers`, `Deployment/api`"
    )
    topic: SecurityTopic = Field(
        description="what it is about; `workload` is how a program runs, `privilege` what a role may do"
    )
    setting: str = Field(description="the setting in a few words: `runs as root`, `default deny of ingress`")
    holds: bool | None = Field(
        default=None,
        description="true: it protects; false: it lays open; null: the file does not tell (a variable, a default)",
    )
    value: str | None = Field(default=None, description="what is written there, where that is no secret")


class SecurityConfig(Model):
    """Security settings of infrastructure as one file configures them."""

    product: str = Field(description="language or product: Terraform, Kubernetes, …")
    settings: tuple[SecuritySetting, ...]


class RetentionSetting(Model):
    """How long one store keeps, what happens then, and whether anybody can shorten it."""

    store: str = Field(description="the store, as the file names it")
    scope: str | None = Field(default=None, description="part of the store that it is limited to: a prefix, an index")
    period_days: float | None = Field(default=None, description="days that are kept; null where the file does not tell")
    then: Literal["delete", "archive", "keep"] | None = Field(
        default=None, description="what happens after the period; `keep`: nothing does"
    )
    enabled: bool | None = Field(default=None, description="whether the rule is in force; null: not told")
    lock: Literal["compliance", "governance", "locked", "unlocked", "none"] | None = Field(
        default=None,
        description="who can shorten it: nobody (compliance, locked), privileged people (governance), anybody "
        "(unlocked, none); null: not told",
    )
    lock_days: float | None = Field(default=None, description="days for which the lock holds what is written")
    versioned: bool | None = Field(default=None, description="whether older versions are kept")


class RetentionConfig(Model):
    """Retention and locks of stores as one file configures them."""

    product: str
    stores: tuple[RetentionSetting, ...]


class Guardrail(Model):
    """One check of what goes into a model or comes out of it, as configured."""

    name: str
    against: Literal[
        "prompt-injection",
        "personal-data",
        "secrets",
        "harmful-content",
        "off-topic",
        "ungrounded-answers",
        "unsafe-code",
        "malformed-output",
        "other",
    ] = Field(description="what it looks for; `other` where its name and type do not say")
    stages: tuple[Literal["input", "output", "retrieval", "tool"], ...] = Field(
        default=(), description="where it looks; empty where the file does not tell"
    )
    action: Literal["block", "mask", "flag"] | None = Field(
        default=None, description="what it does with a hit; `flag` lets it through; null: not told"
    )
    always_on: bool | None = Field(
        default=None, description="whether every request passes it; false where a request must ask for it"
    )
    threshold: float | None = Field(default=None, description="score from which it acts, on the product's own scale")


class GuardrailConfig(Model):
    """Guardrails as one file configures them."""

    product: str
    guardrails: tuple[Guardrail, ...]
