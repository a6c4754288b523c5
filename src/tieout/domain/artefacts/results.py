"""Artefacts made by test tools: evaluation results, with everything a reader needs to trust them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from tieout.domain.base import Model


class Metric(Model):
    """One measured value with its sample size and, where the tool gives it, its standard error.

    `successes` is set only where every scored sample counts one or nothing, so that an exact
    binomial interval may be used.
    """

    scorer: str
    name: str
    value: float
    n: int
    successes: int | None = None
    stderr: float | None = None


class EvalResults(Model):
    """One evaluation run, as its tool recorded it."""

    tool: str
    tool_version: str | None = None
    task: str
    status: Literal["success", "error", "cancelled", "started"]
    model: str | None = Field(default=None, description="provider and name, as recorded")
    simulated: bool = Field(
        default=False, description="a scripted stand-in answered (the tool's mock provider), so no model was measured"
    )
    dataset: str | None = Field(
        default=None,
        description="location or name of the data set, as recorded; of an absolute path its last two parts",
    )
    dataset_sha256: str | None = None
    samples_total: int
    samples_completed: int
    started_at: datetime | None = None
    completed_at: datetime | None = None
    commit: str | None = Field(default=None, description="revision of the evaluation code, as recorded")
    dirty: bool | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
