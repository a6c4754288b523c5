"""Artefact that people write when a system is retired: data, access, dependants, and the rule for what is left."""

from datetime import date
from typing import Literal

from pydantic import Field

from tieout.domain.artefacts.records import Approval, Record
from tieout.domain.base import Model


class DataDisposition(Model):
    """What became of one kind of data of a retired system."""

    data: str = Field(description="which data, and where it lay")
    action: Literal["deleted", "archived", "handed over", "kept in use"] | None = Field(
        default=None, description="what became of it"
    )
    done_on: date | None = Field(default=None, description="day on which that was done; left out while it was not")


class DecommissionRecord(Record):
    """The end of one system: what was switched off, what became of its data, and who was told."""

    system_id: str = Field(description="short name of the system, as the inventory has it")
    retired_on: date = Field(description="first day on which it answered nobody any more")
    models: tuple[str, ...] = Field(
        default=(),
        description="models that nothing else uses, by the names that the log has; none of them answers later",
    )
    routes: tuple[str, ...] = Field(default=(), description="routes of the gateway that were closed with it")
    data_disposition: tuple[DataDisposition, ...] = Field(
        default=(), description="one row for each kind of data: inputs, outputs, logs, training data, weights"
    )
    access_revoked_on: date | None = Field(
        default=None, description="day on which the last key, account and service of it stopped working"
    )
    dependants: tuple[str, ...] = Field(
        default=(), description="systems and teams that used it; nobody's name is needed"
    )
    dependants_told_on: date | None = Field(default=None, description="day on which the last of them had been told")
    retention_rule: str | None = Field(
        default=None, description="rule of the retention schedule for what is left, such as us-nara-grs-3.1-011"
    )
    approval: Approval = Approval()
