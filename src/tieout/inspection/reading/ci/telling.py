"""How topics tell what continuous integration runs: places in the order that decides, events and names as words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.ci.hooks import Hosted, hooks
from tieout.inspection.reading.ci.tools import Use, hook_rules, hook_spot
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.model import Ci, Run, Spot, Trigger

_EVENTS = {
    "pull_request": "pull requests",
    "pull_request_target": "pull requests",
    "merge_request": "merge requests",
    "merge_group": "the merge queue",
    "push": "pushes",
    "tag": "tags",
    "schedule": "a schedule",
    "release": "releases",
    "workflow_dispatch": "a manual start",
    "repository_dispatch": "a call from outside",
    "issue_comment": "a comment",
    "workflow_run": "the end of another workflow",
    "delete": "deleted branches",
    "branch_protection_rule": "changes of branch rules",
}
_MOST_CALLERS = 4
_MOST_NAMED = 4
#: Lines of a filter that are shown, the key's own among them.
_MOST_FILTERS = 4
_EVERY = frozenset({"*", "**"})


def use_places(repository: Repository, use: Use, *, counts: bool = True) -> Iterator[InspectedPlace]:
    """Where a tool is run, from where that is called, what starts it, and why its findings may not count."""
    what = f"runs {use.tool}" if counts else f"runs {use.tool}; does not count"
    yield from run_places(repository, use.run, what, counts=counts)
    if use.why_not is not None and use.why_not.spot != use.run.spot:
        yield repository.place(use.why_not.spot.path, use.why_not.spot.line, use.why_not.reason, counts=counts)


def run_places(repository: Repository, run: Run, shows: str, *, counts: bool = True) -> Iterator[InspectedPlace]:
    """Where something runs, from where that is called, and what starts it."""
    if run.what == "hook" and run.inputs.get("repo_line") and run.words[0] not in {"local", "meta"}:
        spot_line = int(run.inputs["repo_line"])
        yield repository.place(run.spot.path, spot_line, f"{shows} (the repository of the hook)", counts=counts)
    yield repository.place(run.spot.path, run.spot.line, shows, counts=counts)
    for spot in run.via[:_MOST_CALLERS]:
        yield repository.place(spot.path, spot.line, "calls it", counts=counts)
    for trigger in told_triggers(run):
        yield from trigger_places(repository, trigger, counts=counts)


def trigger_places(repository: Repository, trigger: Trigger, *, counts: bool = True) -> Iterator[InspectedPlace]:
    """Where an event is named, and where it is said that only certain paths or tags count."""
    words = event_words(trigger)
    yield starting_place(repository, trigger, counts=counts)
    for spots, what in ((trigger.path_spots, "paths"), (trigger.tag_spots, "tags")):
        for spot in [one for one in spots if one != trigger.spot][:_MOST_FILTERS]:
            yield repository.place(spot.path, spot.line, f"only for these {what}: {words}", counts=counts)


def starting_place(repository: Repository, trigger: Trigger, *, counts: bool = True) -> InspectedPlace:
    """Where an event is named."""
    return repository.place(trigger.spot.path, trigger.spot.line, f"starts it: {event_words(trigger)}", counts=counts)


def told_triggers(run: Run) -> tuple[Trigger, ...]:
    """The events that start something: those of proposals first, then those that need nobody."""
    triggers = dict.fromkeys(reach.trigger for reach in run.reaches)
    return tuple(sorted(triggers, key=lambda trigger: (not trigger.proposed, not trigger.by_itself)))


def event_words(trigger: Trigger) -> str:
    """An event in words: "pull requests to main"."""
    words = _EVENTS.get(trigger.event, f"the event {trigger.event}")
    names = [name for name in trigger.branches if not name.startswith("!") and name not in _EVERY]
    if trigger.tags and trigger.event == "push" and not trigger.branches:
        return f"pushes of tags {joined(trigger.tags)}"
    if names and trigger.event in {"push", "pull_request", "pull_request_target", "workflow_run"}:
        tags = f" or of tags {joined(trigger.tags)}" if trigger.tags and trigger.event == "push" else ""
        return f"{words} {'on' if trigger.event == 'workflow_run' else 'to'} {joined(names)}{tags}"
    return words


def started_by(runs: Iterable[Run]) -> str:
    """What starts some runs, in words, each once."""
    triggers = {trigger for run in runs for trigger in told_triggers(run)}
    by_event: dict[str, list[Trigger]] = {}
    for trigger in sorted(triggers, key=lambda trigger: (not trigger.proposed, not trigger.by_itself, trigger.event)):
        by_event.setdefault(_EVENTS.get(trigger.event, trigger.event), []).append(trigger)
    return joined([_together(same) for same in by_event.values()]) or "nothing"


def _together(same: Sequence[Trigger]) -> str:
    """One event in words, with the branches of all triggers unless one of them takes every branch."""
    if any(not trigger.branches and not trigger.tags for trigger in same):
        return event_words(replace(same[0], branches=(), tags=()))
    branches = tuple(sorted({name for trigger in same for name in trigger.branches}))
    tags = tuple(sorted({name for trigger in same for name in trigger.tags}))
    return event_words(replace(same[0], branches=branches, tags=tags))


def joined(names: Sequence[str]) -> str:
    """Names as a list in words; more than a few are counted."""
    told = list(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        told.append(f"{len(names) - _MOST_NAMED} more")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""


def tools_in(uses: Iterable[Use]) -> tuple[str, ...]:
    """Names of tools, sorted, each once."""
    return tuple(sorted({use.tool for use in uses}, key=str.lower))


def distinct(uses: Iterable[Use]) -> list[Use]:
    """Each tool once per line that runs it, with all ways that lead there; one by which it can fail decides."""
    found: dict[tuple[str, str, Spot], list[Use]] = {}
    for use in uses:
        found.setdefault((use.tool, use.kind, use.run.spot), []).append(use)
    return [_merged(same) for same in found.values()]


def _merged(same: Sequence[Use]) -> Use:
    best = max(same, key=_worth)
    alike = [best, *(use for use in same if use is not best and use.gates == best.gates)]
    reaches = tuple(dict.fromkeys(reach for use in alike for reach in use.run.reaches))
    via = tuple(dict.fromkeys(spot for use in alike for spot in use.run.via))
    return replace(best, run=replace(best.run, reaches=reaches, via=via))


def _worth(use: Use) -> tuple[bool, bool, bool]:
    return (use.run.on_proposals, use.run.by_itself, use.gates)


def local_hooks(
    repository: Repository, kinds: Sequence[str], *, by: Hosted | None = None
) -> Iterator[tuple[str, str, InspectedPlace]]:
    """Hooks of pre-commit of some kinds, whether continuous integration runs them or not: tool, kind and place.

    Args:
        repository: The commit.
        kinds: What they check.
        by: Settings for a hosted service; then only the hooks that it would run.
    """
    what = "a local hook" if by is None else "a hook that a hosted service may run"
    for hook in hooks(repository):
        if by is not None and not by.runs(hook):
            continue
        for rule in hook_rules(hook):
            if rule.kind in kinds:
                spot = hook.spot if by is not None else hook_spot(hook, rule.tool)
                yield rule.tool, rule.kind, repository.place(spot.path, spot.line, f"{what}: {rule.tool}")


def without_ci(found: Ci) -> str:
    """Why nothing can be said about what runs: there is no configuration, or one that is not followed."""
    if found.workflows:
        return ""
    if found.others:
        products = joined(sorted({product for _, product in found.others}))
        return f"The continuous integration is that of {products}, which is not followed."
    return ""
