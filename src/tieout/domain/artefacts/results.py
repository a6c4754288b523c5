"""Artefacts made by test tools: evaluation results, with everything a reader needs to trust them."""

from collections.abc import Iterable
from datetime import UTC, datetime
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
    models_used: tuple[str, ...] | None = Field(
        default=None, description="models that the run itself counts the use of, as recorded"
    )
    models_asked: tuple[str, ...] | None = Field(
        default=None,
        description="other models than the named one that settings of the run put into its requests, as recorded",
    )
    output_tokens: int | None = Field(
        default=None, description="tokens of answers that the run counts for the model that it names"
    )
    asked: Literal["supplier", "elsewhere"] | None = Field(
        default=None,
        description="whether the address that the run was told to ask is one of a known supplier; left out where it "
        "was told none",
    )
    simulated: bool = Field(
        default=False, description="a scripted stand-in answered (the tool's mock provider), so no model was measured"
    )
    dataset: str | None = Field(
        default=None,
        description="location or name of the data set, as recorded; of an absolute path its last two parts, "
        "below a home folder its name alone",
    )
    dataset_sha256: str | None = None
    dataset_samples: int | None = Field(default=None, description="samples that the data set holds, as recorded")
    samples_total: int
    samples_completed: int
    epochs: int | None = Field(default=None, description="how often each sample was asked, where more than once")
    chosen: Literal["named", "first", "random", "fewer"] | None = Field(
        default=None,
        description="how a run was limited to a part of its data set: to samples that somebody named, to a first "
        "part or a range, to a random part by a recorded seed, or in a way that is not recorded",
    )
    started_at: datetime | None = None
    completed_at: datetime | None = None
    commit: str | None = Field(default=None, description="revision of the evaluation code, as recorded")
    origin: str | None = Field(default=None, description="repository of that revision, as recorded, without user-info")
    commit_found: Literal["reached", "elsewhere", "unknown", "unshown"] | None = Field(
        default=None,
        description="whether the revision is a commit that the assessed one reaches, one of its repository alone, "
        "none of it, or cannot be told (cut history, too few digits); left out where no repository is configured",
    )
    commit_id: str | None = Field(default=None, description="full id of the revision, where it is reached")
    commit_at: datetime | None = Field(default=None, description="when that commit can have been made")
    dataset_then: Literal["held", "absent", "unshown"] | None = Field(
        default=None,
        description="whether the revision holds the data file that the assessed commit holds in that place, or this "
        "cannot be read; left out where the revision is not reached or the assessed commit holds no such file",
    )
    dataset_then_sha256: str | None = Field(default=None, description="SHA-256 of the data file at the revision")
    dataset_then_records: int | None = Field(
        default=None, description="records of the data file at the revision, where it has one on each line"
    )
    changed_since: tuple[str, ...] | None = Field(
        default=None,
        description="prompts and gateway configuration that the assessed commit does not hold as the revision did, the "
        "first 100 by path; left out where the revision is not reached or the two cannot be compared",
    )
    dirty: bool | None = None
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="settings of the run, as recorded; prompts and other texts are left out, each marked by its length "
        "and a code that only a holder of the log can make again",
    )
    metrics: tuple[Metric, ...] = ()

    @property
    def ends_before_it_starts(self) -> bool:
        """Whether its two times cannot both be right; one without a zone is taken as UTC."""
        if self.started_at is None or self.completed_at is None:
            return False
        start, end = (
            time.replace(tzinfo=UTC) if time.tzinfo is None else time for time in (self.started_at, self.completed_at)
        )
        return end < start


def data_path(location: str, paths: Iterable[str]) -> list[str]:
    """The files of a tree that a run's data set may be, best last: one, none, or several where it names no single one.

    Args:
        location: As the run records it; of an absolute path its last two parts, so that it may name one file deeper
            in the tree, and only one.
        paths: Of the tree's files.
    """
    listed = list(paths)
    # The longest path that fits: `evals/a.jsonl` is not the `a.jsonl` of the root.
    fitting = sorted((path for path in listed if location == path or location.endswith("/" + path)), key=len)
    deeper = [path for path in listed if "/" in location and path.endswith("/" + location)]
    if len(deeper) > 1 or (deeper and location in fitting):
        return sorted({*deeper, *fitting})
    return deeper or fitting[-1:]
