"""Answers as `gh … --json` and `gh api graphql` print them: names in camelCase, brought to those of the REST API.

What such an export does not hold stays away: `gh` tells neither which commit a review looked at nor whether a reviewer
is a program. (`glab … --output json` prints the REST API's own names and needs nothing.)
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.forge.forms import FORMS, Form
from tieout.collectors.forge.values import at, flag, named_as_program, rows, text, whole
from tieout.kernel.errors import UnreadableError

#: What a review's author is called where nothing tells whether they are a person.
NOT_TOLD: Final = "not told"
#: Reviews of one change that `gh` fetches; there may be more.
_MOST_REVIEWS: Final = 100
_PERSONS: Final = frozenset({"User", "EnterpriseUserAccount", "Mannequin"})
# What only people are to a repository: an app is no member, and reviews without being a collaborator.
_OF_PERSONS: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_ADDRESS: Final = re.compile(r"https?://[^/]+/([^/]+/[^/]+)/(?:pull|actions|releases)/")
_PROGRAM: Final = re.compile(r"\A(?:gh|glab) ")
_COMMANDS: Final = {
    "gh pr list": "github-pulls",
    "gh run list": "github-runs",
    "gh release list": "github-releases",
    "glab mr list": "gitlab-merge-requests",
    "glab ci list": "gitlab-pipelines",
    "glab release list": "gitlab-releases",
}
_GRAPH: Final = frozenset({"data", "errors", "extensions"})
# Go prints a time that is not set as the first second of the first year.
_NO_TIME: Final = "0001-01-01"
_FORMS: Final[Mapping[str, Form]] = {form.name: form for form in FORMS}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one form that an export holds.

    Attributes:
        form: What they are.
        rows: Pointer from the body, and the object in the REST API's names.
        slots: As an endpoint would name them.
        total: How many rows the forge says there are.
    """

    form: Form
    rows: tuple[tuple[str, dict[str, Any]], ...]
    slots: Mapping[str, str]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of row: how it is told, what it must hold, and how to print it."""

    is_one: Callable[[dict[str, Any]], bool]
    needs: tuple[str, ...]
    command: str
    parts: Callable[[list[tuple[str, dict[str, Any]]], str | None, int | None], Iterator[Part]]


def is_of_program(endpoint: str) -> bool:
    """Whether what a wrapper calls its endpoint is a program's command, or GraphQL, which has one for everything."""
    return _PROGRAM.match(endpoint) is not None or endpoint.strip("/") in {"graphql", "api/graphql"}


def form_of_command(endpoint: str) -> Form | None:
    """What a command lists."""
    name = next((form for command, form in _COMMANDS.items() if f"{endpoint} ".startswith(f"{command} ")), None)
    return _FORMS[name] if name is not None else None


def parts_of(body: Any, *, where: str) -> list[Part]:
    """What an export holds; nothing where it is none.

    Args:
        body: Parsed.
        where: The file, safe to print.

    Raises:
        UnreadableError: It is one, and lacks a field without which its rows mean nothing.
    """
    pages = body if isinstance(body, list) and body and all(_is_graph(page) for page in body) else [body]
    if all(_is_graph(page) for page in pages):
        prefixed = [("", body)] if pages is not body else [(f"/{index}", page) for index, page in enumerate(body)]
        return [part for prefix, page in prefixed for part in _of_graph(prefix, page, where)]
    listed = [(f"/{index}", row) for index, row in enumerate(body)] if isinstance(body, list) else [("", body)]
    return _of_rows(listed, None, None, where)


def _is_graph(page: Any) -> bool:
    return isinstance(page, dict) and "data" in page and set(page) <= _GRAPH


def _of_graph(prefix: str, page: Any, where: str) -> Iterator[Part]:
    if at(page, "errors"):
        message = "holds errors of the forge beside its answer, so that parts of it are missing"
        raise UnreadableError(message, hint="ask again for what the token may see", where=where)
    repository = at(page, "data", "repository")
    name = text(repository, "nameWithOwner")
    for member in ("pullRequests", "releases"):
        nodes = at(repository, member, "nodes")
        if isinstance(nodes, list):
            base = f"{prefix}/data/repository/{member}/nodes"
            listed = [(f"{base}/{index}", node) for index, node in enumerate(nodes) if node is not None]
            yield from _of_rows(listed, name, whole(repository, member, "totalCount"), where)


