"""Artefacts of how a system is built, run and watched, as configured: pipelines of CI, containers, telemetry."""

from typing import Literal

from pydantic import Field

from tieout.domain.base import Model


class CiStep(Model):
    """One step of a job: an action that it uses, or commands that it runs."""

    name: str | None = None
    uses: str | None = Field(default=None, description="action or image that it uses, without its version")
    pinned: bool | None = Field(
        default=None,
        description="whether that is named by a commit or digest, which nobody can move; null: uses none, or one of "
        "the same repository",
    )
    commands: tuple[str, ...] = Field(default=(), description="programs that it calls, first words only")
    ignored: tuple[str, ...] = Field(default=(), description="those of them whose failure does not fail the step")
    conditional: bool = Field(default=False, description="whether a condition may skip it")
    may_fail: bool | None = Field(
        default=False, description="whether the job goes on and passes when it fails; null: decided when it runs"
    )


class CiJob(Model):
    """One job of a pipeline that something may start."""

    id: str = Field(description="its key; of a job in a workflow that is called `CALLER / JOB`")
    name: str | None = None
    check: str | None = Field(
        default=None,
        description="name under which the forge reports it, as required checks name it; null: a matrix makes several, "
        "or what stands elsewhere decides",
    )
    matrix_checks: tuple[str, ...] = Field(
        default=(), description="the names of those that a matrix makes of it; empty: no matrix, or it is worked out"
    )
    events: tuple[str, ...] = Field(default=(), description="events that may start it, as the triggers call them")
    conditional: bool = Field(
        default=False, description="whether a condition, or a filter of the changed files, may skip it"
    )
    condition: str | None = Field(default=None, description="that condition, as written")
    may_fail: bool | None = Field(
        default=False, description="whether the pipeline passes when it fails; null: decided when it runs"
    )
    needs: tuple[str, ...] = Field(
        default=(), description="jobs that it waits for, by their ids; those of earlier stages where it names none"
    )
    environment: str | None = Field(
        default=None, description="deployment environment that it asks for, as written; `${{` or `$`: decided later"
    )
    manual: bool | None = Field(default=False, description="whether a person starts it; null: a condition decides")
    writes: bool | None = Field(
        default=None, description="whether its token may write to the repository; null: not told in the file"
    )
    write_scopes: tuple[str, ...] = Field(
        default=(), description="what its token may write, as the forge calls it; `write-all`: everything"
    )
    image: str | None = Field(default=None, description="image that it runs in, without its version")
    image_pinned: bool | None = Field(
        default=None, description="whether that image is named by its digest; null: none, or a variable"
    )
    uses: str | None = Field(
        default=None, description="pipeline of another place that it runs, without its version; its jobs are not read"
    )
    pinned: bool | None = Field(default=None, description="whether that is named by a commit; null: none")
    reports: tuple[str, ...] = Field(default=(), description="kinds of reports that it hands to the forge")
    steps: tuple[CiStep, ...] = ()


class CiTrigger(Model):
    """What starts a pipeline."""

    event: str = Field(
        description="pull_request, push, schedule, … as the forge calls it; of GitLab merge_request, push, tag, "
        "schedule, web"
    )
    branches: tuple[str, ...] = Field(
        default=(), description="limited to these, `!` before those that are left out; empty: any"
    )
    paths: tuple[str, ...] = Field(
        default=(), description="limited to changes of these, `!` before those that are left out; empty: any"
    )
    tags: tuple[str, ...] = Field(default=(), description="the same of tags")
    types: tuple[str, ...] = Field(default=(), description="limited to these kinds of the event; empty: the usual")
    schedules: tuple[str, ...] = Field(default=(), description="times of a schedule, as in crontab")


class CiInclude(Model):
    """A pipeline of another place that is taken in; its jobs are not read."""

    name: str = Field(description="as written, without its version")
    pinned: bool | None = Field(default=None, description="whether it is named by a commit; null: it names none")


class CiConfig(Model):
    """One pipeline of continuous integration, as configured; whether it ran, ci_runs tells."""

    product: str
    name: str | None = None
    triggers: tuple[CiTrigger, ...] = ()
    includes: tuple[CiInclude, ...] = ()
    jobs: tuple[CiJob, ...]


class ContainerImage(Model):
    """One image that is built or run."""

    name: str = Field(description="stage, service or container, as the file names it")
    runs: bool = Field(default=True, description="false: a stage or image that only helps to build another")
    image: str | None = Field(default=None, description="image that it is or builds on, as written")
    pinned: bool | None = Field(
        default=None, description="whether that image is named by its digest; null: a variable, or none"
    )
    user: str | None = Field(default=None, description="user that it runs as, as written")
    root: bool | None = Field(
        default=None, description="whether that is root; null: a variable decides, or an image that is not known here"
    )
    privileged: bool | None = Field(default=None, description="whether it may do all that its host may")
    read_only: bool | None = Field(default=None, description="whether its file system cannot be written")
    limited: bool | None = Field(default=None, description="whether memory or processor time is limited")
    checked: bool | None = Field(default=None, description="whether its health is asked for")


class ContainerConfig(Model):
    """Containers as one file builds or runs them."""

    product: str
    images: tuple[ContainerImage, ...]


class TelemetryPipeline(Model):
    """One way that telemetry takes."""

    name: str
    signal: Literal["logs", "metrics", "traces", "profiles"]
    receivers: tuple[str, ...]
    processors: tuple[str, ...] = ()
    exporters: tuple[str, ...]
    external: bool | None = Field(
        default=None, description="whether an exporter sends it outside; null: an address is not told"
    )
    encrypted: bool | None = Field(
        default=None,
        description="whether all that it sends goes under TLS with the certificate checked; false: some goes without; "
        "null: not told, or it sends nothing",
    )
    kept: bool | None = Field(
        default=None, description="whether an exporter hands it on or writes it down; false: it is shown or dropped"
    )
    redacts: bool | None = Field(default=None, description="whether a processor removes or masks attributes")
    redacted: tuple[str, ...] = Field(
        default=(), description="what it removes or masks, by name; `*`: whatever a pattern or a list of others tells"
    )
    thinned: bool | None = Field(
        default=None, description="whether a processor leaves records out, by chance or by a condition; null: not told"
    )
    sampled_share: float | None = Field(
        default=None, description="share that is kept, where a processor samples by chance; null: all, or not told"
    )


class TelemetryConfig(Model):
    """Where telemetry comes from, what is done to it and where it goes."""

    product: str
    pipelines: tuple[TelemetryPipeline, ...]
