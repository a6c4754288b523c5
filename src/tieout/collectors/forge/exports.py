"""Answers as `gh … --json` and `gh api graphql` print them: names in camelCase, brought to those of the REST API.

What such an export does not hold stays away: `gh` tells neither which commit a review looked at nor whether a reviewer
is a program. (`glab … --output json` prints the REST API's own names and needs nothing.)
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.forge.forms import FORMS, Form
from tieout.collectors.forge.graph_questions import Question, lack_of
from tieout.collectors.forge.values import at, flag, named_as_program, rows, text, whole
from tieout.kernel.errors import UnreadableError

#: What a review's author is called where nothing tells whether they are a person.
NOT_TOLD: Final = "not told"
#: Reviews of one change that `gh` fetches; there may be more.
_MOST_REVIEWS: Final = 100
_PERSONS: Final = frozenset({"User", "EnterpriseUserAccount", "Mannequin"})
#: What only people are to a repository: an app is no member, and reviews without being a collaborator.
OF_PERSONS: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
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
        whole: Whether the rows are known to be all, or not to be.
        lack: Why they are not known to be all.
    """

    form: Form
    rows: tuple[tuple[str, dict[str, Any]], ...]
    slots: Mapping[str, str]
    total: int | None = None
    whole: bool | None = None
    lack: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """What an export tells of a list as a whole.

    Attributes:
        name: Of the repository.
        total: How many rows there are.
        whole: Whether it went from its beginning to its end.
        question: What was asked in GraphQL, where that was saved.
        lack: Why rows are known to be missing.
    """

    name: str | None = None
    total: int | None = None
    whole: bool | None = None
    question: Question | None = None
    lack: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of row: how it is told, what it must hold, and how to print it."""

    is_one: Callable[[dict[str, Any]], bool]
    needs: tuple[str, ...]
    command: str
    parts: Callable[[list[tuple[str, dict[str, Any]]], _List], Iterator[Part]]


def is_of_program(endpoint: str) -> bool:
    """Whether what a wrapper calls its endpoint is a program's command, or GraphQL, which has one for everything."""
    return _PROGRAM.match(endpoint) is not None or endpoint.strip("/") in {"graphql", "api/graphql"}


def form_of_command(endpoint: str) -> Form | None:
    """What a command lists."""
    name = next((form for command, form in _COMMANDS.items() if f"{endpoint} ".startswith(f"{command} ")), None)
    return _FORMS[name] if name is not None else None


def parts_of(body: Any, *, where: str, question: Question | None = None) -> list[Part]:
    """What an export holds; nothing where it is none.

    Args:
        body: Parsed.
        where: The file, safe to print.
        question: What was asked in GraphQL, where that was saved.

    Raises:
        UnreadableError: It is one, and lacks a field without which its rows mean nothing.
    """
    pages = body if isinstance(body, list) and body and all(_is_graph(page) for page in body) else [body]
    if all(_is_graph(page) for page in pages):
        prefixed = [("", body)] if pages is not body else [(f"/{index}", page) for index, page in enumerate(body)]
        return [part for prefix, page in prefixed for part in _of_graph(prefix, page, question, where, len(pages) == 1)]
    listed = [(f"/{index}", row) for index, row in enumerate(body)] if isinstance(body, list) else [("", body)]
    return _of_rows(listed, _List(), where)


def _is_graph(page: Any) -> bool:
    return isinstance(page, dict) and "data" in page and set(page) <= _GRAPH


def _of_graph(prefix: str, page: Any, question: Question | None, where: str, alone: bool) -> Iterator[Part]:
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
            hidden = "holds rows that the forge did not show (null)" if len(listed) < len(nodes) else ""
            total = whole(repository, member, "totalCount")
            told = question is not None and alone and total is None and _is_one_page(at(repository, member))
            is_all = True if told else None
            yield from _of_rows(listed, _List(name, total, is_all, question, hidden), where)


