"""Artefacts read from live configuration: gateway, alert rules, feature flags."""

from typing import Literal

from pydantic import Field

from tieout.domain.base import Model


class Route(Model):
    """One model route of a gateway, as configured (never from a comment or an example)."""

    name: str
    model: str
    provider: str | None = None
    external: bool | None = None
    pinned: bool
    fallbacks: tuple[str, ...] = ()
    other_providers: tuple[str, ...] = Field(
        default=(), description="providers, other than the route's own, that its fallbacks reach"
    )
    timeout_seconds: float | None = None
    budget_usd: float | None = None
    rate_limit_rpm: int | None = None


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
    authorised_roles: tuple[str, ...] = ()
    trigger: str | None = None


class FlagConfig(Model):
    """Feature flags as configured."""

    flags: tuple[Flag, ...]
