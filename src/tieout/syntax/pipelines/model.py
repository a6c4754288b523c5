"""What continuous integration is made of: workflows with triggers, jobs and steps, and each thing that they run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: Events by which a change is tried before it is merged.
PROPOSED: Final = frozenset({"pull_request", "pull_request_target", "merge_group", "merge_request"})
#: Kinds of change of a proposal on which checks start by themselves; a label or a closing is none.
_PROPOSED_TYPES: Final = frozenset({"opened", "synchronize", "reopened", "ready_for_review", "checks_requested"})
#: Events that need nobody to start them.
_BY_ITSELF: Final = PROPOSED | {"push", "schedule", "release", "create", "workflow_run", "tag"}


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A line of a file.

    Attributes:
        path: In the tree.
        line: 1-based; None where it is not known.
    """

    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """An `if:` or a rule: its text, and where it stands."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Soft:
    """Why a failure does not fail the job.

    Attributes:
        reason: In a few words, to be put after "its failure is ignored:".
        spot: Where that is said.
        certain: False where it depends on an expression.
    """

    reason: str
    spot: Spot
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that starts a workflow.

    Attributes:
        event: GitHub's name of it; for GitLab push, tag, merge_request, schedule, workflow_dispatch or other.
        spot: The line of its key.
        branches: Patterns of branches; those not to run on begin with "!".
        tags: Patterns of tags.
        paths: Patterns of paths; those not to run for begin with "!".
        types: Kinds of the event.
        crons: Times of a schedule.
        workflows: Names of workflows whose end starts this one.
        path_spots: Lines of `paths:` and of what stands under it; those that leave paths out are not among them.
        tag_spots: The same of `tags:`, without the line of the key.
        branch_spots: The same of `branches:`.
        idle: Its own filters let nothing through, so that it starts nothing.
    """

    event: str
    spot: Spot
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    crons: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    path_spots: tuple[Spot, ...] = ()
    tag_spots: tuple[Spot, ...] = ()
    branch_spots: tuple[Spot, ...] = ()
    idle: bool = False

    @property
    def proposed(self) -> bool:
        """Whether it tries every change before it is merged, without anybody's asking."""
        return self.event in PROPOSED and (not self.types or bool(_PROPOSED_TYPES & set(self.types)))

    @property
    def by_itself(self) -> bool:
        """Whether it starts without anybody's asking."""
        return self.event in _BY_ITSELF and (self.event not in PROPOSED or self.proposed)


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the token of a workflow or job may do.

    Attributes:
        spot: The line of the key.
        everything: "read-all" or "write-all"; "" where scopes are listed.
        scopes: Scope to "read", "write" or "none".
        lines: Line of each scope.
    """

    spot: Spot
    everything: str
    scopes: Mapping[str, str]
    lines: Mapping[str, int | None]

    @property
    def writes(self) -> tuple[str, ...]:
        """Scopes that may be written, sorted."""
        return tuple(sorted(scope for scope, level in self.scopes.items() if level == "write"))


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment environment that a job names; its name may be an expression."""

    name: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command of a shell text.

    Attributes:
        spot: Its first line.
        words: Program and arguments, unquoted; assignments before them are left out.
        text: The words as one line.
        env: Variables assigned before it.
        folder: Folder it runs in, relative to the root; None where it is not known.
        softs: Why its failure does not fail the shell.
    """

    spot: Spot
    words: tuple[str, ...]
    text: str
    env: Mapping[str, str]
    folder: str | None
    softs: tuple[Soft, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job: an action that is used, or a shell text.

    Attributes:
        spot: Its first line.
        id: By which conditions refer to it; "" where it has none.
        name: As given; "" where none is.
        uses: Reference of an action; "" for a shell text.
        uses_spot: The line of `uses:`, or of `run:`.
        inputs: Values under `with:`.
        input_lines: Line of each of them.
        env: Its own environment, without the job's.
        env_lines: Line of each variable.
        condition: Its `if:`.
        soft: Its `continue-on-error:`.
        run: The shell text; "" for an action.
        commands: Those of the shell text.
    """

    spot: Spot
    id: str
    name: str
    uses: str
    uses_spot: Spot
    inputs: Mapping[str, str]
    input_lines: Mapping[str, int | None]
    env: Mapping[str, str]
    env_lines: Mapping[str, int | None]
    condition: Condition | None
    soft: Soft | None
    run: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a workflow.

    Attributes:
        id: Its key.
        name: As shown; the key where none is given.
        spot: The line of its key.
        needs: Keys of jobs that come first.
        condition: Its `if:`.
        environment: Where it deploys to.
        permissions: Of its token.
        soft: Its `continue-on-error:` or `allow_failure:`.
        steps: In order; none for a job that calls a workflow.
        uses: Reference of the workflow that it calls; "" for a job with steps.
        uses_spot: The line of `uses:`.
        inputs: Values under `with:`, for a called workflow.
        secrets: Those it is given; "inherit" under "*" for all.
        env: Of the job, over that of the workflow.
        image: Container that the steps run in.
        triggers: Of this job alone (GitLab); None where those of the workflow hold.
        manual: Somebody has to start it; the line that says so.
        checks: Names under which the forge reports it; None where the file does not tell them.
        matrix: It is one of a matrix.
        no_cell: Where that matrix comes to no job at all.
    """

    id: str
    name: str
    spot: Spot
    needs: tuple[str, ...] = ()
    condition: Condition | None = None
    environment: Environment | None = None
    permissions: Permissions | None = None
    soft: Soft | None = None
    steps: tuple[Step, ...] = ()
    uses: str = ""
    uses_spot: Spot = Spot("", None)
    inputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    image: str = ""
    triggers: tuple[Trigger, ...] | None = None
    manual: Spot | None = None
    checks: tuple[str, ...] | None = None
    matrix: bool = False
    no_cell: Spot | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow of GitHub Actions, a composite action, or the pipeline of GitLab CI.

    Attributes:
        kind: "github", "action" or "gitlab".
        path: Its file.
        name: As shown; the file's name where none is given.
        triggers: What starts it.
        jobs: In order.
        permissions: Of the token of every job that says nothing else.
        inputs: Inputs of a manual start or a call, with the choices that each offers.
        templates: Names of foreign templates that the pipeline includes, with their lines (GitLab).
        idle_triggers: Events that it names and whose own filters let nothing through; not among `triggers`.
    """

    kind: str
    path: str
    name: str
    triggers: tuple[Trigger, ...]
    jobs: tuple[Job, ...]
    permissions: Permissions | None = None
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    input_spots: Mapping[str, Spot] = field(default_factory=dict)
    templates: tuple[tuple[str, Spot], ...] = ()
    idle_triggers: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """An event that gets as far as something that runs.

    Attributes:
        trigger: The event, in the workflow that it starts.
        certain: False where a condition decides that cannot be judged from the file.
    """

    trigger: Trigger
    certain: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Something that continuous integration runs, with the whole way to it.

    Attributes:
        what: "command", "action", "hook" (of pre-commit), "workflow" (another repository's), "template" (GitLab's) or
            "image" (a job's container).
        words: A command without what merely starts it (`poetry run`, `npx`, `sudo`); for others the reference.
        text: The command or reference as it is written.
        spot: Where it stands.
        via: From where it is called, the nearest first, up to the job of the workflow that has the trigger.
        workflow: The workflow or action that it stands in, or is called from.
        job: The job it belongs to.
        step: Its step, or the one that it is called from.
        inputs: Values given to an action; arguments of a hook under "args".
        reaches: Events that get here.
        softs: Why its failure does not fail the job, as far as the surroundings say.
        conditions: Conditions on the way, the outermost first.
        followed: Whether what it calls is listed too.
    """

    what: str
    words: tuple[str, ...]
    text: str
    spot: Spot
    via: tuple[Spot, ...]
    workflow: Workflow
    job: Job
    step: Step | None
    inputs: Mapping[str, str]
    reaches: tuple[Reach, ...]
    softs: tuple[Soft, ...]
    conditions: tuple[Condition, ...]
    followed: bool = False

    @property
    def events(self) -> frozenset[str]:
        """Names of the events that get here."""
        return frozenset(reach.trigger.event for reach in self.reaches)

    @property
    def on_proposals(self) -> bool:
        """Whether every proposed change gets here without anybody's asking."""
        return any(reach.trigger.proposed for reach in self.reaches)

    @property
    def by_itself(self) -> bool:
        """Whether some event gets here that nobody has to start."""
        return any(reach.trigger.by_itself for reach in self.reaches)

    @property
    def ignored(self) -> bool:
        """Whether its failure certainly does not fail the job, as far as the surroundings say."""
        return any(soft.certain for soft in self.softs)


@dataclass(frozen=True, slots=True)
class Ci:
    """The continuous integration of a repository.

    Attributes:
        workflows: Of GitHub Actions and GitLab CI, sorted by path.
        runs: All that they run, in their order.
        others: Files of kinds that are not followed, with the product's name.
    """

    workflows: tuple[Workflow, ...]
    runs: tuple[Run, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def is_absent(self) -> bool:
        """Whether there is no configuration of any kind."""
        return not self.workflows and not self.others
