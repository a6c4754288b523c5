"""Artefact that people write about impacts: on whom, how likely, how bad, and by which source."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tieout.domain.artefacts.records import Approval, Record
from tieout.domain.base import Model

#: A rating on a scale that the record has for itself.
Rating = Annotated[int, Field(ge=1, le=1_000)]


class Impact(Model):
    """One impact that the system has or may have."""

    id: str = Field(description="short name of the impact; each once")
    impact: str = Field(description="what can happen")
    effect: Literal["harm", "benefit"] | None = Field(default=None, description="which of the two it is")
    groups: tuple[str, ...] = Field(
        default=(), description="whom it reaches, called as in the fairness reports; groups, never single persons"
    )
    likelihood: Rating | None = Field(default=None, description="rating on your own scale, from 1")
    severity: Rating | None = Field(default=None, description="rating on your own scale, from 1: how bad or how good")
    source: str | None = Field(default=None, description="what the ratings rest on, so that somebody can look it up")
    source_kind: Literal["field data", "incident report", "test", "study", "consultation", "judgement"] | None = Field(
        default=None, description="which kind of source that is; once the system is live, some are from the field"
    )
    source_date: date | None = Field(default=None, description="day of the source")
    risk_ids: tuple[str, ...] = Field(default=(), description="risks of the register that hold it")


class ImpactAssessment(Record):
    """One assessment of the system's impacts on people, groups and society."""

    system: str | None = Field(default=None, description="of which system, by its id or its name")
    release: str | None = Field(default=None, description="which release was assessed, as its tag has it")
    # A default would hide the type.
    date: Annotated[date, Field(description="day of the assessment; made anew after a material change")]
    assessors: tuple[str, ...] = Field(default=(), description="who assessed; people of the roster")
    impacts: tuple[Impact, ...] = Field(description="one row for each impact")
    approval: Approval = Approval()
