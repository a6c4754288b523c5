"""Artefact that people write about a supplier: what comes from it, on which terms, and how to leave it."""

from datetime import date
from typing import Literal

from pydantic import Field

from tieout.domain.artefacts.records import Approval, Record
from tieout.domain.base import Model


class SupplierNotice(Model):
    """Something that a supplier announced, and what is done about it."""

    notice: str = Field(description="what was announced, such as the end of a model")
    concerns: tuple[str, ...] = Field(default=(), description="what it is about, by the names under `supplies`")
    received_on: date | None = Field(default=None, description="day on which it was read here")
    takes_effect_on: date | None = Field(default=None, description="day from which it holds")
    action: str | None = Field(default=None, description="what is done about it")
    owner: str | None = Field(default=None, description="who does it; a person of the roster")
    due: date | None = Field(default=None, description="day by which it is done; before it takes effect")
    done_on: date | None = Field(default=None, description="day on which it was done; left out while it is open")


class VendorFile(Record):
    """One supplier of models, data, services or libraries: what it supplies, its terms, its review, the way out."""

    supplier: str = Field(description="name of the supplier")
    known_as: tuple[str, ...] = Field(
        default=(), description="how configuration, logs and the bill of materials call it, such as openai or azure"
    )
    supplies: tuple[str, ...] = Field(
        default=(), description="models, data, services and libraries that come from it, as configuration names them"
    )
    decision: Literal["approved", "approved with conditions", "denied"] | None = Field(
        default=None, description="whether it may be used; `approver` says who decided"
    )
    conditions: tuple[str, ...] = Field(default=(), description="what holds its use within bounds")
    terms_version: str | None = Field(
        default=None, description="version or day of the contract, licence or terms of use"
    )
    ip_terms: str | None = Field(
        default=None, description="who owns inputs and outputs, and who answers where a right of others is infringed"
    )
    data_terms: str | None = Field(
        default=None, description="what it may do with what is sent to it: where it is kept, how long, training on it"
    )
    reviewed_on: date | None = Field(default=None, description="day on which the supplier was last gone through")
    exit_plan: str | None = Field(default=None, description="what takes its place, how, and how long that takes")
    notices: tuple[SupplierNotice, ...] = Field(
        default=(), description="one row for each announcement that needs something done, such as a deprecation"
    )
    approval: Approval = Approval()
