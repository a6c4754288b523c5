"""What GitLab is asked for, by artefact; only what the source is declared to provide."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from tieout.collectors.forge.asking import Asking, is_before
from tieout.collectors.forge.pushes import line_of
from tieout.collectors.forge.values import instant, text, whole
from tieout.kernel.clock import rfc3339

_NEEDING_PROJECT: Final = ("branch_protection", "change_reviews", "ci_runs")


def ask(asking: Asking, repository: str, branch: str | None, wants: Callable[[str], bool]) -> str | None:
    """Ask all that is wanted of a project.

    Args:
        asking: The source.
        repository: Path of the project.
        branch: The branch that counts; None means the default one, which is asked for.
        wants: Whether an artefact is declared.

    Returns:
        The branch.
    """
    root = f"/projects/{quote(repository, safe='')}"
    wanted = [type_ for type_ in _NEEDING_PROJECT if wants(type_)]
    if wanted and (branch is None or wants("branch_protection")):
        project = asking.one(root, wanted)
        if project is not None and project.refused:
            asking.refused(project, wanted)
        told = next((text(row.data, "default_branch") for row in project.rows), None) if project is not None else None
        branch = branch or told
    for type_, question in _QUESTIONS.items():
        if wants(type_) and (branch is not None or type_ not in _NEEDING_PROJECT):
            question(asking, root, branch or "")
    return branch


def _protection(asking: Asking, root: str, _: str) -> None:
    types = ("branch_protection",)
    asking.listed(f"{root}/protected_branches", types, {})
    asking.listed(f"{root}/approval_rules", types, {})
    asking.one(f"{root}/approvals", types)


def _reviews(asking: Asking, root: str, branch: str) -> None:
    types = ("change_reviews",)
    # First the commits: a request that brought one of them is then in the list of requests.
    asked = {"ref_name": branch, "first_parent": "true", "since": rfc3339(asking.start)}
    commits = asking.listed(f"{root}/repository/commits", types, asked)
    query = {
        "state": "merged",
        "target_branch": branch,
        "updated_after": rfc3339(asking.start),
        "order_by": "updated_at",
        "sort": "desc",
    }
    pages = asking.listed(f"{root}/merge_requests", types, query)
    merged = [
        (moment, number)
        for page in pages
        for row in page.rows
        if (moment := instant(row.data, "merged_at")) is not None
        and moment >= asking.start
        and (number := whole(row.data, "iid")) is not None
    ]
    for _, number in sorted(set(merged), reverse=True)[: asking.limits.changes]:
        asking.one(f"{root}/merge_requests/{number}/approvals", types)
    line = line_of(commits, pages, (), branch=branch, start=asking.start, end=asking.end)
    for commit in line.of("nobody", "unknown")[: asking.limits.commits]:
        asking.listed(f"{root}/repository/commits/{commit.sha}/merge_requests", types, {})


def _runs(asking: Asking, root: str, _: str) -> None:
    # Jobs are listed newest first, and by keyset: counting pages of a long list costs the server too much.
    asking.listed(
        f"{root}/jobs",
        ("ci_runs",),
        {"pagination": "keyset", "order_by": "id", "sort": "desc"},
        enough=lambda page: is_before(page, "created_at", asking.start),
    )


def _environments(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/protected_environments", ("deployment_environments",), {})
    asking.listed(f"{root}/environments", ("deployment_environments",), {})


def _alerts(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/vulnerabilities", ("security_alerts",), {})


def _releases(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/releases", ("forge_releases",), {})


def _access(asking: Asking, root: str, _: str) -> None:
    asking.listed(f"{root}/members/all", ("rbac_export",), {})


_QUESTIONS: Final[Mapping[str, Callable[[Asking, str, str], None]]] = {
    "branch_protection": _protection,
    "change_reviews": _reviews,
    "ci_runs": _runs,
    "deployment_environments": _environments,
    "forge_releases": _releases,
    "rbac_export": _access,
    "security_alerts": _alerts,
}
