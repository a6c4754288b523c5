"""What GitLab says of the endpoints that we ask: parameters and members with their types, as a table of facts.

Taken from GitLab's own description (`doc/api/openapi/openapi_v2.yaml` of its repository, API v4, as of 2026) where it
holds an endpoint, and from the attributes that `doc/api/*.md` lists where it does not: what belongs to paid plans, and
keyset paging, is in no description. Names and types are GitLab's; every value is ours. Of large objects the members
that tell one form from another, and those that we read, are here.

No package of a registry holds the description; where a copy of the file is at hand, `TIEOUT_GITLAB_DESCRIPTION` names
it, and a test compares this table with it.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

#: What a parameter takes: a kind, or the texts that it may be.
Takes = Literal["integer", "boolean", "time", "text", "list"] | tuple[str, ...]

_PAGES: Final[dict[str, Takes]] = {"page": "integer", "per_page": "integer"}
_TIME: Final = "2026-10-10T12:00:00.000Z"
_COMMIT: Final = "5c0d7e6a1b2c3d4e5f60718293a4b5c6d7e8f901"
_SQUASHED: Final = "77aa7e6a1b2c3d4e5f60718293a4b5c6d7e8f9aa"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    Attributes:
        query: Name of each parameter -> what it takes.
        row: The members of the object that it gives, or of one row of its list.
        listed: Whether it gives a list.
        described: Whether GitLab's description has it; else its documentation alone.
        prose: Parameters that stand in the documentation alone.
        plan: Members of paid plans alone.
    """

    query: dict[str, Takes]
    row: dict[str, Any]
    listed: bool = True
    described: bool = True
    prose: dict[str, Takes] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)

    def takes(self, name: str) -> Takes | None:
        """What a parameter takes; None where there is none of that name."""
        return self.query.get(name) or self.prose.get(name)


def _person(name: str) -> dict[str, Any]:
    return {
        "id": 7,
        "username": name,
        "public_email": "",
        "name": name.title(),
        "state": "active",
        "locked": False,
        "avatar_url": f"https://gitlab.example.com/{name}.png",
        "web_url": f"https://gitlab.example.com/{name}",
    }


def _level(level: int, words: str) -> dict[str, Any]:
    told = {"deploy_key_id": None, "user_id": None, "group_id": None}
    return {"id": 1, "access_level": level, "access_level_description": words, **told}


