"""Artefact that people export from a learning system: who took which course, in which version, with which score."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tieout.domain.artefacts.records import Approval, Record
from tieout.domain.base import Model

#: Points of a test, on the course's own scale.
Points = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Training(Model):
    """One person's place in one course, finished or not."""

    person: str | None = Field(default=None, description="who was to take it; a person of the roster or a contractor")
    account: str | None = Field(
        default=None, description="name under which exports of access rights have the person, where it is another one"
    )
    engaged_as: Literal["staff", "contractor"] | None = Field(
        default=None, description="by whom the person is employed"
    )
    role: str | None = Field(default=None, description="role of the roster that needs the course, such as operations")
    course: str = Field(description="name of the course; the same for everybody who takes it")
    version: str | None = Field(default=None, description="version of the course")
    version_date: date | None = Field(default=None, description="day since which the course is taught so")
    completed: date | None = Field(
        default=None, description="day on which it was finished; left out where it was not, so that everybody counts"
    )
    valid_until: date | None = Field(default=None, description="last day on which it counts as a qualification")
    score: Points | None = Field(default=None, description="points that were reached")
    pass_mark: Points | None = Field(default=None, description="points that are needed, on the same scale")


class TrainingExport(Record):
    """Who finished which course, as exported on one day; whoever has not finished yet stands in it, too."""

    exported_on: date | None = Field(default=None, description="day of the export")
    trainings: tuple[Training, ...] = Field(description="one row for each person and course")
    approval: Approval = Approval()