def _of_rows(listed: list[tuple[str, Any]], name: str | None, total: int | None, where: str) -> list[Part]:
    found = [(pointer, row) for pointer, row in listed if isinstance(row, dict)]
    if not found or len(found) < len(listed):
        return []
    kind = next((kind for kind in _KINDS if all(kind.is_one(row) for _, row in found)), None)
    if kind is None:
        return []
    if lacking := sorted({need for need in kind.needs for _, row in found if need not in row}):
        message = f"was exported without {' and '.join(lacking)}, so that it shows nothing"
        raise UnreadableError(message, hint=f"export it anew: {kind.command}", where=where)
    return list(kind.parts(found, name, total))


def _pulls(found: list[tuple[str, dict[str, Any]]], name: str | None, total: int | None) -> Iterator[Part]:
    yield Part(_FORMS["github-pulls"], tuple((pointer, _pull(row, name)) for pointer, row in found), {}, total)
    for pointer, row in found:
        reviews = row.get("reviews")
        listed = at(reviews, "nodes") if isinstance(reviews, dict) else reviews
        step = "reviews/nodes" if isinstance(reviews, dict) else "reviews"
        if isinstance(listed, list) and all(isinstance(one, dict) for one in listed) and _is_whole(reviews, listed):
            told = tuple((f"{pointer}/{step}/{index}", _review(one)) for index, one in enumerate(listed))
            slots = {"number": str(whole(row, "number")), "updated": text(row, "updatedAt") or ""}
            yield Part(_FORMS["github-reviews"], told, slots)


def _is_whole(reviews: Any, listed: list[Any]) -> bool:
    """Whether no review of a change is missing: without its count only a short list is known to be whole."""
    count = whole(reviews, "totalCount")
    return len(listed) >= count if count is not None else len(listed) < _MOST_REVIEWS


def _pull(row: dict[str, Any], name: str | None) -> dict[str, Any]:
    return {
        "number": row["number"],
        "full_name": name or _repository(row),
        "user": {"login": at(row, "author", "login"), "type": _author_type(row)},
        "base": {"ref": row["baseRefName"]},
        "head": {"ref": row.get("headRefName"), "sha": row.get("headRefOid")},
        "merged_at": row["mergedAt"],
        "updated_at": row.get("updatedAt"),
        "merge_commit_sha": at(row, "mergeCommit", "oid"),
    }


def _author_type(row: dict[str, Any]) -> str:
    if _is_program(row):
        return "Bot"
    is_person = text(row, "author", "__typename") in _PERSONS or flag(row, "author", "is_bot") is False
    return "User" if is_person else NOT_TOLD


def _is_program(row: dict[str, Any]) -> bool:
    """Whether an author is a program, by its kind, by what `gh` says of it or by its name."""
    kind, is_bot = text(row, "author", "__typename"), flag(row, "author", "is_bot")
    return kind == "Bot" or is_bot is True or named_as_program(text(row, "author", "login"))


def _review(row: dict[str, Any]) -> dict[str, Any]:
    kind = text(row, "author", "__typename")
    if kind is None and text(row, "authorAssociation") in _OF_PERSONS:
        kind = "User"
    if _is_program(row):
        kind = "Bot"
    return {
        "user": {
            "login": at(row, "author", "login"),
            "type": "Bot" if kind == "Bot" else "User" if kind in _PERSONS else NOT_TOLD,
        },
        "state": text(row, "state") or "",
        "submitted_at": row.get("submittedAt"),
        "commit_id": at(row, "commit", "oid"),
        "pull_request_url": "",
    }


