"""Forms of answers: which endpoint gives what, and by which members an answer that was saved bare is told.

A form is recognised by all of its rows: a list of which one element does not fit is no such list.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from tieout.domain.artefacts.forge import Forge

#: Schema, host and version that may stand before an endpoint: as the documentation of the forges has it.
_BASE: Final = re.compile(r"\A(?:https?://[^/?#]+)?(?:/?api/v[34](?=/))?/?")
#: Parameters that only say which page is meant.
_PAGING: Final = frozenset({"after", "before", "cursor", "id_after", "id_before", "page", "per_page"})
_SLOT: Final = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of answer.

    Attributes:
        name: Ours, as in `github-rulesets`.
        forge: Whose.
        endpoint: Its path below the API's base, with slots.
        needs: Members that each row must have, and the type of each (`object` where null may stand).
        member: Of an object that holds the list: the member it stands under.
        single: The answer is one object.
        never: Members that no row has.
        bare: Members that a row also has where nothing but itself says that it is an answer: a ruleset can be kept as
            a file to be put into a forge, which does not show that it is in one.
    """

    name: str
    forge: Forge
    endpoint: str
    needs: Mapping[str, type] = field(default_factory=dict)
    member: str = ""
    single: bool = False
    never: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()

    def fits(self, row: Any) -> bool:
        """Whether a row has the members of this form."""
        return (
            isinstance(row, dict)
            and all(name in row and isinstance(row[name], kind) for name, kind in self.needs.items())
            and not any(name in row for name in self.never)
        )


_REPO: Final = "/repos/{owner}/{repo}"
_PROJECT: Final = "/projects/{project}"

FORMS: Final = (
    Form("github-repository", "github", _REPO, {"full_name": str, "default_branch": str, "owner": dict}, single=True),
    Form(
        "github-protection",
        "github",
        f"{_REPO}/branches/{{branch}}/protection",
        {"enforce_admins": dict},
        single=True,
        bare=("url",),
    ),
    Form(
        "github-ruleset",
        "github",
        f"{_REPO}/rulesets/{{id}}",
        {"name": str, "target": str, "enforcement": str, "rules": list},
        single=True,
        bare=("id", "created_at", "updated_at"),
    ),
    Form("github-rulesets", "github", f"{_REPO}/rulesets", {"name": str, "enforcement": str, "source_type": str}),
    Form("github-branch-rules", "github", f"{_REPO}/rules/branches/{{branch}}", {"type": str, "ruleset_id": int}),
    Form("github-pulls", "github", f"{_REPO}/pulls", {"number": int, "base": dict, "merged_at": object}),
    Form(
        "github-reviews",
        "github",
        f"{_REPO}/pulls/{{number}}/reviews",
        {"state": str, "user": object, "pull_request_url": str},
    ),
    Form("github-commits", "github", f"{_REPO}/commits", {"sha": str, "commit": dict, "parents": list}),
    Form(
        "github-commit-pulls",
        "github",
        f"{_REPO}/commits/{{ref}}/pulls",
        {"number": int, "base": dict, "merged_at": object},
    ),
    Form("github-runs", "github", f"{_REPO}/actions/runs", {"id": int, "head_sha": str}, member="workflow_runs"),
    Form("github-jobs", "github", f"{_REPO}/actions/runs/{{run}}/jobs", {"name": str, "run_id": int}, member="jobs"),
    Form(
        "github-checks",
        "github",
        f"{_REPO}/commits/{{ref}}/check-runs",
        {"name": str, "head_sha": str},
        member="check_runs",
    ),
    Form("github-environments", "github", f"{_REPO}/environments", {"name": str}, member="environments"),
    Form("github-releases", "github", f"{_REPO}/releases", {"tag_name": str, "draft": bool}, bare=("assets",)),
    Form("github-collaborators", "github", f"{_REPO}/collaborators", {"login": str, "permissions": dict}),
    Form("github-teams", "github", f"{_REPO}/teams", {"slug": str, "permission": str}),
    Form(
        "github-dependabot",
        "github",
        f"{_REPO}/dependabot/alerts",
        {"state": str, "security_advisory": dict, "dependency": dict},
    ),
    Form(
        "github-code-scanning",
        "github",
        f"{_REPO}/code-scanning/alerts",
        {"state": object, "rule": dict, "tool": dict},
    ),
    Form("github-secret-scanning", "github", f"{_REPO}/secret-scanning/alerts", {"state": str, "secret_type": str}),
    Form(
        "gitlab-project",
        "gitlab",
        _PROJECT,
        {"path_with_namespace": str, "default_branch": object, "id": int},
        single=True,
    ),
    Form(
        "gitlab-protected-branches",
        "gitlab",
        f"{_PROJECT}/protected_branches",
        {"name": str, "push_access_levels": list, "merge_access_levels": list},
    ),
    Form(
        "gitlab-approval-rules",
        "gitlab",
        f"{_PROJECT}/approval_rules",
        {"name": str, "rule_type": str, "approvals_required": int},
    ),
    Form(
        "gitlab-approval-settings",
        "gitlab",
        f"{_PROJECT}/approvals",
        {"merge_requests_author_approval": object, "reset_approvals_on_push": object},
        single=True,
    ),
    Form(
        "gitlab-merge-requests",
        "gitlab",
        f"{_PROJECT}/merge_requests",
        {"iid": int, "target_branch": str, "source_branch": str, "merged_at": object},
    ),
    Form(
        "gitlab-approvals",
        "gitlab",
        f"{_PROJECT}/merge_requests/{{number}}/approvals",
        # Without a paid plan it says who approved, and neither of which request nor how many must.
        {"approved_by": list},
        single=True,
        bare=("iid",),
    ),
    Form(
        "gitlab-commits",
        "gitlab",
        f"{_PROJECT}/repository/commits",
        {"id": str, "short_id": str, "parent_ids": list, "committed_date": str},
    ),
    Form(
        "gitlab-commit-requests",
        "gitlab",
        f"{_PROJECT}/repository/commits/{{ref}}/merge_requests",
        {"iid": int, "target_branch": str, "source_branch": str, "merged_at": object},
    ),
    Form(
        "gitlab-jobs",
        "gitlab",
        f"{_PROJECT}/jobs",
        {"name": str, "stage": str, "status": str, "pipeline": dict},
    ),
    Form(
        "gitlab-pipelines",
        "gitlab",
        f"{_PROJECT}/pipelines",
        {"id": int, "sha": str, "status": str, "ref": object, "web_url": str},
        never=("stage",),
    ),
    Form(
        "gitlab-protected-environments",
        "gitlab",
        f"{_PROJECT}/protected_environments",
        {"name": str, "deploy_access_levels": list},
    ),
    Form(
        "gitlab-environments",
        "gitlab",
        f"{_PROJECT}/environments",
        {"name": str, "slug": str, "external_url": object},
    ),
    Form("gitlab-members", "gitlab", f"{_PROJECT}/members/all", {"username": str, "access_level": int}),
    Form("gitlab-releases", "gitlab", f"{_PROJECT}/releases", {"tag_name": str, "released_at": object}),
    Form(
        "gitlab-vulnerabilities",
        "gitlab",
        f"{_PROJECT}/vulnerabilities",
        {"severity": str, "state": str, "report_type": str},
    ),
)
#: Artefact -> the forms that it is made of.
ARTEFACT_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "branch_protection": (
        "github-branch-rules",
        "github-protection",
        "github-repository",
        "github-ruleset",
        "github-rulesets",
        "gitlab-approval-rules",
        "gitlab-approval-settings",
        "gitlab-project",
        "gitlab-protected-branches",
    ),
    "change_reviews": (
        "github-commit-pulls",
        "github-commits",
        "github-pulls",
        "github-reviews",
        "gitlab-approvals",
        "gitlab-commit-requests",
        "gitlab-commits",
        "gitlab-merge-requests",
    ),
    "ci_runs": ("github-checks", "github-jobs", "github-runs", "gitlab-jobs", "gitlab-pipelines"),
    "deployment_environments": ("github-environments", "gitlab-environments", "gitlab-protected-environments"),
    "forge_releases": ("github-releases", "gitlab-releases"),
    "rbac_export": ("github-collaborators", "github-teams", "gitlab-members"),
    "security_alerts": (
        "github-code-scanning",
        "github-dependabot",
        "github-secret-scanning",
        "gitlab-vulnerabilities",
    ),
}