def _is_one_page(connection: Any) -> bool:
    """Whether a list of GraphQL says that nothing comes before and nothing after what it holds."""
    before, after = (flag(connection, "pageInfo", name) for name in ("hasPreviousPage", "hasNextPage"))
    return before is False and after is False


def _of_rows(listed: list[tuple[str, Any]], of: _List, where: str) -> list[Part]:
    found = [(pointer, row) for pointer, row in listed if isinstance(row, dict)]
    if not found or len(found) < len(listed):
        return []
    kind = next((kind for kind in _KINDS if all(kind.is_one(row) for _, row in found)), None)
    if kind is None:
        return []
    if lacking := sorted({need for need in kind.needs for _, row in found if need not in row}):
        message = f"was exported without {' and '.join(lacking)}, so that it shows nothing"
        raise UnreadableError(message, hint=f"export it anew: {kind.command}", where=where)
    return list(kind.parts(found, of))


def _pulls(found: list[tuple[str, dict[str, Any]]], of: _List) -> Iterator[Part]:
    listed_ = tuple((pointer, _pull(row, of.name)) for pointer, row in found)
    yield Part(_FORMS["github-pulls"], listed_, {}, of.total, of.whole, of.lack)
    unasked = lack_of(of.question, "reviews")
    for pointer, row in found:
        reviews = row.get("reviews")
        listed = at(reviews, "nodes") if isinstance(reviews, dict) else reviews
        step = "reviews/nodes" if isinstance(reviews, dict) else "reviews"
        if isinstance(listed, list) and all(isinstance(one, dict) for one in listed):
            told = tuple((f"{pointer}/{step}/{index}", _review(one)) for index, one in enumerate(listed))
            slots = {"number": str(whole(row, "number")), "updated": text(row, "updatedAt") or ""}
            lack = _reviews_lack(reviews, listed, unasked)
            yield Part(_FORMS["github-reviews"], told, slots, whole=not lack, lack=lack)


def _reviews_lack(reviews: Any, listed: list[Any], unasked: str) -> str:
    """Why reviews of a change may be missing: `gh` stops at a hundred, a list of GraphQL where its question says.

    Args:
        reviews: Of the change.
        listed: Its rows.
        unasked: What the question left out of every such list; "" if nothing.
    """
    if isinstance(reviews, list):
        return f"holds as many reviews as `gh` stops at ({_MOST_REVIEWS})" if len(listed) >= _MOST_REVIEWS else ""
    count = whole(reviews, "totalCount")
    if count is None and not _is_one_page(reviews):
        return "has neither `totalCount` nor a `pageInfo` that says that nothing comes before or after"
    if count is not None and len(listed) != count:
        return f"holds {len(listed)} of {count} reviews"
    return unasked


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
    if kind is None and text(row, "authorAssociation") in OF_PERSONS:
        kind = "User"
    if _is_program(row):
        kind = "Bot"
    return {
        "user": {
            "login": at(row, "author", "login"),
            "type": kind if kind in {"Bot", "Mannequin"} else "User" if kind in _PERSONS else NOT_TOLD,
        },
        "state": text(row, "state") or "",
        "submitted_at": row.get("submittedAt"),
        "commit_id": at(row, "commit", "oid"),
        "author_association": text(row, "authorAssociation"),
        "pull_request_url": "",
    }


def _runs(found: list[tuple[str, dict[str, Any]]], of: _List) -> Iterator[Part]:
    listed = tuple((pointer, _run(row, of.name)) for pointer, row in found)
    yield Part(_FORMS["github-runs"], listed, {}, of.total, of.whole)
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
        "run_attempt": whole(row, "attempt"),
    }


def _time(row: dict[str, Any], member: str) -> str | None:
    value = text(row, member)
    return None if value is None or value.startswith(_NO_TIME) else value


def _releases(found: list[tuple[str, dict[str, Any]]], of: _List) -> Iterator[Part]:
    listed = tuple((pointer, _release(row, of.name)) for pointer, row in found)
    yield Part(_FORMS["github-releases"], listed, {}, of.total, of.whole, of.lack)


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
