"""All changes of a branch: the commits of its first-parent line in the period, and which no merged request brought.

A commit is a request's where the forge names it as the request's merge, or lists the request for the commit. Just
below a merge with one parent stand the other commits of a rebase, which the list of requests does not name: whose they
are is unknown until the forge is asked for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.reading import listed_whole
from tieout.collectors.forge.values import at, instant, text
from tieout.kernel.clock import rfc3339

COMMITS: Final = ("github-commits", "gitlab-commits")
REQUESTS_OF_COMMIT: Final = ("github-commit-pulls", "gitlab-commit-requests")
#: Parameters that leave the list one of all commits of a branch; any other takes some out of it.
_HARMLESS: Final = frozenset({"first_parent", "order", "ref_name", "sha", "since", "trailers", "with_stats"})
_BRANCH: Final = ("sha", "ref_name")
_TARGET: Final = ("base", "target_branch")

Whose = Literal["request", "nobody", "unknown"]


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the line.

    Attributes:
        answer: Where it is listed.
        row: Its object.
        sha: Its name.
        parents: Names of its parents, the first one first.
        at: When it was committed.
    """

    answer: Answer
    row: Row
    sha: str
    parents: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """The first-parent line within a stretch of time.

    Attributes:
        commits: Newest first, each with whether a request brought it.
        lack: Why it cannot be counted; empty where it can.
    """

    commits: tuple[tuple[Commit, Whose], ...] = ()
    lack: str = ""

    def of(self, *whose: Whose) -> list[Commit]:
        """The commits of which this is known."""
        return [commit for commit, known in self.commits if known in whose]


def line_of(
    lists: Sequence[Answer],
    requests: Sequence[Answer],
    each: Sequence[Answer],
    *,
    branch: str | None,
    start: datetime,
    end: datetime,
) -> Line:
    """The line that lists of commits show, and which of it requests brought.

    Args:
        lists: Answers of lists of commits.
        requests: Lists of pull or merge requests.
        each: Requests of single commits.
        branch: The branch that counts, where that is said.
        start: First instant that counts.
        end: Last.
    """
    if lack := _unfit(lists, requests, branch, start):
        return Line(lack=lack)
    listed = {commit.sha: commit for answer in lists for row in answer.rows if (commit := _commit(answer, row))}
    above = {parent for commit in listed.values() for parent in commit.parents}
    tips = [commit for sha, commit in listed.items() if sha not in above]
    if len(tips) > 1:
        return Line(lack="does not show one line of commits: several of them are the newest")
    line, following = list[Commit](), tips[0].sha if tips else ""
    while following in listed:
        line.append(listed.pop(following))
        following = next(iter(line[-1].parents), "")
    reaches = bool(line) and (not following or line[-1].at < start)
    if not reaches and listed_whole(lists) is not True:
        return Line(lack="ends before the period begins, or does not say that it holds all commits")
    merged = {sha for row in _merged(requests) if start <= row[0] <= end for sha in _merges(row[1])}
    if merged and merged.isdisjoint(commit.sha for commit in line):
        return Line(lack="shows none of the merged changes: it is of another branch, or its history was rewritten")
    inside = [commit for commit in line if start <= commit.at <= end]
    return Line(tuple(zip(inside, _whose(inside, requests, each, branch), strict=True)))


def _unfit(lists: Sequence[Answer], requests: Sequence[Answer], branch: str | None, start: datetime) -> str:
    """Why lists do not hold all commits of the branch that requests are merged into."""
    for answer in lists:
        asked = _query(answer)
        if others := sorted(asked.keys() - _HARMLESS):
            return f"was asked for with '{others[0]}', which leaves commits out"
        since = instant(asked, "since")
        if "since" in asked and (since is None or since > start):
            return f"begins later than the period, at {rfc3339(since)}" if since else "has a `since` that is no time"
    named = {value for answer in lists for name in _BRANCH if (value := _query(answer).get(name))}
    targets = {value for answer in requests for name in _TARGET if (value := _query(answer).get(name))}
    wanted = {branch} if branch is not None else targets
    if len(named) > 1 or (named and wanted and named != wanted):
        return "is of another branch than the one that counts"
    return ""


def _query(answer: Answer) -> dict[str, str]:
    return dict(parse_qsl(answer.question.partition("?")[2]))


def _commit(answer: Answer, row: Row) -> Commit | None:
    data = row.data
    sha = text(data, "sha") or text(data, "id")
    moment = instant(data, "commit", "committer", "date") or instant(data, "committed_date")
    if sha is None or moment is None:
        return None
    return Commit(answer, row, sha, tuple(_parents(data)), moment)


def _parents(data: dict[str, Any]) -> Iterable[str]:
    listed = at(data, "parents") if "parents" in data else at(data, "parent_ids")
    for one in listed if isinstance(listed, list) else ():
        name = text(one, "sha") if isinstance(one, dict) else one
        if isinstance(name, str) and name:
            yield name


def _whose(
    line: Sequence[Commit], requests: Sequence[Answer], each: Sequence[Answer], branch: str | None
) -> Iterable[Whose]:
    merges = {sha for _, data in _merged(requests) for sha in _merges(data)}
    asked = _asked(each, branch)
    # An export may leave the merge commits out: then any commit may be one.
    is_whole = listed_whole(requests) is True and all(any(_merges(data)) for _, data in _merged(requests))
    below_single = False
    for commit in line:
        if commit.sha in merges:
            below_single = len(commit.parents) == 1
            yield "request"
        elif commit.sha in asked:
            yield asked[commit.sha]
        else:
            yield "nobody" if is_whole and not below_single else "unknown"


def _merged(requests: Iterable[Answer]) -> Iterable[tuple[datetime, dict[str, Any]]]:
    for answer in requests:
        for row in answer.rows:
            if (moment := instant(row.data, "merged_at")) is not None:
                yield moment, row.data


def _merges(data: dict[str, Any]) -> Iterable[str]:
    """The commits by which a request came into its branch: a fast-forward of GitLab leaves its own newest one."""
    names = ("merge_commit_sha", "squash_commit_sha", "sha") if "iid" in data else ("merge_commit_sha",)
    return (sha for name in names if (sha := text(data, name)))


def _asked(each: Sequence[Answer], branch: str | None) -> Mapping[str, Whose]:
    """Commit -> what the forge says of its requests; one that was merged into another branch decides nothing."""
    found: dict[str, Whose] = {}
    for answer in each:
        if answer.lack:
            continue
        bases = {text(data, "base", "ref") or text(data, "target_branch") for _, data in _merged([answer])}
        sha = answer.slots.get("ref", "")
        if not bases:
            found[sha] = "nobody"
        else:
            found[sha] = "request" if branch is None or branch in bases else "unknown"
    return found
