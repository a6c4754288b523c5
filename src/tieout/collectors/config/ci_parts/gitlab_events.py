"""Which pipelines of GitLab a job is added to, how it starts there, and whether it may fail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tieout.syntax.pipelines.gitlab import Pipeline
from tieout.syntax.pipelines.gitlab_rules import EVENTS, Known, Outcome, outcomes
from tieout.syntax.pipelines.model import Spot
from tieout.syntax.pipelines.nodes import Node

_NEVER: Final = "never"
_MANUAL: Final = "manual"
#: Words of `only` and `except` and the events that they mean; any other is a branch, a tag or a pattern of them.
_REFS: Final[Mapping[str, frozenset[str]]] = {
    "api": frozenset(), "branches": frozenset({"push", "schedule", "web"}), "chat": frozenset(),
    "external": frozenset(), "external_pull_requests": frozenset(), "merge_requests": frozenset({"merge_request"}),
    "pipelines": frozenset(), "pushes": frozenset({"push", "tag"}), "schedules": frozenset({"schedule"}),
    "tags": frozenset({"tag"}), "triggers": frozenset(), "web": frozenset({"web"}),
}  # fmt: skip
#: What a job without rules and without `only` is added to: pipelines of branches and tags.
_USUAL: Final = _REFS["branches"] | _REFS["tags"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A way in which a job gets into the pipeline of an event.

    Attributes:
        event: Its name.
        outcome: What the rules decide.
        certain: Nothing else may be decided for the event.
    """

    event: str
    outcome: Outcome
    certain: bool


class Events:
    """The events of a pipeline.

    Args:
        pipeline: As its files make it.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._workflow = pipeline.common("workflow")

    @cached_property
    def ruled(self) -> bool:
        """Whether the pipeline itself has rules."""
        return bool(self._pipeline.rules(self._workflow))

    def of(self, node: Node) -> list[Reached]:
        """Every way in which a job gets into a pipeline; none for a job that is never run."""
        found = []
        for event, contexts in EVENTS.items():
            ways = [way for known in contexts for way in self._ways(node, event, known)]
            sure = all(certain and outcome.when != _NEVER for outcome, certain in ways)
            found += [Reached(event, outcome, sure) for outcome, _ in ways if outcome.when != _NEVER]
        return found

    def _ways(self, node: Node, event: str, known: Mapping[str, Known]) -> Iterator[tuple[Outcome, bool]]:
        runs = self.runs(known)
        if runs is False:
            return
        for outcome in self._outcomes(node, event, known):
            yield outcome, outcome.certain and runs is True

    def runs(self, known: Mapping[str, Known]) -> bool | None:
        """Whether the pipeline's own rules let one be made; None where that is not told."""
        if not self.ruled:
            return True
        found = outcomes(self._pipeline.rules(self._workflow), known, usual="always", spot=self._workflow.spot)
        truths = {outcome.when != _NEVER for outcome in found}
        return truths.pop() if len(truths) == 1 else None

    def _outcomes(self, node: Node, event: str, known: Mapping[str, Known]) -> list[Outcome]:
        pipeline = self._pipeline
        when = pipeline.value(node, "when")
        if pipeline.value(node, "rules"):
            return outcomes(pipeline.rules(node), known, usual=when.text() or "on_success", spot=node.spot)
        own = Outcome(when.text() or "on_success", None, certain=True, spot=when.spot if when else node.spot)
        never = Outcome(_NEVER, None, certain=True, spot=node.spot)
        only, but = pipeline.value(node, "only"), pipeline.value(node, "except")
        if not only and not but:
            return [own if self.ruled or event in _USUAL else never]
        added = _named(only, event) if only else event in _USUAL
        left_out = _named(but, event) if but else False
        if added is False or left_out is True:
            return [never]
        certain = added is True and left_out is False
        return [Outcome(own.when, own.allow, certain, own.spot)]


def _named(given: Node, event: str) -> bool | None:
    """Whether `only` or `except` names an event; None where a branch, a variable or a change of files decides."""
    is_map = isinstance(given.data, dict)
    refs = (given.get("refs") if is_map else given).texts()
    truths = [event in _REFS[ref] if ref in _REFS else (None if event in _USUAL else False) for ref in refs]
    if is_map and not refs:
        truths = [event in _USUAL]
    found = True if True in truths else (None if None in truths else False)
    more = is_map and any(given.has(key) for key in ("variables", "changes", "kubernetes"))
    return None if found and more else found


def is_manual(reached: list[Reached]) -> bool | None:
    """Whether a person starts a job; None where a condition decides."""
    ways = {one.outcome.when == _MANUAL for one in reached}
    return ways.pop() if len(ways) == 1 else None


def manual_at(reached: list[Reached]) -> Spot | None:
    """Where it is said that a person starts a job."""
    return next((one.outcome.spot for one in reached if one.outcome.when == _MANUAL), None)


def allowed(pipeline: Pipeline, node: Node, reached: list[Reached]) -> tuple[bool | None, Spot | None]:
    """Whether the pipeline passes when a job fails, and where that is said; None where something decides that."""
    given = pipeline.value(node, "allow_failure")
    own = given.data if isinstance(given.data, bool) else None
    if given and own is None:
        return None, given.spot  # some exit codes only
    # What somebody has to start stops nothing, unless a rule makes it so or the job says otherwise.
    usual = own if own is not None else not pipeline.value(node, "rules")
    truths = set()
    for one in reached:
        said = one.outcome.allow
        default = usual if one.outcome.when == _MANUAL or own is not None else False
        truths.add(default if said is None else said)
    where = given.spot if given else next((one.outcome.spot for one in reached if one.outcome.allow), None)
    return (truths.pop() if len(truths) == 1 else None), where or manual_at(reached)