_ROOT: Final = "/projects/{id}"
ENDPOINTS: Final[dict[str, Endpoint]] = {
    _ROOT: Endpoint(
        {"statistics": "boolean", "with_custom_attributes": "boolean", "license": "boolean"},
        {
            "id": 12,
            "name": "triage",
            "path_with_namespace": "acme/triage",
            "default_branch": "main",
            "web_url": "https://gitlab.example.com/acme/triage",
            "only_allow_merge_if_pipeline_succeeds": True,
            "allow_merge_on_skipped_pipeline": False,
        },
        listed=False,
    ),
    f"{_ROOT}/protected_branches": Endpoint(
        {**_PAGES, "search": "text"},
        {
            "id": 1,
            "name": "main",
            "push_access_levels": [_level(0, "No one")],
            "merge_access_levels": [_level(40, "Maintainers")],
            "allow_force_push": False,
            "unprotect_access_levels": [_level(40, "Maintainers")],
            "code_owner_approval_required": True,
            "inherited": False,
        },
    ),
    f"{_ROOT}/approval_rules": Endpoint(
        dict(_PAGES),
        {
            "id": 1,
            "name": "safety",
            "rule_type": "regular",
            "report_type": None,
            "eligible_approvers": [_person("ben")],
            "approvals_required": 2,
            "users": [_person("ben")],
            "groups": [],
            "contains_hidden_groups": False,
            "protected_branches": [],
            "applies_to_all_protected_branches": True,
        },
        described=False,
    ),
    f"{_ROOT}/approvals": Endpoint(
        {},
        {
            "approvers": [],
            "approver_groups": [],
            "approvals_before_merge": 0,
            "reset_approvals_on_push": True,
            "selective_code_owner_removals": False,
            "disable_overriding_approvers_per_merge_request": False,
            "merge_requests_author_approval": False,
            "merge_requests_disable_committers_approval": False,
            "require_password_to_approve": False,
        },
        listed=False,
        described=False,
    ),
    f"{_ROOT}/merge_requests": Endpoint(
        {
            **_PAGES,
            "state": ("opened", "closed", "locked", "merged", "all"),
            "order_by": (
                "created_at",
                "label_priority",
                "milestone_due",
                "popularity",
                "priority",
                "title",
                "updated_at",
                "merged_at",
            ),
            "sort": ("asc", "desc"),
            "updated_after": "time",
            "updated_before": "time",
            "target_branch": "text",
            "source_branch": "text",
        },
        {
            "id": 84,
            "iid": 14,
            "project_id": 12,
            "title": "Rounds up",
            "description": "",
            "state": "merged",
            "created_at": "2026-10-09T12:00:00.000Z",
            "updated_at": _TIME,
            "merged_by": _person("cy"),
            "merge_user": _person("cy"),
            "merged_at": _TIME,
            "closed_by": None,
            "closed_at": None,
            "target_branch": "main",
            "source_branch": "rounding",
            "author": _person("ann"),
            "draft": False,
            "sha": "a" * 40,
            "merge_commit_sha": _COMMIT,
            "squash_commit_sha": None,
            "web_url": "https://gitlab.example.com/acme/triage/-/merge_requests/14",
        },
    ),
    f"{_ROOT}/merge_requests/{{id}}/approvals": Endpoint(
        {},
        {
            "user_has_approved": False,
            "user_can_approve": False,
            "approved": True,
            "approved_by": [{"user": _person("ben"), "approved_at": "2026-10-10T11:00:00.000Z"}],
        },
        listed=False,
        plan={"iid": 14, "approvals_required": 2, "approvals_left": 0, "merge_status": "merged"},
    ),
    f"{_ROOT}/repository/commits": Endpoint(
        {
            **_PAGES,
            "ref_name": "text",
            "since": "time",
            "until": "time",
            "path": "text",
            "author": "text",
            "all": "boolean",
            "with_stats": "boolean",
            "first_parent": "boolean",
            "order": ("default", "topo"),
            "trailers": "boolean",
        },
        {
            "id": _COMMIT,
            "short_id": _COMMIT[:8],
            "created_at": _TIME,
            "parent_ids": [_SQUASHED, "a" * 40],
            "title": "Merge branch 'rounding' into 'main'",
            "message": "",
            "author_name": "Cy",
            "author_email": "cy@example.com",
            "authored_date": _TIME,
            "committer_name": "Cy",
            "committer_email": "cy@example.com",
            "committed_date": _TIME,
            "web_url": f"https://gitlab.example.com/acme/triage/-/commit/{_COMMIT}",
        },
    ),
    f"{_ROOT}/repository/commits/{{id}}/merge_requests": Endpoint(
        {**_PAGES, "state": "text"},
        {
            "iid": 14,
            "state": "merged",
            "merged_at": _TIME,
            "target_branch": "main",
            "source_branch": "rounding",
            "author": _person("ann"),
        },
    ),
    f"{_ROOT}/jobs": Endpoint(
        {**_PAGES, "scope": "list"},
        {
            "id": 1,
            "status": "success",
            "stage": "test",
            "name": "evals",
            "ref": "main",
            "tag": False,
            "allow_failure": False,
            "created_at": "2026-10-10T11:50:00.000Z",
            "started_at": "2026-10-10T11:51:00.000Z",
            "finished_at": "2026-10-10T11:59:00.000Z",
            "user": _person("ann"),
            "commit": {"id": _COMMIT, "short_id": _COMMIT[:8], "title": "Rounds up"},
            "pipeline": {"id": 3, "iid": 2, "project_id": 12, "sha": _COMMIT, "ref": "main", "source": "push"},
            "web_url": "https://gitlab.example.com/acme/triage/-/jobs/1",
        },
        prose={"pagination": ("keyset",), "order_by": ("id",), "sort": ("desc",)},
    ),
    f"{_ROOT}/protected_environments": Endpoint(
        dict(_PAGES),
        {
            "name": "production",
            "deploy_access_levels": [_level(40, "Maintainers")],
            "required_approval_count": 0,
            "approval_rules": [{**_level(30, "Developers + Maintainers"), "required_approvals": 1}],
        },
        described=False,
    ),
    f"{_ROOT}/environments": Endpoint(
        {**_PAGES, "name": "text", "search": "text", "states": ("stopped", "stopping", "available")},
        {
            "id": 1,
            "name": "staging",
            "slug": "staging",
            "external_url": "https://staging.example.com",
            "created_at": _TIME,
            "updated_at": _TIME,
            "tier": "staging",
            "state": "available",
        },
    ),
    f"{_ROOT}/members/all": Endpoint(
        {**_PAGES, "query": "text", "state": ("awaiting", "active"), "show_seat_info": "boolean"},
        {
            **_person("ann"),
            "access_level": 40,
            "created_at": _TIME,
            "created_by": _person("cy"),
            "expires_at": None,
            "membership_state": "active",
        },
    ),
    f"{_ROOT}/releases": Endpoint(
        {**_PAGES, "order_by": ("released_at", "created_at"), "sort": ("asc", "desc")},
        {
            "name": "1.0",
            "tag_name": "v1.0",
            "description": "",
            "created_at": _TIME,
            "released_at": _TIME,
            "upcoming_release": False,
            "author": _person("cy"),
            "commit": {"id": _COMMIT, "short_id": _COMMIT[:8]},
            "assets": {
                "count": 2,
                "sources": [{"format": "zip", "url": "https://gitlab.example.com/a.zip"}],
                "links": [{"id": 1, "name": "model card", "url": "https://gitlab.example.com/card"}],
            },
        },
    ),
    f"{_ROOT}/vulnerabilities": Endpoint(
        dict(_PAGES),
        {
            "id": 103,
            "title": "Unsafe loading",
            "state": "detected",
            "severity": "high",
            "report_type": "dependency_scanning",
            "created_at": _TIME,
            "updated_at": _TIME,
            "resolved_at": None,
            "dismissed_at": None,
        },
        described=False,
    ),
}