def artefact_of(form: Form) -> str:
    """The artefact that answers of a form go into."""
    return next(artefact for artefact, names in ARTEFACT_FORMS.items() if form.name in names)


def path_of(endpoint: str) -> str:
    """An endpoint without host, version of the API and query: `/repos/o/r/pulls`."""
    return "/" + _BASE.sub("", endpoint.partition("?")[0].partition("#")[0], count=1).strip("/")


def question_of(endpoint: str) -> str:
    """An endpoint with its query, but for what only says which page of the answer is meant."""
    query = endpoint.partition("?")[2].partition("#")[0]
    kept = sorted(pair for pair in query.split("&") if pair and pair.partition("=")[0] not in _PAGING)
    return path_of(endpoint) + ("?" + "&".join(kept) if kept else "")


def by_endpoint(endpoint: str) -> tuple[Form, dict[str, str]] | None:
    """The form that an endpoint gives, and what stands in its slots; None where it is none of ours."""
    path = path_of(endpoint)
    for form, pattern in _patterns():
        if found := pattern.fullmatch(path):
            return form, found.groupdict()
    return None


def by_members(rows: list[Any], *, member: str, single: bool) -> Form | None:
    """The only form that all rows fit; None where no form does.

    Args:
        rows: None only where a list stood under a member that says what it is of.
        member: The member that a list stood under; "" where it stood alone.
        single: Whether there was one object and no list.
    """
    if not rows and not member:
        return None
    fitting = (
        form
        for form in FORMS
        if form.member == member
        and form.single == single
        and all(form.fits(row) and all(name in row for name in form.bare) for row in rows)
    )
    return next(fitting, None)


def members() -> frozenset[str]:
    """Names of the members that lists stand under."""
    return frozenset(form.member for form in FORMS if form.member)


@cache
def _patterns() -> tuple[tuple[Form, re.Pattern[str]], ...]:
    return tuple((form, re.compile("".join(_parts(form.endpoint)))) for form in FORMS)


def _parts(template: str) -> Iterator[str]:
    """A template as a pattern; a branch may hold slashes, anything else ends at one."""
    at = 0
    for slot in _SLOT.finditer(template):
        yield re.escape(template[at : slot.start()])
        yield f"(?P<{slot[1]}>{'.+' if slot[1] == 'branch' else '[^/]+'})"
        at = slot.end()
    yield re.escape(template[at:])
