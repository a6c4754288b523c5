"""What GitHub is asked for, by artefact; only what the source is declared to provide."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from tieout.collectors.forge.asking import Asking, is_before
from tieout.collectors.forge.pushes import line_of
from tieout.collectors.forge.values import instant, text, whole
from tieout.kernel.clock import rfc3339

_NEEDING_BRANCH: Final = ("branch_protection", "change_reviews", "ci_runs")


def ask(asking: Asking, repository: str, branch: str | None, wants: Callable[[str], bool]) -> str | None:
    """Ask all that is wanted of a repository.

    Args:
        asking: The source.
        repository: OWNER/NAME.
        branch: The branch that counts; None means the default one, which is asked for.
        wants: Whether an artefact is declared.

    Returns:
        The branch.
    """
    root = f"/repos/{quote(repository)}"
    wanted = [type_ for type_ in _NEEDING_BRANCH if wants(type_)]
    if branch is None and wanted:
        answer = asking.one(root, wanted)
        branch = next((text(row.data, "default_branch") for row in answer.rows), None) if answer is not None else None
        if answer is not None and answer.refused:
            asking.refused(answer, wanted)
    for type_, question in _QUESTIONS.items():
        if wants(type_) and (branch is not None or type_ not in _NEEDING_BRANCH):
            question(asking, root, branch or "")
    return branch


def _protection(asking: Asking, root: str, branch: str) -> None:
    types = ("branch_protection",)
    asking.one(f"{root}/branches/{quote(branch, safe='')}/protection", types)
    for page in asking.listed(f"{root}/rulesets", types, {"includes_parents": "true"}):
        for row in page.rows:
            number = whole(row.data, "id")
            if number is not None and text(row.data, "target") in {None, "branch"}:
                asking.one(f"{root}/rulesets/{number}", types, {"includes_parents": "true"})


def _reviews(asking: Asking, root: str, branch: str) -> None:
    types = ("change_reviews",)
    # First the commits: a request that brought one of them is then in the list of requests.
    commits = asking.listed(f"{root}/commits", types, {"sha": branch, "since": rfc3339(asking.start)})
    query = {"state": "closed", "base": branch, "sort": "updated", "direction": "desc"}
    pages = asking.listed(
        f"{root}/pulls", types, query, enough=lambda page: is_before(page, "updated_at", asking.start)
    )
    merged = [
        (moment, number)
        for page in pages
        for row in page.rows
        if (moment := instant(row.data, "merged_at")) is not None
        and moment >= asking.start
        and (number := whole(row.data, "number")) is not None
    ]
    for _, number in sorted(set(merged), reverse=True)[: asking.limits.changes]:
        asking.listed(f"{root}/pulls/{number}/reviews", types, {})
    line = line_of(commits, pages, (), branch=branch, start=asking.start, end=asking.end)
    for commit in line.of("nobody", "unknown")[: asking.limits.commits]:
        asking.listed(f"{root}/commits/{commit.sha}/pulls", types, {})


def _runs(asking: Asking, root: str, branch: str) -> None:
    types = ("ci_runs",)
    # Newest first. The description of `created` takes one time and no range, so the list is cut by reading it.
    pages = asking.listed(
        f"{root}/actions/runs",
        types,
        {"branch": branch},
        enough=lambda page: is_before(page, "created_at", asking.start),
    )
    started = [
        (moment, number)
        for page in pages
        for row in page.rows
        if (moment := instant(row.data, "run_started_at") or instant(row.data, "created_at")) is not None
        and moment >= asking.start
        and (number := whole(row.data, "id")) is not None
    ]
    for _, number in sorted(set(started), reverse=True)[: asking.limits.runs]:
        # Of all attempts: that a job went green only when it was run again is not told by the latest alone.
        asking.listed(f"{root}/actions/runs/{number}/jobs", types, {"filter": "all"})


def _environments(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/environments", ("deployment_environments",), {})


def _alerts(asking: Asking, root: str, _: str) -> None:
    types = ("security_alerts",)
    asking.listed(f"{root}/dependabot/alerts", types, {})
    asking.listed(f"{root}/code-scanning/alerts", types, {})
    asking.listed(f"{root}/secret-scanning/alerts", types, {"hide_secret": "true"})


def _releases(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/releases", ("forge_releases",), {})


def _access(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/collaborators", ("rbac_export",), {"affiliation": "all"})
    asking.listed(f"{root}/teams", ("rbac_export",), {})


_QUESTIONS: Final[Mapping[str, Callable[[Asking, str, str], None]]] = {
    "branch_protection": _protection,
    "change_reviews": _reviews,
    "ci_runs": _runs,
    "deployment_environments": _environments,
    "forge_releases": _releases,
    "rbac_export": _access,
    "security_alerts": _alerts,
}
