"""A rule is data: what it needs, what it checks, what a person must attest, what closes it."""

from typing import Any, Literal

from pydantic import Field, field_validator

from tieout.domain.base import Model
from tieout.domain.verdicts import Severity
from tieout.kernel.clock import is_duration


class Need(Model):
    """An artefact a rule needs, and how fresh its effective end must be at the as-of time."""

    freshness: str | None = Field(default=None, description="ISO 8601 duration")
    bound: Literal["release", "study"] | None = None
    where: dict[str, Any] = Field(default_factory=dict, description="which items of the type: field = value")
    stretch: str | None = Field(
        default=None, description="ISO 8601 duration that a log and the assessed period must span, else at most partial"
    )
    records: int | None = Field(default=None, ge=1, description="records that a log must hold, else at most partial")

    @field_validator("freshness", "stretch")
    @classmethod
    def _iso_duration(cls, value: str | None) -> str | None:
        if value is not None and not is_duration(value):
            message = f"'{value}' is not an ISO 8601 duration such as P90D"
            raise ValueError(message)
        return value


class Check(Model):
    """One predicate with its arguments; both named in the rule's YAML as `predicate: {arguments}`."""

    predicate: str
    arguments: dict[str, Any]
    closes_with: str = Field(default="", description="what closes a gap of this check; else the rule's own sentence")


class HumanHalf(Model):
    """What only a person can say: the role that must sign, and the sentence they sign."""

    role: str
    attests: str
    freshness: str = "P1Y"


class Rule(Model):
    """One sufficiency test for one or more controls."""

    id: str
    title: str
    controls: tuple[str, ...]
    severity: Severity
    why: str = Field(description="one sentence for a reader: why this test shows the control")
    needs: dict[str, Need]
    checks: tuple[Check, ...]
    human: HumanHalf | None = None
    closes_with: str
    owner: str = Field(default="", description="role that closes what the rule finds; else the role that signs")
    untested: tuple[str, ...] = Field(
        default=(), description="what the full sufficiency test also asks and this rule does not: at most partial"
    )
    source: str = Field(default="", description="where a limit or a test comes from; limits are defaults of ours")

    @property
    def owner_role(self) -> str | None:
        """The role to propose for an open point, such as `operations owner`; None where the rule names none."""
        return self.owner or (self.human.role if self.human else None)
