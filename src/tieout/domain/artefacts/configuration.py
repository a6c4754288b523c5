"""Artefacts read from live configuration: gateway, alert rules, feature flags, names of runtime settings."""

from typing import Literal

from pydantic import Field

from tieout.domain.base import Model


class Route(Model):
    """One model route of a gateway, as configured (never from a comment or an example)."""

    name: str
    model: str
    provider: str | None = None
    external: bool | None = None
    base_model: str | None = Field(
        default=None, description="the supplier's name of the model and version behind a name of one's own, as declared"
    )
    mode: str | None = Field(default=None, description="kind of work, as configured: chat, embedding, …")
    pinned: bool | None = Field(
        default=None,
        description="whether one version is named: by the supplier's own name, or by the base model of another name; "
        "null: the name is not the supplier's own as far as the file tells, and the file has no place for a base model",
    )
    fallbacks: tuple[str, ...] = ()
    other_providers: tuple[str, ...] = Field(
        default=(), description="providers that its fallbacks reach, of suppliers other than the route's own"
    )
    unclear_providers: tuple[str, ...] = Field(
        default=(), description="providers that its fallbacks reach; whether they are of another supplier is not known"
    )
    timeout_seconds: float | None = None
    budget_usd: float | None = None
    rate_limit_rpm: int | None = None
    token_limit: int | None = Field(
        default=None, description="tokens that are let through in each `token_limit_seconds`, as configured"
    )
    token_limit_seconds: float | None = None
    limit_per: str | None = Field(
        default=None,
        description="for whom each the limits are: `consumer`, `ip`, …; null: for all together, or not told",
    )
    spare: bool | None = Field(
        default=None,
        description="true: it is asked only after another route of the same request failed; null: requests may come to "
        "it first",
    )


class GatewayConfig(Model):
    """An AI gateway's routes and limits."""

    product: str
    routes: tuple[Route, ...]
    cache: bool | None = None
    budget_usd: float | None = None
    budget_period: str | None = None


class AlertRule(Model):
    """One alert rule: what it watches, its expression, whom it calls."""

    name: str
    expression: str
    metrics: tuple[str, ...] = ()
    hold: str | None = None
    hold_seconds: float | None = Field(default=None, description="how long it must hold before it fires")
    interval_seconds: float | None = Field(
        default=None, description="how often its group is looked at, where the group says so"
    )
    can_fire: bool | None = Field(
        default=None, description="false: no number that its metrics can have makes it fire; null: not known"
    )
    environment: str | None = Field(default=None, description="an environment other than production that it asks for")
    severity: str | None = None
    route: str | None = None


class AlertRules(Model):
    """The alert rules that are loaded."""

    product: str
    rules: tuple[AlertRule, ...]


class Flag(Model):
    """One feature flag; a kill switch is one whose `kind` says so."""

    name: str
    kind: Literal["kill-switch", "release", "experiment", "permission", "other"] = "other"
    default: bool | None = None
    switchable: bool | None = Field(
        default=None,
        description="whether its variants differ, are of one type and one is off, so that it changes something",
    )
    authorised_roles: tuple[str, ...] = ()
    trigger: str | None = None
    stale: bool | None = Field(
        default=None, description="whether it is marked as no longer needed, where the product marks that"
    )


class FlagConfig(Model):
    """Feature flags as configured."""

    flags: tuple[Flag, ...]


class RuntimeSetting(Model):
    """One setting that a program is started with; its value is not kept."""

    name: str
    section: str | None = Field(default=None, description="section of an INI file")
    may_divert: bool = Field(
        default=False, description="whether its name says that it may lead requests to another server or model"
    )


class RuntimeSettings(Model):
    """Names of what is set for a program outside its configuration: environment variables, INI options."""

    settings: tuple[RuntimeSetting, ...]
