"""Ways by which a change can be merged without a person: workflows, merge bots and update bots that may merge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.inspection.reading.ci import ci
from tieout.inspection.repository import Repository, line_of
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.pipelines.model import Run, Spot

_ACTIONS: Final = frozenset({
    "pascalgn/automerge-action", "peter-evans/enable-pull-request-automerge",
    "fastify/github-action-merge-dependabot",
    "ahmadnassri/action-dependabot-auto-merge", "alexwilson/enable-github-automerge-action", "reitermarkus/automerge",
    "koj-co/dependabot-pr-action", "devmasx/merge-branch", "robotology/gh-action-nightly-merge",
    "nick-invision/merge-dependabot", "akheron/dependabot-cron-action", "juliangruber/merge-pull-request-action",
})  # fmt: skip
_APPROVALS: Final = frozenset({"hmarr/auto-approve-action", "juliangruber/approve-pull-request-action"})
#: Actions that commit what a workflow made, and push it to the branch that the workflow runs on.
_COMMITTERS: Final = frozenset(
    {"stefanzweifel/git-auto-commit-action", "ad-m/github-push-action", "endbug/add-and-commit"}
)
_MERGED_BY: Final = (("gh", "pr", "merge"), ("glab", "mr", "merge"), ("hub", "merge"))
_APPROVED_BY: Final = (("gh", "pr", "review"), ("glab", "mr", "approve"))
_MAIN = re.compile(r"(?:^|[:/])(?:main|master|trunk|develop)$")
_MAIN_BRANCHES: Final = frozenset({"main", "master", "trunk"})
_RENOVATE = re.compile(r"^(?:\.github/|\.gitlab/)?(?:renovate\.json5?|\.renovaterc(?:\.json5?)?)$")
_MERGIFY = re.compile(r"^(?:\.github/|\.mergify/)?\.?(?:mergify|config)\.ya?ml$")
_KODIAK = re.compile(r"^(?:\.github/)?\.?kodiak\.toml$")
_BOT_MERGE = re.compile(r"^\.github/auto-?merge\.ya?ml$")
_ON = compile_bytes(r"(?m)^[ \t]*[\"']?automerge[\"']?[ \t]*[:=][ \t]*(?:true|\[)|^\[merge\]")


@dataclass(frozen=True, slots=True)
class Way:
    """One way by which a change can be merged without a person.

    Attributes:
        told: What it is, as the end of a sentence.
        shows: What stands at its first place.
        spot: Where it stands.
        bound: Conditions on the way to it, the nearest first.
        callers: From where it is called.
        condition: The condition that it is bound to, as written; "" for none.
        kind: "merge", "approve" or "push".
        reached: Whether an event gets there.
    """

    told: str
    shows: str
    spot: Spot
    bound: tuple[Spot, ...] = ()
    callers: tuple[Spot, ...] = ()
    condition: str = ""
    kind: str = "merge"
    reached: bool = True


def ways(repository: Repository) -> list[Way]:
    """Every such way, workflows first; what no event reaches is told, too."""
    found = [way for run in ci(repository).runs if (way := _of_run(run)) is not None]
    return list(dict.fromkeys([*found, *_of_bots(repository)]))


def _of_run(run: Run) -> Way | None:
    told = _action(run) if run.what == "action" else _command(run) if run.what == "command" else None
    if told is None:
        return None
    kind, shows = told
    bound = [condition.spot for condition in reversed(run.conditions)]
    return Way(
        f"the workflow {run.workflow.name} {_VERBS[kind]}",
        shows,
        run.spot,
        tuple(dict.fromkeys(bound)),
        tuple(spot for spot in dict.fromkeys(run.via) if spot not in bound),
        run.conditions[-1].text if run.conditions else "",
        kind,
        bool(run.reaches),
    )


_VERBS: Final = {
    "merge": "merges changes by itself",
    "approve": "approves changes",
    "push": "pushes to the branch itself",
}


def _action(run: Run) -> tuple[str, str] | None:
    name = run.words[0].partition("@")[0].lower() if run.words else ""
    if name in _ACTIONS:
        return "merge", "an action that merges"
    if name in _APPROVALS:
        return "approve", "an action that approves"
    if name in _COMMITTERS and _on_main(run):
        return "push", "an action that pushes what the workflow made"
    return None


def _command(run: Run) -> tuple[str, str] | None:
    words = run.words
    if any(words[: len(start)] == start for start in _MERGED_BY) and "--disable-auto" not in words:
        return "merge", "the command that merges"
    if any(words[: len(start)] == start for start in _APPROVED_BY) and {"--approve", "-a", "approve"} & set(words):
        return "approve", "the command that approves"
    if words[:2] == ("git", "push") and any(_MAIN.search(word) for word in words[2:]):
        return "push", "the command that pushes to the branch"
    return None


def _on_main(run: Run) -> bool:
    """Whether the workflow runs on the branch that others start from, where its events say so."""
    return any(
        reach.trigger.event == "schedule"
        or (reach.trigger.event == "push" and not _MAIN_BRANCHES.isdisjoint(reach.trigger.branches))
        for reach in run.reaches
    )


def _of_bots(repository: Repository) -> Iterator[Way]:
    for pattern, bot in ((_KODIAK, "Kodiak"), (_BOT_MERGE, "the Dependabot merge action"), (_RENOVATE, "Renovate")):
        for text in repository.texts(file for file in repository.matching(pattern) if file.is_own):
            hit = text.first(_ON)
            if hit is not None or bot.startswith("the "):
                line = hit.line if hit is not None else 1
                yield Way(f"{bot} merges changes by itself", "merging is on", Spot(text.path, line))
    for file in repository.matching(_MERGIFY):
        document = repository.document(file.path) if file.is_own else None
        if document is not None and isinstance(document.data, dict):
            yield from _of_mergify(file.path, document, document.data)


def _of_mergify(path: str, document: Document, data: dict[str, Any]) -> Iterator[Way]:
    """Rules of Mergify that merge or queue a change, without a condition that somebody has approved it."""
    rules = data.get("pull_request_rules")
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        actions = rule.get("actions") if isinstance(rule, dict) else None
        if not isinstance(actions, dict) or not {"merge", "queue"} & actions.keys():
            continue
        if "approved-reviews-by" in str(rule.get("conditions")):
            continue
        line = line_of(document, "pull_request_rules", index)
        shows = "a rule that merges, without a condition of approval"
        yield Way("Mergify merges changes by itself", shows, Spot(path, line))
