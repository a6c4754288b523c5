"""Artefacts about what a system is made of: bills of materials, and registries of models."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from tieout.domain.artefacts.reports import ToolReport
from tieout.domain.base import Model


class Component(Model):
    """One component of a bill of materials."""

    name: str
    version: str | None = None
    type: str | None = Field(default=None, description="as recorded: library, machine-learning-model, data")
    purl: str | None = None
    licences: tuple[str, ...] = Field(default=(), description="identifiers, names or expressions, as recorded")
    hashes: tuple[str, ...] = Field(default=(), description="algorithm:digest of the component itself")
    download_hashes: int = Field(
        default=0, description="digests of files that it can be downloaded as; which of them is in use is not said"
    )
    supplier: str | None = Field(default=None, description="an organisation; a person is not named")


class ModelCard(Model):
    """What a bill of materials says of a model, as far as it can be counted."""

    name: str
    version: str | None = None
    task: str | None = None
    datasets: int = Field(default=0, description="data sets that it names")
    metrics: int = Field(default=0, description="figures that it gives")
    limitations: bool = Field(default=False, description="whether it says anything of limits")
    hashed: bool = False
    licensed: bool = False


class Mlbom(ToolReport):
    """A bill of materials: what its author lists, whether or not that is all."""

    form: Literal["cyclonedx", "spdx"]
    spec_version: str
    subject: str | None = Field(default=None, description="what it is the bill of, with version")
    subject_sha256: str | None = None
    total: int = Field(description="components, those within components included")
    with_licence: int
    with_hash: int = Field(description="components with a digest of their own")
    with_supplier: int
    suppliers: tuple[str, ...] = Field(default=(), description="organisations, the first 500")
    components: tuple[Component, ...] = Field(default=(), description="the first 5,000")
    models: tuple[ModelCard, ...] = ()
    datasets: tuple[str, ...] = ()


class RunFacts(Model):
    """A run of a registry's store."""

    id: str
    experiment: str | None = None
    status: str
    started_at: datetime | None = None
    completed_at: datetime | None = None
    commit: str | None = None
    metrics: dict[str, float] = Field(default_factory=dict, description="the last value of each; no sample sizes")
    datasets: tuple[str, ...] = Field(default=(), description="name:digest of the data that it logged")


class ModelVersion(Model):
    """One version of a registered model."""

    model: str
    version: str
    status: str | None = None
    stage: str | None = None
    aliases: tuple[str, ...] = Field(default=(), description="names that lead to this version now")
    source: str | None = Field(default=None, description="where its files are, as recorded; of a path the last parts")
    run_id: str | None = None
    created_at: datetime | None = None
    tags: dict[str, Any] = Field(default_factory=dict, description="short settings; texts are marked only")


class ModelRegistry(ToolReport):
    """Registered models with their versions, and the runs that they came from."""

    models: tuple[str, ...] = ()
    versions: tuple[ModelVersion, ...] = Field(default=(), description="the newest 1,000")
    runs: tuple[RunFacts, ...] = Field(default=(), description="runs of these versions, the newest 1,000")
    runs_in_store: int | None = None