def _runs(found: list[tuple[str, dict[str, Any]]], name: str | None, total: int | None) -> Iterator[Part]:
    listed = tuple((pointer, _run(row, name)) for pointer, row in found)
    yield Part(_FORMS["github-runs"], listed, {}, total)
    for pointer, row in found:
        jobs = rows(row, "jobs")
        if jobs and len(jobs) == len(row["jobs"]) and all(whole(job, "databaseId") is not None for job in jobs):
            told = tuple((f"{pointer}/jobs/{index}", _job(job, row)) for index, job in enumerate(jobs))
            yield Part(_FORMS["github-jobs"], told, {})


def _run(row: dict[str, Any], name: str | None) -> dict[str, Any]:
    return {
        "id": row["databaseId"],
        "full_name": name or _repository(row),
        "name": text(row, "workflowName") or text(row, "name"),
        "workflow_id": whole(row, "workflowDatabaseId"),
        "head_sha": row["headSha"],
        "head_branch": row["headBranch"],
        "event": row["event"],
        "conclusion": text(row, "conclusion"),
        "run_started_at": _time(row, "startedAt"),
        "created_at": _time(row, "createdAt"),
        "updated_at": _time(row, "updatedAt"),
        "run_attempt": whole(row, "attempt"),
    }


def _job(job: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": job["databaseId"],
        "run_id": row["databaseId"],
        "name": text(job, "name") or "",
        "head_sha": row["headSha"],
        "head_branch": row["headBranch"],
        "started_at": _time(job, "startedAt"),
        "completed_at": _time(job, "completedAt"),
        "conclusion": text(job, "conclusion"),
    }


def _time(row: dict[str, Any], member: str) -> str | None:
    value = text(row, member)
    return None if value is None or value.startswith(_NO_TIME) else value


def _releases(found: list[tuple[str, dict[str, Any]]], name: str | None, total: int | None) -> Iterator[Part]:
    listed = tuple((pointer, _release(row, name)) for pointer, row in found)
    yield Part(_FORMS["github-releases"], listed, {}, total)


def _release(row: dict[str, Any], name: str | None) -> dict[str, Any]:
    assets = row.get("assets")
    nodes = at(row, "releaseAssets", "nodes")
    if isinstance(nodes, list) and whole(row, "releaseAssets", "totalCount") == len(nodes):
        assets = nodes
    return {
        "tag_name": row["tagName"],
        "full_name": name or _repository(row),
        "draft": row["isDraft"],
        "prerelease": row["isPrerelease"],
        "immutable": row.get("isImmutable", row.get("immutable")),
        "published_at": _time(row, "publishedAt"),
        "assets": assets if isinstance(assets, list) else None,
    }


def _repository(row: dict[str, Any]) -> str | None:
    found = _ADDRESS.match(text(row, "url") or "")
    return found[1] if found else None


_OF_PULLS: Final = frozenset(
    {"baseRefName", "headRefName", "headRefOid", "mergeCommit", "mergedAt", "mergedBy", "reviewDecision"}
)
_OF_RELEASES: Final = frozenset({"createdAt", "isDraft", "isLatest", "isPrerelease", "publishedAt"})
_KINDS: Final = (
    _Kind(
        lambda row: whole(row, "number") is not None and not _OF_PULLS.isdisjoint(row),
        ("baseRefName", "mergedAt"),
        "gh pr list --state merged --limit 1000 --json "
        "number,url,author,mergedAt,baseRefName,headRefOid,mergeCommit,reviews",
        _pulls,
    ),
    _Kind(
        lambda row: whole(row, "databaseId") is not None and bool({"headSha", "workflowName", "headBranch"} & set(row)),
        ("conclusion", "createdAt", "event", "headBranch", "headSha"),
        "gh run list --limit 1000 --json "
        "databaseId,workflowName,headSha,headBranch,event,conclusion,createdAt,startedAt,url",
        _runs,
    ),
    _Kind(
        lambda row: text(row, "tagName") is not None and not _OF_RELEASES.isdisjoint(row),
        ("isDraft", "isPrerelease", "publishedAt"),
        "gh release list --limit 1000 --json tagName,isDraft,isPrerelease,publishedAt",
        _releases,
    ),
)
